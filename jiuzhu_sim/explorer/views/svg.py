"""Charts of rows as inline SVG: strings, quick to make, sharp on any screen, readable aloud.

A chart gets labels, values and the values as their table shows them; it computes places, never
numbers. What does not exist (NaN: hidden, or no value) is not drawn, its text stands alone.
Scales end at round numbers, so that a chart keeps still while a slider moves a little.
"""

import math
from collections.abc import Sequence

from jiuzhu_sim.explorer.views.svg_marks import (
    GAP,
    LINE,
    PALE,
    SIZE,
    SMALL,
    SOFT,
    WIDTH,
    Entry,
    Rows,
    box,
    change_ink,
    drawing,
    escape,
    group,
    measure,
    nice,
    room_for,
    stroke,
    words_at,
)
from jiuzhu_sim.report.drawing import ink_on
from jiuzhu_sim.report.figure import BLUE, DIVERGING, FAINT, GREY, INK, VERMILLION

__all__ = [
    "WIDTH",
    "Entry",
    "bars",
    "columns",
    "dots",
    "escape",
    "paired",
    "stacked",
    "starts_at",
    "waterfall",
]


def _finite(entries: Sequence[Entry], *places: int) -> list[float]:
    found = (entry.values[k] for entry in entries for k in places)
    return [value for value in found if math.isfinite(value)]


def _span(values: Sequence[float]) -> tuple[float, float]:
    """The ends of a scale that holds zero."""
    low, high = min([0.0, *values]), max([0.0, *values])
    return (-nice(-low) if low < 0 else 0.0), (nice(high) if high > 0 or low == 0 else 0.0)


def bars(
    entries: Sequence[Entry],
    *,
    title: str,
    desc: str,
    colours: Sequence[str] = (BLUE,),
    width: float = WIDTH,
) -> str:
    """A bar for each entry's first value, from zero; below zero to the left, in vermillion.

    `colours`: of the entries in order, the last one for all that are left.

    >>> made = bars([Entry("东河乡", (3.0,), ("3",))], title="户数", desc="东河乡3户。")
    >>> made.startswith("<svg"), made.count("<rect")
    (True, 1)
    """
    rows = Rows.of(entries, width, 28, room_for(entry.shown[0] for entry in entries))
    low, high = _span(_finite(entries, 0))
    scale = (rows.right - rows.left) / (high - low)
    zero, at, parts = rows.left - low * scale, 0.0, []
    for number, entry in enumerate(entries):
        value, middle = entry.values[0], at + rows.heights[number] / 2
        drawn = ""
        if math.isfinite(value):
            start = zero + min(value, 0) * scale
            fill = colours[min(number, len(colours) - 1)] if value >= 0 else VERMILLION
            drawn = box(start, middle - 9, abs(value) * scale, 18, fill)
        shown = words_at(width, middle, entry.shown[0], anchor="end")
        parts.append(group(entry.tip, rows.label(number, middle), drawn, shown))
        at += rows.heights[number]
    parts.append(stroke(zero, 0, zero, at, GREY))
    return drawing(width, at, title, desc, parts)


def _heads(heads: tuple[str, str, str], width: float, middle: float) -> list[str]:
    """What the grey and the blue mark mean, at the left, and the head of the last column."""
    parts, at = [], 0.0
    for words, fill in zip(heads, (GREY, BLUE), strict=False):
        parts += [box(at, middle - 6, 12, 12, fill)]
        parts += [words_at(at + 18, middle, words, fill=SOFT, size=SMALL)]
        at += 18 + measure(words, SMALL) + 2 * GAP
    return [*parts, words_at(width, middle, heads[2], anchor="end", fill=SOFT, size=SMALL)]


def paired(
    entries: Sequence[Entry],
    *,
    title: str,
    desc: str,
    heads: tuple[str, str, str],
    width: float = WIDTH,
    of_whole: bool = False,
) -> str:
    """Baseline and scenario as two bars a row, grey and blue, with both numbers and the change.

    Entries hold (base, new, change). `of_whole`: the third value is no change but what both are
    a part of; it is drawn pale behind them, and each row has a scale of its own.
    """
    changes = room_for((*(entry.shown[2] for entry in entries), heads[2]), bold=True) + GAP
    amounts = room_for(shown for entry in entries for shown in entry.shown[:2])
    rows = Rows.of(entries, width, 46, amounts + changes)
    top, parts = 24.0, _heads(heads, width, 9)
    whole = max([0.0, *_finite(entries, 0, 1)])
    for number, entry in enumerate(entries):
        middle = top + rows.heights[number] / 2
        reach = max([0.0, *_finite([entry], 0, 1, 2)]) if of_whole else nice(whole)
        scale = (rows.right - rows.left) / (reach or 1.0)
        drawn = []
        if of_whole and math.isfinite(entry.values[2]):
            drawn.append(box(rows.left, middle - 18, entry.values[2] * scale, 36, PALE))
        for k, (fill, ink) in enumerate(((GREY, SOFT), (BLUE, INK))):
            y, value = middle - 9 + 18 * k, entry.values[k]
            if math.isfinite(value):
                drawn.append(box(rows.left, y - 7, max(value, 0) * scale, 14, fill))
            drawn.append(words_at(width - changes, y, entry.shown[k], anchor="end", fill=ink))
        ink = SOFT if of_whole else change_ink(entry.values[2])
        drawn.append(
            words_at(width, middle, entry.shown[2], anchor="end", fill=ink, bold=not of_whole)
        )
        parts.append(group(entry.tip, rows.label(number, middle), *drawn))
        top += rows.heights[number]
    parts.append(stroke(rows.left, 24, rows.left, top, GREY))
    return drawing(width, top, title, desc, parts)


