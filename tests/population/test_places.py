"""The recipes of the clean-up summaries: near what was reported, before and after calibration."""

from functools import cache

import numpy as np
import pytest

from jiuzhu_sim.assessment import people_of, reconcile
from jiuzhu_sim.assessment.beside import HOLDS
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.law import figures_of, known_values
from jiuzhu_sim.measures import caseload
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import seen, synthesize
from jiuzhu_sim.population.conditions import afflict
from jiuzhu_sim.population.draws import Draws
from jiuzhu_sim.population.household_types import settle
from jiuzhu_sim.population.incomes import hardship
from jiuzhu_sim.population.recipe import AREAS, load_recipe
from jiuzhu_sim.population.records import villages

HOUSEHOLDS = 20_000
WANTED = ("n_recipients_hh", "benefit_m_hh")

# Dibao households and persons as reported, and the mean supplement that the recipe is tuned to:
# reported (S4.2), computed from what was paid (S4.5), or the national mean of the year, sourced or
# derived from a bulletin (S4.1: 2014; S4.3: 2013).
REPORTED = {
    "s41-city": {"urban": ("R002", "R005", 286), "rural": ("R003", "R006", 129)},
    "s42-county-2013": {"urban": ("R016", "R017", 240.20), "rural": ("R018", "R019", 125.11)},
    "s43-county": {"urban": ("R052", "R053", 264.1), "rural": ("R054", "R055", 115.8)},
    "s45-community": {"urban": ("R077", "R078", 132_100 / 61 / 12)},
}
PERSONS_A_HOUSEHOLD = {
    ("s41-city", "urban"): 2.088,
    ("s41-city", "rural"): 1.241,
    ("s42-county-2013", "urban"): 1.469,
    ("s42-county-2013", "rural"): 1.714,
    ("s43-county", "urban"): 2.009,
    ("s43-county", "rural"): 2.402,
    ("s45-community", "urban"): 1.694,
}
ROWS = list(PERSONS_A_HOUSEHOLD)
PLACES = list(REPORTED)


@cache
def drawn(place):
    """The people as the recipe makes them, and their year under the law of the place."""
    people = synthesize(place, households=HOUSEHOLDS, seed=1)
    return people, simulate(people, load_policy(place), WANTED)


@cache
def calibrated(place):
    policy = load_policy(place)
    people = people_of("", policy, HOUSEHOLDS, seed=1)
    return people, simulate(people, policy)


def wanted(place, area):
    """Households, persons and mean supplement."""
    values = known_values(figures_of(place))
    households, persons, mean = REPORTED[place][area]
    return values[households], values[persons], mean


@pytest.mark.parametrize(("place", "area"), ROWS)
def test_the_recipe_is_near_what_was_reported_before_the_weights_are_moved(place, area):
    people, results = drawn(place)
    households, persons, mean = wanted(place, area)
    here = people["area"] == area
    weight, recipients = people["weight"] * here, results["n_recipients_hh"]
    found = weight @ (recipients > 0)
    assert found == pytest.approx(households, rel=0.05)
    assert weight @ recipients == pytest.approx(persons, rel=0.05)
    assert weight @ recipients / found == pytest.approx(PERSONS_A_HOUSEHOLD[place, area], rel=0.03)
    assert weight @ results["benefit_m_hh"] / (weight @ recipients) == pytest.approx(mean, rel=0.05)


@pytest.mark.parametrize("place", PLACES)
def test_the_weights_meet_the_reports_and_stay_mild(place):
    people, results = calibrated(place)
    for target, _, after in people.about["calibration"]["totals"].values():
        assert after == pytest.approx(target, rel=1e-9)
    low, high, mean = people.about["calibration"]["ratios"]
    assert 0.6 < low <= mean <= high < 2.2
    table = reconcile(results, weight="weight")
    assert {table.get("verdict", *row) for row in table.rows} == {HOLDS}


@pytest.mark.parametrize(("place", "area"), ROWS)
def test_caseload_and_mean_supplement_after_calibration(place, area):
    _, results = calibrated(place)
    table = caseload(results, ("area",), weight="weight")
    households, persons, mean = wanted(place, area)
    assert table.get("households", area) == pytest.approx(households, rel=1e-9)
    assert table.get("persons", area) == pytest.approx(persons, rel=1e-9)
    # Met where it was reported and is a target; elsewhere near what the recipe is tuned to.
    is_target = place == "s42-county-2013"
    found = table.get("mean_benefit_m", area)
    assert found == pytest.approx(mean, rel=1e-9 if is_target else 0.03)


