"""One chart for each kind of table; each says in a sentence what it shows.

A chart draws what its table holds: hidden cells and missing values are left out, and the
sentence says so. Statistics not in the table raise KeyError; JZ-E046 without matplotlib.
"""

from jiuzhu_sim.assessment.reconcile import CHECK_WITHIN
from jiuzhu_sim.language import text, unit_label
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.drawing import (
    beside,
    finished,
    ink_on,
    labelled_rows,
    reference,
    right_end,
)
from jiuzhu_sim.report.figure import (
    BLUE,
    GREY,
    INK,
    PALETTE,
    VERMILLION,
    Chart,
    minus,
    style,
    value_axis,
)
from jiuzhu_sim.report.gains import before_after, decile_bars, winners_losers_bar
from jiuzhu_sim.report.words import (
    Row,
    drawable,
    extremes,
    interval,
    largest,
    left_out,
    named,
    position,
    said,
    total_row,
    with_total,
)

__all__ = [
    "before_after",
    "compared",
    "decile_bars",
    "need_against_appropriation",
    "ranked",
    "stacked",
    "winners_losers_bar",
]

NARROW = 0.07
"""Segments of less than this share of the longest bar carry no number."""

"""Half the grey band around reported figures."""


def ranked(table: Table, statistic: str) -> Chart:
    """Rows sorted by one statistic: dots with 95 % intervals, largest on top.

    The total is drawn as a line where rows do not add up to it (means, shares).

    >>> import numpy as np
    >>> from jiuzhu_sim.measures import Statistic
    >>> mean = np.array([[640.0], [810.0], [702.5]])
    >>> table = Table("caseload", ("township",), (("东河乡",), ("城关镇",), ("total",)),
    ...               (Statistic("mean_benefit_m", "yuan/person-month"),), mean, mean, mean,
    ...               np.array([40, 90, 130]), "household", fields={"policy": "示例县"})
    >>> ranked(table, "mean_benefit_m").sentence
    '人均月补助最高的是城关镇（810.00元/人·月），最低的是东河乡（640.00元/人·月）；合计702.50元/人·月。'
    """
    entry = table.statistics[position(table, statistic)]
    rows = sorted(drawable(table, statistic), key=lambda row: -table.get(statistic, *row))
    whole = total_row(table)
    with style():
        axes = labelled_rows([named(table, row) for row in rows])
        for at, row in enumerate(rows):
            axes.hlines(at, *interval(table, statistic, row), color=BLUE, linewidth=2.5, alpha=0.4)
            axes.plot(table.get(statistic, *row), at, "o", color=BLUE, markersize=6)
            beside(axes, right_end(table, statistic, row), at, table.show(statistic, *row))
        if rows and whole is not None and not entry.additive:
            total = f"{text('word.total')} {table.show(statistic, *whole)}"
            reference(axes, table.get(statistic, *whole), total)
        value_axis(axes, "x", entry.header, entry.unit)
        axes.margins(x=0.12)
        words = with_total(table, statistic, extremes(table, statistic, rows))
        return finished(
            axes,
            table,
            f"{table.name}_{statistic}",
            entry.title,
            [words, *left_out(table, statistic)],
        )


def stacked(table: Table, statistic: str) -> Chart:
    """Two dimensions, say area × category: a bar for each of the first, colours for the second.

    >>> import numpy as np
    >>> from jiuzhu_sim.measures import Statistic
    >>> persons = np.array([[30.0], [90.0]])
    >>> table = Table("caseload", ("area", "category_hh"), (("urban", "A"), ("rural", "B")),
    ...               (Statistic("persons", "persons", additive=True),), persons, persons, persons,
    ...               np.array([9, 9]), "household", fields={"policy": "示例县"})
    >>> stacked(table, "persons").sentence
    '人数最多的是农村 · B类（90人）。'
    """
    entry = table.statistics[position(table, statistic)]
    rows = drawable(table, statistic)
    bars = {row[0]: table.labels(row)[0] for row in rows}
    parts = {row[1]: table.labels(row)[1] for row in rows}
    places, paints = list(bars), dict(zip(parts, PALETTE * len(parts), strict=False))
    ends = dict.fromkeys(bars, 0.0)
    segments: list[tuple[Row, float, float]] = []
    for part in parts:
        for row in (row for row in rows if row[1] == part):
            value = table.get(statistic, *row)
            segments.append((row, ends[row[0]], value))
            ends[row[0]] += value
    with style():
        axes = labelled_rows(list(bars.values()), height=0.5, head=1.2)
        for row, start, value in segments:
            at, paint = places.index(row[0]), paints[row[1]]
            axes.barh(at, value, left=start, height=0.65, color=paint, edgecolor="white")
            if value > NARROW * max(ends.values()):
                axes.text(
                    start + value / 2,
                    at,
                    table.show(statistic, *row),
                    ha="center",
                    va="center",
                    fontsize=9,
                    color=ink_on(paint),
                )
        for part, label in parts.items():
            axes.barh(0, 0, color=paints[part], label=label)
        value_axis(axes, "x", entry.header, entry.unit)
        if parts:
            axes.figure.legend(loc="outside upper left", ncols=min(len(parts), 6))
        words = with_total(table, statistic, largest(table, statistic, rows))
        return finished(
            axes,
            table,
            f"{table.name}_{statistic}_stacked",
            entry.title,
            [words, *left_out(table, statistic)],
        )


