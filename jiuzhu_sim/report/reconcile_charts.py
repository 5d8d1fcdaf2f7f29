"""Charts of reconciling: differences from a ledger with their tolerance, and the version line."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.against_ledger import GREEN
from jiuzhu_sim.language import listed, pick, text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.drawing import WIDE, finished, labelled_rows, reference
from jiuzhu_sim.report.figure import (
    GREY,
    PALETTE,
    VERMILLION,
    Chart,
    minus,
    new_figure,
    style,
    value_axis,
)
from jiuzhu_sim.report.words import Row, drawable, interval, left_out, named

MARKS = ("o", "s", "D", "^", "v", "P", "X", "*")
"""A mark for each item, in their order."""

SPREAD = 0.75
"""Height over which the items of a place lie, of the 1 from one place to the next."""

ITEM_HEIGHT = 0.15
"""Height of an item in a place, inches."""

LEAST_REACH = 1.6
"""The axis reaches at least so many times the tolerance."""

INDEX = 100.0
"""What the first version is drawn as."""


def dots(table: Table) -> Chart:
    """How far the model is from the ledger, a row a place, a mark an item, the tolerance grey.

    Rows: (place…, item) as in `comparison_tables`. What is beyond its tolerance carries its number
    and the model's 95 % interval, as a line.
    """
    shown = drawable(table, "difference_rate", totals=True)
    places = list(dict.fromkeys(row[:-1] for row in shown))
    items = list(dict.fromkeys(row[-1] for row in shown))
    rates = {row: table.get("difference_rate", *row) for row in shown}
    beyond = [row for row in shown if table.get("colour", *row) < GREEN]
    words = text("chart.dots.none")
    if shown:
        far = max(shown, key=lambda row: abs(rates[row]))
        told = {"what": named(table, far), "rate": table.show("difference_rate", *far)}
        words = text("chart.dots.within", n=len(shown))
        if beyond:
            words = text("chart.dots.said", n=len(shown), beyond=len(beyond), **told)
    with style():
        labels = [" · ".join(table.labels((*place, items[0]))[:-1]) for place in places]
        axes = labelled_rows(labels, height=max(0.42, ITEM_HEIGHT * len(items)))
        for limit in sorted({table.get("tolerance", *row) for row in shown}, reverse=True):
            axes.axvspan(-limit, limit, color=GREY, alpha=0.15, linewidth=0, zorder=0)
        reference(axes, 0, "")
        for number, item in enumerate(items):
            _item(axes, table, [row for row in shown if row[-1] == item], places, number, items)
        furthest = [abs(rate) for rate in rates.values()]
        furthest += [
            float(np.abs(_ends(table, row)).max()) for row in beyond if _has_ends(table, row)
        ]
        widest = max([table.get("tolerance", *row) for row in shown], default=0.01)
        reach = max(max(furthest, default=0) * 1.12, widest * LEAST_REACH)
        axes.set_xlim(-reach, reach)
        value_axis(axes, "x", text("chart.dots.axis"), "share")
        if items:
            axes.figure.legend(loc="outside upper left", ncols=min(len(items), 4))
        return finished(
            axes,
            table,
            table.name,
            text("chart.dots.title"),
            [text("chart.end", said=words), *left_out(table, "difference_rate")],
        )


def _item(
    axes: Any, table: Table, rows: list[Row], places: list[Row], number: int, items: list[str]
) -> None:
    """The marks of one item."""
    shift = (number - (len(items) - 1) / 2) * SPREAD / max(len(items), 1)
    colour = PALETTE[number % len(PALETTE)]
    for row in rows:
        at, rate = places.index(row[:-1]) + shift, table.get("difference_rate", *row)
        is_beyond = table.get("colour", *row) < GREEN
        if is_beyond and _has_ends(table, row):
            axes.hlines(at, *_ends(table, row), color=colour, linewidth=1, alpha=0.6)
        axes.plot(rate, at, MARKS[number % len(MARKS)], color=colour, markersize=5)
        if is_beyond:
            axes.annotate(
                minus(table.show("difference_rate", *row)),
                (rate, at),
                xytext=(7 if rate > 0 else -7, 0),
                textcoords="offset points",
                ha="left" if rate > 0 else "right",
                va="center",
                fontsize=7.5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
                color=VERMILLION if table.get("colour", *row) == 0 else None,
            )
    if rows:
        label = pick((table.names or {})[rows[0][-1]])
        axes.plot([], [], MARKS[number % len(MARKS)], color=colour, label=label)


def _ends(table: Table, row: Row) -> NDArray[np.float64]:
    """The ends of the model's interval, as shares of the ledger; NaN where there are none."""
    return np.array(interval(table, "model", row)) / (table.get("ledger", *row) or np.nan) - 1


def _has_ends(table: Table, row: Row) -> bool:
    return bool(np.isfinite(_ends(table, row)).all())


def version_lines(table: Table) -> Chart:
    """The numbers of each place in each version, a panel a place, the first version being 100."""
    by_place: dict[str, list[Row]] = {}
    for row in table.rows:
        by_place.setdefault(row[0], []).append(row)
    with style():
        figure = new_figure(WIDE, 2.9)
        panels = figure.subplots(1, len(by_place), squeeze=False, sharey=True)[0]
        for axes, rows in zip(panels, by_place.values(), strict=True):
            for number, entry in enumerate(table.statistics):
                values = np.array([table.get(entry.name, *row) for row in rows])
                # Side by side, so that equal lines are all seen.
                at = np.arange(len(rows)) + (number - 1) * 0.06
                axes.plot(
                    at,
                    values / values[0] * INDEX,
                    marker=MARKS[number],
                    color=PALETTE[number],
                    markersize=4.5,
                    linewidth=1.4,
                    label=entry.title if axes is panels[0] else None,
                )
            axes.set_xticks(range(len(rows)), [table.labels(row)[1] for row in rows])
            axes.set_title(table.labels(rows[0])[0], fontsize=10)
            axes.margins(x=0.1, y=0.25)
            value_axis(axes, "y", text("chart.history.axis") if axes is panels[0] else "")
        low, high = panels[0].get_ylim()
        panels[0].set_ylim(min(low, INDEX - 1), max(high, INDEX + 1))
        figure.legend(loc="outside upper left", ncols=len(table.statistics))
        said = [_said(table, rows) for rows in by_place.values()]
        return finished(panels[0], table, table.name, text("chart.history.title"), said)


def _said(table: Table, rows: list[Row]) -> str:
    """What became of a place's numbers from the first version to the last."""
    first, last, told = rows[0], rows[-1], []
    for entry in table.statistics:
        old, new = table.get(entry.name, *first), table.get(entry.name, *last)
        shown: Mapping[str, str] = {"old": entry.show(old), "new": entry.show(new)}
        key = "chart.history.same" if old == new else "chart.history"
        told.append(text(key, statistic=entry.title, rate=f"{new / old - 1:+.2%}", **shown))
    place = table.labels(first)[0]
    return text("chart.end", said=text("format.said", name=place, what=listed(told)))
