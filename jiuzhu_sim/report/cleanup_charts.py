"""Charts of a clean-up: reasons, right and wrong cover, ways of checking, sizes, townships."""

from typing import Any

import numpy as np

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.report.drawing import (
    WIDE,
    beside,
    finished,
    labelled_rows,
    reference,
    right_end,
)
from jiuzhu_sim.report.figure import (
    BLUE,
    GREY,
    PALETTE,
    VERMILLION,
    Chart,
    new_figure,
    style,
    tick,
    value_axis,
)
from jiuzhu_sim.report.lettering import fold
from jiuzhu_sim.report.words import drawable, interval, left_out, named

ORANGE = PALETTE[1]
HALF = 0.19
"""Half the height of one of two bars of a row."""

SHOWN = 30
"""Townships drawn at most, those with the highest rates."""


def reasons_chart(reasons: Table, reported: Table | None) -> Chart:
    """Persons cancelled by reason, the model's beside those the place reported, if it did."""
    if reported is None:
        table = reasons
        kept = [
            row
            for row in drawable(reasons, "cancelled_persons", totals=True)
            if row[1] == TOTAL and row[0] != TOTAL
        ]
        bars = {"persons": [reasons.get("cancelled_persons", *row) for row in kept]}
    else:
        kept = [
            row for row in reported.rows if row[1] == TOTAL and row[0] in (reported.names or {})
        ]
        table = reported
        bars = {
            "reported_persons": [table.get("reported_persons", *row) for row in kept],
            "persons": [table.get("persons", *row) for row in kept],
        }
    labels = [table.labels(row)[0] for row in kept]
    first = next(iter(bars.values()))
    order = sorted(range(len(labels)), key=lambda k: -np.nan_to_num(first[k]))
    with style():
        axes = labelled_rows([labels[k] for k in order], 0.5)
        offsets = [-HALF, HALF] if len(bars) > 1 else [0.0]
        for offset, (name, values) in zip(offsets, bars.items(), strict=True):
            colour = BLUE if name == "persons" else GREY
            drawn = [values[k] for k in order]
            places = np.arange(len(order)) + offset
            axes.barh(places, drawn, 2 * HALF - 0.02, color=colour,
                      label=text(f"cleanup.chart.{name}"))  # fmt: skip
            for place, value in zip(places, drawn, strict=True):
                beside(axes, value, place, f"{value:,.0f}")
        value_axis(axes, "x", text("unit.persons"))
        most = max((max(each) for each in bars.values() if each), default=0.0)
        axes.set_xlim(0, 1.12 * most or 1)
        if len(bars) > 1:
            axes.figure.legend(loc="outside upper left", ncols=2, fontsize=9)
        key = "reasons_reported" if len(bars) > 1 else "reasons"
        top = labels[order[0]] if order else "—"
        said = [text(f"cleanup.chart.{key}.said", top=top)]
        return finished(axes, table, "cleanup_reasons", text(f"cleanup.chart.{key}"), said)


