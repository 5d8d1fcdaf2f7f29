"""Rank intervals from drawn scores, and who can be told from whom.

An interval holds the ranks of a unit's marginal distribution by mid-p: rank r is in when
P(rank < r) + ½ P(rank = r) lies between (1 − conf)/2 and (1 + conf)/2. Ranks come in lumps; whole
percentiles would be wider than they say (docs/decisions/036). Units with the same data get the
mean of their distributions: what is the same in all that was seen cannot differ in what is said.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.scorecard.card import Card
from jiuzhu_sim.assessment.scorecard.score import published, ranks

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

BLOCK = 4_000_000
"""Pairs compared at once: some megabytes."""


@dataclass(frozen=True)
class Spread:
    """How ranks are spread: `chance` (units, ranks) of each rank from 1 on, `better` (units,
    units) the chance that the first stands above the second, ties half, ½ on the diagonal."""

    chance: Floats
    better: Floats

    def interval(self, conf: float, plain: Places) -> tuple[Places, Places]:
        """First and last rank of each unit at level `conf`; its `plain` rank is always in.

        >>> spread = Spread(np.array([[0.04, 0.9, 0.06]]), np.array([[0.5]]))
        >>> [bound.tolist() for bound in spread.interval(0.9, np.array([2]))]
        [[2], [2]]
        """
        middle = np.cumsum(self.chance, axis=1) - self.chance / 2
        outside = (1 - conf) / 2
        low = 1 + (middle < outside).sum(axis=1)
        high = (middle <= 1 - outside).sum(axis=1)
        return np.minimum(low, plain), np.maximum(high, plain)


def spread_of(scores: Floats, tie: str, same: NDArray[np.intp]) -> Spread:
    """Ranks of drawn scores (draws, units), by the tie rule of the card, as published.

    `same` (units,): equal numbers for units whose data are the same.

    >>> scores = np.array([[90.0, 80.0, 70.0], [90.0, 80.0, 85.0]])
    >>> made = spread_of(scores, "competition", np.arange(3))
    >>> made.chance.tolist(), made.better[1].tolist()
    ([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.0, 0.5, 0.5]], [0.0, 0.5, 0.5])
    """
    shown = published(scores)
    draws, units = shown.shape
    place = ranks(shown, tie)
    flat = np.arange(units) * units + place - 1
    chance = np.bincount(flat.ravel(), minlength=units * units).reshape(units, units) / draws
    above = np.zeros((units, units))
    step = max(1, BLOCK // max(units * units, 1))
    for start in range(0, draws, step):
        part = shown[start : start + step]
        above += (part[:, :, None] > part[:, None, :]).sum(axis=0)
    better = (draws + above - above.T) / (2 * draws)
    return Spread(_levelled(chance, same), _levelled(_levelled(better, same).T, same).T)


def _levelled(rows: Floats, same: NDArray[np.intp]) -> Floats:
    """Rows of the same class replaced by their mean."""
    size = np.bincount(same)
    if (size <= 1).all():
        return rows
    total = np.zeros((len(size), rows.shape[1]))
    np.add.at(total, same, rows)
    made: Floats = (total / np.maximum(size, 1)[:, None])[same]
    return made


def apart(low: Places, high: Places) -> NDArray[np.bool_]:
    """Which pairs can be told apart, (units, units): their rank intervals do not overlap.

    A unit that is not ranked (0) can be told from nobody.

    >>> apart(np.array([1, 2, 4]), np.array([2, 3, 5]))[0].tolist()
    [False, False, True]
    """
    above = (high[:, None] < low[None, :]) & (high > 0)[:, None]
    return np.asarray(above | above.T)


def groups_of(order: tuple[int, ...], told: NDArray[np.bool_]) -> tuple[tuple[int, ...], ...]:
    """Ranked units in groups that cannot be told apart, from the top.

    A group starts with its first unit and takes those that follow, until one can be told from that
    first unit; there the next group starts.

    >>> told = np.array([[0, 0, 1], [0, 0, 0], [1, 0, 0]], bool)
    >>> groups_of((0, 1, 2), told)
    ((0, 1), (2,))
    """
    made: list[list[int]] = []
    for unit in order:
        if made and not told[made[-1][0], unit]:
            made[-1].append(unit)
        else:
            made.append([unit])
    return tuple(tuple(group) for group in made)


def same_data(columns: Floats) -> NDArray[np.intp]:
    """A number for each unit, equal where all its data are, (units,) of (units, anything).

    >>> same_data(np.array([[1.0, np.nan], [2.0, 1.0], [1.0, np.nan]])).tolist()
    [0, 1, 0]
    """
    filled = np.where(np.isnan(columns), -np.inf, columns)
    found = np.unique(filled, axis=0, return_inverse=True)[1]
    return np.asarray(found).ravel()


def placed(total: Floats, card: Card) -> Places:
    """Plain ranks of published totals, 0 without one."""
    return ranks(total, card.tie).astype(np.int64)
