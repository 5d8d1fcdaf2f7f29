"""People as columns: persons and households, each at its own length, laid out for speed.

Outside, everything keeps the order in which it was given. Inside, households are cut as they
stand into tiles of at most about `chunk` persons; within a tile they lie by falling size, their
persons member by member (all first members, then all second members, …). A sum over members is
then a few additions of contiguous slices, a tile's working set fits the cache, and to lay out
and to give back moves values within a tile only. This file, `engine/members.py` and `_places`
in `engine/local.py` know the layout.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column, columns
from jiuzhu_sim.errors import JZError, nearest

CHUNK = 131_072
"""Persons in a tile: a handful of float64 columns of this length fit a core's cache."""


@dataclass(frozen=True)
class Tile:
    """Households `start`–`stop`, their persons, and `heads`: how many of these households have
    more than 0, 1, 2, … members.

    The rows of a tile are the same ones in the tables and in the inner order, otherwise sorted.
    """

    start: int
    stop: int
    person_start: int
    person_stop: int
    heads: tuple[int, ...]

    def span(self, level: str) -> slice:
        """The tile's slice of a column of this level."""
        if level == "person":
            return slice(self.person_start, self.person_stop)
        return slice(self.start, self.stop)

    def length(self, level: str) -> int:
        """How many households or persons the tile has."""
        span = self.span(level)
        return span.stop - span.start


