from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.measures.intervals import exact_sum, ratio, total

floats = st.floats(-1e8, 1e8).filter(lambda value: value == 0 or abs(value) > 1e-100)


@given(st.lists(floats, min_size=1, max_size=200), st.randoms(use_true_random=False))
def test_sums_do_not_depend_on_order_and_are_right(values, random):
    array = np.array(values)
    order = list(range(len(values)))
    random.shuffle(order)
    first = exact_sum(array)[0]
    assert exact_sum(array[order])[0] == first
    true = float(sum(map(Fraction, values)))
    assert first == pytest.approx(true, rel=1e-12, abs=1e-9 * max(map(abs, values)))


def test_sums_do_not_depend_on_order_beyond_a_block():
    rng = np.random.default_rng(1)
    values, groups = rng.normal(0, 1e4, 100_000), rng.integers(0, 7, 100_000)
    order = rng.permutation(len(values))
    assert (exact_sum(values[order], groups[order], 7) == exact_sum(values, groups, 7)).all()


def test_a_million_fen_amounts_add_up_to_the_fen():
    fen = np.random.default_rng(2).integers(0, 10_000_000, 1_000_000)
    assert exact_sum(fen / 100)[0] == pytest.approx(int(fen.sum()) / 100, abs=1e-6)


def test_a_calibrated_total_has_no_interval():
    rng = np.random.default_rng(3)
    x, weight = rng.integers(0, 2, 500).astype(float), rng.uniform(1, 3, 500)
    value, low, high = total(x, weight, auxiliaries={"x": x})
    assert low == value == high
    _, low, high = total(x, weight)
    assert low < value < high


def test_calibration_narrows_what_goes_with_it():
    rng = np.random.default_rng(4)
    x = rng.integers(0, 5, 500).astype(float)
    y, weight = 3 * x + rng.normal(0, 0.5, 500), rng.uniform(1, 3, 500)
    _, low, high = total(y, weight)
    _, near_low, near_high = total(y, weight, auxiliaries={"x": x})
    assert (near_high - near_low)[0] < 0.3 * (high - low)[0]


def test_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(5)
    population = rng.gamma(2, 100, 20_000)
    covered = 0
    for _ in range(300):
        drawn = population[rng.integers(0, 20_000, 200)]
        _, low, high = total(drawn, np.full(200, 100.0))
        covered += low[0] <= population.sum() <= high[0]
    assert 0.90 <= covered / 300 <= 0.99


def test_ratio_of_nothing_is_nothing():
    value, low, _ = ratio(np.zeros(3), np.zeros(3), np.ones(3))
    assert np.isnan(value[0])
    assert np.isnan(low[0])
