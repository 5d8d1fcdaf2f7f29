"""Questions that need many runs: the readings of an ambiguous clause side by side."""

from jiuzhu_sim.outlook.readings import compare_readings, readings_of

__all__ = ["compare_readings", "readings_of"]
