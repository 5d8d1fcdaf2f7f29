"""Small cells: hidden in whatever is to be published, so that nobody can be made out.

A row behind which stand fewer than `min_n` households is hidden (primary); if that leaves a
single hidden row, which the total would give away, the next smallest is hidden too (secondary).
Done on the table itself, before any renderer sees it.
"""

from dataclasses import replace

import numpy as np

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
    hidden = part & (table.n > 0) & (table.n < min_n)
    if hidden.sum() == 1 and not part.all():
        rest = np.flatnonzero(part & ~hidden & (table.n > 0))
        if rest.size:
            hidden[rest[np.argmin(table.n[rest])]] = True
    if not hidden.any():
        return table
    cells = np.repeat(hidden[:, None], len(table.statistics), axis=1)
    values, low, high = (
        np.where(cells, np.nan, part) for part in (table.values, table.low, table.high)
    )
    n = np.where(hidden, 0, table.n)
    made = replace(table, values=values, low=low, high=high, n=n, hidden=cells)
    return made.with_notes("note.suppressed")
