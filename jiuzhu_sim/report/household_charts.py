"""Charts of one family over its earnings, and of the slopes that households stand on.

The law as it is is grey, the scenario blue, losses orange; stretches in which the family is worse
off than just below a cliff are shaded.
"""

from typing import Any

import numpy as np

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.outlook.earnings.calculation import Calculation, Outcome
from jiuzhu_sim.report.drawing import WIDE, beside, finished, labelled_rows
from jiuzhu_sim.report.figure import (
    BLUE,
    GREY,
    INK,
    VERMILLION,
    Chart,
    new_figure,
    style,
    value_axis,
)
from jiuzhu_sim.report.household_words import (
    WHOLE,
    emtr_said,
    law_name,
    schedule_said,
    shaded_said,
    yuan,
)
from jiuzhu_sim.report.words import drawable, joined, left_out, named, position, said

ABOVE, ZERO = ("above",), ("zero",)
"""Rows of the population's rates: more than 100 %, and nothing."""

SHADE = "#F7D9C4"
"""Of a stretch below a cliff: pale enough for lines on it."""

RATE_LOW, RATE_HIGH = -0.5, 1.5
"""Ends of the axis of marginal rates: one step over a cliff reaches several hundred percent and
would press all else flat. What lies beyond is drawn at the edge, with its number."""

RATES = (-0.5, 0.0, 0.5, 1.0, 1.5)
"""Marked on the axis of rates."""

LABELLED_MAX = 4
"""Rates beyond the edge that are told with their number, the highest first."""


def schedule_chart(calculated: Calculation, table: Table) -> Chart:
    """Net income above, benefit below, against the earnings of the main earner.

    Lines run through both sides of each cliff. `table`: `schedule` or `schedule_pair`, whose
    numbers the sentence tells.
    """
    with style():
        figure = new_figure(WIDE, 5.6)
        panels = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        for axes, name in zip(panels, ("net_income", "benefit"), strict=True):
            _shade(axes, calculated)
            for outcome in calculated.outcomes:
                # The line of the scenario lies on top, and thinner, so that both are seen.
                is_first = outcome is calculated.base
                axes.plot(
                    *outcome.line(name),
                    color=_colour(calculated, outcome),
                    linewidth=3 if is_first else 2,
                    label=law_name(calculated, outcome),
                )
            value_axis(axes, "y", text(f"household.axis.{name}"), "yuan/month")
            axes.set_ylim(bottom=0)
            _now(axes, calculated, named=name == "net_income")
        _earnings_axis(panels[-1], calculated)
        panels[0].tick_params(labelbottom=False)
        _legend(figure, panels[0], calculated)
        title = text("household.chart.schedule")
        sentence = joined([schedule_said(table), shaded_said(calculated)])
        return finished(panels[0], table, table.name, title, [sentence])


def emtr_chart(calculated: Calculation, table: Table) -> Chart:
    """The marginal rate of each step of earnings, as steps; from 100 % on earning more is a loss.

    Each value holds for the step that begins at it.
    """
    with style():
        figure = new_figure(WIDE, 3.4)
        axes = figure.add_subplot()
        _shade(axes, calculated)
        axes.axhline(WHOLE, color=VERMILLION, linewidth=1.2, linestyle=(0, (4, 3)))
        for outcome in calculated.outcomes:
            drawn = outcome.schedule
            axes.step(
                drawn.earnings,
                np.clip(drawn.emtr, RATE_LOW, RATE_HIGH),
                where="post",
                color=_colour(calculated, outcome),
                linewidth=3 if outcome is calculated.base else 2,
                label=law_name(calculated, outcome),
            )
            _beyond(axes, calculated, outcome)
        lowest = min(float(outcome.schedule.emtr.min()) for outcome in calculated.outcomes)
        value_axis(axes, "y", text("household.axis.emtr", step=yuan(calculated.step)), "share")
        axes.set_yticks(RATES)
        axes.set_ylim(max(lowest, RATE_LOW) - 0.08, RATE_HIGH + 0.08)
        _now(axes, calculated, named=True)
        _earnings_axis(axes, calculated)
        _legend(figure, axes, calculated)
        title = text("household.chart.emtr", step=yuan(calculated.step))
        return finished(axes, table, f"{table.name}_emtr", title, [emtr_said(table)])


def slopes_chart(table: Table) -> Chart:
    """Households by marginal rate, upright bars, those above 100 % orange.

    Households whose rate is 0 are told in the sentence and not drawn: they are by far the most,
    and would press all others flat.
    """
    name = "households"
    rows = [row for row in drawable(table, name) if row != ZERO]
    entry = table.statistics[position(table, name)]
    with style():
        figure = new_figure(WIDE, 3.4)
        axes = figure.add_subplot()
        for at, row in enumerate(rows):
            value = table.get(name, *row)
            axes.bar(at, value, width=0.7, color=VERMILLION if row == ABOVE else BLUE)
            axes.annotate(
                table.show(name, *row),
                (at, value),
                xytext=(0, 4),
                textcoords="offset points",
                ha="center",
                fontsize=9,
            )
        axes.set_xticks(range(len(rows)), [_two_lines(named(table, row)) for row in rows])
        axes.set_xlabel(table.headers()[0])
        axes.margins(y=0.14)
        value_axis(axes, "y", entry.header, entry.unit)
        words = [text("household.said.zero", n=said(table, name, ZERO)), *left_out(table, name)]
        if np.isfinite(table.get(name, *ABOVE)):
            words.insert(1, text("household.said.above", n=said(table, name, ABOVE)))
        return finished(axes, table, table.name, entry.title, words)


