"""What a ranking says in sentences: who can be told apart, grades, the weight that decides, limits.

No sentence orders townships whose rank intervals overlap (see `circular`).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from jiuzhu_sim.assessment.ranking.intervals import apart
from jiuzhu_sim.assessment.ranking.ranking import Ranking
from jiuzhu_sim.assessment.scorecard.card import Card
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.report.circular import order_of, unranked
from jiuzhu_sim.report.ranking_charts import deciding_weights
from jiuzhu_sim.report.section import Listing

if TYPE_CHECKING:
    from jiuzhu_sim.report.ranking_input import Ranked

ASSESSED = "S1.10"
"""The clauses of the document that leave open what is drawn at random."""
STATUSES = ("stated", "reading", "assumed")
INCOMPLETE = 0.9
"""Part of the card's points below which a result is stamped as incomplete."""
NAMED = 8
"""Townships named in a sentence; of more, their number is told."""
TIERS = 5
"""Tiers named in the answer; of more, their number is told."""


def pairs_apart(ranking: Ranking) -> tuple[int, int]:
    """Pairs of ranked townships whose intervals do not overlap, and all pairs."""
    kept = ranking.is_ranked
    told = apart(ranking.low[kept], ranking.high[kept])
    n = int(kept.sum())
    return int(told.sum()) // 2, n * (n - 1) // 2


def is_order(ranking: Ranking) -> bool:
    """Whether there is anything to put in order: two ranked townships at least."""
    return int(ranking.is_ranked.sum()) > 1


def maybe_first(ranking: Ranking) -> list[int]:
    """Positions of the townships whose interval holds the first rank, in the order of the roll."""
    return [int(unit) for unit in np.flatnonzero(ranking.is_ranked & (ranking.low == 1))]


def tiers(ranking: Ranking) -> int:
    """How many tiers the intervals bear out."""
    return len(order_of(ranking.low, ranking.high, ranking.is_ranked).tiers)


def sure_grades(ranking: Ranking) -> int:
    """Ranked townships with a grade of a probability of at least `conf`."""
    sure = (ranking.probability >= ranking.conf).any(axis=1)
    return int((sure & ranking.is_ranked).sum())


def comma(parts: Iterable[str]) -> str:
    """Names one after another: 、 in Chinese."""
    return text("word.comma").join(parts)


def _names(ranking: Ranking, units: list[int]) -> str:
    names = ranking.measured.units
    shown = comma(names[unit] for unit in units[:NAMED])
    rest = len(units) - NAMED
    return text("ranking.said.and_more", names=shown, n=len(units)) if rest > 0 else shown


def answer(ranked: "Ranked") -> tuple[str, ...]:
    """The answer: what can be told apart, the top, grades, the deciding weight, what is missing."""
    ranking = ranked.ranking
    n = int(ranking.is_ranked.sum())
    conf = f"{ranking.conf:.0%}"
    if not is_order(ranking):
        key = "too_few" if n else "none_ranked"
        return (text(f"ranking.said.{key}", n=n, least=ranking_least(ranked)), *_gaps(ranked))
    apart, pairs = pairs_apart(ranking)
    key = {0: "none_apart", pairs: "all_apart"}.get(apart, "apart")
    said = [
        text(
            f"ranking.said.{key}", n=n, card=ranking.card.title, apart=apart, pairs=pairs, conf=conf
        )
    ]
    first = maybe_first(ranking)
    if apart:
        said.append(_tiers_said(ranking))
        key = "first" if len(first) == 1 else "firsts"
        said.append(text(f"ranking.said.{key}", names=_names(ranking, first), n=len(first)))
    said.append(_grades(ranking, conf))
    return (*said, *deciding(ranking, "plain"), *vetoes(ranking), *_gaps(ranked))


