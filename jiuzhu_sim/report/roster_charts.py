"""The charts of a checked roster: findings by kind, blank cells, incomes and the standard."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from jiuzhu_sim.language import listed, text, unit_label
from jiuzhu_sim.measures.table import Table, row_label
from jiuzhu_sim.report.drawing import WIDE, beside, finished, labelled_rows
from jiuzhu_sim.report.figure import (
    BLUE,
    FAINT,
    GREY,
    INK,
    VERMILLION,
    Chart,
    new_figure,
    style,
    tick,
    value_axis,
)
from jiuzhu_sim.report.words import drawable, said

COLOURS = {"stop": VERMILLION, "doubt": "#E69F00", "hint": GREY}
PANEL = 2.1
"""Height of a panel of the income chart, inches."""


def findings_by_kind(table: Table) -> Chart:
    """A bar for each kind of finding, coloured by level; statistic: findings."""
    statistic = "findings"
    rows = drawable(table, statistic)
    longest = max((table.get(statistic, *row) for row in rows), default=1.0)
    with style():
        axes = labelled_rows([table.labels(row)[1] for row in rows], head=1.2)
        for at, row in enumerate(rows):
            value = table.get(statistic, *row)
            axes.barh(at, value, height=0.65, color=COLOURS[row[0]])
            beside(axes, value, at, table.show(statistic, *row))
        for level in dict.fromkeys(row[0] for row in rows):
            axes.barh(0, 0, color=COLOURS[level], label=row_label("level", level))
        value_axis(axes, "x", table.statistics[0].header)
        axes.set_xlim(0, longest * 1.12)
        _whole_numbers(axes.xaxis)
        if rows:
            axes.figure.legend(loc="outside upper left", ncols=3)
        words = text("chart.empty")
        if rows:
            top = max(rows, key=lambda row: table.get(statistic, *row))
            words = text(
                "chart.most_findings", what=table.labels(top)[1], n=table.show(statistic, *top)
            )
        sentence = text("chart.end", said=words)
        return finished(axes, table, "findings", table.statistics[0].title, [sentence])


def blank_strip(table: Table) -> Chart:
    """A strip for each column: filled in grey, what is blank in vermillion; blank_share."""
    statistic = "blank_share"
    rows = drawable(table, statistic)
    with style():
        axes = labelled_rows([table.labels(row)[0] for row in rows], height=0.24)
        for at, row in enumerate(rows):
            value = table.get(statistic, *row)
            axes.barh(at, 1, height=0.8, color=FAINT)
            axes.barh(at, value, left=1 - value, height=0.8, color=VERMILLION)
            if value > 0:
                beside(axes, 1, at, table.show(statistic, *row))
        value_axis(axes, "x", text("chart.filled"), "share")
        axes.set_xlim(0, 1.12)
        axes.set_xticks(np.linspace(0, 1, 6))
        holes = [row for row in rows if table.get(statistic, *row) > 0]
        words = text("chart.no_blanks")
        if holes:
            top = max(holes, key=lambda row: table.get(statistic, *row))
            share = said(table, statistic, top)
            words = text("chart.blanks", n=len(holes), what=table.labels(top)[0], share=share)
        sentence = text("chart.end", said=words)
        return finished(axes, table, "blanks", table.statistics[0].title, [sentence])


def income_histogram(table: Table, lines: Mapping[str, float]) -> Chart:
    """Households by income a head, a panel for each area, with the dibao standard as a line.

    `lines`: the standard of each area, yuan a person and month; none where there is no policy.
    """
    areas = list(dict.fromkeys(row[0] for row in table.rows))
    step, last = ((table.fields or {})[name] for name in ("step", "last"))
    unit = unit_label("yuan/person-month")
    with style():
        figure = new_figure(WIDE, 0.6 + PANEL * max(len(areas), 1))
        panels = figure.subplots(max(len(areas), 1), 1, sharex=True, squeeze=False)[:, 0]
        for axes, area in zip(panels, areas, strict=False):
            for row in (row for row in table.rows if row[0] == area):
                start, end = float(row[1]), table.get("band_end", *row)
                height = table.get("band_height", *row)
                axes.bar(start, height, end - start, align="edge", color=BLUE, edgecolor="white")
            value_axis(axes, "y", text("stat.households"))
            _whole_numbers(axes.yaxis)
            axes.set_title(row_label("area", area), loc="left", fontsize=10)
            if area in lines:
                _standard(axes, lines[area])
        _income_axis(panels[-1], text("chart.income_axis", unit=unit))
        sentences = [text("chart.incomes", step=step, last=last, unit=unit)]
        shown = [f"{row_label('area', area)} {line:,g}" for area, line in lines.items()]
        if shown:
            sentences.append(text("chart.standard", lines=listed(shown), unit=unit))
        return finished(panels[0], table, "incomes", text("stat.households"), sentences)


def _income_axis(axes: Any, label: str) -> None:
    """Ticks with separators and a label for the axis that all panels share."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(9))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axes.set_xlabel(label)
    axes.set_xlim(left=0)


def _whole_numbers(axis: Any) -> None:
    """Ticks at whole numbers: households and findings have no fractions."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(6, integer=True))


def _standard(axes: Any, value: float) -> None:
    """The standard of an area as a dashed line with its amount."""
    axes.axvline(value, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.annotate(
        text("chart.standard_line", value=f"{value:,g}"),
        (value, 1),
        xycoords=axes.get_xaxis_transform(),
        xytext=(5, -10),
        textcoords="offset points",
        fontsize=9,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )
