"""What the office knows: a copy of people's circumstances that is refreshed household by household.

Whoever is not on the roll is seen as they are when they come; of those on the roll the office keeps
the picture it had when it last learnt something.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column
from jiuzhu_sim.population import People
from jiuzhu_sim.population.people import is_person

Columns = Mapping[str, NDArray[Any]]
Flags = NDArray[np.bool_]

REGISTERED = ("wage_m", "pension_basic_m", "pension_other_m", "unemployment_benefit_m")
"""Incomes that registers show: wages with contributions, pensions, unemployment insurance. What
families earn on the farm or hand to each other stands in none."""

CLAIMED = frozenset({"emergency_need", "medical_compliant_y", "n_deaths_y"})
"""What is claimed with its receipts in the month itself, and so is never known too late."""


class Knowledge:
    """The circumstances of all households as the office has them, in the order of the tables.

    `true` are this month's columns that can differ from `people`, `known` the office's of the same
    names; `look` takes a new month in, `refresh` lets the office learn.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=2, seed=1)
    >>> office = Knowledge(people)
    >>> office.look({"wage_m": people["wage_m"] + 100})
    >>> office.stale().tolist()
    [True, True]
    >>> office.refresh(np.array([True, False]))
    >>> office.stale().tolist()
    [False, True]
    """

    def __init__(self, people: People):
        self.people = people
        self.owner = np.repeat(np.arange(people.households), people.sizes)
        self.true: dict[str, NDArray[Any]] = {}
        self.known: dict[str, NDArray[Any]] = {}
        self._at_first: dict[str, NDArray[Any]] = {}

    def look(self, columns: Columns) -> None:
        """Take in what is true this month; a column not in it is as at first."""
        for name in columns:
            if name not in self._at_first:
                self._at_first[name] = self.known[name] = self.at_first(name)
        self.true = {name: columns.get(name, first) for name, first in self._at_first.items()}

    def at_first(self, name: str) -> NDArray[Any]:
        """A column as the people brought it; its default where they did not."""
        if name in self.people:
            return self.people.numbers(name)
        entry = column(name)
        length = self.people.persons if is_person(name) else self.people.households
        return np.full(length, entry.number, entry.storage)

    def stale(self) -> Flags:
        """Households of which the office does not know something that is so; (households,)."""
        person = np.zeros(len(self.owner), bool)
        household = np.zeros(self.people.households, bool)
        for name, true in self.true.items():
            if name not in CLAIMED:
                differs = person if is_person(name) else household
                if true is not self.known[name]:
                    differs |= true != self.known[name]
        return household | self.any_member(person)

    def has_registered_rise(self) -> Flags:
        """Households whose incomes in registers are above what the office has of the same."""
        rise = np.zeros(len(self.owner))
        for name in REGISTERED:
            if name in self.true:
                rise += self.true[name] - self.known[name]
        found: Flags = np.bincount(self.owner, rise, self.people.households) > 0
        return found

    def refresh(self, learns: Flags) -> None:
        """The office learns all that is so of these households, and what is claimed of all."""
        homes = np.flatnonzero(~learns)
        persons = np.flatnonzero(~learns[self.owner])
        for name, true in self.true.items():
            known, old = self.known[name], persons if is_person(name) else homes
            if name not in CLAIMED and true is not known and old.size:
                # Few keep an old picture: copy what is true, then put theirs back.
                self.known[name] = true.copy()
                self.known[name][old] = known[old]
            else:
                self.known[name] = true

    def any_member(self, persons: Flags) -> Flags:
        """Households with such a person; (households,)."""
        found = np.zeros(self.people.households, bool)
        found[self.owner[persons]] = True
        return found
