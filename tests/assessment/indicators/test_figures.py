"""Shares by unit, and the keyed draw of files."""

import numpy as np

from jiuzhu_sim.assessment.indicators.figures import Draw, share_of

PLACE = np.array([0, 0, 1, -1])
ALL = np.ones(4, bool)


def test_rows_of_no_unit_count_nowhere():
    made = share_of(ALL, ALL, ALL, PLACE, 3)
    assert made.hits.tolist() == [2, 1, 0]


def test_a_census_counts_by_weight_and_a_sample_by_households_of_equal_weight():
    met, weight = np.array([True, False, True, True]), np.array([5.0, 3.0, 2.4, 9.0])
    whole = share_of(met, ALL, ALL, PLACE, 2, weight)
    assert (whole.hits.tolist(), whole.n.tolist()) == ([5, 2], [8, 2])
    drawn = share_of(met, ALL, ALL, PLACE, 2, weight, is_whole=False)
    # 64 / 34 households of equal weight tell as much as one of 5 and one of 3.
    assert (drawn.hits.tolist(), drawn.n.tolist()) == ([1, 1], [1, 1])
    assert drawn.population.tolist() == [8, 2]


def test_a_draw_takes_so_many_of_each_unit_of_those_concerned():
    rng = np.random.default_rng(1)
    place, ids = rng.integers(0, 3, 300), np.arange(300) * 7
    concerned = rng.random(300) < 0.5
    drawn = Draw(10, seed=4).of(ids, place, concerned)
    assert np.bincount(place[drawn]).tolist() == [10, 10, 10]
    assert concerned[drawn].all()
    mixed = rng.permutation(300)
    again = Draw(10, seed=4).of(ids[mixed], place[mixed], concerned[mixed])
    assert set(ids[drawn]) == set(ids[mixed][again])
    other = Draw(10, seed=5).of(ids, place, concerned)
    assert set(ids[drawn]) != set(ids[other])


def test_indicators_share_their_files():
    ids, place = np.arange(100), np.zeros(100, np.int64)
    some = ids < 50
    every = Draw(10, seed=1).of(ids, place, np.ones(100, bool))
    part = Draw(10, seed=1).of(ids, place, some)
    assert not (every & some & ~part).any()


def test_a_sample_of_unequal_weights_takes_the_weighted_share():
    weight = np.tile([1.0, 3.0], 50)
    met = np.tile([True, False], 50)
    seen, place = np.ones(100, bool), np.zeros(100, np.int64)
    made = share_of(met, seen, seen, place, 1, weight, is_whole=False)
    assert (made.hits.tolist(), made.n.tolist(), made.population.tolist()) == ([20], [80], [200])
    equal = share_of(met, seen, seen, place, 1, np.full(100, 7.3), is_whole=False)
    assert (equal.hits.tolist(), equal.n.tolist()) == ([50], [100])
