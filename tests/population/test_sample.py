"""A sample keeps strata and weights, and does not depend on the order of the tables."""

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.population import people_from_tables, to_tables
from jiuzhu_sim.population.sample import sample


@pytest.fixture(scope="module")
def people():
    return jz.synthesize("example-county", households=3000, seed=5)


def test_it_has_about_the_size_asked_for_and_the_same_weights(people):
    some = sample(people, 500, seed=1)
    assert 480 <= some.households <= 520
    for name in ("area", "township"):
        for value in np.unique(people[name]):
            whole = people["weight"][people[name] == value].sum()
            assert some["weight"][some[name] == value].sum() == pytest.approx(whole)
    assert some.about["sample_of"] == 3000


def test_households_come_whole(people):
    some = sample(people, 300, seed=1)
    ids = some.ids.tolist()
    sizes = dict(zip(people.ids.tolist(), people.sizes.tolist(), strict=True))
    assert some.sizes.tolist() == [sizes[each] for each in ids]
    for each in (0, len(ids) // 2, len(ids) - 1):
        drawn = some.only(each)
        given = people.only(people.position(ids[each]))
        assert drawn["age"].tolist() == given["age"].tolist()


def test_the_order_of_the_tables_does_not_matter(people):
    persons, households = to_tables(people)
    turned = np.arange(people.households)[::-1]
    again = people_from_tables(persons, households.take(turned), people.about)
    one, other = sample(people, 400, seed=3), sample(again, 400, seed=3)
    assert sorted(one.ids.tolist()) == sorted(other.ids.tolist())
    assert set(one.ids.tolist()) != set(sample(people, 400, seed=4).ids.tolist())


def test_enough_people_come_back_as_they_are(people):
    assert sample(people, people.households, seed=1) is people


def test_people_without_places_are_one_stratum():
    people = people_from_tables(
        {"household_id": np.arange(50), "age": np.full(50, 40)},
        {"household_id": np.arange(50), "area": ["rural"] * 50},
    )
    some = sample(people, 10, seed=1)
    assert some.households == 10
    assert some["weight"].sum() == pytest.approx(50)
