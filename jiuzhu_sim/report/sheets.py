"""The sheets of a workbook: how a table, a list and the contents stand on one.

Text is written as text: a place called ``=1+1`` is shown, never calculated. Its value is not
touched (with an apostrophe before it, it would no longer match the same name elsewhere);
instead the cell carries Excel's own quote mark, so that it stays text when it is edited too.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.files import FORMULA_SIGNS
from jiuzhu_sim.language import language, text, texts
from jiuzhu_sim.measures.table import TOTAL, VERDICTS, Statistic, Table
from jiuzhu_sim.report.lettering import text_width
from jiuzhu_sim.report.live_sheet import HEAD_ROW, Live, LiveSheet

HEADER = HEAD_ROW
"""Row of the heads, counted from 0: above them title, units, the way back."""

REACH, PLAIN_WIDTH = 8, 9.0
"""Columns over which title and footnotes reach at least, and how wide one without a table is."""

HEAD_WIDTH, LABEL_WIDTH, TEXT_WIDTH = 14, 34, 60
"""Widest heads of numbers, labels of rows and other text before they wrap; 汉 counts 2."""

SIZE, LINE_HEIGHT = 10.5, 15.5
UNCOUNTED = ("figure", "ranked", "ranking_weight")
"""What is counted in tables whose rows stand for no sampled households."""
A4 = 9
STAMP = {"bold": True, "font_color": "#B34700"}
"""How a stamp looks, as on the page."""
INPUT = "#0000C0"
"""Colour of numbers that a user may change; formulas are black, as finance offices know it."""


@dataclass(frozen=True)
class Numbers:
    """A column of numbers: values, or an end of their intervals, or `n` (then no statistic)."""

    head: str
    cells: NDArray[Any]
    statistic: Statistic | None = None
    number: int = -1
    is_value: bool = False

    def shown(self, row: int) -> str:
        """The number as the table shows it."""
        value = float(self.cells[row])
        return f"{value:,.0f}" if self.statistic is None else self.statistic.show(value)


def number_columns(table: Table) -> list[Numbers]:
    """The columns of numbers of a table: values, low and high where there are any, then n."""
    found = []
    heads = table.headers()[len(table.dims) :]
    for number, (head, statistic) in enumerate(zip(heads, table.statistics, strict=True)):
        unit = head.removeprefix(statistic.title).strip()
        head = f"{statistic.title}\n{unit}" if unit else statistic.title
        found.append(Numbers(head, table.values[:, number], statistic, number, is_value=True))
        if any(table.is_uncertain(row, number) for row in range(len(table.rows))):
            for end, word in ((table.low, "word.low"), (table.high, "word.high")):
                head = f"{statistic.title}\n{text(word)}"
                found.append(Numbers(head, end[:, number], statistic, number))
    return found if table.per in UNCOUNTED else [*found, Numbers(text("word.n"), table.n)]


def number_format(shown: str) -> str:
    """Excel's number format that shows a value just as the table does.

    >>> number_format("1,234"), number_format("-0.1250"), number_format("12.34%")
    ('#,##0', '#,##0.0000', '#,##0.00%')
    """
    decimals = len(shown.rstrip("%").partition(".")[2])
    return "#,##0" + (f".{'0' * decimals}" if decimals else "") + ("%" if "%" in shown else "")


def sum_formula(table: Table, row: int, number: int, column: str) -> str | None:
    """The formula of a total, or None where the total has to stay a value.

    A formula needs a statistic that adds up, every part above it shown and none of them itself
    a total, and parts that do add up to the total the table holds.

    >>> two = np.array([[1.0], [2.0], [3.0]])
    >>> table = Table("t", ("area",), (("urban",), ("rural",), ("total",)),
    ...               (Statistic("persons", "persons", additive=True),), two, two, two,
    ...               np.array([3, 3, 6]), "person")
    >>> sum_formula(table, 2, 0, "B"), sum_formula(table, 1, 0, "B")
    ('=SUM(B5:B6)', None)
    """
    parts = table.values[:row, number]
    whole = set(table.rows[row]) == {TOTAL} and all(TOTAL not in keys for keys in table.rows[:row])
    if not (table.statistics[number].additive and row and whole and np.isfinite(parts).all()):
        return None
    if not math.isclose(parts.sum(), table.values[row, number], rel_tol=1e-9, abs_tol=1e-6):
        return None
    return f"=SUM({column}{HEADER + 2}:{column}{HEADER + 1 + row})"


def width_of(words: Sequence[str], widest: float) -> float:
    """Width of a column that holds these texts, `widest` at most."""
    return float(min(max(map(text_width, words), default=8) + 2, widest))


def lines_of(words: str, width: float) -> int:
    """Lines that a text takes up in a cell; a little too many rather than one cut off."""
    return sum(math.ceil(max(text_width(line), 1) / (width - 1.5)) for line in words.split("\n"))


class Sheets:
    """The sheets of one xlsxwriter workbook, and its formats; `banner` stands on each."""

    def __init__(self, book: Any, banner: str = "") -> None:
        self._book, self._banner = book, banner
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def contents(self, entries: Sequence[tuple[str, str]]) -> None:
        """The first sheet: a link to each sheet (name, title)."""
        sheet = self._sheet(text("sheet.contents"), [26, 80])
        self._text(sheet, 0, 0, text("sheet.contents"), bold=True, font_size=14)
        if self._banner:
            self._text(sheet, 1, 0, self._banner, **STAMP)
        for column, key in enumerate(("sheet.sheet", "sheet.title")):
            self._text(sheet, 2, column, text(key), bold=True, bottom=1, top=2)
        for row, (name, title) in enumerate(entries, 3):
            self._link(sheet, row, name, name)
            self._text(sheet, row, 1, title, text_wrap=True)
            sheet.set_row(row, LINE_HEIGHT * lines_of(title, 80) + 2)

    def table(self, name: str, heading: str, table: Table) -> None:
        """A table: heading, units, heads, rows, footnotes."""
        columns, labels = number_columns(table), [table.labels(row) for row in table.rows]
        dims = len(table.dims)
        heads = [*table.headers()[:dims], *(column.head for column in columns)]
        widths = [
            width_of([heads[k], *(row[k] for row in labels)], LABEL_WIDTH) for k in range(dims)
        ]
        for column in columns:
            shown = [column.shown(row) for row in range(len(labels))]
            widths.append(max(width_of([column.head], HEAD_WIDTH), width_of(shown, TEXT_WIDTH)))
        sheet = self._sheet(name, widths)
        per = f"sheet.per.{table.per}"
        self._top(sheet, widths, heading, text(per if per in texts() else "sheet.units"))
        self._row(sheet, HEADER, heads, widths, bold=True, top=2, bottom=1, align="center")
        sheet.freeze_panes(HEADER + 1, dims)
        for row, names in enumerate(labels):
            look: dict[str, Any] = {"bottom": 2} if row == len(labels) - 1 else {}
            if TOTAL in table.rows[row]:
                look |= {"bold": True, "top": 1}
            self._row(sheet, HEADER + 1 + row, names, widths, **look)
            for place, column in enumerate(columns, dims):
                self._number(sheet, (row, place), table, column, look)
        for row, note in enumerate(table.footnotes(), HEADER + 2 + len(labels)):
            self._across(sheet, row, widths, note, font_size=9)

    def listing(self, name: str, title: str, rows: Sequence[Sequence[str]]) -> None:
        """A table of text, the first row being the heads."""
        size = max(map(len, rows), default=1)
        widths = [
            width_of([row[k] for row in rows if k < len(row)], TEXT_WIDTH) for k in range(size)
        ]
        sheet = self._sheet(name, widths)
        self._top(sheet, widths, title, "")
        for place, row in enumerate(rows, HEADER):
            head = {"bold": True, "top": 2, "bottom": 1} if place == HEADER else {"bottom": 7}
            self._row(sheet, place, row, widths, **head)
        sheet.freeze_panes(HEADER + 1, 0)

    def live(self, name: str, made: LiveSheet) -> None:
        """A table whose formulas Excel computes; inputs are blue."""
        widths = [
            width_of(
                [head, *(made.shown(row, column) for row in range(len(made.rows)))],
                LABEL_WIDTH if made.formats[column] else TEXT_WIDTH,
            )
            for column, head in enumerate(made.headers)
        ]
        sheet = self._sheet(name, widths)
        self._top(sheet, widths, made.title, "")
        self._row(sheet, HEADER, made.headers, widths, bold=True, top=2, bottom=1, align="center")
        sheet.freeze_panes(HEADER + 1, 1)
        for row, cells in enumerate(made.rows):
            look: dict[str, Any] = {"bold": True, "top": 1} if made.is_total(row) else {}
            place = HEADER + 1 + row
            for column, (cell, shape) in enumerate(zip(cells, made.formats, strict=True)):
                if isinstance(cell, str):
                    side = {"align": "right"} if shape else {"text_wrap": True}
                    self._text(sheet, place, column, cell, **side, **look)
                    continue
                looks = {"num_format": shape, "align": "right", **look}
                if isinstance(cell, Live):
                    sheet.write_formula(
                        place, column, cell.formula, self._format(**looks), cell.value
                    )
                else:
                    sheet.write_number(place, column, cell, self._format(font_color=INPUT, **looks))
        for row, note in enumerate(made.footnotes(), HEADER + 2 + len(made.rows)):
            self._across(sheet, row, widths, note, font_size=9)

    def _format(self, **look: Any) -> Any:
        """The format of this look, made once."""
        font = "宋体" if language() == "zh" else "Calibri"
        whole = {"font_name": font, "font_size": SIZE, "valign": "vcenter", **look}
        key = tuple(sorted(whole.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(whole)
        return self._formats[key]

    def _sheet(self, name: str, widths: Sequence[float]) -> Any:
        """A sheet with these column widths that prints on A4 landscape, one page wide."""
        sheet = self._book.add_worksheet(name)
        # Widths are set, not fitted: xlsxwriter's autofit counts a Chinese character as one.
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
        if self._banner:
            # On paper too; a single & would be a code of Excel's.
            sheet.set_header(f"&C&B{self._banner.replace('&', '&&')}")
        sheet.hide_gridlines(2)
        return sheet

    def _top(self, sheet: Any, widths: Sequence[float], title: str, units: str) -> None:
        """Title, units and the way back to the contents; the heads are repeated on each page."""
        self._across(sheet, 0, widths, title, bold=True, font_size=14)
        stamp = STAMP if self._banner else {}
        self._across(sheet, 1, widths, "　".join(filter(None, (self._banner, units))), **stamp)
        self._link(sheet, 2, text("sheet.contents"), text("sheet.back"))
        sheet.repeat_rows(HEADER)

    def _text(self, sheet: Any, row: int, column: int, words: str, **look: Any) -> None:
        if words.startswith(FORMULA_SIGNS):
            look["quote_prefix"] = True
        sheet.write_string(row, column, words, self._format(**look))

    def _link(self, sheet: Any, row: int, target: str, words: str) -> None:
        look = self._format(font_color="#0563C1", underline=1)
        place = target.replace("'", "''")
        sheet.write_url(row, 0, f"internal:'{place}'!A1", look, words)

    def _row(
        self, sheet: Any, row: int, cells: Sequence[str], widths: Sequence[float], **look: Any
    ) -> None:
        """A row of text from the first column on, as high as its highest cell."""
        lines = max(map(lines_of, cells, widths), default=1)
        sheet.set_row(row, LINE_HEIGHT * lines + 2)
        for column, words in enumerate(cells):
            self._text(sheet, row, column, words, text_wrap=True, **look)

    def _across(
        self, sheet: Any, row: int, widths: Sequence[float], words: str, **look: Any
    ) -> None:
        """Text over the width of the table, as high as it needs."""
        reach = [*widths, *([PLAIN_WIDTH] * (REACH - len(widths)))]
        scale = look.get("font_size", SIZE) / SIZE
        sheet.set_row(row, LINE_HEIGHT * scale * lines_of(words, sum(reach) / scale) + 2)
        look = {"text_wrap": True, **look}
        sheet.merge_range(row, 0, row, len(reach) - 1, "", self._format(**look))
        self._text(sheet, row, 0, words, **look)

    def _number(
        self, sheet: Any, at: tuple[int, int], table: Table, column: Numbers, look: dict[str, Any]
    ) -> None:
        """A number, a formula with its value, or a sign for what is hidden or not there."""
        from xlsxwriter.utility import xl_col_to_name

        row, place = at
        value, statistic = float(column.cells[row]), column.statistic
        hidden = table.hidden is not None and bool(
            table.hidden[row].any() if statistic is None else table.hidden[row, column.number]
        )
        if hidden or not np.isfinite(value) or (statistic and statistic.unit in VERDICTS):
            words = "*" if hidden else column.shown(row)
            self._text(sheet, HEADER + 1 + row, place, words, align="right", **look)
            return
        shown = column.shown(row)
        pattern = number_format(shown)
        if value < 0 and not shown.startswith("-"):
            pattern += f";{pattern}"  # as on screen: what rounds to 0 has no minus sign
        shape = self._format(num_format=pattern, align="right", **look)
        name = xl_col_to_name(place)
        formula = sum_formula(table, row, column.number, name) if column.is_value else None
        if formula:
            sheet.write_formula(HEADER + 1 + row, place, formula, shape, value)
        else:
            sheet.write_number(HEADER + 1 + row, place, value, shape)
