"""What is not known about the money of a year: sources with stated distributions, and their draws.

The numbers stand in `uncertainty.yaml`, each with unit, status and source. A draw is a pure
function of (seed, number of the draw, source), so 4,000 draws contain the first 2,000, and a
source keeps its draws when another one is changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import amount_of, pick, read_yaml, text, texts
from jiuzhu_sim.population.draws import uniform
from jiuzhu_sim.rules.kit import MONTHS

Floats = NDArray[np.float64]

CERTAIN = {
    "growth": {"median": 0.0, "sd": 0.0},
    "multiplier": {"median": 1.0, "sd": 0.0},
    "spells": {"probability": 0.0},
    "mean_one": {"cv": 0.0},
    "delay": {"probability": 0.0},
    "switch": {"on": 0.0},
}
"""The numbers by which a distribution has one outcome: the neutral one."""


@dataclass(frozen=True)
class Number:
    """One number of a distribution: value, least and most, unit, status, label and source."""

    value: float
    low: float
    high: float
    unit: str
    status: str
    label: Mapping[str, str]
    source: Mapping[str, str]

    @property
    def title(self) -> str:
        """Label in the language in use."""
        return pick(self.label)


@dataclass(frozen=True)
class Source:
    """One thing that is not known: its distribution (see `uncertainty.yaml`) and its numbers."""

    name: str
    label: Mapping[str, str]
    distribution: str
    numbers: Mapping[str, Number]

    def __getitem__(self, number: str) -> float:
        return self.numbers[number].value

    @property
    def title(self) -> str:
        """Label in the language in use."""
        return pick(self.label)

    @property
    def is_certain(self) -> bool:
        """Whether it has one outcome only."""
        if self.distribution == "delay" and self["days"] == 0:
            return True
        return all(
            self[name] == value
            for name, value in CERTAIN[self.distribution].items()
            if name != "median"
        )

    def quantile(self, share: Floats) -> Floats:
        """The value that a `share` (0–1) of outcomes stays below; shape of `share`.

        Growth a year, a multiplier, or days late, by the distribution; not for spells.

        >>> Uncertainty.stated().sources["shocks"].quantile(np.array([0.5])).tolist()
        [1.0]
        """
        from scipy.special import ndtri

        if self.distribution == "delay":
            return np.where(share > 1 - self["probability"], self["days"], 0.0)
        normal: Floats = ndtri(share)
        if self.distribution == "growth":
            return (1 + self["median"]) * np.exp(self["sd"] * normal) - 1
        if self.distribution == "multiplier":
            return self["median"] * np.exp(self["sd"] * normal)
        spread = np.sqrt(np.log1p(self["cv"] ** 2))  # mean_one
        made: Floats = np.exp(spread * normal - spread**2 / 2)
        return made


@dataclass(frozen=True)
class Uncertainty:
    """All sources by name; make one with `Uncertainty.stated` or `Uncertainty.none`.

    >>> stated = Uncertainty.stated()
    >>> list(stated.sources)[:4]
    ['caseload', 'income', 'shocks', 'take_up']
    >>> stated["income.sd"], stated.changed({"income.sd": 0.03})["income.sd"]
    (0.0179, 0.03)
    """

    sources: Mapping[str, Source]

    @classmethod
    def stated(cls) -> "Uncertainty":
        """As `uncertainty.yaml` states it: assumed and derived numbers."""
        return _stated()

    @classmethod
    def none(cls) -> "Uncertainty":
        """Everything as it is now and nothing by chance: neutral medians, no spread.

        >>> Uncertainty.none().is_none
        True
        """
        stated = _stated()
        neutral = {
            f"{name}.{number}": value
            for name, source in stated.sources.items()
            for number, value in CERTAIN[source.distribution].items()
        }
        return stated.changed(neutral)

    def __getitem__(self, path: str) -> float:
        """The value of a number by ``source.number``."""
        source, _, number = path.partition(".")
        return self.sources[source][number]

    @property
    def is_none(self) -> bool:
        """Whether the need has one outcome only: sources of money to come (transfers, delay)
        do not move it."""
        return all(
            source.is_certain
            for name, source in self.sources.items()
            if name not in ("transfers", "delay")
        )

    @property
    def paths(self) -> tuple[str, ...]:
        """Names of all numbers."""
        return tuple(f"{name}.{key}" for name, s in self.sources.items() for key in s.numbers)

    def changed(self, values: Mapping[str, float]) -> "Uncertainty":
        """Another one with some numbers changed; their source becomes the user.

        Raises, all faults at once: JZ-E060 for an unknown name (with the nearest), JZ-E004 out of
        range, JZ-E005 for what is no number, JZ-E086 for spells of the price subsidy that cannot
        be (so likely and so short that a month would have to be triggered surely).
        """
        problems, made = Problems(), dict(self.sources)
        for path, given in values.items():
            if path not in self.paths:
                problems += JZError.unknown(text("word.assumption"), path, self.paths).problems
                continue
            name, _, key = path.partition(".")
            number = made[name].numbers[key]
            if isinstance(given, bool) or not isinstance(given, int | float | np.number):
                expected, now = text("assumption.number"), f"{number.value:g}"
                problems.add("JZ-E005", path=path, value=given, expected=expected, nearest=now)
            elif not number.low <= given <= number.high:
                problems.add("JZ-E004", path=path, value=given, low=number.low, high=number.high)
            elif given != number.value:
                own = texts()["assumption.own"]
                new = replace(number, value=float(given), status="assumed", source=own)
                numbers = MappingProxyType({**made[name].numbers, key: new})
                made[name] = replace(made[name], numbers=numbers)
        prices = made["prices"]
        if _start(prices["probability"], prices["spell"]) > 1:
            least = prices["probability"] / (1 - prices["probability"])
            shown = {"probability": prices["probability"], "spell": prices["spell"]}
            problems.add("JZ-E086", "prices", **shown, least=least)
        problems.raise_if_any()
        return Uncertainty(MappingProxyType(made))

    def draws(self, n: int, seed: int, months: int = MONTHS) -> dict[str, Floats]:
        """Outcomes of each source but chance: {source: (n,)}.

        `caseload`, `income`: growth a year; `shocks`, `take_up`: multipliers; `prices`: months in
        which the price subsidy is triggered, of `months`; `transfers`: multiplier of a grant from
        above; `delay`: days late.

        >>> few, more = (Uncertainty.stated().draws(n, seed=1) for n in (10, 20))
        >>> all((more[name][:10] == few[name]).all() for name in few)
        True
        """
        numbers = np.arange(n)
        made = {}
        for name, source in self.sources.items():
            if source.distribution == "spells":
                made[name] = self.triggers(n, seed, months).sum(1).astype(np.float64)
            elif source.distribution != "switch":
                made[name] = source.quantile(uniform(seed, numbers, f"forecast.{name}"))
        return made

    def triggers(self, n: int, seed: int, months: int = MONTHS) -> NDArray[np.bool_]:
        """Months in which the price subsidy is triggered, by draw: (n, months).

        A chain of two states: each month is triggered with `probability`, whatever the month,
        and a spell lasts `spell` months in the mean.
        """
        probability, spell = self["prices.probability"], self["prices.spell"]
        made = np.zeros((n, months), bool)
        numbers = np.arange(n)
        for month in range(months):
            drawn = uniform(seed, numbers, f"forecast.prices.{month}")
            chance: Any = probability
            if month:
                chance = np.where(made[:, month - 1], 1 - 1 / spell, _start(probability, spell))
            made[:, month] = drawn < chance
        return made

    @property
    def has_assumed(self) -> bool:
        """Whether any number is assumed, so that results carry the stamp."""
        return any(n.status == "assumed" for s in self.sources.values() for n in s.numbers.values())

    def listing(self) -> list[dict[str, str]]:
        """Every number with label, value, unit, status and source, for a list of assumptions."""
        return [
            {
                "name": f"{name}.{key}",
                "label": number.title,
                "value": amount_of(number.value, number.unit)[0],
                "unit": amount_of(number.value, number.unit)[1],
                "status": text(f"assumption.{number.status}"),
                "source": pick(number.source),
            }
            for name, source in self.sources.items()
            for key, number in source.numbers.items()
        ]


def _start(probability: float, spell: float) -> float:
    """Chance that a spell starts in a month without one, so that the share of months is right."""
    return probability / (1 - probability) / spell


@cache
def _stated() -> Uncertainty:
    content = read_yaml(Path(__file__).with_name("uncertainty.yaml"))
    sources = {}
    for name, entry in content.items():
        numbers = {
            key: Number(
                float(given["value"]),
                float(given["range"][0]),
                float(given["range"][1]),
                given["unit"],
                given["status"],
                given["label"],
                given["source"],
            )
            for key, given in entry["numbers"].items()
        }
        sources[name] = Source(
            name, entry["label"], entry["distribution"], MappingProxyType(numbers)
        )
    return Uncertainty(MappingProxyType(sources))
