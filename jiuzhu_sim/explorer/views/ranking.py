"""Views of the ranking under other weights: the answer, ranks, grades, groups, weights, methods."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from jiuzhu_sim.assessment.ranking.tables import aggregations_table, grades_table
from jiuzhu_sim.explorer.ranking import RankingState
from jiuzhu_sim.explorer.views.pieces import NONE, fragment, paragraph
from jiuzhu_sim.explorer.views.svg import escape
from jiuzhu_sim.language import text
from jiuzhu_sim.report.circular import order_said
from jiuzhu_sim.report.figure import minus
from jiuzhu_sim.report.section import Listing

NAMED = 4
"""Townships named in a sentence; more would be no sentence."""


@dataclass(frozen=True)
class RankingView:
    """One view: key, HTML of a state, whether it follows a slider while it is dragged."""

    key: str
    html: Callable[[RankingState], str]
    live: bool = True


def answer(state: RankingState) -> str:
    """How far the order depends on the weights; short, so that the picture stays in sight."""
    marks = "".join(f'<li class="stamp">{escape(each)}</li>' for each in state.stamps)
    return fragment(
        "ranking-answer",
        text("ranking_panel.title"),
        f'<p class="jz-said" aria-live="polite">{escape(sentence(state))}</p>',
        f'<ul class="jz-stamps">{marks}</ul>' if marks else "",
    )


def basis(state: RankingState) -> str:
    """On how many draws it rests, and how long it took."""
    now = state.now
    return text(
        "ranking_panel.basis",
        draws=f"{now.draws:,}",
        conf=f"{now.conf:.0%}",
        noise=f"{now.weight_noise:.0%}",
        seconds=f"{state.seconds:.2f}",
    )


def sentence(state: RankingState) -> str:
    """What the weights as set do to the official order."""
    method = against(state)
    if state.is_official:
        n = int(state.official.is_ranked.sum())
        return text("ranking_panel.said.official", n=n) + alike(state) + method
    units = state.now.measured.units
    parts = [text("ranking_panel.said.tau", tau=tau_shown(state.tau), n=len(state.moved))]
    if state.regraded:
        grades = [grade.title for grade in state.now.card.grades]
        named = [
            text(
                "ranking_panel.said.grade",
                unit=units[k],
                old=grades[state.official.scores.grade[k]],
                new=grades[state.now.scores.grade[k]],
            )
            for k in state.regraded[:NAMED]
        ]
        rest = len(state.regraded) - NAMED
        more = text("ranking_panel.said.more", n=rest) if rest > 0 else ""
        listed = text("township_map.comma").join(named) + more
        parts.append(text("ranking_panel.said.grades", listed=listed))
    else:
        parts.append(text("ranking_panel.said.same_grades"))
    return "".join(parts) + alike(state) + method


def alike(state: RankingState) -> str:
    """How many townships cannot be told from another one."""
    now = state.now
    n = sum(bool(now.alike(int(k))) for k in np.flatnonzero(now.is_ranked))
    return text("ranking_panel.said.alike", n=n) if n else ""


def against(state: RankingState) -> str:
    """What the method chosen makes of the order, under the weights as set; nothing for none."""
    other = state.other
    if other is None:
        return ""
    if not other.rank.any():
        return text("ranking_panel.said.no_method", method=other.title)
    n = len(other.left_out)
    left = text("ranking_panel.said.left_out", n=n) if n else ""
    return text(
        "ranking_panel.said.method", method=other.title, tau=tau_shown(other.tau), left=left
    )


def tau_shown(tau: float) -> str:
    """Kendall's tau with two decimals; a dash where there are no two ranked townships."""
    return minus(f"{tau:.2f}") if np.isfinite(tau) else NONE


def ranks(state: RankingState) -> str:
    """Every township: official rank and span, rank and span now, score, grade."""
    rows = []
    official, now = state.official, state.now
    grades = [grade.title for grade in now.card.grades]
    for k in official.order:
        rows.append(
            (
                now.measured.units[k],
                _span(official.rank[k], official.low[k], official.high[k]),
                _span(now.rank[k], now.low[k], now.high[k]),
                f"{official.total[k]:.2f}" if official.is_ranked[k] else NONE,
                f"{now.total[k]:.2f}" if now.is_ranked[k] else NONE,
                grades[now.scores.grade[k]] if now.is_ranked[k] else NONE,
            )
        )
    heads = tuple(
        text(f"ranking_panel.head.{name}")
        for name in ("unit", "official", "now", "score_official", "score", "grade")
    )
    return _listed("ranking-ranks", "ranks", heads, rows)


def _span(rank: int, low: int, high: int) -> str:
    if not rank:
        return text("township_map.unranked")
    return text("ranking_panel.span", rank=int(rank), low=int(low), high=int(high))


def groups(state: RankingState) -> str:
    """What may be said of the order; from which others each township cannot be told."""
    now, comma = state.now, text("township_map.comma")
    units = now.measured.units
    rows = [
        (units[k], comma.join(units[other] for other in sorted(now.alike(k))) or NONE)
        for k in now.order
        if now.is_ranked[k]
    ]
    heads = tuple(text(f"ranking_panel.head.{name}") for name in ("unit", "alike"))
    said = "".join(paragraph(each) for each in order_said(now))
    return _listed("ranking-groups", "groups", heads, rows, said)


def weights(state: RankingState) -> str:
    """Points of the groups: official, as set, and as shares of the sum."""
    before, after = sum(state.first.values()), sum(state.points.values())
    rows = [
        (
            state.now.card.group(key).title,
            f"{state.first[key]:g}",
            f"{state.points[key]:g}",
            f"{state.first[key] / before:.1%}",
            f"{state.points[key] / after:.1%}",
        )
        for key in state.points
    ]
    rows.append((text("word.total"), f"{before:g}", f"{after:g}", "100.0%", "100.0%"))
    heads = tuple(
        text(f"ranking_panel.head.{name}")
        for name in ("group", "points_official", "points", "share_official", "share")
    )
    return _listed("ranking-weights", "weights", heads, rows)


def _listed(
    key: str, name: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]], said: str = ""
) -> str:
    title = text(f"ranking_panel.section.{name}")
    return fragment(key, title, said, Listing(title, tuple(heads), tuple(rows))._repr_html_())


RANKING_VIEWS = {
    view.key: view
    for view in (
        RankingView("ranking_answer", answer),
        RankingView("ranking_ranks", ranks),
        RankingView(
            "ranking_grades",
            lambda state: fragment(
                "ranking-grades",
                text("ranking_panel.section.grades"),
                grades_table(state.now)._repr_html_(),
            ),
        ),
        RankingView("ranking_groups", groups),
        RankingView("ranking_weights", weights),
        RankingView(
            "ranking_methods",
            lambda state: fragment(
                "ranking-methods",
                text("ranking_panel.section.methods"),
                aggregations_table(state.now)._repr_html_(),
            ),
            live=False,
        ),
    )
}
