"""From tables to people and back: every check on the way in, all problems told at once."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import Column, columns, find_column
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.files import staged
from jiuzhu_sim.population.people import CHUNK, People, lay_out

SHOWN_ROWS = 5
OWN = {"source": "own"}


def _arrays(table: Any) -> dict[str, NDArray[Any]]:
    """The columns of a pandas or Arrow table, or of a mapping, as NumPy arrays by header."""
    if hasattr(table, "column_names"):
        return {
            name: table.column(name).to_numpy(zero_copy_only=False) for name in table.column_names
        }
    headers = list(table.keys() if isinstance(table, Mapping) else table.columns)
    return {str(header): np.asarray(table[header]) for header in headers}


def _known(
    arrays: Mapping[str, NDArray[Any]], level: str, table: str, problems: Problems
) -> dict[str, NDArray[Any]]:
    """The columns the dictionary knows at this level, under their dictionary names."""
    found: dict[str, NDArray[Any]] = {}
    headers: dict[str, str] = {}
    for header, values in arrays.items():
        name = find_column(header)
        if not name or (columns()[name].level != level and name != "household_id"):
            continue
        if name in found:
            problems.add("JZ-E034", table, name=name, first=headers[name], second=header)
        found[name], headers[name] = values, header
    lengths = {headers[name]: len(values) for name, values in found.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{header} {length}" for header, length in lengths.items())
        problems.add("JZ-E033", table, lengths=shown)
        problems.raise_if_any()
    return found


def _rows(bad: NDArray[np.bool_]) -> str:
    """The first bad rows as a person counts them: 1 for the first."""
    found = np.flatnonzero(bad)
    listed = ", ".join(str(row + 1) for row in found[:SHOWN_ROWS])
    return listed + (f" … ({len(found)})" if len(found) > SHOWN_ROWS else "")


def _coded(entry: Column, values: NDArray[Any], where: str, problems: Problems) -> NDArray[Any]:
    """Codes given as integers, code names or labels, as integers."""
    names = list(entry.codes or {})
    if values.dtype.kind in "iuf":
        numbers = np.nan_to_num(values, nan=-1)
        bad = (numbers < 0) | (numbers >= len(names)) | (numbers != np.floor(numbers))
        coded = np.where(bad, 0, numbers).astype(np.int8)
    else:
        spelled = {name: number for number, name in enumerate(names)}
        for number, label in enumerate((entry.codes or {}).values()):
            spelled |= {text: number for text in label.values()}
        words, inverse = _words(values)
        each = np.array([spelled.get(word, -1) for word in words], np.int8)
        coded, bad = np.maximum(each[inverse], 0), each[inverse] < 0
    if bad.any():
        shown = ", ".join(sorted({str(value) for value in values[bad][:SHOWN_ROWS]}))
        problems.add(
            "JZ-E027",
            where,
            name=entry.title,
            values=shown,
            known=", ".join(names),
            rows=_rows(bad),
        )
    return coded


def _is_well(values: NDArray[Any], dtype: str, low: float, high: float) -> bool:
    """Whether a column of numbers needs no closer look: no NaN, all in range, whole if need be.

    Ids may have more digits than a float holds, so whole numbers are never made floats here.
    """
    kind = values.dtype.kind
    if kind not in "biuf" or not len(values) or (kind == "f" and dtype != "float64"):
        return False
    least, most = values.min(), values.max()
    return bool(low <= least and most <= high and np.isfinite(least) and np.isfinite(most))


def _checked(entry: Column, values: NDArray[Any], table: str, problems: Problems) -> NDArray[Any]:
    """A column in its storage type; blank, wrong or out-of-range cells become problems."""
    where = f"{table} · {entry.name}"
    if entry.dtype == "code":
        return _coded(entry, values, where, problems)
    low = -np.inf if entry.low is None else entry.low
    high = np.inf if entry.high is None else entry.high
    if entry.dtype == "bool":
        low, high = 0, 1
    if _is_well(values, entry.dtype, low, high):
        return values.astype(entry.storage)
    try:
        numbers = values.astype(np.float64)
    except (TypeError, ValueError):
        problems.add("JZ-E028", where, name=entry.title)
        return np.zeros(len(values), entry.storage)
    blank = ~np.isfinite(numbers)
    if blank.any():
        problems.add("JZ-E022", where, name=entry.title, rows=_rows(blank))
    outside = ~blank & ((numbers < low) | (numbers > high))
    if outside.any():
        first = numbers[outside][0]
        problems.add(
            "JZ-E023",
            where,
            name=entry.title,
            value=f"{first:g}",
            low=f"{low:g}",
            high=f"{high:g}",
            rows=_rows(outside),
        )
    if entry.dtype.startswith("int"):
        broken = ~blank & ~outside & (numbers != np.floor(numbers))
        if broken.any():
            problems.add("JZ-E028", where, name=entry.title)
    return np.where(blank | outside, 0, numbers).astype(entry.storage)


def _words(values: NDArray[Any]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The different words of a column, trimmed and sorted, and which one each row has.

    A blank cell is the empty word. Cleaned word by word, not row by row.
    """
    import pandas as pd

    index, found = pd.factorize(values, use_na_sentinel=True)
    cleaned = [*(str(word).strip() for word in found), ""]  # index -1, a blank, is the last one
    words = tuple(sorted(set(np.array(cleaned)[np.unique(index)].tolist())))
    place = {word: number for number, word in enumerate(words)}
    return words, np.array([place.get(word, 0) for word in cleaned], np.int64)[index]


