"""Charts of review regimes: work against leakage, leakage and errors by month, the roll."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from jiuzhu_sim.language import text, unit_label
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.outlook.review.review import Comparison
from jiuzhu_sim.outlook.review.review_regimes import PRESENT
from jiuzhu_sim.report.drawing import WIDE, finished
from jiuzhu_sim.report.figure import (
    BLUE,
    GREY,
    INK,
    PALETTE,
    VERMILLION,
    Chart,
    new_figure,
    style,
    tick,
    value_axis,
)
from jiuzhu_sim.report.lettering import fold, text_width
from jiuzhu_sim.report.words import interval, left_out

GREEN = PALETTE[2]
FAMILIES = {"interval": ("o", GREY), "regime": ("s", BLUE), "matching": ("^", GREEN),
            "present": ("D", VERMILLION)}  # fmt: skip
"""Mark and colour of each family of regimes."""

SPAN = 6.0
"""From this ratio of most to least work on, work is drawn on a scale of ratios."""

AROUND = (10, 20, 32)
"""Distances from a point at which its label is tried, points."""

KEY_LINE = 0.2
"""Height of a line of the key under the chart, inches."""

KEY_WIDTH = 58
"""Columns of text of a half of the key."""


def frontier_chart(table: Table, work: Table, compared: Comparison) -> Chart:
    """Officer days against money leaked a year: one point a regime, its number beside it, the
    names below. The efficient regimes are joined by a dashed line. `table`: `outcome_table`;
    `work`: `workload_table`.
    """
    regimes = compared.regimes
    scale = float(text("money.divisor"))
    x = np.array([work.get("review_days", each.key) for each in regimes])
    y = np.array([table.get("review_money_leaked", each.key) for each in regimes]) / scale
    names = [f"{number} {each.title}" for number, each in enumerate(regimes, 1)]
    folded = [fold(name, KEY_WIDTH) for name in names]
    half = (len(folded) + 1) // 2
    columns = ["\n".join(folded[:half]), "\n".join(folded[half:])]
    lines = max(column.count("\n") + 1 for column in columns)
    with style():
        foot = lines * KEY_LINE + 0.2
        figure = new_figure(WIDE, 4.6 + foot)
        axes, key = figure.subplots(2, 1, height_ratios=[4.6, foot])
        for family, (mark, colour) in FAMILIES.items():
            places = [k for k, each in enumerate(regimes) if each.family == family]
            if not places:
                continue
            if family == "interval":
                axes.plot(x[places], y[places], color=colour, linewidth=1, alpha=0.6, zorder=1)
            label = text(f"review.frontier.{family}")
            axes.scatter(x[places], y[places], marker=mark, color=colour, s=42, zorder=3,
                         label=label)  # fmt: skip
        for k, each in enumerate(regimes):
            colour = FAMILIES[each.family][1]
            low, high = interval(table, "review_money_leaked", (each.key,))
            axes.vlines(x[k], low / scale, high / scale, color=colour, linewidth=1.5, zorder=2)
            axes.hlines(y[k], *interval(work, "review_days", (each.key,)), color=colour,
                        linewidth=1.5, zorder=2)  # fmt: skip
        best = compared.efficient()
        axes.plot(x[best], y[best], color=INK, linewidth=1.2, linestyle=(0, (4, 3)), zorder=2,
                  label=text("review.frontier.line"))  # fmt: skip
        ends = [interval(table, "review_money_leaked", (each.key,))[1] / scale for each in regimes]
        _axes(axes, x, float(np.nanmax([*y, *ends])))
        figure.legend(loc="outside upper left", ncols=3, fontsize=9)
        for place, column in enumerate(columns):
            key.text(0.52 * place, 1, column, va="top", fontsize=9, linespacing=1.35)
        key.set_axis_off()
        _number(axes, x, y)
        said = [text("chart.review_frontier.said")]
        return finished(axes, table, "review_frontier", text("chart.review_frontier"), said)


def _axes(axes: Any, x: Any, highest: float) -> None:
    """Money from 0; work on a scale of ratios where it spans much."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    value_axis(axes, "x", "", "")
    value_axis(axes, "y", text("review.frontier.axis_y", unit=text("money.unit").strip()), "")
    axes.spines["bottom"].set_visible(True)
    axes.grid(True, axis="x", linewidth=0.8)
    axes.set_xlabel(text("review.frontier.axis_x"))
    axes.set_ylim(0, highest * 1.05 or 1)
    least = float(x[x > 0].min()) if (x > 0).any() else 1.0
    if (x > 0).all() and float(x.max()) / least > SPAN:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
        axes.set_xlim(least / 1.25, float(x.max()) * 1.25)


def _number(axes: Any, x: Any, y: Any) -> None:
    """A number beside each point, at the first place around it that is free."""
    axes.figure.draw_without_rendering()
    points = axes.transData.transform(np.column_stack([x, y]))
    size = axes.figure.dpi / 72
    taken = [(px, py) for px, py in points]
    angles = np.deg2rad([45, 135, 315, 225, 90, 270, 0, 180])
    for number, (px, py) in enumerate(points, 1):
        tried = [(r * np.cos(a), r * np.sin(a)) for r in AROUND for a in angles]
        room = [min(np.hypot(px + dx * size - tx, py + dy * size - ty) for tx, ty in taken)
                for dx, dy in tried]  # fmt: skip
        free = [k for k, each in enumerate(room) if each >= AROUND[0] * size - 1]
        dx, dy = tried[free[0] if free else int(np.argmax(room))]
        far = np.hypot(dx, dy) > AROUND[0] + 1
        axes.annotate(
            str(number),
            (x[number - 1], y[number - 1]),
            xytext=(dx, dy),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=9,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.6} if far else None,
        )
        taken.append((px + dx * size, py + dy * size))


