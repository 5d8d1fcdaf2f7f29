"""Pieces that the tables share: sums with intervals, the mean over seeds, the frame."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.measures.intervals import Z95, Sums
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.outlook.monitoring.dials import Outcome
from jiuzhu_sim.outlook.monitoring.truth import KINDS

Floats = NDArray[np.float64]


def combined(tables: Sequence[Table]) -> Table:
    """The mean of the same table under several seeds, with sampling and Monte Carlo error.

    What has no unit (officer days) is given whole.

    >>> one = Table("x", (), ((),), (Statistic("households", "households"),), np.array([[1.0]]),
    ...             np.array([[0.0]]), np.array([[2.0]]), np.array([9]), "household")
    >>> float(combined([one, one]).high[0, 0])
    2.0
    """
    if len(tables) == 1:
        return tables[0]
    values = np.stack([table.values for table in tables])
    half = np.stack([(table.high - table.low) / 2 for table in tables])
    is_there = np.isfinite(values)
    n = np.maximum(is_there.sum(axis=0), 1)
    mean = np.where(is_there, values, 0).sum(axis=0) / n
    spread = np.where(is_there, (values - mean) ** 2, 0).sum(axis=0) / np.maximum(n - 1, 1) / n
    sampling = np.where(np.isfinite(half), half**2, 0).sum(axis=0) / n
    width = np.sqrt(sampling + Z95**2 * spread)
    mean = np.where(is_there.any(axis=0), mean, np.nan)
    low, high = np.maximum(mean - width, 0), mean + width
    bare = np.array([each.unit == "" for each in tables[0].statistics])
    mean, low, high = (np.where(bare, np.round(part), part) for part in (mean, low, high))
    shares = np.array([each.unit == "share" for each in tables[0].statistics])
    return replace(
        tables[0], values=mean, low=low, high=np.where(shares, np.minimum(high, 1), high)
    )


def sums_of(made: Outcome, groups: NDArray[Any] | None = None, n: int = 1) -> Sums:
    """Sums of the counts of an outcome, and of ``new``, ``found``, … over all kinds."""
    watch, counts = made.watch, dict(made.counts)
    for name in ("new", "brief", "stock", "found", "old_found", "lead", "gain"):
        counts[name] = np.sum([counts[f"{name}_{kind}"] for kind in KINDS], axis=0)
    return Sums(watch.weight, groups, n, watch.people.auxiliaries, **counts)


def bounded(estimate: Any, unit: str) -> Any:
    """An estimate whose interval stays within what can be."""
    value, low, high = estimate
    high = np.minimum(high, 1) if unit == "share" else high
    return value, np.maximum(low, 0), high


def plain(values: Floats, n: NDArray[Any]) -> tuple[Any, ...]:
    """Values without intervals, for `framed`."""
    blank = np.full(values.shape, np.nan)
    return values, blank, blank, n


def sampled(made: Outcome, table: Table) -> Table:
    """The table without sampling intervals where the people are complete."""
    return table.of_all() if made.watch.people.is_complete else table


def framed(
    made: Outcome,
    name: str,
    dims: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    statistics: Iterable[Statistic],
    arrays: tuple[Any, ...],
) -> Table:
    """A table of an outcome; `arrays`: values, low, high, n."""
    values, low, high, n = arrays
    return Table(
        name=name,
        dims=dims,
        rows=rows,
        statistics=tuple(statistics),
        values=values,
        low=low,
        high=high,
        n=n,
        per="household",
        notes=(f"note.{name}",),
        fields={"policy": made.watch.policy.title},
    )
