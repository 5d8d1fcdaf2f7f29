"""The files of the annual report: Word, PDF, annex workbook, self-evaluation form, charts."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.report.figure import Chart
from jiuzhu_sim.report.live_sheet import LiveSheet
from jiuzhu_sim.report.section import Listing
from jiuzhu_sim.report.workbook import write_workbook

if TYPE_CHECKING:
    from jiuzhu_sim.report.annual.report import AnnualReport

STYLES = ("official", "internal", "plain")


def write_annual(
    report: "AnnualReport",
    folder: str | Path,
    *,
    style: str = "official",
    make_pdf: bool = True,
    org: str = "",
    dated: str = "",
) -> tuple[Path, ...]:
    """Write all files of the report but its page, which is made of the executed notebook.

    `style`: of the Word document and the PDF; `dated`: the date on them (empty: none is printed).
    """
    from jiuzhu_sim.report.document import traced, write_pdf, write_word

    folder = Path(folder)
    about: dict[str, Any] = {"org": org, "dated": dated, "run_id": run_id(report)}
    made = [_workbook(report, folder, traced(report))]
    made.append(write_word(report, folder / text("file.annual_word"), style=style, **about))
    if make_pdf:
        made.append(write_pdf(report, folder / text("file.annual_pdf"), style=style, **about))
    if report.known.performance is not None:
        from jiuzhu_sim.report.self_evaluation import write_self_evaluation

        path = folder / text("file.self_evaluation")
        told = {"unit": org, "run_id": run_id(report), "banner": report.banner}
        made.append(write_self_evaluation(report.known.performance, path, **told))
    for number, chart in enumerate(report.all(Chart), 1):
        made.append(chart.save(folder / f"{number:02d}_{chart.key}.png"))
    return tuple(made)


def run_id(report: "AnnualReport") -> str:
    """The id of the run that the report carries."""
    return str(report.run[text("annual.run.id")])


ANSWER = ("households", "persons", "cost_y", "mean_benefit_m")
"""Statistics of all recipients that the record of a run holds."""


def answer_of(report: "AnnualReport") -> dict[str, Any]:
    """What the record of the run holds of the answer: the run's id, its numbers in their own units
    (yuan), the outcome of the gate."""
    tables = report.known.assessed.tables
    found: dict[str, Any] = {name: tables["area"].get(name, TOTAL) for name in ANSWER}
    if (budget := tables.get("budget")) is not None:
        found["gap_y"] = budget.get("gap_y", *budget.rows[0])
    return {"run_id": run_id(report), "answer": {**found, "gate": report.known.gate.outcome}}


def _workbook(report: "AnnualReport", folder: Path, index: Listing) -> Path:
    """The annex workbook: every table, then definitions, the run, and where each number stands."""
    tables = report.all(Table)
    listings = (*report.all(Listing), index)
    notes = [definitions(report), *((each.title, (each.headers, *each.rows)) for each in listings)]
    path = folder / report.book
    return write_workbook(path, tables, notes, report.banner, report.all(LiveSheet))


def definitions(report: "AnnualReport") -> tuple[str, tuple[tuple[str, ...], ...]]:
    """What each table counts, with its notes: the sheet 口径说明."""
    heads = (text("annual.head.title"), text("annual.head.note"))
    rows = dict.fromkeys((table.title, _counted(table)) for table in report.all(Table))
    return text("annual.sheet.definitions"), (heads, *rows)


def _counted(table: Table) -> str:
    """What a table counts, and its notes."""
    return " ".join((table.caption.removeprefix(table.title), *table.footnotes())).strip()
