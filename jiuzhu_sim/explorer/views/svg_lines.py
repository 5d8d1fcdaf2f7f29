"""Curves and steps as inline SVG: two axes, shaded bands, marks on the lines."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from jiuzhu_sim.explorer.views.svg_marks import (
    GAP,
    SMALL,
    SOFT,
    WIDTH,
    box,
    drawing,
    escape,
    measure,
    nice,
    stroke,
    words_at,
)
from jiuzhu_sim.language import text
from jiuzhu_sim.report.figure import BLUE, FAINT, tick

HEIGHT = 290
TICKS, X_TICKS = 4, 6
"""Steps of the upright and of the level axis, about."""

BAND = "#F7D9C4"
"""Shade of a band, pale enough for text on it."""

LARGE = 100_000
"""Money above this is written on an axis in the larger unit of the language."""


@dataclass(frozen=True)
class Axis:
    """What an axis shows: a label, a unit (`share` in percent), and its ends if they are fixed."""

    label: str
    unit: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Line:
    """Points joined by lines, or by steps (each value holds until the next); NaN interrupts."""

    xs: Sequence[float]
    ys: Sequence[float]
    label: str
    colour: str = BLUE
    step: bool = False
    dashed: bool = False


@dataclass(frozen=True)
class Band:
    """A shaded stretch of the horizontal axis, such as a cliff."""

    low: float
    high: float
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """A point on the chart with a line down to the axis; what it says stands above the chart,
    where no line runs through it.
    """

    x: float
    y: float
    label: str
    colour: str = BLUE


def ticks(low: float, high: float, steps: int = TICKS) -> list[float]:
    """Round numbers between two ends.

    >>> ticks(0, 100), ticks(280, 1120)
    ([0.0, 25.0, 50.0, 75.0, 100.0], [500.0, 750.0, 1000.0])
    """
    if not high > low:
        return [low]
    rough = (high - low) / steps
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(each * unit for each in (1, 2, 2.5, 5, 10) if each * unit >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    count = math.floor(high / step + 1e-9) - first
    return [float(f"{(first + k) * step:.12g}") for k in range(count + 1)]


def axis_text(value: float, unit: str, reach: float) -> str:
    """A number on an axis: large amounts of money in 万 (zh) or millions (en).

    >>> axis_text(25_000_000, "yuan/year", 4e7), axis_text(0.5, "share", 1), axis_text(-40, "", 40)
    ('2,500万', '50%', '−40')
    """
    if unit.startswith("yuan") and reach >= LARGE:
        large = tick(value / float(text("money.divisor")))
        return text("view.axis.large", n=large) if value else large
    return tick(value, unit)


def _ends(axis: Axis, values: Sequence[float], zero: bool) -> tuple[float, float]:
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    low = min(finite) if axis.low is None else axis.low
    high = max(finite) if axis.high is None else axis.high
    if zero and axis.low is None:
        low = -nice(-low) if low < 0 else 0.0
    if zero and axis.high is None:
        high = nice(high) if high > 0 else 0.0
    return (low, high) if high > low else (low, low + 1)


def lines(
    series: Sequence[Line],
    *,
    x: Axis,
    y: Axis,
    title: str,
    desc: str,
    bands: Sequence[Band] = (),
    marks: Sequence[Mark] = (),
    width: float = WIDTH,
    height: float = HEIGHT,
) -> str:
    """Lines over a common horizontal axis; the vertical one holds zero unless its ends are given.

    >>> made = lines([Line((0, 1, 2), (5.0, 7.0, math.nan), "现行")], x=Axis("收入", "yuan"),
    ...              y=Axis("补助", "yuan"), title="收入与补助", desc="")
    >>> made.startswith("<svg"), "nan" in made
    (True, False)
    """
    x_low, x_high = _ends(x, [value for line in series for value in line.xs], False)
    heights = [value for line in series for value in line.ys] + [mark.y for mark in marks]
    y_low, y_high = _ends(y, heights, True)
    reach = max(abs(y_low), abs(y_high))
    y_ticks = ticks(y_low, y_high)
    y_words = [axis_text(value, y.unit, reach) for value in y_ticks]
    left = max(measure(words, SMALL) for words in y_words) + GAP
    seen = [mark for mark in marks if math.isfinite(mark.y)]
    key: list[Line | Mark] = [*(line for line in series if line.label), *seen]
    top, bottom, right = 28.0 + (24 if key else 0), height - 46.0, width - GAP

    def across(value: float) -> float:
        return left + (min(max(value, x_low), x_high) - x_low) / (x_high - x_low) * (right - left)

    def up(value: float) -> float:
        held = min(max(value, y_low), y_high)
        return bottom - (held - y_low) / (y_high - y_low) * (bottom - top)

    parts = [words_at(0, 9, y.label, fill=SOFT, size=SMALL), *_key(key)]
    for band in bands:
        start, end = across(band.low), across(band.high)
        drawn = box(start, top, max(end - start, 2), bottom - top, BAND)
        parts.append(f"<g><title>{escape(band.label)}</title>{drawn}</g>" if band.label else drawn)
    for value, words in zip(y_ticks, y_words, strict=True):
        parts.append(stroke(left, up(value), right, up(value), FAINT))
        parts.append(words_at(left - 6, up(value), words, anchor="end", fill=SOFT, size=SMALL))
    x_reach = max(abs(x_low), abs(x_high))
    for value in ticks(x_low, x_high, X_TICKS):
        words = axis_text(value, x.unit, x_reach)
        parts.append(stroke(across(value), bottom, across(value), bottom + 5, SOFT))
        parts.append(
            words_at(across(value), bottom + 15, words, anchor="middle", fill=SOFT, size=SMALL)
        )
    parts.append(stroke(left, up(0), right, up(0), SOFT) if y_low <= 0 <= y_high else "")
    parts.append(
        words_at((left + right) / 2, height - 10, x.label, anchor="middle", fill=SOFT, size=SMALL)
    )
    for line in series:
        dash = ' stroke-dasharray="6 4"' if line.dashed else ""
        path = _path([(across(a), up(b)) for a, b in zip(line.xs, line.ys, strict=True)], line.step)
        parts.append(
            f'<path d="{path}" fill="none" stroke="{line.colour}" stroke-width="2.5" '
            f'stroke-linejoin="round"{dash}/>'
        )
    parts += [_marked(mark, across(mark.x), up(mark.y), bottom) for mark in seen]
    return drawing(width, height, title, desc, parts)


def _key(entries: Sequence[Line | Mark]) -> list[str]:
    """Which line and which mark is which, under the label of the vertical axis."""
    parts, at = [], 0.0
    for each in entries:
        wide = 14 if isinstance(each, Mark) else 26
        if isinstance(each, Mark):
            parts.append(f'<circle cx="{at + 6:.1f}" cy="31" r="6" fill="{each.colour}"/>')
        else:
            dash = ' stroke-dasharray="6 4"' if each.dashed else ""
            parts.append(stroke(at, 31, at + 20, 31, each.colour, f' stroke-width="3"{dash}'))
        parts.append(words_at(at + wide + 4, 31, each.label, fill=SOFT, size=SMALL))
        at += wide + 4 + measure(each.label, SMALL) + 1.5 * GAP
    return parts


def _path(points: Sequence[tuple[float, float]], step: bool) -> str:
    """The path of a line: NaN interrupts it, a step goes right before it goes up."""
    parts, pen = [], "M"
    for x, y in points:
        if not (math.isfinite(x) and math.isfinite(y)):
            pen = "M"
            continue
        parts.append(f"H{x:.1f}V{y:.1f}" if step and pen == "L" else f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    return "".join(parts)


def _marked(mark: Mark, x: float, y: float, bottom: float) -> str:
    """A dot and its line to the axis; the label is a tip as well."""
    drop = stroke(x, y, x, bottom, mark.colour, ' stroke-dasharray="3 3"')
    dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{mark.colour}" stroke="#FFF"/>'
    return f"<g><title>{escape(mark.label)}</title>{drop}{dot}</g>"
