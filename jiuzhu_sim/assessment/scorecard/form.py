"""The form of a scorecard file: which fields there are, what each may hold, what must add up.

Every fault is told on its own (JZ-E104), all at once, with its place and how to mend it.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from jiuzhu_sim.assessment.indicators import Indicator
from jiuzhu_sim.assessment.scorecard.checks import (
    Check,
    Fault,
    above_zero,
    expected,
    from_zero,
    is_clause,
    is_indicator,
    is_mark,
    is_size,
    is_true_or_false,
    is_way,
    is_words,
    one_of,
)
from jiuzhu_sim.assessment.scorecard.item_form import FORMS, Tell, item_faults
from jiuzhu_sim.errors import Problems
from jiuzhu_sim.language import text

CARD_STATUSES = ("official", "adapted", "illustrative", "own")
TIES = ("competition", "dense")
MISSING = ("rescale", "zero")
DESIGNS = ("sample", "census", "law")
RELATIONS = {"more_than": "down", "at_least": "down", "at_most": "up", "below": "up"}
"""How a veto compares, and the direction of the indicators it can be used with: the bad side."""

CARD: dict[str, Check] = {
    "label": is_words,
    "source": is_words,
    "status": one_of(CARD_STATUSES),
    "points": above_zero,
    "bonus_cap": from_zero,
    "tie": one_of(TIES),
    "missing": one_of(MISSING),
    "design": one_of(DESIGNS),
    "min_size": is_size,
    "is_partial": is_true_or_false,
    "note": is_words,
}
PARTS = ("groups", "items", "grades", "vetoes")
CARD_NEEDED = ("label", "source", "status", "groups", "items")

GROUP: dict[str, Check] = {"label": is_words, "clause": is_clause, "points": above_zero}
GRADE: dict[str, Check] = {"label": is_words, "least": from_zero}

SLACK = 0.025
"""Sums that differ by less are the same on paper: three items of 3.33 make 10, six of 1.67 too."""

SHOWN = 200
"""Characters of anything in a file that a message repeats."""


def faults_of(
    content: Any, where: str, known: Mapping[str, Indicator], grades: Iterable[str]
) -> Problems:
    """Every fault of the content of a scorecard file, each as a JZ-E104 with its place.

    `known`: the indicators that a card may name. `grades`: those of a card that states none.

    >>> from jiuzhu_sim.assessment.indicators import indicators
    >>> [problem.where for problem in faults_of({"label": "x"}, "own.yaml", indicators(), ())]
    ['own.yaml', 'own.yaml', 'own.yaml', 'own.yaml']
    """
    problems = Problems()

    def tell(place: str, fault: Fault | None) -> None:
        if fault:
            key, given = fault
            reason = text(f"card_fault.{key}", **{name: _short(v) for name, v in given.items()})
            problems.add("JZ-E104", f"{where} {place}".strip(), reason=reason)

    if not isinstance(content, Mapping):
        tell("", expected("mapping", content))
        return problems
    for name in CARD_NEEDED:
        tell("", None if name in content else ("missing", {"name": name}))
    for name, value in content.items():
        if name in CARD:
            tell(str(name), CARD[name](value))
        else:
            tell(str(name), one_of((*CARD, *PARTS))(name))
    parts = {name: _part(content, name, tell) for name in PARTS}
    for key, entry in parts["groups"].items():
        _entry(f"groups → {key}", entry, GROUP, ("label",), tell)
    for key, entry in parts["items"].items():
        item_faults(entry, f"items → {key}", parts["groups"], known, tell)
    _tell_grades(parts["grades"], tell)
    aims = {
        "cap": list(parts["grades"] or grades),
        "zero_group": list(parts["groups"]),
        "zero_item": list(parts["items"]),
    }
    _tell_vetoes(parts["vetoes"], aims, known, tell)
    if _are_points(content, parts):
        _tell_sums(content, parts, tell)
    return problems


def _short(value: Any) -> str:
    shown = str(value)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"


def _part(content: Mapping[str, Any], name: str, tell: Tell) -> Mapping[str, Any]:
    part = content.get(name) or {}
    if isinstance(part, Mapping) and (part or name not in CARD_NEEDED or name not in content):
        return {str(key): entry for key, entry in part.items()}
    tell(name, expected("mapping", part))
    return {}


def _entry(
    place: str, entry: Any, checks: Mapping[str, Check], needed: tuple[str, ...], tell: Tell
) -> bool:
    """Whether an entry is a mapping of these fields; what is not right is told."""
    if not isinstance(entry, Mapping):
        tell(place, expected("mapping", entry))
        return False
    faults = [
        (place, ("missing", {"name": name})) for name in needed if name not in entry
    ] + [
        (f"{place} → {name}", fault)
        for name, value in entry.items()
        if (fault := one_of(checks)(name) or checks[name](value))
    ]  # fmt: skip
    for within, fault in faults:
        tell(within, fault)
    return not faults


def _tell_grades(grades: Mapping[str, Any], tell: Tell) -> None:
    good = [_entry(f"grades → {k}", e, GRADE, ("label", "least"), tell) for k, e in grades.items()]
    if not grades or not all(good):
        return
    least = [entry["least"] for entry in grades.values()]
    if not all(higher > lower for higher, lower in pairwise(least)):
        tell("grades", ("grades_fall", {"marks": ", ".join(map(str, least))}))
    if least[-1] != 0 or least[0] > 100:
        tell("grades", ("grades_ends", {}))


def _tell_vetoes(
    vetoes: Mapping[str, Any],
    aims: Mapping[str, list[str]],
    known: Mapping[str, Indicator],
    tell: Tell,
) -> None:
    def is_effect(value: Any) -> Fault | None:
        kind, _, aim = value.partition(":") if isinstance(value, str) else ("", "", "")
        if kind not in aims:
            return expected("effect", value)
        return one_of(aims[kind])(aim)

    def are_vetoes(value: Any) -> Fault | None:
        if not isinstance(value, list) or not value:
            return expected("list", value)
        return next((fault for each in value if (fault := one_of(vetoes)(each))), None)

    checks: dict[str, Check] = {
        "label": is_words,
        "indicator": is_indicator(known),
        "when": is_when,
        "effect": is_effect,
        "after": are_vetoes,
        "clause": is_clause,
    }
    follows: dict[str, tuple[str, ...]] = {}
    for key, entry in vetoes.items():
        place = f"vetoes → {key}"
        if _entry(place, entry, checks, ("label", "indicator", "when", "effect"), tell):
            tell(f"{place} → when", _when_fault(entry["when"], known[entry["indicator"]]))
        after = entry.get("after") if isinstance(entry, Mapping) else None
        follows[key] = () if are_vetoes(after) else tuple(map(str, after or ()))
    _tell_circles(follows, tell)


def is_when(when: Any) -> Fault | None:
    """One comparison: ``{more_than: 0}``."""
    if not isinstance(when, Mapping) or len(when) != 1:
        return expected("when", when)
    return one_of(RELATIONS)(next(iter(when)))


def _when_fault(when: Mapping[str, Any], indicator: Indicator) -> Fault | None:
    ((relation, value),) = when.items()
    fault = is_mark(indicator, may_be_target=False)(value)
    return fault or is_way(indicator, RELATIONS[relation], relation)


def _tell_circles(follows: Mapping[str, tuple[str, ...]], tell: Tell) -> None:
    """Vetoes that wait for each other would never be judged: what is left when no more can go."""
    waiting = dict(follows)
    while free := [k for k, after in waiting.items() if not set(after) & set(waiting)]:
        for key in free:
            del waiting[key]
    if waiting:
        tell("vetoes", ("circular", {"names": ", ".join(waiting)}))


def _are_points(content: Mapping[str, Any], parts: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether everything that is added up can be; if not, that has been told."""
    groups, items = parts["groups"], parts["items"]
    whole = [content.get("points", 1), *(_field(group, "points", 1) for group in groups.values())]
    each = [_field(item, "points") for item in items.values()]
    return (
        bool(groups and items)
        and not any(map(above_zero, [*whole, *each]))
        and not from_zero(content.get("bonus_cap", 0))
    )


