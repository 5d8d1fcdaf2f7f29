"""Text for circulation (可公布文字): what may be said aloud of a ranking.

A sentence orders two townships only where their rank intervals do not overlap. Townships whose
intervals overlap, directly or through others, stand in one tier, named in the order of the roll,
never in the order of their points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.language import text

SENTENCES = 8
"""Sentences on order within tiers at most; what is left out stands in the table of ranks."""

NAMED = 8
"""Townships named as behind others at most; of more, their number is told."""

LEAST_SCORED = 0.5
"""Part of a card's points that must have data before anybody is graded: the total is scaled up to
100 from what could be scored, and three points out of a hundred would fail everybody."""


@dataclass(frozen=True)
class Order:
    """What may be said of an order, as positions of units.

    `tiers`: from the top, each the units that hang together by overlapping intervals; every unit
    of a tier is ahead of every unit of the next. `ahead`: within a tier, (units, units each of
    them is ahead of), most clearly ahead first.
    """

    tiers: tuple[tuple[int, ...], ...]
    ahead: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


def order_of(
    low: NDArray[np.int64], high: NDArray[np.int64], is_ranked: NDArray[np.bool_]
) -> Order:
    """The order that rank intervals bear out. `low`, `high`, `is_ranked`: (units,).

    >>> of_all = np.ones(4, bool)
    >>> order_of(np.array([1, 1, 3, 4]), np.array([2, 2, 4, 4]), of_all)
    Order(tiers=((0, 1), (2, 3)), ahead=())
    >>> order_of(np.array([1, 2, 3]), np.array([2, 3, 3]), of_all[:3])
    Order(tiers=((0, 1, 2),), ahead=(((0,), (2,)),))
    """
    ranked = np.flatnonzero(is_ranked)
    tiers: list[list[int]] = []
    reach = 0
    for unit in ranked[np.lexsort((high[ranked], low[ranked]))].tolist():
        if not tiers or low[unit] > reach:
            tiers.append([])
        tiers[-1].append(unit)
        reach = max(reach, int(high[unit]))
    told: dict[tuple[int, ...], list[int]] = {}
    for tier in tiers:
        for unit in tier:
            below = tuple(sorted(other for other in tier if high[unit] < low[other]))
            if below:
                told.setdefault(below, []).append(unit)
    ahead = sorted(
        ((tuple(sorted(units)), below) for below, units in told.items()),
        key=lambda each: (-len(each[1]), each),
    )
    return Order(tuple(tuple(sorted(tier)) for tier in tiers), tuple(ahead))


def order_sentences(order: Order, names: Sequence[str]) -> tuple[str, ...]:
    """An order in sentences; never one that orders two units whose intervals overlap.

    >>> made = order_of(np.array([1, 1, 3]), np.array([2, 2, 3]), np.ones(3, bool))
    >>> order_sentences(made, ["甲镇", "乙镇", "丙镇"])[0]
    '第1档：甲镇、乙镇（不可区分，排名不分先后）。'
    """
    found = []
    chained = {unit for above, below in order.ahead for unit in (*above, *below)}
    if len(order.tiers) == 1 and not chained:
        (tier,) = order.tiers
        key = "one" if len(tier) == 1 else "all"
        return (text(f"circular.{key}", names=_named(tier, names), n=len(tier)),)
    left = SENTENCES
    for number, tier in enumerate(order.tiers, 1):
        key = "single" if len(tier) == 1 else "chain" if chained & set(tier) else "alike"
        found.append(text(f"circular.tier.{key}", k=number, names=_named(tier, names)))
        inside = [pair for pair in order.ahead if pair[0][0] in tier]
        for above, below in inside[:left]:
            key = "ahead" if len(below) <= NAMED else "ahead_many"
            shown = {"above": _named(above, names), "below": _named(below, names)}
            found.append(text(f"circular.{key}", n=len(below), **shown))
        left = max(left - len(inside), 0)
    if len(order.tiers) > 1:
        found.append(text("circular.tiers"))
    if len(order.ahead) > SENTENCES:
        found.append(text("circular.more"))
    return tuple(found)


def circular(ranking: Any, *, place: str = "", is_synthetic: bool = False) -> tuple[str, ...]:
    """The text for circulation of a `Ranking`: basis, tiers, what differs, grades, the small.

    >>> from jiuzhu_sim.assessment.indicators import Measured
    >>> from jiuzhu_sim.assessment.ranking import rank_units
    >>> from jiuzhu_sim.assessment.scorecard.card import load_card
    >>> made = Measured.made(("甲镇", "乙镇"), {"visit_rate": [0.9, 0.9]})
    >>> circular(rank_units(load_card("ten-precisions"), made))[4]
    '甲镇、乙镇共2个乡镇不可区分，不作排名。'
    """
    names, ranked = ranking.measured.units, ranking.is_ranked
    said = [text("circular.synthetic")] if is_synthetic else []
    said.append(
        text(
            "circular.basis" if ranked.any() else "circular.basis_unranked",
            place=place,
            n=len(names),
            card=ranking.card.title,
            conf=f"{ranking.conf:.0%}",
        )
    )
    said += reserves(ranking)
    if ranked.any():
        said += order_said(ranking)
    for key, units in zip(("small", "scoreless"), unranked(ranking), strict=True):
        if units:
            said.append(text(f"circular.{key}", names=_named(units, names)))
    return tuple(said)


def unranked(ranking: Any) -> tuple[list[int], list[int]]:
    """Positions of the townships not ranked: too small for it; without a score."""
    has_score = np.isfinite(ranking.total)
    kinds = (~ranking.is_ranked & has_score, ~ranking.is_ranked & ~has_score)
    small, scoreless = (np.flatnonzero(kind).tolist() for kind in kinds)
    return small, scoreless


def reserves(ranking: Any) -> tuple[str, ...]:
    """What must be said with any result: points that nobody has set, items and vetoes without
    data."""
    card, scores = ranking.card, ranking.scores
    lacking = card.scored & ~scores.counted
    said = [text("circular.illustrative")] if card.status == "illustrative" else []
    if card.status == "adapted":
        key = "adapted" if card.known < card.points else "adapted_part"
        said.append(text(f"circular.{key}", known=f"{card.known:g}", total=f"{card.points:g}"))
    if lacking.any():
        points = f"{float(ranking.weights[lacking].sum()):g}"
        said.append(text("circular.lacking", n=int(lacking.sum()), points=points))
    if scores.unjudged:
        said.append(text("circular.unjudged", n=len(scores.unjudged)))
    return tuple(said)


def order_said(ranking: Any) -> tuple[str, ...]:
    """Order and grades of a `Ranking` in sentences, without what they rest on: for screens."""
    if not ranking.is_ranked.any():
        return ()
    order = order_of(ranking.low, ranking.high, ranking.is_ranked)
    return (*order_sentences(order, ranking.measured.units), *grade_sentences(ranking))


def grade_sentences(ranking: Any) -> tuple[str, ...]:
    """Which townships have a grade with a probability of at least `conf`, and which have none; no
    grade of anybody where too little could be scored."""
    names = ranking.measured.units
    found = _graded(ranking, names) if is_gradable(ranking) else [_ungraded(ranking)]
    caps = [veto.kind == "cap" for veto in ranking.card.vetoes]
    capped = np.flatnonzero(ranking.is_ranked & ranking.scores.vetoed[:, caps].any(axis=1))
    if capped.size:
        found.append(text("circular.capped", names=_named(capped, names)))
    return tuple(found)


def is_gradable(ranking: Any) -> bool:
    """Whether enough of the card's points could be scored to speak of grades."""
    scored, whole = _points(ranking)
    return scored >= whole * LEAST_SCORED


def _points(ranking: Any) -> tuple[float, float]:
    """Points of the card's items that have data, and of all."""
    card = ranking.card
    parts = (card.scored & ranking.scores.counted, card.scored)
    scored, whole = (float(ranking.weights[part].sum()) for part in parts)
    return scored, whole


def _ungraded(ranking: Any) -> str:
    scored, whole = _points(ranking)
    return text("circular.ungraded", points=f"{scored:g}", of=f"{whole:g}")


def _graded(ranking: Any, names: Sequence[str]) -> list[str]:
    sure = (ranking.probability >= ranking.conf) & ranking.is_ranked[:, None]
    found = [
        text(
            "circular.grade",
            grade=grade.title,
            names=_named(np.flatnonzero(column), names),
            conf=f"{ranking.conf:.0%}",
        )
        for grade, column in zip(ranking.card.grades, sure.T, strict=True)
        if column.any()
    ]
    open_ = np.flatnonzero(ranking.is_ranked & ~sure.any(axis=1))
    if open_.size:
        found.append(text("circular.grade_open", names=_named(open_, names)))
    return found


def _named(units: Any, names: Sequence[str]) -> str:
    return text("word.comma").join(names[unit] for unit in sorted(map(int, units)))
