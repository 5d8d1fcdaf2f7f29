"""Tables as an Excel workbook: one sheet each, totals that add up by themselves, plain text."""

import datetime
import io
import re
from collections.abc import Sequence
from pathlib import Path

from jiuzhu_sim.errors import optional
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import text, texts
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.live_sheet import LiveSheet
from jiuzhu_sim.report.sheets import Sheets

CREATED = datetime.datetime(2000, 1, 1)
"""Written into every file as its date, so that the same tables give the same bytes."""

LONGEST = 31
"""Most characters Excel lets the name of a sheet have."""


def write_workbook(
    path: str | Path,
    tables: Sequence[Table],
    notes: Sequence[tuple[str, Sequence[Sequence[str]]]],
    banner: str = "",
    live: Sequence[LiveSheet] = (),
) -> Path:
    """Write a workbook: contents, the `live` sheets, one for each table, one for each of `notes`.

    `live`: tables to work with, whose formulas follow their inputs. `notes`: title and rows of
    text, the first row being the heads. Totals of statistics that add up are formulas, their
    values written too for readers that do not calculate; hidden cells are ``*``. `banner`: a
    stamp on every sheet and every printed page. The same input gives the same bytes. Returns the
    path; raises JZ-E040 when the file cannot be written, JZ-E046 without xlsxwriter.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_workbook(Path(folder) / "a.xlsx", [], [("口径", [("项", "说明")])]).name
    'a.xlsx'
    """
    with optional("xlsxwriter"):
        import xlsxwriter
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATED})
    sheets = Sheets(book, banner)
    own = [each.name for each in live]
    names = sheet_names(tables, [title for title, _ in notes], own)
    headings = [table.title + _dims(table, tables) for table in tables]
    titles = [*(each.title for each in live), *headings, *(title for title, _ in notes)]
    sheets.contents(list(zip([*own, *names], titles, strict=True)))
    for each in live:
        sheets.live(each.name, each)
    for name, heading, table in zip(names, headings, tables, strict=False):
        sheets.table(name, heading, table)
    for name, (title, rows) in zip(names[len(tables) :], notes, strict=True):
        sheets.listing(name, title, rows)
    book.close()
    return write_whole(path, buffer.getvalue())


def sheet_names(
    tables: Sequence[Table], notes: Sequence[str], taken: Sequence[str] = ()
) -> list[str]:
    """Short names, all different: 附表1 and what it is about; notes by the start of their title.

    `taken`: names of other sheets.

    >>> sheet_names([], ["参数与依据——示例县", "参数与依据：另一县", "运行信息"])
    ['参数与依据', '参数与依据2', '运行信息']
    """
    found: list[str] = []
    for number, table in enumerate(tables, 1):
        about = f"sheet.{table.name}"
        named = text(about) + _dims(table, tables) if about in texts() else ""
        found.append(f"{text('sheet.number', n=number)} {named}"[:LONGEST].strip())
    for title in notes:
        # Excel forbids []:*?/\ in names; what follows a colon or dash would be too long anyway.
        start = re.split(r"[\[\]:*?/\\：（(]|——", title)[0].strip("' ")[: LONGEST - 2]
        start, number = start or text("sheet.sheet"), 1
        name = start
        others = [text("sheet.contents"), *taken, *found]
        while name.casefold() in map(str.casefold, others):
            number += 1
            name = f"{start}{number}"
        found.append(name)
    return found


def _dims(table: Table, tables: Sequence[Table]) -> str:
    """What the rows are, where several tables tell of the same thing; else nothing."""
    if sum(each.name == table.name for each in tables) < 2:
        return ""
    return text("sheet.by", dims=" × ".join(table.headers()[: len(table.dims)]))