def _checked_all(
    arrays: Mapping[str, NDArray[Any]], table: str, problems: Problems
) -> tuple[dict[str, NDArray[Any]], dict[str, tuple[str, ...]]]:
    """All columns of a table checked, and the names behind its text columns."""
    stored, names = {}, {}
    for name, values in arrays.items():
        entry = columns()[name]
        if entry.dtype == "text":
            words, inverse = _words(values)
            blank = np.array([not word for word in words])[inverse]
            if blank.any():
                where = f"{table} · {name}"
                problems.add("JZ-E022", where, name=entry.title, rows=_rows(blank))
            stored[name], names[name] = inverse.astype(np.int32), words
        else:
            stored[name] = _checked(entry, values, table, problems)
    return stored, names


def people_from_tables(
    persons: Any, households: Any, about: Mapping[str, Any] = OWN, chunk: int = CHUNK
) -> People:
    """People from two tables (pandas, Arrow, or mappings of arrays), one row a person and one
    row a household.

    Headers may be dictionary names, labels or aliases. Each person names its household in
    `household_id`; a household table without that column is numbered from 0 in its order.
    Persons are kept household by household, by `person_id` where there is one, else as given. A
    table without `weight` gets weight 1. Columns the dictionary does not know are left out; a
    column that a rule needs and the people lack is told by `plan`.

    Raises, all at once: JZ-E011 (no household_id), E022 (blank or NaN), E023 (out of range,
    such as a negative income), E024 (person without household), E025 (household without
    persons), E026 (household twice), E027 (unknown code), E028 (not a number), E033
    (columns of different lengths), E034 (one column twice).

    >>> import numpy as np
    >>> people = people_from_tables(
    ...     {"household_id": [0, 0, 1], "age": [70, 66, 35]}, {"area": ["rural", "urban"]}
    ... )
    >>> people.households, people.persons, people["age"].tolist()
    (2, 3, [70, 66, 35])
    """
    problems = Problems()
    person_table, household_table = _arrays(persons), _arrays(households)
    known = _known(person_table, "person", "persons", problems)
    person_columns, _ = _checked_all(known, "persons", problems)
    known = _known(household_table, "household", "households", problems)
    household_columns, names = _checked_all(known, "households", problems)
    if "household_id" not in person_columns:
        near = nearest("household_id", person_table)
        problems.add("JZ-E011", "persons", name="household_id", needed_by="—", nearest=near)
        raise JZError(problems)
    count = len(next(iter(household_table.values()))) if household_table else 0
    ids = household_columns.pop("household_id", np.arange(count, dtype=np.int64))
    household_columns.setdefault("weight", np.ones(count))
    owner, sizes = _owners(person_columns["household_id"], ids, problems)
    problems.raise_if_any()
    keys = (person_columns["person_id"], owner) if "person_id" in person_columns else (owner,)
    if len(keys) > 1 or (np.diff(owner) < 0).any():
        order = np.lexsort(keys)
        person_columns = {name: values[order] for name, values in person_columns.items()}
    del person_columns["household_id"]
    household_columns["id"] = ids
    return lay_out(person_columns, household_columns, sizes, names, about, chunk)


