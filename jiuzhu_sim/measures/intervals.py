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

NOTHING = 1e-7
"""An interval narrower than this share of the value is rounding, not sampling error."""

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
    total, rest_total = np.zeros(n), np.zeros(n)
    block = max(BLOCK, n)
    for start in range(0, len(values), block):
        part = values[start : start + block]
        group = None if groups is None else groups[start : start + block]
        high = np.rint(part / coarse) * coarse
        total += _plain_sum(high, group, n)
        rest = part - high
        if rest.any():
            rest_total += _plain_sum(np.rint(rest / fine) * fine, group, n)
    return total + rest_total


def _plain_sum(values: Floats, groups: Any, n: int) -> Any:
    return values.sum() if groups is None else np.bincount(groups, values, n)


def _few(values: NDArray[Any]) -> NDArray[np.int64] | None:
    """The rows in which a variable is not 0, where these are the smaller part."""
    live = values != 0
    return np.flatnonzero(live) if 2 * np.count_nonzero(live) < len(live) else None


class Sums:
    """Weighted sums, by group and overall, of variables and their products, each added up once.

    From them come totals, ratios and shares with their intervals. `weight` and each variable are
    one value a household; `groups` numbers the `n` groups. Estimates have one entry a group and,
    behind them, one for all; a single entry when there are no groups. `auxiliaries` are the
    calibration columns of the weights.

    >>> sums = Sums(np.array([10.0, 20.0]), one=np.ones(2), y=np.array([3.0, 1.0]))
    >>> float(sums.total("y")[0][0]), float(sums.ratio("y", "one")[0][0])
    (50.0, 1.6666666666666667)
    """

    def __init__(
        self,
        weight: Floats,
        groups: NDArray[Any] | None = None,
        n: int = 1,
        auxiliaries: Mapping[str, Floats] | None = None,
        **variables: NDArray[Any],
    ):
        self.weight, self.groups, self.n = weight, groups, n
        self.variables = variables
        self.some = {name: _few(values) for name, values in variables.items()}
        self.columns = list((auxiliaries or {}).values())
        self.made: dict[tuple[str, ...], Floats] = {}

    def _sum(self, values: Floats, rows: NDArray[np.int64] | None = None) -> Floats:
        """By group, and behind them all groups in their fixed order."""
        if self.groups is None:
            return exact_sum(values)
        made = exact_sum(values, self.groups if rows is None else self.groups[rows], self.n)
        return np.append(made, made.sum())

    def of(self, *names: str) -> Floats:
        """Sum of one weighted variable, or of the product of two."""
        key = tuple(sorted(names))
        if key not in self.made:
            rows = next((self.some[name] for name in key if self.some[name] is not None), None)
            weight = self.weight if rows is None else self.weight[rows]
            first, *more = (self.variables[name] for name in key)
            product = weight * (first if rows is None else first[rows])
            for values in more:
                product *= weight
                product *= values if rows is None else values[rows]
            self.made[key] = self._sum(product, rows)
        return self.made[key]

    def total(self, y: str) -> Estimate:
        """Weighted total of a variable."""
        return self._estimate(self.of(y), {y: np.ones(1)})

    def ratio(self, y: str, x: str) -> Estimate:
        """Ratio of two weighted totals; NaN where the lower one is not above 0."""
        below = self.of(x)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(below > 0, self.of(y) / below, np.nan)
            inverse = np.where(below > 0, 1 / below, 0.0)
        return self._estimate(value, {y: inverse, x: -np.nan_to_num(value) * inverse})

    def share(self, y: str) -> Estimate:
        """Share of each group in the total of all."""
        whole = self.of(y)[-1]
        share = self.of(y) / whole
        squares = self.of(y, y)
        second = squares * (1 - 2 * share) + share * share * squares[-1]
        first, beta_sums, cross = self._linear({y: np.ones(1)})
        return self._interval(
            share,
            (first - share * first[-1]) / whole,
            second / whole**2,
            (beta_sums - share * beta_sums[:, -1:]) / whole,
            (cross - share * cross[:, -1:]) / whole,
        )

    def _linear(self, coefficients: Mapping[str, Floats]) -> tuple[Floats, Floats, Floats]:
        """Of a combination of variables: its sum, and its sums with the calibration columns
        (weighted once, and twice). Shapes: (entries,), (columns, entries) twice.
        """
        entries = self.n if self.groups is None else self.n + 1
        first = np.zeros(entries)
        once, twice = np.zeros((2, len(self.columns), entries))
        for name, factor in coefficients.items():
            first = first + factor * self.of(name)
            for k, column in enumerate(self.columns):
                with_column = self.weight * self.variables[name] * column
                once[k] += factor * self._sum(with_column)
                twice[k] += factor * self._sum(self.weight * with_column)
        return first, once, twice

    def _estimate(self, value: Floats, coefficients: Mapping[str, Floats]) -> Estimate:
        """A value and the interval of the combination of variables that linearises it."""
        names = list(coefficients)
        second = sum(
            coefficients[a] * coefficients[b] * self.of(a, b) for a in names for b in names
        )
        first, once, twice = self._linear(coefficients)
        return self._interval(value, first, np.asarray(second), once, twice)

    def _interval(
        self, value: Floats, first: Floats, second: Floats, once: Floats, twice: Floats
    ) -> Estimate:
        """From the sums of u and u² (u: weight × linearised variable) to the 95 % interval."""
        if self.columns:
            x = np.column_stack(self.columns)
            once_x = x * self.weight[:, None]
            beta = np.linalg.pinv(once_x.T @ x) @ once
            first = first - once_x.sum(axis=0) @ beta
            second = second - 2 * (beta * twice).sum(0) + (beta * (once_x.T @ once_x @ beta)).sum(0)
        rows = len(self.weight)
        spread = np.maximum(second - first * first / max(rows, 1), 0) * rows / max(rows - 1, 1)
        half = Z95 * np.sqrt(spread)
        half = np.where(half <= NOTHING * np.abs(value), 0, half)
        return value, value - half, value + half


def times(estimate: Estimate, factor: float) -> Estimate:
    """An estimate in another unit."""
    value, low, high = (part * factor for part in estimate)
    return value, low, high


def groups_only(estimate: Estimate) -> Estimate:
    """An estimate without its last entry, the one for all groups."""
    value, low, high = (part[:-1] for part in estimate)
    return value, low, high