def test_payments_of_s42_agree_where_the_identities_hold():
    """Urban 2.3 % (near), rural 0.2 % (holds): what was paid follows from caseload and mean."""
    _, results = calibrated("s42-county-2013")
    table = caseload(results, ("area",), weight="weight")
    assert table.get("cost_y", "urban") == pytest.approx(9_472_000, rel=0.025)
    assert table.get("cost_y", "rural") == pytest.approx(11_365_800, rel=0.003)


def test_the_community_pays_about_what_it_reported_though_it_need_not():
    """132,100 yuan at 61 persons; the allowances tell of 71 to 75 persons over the year."""
    _, results = calibrated("s45-community")
    table = caseload(results, ("area",), weight="weight")
    assert table.get("cost_y", "urban") == pytest.approx(132_100, rel=0.03)
    assert 132_100 / (897 / 12) / 12 < table.get("mean_benefit_m", "urban") < 260
    assert set(results["area"]) == {"urban"}


def test_the_county_has_its_159_villages_and_20_communities():
    found = villages(load_recipe("s43-county"))
    numbers = known_values(figures_of("s43-county"))
    assert sum(village.area == 1 for village in found) == numbers["R047"] == 159
    assert sum(village.area == 0 for village in found) == numbers["R048"] == 20
    people, _ = drawn("s43-county")
    assert len(set(people["village"])) == 179


def test_petition_groups_of_the_city_have_their_share():
    """3,296 of 63,393 dibao households (S4.1.2), of those who are in dibao by the records."""
    people, _ = drawn("s41-city")
    share = people["is_petition_group"][people["was_dibao"]].mean()
    assert share == pytest.approx(3296 / 63_393, abs=0.008)
    assert people["is_petition_group"][~people["was_dibao"]].mean() < share


@pytest.mark.parametrize("place", ["s41-city", "s43-county", "s45-community"])
def test_score_mean_and_spread_are_those_of_the_recipe(place):
    """The income rank is even in (0, 1): low ranks are as frequent as they should be."""
    recipe = load_recipe(place)
    homes = settle(recipe, Draws(1, np.arange(1, HOUSEHOLDS + 1)))
    score = hardship(recipe, homes, afflict(recipe, homes))
    for code, area in enumerate(AREAS):
        if recipe["area_share"][area]:
            here = score[homes.area == code]
            assert here.mean() == pytest.approx(recipe["income_rank"]["score_mean"][area], abs=0.02)
            spread = recipe["income_rank"]["score_spread"][area]
            assert here.std() == pytest.approx(spread, abs=0.02)


# --- out of calibration: after the clean-up ---------------------------------------------------
def cancelled(place, view):
    """Share of the persons in dibao whom the law leaves out, once seen as `view`; by area."""
    people, results = calibrated(place)
    after = simulate(seen(people, view), load_policy(place), WANTED)
    persons, stays = results.numbers("n_recipients_hh"), after.numbers("n_recipients_hh") > 0
    weight = {area: people["weight"] * (people["area"] == area) for area in ("urban", "rural")}
    weight["total"] = people["weight"]
    return {area: 1 - each @ (persons * stays) / (each @ persons) for area, each in weight.items()}


@pytest.mark.parametrize(
    ("place", "area", "reported"),
    [
        ("s43-county", "total", 2063 / 20_461),
        ("s43-county", "rural", 1252 / 13_218),
        ("s41-city", "total", 9513 / 92_665),
    ],
)
def test_a_clean_up_ends_more_than_registers_show_and_less_than_is_hidden(place, area, reported):
    """Not a target: what was cancelled lies between what data matching alone would find and what
    is true. (Urban S4.3 does not: 11.2 % against 6 % hidden.)"""
    assert cancelled(place, "registry")[area] < reported < cancelled(place, "true")[area]


def test_pensions_found_end_the_cover_of_as_many_as_reported():
    """621 of 20,461 persons (S4.3.4); the recipe is tuned to it."""
    people, results = calibrated("s43-county")
    shown = {"pension_other_m": people.numbers("pension_other_registry_m")}
    after = simulate(people.with_columns(shown), load_policy("s43-county"), WANTED)
    persons, weight = results.numbers("n_recipients_hh"), people["weight"]
    ends = persons * (after.numbers("n_recipients_hh") == 0)
    assert weight @ ends / (weight @ persons) == pytest.approx(621 / 20_461, rel=0.15)
