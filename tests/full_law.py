"""A law with every programme on and every local number given, and random people to meet it.

As many parameters as possible matter in it. What sleeps there wakes beside another setting
(`BESIDE`).
"""

import math

import numpy as np

from jiuzhu_sim.law import declarations
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables
from tests.random_circumstances import random_circumstances
from tests.random_tables import random_tables

LOCAL = {
    "local.minimum_wage": 1_500,
    "local.disposable_income.residents": 12_000,
    "local.disposable_income.urban": 16_000,
    "local.disposable_income.rural": 9_000,
    "standard.food.urban": 330,
    "standard.food.rural": 270,
    "standard.non_food.urban": 400,
    "standard.non_food.rural": 280,
    "standard.engel.urban": 0.45,
    "standard.engel.rural": 0.5,
    "standard.consumption.urban": 2_200,
    "standard.consumption.rural": 1_500,
    "standard.consumption_share.urban": 0.35,
    "standard.consumption_share.rural": 0.4,
}
"""Local numbers without a neutral value; a place that is silent on one cannot use it."""

ON = {
    "dibao.one_person_addition": 60,
    "dibao.benefit_minimum": 80,
    "dibao.benefit_rounding": "ceil_yuan",
    "dibao.supplement_rise": 140,
    "dibao.policy_month": 4,
    "classes.floor": 100,
    "edge.ratio": 1.5,
    "single.offered": True,
    "single.household_layer": "single_person",
    "ladder.monitored_offered": True,
    "ladder.other_offered": True,
    "ladder.large_medical_y": 10_000,
    "reading.grace_months": 6,
    "grace.income_ratio_max": 2,
    "illness.by_expense": True,
    "unit.rule": "legal",
    "price.cpi_rise": 0.04,
    "price.food_rise": 0.05,
    "price.scpi_rise": 0.03,
    "price.minimum": 20,
    "price.covers_edge": True,
    "assets.vehicles_max": 0,
    "assets.homes_max.urban": 1,
    "assets.homes_max.rural": 2,
    "assets.savings_max_months": 12,
    "assets.business_allowed": False,
    "assets.farm_machines_max": 1,
    "reading.high_premium_threshold": 10_000,
    "category.students": "compulsory",
    "category.key_groups": True,
    "category.single_parents": True,
    "review.months_c.urban": 3,
    "review.months_c.rural": 6,
    "supplement.elder_share": 0.1,
    "supplement.minor_share": 0.15,
    "supplement.severe_share": 0.2,
    "supplement.ill_share": 0.3,
    "income.employment_cost_share": 0.3,
    "income.employment_cost_cap": 600,
    "income.imputed_wage_share": 0.8,
    "income.land_income_y": 400,
    "income.expenditure_deduction_share": 0.5,
    "reading.imputation_rule": "minimum_wage",
    "rigid.offered": True,
    "rigid.counts_accident": True,
    "rigid.counts_disaster": True,
    "rigid.counts_care": True,
    "addon.disaster": 500,
    "rigid.cap_share": 0.2,
    "rigid.cap_y": 4_000,
    "rigid.valid_months": 12,
    "reading.recognition_months": 24,
    "support.form": "excess_by_children",
    "support.fee": 100,
    "tekun.offered": True,
    "tekun.basic_ratio": 1.3,
    "tekun.care_offered": True,
    "tekun.care_share.able": 0.1,
    "tekun.care_share.partial": 0.2,
    "tekun.care_share.full": 0.3,
    "tekun.institution_care_share.able": 0.15,
    "tekun.institution_care_share.partial": 0.25,
    "tekun.institution_care_share.full": 0.5,
    "temporary.offered": True,
    "temporary.urgent_ceiling": 4_000,
    "temporary.expenditure_from_share": 1,
    "temporary.expenditure_from": 20_000,
    "temporary.expenditure_months": 3,
    "temporary.income_ratio_max": 2,
    "temporary.property_tested": True,
    "reading.first_aid_amount": 800,
    # One need a household makes "each case" and "each household" the same; from here both differ.
    "reading.urgent_ceiling_unit": "person",
    "education.offered": True,
    "education.for_whom": "low_income",
    "education.preschool.subsidy": 600,
    "education.boarder.primary": 1_000,
    "education.boarder.junior": 1_250,
    "education.boarder.supplement": 200,
    "education.nutrition.day": 4,
    "education.senior.grant": 2_000,
    "education.senior.special": 1_000,
    "education.senior.tuition": 800,
    "education.senior.textbooks": 500,
    "education.senior.lodging": 300,
    "education.vocational.tuition": 2_000,
    "education.vocational.tuition_years": 3,
    "education.vocational.grant": 1_900,
    "education.vocational.grant_years": 2,
    "education.vocational.special": 900,
    "education.vocational.textbooks": 400,
    "education.vocational.lodging": 350,
    "education.higher.grant": 3_300,
    "education.higher.special": 1_100,
    "education.higher.tuition_bachelor": 5_000,
    "education.higher.tuition_college": 4_500,
    "education.university.grant": 2_500,
    "student_aid.automatic": True,
    "student_aid.amount": 1_000,
    "student_aid.start_after_months": 1,
    "medical.offered": True,
    "medical.premium": 380,
    "medical.premium_share.registered_poor": 0.5,
    "medical.premium_share.dibao": 0.9,
    "medical.aid_rate": 0.7,
    "medical.aid_for": "assisted",
    "medical.card.single": 200,
    "medical.card.several": 500,
    "reading.medical_aid_deductible": 1_000,
    "reading.medical_aid_ceiling": 20_000,
    "addon.food": 15,
    "addon.living": 10,
    "addon.old_age": 50,
    "addon.disability_living": 90,
    "addon.disability_care": 100,
    "addon.rent": 200,
    "addon.repair": 20_000,
    "addon.heating": 600,
    "addon.funeral": 1_000,
    "charity.women": 300,
    "charity.former_worker": 500,
    "charity.goods": 120,
    "charity.card": 200,
    "stop.not_collected_months": 3,
    "stop.absence_months": 3,
    "stop.bills_standards": 0.5,
    "stop.self_paid_school": True,
    "stop.compensation": True,
    "stop.misconduct": True,
    "stop.information": True,
    "stop.signins_missed": 3,
    "stop.renewal_required": True,
    "reading.absence_scope": "any_member",
    "reading.clearly_above_ratio": 1.2,
    "work.refusals_max": 2,
    "work.absences_max": 3,
    "reading.work_refusal_sanction": "own_share",
}

