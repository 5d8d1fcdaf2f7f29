"""The emulator: what full runs of months would give at other factors and standards, in no time.

For each account and month the money of the months over the money by the rules alone is a smooth
function of a few features (income growth, shocks, application, cost by area under another law). A
quadratic is fitted to full runs by least squares; what it misses (chance of the households and
lack of fit) is kept as leave-one-out residuals, one row a run.

Source: design by scrambled Sobol points (Owen 1995); leave-one-out residuals of least squares
e / (1 - h) (Allen 1974, PRESS).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CENTRE_EVERY = 6
"""Every sixth run stands at the centre: runs at the same point tell chance from lack of fit."""

RUNS_A_TERM = 2
"""Least-squares terms are taken up to half as many as runs, so that each residual is its own."""

STILL = 1e-9
"""A feature that moves by less than this over all runs does not move."""


def design(dimensions: int, runs: int, seed: int) -> Floats:
    """Points of the unit cube, (runs, dimensions): each sixth one the centre, the rest scrambled
    Sobol points. The points of few runs are the first of those of more.

    >>> few, more = design(3, 5, seed=1), design(3, 40, seed=1)
    >>> bool((more[:5] == few).all()), few[0].tolist()
    (True, [0.5, 0.5, 0.5])
    """
    from scipy.stats import qmc

    made = np.full((runs, dimensions), 0.5)
    spread = np.arange(runs) % CENTRE_EVERY != 0
    if dimensions and spread.any():
        power = int(np.ceil(np.log2(spread.sum() + 1)))
        points = qmc.Sobol(dimensions, rng=seed).random_base2(power)
        made[spread] = points[: spread.sum()]
    return made


def _ladder(features: Sequence[int], runs: int) -> list[list[tuple[int, ...]]]:
    """Sets of products of features that so many runs can bear: none, single, squares, pairs."""
    single: list[tuple[int, ...]] = [(k,) for k in features]
    squares: list[tuple[int, ...]] = [(k, k) for k in features]
    pairs: list[tuple[int, ...]] = [*combinations(features, 2)]
    found: list[list[tuple[int, ...]]] = [[()]]
    for more in (single, squares, pairs):
        if more and RUNS_A_TERM * (len(found[-1]) + len(more)) <= runs:
            found.append(found[-1] + more)
    return found


@dataclass(frozen=True)
class Surface:
    """A quadratic for some columns: `columns` (of the last axis) by `terms` of features.

    `weights` (terms, months, columns); `inverse` (terms, terms) of the normal equations.
    """

    columns: NDArray[np.int64]
    terms: tuple[tuple[int, ...], ...]
    weights: Floats
    inverse: Floats


@dataclass(frozen=True)
class Emulator:
    """A fitted emulator; make one with `fit`.

    `low`, `high` (features,): what the runs cover. `residuals` (runs, months, columns):
    leave-one-out.
    """

    low: Floats
    high: Floats
    surfaces: tuple[Surface, ...]
    residuals: Floats

    @property
    def runs(self) -> int:
        return len(self.residuals)

    def predict(self, features: Floats) -> Floats:
        """Ratios (points, months, columns) at points (points, features), which are moved to the
        edge of what the runs cover where they lie outside."""
        scaled = _scaled(features, self.low, self.high)
        months, columns = self.residuals.shape[1:]
        made = np.empty((len(features), months, columns))
        for surface in self.surfaces:
            count = len(surface.terms)
            flat = _matrix(scaled, surface.terms) @ surface.weights.reshape(count, -1)
            made[:, :, surface.columns] = flat.reshape(len(features), months, -1)
        return made

    def outside(self, features: Floats) -> Floats:
        """Share of the points (points, features) outside what the runs cover, by feature."""
        room = STILL + (self.high - self.low) * STILL
        made: Floats = ((features < self.low - room) | (features > self.high + room)).mean(0)
        return made

    def mean_error(self, features: Floats, year: Floats) -> float:
        """Standard error of the mean over the points of the sum over months and columns weighted
        by `year` (months, columns): that of the fit, which more draws do not lessen."""
        scaled = _scaled(features, self.low, self.high)
        variance = 0.0
        for surface in self.surfaces:
            at = _matrix(scaled, surface.terms).mean(0)
            sums = (self.residuals * year)[:, :, surface.columns].sum((1, 2))
            variance += float((sums**2).mean() * (at @ surface.inverse @ at))
        return float(np.sqrt(variance))


def _scaled(features: Floats, low: Floats, high: Floats) -> Floats:
    """Features from -1 to 1 over what the runs cover; 0 for one that does not move."""
    half = (high - low) / 2
    moves = half > STILL
    inside = np.clip(features, low, high)
    made: Floats = np.where(moves, (inside - (low + high) / 2) / np.where(moves, half, 1), 0.0)
    return made


def _matrix(scaled: Floats, terms: Sequence[tuple[int, ...]]) -> Floats:
    """One column a term: (points, terms)."""
    return np.column_stack([scaled[:, list(term)].prod(1) for term in terms])


def fit(
    features: Floats,
    ratios: Floats,
    uses: Sequence[Sequence[int]],
    low: Floats,
    high: Floats,
) -> Emulator:
    """An emulator of `ratios` (runs, months, columns) at `features` (runs, features), to be asked
    from `low` to `high` (features,).

    `uses` names for each column the features it may depend on; those that do not move are left
    out. Of the sets of terms that the runs can bear, the one with the least leave-one-out error
    is taken.

    >>> x = design(2, 24, seed=1)
    >>> y = (1 + x[:, 0] ** 2 + x[:, 1])[:, None, None]
    >>> made = fit(x, y, [(0, 1)], np.zeros(2), np.ones(2))
    >>> bool(abs(made.residuals).max() < 1e-12)
    True
    """
    scaled = _scaled(features, low, high)
    moves = high - low > 2 * STILL
    groups: dict[tuple[int, ...], list[int]] = {}
    for column, used in enumerate(uses):
        groups.setdefault(tuple(k for k in used if moves[k]), []).append(column)
    surfaces, residuals = [], np.empty_like(ratios)
    for used, members in groups.items():
        columns = np.array(members)
        tried = [_surface(scaled, ratios, columns, terms) for terms in _ladder(used, len(features))]
        # More terms follow the runs more closely and what was left out less so.
        surface, missed = min(tried, key=lambda made: float((made[1].sum((1, 2)) ** 2).sum()))
        residuals[:, :, columns] = missed
        surfaces.append(surface)
    return Emulator(low, high, tuple(surfaces), residuals)


def _surface(
    scaled: Floats, ratios: Floats, columns: NDArray[np.int64], terms: list[tuple[int, ...]]
) -> tuple[Surface, Floats]:
    """Least squares with these terms, and the leave-one-out residuals (runs, months, columns)."""
    runs, months = ratios.shape[:2]
    matrix = _matrix(scaled, terms)
    inverse = np.asarray(np.linalg.pinv(matrix.T @ matrix), np.float64)
    flat = ratios[:, :, columns].reshape(runs, -1)
    weights = inverse @ (matrix.T @ flat)
    reach = np.einsum("ij,jk,ik->i", matrix, inverse, matrix)
    # A run that alone decides a term says nothing of what it misses.
    left = np.maximum(1 - reach, 1 / (2 * RUNS_A_TERM * runs))
    missed = (flat - matrix @ weights) / left[:, None]
    shaped = weights.reshape(len(terms), months, -1)
    return Surface(columns, tuple(terms), shaped, inverse), missed.reshape(runs, months, -1)
