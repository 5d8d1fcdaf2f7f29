"""The same shares added up in other ways: does the order hang on how points are summed?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.ranking.deciding import kendall
from jiuzhu_sim.assessment.scorecard.card import Card
from jiuzhu_sim.assessment.scorecard.score import FULL, Scores, ranks
from jiuzhu_sim.errors import optional
from jiuzhu_sim.language import text

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

FLOOR = 0.01
"""Least share where logarithms or products are taken: else one item at 0 decides all of it."""

SAME = 1e-9
"""Shares nearer than this are equal: an item on which all units stand equal tells none apart."""


@dataclass(frozen=True)
class Other:
    """Ranks by another way to add up.

    `rank` (units,): 0 where not ranked, or where the method cannot be used. `tau`: Kendall's τ-b
    to the plain ranks. `left_out`: items it cannot take (no value for some unit; all units equal).
    """

    key: str
    rank: Places
    tau: float
    left_out: tuple[str, ...]

    @property
    def title(self) -> str:
        """Name in the language in use."""
        return text(f"aggregation.{self.key}")


def other_ranks(
    scores: Scores, weights: Floats, rank: Places, is_ranked: NDArray[np.bool_]
) -> tuple[Other, ...]:
    """Ranks by each of `METHODS`, of the items with a value for every ranked unit.

    Bonuses and vetoes stay out. Raises JZ-E046 without pymcdm.
    """
    card = scores.card
    share = scores.share[is_ranked]
    complete = np.isfinite(share).all(axis=0) & card.scored & (weights > 0)
    known = np.where(complete, share, 0.0)
    varied = np.ptp(known, axis=0) > SAME if len(share) else complete
    methods = _methods()
    made = []
    for key, (method, needs_variation) in methods.items():
        used = complete & varied if needs_variation else complete
        skipped = card.scored & (weights > 0) & ~used
        left_out = tuple(item.key for k, item in enumerate(card.items) if skipped[k])
        found = np.zeros(len(rank), np.int64)
        if len(share) > 1 and used.any() and (complete & varied).any():
            worth = weights[used] / weights[used].sum()
            with np.errstate(invalid="ignore", divide="ignore"):  # CRITIC of a single item
                preference = np.asarray(method(share[:, used], worth), np.float64)
            if np.isfinite(preference).all():
                found[is_ranked] = _placed(preference, card)
        tau = kendall(rank[is_ranked], found[is_ranked])
        made.append(Other(key, found, tau, left_out))
    return tuple(made)


def _placed(preference: Floats, card: Card) -> Places:
    """Ranks of preferences, whatever their scale, as scores are ranked: on 0–100, as published."""
    least, width = preference.min(), np.ptp(preference)
    scaled = (preference - least) / width if width > 0 else np.zeros(len(preference))
    return ranks(FULL * scaled, card.tie).astype(np.int64)


Method = Callable[[Floats, Floats], Any]


def _methods() -> Mapping[str, tuple[Method, bool]]:
    """By key: preference, higher better, from shares (units, items) and weights that sum to 1; and
    whether items on which all stand equal have to be left out."""
    with optional("pymcdm"):
        from pymcdm import methods, weights
        from pymcdm.normalizations import minmax_normalization

    def plain(column: Floats, cost: bool = False) -> Floats:
        return column

    def used(method: Any, share: Floats, worth: Floats) -> Any:
        return method(share, worth, np.ones(len(worth)), validation=False)

    total, product = methods.WSM(plain), methods.WPM(plain)
    ideal, spread = methods.TOPSIS(), methods.WSM(minmax_normalization)
    return {
        "equal": (lambda share, worth: used(total, share, weights.equal_weights(share)), False),
        "entropy": (
            lambda share, worth: used(
                total, share, weights.entropy_weights(np.maximum(share, FLOOR))
            ),
            True,
        ),
        "critic": (lambda share, worth: used(total, share, weights.critic_weights(share)), True),
        "minmax": (lambda share, worth: used(spread, share, worth), True),
        "topsis": (lambda share, worth: used(ideal, share, worth), True),
        "product": (lambda share, worth: used(product, np.maximum(share, FLOOR), worth), False),
    }
