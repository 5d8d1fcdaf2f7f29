"""Reads the law files, checks them against `schema.json`, and hands them on as plain objects.

`parameters/*.yaml` declare; `regions/*.yaml` give a place's dated values; `clauses/*.yaml` name
documents and clauses. What places reported (`figures/*.yaml`) is read by `reported.py`.
"""

import datetime
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import pick, read_yaml, text, unit_label
from jiuzhu_sim.reading import is_file, own_text, yaml_of

FOLDER = Path(__file__).parent
PACKAGED = FOLDER.resolve()

Scalar = float | int | bool | str

# A value may be stated in another period than the parameter's; it is divided when read.
PERIODS = {("yuan/person-year", "yuan/person-month"): 12}


@dataclass(frozen=True)
class Declaration:
    """What a parameter is: type, unit, range or choices, labels. `path` is its full name.

    `neutral` is the value with which the law is as if the rule did not exist; it holds where
    neither the place nor the national base says anything. A parameter without one (a standard)
    must be given. `illustrative` marks a neutral number without a source that has an effect once
    its programme is on; it is shown as illustrative wherever it is read. `local` ones are never
    taken from the national base. `register` is the number of an ambiguity (D04) whose readings
    are the choices, or for a number those in `readings`; `read_by` says what reads the parameter
    where it is not the rules.
    """

    path: str
    type: str
    label: Mapping[str, str]
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    unlimited: bool = False
    choices: Mapping[str, Mapping[str, str]] | None = None
    neutral: Scalar | None = None
    illustrative: bool = False
    local: bool = False
    register: str = ""
    clauses: tuple[str, ...] = ()
    readings: tuple[Scalar, ...] = ()
    read_by: str = "rules"

    @property
    def argument(self) -> str:
        """The name under which rules take the parameter."""
        return self.path.replace(".", "_")

    @property
    def title(self) -> str:
        return pick(self.label)

    def refuse(self, value: Any, where: str, problems: Problems) -> None:
        """Add a problem if `value` is not of the type, the choices or the range."""
        expected = ", ".join(self.choices or {}) or text(f"type.{self.type}")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        fits = {
            "boolean": isinstance(value, bool),
            "choice": isinstance(value, str) and value in (self.choices or {}),
            "integer": is_number and (value == math.inf or isinstance(value, int)),
            "number": is_number,
        }
        if not fits[self.type]:
            near = nearest(str(value), self.choices) if self.choices else expected
            given = {"path": self.path, "value": value, "expected": expected, "nearest": near}
            problems.add("JZ-E005", where, **given)
            return
        unlimited = self.unlimited and value == math.inf
        if is_number and not (unlimited or self.low <= value <= self.high):
            bounds = {"low": self.low, "high": self.high}
            problems.add("JZ-E004", where, path=self.path, value=value, **bounds)

    def show(self, value: Scalar) -> str:
        """The value as a person reads it, with its unit.

        >>> declarations()["dibao.standard.rural"].show(560)
        '560 元/人·月'
        """
        if self.choices:
            return pick(self.choices[str(value)])
        if isinstance(value, bool):
            return text("word.yes" if value else "word.no")
        if math.isinf(float(value)):
            return text("word.unlimited")
        if self.unit in ("share", "ratio"):
            return f"{value:g}"
        if self.unit == "calendar year":
            return str(value)
        return f"{round(float(value), 4):,.10g} {unit_label(self.unit)}"


