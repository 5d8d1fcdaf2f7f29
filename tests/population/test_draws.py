"""Draws: uniform, and a function of (seed, id, purpose) alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from jiuzhu_sim.population.draws import Draws, normal, uniform

IDS = np.arange(100_000)
PINNED = [0.15406921250917638, 0.3875936024458785, 0.018431272536988286]


@pytest.mark.parametrize("seed", [0, 1, 20260101, -5])
def test_uniform_in_the_open_interval(seed):
    drawn = uniform(seed, IDS, "income")
    assert drawn.dtype == np.float64
    assert 0 < drawn.min() < drawn.max() < 1
    assert kstest(drawn, "uniform").pvalue > 0.001


@pytest.mark.parametrize("step", [1, 2, 64, 4096, 2**20])
def test_uniform_for_ids_at_any_distance(step):
    assert kstest(uniform(1, IDS[:20_000] * step, "age"), "uniform").pvalue > 0.001


def test_normal():
    assert kstest(normal(1, IDS, "income"), "norm").pvalue > 0.001


@given(st.permutations(range(30)), st.integers(1, 30))
def test_order_and_company_do_not_matter(order, some):
    whole = uniform(3, np.arange(30), "age")
    chosen = np.array(order[:some])
    np.testing.assert_array_equal(uniform(3, chosen, "age"), whole[chosen])


def test_purposes_seeds_and_neighbours_are_uncorrelated():
    drawn = [
        uniform(1, IDS, "age"),
        uniform(1, IDS, "income"),
        uniform(2, IDS, "age"),
        uniform(1, IDS + 1, "age"),
    ]
    off_diagonal = np.corrcoef(drawn) - np.eye(len(drawn))
    assert np.abs(off_diagonal).max() < 4 / np.sqrt(len(IDS))


def test_same_on_every_machine():
    """These values must never change: people made from a seed stay the same."""
    drawn = uniform(20260101, np.array([1, 2, 3]), "income")
    np.testing.assert_array_equal(drawn, PINNED)


def test_pick_follows_the_shares():
    shares = np.bincount(Draws(1, IDS).pick("type", [3, 0, 1]), minlength=3) / len(IDS)
    np.testing.assert_allclose(shares, [0.75, 0, 0.25], atol=0.01)
