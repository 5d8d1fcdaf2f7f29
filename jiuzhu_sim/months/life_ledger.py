"""What changed for whom in which month: person columns as a base and entries on top of it.

The value of a column in a month is the base with all entries up to that month written over it, so a
month can be asked for in any order, and what does not change costs nothing.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column, columns
from jiuzhu_sim.population import People

Rows = NDArray[np.int64]


def values_of(people: People, name: str) -> NDArray[Any]:
    """A column in the order of the tables, codes as integers; its default where the people lack it.

    >>> import jiuzhu_sim as jz
    >>> values_of(jz.synthesize("example-county", households=2, seed=1), "n_obligors").tolist()
    [0, 0]
    """
    if name in people:
        return people.numbers(name)
    entry = column(name)
    length = people.persons if entry.level == "person" else people.households
    return np.full(length, 0 if entry.default is None else entry.number, entry.storage)


def with_views(people: People, name: str) -> tuple[str, ...]:
    """A column and those of its views (true, registry) that the people bring.

    >>> import jiuzhu_sim as jz
    >>> with_views(jz.synthesize("example-county", households=2, seed=1), "wage_m")
    ('wage_m',)
    """
    views = (entry.name for entry in columns().values() if entry.view_of == name)
    return (name, *(view for view in views if view in people))


class Ledger:
    """Entries by column; while they are written, `now` holds the latest values.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=2, seed=1)
    >>> ledger = Ledger(people)
    >>> ledger.set(3, "wage_m", np.array([0]), 500.0)
    >>> float(ledger.now("wage_m")[0]), ledger.names
    (500.0, ('wage_m',))
    """

    def __init__(self, people: People):
        self._people = people
        self._now: dict[str, NDArray[Any]] = {}
        self._entries: dict[str, list[tuple[int, Rows, NDArray[Any]]]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The columns with entries."""
        return tuple(self._entries)

    def now(self, name: str) -> NDArray[Any]:
        """The latest values of a column, in the order of the tables; not to be written to."""
        if name not in self._now:
            self._now[name] = np.array(values_of(self._people, name))
        return self._now[name]

    def set(self, month: int, name: str, who: Rows, values: Any) -> None:
        """From `month` on these persons have these values; months in rising order."""
        if not len(who):
            return
        latest = self.now(name)
        latest[who] = values
        self._entries.setdefault(name, []).append((month, who, latest[who]))

    def closed(self, place: Rows, months: int) -> "Closed":
        """The ledger for reading, persons moved to their `place` in other tables."""
        made = {}
        for name, entries in self._entries.items():
            who = place[np.concatenate([rows for _, rows, _ in entries])]
            values = np.concatenate([each for _, _, each in entries])
            when = np.repeat([month for month, _, _ in entries], [len(r) for _, r, _ in entries])
            made[name] = (who, values, np.searchsorted(when, np.arange(months), side="right"))
        return Closed(made)


class Closed:
    """A ledger for reading."""

    def __init__(self, entries: dict[str, tuple[Rows, NDArray[Any], NDArray[np.int64]]]):
        self._entries = entries

    def names(self, month: int) -> list[str]:
        """The columns that differ in a month from their base."""
        return [name for name, (_, _, cuts) in self._entries.items() if cuts[month]]

    def at(self, name: str, month: int, base: Callable[[str], NDArray[Any]]) -> NDArray[Any]:
        """A column in a month, in the order of the tables; `base` gives what it starts from."""
        values = base(name).copy()
        if name in self._entries:
            who, new, cuts = self._entries[name]
            values[who[: cuts[month]]] = new[: cuts[month]]
        return values
