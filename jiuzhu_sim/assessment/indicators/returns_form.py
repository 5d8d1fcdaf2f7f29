"""The empty table of returns as a workbook: a row for each township and indicator."""

import io
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from jiuzhu_sim.assessment.indicators.indicator import Indicator, precision_title
from jiuzhu_sim.assessment.indicators.returns import NUMBERS, headings, returnable
from jiuzhu_sim.errors import optional
from jiuzhu_sim.files import as_text, write_whole
from jiuzhu_sim.language import pick, text

WIDTHS = (12, 10, 30, 10, 58, 11, 11, 11, 11)
"""Columns, in digits; a Chinese character takes 2."""
LINE, LINE_HEIGHT = 60, 15
"""How much of the widest text fits on a line, and the height of one, in points."""
CREATED = datetime(2000, 1, 1)
"""A fixed day, so that the same form has the same bytes."""
A4 = 9
FILLED, NOT_FILLED = "#FFF8DC", "#E7E6E6"
"""Cells to be filled in, and cells that stay empty."""
NOTES = ("rows", "shares", "blank", "read")


def write_returns_form(path: str | Path, units: Iterable[str]) -> Path:
    """An empty table of returns to be filled in, one township after the other: what is meant, cells
    to fill in (yellow), cells that stay empty (grey); a second sheet says how. The file is xlsx,
    prints on A4 landscape, and is the same for the same townships. Raises JZ-E040, JZ-E046.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = write_returns_form(Path(folder) / "form.xlsx", ["甲镇"])
    ...     made.name
    'form.xlsx'
    """
    with optional("xlsxwriter"):
        import xlsxwriter
    buffer = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, plain) as book:
        book.set_properties({"created": CREATED})
        _form(book, [(unit, each) for unit in units for each in returnable()])
        _notes(book)
    return write_whole(path, buffer.getvalue())


def _form(book: Any, rows: list[tuple[str, Indicator]]) -> None:
    sheet = book.add_worksheet(text("indicators.form"))
    boxed = {"border": 1, "text_wrap": True, "valign": "vcenter", "font_size": 10}
    words, told, shut = (
        book.add_format(boxed | look)
        for look in ({}, {"bg_color": FILLED}, {"bg_color": NOT_FILLED})
    )
    head = book.add_format(boxed | {"bold": True, "align": "center"})
    for column, (width, entry) in enumerate(zip(WIDTHS, headings().values(), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, pick(entry["label"]), head)
    first = len(WIDTHS) - len(NUMBERS)
    for row, (unit, indicator) in enumerate(rows, 1):
        cells = _words(unit, indicator)
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell, words)
        for column, name in enumerate(NUMBERS, first):
            is_open = name == "value" or indicator.is_share
            sheet.write_blank(row, column, None, told if is_open else shut)
        if indicator.unit == "yes":
            answers = [text(f"indicators.answer.{answer}") for answer in ("yes", "no")]
            sheet.data_validation(row, first, row, first, {"validate": "list", "source": answers})
        sheet.set_row(row, LINE_HEIGHT * _lines(cells[-1]) + 3)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, max(len(rows), 1), len(WIDTHS) - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&C&14{text('indicators.form')}")
    sheet.set_footer("&C&P / &N")


def _words(unit: str, indicator: Indicator) -> tuple[str, ...]:
    """What stands in a row of the form; the numbers are left blank."""
    fill = text(f"indicators.fill.{indicator.unit}")
    meaning = text("indicators.meaning", what=pick(indicator.definition), fill=fill)
    group = precision_title(indicator.precision)
    return as_text(unit), group, indicator.title, indicator.unit_title, meaning


def _lines(words: str) -> int:
    taken = sum(2 if ord(sign) > ord("ÿ") else 1 for sign in words)
    return -(-taken // LINE)


def _notes(book: Any) -> None:
    sheet = book.add_worksheet(text("indicators.form_notes"))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, LINE + LINE // 2)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    for row, name in enumerate(NOTES):
        words = text(f"indicators.form_notes.{name}")
        sheet.write_string(row, 0, words, wrapped)
        sheet.set_row(row, LINE_HEIGHT * _lines(words) + 3)
