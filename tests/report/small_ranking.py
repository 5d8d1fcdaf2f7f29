"""A ranking typed by hand: six townships, two of them the same, one too small for a rank."""

import numpy as np

from jiuzhu_sim.assessment.indicators import Measured
from jiuzhu_sim.assessment.indicators.evidence import Evidence
from jiuzhu_sim.assessment.ranking import rank_units
from jiuzhu_sim.assessment.scorecard.card import load_card
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.report.ranking_check import weighted
from jiuzhu_sim.report.ranking_input import Ranked

TOWNS = ("甲镇", "乙镇", "丙乡", "丁乡", "戊乡", "己农场")
SEEN = {
    # hits of n drawn, out of the cases there are
    "payment_on_time": ([59, 59, 50, 40, 20, 3], [60] * 5 + [3], [400, 400, 300, 200, 100, 3]),
    "visit_rate": ([60, 60, 55, 45, 30, 3], [60] * 5 + [3], [400, 400, 300, 200, 100, 3]),
    "review_on_time": ([58, 58, 57, 50, 35, 2], [60] * 5 + [3], [400, 400, 300, 200, 100, 3]),
}
COUNTED = {"false_reports": [0.0, 0.0, 1.0, 0.0, 0.0, 0.0], "boards_missing": [0.0] * 6}
LACKING = {"satisfaction": "没有满意度调查：在填报表中填写满意人数和调查人数。"}


def small_measured(*, design="sample", is_synthetic=False, columns=None):
    """Six townships measured by three shares and two counts."""
    size = np.array([400.0, 400, 300, 200, 100, 8])
    return Measured.made(
        TOWNS,
        columns or {**SEEN, **COUNTED},
        size=size,
        missing=LACKING,
        design=design,
        is_synthetic=is_synthetic,
    )


def small_ranked(*, weights=(), min_cell=5, parameters=None, measured=None, **settings):
    """The townships ranked by the card of the ten precisions, 400 draws."""
    measured = measured or small_measured()
    policy = load_policy("s1-county-2020")
    card = weighted(load_card("ten-precisions"), weights)
    settings = {"draws": 400, "seed": 1, "min_size": 30, **settings}
    ranking = rank_units(card, measured, **settings)
    evidence = Evidence(TOWNS)
    parts = (policy, None, None, None, None, evidence, measured, ranking)
    return Ranked(*parts, bool(weights), 60, 30, min_cell, parameters or {})
