"""How thoroughly a roll is checked: shares visited and interviewed, sources, what each finds."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import pick, read_yaml, text

SHARES = ("visits", "interviews", "false_suspicion", "second_visits", "self_report")
TABLES = {
    "review": ("held", "wrongly_no"),
    "objections": ("wronged", "others"),
    "reach": ("applied", "registered_poor", "others"),
}
PRIORITIES = ("s0", "s43")


@cache
def _content() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_name("checks.yaml"))
    return found


@cache
def kinds() -> Mapping[str, Mapping[str, Any]]:
    """What may be otherwise than a roll says: label, columns, rates of discovery; by name.

    >>> kinds()["pension"]["columns"]
    ['pension_other_m']
    """
    return MappingProxyType(dict(_content()["kinds"]))


@cache
def sources() -> Mapping[str, Mapping[str, Any]]:
    """Data that may be compared: label, clause, the kinds that each shows; by name."""
    return MappingProxyType(dict(_content()["sources"]))


def check_names() -> tuple[str, ...]:
    """The named presets.

    >>> check_names()
    ('complete', 'visited_31', 'matching_only')
    """
    return tuple(_content()["presets"])


@dataclass(frozen=True)
class Checks:
    """What a clean-up does to find out; each share from 0 to 1, as `checks.yaml` explains.

    `visit` and `interview` are rates by kind. Raises JZ-E101, once for each fault, when a share is
    outside 0–1 or a kind, source or group has no such name.
    """

    name: str
    label: Mapping[str, str]
    clause: str
    visits: float
    priority_first: bool
    interviews: float
    false_suspicion: float
    second_visits: float
    self_report: float
    sources: tuple[str, ...]
    visit: Mapping[str, float]
    interview: Mapping[str, float]
    review: Mapping[str, float]
    objections: Mapping[str, float]
    reach: Mapping[str, float]
    priority: tuple[str, ...]

    def __post_init__(self) -> None:
        problems = Problems()
        numbers = {name: getattr(self, name) for name in SHARES}
        for table in ("visit", "interview", *TABLES):
            known = TABLES.get(table, tuple(kinds()))
            for key, value in getattr(self, table).items():
                numbers[f"{table}.{key}"] = value
                if key not in known:
                    _add_unknown(problems, f"{table}.{key}", key, known)
        for name, value in numbers.items():
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not is_number or not 0 <= value <= 1:
                problems.add("JZ-E101", "checks", name=name, value=value, expected="0 – 1")
        for names, known in ((self.sources, tuple(sources())), (self.priority, PRIORITIES)):
            for one in names:
                if one not in known:
                    _add_unknown(problems, "sources / priority", one, known)
        problems.raise_if_any()

    @property
    def title(self) -> str:
        """Label in the language in use."""
        return pick(self.label)

    def change(self, **values: Any) -> "Checks":
        """The same checks with some fields changed; tables (`visit`, `review`, …) entry by entry.

        A number for `visit` or `interview` holds for every kind. Raises JZ-E101.

        >>> load_checks("complete").change(visits=0.5, review={"held": 0.9}).review["wrongly_no"]
        0
        """
        known = [field.name for field in fields(self)]
        problems = Problems()
        for name in values:
            if name not in known:
                _add_unknown(problems, name, name, known)
        problems.raise_if_any()
        made = {name: self._changed(name, value) for name, value in values.items()}
        return replace(self, **made)

    def _changed(self, name: str, value: Any) -> Any:
        old = getattr(self, name)
        if isinstance(old, Mapping) and name != "label":
            if not isinstance(value, Mapping):
                value = dict.fromkeys(old, value)
            return MappingProxyType({**old, **value})
        return tuple(value) if isinstance(old, tuple) else value


def _add_unknown(problems: Problems, name: str, value: Any, known: Any) -> None:
    expected = text("cleanup.one_of", nearest=nearest(str(value), known), known=", ".join(known))
    problems.add("JZ-E101", "checks", name=name, value=value, expected=expected)


def load_checks(name: str = "complete", **changes: Any) -> Checks:
    """The preset of this name, with some fields changed.

    Raises JZ-E060 with the nearest name when there is none; JZ-E101 as `Checks`.

    >>> load_checks("visited_31").visits, load_checks("matching_only").visits
    (0.31, 0)
    """
    if name not in check_names():
        raise JZError.unknown(text("word.checks"), str(name), check_names())
    given = dict(_content()["presets"][name])
    for table in ("visit", "interview"):
        rate = given.get(table)
        given[table] = MappingProxyType(
            {kind: entry[table] if rate is None else rate for kind, entry in kinds().items()}
        )
    for table in TABLES:
        given[table] = MappingProxyType(given[table])
    for names in ("sources", "priority"):
        given[names] = tuple(given[names])
    return Checks(name=name, **given).change(**changes)


def checks_of(checks: "Checks | str | None") -> Checks:
    """The checks that were given, by name or as they are; none given: the complete ones."""
    return checks if isinstance(checks, Checks) else load_checks(checks or "complete")
