"""Limits from one step of a case to another, and the days a list must be posted."""

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.limits.kit import (
    BEFORE_DECISION,
    DAY,
    DAY_MINUTES,
    HOUR_MINUTES,
    NAT,
    Bools,
    Days,
    Line,
    blank,
    closed,
    concerned,
    due_day,
    elapsed,
    is_passed,
    minutes,
    moment,
    open_code,
    undated,
    unsure,
    urgent,
    when,
)
from jiuzhu_sim.casework.log.log import Log, code
from jiuzhu_sim.casework.procedure import workdays
from jiuzhu_sim.casework.procedure.entries import Event, Extension, Limit, Post
from jiuzhu_sim.casework.procedure.procedure import Procedure
from jiuzhu_sim.casework.procedure.verdicts import CODE

Times = NDArray[np.datetime64]


def step(log: Log, limit: Limit, procedure: Procedure) -> Line:
    """A limit between two steps: start, due day, day done and verdict of each case.

    Not begun is not applicable. Done before it began, or done without a start on record, is
    unknown; so is a step left out of a case that was decided all the same.
    """
    line = blank(log.n)
    asked = concerned(log, limit)
    if limit.is_urgent:
        asked &= urgent(log)
    start = moment(log, limit.start)
    # The day of the start stands for all its hours: times of day may not be recorded.
    begun = start.astype("datetime64[D]")
    done = moment(log, limit.end, since=None if limit.may_precede else begun)
    earlier = moment(log, limit.end)
    is_contrary = np.isnat(done) & ~np.isnat(earlier) & ~np.isnat(start)
    has_start, has_done = ~np.isnat(start), ~np.isnat(done)
    allowed = np.full(log.n, float(limit.number))
    if limit.extension:
        allowed[_is_long(log, limit.extension)] = limit.extension.number
    if limit.plus_posting:
        allowed += _posting_workdays(log, procedure, limit)
    line.start[:], line.done[:] = start, done
    line.allowed[:] = np.where(has_start, allowed, np.nan)
    until = np.where(has_done, line.done, log.at)
    if limit.unit == "hours":
        line.due[:] = start + (allowed * HOUR_MINUTES).astype("timedelta64[m]")
        passed = (minutes(np.where(has_done, done, log.at)) - minutes(start)) / HOUR_MINUTES
        line.days[:] = np.where(has_start, np.maximum(passed, 0), np.nan)
        kept = _kept_to_the_minute(log, limit, start, done, allowed)
    else:
        line.due[:] = due_day(line.start, allowed, limit.unit, procedure.rolls)
        line.days[:] = elapsed(line.start, until, limit.unit)
        kept = np.where(line.done <= line.due, CODE["met"], CODE["broken"])
    line.code[:] = np.where(has_done, kept, open_code(log, line.due))
    line.code[~has_start] = CODE["not_applicable"]
    lost = undated(log, limit.start.events) & ~has_start
    # Without a decision nothing that follows one has begun; any other start must be on record.
    if all(event.kind != "decide" for event in limit.start.events):
        line.code[~has_start & (~np.isnat(earlier) | lost)] = CODE["unknown"]
    line.code[is_contrary] = CODE["unknown"]
    _end_without(log, limit, line, has_start & ~has_done & ~is_contrary)
    line.code[~asked] = CODE["not_applicable"]
    is_late = undated(log, limit.end.events) & np.isin(
        line.code, [CODE["overdue"], CODE["running"]]
    )
    line.code[is_late] = CODE["unknown"]
    return unsure(log, line, np.zeros(log.n, bool))


def _end_without(log: Log, limit: Limit, line: Line, is_open: Bools) -> None:
    """A case that ended without the step: left out (unknown), or withdrawn (not applicable)."""
    kinds = {event.kind for event in limit.end.events}
    if kinds <= {*BEFORE_DECISION, "decide"}:
        line.code[is_open & ~np.isnat(closed(log))] = CODE["not_applicable"]
    if kinds <= set(BEFORE_DECISION):
        line.code[is_open & log.any("decide")] = CODE["unknown"]


def _is_long(log: Log, extension: Extension) -> Bools:
    """Cases whose verification takes, or by the day of the log has taken, more than allowed."""
    start = moment(log, extension.start)
    done = when(log, extension.end)
    is_decided = log.any("decide")
    until = np.where(np.isnat(done) & ~is_decided, log.at.astype("datetime64[m]"), done)
    return np.asarray(elapsed(start, until, extension.unit) > extension.more_than)


