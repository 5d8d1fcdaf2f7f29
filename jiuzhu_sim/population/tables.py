"""From tables to people and back: every check on the way in, all problems told at once."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import columns, find_column
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.population.check import (
    SHOWN_ROWS,
    Cells,
    Words,
    blank_of,
    checked,
    rows_of,
    words_of,
)
from jiuzhu_sim.population.people import CHUNK, People, is_person, lay_out

OWN = {"source": "own"}
PANDAS_WORDS = ("str", "string", "category")
"""Types of pandas columns that Arrow knows how to take over."""


def arrays(table: Any) -> dict[str, Cells]:
    """The columns of a pandas or Arrow table, or of a mapping, by header: numbers as NumPy
    arrays, words of Arrow as `Words`, never cell by cell."""
    if hasattr(table, "column_names"):
        return {name: _of_arrow(table.column(name)) for name in table.column_names}
    headers = list(table.keys() if isinstance(table, Mapping) else table.columns)
    given = {str(header): table[header] for header in headers}
    return {name: _of_any(values) for name, values in given.items()}


def _of_any(values: Any) -> Cells:
    """A column as it comes; words of pandas go through Arrow, by dictionary."""
    if isinstance(values, Words):
        return values
    if str(getattr(values, "dtype", "")) in PANDAS_WORDS:
        import pyarrow as pa

        return _of_arrow(pa.chunked_array([pa.array(values, from_pandas=True)]))
    return np.asarray(values)


def _of_arrow(column: Any) -> Cells:
    """A column of an Arrow table. Numbers without blanks are not copied."""
    from pyarrow import types

    kind = column.type.value_type if types.is_dictionary(column.type) else column.type
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        is_view = types.is_string_view(column.type)
        column = column.cast("string") if is_view else column
        return _words(column.dictionary_encode().combine_chunks())
    if types.is_decimal(kind):
        kind = "float64"
    return column.cast(kind).to_numpy()


def _words(array: Any) -> Words:
    """The words of an Arrow array of words by dictionary."""
    if array.dictionary.null_count:
        array = array.dictionary_decode().dictionary_encode()
    places = array.indices.cast("int32")
    places = places.fill_null(-1) if places.null_count else places
    return Words(array.dictionary.to_numpy(zero_copy_only=False).tolist(), places.to_numpy())


def _known(
    given: Mapping[str, Cells], level: str, table: str, problems: Problems
) -> dict[str, Cells]:
    """The columns the dictionary knows at this level, under their dictionary names."""
    found: dict[str, Cells] = {}
    headers: dict[str, str] = {}
    for header, values in given.items():
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


def people_from_tables(
    persons: Any, households: Any, about: Mapping[str, Any] = OWN, chunk: int = CHUNK
) -> People:
    """People from two tables (pandas, Arrow, or mappings of arrays): `persons` has one row a
    person, `households` one row a household; units and ranges in docs/columns.md.

    `about`: where they come from. `chunk`: persons that are computed together; results do not
    depend on it.

    Headers may be dictionary names, labels or aliases. Each person names its household in
    `household_id`, a number or text; a household table without that column is numbered from 0.
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
    person_table, household_table = arrays(persons), arrays(households)
    known_persons = _known(person_table, "person", "persons", problems)
    known_households = _known(household_table, "household", "households", problems)
    id_names = _number_ids(known_persons, known_households, problems)
    person_columns, _ = checked(known_persons, "persons", problems)
    household_columns, names = checked(known_households, "households", problems)
    names |= {"id": id_names} if id_names else {}
    if "household_id" not in person_columns:
        near = nearest("household_id", person_table)
        problems.add("JZ-E011", "persons", name="household_id", needed_by="—", nearest=near)
        raise JZError(problems)
    count = len(next(iter(household_table.values()))) if household_table else 0
    ids = household_columns.pop("household_id", np.arange(count, dtype=np.int64))
    household_columns.setdefault("weight", np.ones(count))
    owner, sizes = _owners(person_columns.pop("household_id"), ids, id_names, problems)
    problems.raise_if_any()
    order = _order(owner, person_columns.get("person_id"))
    if order is not None:
        person_columns = {name: values[order] for name, values in person_columns.items()}
    household_columns["id"] = ids
    return lay_out(person_columns, household_columns, sizes, names, about, chunk)


