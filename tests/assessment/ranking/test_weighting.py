"""Weights of one's own and re-drawn ones."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.rank_coverage import LABEL, card_of
from jiuzhu_sim.assessment.ranking.weighting import weight_draws, weights_of
from jiuzhu_sim.assessment.scorecard.card import Item
from jiuzhu_sim.errors import JZError

CARD = card_of(1.0, items=4, groups=2)  # items 0 and 2 in group0, 1 and 3 in group1, 25 points each


def test_points_by_item_and_group():
    assert weights_of(CARD, {"item0": 10}).tolist() == [10, 25, 25, 25]
    assert weights_of(CARD, {"group1": 20}).tolist() == [25, 10, 25, 10]
    assert weights_of(CARD, {"item3": 1, "group1": 20}).tolist() == [25, 10, 25, 1]
    assert weights_of(CARD, np.array([1.0, 2, 3, 4])).tolist() == [1, 2, 3, 4]


def test_a_bonus_has_no_weight():
    extra = Item("extra", "group0", LABEL, "rate0", 5, "bonus", parameters={"each": 1})
    card = replace(CARD, items=(*CARD.items, extra))
    assert weights_of(card, np.full(5, 20.0)).tolist() == [20, 20, 20, 20, 0]


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"item9": 1, "itme0": 2, "item0": -1}, ("JZ-E105", "JZ-E060", "JZ-E060")),
        ({"item0": float("nan")}, ("JZ-E105",)),
        (np.zeros(4), ("JZ-E105",)),
        (np.ones(3), ("JZ-E105",)),
        (np.array([1, -1, 1, 1]), ("JZ-E105",)),
    ],
)
def test_weights_that_make_no_card_are_refused_all_at_once(given, codes):
    with pytest.raises(JZError) as caught:
        weights_of(CARD, given)
    assert sorted(caught.value.codes) == sorted(codes)


def test_redrawn_weights_keep_their_sum_and_their_mean():
    made = weight_draws(CARD, CARD.weights, 4_000, 1, 0.25)
    assert np.allclose(made.items.sum(axis=1), 100)
    assert made.items.mean(axis=0) == pytest.approx([25, 25, 25, 25], abs=0.3)
    assert 0.75 <= made.by_item.min() <= made.by_item.max() <= 1.25
    groups = made.items[:, [0, 2]].sum(axis=1) / made.items[:, [1, 3]].sum(axis=1)
    assert np.allclose(groups, made.by_group[:, 0] / made.by_group[:, 1])


def test_an_item_without_weight_gets_none():
    made = weight_draws(CARD, np.array([0.0, 50, 0, 50]), 100, 1, 0.25)
    assert (made.items[:, [0, 2]] == 0).all()
    assert np.allclose(made.items.sum(axis=1), 100)


def test_redrawn_weights_do_not_hang_on_other_items():
    wider = card_of(1.0, items=6, groups=2)
    few = weight_draws(CARD, CARD.weights, 50, 1, 0.25)
    many = weight_draws(wider, wider.weights, 50, 1, 0.25)
    assert (few.by_item == many.by_item[:, :4]).all()