def flatten_chart(table: Table) -> Chart:
    """Households above 100 % under the law as it is (grey) and under each option, with what the
    option costs beside its bar.
    """
    name, cost = "steep", "cost_step_y"
    rows = drawable(table, name)
    entry = table.statistics[position(table, name)]
    with style():
        axes = labelled_rows([named(table, row) for row in rows], height=0.44)
        for at, row in enumerate(rows):
            value = table.get(name, *row)
            axes.barh(at, value, height=0.6, color=BLUE if at else GREY)
            shown = table.show(name, *row)
            if at:
                shown = text("household.chart.costs", n=shown, cost=said(table, cost, row))
            beside(axes, value, at, shown)
        value_axis(axes, "x", entry.header, entry.unit)
        ends = [table.get(name, *row) for row in rows]
        # Room at the right for the costs, which stand outside the bars.
        axes.set_xlim(0, max([end for end in ends if end > 0], default=1) * 1.6)
        title = text("household.chart.flatten")
        return finished(axes, table, table.name, title, flatten_said(table))


def flatten_said(table: Table) -> list[str]:
    """How many households stand on a cliff, and which option leaves the fewest, at which cost."""
    rows = drawable(table, "steep")
    # Of options that leave as few, the one that costs less.
    by = ("steep", "cost_step_y")
    fewest = min(rows, key=lambda row: [table.get(name, *row) for name in by], default=None)
    if fewest is None:
        return [text("chart.end", said=text("chart.empty"))]
    now = text("household.said.steep_now", n=said(table, "steep", rows[0]))
    if fewest == rows[0]:
        return [now]
    fields = {"option": named(table, fewest), "cost": said(table, "cost_step_y", fewest)}
    return [now, text("household.said.flattest", n=said(table, "steep", fewest), **fields)]


# --- pieces ------------------------------------------------------------------------------------
def _two_lines(label: str) -> str:
    """A label under a bar, its aside in brackets below it."""
    return label.replace("（", "\n（").replace(" (", "\n(")


def _colour(calculated: Calculation, outcome: Outcome) -> str:
    return BLUE if calculated.is_compared and outcome is calculated.new else GREY


def _shade(axes: Any, calculated: Calculation) -> None:
    """The stretches below cliffs, those of the law that is asked about."""
    for low, high in calculated.new.bands:
        axes.axvspan(low, high, color=SHADE, linewidth=0, zorder=0)


def _now(axes: Any, calculated: Calculation, named: bool) -> None:
    """Where the family stands."""
    here = calculated.new.schedule.now.earnings
    axes.axvline(here, color=GREY, linewidth=1, linestyle=(0, (2, 3)), zorder=1)
    if named:
        axes.annotate(
            text("household.chart.now", earnings=yuan(here)),
            (here, 1),
            xycoords=axes.get_xaxis_transform(),
            xytext=(4, -4),
            textcoords="offset points",
            va="top",
            fontsize=9,
        )


def _beyond(axes: Any, calculated: Calculation, outcome: Outcome) -> None:
    """The rates that lie above the axis, told at its edge; those of the scenario a line lower."""
    rates, earnings = outcome.schedule.emtr, outcome.schedule.earnings
    above = np.flatnonzero(rates > RATE_HIGH)
    for place in sorted(above, key=lambda k: -rates[k])[:LABELLED_MAX]:
        is_base = outcome is calculated.base
        axes.annotate(
            f"{rates[place]:,.0%}",
            (earnings[place] + outcome.schedule.step, RATE_HIGH),
            xytext=(3, -3 if is_base else -16),
            textcoords="offset points",
            va="top",
            fontsize=9,
            color=INK if is_base else BLUE,
        )


def _earnings_axis(axes: Any, calculated: Calculation) -> None:
    from matplotlib.ticker import FuncFormatter

    schedule = calculated.new.schedule
    axes.set_xlim(schedule.low, schedule.high)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.set_xlabel(text("household.axis.earnings"))


def _legend(figure: Any, axes: Any, calculated: Calculation) -> None:
    """Which line is which, where there are two; and the shade, where there is one."""
    from matplotlib.patches import Patch

    handles, labels = axes.get_legend_handles_labels()
    if calculated.new.bands:
        handles, labels = [*handles, Patch(color=SHADE)], [*labels, text("household.chart.band")]
    if len(handles) > 1:
        figure.legend(handles, labels, loc="outside upper left", ncols=1, fontsize=9)
