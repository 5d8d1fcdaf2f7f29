"""The files of a report on townships: workbook, text for circulation, charts; all or nothing."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jiuzhu_sim.assessment.indicators import write_returns_form
from jiuzhu_sim.errors import optional
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.figure import Chart
from jiuzhu_sim.report.forms import CREATED, Form, Forms, Head
from jiuzhu_sim.report.ranking_lists import drawn_form, lost_form
from jiuzhu_sim.report.section import Listing
from jiuzhu_sim.report.workbook import sheet_names

if TYPE_CHECKING:
    from jiuzhu_sim.report.ranking import RankingReport
    from jiuzhu_sim.report.ranking_input import Ranked

WORDS, LIST_WIDTHS = 110, (20, 44)
"""Width of a column of sentences; of the first and the other columns of a list."""


def write_ranking(report: "RankingReport", folder: str | Path) -> tuple[Path, ...]:
    """Write workbook, text for circulation, an empty table of returns and charts into a folder;
    each file whole or not at all (JZ-E040, JZ-E046)."""
    from jiuzhu_sim.report.ranking import circular_of

    folder = Path(folder)
    said = "\n".join(circular_of(report.ranked))
    written = [
        write_whole(folder / report.book, workbook_bytes(report)),
        # Excel's neighbour on an office machine is Notepad, which asks for the mark of order.
        write_whole(folder / text("file.ranking_circular"), f"{said}\n".encode("utf-8-sig")),
    ]
    units = report.ranked.measured.units
    written.append(write_returns_form(folder / text("file.ranking_returns"), units))
    for number, chart in enumerate(report.all(Chart), 1):
        written.append(chart.save(folder / f"{number:02d}_{chart.key}.png"))
    return tuple(written)


def workbook_bytes(report: "RankingReport") -> bytes:
    """The workbook: answer and limits, tables, definitions, a sheet of points lost for each
    township, the cases drawn. The same run gives the same bytes. Raises JZ-E046."""
    with optional("xlsxwriter"):
        import xlsxwriter
    tables, listings = report.all(Table), report.all(Listing)
    named = sheet_names(tables, [listing.title for listing in listings])
    forms = [_about(report), _circular(report.ranked)]
    lists = [_of_listing(name, listing) for name, listing in
             zip(named[len(tables) :], listings, strict=True)]  # fmt: skip
    lost = township_forms(report.ranked, [*named, *(form.name for form in forms)])
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATED})
    sheets = Forms(book, report.banner)
    after = [*lists, *lost]
    sheets.contents(
        [
            *((form.name, form.title) for form in forms),
            *((name, table.title) for name, table in zip(named, tables, strict=False)),
            *((form.name, form.title) for form in after),
        ]
    )
    for form in forms:
        sheets.form(form)
    for name, table in zip(named, tables, strict=False):
        sheets.table(name, table.title, table)
    for form in after:
        sheets.form(form)
    book.close()
    return buffer.getvalue()


def township_forms(ranked: "Ranked", taken: Sequence[str]) -> list[Form]:
    """Points lost, a sheet a township, and the cases drawn; sheet names all different."""
    made = [lost_form(ranked, unit) for unit in range(len(ranked.measured.units))]
    drawn = drawn_form(ranked)
    made += [drawn] if drawn else []
    names = sheet_names([], [form.name for form in made], list(taken))
    return [
        Form(name, form.title, form.notes, form.heads, form.rows, form.foot)
        for name, form in zip(names, made, strict=True)
    ]


def _about(report: "RankingReport") -> Form:
    notes = [each for each in (report.banner, text("ranking.sheet.internal")) if each]
    said = [*report.sections[0].sentences, *report.sections[-1].sentences]
    heads = [Head(text("ranking.sheet.words"), WORDS)]
    return Form(text("ranking.sheet.about"), report.title, notes, heads, [[each] for each in said])


def _circular(ranked: "Ranked") -> Form:
    from jiuzhu_sim.report.ranking import circular_of

    heads = [Head(text("ranking.sheet.words"), WORDS)]
    rows = [[each] for each in circular_of(ranked)]
    title = text("ranking.section.circular")
    return Form(text("ranking.sheet.circular"), title, (), heads, rows)


def _of_listing(name: str, listing: Listing) -> Form:
    first, other = LIST_WIDTHS
    heads = [Head(title, other if k else first) for k, title in enumerate(listing.headers)]
    return Form(name, listing.title, (), heads, [list(row) for row in listing.rows])
