"""Sums that do not depend on order, and 95 % intervals by Taylor linearisation.

Every measure is a smooth function of weighted totals, so its sampling error is that of the
total of its linearised variable, with households as sampling units (Deville 1999). Where the
weights were calibrated, the variable is first reduced to its residual on the calibration
columns (Deville & Särndal 1992): a calibrated total carries no sampling error.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.measures.exact import Exact, Floats, exact_sum
from jiuzhu_sim.measures.factors import WEIGHT, Factors

__all__ = ["Z95", "Estimate", "Estimates", "Floats", "Sums", "exact_sum", "groups_only", "times"]

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

NOTHING = 1e-7
"""An interval narrower than this share of the value is rounding, not sampling error."""

Estimate = tuple[Floats, Floats, Floats]
"""Value, low and high, each (groups,)."""


def half_width(first: Floats, second: Floats, households: int) -> Floats:
    """Half of the 95 % interval from the sum of u and of u² over independent households.

    >>> float(half_width(np.array([2.0]), np.array([4.0]), 2)[0] / Z95)  # u: 2 and 0
    2.0
    """
    left = np.maximum(second - first * first / max(households, 1), 0)
    half: Floats = Z95 * np.sqrt(left * households / max(households - 1, 1))
    return half


class Estimates(ABC):
    """Totals, ratios and shares with their intervals, from sums wherever they come from.

    `of` gives the sums: by group and, behind them, of all; a single one when there are no groups.
    `households`: sampling units, those outside every group included.
    """

    households: int
    columns: Sequence[Floats] = ()
    """Calibration columns; only `Sums` has any."""

    @abstractmethod
    def of(self, *names: str) -> Floats:
        """Sum of one weighted variable, or of the product of two."""

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
        first, once, twice = self._linear({y: np.ones(1)})
        return self._interval(
            share,
            (first - share * first[-1]) / whole,
            second / whole**2,
            (once - share * once[:, -1:]) / whole,
            (twice - share * twice[:, -1:]) / whole,
        )

    def _linear(self, coefficients: Mapping[str, Floats]) -> tuple[Floats, Floats, Floats]:
        """Of a combination of variables: its sum, and its sums with the calibration columns
        (weighted once, and twice). Shapes: (entries,), (columns, entries) twice.
        """
        first = np.asarray(sum(factor * self.of(name) for name, factor in coefficients.items()))
        return first, np.zeros((0, len(first))), np.zeros((0, len(first)))

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
        first, second = self._residual(first, second, once, twice)
        half = half_width(first, second, self.households)
        half = np.where(half <= NOTHING * np.abs(value), 0, half)
        return value, value - half, value + half

    def _residual(
        self, first: Floats, second: Floats, once: Floats, twice: Floats
    ) -> tuple[Floats, Floats]:
        """The sums of u and u², of what the calibration columns leave of it."""
        return first, second


class Sums(Estimates):
    """Weighted sums, by group and overall, of variables and their products, each added up once.

    From them come totals, ratios and shares with their intervals. `weight` and each variable are
    one value a household; `groups` numbers the `n` groups. Estimates have one entry a group and,
    behind them, one for all; a single entry when there are no groups. `auxiliaries` are the
    calibration columns of the weights. `made` holds the sums by group that were asked for.

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
        self.households = len(weight)
        self.variables = variables
        self.columns = list((auxiliaries or {}).values())
        self.made: dict[tuple[str, ...], Exact] = {}
        self._values: dict[tuple[str, ...], Floats] = {}
        self._factors = Factors({WEIGHT: weight, **variables}, groups, n)

    def _value(self, made: Exact) -> Floats:
        """By group, and behind them the sum of all."""
        return (made if self.groups is None else made.with_total()).value()

    def of(self, *names: str) -> Floats:
        """Sum of one weighted variable, or of the product of two."""
        key = tuple(sorted(names))
        if key not in self._values:
            self.add_up([key])
            self._values[key] = self._value(self.made[key])
        return self._values[key]

    def rows_of(self, flag: str | None = None) -> NDArray[np.int64]:
        """Rows by group, unweighted: all, or those of a flag. Shape: (n,)."""
        return self._factors.counted(flag or WEIGHT)

    def add_up(self, keys: Iterable[tuple[str, ...]]) -> None:
        """Make the sums under these keys of `made`, without rounding them."""
        for key in keys:
            if key not in self.made:
                factors = [part for name in key for part in (WEIGHT, name)]
                self.made[key] = self._factors.product(factors)

    def _linear(self, coefficients: Mapping[str, Floats]) -> tuple[Floats, Floats, Floats]:
        first, once, twice = super()._linear(coefficients)
        if not self.columns:
            return first, once, twice
        once, twice = np.zeros((2, len(self.columns), len(first)))
        for name, factor in coefficients.items():
            for k, column in enumerate(self.columns):
                with_column = self.weight * self.variables[name] * column
                for found, values in ((once, with_column), (twice, self.weight * with_column)):
                    found[k] += factor * self._value(Exact.of(values, self.groups, self.n))
        return first, once, twice

    def _residual(
        self, first: Floats, second: Floats, once: Floats, twice: Floats
    ) -> tuple[Floats, Floats]:
        if not self.columns:
            return first, second
        x = np.column_stack(self.columns)
        once_x = x * self.weight[:, None]
        beta = np.linalg.pinv(once_x.T @ x) @ once
        left = second - 2 * (beta * twice).sum(0) + (beta * (once_x.T @ once_x @ beta)).sum(0)
        return first - once_x.sum(axis=0) @ beta, left


def times(estimate: Estimate, factor: float) -> Estimate:
    """An estimate in another unit.

    >>> times((np.array([1.0]), np.array([0.5]), np.array([2.0])), 12)
    (array([12.]), array([6.]), array([24.]))
    """
    value, low, high = (part * factor for part in estimate)
    return value, low, high


def groups_only(estimate: Estimate) -> Estimate:
    """An estimate without its last entry, the one for all groups."""
    value, low, high = (part[:-1] for part in estimate)
    return value, low, high
