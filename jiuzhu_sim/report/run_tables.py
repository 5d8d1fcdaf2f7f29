"""The tables of a run in parts, as they may be shown: two laws side by side, small cells hidden."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.whatif_tables import ADDED_UP, MOMENTS, smaller
from jiuzhu_sim.language import pick
from jiuzhu_sim.measures.costs import CASELOAD
from jiuzhu_sim.measures.disclosure import publish
from jiuzhu_sim.measures.intervals import Floats
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.report.scenarios import named_after
from jiuzhu_sim.rules.kit import MONTHS

if TYPE_CHECKING:
    from jiuzhu_sim.batch.job import Job
    from jiuzhu_sim.batch.run import Outcome

NEW = ".new"
"""Ends the key of a table made of the changed law."""

NOTES = {"programmes_change": "note.change_programmes"}
"""Notes of tables that need more than that behaviour is left out."""

TOWNSHIPS_MAX = 400
"""Most townships in one table: more are no page to read, and the audit of what may be shown takes
minutes."""

TOWNSHIP = "township"


def table_of(outcome: "Outcome", name: str, new: bool = False) -> Table | None:
    """A table of an outcome as it was computed, nothing hidden; None where there is none. It is
    titled here: parts may have been done in another language."""
    table = outcome.tables.get(f"{name}{NEW}" if new else name)
    if table is None:
        return None
    titles = titles_of(outcome.job)
    policy = titles["new" if new else "base"]
    return replace(table, fields={**(table.fields or {}), **titles, "policy": policy})


def change_of(outcome: "Outcome") -> Table | None:
    """Recipients and cost by area under both laws; None where one law was run."""
    return _change(outcome, "caseload", "change")


def _change(outcome: "Outcome", name: str, title: str) -> Table | None:
    before, after = (table_of(outcome, name, new) for new in (False, True))
    if before is None or after is None:
        return None
    added_up = [each for each in before.statistics if each.name != "mean_benefit_m"]
    table = beside(before, after, title, added_up, titles_of(outcome.job))
    # What a table says of its own rows (programmes do not add up) holds for both laws side by side.
    own = NOTES.get(title)
    return replace(table, notes=(own,)) if own else table


def titles_of(job: "Job") -> dict[str, str]:
    """What the law and the changed one are called: by the reform's title, else by its changes."""
    base, new = job.policies
    named = pick(named_after(base, new)) if new else ""
    return {"base": base.title, "new": job.title or named}


def beside(
    before: Table,
    after: Table,
    name: str,
    statistics: Sequence[Statistic],
    fields: dict[str, str],
) -> Table:
    """Two tables of the same people as one: each statistic before, after, and the difference. A row
    that one of them lacks is nobody there.

    >>> none, persons = np.full((1, 1), np.nan), (Statistic("persons", "persons", additive=True),)
    >>> was, now = (
    ...     Table("t", ("area",), (("total",),), persons, np.array([[x]]), none, none,
    ...           np.array([9]), "household") for x in (2.0, 3.0))
    >>> beside(was, now, "change", persons, {}).values.tolist()
    [[2.0, 3.0, 1.0]]
    """
    rows, whole = list(before.rows), (TOTAL,) * len(before.dims)
    at = rows.index(whole) if whole in rows else len(rows)
    rows[at:at] = [row for row in after.rows if row not in before.rows]
    columns, named = [], []
    for entry in statistics:
        was, now = (_column(table, entry.name, rows) for table in (before, after))
        for moment, values in zip(MOMENTS, (was, now, now - was), strict=True):
            named.append(Statistic(f"{entry.name}.{moment}", entry.unit, additive=entry.additive))
            columns.append(values)
    values = np.column_stack(columns)
    few, more = (_counts(table, rows) for table in (before, after))
    return Table(
        name=name,
        dims=before.dims,
        rows=tuple(rows),
        statistics=tuple(named),
        values=values,
        low=np.full(values.shape, np.nan),
        high=np.full(values.shape, np.nan),
        n=smaller(few, more),
        per=before.per,
        notes=("note.first_round",),
        fields=fields,
        names=before.names,
        disjoint=before.disjoint,
    )


def _column(table: Table, statistic: str, rows: Sequence[tuple[str, ...]]) -> Floats:
    at = [entry.name for entry in table.statistics].index(statistic)
    held = dict(zip(table.rows, table.values[:, at].tolist(), strict=True))
    return np.array([held.get(row, 0.0) for row in rows])


def _counts(table: Table, rows: Sequence[tuple[str, ...]]) -> NDArray[np.int64]:
    held = dict(zip(table.rows, table.n.tolist(), strict=True))
    return np.array([held.get(row, 0) for row in rows], np.int64)