@dataclass(frozen=True)
class People:
    """Persons and households as read-only columns; make them with `people_from_tables`.

    `laid_out` holds the columns in the inner order, (persons,) or (households,) each;
    `people[name]` gives them in the order of the tables, which `household_order` and
    `person_order` remember (place in the tables of each inner row). `tiles`: the ranges of inner
    rows that are computed together, households never cut. `names` holds the names behind text
    columns (townships). `about` says where the people come from (``source``: ``synthetic`` or
    ``own``, recipe, seed). `auxiliaries` are the household columns that the weights were calibrated
    on, for the variance of estimates.

    >>> from jiuzhu_sim.population import people_from_tables
    >>> people = people_from_tables({"household_id": [0, 0], "age": [70, 66]}, {"area": ["rural"]})
    >>> people.households, people["area"].tolist()
    (1, ['rural'])
    """

    laid_out: Mapping[str, NDArray[Any]]
    household_order: NDArray[np.int64]
    person_order: NDArray[np.int64]
    tiles: tuple[Tile, ...]
    names: Mapping[str, tuple[str, ...]]
    about: Mapping[str, Any]
    auxiliaries: Mapping[str, NDArray[np.float64]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @property
    def households(self) -> int:
        return len(self.household_order)

    @property
    def is_complete(self) -> bool:
        """Whether these are all there are, not a sample: own data, every weight 1."""
        is_own = self.about.get("source") != "synthetic"
        return is_own and bool((self.laid_out["weight"] == 1).all())

    @property
    def persons(self) -> int:
        return len(self.person_order)

    def __contains__(self, name: str) -> bool:
        return name in self.laid_out

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column in the order of the tables; codes and texts as their names.

        Raises JZ-E011 when the people have no such column.
        """
        numbers = self.numbers(name)
        entry = columns().get(name)
        if entry is not None and entry.dtype == "code":
            return np.array(list(entry.codes or {}))[numbers]
        if name in self.names:
            return np.array(self.names[name], dtype=object)[numbers]
        return numbers

    def numbers(self, name: str) -> NDArray[Any]:
        """A column in the order of the tables, codes and texts as integers."""
        if name not in self.laid_out:
            raise JZError.of(
                "JZ-E011", name=name, needed_by="—", nearest=nearest(name, self.laid_out)
            )
        level = "household" if name == "id" else column(name).level
        return self.in_given_order(level, self.laid_out[name])

    def in_given_order(self, level: str, laid_out: NDArray[Any]) -> NDArray[Any]:
        """Values of the inner order in the order of the tables."""
        order = self.person_order if level == "person" else self.household_order
        given = np.empty_like(laid_out)
        given[order] = laid_out
        return given

    @property
    def ids(self) -> NDArray[Any]:
        """Household ids, numbers or texts, in the order of the tables."""
        return self["id"]

    def shown_ids(self, ranks: slice | NDArray[np.int64]) -> str:
        """Ids of some households of the inner order, for a message."""
        numbers = self.laid_out["id"][ranks].tolist()
        names = self.names.get("id")
        return ", ".join(str(names[number] if names else number) for number in numbers)

    def position(self, household: int | str) -> int:
        """The position of a household id in the tables.

        Raises JZ-E029 when there is no such household.
        """
        ids = self.ids
        found = np.flatnonzero(ids.astype(str) == str(household))
        if not found.size:
            near = nearest(str(household), ids[:100_000].astype(str))
            raise JZError.of("JZ-E029", id=household, nearest=near, households=self.households)
        return int(found[0])

    def only(self, position: int) -> "People":
        """The people of one household, by its position in the tables."""
        rank = int(np.flatnonzero(self.household_order == position)[0])
        tile = next(tile for tile in self.tiles if tile.start <= rank < tile.stop)
        place, persons = tile.person_start + rank - tile.start, []
        for head in tile.heads:
            if rank - tile.start < head:
                persons.append(place)
            place += head
        person = {n: v[persons] for n, v in self.laid_out.items() if is_person(n)}
        household = {n: v[[rank]] for n, v in self.laid_out.items() if not is_person(n)}
        return lay_out(person, household, np.array([len(persons)]), self.names, self.about)

    def with_weight(
        self,
        weight: NDArray[np.float64],
        auxiliaries: Mapping[str, NDArray[np.float64]],
        calibration: Mapping[str, Any],
    ) -> "People":
        """The same people under calibrated weights, in the order of the tables; `about` says so.

        Those they had before the first calibration stay with them as `design_weight`.
        """
        laid_out = dict(self.laid_out)
        laid_out.setdefault("design_weight", laid_out["weight"])
        laid_out["weight"] = _frozen(np.asarray(weight, np.float64)[self.household_order])
        return replace(
            self,
            laid_out=MappingProxyType(laid_out),
            auxiliaries=MappingProxyType(dict(auxiliaries)),
            about=MappingProxyType({**self.about, "calibration": dict(calibration)}),
        )

    def with_columns(self, values: Mapping[str, NDArray[Any]], **about: Any) -> "People":
        """The same people with some columns new or replaced, and `about` told of it.

        Values in the order of the tables, codes as integers, in the dictionary's units; ranges are
        not checked. Raises JZ-E010 for an unknown column, JZ-E033 for one of the wrong length.

        >>> import jiuzhu_sim as jz
        >>> people = jz.synthesize("example-county", households=2, seed=1)
        >>> people.with_columns({"n_vehicles": np.array([0, 1])})["n_vehicles"].tolist()
        [0, 1]
        """
        laid_out = dict(self.laid_out)
        for name, given in values.items():
            entry = column(name)
            order = self.person_order if entry.level == "person" else self.household_order
            if np.shape(given) != order.shape:
                lengths = f"{name} {np.shape(given)}, {entry.level} {len(order)}"
                raise JZError.of("JZ-E033", "with_columns", lengths=lengths)
            laid_out[name] = _frozen(np.asarray(given, entry.storage)[order])
        told = MappingProxyType({**self.about, **about})
        return replace(self, laid_out=MappingProxyType(laid_out), about=told)

    def with_chunk(self, chunk: int) -> "People":
        """The same people in tiles of about `chunk` persons; results do not depend on it."""
        persons = {name: self.numbers(name) for name in self.laid_out if is_person(name)}
        households = {name: self.numbers(name) for name in self.laid_out if not is_person(name)}
        made = lay_out(persons, households, self.sizes, self.names, self.about, chunk)
        return replace(made, auxiliaries=self.auxiliaries)

    def _owners(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each person of the inner order its household's rank, and which member it is."""
        owner = np.empty(self.persons, np.int64)
        member = np.empty(self.persons, np.int64)
        for tile in self.tiles:
            position = tile.person_start
            for k, head in enumerate(tile.heads):
                owner[position : position + head] = np.arange(tile.start, tile.start + head)
                member[position : position + head] = k
                position += head
        return owner, member

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Persons of each household, in the order of the tables."""
        owner, _ = self._owners()
        return self.in_given_order("household", np.bincount(owner, minlength=self.households))

    def digest(self) -> str:
        """SHA-256 of all columns by household id, whatever the order of the tables or the tiles."""
        content = hashlib.sha256()
        owner, member = self._owners()
        ids = self.laid_out["id"]
        households, persons = np.argsort(ids), np.lexsort((member, ids[owner]))
        content.update(ids[owner][persons].tobytes())
        for name in sorted(self.laid_out):
            order = persons if is_person(name) else households
            content.update(name.encode())
            content.update(self.laid_out[name][order].tobytes())
        content.update(repr(sorted(self.names.items())).encode())
        return content.hexdigest()


def is_person(name: str) -> bool:
    """Whether a column of people lies by person, not by household."""
    return name != "id" and column(name).level == "person"


def _frozen(values: NDArray[Any]) -> NDArray[Any]:
    values.flags.writeable = False
    return values


def _edges(sizes: NDArray[np.int64], chunk: int) -> list[int]:
    """Where to cut households into tiles of at most about `chunk` persons, all about as many."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    count = max(-(-total // chunk), 1)
    cuts = np.searchsorted(ends, np.arange(1, count) * total // count, side="left") + 1
    edges: list[int] = np.unique([0, *cuts.tolist(), len(sizes)]).tolist()
    return edges


def _inner_order(sizes: NDArray[np.int64], area: NDArray[np.int8]) -> NDArray[np.int64]:
    """Positions by falling size, then by area; of equal ones as they stand.

    By area because the law asks everywhere which it is, and choices that go the same way row
    after row cost the processor a quarter. Of 16-bit integers NumPy's stable sort is by digits,
    many times faster than comparing.
    """
    key = area - sizes * len(column("area").codes or {})
    short = key.min(initial=0) >= np.iinfo(np.int16).min
    return np.argsort(key.astype(np.int16) if short else key, kind="stable")


def lay_out(
    persons: Mapping[str, NDArray[Any]],
    households: Mapping[str, NDArray[Any]],
    sizes: NDArray[np.int64],
    names: Mapping[str, tuple[str, ...]],
    about: Mapping[str, Any],
    chunk: int = CHUNK,
) -> People:
    """People from checked columns: persons of a household contiguous, households in the same
    order, `sizes` persons each; `households` holds the column ``id``.

    Columns are copied tile by tile, so that reading stays within what the cache holds; those
    given are left as they are.
    """
    area = households.get("area", np.zeros(len(sizes), np.int8))
    first = np.cumsum(sizes) - sizes
    order = np.empty(len(sizes), np.int64)
    person_order = np.empty(int(sizes.sum()), np.int64)
    tiles, position = [], 0
    for start, stop in pairwise(_edges(sizes, chunk)):
        inside = slice(start, stop)
        ranks = order[inside] = _inner_order(sizes[inside], area[inside]) + start
        heads = tuple(np.cumsum(np.bincount(sizes[inside])[:0:-1])[::-1].tolist())
        tiles.append(Tile(start, stop, position, position + sum(heads), heads))
        for k, head in enumerate(heads):
            np.add(first[ranks[:head]], k, out=person_order[position : position + head])
            position += head
    laid_out = {name: _frozen(values.take(person_order)) for name, values in persons.items()}
    laid_out |= {name: _frozen(values.take(order)) for name, values in households.items()}
    return People(
        laid_out=MappingProxyType(laid_out),
        household_order=_frozen(order),
        person_order=_frozen(person_order),
        tiles=tuple(tiles),
        names=MappingProxyType(dict(names)),
        about=MappingProxyType(dict(about)),
    )
