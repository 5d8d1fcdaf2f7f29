"""Exact sums against `fractions.Fraction`: the true sum, rounded once, whatever the path."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.measures import adding, exact
from jiuzhu_sim.measures.exact import Exact, exact_sum

floats = st.floats(-1e100, 1e100)
money = st.integers(-(10**9), 10**9).map(lambda fen: fen / 100)
near = st.floats(-1e6, 1e6).map(lambda value: value * 3.7)
lists = st.lists(st.one_of(floats, money, near), min_size=1, max_size=60)
parts = st.lists(st.integers(0, 4), min_size=60, max_size=60)


HALF = 2.0**-53
"""Half of the last bit of 1."""


def true(values):
    return float(sum(map(Fraction, values), Fraction(0)))


def bits(sums):
    return {name: (each.shape, each.tobytes()) for name, each in sums.arrays().items()}


@given(lists)
def test_a_sum_is_the_float_nearest_to_the_true_one(values):
    assert Exact.of(np.array(values)).value()[0] == true(values)


@given(lists, parts, st.randoms(use_true_random=False))
def test_any_split_in_any_order_gives_the_same_bits(values, part, random):
    values, part = np.array(values), np.array(part[: len(values)])
    groups = np.arange(len(values)) % 3
    whole = Exact.of(values, groups, 3)
    pieces = [Exact.of(values[part == k], groups[part == k], 3) for k in range(5)]
    random.shuffle(pieces)
    left = pieces[0]
    for piece in pieces[1:]:
        left = left + piece
    tree = (pieces[0] + pieces[1]) + (pieces[2] + (pieces[3] + pieces[4]))
    for made in (left, tree, Exact.from_arrays(tree.arrays())):
        assert bits(made) == bits(whole)
        assert made.value().tobytes() == whole.value().tobytes()
    for group, value in enumerate(whole.with_total().value()):
        assert value == true(values[groups == group] if group < 3 else values)


@given(lists)
def test_all_ways_to_round_agree(values):
    """Few groups by whole numbers of Python, many by arrays; digits as added, and plain."""
    sums = Exact.of(np.array(values), np.arange(len(values)) % 4, 4)
    expected = [true(values[group::4]) for group in range(4)]
    assert sums.value().tolist() == expected
    assert exact._divided(sums.plain).tolist() == expected
    assert exact._rounded(sums.plain).tolist() == expected


def test_a_tie_goes_to_the_even_float_and_the_last_bit_below_decides():
    half = 2.0**-53
    assert exact_sum(np.array([1.0, half]))[0] == 1.0
    assert exact_sum(np.array([1.0, half, 2.0**-1000]))[0] == 1.0 + 2 * half
    assert exact_sum(np.array([1.0 + 2 * half, half, -(2.0**-1000)]))[0] == 1.0 + 2 * half
    assert exact_sum(np.array([1.0 + 2 * half, half]))[0] == 1.0 + 4 * half


@pytest.mark.parametrize("least", [5e-324, 2.0**-1060, 1e-300])
def test_nothing_is_too_small_to_count(least):
    values = [1e200, least, -1e200, 1.0, least, -1.0]
    assert exact_sum(np.array(values))[0] == 2 * least


def test_more_rows_than_a_block_and_than_fit_before_folding(monkeypatch):
    monkeypatch.setattr(exact, "BLOCK", 16)
    monkeypatch.setattr(adding, "BLOCKS", 3)
    rng = np.random.default_rng(1)
    values = rng.normal(0, 1, 1000) * 10.0 ** rng.integers(-20, 20, 1000)
    groups = rng.integers(0, 5, 1000)
    sums = Exact.of(values, groups, 5)
    assert sums.value().tolist() == [true(values[groups == group]) for group in range(5)]
    monkeypatch.undo()
    assert bits(sums) == bits(Exact.of(values[::-1], groups[::-1], 5))


def test_more_groups_than_rows_in_a_block(monkeypatch):
    monkeypatch.setattr(exact, "BLOCK", 4)
    values = np.arange(1, 21) / 7
    found = exact_sum(values, np.arange(20) // 2, 300)
    assert found[:10].tolist() == [true(pair) for pair in values.reshape(10, 2)]
    assert not found[10:].any()


def test_a_product_is_that_of_the_columns_from_left_to_right():
    rng = np.random.default_rng(2)
    weight, y, is_x = rng.uniform(1, 9, 500), rng.normal(0, 1e3, 500), rng.random(500) < 0.2
    expected = true(weight * y * weight * is_x)
    assert Exact.of_product((weight, y, weight, is_x)).value()[0] == expected
    some = [column[is_x] for column in (weight, y, weight)]
    assert Exact.of_product(some).value()[0] == expected


def test_what_is_not_finite_spoils_its_own_group_only():
    values, groups = np.array([1.0, np.nan, 2.0, np.inf, 4.0]), np.array([0, 1, 2, 3, 0])
    sums = Exact.of(values, groups, 4)
    value = sums.with_total().value()
    assert value[[0, 2]].tolist() == [5.0, 2.0]
    assert np.isnan(value[[1, 3, 4]]).all()
    again = Exact.from_arrays(sums.arrays()).spread(np.array([0, 1, 0, 2]), 3) + Exact.of(
        np.ones(3), np.arange(3), 3
    )
    assert again.value()[0] == 8.0
    assert np.isnan(again.value()[1:]).all()


@given(lists, st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_groups_that_fall_together_add_up(values, places):
    values, groups = np.array(values), np.arange(len(values)) % 4
    moved = Exact.of(values, groups, 4).spread(np.array(places), 4)
    assert bits(moved) == bits(Exact.of(values, np.array(places)[groups], 4))


def test_nothing_adds_up_to_nothing():
    none = Exact.of(np.zeros(0))
    assert none.value().tolist() == [0.0]
    assert (none + none).value().tolist() == [0.0]
    assert bits(Exact.of(np.array([0.1, -0.1]))) == bits(none)
    assert bits(Exact.of(np.array([0.1])) + none) == bits(Exact.of(np.array([0.1])))


def test_sums_of_other_groups_cannot_be_added():
    with pytest.raises(ValueError, match="1 and of 2"):
        Exact.of(np.ones(1)) + Exact.of(np.ones(1), np.zeros(1, int), 2)


def test_sums_of_one_group_after_the_other():
    a, b = Exact.of(np.array([1e30])), Exact.of(np.array([0.1, 0.2]), np.arange(2), 2)
    assert Exact.stack([a, b]).value().tolist() == [1e30, 0.1, 0.2]


@pytest.mark.parametrize(
    "values",
    [
        [1.0, HALF],  # a tie
        [1.0, HALF, 2.0**-80],
        [1.0, HALF, 2.0**-100],
        [1.0, HALF, 2.0**-1000],
        [2.0**61, -(2.0**30), 1.0],  # a digit in the middle of ones alone
        [2.0**90, -(2.0**60), 2.0**36, 2.0**-20],
    ],
)
def test_digits_that_decide_on_the_last_bit(values):
    sums = Exact.of(np.array(values))
    assert sums.value()[0] == true(values)
    assert exact._divided(sums.plain)[0] == exact._rounded(sums.plain)[0] == true(values)


def test_large_digits_are_not_rounded_before_they_are_added():
    sums = Exact((0, -60), np.array([[2**60 + 2**7, 1], [1, 0]]), np.zeros(2, bool))
    assert sums.value().tolist() == [2.0**60 + 2.0**8, 1.0]


def test_what_a_file_holds():
    """Written files are read by later versions: digits of 30 bits, from -2**29 on."""
    kept = Exact.of(np.array([2.0**31, 3 * 2.0**30 - 1]), np.arange(2), 2).arrays()
    assert kept["places"].tolist() == [0, 30]
    assert kept["digits"].tolist() == [[0, -1], [2, 3]]
    assert [each.dtype for each in kept.values()] == [np.int64, np.int32, np.bool_]


def test_values_up_to_the_edge_are_finite_and_beyond_it_they_are_not():
    below = np.nextafter(adding.HUGE, 0)
    assert adding.HUGE == 2.0**960
    assert exact_sum(np.array([2.0**959]))[0] == 2.0**959
    assert exact_sum(np.array([below, 1.0, -below]))[0] == 1.0
    found = exact_sum(np.array([adding.HUGE, 1.0, below]), np.arange(3), 3)
    assert np.isnan(found).tolist() == [True, False, False]


def test_as_many_blocks_as_overflow_a_whole_number(monkeypatch):
    """1,100 blocks of 16 values of 53 ones each: 2**53 a block, and 2**63 is too much."""
    monkeypatch.setattr(exact, "BLOCK", 16)
    values = np.full(16 * 1_100, 1 - HALF)
    assert exact_sum(values)[0] == float(16 * 1_100 * Fraction(1 - HALF))


@pytest.mark.parametrize("wrong", range(6))
def test_the_group_of_a_row_that_stands_first_last_or_alone(wrong):
    """Rows group by group: what is not finite, and pieces of few rows, go to their own group."""
    groups, starts = np.array([1, 2, 4]), np.array([0, 3, 4])
    own = np.repeat(groups, [3, 1, 2])
    values = np.ones(6)
    for strange in (np.nan, 2.0**-200):
        values[wrong] = strange
        made = Exact.of_runs((values,), starts, groups, 5)
        assert bits(made) == bits(Exact.of(values, own, 5))
        assert np.flatnonzero(made.void).tolist() == ([own[wrong]] if np.isnan(strange) else [])
