"""What all units say about each: scores drawn from the unit's own cases are moved towards the mean.

Measured scores differ more than true ones: chance comes on top. Ranks of scores drawn for each
unit from its own cases alone are therefore too sure of themselves (measured: docs/decisions/036).
So true scores are taken as normal around a common mean with a spread that is itself uncertain
(normal model of exchangeable units, flat prior on mean and spread: Rubin 1981; Gelman et al. 2013,
section 5.4), and the draws of each unit are moved and narrowed as that model says. The shape of
its own draws stays, and a unit without sampling error is not moved.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.population.draws import normal, uniform

Floats = NDArray[np.float64]

GRID = 61
"""Points of the grid on which the spread of true scores lies."""

REACH = 3.0
"""The grid ends at this many times the spread seen, or the largest sampling error."""

NO_ERROR = 1e-9
"""Points; scores drawn closer than this have no sampling error."""


@dataclass(frozen=True)
class Pull:
    """How a set of units is moved, in each draw: `spread` of true scores (draws,), `centre` in
    standard errors of the mean (draws,), `error` of each unit (units,), all but `centre` points."""

    spread: Floats
    centre: Floats
    error: Floats

    def __call__(self, middle: Floats, deviation: Floats) -> Floats:
        """True scores (draws, units): `middle` (draws, units) or (units,), the mean of each unit's
        own draws, and `deviation` (draws, units) from it."""
        if not (self.error > NO_ERROR).any():
            return middle + deviation
        weight = 1.0 / (self.error**2 + self.spread[:, None] ** 2)
        whole = weight.sum(axis=1)
        mean = (weight * middle).sum(axis=1) / whole + self.centre / np.sqrt(whole)
        kept = self.spread[:, None] ** 2 * weight
        made: Floats = mean[:, None] + kept * (middle - mean[:, None]) + np.sqrt(kept) * deviation
        return made


def pull_of(scores: Floats, seed: int) -> Pull:
    """The pull towards all, from the scores drawn for each unit from its own cases.

    `scores`: (draws, units) points, of the units that are ranked.

    >>> own = np.array([[70.0, 80.0, 90.0]]) + np.array([[-1.0], [0.0], [1.0]])
    >>> pull_of(own, seed=1).error.round(2).tolist()
    [0.82, 0.82, 0.82]
    """
    middle, error = scores.mean(axis=0), scores.std(axis=0)
    ids = np.arange(len(scores), dtype=np.int64)
    centre = normal(seed, ids, "ranking.centre")
    if not (error > NO_ERROR).any():  # complete counts, or nobody to rank
        return Pull(np.zeros(len(scores)), centre, error)
    largest = max(float(middle.std()), float(error.max()))
    grid = np.linspace(0.0, REACH * largest, GRID) + NO_ERROR
    variance = error**2 + grid[:, None] ** 2
    whole = (1 / variance).sum(axis=1)
    mean = (middle / variance).sum(axis=1) / whole
    misfit = ((middle - mean[:, None]) ** 2 / variance).sum(axis=1)
    log = -0.5 * (np.log(variance).sum(axis=1) + np.log(whole) + misfit)
    chance = np.cumsum(np.exp(log - log.max()))
    place = np.searchsorted(chance / chance[-1], uniform(seed, ids, "ranking.spread"))
    return Pull(grid[np.minimum(place, GRID - 1)], centre, error)