def added_by(table: Table, dims: Sequence[str]) -> Table:
    """A table of recipients and cost by fewer dimensions: its rows added up, means made anew.

    Intervals do not add up: there are none. Rows in the order of their first occurrence, the total
    last.

    >>> none, n = np.full((3, 4), np.nan), np.array([1, 2, 3])
    >>> values = np.array([[1.0, 2, 240, 10], [2, 2, 480, 20], [3, 4, 720, 15]])
    >>> rows = (("urban", "A"), ("urban", "B"), ("total", "total"))
    >>> table = Table("caseload", ("area", "category_hh"), rows, CASELOAD, values, none, none, n,
    ...               "household")
    >>> added_by(table, ["area"]).values.tolist()
    [[3.0, 4.0, 720.0, 15.0], [3.0, 4.0, 720.0, 15.0]]
    """
    places = [table.dims.index(dim) for dim in dims]
    inner = [k for k, row in enumerate(table.rows) if TOTAL not in row]
    keys = [tuple(table.rows[k][place] for place in places) for k in inner]
    rows = (*dict.fromkeys(keys), (TOTAL,) * len(dims))
    number = {key: at for at, key in enumerate(rows)}
    index = np.array([number[key] for key in keys], np.int64)
    whole = table.rows.index((TOTAL,) * len(table.dims))
    names = [entry.name for entry in table.statistics]
    columns: dict[str, Floats] = {}
    for entry in CASELOAD:
        if entry.additive:
            held = table.values[:, names.index(entry.name)]
            added = np.bincount(index, held[inner], len(rows)).astype(np.float64)
            added[-1] = held[whole]
            columns[entry.name] = added
    columns["mean_benefit_m"] = mean_benefit(columns["cost_y"], columns["persons"])
    values = np.column_stack([columns[entry.name] for entry in CASELOAD])
    n = np.bincount(index, table.n[inner], len(rows)).astype(np.int64)
    n[-1] = table.n[whole]
    blank = np.full(values.shape, np.nan)
    return replace(
        table,
        name="caseload",
        dims=tuple(dims),
        rows=rows,
        statistics=CASELOAD,
        values=values,
        low=blank,
        high=blank,
        n=n,
    )


def mean_benefit(cost: Floats, persons: Floats) -> Floats:
    """Benefit a head and month of a year's cost; NaN where nobody receives.

    >>> mean_benefit(np.array([2400.0, 0.0]), np.array([2.0, 0.0])).tolist()
    [100.0, nan]
    """
    some = np.where(persons > 0, persons, np.nan)
    return np.asarray(cost / some / MONTHS)


def shown_tables(outcome: "Outcome") -> dict[str, Table]:
    """The tables of a report by key, small cells hidden: those of the same recipients are audited
    together, so that one does not give away what another hides.

    Keys: ``caseload``, ``category`` (by area and category), ``township``, ``layers``,
    ``programmes``, ``poverty``, ``incomes``; with two laws besides ``change``, ``township_change``,
    ``programmes_change``, ``poverty.new``, ``incomes.new``, ``split``, ``winners_losers``,
    ``deciles``.
    """
    found: dict[str, Table | None] = {"caseload": table_of(outcome, "caseload")}
    by_township: dict[str, Table | None] = {}
    totals, after = (table_of(outcome, "totals", new) for new in (False, True))
    if totals is not None:
        if {"area", "category_hh"} <= set(totals.dims):
            found["category"] = added_by(totals, ["area", "category_hh"])
        if has_townships(outcome):
            now = added_by(totals, [TOWNSHIP])
            by_township["township"] = now
            if after is not None:
                then, titles = added_by(after, [TOWNSHIP]), titles_of(outcome.job)
                by_township["township_change"] = beside(
                    now, then, "township_change", ADDED_UP, titles
                )
    found["change"] = change_of(outcome)
    apart = {name: table_of(outcome, name) for name in ("layers", "programmes", "poverty")}
    apart["programmes_change"] = _change(outcome, "programmes", "programmes_change")
    if apart["programmes_change"] is not None:
        del apart["programmes"]
    apart["poverty.new"] = table_of(outcome, "poverty", new=True)
    for name in ("incomes", "split", "winners_losers", "deciles"):
        apart[name] = table_of(outcome, name)
    apart["incomes.new"] = table_of(outcome, "incomes", new=True)
    made = published(found) | published(by_township)
    for name, table in apart.items():
        made |= published({name: table})
    return made


def published(tables: dict[str, Table | None]) -> dict[str, Table]:
    """Tables of the same households with small cells hidden in all of them together."""
    there = {name: table for name, table in tables.items() if table is not None}
    one = [replace(table, name="one") for table in there.values()]
    return {
        name: replace(shown, name=there[name].name)
        for name, shown in zip(there, publish(one), strict=True)
    }


def has_townships(outcome: "Outcome") -> bool:
    """Whether there are townships, and not more than a page can show."""
    table = table_of(outcome, "totals")
    if table is None or TOWNSHIP not in table.dims:
        return False
    return 0 < len({row[table.dims.index(TOWNSHIP)] for row in table.rows}) - 1 <= TOWNSHIPS_MAX
