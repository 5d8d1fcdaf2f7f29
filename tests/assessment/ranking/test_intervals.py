"""Rank intervals and groups, by hand."""

import numpy as np
import pytest

from jiuzhu_sim.assessment.ranking.intervals import (
    Spread,
    apart,
    groups_of,
    same_data,
    spread_of,
)
from jiuzhu_sim.assessment.ranking.shrink import pull_of

THREE = np.arange(3)


def test_ranks_and_chances_by_hand():
    scores = np.array([[90.0, 80, 70], [90, 70, 80], [80, 90, 70], [90, 90, 70]])
    made = spread_of(scores, "competition", THREE)
    assert made.chance.tolist() == [[0.75, 0.25, 0], [0.5, 0.25, 0.25], [0, 0.25, 0.75]]
    assert made.better.tolist() == [[0.5, 0.625, 1], [0.375, 0.5, 0.75], [0, 0.25, 0.5]]


@pytest.mark.parametrize(("tie", "last"), [("competition", 3), ("dense", 2)])
def test_ties_follow_the_card(tie, last):
    made = spread_of(np.array([[90.0, 90, 70]]), tie, THREE)
    assert (made.chance.argmax(axis=1) + 1).tolist() == [1, 1, last]


@pytest.mark.parametrize(
    ("chance", "low", "high"),
    [
        ([1.0, 0, 0], 1, 1),
        ([0.92, 0.08, 0], 1, 1),  # P(1) + ½ P(2) = 0.96 lies beyond 0.95
        ([0.88, 0.12, 0], 1, 2),
        ([0.12, 0.76, 0.12], 1, 3),
        ([0.08, 0.84, 0.08], 2, 2),
        ([0.3, 0.4, 0.3], 1, 3),
    ],
)
def test_mid_p_intervals_by_hand(chance, low, high):
    spread = Spread(np.array([chance]), np.array([[0.5]]))
    bounds = spread.interval(0.9, np.array([low]))
    assert [bound.tolist() for bound in bounds] == [[low], [high]]


def test_the_plain_rank_is_always_in():
    spread = Spread(np.array([[0.0, 1.0, 0.0]]), np.array([[0.5]]))
    assert [b.tolist() for b in spread.interval(0.9, np.array([3]))] == [[2], [3]]


def test_units_with_the_same_data_share_one_distribution():
    scores = np.random.default_rng(0).normal(80, 5, (501, 4))
    made = spread_of(scores, "competition", np.array([0, 1, 0, 2]))
    assert (made.chance[0] == made.chance[2]).all()
    assert made.better[0, 2] == made.better[2, 0] == 0.5
    assert (made.better[0, [1, 3]] == made.better[2, [1, 3]]).all()
    assert np.allclose(made.better + made.better.T, 1)


def test_same_data_means_all_of_it():
    columns = np.array([[1.0, np.nan], [1, 2], [1, np.nan], [0, 2]])
    same = same_data(columns)
    assert same[0] == same[2]
    assert len(set(same.tolist())) == 3


def test_who_is_not_ranked_is_told_from_nobody():
    assert not apart(np.array([0, 1]), np.array([0, 1])).any()


def test_groups_start_with_a_unit_and_end_where_one_can_be_told_from_it():
    """1 and 3 cannot be told apart from 2, yet can from each other: a chain is not a group."""
    told = apart(np.array([1, 1, 3]), np.array([2, 3, 3]))
    assert told.tolist() == [[False, False, True], [False] * 3, [True, False, False]]
    assert groups_of((0, 1, 2), told) == ((0, 1), (2,))


# --- the pull towards all ---------------------------------------------------------------------
def own_draws(middle, error, draws=4_000):
    noise = np.random.default_rng(1).standard_normal((draws, len(middle)))
    return np.array(middle) + np.array(error) * (noise - noise.mean(axis=0)) / noise.std(axis=0)


def pulled(scores):
    middle = scores.mean(axis=0)
    return pull_of(scores, 1)(middle, scores - middle)


def test_without_error_nothing_is_moved():
    scores = np.tile([70.0, 80, 95], (10, 1))
    assert (pulled(scores) == scores).all()


def test_a_unit_without_error_stays_while_others_move():
    made = pulled(own_draws([70.0, 80, 95], [5.0, 0.0, 5.0]))
    assert np.allclose(made[:, 1], 80, atol=1e-3)
    assert made[:, 0].mean() > 70.2
    assert made[:, 2].mean() < 94.8


def test_noisier_units_move_more_and_clear_differences_stay():
    made = pulled(own_draws([70.0, 71, 90, 91], [1.0, 1, 1, 8])).mean(axis=0)
    assert made[0] == pytest.approx(70, abs=0.3)
    assert 91 - made[3] > 3


def test_differences_that_chance_explains_vanish():
    """Eight units one error apart in all: their true scores are told to be near each other."""
    middle = np.linspace(79.5, 80.5, 8)
    made = pulled(own_draws(middle, np.full(8, 2.0)))
    assert np.ptp(made.mean(axis=0)) < 0.4
    assert made.std(axis=0).max() < 2.0


def test_the_model_is_that_of_the_eight_schools():
    """Rubin 1981 by Gelman et al. 2013, table 5.3: posterior medians 10, 8, 6, 7, 5, 6, 10, 8."""
    effects = [28.0, 8, -3, 7, -1, 1, 18, 12]
    errors = [15.0, 10, 16, 11, 9, 11, 10, 18]
    made = np.median(pulled(own_draws(effects, errors, 40_000)), axis=0)
    assert made == pytest.approx([10, 8, 6, 7, 5, 6, 10, 8], abs=1.0)