def _number_ids(
    persons: dict[str, Cells], households: dict[str, Cells], problems: Problems
) -> tuple[str, ...]:
    """Household ids that are text become numbers, in both tables alike; their names, in order."""
    tables = {"persons": persons, "households": households}
    given = [table["household_id"] for table in tables.values() if "household_id" in table]
    if len(given) < len(tables) or not any(_is_text(ids) for ids in given):
        return ()
    names, places = words_of(*given)
    for name, place in zip(tables, places, strict=True):
        blank = blank_of(names, place)
        if blank.any():
            title = columns()["household_id"].title
            problems.add("JZ-E022", f"{name} · household_id", name=title, rows=rows_of(blank))
        tables[name]["household_id"] = place
    return names


def _is_text(ids: Cells) -> bool:
    return isinstance(ids, Words) or ids.dtype.kind in "OUST"


def _owners(
    household_id: NDArray[np.int64],
    ids: NDArray[np.int64],
    names: tuple[str, ...],
    problems: Problems,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each person a number that rises with its household, and the size of each household."""

    def first(some: NDArray[np.int64]) -> str:
        return ", ".join(str(names[i] if names else i) for i in some[:SHOWN_ROWS].tolist())

    in_order = _sizes_in_order(household_id, ids)
    if in_order is not None:
        return household_id, in_order
    ranked = np.argsort(ids, kind="stable")
    rising = ids[ranked]
    twice = np.zeros(len(ids), bool)
    twice[ranked[1:]] = rising[1:] == rising[:-1]
    if twice.any():
        problems.add("JZ-E026", "households", ids=first(ids[twice]), rows=rows_of(twice))
    place = np.minimum(np.searchsorted(rising, household_id), max(len(ids) - 1, 0))
    lost = rising[place] != household_id if len(ids) else np.ones(len(household_id), bool)
    if lost.any():
        problems.add("JZ-E024", "persons", ids=first(household_id[lost]), rows=rows_of(lost))
    owner = ranked[place] if len(ids) else np.zeros(len(household_id), np.int64)
    sizes = np.bincount(owner[~lost], minlength=len(ids))
    empty = sizes == 0
    if empty.any() and not lost.any():
        problems.add("JZ-E025", "households", ids=first(ids[empty]), rows=rows_of(empty))
    return owner, sizes


def _sizes_in_order(
    household_id: NDArray[np.int64], ids: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    """The size of each household where ids rise and persons stand in the same order, as in files
    written part by part: nothing to sort or look up. None where it is not so."""
    starts = np.flatnonzero(household_id[1:] != household_id[:-1]) + 1
    starts = np.concatenate([np.zeros(min(len(household_id), 1), np.int64), starts])
    if len(starts) != len(ids) or not (ids[1:] > ids[:-1]).all():
        return None
    if not np.array_equal(household_id[starts], ids):
        return None
    return np.diff(starts, append=len(household_id))


def _order(owner: NDArray[np.int64], person_id: NDArray[Any] | None) -> NDArray[np.int64] | None:
    """How to put persons household by household, by `person_id` in each; None if they are so."""
    follows = owner[1:] >= owner[:-1]
    if person_id is not None:
        follows &= (owner[1:] > owner[:-1]) | (person_id[1:] >= person_id[:-1])
    if follows.all():
        return None
    return np.lexsort((owner,) if person_id is None else (person_id, owner))


def to_tables(people: People) -> tuple[Any, Any]:
    """The people as two Arrow tables (persons, households), in the order they were given."""
    persons, households = (
        {name: people.numbers(name) for name in people.laid_out if is_person(name) is whose}
        for whose in (True, False)
    )
    return arrow_tables(persons, households, people.sizes, people.names)


def arrow_tables(
    persons: Mapping[str, NDArray[Any]],
    households: Mapping[str, NDArray[Any]],
    sizes: NDArray[np.int64],
    names: Mapping[str, tuple[str, ...]],
) -> tuple[Any, Any]:
    """Two Arrow tables of stored columns: persons of a household contiguous, `sizes` each, in the
    order of the households, which have the column ``id``; codes and texts become their names.
    """
    import pyarrow as pa

    def words(numbers: NDArray[Any], known: Iterable[str]) -> Any:
        return pa.DictionaryArray.from_arrays(numbers, list(known)).dictionary_decode()

    def made(name: str, numbers: NDArray[Any]) -> Any:
        known = columns()[name].codes or names.get(name)
        return pa.array(numbers) if known is None else words(numbers, known)

    ids = households["id"]
    given = names.get("id")
    tables = []
    for table, each in ((persons, np.repeat(ids, sizes)), (households, ids)):
        found = {"household_id": pa.array(each) if given is None else words(each, given)}
        found |= {name: made(name, table[name]) for name in columns() if name in table}
        tables.append(pa.table(found))
    return tables[0], tables[1]
