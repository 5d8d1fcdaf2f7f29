"""What was read of an event log and what is wrong with it: sections, and a report of their own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from jiuzhu_sim.casework.log.findings import log_catalogue
from jiuzhu_sim.casework.log.read import ReadLog
from jiuzhu_sim.casework.log.rows import log_fields
from jiuzhu_sim.language import LANGUAGES, listed, speaking, text
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.report.casework_files import write_check
from jiuzhu_sim.report.section import Cards, Listing, Report, Section

LISTED = 30
"""Findings or cases that a page lists; all of them are in the workbook."""
TO_CHECK = ("stop", "doubt")


@dataclass(frozen=True)
class LogReport(Report):
    """The report on a log that was only read; `write` writes its page and its lists."""

    read: ReadLog

    def write(self, folder: str | Path) -> tuple[Path, ...]:
        """Write page and lists; all or nothing (JZ-E040, JZ-E046)."""
        return write_check(self, self.read, folder)


def log_report(read: ReadLog) -> LogReport:
    """What was read of a log and what is wrong with it, held against no procedure."""
    said = [text("casework.said.read", cases=f"{read.log.n:,}", events=f"{read.log.n_events:,}")]
    counts = {level: f"{read.findings.count(level):,}" for level in TO_CHECK}
    said.append(text("casework.said.check", **counts))
    stamps = (text("casework.stamp.internal"), text("casework.stamp.masked"))
    answer = section("answer", said, Cards((), stamps))
    made = (answer, read_section(read), findings_section(read))
    title = text("casework.check_title", file=read.file)
    sections = tuple(each for each in made if each is not None)
    return LogReport(title, text("file.log_book"), sections, read)


def section(key: str, said: list[str], *blocks: Any, annex: tuple[Any, ...] = ()) -> Section:
    """A section with the title of its key."""
    return Section(key, text(f"casework.section.{key}"), tuple(said), blocks, annex)


# --- what was read -------------------------------------------------------------------------
def read_section(read: ReadLog | None) -> Section | None:
    """How a log was read; None for one that was not."""
    if read is None:
        return None
    log, aside = read.log, len(read.aside)
    is_ledger = read.steps is not None
    used = read.rows - aside if is_ledger else log.n_events
    counts = {"rows": read.rows, "used": used, "aside": aside, "cases": log.n}
    counts |= {"events": log.n_events} if is_ledger else {}
    layout = text("casework.layout.ledger" if is_ledger else "casework.layout.flow")
    rows = [
        (text("casework.read.file"), read.file),
        (text("casework.read.sheets"), listed(name for name in read.sheets if name) or "—"),
        (
            text("casework.read.layout"),
            layout,
        ),
        *((text(f"casework.read.{name}"), f"{count:,}") for name, count in counts.items()),
        (text("casework.read.at"), str(log.at)),
    ]
    heads = (text("roster.item"), text("roster.value"))
    said = []
    if read.absent:
        titles = listed(log_fields()[name].title for name in read.absent)
        said.append(text("casework.said.absent", columns=titles))
    return section("read", said, Listing(text("casework.read.title"), heads, tuple(rows)))


def findings_section(read: ReadLog | None) -> Section | None:
    """What is wrong with a log: by kind, and the first of those to look into."""
    if read is None:
        return None
    found = read.findings.frame()
    if found.empty:
        return section("findings", [text("casework.said.nothing")])
    first = found[found["level"].isin(TO_CHECK)].head(LISTED)
    names = ("level", "sheet", "row", "column", "case", "what", "fix")
    heads = tuple(text(f"casework.head.{name}") for name in names)
    rows = tuple(
        (text(f"level.{each['level']}"), *(str(each[name]) for name in names[1:]))
        for each in first.to_dict("records")
    )
    listing = Listing(text("casework.findings.first", n=len(rows)), heads, rows)
    return section("findings", [], findings_table(found), *([listing] if rows else []))


def findings_table(found: pd.DataFrame) -> Table:
    """Findings by kind, the most severe first: how many, and in how many cases."""
    keys, values = [], []
    for code, entry in log_catalogue().items():
        held = found[found["code"] == code]
        if len(held):
            keys.append((text(f"level.{entry['level']}"), code))
            cases = held.loc[held["case"] != "", "case"].nunique()
            values.append([len(held), cases])
    filled = np.array(values, np.float64).reshape(len(keys), 2)
    none = np.full(filled.shape, np.nan)
    statistics = (Statistic("log_count", ""), Statistic("log_cases", ""))
    names = {code: _kind(code) for _, code in keys}
    n = filled[:, 0].astype(np.int64)
    parts = (tuple(keys), statistics, filled, none, none, n, "figure")
    return Table("log_findings", ("log_level", "log_finding"), *parts, names=names, disjoint=False)


def _kind(code: str) -> dict[str, str]:
    """What a kind of finding is about, without the details of one."""
    made = {}
    for each in LANGUAGES:
        with speaking(each):
            made[each] = text(f"log_finding.{code}")
    return made
