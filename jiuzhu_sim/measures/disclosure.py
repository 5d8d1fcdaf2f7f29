"""Small cells: hidden in whatever is to be published, so that nobody can be made out.

A row behind which stand fewer than `min_n` households is hidden (primary). Where that leaves a
single hidden row in the table, or among the rows that share a key (the urban ones, those of
category A, …: their sum may be published in another table), subtraction would give it away, so
the next smallest is hidden too (secondary), until nothing can be worked out. Done on the table
itself, before any renderer sees it. Tables with other groupings are not compared with each other.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.measures.table import TOTAL, Table

MIN_N = 5
"""Fewest households a published row may stand for."""


def suppress(table: Table, min_n: int = MIN_N) -> Table:
    """The table with small rows hidden; values, intervals and counts of hidden rows are gone.

    Rows without any household are shown: there is nobody to protect.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> table = jz.caseload(jz.simulate(people, policy), ["township"], weight="weight")
    >>> suppress(table, min_n=10_000).hidden.any(), suppress(table, min_n=0) is table
    (np.True_, True)
    """
    part = np.array([TOTAL not in row for row in table.rows])
    live = part & (table.n > 0)
    hidden = live & (table.n < min_n)
    sums = _published_sums(table, part)
    growing = True
    while growing:
        growing = False
        for inside in sums:
            rest = np.flatnonzero(inside & live & ~hidden)
            if (inside & hidden).sum() == 1 and rest.size:
                hidden[rest[np.argmin(table.n[rest])]] = True
                growing = True
    if not hidden.any():
        return table
    cells = np.repeat(hidden[:, None], len(table.statistics), axis=1)
    values, low, high = (
        np.where(cells, np.nan, part) for part in (table.values, table.low, table.high)
    )
    n = np.where(hidden, 0, table.n)
    made = replace(table, values=values, low=low, high=high, n=n, hidden=cells)
    return made.with_notes("note.suppressed")


def _published_sums(table: Table, part: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The sets of rows whose sum a reader may know: all of them, and those sharing a key."""
    found = [] if part.all() else [part]
    for place in range(len(table.dims) if len(table.dims) > 1 else 0):
        keys = np.array([row[place] for row in table.rows], dtype=object)
        found += [part & (keys == key) for key in dict.fromkeys(keys[part])]
    return found
