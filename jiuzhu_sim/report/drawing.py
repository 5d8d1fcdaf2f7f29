"""Pieces that several charts share: labelled bars, numbers beside them, the finished `Chart`."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.figure import GREY, INK, Chart, minus, new_figure, to_png
from jiuzhu_sim.report.lettering import fold
from jiuzhu_sim.report.words import Row, interval, joined

WIDE = 8.4
"""Width of a chart, inches; a page of A4 shows it a quarter smaller."""

LABEL = 26
"""Columns of text before a label at the left is folded."""

LINE = 0.19
"""Height of a line of a label, inches."""

HEAD = 0.85
"""Height of what is not bars: axis, its title, margins; inches."""


def labelled_rows(labels: Sequence[str], height: float = 0.3, head: float = HEAD) -> Any:
    """Axes with one place for each label, first on top, as high as their longest label needs.

    `height`: of a place, `head`: of all else, inches. The places are 0, 1, 2, … from the top.
    """
    folded = [fold(label, LABEL) for label in labels]
    lines = max((label.count("\n") + 1 for label in folded), default=1)
    figure = new_figure(WIDE, head + max(height, lines * LINE + 0.06) * max(len(labels), 2))
    axes = figure.add_subplot()
    axes.set_yticks(range(len(labels)), folded)
    axes.set_ylim(max(len(labels), 1) - 0.4, -0.6)
    if not labels:
        axes.text(0.5, 0.5, text("chart.nothing"), transform=axes.transAxes, ha="center")
    return axes


def beside(axes: Any, value: float, at: float, shown: str) -> None:
    """A number just right of a place on the value axis, on white so that the grid stays off it."""
    white = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    axes.annotate(
        minus(shown),
        (value, at),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=9,
        bbox=white,
    )


def reference(axes: Any, value: float, shown: str) -> None:
    """A dashed line across a chart of rows, named above it."""
    axes.axvline(value, color=GREY, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
    axes.annotate(
        minus(shown),
        (value, 1),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=9,
    )


def right_end(table: Table, statistic: str, row: Row) -> float:
    """Where a value or its interval ends, whichever lies further right."""
    return float(np.nanmax([table.get(statistic, *row), interval(table, statistic, row)[1]]))


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on a colour.

    >>> ink_on("#0072B2"), ink_on("#F0E442")
    ('white', '#222222')
    """
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < 140 else INK


def finished(axes: Any, table: Table, key: str, title: str, sentences: Sequence[str]) -> Chart:
    """The chart of these axes' figure, inside `style()`. `title`: what of the table is drawn."""
    png, width, height = to_png(axes.figure)
    title = text("chart.title", table=table.title, what=title)
    sentence = joined(sentences)
    alt = text("chart.alt", title=title, sentence=sentence)
    return Chart(key, png, width, height, title, sentence, alt, table)
