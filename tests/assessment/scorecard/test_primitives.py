"""The five ways of scoring at their marks, where the last bit of a float must not decide."""

import numpy as np
import pytest

from jiuzhu_sim.assessment.scorecard.primitives import (
    all_or_nothing,
    banded,
    bonus,
    deduction,
    linear,
    stepped,
)

BELOW, ABOVE = np.nextafter(0.95, 0), np.nextafter(0.95, 1)
"""What 95 % may come out as after a division."""


def test_a_mark_is_met_whatever_the_last_bit():
    values = np.array([BELOW, 0.95, ABOVE, 0.9499])
    assert all_or_nothing(values, "at_least", 0.95).tolist() == [1, 1, 1, 0]
    assert all_or_nothing(values, "at_most", 0.95).tolist() == [1, 1, 1, 1]
    assert all_or_nothing(values, "equal", 0.95).tolist() == [1, 1, 1, 0]
    assert banded(values, 5, ((0.95, 5), (0.9, 3))).tolist() == [1, 1, 1, 0.6]
    assert banded(1 - values, 5, ((0.05, 5),), is_up=False).tolist() == [1, 1, 1, 0]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("exact", [2, 1.5, 1.25, 1, 0]),
        ("full", [2, 1.5, 1.5, 1, 0]),
        ("started", [2, 1.5, 1, 1, 0]),
    ],
)
def test_half_a_point_off_for_each_percentage_point_below_98(steps, expected):
    """200-point sheet: sample rate ≥ 98 % → 2 points, −0.5 for each point below."""
    values = np.array([0.98, 0.97, 0.965, 0.96, 0.90])
    made = 2 * stepped(values, 2, 0.98, 0.5, 0.01, steps)
    np.testing.assert_allclose(made, expected, atol=1e-9)


@pytest.mark.parametrize("percent", range(80, 98))
def test_whole_percentage_points_are_whole_steps(percent):
    """(0.98 − 0.97) / 0.01 is 1.0000000000000009: still one point, started or full."""
    full = 30 * stepped(np.array([percent / 100]), 30, 0.98, 1, 0.01, "full")
    started = 30 * stepped(np.array([percent / 100]), 30, 0.98, 1, 0.01, "started")
    np.testing.assert_allclose([full[0], started[0]], 30 - (98 - percent), atol=1e-9)


def test_steps_beyond_a_mark_where_less_is_better():
    made = 5 * stepped(np.array([0.0, 3, 20]), 5, 0, 0.5, 1, "full", is_up=False)
    assert made.tolist() == [5, 3.5, 0]


def test_budget_execution_is_its_rate_times_ten():
    rates = np.array([0.0, 0.5, 0.963, 1.0, 1.1])
    np.testing.assert_allclose(10 * linear(rates, 1.0, 0.0), [0, 5, 9.63, 10, 10])


def test_a_line_may_fall():
    np.testing.assert_allclose(linear(np.array([0, 1, 4, 9.0]), 0.0, 4.0), [1, 0.75, 0, 0])


def test_points_off_each_stop_at_the_floor():
    lost = 0.25 * np.array([0.0, 1, 4, 100])
    assert (2 * deduction(lost, 2)).tolist() == [2, 1.75, 1, 0]
    assert (2 * deduction(lost, 2, floor=0.5)).tolist() == [2, 1.75, 1, 0.5]


def test_bands_of_100_90_85():
    made = banded(np.array([1, 0.9, 0.85, 0.84]), 10, ((1.0, 10), (0.9, 8), (0.85, 6)), 2)
    np.testing.assert_allclose(10 * made, [10, 8, 6, 2])


def test_a_bonus_stops_at_its_points():
    np.testing.assert_allclose(3 * bonus(np.array([0, 2, 9.0]), 3, 0.5), [0, 1, 3])


def test_without_a_value_there_are_no_points():
    none = np.array([np.nan])
    for made in (
        linear(none, 1, 0),
        stepped(none, 2, 0.98, 0.5, 0.01, "started"),
        deduction(none, 2),
        all_or_nothing(none, "at_most", 0),
        banded(none, 5, ((0.9, 5),)),
        bonus(none, 2, 1),
    ):
        assert np.isnan(made).all()
