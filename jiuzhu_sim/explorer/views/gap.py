"""The views of the funding gap: four numbers, risk curve, need by month, both standards, wording.

Each is a pure function of a `FundingState`; see `views.py` for what a view is.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jiuzhu_sim.explorer.funding import FundingState
from jiuzhu_sim.explorer.views.gap_drawings import fan, heat
from jiuzhu_sim.explorer.views.pieces import data, figure, figures, fragment, paragraph
from jiuzhu_sim.explorer.views.svg import Entry, bars, escape
from jiuzhu_sim.explorer.views.svg_lines import Axis, Line, Mark, lines
from jiuzhu_sim.language import text
from jiuzhu_sim.report.annual import money
from jiuzhu_sim.report.figure import BLUE, GREY, VERMILLION
from jiuzhu_sim.report.funding_words import (
    affordable_card,
    answer_said,
    fan_said,
    lasts_card,
    month_numbers,
    need_card,
    plain,
    probability_card,
    standard_title,
    what_binds,
    wording_said,
)
from jiuzhu_sim.report.words import joined


@dataclass(frozen=True)
class FundingView:
    """One view: key, HTML of a state, whether it follows a slider, what it needs made."""

    key: str
    html: Callable[[FundingState], str]
    live: bool = True
    curve: bool = False
    contour: bool = False


def answer(state: FundingState) -> str:
    """Four numbers, what they say, what binds; stamps."""
    found = state.answer
    cards = (
        need_card(found),
        probability_card(found),
        lasts_card(found),
        affordable_card(found),
    )
    tone = " jz-less" if found.gap.probability.value > found.ask.risk else " jz-more"
    tones = ("", tone, "", "" if found.solution.is_found else " jz-less")
    shown = "".join(_card(*card, tone) for card, tone in zip(cards, tones, strict=True))
    marks = "".join(f'<li class="stamp">{escape(each)}</li>' for each in state.stamps)
    return fragment(
        "gap-answer",
        text("funding_gap.section.answer"),
        f'<p class="jz-said" aria-live="polite">{escape(answer_said(found))}</p>',
        f'<div class="jz-cards">{shown}</div>',
        paragraph(joined([*what_binds(found), state.basis]), "jz-basis"),
        f'<ul class="jz-stamps">{marks}</ul>',
    )


def _card(number: str, label: str, more: str, tone: str) -> str:
    return (
        f'<div class="jz-card{tone}"><span>{escape(label)}</span><b>{escape(number)}</b>'
        f"<small>{escape(more)}</small></div>"
    )


def curve(state: FundingState) -> str:
    """The probability of a gap by standard; the chosen risk in red, the affordable one marked."""
    found, made = state.answer, state.curve
    title = text("funding_gap.tab.curve")
    if made is None:
        return fragment("gap-curve", title, paragraph(text("funding_gap.later")))
    path = found.ask.paths[0]
    now, best = float(found.policy[path]), found.solution.values.get(path, math.nan)
    xs, ys = made.moves.tolist(), made.probability.tolist()
    ends = xs[0], xs[-1]
    risk = text("funding_gap.risk_line", risk=f"{found.ask.risk:.0%}")
    marks = [Mark(now, found.gap.probability.value, _mark("now", now), GREY)]
    if found.solution.is_found and ends[0] <= best <= ends[1]:
        height = found.solution.probability.value
        marks.append(Mark(best, height, _mark("affordable", best), BLUE))
    name = standard_title(found)
    said = text(
        "funding_gap.curve_said",
        low=plain(ends[0]),
        high=plain(ends[1]),
        at_low=f"{ys[0]:.1%}",
        at_high=f"{ys[-1]:.1%}",
        now=plain(now),
        at_now=f"{found.gap.probability.value:.1%}",
    )
    chart = lines(
        [
            Line(xs, ys, ""),
            Line(ends, (found.ask.risk,) * 2, risk, VERMILLION, dashed=True),
        ],
        x=Axis(text("funding_gap.standard_axis", what=name), "", *ends),
        y=Axis(text("funding_gap.probability"), "share", 0.0, 1.0),
        title=text("funding_gap.curve_title"),
        desc=said,
        marks=[mark for mark in marks if ends[0] <= mark.x <= ends[1]],
    )
    drawn = figure(chart, text("funding_gap.curve_title"), said)
    return fragment("gap-curve", title, figures(drawn))


def _mark(key: str, standard: float) -> str:
    return text(f"funding_gap.at_{key}", standard=plain(standard))


def months(state: FundingState) -> str:
    """Need by month: the 80 % band and the median."""
    found = state.answer
    middle, low, high = found.by_month
    said = fan_said(found)
    numbers = month_numbers(found.forecast.start, found.forecast.months)
    chart = fan(
        [str(month) for _, month in numbers],
        middle.tolist(),
        low.tolist(),
        high.tolist(),
        title=text("funding_gap.section.need"),
        desc=said,
    )
    title = text("table.need_month")
    return fragment(
        "gap-months", title, figures(figure(chart, text("funding_gap.fan_title"), said))
    )


def both(state: FundingState) -> str:
    """The probability of a gap on a grid of both standards, the chosen risk as a red line."""
    found, made, title = state.answer, state.contour, text("funding_gap.contour_title")
    if made is None:
        return fragment("gap-both", title, paragraph(text("funding_gap.later")))
    share = float((made.probability <= found.ask.risk).mean())
    said = text(
        "funding_gap.contour_said",
        here=f"{found.gap.probability.value:.0%}",
        share=f"{share:.0%}",
        risk=f"{found.ask.risk:.0%}",
    )
    chart = heat(
        made,
        found.ask.risk,
        found.standards,
        x=text("funding_gap.urban_axis"),
        y=text("funding_gap.rural_axis"),
        title=title,
        desc=said,
    )
    return fragment(
        "gap-both", title, figures(figure(chart, text("funding_gap.probability"), said))
    )


def drivers(state: FundingState) -> str:
    """How far each source alone moves the need of the year."""
    title, table = text("funding_gap.section.drivers"), state.tornado
    if table is None:
        key = "nothing_varies" if state.answer.is_certain else "later"
        return fragment("gap-drivers", title, paragraph(text(f"funding_gap.{key}")))
    is_gap = any(each.name == "driver_gap_low" for each in table.statistics)
    kind, told_key = ("gap", "tornado_said") if is_gap else ("need", "tornado_said_need")
    low, high = f"driver_{kind}_low", f"driver_{kind}_high"
    width = {row: abs(table.get(high, *row) - table.get(low, *row)) for row in table.rows}
    rows = sorted(table.rows, key=lambda row: -width[row])
    entries = [Entry(table.labels(row)[0], (width[row],), (money(width[row]),)) for row in rows]
    said = text("chart.nothing")
    if rows:
        top = rows[0]
        told = {"source": table.labels(top)[0], "width": money(width[top])}
        said = text(f"funding_gap.{told_key}", **told)
    chart = bars(entries, title=text("funding_gap.tornado_title"), desc=said)
    drawn = figure(chart, text("funding_gap.tornado_title"), said, table, "gap-drivers")
    return fragment("gap-drivers", title, figures(drawn))


def wording(state: FundingState) -> str:
    """What may be written to the leadership, and the proof behind it."""
    found = state.answer
    said = "".join(paragraph(each) for each in wording_said(found))
    proof = "".join(paragraph(each, "jz-basis") for each in found.solution.sentences())
    table = data(state.tried, "gap-tried")
    return fragment("gap-wording", text("funding_gap.section.wording"), said, proof, table)


FUNDING_VIEWS: Mapping[str, FundingView] = MappingProxyType(
    {
        view.key: view
        for view in (
            FundingView("gap_answer", answer),
            FundingView("gap_curve", curve, curve=True),
            FundingView("gap_months", months),
            FundingView("gap_both", both, live=False, contour=True),
            FundingView("gap_drivers", drivers, live=False),
            FundingView("gap_wording", wording),
        )
    }
)
"""The views in the order in which they are shown."""
