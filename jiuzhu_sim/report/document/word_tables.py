"""Grids as tables of Word: three lines or a full grid, heads repeated, rows kept whole."""

from collections.abc import Iterator
from typing import Any

from jiuzhu_sim.language import text
from jiuzhu_sim.report.document.fit import (
    WHOLE_LINES,
    WORD_MOST,
    Layout,
    fit,
    is_whole,
    lines_needed,
)
from jiuzhu_sim.report.document.pieces import Box, Grid, Line
from jiuzhu_sim.report.document.style import BLACK, Letters, Style
from jiuzhu_sim.report.document.word_styles import CAPTION, CELL, NOTE, cell_margins
from jiuzhu_sim.report.document.word_xml import (
    EIGHTHS,
    Bookmarks,
    el,
    paragraph,
    run,
    run_look,
    tab,
    twips,
)

THICK, THIN = 1.5, 0.5
"""Rules of a table, points."""

WORST = "colour-0"
"""The verdict that also stands in other letters, for those who print in black."""

CARD, GAP = 1.4, 6.0
"""Numbers of cards against other letters of a table; room below a table, points."""


def table_parts(grid: Grid, style: Style, marks: Bookmarks) -> Iterator[Any]:
    """The elements of a grid in order: caption, unit, table, footnotes; a grid too wide for a
    page in several pieces, each with a caption that says so.
    """
    layout = fit(grid, style)
    for number, (columns, widths) in enumerate(zip(layout.parts, layout.widths, strict=True)):
        if grid.kind == "cards":
            yield _gap()
        else:
            yield from _above(grid, style, marks, layout, is_first=number == 0)
        yield _table(grid, style, marks, layout, columns, widths)
        if number == len(layout.parts) - 1:
            look = run_look(style, style.note)
            yield from (paragraph(NOTE, run(words, look)) for words in numbered(grid.notes))
        yield _gap()


def _gap() -> Any:
    pitch = el("spacing", before=0, after=0, line=twips(GAP), lineRule="exact")
    return paragraph(NOTE, spacing=pitch)


def numbered(notes: tuple[str, ...]) -> list[str]:
    """Footnotes as they stand below a table: 注：…, or numbered where there are several.

    >>> numbered(("甲。",)), numbered(("甲。", "乙。"))
    (['注：甲。'], ['注：1. 甲。', '2. 乙。'])
    """
    if len(notes) == 1:
        return [text("document.note", note=notes[0])]
    keys = ("document.notes", "document.next_note")
    return [text(keys[n > 1], n=n, note=note) for n, note in enumerate(notes, 1)]


def _above(
    grid: Grid, style: Style, marks: Bookmarks, layout: Layout, is_first: bool
) -> Iterator[Any]:
    number = grid.number if is_first else text("document.continued", number=grid.number)
    title = run(f"{number}　{grid.title}", run_look(style, style.caption))
    words = marks.around(grid.anchor, [title])
    yield paragraph(CAPTION, *words, keepNext=el("keepNext"))
    if grid.about or grid.unit:
        look = run_look(style, style.note)
        edge = twips(style.text_width(layout.is_wide))
        tabs = el("tabs", el("tab", val="right", pos=edge))
        runs = [run(grid.about, look)] if grid.about else []
        runs += [tab(look), run(grid.unit, look)] if grid.unit else []
        yield paragraph(NOTE, *runs, keepNext=el("keepNext"), tabs=tabs)


def _table(
    grid: Grid,
    style: Style,
    marks: Bookmarks,
    layout: Layout,
    columns: tuple[int, ...],
    widths: tuple[float, ...],
) -> Any:
    described = {"tblCaption": f"{grid.number} {grid.title}".strip()}
    made = el(
        "tbl",
        el(
            "tblPr",
            el("tblW", w=twips(sum(widths)), type="dxa"),
            el("jc", val="center"),
            _borders(grid, style),
            el("tblLayout", type="fixed"),
            cell_margins(),
            *(el(tag, val=words) for tag, words in described.items() if words),
        ),
        el("tblGrid", *(el("gridCol", w=twips(width)) for width in widths)),
    )
    rows = _Rows(grid, style, marks, layout.size, columns, widths)
    if grid.kind == "table":
        made.append(rows.heads())
    stays = is_whole(grid, layout)
    first_total = next((n for n, line in enumerate(grid.lines) if line.is_total), None)
    for number, line in enumerate(grid.lines):
        last = len(grid.lines) - 1  # no row stands alone at the foot or the top of a page
        is_kept = number < last and (stays or number in (0, last - 1))
        made.append(rows.line(line, number == first_total and number > 0, is_kept))
    return made


