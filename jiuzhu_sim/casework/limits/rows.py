"""What must follow each event of a kind, and phases with fixed dates an event must fall in."""

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.limits.kit import (
    DAY,
    NAT,
    SPAN,
    Days,
    Line,
    Rows,
    beside,
    blank,
    concerned,
    dated,
    drawn,
    due_day,
    elapsed,
    is_passed,
    minutes,
    open_code,
    undated,
    unsure,
)
from jiuzhu_sim.casework.log.log import DEPARTMENTS, Log
from jiuzhu_sim.casework.procedure.entries import Event, Follow, Phase
from jiuzhu_sim.casework.procedure.procedure import Procedure
from jiuzhu_sim.casework.procedure.verdicts import CODE


def follow(log: Log, entry: Follow, procedure: Procedure) -> Line:
    """What follows each event, judged event by event; without `end` the event is the answer."""
    rows = dated(log, entry.each)
    rows = rows[concerned(log, entry)[log.events["case"][rows]]]
    case, at = log.events["case"][rows], log.events["at"][rows].astype("datetime64[D]")
    line = blank(len(rows))
    line.start[:] = at
    if entry.from_day:
        month = at.astype("datetime64[M]").astype("datetime64[D]")
        line.start[:] = month + (entry.from_day - 1) * DAY
    line.done[:] = at if entry.end is None else _next(log, rows, entry.end, entry.same)
    if entry.due_day:
        # A date of the calendar stands as it is, day off or not.
        due_month = at.astype("datetime64[M]") + entry.months_after
        line.due[:] = due_month.astype("datetime64[D]") + (entry.due_day - 1) * DAY
        line.allowed[:] = entry.due_day
    else:
        line.due[:] = due_day(line.start, entry.number, entry.unit, procedure.rolls)
        until = np.where(np.isnat(line.done), log.at, line.done)
        line.days[:] = elapsed(line.start, until, entry.unit)
        line.allowed[:] = entry.number
    kept = np.where(line.done <= line.due, CODE["met"], CODE["broken"])
    line.code[:] = np.where(np.isnat(line.done), open_code(log, line.due), kept)
    if procedure.in_force:
        line.code[at < np.datetime64(procedure.in_force)] = CODE["not_applicable"]
    whole = drawn(log, case.astype(np.int64), line)
    return unsure(log, whole, undated(log, (entry.end,) if entry.end else ()))


def _next(log: Log, rows: Rows, end: Event, same: str) -> Days:
    """The day of the next such event of the case (and the same department) at or after each row."""
    ends = dated(log, end)
    keys, wanted = _keys(log, ends, same), _keys(log, rows, same)
    order = np.argsort(keys, kind="stable")
    place = np.searchsorted(keys[order], wanted)
    found = np.append(order, -1)[place]
    made = np.full(len(rows), NAT, "datetime64[D]")
    is_there = found >= 0
    # The next key may be another case's or department's.
    is_there[is_there] = keys[found[is_there]] // SPAN == wanted[is_there] // SPAN
    made[is_there] = log.events["at"][ends[found[is_there]]]
    return made


def _keys(log: Log, rows: Rows, same: str) -> NDArray[np.int64]:
    """Events as numbers that sort by case, department if asked, and day."""
    group = log.events["case"][rows].astype(np.int64)
    if same:
        group = group * (len(DEPARTMENTS) + 1) + log.events["department"][rows] + 1
    days = log.events["at"][rows].astype("datetime64[D]")
    return group * SPAN + minutes(days) + SPAN // 2


def phase(log: Log, entry: Phase, procedure: Procedure) -> Line:
    """Every such event in its phase.

    Where one is required, one within it is enough, whatever came before or after. Until the phase
    is over nothing done before it is held against a case, and of one stopped before the phase it is
    not asked.
    """
    asked = concerned(log, entry)
    if entry.only_passed:
        asked &= is_passed(log)
    year = _year(log, entry)
    begin = _day(year, entry.begin) if entry.begin else np.full(log.n, NAT, "datetime64[D]")
    end = _day(year, entry.end)
    rows = dated(log, entry.event)
    rows = rows[asked[log.events["case"][rows]]]
    case = log.events["case"][rows].astype(np.int64)
    at = log.events["at"][rows].astype("datetime64[D]")
    last = np.fmax(at, log.events["until"][rows]) if entry.is_whole else at
    line = blank(len(rows))
    line.start[:], line.due[:], line.done[:] = begin[case], end[case], last
    is_outside = (at < begin[case]) | (last > end[case])
    line.code[:] = np.where(is_outside, CODE["broken"], CODE["met"])
    lacking = blank(log.n)
    if entry.is_required:
        is_kept, is_over = np.zeros(log.n, bool), (last > end[case]) | (end[case] < log.at)
        is_kept[case[~is_outside]] = True
        line.code[is_outside & (is_kept[case] | ~is_over)] = CODE["not_applicable"]
        has_any = is_kept.copy()
        has_any[case[is_over]] = True
        is_gone = log.first("stop").astype("datetime64[D]") < begin
        absent = asked & ~has_any & ~np.isnat(end) & ~is_gone
        lacking.start[:], lacking.due[:] = begin, end
        lacking.code[absent] = open_code(log, end)[absent]
    whole = drawn(log, np.concatenate([case, np.arange(log.n)]), beside(line, lacking))
    return unsure(log, whole, undated(log, (entry.event,)))


def _year(log: Log, entry: Phase) -> Days:
    """The year a phase falls in: as the document says, else that of the case's first event."""
    if entry.year:
        return np.full(log.n, np.datetime64(str(entry.year), "Y"))
    made = np.full(log.n, NAT, "datetime64[Y]")
    known = np.nonzero(~np.isnat(log.events["at"]))[0][::-1]
    made[log.events["case"][known]] = log.events["at"][known]
    return made


def _day(year: Days, month_day: tuple[int, int]) -> Days:
    month, day = month_day
    first = (year.astype("datetime64[M]") + (month - 1)).astype("datetime64[D]")
    return np.asarray(first + (day - 1) * DAY)
