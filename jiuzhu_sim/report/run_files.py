"""The files of a run in parts: pages, workbooks and the record, beside the results of the parts."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.page import page
from jiuzhu_sim.report.province import province_report
from jiuzhu_sim.report.run import run_report
from jiuzhu_sim.report.run_facts import Ran
from jiuzhu_sim.report.run_record import write_parts_record
from jiuzhu_sim.report.section import Listing, Report
from jiuzhu_sim.report.workbook import write_workbook

if TYPE_CHECKING:
    from jiuzhu_sim.batch.run import Outcome


def write_outcomes(
    folder: str | Path, outcomes: "Sequence[Outcome]", *, with_summary: bool
) -> tuple[str, ...]:
    """Write page and workbook of each outcome into the folder of its job and, last, the record
    into `folder`, which holds the parts already; `with_summary`: of all counties as well.

    Returns what lies in the folder, for the screen. Raises JZ-E040, JZ-E046.
    """
    folder, counties = Path(folder), [Ran(outcome) for outcome in outcomes]
    for each in counties:
        if each.outcome.tables:
            place, report = folder / each.outcome.job.name, run_report(each)
            write_report(place, report, "file.run_page", each.marks())
    if with_summary:
        report = province_report(counties)
        marks = dict.fromkeys([report.banner] if report.banner else [])
        for each in counties:
            marks |= dict.fromkeys(mark for mark in each.marks() if mark != each.banner())
        write_report(folder, report, "file.province_page", tuple(marks))
    write_parts_record(folder, outcomes)
    return tuple(_named(path) for path in sorted(folder.iterdir(), key=_order))


def write_report(folder: Path, report: Report, page_name: str, marks: Sequence[str]) -> None:
    """A report as a page, which holds the charts, and a workbook with `marks` on every sheet."""
    body = "".join(section._repr_html_() for section in report.sections)
    write_whole(folder / text(page_name), page(body, report.title).encode())
    lists = [(each.title, (each.headers, *each.rows)) for each in report.all(Listing)]
    write_workbook(folder / report.book, report.all(Table), lists, listed(marks))


def _order(path: Path) -> tuple[bool, str]:
    return path.is_dir(), path.name


def _named(path: Path) -> str:
    """A file by its name; a folder with how many files there are in it."""
    if not path.is_dir():
        return path.name
    n = sum(each.is_file() for each in path.rglob("*"))
    return text("run.line.folder", name=path.name, n=n)
