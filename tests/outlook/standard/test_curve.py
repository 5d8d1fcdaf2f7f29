"""The standard curve against full simulations: no difference, whatever the law, people, weights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.law import region_names
from jiuzhu_sim.measures import caseload, poverty
from jiuzhu_sim.outlook import simulated_curve, standard_curve
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables
from tests import full_law
from tests.outlook.standard.curve_laws import (
    AREAS,
    CLASSES,
    FULL,
    LAW,
    TIERS,
    WHOLE_FEN,
    county,
    crowd,
)
from tests.random_tables import random_tables

HALF_FEN = 0.005
PLAIN = {
    "age": 40,
    "disability_grade": 0,
    "disability_kind": "other",
    "serious_illness": False,
    "is_student": False,
    "labour_capable": True,
    "medical_expense_y": 0.0,
    "tuition_y": 0.0,
}
INCOMES = ("wage_m", "farm_income_y", "pension_basic_m", "pension_other_m", "transfer_m")
ALLOWANCES = ("preferential_allowance_m", "disability_allowance_m")


def only(people, area):
    """The same people, those of the other area without weight."""
    return people.with_columns({"weight": people["weight"] * (people["area"] == area)})


def assert_same(table, other):
    """Two tables of a curve: money to the fen and far below, shares to the last bits."""
    assert table.rows == other.rows
    np.testing.assert_array_equal(table.n, other.n)
    np.testing.assert_array_equal(np.isnan(table.values), np.isnan(other.values))
    off = np.nan_to_num(np.abs(table.values - other.values)).max(0)
    for statistic, largest in zip(table.statistics, off, strict=True):
        limit = 1e-13 if statistic.name.startswith("fgt") else 1e-3 * HALF_FEN
        assert largest < limit, (statistic.name, largest)


def assert_as_simulated(people, policy, standards=(), areas=AREAS):
    """Every area at some standards, at the policy's own and the two beside it, and at the ends."""
    for area in areas:
        own = round(policy[f"dibao.standard.{area}"])
        asked = sorted({50, own - 1, own, own + 1, 5_000, *standards})
        curve = standard_curve(people, policy, area)
        assert_same(curve.table(asked), simulated_curve(people, policy, area, asked))


# --- against the measures themselves ----------------------------------------------------------
@pytest.mark.parametrize("people", [county, crowd])
def test_two_hundred_standards_at_random(people):
    base = simulate(people(), LAW)
    rng = np.random.default_rng(11)
    curves = {area: standard_curve(people(), LAW, area, base=base) for area in AREAS}
    alone = {area: only(people(), area) for area in AREAS}
    for area, standard in zip(rng.choice(AREAS, 100), rng.integers(50, 1_800, 100), strict=True):
        changed = LAW.change({f"dibao.standard.{area}": int(standard)})
        results = simulate(people(), changed, reuse=base)
        counted = caseload(results, ("area",), weight="weight")
        point = curves[area].at(int(standard))
        if (area,) in counted.rows:
            row = counted.rows.index((area,))
            assert point.n == counted.n[row]
            assert point.households == pytest.approx(counted.get("households", area), rel=1e-14)
            assert point.persons == pytest.approx(counted.get("persons", area), rel=1e-14)
            assert abs(point.cost_y - counted.get("cost_y", area)) < 1e-3 * HALF_FEN
        shortfall = poverty(simulate(alone[area], changed), weight="weight")
        for name in ("fgt0", "fgt1", "fgt2"):
            assert getattr(point, name) == pytest.approx(shortfall.get(name, "after"), abs=1e-13)
            before = getattr(point, f"{name}_before")
            assert before == pytest.approx(shortfall.get(name, "before"), abs=1e-13)


# --- any law --------------------------------------------------------------------------------
@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "dibao.benefit_rounding": st.sampled_from(["fen", "ceil_yuan"]),
            "dibao.benefit_minimum": st.sampled_from([0, 17.35, 30, 200]),
            "dibao.one_person_addition": st.sampled_from([0, 60.25]),
            "supplement.elder_share": st.sampled_from([0, 0.13, 1]),
            "supplement.severe_share": st.floats(0, 1),
            "supplement.stacking": st.sampled_from(["highest", "stacked"]),
            "supplement.for_single": st.booleans(),
            "single.offered": st.booleans(),
            "reading.single_person_base": st.sampled_from(
                ["own_income", "full_standard", "household_gap"]
            ),
            "reading.edge_bounds": st.sampled_from(["half_open", "closed"]),
            "edge.ratio": st.sampled_from([1, 1.5, 2]),
            "assets.savings_max_months": st.sampled_from([0, 0.5, 12, 24, float("inf")]),
            "income.expenditure_deduction_share": st.sampled_from([0, 0.6, 1]),
            "dibao.standard.rural": st.sampled_from([400, 559.37, 1_000]),
        },
    ),
    st.integers(0, 10_000),
)
def test_any_variation_of_the_example(changes, seed):
    policy = LAW.change(changes)
    people = people_from_tables(*random_tables(seed, 15, policy))
    assert_as_simulated(people, policy, (300, 372, 373, 840, 1_170, 1_600))


