"""Daily cash: what comes in, what is paid, what is left, and the day on which it runs out.

The balance is kept on paper: payments go on when the money is gone, so a negative balance is need
that is not met (or met late, when a later arrival lifts it again). Within a day money arrives
before it is paid.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.months.accounts import accounts as all_accounts
from jiuzhu_sim.months.calendar import FEN, NEVER, PAY_DAY, Ints, Span, in_fen
from jiuzhu_sim.outlook.money.funds import OPENING, Funds, Line
from jiuzhu_sim.outlook.money.payment import (
    ADVANCE_DAYS,
    Asked,
    Payment,
    default_calendars,
    faults_of,
    payment_of,
)
from jiuzhu_sim.outlook.money.top_up import RISK, STEP, TopUp, top_up
from jiuzhu_sim.outlook.need.forecast_numbers import Probability, probability

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

BAND = (0.1, 0.5, 0.9)
"""The quantiles shown: P10, P50, P90."""

SHOWN = ("opening", "arrivals", "payments", "closing")


@dataclass(frozen=True)
class RunOut:
    """The dates before which the money runs out in 10, 50 and 90 of 100 draws.

    None: not within the span. `probability` that it runs out at all.
    """

    p10: datetime.date | None
    p50: datetime.date | None
    p90: datetime.date | None
    probability: Probability


@dataclass(frozen=True)
class Cash:
    """Money by day and draw; made by `cash`.

    `balance` (draws, days): yuan at the end of the day, on paper; `arrived`, `paid` (draws, days)
    yuan. `run_out` (draws,): the first day on which a payment would leave less than the floor, or
    `NEVER`. `opening` (draws,) was left over, `owed` (draws,) falls due after the span. With
    several pots `pots` holds each; the whole is their sum, and runs out with the first of them.
    """

    asked: Asked
    funds: Funds
    opening: Floats
    arrived: Floats
    paid: Floats
    balance: Floats
    run_out: Ints
    owed: Floats
    pots: Mapping[str, "Cash"]

    @property
    def span(self) -> Span:
        return self.asked.span

    @property
    def floor(self) -> float:
        """What each pot must keep, yuan."""
        return self.asked.payment.floor

    @property
    def uncovered(self) -> tuple[str, ...]:
        """The accounts with need for which no pot pays."""
        return self.asked.unpaid(self.funds)

    @property
    def arrivals(self) -> Floats:
        """What arrives by month, yuan: (draws, months). What was left over is not among it."""
        return self._by_month(self.arrived)

    @property
    def payments(self) -> Floats:
        """What is paid by month, on paper, yuan: (draws, months)."""
        return self._by_month(self.paid)

    def _by_month(self, daily: Floats) -> Floats:
        return np.add.reduceat(in_fen(daily), self.span.first_days[:-1], axis=1) / FEN

    @property
    def draws(self) -> int:
        return len(self.balance)

    @property
    def runs_out(self) -> Bools:
        """Whether the money runs out within the span: (draws,)."""
        return self.run_out < NEVER

    @property
    def probability(self) -> Probability:
        """That it does."""
        return probability(self.runs_out)

    @property
    def closing(self) -> Floats:
        """Balance at the end of the span, on paper, yuan: (draws,)."""
        return self.balance[:, -1]

    @property
    def unmet(self) -> Floats:
        """Need not met by the end of the span, yuan (draws,): pots do not help each other out."""
        parts = tuple(self.pots.values()) or (self,)
        short = [np.maximum(-each.closing, 0.0) for each in parts]
        total: Floats = np.rint(np.sum(short, axis=0) * FEN) / FEN
        return total

    def date(self, day: int) -> datetime.date | None:
        """The date of a day number; None for `NEVER`."""
        return None if day >= NEVER else self.span.date(day)

    def fan(self) -> Floats:
        """P10, P50 and P90 of the balance of each day, yuan: (3, days)."""
        return quantiles(self.balance)

    def again(self, funds: Funds) -> "Cash":
        """The same need and calendar with other money."""
        return _run(self.asked, funds)

    def delayed(self, days: int) -> "Cash":
        """The same with every grant from above so many days late."""
        return self.again(self.funds.delayed(days))

    def with_line(self, line: Line) -> "Cash":
        """The same with one more arrival."""
        return self.again(self.funds.with_line(line))

    def run_out_dates(self) -> RunOut:
        """When the money runs out, over all draws: a date in the table is the first day that a
        payment cannot be made in so many of 100 draws."""
        p10, p50, p90 = (self.date(int(day)) for day in quantiles(self.run_out))
        return RunOut(p10, p50, p90, self.probability)

    def lasts_to_dates(self) -> RunOut:
        """The last day on which all payments could be made: the day before."""
        found = self.run_out_dates()
        day = datetime.timedelta(days=1)
        p10, p50, p90 = (each and each - day for each in (found.p10, found.p50, found.p90))
        return RunOut(p10, p50, p90, found.probability)

    def top_up(self, risk: float = RISK, step: float = STEP, pot: str = "") -> TopUp:
        """The latest date and the least amount that bring the risk of running out to `risk`; see
        `jiuzhu_sim.outlook.money.top_up`."""
        return top_up(self, risk, step, pot)

    def run_out_by(self) -> Floats:
        """The share of draws that have run out by the end of each day: (days,)."""
        counts = np.bincount(self.run_out[self.runs_out], minlength=self.span.days)
        return np.cumsum(counts) / self.draws

    def _flows(self) -> Floats:
        """Opening, arrivals, payments and closing by month: (4, draws, months) yuan."""
        closing = self.balance[:, self.span.first_days[1:] - 1]
        opening = np.column_stack([self.opening, closing[:, :-1]])
        return np.stack([opening, self.arrivals, self.payments, closing])

    def sheet(self, draw: int = 0) -> Floats:
        """Opening, arrivals, payments and closing by month of one draw: (months, 4) yuan.

        What was left over stands in the opening of the first month, not among the arrivals.
        """
        return self._flows()[:, draw].T

    def months_table(self) -> Table:
        """Opening, arrivals, payments and closing by month: P50, from P10 to P90, and the share of
        draws in which the money has run out by the end of the month."""
        low, middle, high = np.moveaxis(quantiles(self._flows(), axis=1), 2, 1)
        by = self.run_out_by()[self.span.first_days[1:] - 1]
        blank = np.full(self.span.months, np.nan)
        notes = ["note.cash_band"] if self.draws > 1 else []
        heads = [Statistic(f"cash_{name}", "yuan") for name in SHOWN]
        return Table(
            name="cash_months",
            dims=("cash_month",),
            rows=tuple((name,) for name in self.span.names),
            statistics=(*heads, Statistic("cash_short_p", "share")),
            values=np.column_stack([middle, by]),
            low=np.column_stack([low, blank]),
            high=np.column_stack([high, blank]),
            n=np.full(self.span.months, self.draws),
            per="figure",
            notes=(*notes, "note.cash_paper"),
            names={name: {"zh": name, "en": name} for name in self.span.names},
            disjoint=False,
        )


def cash(
    need: Floats,
    start: Any,
    funds: Funds,
    *,
    accounts: tuple[str, ...] | None = None,
    calendars: Mapping[str, str] | None = None,
    pay_day: int = PAY_DAY,
    festival_month: int = 0,
    advance_days: int = ADVANCE_DAYS,
    floor: float = 0.0,
    draws: int = 1,
    seed: int = 1,
    factors: Mapping[str, Floats] | None = None,
) -> Cash:
    """Daily cash of a need and the money for it.

    `need`: (draws, months, accounts) or (months, accounts) yuan, the last axis in the order of
    `accounts` (all of them by default); a single row stands for `draws` draws. `calendars`: how
    each account is paid (`SCHEMES`; by the month where nothing is said, temporary assistance
    evenly by day). `festival_month` (1–12, 0 none) is paid `advance_days` before its 1st. `floor`:
    what each pot must keep, yuan. `factors`: those of the forecast, for the grants from above.

    Raises JZ-E088 with everything that does not fit, JZ-E007 for a bad start.

    >>> from jiuzhu_sim.outlook.money.funds import Line
    >>> funds = Funds((Line("all", "opening", 250.0),))
    >>> made = cash(np.full((12, 1), 100.0), "2025-01", funds, accounts=("dibao.rural",))
    >>> made.run_out_dates().p50.isoformat(), made.closing.tolist()
    ('2025-03-10', [-950.0])
    """
    need = _array(need)
    need = need[None] if need.ndim == 2 else need
    keys = tuple(all_accounts()) if accounts is None else tuple(accounts)
    payment = Payment(
        {**default_calendars(), **(calendars or {})},
        pay_day,
        festival_month,
        advance_days,
        floor,
    )
    problems = Problems()
    for reason in faults_of(need, keys, payment, draws, factors):
        problems.add("JZ-E088", text("cash.where"), reason=reason)
    problems.raise_if_any()
    if len(need) == 1 and draws > 1:
        need = np.broadcast_to(need, (draws, *need.shape[1:]))
    return _run(Asked(need, Span.of(start, need.shape[1]), keys, payment, seed, factors), funds)


def _array(need: Any) -> Floats:
    """As an array; what is no number is left for `faults_of` to refuse."""
    try:
        return np.atleast_2d(np.asarray(need, np.float64))
    except (TypeError, ValueError):
        return np.zeros((0, 0))


def cash_of(forecast: Any, funds: Funds, **options: Any) -> Cash:
    """`cash` of a forecast: its need, start and accounts, its draws of grants and delays, and the
    payment calendar of its law; `options` are those of `cash` and come first."""
    given = {
        "accounts": forecast.accounts,
        "seed": forecast.seed,
        "factors": forecast.factors,
        **payment_of(forecast.policy),
    }
    return cash(forecast.need, forecast.start, funds, **(given | options))


def quantiles(values: Any, axis: int = 0) -> Any:
    """P10, P50, P90 along the axis of the draws, (3, …): values that were drawn, none between."""
    ordered = np.sort(np.moveaxis(np.asarray(values), axis, -1), axis=-1)
    places = np.ceil(np.array(BAND) * ordered.shape[-1] - 1e-9).astype(int) - 1
    return np.moveaxis(ordered[..., np.maximum(places, 0)], -1, 0)


def _run(asked: Asked, funds: Funds) -> Cash:
    """Cash of each pot, and of all together."""
    if len(funds.pots) == 1:
        one = _pot(asked.of(funds.pots[0]), funds)
        return replace(one, asked=asked, pots={funds.pots[0].name: one})
    pots = {pot.name: _pot(asked.of(pot), funds.of(pot.name)) for pot in funds.pots}
    parts = list(pots.values())

    def together(name: str) -> Floats:
        made: Floats = np.sum([in_fen(getattr(part, name)) for part in parts], axis=0) / FEN
        return made

    return Cash(
        asked,
        funds,
        opening=together("opening"),
        arrived=together("arrived"),
        paid=together("paid"),
        balance=together("balance"),
        run_out=np.min([part.run_out for part in parts], axis=0),
        owed=together("owed"),
        pots=pots,
    )


def _pot(asked: Asked, funds: Funds) -> Cash:
    """Cash of one pot."""
    paid, owed = asked.payments()
    come, opening = _arriving(asked, funds)
    balance = opening[:, None] + np.cumsum(come - paid, axis=1)
    short = (balance < round(asked.payment.floor * FEN)) & (paid > 0)
    return Cash(
        asked,
        funds,
        opening=opening / FEN,
        arrived=come / FEN,
        paid=paid / FEN,
        balance=balance / FEN,
        run_out=np.where(short.any(axis=1), short.argmax(axis=1), NEVER),
        owed=owed / FEN,
        pots={},
    )


def _arriving(asked: Asked, funds: Funds) -> tuple[Ints, Ints]:
    """What arrives by day (draws, days) and what was there from the first (draws,), whole fen."""
    draws, span = len(asked.need), asked.span
    drawn = funds.draws(draws, seed=asked.seed, start=span, factors=asked.factors)
    amount = in_fen(drawn.amount)
    left_over = np.array([line.kind == OPENING for line in funds.lines], bool)
    come = np.zeros((draws, span.days), np.int64)
    for place in np.flatnonzero(~left_over):
        rows = np.flatnonzero(drawn.day[:, place] < span.days)
        come[rows, drawn.day[rows, place]] += amount[rows, place]
    return come, amount[:, left_over].sum(axis=1)
