"""Life: what happens to families month by month, whatever the policy (`life.yaml`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.columns import codes, column
from jiuzhu_sim.months.calendar import Span
from jiuzhu_sim.months.conditions import CONDITIONS, MONTHS, Conditions
from jiuzhu_sim.months.life_future import moved, with_unborn
from jiuzhu_sim.months.life_history import EVENTS, History
from jiuzhu_sim.months.life_ledger import Rows, values_of, with_views
from jiuzhu_sim.months.life_persons import NEVER, grown
from jiuzhu_sim.months.life_work import EARNED
from jiuzhu_sim.population import People

__all__ = ["EVENTS", "Life", "Month"]

BECAUSE = codes("not_counted_because")
RELATION = codes("relation")

GROWING = (*EARNED, "transfer_m")
"""Incomes that grow with the economy; with their true and registry views."""


@dataclass(frozen=True)
class Month:
    """What is true in a month.

    `columns` are those that differ from `life.people`, whole, in the order of its tables, codes as
    integers: ready for `People.with_columns`. `events` tells for each of `EVENTS` the households
    in which it happened in this month, (households,).
    """

    columns: Mapping[str, NDArray[Any]]
    events: Mapping[str, NDArray[np.bool_]]


class Life:
    """What happens to these people in a run; made once and the same for every policy.

    `people` is the state on the eve of the first month. `life.people` are the people with every
    child to be born in the table, not counted before; households keep number and order, and
    `life.owner` is the household of each person. A run of twelve months is the beginning of one of
    twenty-four.

    Raises JZ-E007 for a start that is no month (``2025-01``), JZ-E032 for no month at all, JZ-E060
    for an assumption that is missing.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.months.assumptions import assumptions
    >>> people = jz.synthesize("example-county", households=2000, seed=1)
    >>> life = Life(people, assumptions("life"), months=12, start="2025-01", seed=1)
    >>> later = life.people.with_columns(life.month(11).columns)
    >>> bool((later["age"] >= life.people["age"]).all())
    True
    """

    def __init__(
        self,
        people: People,
        assumptions: Assumptions,
        *,
        months: int,
        start: str,
        seed: int,
        conditions: Conditions = CONDITIONS,
    ):
        span = Span.of(start, months)
        self.months, self.start, self.seed, self.conditions = months, start, seed, conditions
        past = History(
            people,
            assumptions,
            conditions,
            months=months,
            first_month=span.start.month,
            seed=seed,
        )
        self._happened, self._needs = past.happened, past.needs
        mothers = np.concatenate(past.mothers)
        born_in = np.repeat(np.arange(months), [len(some) for some in past.mothers])
        order = np.argsort(past.who.owner[mothers], kind="stable")
        mothers, born_in = mothers[order], born_in[order]
        homes = past.who.owner[mothers]
        self.people = people
        if len(homes):
            self.people = with_unborn(people, homes, _children(past, mothers, born_in))
        place = moved(people.sizes, homes)
        self.owner = np.repeat(np.arange(people.households), self.people.sizes)
        self._changed = past.ledger.closed(place, months)
        self._died_in = self._filled(NEVER, place, past.died_in)
        self._born_in = self._filled(NEVER, place, -1)
        self._birthday_in = self._filled(NEVER, place, past.who.birthday_in)
        is_new = np.ones(self.people.persons, bool)
        is_new[place] = False
        self._born_in[is_new] = born_in
        self._birthday_in[is_new] = born_in + MONTHS
        self._base: dict[str, NDArray[Any]] = {}
        self._growing = [n for name in GROWING for n in with_views(people, name) if n in people]

    def month(self, t: int) -> Month:
        """What is true in month `t`, counted from 0; any month, in any order, always the same."""
        made = {name: self._changed.at(name, t, self._of) for name in self._changed.names(t)}
        growth = self.conditions.growth(t)
        if growth != 1:
            for name in self._growing:
                values = self._changed.at(name, t, self._of) if name not in made else made[name]
                made[name] = np.minimum(values * growth, column(name).high or np.inf)
        made |= self._ages(t) | self._members(t) | self._deaths(t) | self._need(t)
        happened = {name: rows[t] for name, rows in self._happened.items() if rows}
        happened["birthday"] = self.owner[self._has_birthday(t)]
        return Month(made, {name: self._flags(happened[name]) for name in EVENTS})

    def _has_birthday(self, t: int) -> NDArray[np.bool_]:
        is_due = (self._birthday_in <= t) & (self._birthday_in % MONTHS == t % MONTHS)
        return is_due & (self._died_in > t)

    def _ages(self, t: int) -> dict[str, NDArray[Any]]:
        if not (self._birthday_in <= t).any():
            return {}
        return {"age": grown(self._of("age"), self._birthday_in, t)}

    def _members(self, t: int) -> dict[str, NDArray[Any]]:
        """Who is counted: the born from their month on, the dead no longer."""
        born = (self._born_in >= 0) & (self._born_in <= t)
        dead = (self._died_in >= 0) & (self._died_in <= t)
        if not (born | dead).any():
            return {}
        because = self._of("not_counted_because").copy()
        because[born] = BECAUSE.none
        because[dead] = BECAUSE.dead
        return {"not_counted_because": because}

    def _deaths(self, t: int) -> dict[str, NDArray[Any]]:
        """Deaths of the last twelve months, besides those that the people bring."""
        lately = (self._died_in <= t) & (self._died_in > max(t - MONTHS, -1))
        if not lately.any():
            return {}
        deaths = np.bincount(self.owner[lately], minlength=self.people.households)
        highest = column("n_deaths_y").high or NEVER
        return {"n_deaths_y": np.minimum(self._of("n_deaths_y") + deaths, highest)}

    def _need(self, t: int) -> dict[str, NDArray[Any]]:
        homes, need = self._needs[t]
        if not len(homes) and not self._of("emergency_need").any():
            return {}
        found = np.zeros(self.people.households)
        found[homes] = need
        return {"emergency_need": found}

    def _of(self, name: str) -> NDArray[Any]:
        """A column of `life.people` in the order of its tables."""
        if name not in self._base:
            self._base[name] = values_of(self.people, name)
        return self._base[name]

    def _filled(self, value: int, place: Rows, known: Any) -> NDArray[np.int32]:
        """Something known of the first persons, and `value` for those to be born."""
        made = np.full(self.people.persons, value, np.int32)
        made[place] = known
        return made

    def _flags(self, homes: Rows) -> NDArray[np.bool_]:
        flags = np.zeros(self.people.households, bool)
        flags[homes] = True
        return flags


def _children(past: History, mothers: Rows, born_in: Rows) -> dict[str, NDArray[Any]]:
    """What is known of children to be born: sex, and relation to the head by the mother's."""
    female = past.who.is_female_child(mothers, born_in)
    relation = values_of(past.who.people, "relation")[mothers]
    is_near = (relation == RELATION.head) | (relation == RELATION.spouse)
    of_child = np.where(relation == RELATION.child, RELATION.grandchild, RELATION.other)
    return {"is_female": female, "relation": np.where(is_near, RELATION.child, of_child)}
