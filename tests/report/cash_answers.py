"""Small cash calendars whose numbers can be worked out by hand."""

from types import SimpleNamespace

import numpy as np

from jiuzhu_sim.months.calendar import Span
from jiuzhu_sim.outlook.money.budget import budget_of
from jiuzhu_sim.outlook.money.cash_answer import cash_answer, with_reserves
from jiuzhu_sim.outlook.money.cash_input import Money
from jiuzhu_sim.outlook.money.funds import Funds, Line
from jiuzhu_sim.outlook.need.uncertainty import Uncertainty
from jiuzhu_sim.policy import load_policy

PAYMENT = {"calendars": {}, "pay_day": 10, "festival_month": 0, "advance_days": 15, "floor": 0.0}
FUNDS = Funds(
    (
        Line("all", "opening", 1000.0),
        Line("all", "local", 1200.0, month=2),
        Line("all", "upper", 900.0, month=7),
    )
)
"""Lasts, at 300 a month, for ten payments: to October, the eleventh is short by 200."""


def forecast_of(need, place="example-county", start="2025-01", accounts=("dibao.rural",)):
    """What the calendar reads of a forecast: `need` (draws, months, accounts)."""
    return SimpleNamespace(
        policy=load_policy(place),
        start=start,
        months=need.shape[1],
        accounts=accounts,
        need=need,
        factors={"transfers": np.ones(len(need)), "delay": np.zeros(len(need))},
        seed=1,
        uncertainty=Uncertainty.none(),
    )


def certain(draws=1, funds=FUNDS, **options):
    """300 yuan each month, whatever the draw."""
    forecast = forecast_of(np.full((draws, 12, 1), 300.0))
    return cash_answer(forecast, Money(funds), options=PAYMENT | options)


def spread(draws=200):
    """Draws that need 250 to 350 a month, each account a half."""
    monthly = np.linspace(125.0, 175.0, draws)[:, None, None]
    need = np.broadcast_to(monthly, (draws, 12, 2))
    forecast = forecast_of(need, accounts=("dibao.urban", "dibao.rural"))
    return cash_answer(forecast, Money(FUNDS), options=PAYMENT)


def s42():
    """The county with 2013 data: what it reported, and 94.715 万元 of rural dibao a month."""
    forecast = forecast_of(np.full((3, 12, 1), 947_150.0), "s42-county-2013", "2013-01")
    budget = budget_of("s42-county-2013", forecast.policy)
    made = cash_answer(forecast, Money(budget.funds, budget, "2013-01"), options=PAYMENT)
    return with_reserves(made, people=None)


def names():
    """The months of 2025 as the calendar writes them."""
    return Span.of("2025-01").names
