"""What is true of those on a roll: only theirs, as the recipe tells, ordered as views must be."""

import numpy as np
import pytest

from jiuzhu_sim.casework.cleanup import roll_of
from jiuzhu_sim.columns import columns
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import enrol, seen, synthesize
from jiuzhu_sim.population.recipe import load_recipe, overlay
from jiuzhu_sim.population.roll_conditions import CONDITIONS, EXTRA, beset

HOUSEHOLDS = 12_000
ALL = {"urban": 1.0, "rural": 1.0}


@pytest.fixture(scope="module")
def plain():
    """People on a roll, before anything else is true of them."""
    people = synthesize("s43-county", households=HOUSEHOLDS, seed=4)
    poor = people["savings"] < 2_000
    made = people.with_columns({"was_dibao": poor})
    return made


def only(name, **own):
    """The recipe with one condition, of all on the roll."""
    recipe = load_recipe("s43-county")
    condition = recipe["records"]["roll"]["conditions"][name]
    whole = {**condition, "share": ALL, "per_member": ALL, "registered": 1, **own}
    roll = {**recipe["records"]["roll"], "conditions": {name: whole}}
    return {**recipe, "records": {**recipe["records"], "roll": roll}}


def of_household(people, column, flags):
    entry = columns()[column]
    if entry.level == "household":
        return flags
    owner = np.repeat(np.arange(people.households), people.sizes)
    return np.bincount(owner, flags, people.households) > 0


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_changes_the_views_of_those_on_the_roll_alone(plain, name):
    made = beset(plain, only(name), 7)
    on_roll = plain["was_dibao"]
    differs = np.zeros(plain.households, bool)
    for entry in columns().values():
        if entry.view == "true" and entry.name in made:
            other = made.numbers(entry.name) != made.numbers(entry.view_of)
            differs |= of_household(made, entry.name, other) & on_roll
            off = of_household(made, entry.name, other) & ~on_roll
            if entry.name in plain:
                was = plain.numbers(entry.name) != plain.numbers(entry.view_of)
                was = of_household(plain, entry.name, was)
                np.testing.assert_array_equal(off, was & ~on_roll)
            else:
                assert not off.any()
    assert differs.any()
    for column in set(plain.laid_out) & set(columns()) - {"registry_income_m"}:
        if not columns()[column].view:
            np.testing.assert_array_equal(made.numbers(column), plain.numbers(column))


def test_each_condition_is_what_it_says(plain):
    on_roll = plain["was_dibao"]
    alone = plain.sizes == 1
    dead = beset(plain, only("natural_decrease"), 7)
    gone = dead["not_counted_because_true"] == "dead"
    assert gone.sum() == on_roll.sum()
    np.testing.assert_array_equal(dead["not_counted_because_registry"] == "dead", gone)
    oldest = np.zeros(plain.households)
    owner = np.repeat(np.arange(plain.households), plain.sizes)
    np.maximum.at(oldest, owner, plain["age"])
    assert (plain["age"][gone] == oldest[owner[gone]]).all()
    orphans = beset(plain, only("orphan"), 7)
    moved = orphans["not_counted_because_true"] == "special_aid"
    assert 0 < moved.sum() < on_roll.sum() / 10
    assert (plain["age"][moved] <= 17).all()
    assert (plain["relation"][moved] == "grandchild").all()
    paid = beset(plain, only("compensation"), 7)
    assert (paid["compensation_true"][on_roll] >= 15_000).all()
    assert (paid["months_since_compensation_true"][on_roll] <= 18).all()
    free = beset(plain, only("five_guarantee"), 7)
    lonely = ~free["has_able_obligor_true"] & free["has_able_obligor"]
    assert 0 < lonely.sum() < on_roll.sum()
    assert (plain["age"][np.isin(owner, np.flatnonzero(lonely & alone))] >= 60).all()
    rich = beset(plain, only("other_income"), 7)
    more = rich["wage_true_m"] - rich["wage_m"]
    assert (np.bincount(owner, more)[on_roll & (plain["savings"] == 0)] >= 0).all()
    level = np.bincount(owner, rich["wage_true_m"]) / plain.sizes
    idle = on_roll & (np.bincount(owner, plain["wage_m"]) == 0)
    assert np.median(level[idle & (plain["area"] == "urban")]) > 300


def test_shares_grow_with_the_members(plain):
    grows = only("natural_decrease", share={"urban": 0.02, "rural": 0.02},
                 per_member={"urban": 2.0, "rural": 2.0})  # fmt: skip
    made = beset(plain, grows, 7)
    owner = np.repeat(np.arange(plain.households), plain.sizes)
    hit = np.bincount(owner, made["not_counted_because_true"] == "dead") > 0
    for size in (1, 2, 3):
        inside = plain["was_dibao"] & (plain.sizes == size)
        assert hit[inside].mean() == pytest.approx(0.02 * 2 ** (size - 1), abs=0.012)


def test_those_on_the_roll_hide_nothing_else(plain):
    made = beset(plain, only("natural_decrease", share={"urban": 0.0, "rural": 0.0}), 7)
    owner = np.repeat(np.arange(plain.households), plain.sizes)
    on_roll = plain["was_dibao"]
    for entry in columns().values():
        if entry.view == "true":
            here = on_roll[owner] if entry.level == "person" else on_roll
            true, told = made.numbers(entry.name), made.numbers(entry.view_of)
            np.testing.assert_array_equal(true[here], told[here])
    # Stale entries stay: a wage in the register of who has none.
    assert (made["wage_registry_m"] > made["wage_true_m"])[on_roll[owner]].any()


def test_by_household_seed_and_nothing_else():
    law = load_policy("s43-county")
    few = roll_of("s43-county", law, seed=2, households=600, is_calibrated=False)
    many = roll_of("s43-county", law, seed=2, households=1500, is_calibrated=False)
    persons = few.persons
    for name in (f"{plain}_true" for plain in EXTRA):
        length = persons if columns()[name].level == "person" else few.households
        np.testing.assert_array_equal(many.numbers(name)[:length], few.numbers(name), name)
    assert beset(few.with_chunk(50), load_recipe("s43-county"), 9).digest() == (
        beset(few, load_recipe("s43-county"), 9).digest()
    )


def test_other_recipes_have_no_such_columns():
    people = synthesize("all-programmes", households=400, seed=1)
    poor = people["savings"] < 500
    made = enrol(people, poor, poor, seed=1)
    assert not {f"{name}_true" for name in EXTRA} & set(made.laid_out)
    # What such a view would show is then what was reported.
    assert (seen(made, "true")["compensation"] == made["compensation"]).all()


def test_refused_may_differ_by_area(monkeypatch):
    people = synthesize("s43-county", households=4000, seed=1)
    recipe = overlay(
        load_recipe("s43-county"),
        {"records": {"enrolment": {"refused": {"urban": 1.0, "rural": 0.0}}}},
    )
    monkeypatch.setitem(enrol.__globals__, "load_recipe", lambda name: recipe)
    everybody = np.ones(4000, bool)
    made = enrol(people, everybody, everybody, seed=1)
    gets, urban = made["was_dibao"], people["area"] == "urban"
    assert not gets[urban].any()
    np.testing.assert_array_equal(gets[~urban], made["has_applied"][~urban])
