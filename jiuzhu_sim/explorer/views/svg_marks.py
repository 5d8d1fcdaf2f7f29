"""What charts as inline SVG are made of: text, boxes, lines, and where rows of labels stand."""

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jiuzhu_sim.report.figure import BLUE, INK
from jiuzhu_sim.report.lettering import fold

WIDTH = 460
"""Units across; at 1280 pixels a chart stands in a column about as wide, so text keeps its size."""

SIZE, SMALL = 15, 14
"""Of text, in units: at least 13 pixels where a chart is shown at nine tenths of its width."""

FONT = "system-ui, 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"

LESS = "#B34700"
"""Vermillion dark enough for text."""

PALE = "#EDEDED"
"""Behind bars: what they are a part of."""

SOFT = "#57606A"
"""Ink of what stands back: axes, legends, the baseline's numbers."""

ROUND = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
"""First digits at which a scale may end."""

NARROW, BROAD = ",. :;'|il()", "%MW@—"
"""Signs much narrower and wider than a digit."""

CJK = "\u2e7f"
"""Signs after this one are as wide as they are high."""

LABEL = 0.36
"""Most of a chart's width that labels take; longer ones are folded, then cut."""

LINES = 3
"""Lines of a label; what is cut off is in the tip."""

BOLD = 1.08
"""How much wider bold text stands."""

LINE = 17
GAP = 10
"""Height of a line of text, and the space between things, in units."""


@dataclass(frozen=True)
class Entry:
    """One row of a chart: its label, its values, and each value as its table shows it."""

    label: str
    values: tuple[float, ...]
    shown: tuple[str, ...]

    @property
    def tip(self) -> str:
        return f"{self.label}  {'  '.join(self.shown)}"


def escape(words: str) -> str:
    """Text for HTML and SVG, quotes too: names of places and scenarios are the user's."""
    return html.escape(str(words))


def measure(words: str, size: float = SIZE) -> float:
    """About how wide text stands, in units; in a wide font, so that nothing touches."""
    return size * sum(
        1.0 if sign > CJK else 0.34 if sign in NARROW else 0.95 if sign in BROAD else 0.63
        for sign in words
    )


def nice(reach: float) -> float:
    """The round number at or above a positive one.

    >>> nice(0.0), nice(117.0), nice(0.04), nice(9e6)
    (1.0, 150.0, 0.04, 10000000.0)
    """
    if not reach > 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(reach))
    first = next(each for each in ROUND if each * unit >= reach * (1 - 1e-9))
    return float(f"{first * unit:.12g}")


def drawing(width: float, height: float, title: str, desc: str, parts: Iterable[str]) -> str:
    """The SVG element: scales to the room it has; `title` and `desc` are read aloud."""
    return (
        f'<svg class="jz-chart" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{FONT}" font-size="{SIZE}" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f"<desc>{escape(desc)}</desc>{''.join(parts)}</svg>"
    )


def words_at(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    fill: str = INK,
    size: float = SIZE,
    bold: bool = False,
) -> str:
    """A line of text; `y` is its middle."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y + size * 0.36:.1f}" text-anchor="{anchor}" fill="{fill}" '
        f'font-size="{size:g}"{weight}>{escape(words)}</text>'
    )


def box(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A filled rectangle, at least visible where its value is not zero."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" '
        f'fill="{fill}"/>'
    )


def stroke(x1: float, y1: float, x2: float, y2: float, colour: str, more: str = "") -> str:
    """A straight line; `more`: further attributes."""
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{colour}"{more}/>'


def group(tip: str, *parts: str) -> str:
    """Marks that belong to one row, with what a pointer over them tells."""
    return f"<g><title>{escape(tip)}</title>{''.join(parts)}</g>"


@lru_cache(maxsize=4096)
def lines_of(label: str, room: float) -> tuple[str, ...]:
    """A label on as many lines as it needs in `room` units, cut after the third."""
    if measure(label) <= room:
        return (label,)
    folded = fold(label, max(int(room / SIZE * 2), 4)).split("\n")
    if len(folded) > LINES:
        folded = [*folded[: LINES - 1], folded[LINES - 1][:-1] + "…"]
    return tuple(folded)


@dataclass(frozen=True)
class Rows:
    """Where the labels, the bars and the numbers of a chart of rows stand."""

    labels: tuple[tuple[str, ...], ...]
    heights: tuple[float, ...]
    left: float
    right: float

    @classmethod
    def of(cls, entries: Sequence[Entry], width: float, least: float, numbers: float) -> "Rows":
        labels = tuple(lines_of(entry.label, width * LABEL) for entry in entries)
        widest = max((measure(line) for label in labels for line in label), default=0.0)
        heights = tuple(max(least, LINE * len(label) + GAP / 2) for label in labels)
        return cls(labels, heights, min(widest, width * LABEL + SIZE) + GAP, width - numbers)

    def label(self, number: int, middle: float) -> str:
        lines = self.labels[number]
        top = middle - LINE * (len(lines) - 1) / 2
        return "".join(words_at(0, top + LINE * k, line) for k, line in enumerate(lines))


def room_for(shown: Iterable[str], *, bold: bool = False) -> float:
    """Width of a column of numbers, in steps, so that one digit more seldom moves anything."""
    widest = max((measure(each) for each in shown), default=0.0) * (BOLD if bold else 1)
    return GAP + math.ceil(widest / 12) * 12


def change_ink(value: float) -> str:
    """The colour of a change: blue where more, vermillion where less, grey where nothing."""
    return BLUE if value > 0 else LESS if value < 0 else SOFT
