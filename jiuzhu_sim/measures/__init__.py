"""One file for each kind of answer; every answer is a `Table` with intervals."""

from jiuzhu_sim.measures.costs import budget_gap, by_layer, caseload
from jiuzhu_sim.measures.disclosure import publish, suppress
from jiuzhu_sim.measures.distribution import deciles, winners_losers
from jiuzhu_sim.measures.programmes import by_programme
from jiuzhu_sim.measures.recipients import against_gap, overlap, split_by_recipient
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.measures.welfare import poverty

__all__ = [
    "Statistic",
    "Table",
    "against_gap",
    "budget_gap",
    "by_layer",
    "by_programme",
    "caseload",
    "deciles",
    "overlap",
    "poverty",
    "publish",
    "split_by_recipient",
    "suppress",
    "winners_losers",
]
