"""Offices of the synthetic log: staff, pace and accuracy by township, from assumed numbers.

The numbers stand in `offices.yaml`, each with unit, range, status and source; none is law. A
township's own figures lie between the lowest and the highest and depend on its name alone, so that
they are the same in any sample, row order and year.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions, kept_assumptions
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.population.draws import uniform

PATH = Path(__file__).with_name("offices.yaml")

BETTER_LOW = ("pace", "skipped", "errors", "unpunctual")
"""Figures that are low in a good office; the others are high there."""
DRAWN = (*BETTER_LOW, "visited", "checked")

Floats = NDArray[np.float64]


def settings() -> Assumptions:
    """The numbers of `offices.yaml` by name.

    >>> settings().changed({"days.verify": 9})["days.verify"]
    9.0
    """
    return kept_assumptions(PATH)


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
    settings: Assumptions

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
            elif not value >= (least := int(name == "staff")):
                reason = text("caseload.least", value=value, least=least)
                problems.add("JZ-E097", f"{township} · {name}", reason=reason)
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
    townships: Iterable[str], *, seed: int = 0, numbers: Assumptions | None = None
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
