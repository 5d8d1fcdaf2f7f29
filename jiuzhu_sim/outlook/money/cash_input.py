"""What a user says about the money of a year: a budget, or a few amounts and dates of arrival."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.calendar import PAY_DAY, Span
from jiuzhu_sim.outlook.money.budget import Budget, budget_names, budget_of
from jiuzhu_sim.outlook.money.funds import Funds, Line
from jiuzhu_sim.outlook.need.uncertainty import Uncertainty
from jiuzhu_sim.policy import Policy

WAN = 10_000.0
"""Yuan in the unit in which budgets are written, 万元."""

MONTHS = 12
AMOUNTS = ("opening_balance", "local_amount", "upper_amount")
UNCERTAIN = {
    "caseload_growth": "caseload.median",
    "income_growth": "income.median",
    "delay_p": "delay.probability",
    "delay_days": "delay.days",
    "price_subsidy_p": "prices.probability",
}
"""Names by which a run says a number of the uncertainty."""

RESERVE = "temporary.reserve"
"""The law's reserve of a township (S2.8.4)."""

NOT_GIVEN = -1.0
"""An amount that is not given; 0 is an amount."""


@dataclass(frozen=True)
class Money:
    """The money to come, the budget it was read from (None: from the amounts given), and the
    month the calendar starts with.
    """

    funds: Funds
    budget: Budget | None = None
    start: str = ""


def money_of(given: Mapping[str, Any], policy: Policy) -> Money:
    """The money that a run names: `budget` (a place or a file), or the amounts `opening_balance`,
    `local_amount`, `upper_amount` (万元, -1 not given) and `arrivals` of the upper grant.

    Local money and the balance are there on the first day; the upper grant as `arrivals` says,
    on the 1st of the month, else on the first day too. Without either, the place's own budget.
    `start`: the first month, by default that of the budget's year, or of the law's.
    Raises, all at once, JZ-E089 for arrivals that are wrong, JZ-E032 for a budget and amounts
    together or none at all, JZ-E060 for a budget nobody has, and what reading a budget raises.

    >>> from jiuzhu_sim.policy import load_policy
    >>> given = {"budget": "", "opening_balance": 10.0, "local_amount": 0.0, "upper_amount": -1.0,
    ...          "arrivals": ["3:50", [9, 40]]}
    >>> money_of(given, load_policy("example-county")).funds.certain
    1000000.0
    """
    problems, start = Problems(), str(given.get("start") or "")
    named = str(given.get("budget") or "")
    amounts = {name: float(given.get(name, NOT_GIVEN)) for name in AMOUNTS}
    stated = {name: value for name, value in amounts.items() if value >= 0}
    try:
        arrivals = arrivals_of(given.get("arrivals") or ())
    except JZError as refused:
        problems.extend(refused.problems)
        arrivals = ()
    if named and (stated or given.get("arrivals")):
        problems.add("JZ-E032", "budget", name="budget", value=named, expected=text("cash.either"))
    upper = stated.get("upper_amount")
    in_parts = sum(amount for _, amount in arrivals)
    if upper is not None and arrivals and abs(upper - in_parts) > 0.005:
        expected = text("cash.parts_add_up", parts=f"{in_parts:,.2f}")
        problems.add(
            "JZ-E032", "arrivals", name="upper_amount", value=f"{upper:,.2f}", expected=expected
        )
    problems.raise_if_any()
    if stated or arrivals:
        return Money(_funds(stated, arrivals), None, start or f"{policy.at.year}-01")
    return _of_budget(named, policy, start)


def payment_of(given: Mapping[str, Any], policy: Policy) -> tuple[dict[str, Any], tuple[str, ...]]:
    """How payments go out, as options of `cash`, and the paths of the parameters of the law
    they were taken from: the calendar of town and country, and the pay day unless the run
    says one (`pay_day`, 0 for the law's). `reserve_floor` is in 万元.

    >>> from jiuzhu_sim.policy import load_policy
    >>> made, lawful = payment_of({"pay_day": 0}, load_policy("s42-county-2013"))
    >>> made["calendars"]["dibao.rural"], "payment.calendar.rural" in lawful
    ('quarterly_end', True)
    """
    calendars, lawful = {}, []
    for account in accounts().values():
        path = f"payment.calendar.{account.area}"
        if account.area and path in policy.values:
            calendars[account.key] = str(policy[path])
            lawful.append(path)
    pay_day = int(given.get("pay_day") or 0)
    if not pay_day and "payment.day" in policy.values:
        pay_day = int(policy["payment.day"])
        lawful.append("payment.day")
    options = {
        "calendars": calendars,
        "pay_day": pay_day or PAY_DAY,
        "floor": float(given.get("reserve_floor", 0.0)) * WAN,
    }
    options |= {name: given[name] for name in ("festival_month", "advance_days") if name in given}
    return options, tuple(dict.fromkeys(lawful))


