"""`Figures`: one indicator over the townships, as its source counted it; and the draw of files."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.population.draws import uniform

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PURPOSE = "assessment files"
"""What the draw of an assessment is keyed by, besides seed and id."""

TINY = 1e-6
"""What a sum of equal weights may lack of a whole number."""


@dataclass(frozen=True)
class Figures:
    """All arrays (units,): a share as `hits` of `n` out of `population`, else `value` with `sd` and
    its own `low` and `high` where it has an interval; None where it has none. `unknown`: cases that
    could not be judged. `target`, `clause`: those of the procedure in use, where they are its own.
    `is_told`: by the township's own returns.
    """

    hits: Floats | None = None
    n: Floats | None = None
    population: Floats | None = None
    value: Floats | None = None
    sd: Floats | None = None
    low: Floats | None = None
    high: Floats | None = None
    unknown: Floats | None = None
    target: float | None = None
    clause: str = ""
    is_told: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was measured in any unit."""
        if self.n is not None and (self.n > 0).any():
            return False
        return self.value is None or bool(np.isnan(self.value).all())


@dataclass(frozen=True)
class Draw:
    """Which cases are looked at: all of them (`files` 0), or in each unit `files` drawn at random
    of those that an indicator concerns.

    A case has one draw, keyed by (seed, id, purpose), in whatever order the cases come; of the
    cases concerned, those with the smallest draws are looked at: for each indicator a simple random
    sample, and for all of them together as few files as can be.
    """

    files: int
    seed: int

    def of(self, ids: NDArray[Any], place: NDArray[np.int64], concerned: Flags) -> Flags:
        """The cases looked at: (cases,)."""
        concerned = concerned & (place >= 0)
        if not self.files:
            return concerned
        rows = np.flatnonzero(concerned)
        numbers = np.asarray(ids)[rows].astype(np.int64)
        order = np.lexsort((numbers, uniform(self.seed, numbers, PURPOSE), place[rows]))
        counts = np.bincount(place[rows])
        rank = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        made = np.zeros(len(concerned), bool)
        made[rows[order[rank < self.files]]] = True
        return made


def share_of(
    met: Flags,
    seen: Flags,
    concerned: Flags,
    place: NDArray[np.int64],
    n: int,
    weight: Floats | None = None,
    *,
    is_whole: bool = True,
) -> Figures:
    """Cases `met` of those `seen`, out of those `concerned`, by unit.

    With a `weight` each row stands for so many households: all of them are counted (`is_whole`), or
    the rows seen are a sample of them. Of a sample with unequal weights the share is the weighted
    one and `n` the effective number, (Σw)² / Σw² (Kish 1965), so that the interval is honest.

    >>> place = np.array([0, 0, 1])
    >>> made = share_of(place == 0, np.ones(3, bool), np.ones(3, bool), place, 2)
    >>> made.hits.tolist(), made.n.tolist()
    ([2.0, 0.0], [2.0, 1.0])
    """

    def summed(flags: Flags, values: Floats | None = None) -> Floats:
        kept = flags & (place >= 0)
        held = None if values is None else values[kept]
        return np.bincount(place[kept], held, minlength=n).astype(np.float64)

    if weight is None:
        return Figures(hits=summed(met & seen), n=summed(seen), population=summed(concerned))
    population = np.maximum(np.rint(summed(concerned, weight)), summed(seen))
    if is_whole:
        hits = np.rint(summed(met & seen, weight))
        return Figures(hits=hits, n=population, population=population)
    held, squares, right = summed(seen, weight), summed(seen, weight**2), summed(met & seen, weight)
    effective = np.floor(held**2 / np.where(squares > 0, squares, 1) + TINY)
    hits = np.rint(effective * right / np.where(held > 0, held, 1))
    return Figures(hits=hits, n=effective, population=population)
