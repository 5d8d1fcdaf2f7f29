"""Township reserves for temporary assistance: until when they last, and who comes too late.

Cases arrive at random (Poisson by day, keyed draws), each costing the mean of a case. A case is
paid while the reserve holds and approval is not suspended; the others are unserved.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import is_number
from jiuzhu_sim.errors import Problems, nearest
from jiuzhu_sim.language import LANGUAGES, read_yaml, text
from jiuzhu_sim.law import document_title
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.months.calendar import NEVER, Ints, Span
from jiuzhu_sim.outlook.money.cash import quantiles
from jiuzhu_sim.population import People
from jiuzhu_sim.population.draws import uniform
from jiuzhu_sim.rules.kit import MONTHS

Floats = NDArray[np.float64]

DRAWS = 500
"""Enough for P10–P90 within a few days."""

STRIDE = 2**16
"""The key of a day is draw × STRIDE + day: more than the days of any span."""

TAIL = 1e-12
"""Numbers of cases a day beyond this chance are not drawn."""

CENT = 1e-6
"""Yuan below which a cost is not above the reserve: the last bits of a sum."""


@dataclass(frozen=True)
class MeanCase:
    """The mean cost of a case, yuan a person-time, of a year, with status and source."""

    value: float
    year: int
    status: str
    source: str


@cache
def mean_cases() -> Mapping[int, MeanCase]:
    """The national means by year (`reserves.yaml`).

    >>> mean_cases()[2017].value
    1109.9
    """
    content = read_yaml(Path(__file__).with_name("reserves.yaml"))["mean_case"]
    return {
        year: MeanCase(entry["value"], year, entry["status"], entry["source"])
        for year, entry in content.items()
    }


def mean_case(year: int) -> MeanCase:
    """The national mean of the nearest year there is; its own `year` says which.

    >>> mean_case(2013).year, mean_case(2025).year
    (2016, 2017)
    """
    return min(mean_cases().values(), key=lambda case: abs(case.year - year))


@dataclass(frozen=True)
class Reserves:
    """Reserves by township and draw; made by `reserves`. All (draws, townships).

    `used_up`: the day of the first case that the reserve cannot pay, or `NEVER`. `cases` and
    `served` person-times; the money is so many times the `mean` cost of a case, without chance the
    part of it that the reserve covers.
    """

    span: Span
    townships: tuple[str, ...]
    reserve: Floats
    need: Floats
    mean: MeanCase
    suspended_from: int
    used_up: Ints
    cases: Floats
    served: Floats
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def case(self) -> float:
        """The mean cost of a case, yuan."""
        return self.mean.value

    @property
    def unserved(self) -> Floats:
        """Cases not paid: the reserve was used up, or approval suspended."""
        return self.cases - self.served

    @property
    def unserved_money(self) -> Floats:
        """What they would have cost, yuan."""
        return self.unserved * self.case

    @property
    def left(self) -> Floats:
        """What is left of each reserve at the end, yuan."""
        return self.reserve - self.served * self.case

    def used_up_dates(self) -> dict[str, tuple[datetime.date | None, ...]]:
        """P10, P50 and P90 of the date on which each reserve is used up; None for not at all."""
        return {
            name: tuple(None if day >= NEVER else self.span.date(int(day)) for day in days)
            for name, days in zip(self.townships, quantiles(self.used_up).T, strict=True)
        }

    def table(self) -> Table:
        """By township and in all: reserve, need, cases, unserved cases and money (P50, from P10 to
        P90), and the probability that the reserve is used up."""
        draws = {
            "reserve": np.broadcast_to(self.reserve, self.cases.shape),
            "reserve_need": np.broadcast_to(self.need.sum(axis=1), self.cases.shape),
            "reserve_cases": self.cases,
            "reserve_unserved": self.unserved,
            "reserve_unserved_money": self.unserved_money,
        }
        yuan = ("reserve", "reserve_need", "reserve_unserved_money")
        found = [quantiles(_and_total(each)) for each in draws.values()]
        low, middle, high = (np.column_stack([each[k] for each in found]) for k in range(3))
        out = self.used_up < NEVER
        risk = np.append(out.mean(axis=0), out.any(axis=1).mean())[:, None]
        blank = np.full(risk.shape, np.nan)
        heads = [Statistic(name, "yuan" if name in yuan else "") for name in draws]
        notes = ["note.reserves"]
        if self.mean.source:
            said = {"year": self.mean.year, "source": document_title(self.mean.source)}
            notes.append(text("note.mean_case", **said))
        if self.suspended_from:
            notes.append(text("note.suspended", month=self.span.names[self.suspended_from - 1]))
        return Table(
            name="reserves",
            dims=("township",),
            rows=(*((name,) for name in self.townships), (TOTAL,)),
            statistics=(*heads, Statistic("reserve_used_up_p", "share")),
            values=np.column_stack([middle, risk]),
            low=np.column_stack([low, blank]),
            high=np.column_stack([high, blank]),
            n=np.full(len(self.townships) + 1, len(self.cases)),
            per="figure",
            notes=tuple(notes),
            fields={"case": f"{self.case:,.1f}"},
            names={
                name: self.labels.get(name, dict.fromkeys(LANGUAGES, name))
                for name in self.townships
            },
            disjoint=False,
        )


def split_need(people: People, need: Any, *, weight: str = "weight") -> dict[str, Any]:
    """A place's need split by where people live: each township's share of the (weighted) persons.

    `need`: yuan a month, a number or (months,); the same shape by township.
    Raises JZ-E011 where people bring no township.

    >>> from jiuzhu_sim.population import synthesize
    >>> parts = split_need(synthesize("example-county", households=200, seed=1), 8000.0)
    >>> len(parts), round(sum(parts.values()), 6)
    (8, 8000.0)
    """
    number, names = people.numbers("township"), people.names["township"]
    persons = np.bincount(number, people.numbers(weight) * people.sizes, len(names))
    shares = persons / persons.sum()
    return {
        str(name): need * share for name, share in zip(names, shares.tolist(), strict=True) if share
    }


def reserves(
    need: Mapping[str, Any],
    reserve: float | Mapping[str, float],
    *,
    start: Any = "2025-01",
    months: int = MONTHS,
    case: float | MeanCase | None = None,
    suspended_from: int = 0,
    draws: int = DRAWS,
    chance: bool = True,
    seed: int = 1,
    labels: Mapping[str, Mapping[str, str]] | None = None,
) -> Reserves:
    """How long each township's reserve lasts.

    `need`: yuan a month by township, a number or (months,). `reserve`: yuan, one for all or by
    township; it is not filled up again. `case`: the mean cost of a case, yuan; by default the
    national mean of the nearest year, which the table then says. `suspended_from`: the month (from
    1, 0 never) from which nothing is approved. Without `chance` the need comes evenly by day, in
    one draw. `labels`: what a reserve is called, where its key is no name; draws go by the key.

    Raises JZ-E088 with everything that does not fit.

    >>> made = reserves({"a": 26_600.0}, 170_000.0, start="2013-01", chance=False)
    >>> made.used_up_dates()["a"][1].isoformat()
    '2013-07-13'
    """
    span = Span.of(start, months)
    mean = mean_case(span.start.year) if case is None else case
    if not isinstance(mean, MeanCase):
        mean = MeanCase(mean, span.start.year, "given", "")
    case = mean.value
    names = tuple(need)
    problems = Problems()
    for reason in _faults(need, reserve, span, case, suspended_from, draws):
        problems.add("JZ-E088", text("reserve.where"), reason=reason)
    problems.raise_if_any()
    by_month = np.stack([np.broadcast_to(need[name], span.months) for name in names])
    held = np.array([reserve[n] if isinstance(reserve, Mapping) else reserve for n in names], float)
    open_days = int(span.first_days[suspended_from - 1]) if suspended_from else span.days
    made = []
    for name, monthly, most in zip(names, by_month, held, strict=True):
        daily = _daily(monthly / case, span, draws if chance else 0, seed, name)
        asked = np.cumsum(daily, axis=1)
        above = (asked * case > most + CENT) & (daily > 0)
        above[:, open_days:] = False
        up = np.where(above.any(axis=1), above.argmax(axis=1), NEVER)
        approved = asked[:, open_days - 1] if open_days else np.zeros(len(asked))
        can = np.floor(most / case + CENT) if chance else most / case
        made.append((up, asked[:, -1], np.minimum(approved, can)))
    used_up, cases, served = (np.column_stack(part) for part in zip(*made, strict=True))
    return Reserves(
        span, names, held, by_month, mean, suspended_from, used_up, cases, served, labels or {}
    )


def _daily(monthly: Floats, span: Span, draws: int, seed: int, name: str) -> Floats:
    """Cases by day: drawn (draws, days), or for no draws the expected ones (1, days)."""
    from scipy.special import pdtr, pdtrik  # the Poisson distribution and its inverse

    mean = np.repeat(monthly / span.month_days, span.month_days)
    if not draws:
        return mean[None]
    keys = np.arange(draws)[:, None] * STRIDE + np.arange(span.days)
    drawn = uniform(seed, keys.ravel(), f"reserve:{name}").reshape(keys.shape)
    made = np.empty(drawn.shape)
    for month, first in enumerate(span.first_days[:-1]):
        days = slice(first, span.first_days[month + 1])
        most = np.ceil(pdtrik(1 - TAIL, mean[first])) if mean[first] else 0
        made[:, days] = np.searchsorted(pdtr(np.arange(most + 1), mean[first]), drawn[:, days])
    return made


def _and_total(values: Any) -> Floats:
    """(draws, townships) with their sum behind: (draws, townships + 1)."""
    return np.column_stack([values, values.sum(axis=1)])


def _faults(
    need: Mapping[str, Any],
    reserve: float | Mapping[str, float],
    span: Span,
    case: float,
    suspended_from: int,
    draws: int,
) -> list[str]:
    """What does not fit, a sentence each."""
    found = [] if need else [text("reserve.fault.none")]
    for name, monthly in need.items():
        given = _array(monthly)
        if given.shape not in ((), (span.months,)) or not (np.isfinite(given) & (given >= 0)).all():
            found.append(text("reserve.fault.need", name=name, months=span.months))
    held = dict(reserve) if isinstance(reserve, Mapping) else dict.fromkeys(need, reserve)
    for name in need.keys() - held.keys():
        found.append(text("reserve.fault.missing", name=name))
    for name, value in held.items():
        if name not in need:
            near = nearest(name, need)
            found.append(text("reserve.fault.township", name=name, nearest=near))
        elif not (is_number(value) and value >= 0):
            found.append(text("reserve.fault.reserve", name=name, value=value))
    if not (is_number(case) and case > 0):
        found.append(text("reserve.fault.case", value=case))
    if suspended_from not in range(span.months + 1):
        found.append(text("reserve.fault.suspended", value=suspended_from, months=span.months))
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 1:
        found.append(text("cash.fault.draws", value=draws))
    return found


def _array(given: Any) -> Floats:
    """As an array; NaN for what is no number, which is then refused."""
    try:
        return np.asarray(given, np.float64)
    except (TypeError, ValueError):
        return np.array(np.nan)