def compared(table: Table) -> Chart:
    """Reported figures against the model: relative differences, and the band of agreement.

    Statistics: reported, model, difference_rate, verdict. Figures whose verdict is that they do
    not hold are orange diamonds.
    """
    names = ("reported", "model", "difference_rate")
    rows = drawable(table, *names)
    rates = {row: table.get("difference_rate", *row) for row in rows}
    words = text("chart.empty")
    if rows:
        far = max(rows, key=lambda row: abs(rates[row]))
        shown = {name: table.show(name, *far) for name in names}
        words = text("chart.compared", what=named(table, far), **shown)
    with style():
        axes = labelled_rows([named(table, row) for row in rows], height=0.42)
        axes.axvspan(-CHECK_WITHIN, CHECK_WITHIN, color="#ECECEC", zorder=0)
        axes.axvline(0, color=GREY, linewidth=1)
        for at, row in enumerate(rows):
            fails = table.get("verdict", *row) == 0
            axes.plot(rates[row], at, "D" if fails else "o", color=VERMILLION if fails else BLUE)
            both = text("chart.both", **{name: table.show(name, *row) for name in names})
            axes.annotate(
                minus(both),
                (1.02, at),
                xycoords=axes.get_yaxis_transform(),
                va="center",
                fontsize=9,
            )
        reach = max([abs(rate) * 1.15 for rate in rates.values()] + [1.5 * CHECK_WITHIN])
        axes.set_xlim(-reach, reach)
        value_axis(axes, "x", text("chart.compared.axis"), "share")
        return finished(
            axes,
            table,
            table.name,
            text("chart.compared.title"),
            [text("chart.end", said=words), *left_out(table, *names)],
        )


def need_against_appropriation(table: Table) -> Chart:
    """A year's need, with its interval, and the appropriation: two bars a row of `budget_gap`.

    What is missing to the need is an outlined end of the appropriation.
    """
    need, given = "need_y", "appropriation_y"
    rows = drawable(table, need, given, totals=True)
    titles = {name: table.statistics[position(table, name)].title for name in (need, given)}
    words, outcomes = [], []
    for row in rows:
        kind = "short" if table.get("gap_y", *row) > 0 else "enough"
        # 缺口 or 结余 says which side it is on: no minus sign with the word.
        gap, bare = (
            each.removeprefix("-")
            for each in (said(table, "gap_y", row), table.show("gap_y", *row))
        )
        words.append(
            text(
                f"chart.{kind}",
                what=named(table, row),
                need=said(table, need, row),
                given=said(table, given, row),
                gap=gap,
                rate=said(table, "need_rate", row),
            )
        )
        outcomes.append(text(f"chart.{kind}.gap", given=table.show(given, *row), gap=bare))
    labels = [f"{named(table, row)} {titles[name]}" for row in rows for name in (need, given)]
    with style():
        axes = labelled_rows(labels, height=0.45)
        for at, row in enumerate(rows):
            wanted, has = table.get(need, *row), table.get(given, *row)
            axes.barh(2 * at, wanted, height=0.65, color=BLUE)
            axes.hlines(2 * at, *interval(table, need, row), color=INK, linewidth=1.5)
            beside(axes, right_end(table, need, row), 2 * at, table.show(need, *row))
            axes.barh(2 * at + 1, has, height=0.65, color=GREY)
            if wanted > has:
                axes.barh(
                    2 * at + 1,
                    wanted - has,
                    left=has,
                    height=0.62,
                    color="white",
                    edgecolor=VERMILLION,
                    linestyle="--",
                    linewidth=1.2,
                )
            beside(axes, max(wanted, has), 2 * at + 1, outcomes[at])
        unit = table.statistics[position(table, need)].unit
        value_axis(axes, "x", text("chart.money", unit=unit_label(unit)), unit)
        ends = [right_end(table, name, row) for row in rows for name in (need, given)]
        # Room at the right for the numbers, which stand outside the bars.
        axes.set_xlim(0, max([end for end in ends if end > 0], default=1) * 1.45)
        return finished(
            axes,
            table,
            table.name,
            text("chart.need.title"),
            words or [text("chart.end", said=text("chart.empty"))],
        )