def _tiers_said(ranking: Ranking) -> str:
    """The tiers by name; where there are many, how many."""
    found = order_of(ranking.low, ranking.high, ranking.is_ranked).tiers
    if len(found) == 1:
        return text("ranking.said.one_tier")
    if len(found) > TIERS:
        return text("ranking.said.tiers_many", n=len(found))
    told = (
        text("ranking.said.tier", k=k, names=_names(ranking, list(tier)))
        for k, tier in enumerate(found, 1)
    )
    return text("ranking.said.tiers", n=len(found), tiers=text("word.semicolon").join(told))


def ranking_least(ranked: "Ranked") -> str:
    """Fewest households for a rank, as text."""
    least = ranked.least
    return f"{least:g}"


def _grades(ranking: Ranking, conf: str) -> str:
    kept = ranking.scores.grade[ranking.is_ranked]
    counts = [
        text("ranking.said.grade", grade=grade.title, n=int((kept == place).sum()))
        for place, grade in enumerate(ranking.card.grades)
    ]
    sure = sure_grades(ranking)
    return text("ranking.said.grades", counts=comma(counts), sure=sure, conf=conf)


def deciding(ranking: Ranking, how: str = "deciding") -> tuple[str, ...]:
    """The weight that ranks hang on most; `how` ``plain``: without the correlation."""
    if not is_order(ranking):
        return (text("ranking.said.no_order"),)
    found = [each for each in deciding_weights(ranking) if each.move > 0]
    if not found:
        return (text("ranking.said.no_weight"),)
    top = found[0]
    return (
        text(
            f"ranking.said.{how}",
            label=pick(top.label),
            points=f"{top.points:g}",
            move=f"{top.move:g}",
            tau=f"{top.tau:.2f}",
        ),
    )


def varied(ranking: Ranking) -> tuple[str, ...]:
    """How many ranks may change when only the weights are varied."""
    if not is_order(ranking):
        return ()
    low, high = ranking.by_source["weights"]
    n = int(((low < high) & ranking.is_ranked).sum())
    key = "noise" if n else "noise_none"
    return (text(f"ranking.said.{key}", noise=f"{ranking.weight_noise:.0%}", n=n),)


def vetoes(ranking: Ranking) -> tuple[str, ...]:
    """Which townships a veto has struck and what follows, veto by veto; no order among them."""
    names, said = ranking.measured.units, []
    for veto, column in zip(ranking.card.vetoes, ranking.scores.vetoed.T, strict=True):
        if column.any():
            told = {"veto": veto.title, "names": comma(names[u] for u in np.flatnonzero(column))}
            if veto.kind == "cap":
                grade = next(each.title for each in ranking.card.grades if each.key == veto.aim)
                said.append(text("ranking.said.veto_cap", grade=grade, **told))
            else:
                said.append(text("ranking.said.veto_zero", **told))
    return tuple(said)


def _gaps(ranked: "Ranked") -> tuple[str, ...]:
    """How many items have no data, how many townships are too small for a rank."""
    ranking = ranked.ranking
    scored, counted = ranking.card.scored, ranking.scores.counted
    lacking = int((scored & ~counted).sum())
    said = []
    if lacking:
        said.append(
            text("ranking.said.lacking", n=lacking, of=int(scored.sum()), points=_points(ranking))
        )
    if ranking.scores.unjudged:
        said.append(text("ranking.said.unjudged", n=len(ranking.scores.unjudged)))
    least = ranking_least(ranked)
    for key, units in zip(("small", "scoreless"), unranked(ranking), strict=True):
        if units:
            said.append(text(f"ranking.said.{key}", names=_names(ranking, units), least=least))
    return tuple(said)


def _points(ranking: Ranking) -> str:
    lacking = ranking.card.scored & ~ranking.scores.counted
    return f"{float(ranking.card.weights[lacking].sum()):g}"


