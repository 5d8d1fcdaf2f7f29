"""The national rules by the engine and by the exact reference: not one household may differ."""

from fractions import Fraction
from functools import cache

import pytest

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables
from tests.oracle.exact import (
    HALF_FEN,
    disagreements,
    exact_households,
    exact_law,
    reference,
)
from tests.oracle.national import Case
from tests.oracle.person import is_member

HOUSEHOLDS = 4_000
READINGS = {
    "reading.single_person_base": "own_income",
    "reading.grace_benefit": "taper",
    "reading.work_refusal_sanction": "suspend",
    "reading.imputation_rule": "minimum_wage",
    "reading.edge_bounds": "closed",
    "reading.expenditure_rule": "less_spending",
    "reading.review_class_priority": "shortest_interval",
    "reading.recognition_months": 6,
    "supplement.stacking": "stacked",
    "support.form": "excess_by_children",
    "grace.income_ratio_max": 1.5,
    "dibao.benefit_rounding": "ceil_yuan",
    "dibao.benefit_minimum": 30,
    "income.exempt_basic_pension": False,
    "income.exempt_preferential_allowance": False,
    "income.exempt_disability_allowance": False,
    "income.expenditure_deduction_share": 0.5,
    "income.land_income_y": 200,
    "income.imputed_wage_share": 0.7,
    "category.single_parents": True,
    "category.key_groups": True,
    "category.students": "compulsory",
    "ladder.large_medical_y": 20_000,
    "rigid.offered": True,
    "rigid.counts_accident": True,
    "rigid.counts_disaster": True,
    "reading.rigid_expenditure_cap": "amount",
    "rigid.cap_y": 10_000,
}
MORE_READINGS = {
    "reading.single_person_base": "household_gap",
    "reading.grace_benefit": "zero",
    "reading.work_refusal_sanction": "stop",
    "reading.imputation_rule": "minimum_wage",
    "reading.minimum_wage_role": "deducted_cost",
    "reading.disposable_income_scope": "rural",
    "reading.rigid_expenditure_cap": "share_of_income",
    "rigid.cap_share": 0.3,
    "rigid.offered": True,
    "dibao.benefit_form": "tiers",
    "single.household_layer": "edge",
    "supplement.for_single": False,
    "support.form": "fixed_fee",
    "support.fee": 50,
    "illness.by_expense": True,
    "disability.severe_other_kinds": False,
    "income.expenditure_deduction_share": 1,
    "reading.high_premium_threshold": 5_000,
    "assets.farm_machines_max": 1,
    "work.absences_max": 2,
}
STOPS = {
    "stop.not_collected_months": 3,
    "stop.absence_months": 3,
    "stop.bills_standards": 1,
    "stop.self_paid_school": True,
    "stop.compensation": True,
    "stop.misconduct": True,
    "stop.information": True,
    "stop.signins_missed": 2,
    "stop.renewal_required": True,
    "reading.absence_scope": "any_member",
    "reading.clearly_above_ratio": 1.2,
    "reading.consumption_test": "each_per_head",
    "reading.grace_months": 12,
    "support.form": "excess",
    "reading.imputation_rule": "living_standard",
    "income.expenditure_deduction_share": 0.2,
    "reading.rigid_expenditure_cap": "share_of_income",
    "rigid.cap_share": 0.1,
}
ILLUSTRATED = load_policy("national-illustrated")
LAWS = {
    "2021": load_policy("national", at="2021-07-01"),
    "2023": load_policy("national", at="2023-10-01"),
    "2025": load_policy("national", at="2025-01-01"),
    "2026": load_policy("national", at="2026-11-01"),
    "illustrated": ILLUSTRATED,
    "readings": ILLUSTRATED.change(READINGS),
    "more readings": ILLUSTRATED.change(MORE_READINGS),
    "stops": load_policy("national").change(STOPS),
}


