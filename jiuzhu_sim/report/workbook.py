"""Tables as an Excel workbook: one sheet each, totals that add up by themselves, plain text.

Text is written as text: a place called ``=1+1`` is shown, never calculated. Its value is not
touched (an apostrophe in it would no longer match the same name elsewhere); instead the cell
carries Excel's own quote mark, so that it stays text when it is edited too.
"""

import datetime
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import language, text, texts
from jiuzhu_sim.measures.table import DECIMALS, TOTAL, Statistic, Table
from jiuzhu_sim.report.files import write_whole
from jiuzhu_sim.report.lettering import text_width

CREATED = datetime.datetime(2000, 1, 1)
"""Written into every file, so that the same tables give the same bytes."""

HEADER = 3
"""Row of the column heads, counted from 0: above them title, units, an empty row."""

MERGED = 8
"""Columns over which title and footnotes reach at least."""

HEAD_WIDTH, TEXT_WIDTH = 16, 44
"""Widest heads of numbers and cells of text before they wrap, in columns of half a character."""

LINE_HEIGHT = 15.0
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(
    path: str | Path, tables: Sequence[Table], notes: Sequence[tuple[str, Sequence[Sequence[str]]]]
) -> Path:
    """Write a workbook: contents, a sheet for each table, then a sheet for each of `notes`.

    `notes`: title and rows of text, the first row being the heads. Totals of statistics that
    add up are formulas, with the value beside them for readers that do not calculate; hidden
    cells are ``*``. The same input gives the same bytes. Raises JZ-E040 when the file cannot be
    written, JZ-E046 without xlsxwriter.

    >>> import tempfile
    >>> two = np.array([[3.0], [3.0]])
    >>> table = Table("t", ("area",), (("urban",), ("total",)),
    ...               (Statistic("persons", "persons", additive=True),), two, two, two,
    ...               np.array([3, 3]), "person", fields={})
    >>> sum_formula(table, 1, 0, "B")
    '=SUM(B5:B5)'
    """
    try:
        import xlsxwriter
    except ImportError as fault:
        raise JZError.of("JZ-E046", package="xlsxwriter", extra="reports") from fault
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATED})
    writer = _Writer(book)
    names = sheet_names(tables, [title for title, _ in notes])
    sheets = [book.add_worksheet(name) for name in (text("sheet.contents"), *names)]
    titles = [*(table.title for table in tables), *(title for title, _ in notes)]
    writer.contents(sheets[0], list(zip(names, titles, strict=True)))
    for sheet, table in zip(sheets[1:], tables, strict=False):
        writer.table(sheet, table)
    for sheet, (title, rows) in zip(sheets[1 + len(tables) :], notes, strict=True):
        writer.listing(sheet, title, rows)
    book.close()
    return write_whole(path, buffer.getvalue())


def sheet_names(tables: Sequence[Table], notes: Sequence[str]) -> list[str]:
    """Short, different names: 附表1 and what it is about; notes by the start of their title.

    >>> sheet_names([], ["参数与依据——示例县：2025", "参数与依据/示例县"])
    ['参数与依据', '参数与依据2']
    """
    found: list[str] = []
    for number, table in enumerate(tables, 1):
        key = f"sheet.{table.name}"
        short = f" {text(key)}" if key in texts() else ""
        found.append(f"{text('sheet.number', n=number)}{short}"[:31])
    for title in notes:
        # Excel forbids []:*?/\ in names; what follows a colon or dash is too long for a tab.
        start = re.split(r"[\[\]:*?/\\：（(]|——", title)[0].strip()[:28] or text("sheet.sheet")
        taken = sum(name.rstrip("0123456789") == start for name in found)
        found.append(f"{start}{taken + 1 if taken else ''}")
    return found


def number_format(statistic: Statistic) -> str:
    """Excel's number format for a statistic, with the decimals the table shows.

    >>> number_format(Statistic("share", "share")), number_format(Statistic("persons", "persons"))
    ('0.00%', '#,##0')
    """
    decimals = DECIMALS.get(statistic.unit, 2)
    if statistic.unit == "share":
        return f"0.{'0' * (decimals - 2)}%"
    return "#,##0" + (f".{'0' * decimals}" if decimals else "")


