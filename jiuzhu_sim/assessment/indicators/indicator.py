"""`Indicator`: what is measured of a township: definition, formula, target, clause, what it needs.

Indicators stand in `indicators.yaml`, one entry each; the ten groups are the ten precisions of S1.1
to S1.10.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import LANGUAGES, listed, pick, read_yaml, speaking, text, unit_label

PRECISIONS = tuple(f"S1.{number}" for number in range(1, 11))
"""The ten precisions, by the heading of their clauses."""

DIRECTIONS = ("up", "down")
UNITS = ("share", "count", "yuan/year", "ratio", "points", "yes")
TARGET_STATUS = ("", "stated", "reading", "assumed")
NEEDS = ("log", "people", "verification", "books", "returns")
SHARE = "share"

OWN_UNITS = ("count", "ratio", "yes")
"""Units that a reader of indicators is told in other words than those of a table."""

SHOWN_UNITS = {"share": "share", "yuan/year": "yuan/year", "ratio": "ratio"}
"""Units that a table shows; the others are plain numbers."""


@dataclass(frozen=True)
class Indicator:
    """One thing that is measured of each township.

    `direction`: ``up`` where more is better, ``down`` where less is. `unit` is one of `UNITS`; a
    ``yes`` is 1 or 0. `target` in that unit (a share 0–1), None where none is set, and its
    `target_status`: ``stated`` by the clause, ``reading`` of it, or ``assumed``. `needs`: the
    evidence it can be made of, any one of them. `how` says how to supply what is missing. `source`
    is which numbers of the evidence it is made of (see `indicators.yaml`). `basis`: what asks for
    it where no clause of the ten precisions does (`clause` is then the nearest); empty otherwise.
    """

    key: str
    precision: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    formula: Mapping[str, str]
    direction: str
    unit: str
    target: float | None
    target_status: str
    clause: str
    needs: tuple[str, ...]
    how: Mapping[str, str]
    source: Mapping[str, Any] = field(default_factory=dict)
    basis: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The label in the language in use.

        >>> indicators()["payment_on_time"].title
        '按时发放率'
        """
        return pick(self.label)

    @property
    def grounds(self) -> str:
        """The clause that asks for it; of others what does, and the clause it comes nearest to.

        >>> indicators()["payment_on_time"].grounds, indicators()["budget_execution"].grounds
        ('S1.3.3', '财政部门绩效自评表式样（近S1.0.3）')
        """
        if not self.basis:
            return self.clause
        return text("indicators.nearest_clause", basis=pick(self.basis), clause=self.clause)

    @property
    def is_share(self) -> bool:
        """Whether it is a part of a whole, with a numerator and a denominator."""
        return self.unit == SHARE

    @property
    def shown_unit(self) -> str:
        """The unit as a statistic of a table has it; "" for plain numbers."""
        return SHOWN_UNITS.get(self.unit, "")

    @property
    def unit_title(self) -> str:
        """The unit as a person reads it."""
        if self.unit in OWN_UNITS:
            return text(f"indicators.unit.{self.unit}")
        return unit_label(self.unit)

    @property
    def interval(self) -> str:
        """Which kind of interval it can have: a key of `indicators.interval.…` of texts/."""
        if not self.is_share:
            return "none" if self.unit != "yuan/year" else "money"
        return "survey" if self.needs == ("returns",) else "files"


@cache
def indicators() -> Mapping[str, Indicator]:
    """All indicators by key, in the order of the ten precisions.

    >>> made = indicators()
    >>> made["verification_on_time"].clause, made["verification_on_time"].target
    ('S1.1.5', 1.0)
    """
    found = read_yaml(Path(__file__).with_name("indicators.yaml"))
    return MappingProxyType({key: _made(key, entry) for key, entry in found.items()})


def of_precision(precision: str) -> tuple[str, ...]:
    """The keys of the indicators of one precision, such as ``S1.1``; JZ-E060 for another.

    >>> of_precision("S1.10")[0]
    'self_assessment_sent'
    """
    if precision not in PRECISIONS:
        raise JZError.unknown(text("indicators.precision"), precision, PRECISIONS)
    return tuple(key for key, each in indicators().items() if each.precision == precision)


def precision_title(precision: str) -> str:
    """What one of the ten precisions is called.

    >>> precision_title("S1.3")
    '精准发放'
    """
    return text(f"precision.{precision}")


def how_of(needs: Iterable[str]) -> dict[str, str]:
    """How to supply the evidence, in both languages: any one of the kinds named."""
    made = {}
    for language in LANGUAGES:
        with speaking(language):
            made[language] = listed(text(f"indicators.how.{need}") for need in needs)
    return made


def _made(key: str, entry: Mapping[str, Any]) -> Indicator:
    needs = tuple(entry["needs"])
    target = entry.get("target")
    return Indicator(
        key=key,
        precision=entry["precision"],
        label=entry["label"],
        definition=entry["definition"],
        formula=entry["formula"],
        direction=entry.get("direction", "up"),
        unit=entry.get("unit", SHARE),
        target=None if target is None else float(target),
        target_status=entry.get("target_status", ""),
        clause=str(entry["clause"]),
        needs=needs,
        how=entry.get("how") or how_of(needs),
        source=entry.get("from", {}),
        basis=entry.get("basis", {}),
    )
