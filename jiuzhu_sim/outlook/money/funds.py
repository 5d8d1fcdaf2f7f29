"""Money to come: which pots there are, what each may pay for, what arrives when, and how surely.

Yuan throughout. A draw of an arrival is keyed by the line itself, so adding a line or changing an
amount leaves the luck of the others as it was.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import Problems, nearest
from jiuzhu_sim.language import in_brackets, pick, text
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.calendar import DAY_LAST, FEN, Span
from jiuzhu_sim.population.draws import normal, uniform
from jiuzhu_sim.rules.kit import MONTHS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OPENING, LOCAL, UPPER, TOPUP, INPUT = "opening", "local", "upper", "topup", "input"
KINDS = (OPENING, LOCAL, UPPER, TOPUP, INPUT)
"""What was left over (there from the first day), the county's own budget, grants from above, a
later addition, and money of which the document does not say whose it is."""

WHOLE = "all"

WHOLE_NUMBERS = ("month", "day", "year", "delay_days")

YEAR_FIRST, YEAR_LAST = 1990, 2100
"""The years money can be of: a slip of the pen lies outside."""


@dataclass(frozen=True)
class Pot:
    """Money that may pay for some accounts only; no `accounts` means for all of them."""

    name: str
    label: Mapping[str, str]
    accounts: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return pick(self.label)

    def pays(self, account: str) -> bool:
        return not self.accounts or account in self.accounts


ALL = Pot(WHOLE, {"zh": "全部救助资金", "en": "All assistance money"})


@dataclass(frozen=True)
class Line:
    """One arrival: `amount` yuan on `day` of the calendar month `month`, the first in the span,
    or that of `year` where one is given (a span of more than twelve months has two of each).

    `cv`: standard deviation over mean of the amount, which is the mean. With probability `delay_p`
    it comes `delay_days` later. None for a grant from above means as the forecast's uncertainty
    says, for other money that it is certain; 0 is certain whatever the forecast says. `label`: a
    text, or one in each language.
    """

    pot: str
    kind: str
    amount: float
    month: int = 1
    day: int = 1
    cv: float | None = None
    delay_p: float | None = None
    delay_days: int = 0
    label: Any = ""
    status: str = "given"
    source: str = ""
    year: int | None = None

    @property
    def title(self) -> str:
        """Its own label, else what kind of money it is."""
        if not self.label:
            return text(f"fund_kind.{self.kind}") if self.kind in KINDS else str(self.kind)
        return pick(self.label) if isinstance(self.label, Mapping) else str(self.label)

    def day_number(self, span: Span) -> int:
        """The day of the span on which it is due; past the end where its month is not in it."""
        if self.kind == OPENING:
            return 0
        ahead = (self.month - span.start.month) % MONTHS
        if self.year is not None:
            ahead = (self.year - span.start.year) * MONTHS + self.month - span.start.month
        return int(span.on(self.day)[ahead]) if 0 <= ahead < span.months else span.days


@dataclass(frozen=True)
class Arrivals:
    """What comes and when, by draw: `amount` (draws, lines) yuan, `day` (draws, lines) from 0."""

    amount: Floats
    day: Ints

    def total(self, days: int | None = None) -> Floats:
        """All that arrives, yuan (draws,); with `days`, what arrives before that day number."""
        counted = self.amount if days is None else self.amount * (self.day < days)
        total: Floats = np.rint(counted.sum(axis=1) * FEN) / FEN
        return total


@dataclass(frozen=True)
class Funds:
    """All money to come, in one pot or several; checked when made.

    Raises JZ-E087 with every fault: a negative amount, a month 13, a probability above 1, a pot
    that is not there, that is empty of accounts, or that shares an account with another.

    >>> funds = Funds((Line("all", "opening", 100.0), Line("all", "upper", 900.0, month=6)))
    >>> funds.certain, funds.draws(2, seed=1).day.tolist()
    (1000.0, [[0, 151], [0, 151]])
    """

    lines: tuple[Line, ...]
    pots: tuple[Pot, ...] = (ALL,)
    where: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple(self.lines))
        object.__setattr__(self, "pots", tuple(self.pots))
        problems = Problems()
        for place, reason in (*_faults_of_pots(self.pots), *_faults_of_lines(self)):
            problems.add("JZ-E087", " · ".join(filter(None, (self.where, place))), reason=reason)
        problems.raise_if_any()

    @property
    def certain(self) -> float:
        """All that is planned, yuan."""
        return self.total()

    def due(self, span: Span) -> NDArray[np.bool_]:
        """Which lines are due within the span, however late they may then come: (lines,)."""
        return np.array([line.day_number(span) < span.days for line in self.lines], bool)

    def total(self, pot: str = "") -> float:
        """What is planned for a pot, or in all, yuan."""
        amounts = [line.amount for line in self.lines if pot in ("", line.pot)]
        return round(sum(amounts), 2)

    def planned(self, pot: str, span: Span | None = None) -> float:
        """What is planned for a pot (and due in the `span`), of an uncertain amount the median,
        yuan."""
        counted = [True] * len(self.lines) if span is None else self.due(span)
        lines = [line for line, is_due in zip(self.lines, counted, strict=True) if is_due]
        spread = [(line.amount, line.cv or 0.0) for line in lines if line.pot == pot]
        return round(sum(amount / math.sqrt(1 + cv**2) for amount, cv in spread), 2)

    def pot(self, name: str) -> Pot:
        """A pot by name; KeyError where there is none."""
        return {pot.name: pot for pot in self.pots}[name]

    def of(self, name: str) -> "Funds":
        """The money of one pot."""
        lines = tuple(line for line in self.lines if line.pot == name)
        return Funds(lines, (self.pot(name),), self.where)

    def with_line(self, line: Line) -> "Funds":
        return replace(self, lines=(*self.lines, line))

    def delayed(self, days: int) -> "Funds":
        """The same with every grant from above so many days late, for certain."""
        late = [
            replace(line, delay_p=1.0, delay_days=days) if line.kind == UPPER else line
            for line in self.lines
        ]
        return replace(self, lines=tuple(late))

    def draws(
        self,
        n: int,
        *,
        seed: int,
        start: object = "2025-01",
        factors: Mapping[str, Floats] | None = None,
    ) -> Arrivals:
        """Amounts and days of all lines in `n` draws.

        `factors` of a forecast: ``transfers`` (n,) multiplies the grants from above that say
        nothing of their own, ``delay`` (n,) days hold them up. `start` is the first month of the
        span from which days are numbered.
        """
        span, ids, factors = Span.of(start), np.arange(n), factors or {}
        amount = np.empty((n, len(self.lines)))
        day = np.empty((n, len(self.lines)), np.int64)
        for place, (line, key) in enumerate(zip(self.lines, self._keys(), strict=True)):
            grant = line.kind == UPPER
            shared = factors.get("transfers", 1.0) if grant and line.cv is None else 1.0
            share = _lognormal(line.cv, seed, ids, key) if line.cv else shared
            amount[:, place] = np.rint(line.amount * share * FEN) / FEN
            late: Ints | int = 0
            if line.delay_p:
                late = (uniform(seed, ids, f"funds.delay:{key}") < line.delay_p) * line.delay_days
            elif grant and line.delay_p is None and "delay" in factors:
                late = np.rint(factors["delay"]).astype(np.int64)
            day[:, place] = line.day_number(span) + late
        return Arrivals(amount, day)

    def _keys(self) -> Iterator[str]:
        """A name for each line, by what it is: its place among the others does not matter."""
        seen: Counter[str] = Counter()
        for line in self.lines:
            label = line.label if isinstance(line.label, str) else line.label["zh"]
            name = f"{line.pot}:{line.kind}:{line.month}:{line.day}:{label}"
            name += f":{line.year}" if line.year is not None else ""
            seen[name] += 1
            yield f"{name}:{seen[name]}"


def _lognormal(cv: float, seed: int, ids: Ints, key: str) -> Floats:
    """Multipliers with mean 1 and this standard deviation."""
    spread = np.sqrt(np.log1p(cv**2))
    made: Floats = np.exp(spread * normal(seed, ids, f"funds.amount:{key}") - spread**2 / 2)
    return made


def _faults_of_pots(pots: tuple[Pot, ...]) -> Iterator[tuple[str, str]]:
    """Where and why: pots that are there twice, pay for nothing known or for what another pays."""
    taken: dict[str, str] = {}
    names = Counter(pot.name for pot in pots)
    yield from ((name, text("funds.fault.twice")) for name, n in names.items() if n > 1)
    if not pots:
        yield "", text("funds.fault.no_pot")
    for pot in pots:
        for account in pot.accounts or accounts():
            if account not in accounts():
                near = nearest(account, accounts())
                yield pot.name, text("funds.fault.account", account=account, nearest=near)
            elif account in taken and taken[account] != pot.name:
                other = taken[account]
                yield pot.name, text("funds.fault.shared", account=account, other=other)
            taken.setdefault(account, pot.name)


def _faults_of_lines(funds: Funds) -> Iterator[tuple[str, str]]:
    """Where and why: numbers out of range, unknown kinds and pots, pots without money."""
    names = [pot.name for pot in funds.pots]
    for number, line in enumerate(funds.lines, 1):
        place = in_brackets(text("funds.line", number=number), line.title)
        if line.kind not in KINDS:
            near = nearest(str(line.kind), KINDS)
            fault = text("funds.fault.kind", kind=line.kind, nearest=near, known=", ".join(KINDS))
            yield place, fault
        if not isinstance(line.label, str | Mapping):
            yield place, text("funds.fault.form", name="label", expected=text("funds.form.label"))
        if line.pot not in names:
            near = nearest(str(line.pot), names)
            yield place, text("funds.fault.pot", pot=line.pot, nearest=near)
        for name, value, low, high in _ranges(line):
            fits = _is_number(value) and low <= value <= high
            if not fits or (name in WHOLE_NUMBERS and value != int(value)):
                yield place, text(f"funds.fault.{name}", value=value)
    for name in names:
        if all(line.pot != name for line in funds.lines):
            yield name, text("funds.fault.empty")


def _ranges(line: Line) -> Iterator[tuple[str, float, float, float]]:
    """Each number of a line with the least and the most it may be."""
    largest = np.finfo(np.float64).max
    yield "amount", line.amount, 0, largest
    yield "month", line.month, 1, MONTHS
    yield "day", line.day, 1, DAY_LAST
    if line.year is not None:
        yield "year", line.year, YEAR_FIRST, YEAR_LAST
    yield "cv", line.cv or 0, 0, largest
    yield "delay_p", line.delay_p or 0, 0, 1
    yield "delay_days", line.delay_days, 0, largest


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)
