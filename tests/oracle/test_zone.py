"""The development zone by the engine and by the exact reference: not one household may differ."""

from fractions import Fraction
from functools import cache

import pytest

from jiuzhu_sim.policy import load_policy
from tests.oracle.exact import HALF_FEN, disagreements, exact_law, reference
from tests.oracle.zone import judge

HOUSEHOLDS = 4_000
TARGET = {
    "reading.supplement_target": "average_target",
    "reading.benefit_start": "policy_date",
    "edge.ratio": 1.5,
}
FLOOR = {
    "reading.floor_scope": "all",
    "reading.class_ii_rate": 0.6,
    "reading.benefit_start": "quarter_start",
    "classes.floor": 55,
    "assets.vehicles_max": 0,
    "work.absences_max": 2,
    "supplement.ill_share": 0.1,
}
SINCE_2009 = load_policy("s310-zone-2009")
LAWS = {
    "before": load_policy("s310-zone-2009", at="2008-12-31"),
    "classes": SINCE_2009,
    "average target": SINCE_2009.change(TARGET),
    "floor for all": SINCE_2009.change(FLOOR),
    "class II in full": SINCE_2009.change({"reading.class_ii_rate": 1}),
}


@cache
def judged(name):
    return reference(judge, LAWS[name], 20_090_402, HOUSEHOLDS)


@pytest.mark.parametrize("name", LAWS)
def test_engine_and_reference_agree_on_every_household(name):
    assert disagreements(LAWS[name], *judged(name)) == []


@pytest.mark.parametrize("name", LAWS)
def test_the_hard_cases_are_among_the_random_households(name):
    """Each class among the poor, incomes at and just below the standard, the floor at work."""
    outcomes = judged(name)[1]
    poor = [out for out in outcomes if out["layer_hh"] == "dibao"]
    classes = {out["support_class_hh"] for out in poor}
    assert classes == ({"iii"} if name == "before" else {"i", "ii", "iii"})
    gaps = [out["dibao_standard_m_hh"] - out["counted_income_pc_m_hh"] for out in outcomes]
    assert 0 in gaps
    assert any(0 < gap <= 2 * HALF_FEN for gap in gaps)
    floor = exact_law(LAWS[name])["classes.floor"]
    low = [gap for gap, out in zip(gaps, outcomes, strict=True) if 0 < gap < floor]
    assert low or not floor


def test_standards_and_floor_are_twelfths_of_the_year():
    law = exact_law(SINCE_2009)
    assert law["dibao.standard.rural"] == Fraction(1_000, 12)
    assert law["classes.floor"] == Fraction(100, 12)
    assert exact_law(LAWS["before"])["dibao.standard.rural"] == 75