@pytest.mark.parametrize("name", region_names())
def test_every_preset(name):
    policy = full_law.with_local_numbers(load_policy(name))
    missing = {f"dibao.standard.{area}" for area in AREAS} - policy.values.keys()
    policy = policy.change(dict.fromkeys(missing, 600))
    assert_as_simulated(full_law.people(5, 300, policy), policy, range(100, 1_500, 97))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        CLASSES,
        CLASSES | {"reading.floor_scope": "all", "classes.floor": 700},
        TIERS | WHOLE_FEN,
        {"reading.single_person_base": "own_income"},
        {"reading.single_person_base": "household_gap"},
        {"reading.supplement_target": "average_target"},
        {"reading.multi_person_unit": "household"},
        {"reading.grace_benefit": "zero"},
        {"reading.compensation_months": 12},
        {"reading.consumption_test": "each_per_head"},
        {"reading.work_refusal_sanction": "stop"},
        {"reading.work_refusal_sanction": "suspend"},
        {"support.form": "fixed_fee"},
        {"support.form": "excess", "support.exempt_standards": 0},
    ],
    ids=str,
)
def test_every_programme_at_once(changes):
    people, policy = full_law.people(7, 600), FULL.change(changes)
    assert_as_simulated(people, policy, range(100, 1_500, 117))


# --- by hand -----------------------------------------------------------------------------------
def families(persons, homes=None):
    """Persons able to work, without income unless given, in plain rural homes."""
    count = len(persons["household_id"])
    given = PLAIN | dict.fromkeys((*INCOMES, *ALLOWANCES), 0.0)
    plain = {name: [value] * count for name, value in given.items()}
    several = max(persons["household_id"]) + 1
    home = {"area": ["rural"] * several, "n_vehicles": [0] * several, "n_homes": [1] * several}
    home |= {"savings": [0.0] * several, "has_business": [False] * several}
    return people_from_tables(plain | persons, home | (homes or {}))


def test_a_family_at_its_thresholds():
    """Two persons with 1,120 together: dibao from 561 on, edge above 373.33 (1.5 times)."""
    people = families({"household_id": [0, 0], "transfer_m": [1_120.0, 0.0]})
    curve = standard_curve(people, LAW, "rural")
    assert [curve.at(s).households for s in (559, 560, 561)] == [0, 0, 1]
    # From 561 the gap is 2 yuan, but 30 a head are the least; from 590 it is the gap.
    assert [curve.at(s).cost_y / 12 for s in (561, 590, 591)] == [60, 60, 62]
    assert [curve.at(s).fgt0 for s in (560, 561)] == [0, 0]
    assert curve.at(561).fgt0_before == 1
    assert curve.at(700).fgt1_before == pytest.approx(1 - 560 / 700, abs=1e-15)
    assert curve.at(700).fgt2_before == pytest.approx((1 - 560 / 700) ** 2, abs=1e-15)


def test_a_fen_decides():
    """Income of a person one fen below, at and one fen above 560; savings at 24 months of it."""
    for income, first in ((559.99, 560), (560.0, 561), (560.01, 561)):
        people = families({"household_id": [0], "transfer_m": [income]})
        assert standard_curve(people, LAW, "rural").at(first - 1).households == 0
        assert standard_curve(people, LAW, "rural").at(first).households == 1
    for savings, first in ((24 * 560 - 0.01, 560), (24 * 560.0, 560), (24 * 560 + 0.01, 561)):
        people = families({"household_id": [0]}, {"savings": [savings]})
        assert standard_curve(people, LAW, "rural").at(first - 1).households == 0
        assert standard_curve(people, LAW, "rural").at(first).households == 1
        assert standard_curve(people, LAW, "rural").at(first).cost_y == 12 * first


def test_rounding_and_a_share_of_the_standard():
    """One old person with 100.25: 561 − 100.25 up to whole yuan, and 0.2 of 561 unrounded."""
    people = families({"household_id": [0], "age": [75], "transfer_m": [100.25]})
    point = standard_curve(people, LAW, "rural").at(561)
    assert point.cost_y == pytest.approx(12 * (461 + 112.2), rel=1e-15)
    fen = LAW.change({"dibao.benefit_rounding": "fen"})
    point = standard_curve(people, fen, "rural").at(561)
    assert point.cost_y == pytest.approx(12 * (460.75 + 112.2), rel=1e-15)


def test_an_ill_member_of_an_edge_family():
    """Income 600 of one person: none up to 400, singly from 401 to 600, then as a family."""
    persons = {"household_id": [0], "transfer_m": [600.0], "serious_illness": [True]}
    curve = standard_curve(families(persons), LAW, "rural")
    assert [curve.at(s).persons for s in (400, 401, 600, 601)] == [0, 1, 1, 1]
    assert curve.at(600).cost_y / 12 == pytest.approx(600 * 1.3)
    assert curve.at(601).cost_y / 12 == pytest.approx(30 + 601 * 0.3)


def test_households_without_members_or_weight():
    persons = {
        "household_id": [0, 1, 2],
        "relation": ["head", "none", "head"],
        "is_living_together": [True, False, True],
        "transfer_m": [0.0, 0.0, 333.33],
    }
    people = families(persons, {"weight": [2.5, 7.0, 0.0]})
    policy = LAW.change({"unit.rule": "legal"})
    assert_as_simulated(people, policy, range(300, 600, 7))
    point = standard_curve(people, policy, "rural").at(500)
    assert (point.n, point.households, point.persons) == (2, 2.5, 2.5)
    assert point.cost_y == 12 * 500 * 2.5


def test_nobody_there_and_nobody_weighed():
    people = families({"household_id": [0]})
    assert_as_simulated(people, LAW)
    point = standard_curve(people, LAW, "urban").at(700)
    assert (point.n, point.cost_y, np.isnan(point.fgt0)) == (0, 0, True)
    unweighed = families({"household_id": [0]}, {"weight": [0.0]})
    assert np.isnan(standard_curve(unweighed, LAW, "rural").at(700).fgt1)
