"""The form of a procedure file: which fields each section has, and what each may hold.

Every fault is told on its own (JZ-E095), all at once, with its place in the file and what was
probably meant.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jiuzhu_sim.casework.log.log import (
    CHANNELS,
    DEPARTMENTS,
    EVENTS,
    KINDS,
    LIST_LEVELS,
    OUTCOMES,
    PROGRAMMES,
    ROLES,
)
from jiuzhu_sim.errors import Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.law import clauses, declarations, document_of

STATUSES = ("stated", "reading", "assumed")
UNITS = ("working days", "days", "hours")
AREAS = ("urban", "rural")
DAY_OFF = ("next_working_day", "same_day")
READING = "reading."
NARROWED = {
    "outcome": OUTCOMES,
    "role": ROLES,
    "level": LIST_LEVELS,
    "channel": CHANNELS,
    "department": DEPARTMENTS,
}
COMBINED = ("latest", "earliest", "first_recorded")
"""How several events make one moment: the latest or earliest of them, or the first in the list
that was recorded."""

Fault = tuple[str, dict[str, Any]]
"""The key of a text that says what is wrong, and what fills it."""
Check = Callable[[Any], Fault | None]


def _expected(what: str, value: Any) -> Fault:
    return "expected", {"what": text(f"procedure_type.{what}"), "value": value}


def one_of(known: Iterable[str]) -> Check:
    """One of these names."""
    names = tuple(known)

    def check(value: Any) -> Fault | None:
        if value in names:
            return None
        return "unknown", {
            "value": value,
            "nearest": nearest(str(value), names),
            "known": ", ".join(names),
        }

    return check


def some_of(known: Iterable[str], is_any: bool = False) -> Check:
    """A list of these names without repetition, or ``any`` where that is allowed."""
    names = tuple(known)

    def check(value: Any) -> Fault | None:
        if is_any and value == "any":
            return None
        if not isinstance(value, list) or not value:
            return _expected("list", value)
        return next((fault for entry in value if (fault := one_of(names)(entry))), None)

    return check


def whole(low: int, high: int) -> Check:
    """A whole number between two bounds."""

    def check(value: Any) -> Fault | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return _expected("integer", value)
        return (
            None if low <= value <= high else ("range", {"value": value, "low": low, "high": high})
        )

    return check


def read_from(check: Check) -> Check:
    """A value, or ``{reading: name}``: the value of that reading of the documents."""

    def checked(value: Any) -> Fault | None:
        if isinstance(value, Mapping) and set(value) == {"reading"}:
            known = [path.removeprefix(READING) for path in declarations() if READING in path]
            return one_of(known)(value["reading"])
        return check(value)

    return checked


def either(value: str, check: Check) -> Check:
    """This word, or what the check allows."""
    return lambda given: None if given == value else check(given)


def is_true_or_false(value: Any) -> Fault | None:
    """True or false."""
    return None if isinstance(value, bool) else _expected("boolean", value)


def is_label(value: Any) -> Fault | None:
    """Words in both languages."""
    good = isinstance(value, Mapping) and set(value) == {"zh", "en"}
    return None if good and all(map(str, value.values())) else _expected("label", value)


def is_day_of_year(value: Any) -> Fault | None:
    """A month and day such as ``07-18``."""
    try:
        datetime.date.fromisoformat(f"2001-{value}")  # a common year: no limit falls on 29 February
    except ValueError:
        return _expected("month_day", value)
    return None


def is_days(value: Any) -> Fault | None:
    """A first and a last day of the month."""
    if not isinstance(value, list) or len(value) != 2:
        return _expected("days", value)
    faults = [whole(1, 31)(day) for day in value]
    return faults[0] or faults[1] or (None if value[0] <= value[1] else _expected("days", value))


def is_event(value: Any) -> Fault | None:
    """A kind of event, or one narrowed: ``{event: decide, outcome: failed}``."""
    if not isinstance(value, Mapping):
        return one_of(EVENTS)(value)
    if "event" not in value:
        return "missing", {"name": "event"}
    for name, narrowed in value.items():
        if name == "event":
            fault = one_of(EVENTS)(narrowed)
        elif name == "by":
            fault = one_of(("at", "until"))(narrowed)
        elif name == "list_no":
            fault = whole(1, 9)(narrowed)
        elif name in NARROWED:
            fault = one_of(NARROWED[name])(narrowed)
        else:
            fault = one_of(("event", "by", "list_no", *NARROWED))(name)
        if fault:
            return fault
    return None


def is_moment(value: Any) -> Fault | None:
    """An event, or several of them combined: ``{latest: [verify, visit]}``."""
    if not isinstance(value, Mapping) or not set(value) & set(COMBINED):
        return is_event(value)
    (how, *others), events = value, next(iter(value.values()))
    if others or how not in COMBINED or not isinstance(events, list) or not events:
        return _expected("moment", dict(value))
    return next((fault for event in events if (fault := is_event(event))), None)


def is_mapping_of(fields: Mapping[str, Check], required: Iterable[str]) -> Check:
    """A mapping of these fields."""

    def check(value: Any) -> Fault | None:
        if not isinstance(value, Mapping):
            return _expected("mapping", value)
        for name in required:
            if name not in value:
                return "missing", {"name": name}
        for name, entry in value.items():
            fault = fields[name](entry) if name in fields else one_of(fields)(name)
            if fault:
                return fault
        return None

    return check


COMMON: dict[str, Check] = {
    "programmes": some_of(PROGRAMMES, is_any=True),
    "kinds": some_of(KINDS),
    "areas": some_of(AREAS),
    "label": is_label,
    "status": one_of(STATUSES),
}
"""Fields of every entry, besides its ``clause``."""
NEEDED = ("clause", "programmes", "label", "status")

_number = read_from(whole(1, 3660))
_extension = is_mapping_of(
    {
        "from": is_moment,
        "to": is_event,
        "more_than": whole(1, 366),
        "unit": read_from(one_of(UNITS)),
        "number": _number,
    },
    ("from", "to", "more_than", "unit", "number"),
)
_due_day = either("last", whole(1, 28))

SECTIONS: dict[str, tuple[dict[str, Check], tuple[str, ...]]] = {
    "steps": (
        {
            "from": is_moment,
            "from_parallel": is_moment,
            "to": is_moment,
            "number": _number,
            "unit": one_of(UNITS),
            "extend": _extension,
            "plus_posting": is_mapping_of(
                {"sequential": is_true_or_false, "parallel": is_true_or_false},
                ("sequential", "parallel"),
            ),
            "may_precede": is_true_or_false,
            "urgent": is_true_or_false,
        },
        ("from", "to", "number", "unit"),
    ),
    "posts": (
        {
            "list_no": whole(1, 9),
            "level": one_of(LIST_LEVELS),
            "days": _number,
            "restart_on_objection": is_true_or_false,
            "after_decision": is_true_or_false,
        },
        ("list_no", "days"),
    ),
    "payments": (
        {"every": one_of(("month", "quarter")), "due_day": _due_day},
        ("every", "due_day"),
    ),
    "follows": (
        {
            "each": is_event,
            "to": is_event,
            "same": one_of(("department",)),
            "from_day": whole(1, 28),
            "number": _number,
            "unit": one_of(("working days", "days")),
            "due_day": whole(1, 28),
            "months_after": whole(0, 12),
        },
        ("each",),
    ),
    "reviews": (
        {
            "review_class": one_of(("A", "B", "C")),
            "months": whole(1, 120),
            "times": whole(2, 12),
            "every": one_of(("month", "quarter", "year")),
            "by": one_of(("applicant", "office")),
            "days": is_days,
        },
        (),
    ),
    "phases": (
        {
            "event": is_event,
            "begin": is_day_of_year,
            "end": is_day_of_year,
            "year": whole(1949, 2150),
            "is_required": is_true_or_false,
            "is_whole": is_true_or_false,
            "only_passed": is_true_or_false,
        },
        ("event", "end"),
    ),
}
"""The sections of ``limits``: their fields besides `COMMON`, and those needed besides `NEEDED`."""

TOP = ("name", "label", "documents", "note", "in_force", "counting", "limits", "conduct")
TOP_NEEDED = ("name", "label", "documents", "counting", "limits")


def faults_of(content: Any, where: str) -> Problems:
    """Every fault of a procedure file, each as a JZ-E095 with its place."""
    problems = Problems()

    def tell(place: str, fault: Fault | None) -> None:
        if fault:
            key, given = fault
            reason = text(f"procedure_fault.{key}", **given)
            problems.add("JZ-E095", f"{where} {place}".strip(), reason=reason)

    if not isinstance(content, Mapping):
        tell("", _expected("mapping", content))
        return problems
    documents = content.get("documents")
    checks: dict[str, Check] = {
        "label": is_label,
        "note": is_label,
        "documents": lambda value: None if _is_names(value) else _expected("list", value),
        "in_force": is_mapping_of(
            {"date": _is_date, "clause": _clause_of(documents)}, ("date", "clause")
        ),
        "counting": is_mapping_of(
            {"day_off": one_of(DAY_OFF), "status": one_of(STATUSES), "basis": is_label},
            ("day_off", "status"),
        ),
    }
    for name in TOP_NEEDED:
        tell("", None if name in content else ("missing", {"name": name}))
    for name, value in content.items():
        tell(str(name), one_of(TOP)(name) or checks.get(name, _anything)(value))
    sections = content.get("limits", {})
    if not isinstance(sections, Mapping):
        tell("limits", _expected("mapping", sections))
        return problems
    for section, entries in sections.items():
        place = f"limits → {section}"
        tell(place, one_of(SECTIONS)(section))
        if section in SECTIONS and not isinstance(entries, Mapping):
            tell(place, _expected("mapping", entries))
        elif section in SECTIONS:
            for key, entry in entries.items():
                _tell_entry(section, entry, _clause_of(documents), f"{place} → {key}", tell)
    _tell_twice(sections, tell)
    return problems


def _tell_entry(
    section: str,
    entry: Any,
    clause: Check,
    place: str,
    tell: Callable[[str, Fault | None], None],
) -> None:
    fields, needed = SECTIONS[section]
    fields = {**COMMON, **fields, "clause": clause}
    if not isinstance(entry, Mapping):
        tell(place, _expected("mapping", entry))
        return
    for name in (*NEEDED, *needed):
        tell(place, None if name in entry else ("missing", {"name": name}))
    for name, value in entry.items():
        fault = fields[name](value) if name in fields else one_of(fields)(name)
        tell(f"{place} → {name}", fault)
    if section == "reviews" and ("months" in entry) == ("every" in entry):
        tell(place, ("one_of_two", {"first": "months", "second": "every"}))
    if section == "follows" and ("number" in entry) == ("due_day" in entry):
        tell(place, ("one_of_two", {"first": "number", "second": "due_day"}))


def _tell_twice(sections: Mapping[str, Any], tell: Callable[[str, Fault | None], None]) -> None:
    """A key names one item of the whole file."""
    seen: set[str] = set()
    for section, entries in sections.items():
        for key in entries if isinstance(entries, Mapping) else ():
            tell(f"limits → {section} → {key}", ("twice", {"value": key}) if key in seen else None)
            seen.add(key)


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(name, str) for name in value)


def _is_date(value: Any) -> Fault | None:
    return None if isinstance(value, datetime.date) else _expected("date", value)


def _anything(_: Any) -> None:
    return None


def _clause_of(documents: Any) -> Check:
    """A clause of one of the file's documents: of the catalogue, or of a document of one's own."""
    named = documents if _is_names(documents) else []

    def check(value: Any) -> Fault | None:
        if value in clauses():
            document = document_of(value)
            return None if document in named else ("other_document", {"value": value})
        packaged = {document_of(clause) for clause in clauses()}
        own = [name for name in named if name not in packaged]
        if isinstance(value, str) and any(value.startswith(f"{name}.") for name in own):
            return None
        return "clause", {"value": value, "nearest": nearest(str(value), clauses())}

    return check