def sum_formula(table: Table, row: int, number: int, column: str) -> str | None:
    """The formula of a total, or None where it has to stay a value.

    A formula needs a statistic that adds up, every part above shown, and nothing in between
    that is itself a total; and the parts must add up to the total the table holds.
    """
    parts = table.values[:row, number]
    above = row > 0 and all(TOTAL not in keys for keys in table.rows[:row])
    whole = all(key == TOTAL for key in table.rows[row])
    if not (table.statistics[number].additive and above and whole and np.isfinite(parts).all()):
        return None
    if not math.isclose(float(parts.sum()), table.values[row, number], rel_tol=1e-9, abs_tol=1e-6):
        return None
    return f"=SUM({column}{HEADER + 2}:{column}{HEADER + 1 + row})"


class _Writer:
    """One workbook in the making: its formats, and the three kinds of sheets."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        """The format of these properties, made once."""
        font = {"font_name": "宋体" if language() == "zh" else "Calibri", "font_size": 10.5,
                "valign": "vcenter"}
        key = tuple(sorted((font | properties).items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(dict(key))
        return self.formats[key]

    def write(self, sheet: Any, row: int, column: int, words: str, **properties: Any) -> None:
        """Text, as text."""
        if words.startswith(FORMULA_SIGNS):
            properties["quote_prefix"] = True
        sheet.write_string(row, column, words, self.format(**properties))

    def link(self, sheet: Any, row: int, column: int, target: str, words: str) -> None:
        place = f"internal:'{target}'!A1"
        sheet.write_url(row, column, place, self.format(font_color="#0563C1", underline=1), words)

    def contents(self, sheet: Any, entries: Sequence[tuple[str, str]]) -> None:
        self.page(sheet, [26, 80])
        self.write(sheet, 0, 0, text("sheet.contents"), bold=True, font_size=14)
        for column, key in enumerate(("sheet.sheet", "sheet.title")):
            self.write(sheet, 2, column, text(key), bold=True, bottom=1, top=1)
        for row, (name, title) in enumerate(entries, 3):
            self.link(sheet, row, 0, name, name)
            self.write(sheet, row, 1, title, text_wrap=True)

    def page(self, sheet: Any, widths: Sequence[float], header: int | None = None) -> None:
        """Column widths, and A4 landscape one page wide, heads repeated."""
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
        sheet.hide_gridlines(2)
        if header is not None:
            sheet.repeat_rows(header)

    def across(self, sheet: Any, row: int, widths: Sequence[float], words: str, **look: Any) -> None:
        """Text over several columns, the row as high as the text needs."""
        reach = [*widths, *([8.43] * (MERGED - len(widths)))]
        lines = math.ceil(text_width(words) / (sum(reach) - 2))
        size = look.get("font_size", 10.5) / 10.5
        sheet.set_row(row, LINE_HEIGHT * size * max(lines, 1) + 2)
        shape = {"text_wrap": True, **look}
        sheet.merge_range(row, 0, row, len(reach) - 1, "", self.format(**shape))
        self.write(sheet, row, 0, words, **shape)

    def table(self, sheet: Any, table: Table) -> None:
        dims = len(table.dims)
        columns = _columns(table)
        heads = [*table.headers()[:dims], *(head for head, *_ in columns)]
        labels = [table.labels(row) for row in table.rows]
        widths = [float(min(max(text_width(words) for words in (heads[k], *(row[k] for row in labels)))
                            + 2, TEXT_WIDTH)) for k in range(dims)]
        for head, array, statistic in columns:
            cells = [_shown(statistic, value) for value in array]
            need = max([min(text_width(head), HEAD_WIDTH), *map(text_width, cells)])
            widths.append(need + 2.5)
        self.page(sheet, widths, HEADER)
        self.across(sheet, 0, widths, table.title, bold=True, font_size=14)
        per = f"sheet.per.{table.per}"
        self.across(sheet, 1, widths, text(per if per in texts() else "sheet.units"))
        self.link(sheet, 2, 0, text("sheet.contents"), text("sheet.back"))
        lines = max(math.ceil(text_width(head) / (width - 1))
                    for head, width in zip(heads, widths, strict=True))
        sheet.set_row(HEADER, LINE_HEIGHT * lines + 4)
        for column, head in enumerate(heads):
            self.write(sheet, HEADER, column, head, bold=True, text_wrap=True, top=2, bottom=1,
                       align="left" if column < dims else "center")
        sheet.freeze_panes(HEADER + 1, dims)
        for number, names in enumerate(labels):
            last = {"bottom": 2} if number == len(labels) - 1 else {}
            look = last | ({"bold": True, "top": 1} if TOTAL in table.rows[number] else {})
            place = HEADER + 1 + number
            if any(text_width(name) > TEXT_WIDTH - 2 for name in names):
                most = max(text_width(name) for name in names)
                sheet.set_row(place, LINE_HEIGHT * math.ceil(most / (TEXT_WIDTH - 3)) + 2)
            for column, name in enumerate(names):
                self.write(sheet, place, column, name, text_wrap=True, **look)
            for column, (_, array, statistic) in enumerate(columns, dims):
                self.cell(sheet, place, column, table, number, array, statistic, look)
        for row, note in enumerate(table.footnotes(), HEADER + 2 + len(labels)):
            self.across(sheet, row, widths, note, font_size=9)

    def cell(self, sheet: Any, place: int, column: int, table: Table, row: int, array: Any,
             statistic: Statistic | None, look: dict[str, Any]) -> None:
        """A number, a formula with its value, or a sign for what is hidden or not there."""
        from xlsxwriter.utility import xl_col_to_name

        value = float(array[row])
        number = None if statistic is None else table.statistics.index(statistic)
        hidden = table.hidden is not None and (
            table.hidden[row].any() if number is None else table.hidden[row, number])
        if hidden or not np.isfinite(value) or (statistic and statistic.unit == "verdict"):
            words = "*" if hidden else _shown(statistic, value)
            self.write(sheet, place, column, words, align="right", **look)
            return
        pattern = "#,##0" if statistic is None else number_format(statistic)
        if value < 0 and statistic is not None and statistic.show(value) == statistic.show(0.0):
            pattern += f";{pattern}"  # as on screen: what rounds to 0 has no minus sign
        shape = self.format(num_format=pattern, align="right", **look)
        is_value = number is not None and np.shares_memory(array, table.values)
        formula = sum_formula(table, row, number, xl_col_to_name(column)) if is_value else None
        if formula:
            sheet.write_formula(place, column, formula, shape, value)
        else:
            sheet.write_number(place, column, value, shape)

    def listing(self, sheet: Any, title: str, rows: Sequence[Sequence[str]]) -> None:
        """Rows of text, the first being the heads."""
        size = max((len(row) for row in rows), default=1)
        widths = [float(min(max((text_width(row[k]) for row in rows if k < len(row)), default=8)
                            + 2, TEXT_WIDTH)) for k in range(size)]
        self.page(sheet, widths, HEADER)
        self.across(sheet, 0, widths, title, bold=True, font_size=14)
        self.link(sheet, 2, 0, text("sheet.contents"), text("sheet.back"))
        for place, row in enumerate(rows, HEADER):
            head = {"bold": True, "top": 2, "bottom": 1} if place == HEADER else {"bottom": 4}
            lines = max((sum(math.ceil(max(text_width(line), 1) / (widths[k] - 1))
                             for line in words.split("\n")) for k, words in enumerate(row)), default=1)
            sheet.set_row(place, LINE_HEIGHT * lines + 3)
            for column, words in enumerate(row):
                self.write(sheet, place, column, words, text_wrap=True, **head)
        sheet.freeze_panes(HEADER + 1, 0)