def _are_placed(parts: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether every item has a group and a form that there are; else its group's sum is open."""
    is_group, is_form = one_of(parts["groups"]), one_of(FORMS)
    items = parts["items"].values()
    return not any(is_group(item.get("group")) or is_form(item.get("form")) for item in items)


def _field(entry: Any, name: str, default: Any = None) -> Any:
    return entry.get(name, default) if isinstance(entry, Mapping) else None


def _tell_sums(
    content: Mapping[str, Any], parts: Mapping[str, Mapping[str, Any]], tell: Tell
) -> None:
    """Points of items make those of their group, those of groups the card's; bonuses apart."""
    is_partial, are_placed = content.get("is_partial") is True, _are_placed(parts)
    items = parts["items"].values()
    scored = [item for item in items if item.get("form") != "bonus"]
    if not scored:
        tell("items", ("no_items", {}))

    def compare(place: str, parts: float, whole: float) -> None:
        if parts > whole + SLACK or (parts < whole - SLACK and not is_partial):
            told = {"parts": f"{parts:g}", "whole": f"{whole:g}", "by": f"{abs(whole - parts):g}"}
            tell(place, ("sum_over" if parts > whole else "sum_under", told))

    known = 0.0
    for key, group in parts["groups"].items():
        inside = sum(item["points"] for item in scored if str(item.get("group")) == key)
        if are_placed and not any(str(item["group"]) == key for item in items):
            tell(f"groups → {key}", None if is_partial else ("empty_group", {}))
        elif are_placed and "points" in group:
            compare(f"groups → {key}", inside, group["points"])
        known += group.get("points", inside)
    are_printed = all("points" in group for group in parts["groups"].values())
    if "points" in content and (are_placed or are_printed):
        compare("points", known, content["points"])
    elif "points" not in content and not is_partial:
        tell("", ("missing", {"name": "points"}))
    _tell_bonus(content.get("bonus_cap", 0), parts["items"], tell)


def _tell_bonus(cap: float, items: Mapping[str, Any], tell: Tell) -> None:
    extra = {key: item for key, item in items.items() if item.get("form") == "bonus"}
    for key, item in extra.items():
        if item["points"] > cap + SLACK:
            given = {"points": item["points"], "cap": cap}
            tell(f"items → {key} → points", ("bonus_cap", given))
    if cap and not extra:
        tell("bonus_cap", ("no_bonus", {}))
