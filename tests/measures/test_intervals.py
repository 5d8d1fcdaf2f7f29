from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.measures.intervals import Sums, exact_sum, half_width

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
    value, low, high = Sums(weight, auxiliaries={"x": x}, x=x).total("x")
    assert low == value == high
    _, low, high = Sums(weight, x=x).total("x")
    assert low < value < high


def test_calibration_narrows_what_goes_with_it():
    rng = np.random.default_rng(4)
    x = rng.integers(0, 5, 500).astype(float)
    y, weight = 3 * x + rng.normal(0, 0.5, 500), rng.uniform(1, 3, 500)
    _, low, high = Sums(weight, y=y).total("y")
    _, near_low, near_high = Sums(weight, auxiliaries={"x": x}, y=y).total("y")
    assert (near_high - near_low)[0] < 0.3 * (high - low)[0]


def test_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(5)
    population = rng.gamma(2, 100, 20_000)
    covered = 0
    for _ in range(300):
        drawn = population[rng.integers(0, 20_000, 200)]
        _, low, high = Sums(np.full(200, 100.0), y=drawn).total("y")
        covered += low[0] <= population.sum() <= high[0]
    assert 0.90 <= covered / 300 <= 0.99


def test_ratio_of_nothing_is_nothing():
    value, low, _ = Sums(np.ones(3), y=np.zeros(3), x=np.zeros(3)).ratio("y", "x")
    assert np.isnan(value[0])
    assert np.isnan(low[0])


def plain(u):
    """The textbook half-width for a sum over sampling units."""
    n = len(u)
    return 1.959963984540054 * np.sqrt(n / (n - 1) * ((u - u.mean()) ** 2).sum())


def test_ratios_and_shares_by_group_have_the_textbook_interval():
    rng = np.random.default_rng(6)
    y, x = rng.gamma(2, 5, 400), rng.integers(1, 6, 400).astype(float)
    weight, group = rng.uniform(1, 3, 400), rng.integers(0, 3, 400)
    sums = Sums(weight, group, 3, y=y, x=x)
    value, low, high = sums.ratio("y", "x")
    inside, whole = group == 1, (weight * x).sum()
    r = (weight * y)[inside].sum() / (weight * x)[inside].sum()
    u = weight * inside * (y - r * x) / (weight * x)[inside].sum()
    assert value[1] == pytest.approx(r)
    assert (high - low)[1] / 2 == pytest.approx(plain(u))
    share, low, high = sums.share("x")
    p = (weight * x)[inside].sum() / whole
    u = weight * x * (inside - p) / whole
    assert share[1] == pytest.approx(p)
    assert (high - low)[1] / 2 == pytest.approx(plain(u))
    assert share[-1] == 1
    assert low[-1] == high[-1] == 1


def residual(z, columns, weight):
    """A linearised variable less what the calibration columns explain of it."""
    x = np.column_stack(columns)
    return z - x @ np.linalg.solve(x.T @ (weight[:, None] * x), x.T @ (weight * z))


def test_calibrated_totals_and_shares_have_the_textbook_interval_of_the_residual():
    rng = np.random.default_rng(7)
    first, group = rng.integers(1, 6, 300).astype(float), rng.integers(0, 3, 300)
    x = first, rng.integers(0, 3, 300).astype(float)
    y, weight = 3 * first - x[1] + rng.normal(0, 2, 300), rng.uniform(1, 3, 300)
    sums = Sums(weight, group, 3, {"x": x[0], "z": x[1]}, y=y)
    _, low, high = sums.total("y")
    assert (high - low)[-1] / 2 == pytest.approx(plain(weight * residual(y, x, weight)))
    assert (high - low)[1] / 2 == pytest.approx(
        plain(weight * residual(y * (group == 1), x, weight))
    )
    value, low, high = sums.share("y")
    whole = (weight * y).sum()
    z = y * ((group == 1) - value[1]) / whole
    assert value[1] == pytest.approx((weight * y)[group == 1].sum() / whole)
    assert (high - low)[1] / 2 == pytest.approx(plain(weight * residual(z, x, weight)))


def test_one_household_and_none_have_no_spread_and_ratios_of_little_are_ratios():
    assert half_width(np.array([2.0]), np.array([4.0]), 1).tolist() == [0]
    assert half_width(np.zeros(1), np.zeros(1), 0).tolist() == [0]
    little = Sums(np.full(2, 0.25), y=np.array([1.0, 3.0]), x=np.ones(2))
    assert little.ratio("y", "x")[0].tolist() == [2]
    much = Sums(np.full(2, 64.0), y=np.array([1.0, 3.0]), x=np.ones(2))
    assert little.ratio("y", "x") == much.ratio("y", "x")
    assert little.ratio("y", "x")[1][0] < 2