def reserve_of(given: Mapping[str, Any], policy: Policy) -> float:
    """The reserve of each township for temporary assistance, yuan: the run's `township_reserve`
    (万元), else the law's; 0 where neither says one.

    >>> from jiuzhu_sim.policy import load_policy
    >>> policy = load_policy("s2-district-2022")
    >>> [reserve_of({"township_reserve": amount}, policy) for amount in (-1.0, 2.0)]
    [10000.0, 20000.0]
    """
    own = float(given.get("township_reserve", NOT_GIVEN))
    if own >= 0:
        return own * WAN
    return float(policy[RESERVE]) if RESERVE in policy.values else 0.0


def uncertainty_of(given: Mapping[str, Any]) -> Uncertainty:
    """What a run takes as not certain: as stated, with its own delay of grants (`delay_p`,
    `delay_days`) and months with a price subsidy (`price_subsidy_p`, a share); nothing at all
    without `chance`.

    >>> uncertainty_of({"delay_p": 0.5})["delay.probability"]
    0.5
    """
    if not given.get("chance", True):
        return Uncertainty.none()
    own = {path: given[name] for name, path in UNCERTAIN.items() if name in given}
    return Uncertainty.stated().changed(own)


def _of_budget(named: str, policy: Policy, start: str) -> Money:
    place = named or policy.place
    if not named and place not in budget_names():
        expected = text("cash.some_money")
        raise JZError.of("JZ-E032", "budget", name="budget", value=place, expected=expected)
    budget = budget_of(place, policy)
    start = start or budget.start
    # A reading may put a pot into another year; money of a past year stands for the one asked.
    years = {pot.year for pot in budget.pots}
    year = Span.of(start).start.year
    return Money(budget.funds_of(year if year in years else budget.year), budget, start)


def _funds(stated: Mapping[str, float], arrivals: Sequence[tuple[int, float]]) -> Funds:
    parts = arrivals or ((1, stated["upper_amount"]),) if "upper_amount" in stated else arrivals
    lines = [
        Line("all", kind, stated[name] * WAN)
        for kind, name in (("opening", "opening_balance"), ("local", "local_amount"))
        if name in stated
    ]
    return Funds((*lines, *(Line("all", "upper", amount * WAN, month) for month, amount in parts)))


def arrivals_of(entries: Sequence[Any]) -> tuple[tuple[int, float], ...]:
    """Arrivals as (month, 万元), each from a text ``月:万元`` or a pair; empty texts are left out.

    Raises JZ-E089, one for each entry that is wrong: no such form, a month that is none, an
    amount below 0 or no number.

    >>> arrivals_of(["3:1000", [7, 2900.5]]), arrivals_of(["９：８"])
    (((3, 1000.0), (7, 2900.5)), ((9, 8.0),))
    """
    problems, found = Problems(), []
    for number, entry in enumerate(entries, 1):
        if isinstance(entry, str) and not entry.strip():
            continue
        parts = _parts(entry)
        fault = "form" if parts is None else _fault(*parts)
        if fault or parts is None:
            reason = text(f"cash.arrival.{fault}")
            problems.add("JZ-E089", f"arrivals[{number}]", n=number, value=entry, reason=reason)
        else:
            found.append((int(parts[0]), parts[1]))
    problems.raise_if_any()
    return tuple(found)


def _parts(entry: Any) -> tuple[float, float] | None:
    """The two numbers of an entry, None where there are not two."""
    pair = entry.replace("：", ":").split(":") if isinstance(entry, str) else entry
    if not isinstance(pair, Sequence) or len(pair) != 2 or any(type(x) is bool for x in pair):
        return None
    try:
        month, amount = (float(str(part).replace(",", "").strip()) for part in pair)
    except ValueError:
        return None
    return month, amount


def _fault(month: float, amount: float) -> str:
    """What is wrong with a pair of numbers: ``month``, ``amount`` or nothing."""
    if month not in range(1, MONTHS + 1):
        return "month"
    return "" if 0 <= amount < float("inf") else "amount"
