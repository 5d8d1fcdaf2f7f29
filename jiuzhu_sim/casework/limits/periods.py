"""What comes round again: payments, reviews and sign-ins by month, quarter or year.

People stay on the roll over several cases (an application, then reviews), so cases of one
household and programme are one chain; what is wrong is told on the case it happened in, what is
missing on the last case of the chain.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.limits.kit import (
    DAY,
    NAT,
    SPAN,
    Bools,
    Days,
    Line,
    Rows,
    beside,
    blank,
    concerned,
    drawn,
    due_day,
    elapsed,
    is_passed,
    minutes,
    open_code,
    unsure,
)
from jiuzhu_sim.casework.log.log import PROGRAMMES, ROLES, Log, code
from jiuzhu_sim.casework.procedure.entries import Payment, Review
from jiuzhu_sim.casework.procedure.procedure import Procedure
from jiuzhu_sim.casework.procedure.verdicts import CODE
from jiuzhu_sim.casework.procedure.workdays import months_after

MONTHS = {"month": 1, "quarter": 3, "year": 12}
SHORTEST_MONTH = 28
"""Days: so many months hold at least as many reviews as are looked for."""
ON_A_ROLL = ("dibao", "edge", "tekun")
"""Programmes of which a household has one at a time, over many cases."""
ENDS = ("stop", "suspend")
"""What ends a benefit, for good or for a time; closing a case does not."""
NEVER = np.iinfo(np.int64).max // 4


@dataclass(frozen=True)
class Chain:
    """The cases of a log as chains: `of` (cases,) their chain, `last` (chains,) its last case.

    `entered` (chains,) is the day the benefit was last granted to a new application, `ended` the
    day of the last stop or suspension; NaT where none.
    """

    of: Rows
    last: Rows
    entered: Days
    ended: Days


def chain_of(log: Log) -> Chain:
    """The chains of a log: households by programme, single cases where the household is unknown."""
    programme = np.asarray(log.cases["programme"], np.int64)
    household = np.asarray(log.cases["household"], np.int64)
    rolls = np.isin(programme, [code("case", "programme", name) for name in ON_A_ROLL])
    known = rolls & (household >= 0)
    single = -1 - np.arange(log.n)
    # Codes of programmes run from -1 (unknown) on.
    name = np.where(known, household, single) * (len(PROGRAMMES) + 1) + programme + 1
    _, of = np.unique(name, return_inverse=True)
    n = int(of.max()) + 1 if log.n else 0
    begun = np.full(log.n, -NEVER)
    case = log.events["case"]
    dated = np.nonzero(~np.isnat(log.events["at"]))[0][::-1]
    begun[case[dated]] = minutes(log.events["at"][dated])
    # A complaint is no step on the roll: it never speaks for the chain if another case can.
    begun[np.asarray(log.cases["kind"]) == code("case", "kind", "complaint")] = -NEVER
    last = np.zeros(n, np.int64)
    order = np.lexsort((begun, of))
    last[of[order]] = order
    new = np.asarray(log.cases["kind"]) == code("case", "kind", "new")
    granted = _last_day(log, of, n, ("decide",), new, outcome="passed")
    return Chain(of, last, granted, _last_day(log, of, n, ENDS, np.ones(log.n, bool)))


def _last_day(
    log: Log, of: Rows, n: int, kinds: tuple[str, ...], cases: Bools, **where: str
) -> Days:
    made = np.full(n, NAT, "datetime64[D]")
    for kind in kinds:
        rows = log.rows(kind, **where)
        rows = rows[cases[log.events["case"][rows]] & ~np.isnat(log.events["at"][rows])]
        rows = rows[np.argsort(log.events["at"][rows], kind="stable")]
        day = np.full(n, NAT, "datetime64[D]")
        day[of[log.events["case"][rows]]] = log.events["at"][rows]
        made = np.fmax(made, day)
    return made


def _period(days: Days, every: str) -> Rows:
    """The number of the calendar month, quarter or year of each day."""
    months = np.asarray(days, "datetime64[M]").astype(np.int64)
    return np.where(np.isnat(days), -NEVER, months // MONTHS[every])


def _period_day(period: Rows, every: str, day: int) -> Days:
    """The day of the first month of a period; day 0 is the last of the period."""
    first = np.clip(period, -(10**5), 10**5) * MONTHS[every]
    month = first if day else first + MONTHS[every]
    return np.asarray(month.astype("datetime64[M]").astype("datetime64[D]") + (day - 1) * DAY)


def _sorted_rows(log: Log, chain: Chain, kind: str, cases: Bools, by: str = "") -> Rows:
    """Dated events of a kind, by chain and time."""
    rows = log.rows(kind)
    if by:
        is_applicant = log.events["role"][rows] == ROLES.index("applicant")
        rows = rows[is_applicant == (by == "applicant")]
    case = log.events["case"][rows]
    rows = rows[cases[case] & ~np.isnat(log.events["at"][rows])]
    order = np.lexsort((log.events["at"][rows], chain.of[log.events["case"][rows]]))
    return rows[order]


def payment(log: Log, entry: Payment, procedure: Procedure, chain: Chain) -> Line:
    """Regular benefit in each month or quarter of a grant, by its day.

    A payment is for the calendar period it falls in, or for the one after the last paid, whichever
    is later: paying ahead is no fault. The first is due in the period after the grant.
    """
    return _regular(log, entry, "pay", entry.due_day, procedure, chain, pays_ahead=True)


def _regular(
    log: Log,
    entry: Payment | Review,
    kind: str,
    day: int,
    procedure: Procedure,
    chain: Chain,
    *,
    pays_ahead: bool = False,
    by: str = "",
    first_day: int = 0,
) -> Line:
    every, asked = entry.every, concerned(log, entry)
    rows = _sorted_rows(log, chain, kind, asked, by)
    at = log.events["at"][rows].astype("datetime64[D]")
    of = chain.of[log.events["case"][rows]]
    own = _period(at, every)
    is_first = np.ones(len(rows), bool)
    is_first[1:] = of[1:] != of[:-1]
    # After a suspension or a stop it begins anew; so does a household that enters again.
    day_before = np.concatenate([[NAT], at[:-1]]).astype("datetime64[D]")
    anew = is_first | (_ended_before(log, chain, rows, of) >= day_before)
    period = _served(own, anew) if pays_ahead else own
    before = np.concatenate([[0], period[:-1]])
    granted = chain.entered[of]
    start_period = np.where(
        is_first & (granted <= at), np.minimum(_period(granted, every) + 1, own), own
    )
    wanted = np.where(anew, start_period, before + 1)
    due = _period_day(wanted, every, day)
    free = is_first & (own <= _period(granted, every))
    is_late = (at > due) & ~free
    if first_day:
        is_late |= at < _period_day(own, every, first_day)
    rows_line = blank(len(rows))
    rows_line.code[:] = np.where(is_late, CODE["broken"], CODE["met"])
    rows_line.start[:] = _period_day(wanted, every, first_day or 1)
    rows_line.due[:], rows_line.done[:] = due, at
    case = log.events["case"][rows].astype(np.int64)
    if procedure.in_force:
        rows_line.code[at < np.datetime64(procedure.in_force)] = CODE["not_applicable"]
    missing = _missing(log, chain, asked, (of, period, at), every, day, procedure)
    whole = drawn(log, np.concatenate([case, chain.last]), beside(rows_line, missing))
    whole.allowed[whole.code != CODE["not_applicable"]] = day or np.nan
    return unsure(log, whole, log.undated(kind))


def _ended_before(log: Log, chain: Chain, rows: Rows, of: Rows) -> Days:
    """The day the benefit was last stopped or suspended before each row; NaT if it was not."""
    ends = np.concatenate([log.rows(kind) for kind in ENDS])
    ends = ends[~np.isnat(log.events["at"][ends])]
    keys = chain.of[log.events["case"][ends]] * SPAN + minutes(log.events["at"][ends])
    order = np.argsort(keys)
    wanted = of * SPAN + minutes(log.events["at"][rows])
    place = np.searchsorted(keys[order], wanted, side="right") - 1
    made = np.full(len(rows), NAT, "datetime64[D]")
    (found,) = np.nonzero(place >= 0)
    end = ends[order[place[found]]]
    is_own = chain.of[log.events["case"][end]] == of[found]
    made[found[is_own]] = log.events["at"][end[is_own]]
    return made


def _served(own: Rows, anew: Bools) -> Rows:
    """The period each payment is for: max(its own, the one after that of the payment before)."""
    if not len(own):
        return own
    place = np.arange(len(own))
    segment = np.cumsum(anew) - 1
    within = place - place[anew][segment]
    # max(own, before + 1) is a running maximum of own - k; a lift by segment keeps them apart.
    lift = segment * (np.int64(own.max() - own.min()) + len(own) + 2)
    return np.maximum.accumulate(own - within + lift) - lift + within


def _missing(
    log: Log,
    chain: Chain,
    asked: Bools,
    served: tuple[Rows, Rows, Days],
    every: str,
    day: int,
    procedure: Procedure,
) -> Line:
    """What has not come by the day of the log: a row a chain."""
    n = len(chain.last)
    last = np.full(n, -NEVER)
    last[served[0]] = served[1]
    last_day = np.full(n, NAT, "datetime64[D]")
    last_day[served[0]] = served[2]
    granted = chain.entered
    entered = _period(granted, every)
    is_known = last > -NEVER
    wanted = np.maximum(last, np.where(np.isnat(granted), last, entered)) + 1
    line = blank(n)
    concerns = asked[chain.last] & (is_known | ~np.isnat(granted))
    due = _period_day(wanted, every, day)
    over = (chain.ended <= due) & ~(granted > chain.ended) & ~(last_day > chain.ended)
    concerns &= ~over
    if procedure.in_force:
        concerns &= due >= np.datetime64(procedure.in_force)
    line.start[:] = np.where(concerns, _period_day(wanted, every, 1), NAT)
    line.due[:] = np.where(concerns, due, NAT)
    line.code[concerns] = open_code(log, due)[concerns]
    return line


def review(log: Log, entry: Review, procedure: Procedure, chain: Chain) -> Line:
    """Reviews: so many months apart, so many in a year of a grant, or one in each period."""
    if entry.every:
        first, last = entry.days or (0, 0)
        return _regular(log, entry, "review", last, procedure, chain, by=entry.by, first_day=first)
    line = _times(log, entry) if entry.times > 1 else _apart(log, entry, procedure, chain)
    if entry.review_class:
        classes = np.asarray(log.cases["review_class"])
        is_classed = classes > code("case", "review_class", "none")
        is_other = classes != code("case", "review_class", entry.review_class)
        line.code[is_classed & is_other] = CODE["not_applicable"]
        # Without a class nobody can tell which interval holds.
        line.code[~is_classed & (line.code != CODE["not_applicable"])] = CODE["unknown"]
    return line


def _apart(log: Log, entry: Review, procedure: Procedure, chain: Chain) -> Line:
    """Each review within so many months of the one before, or of the grant."""
    asked = concerned(log, entry)
    rows = _sorted_rows(log, chain, "review", asked, entry.by)
    at = log.events["at"][rows].astype("datetime64[D]")
    of = chain.of[log.events["case"][rows]]
    before = np.concatenate([[NAT], at[:-1]]).astype("datetime64[D]")
    is_first = np.ones(len(rows), bool)
    is_first[1:] = of[1:] != of[:-1]
    before[is_first] = NAT
    granted = chain.entered[of]
    start = np.fmax(before, np.where(granted < at, granted, NAT))
    start[_ended_before(log, chain, rows, of) >= start] = NAT
    line = blank(len(rows))
    line.start[:], line.done[:] = start, at
    line.due[:] = due_day(start, entry.months, "months", procedure.rolls)
    line.code[:] = np.where(at > line.due, CODE["broken"], CODE["met"])
    line.days[:] = elapsed(start, at, "months")
    missing = blank(len(chain.last))
    last = np.full(len(chain.last), NAT, "datetime64[D]")
    last[of] = at
    since = np.fmax(last, chain.entered)
    due = due_day(since, entry.months, "months", procedure.rolls)
    is_open = asked[chain.last] & ~np.isnat(since) & ~(chain.ended >= since)
    missing.start[:], missing.due[:] = since, due
    missing.code[is_open] = open_code(log, due)[is_open]
    missing.days[:] = elapsed(since, np.full(len(since), log.at), "months")
    if procedure.in_force:
        missing.code[since < np.datetime64(procedure.in_force)] = CODE["not_applicable"]
        line.code[start < np.datetime64(procedure.in_force)] = CODE["not_applicable"]
    case = np.concatenate([log.events["case"][rows].astype(np.int64), chain.last])
    whole = drawn(log, case, beside(line, missing))
    whole.allowed[whole.code != CODE["not_applicable"]] = entry.months
    return unsure(log, whole, log.undated("review"))


def _times(log: Log, entry: Review) -> Line:
    """So many reviews in each full span of months since the grant: the first that lacks one."""
    line = blank(log.n)
    start = log.first("decide", outcome="passed").astype("datetime64[D]")
    asked = concerned(log, entry) & is_passed(log) & ~np.isnat(start)
    end = np.fmin(log.first("stop").astype("datetime64[D]"), log.at)
    if not asked.any():
        return line
    spans = int((log.at - start[asked].min()).astype(int) / (entry.months * SHORTEST_MONTH)) + 2
    dues = months_after(start[:, None], entry.months * (1 + np.arange(max(spans, 1)))[None, :])
    rows = log.rows("review")
    at = log.events["at"][rows].astype("datetime64[D]")
    case = log.events["case"][rows]
    kept = asked[case] & (at > start[case])
    case, at = case[kept], at[kept]
    span = (at[:, None] > dues[case]).sum(axis=1)
    inside = span < dues.shape[1]
    held: NDArray[np.int64] = np.bincount(
        case[inside] * dues.shape[1] + span[inside], minlength=dues.size
    ).reshape(dues.shape)
    short = (held < entry.times) & (dues < end[:, None])
    which = np.where(short.any(axis=1), short.argmax(axis=1), (dues < end[:, None]).sum(axis=1))
    which = np.minimum(which, dues.shape[1] - 1)
    places = np.arange(log.n)
    line.start[:] = np.where(which > 0, dues[places, np.maximum(which - 1, 0)], start)
    line.due[:] = dues[places, which]
    enough = held[places, which] >= entry.times
    line.code[:] = np.where(
        short.any(axis=1), CODE["overdue"], np.where(enough, CODE["met"], CODE["running"])
    )
    # Ended: the span it was cut off in asks for nothing.
    is_cut = ~short.any(axis=1) & (end < log.at)
    line.code[is_cut] = np.where(which[is_cut] > 0, CODE["met"], CODE["not_applicable"])
    line.code[~asked] = CODE["not_applicable"]
    line.allowed[asked] = entry.times
    line.days[:] = held[places, which]
    return unsure(log, line, log.undated("review"))
