"""Shares of the items kept for draws of the truth: another set of weights is one product away."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.scorecard.score import FULL, Scores

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Drawn:
    """Scored draws: `share` (draws, units, items) without a gap, `there` (units, items) or
    (draws, units, items) 1 where an item counts, `bonus` (draws, units), `vetoed` (draws, units,
    vetoes)."""

    share: Floats
    there: Floats
    bonus: Floats
    vetoed: NDArray[np.bool_]

    @classmethod
    def of(cls, scores: Scores) -> "Drawn":
        """From scores with draws in front, or from plain ones: a single draw."""
        share = scores.share if scores.share.ndim == 3 else scores.share[None]
        share = np.ascontiguousarray(share)
        gaps = np.isnan(share)
        gaps_of_units = gaps.any(axis=0)
        is_steady = bool((gaps_of_units == gaps.all(axis=0)).all())
        if gaps_of_units.any():
            share = np.where(gaps, 0.0, share)
        there = ~(gaps_of_units if is_steady else gaps)
        if scores.card.missing == "zero":
            there = np.ones_like(gaps_of_units)
        return cls(
            share,
            (there & scores.card.scored).astype(np.float64),
            scores.bonus.reshape(share.shape[:2]),
            scores.vetoed.reshape(*share.shape[:2], -1),
        )

    @property
    def middle(self) -> "Drawn":
        """The mean over the draws as a single draw."""
        there = self.there.mean(axis=0) if self.there.ndim == 3 else self.there
        bonus, vetoed = self.bonus.mean(axis=0)[None], self.vetoed[:1]
        return Drawn(self.share.mean(axis=0)[None], there, bonus, vetoed)

    def totals(self, weights: Floats) -> Floats:
        """Totals on 0–100 with bonus, (draws, units), not rounded; `weights` (items,) or (draws,
        items), which may be many for a single draw of the shares."""
        reached = _product(self.share, weights)
        whole = _product(self.there, weights)
        empty = np.full(np.broadcast_shapes(reached.shape, whole.shape), np.nan)
        made: Floats = FULL * np.divide(reached, whole, out=empty, where=whole > 0) + self.bonus
        return made


def _product(parts: Floats, weights: Floats) -> Floats:
    """Weighted sums over the items, (draws, units). Not by BLAS: its threads spin on busy cores."""
    if parts.ndim == 2 or len(parts) == 1:
        return np.einsum("di,ui->du", np.atleast_2d(weights), parts.reshape(parts.shape[-2:]))
    if weights.ndim == 1:
        return np.einsum("dui,i->du", parts, weights)
    return np.einsum("dui,di->du", parts, weights)
