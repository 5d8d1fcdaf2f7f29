"""Units ranked with uncertainty: rank intervals, groups that cannot be told apart, what decides."""

from jiuzhu_sim.assessment.ranking.ranking import Ranking, rank_units, reweighted
from jiuzhu_sim.assessment.ranking.weighting import weights_of

__all__ = ["Ranking", "rank_units", "reweighted", "weights_of"]
