"""Checks of single values in a scorecard file: each gives what is wrong, or None."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jiuzhu_sim.assessment.indicators import Indicator
from jiuzhu_sim.assessment.scorecard.file import percent
from jiuzhu_sim.errors import nearest
from jiuzhu_sim.language import SHARE, text
from jiuzhu_sim.law import clauses

Fault = tuple[str, dict[str, Any]]
"""The key of a text that says what is wrong, and what fills it."""
Check = Callable[[Any], Fault | None]

TARGET = "target"
"""A mark that is the target of the indicator."""

LARGEST = 1e12
"""No points, mark or size of a county's card is larger; a slip of the keyboard is."""

UNITS_OF_COUNTS = ("count", "yes")
"""Units of what happens so many times: what can be deducted for, or rewarded, each time."""


def expected(what: str, value: Any) -> Fault:
    """Something else should stand there."""
    return "expected", {"what": text(f"card_type.{what}"), "value": value}


def one_of(known: Iterable[str]) -> Check:
    """One of these names."""
    names = [str(name) for name in known]

    def check(value: Any) -> Fault | None:
        if isinstance(value, str | int) and str(value) in names:
            return None
        near = nearest(str(value), names)
        return "unknown", {"value": value, "nearest": near, "known": ", ".join(names)}

    return check


def is_indicator(known: Mapping[str, Indicator]) -> Check:
    """The key of an indicator; there are too many to name them all."""

    def check(value: Any) -> Fault | None:
        if isinstance(value, str) and value in known:
            return None
        return "indicator", {"value": value, "nearest": nearest(str(value), known, n=3)}

    return check


def is_words(value: Any) -> Fault | None:
    """Words in one language, or in both."""
    if isinstance(value, Mapping):
        good = set(value) == {"zh", "en"} and all(map(_is_text, value.values()))
    else:
        good = _is_text(value)
    return None if good else expected("words", value)


def is_clause(value: Any) -> Fault | None:
    """A clause of the catalogue, or one document's part such as ``S1.1``."""
    if isinstance(value, str) and (value in clauses() or _is_heading(value)):
        return None
    return "clause", {"value": value, "nearest": nearest(str(value), clauses())}


def is_true_or_false(value: Any) -> Fault | None:
    """True or false."""
    return None if isinstance(value, bool) else expected("boolean", value)


def above_zero(value: Any) -> Fault | None:
    """A number of points."""
    return None if _is_number(value) and value > 0 else expected("above_zero", value)


def from_zero(value: Any) -> Fault | None:
    """A number of points, or none."""
    return None if _is_number(value) and value >= 0 else expected("from_zero", value)


def is_size(value: Any) -> Fault | None:
    """A whole number of households."""
    good = isinstance(value, int) and _is_number(value) and value >= 0
    return None if good else expected("size", value)


def is_mark(indicator: Indicator, may_be_target: bool = True) -> Check:
    """A value of the indicator, in its own unit; a share lies between 0 and 1."""

    def check(value: Any) -> Fault | None:
        if may_be_target and value == TARGET:
            return None if indicator.target is not None else ("no_target", {"name": indicator.key})
        if (mark := mark_of(value)) is None:
            return expected("mark", value)
        if indicator.unit == SHARE and not 0 <= mark <= 1:
            return expected("share", value)
        return None

    return check


def mark_of(value: Any, indicator: Indicator | None = None) -> float | None:
    """A mark as a number; None where it is none (yet)."""
    if value == TARGET and indicator is not None:
        return indicator.target
    try:
        mark = percent(value)
    except (ValueError, OverflowError):
        return None
    return mark if _is_number(mark) else None


def is_way(indicator: Indicator, wanted: str, name: str) -> Fault | None:
    """Whether a form that rewards more (``up``) or less (``down``) suits the indicator."""
    if indicator.direction == wanted:
        return None
    given = text(f"card_direction.{indicator.direction}")
    return "direction", {"name": name, "indicator": indicator.title, "direction": given}


def is_counted(indicator: Indicator, name: str) -> Fault | None:
    """Whether it counts events, as what takes or gives points each time has to."""
    if indicator.unit in UNITS_OF_COUNTS:
        return None
    return "not_counted", {"name": name, "indicator": indicator.title}


def _is_number(value: Any) -> bool:
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    return is_one and abs(value) <= LARGEST  # False for what is no number at all, too


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_heading(value: str) -> bool:
    return any(clause.startswith(f"{value}.") for clause in clauses())
