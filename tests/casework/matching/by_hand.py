"""Small people typed by hand, for tests."""

from jiuzhu_sim.columns import columns
from jiuzhu_sim.population import people_from_tables


def people_by_hand(persons, homes):
    """People with 0, or the first code, in all columns that are needed and not told."""
    for table, level in ((persons, "person"), (homes, "household")):
        for entry in columns().values():
            is_needed = entry.kind == "input" and not entry.optional and entry.default is None
            if is_needed and entry.level == level and entry.name not in (*table, "weight"):
                nothing = next(iter(entry.codes)) if entry.codes else 0
                nothing = "none" if entry.codes and "none" in entry.codes else nothing
                nothing = "某镇" if entry.dtype == "text" else nothing
                table[entry.name] = [nothing] * len(table["household_id"])
    return people_from_tables(persons, homes)
