"""The cash calendar of a year: as planned, with late grants, with a top-up, and the reserves."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.measures.table import Statistic, Table, stack
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.calendar import EVEN, FEN, Span
from jiuzhu_sim.outlook.money.cash import NEVER, Cash, cash, quantiles
from jiuzhu_sim.outlook.money.cash_input import Money
from jiuzhu_sim.outlook.money.funds import UPPER, Funds
from jiuzhu_sim.outlook.money.reserves import Reserves, reserves, split_need
from jiuzhu_sim.outlook.money.top_up import TopUp
from jiuzhu_sim.outlook.need.forecast import Forecast
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.rules.kit import MONTHS

Floats = NDArray[np.float64]

TEMPORARY = "temporary"
"""The account of temporary assistance."""

THIRDS = (1, 11, 21)
"""Days on which the thirds of a month (旬) begin."""


@dataclass(frozen=True)
class CashAnswer:
    """What the report of the cash calendar tells.

    `keys`, `need`: accounts and (draws, months, accounts) yuan, with the reported need of pots
    for which the model computes none (`reported`: their accounts). `cash`: the calendar; `late`:
    the same when every upper grant comes `late_days` later; `planned`: one certain run with the
    median need, `by_account` its payments (months, accounts), yuan, and `on_pay_days` (days,) what
    is paid on days of payment, not every day alike. `top_ups`: what has to come when, one for each
    pot whose risk is too high; `topped`: the calendar with them. `lawful`: paths of parameters of
    the law that the options were taken from. `reserves`: with approvals suspended from the month
    `suspended_from` on (0 for never), `unsuspended`: as if they were not (None without);
    `behind`: households in the data by township.
    """

    policy: Policy
    forecast: Forecast
    money: Money
    keys: tuple[str, ...]
    reported: tuple[str, ...]
    need: Floats
    options: Mapping[str, object]
    cash: Cash
    late: Cash
    late_days: int
    planned: Cash
    by_account: Floats
    on_pay_days: Floats
    risk: float
    top_ups: tuple[TopUp, ...]
    topped: Cash | None
    reserves: Reserves | None = None
    unsuspended: Reserves | None = None
    suspended_from: int = 0
    behind: Mapping[str, int] = field(default_factory=dict)
    lawful: tuple[str, ...] = ()

    @property
    def span(self) -> Span:
        """The months of the calendar."""
        return self.cash.span

    @property
    def has_grants(self) -> bool:
        """Whether any grant from above is to come, which may be late."""
        return any(line.kind == UPPER for line in self.money.funds.lines)

    @property
    def year_need(self) -> Floats:
        """Need of the accounts that some pot pays for, all months: (draws,) yuan."""
        made: Floats = sum(pot.asked.need.sum(axis=(1, 2)) for pot in self.cash.pots.values())
        return made

    def late_table(self) -> Table:
        """The lowest balance within each month, on time and late, with P10 to P90, yuan."""
        parts = [(middle, low, high) for low, middle, high in map(_lowest, (self.cash, self.late))]
        names = ("cash_lowest.on_time", "cash_lowest.late")
        return _table(self, "cash_late", "cash_month", self.span.names, names, parts, "yuan")

    def run_out_table(self) -> Table:
        """Share of draws whose money runs out in each third of a month, and of those it lasts."""
        days = self.cash.run_out
        starts = [
            (name, third, self.span.day(date(int(name[:4]), int(name[5:]), first)))
            for name in self.span.names
            for third, first in enumerate(THIRDS, 1)
        ]
        edges = [day for *_, day in starts]
        ran = days < NEVER
        third = np.searchsorted(edges, days[ran], side="right") - 1
        counts = np.bincount(third, minlength=len(edges))
        shares = np.append(counts, np.count_nonzero(~ran)) / len(days)
        keys = (*(f"{name}-{third}" for name, third, _ in starts), "never")
        blank = np.full(len(keys), np.nan)
        parts = [(shares, blank, blank)]
        return _table(self, "cash_run_out", "third", keys, ("draws_share",), parts, "share")


def cash_answer(
    forecast: Forecast,
    money: Money,
    *,
    late_days: int = 30,
    risk: float = 0.2,
    options: Mapping[str, object],
    lawful: tuple[str, ...] = (),
) -> CashAnswer:
    """The calendar of a forecast's need and the money to come.

    `options`: of `cash` (calendars, pay_day, festival_month, advance_days, floor).
    `late_days`: of the scenario in which upper grants come late; `risk`: the probability of
    running out that is accepted. Raises what `cash` raises.
    """
    keys, need, reported = with_reported(forecast, money)
    given: dict[str, Any] = {"accounts": keys, **options}
    draws: dict[str, Any] = {"seed": forecast.seed, "factors": forecast.factors}
    made = cash(need, forecast.start, money.funds, **draws, **given)
    certain = certain_funds(money.funds)
    median = np.round(np.median(need, axis=0), 2)
    planned = cash(median, forecast.start, certain, **given)
    alone = [
        cash(only, forecast.start, certain, **given)
        for only in (
            np.where(np.arange(len(keys)) == number, median, 0.0) for number in range(len(keys))
        )
    ]
    dated = [
        each.paid[0]
        for key, each in zip(keys, alone, strict=True)
        if made.asked.payment.calendars[key] != EVEN
    ]
    found = [made.top_up(risk, pot=name) for name in made.pots]
    needed = tuple(each for each in found if each.is_needed)
    topped = made
    for each in needed:
        topped = topped.with_line(each.line)
    return CashAnswer(
        policy=forecast.policy,
        forecast=forecast,
        money=money,
        keys=keys,
        reported=reported,
        need=need,
        options=options,
        cash=made,
        late=made.delayed(late_days),
        late_days=late_days,
        planned=planned,
        by_account=np.column_stack([each.payments[0] for each in alone]),
        on_pay_days=np.sum(dated, axis=0) if dated else np.zeros(planned.span.days),
        risk=risk,
        top_ups=needed,
        topped=topped if needed else None,
        lawful=lawful,
    )


def with_reserves(
    answer: CashAnswer, people: People, *, each: float = 0.0, suspended_from: int = 0
) -> CashAnswer:
    """The answer with the reserves for temporary assistance.

    Where a pot of the budget pays for nothing else, that pot is the reserve, its reported pace the
    need, and its own suspension counts unless another month is given. Else every township has
    `each` yuan (S2.8.4) and its persons' part of the need in the median; without any need, or
    with nothing in reserve, the answer stays as it is.
    """
    pots = answer.money.budget.pots if answer.money.budget else ()
    own = next((pot for pot in pots if pot.pot.accounts == (TEMPORARY,)), None)
    if own is not None and own.pot in answer.money.funds.pots:
        need = {own.pot.name: evenly(own.reported, answer.span.months)}
        reserve = answer.money.funds.total(own.pot.name)
        suspended_from = suspended_from or own.suspended_from
    elif TEMPORARY in answer.keys and each > 0:
        monthly = np.median(answer.need[:, :, answer.keys.index(TEMPORARY)], axis=0)
        need, reserve = split_need(people, monthly), each
        counts = np.bincount(people.numbers("township"), minlength=len(people.names["township"]))
        answer = replace(answer, behind=dict(zip(people.names["township"], counts, strict=True)))
    else:
        return answer
    options: dict[str, Any] = {
        "start": answer.forecast.start,
        "months": answer.span.months,
        "seed": answer.forecast.seed,
        "labels": {pot.name: pot.label for pot in answer.money.funds.pots},
    }
    free = reserves(need, reserve, **options)
    if not suspended_from:
        return replace(answer, reserves=free)
    stopped = reserves(need, reserve, suspended_from=suspended_from, **options)
    return replace(answer, reserves=stopped, unsuspended=free, suspended_from=suspended_from)


def with_reported(
    forecast: Forecast, money: Money
) -> tuple[tuple[str, ...], Floats, tuple[str, ...]]:
    """Accounts and need of a forecast, and the accounts whose need is the reported one: those of
    a pot for which the model computes nothing. What a reading of the budget adds is added.
    """
    known = [key for key in accounts() if key in forecast.accounts]
    need = {key: forecast.need[:, :, forecast.accounts.index(key)] for key in known}
    reported = []
    for pot in money.budget.pots if money.budget else ():
        own = [key for key in pot.pot.accounts if key in need and need[key].any()]
        if own and pot.added:
            need[own[0]] = need[own[0]] + evenly(pot.added, forecast.months)
        elif not own and pot.pot.accounts and np.isfinite(pot.reported):
            shape = forecast.need.shape[:2]
            need[pot.pot.accounts[0]] = np.broadcast_to(evenly(pot.reported, shape[1]), shape)
            reported.append(pot.pot.accounts[0])
    keys = tuple(key for key in accounts() if key in need)
    return keys, np.stack([need[key] for key in keys], axis=2), tuple(reported)


def evenly(year: float, months: int) -> Floats:
    """Yuan a year as yuan a month (months,), whole fen that add up to the year.

    >>> evenly(100.0, 12)[:3].tolist(), round(float(evenly(100.0, 12).sum()), 2)
    ([8.33, 8.34, 8.33], 100.0)
    """
    ends = np.rint(year * FEN * np.arange(months + 1) / MONTHS)
    made: Floats = np.diff(ends) / FEN
    return made


def certain_funds(funds: Funds) -> Funds:
    """The same money with neither chance in the amounts nor delay."""
    lines = tuple(replace(line, cv=0.0, delay_p=0.0, delay_days=0) for line in funds.lines)
    return Funds(lines, funds.pots)


def _lowest(made: Cash) -> Floats:
    """P10, P50, P90 of the lowest balance at the end of a day of each month: (3, months) yuan."""
    found: Floats = quantiles(np.minimum.reduceat(made.balance, made.span.first_days[:-1], axis=1))
    return found


def _table(
    answer: CashAnswer,
    name: str,
    dim: str,
    keys: tuple[str, ...],
    statistics: tuple[str, ...],
    parts: list[tuple[Floats, Floats, Floats]],
    unit: str,
) -> Table:
    values, low, high = stack(parts)
    return Table(
        name,
        (dim,),
        tuple((key,) for key in keys),
        tuple(Statistic(each, unit) for each in statistics),
        values,
        low,
        high,
        np.zeros(len(keys), dtype=np.int64),
        "figure",
        notes=(f"note.{name}",),
        fields={"policy": answer.policy.title},
        names=third_names(answer.span) if dim == "third" else month_names(answer.span),
    )


def month_names(span: Span) -> dict[str, dict[str, str]]:
    """Labels of the months of a span: as they are written."""
    return {name: dict.fromkeys(("zh", "en"), name) for name in span.names}


def third_names(span: Span) -> dict[str, dict[str, str]]:
    """Labels of the thirds of the months of a span, zh and en."""
    words = (("上旬", "early"), ("中旬", "mid"), ("下旬", "late"))
    made = {"never": {"zh": "用到期末", "en": "lasts to the end"}}
    for name in span.names:
        for third, (chinese, english) in enumerate(words, 1):
            chinese = f"{int(name[5:])}月{chinese}"
            made[f"{name}-{third}"] = {"zh": chinese, "en": f"{english} {name}"}
    return made
