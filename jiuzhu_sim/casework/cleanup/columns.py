"""Columns of people with their views, by household and by person, for whoever checks them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column, columns
from jiuzhu_sim.population import People

PAID, SINCE = "compensation", "months_since_compensation"
FACTS = ("not_counted_because", "has_able_obligor", PAID)
"""Plain columns that are no amounts to be compared: a register tells of them or is silent."""


def values_of(people: People, name: str) -> NDArray[Any]:
    """A column as integers or amounts, its default where the people lack it (an optional: 0)."""
    if name in people:
        return people.numbers(name)
    entry = column(name)
    length = people.persons if entry.level == "person" else people.households
    return np.full(length, 0 if entry.default is None else entry.number, entry.storage)


def view_of(people: People, name: str, view: str) -> NDArray[Any]:
    """What a view shows of a plain column; as reported where the people have no such view."""
    for entry in columns().values():
        if entry.view_of == name and entry.view == view and entry.name in people:
            return people.numbers(entry.name)
    return values_of(people, name)


def shown(people: People, name: str) -> NDArray[Any]:
    """What is known of a column once registers were compared: the most against the household.

    Of amounts and counts the greater of what is reported and registered; of other facts what a
    register tells, if it tells anything.
    """
    told, seen = values_of(people, name), view_of(people, name, "registry")
    if name == SINCE:  # tells of the compensation; 0 is this very month
        return np.where(view_of(people, PAID, "registry") != column(PAID).number, seen, told)
    if name in FACTS:
        return np.where(seen != column(name).number, seen, told)
    return np.maximum(told, seen)


def owners(people: People) -> NDArray[np.int64]:
    """The household of each person, as positions in the tables."""
    rank = np.empty(people.persons, np.int64)
    for tile in people.tiles:
        at = tile.person_start
        for head in tile.heads:
            rank[at : at + head] = np.arange(tile.start, tile.start + head)
            at += head
    return people.in_given_order("person", people.household_order[rank])


def gathered(people: People, flags: NDArray[Any]) -> NDArray[np.bool_]:
    """Households with a member of whom the flag holds."""
    return np.bincount(owners(people), flags, people.households) > 0


def by_household(people: People, name: str, differs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A difference in a column, whatever its level, by household."""
    return gathered(people, differs) if column(name).level == "person" else differs
