"""The numbers of one point of a page's grid, how fine they may be told, and who stands behind them.

They are those of the what-if at that point. Between two points of the grid a reader can subtract,
so a change must not tell of fewer than `min_cell` households. Totals are told exactly; a point
between which and another so few households change is given the totals of that other (`told_as`).
Everything else is told in steps as large as what so many households weigh on average (`fineness`).
See docs/en/definitions/page_grid.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.annual import WEIGHT
from jiuzhu_sim.assessment.whatif_tables import Pair, make_tables
from jiuzhu_sim.engine import Results
from jiuzhu_sim.explorer.page.axes import nice
from jiuzhu_sim.measures.distribution import DECILES
from jiuzhu_sim.measures.groups import household
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.measures.welfare import gini, income_after, poverty_gap
from jiuzhu_sim.rules.kit import MONTHS

Key = tuple[str, str, str]
"""Table, row, statistic; ``change/total/cost_y``."""

RECIPIENTS = ("households", "persons", "cost_y")
STATISTICS = {
    "change": RECIPIENTS,
    "shares": ("cost_y",),
    "township_change": RECIPIENTS,
    "winners_losers": ("share",),
    "deciles": ("mean_gain_m", "share_gaining", "share_losing"),
    "poverty": ("fgt0", "fgt1", "fgt2"),
    "inequality": ("gini",),
}
"""What is told of each table. `poverty` and `inequality` are after assistance, the poverty line
being the baseline's standard throughout, as where scenarios are compared."""

ADDED = {"gain": ("gain_large", "gain_small"), "loss": ("loss_large", "loss_small")}
"""Rows of winners and losers told as well."""

BLOCKS = {
    "totals": ("change", "shares"),
    "details": ("township_change", "winners_losers", "deciles", "poverty"),
    "inequality": ("inequality",),
}
"""Tables that are computed at the same points: what is told exactly, what in steps, and what does
not add up over households."""

HIDDEN_WITH = ("change", "shares", "township_change")
"""Tables whose small rows are hidden as in the what-if; steps do as much for the others."""

EXACT = BLOCKS["totals"]
"""Tables told exactly."""

FEN = 100
"""Fen in a yuan."""

STATED = {"households": 0.01, "persons": 0.01, "cost_y": 1.0}
"""The fineness of exact numbers in the file: parts of a household (weights have them), yuan."""

SHOWN = {"share": 1e-4, "mean_gain_m": 0.01, "gini": 1e-4}
"""The last digit shown of any other number."""


@dataclass(frozen=True)
class Told:
    """Numbers by key, and the rows that are hidden."""

    values: dict[Key, float]
    hidden: frozenset[tuple[str, str]]


def numbers(
    base: Results, new: Results, block: str, per: str, min_cell: int, own: str = ""
) -> Told:
    """The numbers of a block at one point: `base` and `new` are results on the same people.

    `own`: of the totals, what one area contributes to each number.
    """
    if block == "inequality":
        return Told({("inequality", TOTAL, "gini"): _gini(new)}, frozenset())
    pair = Pair(base, new, per, None)
    found: dict[Key, float] = {}
    hidden = set()
    for is_hidden, least in ((True, min_cell), (False, 0)):
        names = [n for n in BLOCKS[block] if n != "poverty" and (n in HIDDEN_WITH) == is_hidden]
        for name, table in make_tables(pair, tuple(names), least).items():
            for row, key in _rows(table, name):
                of = _of(row, name, own)
                for statistic in STATISTICS[name]:
                    moment = ".new" if name in HIDDEN_WITH else ""
                    value = table.get(f"{statistic}{moment}", *of) if of else 0.0
                    found[name, key, statistic] = value
                if table.hidden is not None and table.hidden[table.rows.index(row)].any():
                    hidden.add((name, key))
    if block == "details":
        found |= _poverty(base, new)
        for added, parts in ADDED.items():
            shares = [found["winners_losers", part, "share"] for part in parts]
            found["winners_losers", added, "share"] = sum(shares)
    return Told(found, frozenset(hidden))


def _rows(table: Table, name: str) -> list[tuple[tuple[str, ...], str]]:
    """The rows told of a table, each with its key on the page."""
    if name == "shares":
        return [(row, row[1]) for row in table.rows if row[0] == TOTAL and row[1] != TOTAL]
    whole = name == "change"
    return [(row, row[0]) for row in table.rows if whole or TOTAL not in row]


