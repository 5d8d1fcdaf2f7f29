"""Recipes: complete, and tuned to what they say they are tuned to."""

from pathlib import Path

import numpy as np
import pytest

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import calibrate, read_people, recipe_names, synthesize
from jiuzhu_sim.population.recipe import AREAS, load_recipe

DATA = Path(__file__).parents[2] / "data/synthetic/example-county"
WANTED = ("n_recipients_hh", "benefit_m_hh")
REPORTED = {"urban": (2187, 3212, 240.20), "rural": (4424, 7583, 125.11)}


@pytest.mark.parametrize("name", recipe_names())
def test_shares_add_up(name):
    recipe = load_recipe(name)
    assert sum(recipe["area_share"].values()) == pytest.approx(1)
    for area in AREAS:
        assert sum(recipe["size_share"][area].values()) == pytest.approx(1, abs=0.002)
        assert sum(place[area] for place in recipe["townships"].values()) == pytest.approx(1)
        for size, types in recipe["types"].items():
            assert sum(entry["share"][area] for entry in types) == pytest.approx(1)
            assert {len(entry["members"]) for entry in types} == {size}
    for role in ("elder", "adult", "parent"):
        assert sum(share for _, _, share in recipe["roles"][role]["ages"]) == pytest.approx(1)
    assert sum(recipe["disability"]["grade_share"]) == pytest.approx(1)


def test_example_county_is_near_its_tuning():
    people = synthesize("example-county", households=30_000, seed=1)
    results = simulate(people, load_policy("example-county"), WANTED)
    persons, benefit = (results[name] for name in WANTED)
    assert (persons > 0).sum() == pytest.approx(6000, rel=0.05)
    assert persons.sum() == pytest.approx(11_000, rel=0.05)
    assert benefit.sum() / persons.sum() == pytest.approx(400, rel=0.05)


def test_s42_county_needs_mild_weights_only():
    people = synthesize("s42-county-2013", households=20_000, seed=1)
    results = simulate(people, load_policy("s42-county-2013"), WANTED)
    persons, benefit = (results[name] for name in WANTED)
    auxiliaries, targets = {}, {}
    for area, (households, heads, mean) in REPORTED.items():
        gets = (people["area"] == area) & (persons > 0)
        auxiliaries |= {
            f"{area}_households": gets.astype(float),
            f"{area}_persons": np.where(gets, persons, 0.0),
            f"{area}_benefit_m": np.where(gets, benefit, 0.0),
        }
        targets |= {
            f"{area}_households": households,
            f"{area}_persons": heads,
            f"{area}_benefit_m": heads * mean,
        }
    made = calibrate(people["weight"], auxiliaries, targets)
    for total in made.table.values():
        assert total.before == pytest.approx(total.target, rel=0.15)
        assert total.after == pytest.approx(total.target, rel=1e-10)
    assert 0.4 < made.ratio_min < made.ratio_max < 2.5


def test_committed_data_are_what_the_recipe_makes():
    committed = read_people(DATA)
    again = synthesize("example-county", households=6000, seed=20260101)
    assert dict(committed.about) == dict(again.about)
    for name in again.laid_out:
        np.testing.assert_array_equal(committed[name], again[name])
