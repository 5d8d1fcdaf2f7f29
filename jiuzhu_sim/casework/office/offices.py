"""Offices of the synthetic log: staff, pace and accuracy by township, from assumed numbers.

The numbers stand in `offices.yaml`, each with unit, range, status and source; none is law. A
township's own figures lie between the lowest and the highest and depend on its name alone, so that
they are the same in any sample, row order and year.
"""

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import LANGUAGES, amount_of, pick, read_yaml, text
from jiuzhu_sim.population.draws import uniform

PATH = Path(__file__).with_name("offices.yaml")
NEEDED = ("value", "unit", "range", "status", "source", "label")
ENDS = 2
"""A range has a lowest and a highest number."""
STATUSES = ("assumed", "stated", "derived", "source")

BETTER_LOW = ("pace", "skipped", "errors", "unpunctual")
"""Figures that are low in a good office; the others are high there."""
DRAWN = (*BETTER_LOW, "visited", "checked")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Number:
    """One assumed number, with its unit, range, label and source by language."""

    name: str
    value: float
    unit: str
    low: float
    high: float
    status: str
    label: Mapping[str, str]
    source: Mapping[str, str]

    @property
    def title(self) -> str:
        """Name in the language in use."""
        return pick(self.label)


@dataclass(frozen=True)
class Settings:
    """The numbers of `offices.yaml` by name; frozen.

    >>> settings().changed({"days.verify": 9})["days.verify"]
    9.0
    """

    entries: Mapping[str, Number]

    def __getitem__(self, name: str) -> float:
        """The number of this name; JZ-E060 with the nearest where there is none."""
        if name not in self.entries:
            raise JZError.unknown(text("word.office_number"), name, self.entries)
        return self.entries[name].value

    def __iter__(self) -> Iterator[Number]:
        return iter(self.entries.values())

    def changed(self, values: Mapping[str, float]) -> "Settings":
        """The same with some numbers replaced.

        Raises, all at once: JZ-E060 for unknown names, JZ-E097 for what is no number or out of
        range.
        """
        problems, made = Problems(), dict(self.entries)
        for name, value in values.items():
            if name not in made:
                kind = text("word.office_number")
                problems += JZError.unknown(kind, name, self.entries).problems
            elif fault := _fault_of(value, made[name].low, made[name].high):
                problems.add("JZ-E097", name, reason=fault)
            else:
                made[name] = replace(made[name], value=float(value), status="assumed")
        problems.raise_if_any()
        return Settings(MappingProxyType(made))

    def listing(self) -> list[dict[str, str]]:
        """A row for each number, for a report: name, label, value, unit, status and source.

        >>> settings().listing()[1]["value"]
        '2'
        """
        return [
            {
                "name": entry.name,
                "label": entry.title,
                "value": amount_of(entry.value, entry.unit)[0],
                "unit": amount_of(entry.value, entry.unit)[1],
                "status": text(f"caseload.{entry.status}"),
                "source": pick(entry.source),
            }
            for entry in self
        ]


@cache
def settings(path: Path = PATH) -> Settings:
    """The numbers of a file of settings, the package's own if none is named.

    Raises JZ-E020 where there is no such file, JZ-E021 where it is no YAML, and JZ-E097 for every
    fault of its entries at once.

    >>> settings().entries["days.verify"].unit
    'working days'
    """
    if not path.is_file():
        raise JZError.of("JZ-E020", path=path)
    try:
        content = read_yaml(path)
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise JZError.of("JZ-E021", str(path), reason=str(fault).split("\n")[0]) from fault
    problems, made = Problems(), {}
    for name, entry in content.items() if isinstance(content, dict) else [("—", content)]:
        faults = list(_faults(entry))
        for reason in faults:
            problems.add("JZ-E097", f"{path.name} · {name}", reason=reason)
        if not faults:
            low, high = map(float, entry["range"])
            rest = {key: entry[key] for key in ("status", "label", "source")}
            made[name] = Number(name, float(entry["value"]), entry["unit"], low, high, **rest)
    problems.raise_if_any()
    return Settings(MappingProxyType(made))