def leaked_chart(table: Table) -> Chart:
    """Money leaked by month, a line a regime. `table`: `monthly_table`."""
    keys = _regimes(table)
    scale = float(text("money.divisor"))
    means = {key: _line(table, "review_money_leaked", key)[0].mean() for key in keys}
    most, least = max(keys, key=lambda k: means[k]), min(keys, key=lambda k: means[k])
    said = text("chart.review_leaked.said", **_named(table, most, least),
                most_value=_money(means[most]), least_value=_money(means[least]))  # fmt: skip
    with style():
        figure = new_figure(WIDE, 3.6 + _rows_of_key(table, keys) * KEY_LINE)
        axes = figure.add_subplot()
        for paint, key in zip(PALETTE, keys, strict=False):
            _draw(axes, table, "review_money_leaked", key, paint, scale)
        value_axis(axes, "y", f"{text('stat.money_leaked')} ({text('money.unit').strip()})", "")
        _months(axes, table)
        axes.set_ylim(bottom=0)
        figure.legend(loc="outside lower left", ncols=1, fontsize=9)
        return finished(axes, table, "review_leaked", text("chart.review_leaked"),
                        [said, text("chart.review_band")])  # fmt: skip


def errors_chart(table: Table) -> Chart:
    """Rates of wrong payment and of missed households by month, a line a regime."""
    keys, names = _regimes(table), ("review_wrongly_rate", "review_missed_rate")
    last = {key: _line(table, names[0], key)[0][-1] for key in keys}
    most, least = max(keys, key=lambda k: last[k]), min(keys, key=lambda k: last[k])
    said = text("chart.review_errors.said", **_named(table, most, least),
                most_value=f"{last[most]:.2%}", least_value=f"{last[least]:.2%}")  # fmt: skip
    with style():
        figure = new_figure(WIDE, 3.4 + _rows_of_key(table, keys) * KEY_LINE)
        both = figure.subplots(1, 2)
        for axes, name in zip(both, names, strict=True):
            for paint, key in zip(PALETTE, keys, strict=False):
                _draw(axes, table, name, key, paint, 1.0)
            value_axis(axes, "y", text(f"stat.{name}"), "share")
            _months(axes, table, every=3)
            axes.set_ylim(bottom=0)
        handles, labels = both[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower left", ncols=1, fontsize=9)
        return finished(both[0], table, "review_errors", text("chart.review_errors"),
                        [said, text("chart.review_band")])  # fmt: skip


def flows_chart(table: Table) -> Chart:
    """Households that entered (up) and left (down) each month. `table`: `measures.flows`."""
    whole = (TOTAL,) * len(table.dims)
    months = [row for row in table.rows if row[0] != TOTAL and row[1:] == whole[1:]]
    entered, left = (
        np.array([table.get(name, *row) for row in months])
        for name in ("roll_entered", "roll_left")
    )
    fields = {
        name: table.show(f"roll_{name}", *whole) for name in ("entered", "left", "start", "end")
    }
    with style():
        axes = new_figure(WIDE, 3.2).add_subplot()
        places = np.arange(len(months))
        axes.bar(places, entered, color=BLUE, width=0.7, label=text("stat.roll_entered"))
        axes.bar(places, -left, color=VERMILLION, width=0.7, label=text("stat.roll_left"))
        axes.axhline(0, color=GREY, linewidth=1)
        value_axis(axes, "y", unit_label("households"), "households")
        axes.set_xticks(places, [row[0] for row in months], fontsize=9)
        axes.figure.legend(loc="outside upper left", ncols=2)
        said = [text("chart.review_flows.said", **fields), *left_out(table, "roll_entered")]
        return finished(axes, table, "review_flows", text("chart.review_flows"), said)


def _regimes(table: Table) -> list[str]:
    return list(dict.fromkeys(row[1] for row in table.rows))


def _line(table: Table, name: str, key: str) -> tuple[Any, Any, Any]:
    place = [entry.name for entry in table.statistics].index(name)
    rows = [k for k, row in enumerate(table.rows) if row[1] == key]
    mean, low, high = (part[rows, place] for part in (table.values, table.low, table.high))
    return mean, low, high


def _title(table: Table, key: str) -> str:
    return table.labels(next(row for row in table.rows if row[1] == key))[1]


def _named(table: Table, most: str, least: str) -> dict[str, str]:
    return {"most": _title(table, most), "least": _title(table, least)}


def _money(yuan: float) -> str:
    return f"{yuan / float(text('money.divisor')):,.2f}{text('money.unit')}"


def _draw(axes: Any, table: Table, name: str, key: str, paint: str, scale: float) -> None:
    """One line; an interval of the law as it stands only, or nothing could be made out."""
    mean, low, high = (part / scale for part in _line(table, name, key))
    places, is_present = np.arange(len(mean)), key == PRESENT
    if is_present:
        axes.fill_between(places, low, high, color=paint, alpha=0.15, linewidth=0)
    axes.plot(
        places,
        mean,
        color=paint,
        linewidth=2.6 if is_present else 1.6,
        marker="o",
        markersize=3,
        label=fold(_title(table, key), 2 * KEY_WIDTH),
    )


def _months(axes: Any, table: Table, every: int = 1) -> None:
    months = list(dict.fromkeys(row[0] for row in table.rows))
    places = list(range(0, len(months), every))
    axes.set_xticks(places, [months[k] for k in places], fontsize=9)


def _rows_of_key(table: Table, keys: Sequence[str]) -> int:
    return sum(-(-text_width(_title(table, key)) // (2 * KEY_WIDTH)) for key in keys)
