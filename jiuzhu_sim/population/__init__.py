"""People as columns: laid out for speed, read and checked, synthesized, calibrated."""

from jiuzhu_sim.population.people import People, Tile
from jiuzhu_sim.population.tables import people_from_tables, read_people, to_tables, write_people

__all__ = ["People", "Tile", "people_from_tables", "read_people", "to_tables", "write_people"]
