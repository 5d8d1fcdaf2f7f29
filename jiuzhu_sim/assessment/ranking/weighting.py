"""Weights: those of the card or one's own, and re-drawn ones around them.

As in COINr (get_noisy_weights): the weight of each group, and of each item within its group, is
multiplied by a factor uniform in [1 − noise, 1 + noise], and all are normalised again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.scorecard.card import Card
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.population.draws import uniform

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WeightDraws:
    """Re-drawn weights in points: `items` (draws, items), and the factors of what was re-drawn:
    `by_group` (draws, groups), `by_item` (draws, items), 1 on average."""

    items: Floats
    by_group: Floats
    by_item: Floats


def weights_of(card: Card, given: Mapping[str, float] | Floats | None = None) -> Floats:
    """Weights of the items in points, (items,), with what is `given` in place of the card's.

    `given`: points by key of an item, or of a group (shared out as the card does; an item named
    too keeps its own), or all of them (items,); only their proportions matter. Bonuses have no
    weight. Raises, all at once, JZ-E060 (no such item or group) and JZ-E105 (below 0, no number,
    all 0).

    >>> from jiuzhu_sim.assessment.scorecard.card import load_card
    >>> card = load_card("ten-precisions")
    >>> bool(np.allclose(weights_of(card), card.weights))
    True
    """
    made = card.weights.astype(np.float64)
    problems = Problems()
    if isinstance(given, Mapping):
        places = {item.key: k for k, item in enumerate(card.items)}
        groups = {group.key for group in card.groups}
        for key, points in sorted(given.items(), key=lambda entry: entry[0] in places):
            if not (np.isfinite(points) and points >= 0):
                _add(problems, "weight", item=key, value=f"{points:g}")
            elif key in places:
                made[places[key]] = points
            elif key in groups:
                inside = list(card.in_group(key))
                own = card.weights[inside]
                made[inside] = points * own / own.sum() if own.sum() else 0.0
            else:
                known = [*groups, *places]
                near, others = nearest(key, known), nearest(key, known, n=3)
                kind = text("ranking.weight")
                problems.add("JZ-E060", name=key, kind=kind, nearest=near, known=others)
    elif given is not None:
        made = np.asarray(given, np.float64)
        if made.shape != (len(card.items),):
            raise JZError.of("JZ-E105", reason=_why("length", n=len(card.items)))
        if not (np.isfinite(made).all() and (made >= 0).all()):
            _add(problems, "weight", item="weights", value=f"{made.min():g}")
    problems.raise_if_any()
    made = np.where(card.scored, made, 0.0)
    if not made.sum() > 0:
        raise JZError.of("JZ-E105", reason=_why("all_zero"))
    return made


def weight_draws(card: Card, weights: Floats, draws: int, seed: int, noise: float) -> WeightDraws:
    """Weights re-drawn `draws` times around `weights` (items,); the sum stays.

    >>> from jiuzhu_sim.assessment.scorecard.card import load_card
    >>> card = load_card("ten-precisions")
    >>> drawn = weight_draws(card, card.weights, 100, seed=1, noise=0.25)
    >>> drawn.items.shape == (100, len(card.items)), drawn.items.sum(axis=1).round(6).min()
    (True, np.float64(100.0))
    """
    by_group = _factors("group", [group.key for group in card.groups], draws, seed, noise)
    by_item = _factors("item", [item.key for item in card.items], draws, seed, noise)
    made = weights * by_item
    for k, group in enumerate(card.groups):
        inside = list(card.in_group(group.key))
        total = made[:, inside].sum(axis=1)
        kept = np.divide(weights[inside].sum(), total, out=np.zeros(draws), where=total > 0)
        made[:, inside] *= (kept * by_group[:, k])[:, None]
    made *= weights.sum() / made.sum(axis=1, keepdims=True)
    return WeightDraws(made, by_group, by_item)


def _factors(kind: str, keys: list[str], draws: int, seed: int, noise: float) -> Floats:
    ids = np.arange(draws, dtype=np.int64)
    drawn = [uniform(seed, ids, f"ranking.weight.{kind}.{key}") for key in keys]
    return 1.0 + noise * (2.0 * np.column_stack(drawn) - 1.0)


def _why(name: str, **values: object) -> str:
    return text(f"ranking_fault.{name}", **values)


def _add(problems: Problems, name: str, **values: object) -> None:
    problems.add("JZ-E105", reason=_why(name, **values))
