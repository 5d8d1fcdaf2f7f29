"""Lists of a ranking: the points each township lost and why (扣分清单), the case files drawn.

A township asks one thing: where did the points go. Its sheet names item, value, what was wanted,
points and clause, most lost first. Drawn cases are told by number, the middle of it masked.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.indicators import indicators
from jiuzhu_sim.assessment.ranking.ranking import Ranking
from jiuzhu_sim.assessment.scorecard.card import Item
from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.measures.table import Statistic
from jiuzhu_sim.report.forms import Form, Head
from jiuzhu_sim.report.section import Listing

if TYPE_CHECKING:
    from jiuzhu_sim.report.ranking_input import Ranked

KEPT = 2
"""Signs of a case number left at its start and at its end."""
COLUMNS = (
    ("group", 18), ("item", 30), ("value", 28), ("wanted", 28), ("points", 9), ("reached", 9),
    ("lost", 9), ("clause", 16),
)  # fmt: skip
"""Columns of a township's list and their widths."""
POINTS = ("points", "reached", "lost")
YES = "yes"
"""The unit of an indicator that is so or not."""
RATE = {"full": 1.0, "none": 0.0}
"""Marks of an item whose points are its rate."""


def points_lost(ranked: "Ranked", unit: int) -> list[list[Any]]:
    """The items of a township, a row each (see `COLUMNS`), most points lost first, those without
    data last. Points are of the card's scale."""
    ranking, card = ranked.ranking, ranked.card
    reached, whole = ranking.scores.points[unit], ranking.weights
    rows = []
    for place, item in enumerate(card.items):
        if item.is_bonus:
            continue
        got, most = float(reached[place]), float(whole[place])
        lost = most - got if np.isfinite(got) else None
        rows.append(
            [
                card.group(item.group).title,
                item.title,
                shown_values(ranked, unit, item),
                wanted(item),
                most,
                None if lost is None else got,
                lost,
                item.clause,
            ]
        )
    return sorted(rows, key=lambda row: (row[6] is None, -(row[6] or 0.0)))


def shown_values(ranked: "Ranked", unit: int, item: Item) -> str:
    """A township's value of an item; of one with several indicators each with its name."""
    if len(item.needs) == 1:
        return shown_value(ranked, unit, item.indicator)
    told = (f"{_title(key)} {shown_value(ranked, unit, key)}" for key in item.needs)
    return text("word.semicolon").join(told)


def shown_value(ranked: "Ranked", unit: int, key: str) -> str:
    """A township's value of an indicator with its interval; what is not known says so.

    >>> from jiuzhu_sim.report.ranking_input import ranked_of
    >>> made = ranked_of({"law": "s1-county-2020", "households": 400, "seed": 1, "draws": 100})
    >>> shown_value(made, 0, "no such indicator")
    '无数据'
    """
    measured = ranked.measured
    if key not in measured.keys:
        return text("ranking.value.none")
    place = measured.keys.index(key)
    value = float(measured.value[unit, place])
    if not np.isfinite(value):
        return text("ranking.value.none")
    if measured.indicators[place].unit == YES:
        return text(f"ranking.value.{round(value)}")
    statistic = Statistic(key, measured.indicators[place].shown_unit)
    ends = [float(each[unit, place]) for each in (measured.low, measured.high)]
    if not np.isfinite(ends).all() or ends[0] == ends[1]:
        return statistic.show(value)
    low, high = map(statistic.show, ends)
    return text("ranking.value.interval", value=statistic.show(value), low=low, high=high)


def wanted(item: Item) -> str:
    """How points follow from the value of an item's indicator.

    >>> from jiuzhu_sim.assessment.scorecard.card import Item
    >>> label = {"zh": "例"}
    >>> given = {"full": 0.98, "none": 0.8}
    >>> wanted(Item("a", "g", label, "payment_on_time", 10, "linear", parameters=given))
    '98%得满分，80%不得分，中间按比例'
    """
    given = item.parameters
    if item.form == "deduction":
        events = [
            text(f"ranking.wanted.{'absence' if event.is_absence else 'event'}",
                 title=_title(event.indicator), each=f"{event.each:g}")
            for event in item.events
        ]  # fmt: skip
        return text("word.semicolon").join(events)
    if item.form == "all_or_nothing":
        ((relation, mark),) = given.items()
        known = indicators().get(item.indicator)
        if known is not None and known.unit == YES and mark == 1 and relation != "at_most":
            return text("ranking.wanted.yes")
        return text(f"ranking.wanted.{relation}", mark=_mark(mark, item))
    if item.form == "banded":
        bands = [
            text("ranking.wanted.band", mark=_mark(mark, item), points=f"{points:g}")
            for mark, points in given["bands"]
        ]
        return text("ranking.wanted.banded", bands=text("word.semicolon").join(bands))
    if item.form == "bonus":
        return text("ranking.wanted.bonus", each=f"{given['each']:g}")
    if dict(given) == RATE:
        return text("ranking.wanted.rate")
    key = "stepped" if "lose" in given else "linear"
    shown = {name: _mark(given[name], item) for name in ("full", "none", "per") if name in given}
    if "lose" in given:
        shown["lose"] = f"{given['lose']:g}"
    return text(f"ranking.wanted.{key}", **shown)


def _title(key: str) -> str:
    known = indicators()
    return known[key].title if key in known else key


def _mark(value: float, item: Item) -> str:
    """A mark as it is read: shares in percent."""
    known = indicators().get(item.indicator)
    return f"{value * 100:g}%" if known is not None and known.is_share else f"{value:g}"


