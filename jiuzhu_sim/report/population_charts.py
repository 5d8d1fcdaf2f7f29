"""Charts of a population: margins with their tolerance, fifths of income, weight ratios."""

from typing import Any

import numpy as np

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.drawing import HEAD, WIDE, finished
from jiuzhu_sim.report.figure import (
    BLUE,
    GREY,
    VERMILLION,
    Chart,
    minus,
    new_figure,
    style,
    value_axis,
)
from jiuzhu_sim.report.lettering import fold
from jiuzhu_sim.report.words import Row, drawable, left_out

REACH = 3.0
"""Tolerances drawn to each side; what is further off is an arrow at the edge."""

EDGE = 0.97
"""Where the arrow stands, of the way to the edge."""

GROUP = 5
"""Signs of a group's name that fit on one line."""

TITLE = 40
"""Columns of text before a panel's title is folded."""

LINE = 0.26
"""Height of a margin's line, inches."""

COLUMNS = 2
"""Panels side by side."""


def compared_with(table: Table) -> str:
    """The column that a margin is held against: after calibration, or the people as they are."""
    names = [entry.name for entry in table.statistics]
    return "after" if "after" in names else "synthetic"


def margin_dots(table: Table) -> Chart:
    """How far the people are from each margin, in tolerances of that margin.

    Statistics: target, after (or synthetic), difference_rate, tolerance, verdict, and before if
    there was a calibration (hollow). Beyond the tolerance a dot is an orange diamond.
    """
    now = compared_with(table)
    rows = drawable(table, "target", now, "difference_rate")
    with style():
        axes = _lines([_bare(table.labels(row)[0]) for row in rows])
        axes.axvspan(-1, 1, color="#E8E8E8", zorder=0)
        axes.axvline(0, color=GREY, linewidth=1, zorder=1)
        for at, row in enumerate(rows):
            tolerance, rate = table.get("tolerance", *row), table.get("difference_rate", *row)
            if now == "after":
                old = table.get("before", *row) / table.get("target", *row) - 1
                _mark(axes, old / tolerance, at, "o", GREY, filled=False)
            fails = table.get("verdict", *row) == 0
            colour, mark = (VERMILLION, "D") if fails else (BLUE, "o")
            _mark(axes, rate / tolerance, at, mark, colour)
            axes.annotate(
                minus(table.show("difference_rate", *row)),
                (1.015, at),
                xycoords=axes.get_yaxis_transform(),
                va="center",
                fontsize=9,
                color=VERMILLION if fails else None,
            )
        axes.set_xlim(-REACH, REACH)
        key = "chart.margins.axis_before" if now == "after" else "chart.margins.axis"
        value_axis(axes, "x", text(key))
        return finished(
            axes,
            table,
            table.name,
            text("chart.margins.title"),
            [_margins_said(table, rows, now), *left_out(table, "target", now)],
        )


def _bare(label: str) -> str:
    """A label without its brackets: the unit, which percentages do not need, and asides."""
    return label.split("（")[0].split(" (")[0]


def _lines(labels: list[str]) -> Any:
    """Axes with a narrow line for each label, first on top."""
    figure = new_figure(WIDE, HEAD + LINE * max(len(labels), 2))
    axes = figure.add_subplot()
    axes.set_yticks(range(len(labels)), labels, fontsize=9)
    axes.set_ylim(max(len(labels), 1) - 0.5, -0.5)
    return axes


def _mark(axes: Any, distance: float, at: int, mark: str, colour: str, filled: bool = True) -> None:
    """A dot where the difference is; an arrow at the edge where that is beyond the chart."""
    if abs(distance) > REACH:
        mark, distance = (">", REACH * EDGE) if distance > 0 else ("<", -REACH * EDGE)
    axes.plot(
        distance, at, mark, color=colour, markersize=6, fillstyle="full" if filled else "none"
    )


