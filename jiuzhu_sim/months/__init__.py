"""Money over time: what happens to families month by month, what the office knows and pays."""

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.months.conditions import CONDITIONS, Conditions
from jiuzhu_sim.months.life import Life
from jiuzhu_sim.months.regimes import Regime, regime, regime_names, regimes
from jiuzhu_sim.months.results import Months
from jiuzhu_sim.months.roll import REASONS, STATUSES, reason_clauses, reason_title, status_title
from jiuzhu_sim.months.run import simulate_months

__all__ = [
    "CONDITIONS",
    "REASONS",
    "STATUSES",
    "Assumptions",
    "Conditions",
    "Life",
    "Months",
    "Regime",
    "accounts",
    "assumptions",
    "reason_clauses",
    "reason_title",
    "regime",
    "regime_names",
    "regimes",
    "simulate_months",
    "status_title",
]
