"""Rules that a parameter switches off: not run, and what they then say; order and rounding."""

import math

import pytest

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import make_plan, simulate
from jiuzhu_sim.rules import RULES
from tests.full_law import full_law, people

FULL = full_law()
EVERY = [rule.name for rule in RULES]
A_FEW = people(11, 40)

SWITCHES = {
    ("unit.rule", "legal", "household"): "is_family_member=True",
    ("reading.imputation_rule", "minimum_wage", "none"): "imputed_wage_m unverified_cost_m",
    ("reading.imputation_rule", "living_standard", "none"): "living_standard_income_m_hh",
    ("support.form", "excess", "none"): "assessed_support_m_hh",
    ("income.land_income_y", 400, 0): "land_income_m_hh",
    ("income.expenditure_deduction_share", 0.5, 0): "expenditure_deduction_m_hh",
    ("rigid.offered", True, False): (
        "rigid_deducted_y_hh disposable_income_y_hh gross_income_pc_y_hh is_rigid_hh"
    ),
    ("standard.method", "decree", "engel"): "published_standard_m_hh",
    ("standard.method", "basic_needs", "decree"): "basic_needs_standard_m_hh",
    ("standard.method", "engel", "decree"): "engel_standard_m_hh",
    ("standard.method", "consumption_share", "decree"): "consumption_standard_m_hh",
    ("assets.exempt_area", "urban", "none"): "is_area_exempt_hh",
    ("stop.not_collected_months", 3, math.inf): "is_not_collected_hh",
    ("stop.absence_months", 3, math.inf): "is_away_hh",
    ("stop.bills_standards", 0.5, math.inf): "is_bills_high_hh",
    ("stop.self_paid_school", True, False): "is_school_paid_hh",
    ("stop.compensation", True, False): "compensation_months_hh is_compensation_left_hh",
    ("stop.misconduct", True, False): "is_misconduct_hh",
    ("stop.information", True, False): "is_information_against_hh",
    ("work.absences_max", 3, math.inf): "is_absent_hh",
    ("reading.work_refusal_sanction", "suspend", "none"): "is_refuser n_refusers_hh",
    ("reading.work_refusal_sanction", "own_share", "stop"): "single_withheld_m_hh withheld_m_hh",
    ("tekun.offered", True, False): (
        "is_without_labour is_without_labour_hh tekun_income_m_hh is_without_means_hh"
        " is_without_obligor_hh is_tekun_hh care_grade=able tekun_basic_m_hh"
        " tekun_basic_concentrated_m_hh tekun_basic_dispersed_m_hh tekun_benefit_m_hh"
    ),
    ("tekun.care_offered", True, False): (
        "tekun_care_m tekun_care_dispersed_m_hh tekun_care_concentrated_m_hh"
    ),
    ("illness.by_expense", True, False): "income_last_year_y_hh",
    ("single.offered", True, False): (
        "n_single_cases_hh full_standard_m_hh single_person_base_m_hh single_supplement_share_hh"
    ),
    ("reading.single_person_base", "own_income", "full_standard"): "own_gap_m",
    ("reading.single_person_base", "household_gap", "full_standard"): "head_gap_m_hh",
    ("ladder.monitored_offered", True, False): "is_monitored_hh",
    ("ladder.other_offered", True, False): "is_other_low_income_hh",
    ("reading.review_class_priority", "shortest_interval", "first_match"): "is_category_c_hh",
    ("review.by", "stability", "category"): "is_income_changing_hh",
    ("dibao.benefit_form", "classes", "gap"): "support_class_hh=iii class_benefit_m_hh",
    ("dibao.benefit_form", "tiers", "gap"): "tier_hh=third tier_benefit_m_hh",
    ("reading.grace_months", 6, 0): "is_grace_hh grace_benefit_m_hh",
    ("reading.supplement_target", "average_target", "ignore"): "target_benefit_m_hh",
    ("temporary.offered", True, False): (
        "is_expenditure_heavy_hh is_temporary_income_met_hh temporary_type_hh=none"
        " urgent_ceiling_hh temporary_first_aid_hh temporary_top_up_hh"
        " temporary_expenditure_aid_hh temporary_aid_hh"
    ),
    ("education.offered", True, False): (
        "is_education_family_hh preschool_aid_y boarder_aid_y nutrition_aid_y senior_aid_y"
        " vocational_aid_y higher_aid_y university_aid_y education_aid_y education_aid_y_hh"
    ),
    ("student_aid.automatic", True, False): (
        "is_student_aid_on is_student_aid_on_hh student_aid_y student_aid_y_hh"
    ),
    ("medical.offered", True, False): (
        "is_dibao_person premium_aid_y premium_aid_y_hh is_medical_aid_person medical_aid_y"
        " medical_aid_y_hh medical_card_y_hh medical_total_y_hh"
    ),
    ("addon.food", 15, 0): "food_subsidy_m_hh",
    ("addon.living", 10, 0): "living_subsidy_m_hh",
    ("addon.old_age", 50, 0): "old_age_allowance_m_hh",
    ("addon.disability_living", 90, 0): "disability_living_m_hh",
    ("addon.disability_care", 100, 0): "disability_care_m_hh",
    ("addon.rent", 200, 0): "rent_subsidy_m_hh",
    ("addon.repair", 20_000, 0): "repair_aid_hh",
    ("addon.heating", 600, 0): "heating_subsidy_y_hh",
    ("addon.funeral", 1_000, 0): "funeral_relief_y_hh",
    ("addon.disaster", 500, 0): "disaster_aid_y_hh",
}
"""(Parameter, a value that switches on, one that switches off) → the rules, and what they say off
where that is not nothing."""


