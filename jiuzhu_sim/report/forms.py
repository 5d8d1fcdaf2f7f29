"""Lists that people work on: filters and fixed heads on screen, A4 landscape on paper.

Text is written as text (see `sheets`), numbers as numbers.
"""

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jiuzhu_sim.errors import optional
from jiuzhu_sim.files import FORMULA_SIGNS
from jiuzhu_sim.report.sheets import LINE_HEIGHT, Sheets, lines_of

CREATED = datetime.datetime(2000, 1, 1)
"""Written into every file as its date, so that the same lists give the same bytes."""

CELL_MAX = 32_767
"""Most characters Excel lets a cell hold."""

ROWS_MAX = 1_000_000
"""Rows of a list on one sheet (Excel's own end is 1,048,576); the rest goes on the next."""

MONEY = "#,##0.00"

WIDEST = 2
"""Width of the widest character: shorter texts need no counting."""


@dataclass(frozen=True)
class Head:
    """A column of a list: its head, its width (汉 counts 2), and whether it holds money."""

    title: str
    width: float
    is_money: bool = False


@dataclass(frozen=True)
class Form:
    """A list: sheet name, title, sentences above, heads, rows, and a line below (signatures).

    A cell is a text, a number, or None where nothing is said. `frame`: all cells are ruled, to be
    filled in by hand.
    """

    name: str
    title: str
    notes: Sequence[str]
    heads: Sequence[Head]
    rows: Sequence[Sequence[Any]]
    foot: Sequence[str] = ()
    is_ruled: bool = False


@lru_cache(maxsize=4096)
def _lines(words: str, width: float) -> int:
    is_short = WIDEST * len(words) < width - WIDEST and "\n" not in words
    return 1 if is_short else lines_of(words, width)


class Forms(Sheets):
    """The lists of one xlsxwriter workbook."""

    def form(self, form: Form) -> None:
        """Write a list: on one sheet, or on as many as its rows need."""
        for start in range(0, max(len(form.rows), 1), ROWS_MAX):
            name = form.name if not start else f"{form.name}{start // ROWS_MAX + 1}"
            self._list(name, form, form.rows[start : start + ROWS_MAX])

    def _list(self, name: str, form: Form, rows: Sequence[Sequence[Any]]) -> None:
        widths = [head.width for head in form.heads]
        sheet = self._sheet(name, widths)
        self._across(sheet, 0, widths, form.title, bold=True, font_size=14)
        for place, note in enumerate(form.notes, 1):
            self._across(sheet, place, widths, note)
        top = 1 + len(form.notes)
        ruled = {"border": 1} if form.is_ruled else {"top": 2, "bottom": 1}
        titles = [head.title for head in form.heads]
        self._row(sheet, top, titles, widths, bold=True, align="center", **ruled)
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        if rows:
            sheet.autofilter(top, 0, top + len(rows), len(widths) - 1)
        self._body(sheet, top + 1, form, rows)
        for place, line in enumerate(form.foot, top + 2 + len(rows)):
            self._across(sheet, place, widths, line)

    def _body(self, sheet: Any, top: int, form: Form, rows: Sequence[Sequence[Any]]) -> None:
        """The rows. Their formats are made once: a list may be a hundred thousand rows long."""
        look = {"border": 1} if form.is_ruled else {"bottom": 7}
        plain = self._format(text_wrap=True, **look)
        quoted = self._format(text_wrap=True, quote_prefix=True, **look)
        money = self._format(num_format=MONEY, align="right", **look)
        whole = self._format(num_format="0", align="center", **look)
        for place, row in enumerate(rows, top):
            lines = 1
            for column, (cell, head) in enumerate(zip(row, form.heads, strict=True)):
                if isinstance(cell, str) and cell:
                    words = cell[:CELL_MAX]
                    shape = quoted if words.startswith(FORMULA_SIGNS) else plain
                    sheet.write_string(place, column, words, shape)
                    lines = max(lines, _lines(words, head.width))
                elif cell is None or cell == "" or cell != cell:
                    sheet.write_blank(place, column, None, plain)
                else:
                    sheet.write_number(place, column, cell, money if head.is_money else whole)
            sheet.set_row(place, LINE_HEIGHT * lines + 2)


def workbook_of(forms: Sequence[Form]) -> bytes:
    """The lists as an xlsx file, a sheet each; the same lists give the same bytes.

    Raises JZ-E046 without xlsxwriter.

    >>> workbook_of([Form("甲", "一览", (), (Head("姓名", 10),), [["=1+1"]])])[:2]
    b'PK'
    """
    with optional("xlsxwriter"):
        import xlsxwriter
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATED})
    sheets = Forms(book)
    for form in forms:
        sheets.form(form)
    book.close()
    return buffer.getvalue()
