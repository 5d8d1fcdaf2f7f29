"""The report on casework: a log held against a procedure – time limits, conduct, townships, months.

Of one's own log it lists cases and is for work inside the office; of a synthetic one it says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jiuzhu_sim.casework.conduct.conduct import Conduct, conduct
from jiuzhu_sim.casework.conduct.one_date import conduct_of_one_date, limits_of_one_date
from jiuzhu_sim.casework.conduct.spot_checks import Rate
from jiuzhu_sim.casework.limits.limits import limits
from jiuzhu_sim.casework.log.log import Log
from jiuzhu_sim.casework.log.read import ReadLog
from jiuzhu_sim.casework.procedure.procedure import Procedure
from jiuzhu_sim.casework.procedure.verdicts import FAULTS, Verdicts
from jiuzhu_sim.language import listed, pick, text
from jiuzhu_sim.measures.handling import handling, lasting, townships_at_fault
from jiuzhu_sim.measures.month_report import month_report, months_report
from jiuzhu_sim.measures.roll_flows import roll_flows
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.casework_answer import answer_section, basis, unknown_section
from jiuzhu_sim.report.casework_charts import verdict_bars
from jiuzhu_sim.report.casework_files import write_casework
from jiuzhu_sim.report.casework_log import (
    LISTED,
    findings_section,
    read_section,
    section,
)
from jiuzhu_sim.report.section import Listing, Report, Section

PAGE_COLUMNS = 8
"""Columns of figures that a page has room for."""
LATE = "casework.head.late"
LIMITS = ("census", "unknown", "assumed", "masked", "published")


@dataclass(frozen=True)
class Judged:
    """A log with what was found of it: what the report and its workbook are made of.

    `read` is None for a synthetic log.
    """

    log: Log
    procedure: Procedure
    read: ReadLog | None
    limits: Verdicts
    conduct: Conduct

    def faults(self, verdicts: Verdicts) -> pd.DataFrame:
        """Broken and overdue cases, a row each, with the case numbers as the office writes them;
        those with dates by the calendar days past the due day, most first."""
        frame = self.numbered(verdicts.frame(FAULTS))
        if verdicts.due is None or frame.empty:
            return frame
        due, done = (
            pd.to_datetime(frame[text(f"limit_column.{name}")]) for name in ("due", "done")
        )
        past = (done.fillna(pd.Timestamp(self.log.at)) - due).dt.days
        # A posting taken down too early ends before its due day: it is too short, not late.
        late = past.where(past > 0)
        frame.insert(list(frame).index(text("limit_column.done")) + 1, text(LATE), late)
        return frame.sort_values(text(LATE), ascending=False, kind="stable", ignore_index=True)

    def numbered(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame of verdicts with the office's case numbers instead of ids."""
        title = text("limit_column.case")
        numbers = dict(zip(self.log.cases["case"].tolist(), self.log.numbers, strict=True))
        return frame.assign(**{title: frame[title].map(numbers)})


def judge(
    log: Log, procedure: Procedure, read: ReadLog | None = None, people: Any = None
) -> Judged:
    """Hold a log against a procedure.

    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> from jiuzhu_sim.casework.procedure.procedure import load_procedure
    >>> events = [{"kind": "accept", "at": "2025-03-03"}, {"kind": "decide", "at": "2025-05-06"}]
    >>> log = log_of([{"programme": "dibao", "events": events}])
    >>> made = judge(log, load_procedure("s2-district-2022"))
    >>> made.faults(made.limits).shape[0]
    1
    """
    timed, conducted = limits(log, procedure), conduct(log, procedure, people)
    if read is not None and read.steps is not None:
        timed = limits_of_one_date(timed, procedure)
        conducted = replace(conducted, cases=conduct_of_one_date(conducted.cases))
    return Judged(log, procedure, read, timed, conducted)


