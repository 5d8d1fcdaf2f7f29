"""What is behind the sliders of the township ranking: the official ranking, and one under other
weights. Draws of the indicators are kept from the official ranking; only weights move.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.ranking.aggregations import Other
from jiuzhu_sim.assessment.ranking.deciding import kendall
from jiuzhu_sim.assessment.ranking.ranking import Ranking, reweighted
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text

NOISE, METHOD = "weight_noise", "method"
CARD = "card"
"""The method of the card itself: points added up."""

GROUP = "group."
"""Begins the name of a group's weight among the changes."""

POINTS_MAX = 1000.0
"""Most points a group may be given: cards have 100 to 200 in all."""

CLOSE = 1e-9


@dataclass(frozen=True)
class RankingState:
    """What the views draw: the official ranking, the one under the weights as they stand, the
    points of the groups as set (not normalised), the method it is held against, stamps, and the
    seconds it took.
    """

    official: Ranking
    now: Ranking
    points: Mapping[str, float]
    first: Mapping[str, float]
    method: str
    stamps: tuple[str, ...]
    seconds: float

    @property
    def is_official(self) -> bool:
        return self.now is self.official

    @cached_property
    def tau(self) -> float:
        """Kendall's tau-b of the ranks now against the official ones; NaN with under two ranked."""
        ranked = self.official.is_ranked & self.now.is_ranked
        return kendall(self.official.rank[ranked], self.now.rank[ranked])

    @property
    def other(self) -> Other | None:
        """Ranks by the method chosen, under the weights as they stand; None for the card's own.
        Raises JZ-E046 without pymcdm.
        """
        if self.method == CARD:
            return None
        return next(each for each in self.now.others if each.key == self.method)

    @property
    def moved(self) -> tuple[int, ...]:
        """Positions of the townships whose rank is another than the official one."""
        return tuple(np.flatnonzero(self.official.rank != self.now.rank).tolist())

    @property
    def regraded(self) -> tuple[int, ...]:
        """Positions of the ranked townships whose grade is another than the official one."""
        changed = self.official.scores.grade != self.now.scores.grade
        return tuple(np.flatnonzero(changed & self.official.is_ranked).tolist())


class RankingModel:
    """Points of the card's groups, the weight noise, a method to hold the order against; every
    change gives another ranking.

    A group's points are shared out to its items as the card does. Weights are points over their
    sum, so only their proportions matter.
    """

    def __init__(self, official: Ranking, stamps: tuple[str, ...] = ()):
        self.official = self.now = official
        self.stamps, self.seconds = stamps, 0.0
        weights = official.weights
        places = {group.key: _places(official, group.key) for group in official.card.groups}
        self.places = {key: where for key, where in places.items() if weights[where].sum() > 0}
        self.first = {key: float(weights[where].sum()) for key, where in self.places.items()}
        self.points = dict(self.first)
        self.noise, self.method = official.weight_noise, CARD

    @property
    def total(self) -> float:
        """The sum of the points as they are set."""
        return sum(self.points.values())

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from the official card, by name."""
        moved: dict[str, Any] = {
            f"{GROUP}{key}": value
            for key, value in self.points.items()
            if abs(value - self.first[key]) > CLOSE
        }
        if abs(self.noise - self.official.weight_noise) > CLOSE:
            moved[NOISE] = self.noise
        return moved | ({METHOD: self.method} if self.method != CARD else {})

    def is_counted(self, group: str) -> bool:
        """Whether any item of a group could be scored; without data its weight moves nothing."""
        return bool(self.official.scores.counted[self.places[group]].any())

    def set(self, name: str, value: Any) -> None:
        """Set one weight, the noise or the method. Raises JZ-E032 and leaves all as it was."""
        if name == METHOD:
            self.method = str(value)
            return
        points, noise = dict(self.points), self.noise
        if name == NOISE:
            noise = _within(value, 1.0, text("ranking_panel.noise"))
        else:
            key = name.removeprefix(GROUP)
            points[key] = _within(value, POINTS_MAX, self.official.card.group(key).title)
        if not any(points[key] > 0 and self.is_counted(key) for key in points):
            expected = text("ranking_panel.expected.some")
            raise JZError.of("JZ-E032", name=name, value=value, expected=expected)
        self._rank(points, noise)

    def reset(self) -> None:
        """Back to the official weights."""
        self.points, self.noise = dict(self.first), self.official.weight_noise
        self.method = CARD
        self.now, self.seconds = self.official, 0.0

    def weights(self, points: Mapping[str, float]) -> NDArray[np.float64]:
        """Points of every item, (items,), normalised to the sum of the official ones."""
        made = self.official.weights.copy()
        for key, where in self.places.items():
            made[where] *= points[key] / self.first[key]
        return made * (self.official.weights.sum() / made.sum())

    def state(self) -> RankingState:
        """The rankings as they stand."""
        return RankingState(
            self.official,
            self.now,
            self.points,
            self.first,
            self.method,
            self.stamps,
            self.seconds,
        )

    def _rank(self, points: Mapping[str, float], noise: float) -> None:
        started = time.perf_counter()
        before = self.points, self.noise
        self.points, self.noise = dict(points), noise
        try:
            changed = set(self.changes) - {METHOD}
            self.now = (
                reweighted(self.official, self.weights(points), weight_noise=noise)
                if changed
                else self.official
            )
        except Exception:
            self.points, self.noise = before
            raise
        self.seconds = time.perf_counter() - started


def _places(ranking: Ranking, group: str) -> NDArray[np.int64]:
    """Positions of a group's items that carry points."""
    return np.array(
        [n for n, item in enumerate(ranking.card.items) if item.group == group], np.int64
    )


def _within(value: float, most: float, name: str) -> float:
    if not 0 <= value <= most:  # no number is not within either
        expected = text("ranking_panel.expected.range", most=f"{most:g}")
        raise JZError.of("JZ-E032", name=name, value=value, expected=expected)
    return float(value)