def _posting_workdays(log: Log, procedure: Procedure, limit: Limit) -> NDArray[np.int64]:
    """Working days that fall into the posting the document asks for: (cases,)."""
    lists = (post for name in limit.programmes for post in procedure.posts[name])
    days = max((post.days for post in lists), default=0)
    posted = when(log, Event("post", {})).astype("datetime64[D]")
    until = when(log, Event("post", {}, "until")).astype("datetime64[D]")
    return workdays.days_worked(posted, np.minimum(until, posted + days * DAY))


def _kept_to_the_minute(
    log: Log, limit: Limit, start: Times, done: Times, allowed: NDArray[np.float64]
) -> NDArray[np.int8]:
    """Hours: where the time of day was not recorded, what holds for any time of that day."""
    timed = log.events["is_timed"]

    def doubt(events: tuple[Event, ...], at: Times) -> NDArray[np.int64]:
        slack = np.zeros(log.n, np.int64)
        for event in events:
            rows = log.rows(event.kind, **event.where)
            case = log.events["case"][rows]
            rows = rows[(log.events["at"][rows] == at[case]) & ~timed[rows]]
            slack[log.events["case"][rows]] = DAY_MINUTES - 1
        return slack

    passed = minutes(done) - minutes(start)
    most = passed + doubt(limit.end.events, done)
    least = passed - doubt(limit.start.events, start)
    bound = allowed * HOUR_MINUTES
    return np.where(
        most <= bound, CODE["met"], np.where(least > bound, CODE["broken"], CODE["unknown"])
    ).astype(np.int8)


def posting(log: Log, post: Post, procedure: Procedure) -> Line:
    """A list posted for at least so many full days after the day of posting.

    The last posting of a list counts; a case granted without one on record is unknown. With
    `restart_on_objection` an objection during it calls for another one; a case granted without it
    has broken the rule.
    """
    line = blank(log.n)
    asked = concerned(log, post)
    rows = _of_list(log, post)
    case = log.events["case"][rows]
    is_posted = np.zeros(log.n, bool)
    is_posted[case] = True
    until: Days = np.full(log.n, NAT, "datetime64[D]")
    line.start[case], until[case] = log.events["at"][rows], log.events["until"][rows]
    line.due[:] = line.start + post.days * DAY
    is_up = ~np.isnat(until) & (until > log.at)
    line.done[:] = np.where(is_up, NAT, until)
    line.days[:] = elapsed(line.start, np.where(is_up, log.at, until), "days")
    line.allowed[is_posted] = post.days
    line.code[:] = np.where(line.done >= line.due, CODE["met"], CODE["broken"])
    line.code[is_up] = CODE["running"]
    is_endless = is_posted & np.isnat(until)
    line.code[is_endless] = np.where(
        line.due[is_endless] >= log.at, CODE["running"], CODE["unknown"]
    )
    line.code[~is_posted] = CODE["not_applicable"]
    if not post.after_decision:
        is_hidden = np.asarray(log.cases["is_confidential"], bool)
        line.code[~is_posted & is_passed(log) & ~is_hidden] = CODE["unknown"]
    line.code[is_posted & np.isnat(line.start)] = CODE["unknown"]
    if post.restart_on_objection:
        _restart(log, line, until, is_posted)
    line.code[~asked] = CODE["not_applicable"]
    return line


def _of_list(log: Log, post: Post) -> NDArray[np.int64]:
    """The postings of one list; one without a number is known by its level, or is the first."""
    rows = log.rows("post")
    number, level = log.events["list_no"][rows], log.events["level"][rows]
    if post.level:
        is_same = level == code("event", "level", post.level)
    else:
        is_same = np.full(len(rows), post.list_no == 1)
    return rows[(number == post.list_no) | ((number == 0) & is_same)]


def _restart(log: Log, line: Line, until: Days, is_posted: Bools) -> None:
    objected = log.last("objection").astype("datetime64[D]")
    ended = np.where(np.isnat(until), log.at, until)
    hit = is_posted & (objected >= line.start) & (objected <= ended)
    line.code[hit] = CODE["running"]
    line.code[hit & log.any("decide", outcome="failed")] = CODE["not_applicable"]
    line.code[hit & is_passed(log)] = CODE["broken"]
    line.done[hit] = NAT
