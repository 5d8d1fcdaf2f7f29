"""The chart of a log's verdicts: for each item the cases that met it and those that did not."""

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.drawing import beside, finished, labelled_rows
from jiuzhu_sim.report.figure import BLUE, FAINT, GREY, VERMILLION, Chart, style, value_axis

PARTS = (
    ("handling_met", BLUE),
    ("handling_broken", VERMILLION),
    ("handling_overdue", "#E69F00"),
    ("handling_running", GREY),
    ("handling_unknown", FAINT),
)
"""The parts of a bar, in the order of the reader's question: well, not well, open."""
RATE = "handling_fault_rate"


def verdict_bars(table: Table, key: str) -> Chart:
    """Stacked bars, one an item, of the shares of its cases by verdict; the share at fault beside.

    `table`: of `handling` without townships.
    """
    titles = {statistic.name: statistic.title for statistic in table.statistics}
    with style():
        axes = labelled_rows([table.labels(row)[0] for row in table.rows], head=1.2)
        for at, row in enumerate(table.rows):
            left, whole = 0.0, table.get("handling_concerned", *row)
            for name, colour in PARTS:
                share = table.get(name, *row) / whole
                axes.barh(at, share, left=left, height=0.65, color=colour)
                left += share
            beside(axes, 1, at, table.show(RATE, *row))
        for name, colour in PARTS:
            axes.barh(0, 0, color=colour, label=titles[name])
        value_axis(axes, "x", text("casework.share_of_cases"), "share")
        axes.set_xlim(0, 1.12)
        axes.figure.legend(loc="outside upper left", ncols=len(PARTS))
        return finished(axes, table, key, text("casework.by_verdict"), [])
