"""How the cash calendar says dates and shares."""

import datetime

from jiuzhu_sim.language import in_brackets, language, text
from jiuzhu_sim.measures.table import Statistic
from jiuzhu_sim.outlook.money.cash_answer import CashAnswer
from jiuzhu_sim.outlook.need.forecast_numbers import Probability

SHARE = Statistic("cash_short_p", "share")
"""How probabilities are shown."""


def day(date: datetime.date | None, answer: CashAnswer) -> str:
    """A date as people say it, with its year where that is not the first one of the calendar."""
    if date is None:
        return text("cash.not_within")
    if language() == "en":
        # Day and month alone are read in two ways; with the year in front in one.
        return date.isoformat()
    key = "cash.day" if date.year == answer.span.start.year else "cash.day_of_year"
    return text(key, year=date.year, month=date.month, day=date.day)


def probable(found: Probability) -> str:
    """A probability with its error, both as shares.

    >>> probable(Probability(0.25, 0.02, 0.0))
    '25.00%（±2.00%）'
    """
    return in_brackets(SHARE.show(found.value), f"±{SHARE.show(found.error)}")


def percent(share: float) -> str:
    """A share that a user chose, without decimals.

    >>> percent(0.2)
    '20%'
    """
    return f"{share:.0%}"
