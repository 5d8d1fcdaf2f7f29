"""What happens to families besides `Life`: certificates, purchases, entrants, pensions, failures.

Each is drawn once a year and person or household, keyed by id; amounts stand in `monitoring.yaml`.
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.columns import codes, column
from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.months.calendar import Span
from jiuzhu_sim.months.conditions import CONDITIONS, MONTHS, Conditions
from jiuzhu_sim.months.life import Life, Month
from jiuzhu_sim.months.life_persons import NEVER, home_keys, within_year
from jiuzhu_sim.months.life_pools import Pool
from jiuzhu_sim.population import People
from jiuzhu_sim.population.draws import MEMBERS_MAX, uniform

HAPPENINGS = ("disabled", "unemployed", "university", "pension", "vehicle", "home", "business",
              "disaster", "uncollected", "unpaid")  # fmt: skip
"""Events besides those of `Life`, in the order they are shown; labels ``event.<name>``."""

BOUGHT = {"vehicle": "n_vehicles", "home": "n_homes", "business": "has_business"}
HOMES = ("vehicle", "home", "business", "disaster", "uncollected", "account")
STAGE = codes("education_stage")
SEVERE = 2
"""Grade of a newly certified severe disability (S3.2.13: I or II)."""


@cache
def monitoring_assumptions() -> Assumptions:
    """The numbers of monitoring.yaml.

    >>> monitoring_assumptions()["pension.age"]
    60.0
    """
    return assumptions(Path(__file__).with_name("monitoring.yaml"))


class Happenings(Life):
    """A `Life` with more that happens; fits wherever a `Life` does.

    `assumed` are the numbers of the life, `more` those of monitoring.yaml. `unpaid(t)` tells the
    households whose payment comes back, should they be paid.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=2000, seed=1)
    >>> life = Happenings(people, assumptions(), months=12, start="2025-01", seed=1)
    >>> bool(life.month(8).events["university"].any())
    True
    """

    def __init__(
        self,
        people: People,
        assumed: Assumptions,
        more: Assumptions | None = None,
        *,
        months: int,
        start: str,
        seed: int,
        conditions: Conditions = CONDITIONS,
    ):
        super().__init__(
            people, assumed, months=months, start=start, seed=seed, conditions=conditions
        )
        self.more = more or monitoring_assumptions()
        self._first = Span.of(start, months).start.month
        homes = home_keys(self.people)
        first = np.cumsum(self.people.sizes) - self.people.sizes
        place = np.arange(self.people.persons) - first[self.owner]
        self._keys = {"person": homes[self.owner] * MEMBERS_MAX + place, "home": homes}
        rates: dict[str, Any] = {name: self.more[f"{name}.rate"] for name in HOMES}
        self._at = {name: self._onset(name, "home", rate) for name, rate in rates.items()}
        by_age = self.more.by_age("disability.rate")[self._of("age")]
        was_severe = (self._of("disability_grade") > 0) & (self._of("disability_grade") <= SEVERE)
        self._at["disabled"] = self._onset("disabled", "person", np.where(was_severe, 0, by_age))
        self._loss = -np.log(self._drawn("disaster size", "home")) * self.more["disaster.mean"]
        self._works = self._of("wage_m") > 0
        self._pension = self._pension_from()
        self._study = self._study_from()

    def month(self, t: int) -> Month:
        """What is true in month `t`, counted from 0, with what happens besides."""
        lived = super().month(t)
        made = dict(lived.columns)
        self._persons(t, made)
        self._homes(t, made)
        return Month(made, {**lived.events, **self._events(t, lived, made)})

    def eve(self) -> dict[str, NDArray[Any]]:
        """The columns that can change, as they were brought: the month before the first."""
        names = {*self.month(self.months - 1).columns, *self.month(0).columns}
        return {name: self._of(name) for name in names}

    def unpaid(self, t: int) -> NDArray[np.int64]:
        """Months for which the payment of a household has come back; (households,)."""
        months = t - self._at["account"].astype(np.int64) + 1
        return np.where((months > 0) & (months <= self.more["account.months"]), months, 0)

    def _persons(self, t: int, made: dict[str, NDArray[Any]]) -> None:
        disabled = self._at["disabled"] <= t
        self._put(made, "disability_grade", disabled, SEVERE)
        self._put(made, "labour_capable", disabled, False)
        wage = made.get("wage_m", self._of("wage_m"))
        jobless = self._works & (wage == 0) & made.get("labour_capable", self._of("labour_capable"))
        registers = self._drawn("registers", "person") < self.more["unemployment.registers"]
        self._put(made, "is_registered_unemployed", jobless & registers & self._lives(t), True)
        started = self._pension_at <= t
        self._put(made, "pension_basic_m", started & self._lives(t), self._pension)
        studies = self._study <= t
        self._put(made, "education_stage", studies, STAGE.bachelor)
        self._put(made, "is_student", studies, True)
        cost = np.maximum(self._of("tuition_y"), self.more["university.tuition"])
        self._put(made, "tuition_y", studies, cost)

    def _homes(self, t: int, made: dict[str, NDArray[Any]]) -> None:
        for name, bought in BOUGHT.items():
            has = self._at[name] <= t
            more = self._of(bought) | has if name == "business" else self._of(bought) + has
            made[bought] = more.astype(self._of(bought).dtype)
        since = t - self._at["disaster"].astype(np.int64)
        hit = (since >= 0) & (since < MONTHS)
        made["disaster_expense_y"] = self._of("disaster_expense_y") + np.where(hit, self._loss, 0)
        waits = np.maximum(t - self._at["uncollected"].astype(np.int64) + 1, 0)
        most = column("months_not_collected").high or NEVER
        own = self._of("months_not_collected")
        made["months_not_collected"] = np.minimum(own + waits, most).astype(own.dtype)

    def _events(
        self, t: int, lived: Month, made: dict[str, NDArray[Any]]
    ) -> dict[str, NDArray[np.bool_]]:
        """The households to which each happens in this month."""
        lives = self._lives(t)
        persons = {
            "disabled": (self._at["disabled"] == t) & lives,
            "university": (self._study == t) & lives,
            "pension": (self._pension_at == t) & lives,
        }
        found = {name: self._flags(self.owner[some]) for name, some in persons.items()}
        new = made["is_registered_unemployed"] & ~self._of("is_registered_unemployed")
        found["unemployed"] = self._flags(self.owner[new]) & lived.events["job_lost"]
        for name in ("vehicle", "home", "business", "disaster", "uncollected"):
            found[name] = self._at[name] == t
        found["unpaid"] = self._at["account"] == t
        return {name: found[name] for name in HAPPENINGS}

    def _pension_from(self) -> NDArray[np.float64]:
        """What each would draw, from what the pensioners of the area have; and when it starts."""
        own, weight = self._of("pension_basic_m"), self._of("weight")[self.owner]
        area = self._of("area").astype(np.int64)[self.owner]
        draws = own > 0
        pool = Pool(own[draws], weight[draws], area[draws])
        age, due = self._of("age").astype(np.int64), int(self.more["pension.age"])
        years = due - age - 1  # birthdays before the one that counts
        claims = self._drawn("claims", "person") < self.more["pension.share"]
        turns = (years >= 0) & claims & (self._birthday_in < NEVER) & (own == 0) & bool(pool)
        self._pension_at = np.where(turns, self._birthday_in + years * MONTHS, NEVER)
        made = np.zeros(self.people.persons)
        rows = np.flatnonzero(turns & (self._pension_at < self.months))
        if rows.size:
            made[rows] = pool.at(self._drawn("pension", "person")[rows], area[rows])
        return made

    def _study_from(self) -> NDArray[np.int64]:
        """The month in which each enters university."""
        autumn = (int(self.more["university.month"]) - self._first) % MONTHS
        made = np.full(self.people.persons, NEVER, np.int64)
        goes = self._drawn("university", "person") < self.more["university.share"]
        goes &= self._of("is_student") & (self._of("education_stage") < STAGE.college)
        for t in range(autumn, self.months, MONTHS):
            passed = np.maximum((t - self._birthday_in.astype(np.int64)) // MONTHS + 1, 0)
            age = self._of("age") + passed
            made[(age == self.more["university.age"]) & goes & (made == NEVER)] = t
        return made

    def _onset(self, name: str, level: str, rate: Any) -> NDArray[np.int32]:
        """The first month in which something of this rate a year happens; each year drawn anew."""
        made = np.full(len(self._keys[level]), NEVER, np.int32)
        for year in range((self.months - 1) // MONTHS + 1):
            drawn = within_year(self._drawn(f"{name} {year}", level), rate, year * MONTHS)
            made = np.minimum(made, drawn)
        return made

    def _drawn(self, purpose: str, level: str) -> NDArray[np.float64]:
        return uniform(self.seed, self._keys[level], f"happening {purpose}")

    def _lives(self, t: int) -> NDArray[np.bool_]:
        lives: NDArray[np.bool_] = (self._died_in > t) & (self._born_in <= t)
        return lives

    def _put(self, made: dict[str, Any], name: str, some: NDArray[np.bool_], value: Any) -> None:
        """A column with a value for some persons, on top of what the month has."""
        now = made.get(name, self._of(name))
        made[name] = np.where(some, value, now).astype(now.dtype)