def stamps(ranked: "Ranked") -> tuple[str, ...]:
    """The stamps: synthetic, illustrative weights, how cases were drawn, for work inside."""
    card, measured = ranked.card, ranked.measured
    made = [text("ranking.stamp.synthetic")] if measured.is_synthetic else []
    if ranked.own_weights:
        made.append(text("ranking.stamp.own_weights"))
    elif card.status in ("illustrative", "adapted"):
        made.append(text(f"ranking.stamp.{card.status}"))
    if card.is_partial and card.known < card.points:  # else its whole was not seen
        made.append(
            text("ranking.stamp.partial", known=f"{card.known:g}", total=f"{card.points:g}")
        )
    counted = float(ranked.ranking.weights[ranked.ranking.scores.counted].sum())
    if counted < INCOMPLETE * card.known:
        total, known = f"{card.known:g}", f"{counted:g}"
        made.append(text("ranking.stamp.lacking", known=known, total=total))
    key = "sample" if measured.design == "sample" else "census"
    made.append(text(f"ranking.stamp.{key}", files=ranked.files))
    return tuple(made)


def cuts(ranking: Ranking) -> tuple[str, ...]:
    """Where the grades begin."""
    *upper, last = ranking.card.grades
    shown = [text("ranking.said.cut", grade=each.title, least=f"{each.least:g}") for each in upper]
    return (text("ranking.said.cuts", cuts=comma(shown), last=last.title),)


def groups(ranking: Ranking) -> tuple[str, ...]:
    """What the tiers mean."""
    return (text("ranking.said.groups", conf=f"{ranking.conf:.0%}"),)


def groups_listing(ranking: Ranking) -> Listing:
    """Each township, its tier, whom it is surely ahead of and whom it is surely behind."""
    names, low, high = ranking.measured.units, ranking.low, ranking.high
    rows = []
    order = order_of(low, high, ranking.is_ranked)
    for number, tier in enumerate(order.tiers, 1):
        for unit in tier:
            ahead = np.flatnonzero(ranking.is_ranked & (low > high[unit]))
            behind = np.flatnonzero(ranking.is_ranked & (high < low[unit]))
            told = [comma(names[u] for u in units) or "—" for units in (ahead, behind)]
            alike = int(ranking.is_ranked.sum()) - 1 - len(ahead) - len(behind)
            rows.append((f"{number}", names[unit], f"{alike}", *told))
    heads = ("tier", "township", "alike", "ahead_of", "behind")
    titles = tuple(text(f"ranking.head.{name}") for name in heads)
    return Listing(text("ranking.groups.title"), titles, tuple(rows))


def aggregations(ranking: Ranking) -> tuple[str, ...]:
    """How far other ways of adding up agree with the card's."""
    taus = [other.tau for other in ranking.others if np.isfinite(other.tau)]
    if not taus:
        return (text("ranking.said.no_other"),)
    low, high = f"{min(taus):.2f}", f"{max(taus):.2f}"
    return (text("ranking.said.others", n=len(taus), low=low, high=high),)


def standing_of_numbers(card: Card) -> str:
    """How many items have their points and marks from the source, a reading of it, or nowhere.

    >>> from jiuzhu_sim.assessment.scorecard.card import load_card
    >>> standing_of_numbers(load_card("yizheng"))
    '考核表的3个项目中，分值和得分标准由文件写明的2个、按文件理解的1个、示例的0个，逐项见下表。'
    """
    counts = {name: sum(item.status == name for item in card.items) for name in STATUSES}
    return text("ranking.said.standing", n=len(card.items), **counts)


def limits(ranked: "Ranked") -> tuple[str, ...]:
    """What the figures rest on and how far they go."""
    keys = ["intervals", "weights", "groups", "aggregations"]
    if any(item.clause.startswith(ASSESSED) for item in ranked.card.items):
        keys.append("design")
    keys.append("sample" if ranked.measured.design == "sample" else "census")
    if ranked.measured.is_synthetic:
        keys.append("synthetic")
    if any(veto.kind == "cap" for veto in ranked.card.vetoes):
        keys.append("cap")
    said = [text(f"ranking.limit.{key}") for key in keys]
    said.append(standing_of_numbers(ranked.card))
    card = ranked.card
    kind, source = text(f"card_status.{card.status}"), pick(card.source)
    said.append(text("ranking.said.source", kind=kind, source=source))
    return (*said, *([pick(card.note)] if pick(card.note) else []))
