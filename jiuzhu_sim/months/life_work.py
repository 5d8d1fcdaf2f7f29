"""Work over time: who loses it, who finds it, and how earned income moves."""

import numpy as np

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.columns import column
from jiuzhu_sim.months.conditions import MONTHS, Conditions
from jiuzhu_sim.months.life_ledger import Ledger, Rows, values_of, with_views
from jiuzhu_sim.months.life_persons import Flags, Floats, Persons
from jiuzhu_sim.months.life_pools import Pool, Spread

EARNED = ("wage_m", "business_income_y", "farm_income_y")
"""Incomes from work, which move; with their true and registry views."""


class Work:
    """Wages, business and farm income of persons, in every view alike.

    Who has a wage in any view works. New work pays the same in every view: it is for the office to
    learn of it. Lost work leaves no wage in any view.
    """

    def __init__(self, who: Persons, ledger: Ledger, assumed: Assumptions, conditions: Conditions):
        people = who.people
        self.who, self.ledger, self.assumed = who, ledger, assumed
        self.lost_rate = min(assumed["job_loss.rate"] * conditions.shocks, 1.0)
        self.wages, self.trades, self.farms = (
            tuple(view for view in with_views(people, name) if view in people) for name in EARNED
        )
        self.works = self._any(self.wages)
        self.is_trading = self._any(self.trades)
        self.is_farming = self._any(self.farms)
        self.is_student = values_of(people, "is_student")
        self._kept = {name: np.zeros(people.persons) for name in self.wages}
        self._is_resting = np.zeros(people.persons, bool)
        self._has_lost = np.zeros(people.persons, bool)
        wage = values_of(people, "wage_m")
        earns = wage > 0
        self._pool = Pool(wage[earns], who.weight[earns], who.area[earns])
        earns = self.works | self.is_trading
        self._spread = Spread(self._earned()[earns], who.weight[earns], who.area[earns])
        self._crop = self._most(self.farms)
        some = self.is_farming
        self._harvests = Spread(self._crop[some], who.weight[some], who.area[some])

    def step(self, t: int, alive: Flags) -> dict[str, Rows]:
        """Draw a month; the persons of each event."""
        able = self.ledger.now("labour_capable") & alive
        at_work = np.flatnonzero(self.works & able)
        looks = self._has_lost | ~(self.is_trading | self.is_farming)
        is_open = able & looks & ~self.works & ~self.is_student
        lost = self._hit(f"job lost {t}", at_work, self.lost_rate)
        idle = np.flatnonzero(is_open) if self._pool else at_work[:0]
        recent, usual = self.assumed["job_found.rate_recent"], self.assumed["job_found.rate"]
        rate = np.where(self._has_lost[idle], recent, usual)
        found = self._hit(f"job found {t}", idle, rate)
        self._leave(t, lost)
        self._has_lost[lost] = True
        if len(found):
            drawn = self.who.drawn(f"job wage {t}", found) * self.assumed["job_found.quantile_max"]
            wage = self._pool.at(drawn, self.who.area[found])
            self._set(t, self.wages, found, wage)
            self.works[found] = True
        moved = np.concatenate([self._drift(t, alive), self._harvest(t, alive)])
        return {"job_lost": lost, "job_found": found, "income_drift": moved}

    def rest(self, t: int, who: Rows) -> None:
        """These stop working for a while."""
        for name in self.wages:
            self._kept[name][who] = self.ledger.now(name)[who]
        self._is_resting[who] = True
        self._leave(t, who)

    def resume(self, t: int, who: Rows) -> None:
        """Of these, who rested has again the wage from before."""
        back = who[self._is_resting[who]]
        for name in self.wages:
            self.ledger.set(t, name, back, self._kept[name][back])
            self.works[back] |= self._kept[name][back] > 0
        self._is_resting[back] = False

    def end(self, t: int, who: Rows) -> None:
        """These earn nothing any more."""
        self._set(t, (*self.trades, *self.farms), who, 0.0)
        self._leave(t, who)

    def _leave(self, t: int, who: Rows) -> None:
        self._set(t, self.wages, who, 0.0)
        self.works[who] = False

    def _drift(self, t: int, alive: Flags) -> Rows:
        """Wages and business incomes that change for good."""
        earning = np.flatnonzero((self.works | self.is_trading) & alive)
        sd, who = self.assumed["drift.sd"], self.who
        moved = self._hit(f"drift {t}", earning, self.assumed["drift.rate"] if sd else 0.0)
        if len(moved):
            noise = who.noise(f"drift size {t}", who.ids[moved])
            factor = self._spread.factor(self._earned()[moved], who.area[moved], sd, noise)
            for name in (*self.wages, *self.trades):
                self._times(t, name, moved, self.ledger.now(name)[moved], factor)
        return moved

    def _harvest(self, t: int, alive: Flags) -> Rows:
        """A year's farm income, known in one month; it starts from what was brought."""
        sd, month, who = self.assumed["harvest.sd"], int(self.assumed["harvest.month"]), self.who
        farmers = np.flatnonzero(self.is_farming & alive)
        if not sd or (who.first_month - 1 + t) % MONTHS + 1 != month:
            return farmers[:0]
        noise = who.noise(f"harvest {t // MONTHS}", who.homes[who.owner[farmers]])
        factor = self._harvests.factor(self._crop[farmers], who.area[farmers], sd, noise)
        for name in self.farms:
            self._times(t, name, farmers, who.people.numbers(name)[farmers], factor)
        return farmers

    def _earned(self) -> Floats:
        """Wage and business income a month now, in the view that shows most of each."""
        return self._most(self.wages) + self._most(self.trades) / MONTHS

    def _most(self, names: tuple[str, ...]) -> Floats:
        """The highest of some views of an income, by person."""
        found = np.zeros(self.who.people.persons)
        for name in names:
            np.maximum(found, self.ledger.now(name), out=found)
        return found

    def _hit(self, purpose: str, among: Rows, rate: Floats | float) -> Rows:
        """Those of `among` to whom it happens this month."""
        if not np.any(rate):
            return among[:0]
        return among[self.who.drawn(purpose, among) < rate]

    def _set(self, t: int, names: tuple[str, ...], who: Rows, values: Floats | float) -> None:
        for name in names:
            self.ledger.set(t, name, who, values)

    def _times(self, t: int, name: str, who: Rows, values: Floats, factor: Floats) -> None:
        moved = np.minimum(values * factor, column(name).high or np.inf)
        self.ledger.set(t, name, who, moved)

    def _any(self, names: tuple[str, ...]) -> Flags:
        """Whether a person has any of these incomes."""
        found = np.zeros(self.who.people.persons, bool)
        for name in names:
            found |= self.who.people.numbers(name) > 0
        return found
