"""People as Parquet files: one for persons and one for households, or parts of each.

A folder holds ``persons.parquet`` and ``households.parquet``, or the folders ``persons/`` and
``households/`` with ``part-00000.parquet``, …: a part holds the persons of its households. Each
file tells in its metadata where the people come from, and of how many parts they are.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jiuzhu_sim.errors import Problems
from jiuzhu_sim.files import staged
from jiuzhu_sim.population.people import CHUNK, People
from jiuzhu_sim.population.tables import OWN, people_from_tables, to_tables

TABLES = ("persons", "households")


def write_people(people: People, folder: str | Path) -> None:
    """Write `persons.parquet` and `households.parquet`; both whole or none.

    Raises JZ-E040 when the folder cannot be written.

    >>> import tempfile
    >>> people = people_from_tables({"household_id": [0, 0]}, {"area": ["rural"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_people(people, folder)
    ...     read_people(folder).persons
    2
    """
    with staged(folder) as scratch:
        for name, table in zip(TABLES, to_tables(people), strict=True):
            write_table(table, scratch / f"{name}.parquet", people.about)
        make_room(folder)


def write_table(table: Any, path: Path, about: Mapping[str, Any], parts: int = 1) -> None:
    """Write a Parquet file that knows where its people come from, and of how many parts it is."""
    import pyarrow.parquet as pq

    told = json.dumps(dict(about), sort_keys=True, default=str).encode()
    metadata = {b"about": told} | ({b"parts": str(parts).encode()} if parts > 1 else {})
    pq.write_table(table.replace_schema_metadata(metadata), path, compression="zstd")


def make_room(folder: str | Path) -> None:
    """Take people written earlier, in one file a table or in parts, out of a folder."""
    for name in TABLES:
        (Path(folder) / f"{name}.parquet").unlink(missing_ok=True)
        parts = Path(folder) / name
        for path in parts.glob("part-*.parquet"):
            path.unlink()
        if parts.is_dir() and not any(parts.iterdir()):
            parts.rmdir()


def read_people(folder: str | Path, chunk: int = CHUNK) -> People:
    """People from a folder with `persons.parquet` and `households.parquet`, or with parts of them
    (see `write_synthetic`).

    Raises JZ-E020 when a file is missing, JZ-E021 when it is no Parquet file, and what
    `people_from_tables` raises.

    >>> import tempfile
    >>> people = people_from_tables({"household_id": [0, 0]}, {"area": ["urban"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_people(people, folder)
    ...     read_people(folder)["area"].tolist()
    ['urban']
    """
    import pyarrow as pa

    pairs = [_read(paths) for paths in _parts(Path(folder))]
    persons, households = (pa.concat_tables(tables) for tables in zip(*pairs, strict=True))
    return people_from_tables(persons, households, _about(persons), chunk)


def read_parts(folder: str | Path, chunk: int = CHUNK) -> Iterator[People]:
    """The people of a folder part by part, in order: never more than a part in memory.

    Raises what `read_people` raises.

    >>> import tempfile
    >>> people = people_from_tables({"household_id": [0, 0]}, {"area": ["urban"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_people(people, folder)
    ...     [part.persons for part in read_parts(folder)]
    [2]
    """
    for paths in _parts(Path(folder)):
        persons, households = _read(paths)
        yield people_from_tables(persons, households, _about(persons), chunk)


def _parts(folder: Path) -> list[tuple[Path, ...]]:
    """The files of each part: persons, households. JZ-E020 names those that are missing."""
    problems = Problems()
    if not any((folder / name).is_dir() for name in TABLES):
        pairs = [tuple(folder / f"{name}.parquet" for name in TABLES)]
    else:
        found = {path.name for name in TABLES for path in (folder / name).glob("part-*.parquet")}
        pairs = [tuple(folder / name / part for name in TABLES) for part in sorted(found)]
        whole = _number_of_parts(pairs)
        known = [part_name(number) for number in range(whole)]
        pairs = [tuple(folder / name / part for name in TABLES) for part in known]
    for path in (path for pair in pairs for path in pair):
        if not path.is_file():
            problems.add("JZ-E020", str(folder), path=path.relative_to(folder).as_posix())
    problems.raise_if_any()
    return pairs


def part_name(number: int) -> str:
    """The file name of a part, from 0.

    >>> part_name(0)
    'part-00000.parquet'
    """
    return f"part-{number:05}.parquet"


def _number_of_parts(pairs: list[tuple[Path, ...]]) -> int:
    """How many parts there should be, as the first file there is says."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = next((path for pair in pairs for path in pair if path.is_file()), None)
    if first is None:
        return 1
    try:
        return int((pq.read_schema(first).metadata or {}).get(b"parts", 1))
    except (pa.ArrowInvalid, OSError):  # told when it is read
        return len(pairs)


def _read(paths: Iterable[Path]) -> tuple[Any, Any]:
    """The Arrow tables of these files; JZ-E021 for each that is no Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables, problems = [], Problems()
    for path in paths:
        try:
            tables.append(pq.read_table(path))
        except (pa.ArrowInvalid, OSError) as fault:
            problems.add("JZ-E021", str(path), reason=str(fault).split("\n")[0])
    problems.raise_if_any()
    return tables[0], tables[1]


def _about(table: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((table.schema.metadata or {}).get(b"about", b"{}"))
    return found or OWN
