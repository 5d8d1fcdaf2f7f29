"""The form of one family as data: what is asked, in which unit and range, and how it is read."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu_sim.columns import column
from jiuzhu_sim.language import (
    in_brackets,
    listed,
    pick,
    read_yaml,
    text,
    texts,
    unit_label,
)

KINDS = {"bool": "boolean", "code": "choice", "float64": "number"}
GROUPS = ("people", "income", "spending", "property", "now")
TRUTHS = {"true": True, "false": False, "1": True, "0": False, "y": True, "n": False}


class UnreadableError(ValueError):
    """A value that does not belong into a field: `fault` is a key, `known` what would do."""

    def __init__(self, fault: str, known: str = ""):
        super().__init__(fault)
        self.fault, self.known = fault, known


@dataclass(frozen=True)
class FormField:
    """A field of the form.

    `kind`: ``choice`` (one of `choices`), ``integer``, ``number`` or ``boolean``. `group`: one of
    `GROUPS`. `low` and `high` bound a number, both included. `default`: what the form starts with;
    `blank`: what an empty cell of a list of families means. None in either: as the field `alike`.
    `column`: the column of the data dictionary it fills as it is, if any.

    >>> field = form_fields()["wage"]
    >>> field.header, field.show(1200), field.low, field.high
    ('月工资（元/月）', '1,200 元/月', 0, 20000)
    """

    name: str
    group: str
    kind: str
    unit: str
    label: Mapping[str, str]
    default: Any
    blank: Any
    low: float | None = None
    high: float | None = None
    choices: Mapping[str, Mapping[str, str]] | None = None
    aliases: tuple[str, ...] = ()
    column: str = ""
    alike: str = ""
    required: bool = False

    @property
    def title(self) -> str:
        """Label in the language in use."""
        return pick(self.label)

    @property
    def header(self) -> str:
        """Label with the unit, as the head of a column."""
        return in_brackets(self.title, unit_label(self.unit)) if self.unit else self.title

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way to write the field's name: name, labels, labels with the unit, aliases."""
        forms, units = texts()["format.unit"], texts().get(f"unit.{self.unit}", {})
        headed = [forms[name].format(title=self.label[name], unit=units[name]) for name in units]
        return (self.name, *self.label.values(), *headed, *self.aliases)

    @property
    def expected(self) -> str:
        """What may stand in the field, in words."""
        if self.choices:
            return listed(pick(label) for label in self.choices.values())
        if self.kind == "boolean":
            return listed((text("word.yes"), text("word.no")))
        return text(f"family.expected.{self.kind}", low=f"{self.low:,g}", high=f"{self.high:,g}")

    def show(self, value: Any) -> str:
        """A value as a person reads it, with its unit."""
        if value is None:
            return "—"
        if self.choices:
            return pick(self.choices[value])
        if self.kind == "boolean":
            return text("word.yes" if value else "word.no")
        return f"{value:,.2f}".removesuffix(".00") + f" {unit_label(self.unit)}".rstrip()

    def read(self, given: Any) -> Any:
        """A value from what was typed: a number, a code, or text; None where nothing is typed.

        Raises `UnreadableError`.

        >>> field = form_fields()["area"]
        >>> field.read("农村"), form_fields()["wage"].read("1,200")
        ('rural', 1200.0)
        """
        found = given.item() if hasattr(given, "item") else given
        if isinstance(found, str):
            found = found.strip()
        if found is None or found == "" or (isinstance(found, float) and math.isnan(found)):
            return None
        if self.choices:
            return self._choice(found)
        return self._truth(found) if self.kind == "boolean" else self._number(found)

    def _choice(self, given: Any) -> str:
        spelled: dict[str, str] = {code: code for code in self.choices or {}}
        for code, label in (self.choices or {}).items():
            spelled |= {word.lower(): code for word in label.values()}
        if (word := str(given).lower()) not in spelled:
            raise UnreadableError("choice", self.expected)
        return spelled[word]

    def _truth(self, given: Any) -> bool:
        words = {label: True for label in texts()["word.yes"].values()}
        words |= {label: False for label in texts()["word.no"].values()} | TRUTHS
        known = words.get(str(given).lower().removesuffix(".0"))
        if known is None:
            raise UnreadableError("choice", self.expected)
        return known

    def _number(self, given: Any) -> float | int:
        try:
            number = float(given.replace(",", "") if isinstance(given, str) else given)
        except (TypeError, ValueError):
            raise UnreadableError("number", self.expected) from None
        if isinstance(given, bool) or not math.isfinite(number):
            raise UnreadableError("number", self.expected)
        if self.kind == "integer" and number != int(number):
            raise UnreadableError("integer", self.expected)
        if (self.low is not None and number < self.low) or (
            self.high is not None and number > self.high
        ):
            raise UnreadableError("range", self.expected)
        return int(number) if self.kind == "integer" else number


@cache
def _document() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = read_yaml(Path(__file__).with_name("family.yaml"))
    return found


def default(name: str) -> Any:
    """What the form starts with in a field.

    >>> default("n_members")
    3
    """
    return _document()[name]["default"]


@cache
def form_fields() -> Mapping[str, FormField]:
    """Every field of the form by name, in the order of the form.

    >>> list(form_fields())[:3], form_fields()["savings"].column
    (['area', 'n_members', 'n_covered'], 'savings')
    """
    return {name: _field(name, entry) for name, entry in _document().items()}


def _field(name: str, entry: Mapping[str, Any]) -> FormField:
    """A field from its entry; what the entry does not say is said by the dictionary's column."""
    found = column(entry["column"]) if "column" in entry else None
    low, high = entry.get("range", (found.low, found.high) if found else (None, None))
    kind = entry["kind"] if found is None else KINDS.get(found.dtype, "integer")
    return FormField(
        name=name,
        group=entry["group"],
        kind=kind,
        unit=entry.get("unit", found.unit if found else ""),
        label=entry["label"] if "label" in entry or found is None else found.label,
        default=entry["default"],
        blank=entry.get("blank", entry["default"]),
        low=low,
        high=high,
        choices=found.codes if found else None,
        aliases=(*entry.get("aliases", ()), *(_names(name, entry) if found else ())),
        column=found.name if found else "",
        alike=entry.get("alike", ""),
        required=entry.get("required", False),
    )


def _names(name: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the dictionary's column, which the field goes by as well."""
    found = column(entry["column"])
    names = (found.name, *found.label.values(), *found.aliases)
    return tuple(word for word in names if word != name)
