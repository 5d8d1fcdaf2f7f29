"""The form of an item of a scorecard: its fields, and the parameters of its way of scoring."""

from collections.abc import Callable, Mapping
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
    is_counted,
    is_indicator,
    is_mark,
    is_way,
    is_words,
    mark_of,
    one_of,
)

Tell = Callable[[str, Fault | None], None]
"""Takes note of a fault under a place; of None, nothing."""

STATUSES = ("stated", "reading", "assumed")
STEPS = ("exact", "full", "started")
"""What part of a step counts: in part, not at all, as a whole."""

FORMS = {
    "linear": ("full", "none", "lose", "per", "steps", "also"),
    "deduction": ("each", "floor", "also"),
    "all_or_nothing": ("at_least", "at_most", "equal"),
    "banded": ("bands", "otherwise"),
    "bonus": ("each",),
}
"""The ways of scoring and their parameters."""

NEEDED = ("group", "indicator", "points", "form", "status")
FIELDS = (*NEEDED, "label", "clause", "source")
BANDS_MAX = 20
"""More steps than that are a line."""


def item_faults(
    entry: Any, place: str, groups: Mapping[str, Any], known: Mapping[str, Indicator], tell: Tell
) -> None:
    """Tell every fault of one item."""
    if not isinstance(entry, Mapping):
        tell(place, expected("mapping", entry))
        return
    form = entry.get("form")
    own = FORMS.get(form, ()) if isinstance(form, str) else ()
    checks: dict[str, Check] = {
        "group": one_of(groups),
        "indicator": is_indicator(known),
        "points": above_zero,
        "form": one_of(FORMS),
        "status": one_of(STATUSES),
        "label": is_words,
        "clause": is_clause,
        "source": is_words,
    }
    for name in NEEDED:
        tell(place, None if name in entry else ("missing", {"name": name}))
    fields = (*FIELDS, *(own or [name for names in FORMS.values() for name in names]))
    for name, value in entry.items():
        within = f"{place} → {name}"
        tell(within, one_of(fields)(name) or (checks[name](value) if name in checks else None))
    indicator = known.get(entry["indicator"]) if _is_name(entry.get("indicator")) else None
    if isinstance(form, str) and own and indicator is not None:
        OF_FORM[form](entry, place, indicator, known, tell)


def _is_name(value: Any) -> bool:
    return isinstance(value, str)


def _needs(entry: Mapping[str, Any], place: str, tell: Tell, *names: str) -> bool:
    """Whether the entry has these fields; those it lacks are told."""
    for name in names:
        tell(place, None if name in entry else ("missing", {"name": name}))
    return all(name in entry for name in names)


def _linear(
    entry: Mapping[str, Any],
    place: str,
    indicator: Indicator,
    known: Mapping[str, Indicator],
    tell: Tell,
) -> None:
    by_step = [name for name in ("lose", "per") if name in entry]
    if by_step and "none" in entry:
        tell(place, ("one_of_two", {"first": "none", "second": "lose, per"}))
        return
    if not _needs(entry, place, tell, "full", *(("lose", "per") if by_step else ("none",))):
        return
    tell(f"{place} → full", is_mark(indicator)(entry["full"]))
    if not by_step:
        tell(f"{place} → none", is_mark(indicator)(entry["none"]))
        full, none = (mark_of(entry[name], indicator) for name in ("full", "none"))
        if full is not None and none is not None:
            way = "up" if full > none else "down"
            tell(place, ("same", {}) if full == none else is_way(indicator, way, "linear"))
        for name in ("steps", "also"):
            tell(f"{place} → {name}", ("steps_alone", {"name": name}) if name in entry else None)
        return
    tell(f"{place} → lose", above_zero(entry["lose"]))
    tell(f"{place} → per", is_mark(indicator, may_be_target=False)(entry["per"]))
    per = mark_of(entry["per"])
    tell(f"{place} → per", above_zero(per) if per is not None else None)
    if "steps" in entry:
        tell(f"{place} → steps", one_of(STEPS)(entry["steps"]))
    _tell_also(entry, place, indicator, known, tell)