def dots(
    entries: Sequence[Entry],
    *,
    title: str,
    desc: str,
    heads: tuple[str, str, str],
    width: float = WIDTH,
) -> str:
    """Baseline and scenario as a grey and a blue dot on one line, with the change at the right.

    Entries hold (base, new, change), as in `paired`; good for many rows. The scale starts at zero.
    """
    changes = room_for((*(entry.shown[2] for entry in entries), heads[2]), bold=True)
    amounts = room_for(entry.shown[1] for entry in entries)
    rows = Rows.of(entries, width, 25, amounts + changes + GAP)
    top, parts = 24.0, _heads(heads, width, 9)
    scale = (rows.right - rows.left) / nice(max([0.0, *_finite(entries, 0, 1)]))
    for number, entry in enumerate(entries):
        middle = top + rows.heights[number] / 2
        base, new = entry.values[:2]
        drawn = [stroke(rows.left, middle, rows.right, middle, FAINT)]
        if math.isfinite(base) and math.isfinite(new):
            ends = rows.left + base * scale, rows.left + new * scale
            ink = change_ink(entry.values[2])
            drawn.append(stroke(ends[0], middle, ends[1], middle, ink, ' stroke-width="4"'))
            for x, fill in zip(ends, (GREY, BLUE), strict=True):
                drawn.append(f'<circle cx="{x:.1f}" cy="{middle:.1f}" r="6" fill="{fill}"/>')
        drawn.append(words_at(width - changes, middle, entry.shown[1], anchor="end", size=SMALL))
        ink = change_ink(entry.values[2])
        drawn.append(
            words_at(width, middle, entry.shown[2], anchor="end", fill=ink, size=SMALL, bold=True)
        )
        parts.append(group(entry.tip, rows.label(number, middle), *drawn))
        top += rows.heights[number]
    parts.append(stroke(rows.left, 24, rows.left, top, GREY))
    return drawing(width, top, title, desc, parts)


def stacked(
    entries: Sequence[Entry],
    *,
    title: str,
    desc: str,
    heads: Sequence[str] = (),
    colours: Sequence[str] = DIVERGING,
    width: float = WIDTH,
) -> str:
    """One bar of shares (0–1), and under it each part with its numbers; `heads`: of these.

    >>> made = stacked([Entry("受益", (0.4,), ("40.00%",)), Entry("不变", (0.6,), ("60.00%",))],
    ...                title="分布", desc="")
    >>> made.count("40.00%") >= 2
    True
    """
    parts, at, tall = [], 0.0, 44.0
    for entry, fill in zip(entries, colours, strict=False):
        value = entry.values[0]
        if not math.isfinite(value) or value <= 0:
            continue
        wide = value * width
        drawn = [box(at, 0, wide - 1, tall, fill)]
        if measure(entry.shown[0]) + GAP < wide:
            ink = ink_on(fill)
            drawn.append(
                words_at(at + wide / 2, tall / 2, entry.shown[0], anchor="middle", fill=ink)
            )
        parts.append(group(entry.tip, *drawn))
        at += wide
    places = [width - width * 0.29 * k for k in reversed(range(max(len(heads), 1)))]
    below = tall + 22
    for x, words in zip(places, heads, strict=False):
        parts.append(words_at(x, below, words, anchor="end", fill=SOFT, size=SMALL))
    below += 24 if heads else 0
    for number, (entry, fill) in enumerate(zip(entries, colours, strict=False)):
        y = below + 25 * number
        parts += [box(0, y - 7, 14, 14, fill), words_at(22, y, entry.label)]
        for x, shown in zip(places, entry.shown, strict=False):
            parts.append(words_at(x, y, shown, anchor="end"))
    return drawing(width, below - 12 + 25 * len(entries), title, desc, parts)


