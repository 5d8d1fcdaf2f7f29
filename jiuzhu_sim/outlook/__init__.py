"""Questions that need many runs: the readings of an ambiguous clause side by side, a reform
split by its provisions, totals as functions of the standard, and benefit against earnings."""

from jiuzhu_sim.outlook.earnings.cliffs import cliffs, cliffs_table
from jiuzhu_sim.outlook.earnings.flatten import flatten, flatten_options
from jiuzhu_sim.outlook.earnings.schedule import earnings_schedule, pair_table, schedules
from jiuzhu_sim.outlook.earnings.slopes import slopes
from jiuzhu_sim.outlook.provisions import provisions
from jiuzhu_sim.outlook.readings import compare_readings, readings_of
from jiuzhu_sim.outlook.standard.curve import StandardCurve, standard_curve
from jiuzhu_sim.outlook.standard.curve_simulated import curve_or_simulated, simulated_curve

__all__ = [
    "StandardCurve",
    "cliffs",
    "cliffs_table",
    "compare_readings",
    "curve_or_simulated",
    "earnings_schedule",
    "flatten",
    "flatten_options",
    "pair_table",
    "provisions",
    "readings_of",
    "schedules",
    "simulated_curve",
    "slopes",
    "standard_curve",
]
