"""Further circumstances: all of them, plausible, and nothing else changed by them."""

import numpy as np
import pytest

from jiuzhu_sim.columns import codes, columns
from jiuzhu_sim.population import people_from_tables, recipe_names, synthesize, to_tables
from jiuzhu_sim.population.recipe import load_recipe
from jiuzhu_sim.population.roll_conditions import EXTRA
from tests.random_circumstances import RARE, random_circumstances

WITH_DEFAULT = [
    name for name, entry in columns().items() if entry.kind == "input" and entry.default is not None
]
FURTHER = [name for name in WITH_DEFAULT if columns()[name].drawn]
ON_RECORD = [
    name
    for name, entry in columns().items()
    if (entry.view and entry.view_of not in EXTRA) or name == "village"
]
HOUSEHOLDS = 5_000
PLAIN = [name for name in recipe_names() if not load_recipe(name).get("circumstances")]
RELATION, STAGE, AREA = (codes(name) for name in ("relation", "education_stage", "area"))


@pytest.fixture(scope="module")
def people():
    return synthesize("all-programmes", households=HOUSEHOLDS, seed=1)


@pytest.fixture(scope="module")
def persons(people):
    """Person columns as numbers, with the position of each person's household."""
    owner = np.repeat(np.arange(people.households), people.sizes)
    names = [name for name in people.laid_out if name != "id" and columns()[name].level == "person"]
    return {"owner": owner} | {name: people.numbers(name) for name in names}


OVER_TIME = ("unborn", "dead", "special_aid")
"""Codes that only a run by months or what is true of a roll gives."""


@pytest.mark.parametrize("name", FURTHER)
def test_every_circumstance_is_there_in_range_and_varies(people, name):
    entry, values = columns()[name], people.numbers(name)
    assert values.dtype == entry.storage
    assert len(np.unique(values)) > 1
    if entry.codes:
        drawn = [code not in OVER_TIME for code in entry.codes]
        assert set(values.tolist()) == set(np.flatnonzero(drawn).tolist())
    elif entry.dtype != "bool":
        assert entry.low <= values.min() <= values.max() <= entry.high
    if entry.dtype == "float64":
        np.testing.assert_array_equal(values, np.round(values * 100) / 100)


@pytest.mark.parametrize("name", PLAIN)
def test_other_recipes_make_none(name):
    assert set(synthesize(name, households=50, seed=1).laid_out).isdisjoint(FURTHER + ON_RECORD)


def test_the_people_are_those_of_the_recipe_it_is_like(people):
    like = load_recipe("all-programmes")["like"]
    plain = synthesize(like, households=HOUSEHOLDS, seed=1)
    assert set(people.laid_out) == {*plain.laid_out, *FURTHER, *ON_RECORD}
    for name in plain.laid_out:
        np.testing.assert_array_equal(people.numbers(name), plain.numbers(name))


def test_first_households_stay_when_more_are_asked_for(people):
    few = synthesize("all-programmes", households=300, seed=1)
    for name in FURTHER + ON_RECORD:
        values = few.numbers(name)
        np.testing.assert_array_equal(values, people.numbers(name)[: len(values)])


def test_synthetic_people_pass_the_checks_of_own_people(people):
    assert people_from_tables(*to_tables(people)).digest() == people.digest()


def test_one_head_and_a_spouse_of_the_other_sex(persons):
    owner, relation, female = (persons[name] for name in ("owner", "relation", "is_female"))
    first = np.unique(owner, return_index=True)[1]
    assert np.flatnonzero(relation == RELATION.head).tolist() == first.tolist()
    spouse = np.flatnonzero(relation == RELATION.spouse)
    assert len(np.unique(owner[spouse])) == len(spouse)
    assert (female[spouse] != female[first[owner[spouse]]]).all()
    gap = persons["age"] - persons["age"][first[owner]]
    assert gap[relation == RELATION.child].max() < -15 < gap[spouse].min()
    assert gap[relation == RELATION.grandchild].max() < -40
    assert gap[relation == RELATION.parent].min() > 15


def test_schooling_fits_age_and_study(persons):
    age, stage, studies = (persons[name] for name in ("age", "education_stage", "is_student"))
    assert (stage[studies] != STAGE.none).all()
    assert set(age[(stage != STAGE.none) & ~studies].tolist()) <= {3, 4, 5}
    assert set(age[stage == STAGE.junior].tolist()) == {12, 13, 14}
    assert persons["study_year"][stage == STAGE.none].max() == 1
    assert not persons["is_boarder"][stage == STAGE.none].any()


def test_work_health_and_conduct_fit_the_person(people, persons):
    idle = persons["labour_capable"] & (persons["wage_m"] == 0)
    for name in ("is_registered_unemployed", "n_job_refusals", "n_labour_absences"):
        assert not persons[name][~idle].any()
    assert not persons["unemployment_benefit_m"][~persons["is_registered_unemployed"]].any()
    assert not persons["months_away"][persons["wage_m"] == 0].any()
    business = people.numbers("has_business")[persons["owner"]]
    assert not persons["business_income_y"][~business].any()
    assert (persons["medical_compliant_y"] <= persons["medical_expense_y"]).all()
    assert not persons["is_in_institution"][persons["n_selfcare_failed"] == 0].any()
    honoured = persons["preferential_allowance_m"] > 0
    np.testing.assert_array_equal(persons["is_key_group"], honoured)
    assert persons["is_orphan"][persons["relation"] != RELATION.grandchild].sum() == 0


def test_households_fit_together(people):
    house = {name: people.numbers(name) for name in people.laid_out if name in FURTHER}
    gets, alone = house["was_dibao"], house["n_obligors"] == 0
    for name in ("current_benefit_m", "n_covered_now", "months_above_standard"):
        assert not house[name][~gets].any()
    assert (house["n_covered_now"] <= people.sizes).all()
    assert (house["n_covered_now"][gets] > 0).all()
    assert not house["has_left_this_semester"][gets].any()
    assert not house["obligor_income_m"][alone].any()
    assert not house["support_paid_m"][alone].any()
    rural = people.numbers("area") == AREA.rural
    assert not house["land_mu"][~rural].any()
    assert not house["months_since_compensation"][house["compensation"] == 0].any()


def test_random_circumstances_are_all_there_and_pass_every_check():
    sizes = np.random.default_rng(0).integers(1, 6, 2_000)
    persons, households = random_circumstances(3, sizes)
    assert {*persons, *households} == set(WITH_DEFAULT)
    persons["household_id"] = np.repeat(np.arange(len(sizes)), sizes)
    read = people_from_tables(persons, households)
    for name in FURTHER:
        entry, values = columns()[name], read.numbers(name)
        assert len(np.unique(values)) > 1
        assert (values == entry.number).any()
        if entry.dtype not in ("bool", "code") and name not in RARE:
            assert {entry.low, entry.high} <= set(values.tolist())
    again = random_circumstances(3, sizes)
    other = random_circumstances(4, sizes)
    assert all((again[0][name] == persons[name]).all() for name in again[0])
    assert any((other[1][name] != households[name]).any() for name in households)
