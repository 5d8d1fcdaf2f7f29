"""People as columns: laid out for speed, read and checked, synthesized, calibrated."""

from jiuzhu_sim.population.calibrate import Calibration, calibrate
from jiuzhu_sim.population.people import People, Tile
from jiuzhu_sim.population.recipe import recipe_names
from jiuzhu_sim.population.synthesize import synthesize
from jiuzhu_sim.population.tables import people_from_tables, read_people, to_tables, write_people

__all__ = [
    "Calibration",
    "People",
    "Tile",
    "calibrate",
    "people_from_tables",
    "read_people",
    "recipe_names",
    "synthesize",
    "to_tables",
    "write_people",
]
