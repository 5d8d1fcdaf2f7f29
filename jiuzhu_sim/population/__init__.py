"""People as columns: laid out for speed, read and checked, synthesized, calibrated."""

from jiuzhu_sim.population.calibrate import Calibration, calibrate
from jiuzhu_sim.population.enrol import enrol
from jiuzhu_sim.population.family import Family, people_of_families, people_of_family, read_family
from jiuzhu_sim.population.parquet import write_people
from jiuzhu_sim.population.parts import read_parts, read_people
from jiuzhu_sim.population.people import People, Tile
from jiuzhu_sim.population.recipe import recipe_names
from jiuzhu_sim.population.stream import write_synthetic
from jiuzhu_sim.population.synthesize import synthesize
from jiuzhu_sim.population.tables import people_from_tables, to_tables
from jiuzhu_sim.population.views import seen

__all__ = [
    "Calibration",
    "Family",
    "People",
    "Tile",
    "calibrate",
    "enrol",
    "people_from_tables",
    "people_of_families",
    "people_of_family",
    "read_family",
    "read_parts",
    "read_people",
    "recipe_names",
    "seen",
    "synthesize",
    "to_tables",
    "write_people",
    "write_synthetic",
]