def _faults(entry: Any) -> Iterator[str]:
    """What is wrong with an entry of a file of settings."""
    if not isinstance(entry, dict) or not set(NEEDED) <= set(entry):
        yield text("caseload.form", needed=", ".join(NEEDED))
        return
    ends = entry["range"]
    if not (isinstance(ends, list) and len(ends) == ENDS and all(map(_is_number, ends))):
        yield text("caseload.range")
    elif fault := _fault_of(entry["value"], *ends):
        yield fault
    if entry["status"] not in STATUSES:
        yield text("caseload.status", known=", ".join(STATUSES))
    for key in ("label", "source"):
        words = entry[key]
        if not isinstance(words, dict) or not all(words.get(name) for name in LANGUAGES):
            yield text("caseload.languages", part=key)


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def _fault_of(value: Any, low: float, high: float) -> str:
    if _is_number(value) and low <= value <= high:
        return ""
    return text("caseload.number", value=value, low=f"{low:g}", high=f"{high:g}")


@dataclass(frozen=True)
class Offices:
    """The offices of some townships: arrays (townships,), and the numbers they all share.

    `staff`: clerks. `pace`: time a step takes against the usual. Shares: `skipped` of steps due
    left out, `errors` of decisions against the rules, `visited` of households due, `unpunctual` of
    pay days missed, `shared` of cases accepted and first audited by one person. `checked`:
    spot-checks against those required.

    >>> offices = offices_of(["甲镇", "乙镇"]).changed("乙镇", errors=0.5)
    >>> offices.errors.tolist()[1], bool(offices.errors[0] < 0.1)
    (0.5, True)
    """

    townships: tuple[str, ...]
    staff: NDArray[np.int64]
    pace: Floats
    skipped: Floats
    errors: Floats
    visited: Floats
    checked: Floats
    unpunctual: Floats
    shared: Floats
    settings: Settings

    def changed(self, township: str, **values: float) -> "Offices":
        """The same with some figures of one township replaced.

        Raises JZ-E060 for an unknown township or figure; JZ-E097 for what is below 0.
        """
        if township not in self.townships:
            raise JZError.unknown(text("dim.place"), township, self.townships)
        problems, made = Problems(), {}
        for name, value in values.items():
            if name not in FIGURES:
                kind = text("word.office_number")
                problems += JZError.unknown(kind, name, FIGURES).problems
            elif fault := _fault_of(value, float(name == "staff"), math.inf):
                problems.add("JZ-E097", f"{township} · {name}", reason=fault)
            else:
                made[name] = getattr(self, name).copy()
                made[name][self.townships.index(township)] = value
        problems.raise_if_any()
        return replace(self, **made)

    def of(self, townships: Iterable[str]) -> "Offices":
        """The offices of these townships in this order; JZ-E060 for one that is not here."""
        wanted = tuple(townships)
        for name in wanted:
            if name not in self.townships:
                raise JZError.unknown(text("dim.place"), name, self.townships)
        rows = [self.townships.index(name) for name in wanted]
        values = {name: getattr(self, name)[rows] for name in FIGURES}
        return replace(self, townships=wanted, **values)


FIGURES = tuple(
    entry.name for entry in fields(Offices) if entry.name not in ("townships", "settings")
)


def offices_of(
    townships: Iterable[str], *, seed: int = 0, numbers: Settings | None = None
) -> Offices:
    """Offices of townships by name; the same name under the same seed has the same office.

    One quality of the township moves all its figures, by `quality.weight`; the rest is chance.

    >>> alone, beside = offices_of(["乙镇"]), offices_of(["甲镇", "乙镇"])
    >>> alone.pace[0] == beside.pace[1]
    np.True_
    """
    names, told = tuple(townships), numbers or settings()
    ids = np.array([place_number(name) for name in names], np.int64)
    weight, quality = told["quality.weight"], uniform(seed, ids, "office quality")
    made: dict[str, Any] = {}
    for name in (*DRAWN, "staff"):
        place = weight * quality + (1 - weight) * uniform(seed, ids, f"office {name}")
        place = 1 - place if name in BETTER_LOW else place
        low, high = told[f"{name}.low"], told[f"{name}.high"]
        made[name] = low + place * (high - low)
    made["staff"] = np.round(made["staff"]).astype(np.int64)
    is_small = made["staff"] <= told["staff.small"]
    made["shared"] = np.where(is_small, told["shared.small"], told["shared.large"])
    return Offices(townships=names, settings=told, **made)


def place_number(name: str) -> int:
    """A number that depends on a place's name alone, to draw by.

    >>> place_number("甲镇") == place_number("甲镇"), place_number("甲镇") == place_number("乙镇")
    (True, False)
    """
    digest = hashlib.blake2b(name.encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big")
