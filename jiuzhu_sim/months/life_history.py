"""What happens to whom in which month: the chances of `life.yaml` drawn over a run.

Rates a year are drawn once in twelve months: one draw tells whether it happens and in which month.
Rates a month are drawn every month among those it can happen to. Every draw is keyed by (seed, id,
purpose with its year or month), so nobody's depends on the order of rows or on other families.
"""

import numpy as np

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.columns import codes, column
from jiuzhu_sim.months.conditions import MONTHS, Conditions
from jiuzhu_sim.months.life_health import Health
from jiuzhu_sim.months.life_ledger import Ledger, Rows, values_of
from jiuzhu_sim.months.life_persons import NEVER, Flags, Floats, Persons, within_year
from jiuzhu_sim.months.life_work import Work
from jiuzhu_sim.population import People
from jiuzhu_sim.population.draws import MEMBERS_MAX

EVENTS = (
    "job_lost",
    "job_found",
    "income_drift",
    "birthday",
    "born",
    "died",
    "fell_ill",
    "recovered",
    "accident",
)
"""What can happen in a household, in the order it is shown; labels ``event.<name>``. Birthdays come
by the calendar, so `Life` tells them."""

BECAUSE = codes("not_counted_because")

# What the dead have no longer, where rules look at persons whether they are members or not.
ENDED = {
    "serious_illness": False,
    "labour_capable": False,
    "medical_expense_y": 0.0,
    "medical_compliant_y": 0.0,
    "is_insured": False,
    "education_stage": codes("education_stage").none,
}


class History:
    """A run drawn month by month, on the tables of the people as they were brought.

    `ledger` holds the changed columns of persons, `happened[name][t]` the households of each event
    in a month, `died_in` the month of each person's death (`NEVER`; ``-NEVER`` for who was gone
    before the run), `mothers[t]` those who give birth, `needs[t]` the households with an emergency
    and the yuan they need.
    """

    def __init__(
        self,
        people: People,
        assumptions: Assumptions,
        conditions: Conditions,
        *,
        months: int,
        first_month: int,
        seed: int,
    ):
        self.who = Persons(people, assumptions, first_month, seed)
        self.ledger = Ledger(people)
        self.happened: dict[str, list[Rows]] = {name: [] for name in EVENTS}
        because = values_of(people, "not_counted_because")
        is_gone = (because == BECAUSE.dead) | (because == BECAUSE.unborn)
        self.died_in = np.where(is_gone, -NEVER, NEVER).astype(np.int32)
        self.mothers: list[Rows] = []
        self.needs: list[tuple[Rows, Floats]] = []
        self._assumed, self._shocks = assumptions, conditions.shocks
        self._delivered = np.full(people.persons, -NEVER, np.int64)
        self._room = MEMBERS_MAX - people.sizes
        self._work = Work(self.who, self.ledger, assumptions, conditions)
        self._health = Health(self.who, self.ledger, assumptions, conditions)
        self._own_need()
        for t in range(months):
            if t % MONTHS == 0:
                self._plan(t // MONTHS)
            self._live(t)

    @property
    def _alive(self) -> Flags:
        return self.died_in == NEVER

    def _own_need(self) -> None:
        """Emergencies that the people bring are those of a year: each has its month."""
        self._need = values_of(self.who.people, "emergency_need")
        in_need = np.flatnonzero(self._need > 0)
        if self._shocks < 1:
            in_need = in_need[self.who.drawn_home("need kept", in_need) < self._shocks]
        month = np.floor(self.who.drawn_home("need month", in_need) * MONTHS).astype(int)
        self._in_need = [in_need[month == k] for k in range(MONTHS)]
        brings = bool((self._need > 0).any())
        self._extra_shocks = max(self._shocks - 1, 0.0) if brings else self._shocks

    def _plan(self, year: int) -> None:
        """The twelve months of a year: what the chances of a year bring, and when."""
        start = year * MONTHS
        age, alive = self.who.age_at(start - 1), self._alive
        men, women = (self._assumed.by_age(f"deaths.rate_{sex}") for sex in ("male", "female"))
        rate = np.where(self.who.is_female, women[age], men[age])
        self._dies_in = np.full(len(age), NEVER, np.int32)
        if rate.any():
            self._dies_in = within_year(self.who.drawn(f"death {year}"), rate, start)
        fertile = self._assumed.by_age("births.rate")[age] * self.who.is_female * alive
        self._fertile = np.flatnonzero(fertile)
        drawn = self.who.drawn(f"birth {year}", self._fertile)
        self._gives_birth_in = within_year(drawn, fertile[self._fertile], start)
        self._health.plan(year, age)
        homes = len(self._room)
        living = np.bincount(self.who.owner[alive], minlength=homes)
        risk = np.minimum(living * self._assumed["accident.rate"] * self._extra_shocks, 1)
        self._accident_in = np.full(homes, NEVER, np.int32)
        if risk.any():
            self._accident_in = within_year(self.who.drawn_home(f"accident {year}"), risk, start)

    def _live(self, t: int) -> None:
        """A month: deaths, births, illness, work, emergencies, in this order."""
        died = np.flatnonzero((self._dies_in == t) & self._alive)
        self.died_in[died] = t
        self._end(t, died)
        mothers = self._births(t)
        fallen, well = self._health.step(t, self._alive)
        self._work.rest(t, fallen)
        self._work.resume(t, well)
        persons = self._work.step(t, self._alive)
        persons |= {"died": died, "born": mothers, "fell_ill": fallen, "recovered": well}
        for name, some in persons.items():
            self.happened[name].append(self.who.owner[some])
        self.happened["accident"].append(self._accidents(t))

    def _end(self, t: int, died: Rows) -> None:
        """What the dead leave."""
        self._work.end(t, died)
        for name, nothing in ENDED.items():
            if name in self.who.people:
                self.ledger.set(t, name, died, nothing)

    def _births(self, t: int) -> Rows:
        """Who gives birth: alive, not too soon after the last, one a household, and room for it."""
        mothers = self._fertile[self._gives_birth_in == t]
        waited = t - self._delivered[mothers] >= self._assumed["births.spacing"]
        mothers = mothers[self._alive[mothers] & waited]
        homes, first = np.unique(self.who.owner[mothers], return_index=True)
        mothers = mothers[first[self._room[homes] > 0]]
        self._delivered[mothers] = t
        self._room[self.who.owner[mothers]] -= 1
        self.mothers.append(mothers)
        return mothers

    def _accidents(self, t: int) -> Rows:
        """Households with an emergency, and what each needs in whole yuan, once a household."""
        own = self._in_need[t % MONTHS]
        hit = np.flatnonzero(self._accident_in == t)
        mean, sd = self._assumed["accident.mean"], self._assumed["accident.sd"]
        noise = self.who.noise(f"accident size {t}", self.who.homes[hit])
        drawn = mean * np.exp(sd * noise - sd * sd / 2)
        homes = np.union1d(own, hit)
        need = np.zeros(len(homes))
        need[np.searchsorted(homes, own)] = self._need[own]
        need[np.searchsorted(homes, hit)] += np.maximum(np.round(drawn), 1)
        highest = column("emergency_need").high or np.inf
        self.needs.append((homes, np.minimum(need, highest)))
        return homes
