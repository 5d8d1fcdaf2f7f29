"""Which weight decides: ranks without each group and item, and what moves them when re-drawn."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.ranking.drawn import Drawn
from jiuzhu_sim.assessment.ranking.weighting import WeightDraws
from jiuzhu_sim.assessment.scorecard.card import Group, Item
from jiuzhu_sim.assessment.scorecard.score import Scores, ranks
from jiuzhu_sim.language import pick

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

DIGITS = 12
"""Of a τ: rounding of floats off, so that the same order is 1 and nothing less."""

BINS = 10
"""Classes of a re-drawn weight between which ranks are compared."""


@dataclass(frozen=True)
class Deciding:
    """What one group or item does to the ranks.

    `kind`: ``group`` or ``item``. `points` in use. Without it: `tau`, Kendall's τ-b to the plain
    ranks, and `move`, the largest change of a rank; NaN where nothing else is left to rank by.
    `share`: of the variance of ranks over re-drawn weights, the part that follows this weight
    alone (first-order, 0–1); NaN where weights are not re-drawn or no rank moves.
    """

    key: str
    kind: str
    label: Mapping[str, str]
    points: float
    tau: float
    move: float
    share: float

    @property
    def title(self) -> str:
        """Name in the language in use."""
        return pick(self.label)


def deciding_weights(
    scores: Scores,
    weights: Floats,
    rank: Places,
    is_ranked: NDArray[np.bool_],
    redrawn: WeightDraws | None,
) -> tuple[Deciding, ...]:
    """Every group, then every item that counts; not bonuses, nor what no unit has a value for."""
    card, plain = scores.card, Drawn.of(scores)
    parts: list[tuple[Group | Item, str, list[int]]] = [
        *((group, "group", list(card.in_group(group.key))) for group in card.groups),
        *((item, "item", [k]) for k, item in enumerate(card.items) if not item.is_bonus),
    ]
    worth = np.where(scores.counted, weights, 0.0)
    parts = [part for part in parts if worth[part[2]].sum() > 0]
    without = np.tile(weights, (len(parts), 1))
    for row, (_, _, inside) in enumerate(parts):
        without[row, inside] = 0.0
    own = rank[is_ranked]
    moved = ranks(plain.totals(without)[:, is_ranked], card.tie)
    shares = _shares(scores, plain, is_ranked, redrawn)
    return tuple(
        Deciding(
            key=part.key,
            kind=kind,
            label=part.label,
            points=float(weights[inside].sum()),
            tau=kendall(own, row) if row.all() else np.nan,
            move=float(np.abs(row - own).max()) if row.size and row.all() else np.nan,
            share=shares.get((kind, part.key), np.nan),
        )
        for (part, kind, inside), row in zip(parts, moved, strict=True)
    )


def kendall(first: Places, second: Places) -> float:
    """Kendall's τ-b of two rankings (ties allowed); 1 for the same order, NaN without one.

    >>> kendall(np.array([1, 2, 3]), np.array([1, 2, 3])), kendall(np.array([1]), np.array([1]))
    (1.0, nan)
    """
    from scipy.stats import kendalltau

    if len(set(first.tolist())) < 2 or len(set(second.tolist())) < 2:
        return float("nan")
    return round(float(kendalltau(first, second).statistic), DIGITS)


def _shares(
    scores: Scores,
    plain: Drawn,
    is_ranked: NDArray[np.bool_],
    redrawn: WeightDraws | None,
) -> dict[tuple[str, str], float]:
    """First-order shares of the variance of ranks by (kind, key)."""
    if redrawn is None:
        return {}
    card = scores.card
    place = ranks(plain.totals(redrawn.items)[:, is_ranked], card.tie).astype(np.float64)
    whole = float(place.var(axis=0).sum())
    if whole == 0:
        return {}
    named = [("group", group.key) for group in card.groups]
    named += [("item", item.key) for item in card.items]
    factors = np.hstack([redrawn.by_group, redrawn.by_item])
    return {name: correlation_ratio(factors[:, k], place, whole) for k, name in enumerate(named)}


def correlation_ratio(factor: Floats, ranked: Floats, whole: float) -> float:
    """The part of the variance of ranks (draws, units) between classes of a factor (draws,).

    Sum over the units, of `whole`; what classes of pure chance would show is taken off.

    >>> factor = np.arange(100.0)
    >>> ranked = np.column_stack([factor > 49, factor <= 49]).astype(float)
    >>> correlation_ratio(factor, ranked, float(ranked.var(axis=0).sum()))
    1.0
    """
    draws = len(factor) - len(factor) % BINS
    classes = ranked[np.argsort(factor, kind="stable")[:draws]].reshape(BINS, -1, ranked.shape[1])
    between = float(classes.mean(axis=1).var(axis=0).sum()) / whole
    chance = (BINS - 1) / (draws - 1)
    return float(np.clip((between - chance) / (1 - chance), 0.0, 1.0))