@dataclass(frozen=True)
class Value:
    """A parameter's value from a date on, and where it comes from.

    `status`: ``stated`` by the document, ``national`` (taken from national statistics),
    ``not_stated`` (the document is silent, the neutral value), ``illustrative``, ``unverified``
    (known from memory only, or its validity at the date could not be checked).
    `raw` and `raw_unit` are as the source has them.
    """

    value: Scalar
    since: datetime.date
    status: str
    clause: str = ""
    raw: Scalar | None = None
    raw_unit: str = ""
    note: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Region:
    """A preset: the dated values of one place, its documents, and what it leaves to people.

    `base` names the preset whose values hold where this one is silent (the national one).
    `dated` says how the date was read where the document has none. `lacking` are documents in
    force whose text was not available: document, since when, what that means.
    """

    name: str
    label: Mapping[str, str]
    documents: tuple[str, ...]
    default_at: datetime.date
    illustrative: bool
    values: Mapping[str, tuple[Value, ...]]
    not_computed: tuple[tuple[str, Mapping[str, str]], ...]
    base: str = ""
    dated: Mapping[str, str] | None = None
    lacking: tuple[tuple[str, datetime.date, Mapping[str, str]], ...] = ()

    @property
    def inherited(self) -> tuple[str, ...]:
        """The documents of the base, which hold here from their own dates on."""
        if not self.base:
            return ()
        return (*region(self.base).documents, *region(self.base).inherited)

    def at(self, date: datetime.date) -> Mapping[str, Value]:
        """The values in force at a date: the place's own, else its base's, else the neutral.

        A parameter that nobody gives and that has no neutral value is left out.
        """
        inherited = region(self.base).at(date) if self.base else {}
        found = {}
        for path, declared in declarations().items():
            own = [value for value in self.values.get(path, ()) if value.since <= date]
            if own:
                found[path] = own[-1]
            elif path in inherited and not declared.local:
                found[path] = inherited[path]
            elif declared.neutral is not None:
                status = "illustrative" if declared.illustrative else "not_stated"
                found[path] = Value(declared.neutral, datetime.date.min, status)
        return found


def _plain(content: Any) -> Any:
    """YAML content with dates as text, as the schema wants it."""
    if isinstance(content, dict):
        return {_plain(key): _plain(item) for key, item in content.items()}
    if isinstance(content, list):
        return [_plain(item) for item in content]
    return content.isoformat() if isinstance(content, datetime.date) else content


def validated(path: Path, kind: str) -> Any:
    """The content of a law file, checked against the schema of its `kind`.

    `kind`: ``parameters``, ``region``, ``reform`` or ``figures``. Dates come back as ISO text. The
    package's own files were checked by its tests; loading jsonschema takes a second where Jupyter
    is installed. Raises JZ-E020 (no such file), JZ-E021 (not YAML), JZ-E002 (all faults, with
    their place).
    """
    if is_file(path) and path.resolve().is_relative_to(PACKAGED):
        return _plain(read_yaml(path))
    return validated_text(own_text(path), str(path), kind)


def validated_text(content: str, where: str, kind: str) -> Any:
    """The same for a text at hand, whatever it comes from; its faults are told under `where`."""
    from jsonschema import Draft202012Validator

    plain = _plain(yaml_of(content, where))
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    schema["$ref"] = f"#/$defs/{kind}"
    problems = Problems()
    for flaw in Draft202012Validator(schema).iter_errors(plain):
        place = " → ".join(str(step) for step in flaw.absolute_path)
        problems.add("JZ-E002", f"{Path(where).name} {place}".strip(), reason=flaw.message)
    problems.raise_if_any()
    return plain


@cache
def declarations() -> Mapping[str, Declaration]:
    """Every declared parameter by path."""
    found = {}
    for path in sorted((FOLDER / "parameters").glob("*.yaml")):
        for name, entry in validated(path, "parameters").items():
            low, high = entry.get("range", (-math.inf, math.inf))
            found[name] = Declaration(
                path=name,
                type=entry["type"],
                label=entry["label"],
                unit=entry.get("unit", ""),
                low=low,
                high=high,
                unlimited=entry.get("unlimited", False),
                choices=entry.get("choices"),
                neutral=entry.get("neutral"),
                illustrative=entry.get("illustrative", False),
                local=entry.get("local", False),
                register=entry.get("register", ""),
                clauses=tuple(entry.get("clauses", ())),
                readings=tuple(entry.get("choices") or entry.get("readings", ())),
                read_by=entry.get("read_by", "rules"),
            )
    return found


def in_unit(raw: Any, unit: str, declared: Declaration, where: str) -> Any:
    """A value stated in some unit, in the unit of its parameter; JZ-E002 where that cannot be.

    >>> in_unit(1200, "yuan/person-year", declarations()["dibao.standard.rural"], "")
    100.0
    """
    if unit == declared.unit:
        return raw
    if (unit, declared.unit) not in PERIODS:
        reason = f"unit {unit!r} cannot be read as {declared.unit!r}"
        raise JZError.of("JZ-E002", where, reason=reason)
    return raw / PERIODS[unit, declared.unit]