def _borders(grid: Grid, style: Style) -> Any:
    full = style.table.rules == "grid" or grid.kind == "cards"
    outer = THIN if full else THICK
    sides = [("top", outer), ("bottom", outer)]
    if full:
        sides = [
            *(("top", THIN), ("left", THIN), ("bottom", THIN)),
            *(("right", THIN), ("insideH", THIN), ("insideV", THIN)),
        ]
    return el("tblBorders", *(_rule(side, width) for side, width in sides))


def _rule(side: str, width: float) -> Any:
    return el(side, val="single", sz=round(width * EIGHTHS), space=0, color=BLACK)


class _Rows:
    """The rows of one piece of a grid."""

    def __init__(
        self,
        grid: Grid,
        style: Style,
        marks: Bookmarks,
        size: float,
        columns: tuple[int, ...],
        widths: tuple[float, ...],
    ) -> None:
        self._grid, self._style, self._marks = grid, style, marks
        self._columns, self._widths, self._size = columns, widths, size
        plain, head = Letters(style.table.font, size), Letters(style.table.head, size)
        self._plain, self._head = run_look(style, plain), run_look(style, head)
        large = Letters(style.table.head, round(size * CARD))
        self._large = run_look(style, large)
        self._small = run_look(style, Letters(style.table.font, size - 1))

    def heads(self) -> Any:
        """The row of the heads, repeated on every page."""
        row = el("tr", el("trPr", el("cantSplit"), el("tblHeader")))
        for column, width in zip(self._columns, self._widths, strict=True):
            side = "left" if self._grid.is_text[column] else "right"
            words = self._grid.heads[column]
            made = self._paragraph(words, self._head, side, keepNext=el("keepNext"))
            rule = el("tcBorders", _rule("bottom", THIN))
            row.append(_cell(width, [made], rule, el("vAlign", val="bottom")))
        return row

    def line(self, line: Line, rule_above: bool, is_kept: bool) -> Any:
        """A row; it stays on one page unless it would not fit on one. `is_kept`: and with the
        next row.
        """
        longest = max(
            lines_needed(line.boxes[column].text, width, self._size)
            for column, width in zip(self._columns, self._widths, strict=True)
        )
        kept = [el("cantSplit")] if longest <= WHOLE_LINES else []
        row = el("tr", el("trPr", *kept)) if kept else el("tr")
        rule = el("tcBorders", _rule("top", THIN)) if rule_above else None
        for column, width in zip(self._columns, self._widths, strict=True):
            box = line.boxes[column]
            words = self._words(line, box, column, is_kept)
            row.append(_cell(width, words, rule))
        return row

    def _words(self, line: Line, box: Box, column: int, is_kept: bool) -> list[Any]:
        made = self._paragraphs(line, box, column)
        if is_kept:
            for each in made:
                each.pPr.insert(1, el("keepNext"))
        return made

    def _paragraphs(self, line: Line, box: Box, column: int) -> list[Any]:
        if self._grid.kind == "cards":
            return [
                self._paragraph(box.text, self._large, "center"),
                self._paragraph(box.below, self._plain, "center"),
            ]
        side = "left" if self._grid.is_text[column] else "right"
        look = self._head if line.is_total else self._plain
        if box.colour:
            look = self._coloured(box.colour)
        made = [self._paragraph(box.text, look, side, box.anchor)]
        if box.below:
            made.append(self._paragraph(box.below, self._small, side))
        return made

    def _coloured(self, name: str) -> Any:
        font = self._style.table.head if name == WORST else self._style.table.font
        return run_look(self._style, Letters(font, self._size), self._style.colour(name))

    def _paragraph(self, words: str, look: Any, side: str, anchor: str = "", **more: Any) -> Any:
        runs = self._marks.around(anchor, [run(words, look)] if words else [])
        if any(len(word) > WORD_MOST for word in words.split()):
            more["wordWrap"] = el("wordWrap", val=0)  # a long word breaks anywhere
        size = self._size * (CARD if look is self._large else 1)
        pitch = twips(size * self._style.table.line)  # fixed: Latin and Chinese on one line
        spacing = el("spacing", before=0, after=0, line=pitch, lineRule="exact")
        return paragraph(CELL, *runs, spacing=spacing, jc=el("jc", val=side), **more)


def _cell(width: float, content: list[Any], rule: Any = None, align: Any = None) -> Any:
    return el(
        "tc",
        el("tcPr", el("tcW", w=twips(width), type="dxa"), rule, align),
        *content,
    )
