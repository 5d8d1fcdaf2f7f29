"""What is left of weighted sums when the households are gone: enough for the table, and no more.

A table over households in many parts, read one after the other or on many machines, is made of
the tallies of the parts. Sums are exact (`exact.Exact`), so the table is the same to the last bit
as that of all households at once, however they were split.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import columns
from jiuzhu_sim.engine import Results
from jiuzhu_sim.language import pick
from jiuzhu_sim.measures.exact import Exact, Floats
from jiuzhu_sim.measures.groups import Groups, household
from jiuzhu_sim.measures.intervals import Estimates, Sums

Key = tuple[str, ...]
Labels = Mapping[str, Mapping[str, str] | str]


class Packed(Mapping[Key, Exact]):
    """Sums by name, all by the same groups and kept one behind the other in a single `Exact`, in
    the order of their names: added and written at once, taken apart when one is asked for.

    >>> both = Packed(["b", "a"], Exact.of_counts(np.array([1, 2, 8, 9])))
    >>> both["b"].value().tolist(), list(both)
    ([8.0, 9.0], ['a', 'b'])
    """

    def __init__(self, keys: Iterable[Key], whole: Exact):
        self.whole = whole
        self._place = {key: number for number, key in enumerate(sorted(keys))}
        self._each = whole.n // max(len(self._place), 1)

    def __getitem__(self, key: Key) -> Exact:
        start = self._place[key] * self._each
        return self.whole.some(slice(start, start + self._each))

    def __iter__(self) -> Iterator[Key]:
        return iter(self._place)

    def __len__(self) -> int:
        return len(self._place)


def packed(made: Mapping[Key, Exact]) -> Exact:
    """Sums as one, in the order of their names, as `Packed` holds them."""
    return made.whole if isinstance(made, Packed) else Exact.stack([made[k] for k in sorted(made)])


def wide(places: NDArray[Any], n: int, count: int) -> NDArray[np.int64]:
    """Where the groups of `count` packed sums go when each of them goes to `places` of `n`."""
    found: NDArray[np.int64] = (n * np.arange(count)[:, None] + places).ravel()
    return found


def spread(made: Mapping[Key, Exact], places: NDArray[Any], n: int) -> Packed:
    """All sums by other groups, as `Exact.spread`."""
    return Packed(made, packed(made).spread(wide(places, n, len(made)), n * len(made)))


@dataclass(frozen=True, eq=False)
class Tally(Estimates):
    """Weighted sums by row of a table, without the households behind them.

    `rows`: keys of `dims`, without the total; no dims, no rows: sums of all. `made`: by variable,
    or pair of variables, their sums by row. `counted`: (rows,) households behind each row, a
    single number without dims. `households`: all of them, in a row or not. `labels`: what stands
    in titles, in all languages. `complete`: whether they are all there are (`People.is_complete`).

    >>> one = Exact.of(np.ones(2), np.array([0, 1]), 2)
    >>> made = {("one",): one, ("one", "one"): one}
    >>> some = Tally(("area",), (("urban",), ("rural",)), made, np.array([1, 1]), 2)
    >>> (some + some).of("one").tolist()
    [2.0, 2.0, 4.0]
    """

    dims: tuple[str, ...]
    rows: tuple[Key, ...]
    made: Mapping[Key, Exact]
    counted: NDArray[np.int64]
    households: int
    labels: Labels = field(default_factory=dict)
    complete: bool = False

    @property
    def fields(self) -> dict[str, str]:
        """What stands in titles, in the language in use."""
        return in_words(self.labels)

    def of(self, *names: str) -> Floats:
        """Sum of one weighted variable, or of the product of two: by row, and of all behind them.

        Raises KeyError for sums that were not kept.
        """
        made = self.made[tuple(sorted(names))]
        return (made.with_total() if self.dims else made).value()

    def __add__(self, other: "Tally") -> "Tally":
        """The tally of both groups of households, rows found again by their keys.

        Raises ValueError when they are not of the same kind of table.
        """
        if self.dims != other.dims or set(self.made) != set(other.made):
            raise ValueError(f"tallies by {self.dims} and by {other.dims}, or of other variables")
        rows = self.rows
        if rows != other.rows:
            rows = in_order(self.dims, {*self.rows, *other.rows})
        a, b = self.by(rows), other.by(rows)
        return replace(
            a,
            made=Packed(a.made, packed(a.made) + packed(b.made)),
            counted=a.counted + b.counted,
            households=self.households + other.households,
            complete=self.complete and other.complete,
        )

    def by(self, rows: tuple[Key, ...]) -> "Tally":
        """The same tally by these rows, its own among them."""
        if rows == self.rows:
            return self
        place = {key: number for number, key in enumerate(rows)}
        places = np.array([place[key] for key in self.rows], np.intp)
        counted = np.zeros(len(rows), np.int64)
        counted[places] = self.counted
        return replace(self, rows=rows, made=spread(self.made, places, len(rows)), counted=counted)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What a file holds: plain arrays by name; `from_arrays` makes the same tally of them."""
        named = self.labels.items()
        about = {
            "dims": self.dims,
            "made": sorted(self.made),
            "households": self.households,
            "labels": {key: each if isinstance(each, str) else dict(each) for key, each in named},
            "complete": self.complete,
        }
        return {
            "about": np.array(json.dumps(about, ensure_ascii=False, sort_keys=True)),
            "rows": np.array(self.rows, np.str_).reshape(len(self.rows), len(self.dims)),
            "counted": self.counted,
            **packed(self.made).arrays(),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Tally":
        """The tally that `arrays` wrote."""
        about = json.loads(str(arrays["about"]))
        keys, counted = [tuple(key) for key in about["made"]], arrays["counted"].astype(np.int64)
        return cls(
            dims=tuple(about["dims"]),
            rows=tuple(tuple(row) for row in arrays["rows"].tolist()),
            made=Packed(keys, Exact.from_arrays(arrays)),
            counted=counted,
            households=about["households"],
            labels=about["labels"],
            complete=about["complete"],
        )


def in_words(labels: Labels) -> dict[str, str]:
    """Labels of titles in the language in use; plain texts as they are.

    >>> in_words({"policy": {"zh": "示例县", "en": "Example County"}, "unit": "1"})
    {'policy': '示例县', 'unit': '1'}
    """
    return {key: each if isinstance(each, str) else pick(each) for key, each in labels.items()}


class Rows(Sums):
    """`Sums` of the households of some results by the rows of a table, and what it shows beside.

    `counts`: (households,) which of them the table counts (its n); None: all. `weight`:
    weights by household, or the name of their column. `auxiliaries`: calibration columns, where
    they are not those of the people. `labels`: for titles; the policy's, if not given.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.measures.groups import groups
    >>> people = jz.synthesize("example-county", households=50, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> rows = Rows(results, groups(results, ("area",)), None, "weight", one=np.ones(50))
    >>> int(rows.counted.sum())
    50
    """

    def __init__(
        self,
        results: Results,
        by: Groups,
        counts: NDArray[Any] | None,
        weight: str | Floats,
        labels: Labels | None = None,
        auxiliaries: Mapping[str, Floats] | None = None,
        **variables: NDArray[Any],
    ):
        if auxiliaries is None:
            auxiliaries = results.people.auxiliaries
        if isinstance(weight, str):
            weight = household(results, weight)
        index, n = (by.index, by.n) if by.dims else (None, 1)
        super().__init__(weight, index, n, auxiliaries, **variables)
        self.dims, self.rows = by.dims, by.rows
        flag = next((name for name, each in variables.items() if each is counts), None)
        if counts is None or (flag and counts.dtype == np.bool_):
            self.counted = self.rows_of(flag)
        else:
            self.counted = _counted(index, counts, n)
        self.labels = labels or {"policy": results.policy.label}
        self.complete = results.people.is_complete

    @property
    def fields(self) -> dict[str, str]:
        """What stands in titles, in the language in use."""
        return in_words(self.labels)

    def tally_for(self, table: Callable[["Rows"], Any]) -> Tally:
        """The sums that a table asks for; made once to see which, it is not made again."""
        if (table, self.dims) not in _asked:
            table(self)
            _asked[table, self.dims] = tuple(self.made)
        self.add_up(_asked[table, self.dims])
        return self.tally()

    def tally(self) -> Tally:
        """Every sum that was asked for so far, rows in the order of the dictionary.

        Raises ValueError under calibrated weights: the interval needs the calibration columns,
        which are there only together with the people.
        """
        if self.columns:
            raise ValueError("sums of calibrated people cannot be merged: they stay in memory")
        made = Tally(
            self.dims,
            self.rows,
            dict(self.made),
            self.counted,
            self.households,
            self.labels,
            self.complete,
        )
        return made.by(in_order(self.dims, self.rows)) if _has_order(self.dims) else made


def _counted(index: Any, counts: Any, n: int) -> NDArray[np.int64]:
    """How many households count, by row."""
    if index is None:
        return np.array([np.count_nonzero(counts)])
    return np.bincount(index[np.flatnonzero(counts)], minlength=n)


def _has_order(dims: tuple[str, ...]) -> bool:
    return all(dim in columns() for dim in dims)


def in_order(dims: tuple[str, ...], rows: Any) -> tuple[Key, ...]:
    """Row keys in the order of the dictionary: codes as they stand there, names sorted.

    Raises ValueError for rows that are neither (a table that always has all of its rows).

    >>> in_order(("area", "township"), [("rural", "b"), ("urban", "c"), ("rural", "a")])
    (('urban', 'c'), ('rural', 'a'), ('rural', 'b'))
    """
    if not _has_order(dims):
        raise ValueError(f"rows of {dims} that differ from one part to the other")
    places = [{code: k for k, code in enumerate(columns()[dim].codes or {})} for dim in dims]

    def key(row: Key) -> list[tuple[int, str]]:
        return [(place.get(name, 0), name) for place, name in zip(places, row, strict=True)]

    return tuple(sorted(rows, key=key))


_asked: dict[tuple[Callable[[Rows], Any], tuple[str, ...]], tuple[Key, ...]] = {}
"""By table and its dims, the sums that it asks for: they do not depend on the households."""

Counts = Rows | Tally
"""Sums by row with what the table shows beside them: of households in memory, or merged."""
