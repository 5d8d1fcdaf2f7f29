"""Small cells: hidden in whatever is to be published, so that nobody can be made out.

A row behind which stand fewer than `min_n` households is hidden (primary). What remains is then
audited, over all tables that are published together: no sum that a reader may know (a published
one, or the rows that share a key: the urban ones, those of category A) may leave a single row or
fewer than `min_n` households unaccounted for, and no small row may be worked out from the
published ones by adding and subtracting. Where it can, the smallest row that gives it away is
hidden too (secondary), until none can. Done on the tables themselves, before any renderer.

Source of the audit: a hidden row is disclosed exactly if it is a linear combination of published
ones (Fischetti and Salazar 2001, "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7)). Bounds on hidden rows are not audited.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.measures.table import TOTAL, Table

MIN_N = 5
"""Fewest households a published row may stand for."""

NOTHING = 1e-9
"""Coefficients and remainders below this are zero: the systems hold only zeros and ones."""


def suppress(table: Table, min_n: int = MIN_N) -> Table:
    """The table with small rows hidden; values, intervals and counts of hidden rows are gone.

    Rows without any household are shown: there is nobody to protect.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> table = jz.caseload(jz.simulate(people, policy), ["township"], weight="weight")
    >>> suppress(table, min_n=40).hidden.any(), suppress(table, min_n=0) is table
    (np.True_, True)
    """
    return publish([table], min_n)[0]


def publish(tables: Sequence[Table], min_n: int = MIN_N) -> list[Table]:
    """Tables that are published together, with small rows hidden in all of them.

    Tables of the same name (caseload by area, by township, …) are of the same households and are
    audited together; what is hidden in one is not given away by another.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=2_000, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> by = ["area"], ["area", "township"]
    >>> made = publish([jz.caseload(results, dims, weight="weight") for dims in by])
    >>> [table.hidden is not None for table in made]
    [False, True]
    """
    made = list(tables)
    for name in dict.fromkeys(table.name for table in tables):
        places = [k for k, table in enumerate(tables) if table.name == name]
        together = [tables[k] for k in places]
        for k, hidden in zip(places, _hidden(together, min_n), strict=True):
            made[k] = _without(tables[k], hidden)
    return made


def _without(table: Table, hidden: NDArray[np.bool_]) -> Table:
    if not hidden.any():
        return table
    cells = np.repeat(hidden[:, None], len(table.statistics), axis=1)
    values, low, high = (
        np.where(cells, np.nan, part) for part in (table.values, table.low, table.high)
    )
    n = np.where(hidden, 0, table.n)
    made = replace(table, values=values, low=low, high=high, n=n, hidden=cells)
    return made.with_notes("note.suppressed")


def _hidden(tables: Sequence[Table], min_n: int) -> list[NDArray[np.bool_]]:
    """Which rows of each table to hide."""
    n = np.concatenate([table.n for table in tables])
    hidden = (n > 0) & (n < min_n)
    if hidden.any() and all(table.disjoint for table in tables):
        cells = _cells(tables)
        small, sums = hidden.copy(), _sums(tables, cells)
        while (told := _told(cells, sums, n, hidden, small, min_n)) is not None:
            hidden[told] = True
    return np.split(hidden, np.cumsum([len(table.rows) for table in tables])[:-1])


def _cells(tables: Sequence[Table]) -> NDArray[np.bool_]:
    """Each row as a set of the finest cells that any of the tables tells apart: (rows, cells)."""
    keys: dict[str, dict[str, None]] = {}
    for table in tables:
        for place, dim in enumerate(table.dims):
            found = (row[place] for row in table.rows if row[place] != TOTAL)
            keys.setdefault(dim, {}).update(dict.fromkeys(found))
    finest = [table for table in tables if set(table.dims) == set(keys)]
    if finest:  # only the combinations that occur
        rows = [dict(zip(finest[0].dims, row, strict=True)) for row in finest[0].rows]
        kept = [[row[dim] for dim in keys] for row in rows if TOTAL not in row.values()]
    else:  # none that a table would show if it were there
        order = list(keys)
        shown = [
            (
                [order.index(dim) for dim in table.dims],
                {row for row in table.rows if TOTAL not in row},
            )
            for table in tables
        ]
        kept = [
            list(each)
            for each in product(*keys.values())
            if all(tuple(each[k] for k in places) in rows for places, rows in shown if rows)
        ]
    cell = {dim: np.array([each[k] for each in kept], dtype=object) for k, dim in enumerate(keys)}
    made = np.ones((sum(len(table.rows) for table in tables), len(kept)), bool)
    number = 0
    for table in tables:
        for row in table.rows:
            for dim, key in zip(table.dims, row, strict=True):
                if key != TOTAL:
                    made[number] &= cell[dim] == key
            number += 1
    return made


def _sums(tables: Sequence[Table], cells: NDArray[np.bool_]) -> list[tuple[int, NDArray[np.int64]]]:
    """Known sums: a row (-1 for one that stands in no table) and the rows of one table that make
    it up."""
    found, start = [], 0
    size = cells.sum(axis=1)
    for table in tables:
        parts = np.array([k for k, row in enumerate(table.rows) if TOTAL not in row], np.int64)
        parts += start
        for place in range(len(table.dims) if len(table.dims) > 1 else 0):
            keys = np.array([table.rows[k - start][place] for k in parts], dtype=object)
            found += [(-1, parts[keys == key]) for key in dict.fromkeys(keys)]
        for whole in range(len(cells)):
            inside = parts[(size[parts] < size[whole]) & ~(cells[parts] & ~cells[whole]).any(1)]
            if size[inside].sum() == size[whole] and inside.size:
                found.append((whole, inside))
        if len(table.rows) == len(parts):
            found.append((-1, parts))
        start += len(table.rows)
    return found


def _told(
    cells: NDArray[np.bool_],
    sums: list[tuple[int, NDArray[np.int64]]],
    n: NDArray[np.int64],
    hidden: NDArray[np.bool_],
    small: NDArray[np.bool_],
    min_n: int,
) -> int | None:
    """A published row that must go, the smallest that does; None when nothing is given away."""

    def smallest(rows: NDArray[np.int64]) -> int | None:
        rest = rows[~hidden[rows] & (n[rows] > 0)]
        return int(rest[np.argmin(n[rest])]) if rest.size else None

    for whole, parts in sums:
        gone = parts[hidden[parts]]
        if not gone.size or (whole >= 0 and hidden[whole]):
            continue
        if gone.size == 1 or n[gone].sum() < min_n:
            further = smallest(parts)
            if further is None and whole >= 0:
                further = whole  # nothing left beside the hidden rows: their sum must go as well
            if further is not None:
                return further
    published = cells[~hidden].astype(float)
    for row in np.flatnonzero(small):
        weights = np.linalg.lstsq(published.T, cells[row].astype(float), rcond=None)[0]
        if np.abs(published.T @ weights - cells[row]).max(initial=0) < NOTHING:
            used = smallest(np.flatnonzero(~hidden)[np.abs(weights) > NOTHING])
            if used is not None:
                return used
    return None
