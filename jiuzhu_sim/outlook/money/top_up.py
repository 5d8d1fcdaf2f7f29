"""The latest date and the least amount of a top-up that keeps the risk of running out in bounds.

Found from the balances, then proven: the cash is run again with the top-up, with one step less,
and with the same a day later.
"""

import datetime
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.months.calendar import FEN, NEVER, in_fen
from jiuzhu_sim.outlook.money.funds import TOPUP, Line
from jiuzhu_sim.outlook.need.forecast_numbers import Probability

if TYPE_CHECKING:
    from jiuzhu_sim.outlook.money.cash import Cash

RISK = 0.2
"""The usual tolerance: 80 % sure."""

STEP = 10_000.0
"""Amounts are asked for in whole 万元."""


@dataclass(frozen=True)
class TopUp:
    """A top-up of a pot: `amount` yuan, there on the morning of `day` at the latest.

    Nothing is needed when the date is None. `before`, `after`, `less`, `later`: the probability of
    running out without it, with it, with one step less, and with it a day later.
    """

    pot: str
    risk: float
    step: float
    date: datetime.date | None
    day: int
    amount: float
    before: Probability
    after: Probability
    less: Probability
    later: Probability

    @property
    def is_needed(self) -> bool:
        return self.date is not None

    @property
    def line(self) -> Line:
        """The arrival to add to the funds; JZ-E088 where nothing is needed."""
        if self.date is None:
            raise JZError.of("JZ-E088", self.pot, reason=text("cash.fault.no_top_up"))
        return line_on(self.pot, self.amount, self.date)


def line_on(pot: str, amount: float, date: datetime.date) -> Line:
    """A certain arrival on a date."""
    line = Line(pot, TOPUP, amount, month=date.month, day=date.day, cv=0.0, delay_p=0.0)
    return replace(line, year=date.year)


def top_up(cash: "Cash", risk: float = RISK, step: float = STEP, pot: str = "") -> TopUp:
    """The latest date, and for that date the least amount in whole `step` yuan, with which the
    pot's money runs out in no more than `risk` of the draws.

    `pot` may be left out where there is only one. Raises JZ-E088 for a risk outside 0–1, a step of
    0 or less, no or an unknown pot.
    """
    one = cash.pots[_asked(cash, risk, step, pot)] if cash.pots else cash
    name = one.funds.pots[0].name
    allowed = math.floor(risk * one.draws + 1e-9)
    if np.count_nonzero(one.runs_out) <= allowed:
        none = one.probability
        return TopUp(name, risk, step, None, NEVER, 0.0, none, none, none, none)
    day = int(np.sort(one.run_out)[allowed])
    date = one.span.date(day)
    lost = int(np.count_nonzero(one.run_out < day))
    missing = np.sort(_shortage(one, day))[::-1][allowed - lost]
    amount = math.ceil(missing / round(step * FEN)) * step

    def run(amount: float, date: datetime.date) -> Probability:
        if amount <= 0 or one.span.day(date) >= one.span.days:
            return one.probability
        return one.with_line(line_on(name, amount, date)).probability

    tomorrow = date + datetime.timedelta(days=1)
    less, later = run(amount - step, date), run(amount, tomorrow)
    return TopUp(
        name, risk, step, date, day, amount, one.probability, run(amount, date), less, later
    )


def _shortage(cash: "Cash", day: int) -> NDArray[np.int64]:
    """What must come on a day for all payments from then on, whole fen, by draw not yet run out."""
    still = cash.run_out >= day
    balance, asked = cash.balance[still, day:], cash.paid[still, day:] > 0
    lowest = np.where(asked, balance, np.inf).min(axis=1)
    lowest = np.where(np.isfinite(lowest), lowest, cash.floor)  # nothing more to pay
    return in_fen(np.maximum(cash.floor - lowest, 0.0))


def _asked(cash: "Cash", risk: float, step: float, pot: str) -> str:
    """The pot that is meant, when all that was asked makes sense."""
    problems, names, where = Problems(), list(cash.pots), text("cash.where")
    if not (isinstance(risk, int | float) and 0 <= risk <= 1):
        problems.add("JZ-E088", where, reason=text("cash.fault.risk", value=risk))
    is_number = isinstance(step, int | float) and math.isfinite(step)
    if not (is_number and round(step * FEN) >= 1):
        problems.add("JZ-E088", where, reason=text("cash.fault.step", value=step))
    if not pot and len(names) > 1:
        reason = text("cash.fault.which_pot", known=", ".join(names))
        problems.add("JZ-E088", where, reason=reason)
    if pot and pot not in names:
        reason = text("funds.fault.pot", pot=pot, nearest=nearest(str(pot), names))
        problems.add("JZ-E088", where, reason=reason)
    problems.raise_if_any()
    return pot or names[0]
