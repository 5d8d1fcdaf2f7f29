"""Exact sums of products of the same columns by the same groups, with no work done twice.

Rows are put group by group once, and what a column is like saves most of the rest: one that is
the same everywhere, a flag (multiplied by itself it is itself), mostly zeros. None of this changes
a bit of any sum.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.measures.adding import HUGE, Whole
from jiuzhu_sim.measures.exact import Exact

WEIGHT = ""
"""The name of the weight, which is no variable."""

GLANCE = 64
"""Rows that mostly tell already that a column is not the same everywhere."""

SHORT = np.iinfo(np.int16).max
"""Groups up to which NumPy sorts by digits, many times faster than by comparing."""


@dataclass(frozen=True)
class _Sorted:
    """Some rows (None: all, as they stand), group by group: the groups that have any, and where
    each of these begins (None: there are no groups)."""

    rows: Whole | None
    groups: Whole
    starts: Whole | None


class Factors:
    """Columns (rows,) by name, and the group of each row, a whole number below `n`.

    >>> found = Factors({"": np.ones(3), "y": np.array([0.0, 2.0, 5.0])}, np.array([0, 0, 1]), 2)
    >>> found.product(["", "y", "", "y"]).value().tolist()
    [4.0, 25.0]
    """

    def __init__(self, columns: Mapping[str, NDArray[Any]], groups: NDArray[Any] | None, n: int):
        self.columns, self.groups, self.n = columns, groups, n
        self.count = len(next(iter(columns.values())))
        self._same: dict[str, float | None] = {}
        self._few: dict[str, Whole | None] = {}
        self._order: dict[str, _Sorted] = {}
        self._counts: dict[str, Whole] = {}
        self._at: dict[tuple[str, str], NDArray[Any]] = {}
        self._made: dict[tuple[str, ...], Exact] = {}

    def product(self, names: Sequence[str]) -> Exact:
        """Sums of the product of these columns, multiplied from left to right."""
        factors: list[str] = []
        for name in names:
            if self._constant(name) != 1 and not (name in factors and self._is_flag(name)):
                factors.append(name)
        key = tuple(factors)
        if key not in self._made:
            self._made[key] = self._added(key)
        return self._made[key]

    def counted(self, flag: str = WEIGHT) -> Whole:
        """Rows by group, (n,): all, or those of a flag."""
        if flag not in self._counts:
            self._counts[flag] = self._counted(flag)
        return self._counts[flag]

    def _counted(self, flag: str) -> Whole:
        rows, groups = self._rows(flag), self.groups
        if groups is None:
            some = self.count if flag == WEIGHT else np.count_nonzero(self.columns[flag])
            return np.array([some])
        if flag != WEIGHT and rows is None:
            return np.bincount(groups, self.columns[flag], self.n).astype(np.int64)
        return np.bincount(groups if rows is None else groups.take(rows), minlength=self.n)

    def _added(self, factors: tuple[str, ...]) -> Exact:
        flags = [name for name in factors if self._is_flag(name)]
        same = [self._constant(name) for name in factors if name not in flags]
        if len(flags) < 2 and None not in same:
            value = math.prod(each for each in same if each is not None)
            if abs(value) < HUGE:
                return Exact.of_counts(self.counted(*flags)).scaled(value)
        sparse = next((name for name in factors if self._rows(name) is not None), WEIGHT)
        # A flag is 1 in its own rows.
        own = {sparse} if sparse != WEIGHT and self._is_flag(sparse) else set()
        columns = [self._column(sparse, name) for name in factors if name not in own]
        found = self._sorted(sparse)
        if found.starts is None:
            return Exact.of_product(columns)
        return Exact.of_runs(columns, found.starts, found.groups, self.n)

    def _column(self, sparse: str, name: str) -> NDArray[Any]:
        """A column in the rows of another, group by group; a flag as float64, which is multiplied
        several times as fast."""
        if (sparse, name) not in self._at:
            values, rows = self.columns[name], self._sorted(sparse).rows
            values = values if rows is None else values.take(rows)
            self._at[sparse, name] = values.astype(np.float64) if self._is_flag(name) else values
        return self._at[sparse, name]

    def _sorted(self, name: str) -> _Sorted:
        """The rows in which a variable is not 0, or all where these are the larger part."""
        rows = self._rows(name)
        key = WEIGHT if rows is None else name
        if key not in self._order:
            self._order[key] = self._by_group(rows)
        return self._order[key]

    def _by_group(self, rows: Whole | None) -> _Sorted:
        if self.groups is None:
            return _Sorted(rows, np.zeros(1, np.int64), None)
        groups = self.groups if rows is None else self.groups.take(rows)
        counts = np.bincount(groups, minlength=self.n)
        there = np.flatnonzero(counts)
        starts = np.cumsum(counts[there]) - counts[there]
        short = groups.astype(np.int16, copy=False) if self.n <= SHORT else groups
        order = np.argsort(short, kind="stable")
        return _Sorted(order if rows is None else rows.take(order), there, starts)

    def _constant(self, name: str) -> float | None:
        """What a column is everywhere; None where it differs."""
        if name not in self._same:
            values = self.columns[name]
            is_same = len(values) > 0 and bool((values[:GLANCE] == values[0]).all())
            is_same = is_same and bool((values == values[0]).all())
            self._same[name] = float(values[0]) if is_same else None
        return self._same[name]

    def _is_flag(self, name: str) -> bool:
        return self.columns[name].dtype == np.bool_

    def _rows(self, name: str) -> Whole | None:
        """The rows in which a variable is not 0, where these are the smaller part."""
        if name == WEIGHT:
            return None
        if name not in self._few:
            values = self.columns[name]
            live = values if self._is_flag(name) else values != 0
            is_few = 2 * np.count_nonzero(live) < len(live)
            self._few[name] = np.flatnonzero(live) if is_few else None
        return self._few[name]
