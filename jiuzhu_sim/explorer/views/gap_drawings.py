"""Two drawings of the funding gap as inline SVG: a band with its median by month, and a grid of
standards coloured by risk."""

import math
from collections.abc import Sequence

import numpy as np

from jiuzhu_sim.explorer.views.svg_lines import axis_text, ticks
from jiuzhu_sim.explorer.views.svg_marks import (
    GAP,
    SMALL,
    SOFT,
    WIDTH,
    box,
    drawing,
    group,
    measure,
    nice,
    stroke,
    words_at,
)
from jiuzhu_sim.language import text
from jiuzhu_sim.outlook.afford.gap import Contour
from jiuzhu_sim.report.annual import money
from jiuzhu_sim.report.figure import BLUE, FAINT, INK, VERMILLION, tick
from jiuzhu_sim.report.funding_charts import LEVELS, SHADES

HEIGHT, TALL = 260.0, 330.0
BAND = "#CFE3F1"
"""Shade of the 80 % band: text and grid on it stay readable."""

STEPS = 5
"""Numbers along each side of the grid, about."""


def fan(
    labels: Sequence[str],
    middle: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    *,
    title: str,
    desc: str,
) -> str:
    """Need by month: the band from P10 to P90, the median as a line with a dot a month.

    >>> fan(["1", "2"], [5.0, 6.0], [4.0, 5.0], [6.0, 8.0], title="需求", desc="").count("<circle")
    2
    """
    reach = nice(max(high))
    marks = ticks(0, reach)
    shown = [axis_text(value, "yuan", reach) for value in marks]
    left = max(measure(words, SMALL) for words in shown) + GAP
    top, bottom, right = 30.0, HEIGHT - 30.0, WIDTH - GAP
    wide = (right - left) / max(len(labels), 1)
    xs = [left + wide * (number + 0.5) for number in range(len(labels))]

    def up(value: float) -> float:
        return bottom - value / reach * (bottom - top)

    parts = [box(0, 3, 14, 12, BAND), words_at(20, 9, text("funding_gap.band"), fill=SOFT)]
    for value, words in zip(marks, shown, strict=True):
        parts.append(stroke(left, up(value), right, up(value), FAINT))
        parts.append(words_at(left - 6, up(value), words, anchor="end", fill=SOFT, size=SMALL))
    edge = [*zip(xs, high, strict=True), *reversed(list(zip(xs, low, strict=True)))]
    outline = " ".join(f"{x:.1f},{up(y):.1f}" for x, y in edge)
    parts.append(f'<polygon points="{outline}" fill="{BAND}" fill-opacity="0.8"/>')
    path = "L".join(f"{x:.1f} {up(y):.1f}" for x, y in zip(xs, middle, strict=True))
    parts.append(f'<path d="M{path}" fill="none" stroke="{BLUE}" stroke-width="2.5"/>')
    for number, (x, label) in enumerate(zip(xs, labels, strict=True)):
        tip = f"{label}  P50 {money(middle[number])}  P10 {money(low[number])}  "
        dot = f'<circle cx="{x:.1f}" cy="{up(middle[number]):.1f}" r="4" fill="{BLUE}"/>'
        parts.append(group(f"{tip}P90 {money(high[number])}", dot))
        parts.append(words_at(x, bottom + 15, label, anchor="middle", fill=SOFT, size=SMALL))
    parts.append(stroke(left, bottom, right, bottom, SOFT))
    return drawing(WIDTH, HEIGHT, title, desc, parts)


def heat(
    found: Contour,
    risk: float,
    now: tuple[float, float],
    *,
    x: str,
    y: str,
    title: str,
    desc: str,
) -> str:
    """Both standards as a grid coloured by the probability of a gap; within the chosen risk lies
    what is left of and below the red line. `now`: the present urban and rural standard, a dot.

    >>> grid = Contour(*map(np.array, ([1.0, 2.0], [5.0, 6.0], [[0.1, 0.4], [0.2, 0.9]])),
    ...                np.zeros((2, 2)))
    >>> heat(grid, 0.2, (1.0, 5.0), x="", y="", title="", desc="").count("<rect")
    4
    """
    left, top, right, bottom = 52.0, 30.0, WIDTH - GAP, TALL - 50.0
    urban, rural = found.urban, found.rural
    wide, high = (right - left) / len(urban), (bottom - top) / len(rural)
    parts = [words_at(0, 9, y, fill=SOFT, size=SMALL)]
    shades = np.searchsorted(LEVELS, found.probability)
    for i, u in enumerate(urban):
        for j, r in enumerate(rural):
            tip = f"{tick(u)} / {tick(r)}  {found.probability[i, j]:.0%}"
            at = left + wide * i, bottom - high * (j + 1)
            parts.append(group(tip, box(*at, wide + 0.3, high + 0.3, SHADES[shades[i, j]])))
    parts.append(_border(found, risk, left, bottom, wide, high))
    parts += [_axis_word(left + wide * (i + 0.5), bottom + 14, urban[i]) for i in _some(len(urban))]
    for j in _some(len(rural)):
        middle = bottom - high * (j + 0.5)
        parts.append(
            words_at(left - 6, middle, tick(rural[j]), anchor="end", fill=SOFT, size=SMALL)
        )
    place = left + wide / 2 + (now[0] - urban[0]) / _span(urban) * wide * (len(urban) - 1)
    up = bottom - high / 2 - (now[1] - rural[0]) / _span(rural) * high * (len(rural) - 1)
    dot = f'<circle cx="{place:.1f}" cy="{up:.1f}" r="6" fill="{INK}" stroke="#FFF"/>'
    parts.append(group(text("funding_gap.both_now"), dot))
    parts.append(words_at((left + right) / 2, TALL - 14, x, anchor="middle", fill=SOFT, size=SMALL))
    return drawing(WIDTH, TALL, title, desc, parts)


def _span(values: np.ndarray) -> float:
    return float(values[-1] - values[0]) or 1.0


def _some(count: int) -> range:
    """Which places carry a number: some five of them."""
    return range(0, count, max(count // STEPS, 1))


def _axis_word(x: float, y: float, value: float) -> str:
    return words_at(x, y, tick(value), anchor="middle", fill=SOFT, size=SMALL)


def _border(
    found: Contour, risk: float, left: float, bottom: float, wide: float, high: float
) -> str:
    """The edge of what is within the risk, as a staircase from left to right."""
    best = found.highest_rural(risk)
    points = []
    for number, value in enumerate(best):
        step = 0 if math.isnan(value) else int(np.searchsorted(found.rural, value)) + 1
        y = bottom - high * step
        points += [(left + wide * number, y), (left + wide * (number + 1), y)]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{path}" fill="none" stroke="{VERMILLION}" stroke-width="3"/>'
