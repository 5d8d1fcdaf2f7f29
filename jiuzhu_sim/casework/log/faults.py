"""Records of a log that contradict each other: told where they stand, never mended in silence.

Works on a log whose events still carry the number of their line (`row`), and tells each finding at
the line of the event that cannot be.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.findings import Noted
from jiuzhu_sim.casework.log.log import EVENTS, KINDS, Log, code
from jiuzhu_sim.casework.log.rows import Rows

BETWEEN = ("objection", "recheck", "review", "complain", "suspend", "stop", "apply", "accept")
"""Events after which a case may well be decided again."""
WITHOUT_OFFICER = ("apply", "objection", "complain", "pay")
"""Events that need no officer's name: others bring them, or the bank makes them."""
RUNNING = ("review", "adjustment", "cleanup")
"""Kinds of case about benefits decided earlier: a payment needs no decision of the same case."""

Days = NDArray[np.datetime64]


def tell_faults(noted: Noted, rows: Rows, log: Log) -> None:
    """L203 to L207, L210 and L217: what cannot be in this order, or lacks what it needs."""
    at = log.events["at"].astype("datetime64[D]")
    firsts = {name: log.first(name).astype("datetime64[D]") for name in ("apply", "accept")}
    decided = log.first("decide").astype("datetime64[D]")
    _before_application(noted, rows, log, at, firsts["apply"])
    _earlier(noted, rows, log, "L204", log.rows("decide"), firsts["accept"])
    # A department closes its own part, the case stays open.
    _earlier(noted, rows, log, "L207", log.rows("close", department="none"), decided)
    _two_decisions(noted, rows, log)
    _payments(noted, rows, log)
    if "actor" in rows:
        needs = [code("event", "kind", name) for name in EVENTS if name not in WITHOUT_OFFICER]
        missing = (log.events["actor"] < 0) & np.isin(log.events["kind"], needs)
        missing &= rows.has("actor")[log.events["row"]]
        noted.add("L210", rows, "actor", log.events["row"][missing])
    if "outcome" in rows:
        silent = np.sort(log.events["row"][log.rows("decide", outcome="none")])
        # A word that is not understood has been told already.
        is_blank = (rows.cells("outcome") == "") & rows.has("outcome")
        noted.add("L217", rows, "outcome", silent[is_blank[silent]])


def _spread(rows: Rows, lines: NDArray[np.int32], values: NDArray[np.datetime64]) -> Days:
    """Values of some lines at their place among all lines."""
    made = np.full(len(rows), "NaT", "datetime64[D]")
    made[lines] = values
    return made


def _shown(days: Days) -> NDArray[np.object_]:
    return np.where(np.isnat(days), "", np.datetime_as_string(days)).astype(object)


def _tell(
    noted: Noted, rows: Rows, log: Log, told: str, events: NDArray[np.int64], before: Days
) -> None:
    """A finding at each of these events; `before` is the day it is held against."""
    lines = log.events["row"][events]
    name = "at" if "at" in rows else "period"
    value = _shown(_spread(rows, lines, log.events["at"][events].astype("datetime64[D]")))
    other = _shown(_spread(rows, lines, before))
    kinds = np.full(len(rows), "", object)
    kinds[lines] = np.array(EVENTS, object)[log.events["kind"][events]]
    noted.add(told, rows, name, np.sort(lines), value=value, before=other, event=kinds)


def _before_application(noted: Noted, rows: Rows, log: Log, at: Days, applied: Days) -> None:
    held = applied[log.events["case"]]
    is_other = log.events["kind"] != code("event", "kind", "apply")
    wrong = np.flatnonzero(is_other & (at < held))
    _tell(noted, rows, log, "L203", wrong, held[wrong])


def _earlier(
    noted: Noted, rows: Rows, log: Log, told: str, found: NDArray[np.int64], start: Days
) -> None:
    """The first of these events of each case where it is before a day of its case."""
    held = start[log.events["case"][found]]
    early = log.events["at"][found].astype("datetime64[D]") < held
    first = found == _first_of(log, found)
    _tell(noted, rows, log, told, found[early & first], held[early & first])


def _first_of(log: Log, found: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of these events the first of its case among them."""
    if not len(found):
        return found
    case = log.events["case"][found]
    starts = np.concatenate([[True], case[1:] != case[:-1]])
    return found[np.maximum.accumulate(np.where(starts, np.arange(len(found)), 0))]


def _two_decisions(noted: Noted, rows: Rows, log: Log) -> None:
    """L205: a decision after another of the same level with nothing between that calls for it."""
    between = [code("event", "kind", name) for name in BETWEEN]
    passed = np.cumsum(np.isin(log.events["kind"], between))
    found = log.rows("decide")
    if len(found) < 2:
        return
    before, after = found[:-1], found[1:]
    same = log.events["case"][before] == log.events["case"][after]
    same &= log.events["level"][before] == log.events["level"][after]
    again = after[same & (passed[before] == passed[after])]
    counts = np.bincount(log.events["case"][again], minlength=log.n) + 1
    held = np.ones(len(rows), np.int64)
    held[log.events["row"][again]] = counts[log.events["case"][again]]
    noted.add("L205", rows, "kind", np.sort(log.events["row"][again]), count=held)


def _payments(noted: Noted, rows: Rows, log: Log) -> None:
    """L206: the first payment of a new case that has no decision to assist."""
    agreed = log.any("decide", outcome="passed") | log.any("decide", outcome="none")
    running = np.isin(log.cases["kind"], [KINDS.index(name) for name in RUNNING])
    found = log.rows("pay")
    first = found[found == _first_of(log, found)]
    wrong = first[~(agreed | running)[log.events["case"][first]]]
    noted.add("L206", rows, "kind", np.sort(log.events["row"][wrong]))


def repeated(
    columns: Sequence[NDArray[np.generic]], usable: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """For each usable row the first usable row equal to it in all columns (itself if the first);
    -1 for the others.

    >>> repeated([np.array([1, 1, 2])], np.array([True, True, True])).tolist()
    [0, 0, 2]
    """
    import pandas as pd

    lines = np.flatnonzero(usable)
    table = pd.DataFrame({str(place): column[usable] for place, column in enumerate(columns)})
    group = table.groupby(list(table.columns), sort=False, dropna=False).ngroup().to_numpy()
    made = np.full(len(usable), -1, np.int64)
    if len(lines):
        _, first = np.unique(group, return_index=True)
        made[lines] = lines[first[group]]
    return made
