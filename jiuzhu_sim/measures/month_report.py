"""The monthly report (月报) as an office hands it in, from an event log, with the year to date.

Applications accepted and decided, decisions in time, payments, spot-checks, complaints, exits.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.log import KINDS, PROGRAMMES, Log
from jiuzhu_sim.casework.procedure.verdicts import CODE, Verdicts
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text, texts
from jiuzhu_sim.measures.flows import MONTH
from jiuzhu_sim.measures.roll_flows import (
    SHOWN,
    STAYS,
    group_of,
    labels_of,
    months_of,
)
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table

PERIOD = "period"
TO_DATE = "to_date"
LARGE = 10_000
"""Yuan in the unit in which amounts of an office are reported (万元)."""

ON_TIME = Statistic("on_time", "share")
STATISTICS = (
    Statistic("accepted", "", additive=True),
    Statistic("agreed", "", additive=True),
    Statistic("refused", "", additive=True),
    ON_TIME,
    Statistic("paid_cases", ""),
    Statistic("amount_paid", "10k yuan", additive=True),
    Statistic("spot_checked", "", additive=True),
    Statistic("complaints_in", "", additive=True),
    Statistic("complaints_closed", "", additive=True),
    Statistic("complaint_days", ""),
    Statistic("exits", "", additive=True),
    Statistic("exits_review", "", additive=True),
    Statistic("exits_other", "", additive=True),
)

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def month_report(
    log: Log, month: str = "", by: str = "township", verdicts: Verdicts | None = None
) -> Table:
    """What an office reports for a month, beside the year to date, by group.

    `month` as ``2025-06``, the last of the log if empty; the year to date begins in January of its
    year, or with the log. `by`: ``area``, ``township`` or ``programme``. `verdicts` are the time
    limits of the log's procedure: with them, of the cases decided in the period and judged, the
    share that broke none; without, that share is blank. Applications are cases of kind new;
    decisions are theirs. Raises JZ-E031, JZ-E060 for a month that is not in the log.

    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> log = log_of([{"programme": "dibao", "area": "rural", "events": [
    ...     {"kind": "accept", "at": "2025-02-03"}, {"kind": "pay", "at": "2025-03-05",
    ...      "amount": 500}]}], at="2025-03-31")
    >>> table = month_report(log, by="area")
    >>> table.get("accepted", "2025-03", "total"), table.get("accepted", "to_date", "total")
    (0.0, 1.0)
    """
    months = months_of(log)
    known = [str(one) for one in months]
    if month and month not in known:
        raise JZError.unknown(text("dim.month"), month, known)
    chosen = np.datetime64(month or known[-1], "M")
    january = chosen.astype("datetime64[Y]").astype("datetime64[M]")
    spans = {str(chosen): (chosen, chosen), TO_DATE: (january, chosen)}
    return _table(log, spans, (PERIOD, by), verdicts)


def months_report(log: Log, verdicts: Verdicts | None = None) -> Table:
    """The same figures month by month for all groups together, and for the whole log.

    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> log = log_of([{"events": [{"kind": "complain", "at": "2025-02-03"}]}], at="2025-03-31")
    >>> months_report(log).rows
    (('2025-02',), ('2025-03',), ('total',))
    """
    months = months_of(log)
    spans = {str(one): (one, one) for one in months}
    return _table(log, {**spans, TOTAL: (months[0], months[-1])}, (MONTH,), verdicts)


def _table(
    log: Log, spans: dict[str, Any], dims: tuple[str, ...], verdicts: Verdicts | None
) -> Table:
    """Statistics of each span of months, by the groups of the second dimension if there is one."""
    by = dims[1] if len(dims) > 1 else ""
    keys, group = group_of(log, by) if by else ((), np.zeros(log.n, np.int64))
    records = _Records(log, _judged(verdicts, log.n))
    rows: list[tuple[str, ...]] = []
    values, counts = [], []
    for name, span in spans.items():
        figures = _Figures(records, span, group, max(len(keys), 1))
        table = figures.all()
        ends = [(key,) for key in (*keys, TOTAL)] if by else [()]
        rows += [(name, *end) for end in ends]
        values.append(table if by else table[-1:])
        counts.append(figures.cases if by else figures.cases[-1:])
    whole = np.concatenate(values)
    notes = ["note.month_report"] + ["note.no_limits"] * (verdicts is None)
    notes += ["note.synthetic_log"] * log.is_synthetic
    return Table(
        name="month_report" if by else "months_report",
        dims=(dims[0], *([SHOWN[by]] if by else [])),
        rows=tuple(rows),
        statistics=STATISTICS,
        values=whole,
        low=np.full(whole.shape, np.nan),
        high=np.full(whole.shape, np.nan),
        n=np.concatenate(counts).astype(np.int64),
        per="case",
        notes=tuple(notes),
        fields={"log": log.title},
        names={**labels_of(by), TO_DATE: texts()["period.to_date"]} if by else None,
        disjoint=False,
    )


def _judged(verdicts: Verdicts | None, n: int) -> tuple[Flags, Flags]:
    """Which cases were judged by any limit, and which of them broke one."""
    if verdicts is None:
        return np.zeros(n, bool), np.zeros(n, bool)
    late = np.any(np.isin(verdicts.code, [CODE["broken"], CODE["overdue"]]), axis=0)
    return np.any(verdicts.code == CODE["met"], axis=0) | late, late


class Acts(NamedTuple):
    """What was done of one kind: the case and the month of each time, and its amount in yuan."""

    case: Ints
    month: NDArray[np.datetime64]
    amount: Floats

    def within(self, first: np.datetime64, last: np.datetime64) -> "Acts":
        """Those of some months."""
        some = (self.month >= first) & (self.month <= last)
        return Acts(self.case[some], self.month[some], self.amount[some])


class _Records:
    """What a report counts, looked up in the log once."""

    def __init__(self, log: Log, judged: tuple[Flags, Flags]):
        self.log = log
        self.month = log.events["at"].astype("datetime64[M]")
        self.is_judged, self.is_late = judged
        new = log.cases["kind"] == KINDS.index("new")
        self.all = self._acts(np.arange(log.n_events))
        self.accepted = self._acts(log.rows("accept"), new)
        self.agreed = self._acts(log.rows("decide", outcome="passed"), new)
        self.refused = self._acts(log.rows("decide", outcome="failed"), new)
        self.decided = self._acts(log.rows("decide"), new)
        self.paid = self._acts(log.rows("pay"))
        self.spot_checked = self._acts(log.rows("spot_check"))
        # A stop after a decision against the family in its review or clean-up is by that check.
        checked = np.isin(log.cases["kind"], [KINDS.index(name) for name in STAYS])
        checked &= log.any("decide", outcome="failed")
        self.exits = self._acts(log.rows("stop"))
        self.exits_checked = self._acts(log.rows("stop"), checked)
        self.came, self.closed, self.days = self._complaints()

    def _acts(self, rows: Ints, among: Flags | None = None) -> Acts:
        case = self.log.events["case"][rows].astype(np.int64)
        if among is not None:
            rows, case = rows[among[case]], case[among[case]]
        return Acts(case, self.month[rows], np.nan_to_num(self.log.events["amount"][rows]))

    def _complaints(self) -> tuple[Acts, Acts, Floats]:
        """Complaints received, closed, and the calendar days of those closed."""
        log = self.log
        rows = np.flatnonzero(
            (log.cases["kind"] == KINDS.index("complaint"))
            | (log.cases["programme"] == PROGRAMMES.index("complaint"))
        )
        came = np.where(log.any("complain"), log.first("complain"), log.first("accept"))[rows]
        done = np.fmin(log.first("close"), log.first("reply"))[rows]
        days = done.astype("datetime64[D]") - came.astype("datetime64[D]")
        taken = np.where(np.isnat(days), np.nan, days.astype(np.float64))
        none = np.zeros(len(rows))
        received, closed = (Acts(rows, at.astype("datetime64[M]"), none) for at in (came, done))
        return received, closed, taken


class _Figures:
    """The statistics of one span of months, by group with the total last: (groups + 1, …)."""

    def __init__(
        self,
        records: _Records,
        span: tuple[np.datetime64, np.datetime64],
        group: Ints,
        n: int,
    ):
        self.records, self.span, self.group, self.n = records, span, group, n
        self.cases = self._cases(records.all)

    def _sum(self, case: Ints, values: Floats | None = None) -> Floats:
        made = np.bincount(self.group[case], values, self.n).astype(np.float64)
        return np.append(made, made.sum())

    def _cases(self, acts: Acts) -> Floats:
        """Cases with at least one such act in the span."""
        case = acts.within(*self.span).case
        return self._sum(np.flatnonzero(np.bincount(case, minlength=len(self.group))))

    def all(self) -> Floats:
        """All statistics in the order of `STATISTICS`: (groups + 1, statistics)."""
        told, span = self.records, self.span
        decided = np.unique(told.decided.within(*span).case)
        known = decided[told.is_judged[decided]]
        in_time = known[~told.is_late[known]]
        paid = told.paid.within(*span)
        exits, checked = (self._sum(a.within(*span).case) for a in (told.exits, told.exits_checked))
        return np.column_stack(
            [
                self._cases(told.accepted),
                self._cases(told.agreed),
                self._cases(told.refused),
                _ratio(self._sum(in_time), self._sum(known)),
                self._cases(told.paid),
                self._sum(paid.case, paid.amount) / LARGE,
                self._cases(told.spot_checked),
                self._cases(told.came),
                self._cases(told.closed),
                self._median_days(),
                exits,
                checked,
                exits - checked,
            ]
        )

    def _median_days(self) -> Floats:
        """The median days of the complaints closed in the span."""
        closed = self.records.closed
        some = (closed.month >= self.span[0]) & (closed.month <= self.span[1])
        group, taken = self.group[closed.case[some]], self.records.days[some]
        return np.array([_median(taken[group == k]) for k in range(self.n)] + [_median(taken)])


def _median(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