def _value(since: str, entry: Mapping[str, Any], declared: Declaration, where: str) -> Value:
    raw, unit = entry["value"], entry.get("unit", declared.unit)
    return Value(
        value=in_unit(raw, unit, declared, where),
        since=datetime.date.fromisoformat(since),
        status=entry["status"],
        clause=entry.get("clause", ""),
        raw=raw,
        raw_unit=unit,
        note=entry.get("note"),
    )


def region_names() -> tuple[str, ...]:
    """The names of all presets.

    >>> region_names()[:2]
    ('example-county', 'national')
    """
    return tuple(sorted(path.stem for path in (FOLDER / "regions").glob("*.yaml")))


@cache
def region(name: str) -> Region:
    """The preset of this name, every value checked against its declaration.

    Raises JZ-E001 for an unknown name, JZ-E002/E003/E004/E005 for faults of the file.
    """
    if name not in region_names():
        raise JZError.of(
            "JZ-E001",
            name=name,
            nearest=nearest(name, region_names()),
            known=", ".join(region_names()),
        )
    content = validated(FOLDER / "regions" / f"{name}.yaml", "region")
    problems, values, known = Problems(), {}, declarations()
    for path, dated in content["values"].items():
        where = f"{name}.yaml {path}"
        if path not in known:
            problems.add("JZ-E003", where, name=path, nearest=nearest(path, known))
            continue
        found = [_value(since, dated[since], known[path], where) for since in sorted(dated)]
        for value in found:
            known[path].refuse(value.value, f"{where} {value.since}", problems)
            _refuse_clause(value.clause, f"{where} {value.since}", problems)
        values[path] = tuple(found)
    for item in content.get("not_computed", ()):
        _refuse_clause(item["clause"], f"{name}.yaml not_computed", problems)
    problems.raise_if_any()
    return Region(
        name=content["name"],
        label=content["label"],
        documents=tuple(content["documents"]),
        default_at=datetime.date.fromisoformat(content["default_at"]),
        illustrative=content["illustrative"],
        values=values,
        not_computed=tuple(
            (item["clause"], item["reason"]) for item in content.get("not_computed", ())
        ),
        base=content.get("base", ""),
        dated=content.get("dated"),
        lacking=tuple(
            (item["document"], datetime.date.fromisoformat(item["since"]), item["note"])
            for item in content.get("lacking", ())
        ),
    )


def _refuse_clause(clause: str, where: str, problems: Problems) -> None:
    """Add a problem if a clause is cited that is in no file of clauses."""
    if clause and clause not in clauses():
        reason = f"clause {clause!r}: law/clauses/ → {nearest(clause, clauses())}"
        problems.add("JZ-E002", where, reason=reason)


@cache
def _catalogue() -> Mapping[str, Any]:
    found: dict[str, dict[str, Any]] = {"documents": {}, "clauses": {}}
    for path in sorted((FOLDER / "clauses").glob("*.yaml")):
        for part, entries in read_yaml(path).items():
            found[part] |= entries
    return found


def clauses() -> Mapping[str, Mapping[str, str]]:
    """Summaries (zh, en) of every clause of every document, by clause id."""
    found: Mapping[str, Mapping[str, str]] = _catalogue()["clauses"]
    return found


def clause_text(clause: str) -> str:
    """The summary of a clause in the language in use."""
    return pick(clauses()[clause])


def document_of(clause: str) -> str:
    """The document a clause belongs to.

    >>> document_of("S4.2.11"), document_of("S1.2.1")
    ('S4.2', 'S1')
    """
    stem = clause.rpartition(".")[0]
    return stem if stem in _catalogue()["documents"] else stem.rpartition(".")[0]


def in_force_since(document: str) -> datetime.date | None:
    """The date a national document is in force from; None for any other.

    >>> in_force_since("M57")
    datetime.date(2021, 7, 1)
    """
    found: datetime.date | None = _catalogue()["documents"][document].get("since")
    return found


def document_title(document: str) -> str:
    """The title of a document (``EC``, ``S4.2``, …) in the language in use."""
    return pick(_catalogue()["documents"][document])
