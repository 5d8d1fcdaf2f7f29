"""People with the children who will be born in a run, in the table from the start."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import codes, column
from jiuzhu_sim.population import People
from jiuzhu_sim.population.people import is_person, lay_out

UNBORN = codes("not_counted_because").unborn

Rows = NDArray[np.int64]


def with_unborn(people: People, homes: Rows, given: Mapping[str, NDArray[Any]]) -> People:
    """The same people with one more person in each of the households `homes` (positions, in the
    order of the tables; a household may be named again), last in it and not counted.

    `given` holds columns of the new persons; in others they have the default, or nothing. New
    persons stand in the order of `homes`, which must rise. Every household keeps its place.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=2, seed=1)
    >>> more = with_unborn(people, np.array([1]), {})
    >>> more.persons - people.persons, more["not_counted_because"][-1]
    (1, np.str_('unborn'))
    """
    sizes, old_persons = people.sizes, people.persons
    new_sizes = sizes + np.bincount(homes, minlength=len(sizes))
    made = lay_out({}, {"id": people.numbers("id")}, new_sizes, people.names, people.about)
    place = moved(sizes, homes)
    # For each row of the new tables the row it comes from; new persons after all the old ones.
    source = np.full(old_persons + len(homes), -1)
    source[place] = np.arange(old_persons)
    source[source < 0] = old_persons + np.arange(len(homes))
    rows = source[made.person_order]
    is_new = rows >= old_persons
    number = rows[is_new] - old_persons
    inner = _inverse(people.person_order)[np.where(is_new, 0, rows)]
    inner_homes = _inverse(people.household_order)[made.household_order]
    laid_out = {}
    old = dict(people.laid_out)
    old.setdefault("not_counted_because", np.zeros(old_persons, np.int8))
    for name, values in old.items():
        if is_person(name):
            laid_out[name] = values[inner]
            laid_out[name][is_new] = _value(name, given, number, values)
        else:
            laid_out[name] = values[inner_homes]
        laid_out[name].flags.writeable = False
    auxiliaries = people.auxiliaries
    return replace(made, laid_out=MappingProxyType(laid_out), auxiliaries=auxiliaries)


def moved(sizes: Rows, homes: Rows) -> Rows:
    """Where each person of the old tables stands once `homes` have one more person each.

    >>> moved(np.array([2, 1]), np.array([0])).tolist()
    [0, 1, 3]
    """
    added = np.bincount(homes, minlength=len(sizes))
    return np.arange(sizes.sum()) + np.repeat(np.cumsum(added) - added, sizes)


def _value(name: str, given: Mapping[str, NDArray[Any]], number: Rows, old: NDArray[Any]) -> Any:
    """A column of new persons, by their number."""
    if name in given:
        return given[name][number]
    if name == "not_counted_because":
        return UNBORN
    if name == "person_id":
        return old.max() + 1 + number
    entry = column(name)
    if entry.default is not None:
        return entry.number
    return list(entry.codes).index("other") if entry.codes else 0


def _inverse(order: Rows) -> Rows:
    """For each row of the tables where it lies in the inner order."""
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place
