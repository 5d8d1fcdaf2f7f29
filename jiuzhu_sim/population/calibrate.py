"""Calibration: weights as near as can be to the design weights that meet known totals.

Source: Deville, J.-C. and Särndal, C.-E. (1992), "Calibration estimators in survey sampling",
Journal of the American Statistical Association 87(418), 376-382. What "near" means is a distance,
one of `DISTANCES`: logit (ratios of new to old weight inside given bounds, their case 6), linear
(the generalised regression estimator, case 1), raking (case 2); the last two can be cut off at
bounds (case 7). The equations of each are the gradient of a convex function, which one damped
Newton iteration minimises.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.population.feasible import Told, alike, refuse

TOLERANCE = 1e-10  # of the target: far below a fen in a county's budget
ITERATIONS_MAX = 200
HALVINGS_MAX = 40
STALLED_MAX = 25  # steps in a row that bring the targets no nearer: none will
NEARER = 0.99  # of what was missing: more than rounding
SUFFICIENT = 1e-4  # share of the promised decrease that a step must bring (Armijo)
DAMPING = 1e-3  # share of the curvature without bounds, where bounds cut it off
MERGED_FROM = 1 << 22
"""Cells (targets × units) from which units alike are solved as one: 32 MB no longer fit a cache.
Below, merging saves nothing."""

Weights = NDArray[np.float64]
Point = tuple[Weights, Weights, Weights, Weights]
"""Potential, ratio, curvature (weighted), and curvature without bounds of each unit."""


class Total(NamedTuple):
    """A weighted total: what it should be, was before and is after calibration."""

    target: float
    before: float
    after: float


class Distance(NamedTuple):
    """How far weights are from the old ones: the bounds of the ratio if none are given, and the
    convex potential whose derivative is the ratio, as a function of the multipliers' pull.
    """

    bounds: tuple[float, float]
    at: Callable[[Weights, Weights, float, float], Point]


def _logit(pull: Weights, design: Weights, low: float, high: float) -> Point:
    from scipy.special import expit

    slope = (high - low) / ((1 - low) * (high - 1))
    start = np.log((1 - low) / (high - 1))  # so that the ratio is 1 at multipliers of zero
    share = expit(slope * pull + start)
    ratio = low + (high - low) * share
    potential = low * pull + (high - low) / slope * np.logaddexp(0, slope * pull + start)
    curvature = design * share * (1 - share) * slope * (high - low)
    return potential, ratio, curvature, curvature


def _linear(pull: Weights, design: Weights, low: float, high: float) -> Point:
    inside = np.clip(pull, low - 1, high - 1)
    ratio = 1 + inside
    potential = inside + inside * inside / 2 + ratio * (pull - inside)
    return potential, ratio, design * (inside == pull), design


def _raking(pull: Weights, design: Weights, low: float, high: float) -> Point:
    least = np.log(low) if low > 0 else -np.inf
    inside = np.clip(pull, least, np.log(high))
    ratio = np.exp(inside)
    potential = ratio - 1 + ratio * (pull - inside)
    return potential, ratio, design * ratio * (inside == pull), design * ratio


DISTANCES: Mapping[str, Distance] = MappingProxyType(
    {
        "logit": Distance((0.2, 5.0), _logit),
        "linear": Distance((-np.inf, np.inf), _linear),
        "raking": Distance((0.0, np.inf), _raking),
    }
)
"""The methods. Bounds of logit: extreme weights make estimates depend on a few households."""


@dataclass(frozen=True)
class Calibration:
    """Calibrated weights (one a unit, in the order given) and how they came about.

    `table` has a `Total` for each target; the ratios are new weight / old weight over the units
    that some auxiliary touches; `method` and `bounds` are those used; `told` is how targets are
    named to a reader.
    """

    weight: Weights
    table: Mapping[str, Total]
    ratio_min: float
    ratio_max: float
    ratio_mean: float
    iterations: int
    method: str = "logit"
    bounds: tuple[float, float] = DISTANCES["logit"].bounds
    told: Mapping[str, Told] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """What `People.with_weight` keeps of a calibration, in plain numbers and texts.

        >>> made = calibrate(np.ones(2), {"all": np.ones(2)}, {"all": 3})
        >>> made.record()["bounds"], made.record()["method"]
        ([0.2, 5.0], 'logit')
        """
        return {
            "totals": {name: list(total) for name, total in self.table.items()},
            "ratios": [self.ratio_min, self.ratio_max, self.ratio_mean],
            "told": {
                name: [told.label if isinstance(told.label, str) else dict(told.label), *told[1:]]
                for name, told in self.told.items()
            },
            "method": self.method,
            # JSON knows no infinity
            "bounds": [bound if np.isfinite(bound) else None for bound in self.bounds],
        }


def calibrate(
    weight: NDArray[Any],
    auxiliaries: Mapping[str, NDArray[Any]],
    targets: Mapping[str, float],
    bounds: tuple[float, float] | None = None,
    method: str = "logit",
    tolerance: float = TOLERANCE,
    told: Mapping[str, Told] | None = None,
) -> Calibration:
    """Weights whose totals of the auxiliaries are the targets, to a relative `tolerance`.

    `weight` has shape (units,) and is not negative; each auxiliary has the same shape and the unit
    of its target (persons, yuan a month, …). `method`: ``logit`` keeps new weights between
    `bounds` times the old ones, by default 0.2 and 5; ``linear`` is the generalised regression
    estimator, whose weights may turn negative; ``raking`` multiplies, so weights stay above zero.
    Linear and raking have no bounds unless some are given. Units whose auxiliaries are all zero
    keep their weight. The order of the units does not matter, to the last bit. `told`: how targets
    are named and shown to a reader, where their names do not say it.

    Raises JZ-E032 when an argument does not fit; JZ-E052, once a target, when no weights inside
    the bounds meet them: which targets cannot be met, what can be reached, and what to do.

    >>> made = calibrate(np.ones(4), {"rural": np.array([1, 1, 1, 0])}, {"rural": 6})
    >>> made.weight.round(6).tolist(), made.table["rural"].before
    ([2.0, 2.0, 2.0, 1.0], 3.0)
    """
    distance, limits = _method(method, bounds, tolerance)
    design, matrix, wanted = _checked(weight, auxiliaries, targets)
    touched = np.flatnonzero((matrix != 0).any(axis=0) & (design > 0))
    # One fixed order for the sums, whatever the order of the units.
    order = touched[np.lexsort((design[touched], *matrix[:, touched]))]
    held, old = matrix[:, order], design[order]
    starts = alike(held) if held.size >= MERGED_FROM else np.arange(len(order))
    one, mass = held, old
    if len(starts) < len(order):
        one, mass = held[:, starts], np.add.reduceat(old, starts)
    with np.errstate(over="ignore", invalid="ignore"):  # a step too far; it will be halved
        ratio, iterations = _solve(distance, mass, one, wanted, limits, tolerance)
    ratio = np.repeat(ratio, np.diff(starts, append=len(order)))
    calibrated = design.copy()
    calibrated[order] *= ratio
    calibrated.flags.writeable = False
    before, after = held @ old, held @ calibrated[order]
    miss = (after - wanted) / _scale(wanted, before)
    if not (np.abs(miss) <= tolerance).all():
        names = [(told or {}).get(name, Told(name)) for name in targets]
        refuse(names, old, held, wanted, limits, after)
    shown = ratio if ratio.size else np.ones(1)
    rows = zip(wanted.tolist(), before.tolist(), after.tolist(), strict=True)
    return Calibration(
        weight=calibrated,
        table=MappingProxyType({n: Total(*row) for n, row in zip(targets, rows, strict=True)}),
        ratio_min=float(shown.min()),
        ratio_max=float(shown.max()),
        ratio_mean=float(shown.mean()),
        iterations=iterations,
        method=method,
        bounds=limits,
        told=MappingProxyType(dict(told or {})),
    )


def _method(
    method: str, bounds: tuple[float, float] | None, tolerance: float
) -> tuple[Distance, tuple[float, float]]:
    """The distance and the bounds to use."""
    if method not in DISTANCES:
        raise _wrong("method", method, " / ".join(DISTANCES))
    if not 0 < tolerance < 1:
        raise _wrong("tolerance", tolerance, "0 < tolerance < 1")
    distance = DISTANCES[method]
    low, high = distance.bounds if bounds is None else bounds
    least = 0.0 if bounds is not None else distance.bounds[0]
    is_finite = high < np.inf or method != "logit"
    if not (least <= low < 1 < high and is_finite):
        raise _wrong("bounds", bounds, "0 <= low < 1 < high")
    return distance, (float(low), float(high))


def _checked(
    weight: NDArray[Any],
    auxiliaries: Mapping[str, NDArray[Any]],
    targets: Mapping[str, float],
) -> tuple[Weights, NDArray[np.float64], NDArray[np.float64]]:
    """The arguments as float64: weights, auxiliaries (targets, units), targets."""
    design = np.asarray(weight, np.float64)
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
    distance: Distance,
    design: Weights,
    matrix: NDArray[np.float64],
    wanted: Weights,
    bounds: tuple[float, float],
    tolerance: float,
) -> tuple[Weights, int]:
    """The weight ratios, and how many Newton steps they took (as near as they get, if never)."""
    from scipy.linalg import lstsq

    scale = _scale(wanted, matrix @ design)
    scaled, goal = matrix / scale[:, None], wanted / scale

    def at(multipliers: Weights) -> tuple[float, Point, Weights]:
        """Objective, potential and ratio of each unit, and the totals still missing."""
        # By column, not by `@`: a matrix product may round a unit by its place in the array.
        pull = np.zeros(len(design))
        for row, multiplier in zip(scaled, multipliers, strict=True):
            pull += row * multiplier
        point = distance.at(pull, design, *bounds)
        value = float(point[0] @ design - multipliers @ goal)
        return value, point, scaled @ (design * point[1]) - goal

    multipliers, stalled = np.zeros(len(goal)), 0
    value, (_, ratio, curvature, whole), missing = at(multipliers)
    for iteration in range(ITERATIONS_MAX):
        furthest = np.abs(missing).max(initial=0)
        if furthest <= tolerance / 4 or not len(design):
            return ratio, iteration
        hessian = (scaled * curvature) @ scaled.T
        if curvature is not whole and not curvature.all():
            # Cut-off units bend nothing; without this a step could forget their targets.
            damping = min(furthest, 1.0) * DAMPING
            hessian += np.diag(damping * ((scaled * scaled) @ whole))
        step = -lstsq(hessian, missing)[0]
        descent = float(missing @ step)
        if not descent < 0:
            break
        length, found = 1.0, None
        for _ in range(HALVINGS_MAX):
            found = at(multipliers + length * step)
            # Near the optimum the objective is flat to the last bit; then the equations decide.
            nearer = np.abs(found[2]).max() < furthest
            if found[0] <= value + SUFFICIENT * length * descent or (length == 1.0 and nearer):
                break
            length /= 2
        else:
            break
        stalled = 0 if np.abs(found[2]).max() < NEARER * furthest else stalled + 1
        if stalled > STALLED_MAX:
            break
        multipliers = multipliers + length * step
        value, (_, ratio, curvature, whole), missing = found
    return ratio, ITERATIONS_MAX


def _scale(wanted: Weights, before: Weights) -> Weights:
    """What a miss is measured by: the target, or the total before where the target is zero."""
    return np.where(wanted != 0, np.abs(wanted), np.maximum(np.abs(before), 1.0))
