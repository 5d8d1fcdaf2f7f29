"""What was reached, for each row of the form: a value and its source, or how to supply it."""

import math
from dataclasses import dataclass

import numpy as np

from jiuzhu_sim.assessment.annual import Assessment
from jiuzhu_sim.assessment.indicators import Measured, indicators
from jiuzhu_sim.assessment.performance.form import (
    CLOSED,
    COUNT,
    INDICATOR,
    OWN,
    PARAMETER,
    TABLE,
    Row,
)
from jiuzhu_sim.assessment.performance.target import Target, amount
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.measures.table import TOTAL, Table

APART = (TOTAL, "charity", "withheld")
"""Rows of the table of programmes that are no public programme of their own."""

BEFORE, AFTER = "before", "after"

CellOf = tuple[Table, str, tuple[str, ...]]
"""A cell: the table, its statistic, the keys of its row."""


@dataclass(frozen=True)
class Actual:
    """A value (NaN: none) with its 95 % interval (NaN: none), a sentence on where it comes from or
    how to supply it, and the cell it is taken from, if it stands in one as it is.
    """

    value: float
    origin: str
    low: float = math.nan
    high: float = math.nan
    cell: CellOf | None = None


def actual_of(
    row: Row, assessed: Assessment, measured: Measured | None, target: Target | None
) -> Actual:
    """What was reached in one row of the form. A number that the user's list gives goes before."""
    if target is not None and not math.isnan(target.done):
        return Actual(target.done, text("performance.from.own"))
    kind, *names = row.actual
    if kind == INDICATOR:
        return _of_indicator(names[0], measured)
    if kind == PARAMETER:
        return _of_parameter(names[0], assessed)
    if kind == OWN:
        return Actual(math.nan, text("performance.how.own"))
    name = names[0]
    if name not in assessed.tables:
        return Actual(math.nan, text("performance.how.table", name=name))
    table = assessed.tables[name]
    if kind == TABLE:
        return of_cell(table, names[1], tuple(names[2:]))
    rows = {(key,) for key in (BEFORE, AFTER)} if kind == CLOSED else set()
    if names[1] not in {entry.name for entry in table.statistics} or not rows <= set(table.rows):
        return Actual(math.nan, text("performance.how.cell", table=table.title))
    return {COUNT: _counted, CLOSED: _closed}[kind](table, names[1])


def of_cell(table: Table, statistic: str, row: tuple[str, ...]) -> Actual:
    """A cell of a table as it stands there; nothing where it is hidden or there is no such cell."""
    names = [entry.name for entry in table.statistics]
    if row not in table.rows or statistic not in names:
        return Actual(math.nan, text("performance.how.cell", table=table.title))
    at = table.rows.index(row), names.index(statistic)
    if table.hidden is not None and table.hidden[at]:
        return Actual(math.nan, text("performance.how.hidden", table=table.title))
    origin = text("performance.from.table", table=table.title)
    cell = (table, statistic, row)
    if not table.is_uncertain(*at):
        return Actual(float(table.values[at]), origin, cell=cell)
    low, high = float(table.low[at]), float(table.high[at])
    origin += _interval(low, high, table.statistics[at[1]].unit)
    return Actual(float(table.values[at]), origin, low, high, cell)


def _counted(table: Table, statistic: str) -> Actual:
    """How many rows have something, totals aside."""
    values = [table.get(statistic, *row) for row in table.rows if not set(row) & set(APART)]
    origin = text("performance.from.count", table=table.title)
    return Actual(float(sum(value > 0 for value in values)), origin)


def _closed(table: Table, statistic: str) -> Actual:
    """1 − after / before."""
    before, after = table.get(statistic, BEFORE), table.get(statistic, AFTER)
    if not before:
        return Actual(math.nan, text("performance.how.closed", table=table.title))
    origin = text("performance.from.closed", table=table.title)
    return Actual(1 - after / before, origin)


def _of_parameter(path: str, assessed: Assessment) -> Actual:
    values = assessed.policy.values
    number = values[path].value if path in values else None
    if not isinstance(number, int | float) or isinstance(number, bool):
        title = declarations()[path].title
        return Actual(math.nan, text("performance.how.parameter", name=title))
    value = values[path]
    status = text(f"status.{value.status}")
    origin = text("performance.from.parameter", law=assessed.policy.title, status=status)
    return Actual(float(number), origin)


def _of_indicator(key: str, measured: Measured | None) -> Actual:
    indicator = indicators()[key]
    if measured is None or key not in measured.keys:
        said = (measured.missing if measured is not None else {}).get(key) or pick(indicator.how)
        return Actual(math.nan, said)
    value, low, high = over_units(measured, key)
    if math.isnan(value):
        return Actual(math.nan, measured.missing.get(key) or pick(indicator.how))
    told = int(np.isfinite(measured.column(key)).sum())
    origin = text("performance.from.indicator", name=indicator.title, n=told)
    if told < len(measured.units):
        origin += text("performance.from.left_out", n=len(measured.units) - told)
    if not math.isnan(low):
        origin += _interval(low, high, indicator.unit)
    if measured.is_synthetic:
        origin += text("performance.from.synthetic")
    return Actual(value, origin, low, high)


def _interval(low: float, high: float, unit: str) -> str:
    ends = {"low": amount(low, unit), "high": amount(high, unit)}
    return text("performance.from.interval", **ends)


def over_units(measured: Measured, key: str) -> tuple[float, float, float]:
    """An indicator of the whole county from its townships: value and 95 % interval (NaN: none).

    Counts and money add up. A share, a ratio or points is the mean, weighted by the population
    behind each township's number (households on the roll where a survey does not know it, equal
    where neither is known); townships without a value are left out. The interval joins those of
    the townships as independent, by the squares of their arms (MOVER: Zou, Huang and Zhang 2009).

    >>> made = Measured.made(("甲镇", "乙乡"), {"payment_on_time": ([90, 5], [90, 10], [90, 10])})
    >>> over_units(made, "payment_on_time")[0]
    0.95
    """
    at = measured.place(key)
    value, low, high = (each[:, at] for each in (measured.value, measured.low, measured.high))
    there = np.isfinite(value)
    if not there.any():
        return math.nan, math.nan, math.nan
    if indicators()[key].unit in ("count", "yuan/year"):
        weights = np.ones(int(there.sum()))
    else:
        known = measured.population[there, at]
        for weights in (known, measured.size[there], np.ones(int(there.sum()))):
            if np.isfinite(weights).all() and weights.sum() > 0:
                break
        weights = weights / weights.sum()
    middle = float(weights @ value[there])
    if not np.isfinite(low[there]).any():
        return round(middle, 12), math.nan, math.nan
    arms = [
        math.sqrt(float((weights**2) @ np.nan_to_num(end[there] - value[there]) ** 2))
        for end in (low, high)
    ]
    return round(middle, 12), middle - arms[0], middle + arms[1]
