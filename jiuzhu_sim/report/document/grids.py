"""The blocks of a report as grids: tables, live sheets, lists, cards."""

import math
from collections.abc import Collection
from typing import Any

import numpy as np

from jiuzhu_sim.language import text, unit_label
from jiuzhu_sim.measures.table import COLOURED, TOTAL, Table
from jiuzhu_sim.report.cited import HIDDEN
from jiuzhu_sim.report.document.pieces import Box, Grid, Line
from jiuzhu_sim.report.document.words import clean
from jiuzhu_sim.report.live_sheet import LiveSheet
from jiuzhu_sim.report.section import Cards, Listing

CARDS_ABREAST = 4
"""Most cards side by side."""

BRACKETS = " （）()"


def cell_anchor(number: int, row: int, column: int) -> str:
    """The bookmark of a cell: table, row and column from 1, row heads included."""
    return f"jz_t{number}_r{row}_c{column}"


def table_grid(table: Table, number: int, cited: Collection[tuple[int, int]] = ()) -> Grid:
    """A measure's table. `cited`: rows and columns (from 1, row heads included) that need a
    bookmark. A unit that all columns share stands above the table, else each head tells its own.
    """
    units = {
        entry.unit
        for entry in table.statistics
        if entry.header != entry.title  # shares, indices and words tell themselves
    }
    shared = len(units) == 1 and not any(_is_bare(entry.unit) for entry in table.statistics)
    heads = list(table.headers())
    if shared:
        heads[len(table.dims) :] = [entry.title for entry in table.statistics]
    return Grid(
        number=text("document.table", n=number),
        title=clean(table.title),
        about=clean(table.caption.removeprefix(table.title).strip(BRACKETS)),
        unit=text("document.unit", unit=unit_label(units.pop())) if shared else "",
        heads=tuple(map(clean, heads)),
        is_text=tuple(k < len(table.dims) for k in range(len(heads))),
        lines=tuple(_line(table, number, row, cited) for row in range(len(table.rows))),
        notes=tuple(map(clean, table.footnotes())),
        heads_kept=len(table.dims),
        anchor=f"jz_t{number}",
    )


def _is_bare(unit: str) -> bool:
    """A plain number beside numbers with a unit: one unit above the table would cover it too."""
    return unit in ("", "index")


def _line(table: Table, number: int, row: int, cited: Collection[tuple[int, int]]) -> Line:
    dims = len(table.dims)
    labels = [Box(clean(str(label))) for label in table.labels(table.rows[row])]
    boxes = []
    for k in range(len(table.statistics)):
        place = (row + 1, dims + k + 1)
        anchor = cell_anchor(number, *place) if place in cited else ""
        boxes.append(_box(table, row, k, anchor))
    return Line((*labels, *boxes), TOTAL in table.rows[row])


def _box(table: Table, row: int, number: int, anchor: str) -> Box:
    if table.hidden is not None and table.hidden[row, number]:
        return Box(HIDDEN, anchor=anchor)
    statistic, value = table.statistics[number], table.values[row, number]
    below = ""
    if table.is_uncertain(row, number):
        ends = (table.low[row, number], table.high[row, number])
        below = "[{}, {}]".format(*map(statistic.show, ends))
    is_coloured = statistic.unit == COLOURED and np.isfinite(value)
    colour = f"{COLOURED}-{int(value)}" if is_coloured else ""
    return Box(clean(statistic.show(value)), below, anchor, colour)


def live_grid(sheet: LiveSheet, number: int) -> Grid:
    """A sheet with live formulas, as the numbers it shows."""
    lines = tuple(
        Line(
            tuple(Box(clean(sheet.shown(row, k))) for k in range(len(sheet.headers))),
            sheet.is_total(row),
        )
        for row in range(len(sheet.rows))
    )
    return Grid(
        number=text("document.table", n=number),
        title=clean(sheet.title),
        about="",
        unit="",
        heads=tuple(map(clean, sheet.headers)),
        is_text=tuple(not shape for shape in sheet.formats),
        lines=lines,
        notes=tuple(map(clean, sheet.notes)),
        anchor=f"jz_t{number}",
    )


def listing_grid(listing: Listing, number: int) -> Grid:
    """A table of plain text."""
    width = len(listing.headers)
    lines = tuple(
        Line(tuple(Box(clean(words)) for words in (*row, *[""] * (width - len(row)))))
        for row in listing.rows
    )
    return Grid(
        number=text("document.table", n=number),
        title=clean(listing.title),
        about="",
        unit="",
        heads=tuple(map(clean, listing.headers)),
        is_text=(True,) * width,
        lines=lines,
        anchor=f"jz_t{number}",
    )


def cards_grid(cards: Cards) -> Grid | None:
    """The answer at a glance: numbers above their labels; None where there are none."""
    if not cards.numbers:
        return None
    abreast = math.ceil(len(cards.numbers) / math.ceil(len(cards.numbers) / CARDS_ABREAST))
    lines = []
    for start in range(0, len(cards.numbers), abreast):
        shown = list(cards.numbers[start : start + abreast])
        shown += [("", "")] * (abreast - len(shown))
        lines.append(Line(tuple(Box(clean(number), clean(label)) for number, label in shown)))
    none = ("",) * abreast
    return Grid("", "", "", "", none, (False,) * abreast, tuple(lines), kind="cards")


def grid_of(block: Any, number: int, cited: Collection[tuple[int, int]] = ()) -> Grid:
    """The grid of a table, live sheet or list. Raises TypeError for what no document can show."""
    if isinstance(block, Table):
        return table_grid(block, number, cited)
    if isinstance(block, LiveSheet):
        return live_grid(block, number)
    if isinstance(block, Listing):
        return listing_grid(block, number)
    raise TypeError(f"{type(block).__name__} has no place in a document")
