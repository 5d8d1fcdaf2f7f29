"""How a document wants cases handled, as data: time limits, postings, payments, conduct.

One file a document (`law/procedures/*.yaml`), every number with its clause and status. What a
document leaves open is a reading: taken from a policy's ``reading.*`` parameters, from a mapping,
else the neutral one. Documents are never mixed, and where none states a number there is no limit.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jiuzhu_sim.casework.conduct.checks import read_checks
from jiuzhu_sim.casework.log.log import KINDS, PROGRAMMES
from jiuzhu_sim.casework.procedure.entries import (
    Entry,
    Event,
    Extension,
    Follow,
    Limit,
    Moment,
    Payment,
    Phase,
    Post,
    Review,
)
from jiuzhu_sim.casework.procedure.form import AREAS, COMBINED, READING, faults_of
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.law.load import FOLDER, Scalar
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.reading import own_yaml

PROCEDURES = FOLDER / "procedures"
READINGS = (
    "role_separation",
    "urgent_ceiling_unit",
    "extension_trigger_days",
    "step_overlap",
    "extended_limit_wd",
    "posting_days",
    "petition_limit_days",
    "quota_rule",
)
"""The readings that casework asks for (register D12, D13, D24, D26, D42, D38, D35, D33)."""


@dataclass(frozen=True)
class Procedure:
    """How one document wants cases handled; make one with `load_procedure`.

    `entries` are all limits in the order of the file; `conduct` is its other section, as read.
    `rolls`: a period that ends on a day off ends on the next working day.
    """

    name: str
    label: Mapping[str, str]
    documents: tuple[str, ...]
    in_force: datetime.date | None
    rolls: bool
    entries: tuple[Entry, ...]
    conduct: Mapping[str, Any]
    readings: Mapping[str, Scalar]

    @property
    def title(self) -> str:
        """The name in the language in use."""
        return pick(self.label)

    @property
    def limits(self) -> dict[str, list[Limit]]:
        """The limits between two steps, by programme."""
        return self._by_programme(Limit)

    @property
    def posts(self) -> dict[str, list[Post]]:
        """The lists to be posted, by programme."""
        return self._by_programme(Post)

    @property
    def payment(self) -> tuple[Payment, ...]:
        """How regular benefit is paid."""
        return tuple(entry for entry in self.entries if isinstance(entry, Payment))

    def _by_programme(self, kind: type[Any]) -> dict[str, list[Any]]:
        return {
            programme: [
                entry
                for entry in self.entries
                if isinstance(entry, kind) and programme in entry.programmes
            ]
            for programme in PROGRAMMES
        }


def procedures() -> tuple[str, ...]:
    """The names of all procedures of the package.

    >>> procedures()[:3]
    ('national', 's0-street', 's1-county-2020')
    """
    return tuple(sorted(path.stem for path in PROCEDURES.glob("*.yaml")))


def load_procedure(
    name: str | Path, readings: Policy | Mapping[str, Scalar] | None = None
) -> Procedure:
    """A procedure of the package by name, or one's own by the path of its file.

    `readings` of open clauses come from a policy or a mapping (``{"posting_days": 5}``); those not
    given are neutral. Raises JZ-E060 (no such procedure), JZ-E020/E021 (no file, no YAML), JZ-E095
    and JZ-E096 (faults of the file, all at once), JZ-E003/E004/E005 (readings).

    >>> procedure = load_procedure("s2-district-2022", {"extended_limit_wd": 25})
    >>> limit = procedure.limits["dibao"][0]
    >>> limit.number, limit.extension.number, limit.clause
    (20, 25, 'S2.1.4')
    """
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        if str(name) not in procedures():
            raise JZError.unknown(text("word.procedure"), str(name), procedures())
        path = PROCEDURES / f"{name}.yaml"
    content = own_yaml(path)
    problems = faults_of(content, path.name)
    taken = _readings(readings, path.name, problems)
    if isinstance(content, Mapping):
        try:
            read_checks(content.get("conduct"), path.name)
        except JZError as fault:
            problems.extend(fault.problems)
    problems.raise_if_any()
    in_force = content.get("in_force")
    return Procedure(
        name=content["name"],
        label=content["label"],
        documents=tuple(content["documents"]),
        in_force=in_force["date"] if in_force else None,
        rolls=content["counting"]["day_off"] == "next_working_day",
        entries=tuple(
            READ[section](_common(key, entry, section), _resolved(entry, taken), taken)
            for section, entries in content["limits"].items()
            for key, entry in entries.items()
        ),
        conduct=content.get("conduct") or {},
        readings=taken,
    )


def _readings(given: Any, where: str, problems: Problems) -> dict[str, Scalar]:
    declared = {name: declarations()[READING + name] for name in READINGS}
    if isinstance(given, Policy):
        return {name: given[READING + name] for name in READINGS}
    taken = {name: entry.neutral for name, entry in declared.items() if entry.neutral is not None}
    for path, value in (given or {}).items():
        name = str(path).removeprefix(READING)
        if name in declared:
            declared[name].refuse(value, where, problems)
            taken[name] = value
        else:
            problems.add("JZ-E003", where, name=str(path), nearest=nearest(name, declared))
    return taken


def _resolved(value: Any, readings: Mapping[str, Scalar]) -> Any:
    """What the file holds, with the values of readings in place of their names."""
    if isinstance(value, Mapping):
        if set(value) == {"reading"}:
            name = value["reading"]
            return readings[name] if name in readings else declarations()[READING + name].neutral
        return {key: _resolved(entry, readings) for key, entry in value.items()}
    return value


# Steps and lists are those of new applications unless an entry says otherwise.
DEFAULT_KINDS = {"steps": ("new",), "posts": ("new",)}


def _common(key: str, entry: Mapping[str, Any], section: str) -> dict[str, Any]:
    named = entry["programmes"]
    return {
        "key": key,
        "clause": entry["clause"],
        "label": entry["label"],
        "status": entry["status"],
        "programmes": PROGRAMMES if named == "any" else tuple(named),
        "kinds": tuple(entry.get("kinds", DEFAULT_KINDS.get(section, KINDS))),
        "areas": tuple(entry.get("areas", AREAS)),
    }


def _event(value: Any) -> Event:
    if isinstance(value, str):
        return Event(value, {})
    where = {name: held for name, held in value.items() if name not in ("event", "by")}
    return Event(value["event"], where, value.get("by", "at"))


def _moment(value: Any) -> Moment:
    for how in COMBINED:
        if isinstance(value, Mapping) and how in value:
            return Moment(how, tuple(_event(event) for event in value[how]))
    return Moment("earliest", (_event(value),))


def _step(
    common: dict[str, Any], given: Mapping[str, Any], readings: Mapping[str, Scalar]
) -> Limit:
    overlap = str(readings["step_overlap"])
    more = given.get("extend")
    start = given.get("from_parallel") if overlap == "parallel" else None
    return Limit(
        **common,
        start=_moment(start or given["from"]),
        end=_moment(given["to"]),
        number=given["number"],
        unit=given["unit"],
        extension=more and _extension(more),
        plus_posting=given.get("plus_posting", {}).get(overlap, False),
        may_precede=given.get("may_precede", False),
        is_urgent=given.get("urgent", False),
    )


def _extension(given: Mapping[str, Any]) -> Extension:
    # The reading of the trigger (D24) says "calendar" or "working".
    unit = {"calendar": "days", "working": "working days"}.get(given["unit"], given["unit"])
    return Extension(
        _moment(given["from"]), _event(given["to"]), given["more_than"], unit, given["number"]
    )


def _post(common: dict[str, Any], given: Mapping[str, Any], _: Any) -> Post:
    names = ("list_no", "days", "level", "restart_on_objection", "after_decision")
    return Post(**common, **{name: given[name] for name in names if name in given})


def _payment(common: dict[str, Any], given: Mapping[str, Any], _: Any) -> Payment:
    return Payment(**common, every=given["every"], due_day=_day(given["due_day"]))


def _day(value: Any) -> int:
    return 0 if value == "last" else int(value)


def _follow(common: dict[str, Any], given: Mapping[str, Any], _: Any) -> Follow:
    return Follow(
        **common,
        each=_event(given["each"]),
        end=_event(given["to"]) if "to" in given else None,
        same=given.get("same", ""),
        from_day=given.get("from_day", 0),
        number=given.get("number", 0),
        unit=given.get("unit", "month day" if "due_day" in given else "days"),
        due_day=given.get("due_day", 0),
        months_after=given.get("months_after", 0),
    )


def _review(common: dict[str, Any], given: Mapping[str, Any], _: Any) -> Review:
    days = given.get("days")
    return Review(
        **common,
        review_class=given.get("review_class", ""),
        months=given.get("months", 0),
        times=given.get("times", 1),
        every=given.get("every", ""),
        by=given.get("by", ""),
        days=tuple(days) if days else None,
    )


def _phase(common: dict[str, Any], given: Mapping[str, Any], _: Any) -> Phase:
    def month_day(value: str) -> tuple[int, int]:
        month, day = value.split("-")
        return int(month), int(day)

    return Phase(
        **common,
        event=_event(given["event"]),
        begin=month_day(given["begin"]) if "begin" in given else None,
        end=month_day(given["end"]),
        year=given.get("year", 0),
        **{name: given.get(name, False) for name in ("is_required", "is_whole", "only_passed")},
    )


READ = {
    "steps": _step,
    "posts": _post,
    "payments": _payment,
    "follows": _follow,
    "reviews": _review,
    "phases": _phase,
}
"""What makes an entry of each section."""
