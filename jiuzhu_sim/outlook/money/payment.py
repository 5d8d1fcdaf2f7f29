"""How assistance is paid out: calendars by account, pay day, festival, floor of the balance."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.calendar import (
    DAY_LAST,
    EVEN,
    NEVER,
    PAY_DAY,
    SCHEMES,
    Ints,
    Span,
    by_day,
    in_fen,
    pay_days,
)
from jiuzhu_sim.outlook.money.funds import Funds, Pot
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.rules.kit import MONTHS

Floats = NDArray[np.float64]

ADVANCE_DAYS = 15
"""How long before the 1st of the festival month its payment goes out, unless said otherwise."""


@dataclass(frozen=True)
class Payment:
    """How payments go out: calendars by account, pay day, festival, floor of the balance."""

    calendars: Mapping[str, str]
    pay_day: int = PAY_DAY
    festival_month: int = 0
    advance_days: int = ADVANCE_DAYS
    floor: float = 0.0


@dataclass(frozen=True)
class Asked:
    """What is to be paid, and how: need (draws, months, accounts) yuan of `accounts` over `span`.

    `seed` and `factors` of a forecast decide the draws of what arrives.
    """

    need: Floats
    span: Span
    accounts: tuple[str, ...]
    payment: Payment
    seed: int
    factors: Mapping[str, Floats] | None

    def of(self, pot: Pot) -> "Asked":
        """What a pot pays for."""
        places = [place for place, key in enumerate(self.accounts) if pot.pays(key)]
        own = tuple(self.accounts[place] for place in places)
        return replace(self, need=self.need[..., places], accounts=own)

    def unpaid(self, funds: Funds) -> tuple[str, ...]:
        """The accounts with need for which no pot pays."""
        return tuple(
            key
            for place, key in enumerate(self.accounts)
            if self.need[..., place].any() and not any(pot.pays(key) for pot in funds.pots)
        )

    def payments(self) -> tuple[Ints, Ints]:
        """What is paid by day (draws, days), and what is owed at the end (draws,), whole fen."""
        fen, rules = in_fen(self.need), self.payment
        days = pay_days(self.span, rules.pay_day, rules.festival_month, rules.advance_days)
        paid = np.zeros((len(fen), self.span.days), np.int64)
        owed = np.zeros(len(fen), np.int64)
        for scheme in SCHEMES:
            keys = self.accounts
            places = [place for place, key in enumerate(keys) if rules.calendars[key] == scheme]
            if places:
                out, later = by_day(fen[..., places].sum(axis=-1), scheme, self.span, days)
                paid += out
                owed += later
        return paid, owed


def default_calendars() -> dict[str, str]:
    """Where nobody says otherwise: by the month, temporary assistance as the need arises."""
    return {key: EVEN if key == "temporary" else "monthly" for key in accounts()}


def payment_of(policy: Policy) -> dict[str, Any]:
    """Calendars by account and pay day as the law has them: arguments of `cash`.

    The parameters speak of dibao; tekun and the price subsidy go out with it.

    >>> from jiuzhu_sim.policy import load_policy
    >>> found = payment_of(load_policy("s1-county-2020"))
    >>> found["calendars"]["dibao.rural"], found["pay_day"]
    ('quarterly', 10)
    """
    calendars = {
        account.key: str(policy[f"payment.calendar.{account.area}"])
        for account in accounts().values()
        if account.area
    }
    return {"calendars": calendars, "pay_day": int(policy["payment.day"])}


def faults_of(
    need: Floats,
    keys: tuple[str, ...],
    rules: Payment,
    draws: int,
    factors: Mapping[str, Floats] | None,
) -> list[str]:
    """What does not fit, a sentence each."""
    found = []
    fits = need.ndim == 3 and need.shape[2] == len(keys) and need.size > 0
    if not fits:
        shape = " × ".join(map(str, need.shape))
        found.append(text("cash.fault.shape", shape=shape, accounts=len(keys)))
    elif not (np.isfinite(need).all() and (need >= 0).all()):
        found.append(text("cash.fault.need"))
    for key in {*keys, *rules.calendars} - {*accounts()}:
        near = nearest(key, accounts())
        found.append(text("funds.fault.account", account=key, nearest=near))
    for key, scheme in rules.calendars.items():
        if scheme not in SCHEMES:
            near, known = nearest(str(scheme), SCHEMES), ", ".join(SCHEMES)
            said = {"account": key, "scheme": scheme, "nearest": near, "known": known}
            found.append(text("cash.fault.scheme", **said))
    ranges = {
        "pay_day": (rules.pay_day, 1, DAY_LAST),
        "festival_month": (rules.festival_month, 0, MONTHS),
        "advance_days": (rules.advance_days, 0, NEVER),
        "draws": (draws, 1, NEVER),
    }
    for name, (value, low, high) in ranges.items():
        is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not (is_whole and low <= value <= high):
            found.append(text(f"cash.fault.{name}", value=value))
    if not (_is_number(rules.floor) and np.isfinite(rules.floor)):
        found.append(text("cash.fault.floor", value=rules.floor))
    n = max(len(need), draws) if _is_number(draws) else 0
    for name, drawn in (factors or {}).items():
        if fits and np.shape(drawn) != (n,) and name in ("transfers", "delay"):
            found.append(text("cash.fault.factors", name=name, draws=n))
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)
