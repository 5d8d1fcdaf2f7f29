"""The counties of a batch as bars, largest on top."""

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.drawing import beside, finished, labelled_rows
from jiuzhu_sim.report.figure import BLUE, GREY, Chart, style, value_axis
from jiuzhu_sim.report.words import drawable, extremes, left_out, named

BARS_MAX = 40
"""Most counties drawn: a taller picture fits no page."""

ROOM = 0.14
"""Share of the axis kept free at the right, for the numbers beside the bars."""


def county_bars(table: Table, statistic: str = "cost_y") -> Chart:
    """One bar a county from zero, longest on top; of very many the longest. A county whose parts
    are not all there is grey. Raises JZ-E046 without matplotlib.

    `table`: ``province``.
    """
    entry = next(each for each in table.statistics if each.name == statistic)
    rows = sorted(drawable(table, statistic), key=lambda row: -table.get(statistic, *row))
    shown = rows[:BARS_MAX]
    with style():
        axes = labelled_rows([named(table, row) for row in shown])
        for at, row in enumerate(shown):
            value = table.get(statistic, *row)
            is_whole = not table.get("failed_parts", *row)
            axes.barh(at, value, height=0.65, color=BLUE if is_whole else GREY)
            beside(axes, value, at, table.show(statistic, *row))
        value_axis(axes, "x", entry.header, entry.unit)
        axes.margins(x=ROOM)
        axes.set_xlim(left=0)
        said = [text("chart.end", said=extremes(table, statistic, rows))]
        if any(table.get("failed_parts", *row) for row in shown):
            said.append(text("province.chart.grey"))
        if len(rows) > len(shown):
            said.append(text("province.chart.largest", n=len(shown), all=len(rows)))
        said += left_out(table, statistic)
        return finished(axes, table, f"{table.name}_{statistic}", entry.title, said)
