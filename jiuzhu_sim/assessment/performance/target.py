"""Targets of a plan: what is to be reached, what was done, at which cost (目标任务).

The packaged lists stand in `targets/*.yaml`; a list of one's own is read by `target_file.py`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jiuzhu_sim.language import LANGUAGES, pick, read_yaml, speaking, text, unit_label

FOLDER = Path(__file__).with_name("targets")

LEAST, MOST = "least", "most"
"""A target is reached at its number or above, or at its number or below."""

MONEY = ("cost", "spent")

WHOLE = ("persons", "households")
"""Units that are counted, and shown without decimals."""


@dataclass(frozen=True)
class Target:
    """One target. `planned`, `done`, `of` (the most there can be) in `unit`; `cost` planned and
    `spent`, yuan. NaN: not given. `year`: 0 if the plan names none.
    """

    key: str
    label: Mapping[str, str]
    planned: float
    unit: str
    done: float = math.nan
    of: float = math.nan
    cost: float = math.nan
    spent: float = math.nan
    clause: str = ""
    year: int = 0
    test: str = LEAST
    note: Mapping[str, str] | None = None

    @property
    def title(self) -> str:
        """Label in the language in use."""
        return pick(self.label)

    @property
    def reached(self) -> float:
        """Part of the target that was reached; NaN where either number is missing.

        Done over planned; where less is better the other way round, 1 for nothing at all.

        >>> Target("roads", {"zh": "村道"}, planned=4.15, unit="km", done=4.98).reached
        1.2
        """
        if self.test == LEAST:
            return round(self.done / self.planned, 9) if self.planned else math.nan
        if math.isnan(self.done) or math.isnan(self.planned):
            return math.nan
        return round(self.planned / self.done, 9) if self.done else 1.0

    @property
    def unit_cost(self) -> float:
        """Planned cost of one, yuan.

        >>> round(Target("roads", {"zh": "村道"}, 4.15, "km", cost=1_430_000).unit_cost)
        344578
        """
        return self.cost / self.planned if self.planned and self.unit != "share" else math.nan

    @property
    def unit_spent(self) -> float:
        """Actual cost of one, yuan."""
        return self.spent / self.done if self.done and self.unit != "share" else math.nan


@dataclass(frozen=True)
class Targets:
    """A list of targets, by key and year. `status`: stated, illustrative or own; `checks`: rows of
    the identities of the documents that hold the plan's own arithmetic.
    """

    name: str
    label: Mapping[str, str]
    status: str
    source: Mapping[str, str]
    targets: tuple[Target, ...]
    checks: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        """Label in the language in use."""
        return pick(self.label)

    @property
    def is_illustrative(self) -> bool:
        """Whether the numbers are made up and describe no real place."""
        return self.status == "illustrative"

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the targets, in order; 0 for those that name none."""
        return tuple(sorted({target.year for target in self.targets}))

    def get(self, key: str, year: int = 0) -> Target | None:
        """The target of this key: of the year, else of no year; None if there is none."""
        found = [target for target in self.targets if target.key == key]
        for wanted in (year, 0) if year else self.years[-1:]:
            for target in found:
                if target.year == wanted:
                    return target
        return None

    def of_year(self, year: int) -> "Targets":
        """The targets of one year: the small exam of S3.3.2."""
        kept = tuple(target for target in self.targets if target.year in (year, 0))
        return replace(self, targets=kept)

    def over_years(self) -> "Targets":
        """Every target once, its years added up: the big exam of S3.3.2 (三年一大考).

        What is a share, or money a head, does not add up: there the last year stands. A year
        without its number leaves the sum without one.

        >>> road = Target("roads", {"zh": "村道"}, planned=2, unit="km", done=1)
        >>> years = tuple(replace(road, year=year) for year in (2018, 2019, 2020))
        >>> plan = Targets("own", {"zh": "三年"}, "own", {"zh": "自有"}, years)
        >>> [(one.planned, one.done, one.year) for one in plan.over_years().targets]
        [(6, 3, 0)]
        """
        made = []
        for key in dict.fromkeys(target.key for target in self.targets):
            own = sorted((t for t in self.targets if t.key == key), key=lambda each: each.year)
            names = MONEY if _does_not_add(own[-1].unit) else ("planned", "done", "of", *MONEY)
            sums = {name: sum(getattr(each, name) for each in own) for name in names}
            made.append(replace(own[-1], year=0, **sums))
        return replace(self, targets=tuple(made))


def labels_of(given: Any) -> Mapping[str, str]:
    """What a file gives as a name: in several languages, or one name for all.

    >>> labels_of("村道"), labels_of({"zh": "村道", "en": "Roads"})["en"]
    ({'zh': '村道'}, 'Roads')
    """
    return given if isinstance(given, dict) and "zh" in given else {"zh": str(given)}


def _does_not_add(unit: str) -> bool:
    return unit == "share" or "/" in unit


class Basis(NamedTuple):
    """A clause that has results assessed: every how many months (None: not said), what for."""

    clause: str
    every: int | None
    label: Mapping[str, str]


@cache
def bases() -> tuple[Basis, ...]:
    """The clauses of the documents that ask for targets to be assessed.

    >>> [basis.every for basis in bases() if basis.clause == "S3.4.12"]
    [1]
    """
    content = read_yaml(Path(__file__).with_name("bases.yaml"))
    return tuple(
        Basis(clause, entry.get("every"), {lang: entry[lang] for lang in LANGUAGES})
        for clause, entry in content.items()
    )


def amount(value: float, unit: str) -> str:
    """A number with its unit as a person reads it; a dash where there is none.

    >>> amount(10900, "persons"), amount(0.953, "share"), amount(math.nan, "km")
    ('10,900人', '95.3%', '—')
    """
    if not math.isfinite(value):
        return text("performance.none")
    if unit == "share":
        return f"{round(value * 100, 2):,.2f}".rstrip("0").rstrip(".") + "%"
    shown = f"{value:,.0f}" if unit in WHOLE else f"{value:,.2f}".rstrip("0").rstrip(".")
    return text("performance.amount", number=shown, unit=unit_label(unit))


def unit_names(unit: str) -> Mapping[str, str]:
    """The unit in each language; of a share the percent sign.

    >>> unit_names("share")["zh"], unit_names("persons")["zh"]
    ('%', '人')
    """
    found = {}
    for lang in LANGUAGES:
        with speaking(lang):
            found[lang] = "%" if unit == "share" else unit_label(unit)
    return found
