"""One family calculated: its receipt, its schedule of earnings and its cliffs, under the law as it
is and under a scenario.
"""

from dataclasses import dataclass

import numpy as np

from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.outlook.earnings.cliffs import Cliff, cliffs
from jiuzhu_sim.outlook.earnings.schedule import STEP, Floats, Schedule, schedules
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.family import Family, people_of_family
from jiuzhu_sim.receipt import Receipt, explain

SHOWN = (
    "layer_hh",
    "category_hh",
    "payment_status_hh",
    "n_recipients_hh",
    "counted_income_pc_m_hh",
    "dibao_standard_m_hh",
    "benefit_m_hh",
)
"""What is said of a family at a glance."""


@dataclass(frozen=True)
class Outcome:
    """One family under one law: `results` of the one household (the columns of `SHOWN`), the
    receipt, the schedule of earnings and its cliffs.
    """

    results: Results
    receipt: Receipt
    schedule: Schedule
    cliffs: tuple[Cliff, ...]

    @property
    def policy(self) -> Policy:
        return self.results.policy

    @property
    def benefit(self) -> float:
        """What the household is paid, yuan a month."""
        return float(self.results["benefit_m_hh"][0])

    def line(self, name: str) -> tuple[Floats, Floats]:
        """Earnings, and ``benefit`` or ``net_income`` at them, yuan a month: the points of the
        schedule and both sides of each cliff, so that a drawn line falls where the law does.
        """
        sides = [side for cliff in self.cliffs for side in (cliff.below, cliff.at)]
        earnings = np.append(self.schedule.earnings, [side.earnings for side in sides])
        values = np.append(getattr(self.schedule, name), [getattr(side, name) for side in sides])
        order = np.argsort(earnings, kind="stable")
        return earnings[order], values[order]

    @property
    def bands(self) -> tuple[tuple[float, float], ...]:
        """Earnings at which the family is worse off than just below a cliff; overlaps joined."""
        made: list[tuple[float, float]] = []
        for low, high in (cliff.band for cliff in self.cliffs if cliff.band):
            if made and low <= made[-1][1]:
                made[-1] = made[-1][0], max(high, made[-1][1])
            else:
                made.append((low, high))
        return tuple(made)


@dataclass(frozen=True)
class Calculation:
    """A family under the law as it is (`base`) and under a scenario (`new`, the same object where
    the scenario changes nothing). `step`: yuan of earnings behind each marginal rate. `is_idle`:
    a scenario was given, but it equals the law as it is.
    """

    family: Family
    base: Outcome
    new: Outcome
    step: float
    is_idle: bool = False

    @property
    def is_compared(self) -> bool:
        """Whether there is a scenario other than the law as it is."""
        return self.new is not self.base

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The law as it is, and the scenario if there is one."""
        return (self.base, self.new) if self.is_compared else (self.base,)


def calculate(
    family: Family,
    policy: Policy,
    scenario: Policy | None = None,
    *,
    step: float = STEP,
    high: float | None = None,
) -> Calculation:
    """Calculate one family, now and over the earnings of its first earner.

    `step`, `high`: of the schedule, yuan a month (see `schedules`). Raises what `schedules` and
    `simulate` raise.

    >>> from jiuzhu_sim.policy import load_policy
    >>> made = calculate(Family(n_members=3, wage=1200), load_policy("example-county"))
    >>> made.base.benefit == made.base.schedule.now.benefit, made.is_compared
    (True, False)
    """
    is_compared = scenario is not None and bool(policy.diff(scenario))
    policies = (policy, scenario) if scenario is not None and is_compared else (policy,)
    people = people_of_family(family)
    drawn = schedules(people, policies, step=step, high=high)
    made = [_outcome(people, each.policy, each) for each in drawn]
    is_idle = scenario is not None and not is_compared
    return Calculation(family, made[0], made[-1], step, is_idle)


def _outcome(people: People, policy: Policy, schedule: Schedule) -> Outcome:
    results = simulate(people, policy, SHOWN, threads=1)
    (household,) = people.ids
    return Outcome(results, explain(results, household), schedule, cliffs(schedule))