@dataclass(frozen=True)
class CaseworkReport(Report):
    """The report on a log; `write` writes its page and its workbook."""

    judged: Judged

    def write(
        self, folder: str | Path, record: Mapping[str, Any] | None = None
    ) -> tuple[Path, ...]:
        """Write page and workbook, and the record of the run if given (see `casework_record`); all
        or nothing (JZ-E040, JZ-E046)."""
        return write_casework(self, self.judged, folder, record)

    def summary(self) -> dict[str, Any]:
        """Counts by name: cases, events, findings, faults."""
        log, found = self.judged.log, self.judged.limits
        read = self.judged.read
        return {
            **{"cases": log.n, "events": log.n_events, "at": str(log.at)},
            **{"procedure": self.judged.procedure.name, "is_synthetic": log.is_synthetic},
            **{
                level: read.findings.count(level) if read else 0
                for level in ("stop", "doubt", "hint")
            },
            "aside": len(read.aside) if read else 0,
            **{name: int(found.counts()[name].sum()) for name in ("broken", "overdue")},
            "cases_late": int(found.any_of(FAULTS).sum()),
            "conduct_faults": int(self.judged.conduct.cases.counts()["broken"].sum()),
        }


def casework_report(judged: Judged) -> CaseworkReport:
    """Put a judged log into a report; computes nothing but tables.

    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> from jiuzhu_sim.casework.procedure.procedure import load_procedure
    >>> events = [{"kind": "accept", "at": "2025-03-03"}, {"kind": "decide", "at": "2025-05-06"}]
    >>> log = log_of([{"programme": "dibao", "township": "甲镇", "events": events}])
    >>> report = casework_report(judge(log, load_procedure("s2-district-2022")))
    >>> [each.key for each in report.sections]
    ['answer', 'limits', 'late', 'townships', 'conduct', 'unknown', 'months', 'casework_limits']
    """
    made = (
        answer_section(judged),
        _limits(judged),
        _late(judged),
        _townships(judged),
        _conduct(judged),
        unknown_section(judged),
        _rates(judged),
        _months(judged),
        read_section(judged.read),
        findings_section(judged.read),
        section("casework_limits", [text(f"casework.limit.{name}") for name in LIMITS]),
    )
    file = judged.log.title or text("casework.no_title")
    title = text("casework.title", file=file)
    sections = tuple(each for each in made if each is not None)
    report = CaseworkReport(title, text("file.casework_book"), sections, judged)
    banner = text("casework.stamp.synthetic") if judged.log.is_synthetic else ""
    return report.stamped(banner)


# --- the verdicts --------------------------------------------------------------------------
def _limits(judged: Judged) -> Section:
    table = handling(judged.limits)
    blocks = [verdict_bars(table, "limits"), table] if table.rows else []
    days = lasting(judged.limits)
    blocks += [days] if days.rows else []
    said = [] if table.rows else [text("casework.said.no_item")]
    return section("limits", said, *blocks, basis(judged.limits))


def _townships(judged: Judged) -> Section:
    conducted = replace(handling(judged.conduct.cases, "township"), name="handling_conduct")
    by_item = (handling(judged.limits, "township"), conducted)
    table = townships_at_fault(judged.limits)
    return section("townships", [_ranked(table)], table, annex=by_item)


def _ranked(table: Table) -> str:
    """The township with the highest share at fault, or that there is nothing to rank."""
    first = [row for row in table.rows if table.get("handling_rank", *row) == 1]
    if not first or not table.get("handling_fault_rate", *first[0]):
        return text("casework.said.no_rank")
    names = listed(table.labels(row)[0] for row in first)
    row = first[0]
    return text(
        "casework.said.ranked",
        township=names,
        rate=table.show("handling_fault_rate", *row),
        faults=table.show("handling_faults", *row),
        judged=table.show("handling_judged", *row),
    )


def _late(judged: Judged) -> Section:
    found = judged.faults(judged.limits)
    if found.empty:
        return section("late", [text("casework.said.none_late")])
    said = [text("casework.said.listed", n=f"{len(found):,}", shown=min(len(found), LISTED))]
    shown = _narrow(found.head(LISTED))
    return section("late", said, listing_of(shown, text("casework.late.title")))


