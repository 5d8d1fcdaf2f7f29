"""The law at one date and place: parameters with their sources, and the rules in force.

A `Policy` never changes: `change` returns another one, `diff` tells two apart.
"""

import datetime
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from jiuzhu_sim.errors import JZError, Problem, Problems, nearest
from jiuzhu_sim.language import in_brackets, pick, said
from jiuzhu_sim.law import (
    Declaration,
    Value,
    declarations,
    document_of,
    in_force_since,
    region,
    region_names,
)
from jiuzhu_sim.law.load import Scalar
from jiuzhu_sim.rules import RULES, Rule

CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """One parameter that differs between two policies."""

    path: str
    old: Scalar | None
    new: Scalar | None
    since: datetime.date | None
    clause: str

    @property
    def declared(self) -> Declaration:
        return declarations()[self.path]

    def __str__(self) -> str:
        show = self.declared.show
        old = "—" if self.old is None else show(self.old)
        new = "—" if self.new is None else show(self.new)
        return said(in_brackets(self.declared.title, self.path), f"{old} → {new}")


@dataclass(frozen=True)
class Policy:
    """Parameters and rule versions at `at` in `place`; make one with `load_policy`.

    `values` maps each parameter path in force to its `Value`; `rules` maps each rule name to
    the version in force; `label` is what reports call the policy; `changed` names the parameters
    that a scenario set. Asking for a parameter without a value is JZ-E006, for one that does not
    exist JZ-E003.

    >>> policy = load_policy("s42-county-2013")
    >>> policy.title, policy["dibao.standard.urban"]
    ('某县（2013年数据）', 373.3)
    """

    place: str
    at: datetime.date
    label: Mapping[str, str]
    values: Mapping[str, Value]
    rules: Mapping[str, Rule]
    changed: tuple[str, ...] = ()

    def __getitem__(self, path: str) -> Scalar:
        """The value of a parameter.

        Raises JZ-E003 for an unknown path, JZ-E006 when it has no value at the policy's date.
        """
        if path in self.values:
            return self.values[path].value
        raise JZError([self.missing(path)])

    def missing(self, path: str) -> Problem:
        """What to report when a parameter is unknown, or has no value at this date."""
        known = declarations()
        if path not in known:
            return Problem("JZ-E003", "", {"name": path, "nearest": _nearest_path(path)})
        dates = [value.since for value in region(self.place).values.get(path, ())]
        first = min(dates).isoformat() if dates else "—"
        values = {"path": path, "title": known[path].title, "at": self.at, "first": first}
        return Problem("JZ-E006", f"{self.place}@{self.at}", values)

    @property
    def title(self) -> str:
        """Label of the policy in the language in use."""
        return pick(self.label)

    @cached_property
    def arguments(self) -> Mapping[str, Scalar]:
        """Parameter values under the names by which rules take them."""
        return {path.replace(".", "_"): value.value for path, value in self.values.items()}

    @property
    def illustrative(self) -> bool:
        return region(self.place).illustrative

    def clauses_of(self, rule: Rule) -> tuple[str, ...]:
        """The clauses of a rule that hold at the place and date: those of the place's own
        documents and of the national ones in force."""
        return tuple(clause for clause in rule.clauses if self._holds(document_of(clause)))

    def _holds(self, document: str) -> bool:
        place, since = region(self.place), in_force_since(document)
        if document in place.documents:
            return since is None or since <= self.at
        # Without a date a document is no national rule but the practice of some places.
        return document in place.inherited and since is not None and since <= self.at

    @property
    def lacking(self) -> tuple[tuple[str, datetime.date, Mapping[str, str]], ...]:
        """Documents in force at the date whose text was not available."""
        place = region(self.place)
        known = (*place.lacking, *(region(place.base).lacking if place.base else ()))
        return tuple(item for item in known if item[1] <= self.at)

    def change(
        self, changes: Mapping[str, Any], name: str | Mapping[str, str] | None = None
    ) -> "Policy":
        """A policy with some parameters changed; this one stays as it is.

        `changes` maps paths to new values; text like ``"+10%"`` or ``"-20"`` moves a number
        from its present value. All faults are told at once: JZ-E003 unknown path (with the
        nearest), JZ-E004 out of range, JZ-E005 wrong type or choice, JZ-E006 no value to move.

        >>> policy = load_policy("example-county")
        >>> policy.change({"dibao.standard.rural": "+10%"})["dibao.standard.rural"]
        616.0
        """
        problems, values, known = Problems(), dict(self.values), declarations()
        for path, given in changes.items():
            # Sliders and tables hand over NumPy scalars.
            wanted = given.item() if hasattr(given, "item") else given
            now = self.values[path].value if path in self.values else None
            # A standard nobody gives can be set, but there is nothing to move it from.
            if path not in known or (now is None and _is_relative(wanted)):
                problems.append(self.missing(path))
                continue
            new = _moved(wanted, now, known[path])
            known[path].refuse(new, path, problems)
            if new != now:
                values[path] = Value(
                    value=new, since=self.at, status=CHANGED, raw=new, raw_unit=known[path].unit
                )
        problems.raise_if_any()
        label = {"zh": name, "en": name} if isinstance(name, str) else name or self.label
        altered = tuple(path for path in values if values[path].status == CHANGED)
        return replace(self, values=MappingProxyType(values), label=label, changed=altered)

    def diff(self, other: "Policy") -> tuple[Change, ...]:
        """What differs from this policy to `other`: old and new value, date, clause.

        >>> policy = load_policy("example-county")
        >>> print(*policy.diff(policy.change({"edge.ratio": 2.0})))
        低保边缘收入倍数（edge.ratio）：1.5 → 2
        """
        paths = [*self.values, *(path for path in other.values if path not in self.values)]
        found = []
        for path in paths:
            old, new = self.values.get(path), other.values.get(path)
            if (old and old.value) != (new and new.value):
                found.append(
                    Change(
                        path,
                        old.value if old else None,
                        new.value if new else None,
                        new.since if new else None,
                        (new.clause if new else "") or (old.clause if old else ""),
                    )
                )
        return tuple(found)

    def digest(self) -> str:
        """SHA-256 of all values and rule versions in force: equal digests, equal law."""
        content = {
            "place": self.place,
            "values": {path: _plain(value.value) for path, value in sorted(self.values.items())},
            "rules": {name: rule.since.isoformat() for name, rule in sorted(self.rules.items())},
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _plain(value: Scalar) -> str:
    """A value as text, 600 and 600.0 alike."""
    return repr(value if isinstance(value, bool | str) else float(value))


def _nearest_path(name: str) -> str:
    """The path that looks most like a name, else the one whose title does; a dash for neither.

    >>> _nearest_path("edge.rato"), _nearest_path("农村低保标准")
    ('edge.ratio', 'dibao.standard.rural')
    """
    known = declarations()
    titles = {declared.title: path for path, declared in known.items()}
    return nearest(name, known) if name.isascii() else titles.get(nearest(name, titles), "—")


def _is_relative(wanted: Any) -> bool:
    """Whether a value is given as a move from the present one."""
    return isinstance(wanted, str) and wanted.strip()[:1] in ("+", "-")


def _moved(wanted: Any, now: Scalar | None, declared: Declaration) -> Any:
    """The new value: as given, parsed from command-line text, or moved by ``+10%`` / ``-20``."""
    if not isinstance(wanted, str) or declared.type == "choice":
        return wanted
    words = {"true": True, "false": False}
    if declared.type == "boolean":
        return words.get(wanted.strip().lower(), wanted)
    stated = wanted.strip()
    try:
        if stated.endswith("%") and stated[0] in "+-":
            moved = float(now or 0) * (1 + float(stated[:-1]) / 100)
        else:
            moved = float(stated) + (float(now or 0) if _is_relative(stated) else 0)
    except ValueError:
        return wanted
    # 560 * 1.1 is 616.0000000000001 in floats; a standard is not meant to carry that tail.
    moved = round(moved, 9)
    is_whole = math.isfinite(moved) and moved == int(moved)
    return int(moved) if declared.type == "integer" and is_whole else moved


def parse_date(text: str | datetime.date, where: str = "") -> datetime.date:
    """A date from ISO text; JZ-E007 if it is none."""
    if isinstance(text, datetime.date):
        return text
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise JZError.of("JZ-E007", where, value=text) from None


def load_policy(name: str, at: str | datetime.date | None = None) -> Policy:
    """The law of a preset `at` a date (default: the preset's own), ``2025-01-01`` or a date.

    `name` may carry the date as ``name@2025-01-01``. Each parameter has the place's own value at
    the date, else that of its national base, else the neutral one (``not_stated``). One with none
    of these, such as a standard, is left out; asking for it, by name or by a rule that needs it,
    is JZ-E006, never a fallback.
    Raises JZ-E001 for an unknown preset, JZ-E007 for a bad date, JZ-E009 for a date before the
    preset's first value.

    >>> policy = load_policy("example-county", at="2025-01-01")
    >>> policy["dibao.standard.urban"]
    780
    """
    stem, _, inline = name.partition("@")
    if (at or inline) and stem not in region_names():
        _refuse_both(stem, at or inline, name)
    place = region(stem)
    date = parse_date(at or inline, name) if (at or inline) else place.default_at
    first = min(dated[0].since for dated in place.values.values())
    if date < first:
        raise JZError.of("JZ-E009", name, place=pick(place.label), at=date, first=first)
    rules = {rule.name: rule for rule in RULES if rule.in_force(date)}
    values = MappingProxyType(dict(place.at(date)))
    return Policy(place.name, date, place.label, values, MappingProxyType(rules))


def _refuse_both(stem: str, at: str | datetime.date, where: str) -> None:
    """An unknown preset and, if so it is, a bad date, told at once."""
    problems = Problems()
    for check in (lambda: region(stem), lambda: parse_date(at, where)):
        try:
            check()
        except JZError as refused:
            problems.extend(refused.problems)
    problems.raise_if_any()
