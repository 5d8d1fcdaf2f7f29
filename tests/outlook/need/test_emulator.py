"""The emulator on known functions: exact where it should be, honest about what it misses."""

import numpy as np
import pytest

from jiuzhu_sim.outlook.need.emulator import CENTRE_EVERY, design, fit

ZERO, ONE = np.zeros(3), np.ones(3)
USES = [(0, 1, 2), (0, 1)]


def quadratic(x):
    """Two columns, two months; the second column does not know of the third feature."""
    first = 1 + x[:, 0] - 2 * x[:, 1] * x[:, 2] + x[:, 2] ** 2
    second = 2 - x[:, 0] * x[:, 1]
    return np.stack([np.stack([first, second], 1), np.stack([2 * first, 3 * second], 1)], 1)


def fitted(runs=48, noise=0.0, function=quadratic):
    x = design(3, runs, 1)
    drawn = np.random.default_rng(1).normal(0, noise, (runs, 1, 1)) if noise else 0
    return fit(x, function(x) + drawn, USES, ZERO, ONE)


def test_the_design_is_nested_centred_and_covers():
    few, more = design(5, 12, 3), design(5, 60, 3)
    np.testing.assert_array_equal(more[:12], few)
    assert (more[::CENTRE_EVERY] == 0.5).all()
    spread = np.delete(more, np.s_[::CENTRE_EVERY], 0)
    assert (spread.min(0) < 0.05).all()
    assert (spread.max(0) > 0.95).all()
    assert (np.abs(spread.mean(0) - 0.5) < 0.05).all()
    assert (design(5, 12, 4)[1] != few[1]).all()


def test_a_quadratic_is_met_everywhere():
    made, asked = fitted(), np.random.default_rng(2).random((200, 3))
    np.testing.assert_allclose(made.predict(asked), quadratic(asked), atol=1e-9)
    assert np.abs(made.residuals).max() < 1e-9


@pytest.mark.parametrize(("runs", "terms"), [(3, 1), (12, 4), (48, 10)])
def test_few_runs_bear_few_terms(runs, terms):
    assert next(len(s.terms) for s in fitted(runs).surfaces) == terms


def test_residuals_are_those_of_leaving_a_run_out():
    x = design(3, 30, 1)
    y = quadratic(x) + np.sin(5 * x[:, :1, None])
    made = fit(x, y, USES, ZERO, ONE)
    for left in (0, 7, 29):
        rest = np.delete(np.arange(30), left)
        without = fit(x[rest], y[rest], USES, ZERO, ONE)
        missed = y[left] - without.predict(x[left : left + 1])[0]
        np.testing.assert_allclose(made.residuals[left], missed, rtol=1e-7)


def test_outside_the_runs_it_stays_at_the_edge_and_says_so():
    made = fitted()
    far, edge = np.array([[0.5, 0.5, 3.0], [0.5, 0.5, 1.0]]), np.array([[0.5, 0.5, 1.0]])
    np.testing.assert_array_equal(made.predict(far)[0], made.predict(edge)[0])
    np.testing.assert_array_equal(made.outside(far), [0, 0, 0.5])


def test_a_feature_that_does_not_move_is_left_out():
    x = design(3, 48, 1)
    x[:, 1] = 0.3
    low, high = np.array([0, 0.3, 0]), np.array([1, 0.3, 1])
    made = fit(x, quadratic(x), USES, low, high)
    assert all(1 not in term for surface in made.surfaces for term in surface.terms)
    np.testing.assert_allclose(made.predict(x), quadratic(x), atol=1e-9)


def test_the_error_of_the_mean_is_that_of_many_fits():
    asked, year = np.random.default_rng(3).random((500, 3)), np.ones((2, 2))
    x, means, told = design(3, 48, 1), [], []
    drawn = np.random.default_rng(4)
    for _ in range(200):
        made = fit(x, quadratic(x) + drawn.normal(0, 0.1, (48, 2, 2)), USES, ZERO, ONE)
        means.append(made.predict(asked).sum((1, 2)).mean())
        told.append(made.mean_error(asked, year))
    assert np.mean(told) == pytest.approx(np.std(means), rel=0.35)
