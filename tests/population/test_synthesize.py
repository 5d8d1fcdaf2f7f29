"""Synthetic people: shaped as the recipe says, the same for a seed, whatever else is drawn."""

import sys

import numpy as np
import pytest

from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population import recipe_names, synthesize
from jiuzhu_sim.population.conditions import afflict
from jiuzhu_sim.population.draws import Draws
from jiuzhu_sim.population.household_types import settle
from jiuzhu_sim.population.incomes import (
    MONTHS,
    disposable_income,
    earn,
    entitlements,
    hardship,
    income_rank,
    split,
)
from jiuzhu_sim.population.recipe import AREAS, by_age, load_recipe

HOUSEHOLDS = 30_000
MODULE = sys.modules[synthesize.__module__]


@pytest.fixture(scope="module", params=recipe_names())
def made(request):
    recipe = load_recipe(request.param)
    homes = settle(recipe, Draws(1, np.arange(1, HOUSEHOLDS + 1)))
    return recipe, homes, afflict(recipe, homes)


@pytest.fixture(scope="module")
def people():
    return synthesize("example-county", households=HOUSEHOLDS, seed=1)


def test_columns_are_the_inputs_of_the_dictionary(people):
    inputs = {
        n
        for n, c in columns().items()
        if c.kind == "input" and not c.optional and c.default is None
    }
    assert set(people.laid_out) == inputs - {"household_id"} | {"id"}
    for name, values in people.laid_out.items():
        entry = columns().get(name)
        if entry is not None:
            assert values.dtype == entry.storage
            low = 0 if entry.low is None else entry.low
            assert low <= values.min() <= values.max() <= (entry.high or np.inf)


def test_same_seed_same_people():
    one, same, other = (synthesize("example-county", 500, seed) for seed in (1, 1, 2))
    assert one.digest() == same.digest() != other.digest()


def test_first_households_stay_when_more_are_asked_for():
    few, many = synthesize("example-county", 200, 1), synthesize("example-county", 500, 1)
    for name in few.laid_out:
        values = few.numbers(name)
        if name == "weight":
            assert values.sum() == pytest.approx(many.numbers(name).sum())
        else:
            np.testing.assert_array_equal(values, many.numbers(name)[: len(values)])


def test_blocks_do_not_matter(monkeypatch):
    whole = synthesize("s42-county-2013", 300, 5)
    monkeypatch.setattr(MODULE, "BLOCK", 37)
    assert synthesize("s42-county-2013", 300, 5).digest() == whole.digest()


def test_about_and_weight(people):
    assert people.about == {
        "source": "synthetic",
        "recipe": "example-county",
        "households": HOUSEHOLDS,
        "seed": 1,
        "illustrative": True,
    }
    assert people["weight"].sum() == pytest.approx(load_recipe("example-county")["households"])


def test_household_margins(made):
    recipe, homes, _ = made
    for code, area in enumerate(AREAS):
        here = homes.area == code
        assert here.mean() == pytest.approx(recipe["area_share"][area], abs=0.01)
        if not here.any():  # a community has no village
            continue
        sizes = recipe["size_share"][area]
        wanted = np.array([sizes[size] for size in range(1, 8)]) / sum(sizes.values())
        found = np.bincount(homes.size[here], minlength=8)[1:] / here.sum()
        np.testing.assert_allclose(found, wanted, atol=0.02)
        places = recipe["townships"]
        for place, name in enumerate(sorted(places)):
            share = (homes.township[here] == place).mean()
            assert share == pytest.approx(places[name][area], abs=0.02)


def test_person_margins(made):
    recipe, homes, conditions = made
    expected = by_age(recipe["disability"]["share"]) * recipe["disability"]["low_income_factor"]
    disabled = conditions.disability_grade > 0
    assert disabled.mean() == pytest.approx(expected[homes.age].mean(), rel=0.05)
    grades = np.bincount(conditions.disability_grade[disabled], minlength=5)[1:] / disabled.sum()
    np.testing.assert_allclose(grades, recipe["disability"]["grade_share"], atol=0.02)
    students = by_age(recipe["student_share"])[homes.age].mean()
    assert conditions.is_student.mean() == pytest.approx(students, rel=0.03)
    assert not (conditions.labour_capable & conditions.is_student).any()
    assert not (conditions.labour_capable & conditions.serious_illness).any()
    assert homes.age.min() >= 0


