"""The forms that a check of a procedure may have: which fields each has, and what they may hold.

A reader turns what stands in the file into what the check works with, or raises ValueError with a
sentence that says what is wrong.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jiuzhu_sim.casework.log.log import DEPARTMENTS, EVENTS, LIST_LEVELS, OUTCOMES, ROLES
from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.errors import nearest
from jiuzhu_sim.language import LANGUAGES, in_brackets, pick, text

CODES = {
    "outcome": OUTCOMES,
    "role": ROLES,
    "level": LIST_LEVELS,
    "department": DEPARTMENTS,
}
"""By what an event may be narrowed, besides the number of a list."""


@dataclass(frozen=True)
class Step:
    """Events of a kind, narrowed by outcome, role, level, department or the number of a list.

    >>> Step("post", (("list_no", 2),)).title
    '公示（第2榜）'
    """

    event: str
    where: tuple[tuple[str, Any], ...] = ()

    @property
    def title(self) -> str:
        """What the step is called in the language in use."""
        said = [
            text("conduct.list_no", number=value) if name == "list_no" else coded(name, value)
            for name, value in self.where
        ]
        title = coded("kind", self.event)
        return in_brackets(title, text("conduct.and").join(said)) if said else title


def coded(column: str, value: str) -> str:
    """The label of a code of an event's column in the language in use.

    >>> coded("role", "office_head")
    '民政办负责人'
    """
    return pick((log_columns("event")[column].codes or {})[value])


def one_of(known: Iterable[str], value: Any) -> str:
    """The value, if it is one of the known names.

    >>> one_of(("met", "broken"), "met")
    'met'
    """
    names = list(known)
    if value not in names:
        raise ValueError(
            text("conduct.unknown", name=value, nearest=nearest(str(value), names, n=2))
        )
    return str(value)


def list_of(known: Iterable[str]) -> Callable[[Any], tuple[str, ...]]:
    """A reader of one known name or several.

    >>> list_of(("dibao", "edge"))("edge")
    ('edge',)
    """
    names = tuple(known)

    def read(value: Any) -> tuple[str, ...]:
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not listed:
            raise ValueError(text("conduct.not_a_list", value=value))
        return tuple(one_of(names, each) for each in listed)

    return read


def read_step(value: Any) -> Step:
    """A step: the kind of event, or a mapping with ``event`` and what narrows it.

    >>> read_step({"event": "visit", "level": "county"}).where
    (('level', 'county'),)
    """
    given = {"event": value} if isinstance(value, str) else value
    if not isinstance(given, Mapping) or "event" not in given:
        raise ValueError(text("conduct.not_a_step", value=value))
    where: list[tuple[str, Any]] = []
    for name, wanted in given.items():
        if name == "list_no":
            where.append((name, whole(1, 9)(wanted)))
        elif name != "event":
            where.append((name, one_of(CODES[one_of([*CODES, "list_no"], name)], wanted)))
    return Step(one_of(EVENTS, given["event"]), tuple(where))


def read_steps(value: Any) -> tuple[Step, ...]:
    """One step or several.

    >>> len(read_steps(["visit", "spot_check"]))
    2
    """
    if isinstance(value, str | Mapping):
        return (read_step(value),)
    if not isinstance(value, list) or not value:
        raise ValueError(text("conduct.not_a_list", value=value))
    return tuple(read_step(each) for each in value)


def _several(value: Any) -> tuple[Step, ...]:
    """At least two steps."""
    if not isinstance(value, list) or len(value) < len(("one", "other")):
        raise ValueError(text("conduct.not_several", value=value))
    return read_steps(value)


def _groups(value: Any) -> tuple[tuple[Step, ...], ...]:
    """Steps in order; those in a list of their own may come in any order among themselves."""
    if not isinstance(value, list) or len(value) < len(("first", "then")):
        raise ValueError(text("conduct.not_several", value=value))
    return tuple(read_steps(each if isinstance(each, list) else [each]) for each in value)


def number(low: float, high: float) -> Callable[[Any], float]:
    """A reader of a number from `low` to `high`.

    >>> number(0, 1)(0.3)
    0.3
    """

    def read(value: Any) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            raise ValueError(text("conduct.not_a_number", value=value, low=low, high=high))
        return float(value)

    return read


def whole(low: int, high: int) -> Callable[[Any], int]:
    """A reader of a whole number from `low` to `high`.

    >>> whole(1, 9)(3)
    3
    """
    read_number = number(low, high)

    def read(value: Any) -> int:
        if not read_number(value).is_integer():
            raise ValueError(text("conduct.not_whole", value=value))
        return int(value)

    return read


def _counts(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError(text("conduct.not_a_list", value=value))
    return tuple(whole(1, 12)(each) for each in value)


def _flag(value: Any) -> str:
    return one_of([n for n, c in log_columns("case").items() if c.dtype == "bool"], value)


def _which(value: Any) -> str:
    return one_of(("first", "last"), value)


def read_label(value: Any) -> Mapping[str, str]:
    """A label in both languages.

    >>> read_label({"zh": "评议", "en": "Review"})["zh"]
    '评议'
    """
    is_label = isinstance(value, Mapping) and set(value) == set(LANGUAGES)
    if not is_label or not all(isinstance(each, str) and each for each in value.values()):
        raise ValueError(text("conduct.not_a_label", value=value))
    return dict(value)


def yes_or_no(value: Any) -> bool:
    """A yes or a no.

    >>> yes_or_no(False)
    False
    """
    if not isinstance(value, bool):
        raise ValueError(text("conduct.not_yes_or_no", value=value))
    return value


COUNT, DAYS, MONEY, SHARE = whole(1, 1000), whole(0, 366), number(0, 1e6), number(0, 1)
NUMBERS = {
    "least": "persons",
    "times": "count",
    "days": "days",
    "ceiling": "yuan",
    "share": "share",
}
"""Fields that are the number of a check, with their units."""

Reader = Callable[[Any], Any]
FORMS: Mapping[str, tuple[Mapping[str, Reader], Mapping[str, Reader]]] = {
    "before": ({"first": read_step, "then": read_step}, {}),
    "order": ({"steps": _groups}, {"ends": read_step}),
    "answered": ({"when": read_step, "by": read_steps, "before": read_step}, {}),
    "follows": ({"when": read_step, "then": read_step}, {"days": DAYS}),
    "separate": ({"steps": _several}, {}),
    "by": (
        {"step": read_step},
        {"roles": list_of(ROLES), "levels": list_of(LIST_LEVELS), "which": _which},
    ),
    "quorum": ({"share": SHARE}, {}),
    "majority": ({"share": SHARE}, {}),
    "attendance": ({"least": COUNT}, {}),
    "secret": ({}, {}),
    "observed": ({}, {}),
    "investigators": ({"least": COUNT}, {"levels": list_of(LIST_LEVELS)}),
    "yearly": ({"step": read_step, "since": read_step, "times": COUNT}, {}),
    "ceiling": ({"ceiling": MONEY}, {}),
    "flag": ({"flag": _flag, "before": read_step}, {"of": _flag}),
    "files": ({"before": read_step}, {}),
    "hidden": ({}, {}),
    "amount_posted": ({"lists": _counts}, {}),
    "quota": ({}, {}),
    "paid_as_decided": ({"months": _counts}, {}),
    "paid_in_all": ({}, {}),
    "not_after": ({"step": read_step, "end": read_step}, {}),
}
"""The forms a check may have: fields it must have, fields it may have, each with its reader."""
WHO = ("roles", "levels")
"""Of these ``by`` needs one."""