def _narrow(found: pd.DataFrame) -> pd.DataFrame:
    """Late cases as a page has room for: time taken and limit in one column, no start or status."""
    days, allowed, unit = (
        found[text(f"limit_column.{name}")].tolist() for name in ("days", "allowed", "unit")
    )
    taken = [
        "—" if d != d and a != a else f"{_plain(d)} / {_plain(a)} {u}".strip()
        for d, a, u in zip(days, allowed, unit, strict=True)
    ]
    names = ("case", "township", "item", "verdict", "due", "done", "clause")
    made = found[[text(f"limit_column.{name}") for name in names]].copy()
    made.insert(len(names) - 1, text(LATE), found[text(LATE)])
    made.insert(len(names) - 1, text("casework.head.taken"), taken)
    return made


def _plain(number: float) -> str:
    return "—" if number != number else f"{number:g}"


def listing_of(frame: pd.DataFrame, title: str) -> Listing:
    """A frame as a list of texts; numbers without needless decimals, nothing for NaN."""

    def shown(cell: Any) -> str:
        if isinstance(cell, float):
            return "" if cell != cell else f"{cell:,.2f}".removesuffix(".00")
        return str(cell)

    rows = tuple(tuple(map(shown, row)) for row in frame.itertuples(index=False))
    return Listing(title, tuple(map(str, frame.columns)), rows)


def _conduct(judged: Judged) -> Section:
    cases = judged.conduct.cases
    table = replace(handling(cases), name="handling_conduct")
    if not table.rows:
        return section("conduct", [text("casework.said.no_item")])
    found = judged.faults(cases)
    blocks = [verdict_bars(table, "conduct"), table]
    if len(found):
        title = text("casework.conduct.title", shown=min(len(found), LISTED), n=f"{len(found):,}")
        blocks.append(listing_of(found.head(LISTED), title))
    return section("conduct", [], *blocks, basis(cases))


def _rates(judged: Judged) -> Section | None:
    rates, departments = judged.conduct.rates, judged.conduct.departments_frame()
    if not rates and departments.empty:
        return None
    blocks = [_months_met(rates)] if rates else []
    if len(departments):
        blocks.append(listing_of(departments, text("casework.departments.title")))
    return section("rates", [text("casework.said.rates")], *blocks)


def _months_met(rates: tuple[Rate, ...]) -> Listing:
    """For each rate how many periods met it, all townships together; how often one did not."""
    shown = ("met", "broken", "running", "unknown")
    rows = []
    for key in dict.fromkeys(rate.key for rate in rates):
        own = [rate for rate in rates if rate.key == key]
        whole = [rate.verdict for rate in own if not rate.township]
        missed = sum(rate.verdict == "broken" for rate in own if rate.township)
        counts = [str(whole.count(verdict)) for verdict in shown]
        rows.append((pick(own[0].label), own[0].clause, *counts, str(missed)))
    names = ("item", "clause", *(f"periods_{name}" for name in shown), "townships_broken")
    heads = tuple(text(f"casework.head.{name}") for name in names)
    return Listing(text("casework.rates.title"), heads, tuple(rows))


def _months(judged: Judged) -> Section:
    log, found = judged.log, judged.limits
    annex = (months_report(log, found), roll_flows(log))
    whole = month_report(log, verdicts=found)
    # What was reported in no township is left out, and what is left stands in tables as wide as
    # a page.
    filled = np.flatnonzero((np.nan_to_num(whole.values) != 0).any(axis=0))
    parts = [filled[k : k + PAGE_COLUMNS] for k in range(0, len(filled), PAGE_COLUMNS)]
    return section("months", [], *(_columns(whole, part) for part in parts), annex=annex)


def _columns(table: Table, chosen: NDArray[np.int64]) -> Table:
    """Some statistics of a table."""
    return replace(
        table,
        statistics=tuple(table.statistics[k] for k in chosen),
        values=table.values[:, chosen],
        low=table.low[:, chosen],
        high=table.high[:, chosen],
        hidden=None if table.hidden is None else table.hidden[:, chosen],
    )