def test_minors_never_live_alone(made):
    _, homes, _ = made
    assert homes.age[homes.first].min() >= 18


def test_hardship_constants_of_the_recipe(made):
    recipe, homes, conditions = made
    score, part = hardship(recipe, homes, conditions), recipe["income_rank"]
    for code, area in enumerate(AREAS):
        own = score[homes.area == code]
        if not own.size:
            continue
        assert own.mean() == pytest.approx(part["score_mean"][area], abs=0.02)
        assert own.std() == pytest.approx(part["score_spread"][area], abs=0.02)


def test_income_rank_is_even_and_falls_with_hardship(made):
    recipe, homes, conditions = made
    score = hardship(recipe, homes, conditions)
    rank = income_rank(recipe, homes, score)
    deciles = np.histogram(rank, bins=10, range=(0, 1))[0] / len(rank)
    np.testing.assert_allclose(deciles, 0.1, atol=0.015)
    assert np.corrcoef(rank, score)[0, 1] < -0.8 * recipe["income_rank"]["correlation"]


def test_the_old_the_disabled_and_those_without_a_worker_rank_lower(made):
    recipe, homes, conditions = made
    rank = income_rank(recipe, homes, hardship(recipe, homes, conditions))
    elders = homes.total((homes.age < 60).astype(float)) == 0
    disabled = homes.total(conditions.is_severe.astype(float)) > 0
    workers = homes.total(conditions.labour_capable.astype(float)) > 0
    for lower in (elders, disabled, ~workers):
        assert rank[lower].mean() < rank[~lower].mean() - 0.05


def test_income_parts_add_up_to_the_draw(made):
    recipe, homes, conditions = made
    rank = income_rank(recipe, homes, hardship(recipe, homes, conditions))
    drawn = disposable_income(recipe, homes, rank)
    paid = entitlements(recipe, homes, conditions)
    has_other = paid.pop("has_other_pension")
    parts = split(recipe, homes, conditions, has_other, drawn)
    np.testing.assert_allclose(homes.total(sum(parts.values())), drawn, rtol=1e-12)
    assert not parts["wage"][~conditions.labour_capable].any()
    assert not parts["pension_other"][~has_other].any()
    # As stored: whole yuan, each part rounded by at most half a yuan a month.
    stored, _ = earn(recipe, homes, conditions)
    owed = homes.total(sum(paid.values())) * MONTHS
    annual = stored["farm_income_y"] + MONTHS * sum(
        values for name, values in stored.items() if name.endswith("_m")
    )
    wanted = np.maximum(drawn, owed)
    gap = np.abs(homes.total(annual) - wanted)
    # The few richest of a whole population are cut at the range of the dictionary.
    at_range = sum(values == columns()[name].high for name, values in stored.items())
    cut = homes.total(at_range.astype(float)) > 0
    assert (gap[~cut] <= (homes.size * (3 * MONTHS + 1) / 2)[~cut]).all()
    assert cut.mean() < 0.001
    assert all((values >= 0).all() and (values % 1 == 0).all() for values in stored.values())


@pytest.mark.parametrize(
    ("recipe", "households", "seed", "code"),
    [
        ("example-conty", 10, 1, "JZ-E050"),
        ("example-county", 0, 1, "JZ-E032"),
        ("example-county", 2.5, 1, "JZ-E032"),
        ("example-county", True, 1, "JZ-E032"),
        ("example-county", 10, "one", "JZ-E032"),
    ],
)
def test_refusals(recipe, households, seed, code):
    with pytest.raises(JZError) as caught:
        synthesize(recipe, households, seed)
    assert set(caught.value.codes) == {code}
    if code == "JZ-E050":
        assert "example-county" in str(caught.value)
