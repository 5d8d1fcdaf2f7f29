"""Charts of what a reform, or assistance itself, changes: poverty, winners, deciles."""

from collections.abc import Sequence

import numpy as np

from jiuzhu_sim.language import listed, text
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.report.drawing import WIDE, finished, ink_on, right_end
from jiuzhu_sim.report.figure import (
    BLUE,
    DIVERGING,
    GREY,
    INK,
    VERMILLION,
    Chart,
    minus,
    new_figure,
    style,
    value_axis,
)
from jiuzhu_sim.report.lettering import fold
from jiuzhu_sim.report.words import (
    Row,
    drawable,
    extremes,
    interval,
    left_out,
    named,
    position,
    said,
)

INSIDE = 0.06
"""Bands of less than this share carry no number inside; the legend has them all."""


SIDES = (("before",), ("after",))


def before_after(
    table: Table, sides: Sequence[Row] = SIDES, words: str = "chart.before_after"
) -> Chart:
    """Statistics before and after, a small panel each with its own scale: grey before, blue after.

    `sides`: the two rows, as in `poverty`; `words`: key of the sentence, with ``.title`` behind it
    of the title. Intervals (95 %) are thin lines.
    """
    before, after = sides
    pairs = [
        entry
        for entry in table.statistics
        if np.isfinite([table.get(entry.name, *row) for row in (before, after)]).all()
    ]
    changes = listed(
        [
            text(
                "chart.from_to",
                what=entry.title,
                old=table.show(entry.name, *before),
                new=table.show(entry.name, *after),
            )
            for entry in pairs
        ]
    )
    with style():
        figure = new_figure(WIDE, 2.6)
        panels = figure.subplots(1, max(len(pairs), 1), squeeze=False)[0]
        for axes, entry in zip(panels, pairs, strict=False):
            for at, (row, colour) in enumerate(((before, GREY), (after, BLUE))):
                value = table.get(entry.name, *row)
                axes.bar(at, value, width=0.62, color=colour)
                axes.vlines(at, *interval(table, entry.name, row), color=INK, linewidth=1.2)
                axes.annotate(
                    minus(table.show(entry.name, *row)),
                    (at, right_end(table, entry.name, row)),
                    xytext=(0, 4),
                    textcoords="offset points",
                    ha="center",
                    fontsize=9,
                )
            axes.set_title(fold(entry.title, 22), fontsize=10)
            axes.set_xticks((0, 1), [table.labels(row)[0] for row in (before, after)])
            axes.margins(x=0.12, y=0.15)
            value_axis(axes, "y", "", entry.unit)
        said_all = text(words, changes=changes) if pairs else text("chart.empty")
        missing = len(table.statistics) - len(pairs)
        more = [text("chart.missing", n=missing)] if missing else []
        return finished(
            panels[0],
            table,
            table.name,
            text(f"{words}.title"),
            [text("chart.end", said=said_all), *more],
        )


def winners_losers_bar(table: Table) -> Chart:
    """One bar of the shares of the five bands of change, blue for gains, orange for losses.

    The legend gives every band's share; bands too thin for a number inside are in it too.
    """
    rows = drawable(table, "share")
    parts = [
        text("chart.band", what=named(table, row), value=said(table, "share", row)) for row in rows
    ]
    paints = dict(zip([row for row in table.rows if TOTAL not in row], DIVERGING, strict=False))
    words = text("chart.bands", bands=listed(parts)) if rows else text("chart.empty")
    with style():
        figure = new_figure(WIDE, 1.9)
        axes = figure.add_subplot()
        start = 0.0
        for row, part in zip(rows, parts, strict=True):
            value = table.get("share", *row)
            axes.barh(
                0, value, left=start, height=0.7, color=paints[row], edgecolor="white", label=part
            )
            if value > INSIDE:
                axes.text(
                    start + value / 2,
                    0,
                    table.show("share", *row),
                    ha="center",
                    va="center",
                    color=ink_on(paints[row]),
                )
            start += value
        axes.set_xlim(0, 1)
        axes.set_yticks(())
        value_axis(axes, "x", text(f"chart.share.{table.per}"), "share")
        if rows:
            figure.legend(loc="outside upper left", ncols=3, fontsize=9, alignment="left")
        return finished(
            axes,
            table,
            table.name,
            text("chart.bands.title"),
            [text("chart.end", said=words), *left_out(table, "share")],
        )


def decile_bars(table: Table) -> Chart:
    """Mean gain by decile with 95 % intervals, poorest at the left; losses hang down in orange.

    >>> from jiuzhu_sim.measures import Statistic
    >>> gain = np.array([[42.0], [-1.5]])
    >>> table = Table("deciles", ("decile",), (("1",), ("2",)),
    ...               (Statistic("mean_gain_m", "yuan/person-month"),), gain, gain, gain,
    ...               np.array([9, 9]), "person", fields={"base": "现行", "new": "方案"})
    >>> decile_bars(table).sentence
    '平均月增加最高的是第1组（42.00元/人·月），最低的是第2组（-1.50元/人·月）。'
    """
    name = "mean_gain_m"
    entry = table.statistics[position(table, name)]
    rows = drawable(table, name)
    with style():
        figure = new_figure(WIDE, 3.4)
        axes = figure.add_subplot()
        for at, row in enumerate(rows):
            value = table.get(name, *row)
            low, high = interval(table, name, row)
            axes.bar(at, value, width=0.7, color=BLUE if value >= 0 else VERMILLION)
            axes.vlines(at, low, high, color=INK, linewidth=1.2)
            down = value < 0
            end = np.nanmin([value, low]) if down else right_end(table, name, row)
            axes.annotate(
                minus(table.show(name, *row)),
                (at, end),
                xytext=(0, -4 if down else 4),
                textcoords="offset points",
                ha="center",
                va="top" if down else "bottom",
                fontsize=9,
            )
        axes.axhline(0, color=GREY, linewidth=1)
        axes.set_xticks(range(len(rows)), [table.labels(row)[0] for row in rows])
        axes.set_xlabel(text("chart.deciles.axis", dim=table.headers()[0]))
        axes.margins(y=0.14)
        value_axis(axes, "y", entry.header, entry.unit)
        words = text("chart.end", said=extremes(table, name, rows, text("chart.decile")))
        return finished(axes, table, table.name, entry.title, [words, *left_out(table, name)])