def cover_chart(cover: Table, paid: Table) -> Chart:
    """Households and yuan a month: rightly covered, wrongly, missed; before and after each way."""
    rows = list(cover.rows)
    has_missed = "cover_missed" in [each.name for each in cover.statistics]
    scale = float(text("money.divisor"))
    wrong = [paid.get("cover_money_wrong", *row) for row in rows]
    money = {
        "right": [
            paid.get("cover_money_paid", *row) - w for row, w in zip(rows, wrong, strict=True)
        ],
        "wrong": wrong,
        **(
            {"missed": [paid.get("cover_money_missed", *row) for row in rows]} if has_missed else {}
        ),
    }
    counts = {name: [cover.get(f"cover_{name}", *row) for row in rows] for name in money}
    colours = {"right": BLUE, "wrong": VERMILLION, "missed": ORANGE}
    labels = [fold(named(cover, row), 22) for row in rows]
    with style():
        figure = new_figure(WIDE, 1.5 + 0.55 * len(rows))
        both = figure.subplots(1, 2, sharey=True)
        places = np.arange(len(rows))
        parts = (
            (counts, 1.0, text("unit.households")),
            (money, scale, text("cleanup.chart.money")),
        )
        for axes, (values, by, unit) in zip(both, parts, strict=True):
            left = np.zeros(len(rows))
            for name, each in values.items():
                drawn = np.array(each) / by
                axes.barh(places, drawn, 0.62, left=left, color=colours[name],
                          label=text(f"cleanup.chart.{name}"))  # fmt: skip
                left = left + drawn
            value_axis(axes, "x", unit)
            axes.xaxis.get_major_locator().set_params(nbins=4)
            axes.set_yticks(places, labels)
            axes.set_ylim(len(rows) - 0.4, -0.6)
        handles, names = both[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper left", ncols=3, fontsize=9)
        first, last = rows[0], rows[1]
        said = [
            _moved(name, *(cover.show(f"cover_{name}", *row) for row in (first, last)))
            for name in ("wrong", *(["missed"] if has_missed else []))
        ]
        return finished(both[0], cover, "cleanup_cover", text("cleanup.chart.cover"), said)


def _moved(name: str, before: str, after: str) -> str:
    """From so many households to so many; or that they are as many as before."""
    same = "_same" if before == after else ""
    return text(f"cleanup.chart.cover.{name}{same}", before=before, after=after)


def ways_chart(found: Table) -> Chart:
    """The share of wrong cover that each way of checking finds, with intervals."""
    statistic = "audit_share_found"
    rows = drawable(found, statistic)
    with style():
        axes = labelled_rows([named(found, row) for row in rows], 0.42)
        for place, row in enumerate(rows):
            value = found.get(statistic, *row)
            axes.barh(place, value, 0.55, color=BLUE)
            axes.hlines(place, *interval(found, statistic, row), color="black", linewidth=1.4)
            beside(axes, right_end(found, statistic, row), place, found.show(statistic, *row))
        value_axis(axes, "x", text(f"stat.{statistic}"), "share")
        axes.set_xlim(0, 1.15)
        said = [text("cleanup.chart.ways.said"), *left_out(found, statistic)]
        return finished(axes, found, "cleanup_ways", text("cleanup.chart.ways"), said)


def width_chart(curve: Table, drawn: int) -> Chart:
    """Half-width of the interval against the number verified; the size drawn is marked."""
    sizes = [curve.get("audit_size", *row) for row in curve.rows]
    worst = [curve.get("audit_half_worst", *row) for row in curve.rows]
    with style():
        axes = new_figure(WIDE, 3.6).add_subplot()
        for name, colour in (("worst", GREY), ("expected", BLUE)):
            values = [curve.get(f"audit_half_{name}", *row) for row in curve.rows]
            if name == "expected" and values == worst:
                continue  # nothing is known of the rate: the worst is all there is to plan with
            fields = curve.fields or {}
            axes.plot(sizes, values, color=colour, linewidth=2,
                      label=text(f"cleanup.chart.half_{name}", **fields))  # fmt: skip
        value_axis(axes, "y", text("cleanup.chart.half"), "share")
        _sizes(axes, sizes)
        reference(axes, drawn, text("cleanup.chart.drawn", n=f"{drawn:,}"))
        axes.set_ylim(0, None)
        axes.legend(fontsize=9)
        said = [text("cleanup.chart.widths.said")]
        return finished(axes, curve, "cleanup_widths", text("cleanup.chart.widths"), said)


def _sizes(axes: Any, sizes: list[float]) -> None:
    """A scale of ratios with plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set_xscale("log")
    axis = axes.xaxis
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    if sizes[0] < sizes[-1]:
        axes.set_xlim(sizes[0], sizes[-1])
    axes.set_xlabel(text("cleanup.chart.sizes"))


def township_chart(table: Table, statistic: str, key: str = "cleanup_townships") -> Chart:
    """Wrong cover by township with intervals, highest on top; all together as a dashed line.

    `table`: of the spot-check (`check_rate`) or of all (`cover_wrong_rate`). `key`: of the file.
    """
    rows = sorted(drawable(table, statistic), key=lambda row: -table.get(statistic, *row))[:SHOWN]
    with style():
        axes = labelled_rows([named(table, row) for row in rows], 0.3)
        for place, row in enumerate(rows):
            axes.hlines(place, *interval(table, statistic, row), color=BLUE, linewidth=2)
            axes.plot(table.get(statistic, *row), place, "o", color=BLUE, markersize=6)
            beside(axes, right_end(table, statistic, row), place, table.show(statistic, *row))
        whole = table.get(statistic, TOTAL)
        if np.isfinite(whole):
            shown = text("cleanup.chart.all", value=table.show(statistic, TOTAL))
            reference(axes, whole, shown)
        value_axis(axes, "x", text(f"stat.{statistic}"), "share")
        ends = [right_end(table, statistic, row) for row in rows]
        axes.set_xlim(0, 1.18 * max([whole, *ends], default=1))
        said = [text("cleanup.chart.townships.said"), *left_out(table, statistic)]
        return finished(axes, table, key, text("cleanup.chart.townships"), said)
