"""Calibration: weights as near as can be to the design weights that meet known totals.

Source: Deville, J.-C. and Särndal, C.-E. (1992), "Calibration estimators in survey sampling",
Journal of the American Statistical Association 87(418), 376-382: the logit method,
whose weight ratios stay inside given bounds. Its equations are the gradient of a convex function,
which a damped Newton iteration minimises.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, nearest

TOLERANCE = 1e-10  # of the target: far below a fen in a county's budget
ITERATIONS_MAX = 200
HALVINGS_MAX = 40
SUFFICIENT = 1e-4  # share of the promised decrease that a step must bring (Armijo)

Weights = NDArray[np.float64]


class Total(NamedTuple):
    """A weighted total: what it should be, was before and is after calibration."""

    target: float
    before: float
    after: float


@dataclass(frozen=True)
class Calibration:
    """Calibrated weights (one a unit, in the order given) and how they came about.

    `table` has a `Total` for each target; the ratios are new weight / old weight over the units
    that some auxiliary touches.
    """

    weight: Weights
    table: Mapping[str, Total]
    ratio_min: float
    ratio_max: float
    ratio_mean: float
    iterations: int


def calibrate(
    weight: NDArray[Any],
    auxiliaries: Mapping[str, NDArray[Any]],
    targets: Mapping[str, float],
    bounds: tuple[float, float] = (0.2, 5.0),
) -> Calibration:
    """Weights whose totals of the auxiliaries are the targets, to a relative 1e-10.

    `weight` has shape (units,) and is not negative; each auxiliary has the same shape and the unit
    of its target (persons, yuan a month, …). New weights lie between `bounds` times the old ones;
    units whose auxiliaries are all zero keep theirs. The order of the units does not matter, to
    the last bit.

    Raises JZ-E032 when an argument does not fit; JZ-E052 with the targets missed, and by how
    much, when no weights inside the bounds meet them.

    >>> import numpy as np
    >>> made = calibrate(np.ones(4), {"rural": np.array([1, 1, 1, 0])}, {"rural": 6})
    >>> made.weight.round(6).tolist(), made.table["rural"].before
    ([2.0, 2.0, 2.0, 1.0], 3.0)
    """
    design, matrix, wanted = _checked(weight, auxiliaries, targets, bounds)
    touched = np.flatnonzero((matrix != 0).any(axis=0) & (design > 0))
    # One fixed order for the sums, whatever the order of the units.
    order = touched[np.lexsort((design[touched], *matrix[:, touched]))]
    ratio, iterations = _solve(design[order], matrix[:, order], wanted, bounds)
    calibrated = design.copy()
    calibrated[order] *= ratio
    calibrated.flags.writeable = False
    before = matrix[:, order] @ design[order]
    after = matrix[:, order] @ calibrated[order]
    _refuse_missed(targets, wanted, before, after)
    shown = ratio if ratio.size else np.ones(1)
    rows = zip(wanted.tolist(), before.tolist(), after.tolist(), strict=True)
    return Calibration(
        weight=calibrated,
        table=MappingProxyType({n: Total(*row) for n, row in zip(targets, rows, strict=True)}),
        ratio_min=float(shown.min()),
        ratio_max=float(shown.max()),
        ratio_mean=float(shown.mean()),
        iterations=iterations,
    )


def _checked(
    weight: NDArray[Any],
    auxiliaries: Mapping[str, NDArray[Any]],
    targets: Mapping[str, float],
    bounds: tuple[float, float],
) -> tuple[Weights, NDArray[np.float64], NDArray[np.float64]]:
    """The arguments as float64: weights, auxiliaries (targets, units), targets."""
    design = np.asarray(weight, np.float64)
    low, high = bounds
    if not (0 <= low < 1 < high < np.inf):
        raise _wrong("bounds", bounds, "0 <= low < 1 < high")
    if design.ndim != 1 or not (np.isfinite(design) & (design >= 0)).all():
        raise _wrong("weight", "…", "one finite number >= 0 a unit")
    if set(targets) != set(auxiliaries):
        odd = sorted(set(targets) ^ set(auxiliaries))[0]
        others = (set(targets) | set(auxiliaries)) - {odd}
        raise _wrong("targets", odd, f"auxiliaries = targets ({nearest(odd, others)})")
    matrix = np.empty((len(targets), len(design)))
    for row, name in zip(matrix, targets, strict=True):
        values = np.asarray(auxiliaries[name], np.float64)
        if values.shape != design.shape or not np.isfinite(values).all():
            raise _wrong(name, values.shape, f"{design.shape}, finite")
        row[:] = values
    wanted = np.array([float(value) for value in targets.values()])
    if not np.isfinite(wanted).all():
        raise _wrong("targets", dict(targets), "finite")
    return design, matrix, wanted


def _wrong(name: str, value: object, expected: str) -> JZError:
    return JZError.of("JZ-E032", "calibrate", name=name, value=value, expected=expected)


def _solve(
    design: Weights, matrix: NDArray[np.float64], wanted: Weights, bounds: tuple[float, float]
) -> tuple[Weights, int]:
    """The weight ratios, and how many Newton steps they took (as near as they get, if never)."""
    from scipy.linalg import lstsq
    from scipy.special import expit

    low, high = bounds
    slope = (high - low) / ((1 - low) * (high - 1))
    start = np.log((1 - low) / (high - 1))  # so that the ratio is 1 at multipliers of zero
    scale = _scale(wanted, matrix @ design)
    scaled, goal = matrix / scale[:, None], wanted / scale

    def at(multipliers: Weights) -> tuple[float, Weights, Weights, Weights]:
        """Objective, logistic share and ratio of each unit, and the totals still missing."""
        # By column, not by `@`: a matrix product may round a unit by its place in the array.
        pull = np.zeros(len(design))
        for row, multiplier in zip(scaled, multipliers, strict=True):
            pull += row * multiplier
        share = expit(slope * pull + start)
        ratio = low + (high - low) * share
        potential = low * pull + (high - low) / slope * np.logaddexp(0, slope * pull + start)
        value = float(potential @ design - multipliers @ goal)
        return value, share, ratio, scaled @ (design * ratio) - goal

    multipliers = np.zeros(len(goal))
    value, share, ratio, missing = at(multipliers)
    for iteration in range(ITERATIONS_MAX):
        if np.abs(missing).max(initial=0) <= TOLERANCE / 4 or not len(design):
            return ratio, iteration
        curvature = design * share * (1 - share) * slope * (high - low)
        step = -lstsq((scaled * curvature) @ scaled.T, missing)[0]
        descent = float(missing @ step)
        if not descent < 0:
            break
        length, found = 1.0, None
        for _ in range(HALVINGS_MAX):
            found = at(multipliers + length * step)
            # Near the optimum the objective is flat to the last bit; then the equations decide.
            nearer = np.abs(found[3]).max() < np.abs(missing).max()
            if found[0] <= value + SUFFICIENT * length * descent or (length == 1.0 and nearer):
                break
            length /= 2
        else:
            break
        multipliers = multipliers + length * step
        value, share, ratio, missing = found
    return ratio, ITERATIONS_MAX


def _scale(wanted: Weights, before: Weights) -> Weights:
    """What a miss is measured by: the target, or the total before where the target is zero."""
    return np.where(wanted != 0, np.abs(wanted), np.maximum(np.abs(before), 1.0))


def _refuse_missed(
    targets: Mapping[str, float], wanted: Weights, before: Weights, after: Weights
) -> None:
    miss = (after - wanted) / _scale(wanted, before)
    missed = [
        f"{name} {goal:,.2f} → {reached:,.2f} ({short:+.3%})"
        for name, goal, reached, short in zip(targets, wanted, after, miss, strict=True)
        if abs(short) > TOLERANCE
    ]
    if missed:
        raise JZError.of("JZ-E052", "calibrate", targets="; ".join(missed))
