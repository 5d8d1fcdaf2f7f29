"""Units scored by a card: points, bonus, total, grade, vetoes; with any number of draws at once."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.scorecard.card import Card, Item
from jiuzhu_sim.assessment.scorecard.primitives import (
    TINY,
    Values,
    all_or_nothing,
    banded,
    bonus,
    deduction,
    linear,
    stepped,
)
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import listed, text

FULL = 100.0
"""The scale of a total, whatever the card prints."""

DECIMALS = 2
"""Totals are published with two decimals, and what is published decides grades and ties: nobody
stands behind another, or misses a grade, by a number that is not shown."""


@dataclass(frozen=True)
class Scores:
    """What a card gives each unit; ``...`` are leading dimensions such as draws.

    `share` (..., units, items): part of the item's points reached, 0–1, after vetoes; NaN where
    the indicator has no value. `weights` (..., items): points of each item, 0 for a bonus.
    `bonus` (..., units) on the scale of the total. `total` (..., units): 0–100, bonus on top; NaN
    where nothing could be scored. `grade` (..., units): position in `card.grades`, −1 without a
    total. `vetoed` (..., units, vetoes). `counted` (items,): some unit has a value. `unjudged`:
    the vetoes that no unit could be judged by.
    """

    card: Card
    share: Values
    weights: Values
    bonus: Values
    total: Values
    grade: NDArray[np.intp]
    vetoed: NDArray[np.bool_]
    counted: NDArray[np.bool_]
    unjudged: tuple[str, ...]

    @property
    def points(self) -> Values:
        """Points reached, (..., units, items), as the card prints them; bonuses among them."""
        own = np.array([item.points for item in self.card.items])
        worth = np.where(self.card.scored, self.weights, own)
        return self.share * worth[..., None, :]

    @property
    def by_group(self) -> Values:
        """Part of its points that each group reaches, (..., units, groups), 0–1; NaN without."""
        parts = []
        for group in self.card.groups:
            inside = list(self.card.in_group(group.key))
            part = _weighted(self.share[..., inside], self.weights[..., inside], is_zero=False)
            parts.append(part)
        return np.stack(parts, axis=-1)

    @property
    def note(self) -> str:
        """What could not be scored or judged and what that does to the total; "" if nothing."""
        card, told = self.card, []
        lacking = [
            item.title for item, is_counted in zip(card.items, self.counted, strict=True)
            if not (is_counted or item.is_bonus)
        ]  # fmt: skip
        if lacking:
            known = text(f"card_missing.{card.missing}", points=f"{self._points_counted:g}")
            told.append(text("card_missing.items", items=listed(lacking), how=known))
        unjudged = [veto.title for veto in card.vetoes if veto.key in self.unjudged]
        if unjudged:
            told.append(text("card_missing.vetoes", vetoes=listed(unjudged)))
        return "".join(told)

    @property
    def _points_counted(self) -> float:
        return float(self.card.weights[self.counted].sum())


def score(
    card: Card, values: Mapping[str, NDArray[np.float64]], weights: Values | None = None
) -> Scores:
    """Score units by a card.

    `values` has the values of each indicator, (..., units), NaN where there are none; those the
    card does not take are left alone, those it lacks are missing. `weights` (..., items) take the
    place of the items' points (bonuses keep theirs); only their proportions matter. A missing
    item leaves the full score of that unit too, or counts nothing, as the card says. Raises
    JZ-E104 when no indicator of the card is among the values, or weights make no card.

    >>> from jiuzhu_sim.assessment.scorecard.card import Card, Event, Group, Item
    >>> label = {"zh": "例"}
    >>> paid = Item("paid", "a", label, "paid", 15, "linear", parameters={"full": 1, "none": 0})
    >>> missed = Item("missed", "a", label, "missed", 5, "deduction", events=(Event("missed", 1),))
    >>> card = Card("own", label, label, "own", 20, (Group("a", label),), (paid, missed))
    >>> made = score(card, {"paid": np.array([0.8, 1.0]), "missed": np.array([1.0, np.nan])})
    >>> made.points.tolist(), made.total.tolist()
    ([[12.0, 4.0], [15.0, nan]], [80.0, 100.0])
    """
    taken = {key: np.asarray(values[key], float) for key in card.indicators if key in values}
    if not taken:
        raise JZError.of("JZ-E104", card.name, reason=text("card_fault.no_values"))
    shape = np.broadcast_shapes(*(value.shape for value in taken.values()))
    nothing = np.full(shape, np.nan)
    taken = {key: np.broadcast_to(taken.get(key, nothing), shape) for key in card.indicators}
    # Items first in memory: each is then written and added up as one contiguous block.
    share = np.empty((len(card.items), *shape))
    for place, item in enumerate(card.items):
        share[place] = _share(item, taken)
    vetoed = _vetoed(card, taken, shape)
    _zero(card, share, vetoed)
    of_items = np.moveaxis(share, 0, -1)
    worth = _checked(card, weights)
    extra = _bonus(card, of_items)
    total = published(totals(card, of_items, worth) + extra)
    axes = tuple(range(1, share.ndim))
    return Scores(
        card=card,
        share=of_items,
        weights=worth,
        bonus=extra,
        total=total,
        grade=grades_of(card, total, vetoed),
        vetoed=vetoed,
        counted=np.asarray(np.isfinite(share).any(axis=axes)),
        unjudged=tuple(v.key for v in card.vetoes if np.isnan(taken[v.indicator]).all()),
    )


def totals(card: Card, share: Values, weights: Values | None = None) -> Values:
    """The score without bonus, (..., units), 0–100, not rounded, from shares and weights.

    `share` (..., units, items), `weights` (..., items), the card's own where none are given. The
    sliders' way: shares are kept, weights move.
    """
    worth = card.weights if weights is None else weights
    inside = np.flatnonzero(card.scored)
    return FULL * _weighted(share[..., inside], worth[..., inside], card.missing == "zero")


def grades_of(
    card: Card, total: Values, vetoed: NDArray[np.bool_] | None = None
) -> NDArray[np.intp]:
    """The position of each total in the card's grades, highest 0; −1 where there is no total.

    A veto that caps lets no better grade stand; the total stays as it is.
    """
    least = [grade.least for grade in card.grades]
    grade = np.zeros(total.shape, np.intp)
    for mark in least[:-1]:
        grade += total < mark - TINY
    if vetoed is not None:
        places = {entry.key: place for place, entry in enumerate(card.grades)}
        for place, veto in enumerate(card.vetoes):
            if veto.kind == "cap":
                capped = np.maximum(grade, places[veto.aim])
                grade = np.where(vetoed[..., place], capped, grade)
    return np.where(np.isnan(total), -1, grade)


def ranks(total: Values, tie: str = "competition") -> NDArray[np.intp]:
    """Ranks among the units (last axis), 1 the best, 0 without a total; equal totals share one.

    ``competition`` skips the places that are shared, ``dense`` does not.

    >>> ranks(np.array([90.0, 95, 90, np.nan, 80])).tolist()
    [2, 1, 2, 0, 4]
    >>> ranks(np.array([90.0, 95, 90, np.nan, 80]), "dense").tolist()
    [2, 1, 2, 0, 3]
    """
    shown = published(total)
    falling = -np.sort(-shown, axis=-1)  # NaN last
    is_new = np.ones(falling.shape, bool)
    is_new[..., 1:] = falling[..., 1:] != falling[..., :-1]
    if tie == "dense":
        place = np.cumsum(is_new, axis=-1)
    else:
        order = np.arange(1, falling.shape[-1] + 1)
        place = np.maximum.accumulate(np.where(is_new, order, 0), axis=-1)
    back = np.argsort(np.argsort(-shown, axis=-1, kind="stable"), axis=-1)
    found = np.take_along_axis(place, back, axis=-1)
    return np.where(np.isnan(total), 0, found)


def _share(item: Item, values: Mapping[str, Values]) -> Values:
    value, given, is_up = values[item.indicator], item.parameters, item.direction == "up"
    if item.form == "linear" and "lose" in given:
        reached = stepped(value, item.points, is_up=is_up, **given)
        return np.maximum(reached - _lost(item, values) / item.points, 0.0)
    if item.form == "linear":
        return linear(value, **given)
    if item.form == "deduction":
        return deduction(_lost(item, values), item.points, given.get("floor", 0.0))
    if item.form == "all_or_nothing":
        ((relation, mark),) = given.items()
        return all_or_nothing(value, relation, mark)
    if item.form == "banded":
        return banded(value, item.points, is_up=is_up, **given)
    return bonus(value, item.points, **given)


def _lost(item: Item, values: Mapping[str, Values]) -> Values:
    """Points that events take: each event by what it costs."""
    lost: Values = np.zeros(())
    for event in item.events:
        value = values[event.indicator]
        happened = 1.0 - value if event.is_absence else value
        lost = lost + np.maximum(happened, 0.0) * event.each
    return lost


def _vetoed(card: Card, values: Mapping[str, Values], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    struck: dict[str, NDArray[np.bool_]] = {}
    for veto in card.vetoes:
        relation, mark = veto.when
        value = values[veto.indicator]
        is_met = {
            "more_than": value > mark + TINY,
            "at_least": value >= mark - TINY,
            "at_most": value <= mark + TINY,
            "below": value < mark - TINY,
        }[relation]
        for earlier in veto.after:
            is_met = is_met & struck[earlier]
        struck[veto.key] = is_met
    return np.stack(list(struck.values()), -1) if struck else np.zeros((*shape, 0), bool)


def _zero(card: Card, share: Values, vetoed: NDArray[np.bool_]) -> None:
    """Vetoed items get nothing, (items, ..., units): a failing outweighs what is not known."""
    for place, veto in enumerate(card.vetoes):
        if veto.kind != "cap":
            for number, item in enumerate(card.items):
                if veto.aim == (item.group if veto.kind == "zero_group" else item.key):
                    share[number][vetoed[..., place]] = 0.0


def _checked(card: Card, weights: Values | None) -> Values:
    """Weights as points of the card; a bonus has none."""
    if weights is None:
        return card.weights
    given = np.asarray(weights, float)
    if given.shape[-1:] != (len(card.items),):
        reason = text("card_fault.weights_shape", n=len(card.items))
        raise JZError.of("JZ-E104", card.name, reason=reason)
    given = np.where(card.scored, given, 0.0)
    whole = given.sum(axis=-1, keepdims=True)
    if not (np.isfinite(given).all() and (given >= 0).all() and (whole > 0).all()):
        raise JZError.of("JZ-E104", card.name, reason=text("card_fault.weights"))
    return given * (card.known / whole)


def _weighted(share: Values, weights: Values, is_zero: bool) -> Values:
    """Weighted mean of shares over the last axis; items without a value out of it, or zero."""
    shape = np.broadcast_shapes(share.shape[:-1], (*weights.shape[:-1], 1))
    reached, whole = np.zeros(shape), np.zeros(shape)
    for place in range(share.shape[-1]):
        part, weight = share[..., place], weights[..., place, None]
        is_there = np.isfinite(part)
        reached += np.where(is_there, part, 0.0) * weight
        whole += weight if is_zero else is_there * weight
    return np.divide(reached, whole, out=np.full(shape, np.nan), where=whole > 0)


def _bonus(card: Card, share: Values) -> Values:
    """Points on top, (..., units), on the scale of the total; an event nobody tells of is none."""
    extra = np.zeros(share.shape[:-1])
    for place, item in enumerate(card.items):
        if item.is_bonus:
            extra += np.nan_to_num(share[..., place]) * item.points
    return np.minimum(extra, card.bonus_cap) * (FULL / card.points)


def published(total: Values) -> Values:
    """Totals as they are published: two decimals, halves up as on paper, whatever the last bit.

    >>> published(np.array([89.995, 89.9949, np.nan])).tolist()
    [90.0, 89.99, nan]
    """
    scale = 10.0**DECIMALS
    return np.floor(total * scale + 0.5 + TINY) / scale
