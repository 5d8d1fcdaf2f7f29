"""People in parts: which parts a folder has, whether they are alike, and each of them read.

What a part is stands in its footers, so that a province of thousands of parts is listed, and a
part that is missing, cut or of other columns found, before any row is read.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jiuzhu_sim.columns import columns, find_column
from jiuzhu_sim.errors import JZError, Problem, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.population.check import Cells, joined
from jiuzhu_sim.population.parquet import (
    TABLES,
    about_of,
    footer,
    part_name,
    read_table,
)
from jiuzhu_sim.population.people import CHUNK, People
from jiuzhu_sim.population.tables import arrays, people_from_tables
from jiuzhu_sim.reading import is_file, is_folder

IDS = ("household_id", "person_id")
ALWAYS = (*IDS, "weight")
"""Read whatever is asked for: who belongs to whom, in which order, for how many they stand."""


@dataclass(frozen=True)
class PartFile:
    """A part of a folder of people: its two files, and what their footers tell.

    `rows` are households. `columns` are (table, dictionary name, kind) of what can be read.
    `fingerprint` (name, size, time of change in ns, of both files) tells whether a file is still
    the one that was listed. A part with a `fault` cannot be read.
    """

    number: int
    persons: Path
    households: Path
    bytes: int = 0
    rows: int = 0
    persons_rows: int = 0
    fingerprint: tuple[tuple[str, int, int], ...] = ()
    columns: tuple[tuple[str, str, str], ...] = ()
    fault: tuple[Problem, ...] = field(default=(), hash=False)

    @property
    def name(self) -> str:
        """What a person calls the part: the name of its file of households."""
        return self.households.name

    @property
    def paths(self) -> tuple[Path, Path]:
        """The files of persons and of households."""
        return self.persons, self.households


def list_parts(folder: str | Path) -> tuple[PartFile, ...]:
    """The parts of a folder in order, from the footers of their files alone.

    A folder of one file a table is one part. How many parts there should be stands in the files
    that `write_synthetic` writes; else those there are, under the same name for persons and for
    households (``part-….parquet``), are all. Raises nothing: a part has its `fault`, JZ-E020 for
    a file that is missing, JZ-E021 for one that is cut or no Parquet file.

    >>> import tempfile
    >>> from jiuzhu_sim.population import write_synthetic
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_synthetic("example-county", 25, seed=1, out=folder, partition=10)
    ...     [(part.name, part.rows) for part in list_parts(folder)]
    [('part-00000.parquet', 10), ('part-00001.parquet', 10), ('part-00002.parquet', 5)]
    """
    folder = Path(folder)
    return tuple(_listed(number, pair, folder) for number, pair in _pairs(folder))


def _pairs(folder: Path) -> Iterator[tuple[int, list[Path]]]:
    """The number and the two files of each part there is or should be."""
    if not any(is_folder(folder / name) for name in TABLES):
        yield 0, [folder / f"{name}.parquet" for name in TABLES]
        return
    found = {path.name for name in TABLES for path in (folder / name).glob("part-*.parquet")}
    names = dict(enumerate(sorted(found)))
    by_number = {int(name[5:-8]): name for name in found if name[5:-8].isdecimal()}
    if len(by_number) == len(found):
        names = dict(sorted(by_number.items()))
    whole = _told_number(folder / table / name for name in names.values() for table in TABLES)
    if whole or not found:
        # Missing ones are told; one more than the files speak of was put there by somebody.
        names = {number: part_name(number) for number in range(whole or 1)} | names
    for number, name in sorted(names.items()):
        yield number, [folder / table / name for table in TABLES]


def _told_number(paths: Iterable[Path]) -> int:
    """How many parts there should be, as the first file that can be opened says; 0 if it does
    not."""
    for path in paths:
        try:
            return int((footer(path)[1].metadata or {}).get(b"parts", 0))
        except (JZError, ValueError):  # told when the part is listed
            continue
    return 0


def _listed(number: int, paths: Sequence[Path], folder: Path) -> PartFile:
    """A part with what its footers tell, or with its fault."""
    problems, rows, stamps, found = Problems(), [], [], []
    for table, path in zip(TABLES, paths, strict=True):
        if not is_file(path):
            problems.add("JZ-E020", str(folder), path=path.relative_to(folder).as_posix())
            continue
        try:
            kept = path.stat()
            count, schema = footer(path)
        except JZError as fault:
            problems += fault.problems
            continue
        rows.append(count)
        stamps.append((path.name, kept.st_size, kept.st_mtime_ns))
        found += [(table, name, kind) for name, kind in _kinds(schema, TABLES[table]).items()]
    persons, households = paths
    if problems:
        return PartFile(number, persons, households, fault=tuple(problems))
    size = sum(stamp[1] for stamp in stamps)
    return PartFile(
        number, persons, households, size, rows[1], rows[0], tuple(stamps), tuple(found)
    )


def _kinds(schema: Any, level: str) -> dict[str, str]:
    """How each column that the dictionary knows at this level is read, by dictionary name."""
    found: dict[str, str] = {}
    for each in schema:
        name = find_column(each.name)
        if name and (columns()[name].level == level or name == IDS[0]):
            found.setdefault(name, _kind(name, each.type))
    return found


def _kind(name: str, given: Any) -> str:
    """How a column of an Arrow type is read: types that read alike are of one kind.

    All numbers are alike, but not as ids, which may have more digits than a float holds; yes and
    no may come as 1 and 0. A column that is all blank has no kind.
    """
    from pyarrow import types

    kind = given.value_type if types.is_dictionary(given) else given
    if types.is_null(kind):
        return ""
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return "text"
    if types.is_boolean(kind):
        return "number" if columns()[name].dtype == "bool" else "bool"
    if types.is_integer(kind):
        return "whole" if name in IDS else "number"
    if types.is_floating(kind) or types.is_decimal(kind):
        return "number"
    return str(kind)


def schema_of(part: PartFile) -> Mapping[tuple[str, str], str]:
    """How each known column of a part is read, by table and dictionary name; opens no file.

    >>> import tempfile
    >>> from jiuzhu_sim.population import people_from_tables, write_people
    >>> people = people_from_tables({"household_id": [0]}, {"area": ["urban"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_people(people, folder)
    ...     schema_of(*list_parts(folder))["households", "area"]
    'text'
    """
    return {(table, name): kind for table, name, kind in part.columns}


def check_schemas(parts: Iterable[PartFile], wanted: Collection[str] | None = None) -> None:
    """Refuse parts whose columns differ from those of most parts: a column missing, or of a type
    that reads otherwise. Parts with a fault are left out; `wanted` names the columns that matter
    (None: all the dictionary knows), ids and weight always do.

    Raises JZ-E103, one problem for each column and way to differ, with all its parts.
    """
    well = [part for part in parts if not part.fault]
    schemas = [schema_of(part) for part in well]
    places = {place: None for schema in schemas for place in schema}
    matter = None if wanted is None else {*wanted, *ALWAYS}
    problems = Problems()
    for table, name in places:
        if matter is not None and name not in matter:
            continue
        kinds = [schema.get((table, name), "missing") for schema in schemas]
        expected = Counter(kind for kind in kinds if kind).most_common(1)
        strange = defaultdict(list)
        for part, kind in zip(well, kinds, strict=True):
            if kind and kind != expected[0][0]:  # blank cells are told when the part is read
                strange[kind].append(part.number)
        for kind, numbers in strange.items():
            problems.add(
                "JZ-E103",
                f"{table} · {name}",
                name=columns()[name].title,
                parts=_ranges(numbers),
                found=_shown(kind),
                expected=_shown(expected[0][0]),
            )
    problems.raise_if_any()


def _shown(kind: str) -> str:
    """A kind in the language in use; other types by their own name."""
    return text(f"kind.{kind}") if kind in ("number", "whole", "text", "bool", "missing") else kind


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers of parts, as their files are called, those that follow each other as a range.

    >>> _ranges([1, 2, 3, 7])
    '00001–00003, 00007'
    """
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join("–".join(f"{n:05}" for n in dict.fromkeys((r[0], r[-1]))) for r in runs)


def read_part(
    part: PartFile,
    wanted: Collection[str] | None = None,
    chunk: int = CHUNK,
    threads: bool = False,
) -> People:
    """The people of a part, with the columns `wanted` (dictionary names; None: all known), their
    ids and weight. A column that the part lacks is not there; `plan` tells it. `threads` reads
    columns side by side.

    Raises JZ-E020 or JZ-E021, with the file, when it is gone or damaged, and what
    `people_from_tables` raises.

    >>> import tempfile
    >>> from jiuzhu_sim.population import write_synthetic
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_synthetic("example-county", 25, seed=1, out=folder, partition=10)
    ...     people = read_part(list_parts(folder)[2], ["area"])
    >>> sorted(people.laid_out), people.ids.tolist()
    (['area', 'id', 'weight'], [21, 22, 23, 24, 25])
    """
    persons, households = _tables(part, wanted, threads)
    return people_from_tables(persons, households, about_of(part.persons, persons.schema), chunk)


def _tables(part: PartFile, wanted: Collection[str] | None, threads: bool) -> tuple[Any, Any]:
    """The Arrow tables of a part; the faults of both files at once."""
    problems, tables = Problems(part.fault), []
    names = set(columns()) if wanted is None else {*wanted, *ALWAYS}
    for path in () if problems else part.paths:
        try:
            tables.append(read_table(path, names, threads))
        except JZError as fault:
            problems += fault.problems
    problems.raise_if_any()
    return tables[0], tables[1]


def part_digests(part: PartFile) -> tuple[str, ...]:
    """SHA-256 of the files of persons and of households.

    Raises JZ-E021 when a file cannot be read.
    """
    found, problems = [], Problems()
    for path in part.paths:
        try:
            with path.open("rb") as file:
                found.append(hashlib.file_digest(file, "sha256").hexdigest())
        except OSError as fault:
            problems.add("JZ-E021", str(path), reason=str(fault))
    problems.raise_if_any()
    return tuple(found)


def read_parts(folder: str | Path, chunk: int = CHUNK) -> Iterator[People]:
    """The people of a folder part by part, in order: never more than a part in memory.

    Raises what `read_people` raises.

    >>> import tempfile
    >>> from jiuzhu_sim.population import people_from_tables, write_people
    >>> people = people_from_tables({"household_id": [0, 0]}, {"area": ["urban"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_people(people, folder)
    ...     [part.persons for part in read_parts(folder)]
    [2]
    """
    for part in _well(folder):
        yield read_part(part, chunk=chunk, threads=True)


def read_people(folder: str | Path, chunk: int = CHUNK) -> People:
    """People from a `folder` with `persons.parquet` and `households.parquet`, or with parts of them
    (see `write_synthetic`). `chunk` as for `people_from_tables`.

    Raises JZ-E020 when a file is missing, JZ-E021 when it is no Parquet file, JZ-E103 when parts
    have other columns than most, and what `people_from_tables` raises.

    >>> import tempfile
    >>> from jiuzhu_sim.population import people_from_tables, write_people
    >>> people = people_from_tables({"household_id": [0, 0]}, {"area": ["urban"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_people(people, folder)
    ...     read_people(folder)["area"].tolist()
    ['urban']
    """
    parts = _well(folder)
    persons, households = zip(*(_tables(part, None, True) for part in parts), strict=True)
    about = about_of(parts[0].persons, persons[0].schema)
    return people_from_tables(_all(persons), _all(households), about, chunk)


def _well(folder: str | Path) -> tuple[PartFile, ...]:
    """The parts of a folder; the faults of all of them at once."""
    parts = list_parts(folder)
    Problems(problem for part in parts for problem in part.fault).raise_if_any()
    check_schemas(parts)
    return parts


def _all(tables: Sequence[Any]) -> Any:
    """One table of many, column by column under its dictionary name: numbers in the widest type
    that occurs, words of each part from its own list."""
    if len(tables) == 1:
        return tables[0]
    pieces: dict[str, list[Cells]] = defaultdict(list)
    for table in tables:
        taken: set[str] = set()
        for header, cells in arrays(table).items():
            name = find_column(header) or header
            name = header if name in taken else name  # a column twice is told with the table
            taken.add(name)
            pieces[name].append(cells)
    return {name: joined(each) for name, each in pieces.items() if len(each) == len(tables)}
