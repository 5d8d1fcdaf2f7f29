"""What all time limits share: whom one concerns, when something was, and how a line is judged.

A `Line` is one item on all cases. Items that are judged event by event (each payment, each review)
make a row an event and are then drawn together: the worst row speaks for the case.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.log import Log, code
from jiuzhu_sim.casework.procedure import workdays
from jiuzhu_sim.casework.procedure.entries import Entry, Event, Moment
from jiuzhu_sim.casework.procedure.procedure import Procedure
from jiuzhu_sim.casework.procedure.verdicts import CODE

Days = NDArray[np.datetime64]
Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]

NAT = np.datetime64("NaT")
DAY = np.timedelta64(1, "D")
HOUR_MINUTES = 60
DAY_MINUTES = 24 * HOUR_MINUTES
MONTH_DAYS = 365.2425 / 12
"""The average month of the calendar, for months elapsed."""
BEFORE_DECISION = ("accept", "entrust", "verify", "visit", "vote", "audit")
"""Steps that make no sense any more once the case is decided."""
GRAVITY = np.array([0, 2, 5, 1, 4, 3], np.int8)
"""By code of `VERDICTS`: broken outweighs overdue, then unknown, met, running, not applicable."""
SPAN = np.int64(1) << 36
"""More minutes than any log spans: case times `SPAN` plus minutes sorts by case, then time."""


@dataclass
class Line:
    """One item on all cases: see `Verdicts`; `allowed` and `days` in the item's unit."""

    code: NDArray[np.int8]
    start: Days
    due: Days
    done: Days
    days: NDArray[np.float32]
    allowed: NDArray[np.float32]


def blank(n: int) -> Line:
    """A line that concerns nobody yet."""
    dates = [np.full(n, NAT, "datetime64[D]") for _ in range(3)]
    numbers = [np.full(n, np.nan, np.float32) for _ in range(2)]
    return Line(np.full(n, CODE["not_applicable"], np.int8), *dates, *numbers)


def concerned(log: Log, entry: Entry) -> Bools:
    """The cases of the programmes, kinds and areas that an entry is about: (cases,)."""
    found = np.ones(log.n, bool)
    for column, names in (("programme", entry.programmes), ("kind", entry.kinds)):
        codes = [code("case", column, name) for name in names]
        found &= np.isin(log.cases[column], codes)
    if len(entry.areas) == 1:
        found &= log.cases["area"] == code("case", "area", entry.areas[0])
    return found


def urgent(log: Log) -> Bools:
    """Cases where aid came first: marked urgent, paid before they were decided, or papers made up
    afterwards.

    Of a payment on the day of the decision that is only known where its time of day was recorded.
    """
    rows = log.rows("pay")
    case, paid = log.events["case"][rows], log.events["at"][rows]
    decided = log.first("decide")[case]
    is_before = paid.astype("datetime64[D]") < decided.astype("datetime64[D]")
    is_before |= log.events["is_timed"][rows] & (paid < decided)
    early = np.zeros(log.n, bool)
    early[case[~np.isnat(paid) & (np.isnat(decided) | is_before)]] = True
    return np.asarray(log.cases["is_urgent"], bool) | early | log.any("paperwork")


