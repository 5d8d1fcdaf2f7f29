"""Assumptions: named numbers of what is not law, each with unit, range, status and source.

They stand in YAML beside the module that reads them (`months/life.yaml`, `casework/office/…`). A
value is a number, or a table of numbers by age (each holds from its age on).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import amount_of, pick, text, texts, unit_label, with_unit
from jiuzhu_sim.reading import own_yaml

STATUSES = ("assumed", "derived", "source")
NEEDED = ("value", "unit", "range", "status", "source", "label")

Value = float | Mapping[int, float]


@dataclass(frozen=True)
class Assumption:
    """One number, or table by age, with where it comes from.

    `status` is ``source`` (published), ``derived`` (computed from what is published) or
    ``assumed``; `sources` names the document, or gives the reason in a line, by language. `low`
    and `high` bound it, both included. `off` is the value with which nothing happens; None where
    the number alone makes nothing happen.
    """

    name: str
    value: Value
    unit: str
    low: float
    high: float
    status: str
    sources: Mapping[str, str]
    label: Mapping[str, str]
    off: float | None = None

    @property
    def title(self) -> str:
        """Name in the language in use."""
        return pick(self.label)

    @property
    def source(self) -> str:
        """The document, or the reason, in the language in use.

        >>> from jiuzhu_sim.months.assumptions import LIFE
        >>> kept_assumptions(LIFE).entries["births.spacing"].source
        '同一妇女两次生育至少相隔18个月'
        """
        return pick(self.sources)

    @property
    def shown(self) -> str:
        """The value as a person reads it, with its unit.

        >>> from jiuzhu_sim.months.assumptions import LIFE
        >>> kept_assumptions(LIFE).entries["births.spacing"].shown
        '18 个月'
        """
        return with_unit(*self.amount)

    @property
    def amount(self) -> tuple[str, str]:
        """The value as a person reads it, and its unit.

        >>> from jiuzhu_sim.months.assumptions import LIFE
        >>> kept_assumptions(LIFE).entries["job_loss.rate"].amount
        ('0.4%', '/月')
        """
        if isinstance(self.value, Mapping):
            return _table(self.value), unit_label(self.unit)
        return amount_of(self.value, self.unit)

    @property
    def without_chance(self) -> "Assumption":
        """The same with the value with which nothing happens; a table stays a table."""
        if self.off is None:
            return self
        is_table = isinstance(self.value, Mapping)
        return replace(self, value=_value({0: self.off} if is_table else self.off))


@dataclass(frozen=True)
class Assumptions:
    """Assumptions by name; frozen, so that a run can say which it used.

    >>> from jiuzhu_sim.months.assumptions import LIFE
    >>> base = kept_assumptions(LIFE)
    >>> base.changed({"job_loss.rate": 0.02})["job_loss.rate"]
    0.02
    >>> base.off()["job_loss.rate"]
    0.0
    """

    entries: Mapping[str, Assumption]

    def __getitem__(self, name: str) -> float:
        """The number of this name; JZ-E060 with the nearest when there is none."""
        value = self._entry(name).value
        if isinstance(value, Mapping):
            raise TypeError(f"{name} is a table by age; read it with by_age")
        return float(value)

    def __iter__(self) -> Iterator[Assumption]:
        return iter(self.entries.values())

    def by_age(self, name: str) -> NDArray[np.float64]:
        """The number at each age, 0 to the highest of the dictionary; shape (ages,).

        >>> from jiuzhu_sim.months.assumptions import LIFE
        >>> rates = kept_assumptions(LIFE).by_age("deaths.rate_male")
        >>> bool(rates[85] > rates[40])
        True
        """
        value = self._entry(name).value
        ages = int(column("age").high or 0) + 1
        if not isinstance(value, Mapping):
            return np.full(ages, float(value))
        starts = sorted(value)
        numbers = np.array([value[start] for start in starts])
        place = np.searchsorted(starts, np.arange(ages), side="right") - 1
        return np.where(place < 0, 0.0, numbers[place])

    def changed(self, values: Mapping[str, Any]) -> "Assumptions":
        """The same with some values replaced: a number for a number, a table by age for a table.

        Raises, all at once: JZ-E060 for an unknown name, with the nearest; JZ-E005 for what is no
        number or table; JZ-E004 for what is out of range.
        """
        problems, made = Problems(), dict(self.entries)
        for name, value in values.items():
            if name not in self.entries:
                problems += JZError.unknown(text("word.assumption"), name, self.entries).problems
                continue
            entry = self.entries[name]
            if _fits(entry, value, problems):
                told = texts()["assumption.own"]
                made[name] = replace(entry, value=_value(value), status="assumed", sources=told)
        problems.raise_if_any()
        return Assumptions(MappingProxyType(made))

    def off(self) -> "Assumptions":
        """The same with no chance at all: nothing happens, and everything is known at once."""
        made = {name: entry.without_chance for name, entry in self.entries.items()}
        return Assumptions(MappingProxyType(made))

    @property
    def has_assumed(self) -> bool:
        """Whether any of them is assumed, so that results carry the stamp."""
        return any(entry.status == "assumed" for entry in self)

    def listing(self) -> list[dict[str, str]]:
        """A row for each: name, label, value, unit, status and source, for a report.

        >>> from jiuzhu_sim.months.assumptions import LIFE
        >>> kept_assumptions(LIFE).off().listing()[0]["value"]
        '0%'
        """
        return [
            {
                "name": entry.name,
                "label": entry.title,
                "value": entry.amount[0],
                "unit": entry.amount[1],
                "status": text(f"assumption.{entry.status}"),
                "source": entry.source,
            }
            for entry in self
        ]

    def _entry(self, name: str) -> Assumption:
        if name not in self.entries:
            raise JZError.unknown(text("word.assumption"), name, self.entries)
        return self.entries[name]


def read_assumptions(*paths: str | Path) -> Assumptions:
    """The assumptions of some files. A later file replaces what an earlier one says of the same
    name.

    Raises JZ-E020 when there is no such file, JZ-E021 when it is no YAML, and JZ-E082 for every
    fault of its content, all at once.

    >>> from jiuzhu_sim.months.assumptions import FOLDER
    >>> read_assumptions(FOLDER / "life.yaml").entries["births.spacing"].unit
    'months'
    """
    found: dict[str, Assumption] = {}
    for path in paths:
        found |= _read(Path(path))
    return Assumptions(MappingProxyType(found))


@cache
def kept_assumptions(path: Path) -> Assumptions:
    """The assumptions of a file of the package, read once.

    >>> from jiuzhu_sim.months.assumptions import FOLDER
    >>> kept_assumptions(FOLDER / "life.yaml") is kept_assumptions(FOLDER / "life.yaml")
    True
    """
    return read_assumptions(path)


def _read(path: Path) -> dict[str, Assumption]:
    content = own_yaml(path)
    problems = Problems()
    made = {}
    for name, entry in content.items() if isinstance(content, dict) else [("—", content)]:
        if _is_whole(entry, f"{path.name} · {name}", problems):
            found = _assumption(str(name), entry)
            values = (found.value, found.off) if found.off is not None else (found.value,)
            if all(_fits(found, value, problems, path.name) for value in values):
                made[str(name)] = found
    problems.raise_if_any()
    return made


def _is_whole(entry: Any, where: str, problems: Problems) -> bool:
    """Whether an entry of a file says all it has to; each fault noted."""
    if not isinstance(entry, dict):
        problems.add("JZ-E082", where, reason=text("assumption.form", needed=", ".join(NEEDED)))
        return False
    missing = [key for key in NEEDED if not entry.get(key) and key != "value"]
    missing += [] if "value" in entry else ["value"]
    ends = entry.get("range")
    faults = {
        text("assumption.missing", missing=", ".join(missing)): bool(missing),
        text("assumption.status", known=", ".join(STATUSES)): entry.get("status") not in STATUSES,
        text("assumption.range"): not (
            isinstance(ends, list) and len(ends) == 2 and all(map(is_number, ends))
        ),
        text("assumption.off"): not (_off(entry) is None or is_number(_off(entry))),
        text("assumption.label"): not _is_told(entry.get("label")),
        text("assumption.source_form"): isinstance(entry.get("source"), dict | list)
        and not _is_told(entry["source"]),
    }
    for reason, is_wrong in faults.items():
        if is_wrong:
            problems.add("JZ-E082", where, reason=reason)
    return not any(faults.values())


def _assumption(name: str, entry: Mapping[Any, Any]) -> Assumption:
    low, high = entry["range"]
    source = entry["source"]  # a line, or one in each language
    off = _off(entry)
    return Assumption(
        name=name,
        value=_value(entry["value"]),
        unit=str(entry["unit"]),
        low=float(low),
        high=float(high),
        status=entry["status"],
        sources=source if isinstance(source, dict) else {"zh": str(source)},
        label=entry["label"],
        off=None if off is None else float(off),
    )


def _off(entry: Mapping[Any, Any]) -> Any:
    """The value when it is switched off; YAML reads the bare key `off` as the boolean."""
    return entry.get(False, entry.get("off"))


def _is_told(words: Any) -> bool:
    """Whether words stand by language, the Chinese ones among them."""
    return isinstance(words, dict) and bool(words.get("zh")) and all(map(_is_words, words.values()))


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _value(value: Any) -> Value:
    """A value as it is kept: tables read-only; what is no number stays for `_fits` to refuse."""
    return MappingProxyType(dict(value)) if isinstance(value, Mapping) else value


def is_number(value: Any) -> bool:
    """Whether a value is a finite number; True and False are none.

    >>> is_number(0.5), is_number(True), is_number(float("nan"))
    (True, False, False)
    """
    is_plain = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return bool(is_plain and math.isfinite(value))


def _fits(entry: Assumption, value: Any, problems: Problems, where: str = "") -> bool:
    """Whether a value is of the kind and within the range of an assumption; else it is noted."""
    is_table = isinstance(value, Mapping)
    numbers = list(value.values()) if is_table else [value]
    is_ages = not is_table or all(isinstance(age, int) and age >= 0 for age in value)
    is_kind = is_table <= isinstance(entry.value, Mapping) and bool(numbers) and is_ages
    if not is_kind or not all(map(is_number, numbers)):
        kind = "table" if isinstance(entry.value, Mapping) else "number"
        expected, range_ = text(f"assumption.{kind}"), f"[{entry.low:g}, {entry.high:g}]"
        given = {"path": entry.name, "value": value, "expected": expected, "nearest": range_}
        problems.add("JZ-E005", where, **given)
        return False
    outside = [number for number in numbers if not entry.low <= number <= entry.high]
    for number in outside:
        problems.add(
            "JZ-E004", where, path=entry.name, value=number, low=entry.low, high=entry.high
        )
    return not outside


def _table(value: Mapping[int, float]) -> str:
    """A table by age in a line.

    >>> _table({0: 0.01, 60: 0.02})
    '0+: 0.01, 60+: 0.02'
    """
    return ", ".join(f"{age}+: {value[age]:g}" for age in sorted(value))
