"""The engine: names → order (`plan`), order → columns (`local`), members, results."""

from jiuzhu_sim.engine.local import simulate
from jiuzhu_sim.engine.plan import WANTED, Plan, make_plan
from jiuzhu_sim.engine.results import Results

__all__ = ["WANTED", "Plan", "Results", "make_plan", "simulate"]
