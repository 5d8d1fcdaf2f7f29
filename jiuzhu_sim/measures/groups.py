"""Households in groups: by area, township, category, layer, in the order of the dictionary."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column, columns
from jiuzhu_sim.engine import Results
from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import text

GROUPS = ("area", "township", "category_hh", "layer_hh")


@dataclass(frozen=True)
class Groups:
    """The group of each household as an integer, and the key of each group."""

    dims: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    index: NDArray[Any]

    @property
    def n(self) -> int:
        return len(self.rows)


def groups(results: Results, by: Iterable[str]) -> Groups:
    """Group the households by some of `GROUPS`; combinations that occur, in dictionary order.

    Raises JZ-E031 for anything else, JZ-E011 when the people lack the column.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> groups(jz.simulate(people, jz.load_policy("example-county")), ["area"]).rows
    (('urban',), ('rural',))
    """
    dims = tuple(by)
    for dim in dims:
        if dim not in GROUPS:
            raise JZError.of("JZ-E031", name=dim, known=", ".join(GROUPS))
        if dim not in results.computed and dim not in results.people:
            near = nearest(dim, results.people.laid_out)
            raise JZError.of("JZ-E011", name=dim, needed_by=text("word.grouping"), nearest=near)
    if not dims:
        return Groups((), (), np.zeros(results.people.households, np.int8))
    names = [results.people.names.get(dim) or tuple(columns()[dim].codes or {}) for dim in dims]
    size = math.prod(len(each) for each in names)
    # Short numbers: they are sorted by digits, and this runs at the speed of memory.
    kind = np.dtype(np.int16 if size <= np.iinfo(np.int16).max else np.int64)
    index: NDArray[Any] = np.zeros(results.people.households, kind)
    for dim, each in zip(dims, names, strict=True):
        index *= len(each)
        index += results.numbers(dim).astype(kind, copy=False)
    present = np.bincount(index, minlength=size) > 0
    rows = []
    for number in np.flatnonzero(present):
        place = np.unravel_index(number, [len(each) for each in names])
        rows.append(tuple(each[i] for each, i in zip(names, place, strict=True)))
    if not present.all():
        index = (np.cumsum(present) - 1).astype(kind).take(index)
    return Groups(dims, tuple(rows), index)


def household(results: Results, name: str) -> NDArray[np.float64]:
    """A household column as float64, in the order of the tables; JZ-E032 for a person's.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=3, seed=1)
    >>> household(jz.simulate(people, jz.load_policy("example-county")), "weight").shape
    (3,)
    """
    if column(name).level != "household":
        expected = text("word.household_column")
        raise JZError.of("JZ-E032", name="weight", value=name, expected=expected)
    return results.numbers(name).astype(np.float64, copy=False)
