"""The year of a place and changes of its law; how far the numbers hold against reports."""

from jiuzhu_sim.assessment.annual import Assessment, assess, people_of
from jiuzhu_sim.assessment.reconcile import calibrate_to_reported, identities, reconcile
from jiuzhu_sim.assessment.whatif import WhatIf, what_if

__all__ = [
    "Assessment",
    "WhatIf",
    "assess",
    "calibrate_to_reported",
    "identities",
    "people_of",
    "reconcile",
    "what_if",
]
