"""Charts of the way from the baseline to the scenario: steps of cost, townships, who pays.

Baseline grey, scenario blue, what is taken away orange, as everywhere.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from jiuzhu_sim.language import listed, text
from jiuzhu_sim.measures.funding import LEVELS
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.report.drawing import beside, finished, ink_on, labelled_rows, right_end
from jiuzhu_sim.report.figure import (
    BLUE,
    DIVERGING,
    GREY,
    INK,
    PALETTE,
    VERMILLION,
    Chart,
    minus,
    style,
    value_axis,
)
from jiuzhu_sim.report.words import drawable, interval, left_out, named, said

CLOSE = 0.25
"""Where all steps lie within this share of the highest bar, the axis does not start at 0."""

ROOM = 0.2
"""Share of the axis kept free at the right, for the numbers beside the bars."""

INSIDE = 0.06
"""Parts of less than this share of the longest bar carry no number."""


def signed(shown: str) -> str:
    """A number with its sign, for a change.

    >>> signed("1,200"), signed("-3"), signed("0"), signed("—")
    ('+1,200', '-3', '0', '—')
    """
    return f"+{shown}" if shown.strip("0.,%—-") and not shown.startswith("-") else shown


def waterfall(provisions: Table, change: Table, way: str = "in_order") -> Chart:
    """From the baseline's cost over each provision to the scenario's.

    `provisions`: the table of that name, `change`: that of the same what-if; `way`: ``in_order``
    or ``shapley``. Provisions that may not be shown are one step together.
    """
    old, new = (change.get(f"cost_y.{moment}", TOTAL) for moment in ("base", "new"))
    is_shown = bool(np.isfinite([old, new]).all())
    steps = _steps(provisions, f"cost_y.{way}") if is_shown else []
    bars = [(_end("base"), 0.0, old, change.show("cost_y.base", TOTAL), GREY)]
    level = old
    for label, value, words in steps:
        bars.append((label, level, value, words, DIVERGING[1] if value >= 0 else VERMILLION))
        level += value
    bars.append((_end("new"), 0.0, new, change.show("cost_y.new", TOTAL), BLUE))
    with style():
        axes = labelled_rows([label for label, *_ in bars], height=0.42)
        said_all = [text("chart.end", said=text("chart.empty"))]
        if is_shown:
            for at, (_, start, value, words, colour) in enumerate(bars):
                axes.barh(at, value, left=start, height=0.6, color=colour)
                beside(axes, max(start, start + value), at, words)
            for at, (_, start, value, *_) in enumerate(bars[:-1]):
                axes.vlines(start + value, at - 0.3, at + 1.3, color=INK, linewidth=0.8)
            is_cut = _cut(axes, [start + value for _, start, value, *_ in bars])
            each = listed(text("chart.steps.one", what=what, value=v) for what, _, v in steps)
            ends = {"old": change.show("cost_y.base", TOTAL), "new": bars[-1][3]}
            said_all = [text("chart.steps", steps=each, **ends)]
            said_all += [text("chart.steps.cut")] if is_cut else []
        entry = next(entry for entry in change.statistics if entry.name == "cost_y.new")
        value_axis(axes, "x", _header(entry), entry.unit)
        return finished(axes, provisions, f"steps_{way}", text("chart.steps.title"), said_all)


def _steps(provisions: Table, name: str) -> list[tuple[str, float, str]]:
    """Label, value and shown value of each provision; those hidden together, last."""
    steps = [
        (named(provisions, row), provisions.get(name, *row), signed(provisions.show(name, *row)))
        for row in drawable(provisions, name)
    ]
    rest = provisions.get(name, TOTAL) - sum(value for _, value, _ in steps)
    if provisions.hidden is not None and np.isfinite(rest):
        entry = next(entry for entry in provisions.statistics if entry.name == name)
        steps.append((text("chart.steps.hidden"), rest, signed(entry.show(rest))))
    return steps


def _cut(axes: Any, levels: list[float]) -> bool:
    """Set the reach of the axis; whether it had to leave out the zero to show small steps."""
    low, high = min(levels), max(levels)
    is_cut = 0 < high - low < CLOSE * high
    left = low - (high - low) / 2 if is_cut else min(0.0, low)
    axes.set_xlim(left, high + max(high - left, 1) * ROOM)
    return is_cut


def _end(moment: str) -> str:
    return text(f"chart.steps.{moment}")


def _header(entry: Statistic) -> str:
    """The title of a statistic with its unit, without the moment it belongs to."""
    return replace(entry, name=entry.name.partition(".")[0]).header


def township_dots(table: Table, statistic: str = "cost_y") -> Chart:
    """Each township's way from baseline (grey) to scenario (blue), the largest change on top.

    `table`: ``township_change``, or another with ``.base``, ``.new``, ``.change`` of `statistic`.
    """
    names = [f"{statistic}.{moment}" for moment in ("base", "new", "change")]
    old, new, change = names
    rows = sorted(drawable(table, *names), key=lambda row: -abs(table.get(change, *row)))
    entry = next(entry for entry in table.statistics if entry.name == new)
    words = text("chart.empty")
    if rows:
        top = rows[0]
        words = text(
            "chart.moves" if table.get(change, *top) else "chart.moves.same",
            what=named(table, top),
            old=said(table, old, top),
            new=said(table, new, top),
            change=signed(said(table, change, top)),
        )
    with style():
        axes = labelled_rows([named(table, row) for row in rows], head=1.2)
        for at, row in enumerate(rows):
            was, will = table.get(old, *row), table.get(new, *row)
            axes.hlines(at, *sorted((was, will)), color=BLUE, linewidth=2, alpha=0.4)
            axes.plot(was, at, "o", color=GREY, markersize=6, label="" if at else _end("base"))
            axes.plot(will, at, "o", color=BLUE, markersize=6, label="" if at else _end("new"))
            beside(axes, max(was, will), at, signed(table.show(change, *row)))
        if rows:
            axes.figure.legend(loc="outside upper left", ncols=2)
        value_axis(axes, "x", _header(entry), entry.unit)
        axes.margins(x=0.16)
        said_all = [words, *left_out(table, *names)]
        return finished(
            axes, table, f"{table.name}_{statistic}", text("chart.moves.title"), said_all
        )


def who_pays_bars(table: Table) -> Chart:
    """The cost under the baseline and the scenario, each split by level of government.

    `table`: ``shares``.
    """
    moments = ("base", "new")
    rows = [row for row in ((TOTAL, level) for level in LEVELS) if row in table.rows]
    rows = [row for row in rows if np.isfinite(table.get("cost_y.change", *row))]
    words = text("chart.end", said=text("chart.empty"))
    if rows:
        parts = listed(
            f"{table.labels(row)[1]} {signed(said(table, 'cost_y.change', row))}" for row in rows
        )
        words = text("chart.pays", parts=parts)
    with style():
        axes = labelled_rows([_end(moment) for moment in moments], height=0.5, head=1.2)
        longest = max((table.get(f"cost_y.{m}", TOTAL, TOTAL) for m in moments), default=0.0)
        for at, moment in enumerate(moments):
            start = 0.0
            for row, colour in zip(rows, PALETTE, strict=False):
                value, share = table.get(f"cost_y.{moment}", *row), f"share.{moment}"
                label = "" if at else table.labels(row)[1]
                axes.barh(
                    at, value, left=start, height=0.65, color=colour, edgecolor="white", label=label
                )
                if value > INSIDE * longest:
                    middle = {"ha": "center", "va": "center", "fontsize": 9}
                    words_in = minus(table.show(share, *row))
                    axes.text(start + value / 2, at, words_in, color=ink_on(colour), **middle)
                start += value
        if rows:
            axes.figure.legend(loc="outside upper left", ncols=len(rows))
        entry = next(entry for entry in table.statistics if entry.name == "cost_y.new")
        value_axis(axes, "x", _header(entry), entry.unit)
        return finished(axes, table, table.name, text("chart.pays.title"), [words])


def side_by_side(table: Table, statistic: str = "cost_y") -> Chart:
    """A bar for each scenario of ``compare``, the baseline first and grey, with 95 % intervals."""
    entry = next(entry for entry in table.statistics if entry.name == statistic)
    rows = drawable(table, statistic)
    words = text("chart.empty")
    if rows:
        each = (
            text("chart.band", what=named(table, r), value=said(table, statistic, r)) for r in rows
        )
        words = text("chart.side", statistic=entry.title, each=listed(each))
    with style():
        axes = labelled_rows([named(table, row) for row in rows], height=0.42)
        for at, row in enumerate(rows):
            colour = GREY if row == table.rows[0] else BLUE
            axes.barh(at, table.get(statistic, *row), height=0.6, color=colour)
            axes.hlines(at, *interval(table, statistic, row), color=INK, linewidth=1.2)
            beside(axes, right_end(table, statistic, row), at, table.show(statistic, *row))
        value_axis(axes, "x", entry.header, entry.unit)
        axes.margins(x=0.16)
        said_all = [text("chart.end", said=words), *left_out(table, statistic)]
        return finished(axes, table, f"{table.name}_{statistic}", entry.title, said_all)
