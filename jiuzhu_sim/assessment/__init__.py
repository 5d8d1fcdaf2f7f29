"""The year of a place and changes of its law; how far the numbers hold against reports."""

from jiuzhu_sim.assessment.against_ledger import Tolerances
from jiuzhu_sim.assessment.annual import Assessment, assess, people_of
from jiuzhu_sim.assessment.baseline import Baseline, hold_baseline
from jiuzhu_sim.assessment.compare import compare
from jiuzhu_sim.assessment.identities import identities, verdicts
from jiuzhu_sim.assessment.reconcile import calibrate_to_reported, reconcile
from jiuzhu_sim.assessment.whatif import WhatIf, what_if

__all__ = [
    "Assessment",
    "Baseline",
    "Tolerances",
    "WhatIf",
    "assess",
    "calibrate_to_reported",
    "compare",
    "hold_baseline",
    "identities",
    "people_of",
    "reconcile",
    "verdicts",
    "what_if",
]
