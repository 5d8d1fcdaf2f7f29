"""A table whose sums Excel computes itself: change an input and the totals follow.

On the page the same cells stand as numbers. Formulas are written by the program alone, never
taken from a file or a user; text stays text, as on every other sheet (see `sheets.py`).
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from jiuzhu_sim.language import text

HEAD_ROW = 3
"""Row of the heads, counted from 0, as on every sheet; the cells begin below it."""

SHORT = 10
"""Characters of a row's name that stay on one line."""

MONEY, WHOLE, PERCENT, PLAIN = "#,##0.00", "#,##0", "0.0%", ""
"""Number formats of a column: two decimals, none, per cent; PLAIN for text."""


@dataclass(frozen=True)
class Live:
    """A cell that Excel computes: the formula, and its value for readers that do not calculate."""

    formula: str
    value: float


Cell = str | float | Live
"""Text, an input that may be changed (a number), or a formula."""


@dataclass(frozen=True)
class LiveSheet:
    """A sheet with live formulas, and the same table on the page.

    `name`: of the sheet (31 characters at most, none of ``[]:*?/\\``). `rows`: one tuple of
    cells a row, as long as `headers`; `formats`: one a column. `totals`: how many rows at the
    end are totals. `notes`: sentences below.

    >>> rows = (("一月", 2.0), ("二月", 3.5), ("合计", total(0, 1, 1, (2.0, 3.5))))
    >>> sheet = LiveSheet("月表", "按月", ("月份", "万元"), rows, (PLAIN, MONEY), totals=1)
    >>> sheet.rows[2][1]
    Live(formula='=SUM(B5:B6)', value=5.5)
    >>> sheet.shown(2, 1)
    '5.50'
    """

    name: str
    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    formats: tuple[str, ...]
    totals: int = 0
    notes: tuple[str, ...] = ()

    def shown(self, row: int, column: int) -> str:
        """A cell as the page shows it."""
        return show(self.rows[row][column], self.formats[column])

    def is_total(self, row: int) -> bool:
        """Whether a row is one of the totals at the end."""
        return row >= len(self.rows) - self.totals

    def footnotes(self) -> tuple[str, ...]:
        """The notes of the sheet; on the page the colours of the cells need no explanation."""
        return (*self.notes, text("live.colours"))

    def _repr_html_(self) -> str:
        heads = "".join(
            f'<th scope="col" class="{"number" if shape else "dim"}">{html.escape(head)}</th>'
            for head, shape in zip(self.headers, self.formats, strict=True)
        )
        body = "".join(
            ('<tr class="total">' if self.is_total(row) else "<tr>") + f"{self._cells(row)}</tr>"
            for row in range(len(self.rows))
        )
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        foot = f'<ul class="notes">{notes}</ul>' if notes else ""
        return (
            f'<figure class="table"><table class="jiuzhu"><caption>{html.escape(self.title)}'
            f"</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{foot}</figure>"
        )

    def _cells(self, row: int) -> str:
        made = []
        for column, shape in enumerate(self.formats):
            shown = html.escape(self.shown(row, column))
            kept = ' class="short"' if len(shown) <= SHORT else ""
            head = f'<th scope="row"{kept}>{shown}</th>'
            made.append(f"<td>{shown}</td>" if shape else head)
        return "".join(made)


def show(cell: Cell, shape: str) -> str:
    """A cell as a person reads it.

    >>> show(1234.5, MONEY), show(Live("=A1", 0.125), PERCENT), show("一月", PLAIN)
    ('1,234.50', '12.5%', '一月')
    """
    if isinstance(cell, str):
        return cell
    value = cell.value if isinstance(cell, Live) else cell
    decimals = len(shape.rstrip("%").partition(".")[2])
    shown = f"{value:.{decimals}%}" if shape.endswith("%") else f"{value:,.{decimals}f}"
    return shown.removeprefix("-") if not shown.strip("-0.,%") else shown


def at(row: int, column: int, sheet: str = "") -> str:
    """The address of a cell of `rows`, on another sheet when its name is given.

    >>> at(0, 1), at(2, 27), at(0, 1, "各月需求")
    ('B5', 'AB7', "'各月需求'!B5")
    """
    letters, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(ord("A") + digit) + letters
    place = f"{letters}{row + HEAD_ROW + 2}"
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{place}" if sheet else place


def total(first: int, last: int, column: int, values: Sequence[float]) -> Live:
    """The sum of a column from row `first` to row `last`; `values`: what stands in them."""
    return Live(f"=SUM({at(first, column)}:{at(last, column)})", float(sum(values)))