def _of(row: tuple[str, ...], name: str, own: str) -> tuple[str, ...]:
    """The row that holds what one area contributes to a row; none if it contributes nothing."""
    if not own or name not in EXACT or row[0] == own:
        return row
    return (own, *row[1:]) if row[0] == TOTAL else ()


def _poverty(base: Results, new: Results) -> dict[Key, float]:
    members = household(base, "n_members_hh")
    persons = household(base, WEIGHT) * members
    gap = poverty_gap(income_after(new), household(base, "dibao_standard_m_hh"), members)
    whole = persons.sum()
    parts = {"fgt0": (gap > 0).astype(float), "fgt1": gap, "fgt2": gap * gap}
    return {("poverty", TOTAL, k): float((persons * v).sum() / whole) for k, v in parts.items()}


def _gini(new: Results) -> float:
    persons = household(new, WEIGHT) * household(new, "n_members_hh")
    return float(gini(income_after(new), persons)[0][0])


def fineness(base: Results, told: Told, min_cell: int) -> dict[Key, float]:
    """The step in which each number is told: `min_cell` times what one household weighs in it on
    average, rounded up to 1, 2 or 5 times a power of ten; never finer than is shown.

    `told`: the numbers of the baseline.
    """
    weight, benefit = household(base, WEIGHT), household(base, "benefit_m_hh")
    recipients, members = household(base, "n_recipients_hh"), household(base, "n_members_hh")
    receiving = max(int((recipients > 0).sum()), 1)
    paid = float((weight * benefit).sum()) / receiving
    one = 1 / len(weight)
    income = float((weight * members * np.maximum(income_after(base), 0)).sum())
    persons = float((weight * members).sum())
    fgt0 = max(told.values.get(("poverty", TOTAL, "fgt0"), 1.0), one)
    each = {
        "households": float(weight[recipients > 0].sum()) / receiving,
        "persons": float((weight * recipients).sum()) / receiving,
        "cost_y": paid * MONTHS,
        "share": one,
        "share_gaining": one * DECILES,
        "share_losing": one * DECILES,
        "mean_gain_m": paid / persons * DECILES,
        "gini": paid / income if income > 0 else one,
        "fgt0": one,
    }
    each |= {k: one * told.values.get(("poverty", TOTAL, k), 0) / fgt0 for k in ("fgt1", "fgt2")}
    steps = {}
    for key in told.values:
        name, _, statistic = key
        if name in EXACT:
            steps[key] = STATED[statistic]
        else:
            least = SHOWN.get(statistic, 1.0 if statistic in RECIPIENTS else SHOWN["share"])
            steps[key] = nice(min_cell * each[statistic], least, upwards=True)
    return steps


def columns_behind(results: Results, own: str = "") -> list[NDArray[np.int64]]:
    """What the totals add up of each household (`own`: of one area's): whether it receives, for
    how many persons, how many fen."""
    benefit = np.rint(results.numbers("benefit_m_hh") * FEN).astype(np.int64)
    recipients = results.numbers("n_recipients_hh").astype(np.int64)
    area = results.people["area"]
    sides = [area == name for name in ([own] if own else np.unique(area))]
    return [column[side] for side in sides for column in (recipients, recipients > 0, benefit)]


def told_as(points: Sequence[list[NDArray[np.int64]]], min_cell: int) -> list[int]:
    """For each point of a grid, the point whose totals are told for it: its own, unless between it
    and a point before it some total changes, but by fewer than `min_cell` households; then that
    one's (of several, the one that differs least).

    Points are given by `columns_behind`, the baseline first. Between any two points of which the
    totals are told, each changes by no household or by at least `min_cell`.

    >>> told_as([[np.array([0, 0, 0])], [np.array([1, 0, 0])], [np.array([1, 1, 0])]], 2)
    [0, 0, 2]
    """
    columns = [np.stack(each) for each in zip(*points, strict=True)]
    columns = [each[:, (each != each[0]).any(axis=0)] for each in columns]
    told: list[int] = []
    own = np.zeros(len(points), bool)
    for k in range(len(points)):
        before = np.flatnonzero(own)
        behind = [(each[before] != each[k]).sum(axis=1) for each in columns]
        few = np.any([(n > 0) & (n < min_cell) for n in behind], axis=0)
        if few.any():
            differing = np.where(few, np.sum(behind, axis=0), np.iinfo(np.int64).max)
            told.append(int(before[np.argmin(differing)]))
        else:
            told.append(k)
            own[k] = True
    return told