def lost_form(ranked: "Ranked", unit: int) -> Form:
    """The sheet of a township: where it lost points, to be signed by both sides."""
    ranking = ranked.ranking
    name = ranking.measured.units[unit]
    notes = [standing(ranking, unit), text("ranking.lost.note")]
    if ranking.measured.is_synthetic:
        notes.insert(0, text("ranking.stamp.synthetic"))
    heads = [
        Head(text(f"ranking.head.{column}"), width, column in POINTS) for column, width in COLUMNS
    ]
    rows = points_lost(ranked, unit)
    foot = [text("ranking.lost.sign")]
    return Form(name, text("ranking.lost.title", township=name), notes, heads, rows, foot)


def standing(ranking: Ranking, unit: int) -> str:
    """Score, rank with its interval and grade of a township in a sentence."""
    total = f"{ranking.total[unit]:.2f}"
    place = int(ranking.scores.grade[unit])
    if place < 0:
        return text("ranking.lost.scoreless")
    grade = ranking.card.grades[place].title
    if not ranking.is_ranked[unit]:
        return text("ranking.lost.unranked", total=total, grade=grade)
    ends = {"low": int(ranking.low[unit]), "high": int(ranking.high[unit])}
    sure = ranking.probability[unit, place]
    key = "standing" if ends["low"] < ends["high"] else "standing_sure"
    return text(f"ranking.lost.{key}", total=total, grade=grade, rank=int(ranking.rank[unit]),
                conf=f"{ranking.conf:.0%}", probability=f"{sure:.0%}", **ends)  # fmt: skip


def drawn_form(ranked: "Ranked") -> Form | None:
    """The cases drawn, by township, numbers masked; None where every case is counted."""
    looked = getattr(ranked.measured, "looked", None)
    if looked is None or ranked.judged is None or ranked.measured.design != "sample":
        return None
    log = ranked.judged.log
    towns, numbers = log.labels("township")[looked], log.numbers[looked]
    parts = [_coded(log.cases[name][looked], name) for name in ("programme", "kind")]
    order = np.lexsort((numbers.astype(str), towns.astype(str)))
    names = ("township", "programme", "kind", "case")
    heads = [Head(text(f"ranking.head.{name}"), 24) for name in names]
    rows = [
        [str(towns[k]), *(str(part[k]) for part in parts), masked(str(numbers[k]))]
        for k in order.tolist()
    ]
    notes = [text("ranking.drawn.note", files=ranked.files)]
    return Form(text("ranking.sheet.drawn"), text("ranking.drawn.title"), notes, heads, rows)


def _coded(values: NDArray[Any], name: str) -> list[str]:
    """The labels of a column of codes of a log; a dash where nothing was recorded."""
    labels = [pick(label) for label in (log_columns("case")[name].codes or {}).values()]
    return [labels[value] if value >= 0 else "—" for value in values.tolist()]


def masked(number: str) -> str:
    """A case number with its middle masked; short ones wholly.

    >>> masked("DB-2020-00137"), masked("12")
    ('DB*********37', '**')
    """
    if len(number) <= 2 * KEPT:
        return "*" * len(number)
    return number[:KEPT] + "*" * (len(number) - 2 * KEPT) + number[-KEPT:]


def definitions(ranked: "Ranked") -> Listing:
    """Every item and veto of the card: what it is, how it is counted, points, clause, and whether
    its numbers are the source's."""
    heads = ("item", "definition", "formula", "points", "wanted", "clause", "standing")
    known, rows = indicators(), []
    for place, item in enumerate(ranked.card.items):
        entry = known.get(item.indicator)
        words = [pick(entry.definition), pick(entry.formula)] if entry else ["—", "—"]
        points = f"{ranked.ranking.weights[place] or item.points:g}"
        rows.append((item.title, *words, points, wanted(item), item.clause or "—", origin(item)))
    for veto in ranked.card.vetoes:
        entry = known.get(veto.indicator)
        words = [pick(entry.definition), pick(entry.formula)] if entry else ["—", "—"]
        rows.append((veto.title, *words, "—", text("ranking.wanted.veto"), veto.clause or "—", "—"))
    titles = tuple(text(f"ranking.head.{name}") for name in heads)
    return Listing(text("ranking.definitions"), titles, tuple(rows))


def origin(item: Item) -> str:
    """Where the points and marks of an item come from: stated, a reading, assumed; and its own
    source where it has one.

    >>> from jiuzhu_sim.assessment.scorecard.card import Item
    >>> origin(Item("a", "g", {"zh": "例"}, "visit_rate", 1, "linear", source={"zh": "原件第3条"}))
    '示例；原件第3条'
    """
    told = [text(f"item_status.{item.status}"), *([pick(item.source)] if item.source else [])]
    return text("word.semicolon").join(told)


def missing_listing(ranked: "Ranked") -> Listing | None:
    """What has no data, the points it stands for, and how to supply it; None where all has."""
    card, measured = ranked.card, ranked.measured
    rows = [
        (item.title, f"{ranked.ranking.weights[place]:g}",
         measured.missing.get(item.indicator) or text("ranking.missing.unknown"))
        for place, item in enumerate(card.items)
        if card.scored[place] and not ranked.ranking.scores.counted[place]
    ]  # fmt: skip
    if not rows:
        return None
    titles = tuple(text(f"ranking.head.{name}") for name in ("item", "points", "how"))
    return Listing(text("ranking.missing.title"), titles, tuple(rows))
