"""Sums that do not depend on order, and 95 % intervals by Taylor linearisation.

Every measure is a smooth function of weighted totals, so its sampling error is that of the
total of its linearised variable, with households as sampling units (Deville 1999). Where the
weights were calibrated, the variable is first reduced to its residual on the calibration
columns (Deville & Särndal 1992): a calibrated total carries no sampling error.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

MANTISSA = 52
BLOCK = 32_768
"""Rows summed at a time, so that the working arrays stay in the cache."""

Floats = NDArray[np.float64]
Estimate = tuple[Floats, Floats, Floats]
"""Value, low and high, each (groups,)."""


def exact_sum(values: NDArray[Any], groups: NDArray[Any] | None = None, n: int = 1) -> Floats:
    """Sum by group, the same to the last bit for any order of the rows. Shape: (n,).

    Values are split into a high part, in whole multiples of a power of two so coarse that no
    addition rounds, and a remainder treated likewise; both sums are exact (Demmel & Nguyen 2013).

    >>> some = np.array([0.1, 0.2, 0.3])
    >>> bool(exact_sum(some)[0] == exact_sum(some[::-1])[0])
    True
    >>> exact_sum(np.array([1.0, 2.0, 4.0]), np.array([0, 1, 0]), 2).tolist()
    [5.0, 2.0]
    """
    values = np.asarray(values, np.float64)
    top = max(float(values.max(initial=0)), -float(values.min(initial=0)))
    if top == 0:
        return np.zeros(n)
    room = int(np.ceil(np.log2(len(values) + 1)))
    least = float(np.finfo(np.float64).tiny)
    coarse = max(2.0 ** (np.ceil(np.log2(top)) + room - MANTISSA), least)
    fine = max(coarse * 2.0 ** (room - MANTISSA), least)
    high_total, rest_total = np.zeros(n), np.zeros(n)
    for start in range(0, len(values), BLOCK):
        part = values[start : start + BLOCK]
        group = np.zeros(len(part), np.intp) if groups is None else groups[start : start + BLOCK]
        high = np.rint(part / coarse) * coarse
        high_total += np.bincount(group, high, n)
        rest = part - high
        if rest.any():
            rest_total += np.bincount(group, np.rint(rest / fine) * fine, n)
    return high_total + rest_total


def _residual_square(
    y: Floats, weight: Floats, groups: Any, n: int, auxiliaries: Mapping[str, Floats]
) -> tuple[Floats, Floats]:
    """Sums of u and u² by group, u = weight × residual of y on the calibration columns."""
    weighted = weight * y
    first, second = exact_sum(weighted, groups, n), exact_sum(weighted * weighted, groups, n)
    if not auxiliaries:
        return first, second
    x = np.column_stack(list(auxiliaries.values()))
    gram = (x * weight[:, None]).T @ x
    xy = np.stack([exact_sum(weighted * column, groups, n) for column in x.T])
    beta = np.linalg.pinv(gram) @ xy
    cross = np.stack([exact_sum(weight * weighted * column, groups, n) for column in x.T])
    square = (x * (weight * weight)[:, None]).T @ x
    first = first - np.array([exact_sum(weight * column)[0] for column in x.T]) @ beta
    second = second - 2 * (beta * cross).sum(0) + (beta * (square @ beta)).sum(0)
    return first, np.maximum(second, 0)


def interval(
    value: Floats,
    y: Floats,
    weight: Floats,
    groups: Any = None,
    n: int = 1,
    auxiliaries: Mapping[str, Floats] | None = None,
) -> Estimate:
    """95 % interval around `value` from its linearised variable `y` (rows outside a group: 0).

    Shape: `y`, `weight`, `groups` (households,); value, low, high (n,).
    """
    rows = len(y)
    first, second = _residual_square(y, weight, groups, n, auxiliaries or {})
    spread = np.maximum(second - first * first / max(rows, 1), 0) * rows / max(rows - 1, 1)
    # What is left of a calibrated total is rounding, not sampling error.
    spread = np.where(spread <= (1e-9 * np.abs(value)) ** 2, 0, spread)
    half = Z95 * np.sqrt(spread)
    return value, value - half, value + half


def total(
    y: Floats,
    weight: Floats,
    groups: Any = None,
    n: int = 1,
    auxiliaries: Mapping[str, Floats] | None = None,
) -> Estimate:
    """Weighted total of `y` by group, with its interval.

    >>> value, low, high = total(np.array([1.0, 0.0]), np.array([10.0, 10.0]))
    >>> float(value[0]), bool(low[0] < 10 < high[0])
    (10.0, True)
    """
    return interval(exact_sum(weight * y, groups, n), y, weight, groups, n, auxiliaries)


def ratio(
    y: Floats,
    x: Floats,
    weight: Floats,
    groups: Any = None,
    n: int = 1,
    auxiliaries: Mapping[str, Floats] | None = None,
) -> Estimate:
    """Ratio of two weighted totals by group, with its interval; NaN where `x` adds up to 0.

    >>> value, *_ = ratio(np.array([3.0, 1.0]), np.array([1.0, 1.0]), np.array([1.0, 1.0]))
    >>> float(value[0])
    2.0
    """
    if groups is None:
        groups = np.zeros(len(y), np.int8)
    below = exact_sum(weight * x, groups, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(below > 0, exact_sum(weight * y, groups, n) / below, np.nan)
        linear = np.nan_to_num((y - value[groups] * x) / below[groups])
    return interval(value, linear, weight, groups, n, auxiliaries)


def joined(*parts: Estimate) -> Estimate:
    """Estimates one after the other as one: values, lows, highs."""
    value, low, high = (np.concatenate(part) for part in zip(*parts, strict=True))
    return value, low, high
