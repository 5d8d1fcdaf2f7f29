"""Four households of 3, 2, 2 and 1 persons, laid out member by member."""

import numpy as np
import pytest

from jiuzhu_sim.engine.members import Members
from jiuzhu_sim.population import people_from_tables
from jiuzhu_sim.population.people import Tile, lay_out

HEADS = (4, 3, 1)
#        first members         second members     third
AMOUNT = [1.0, 10.0, 100.0, 7.0, 2.0, 20.0, 200.0, 3.0]
FLAG = [False, False, True, False, True, False, True, False]


@pytest.fixture
def members():
    return Members(Tile(0, 4, 0, 8, HEADS))


def test_number(members):
    assert members.number().tolist() == [3, 2, 2, 1]


def test_sum(members):
    assert members.sum(np.array(AMOUNT)).tolist() == [6, 30, 300, 7]


def test_count(members):
    counted = members.count(np.array(FLAG))
    assert counted.tolist() == [1, 0, 2, 0]
    assert counted.dtype == np.int64


def test_any(members):
    assert members.any(np.array(FLAG)).tolist() == [True, False, True, False]


def test_spread(members):
    assert members.spread(np.array([5, 6, 7, 8])).tolist() == [5, 6, 7, 8, 5, 6, 7, 5]


def test_sum_leaves_its_input_alone(members):
    amounts = np.array(AMOUNT)
    members.sum(amounts)
    assert amounts.tolist() == AMOUNT


def test_sum_adds_in_the_order_of_the_members():
    """(0.1 + 0.2) + 0.3 is not 0.1 + (0.2 + 0.3) in floats: the order is part of the answer."""
    members = Members(Tile(0, 1, 0, 3, (1, 1, 1)))
    assert members.sum(np.array([0.1, 0.2, 0.3])).tolist() == [(0.1 + 0.2) + 0.3]


def test_sum_among_all_is_the_sum(members):
    everybody = members.sum(np.array(AMOUNT), np.ones(8, bool))
    assert everybody.tobytes() == members.sum(np.array(AMOUNT)).tobytes()


def test_sum_among_some(members):
    assert members.sum(np.array(AMOUNT), np.array(FLAG)).tolist() == [2, 0, 300, 0]


def test_one_value_stands_for_everybody(members):
    assert members.sum(np.array([2.5])).tolist() == [7.5, 5, 5, 2.5]
    assert members.sum(np.array([2.5]), np.array(FLAG)).tolist() == [2.5, 0, 5, 0]
    assert members.count(np.array([True])).tolist() == [3, 2, 2, 1]
    assert members.any(np.array([True])).tolist() == [True]


def test_nothing_for_everybody_stays_one_value(members):
    nothing = members.sum(np.zeros(1))
    assert (nothing.tolist(), nothing.dtype) == ([0.0], np.float64)
    assert members.count(np.array([False])).tolist() == [0]


def test_number_is_read_only(members):
    with pytest.raises(ValueError, match="read-only"):
        members.number()[0] = 9


@pytest.mark.parametrize("size", [255, 256, 300])
def test_count_of_a_very_large_household(size):
    """An institution entered as one household: more members than a byte counts."""
    members = Members(Tile(0, 1, 0, size, (1,) * size))
    assert members.count(np.ones(size, bool)).tolist() == [size]
    assert members.number().tolist() == [size]


def test_layout_is_what_members_expects():
    """Tables in any order of sizes: the largest household comes first, then as they stand."""
    people = people_from_tables(
        {"household_id": [7, 5, 5, 9, 9, 9, 6, 6], "age": [70, 50, 51, 90, 91, 92, 60, 61]},
        {"household_id": [7, 5, 9, 6], "area": ["rural", "urban", "rural", "urban"]},
    )
    (tile,) = people.tiles
    assert tile.heads == HEADS
    assert people.laid_out["id"].tolist() == [9, 5, 6, 7]
    assert people.laid_out["age"].tolist() == [90, 50, 60, 70, 91, 51, 61, 92]
    assert people["age"].tolist() == [70, 50, 51, 90, 91, 92, 60, 61]


TABLES = (
    {"household_id": [1, 2, 2, 3, 4, 4, 5, 5, 6], "age": [11, 21, 22, 31, 41, 42, 51, 52, 61]},
    {"household_id": [1, 2, 3, 4, 5, 6], "area": ["rural", "rural", "urban"] * 2},
)


def test_within_a_tile_towns_come_before_villages():
    (tile,) = people_from_tables(*TABLES).tiles
    people = people_from_tables(*TABLES)
    assert tile.heads == (6, 3)
    assert people.laid_out["id"].tolist() == [2, 4, 5, 3, 6, 1]
    assert people.laid_out["age"].tolist() == [21, 41, 51, 31, 61, 11, 22, 42, 52]


def test_a_tile_holds_the_same_rows_inside_and_outside():
    people = people_from_tables(*TABLES, chunk=4)
    assert [(tile.start, tile.stop, tile.heads) for tile in people.tiles] == [
        (0, 2, (2, 1)),
        (2, 4, (2, 1)),
        (4, 6, (2, 1)),
    ]
    for tile in people.tiles:
        rows = people.household_order[tile.start : tile.stop]
        persons = people.person_order[tile.person_start : tile.person_stop]
        assert sorted(rows) == list(range(tile.start, tile.stop))
        assert sorted(persons) == list(range(tile.person_start, tile.person_stop))


def test_tiles_are_about_as_large():
    """Seven persons in tiles of at most about six: three and four, not six and one."""
    people = people_from_tables(
        {"household_id": list(range(7)), "age": [40] * 7}, {"area": ["urban"] * 7}, chunk=6
    )
    assert [tile.stop - tile.start for tile in people.tiles] == [3, 4]


def test_laying_out_leaves_what_it_is_given_alone():
    ages = np.array([70, 66], np.int16)
    homes = {"id": np.array([4]), "area": np.array([1], np.int8)}
    people = lay_out({"age": ages}, homes, np.array([2]), {}, {})
    ages[0] = 1
    assert people["age"].tolist() == [70, 66]