def _deduction(
    entry: Mapping[str, Any],
    place: str,
    indicator: Indicator,
    known: Mapping[str, Indicator],
    tell: Tell,
) -> None:
    if _needs(entry, place, tell, "each"):
        tell(f"{place} → each", above_zero(entry["each"]))
    tell(place, _event_fault(indicator))
    if "floor" in entry:
        floor, points = entry["floor"], entry.get("points")
        tell(f"{place} → floor", from_zero(floor) or _not_below(floor, points))
    _tell_also(entry, place, indicator, known, tell)


def _tell_also(
    entry: Mapping[str, Any],
    place: str,
    indicator: Indicator,
    known: Mapping[str, Indicator],
    tell: Tell,
) -> None:
    """Further events that take from the same points."""
    also = entry.get("also", {})
    if not isinstance(also, Mapping):
        tell(f"{place} → also", expected("mapping", also))
        return
    for name, each in also.items():
        within = f"{place} → also → {name}"
        fault = is_indicator(known)(name)
        if not fault and name == indicator.key:
            fault = ("twice", {"value": name})
        tell(within, fault or _event_fault(known[name]) or above_zero(each))


def _event_fault(indicator: Indicator) -> Fault | None:
    """What takes points is something that happens and should not, or is not and should be."""
    if indicator.unit == "yes":
        return None
    return is_counted(indicator, "deduction") or is_way(indicator, "down", "deduction")


def _all_or_nothing(
    entry: Mapping[str, Any], place: str, indicator: Indicator, _: Any, tell: Tell
) -> None:
    given = [name for name in FORMS["all_or_nothing"] if name in entry]
    if len(given) != 1:
        tell(place, ("exactly_one", {"names": ", ".join(FORMS["all_or_nothing"])}))
    for name in given:
        tell(f"{place} → {name}", is_mark(indicator)(entry[name]))
        if name != "equal":
            wanted = "up" if name == "at_least" else "down"
            tell(f"{place} → {name}", is_way(indicator, wanted, name))


def _banded(entry: Mapping[str, Any], place: str, indicator: Indicator, _: Any, tell: Tell) -> None:
    if not _needs(entry, place, tell, "bands"):
        return
    bands, within = entry["bands"], f"{place} → bands"
    if not _is_bands(bands):
        tell(within, expected("bands", bands))
        return
    for mark, worth in bands:
        tell(within, is_mark(indicator, may_be_target=False)(mark) or from_zero(worth))
    marks = [mark_of(mark) for mark, _ in bands]
    worths = [worth for _, worth in bands]
    lowest = entry.get("otherwise", 0)
    tell(f"{place} → otherwise", from_zero(lowest))
    if None in marks or any(from_zero(worth) for worth in [*worths, lowest]):
        return
    if not all(more > less for more, less in pairwise([*worths, lowest])):
        tell(within, ("bands_points", {}))
    signed = [mark if indicator.direction == "up" else -mark for mark in marks if mark is not None]
    if not all(better > worse for better, worse in pairwise(signed)):
        tell(within, ("bands_marks", {}))
    if worths[0] != entry.get("points"):
        tell(within, ("bands_best", {"best": worths[0], "points": entry.get("points")}))


def _is_bands(bands: Any) -> bool:
    return (
        isinstance(bands, list)
        and 0 < len(bands) <= BANDS_MAX
        and all(isinstance(band, list) and len(band) == 2 for band in bands)
    )


def _bonus(entry: Mapping[str, Any], place: str, indicator: Indicator, _: Any, tell: Tell) -> None:
    if _needs(entry, place, tell, "each"):
        tell(f"{place} → each", above_zero(entry["each"]))
    tell(place, is_counted(indicator, "bonus") or is_way(indicator, "up", "bonus"))


def _not_below(floor: Any, points: Any) -> Fault | None:
    if above_zero(points) or floor < points:
        return None
    return "floor", {"floor": floor, "points": points}


OF_FORM: Mapping[str, Callable[..., None]] = {
    "linear": _linear,
    "deduction": _deduction,
    "all_or_nothing": _all_or_nothing,
    "banded": _banded,
    "bonus": _bonus,
}