def _owners(
    household_id: NDArray[np.int64], ids: NDArray[np.int64], problems: Problems
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each person the position of its household, and the size of each household."""
    ranked = np.argsort(ids, kind="stable")
    rising = ids[ranked]
    twice = np.zeros(len(ids), bool)
    twice[ranked[1:]] = rising[1:] == rising[:-1]
    if twice.any():
        shown = ", ".join(str(value) for value in ids[twice][:SHOWN_ROWS])
        problems.add("JZ-E026", "households", ids=shown, rows=_rows(twice))
    place = np.minimum(np.searchsorted(rising, household_id), max(len(ids) - 1, 0))
    lost = rising[place] != household_id if len(ids) else np.ones(len(household_id), bool)
    if lost.any():
        shown = ", ".join(str(value) for value in household_id[lost][:SHOWN_ROWS])
        problems.add("JZ-E024", "persons", ids=shown, rows=_rows(lost))
    owner = ranked[place] if len(ids) else np.zeros(len(household_id), np.int64)
    sizes = np.bincount(owner[~lost], minlength=len(ids))
    empty = sizes == 0
    if empty.any() and not lost.any():
        shown = ", ".join(str(value) for value in ids[empty][:SHOWN_ROWS])
        problems.add("JZ-E025", "households", ids=shown, rows=_rows(empty))
    return owner, sizes


def to_tables(people: People) -> tuple[Any, Any]:
    """The people as two Arrow tables (persons, households), in the order they were given."""
    import pyarrow as pa

    person_names = [name for name in columns() if name in people and name != "household_id"]
    ids = people.ids
    persons = {"household_id": np.repeat(ids, people.sizes)}
    households = {"household_id": ids}
    for name in person_names:
        target = persons if columns()[name].level == "person" else households
        target[name] = people[name]
    return pa.table(persons), pa.table(households)


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
    import pyarrow.parquet as pq

    about = json.dumps(dict(people.about), sort_keys=True, default=str).encode()
    with staged(folder) as scratch:
        for name, table in zip(("persons", "households"), to_tables(people), strict=True):
            kept = table.replace_schema_metadata({b"about": about})
            pq.write_table(kept, scratch / f"{name}.parquet", compression="zstd")


def read_people(folder: str | Path, chunk: int = CHUNK) -> People:
    """People from a folder with `persons.parquet` and `households.parquet`.

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
    import pyarrow.parquet as pq

    tables, problems = [], Problems()
    for name in ("persons", "households"):
        path = Path(folder) / f"{name}.parquet"
        if not path.is_file():
            problems.add("JZ-E020", str(folder), path=path.name)
            continue
        try:
            tables.append(pq.read_table(path))
        except (pa.ArrowInvalid, OSError) as fault:
            problems.add("JZ-E021", str(path), reason=str(fault).split("\n")[0])
    problems.raise_if_any()
    metadata = tables[0].schema.metadata or {}
    about = json.loads(metadata.get(b"about", b"{}")) or OWN
    persons, households = tables
    return people_from_tables(persons, households, about, chunk)
