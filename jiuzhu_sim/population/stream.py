"""Synthetic people of any number, written part by part with the memory of a part or two."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from jiuzhu_sim.files import staged
from jiuzhu_sim.population.draws import Draws
from jiuzhu_sim.population.parquet import TABLES, make_room, part_name, write_table
from jiuzhu_sim.population.recipe import load_recipe
from jiuzhu_sim.population.synthesize import (
    THREADS,
    about_synthetic,
    check_whole,
    make,
    names_of,
)
from jiuzhu_sim.population.tables import arrow_tables

PARTITION = 65_536
"""Households of a part: some tens of megabytes in memory, whatever the recipe."""


class Written(NamedTuple):
    """What was written: where the people come from, how many persons, in how many parts."""

    about: Mapping[str, Any]
    persons: int
    parts: int


def write_synthetic(
    recipe: str, households: int, seed: int, out: str | Path, partition: int = PARTITION
) -> Written:
    """Write the people that `synthesize` makes, `partition` households a part.

    The folder `out` gets ``persons/part-00000.parquet``, …, and ``households/`` alike, whole or not
    at all; people written there earlier are replaced. The households are the same, one by one, as
    those made in memory, whatever the partition. `read_people` reads all parts, `read_parts` one
    after the other.

    Raises JZ-E050 for an unknown recipe; JZ-E032 unless `households` and `partition` are whole
    numbers above zero and `seed` a whole number; JZ-E040 when the folder cannot be written.

    >>> import tempfile
    >>> from jiuzhu_sim.population import read_parts
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_synthetic("example-county", 25, seed=1, out=folder, partition=10).parts
    ...     [part.households for part in read_parts(folder)]
    3
    [10, 10, 5]
    """
    made_of = load_recipe(recipe)
    check_whole("write_synthetic", households=households, partition=partition, seed=seed)
    about, names = about_synthetic(recipe, households, seed), names_of(made_of)
    starts = range(1, int(households) + 1, int(partition))

    def write(number: int, folder: Path) -> int:
        """Make and write a part; its number of persons."""
        stop = min(starts[number] + int(partition), int(households) + 1)
        ids = np.arange(starts[number], stop, dtype=np.int64)
        persons, owned, sizes = make(made_of, Draws(int(seed), ids))
        owned |= {"id": ids, "weight": np.full(len(ids), made_of["households"] / households)}
        tables = arrow_tables(persons, owned, sizes, names)
        for name, table in zip(TABLES, tables, strict=True):
            write_table(table, folder / name / part_name(number), about, len(starts))
        return len(tables[0])

    with staged(out) as scratch:
        for name in TABLES:
            (scratch / name).mkdir()
        with ThreadPoolExecutor(THREADS) as pool:
            persons = sum(pool.map(lambda n: write(n, scratch), range(len(starts))))
        make_room(out)
    return Written(about, persons, len(starts))