def columns(
    entries: Sequence[Entry],
    *,
    title: str,
    desc: str,
    axis: str = "",
    colour: str = BLUE,
    width: float = WIDTH,
    height: float = 250,
) -> str:
    """Upright bars from a zero line, those below it in vermillion; `axis`: what the labels are.

    Numbers stand at the columns where all of them fit, else they are in the tips and the table.
    """
    low, high = _span(_finite(entries, 0))
    top, bottom = 24.0, height - (46 if axis else 26)
    if low < 0:
        bottom -= LINE
    scale, wide = (bottom - top) / (high - low), width / max(len(entries), 1)
    zero = bottom + low * scale
    size = next((s for s in (SIZE, SMALL, SMALL - 1) if _all_fit(entries, wide, s)), 0)
    parts = []
    for number, entry in enumerate(entries):
        middle, value = wide * (number + 0.5), entry.values[0]
        drawn, end = [], zero
        if math.isfinite(value):
            fill, end = colour if value >= 0 else VERMILLION, zero - value * scale
            drawn.append(
                box(middle - wide * 0.36, min(end, zero), wide * 0.72, abs(end - zero), fill)
            )
        if size:
            y = end + 11 if value < 0 else end - 11
            drawn.append(words_at(middle, y, entry.shown[0], anchor="middle", size=size))
        y = height - (36 if axis else 12)
        drawn.append(words_at(middle, y, entry.label, anchor="middle", fill=SOFT, size=SMALL))
        parts.append(group(entry.tip, *drawn))
    parts.append(stroke(0, zero, width, zero, INK))
    if axis:
        parts.append(words_at(width / 2, height - 12, axis, anchor="middle", fill=SOFT, size=SMALL))
    return drawing(width, height, title, desc, parts)


def _all_fit(entries: Sequence[Entry], wide: float, size: float) -> bool:
    return all(measure(entry.shown[0], size) < wide + 2 for entry in entries)


def waterfall(entries: Sequence[Entry], *, title: str, desc: str, width: float = WIDTH) -> str:
    """From a first amount by steps to a last one: the first and last entry stand on the axis.

    The values of the steps between are changes. Where these are small beside the amounts the
    axis does not start at zero and the bars of the amounts are torn (`starts_at`).
    """
    numbers = room_for((entry.shown[0] for entry in entries), bold=True)
    rows = Rows.of(entries, width, 34, numbers)
    ends = _running(entries)
    low = starts_at(entries)
    high = max([end for pair in ends for end in pair if math.isfinite(end)], default=low)
    scale = (rows.right - rows.left) / ((high - low) * 1.04 or 1.0)
    at, parts, last = 0.0, [], len(entries) - 1
    for number, (entry, (start, end)) in enumerate(zip(entries, ends, strict=True)):
        middle, whole = at + rows.heights[number] / 2, number in (0, last)
        drawn = []
        if math.isfinite(start) and math.isfinite(end):
            x1, x2 = (rows.left + (max(edge, low) - low) * scale for edge in sorted((start, end)))
            fill = (GREY if number == 0 else BLUE) if whole else change_ink(end - start)
            drawn.append(box(x1, middle - 10, max(x2 - x1, 1.5), 20, fill))
            if whole and low > 0:
                drawn.append(_tear(rows.left + 8, middle))
        ink = INK if whole else change_ink(entry.values[0])
        drawn.append(words_at(width, middle, entry.shown[0], anchor="end", fill=ink, bold=True))
        if number < last and math.isfinite(end):
            x = rows.left + (end - low) * scale
            below = middle + rows.heights[number] / 2 + rows.heights[number + 1] / 2 - 10
            drawn.append(stroke(x, middle + 10, x, below, SOFT, ' stroke-dasharray="2 2"'))
        parts.append(group(entry.tip, rows.label(number, middle), *drawn))
        at += rows.heights[number]
    parts.append(stroke(rows.left, 0, rows.left, at, GREY))
    return drawing(width, at, title, desc, parts)


def _running(entries: Sequence[Entry]) -> list[tuple[float, float]]:
    """Where each bar of a waterfall starts and ends."""
    found, total = [], 0.0
    for number, entry in enumerate(entries):
        value = entry.values[0]
        whole = number in (0, len(entries) - 1)
        start, total = (0.0, value) if whole else (total, total + value)
        found.append((start, total))
    return found


def starts_at(entries: Sequence[Entry]) -> float:
    """Where the axis of a waterfall starts: at zero, or near the smallest amount where all
    changes together are less than half of it.

    >>> steps = [Entry("", (value,), ("",)) for value in (100.0, 4.0, 104.0)]
    >>> starts_at(steps), starts_at([steps[1], steps[0], steps[2]])
    (96.0, 0.0)
    """
    ends = [end for _, end in _running(entries)]
    if not ends or not all(map(math.isfinite, ends)):
        return 0.0
    reach = max(ends) - min(ends)
    return min(ends) - reach if min(ends) > 2 * reach > 0 else 0.0


def _tear(x: float, middle: float) -> str:
    """A white zigzag across a bar: it is longer than drawn."""
    return (
        f'<path d="M{x:.1f} {middle - 12:.1f}l4 6l-4 6l4 6l-4 6" stroke="#FFF" '
        f'stroke-width="4" fill="none"/>'
    )
