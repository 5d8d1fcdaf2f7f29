"""Shortcuts of what columns are like change no bit of any sum."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.measures import exact
from jiuzhu_sim.measures.exact import Exact
from jiuzhu_sim.measures.factors import WEIGHT, Factors

COUNT, N = 200, 4
RNG = np.random.default_rng(5)
SPARSE = np.where(RNG.random(COUNT) < 0.2, RNG.normal(0, 1e4, COUNT), 0)
COLUMNS = {
    "dense": RNG.normal(0, 1e3, COUNT),
    "sparse": SPARSE,
    "whole": RNG.integers(0, 9, COUNT).astype(np.float64),
    "is_many": RNG.random(COUNT) < 0.8,
    "is_few": RNG.random(COUNT) < 0.1,
    "is_none": np.zeros(COUNT, bool),
    "one": np.ones(COUNT),
    "third": np.full(COUNT, 1 / 3),
    "nothing": np.zeros(COUNT),
}
WEIGHTS = (np.ones(COUNT), np.full(COUNT, 0.03), RNG.uniform(0.1, 40, COUNT))
GROUPS = (None, RNG.integers(0, N - 1, COUNT).astype(np.int8))  # the last group is empty


def plainly(columns, groups, n):
    """The product row by row, then its sum."""
    values = np.ones(COUNT)
    for each in columns:
        values = values * each
    return Exact.of(values, groups, n)


@pytest.mark.parametrize("groups", GROUPS, ids=["all", "groups"])
@pytest.mark.parametrize("weight", WEIGHTS, ids=["one", "same", "any"])
def test_every_product_is_that_of_the_rows(weight, groups):
    n = 1 if groups is None else N
    factors = Factors({WEIGHT: weight, **COLUMNS}, groups, n)
    for a, b in product(COLUMNS, COLUMNS):
        found = factors.product([WEIGHT, a, WEIGHT, b])
        expected = plainly((weight, COLUMNS[a], weight, COLUMNS[b]), groups, n)
        assert found.value().tolist() == expected.value().tolist(), (a, b)
        arrays, others = found.arrays(), expected.arrays()
        assert all(np.array_equal(arrays[name], others[name]) for name in arrays), (a, b)


@pytest.mark.parametrize("groups", GROUPS, ids=["all", "groups"])
@pytest.mark.parametrize("flag", ["is_many", "is_few", "is_none"])
def test_rows_are_counted_by_flag(flag, groups):
    n = 1 if groups is None else N
    factors = Factors({WEIGHT: WEIGHTS[2], **COLUMNS}, groups, n)
    zero = np.zeros(COUNT, int) if groups is None else groups
    for name, some in ((WEIGHT, np.ones(COUNT, bool)), (flag, COLUMNS[flag])):
        assert factors.counted(name).tolist() == np.bincount(zero[some], minlength=n).tolist()


def test_nobody_at_all():
    nobody = Factors({WEIGHT: np.zeros(0), "y": np.zeros(0)}, np.zeros(0, np.int8), 3)
    assert nobody.product([WEIGHT, "y"]).value().tolist() == [0, 0, 0]
    assert nobody.counted().tolist() == [0, 0, 0]


def test_what_is_not_finite_spoils_its_own_group_only():
    weight, y = np.full(COUNT, 0.1), COLUMNS["dense"].copy()
    y[3] = np.nan
    groups = GROUPS[1]
    found = Factors({WEIGHT: weight, "y": y}, groups, N).product([WEIGHT, "y"]).value()
    assert np.flatnonzero(np.isnan(found)).tolist() == [groups[3]]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.floats(-1e9, 1e9)), min_size=1, max_size=60))
def test_runs_are_the_sums_by_group_whatever_the_block(rows):
    groups, values = (np.array(part) for part in zip(*rows, strict=True))
    whole, before = Exact.of(values, groups, 6).value().tolist(), exact.BLOCK
    try:
        exact.BLOCK = 7
        assert Factors({WEIGHT: values}, groups, 6).product([WEIGHT]).value().tolist() == whole
    finally:
        exact.BLOCK = before


@given(st.floats(-1e12, 1e12), st.integers(0, 2**31 - 1))
def test_a_number_of_times_is_as_often_added(value, times):
    found = Exact.of_counts(np.array([times])).scaled(value)
    assert found.value()[0] == float(sum_of(value, times))


def sum_of(value, times):
    """The true product, rounded once."""
    from fractions import Fraction

    return Fraction(value) * times


def test_a_column_that_differs_only_late_is_not_the_same_everywhere():
    late = np.ones(COUNT)
    late[-1] = 3.0
    assert Factors({WEIGHT: late}, None, 1).product([WEIGHT]).value().tolist() == [COUNT + 2]


def test_all_rows_are_counted_though_most_weigh_nothing():
    weight = np.zeros(COUNT)
    weight[7] = 2.0
    for groups in GROUPS:
        made = Factors({WEIGHT: weight, **COLUMNS}, groups, 1 if groups is None else N)
        assert made.counted().sum() == COUNT
        assert made.product([WEIGHT, "whole"]).value().sum() == 2 * COLUMNS["whole"][7]


def test_a_weight_may_be_a_flag():
    chosen = COLUMNS["is_few"]
    found = Factors({WEIGHT: chosen, **COLUMNS}, None, 1).product([WEIGHT, "whole"])
    assert found.value().tolist() == [COLUMNS["whole"][chosen].sum()]