def minutes(times: Any) -> Rows:
    """Times as minutes since 1970; an unknown one as the far past."""
    held = np.asarray(times, "datetime64[m]")
    return np.where(np.isnat(held), -(SPAN // 4), held.astype(np.int64))


def dated(log: Log, event: Event) -> Rows:
    """The positions of the events of a kind whose date is known, by case and time."""
    found = log.rows(event.kind, **event.where)
    return found[~np.isnat(log.events["at"][found])]


def when(log: Log, event: Event, since: Any = None) -> NDArray[np.datetime64]:
    """When the first such event of each case was, of those from `since` (cases,) on if given.

    ``by: until`` is the last of their second dates (of a posting), up to the decision.
    """
    rows = dated(log, event)
    case = log.events["case"][rows]
    made = np.full(log.n, NAT, "datetime64[m]")
    if event.by == "until":
        until = log.events["until"][rows]
        decided = log.first("decide")[case]
        in_time = np.isnat(decided) | (log.events["at"][rows] <= decided)
        kept = np.nonzero(in_time & ~np.isnat(until))[0]
        kept = kept[np.argsort(until[kept], kind="stable")]
        made[case[kept]] = until[kept]
        return made
    if since is not None:
        is_later = log.events["at"][rows] >= np.asarray(since)[case]
        rows, case = rows[is_later], case[is_later]
    made[case[::-1]] = log.events["at"][rows[::-1]]
    return made


def moment(log: Log, wanted: Moment, since: Any = None) -> NDArray[np.datetime64]:
    """The moment that several events make: datetime64[m] (cases,), NaT where none is recorded."""
    first, *others = (when(log, event, since) for event in wanted.events)
    for other in others:
        if wanted.how == "latest":
            first = np.fmax(first, other)
        elif wanted.how == "earliest":
            first = np.fmin(first, other)
        else:
            first = np.where(np.isnat(first), other, first)
    return first


def undated(log: Log, events: tuple[Event, ...]) -> Bools:
    """Cases with such an event of unknown date (or, for a posting, of unknown last day)."""
    found = np.zeros(log.n, bool)
    for event in events:
        rows = log.rows(event.kind, **event.where)
        dates = log.events["until" if event.by == "until" else "at"][rows]
        found[log.events["case"][rows[np.isnat(dates)]]] = True
    return found


def closed(log: Log) -> NDArray[np.datetime64]:
    """When each case was closed (not by a department): datetime64[m] (cases,)."""
    return log.first("close", department="none")


def is_passed(log: Log) -> Bools:
    """Cases that were granted."""
    return log.any("decide", outcome="passed")


def due_day(start: Any, number: Any, unit: str, rolls: bool) -> Days:
    """The last day of a period of `number` days or working days (months too) after `start`."""
    days = np.asarray(start, "datetime64[D]")
    if unit == "working days":
        return workdays.workdays_after(days, number)
    if unit == "months":
        due = workdays.months_after(days, number)
    else:
        due = days + np.asarray(number, np.int64).astype("timedelta64[D]")
    return workdays.next_workday(due) if rolls else due


def elapsed(start: Any, done: Any, unit: str) -> NDArray[np.float32]:
    """What passed between two days, in a unit of days; NaN where one is unknown."""
    first, last = np.asarray(start, "datetime64[D]"), np.asarray(done, "datetime64[D]")
    if unit == "working days":
        passed = workdays.days_used(first, last).astype(np.float32)
    else:
        passed = (last - first).astype(np.int64).astype(np.float32)
        passed = passed / MONTH_DAYS if unit == "months" else passed
    unknown = np.isnat(first) | np.isnat(last)
    return np.where(unknown, np.nan, passed).astype(np.float32)


def open_code(log: Log, due: Days) -> NDArray[np.int8]:
    """What is not done: overdue once the due day has passed on the day the log is judged."""
    return np.where(due < log.at, CODE["overdue"], CODE["running"]).astype(np.int8)


def drawn(log: Log, case: Rows, rows: Line) -> Line:
    """A line of rows (events, with the position of their case): the gravest row of each case.

    Of equally grave rows the first speaks, of harmless ones the last.
    """
    made = blank(log.n)
    grave = GRAVITY[rows.code]
    time = minutes(np.where(np.isnat(rows.done), rows.due, rows.done))
    is_fault = grave >= GRAVITY[CODE["unknown"]]
    # The last row written to a case stays: the gravest, of faults the earliest.
    order = np.lexsort((np.where(is_fault, -time, time), grave, case))
    for name in ("code", "start", "due", "done", "days", "allowed"):
        getattr(made, name)[case[order]] = getattr(rows, name)[order]
    return made


def beside(*parts: Line) -> Line:
    """Rows one after the other."""
    names = ("code", "start", "due", "done", "days", "allowed")
    return Line(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def unsure(log: Log, line: Line, doubtful: Bools) -> Line:
    """Where records are missing or unreadable, nothing is called overdue."""
    lacking = doubtful | (np.asarray(log.cases["n_unread"]) > 0)
    line.code[lacking & (line.code == CODE["overdue"])] = CODE["unknown"]
    return line


def since_in_force(line: Line, procedure: Procedure) -> None:
    """What began before the document was in force is not judged by it."""
    if procedure.in_force:
        early = line.start < np.datetime64(procedure.in_force)
        line.code[early] = CODE["not_applicable"]
