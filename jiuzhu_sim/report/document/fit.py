"""How a grid fits on paper: upright or sideways, how large its letters, how wide its columns."""

import math
from dataclasses import dataclass
from functools import lru_cache

from jiuzhu_sim.report.document.pieces import Grid
from jiuzhu_sim.report.document.style import Style
from jiuzhu_sim.report.lettering import text_width

PADDING, SLACK = 6.0, 1.5
"""Room left and right of a cell's words together, and a little more for rounding, points."""

DIGIT = 0.64
"""Width of a Latin letter or digit, in sizes: that of the widest common face, so that numbers
stay on one line also where the named font is missing and another stands in for it.
"""

HEAD_LINES = 4
"""Most lines over which the head of a column is folded."""

TEXT_LEAST, TEXT_MOST = 5.0, 200.0
"""Least column of text, in Chinese characters; the length beyond which it asks for no more."""

EAGER = 0.8
"""A longer text asks for more room, but not in proportion: the others would stay at their least."""

CRAMPED = 8
"""Lines of a cell's text beyond which a wider page is tried."""

WORD_MOST = 24
"""A longer word without a space is broken, in letters."""

WHOLE_TABLE = 12
"""A table of no more lines than this is not split between pages; a taller one kept whole would
leave half a page empty before it."""

WHOLE_LINES = 25
"""A row of more lines than this may be split between pages: it would not fit on one."""


@dataclass(frozen=True)
class Layout:
    """`is_wide`: on a page turned sideways. `size`: of its letters, points. `parts`: the columns
    of each piece of the table, one piece unless it is too wide even so; `widths`: theirs, points.
    """

    is_wide: bool
    size: float
    parts: tuple[tuple[int, ...], ...]
    widths: tuple[tuple[float, ...], ...]


def fit(grid: Grid, style: Style) -> Layout:
    """The first way in which every number stays on one line.

    In turn: upright in the larger sizes, so with intervals on two lines, sideways in each size,
    at last in several pieces that repeat the columns which name the rows.
    """
    sizes, columns = style.table.sizes, tuple(range(len(grid.heads)))
    if grid.kind == "cards":
        each = style.text_width() / len(columns)
        return Layout(False, sizes[0], (columns,), ((each,) * len(columns),))
    needed = [_needed(grid, k) for k in columns]
    folded = [_needed(grid, k, is_folded=True) for k in columns]
    upright = sizes[: max(len(sizes) - 1, 1)]  # the smallest is for wide pages
    found: list[tuple[int, Layout]] = []
    tries = ((False, upright, needed), (False, upright[::-1], folded), (True, sizes, needed))
    for is_wide, candidates, tried in tries:
        for size in candidates:
            if widths := _widths(tried, columns, size, style.text_width(is_wide)):
                layout = Layout(is_wide, size, (columns,), (widths,))
                tallest = _tallest(grid, layout)
                if tallest <= CRAMPED:
                    return layout
                found.append((tallest, layout))
    if found:
        return min(found, key=lambda each: each[0])[1]
    size, room = sizes[-1], style.text_width(is_wide=True)
    parts = _split(needed, grid.heads_kept, size, room)
    each_part = tuple(_widths(needed, part, size, room) or _equal(part, room) for part in parts)
    return Layout(True, size, parts, each_part)


@lru_cache(maxsize=1 << 16)
def ems(words: str) -> float:
    """Width of a line in sizes of its letters.

    >>> ems("低保"), ems("低保1")
    (2.0, 2.64)
    """
    wide = text_width(words) - len(words)
    return wide + (len(words) - wide) * DIGIT


def _needed(grid: Grid, column: int, is_folded: bool = False) -> tuple[float, float]:
    """Least and natural width of a column in sizes of its letters; `is_folded`: its intervals
    may break after the comma.
    """
    boxes = [line.boxes[column] for line in grid.lines]
    head = ems(grid.heads[column])
    least_head = max(head / HEAD_LINES + 1, _unbroken(grid.heads[column]))
    if not grid.is_text[column]:
        shown = [each for box in boxes for each in (box.text, box.below)]
        if is_folded:
            shown = [word for each in shown for word in each.split()]
        widest = max(map(ems, shown), default=0)
        return max(widest, min(least_head, head)), max(widest, head)
    natural = max([head, *(ems(box.text) for box in boxes)])
    unbroken = max((_unbroken(box.text) for box in boxes), default=0)
    least = max(min(natural, TEXT_LEAST), unbroken, min(least_head, head))
    return least, max(least, min(natural, TEXT_MOST))


def _unbroken(words: str) -> float:
    """Width of the longest word that a line does not break."""
    found = (word[:WORD_MOST] for word in words.split() if word.isascii())
    return max(map(ems, found), default=0)


def _widths(
    needed: list[tuple[float, float]], columns: tuple[int, ...], size: float, room: float
) -> tuple[float, ...] | None:
    """Widths that fill the page; None where the columns do not fit."""
    least = [needed[k][0] * size + PADDING + SLACK for k in columns]
    wanted = [max(needed[k]) * size + PADDING + SLACK for k in columns]
    if sum(least) > room:
        return None
    asked = [(want - low) ** EAGER for want, low in zip(wanted, least, strict=True)]
    widths = least
    for _ in columns:  # what one column does not want goes to the others
        open_to = [
            more if width < want else 0.0
            for more, width, want in zip(asked, widths, wanted, strict=True)
        ]
        spare = room - sum(widths)
        if not sum(open_to) or spare < 1:
            break
        widths = [
            min(width + spare * more / sum(open_to), want)
            for width, more, want in zip(widths, open_to, wanted, strict=True)
        ]
    left = (room - sum(widths)) / sum(widths)
    return tuple(width * (1 + left) for width in widths)


def _split(
    needed: list[tuple[float, float]], kept: int, size: float, room: float
) -> tuple[tuple[int, ...], ...]:
    """The columns in groups that fit, each beginning with the `kept` ones."""
    width = [low * size + PADDING + SLACK for low, _ in needed]
    heads = tuple(range(kept)) if sum(width[:kept]) < room / 2 else ()
    parts: list[tuple[int, ...]] = []
    group = list(heads)
    for column in range(len(heads), len(needed)):
        if len(group) > len(heads) and sum(width[k] for k in (*group, column)) > room:
            parts.append(tuple(group))
            group = list(heads)
        group.append(column)
    return (*parts, tuple(group))


def _tallest(grid: Grid, layout: Layout) -> int:
    """Lines of the longest cell of text."""
    return max(
        (
            lines_needed(line.boxes[column].text, width, layout.size)
            for line in grid.lines
            for column, width in zip(layout.parts[0], layout.widths[0], strict=True)
            if grid.is_text[column]
        ),
        default=1,
    )


def is_whole(grid: Grid, layout: Layout) -> bool:
    """Whether the rows of a table stay on one page."""
    rows = (
        max(
            lines_needed(line.boxes[column].text, width, layout.size)
            + bool(line.boxes[column].below)
            for column, width in zip(layout.parts[0], layout.widths[0], strict=True)
        )
        for line in grid.lines
    )
    return grid.kind == "cards" or sum(rows) <= WHOLE_TABLE


def _equal(columns: tuple[int, ...], room: float) -> tuple[float, ...]:
    """A single column wider than the page gets the page."""
    return (room / len(columns),) * len(columns)


def lines_needed(words: str, width: float, size: float) -> int:
    """Lines that words take in a column of a width, about."""
    return math.ceil(max(ems(words), 1) * size / max(width - PADDING, size))
