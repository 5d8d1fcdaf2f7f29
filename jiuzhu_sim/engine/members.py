"""The persons of each household within a tile, for rules that gather and the engine's spread.

In a tile, persons lie member by member: the first `heads[0]` values belong to the first members
of all households, the next `heads[1]` to the second members of the households that have one, and
so on. So gathering is adding slices, always in the order of the members.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.population.people import Tile


class Members:
    """Gathers and spreads over the members of a tile's households.

    An array of one value stands for the same value everywhere (see `Ready`).

    >>> members = Members(Tile(0, 2, 0, 3, (2, 1)))   # two households, of 2 persons and of 1
    >>> members.sum(np.array([10.0, 5.0, 7.0])).tolist()
    [17.0, 5.0]
    >>> members.spread(np.array([1, 2])).tolist()
    [1, 2, 1]
    """

    def __init__(self, tile: Tile):
        self.heads = tile.heads
        self._number: NDArray[np.int64] | None = None

    def _later(self) -> Iterator[tuple[int, slice]]:
        """For second and later members: how many households have one, and where they lie."""
        position = self.heads[0]
        for head in self.heads[1:]:
            yield head, slice(position, position + head)
            position += head

    def number(self) -> NDArray[np.int64]:
        """Members of each household."""
        if self._number is None:
            counted = np.ones(self.heads[0], np.int64)
            for head, _ in self._later():
                counted[:head] += 1
            counted.flags.writeable = False
            self._number = counted
        return self._number

    def sum(self, values: NDArray[Any], among: NDArray[np.bool_] | None = None) -> NDArray[Any]:
        """Sum over members, in their order; with `among`, over those flagged."""
        if among is not None and not among.all():
            values = values * among
        if len(values) == 1:  # the same for everybody
            # Nothing for every member is nothing for every household: still one value.
            return values * (self.number() if values[0] else self.number()[:1])
        return self._added(values)

    def _added(self, values: NDArray[Any]) -> NDArray[Any]:
        total = values[: self.heads[0]].copy()
        for head, span in self._later():
            total[:head] += values[span]
        return total

    def count(self, flags: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many members are flagged."""
        if len(flags) == 1:
            return self.sum(flags.astype(np.int64))
        # In single bytes, an eighth of the work, where nobody can have more members than one holds.
        small = len(self.heads) <= np.iinfo(np.uint8).max
        return self._added(flags.astype(np.uint8 if small else np.int64)).astype(np.int64)

    def any(self, flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether a member is flagged."""
        if len(flags) == 1:
            return flags
        found = flags[: self.heads[0]].copy()
        for head, span in self._later():
            found[:head] |= flags[span]
        return found

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """A household value for each of its persons."""
        if len(values) == 1:
            return values
        return np.concatenate([values[:head] for head in self.heads])