TO_THE_FEN = {
    "tekun_basic_m_hh",
    "tekun_basic_concentrated_m_hh",
    "tekun_care_m",
    "temporary_first_aid_hh",
    "temporary_top_up_hh",
    "temporary_expenditure_aid_hh",
    "premium_aid_y",
    "medical_aid_y",
    "price_subsidy_m_hh",
}
AS_THE_PLACE_ROUNDS = {
    "full_standard_m_hh",
    "own_gap_m",
    "head_gap_m_hh",
    "grace_benefit_m_hh",
    "gap_m_hh",
    "tier_benefit_m_hh",
    "class_benefit_m_hh",
    "target_benefit_m_hh",
}
STEPS = [
    *("unit", "income", "expenditure", "standard", "assets", "stop", "tekun", "status"),
    *("category", "single", "grace", "benefit"),
    *("temporary", "education", "medical", "addons", "total"),
]


def running(policy):
    """The rules that a policy has run."""
    return {step.rule.name for step in make_plan(policy, EVERY).steps if step.on}


@pytest.mark.parametrize(("switch", "names"), SWITCHES.items(), ids=lambda x: str(x[0]))
def test_a_parameter_switches_its_rules_off_and_no_others(switch, names):
    path, on, off = switch
    with_it, without = FULL.change({path: on}), FULL.change({path: off})
    expected = dict(name.partition("=")[::2] for name in names.split())
    assert running(with_it) - running(without) == set(expected)
    results = simulate(A_FEW, without, expected)
    for name, said in expected.items():
        value = said == "True" or said or 0
        assert set(results[name].tolist()) == {value}, name
        assert results[name].dtype.kind == simulate(A_FEW, with_it, [name])[name].dtype.kind
        assert column(name).kind == "result"


def test_every_switch_is_listed():
    listed = {
        (path, name.partition("=")[0])
        for (path, *_), row in SWITCHES.items()
        for name in row.split()
    }
    assert {name for _, name in listed} == {rule.name for rule in RULES if rule.when}


def test_roundings():
    rounded = {rule.name: rule.round for rule in RULES if rule.round}
    assert {name for name, how in rounded.items() if how == "fen"} == TO_THE_FEN
    local = {name for name, how in rounded.items() if how == "dibao_benefit_rounding"}
    assert local == AS_THE_PLACE_ROUNDS
    assert rounded.keys() == TO_THE_FEN | AS_THE_PLACE_ROUNDS


def test_rules_stand_in_the_order_of_a_case():
    assert list(dict.fromkeys(rule.programme for rule in RULES)) == STEPS
