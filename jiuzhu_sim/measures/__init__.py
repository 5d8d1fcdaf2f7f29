"""One file for each kind of answer; every answer is a `Table` with intervals."""

from jiuzhu_sim.measures.costs import budget_gap, caseload
from jiuzhu_sim.measures.disclosure import suppress
from jiuzhu_sim.measures.distribution import deciles, winners_losers
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.measures.welfare import poverty

__all__ = [
    "Statistic",
    "Table",
    "budget_gap",
    "caseload",
    "deciles",
    "poverty",
    "suppress",
    "winners_losers",
]
