"""Charts of the funding gap: risk by standard, need by month, iso-risk, drivers, who pays.

Each draws what its table or answer holds and says it in a sentence; nothing is computed here.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.outlook.afford.gap import QUANTILES, Contour, GapCurve
from jiuzhu_sim.outlook.afford.solution import TEN_THOUSAND
from jiuzhu_sim.report.annual import money
from jiuzhu_sim.report.drawing import WIDE, beside, finished, labelled_rows, reference
from jiuzhu_sim.report.figure import (
    BLUE,
    GREY,
    INK,
    PALETTE,
    VERMILLION,
    Chart,
    new_figure,
    style,
    value_axis,
)
from jiuzhu_sim.report.funding_words import plain
from jiuzhu_sim.report.words import joined

PALE = 0.22
"""Opacity of a band: the line in it and the grid behind it stay visible."""

CUT = 2.0
"""Where the axis of the need is cut: so many widths of the band below it."""

LEVELS = (0.05, 0.2, 0.5, 0.8, 0.95)
"""Probabilities whose lines are drawn in the iso-risk chart, besides the chosen risk."""

SHADES = ("#DDEBF5", "#EAF1F6", "#F5F1EC", "#F9E4D4", "#F5CDB0", "#EFB48B")
"""From safe (pale blue) to sure of a gap (orange): between the lines."""


def risk_curve(
    curve: GapCurve, table: Table, risk: float, now: float, affordable: float, label: str
) -> Chart:
    """The probability of a gap at every standard, with its Monte Carlo error, the chosen risk red.

    `table`: the same numbers. `now`: the standard in force; `affordable`: the highest
    one within the risk (NaN: none).
    `label`: what the standard is called, with its unit.
    """
    xs, ys, error = curve.moves, curve.probability, curve.error
    at_now = float(np.interp(now, xs, ys))
    with style():
        axes = new_figure(WIDE, 3.4).add_subplot()
        axes.fill_between(
            xs, np.clip(ys - error, 0, 1), np.clip(ys + error, 0, 1), color=BLUE, alpha=PALE, lw=0
        )
        axes.plot(xs, ys, color=BLUE, linewidth=2)
        axes.axhline(risk, color=VERMILLION, linewidth=1.4, linestyle=(0, (5, 3)))
        axes.annotate(
            text("funding_gap.risk_line", risk=f"{risk:.0%}"),
            (xs[0], risk),
            xytext=(2, 4),
            textcoords="offset points",
            color=VERMILLION,
            fontsize=9,
        )
        if xs[0] <= now <= xs[-1]:
            axes.plot(now, at_now, "o", color=GREY, markersize=8, label=_at("now", now))
        if np.isfinite(affordable) and xs[0] <= affordable <= xs[-1]:
            height = float(np.interp(affordable, xs, ys))
            axes.vlines(affordable, 0, height, color=BLUE, linewidth=1, linestyle=(0, (2, 2)))
            axes.plot(affordable, height, "D", color=BLUE, markersize=7, label=_best(affordable))
        axes.set_xlabel(label)
        axes.set_ylim(0, 1.02)
        value_axis(axes, "y", text("funding_gap.probability"), "share")
        if axes.get_legend_handles_labels()[1]:
            axes.figure.legend(loc="outside upper left", ncols=2)
        said = text(
            "funding_gap.curve_said",
            low=plain(xs[0]),
            high=plain(xs[-1]),
            at_low=f"{ys[0]:.1%}",
            at_high=f"{ys[-1]:.1%}",
            now=plain(now),
            at_now=f"{at_now:.1%}",
        )
        return finished(axes, table, "risk_curve", text("funding_gap.curve_title"), [said])


def _at(key: str, standard: float) -> str:
    return text(f"funding_gap.at_{key}", standard=plain(standard))


def _best(standard: float) -> str:
    return _at("affordable", standard)


def need_fan(table: Table, labels: Sequence[str], said: str) -> Chart:
    """Need by month: the 80 % band, the median as a line, the rules alone as a grey one.

    `table`: rows (month,), statistics ``need`` (value P50, low P10, high P90) and ``static``;
    `labels`: of the months; `said`: the sentence under the chart.
    """
    rows = [row for row in table.rows if TOTAL not in row]
    places = [table.rows.index(row) for row in rows]
    scale = float(text("money.divisor"))
    names = [entry.name for entry in table.statistics]
    middle, low, high = (part[places, names.index("need")] / scale
                         for part in (table.values, table.low, table.high))  # fmt: skip
    at = np.arange(len(rows))
    with style():
        axes = new_figure(WIDE, 3.1).add_subplot()
        band = text("funding_gap.band")
        axes.fill_between(at, low, high, color=BLUE, alpha=PALE, lw=0, label=band)
        axes.plot(
            at,
            middle,
            color=BLUE,
            linewidth=2,
            marker="o",
            markersize=4,
            label=text("funding_gap.median"),
        )
        if "static" in names:
            static = table.values[places, names.index("static")] / scale
            axes.plot(at, static, color=GREY, linewidth=1.4, linestyle=(0, (4, 3)),
                      label=text("stat.static"))  # fmt: skip
        axes.set_xticks(at, labels)
        bottom, top = _ends(float(low.min()), float(high.max()))
        axes.set_ylim(bottom, top)
        value_axis(axes, "y", text("funding_gap.month_axis", unit=text("money.unit").strip()))
        axes.figure.legend(loc="outside upper left", ncols=3)
        told = joined([said, text("funding_gap.fan_cut")]) if bottom else said
        return finished(axes, table, "need_fan", text("funding_gap.fan_title"), [told])


def _ends(low: float, high: float) -> tuple[float, float]:
    """Ends of the axis of the need: cut below where a narrow band would not be seen otherwise.

    >>> _ends(98.0, 102.0), _ends(50.0, 150.0)[0]
    ((90.0, 104.0), 0.0)
    """
    wide = max(high - low, 1e-9)
    bottom = low - CUT * wide
    if bottom < high / 2:
        return 0.0, max(high * 1.12, 1e-9)
    return bottom, high + wide / 2


def iso_risk(found: Contour, table: Table, risk: float, now: tuple[float, float]) -> Chart:
    """Both standards at once: lines of the same probability of a gap, the chosen risk in red.

    `now`: the urban and the rural standard as they stand. Left and below the red line is safe.
    """
    urban, rural, probability = found.urban, found.rural, found.probability.T
    with style():
        axes = new_figure(WIDE, 4.4).add_subplot()
        ends = [0, *LEVELS, 1.0001]
        filled = axes.contourf(urban, rural, probability, levels=ends, colors=SHADES)
        axes.contour(urban, rural, probability, levels=LEVELS, colors=GREY, linewidths=0.6)
        bar = axes.figure.colorbar(filled, ax=axes, ticks=LEVELS, fraction=0.05)
        bar.ax.set_yticklabels([f"{level:.0%}" for level in LEVELS])
        bar.ax.tick_params(length=0)
        bar.set_label(text("funding_gap.probability"))
        bar.outline.set_visible(False)
        axes.contour(urban, rural, probability, levels=[risk], colors=VERMILLION, linewidths=2.4)
        axes.plot(*now, "o", color=INK, markersize=8, label=text("funding_gap.both_now"))
        axes.plot([], [], color=VERMILLION, linewidth=2.4, label=_risk(risk))
        axes.set_xlabel(text("funding_gap.urban_axis"))
        axes.set_ylabel(text("funding_gap.rural_axis"))
        axes.tick_params(length=0)
        axes.spines[["top", "right"]].set_visible(False)
        axes.figure.legend(loc="outside upper left", ncols=2)
        here = f"{found.probability[_nearest(urban, now[0]), _nearest(rural, now[1])]:.0%}"
        share = f"{(probability <= risk).mean():.0%}"
        said = text("funding_gap.contour_said", here=here, share=share, risk=f"{risk:.0%}")
        return finished(axes, table, "iso_risk", text("funding_gap.contour_title"), [said])


def _risk(risk: float) -> str:
    return text("funding_gap.risk_line", risk=f"{risk:.0%}")


def _nearest(values: Any, value: float) -> int:
    return int(np.abs(values - value).argmin())


def tornado(table: Table, middle: float) -> Chart:
    """How far each source alone moves the gap of the year, the widest on top; without money in the
    table, the need.

    `table`: of `outlook.drivers.tornado`; `middle`: the median gap (need), yuan, from which
    the bars go to the source at its P10 and at its P90.
    """
    is_gap = any(each.name == "driver_gap_low" for each in table.statistics)
    kind = "gap" if is_gap else "need"
    scale, names = float(text("money.divisor")), (f"driver_{kind}_low", f"driver_{kind}_high")
    low, high = names
    width = {row: abs(table.get(high, *row) - table.get(low, *row)) for row in table.rows}
    rows = sorted(table.rows, key=lambda row: -width[row])
    paints = (PALETTE[3], BLUE)
    with style():
        axes = labelled_rows([table.labels(row)[0] for row in rows], height=0.42, head=1.25)
        for at, row in enumerate(rows):
            ends = [table.get(name, *row) / scale for name in names]
            for end, paint in zip(ends, paints, strict=True):
                axes.barh(at, end - middle / scale, left=middle / scale, height=0.55, color=paint)
            beside(axes, max(*ends, middle / scale), at, f"{width[row] / scale:,.2f}")
        for paint, key in zip(paints, ("low", "high"), strict=True):
            axes.barh(0, 0, color=paint, label=text(f"funding_gap.factor_{key}"))
        reference(axes, middle / scale, f"P50 {middle / scale:,.2f}")
        axis = "funding_gap.gap_axis" if is_gap else "funding_gap.year_axis"
        value_axis(axes, "x", text(axis, unit=text("money.unit").strip()))
        axes.margins(x=0.12)
        axes.figure.legend(loc="outside upper left", ncols=2)
        source = table.labels(rows[0])[0]
        key = "funding_gap.tornado_said" if is_gap else "funding_gap.tornado_said_need"
        said = text(key, source=source, width=money(width[rows[0]]))
        return finished(axes, table, "tornado", text("funding_gap.tornado_title"), [said])


def payers_bars(table: Table) -> Chart:
    """What each level of government pays of the need: P50 as a bar, the 80 % interval as a line.

    `table`: rows (level,), statistics ``need_p10``, ``need_p50``, ``need_p90`` in 万元.
    """
    rows = [row for row in table.rows if TOTAL not in row]
    scale = TEN_THOUSAND / float(text("money.divisor"))
    with style():
        axes = labelled_rows([table.labels(row)[0] for row in rows], height=0.4)
        for at, row in enumerate(rows):
            low, middle, high = (table.get(f"need_{name}", *row) * scale for name in QUANTILES)
            axes.barh(at, middle, height=0.55, color=BLUE)
            axes.hlines(at, low, high, color=INK, linewidth=1.5)
            beside(axes, max(middle, high), at, f"{middle:,.2f}")
        value_axis(axes, "x", text("funding_gap.year_axis", unit=text("money.unit").strip()))
        axes.margins(x=0.12)
        top = max(rows, key=lambda row: table.get("need_p50", *row))
        value = money(table.get("need_p50", *top) * TEN_THOUSAND)
        said = text("funding_gap.payers_said", level=table.labels(top)[0], value=value)
        return finished(axes, table, "payers", text("funding_gap.payers_title"), [said])
