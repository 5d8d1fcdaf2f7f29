"""Targets and their tracking, and the self-evaluation form of a year (绩效目标自评)."""

from jiuzhu_sim.assessment.performance.fill import Budget, performance_form
from jiuzhu_sim.assessment.performance.form import Form, load_form
from jiuzhu_sim.assessment.performance.performance import Line, Performance
from jiuzhu_sim.assessment.performance.target import Target, Targets, bases
from jiuzhu_sim.assessment.performance.target_file import target_names, targets
from jiuzhu_sim.assessment.performance.track import checks, track

__all__ = [
    "Budget",
    "Form",
    "Line",
    "Performance",
    "Target",
    "Targets",
    "bases",
    "checks",
    "load_form",
    "performance_form",
    "target_names",
    "targets",
    "track",
]
