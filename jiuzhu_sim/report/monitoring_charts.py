"""Charts of monitoring: recall, precision and work by score; the chain of counts; one household."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.outlook.monitoring.chain import Chain
from jiuzhu_sim.report.drawing import WIDE, beside, finished, labelled_rows
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
from jiuzhu_sim.report.words import drawable, interval, named

ORANGE, GREEN = PALETTE[1], PALETTE[2]
LINES = {"recall": BLUE, "precision": VERMILLION}
COUNTS = {"right": BLUE, "helped": GREEN, "cleared": GREY, "open": VERMILLION}
MARK = 64
"""Size of a mark in the chart of one household."""

LINEAR, DECADES = 10, 9
"""Visits up to which the scale is linear, and decades it can show."""

SPARSE = 8
"""Months from which on only every other label of an axis is written."""


def curve_chart(table: Table, now: str) -> Chart:
    """Recall and precision by score with their intervals, and below the visits of a month; the
    score in use (`now`) is marked. `table`: `curve_table`.
    """
    from matplotlib.ticker import FixedLocator, FuncFormatter

    keys = [row[0] for row in table.rows]
    places = np.arange(len(keys))
    with style():
        figure = new_figure(WIDE, 5.4)
        axes, below = figure.subplots(2, 1, height_ratios=[3, 2], sharex=True)
        for name, colour in LINES.items():
            statistic = f"warning_{name}"
            shown = [table.get(statistic, key) for key in keys]
            ends = np.array([interval(table, statistic, (key,)) for key in keys]).T
            axes.plot(places, shown, color=colour, marker="o", label=text(f"stat.{statistic}"))
            axes.fill_between(places, *ends, color=colour, alpha=0.15, linewidth=0)
        value_axis(axes, "y", text("monitoring.chart.share"), "share")
        axes.set_ylim(0, None)
        visits = [table.get("warning_monthly", key) for key in keys]
        below.bar(places, visits, color=[VERMILLION if k == now else GREY for k in keys], width=0.6)
        value_axis(below, "y", text("monitoring.chart.visits"))
        if max(visits, default=0) > 0:
            below.set_yscale("symlog", linthresh=LINEAR)
            below.yaxis.set_major_locator(FixedLocator([10.0**k for k in range(DECADES)]))
            below.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
        below.set_xticks(places, keys)
        below.set_xlabel(text("dim.warning_cut"))
        if now in keys:
            axes.axvline(keys.index(now), color=GREY, linewidth=1.2, linestyle=(0, (4, 3)))
        figure.legend(loc="outside upper left", ncols=2, fontsize=9)
        said = [text("monitoring.chart.curve.said", cut=now)] if now in keys else []
        return finished(axes, table, "monitoring_curve", text("monitoring.chart.curve"), said)


def month_chart(table: Table) -> Chart:
    """Finds, aid, clearance and what is left open by month. `table`: `month_table`."""
    months = [row[0] for row in table.rows]
    places = np.arange(len(months))
    with style():
        figure = new_figure(WIDE, 3.8)
        axes = figure.add_subplot()
        for name, colour in COUNTS.items():
            statistic = f"warning_{name}"
            shown = [table.get(statistic, month) for month in months]
            look = {"linestyle": (0, (4, 3))} if name == "open" else {}
            axes.plot(places, shown, color=colour, marker="o", markersize=4, linewidth=1.8,
                      label=text(f"stat.{statistic}"), **look)  # fmt: skip
        value_axis(axes, "y", text("unit.households"))
        axes.set_ylim(0, None)
        step = 2 if len(months) > SPARSE else 1
        axes.set_xticks(places[::step], months[::step])
        figure.legend(loc="outside upper left", ncols=4, fontsize=9)
        last = months[-1]
        said = text(
            "monitoring.chart.month.said",
            month=last,
            open=table.show("warning_open", last),
            found=table.show("warning_right", last),
        )
        return finished(axes, table, "monitoring_month", text("monitoring.chart.month"), [said])


def rule_chart(table: Table) -> Chart:
    """What would not be found without each rule, most on top. `table`: `rule_table`."""
    statistic = "warning_more_found"
    rows = sorted(drawable(table, statistic), key=lambda row: -table.get(statistic, *row))
    labels = [named(table, row) for row in rows]
    with style():
        axes = labelled_rows(labels, 0.24)
        for place, row in enumerate(rows):
            value = table.get(statistic, *row)
            colour = BLUE if value > 0 else (GREY if value == 0 else ORANGE)
            axes.barh(place, value, color=colour, height=0.6)
            shown = f"{table.show(statistic, *row)} / {table.show('warning_more_visits', *row)}"
            beside(axes, max(value, 0), place, shown)
        value_axis(axes, "x", text("monitoring.chart.rule.axis"))
        axes.margins(x=0.15)
        said = [text("monitoring.chart.rule.said")]
        return finished(axes, table, "monitoring_rule", text("monitoring.chart.rule"), said)


def chain_chart(chain: Chain) -> Chart:
    """One household: money paid and due by month, and above what happened and what was done."""
    steps = chain.steps
    places = np.arange(len(steps))
    rows = {
        "events": [bool(set(step.events) - {"birthday"}) for step in steps],
        "target": [bool(step.target) for step in steps],
        "warnings": [any(step.is_new) for step in steps],
        "warned": [step.warned for step in steps],
        "office": [step.reviewed or step.visited or step.reason != "none" for step in steps],
    }
    colours = (ORANGE, VERMILLION, PALETTE[3], BLUE, GREY)
    with style():
        figure = new_figure(WIDE, 4.6)
        marks, axes = figure.subplots(2, 1, height_ratios=[2, 3], sharex=True)
        for height, (flags, colour) in enumerate(zip(rows.values(), colours, strict=True)):
            here = places[np.array(flags, bool)]
            marks.scatter(here, np.full(len(here), -height), s=MARK, color=colour, marker="s")
        titles = [text(f"monitoring.chain.{name}") for name in rows]
        marks.set_yticks(-np.arange(len(rows)), titles)
        marks.set_ylim(-len(rows) + 0.4, 0.6)
        value_axis(marks, "x", "")
        marks.tick_params(axis="x", labelbottom=False)
        for name, colour, dashed in (("paid", BLUE, False), ("due", VERMILLION, True)):
            shown = [getattr(step, name) for step in steps]
            look: dict[str, Any] = {"linestyle": (0, (4, 3))} if dashed else {}
            axes.step(places, shown, where="mid", color=colour, linewidth=1.8,
                      label=text(f"monitoring.chain.{name}"), **look)  # fmt: skip
        value_axis(axes, "y", text("unit.yuan/month"))
        axes.set_ylim(0, max([step.paid for step in steps] + [step.due for step in steps]) * 1.1
                      or 1)  # fmt: skip
        names = [step.month for step in steps]
        every = 2 if len(steps) > SPARSE else 1
        axes.set_xticks(places[::every], names[::every])
        figure.legend(loc="outside upper left", ncols=2, fontsize=9)
        table = _chain_table(chain)
        said = [text("monitoring.chart.chain.said")]
        return finished(axes, table, "monitoring_chain", text("monitoring.chart.chain"), said)


def _chain_table(chain: Chain) -> Table:
    """What the chart of one household is drawn from."""
    names = ("paid", "due", "score")
    values = np.array([[getattr(step, name) for name in names] for step in chain.steps], float)
    units: Sequence[str] = ("yuan", "yuan", "")
    return Table.exact(
        name="monitoring_chain",
        dims=("month",),
        rows=tuple((step.month,) for step in chain.steps),
        statistics=tuple(Statistic(f"chain_{n}", u) for n, u in zip(names, units, strict=True)),
        values=values,
        n=np.ones(len(values), int),
        per="household",
        fields={"policy": chain.watch.policy.title},
        disjoint=False,
    )
