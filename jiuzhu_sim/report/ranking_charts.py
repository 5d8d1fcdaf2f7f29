"""Charts of a ranking: ranks with their intervals, probabilities of grades, what weights decide."""

from typing import Any

import numpy as np

from jiuzhu_sim.assessment.ranking.ranking import Ranking
from jiuzhu_sim.assessment.ranking.tables import grades_table, ranking_table, weights_table
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.report.drawing import LABEL, WIDE, beside, finished, ink_on, labelled_rows
from jiuzhu_sim.report.figure import BLUE, GREY, VERMILLION, Chart, new_figure, style, value_axis
from jiuzhu_sim.report.lettering import fold

SHOWN = 12
"""Weights drawn at most, those that decide most."""
LIGHT = "#8FC3E3"
HEAD = 1.1
"""Height of a chart without its bars, inches."""
GRADES = (BLUE, LIGHT, "#E69F00", VERMILLION, GREY)
"""Colours of grades, best first: blue to vermillion, told apart without red and green."""
LEGIBLE = 0.07
"""Least share of a bar with room for its number inside."""


def interval_chart(ranking: Ranking) -> Chart:
    """A dot at each township's rank and a line over the ranks it may hold; best on top.

    A township that is not ranked has a row and no dot.
    """
    order, names = _in_order(ranking), ranking.measured.units
    with style():
        axes = labelled_rows([names[unit] for unit in order])
        n = int(ranking.is_ranked.sum())
        for row, unit in enumerate(order):
            if not ranking.is_ranked[unit]:
                beside(axes, 1, row, text("ranking.chart.small"))
                continue
            low, high = int(ranking.low[unit]), int(ranking.high[unit])
            axes.hlines(row, low, high, color=LIGHT, linewidth=7, zorder=2)
            axes.plot(ranking.rank[unit], row, "o", color=BLUE, markersize=7, zorder=3)
            beside(axes, max(high, int(ranking.rank[unit])), row, f"{ranking.total[unit]:.2f}")
        value_axis(axes, "x", text("ranking.chart.rank", conf=f"{ranking.conf:.0%}"))
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_xlim(0.5, max(n, 2) * 1.1 + 0.5)
        axes.set_xticks(_ticks(n))
        said = [text("ranking.chart.intervals.said")]
        title = text("ranking.chart.intervals")
        return finished(axes, ranking_table(ranking), "rank_intervals", title, said)


def _ticks(n: int) -> list[int]:
    """Ranks marked on the axis: 1, a few between, the last."""
    step = max(1, round(n / 8))
    return sorted({1, *range(1 + step, n - step + 2, step), max(n, 1)})


def grade_chart(ranking: Ranking) -> Chart:
    """Stacked bars, one a township, of the probability of each grade."""
    order, names = _in_order(ranking), ranking.measured.units
    grades = [grade.title for grade in ranking.card.grades]
    with style():
        axes = labelled_rows([names[unit] for unit in order], head=1.2)
        left = np.zeros(len(order))
        for place, title in enumerate(grades):
            shares = np.nan_to_num(ranking.probability[order, place])
            colour = GRADES[min(place, len(GRADES) - 1)]
            axes.barh(range(len(order)), shares, 0.7, left=left, color=colour, label=title)
            for row in np.flatnonzero(shares >= LEGIBLE).tolist():
                axes.text(left[row] + shares[row] / 2, row, f"{shares[row]:.0%}", ha="center",
                          va="center", fontsize=8, color=ink_on(colour))  # fmt: skip
            left = left + shares
        value_axis(axes, "x", text("ranking.chart.probability"), "share")
        axes.set_xlim(0, 1)
        axes.figure.legend(loc="outside upper left", ncols=len(grades))
        said = [text("ranking.chart.grades.said")]
        title = text("ranking.chart.grades")
        return finished(axes, grades_table(ranking), "grade_probabilities", title, said)


def tornado_chart(ranking: Ranking) -> Chart:
    """What each weight does to the ranks, the one they hang on most on top: the largest move
    without it; its part in the moves when all weights are varied."""
    found = deciding_weights(ranking)[:SHOWN]
    labels = [fold(pick(each.label), LABEL) for each in found]
    with style():
        figure = new_figure(WIDE, HEAD + 0.34 * max(len(found), 2))
        moves, shares = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
        for row, each in enumerate(found):
            moves.barh(row, np.nan_to_num(each.move), 0.6, color=BLUE)
            shown = text("ranking.chart.moved", move=f"{each.move:g}", tau=f"{each.tau:.2f}")
            beside(moves, np.nan_to_num(each.move), row, shown)
            shares.barh(row, np.nan_to_num(each.share), 0.6, color=LIGHT)
            if np.isfinite(each.share):
                beside(shares, each.share, row, f"{each.share:.1%}")
        noise = f"{ranking.weight_noise:.0%}"
        value_axis(moves, "x", text("ranking.chart.move"))
        value_axis(shares, "x", text("ranking.chart.share", noise=noise), "share")
        moves.xaxis.get_major_locator().set_params(integer=True)
        shares.xaxis.get_major_locator().set_params(nbins=4)
        for axes, part in ((moves, "move"), (shares, "share")):
            most = max((np.nan_to_num(getattr(each, part)) for each in found), default=0)
            axes.set_xlim(0, 1.35 * most or 1)
        moves.set_yticks(range(len(labels)), labels)
        moves.set_ylim(max(len(labels), 1) - 0.4, -0.6)
        said = [text("ranking.chart.tornado.said")]
        title = text("ranking.chart.tornado")
        return finished(moves, weights_table(ranking), "weights_tornado", title, said)


def deciding_weights(ranking: Ranking) -> tuple[Any, ...]:
    """The weights, first the one that ranks hang on most (lowest τ without it, then largest move,
    then largest part): of groups where the card has several, else of items."""
    of_groups = [each for each in ranking.deciding if each.kind == "group"]
    chosen = of_groups if len(of_groups) > 1 else ranking.deciding
    known = [each for each in chosen if np.isfinite(each.move)]
    return tuple(
        sorted(
            known,
            key=lambda each: (
                np.nan_to_num(each.tau, nan=1.0),
                -each.move,
                -np.nan_to_num(each.share),
            ),
        )
    )


def _in_order(ranking: Ranking) -> list[int]:
    """Positions of the townships, best first, those not ranked last."""
    return [int(unit) for unit in ranking.order]
