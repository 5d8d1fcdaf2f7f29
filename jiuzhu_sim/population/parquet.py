"""People as Parquet files: one for persons and one for households, or parts of each.

A folder holds ``persons.parquet`` and ``households.parquet``, or the folders ``persons/`` and
``households/`` with ``part-00000.parquet``, …: a part holds the persons of its households. Each
file tells in its metadata where the people come from, and of how many parts they are.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jiuzhu_sim.columns import find_column
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.files import staged
from jiuzhu_sim.population.people import People
from jiuzhu_sim.population.tables import OWN, to_tables

TABLES = {"persons": "person", "households": "household"}
"""The tables of people, and the level of a row of each."""


def write_people(people: People, folder: str | Path) -> None:
    """Write `people` to `folder` as `persons.parquet` and `households.parquet`; both whole or none.

    Raises JZ-E040 when the folder cannot be written.

    >>> import tempfile
    >>> from jiuzhu_sim.population import people_from_tables, read_people
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
    """Write a Parquet file that knows where its people come from, and of how many parts it is.

    People have no blanks, and a column that says so is read without looking for them; LZ4 takes
    2/5 more room than Zstandard, and both together are read in two thirds of the time.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    told = json.dumps(dict(about), sort_keys=True, default=str).encode()
    metadata = {b"about": told} | ({b"parts": str(parts).encode()} if parts > 1 else {})
    full = pa.schema([field.with_nullable(False) for field in table.schema], metadata)
    pq.write_table(table.cast(full), path, compression="lz4", write_page_checksum=True)


def make_room(folder: str | Path) -> None:
    """Take people written earlier, in one file a table or in parts, out of a folder."""
    for name in TABLES:
        (Path(folder) / f"{name}.parquet").unlink(missing_ok=True)
        parts = Path(folder) / name
        for path in parts.glob("part-*.parquet"):
            path.unlink()
        if parts.is_dir() and not any(parts.iterdir()):
            parts.rmdir()


def part_name(number: int) -> str:
    """The file name of a part, from 0.

    >>> part_name(0)
    'part-00000.parquet'
    """
    return f"part-{number:05}.parquet"


def footer(path: Path) -> tuple[int, Any]:
    """The rows and the Arrow schema of a file of people, from its footer alone.

    Raises JZ-E021 when it is cut or no Parquet file.
    """
    with _reading(path):
        import pyarrow.parquet as pq

        found = pq.read_metadata(path)
        return found.num_rows, found.schema.to_arrow_schema()


def read_table(path: Path, names: Collection[str], threads: bool) -> Any:
    """The columns of a file that have these dictionary names, as an Arrow table; words by
    dictionary, so that each different one is met once. Without a `household_id` all columns are
    read: one of them may be it, misspelled.

    Raises JZ-E021 when the file is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with _reading(path):
        found = pq.read_metadata(path)
        schema = found.schema.to_arrow_schema()
        known = {header: find_column(header) for header in schema.names}
        headers = [header for header, name in known.items() if name in names]
        if "household_id" not in known.values():
            headers = schema.names
        words = [header for header in headers if pa.types.is_string(schema.field(header).type)]
        with pq.ParquetFile(
            path, metadata=found, read_dictionary=words, page_checksum_verification=True
        ) as file:
            table = file.read(headers, use_threads=threads)
        for header in words:
            table.column(header).validate(full=True)
        return table


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """A damaged file may fail in many ways; all become JZ-E021 with the path."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError, MemoryError) as fault:
        raise JZError.of("JZ-E021", str(path), reason=str(fault).split("\n")[0]) from fault


def about_of(path: Path, schema: Any) -> Mapping[str, Any]:
    """Where people come from, as the schema of their file of persons says; else their own.

    Raises JZ-E021 when it says something that cannot be read.
    """
    with _reading(path):
        found: Mapping[str, Any] = dict(json.loads((schema.metadata or {}).get(b"about", b"{}")))
    return found or OWN
