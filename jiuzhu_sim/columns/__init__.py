"""The data dictionary: what every column is called, holds and may hold.

The files beside this one list each column once: level, kind, type, unit, range, default, codes,
labels and aliases. `persons` and `households` hold what people bring; the others what rules make,
programme by programme. Readers, rules, receipts, charts and reports take names and labels here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import pick, read_yaml, text, unit_label

LEVELS = ("person", "household")
VIEWS = ("true", "registry")

FILES = (
    "persons",
    "person_circumstances",
    "households",
    "household_circumstances",
    "records",
    "income",
    "assets",
    "stop",
    "status",
    "category",
    "benefit",
    "tekun",
    "temporary",
    "education",
    "medical",
    "addons",
    "total",
)


@dataclass(frozen=True)
class Column:
    """One column of the dictionary.

    `kind` is ``input`` (people bring it) or ``result`` (a rule makes it). `dtype` is a NumPy
    type name, ``code`` (a small integer whose names are `codes`) or ``text`` (free names,
    stored as integers). `low` and `high` bound what may be read (inclusive). An input with a
    `default` may be missing; the default is then taken for everybody, and the plan says so.
    One that is not `drawn` has its default in synthetic people too: no recipe knows better.
    A column with `view_of` is another sight of that column, which holds what was reported:
    what is true, or what registers show (`view`, one of `VIEWS`).
    """

    name: str
    level: str
    kind: str
    dtype: str
    unit: str
    label: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    codes: Mapping[str, Mapping[str, str]] | None = None
    optional: bool = False
    default: Any = None
    drawn: bool = True
    view_of: str = ""
    view: str = ""

    @property
    def storage(self) -> str:
        """The NumPy type the column is stored in."""
        return {"code": "int8", "text": "int32"}.get(self.dtype, self.dtype)

    @property
    def title(self) -> str:
        """Label in the language in use."""
        return pick(self.label)

    @property
    def number(self) -> float | int | bool:
        """The default as it is stored: a code as its integer."""
        if self.codes:
            return list(self.codes).index(self.default)
        found: float | int | bool = self.default
        return found

    def show(self, value: Any) -> str:
        """A value as a person reads it, with its unit.

        >>> column("wage_m").show(1200.5), column("area").show(1), column("is_student").show(True)
        ('1,200.50 元/月', '农村', '是')
        """
        if self.codes:
            return pick(list(self.codes.values())[int(value)])
        if self.dtype == "bool":
            return text("word.yes" if value else "word.no")
        if not math.isfinite(value):
            return text("word.unlimited")
        is_whole = self.dtype != "float64" or self.unit == "count"
        shown = f"{int(value):,}" if is_whole else f"{value:,.2f}"
        return f"{shown} {unit_label(self.unit)}".strip()


def _column(name: str, entry: Mapping[str, Any]) -> Column:
    low, high = entry.get("range", (None, None))
    return Column(
        name=name,
        level=entry["level"],
        kind=entry["kind"],
        dtype=entry["dtype"],
        unit=entry.get("unit", ""),
        label=entry["label"],
        aliases=tuple(entry.get("aliases", ())),
        low=low,
        high=high,
        codes=entry.get("codes"),
        optional=entry.get("optional", False),
        default=entry.get("default"),
        drawn=entry.get("drawn", True),
        view_of=entry.get("view_of", ""),
        view=entry.get("view", ""),
    )


@cache
def columns() -> Mapping[str, Column]:
    """Every column of the dictionary by name."""
    files = [Path(__file__).with_name(f"{name}.yaml") for name in FILES]
    return {name: _column(name, entry) for path in files for name, entry in read_yaml(path).items()}


def column(name: str) -> Column:
    """The column of this name.

    Raises JZ-E010 with the nearest name when there is none.

    >>> column("wage_m").unit
    'yuan/month'
    """
    found = columns().get(name)
    if found is None:
        raise JZError.of("JZ-E010", name=name, nearest=nearest(name, columns()))
    return found


@cache
def _by_alias() -> Mapping[str, str]:
    spelled = {}
    for entry in columns().values():
        for alias in (entry.name, *entry.label.values(), *entry.aliases):
            spelled[alias.strip().lower()] = entry.name
    return spelled


@cache
def log_columns(level: str) -> Mapping[str, Column]:
    """The columns of a log of casework by name: of its cases or of its events.

    They stand apart from the columns of people, whose rules and importers never meet them.

    >>> list(log_columns("case")["area"].codes), log_columns("event")["amount"].unit
    (['urban', 'rural'], 'yuan')
    """
    entries = read_yaml(Path(__file__).with_name("cases.yaml"))[level]
    return {
        name: _column(name, {"level": level, "kind": "input"} | entry)
        for name, entry in entries.items()
    }


def find_column(header: str) -> str | None:
    """The dictionary name of a header as written in a file, or None.

    >>> find_column("月工资"), find_column("WAGE_M"), find_column("鞋码")
    ('wage_m', 'wage_m', None)
    """
    return _by_alias().get(str(header).strip().lower())


def codes(name: str) -> SimpleNamespace:
    """The integer of each code of a column, by the code's name.

    >>> codes("area").urban, codes("area").rural
    (0, 1)
    """
    names = column(name).codes or {}
    return SimpleNamespace(**{code: number for number, code in enumerate(names)})


def code_labels(name: str) -> tuple[str, ...]:
    """The labels of a column's codes in the language in use, in the order of the integers.

    >>> code_labels("area")
    ('城市', '农村')
    """
    return tuple(pick(label) for label in (column(name).codes or {}).values())
