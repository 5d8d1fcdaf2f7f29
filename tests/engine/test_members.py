"""Four households of 3, 2, 2 and 1 persons, laid out member by member."""

import numpy as np
import pytest

from jiuzhu_sim.engine.members import Members
from jiuzhu_sim.population import people_from_tables
from jiuzhu_sim.population.people import Tile

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


def test_layout_is_what_members_expects():
    """Tables in any order of sizes: the largest household comes first, then by id."""
    people = people_from_tables(
        {"household_id": [7, 5, 5, 9, 9, 9, 6, 6], "age": [70, 50, 51, 90, 91, 92, 60, 61]},
        {"household_id": [7, 5, 9, 6], "area": ["rural", "urban", "rural", "urban"]},
    )
    (tile,) = people.tiles
    assert tile.heads == HEADS
    assert people.laid_out["id"].tolist() == [9, 5, 6, 7]
    assert people.laid_out["age"].tolist() == [90, 50, 60, 70, 91, 51, 61, 92]
    assert people["age"].tolist() == [70, 50, 51, 90, 91, 92, 60, 61]