def _margins_said(table: Table, rows: list[Row], now: str) -> str:
    if not rows:
        return text("chart.end", said=text("chart.empty"))
    far = max(rows, key=lambda row: abs(table.get("difference_rate", *row)))
    said = text(
        "chart.margins",
        n=len(rows),
        within=sum(table.get("verdict", *row) > 0 for row in rows),
        what=_bare(table.labels(far)[0]),
        target=table.show("target", *far),
        value=table.show(now, *far),
        rate=table.show("difference_rate", *far),
    )
    return text("chart.end", said=said)


def quintile_bars(table: Table) -> Chart:
    """Means of fifths: known ones grey, those of the people blue, a panel a margin."""
    now = compared_with(table)
    rows = drawable(table, "target", now)
    panels: dict[str, list[Row]] = {}
    for row in rows:
        panels.setdefault(row[0], []).append(row)
    with style():
        lines = max(-(-len(panels) // COLUMNS), 1)
        figure = new_figure(WIDE, 2.7 * lines)
        plots = figure.subplots(lines, min(COLUMNS, max(len(panels), 1)), squeeze=False).ravel()
        for axes in plots[len(panels) :]:
            axes.set_visible(False)
        for axes, some in zip(plots, panels.values(), strict=False):
            _fifths(axes, table, some, now)
        said = [_fifths_said(table, some, now) for some in panels.values()]
        return finished(
            plots[0],
            table,
            table.name,
            text("chart.quintiles.title"),
            said or [text("chart.end", said=text("chart.empty"))],
        )


def _fifths(axes: Any, table: Table, rows: list[Row], now: str) -> None:
    """The bars of one margin: known beside synthetic, the difference above."""
    places = np.arange(len(rows))
    for shift, name, colour in ((-0.2, "target", GREY), (0.2, now, BLUE)):
        heights = [table.get(name, *row) for row in rows]
        axes.bar(places + shift, heights, width=0.38, color=colour)
    for place, row in zip(places, rows, strict=True):
        top = max(table.get("target", *row), table.get(now, *row))
        axes.annotate(
            minus(table.show("difference_rate", *row)),
            (place, top),
            (0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=8,
        )
    axes.set_xticks(places, [_halved(table.labels(row)[1]) for row in rows], fontsize=9)
    axes.set_title(fold(table.labels(rows[0])[0], TITLE), fontsize=10)
    axes.margins(y=0.14)
    value_axis(axes, "y", "")


def _halved(label: str) -> str:
    """A long Chinese name on two lines."""
    middle = (len(label) + 1) // 2
    return (
        label if len(label) <= GROUP or label.isascii() else f"{label[:middle]}\n{label[middle:]}"
    )


def _fifths_said(table: Table, rows: list[Row], now: str) -> str:
    far = max(rows, key=lambda row: abs(table.get("difference_rate", *row)))
    margin, group, *_ = table.labels(far)
    said = text(
        "chart.quintiles",
        margin=margin,
        what=group,
        target=table.show("target", *far),
        value=table.show(now, *far),
        rate=table.show("difference_rate", *far),
    )
    return text("chart.end", said=said)


def ratio_histogram(table: Table) -> Chart:
    """How many households in the data have which weight ratio; the old weight is the dashed line.

    Rows: classes of equal width from the least to the largest ratio, as `ratio_bars` makes them.
    """
    ends = [tuple(map(float, row[0].split("–"))) for row in table.rows]
    counts = [table.get("in_data", *row) for row in table.rows]
    most = int(np.argmax(counts))
    with style():
        figure = new_figure(WIDE, 3.0)
        axes = figure.add_subplot()
        for (low, high), count in zip(ends, counts, strict=True):
            width = max(high - low, 0.01)
            axes.bar(low, count, width=width, align="edge", color=BLUE, edgecolor="white")
        axes.axvline(1, color=GREY, linewidth=1.2, linestyle=(0, (4, 3)))
        axes.set_xlabel(text("dim.ratio"))
        value_axis(axes, "y", table.statistics[0].header)
        said = text(
            "chart.bars",
            n=f"{sum(counts):,.0f}",
            what=table.rows[most][0],
            value=table.show("in_data", *table.rows[most]),
        )
        return finished(
            axes, table, table.name, text("chart.bars.title"), [text("chart.end", said=said)]
        )
