"""Health over time: who falls seriously ill, who recovers, and what it costs."""

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.months.conditions import MONTHS, Conditions
from jiuzhu_sim.months.life_ledger import Ledger, Rows, values_of
from jiuzhu_sim.months.life_persons import NEVER, Flags, Persons, within_year
from jiuzhu_sim.months.life_pools import Pool

EXPENSES = ("medical_expense_y", "medical_compliant_y")


class Health:
    """Serious illness: unable to work while it lasts, at the expense of those who are ill now.

    Who recovers is as able to work and spends as much as before; of those who were ill at the start
    that is not known: they stay as able as they were, and spend what those spend who are well.
    """

    def __init__(self, who: Persons, ledger: Ledger, assumed: Assumptions, conditions: Conditions):
        people = who.people
        self.who, self.ledger = who, ledger
        self.onset = assumed.by_age("illness.rate") * conditions.shocks
        self.recovery = assumed["recovery.rate"]
        self.first_able = values_of(people, "labour_capable").copy()
        self.first_ill = values_of(people, "serious_illness").copy()
        self.costs = {name: people.numbers(name) for name in EXPENSES if name in people}
        self._pools = {
            (name, ill): Pool(cost[some], who.weight[some], who.area[some])
            for name, cost in self.costs.items()
            for ill, some in ((True, self.first_ill), (False, ~self.first_ill))
        }
        self._onset_in = np.full(people.persons, NEVER, np.int32)

    def plan(self, year: int, age: NDArray[np.int16]) -> None:
        """Who would fall ill in the twelve months of a year, and when."""
        rate = self.onset[age]
        if rate.any():
            drawn = self.who.drawn(f"illness {year}")
            self._onset_in = within_year(drawn, np.minimum(rate, 1), year * MONTHS)

    def step(self, t: int, alive: Flags) -> tuple[Rows, Rows]:
        """Who falls ill and who recovers in a month; the caller sees to their wages."""
        ill = self.ledger.now("serious_illness")
        fallen = np.flatnonzero((self._onset_in == t) & ~ill & alive)
        well = np.zeros(0, np.int64)
        if self.recovery:
            sick = np.flatnonzero(ill & alive)
            well = sick[self.who.drawn(f"recovery {t}", sick) < self.recovery]
        self._fall(t, fallen)
        self._recover(t, well)
        return fallen, well

    def _fall(self, t: int, who: Rows) -> None:
        self.ledger.set(t, "serious_illness", who, True)
        self.ledger.set(t, "labour_capable", who, False)
        drawn = self.who.drawn(f"illness cost {t}", who)
        for name in self.costs:
            pool = self._pools[name, True]
            if pool:
                cost = pool.at(drawn, self.who.area[who])
                self.ledger.set(t, name, who, np.maximum(self.ledger.now(name)[who], cost))

    def _recover(self, t: int, who: Rows) -> None:
        self.ledger.set(t, "serious_illness", who, False)
        self.ledger.set(t, "labour_capable", who, self.first_able[who])
        drawn = self.who.drawn(f"recovery cost {t}", who)
        for name, first in self.costs.items():
            pool = self._pools[name, False]
            cost = first[who]
            if pool:
                usual = pool.at(drawn, self.who.area[who])
                cost = np.where(self.first_ill[who], np.minimum(usual, cost), cost)
            self.ledger.set(t, name, who, cost)