ABOVE = 2
"""How far above the lowest there may be a limit lies that the law leaves open and `ON` too."""

BY_CLASSES = {"dibao.benefit_form": "classes"}
BY_TIERS = {"dibao.benefit_form": "tiers"}
BY_NEEDS = {"standard.method": "basic_needs"}

BY_CATEGORY = {"review.by": "category"}
BESIDE = {
    "classes": BY_CLASSES,
    "dibao.policy_month": {"reading.benefit_start": "policy_date"},
    "dibao.supplement_rise": {"reading.supplement_target": "average_target"},
    "local.disposable_income.rural": {"reading.disposable_income_scope": "rural"},
    "local.disposable_income.urban": {"reading.disposable_income_scope": "urban"},
    "price.food_rise": {"price.cpi_rise": 0},  # either of the two starts the subsidy
    "price.food_trigger": {"price.cpi_rise": 0},
    "reading.class_ii_rate": BY_CLASSES,
    "reading.floor_scope": BY_CLASSES | {"classes.floor": 700},  # more than class II gives
    "review.months_a": BY_CATEGORY,
    "review.months_b": BY_CATEGORY,
    "review.months_c": BY_CATEGORY,
    "rigid.cap_share": {"reading.rigid_expenditure_cap": "share_of_income"},
    "rigid.cap_y": {"reading.rigid_expenditure_cap": "amount"},
    "standard.consumption": {"standard.method": "consumption_share"},
    "standard.consumption_share": {"standard.method": "consumption_share"},
    "standard.engel": {"standard.method": "engel"},
    "standard.food": BY_NEEDS,
    "standard.non_food": BY_NEEDS,
    "support.fee": {"support.form": "fixed_fee"},
    "tiers": BY_TIERS,
}
"""Parameters, or all below a path, that matter only beside another setting of the law."""


def full_law():
    """The national law with every programme offered, every limit finite, every local number.

    A limit that is not listed lies a little above the lowest there may be.
    """
    law = load_policy("national", at="2026-11-01").change(LOCAL | ON)
    given = ((path, entry) for path, entry in declarations().items() if entry.read_by == "rules")
    open_ = {path: entry.low + ABOVE for path, entry in given if law[path] == math.inf}
    return law.change(open_)


def with_local_numbers(policy):
    """A place's law with the local numbers that it lacks, so that any programme may be on."""
    return policy.change(
        {path: value for path, value in LOCAL.items() if path not in policy.values}
    )


def beside(path):
    """What must be set so that a parameter matters: its own entry, or that of a path above."""
    while path:
        if path in BESIDE:
            return BESIDE[path]
        path = path.rpartition(".")[0]
    return {}


def people_tables(seed, households, policy):
    """Persons and households with every input; thresholds are those of `policy`."""
    persons, homes = random_tables(seed, households, policy)
    more_persons, more_homes = random_circumstances(
        seed, np.bincount(persons["household_id"]), policy
    )
    return persons | more_persons, homes | more_homes


def people(seed, households, policy=None):
    """Random people of the full law."""
    return people_from_tables(*people_tables(seed, households, policy or full_law()))
