"""What holds of every card and all values: bounds, direction, order of units, scale of weights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.assessment.indicators import indicators
from jiuzhu_sim.assessment.scorecard.card import cards, load_card
from jiuzhu_sim.assessment.scorecard.score import score

each_card = pytest.mark.parametrize("name", cards())
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=25, deadline=None)
SCALE = {"share": 1.0, "ratio": 1.3, "yes": 1.0, "count": 6.0, "yuan/year": 1e5, "points": 100.0}
UNITS = 6


def values_of(card, rng, missing=0.15):
    """Values of every indicator of the card, some missing, many exactly at the ends."""
    made = {}
    for key in card.indicators:
        unit = indicators()[key].unit
        value = rng.random(UNITS) * SCALE[unit]
        if unit in ("count", "yes"):
            value = np.round(value)
        value = np.where(rng.random(UNITS) < 0.2, SCALE[unit], value)
        made[key] = np.where(rng.random(UNITS) < missing, np.nan, value)
    return made


@each_card
@given(seed=seeds)
@few
def test_scores_lie_between_nothing_and_everything(name, seed):
    card = load_card(name)
    made = score(card, values_of(card, np.random.default_rng(seed)))
    share = made.share[np.isfinite(made.share)]
    assert ((share >= 0) & (share <= 1)).all()
    most = 100 + card.bonus_cap * 100 / card.points
    total = made.total[np.isfinite(made.total)]
    assert ((total >= 0) & (total <= most + 1e-9)).all()
    assert (made.bonus <= card.bonus_cap * 100 / card.points + 1e-9).all()


@each_card
@given(seed=seeds)
@few
def test_doing_better_never_costs_points_or_grade(name, seed):
    card, rng = load_card(name), np.random.default_rng(seed)
    values = values_of(card, rng)
    before = score(card, values)
    for key in card.indicators:
        sign = 1.0 if indicators()[key].direction == "up" else -1.0
        better = np.maximum(
            values[key] + sign * rng.random(UNITS) * SCALE[indicators()[key].unit], 0
        )
        after = score(card, values | {key: better})
        known = np.isfinite(before.total)
        assert (after.total[known] >= before.total[known]).all(), key
        assert (after.grade[known] <= before.grade[known]).all(), key


@each_card
@given(seed=seeds)
@few
def test_the_order_of_units_does_not_matter(name, seed):
    card, rng = load_card(name), np.random.default_rng(seed)
    values, order = values_of(card, rng), rng.permutation(UNITS)
    moved = score(card, {key: value[order] for key, value in values.items()})
    np.testing.assert_array_equal(moved.total, score(card, values).total[order])


@each_card
@given(seed=seeds, scale=st.floats(1e-3, 1e3))
@few
def test_only_proportions_of_weights_matter(name, seed, scale):
    card, rng = load_card(name), np.random.default_rng(seed)
    values, weights = values_of(card, rng), rng.random(len(card.items)) + 0.01
    one, other = (score(card, values, each) for each in (weights, weights * scale))
    # A total on the edge of two published ones may fall either way: a hundredth, no more.
    np.testing.assert_allclose(one.total, other.total, atol=0.0101)
    own = score(card, values, card.weights * scale)
    np.testing.assert_allclose(own.total, score(card, values).total, atol=0.0101)


@each_card
@given(seed=seeds)
@few
def test_the_total_is_the_points_reached_of_those_counted(name, seed):
    card = load_card(name)
    made = score(card, values_of(card, np.random.default_rng(seed), missing=0.4))
    scored = card.scored
    counted = np.where(np.isfinite(made.share), card.weights, 0)[:, scored].sum(axis=1)
    reached = np.nansum(made.points[:, scored], axis=1)
    known = counted > 0
    expected = 100 * reached[known] / counted[known] + made.bonus[known]
    np.testing.assert_allclose(made.total[known], expected, atol=0.00501)
    assert np.isnan(made.total[~known]).all()
