"""Reads the law files, checks them against `schema.json`, and hands them on as plain objects.

`parameters/*.yaml` declare; `regions/*.yaml` give a place's dated values; `clauses.yaml` names
documents and clauses; `figures/*.yaml` hold what a place reported.
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

FOLDER = Path(__file__).parent

Scalar = float | int | bool | str

# A value may be stated in another period than the parameter's; it is divided when read.
PERIODS = {("yuan/person-year", "yuan/person-month"): 12}


@dataclass(frozen=True)
class Declaration:
    """What a parameter is: type, unit, range or choices, labels. `path` is its full name."""

    path: str
    type: str
    label: Mapping[str, str]
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    unlimited: bool = False
    choices: Mapping[str, Mapping[str, str]] | None = None

    @property
    def argument(self) -> str:
        """The name under which rules take the parameter."""
        return self.path.replace(".", "_")

    @property
    def title(self) -> str:
        return pick(self.label)

    def refuse(self, value: Any, where: str, problems: Problems) -> None:
        """Add a problem if `value` is not of the type, the choices or the range."""
        expected = ", ".join(self.choices or {}) or self.type
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        fits = {
            "boolean": isinstance(value, bool),
            "choice": isinstance(value, str) and value in (self.choices or {}),
            "integer": is_number and (value == math.inf or isinstance(value, int)),
            "number": is_number,
        }
        if not fits[self.type]:
            problems.add("JZ-E005", where, path=self.path, value=value, expected=expected)
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
        return f"{round(float(value), 4):,.10g} {unit_label(self.unit)}"


@dataclass(frozen=True)
class Value:
    """A parameter's value from a date on, and where it comes from.

    `status`: ``stated`` by the document, ``national`` (taken from national statistics),
    ``not_stated`` (the document is silent, the neutral value), ``illustrative``.
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
    """A preset: the dated values of one place, its documents, and what it leaves to people."""

    name: str
    label: Mapping[str, str]
    documents: tuple[str, ...]
    default_at: datetime.date
    illustrative: bool
    values: Mapping[str, tuple[Value, ...]]
    not_computed: tuple[tuple[str, Mapping[str, str]], ...]


def _plain(content: Any) -> Any:
    """YAML content with dates as text, as the schema wants it."""
    if isinstance(content, dict):
        return {_plain(key): _plain(item) for key, item in content.items()}
    if isinstance(content, list):
        return [_plain(item) for item in content]
    return content.isoformat() if isinstance(content, datetime.date) else content


def validated(path: Path, kind: str) -> Any:
    """The content of a law file, checked against the schema of its `kind`.

    `kind`: ``parameters``, ``region`` or ``reform``. Dates come back as ISO text.
    Raises JZ-E020 (no such file), JZ-E021 (not YAML), JZ-E002 (all faults, with their place).
    """
    import yaml
    from jsonschema import Draft202012Validator

    if not path.is_file():
        raise JZError.of("JZ-E020", where=str(path), path=path.name)
    try:
        content = _plain(read_yaml(path))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise JZError.of("JZ-E021", where=str(path), reason=str(fault).split("\n")[0]) from fault
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    schema["$ref"] = f"#/$defs/{kind}"
    problems = Problems()
    for flaw in Draft202012Validator(schema).iter_errors(content):
        place = " → ".join(str(step) for step in flaw.absolute_path)
        problems.add("JZ-E002", f"{path.name} {place}".strip(), reason=flaw.message)
    problems.raise_if_any()
    return content


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
            )
    return found


def _value(since: str, entry: Mapping[str, Any], declared: Declaration, where: str) -> Value:
    raw, unit = entry["value"], entry.get("unit", declared.unit)
    value = raw
    if unit != declared.unit:
        if (unit, declared.unit) not in PERIODS:
            reason = f"unit {unit!r} cannot be read as {declared.unit!r}"
            raise JZError.of("JZ-E002", where, reason=reason)
        value = raw / PERIODS[unit, declared.unit]
    return Value(
        value=value,
        since=datetime.date.fromisoformat(since),
        status=entry["status"],
        clause=entry.get("clause", ""),
        raw=raw,
        raw_unit=unit,
        note=entry.get("note"),
    )


def region_names() -> tuple[str, ...]:
    """The names of all presets.

    >>> region_names()
    ('example-county', 's42-county-2013')
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
        values[path] = tuple(found)
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
    )


@cache
def _catalogue() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(FOLDER / "clauses.yaml")
    return found


def clauses() -> Mapping[str, Mapping[str, str]]:
    """Summaries (zh, en) of every clause cited in the product, by clause id."""
    found: Mapping[str, Mapping[str, str]] = _catalogue()["clauses"]
    return found


def clause_text(clause: str) -> str:
    """The summary of a clause in the language in use."""
    return pick(clauses()[clause])


def document_title(document: str) -> str:
    """The title of a document (``EC``, ``S4.2``, …) in the language in use."""
    return pick(_catalogue()["documents"][document])


@cache
def figures(name: str) -> Mapping[str, Any] | None:
    """What the place of this name reported (see `figures/*.yaml`), or None if nothing."""
    path = FOLDER / "figures" / f"{name}.yaml"
    return read_yaml(path) if path.is_file() else None
