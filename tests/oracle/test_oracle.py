"""10,000 random households by the engine and by the exact reference: not one may differ."""

from fractions import Fraction

import pytest

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables
from tests.oracle.exact import HALF_FEN, differences, exact_households, exact_law, rounded
from tests.oracle.oracle import judge
from tests.random_tables import random_tables

HOUSEHOLDS = 10_000
CHANGED = {
    "dibao.standard.urban": 812.5,
    "dibao.standard.rural": 601.37,
    "dibao.benefit_minimum": 45,
    "edge.ratio": 1.8,
    "income.employment_cost_share": 0.25,
    "income.expenditure_deduction_share": 0.5,
    "income.exempt_preferential_allowance": False,
    "supplement.elder_share": 0.35,
    "supplement.minor_share": 0.25,
    "supplement.severe_share": 0.15,
    "supplement.ill_share": 0.4,
    "assets.savings_max_months": 12,
    "category.elder_age": 75,
}
CHANGED_2013 = {
    "dibao.standard.urban": 399.95,
    "dibao.benefit_minimum": 12.5,
    "edge.ratio": 1.3,
    "income.exempt_disability_allowance": False,
    "supplement.elder_share": 0.1,
    "single.offered": True,
    "assets.savings_max_months": 6,
    "assets.homes_max.rural": 1,
}
LAWS = {
    "example-county": load_policy("example-county"),
    "example-county changed": load_policy("example-county").change(CHANGED),
    "s42-county-2013": load_policy("s42-county-2013"),
    "s42-county-2013 changed": load_policy("s42-county-2013").change(CHANGED_2013),
}


@pytest.mark.parametrize("name", LAWS)
def test_engine_and_reference_agree_on_every_household(name):
    policy = LAWS[name]
    tables = random_tables(20_250_101, HOUSEHOLDS, policy)
    results = simulate(people_from_tables(*tables), policy)
    law = exact_law(policy)
    expected = [judge(home, members, law) for home, members in exact_households(*tables)]
    assert differences(results, expected) == []


@pytest.mark.parametrize("name", LAWS)
def test_the_random_households_stand_on_the_thresholds(name):
    """The comparison is worth something only if the hard cases are among the random ones."""
    policy = LAWS[name]
    law = exact_law(policy)
    seen = {"at standard": 0, "a hair below": 0, "minimum": 0, "included": 0, "severe and aged": 0}
    layers = set()
    for home, members in exact_households(*random_tables(20_250_101, 1_000, policy)):
        out = judge(home, members, law)
        gap = out["dibao_standard_m_hh"] - out["counted_income_pc_m_hh"]
        layers.add(out["layer_hh"])
        seen["at standard"] += gap == 0
        seen["a hair below"] += 0 < gap < 2 * HALF_FEN
        is_minimum = gap * len(members) < law["dibao.benefit_minimum"] * len(members)
        seen["minimum"] += out["layer_hh"] == "dibao" and is_minimum
        seen["included"] += out["layer_hh"] == "edge" and out["n_recipients_hh"] > 0
        seen["severe and aged"] += any(m["age"] >= 75 and m["serious_illness"] for m in members)
    absent = {"minimum", "included"} if name == "s42-county-2013" else set()
    assert {what for what, times in seen.items() if not times} == absent
    assert layers == ({"dibao", "none"} if absent else {"dibao", "edge", "none"})


def test_rural_standard_of_2013_is_a_twelfth_of_the_year():
    assert exact_law(LAWS["s42-county-2013"])["dibao.standard.rural"] == Fraction(2434, 12)


@pytest.mark.parametrize(
    ("amount", "yuan"),
    [("2", 2), ("2.004", 2), ("2.005", 3), ("1.999", 2), ("0", 0), ("0.0049", 0)],
)
def test_half_a_fen_is_where_another_yuan_begins(amount, yuan):
    assert rounded(Fraction(amount), {"dibao.benefit_rounding": "ceil_yuan"}) == yuan
