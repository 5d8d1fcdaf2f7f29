"""States: what a measure keeps of a part of the households, to be added to that of other parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

from numpy.typing import NDArray

from jiuzhu_sim.measures.histogram import Histogram
from jiuzhu_sim.measures.tally import Tally

Arrays = dict[str, NDArray[Any]]


class State(Protocol):
    """Sums of a part of the households; adding does not depend on order or grouping."""

    @property
    def complete(self) -> bool:
        """Whether the households are all there are, not a sample."""

    def __add__(self, other: Self) -> Self: ...

    def arrays(self) -> Arrays:
        """Plain arrays by name, for a file."""

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The state that `arrays` wrote."""


@dataclass(frozen=True, eq=False)
class States:
    """Several states under names, as one.

    >>> import numpy as np
    >>> one = States({"a": Tally((), (), {}, np.array([1]), 1)})
    >>> (one + one).parts["a"].households
    2
    """

    parts: Mapping[str, Any]

    @property
    def complete(self) -> bool:
        """Whether all of them are of a complete count."""
        return all(part.complete for part in self.parts.values())

    def __add__(self, other: "States") -> "States":
        """Name by name; ValueError when the names differ."""
        if set(self.parts) != set(other.parts):
            raise ValueError(f"states {sorted(self.parts)} and {sorted(other.parts)}")
        return States({name: part + other.parts[name] for name, part in self.parts.items()})

    def __getitem__(self, name: str) -> Any:
        """The state of this name."""
        return self.parts[name]

    def arrays(self) -> Arrays:
        """The arrays of all, each under ``name@kind/``."""
        return {
            f"{name}@{_kind(part)}/{key}": array
            for name, part in self.parts.items()
            for key, array in part.arrays().items()
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "States":
        """The states that `arrays` wrote."""
        own: dict[str, Arrays] = {}
        for key, array in arrays.items():
            head, _, rest = key.partition("/")
            own.setdefault(head, {})[rest] = array
        parts = {}
        for head, held in own.items():
            name, _, kind = head.rpartition("@")
            parts[name] = KINDS[kind].from_arrays(held)
        return cls(parts)


KINDS: dict[str, Any] = {"tally": Tally, "histogram": Histogram, "states": States}
"""The kinds of state that a file may hold."""


def _kind(state: Any) -> str:
    return next(name for name, kind in KINDS.items() if type(state) is kind)