LAYERS = {"tekun", "dibao", "single_person", "edge", "none"}
ALL_LAYERS = LAYERS | {"rigid", "monitored", "other"}
STATUSES = {"none", "paid", "to_verify"}
GROUNDS = {"not_collected", "away", "bills", "school", "compensation", "misconduct"}
SEEN = {
    "2021": LAYERS | STATUSES,
    "2023": LAYERS | STATUSES | {"monitored", "other", "grace"},
    "2025": ALL_LAYERS | STATUSES | {"grace"},
    "2026": ALL_LAYERS | STATUSES | {"grace"},
    "illustrated": LAYERS | STATUSES | {"monitored", "other", "grace"},
    "readings": ALL_LAYERS | {"paid", "grace", "suspended"},
    "more readings": (ALL_LAYERS - {"single_person"})
    | {"paid", "grace", "suspended", "stopped", "refused_work"},
    "stops": ALL_LAYERS | GROUNDS | {"paid", "grace", "stopped", "information", "waived"},
}
"""What must be among the random households: layers, payment statuses, grounds to stop."""


def judge(home, persons, law):
    """All that is compared, of one household."""
    case = Case(home, persons, law)
    return {
        "n_members_hh": case.n,
        "dibao_standard_m_hh": case.standard,
        "gross_income_m_hh": case.gross,
        "counted_income_m_hh": case.income,
        "counted_income_pc_m_hh": case.income / max(case.n, 1),
        "is_property_passed_hh": case.has_little,
        "stop_reason_hh": case.stop,
        "is_suspended_hh": case.is_suspended,
        "is_tekun_hh": case.is_tekun,
        "is_dibao_hh": case.is_dibao,
        "is_edge_hh": case.is_edge,
        "n_single_cases_hh": len(case.singles),
        "layer_hh": case.layer,
        "n_recipients_hh": case.n_recipients,
        "category_hh": case.category,
        "review_months_hh": case.review,
        "is_grace_hh": case.is_grace,
        "grace_benefit_m_hh": case.grace,
        "tekun_benefit_m_hh": case.tekun,
        "single_person_benefit_m_hh": sum(map(case.single_of, case.singles), start=Fraction(0)),
        "payment_status_hh": case.status,
        "benefit_m_hh": case.benefit,
    }


@cache
def judged(name):
    return reference(judge, LAWS[name], 20_210_701, HOUSEHOLDS)


@pytest.mark.parametrize("name", LAWS)
def test_engine_and_reference_agree_on_every_household(name):
    assert disagreements(LAWS[name], *judged(name)) == []


@pytest.mark.parametrize("name", ["2021", "readings"])
def test_engine_and_reference_count_the_same_persons_as_members(name):
    tables, _ = judged(name)
    results = simulate(people_from_tables(*tables), LAWS[name], ["is_unit_member"])
    law = exact_law(LAWS[name])
    counted = [is_member(p, law) for _, persons in exact_households(*tables) for p in persons]
    assert results["is_unit_member"].tolist() == counted
    assert set(counted) == {False, True}


@pytest.mark.parametrize("name", LAWS)
def test_every_layer_status_and_ground_is_among_the_random_households(name):
    columns = ("layer_hh", "payment_status_hh", "stop_reason_hh")
    seen = {outcome[column] for outcome in judged(name)[1] for column in columns}
    assert SEEN[name] - seen == set()


@pytest.mark.parametrize("name", LAWS)
def test_the_random_households_stand_on_the_thresholds(name):
    """The comparison is worth something only if the hard cases are among the random ones."""
    ratio = exact_law(LAWS[name])["edge.ratio"]
    seen = dict.fromkeys(["at standard", "below it", "at edge", "below edge", "empty"], 0)
    for out in judged(name)[1]:
        standard = out["dibao_standard_m_hh"] * out["n_members_hh"]
        for limit, what in ((standard, "standard"), (standard * ratio, "edge")):
            short = limit - out["counted_income_m_hh"]
            seen[f"at {what}"] += limit > 0 and short == 0
            seen["below it" if what == "standard" else "below edge"] += 0 < short <= 2 * HALF_FEN
        seen["empty"] += out["n_members_hh"] == 0
    assert [what for what, times in seen.items() if not times] == []


def test_a_refusal_costs_some_persons_included_singly_their_own_share():
    outcomes = judged("2025")[1]
    assert any(0 < out["benefit_m_hh"] < out["single_person_benefit_m_hh"] for out in outcomes)
