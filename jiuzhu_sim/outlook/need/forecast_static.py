"""Money by the rules alone: what a month costs by account if nothing happens to anybody.

One simulation a law; what a changed parameter does not reach is taken from the first one.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.months.accounts import NEEDED, accounts, by_account, month_amounts
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People

Floats = NDArray[np.float64]
Schedule = Mapping[int, Mapping[str, Any]]

KEYS = tuple(accounts())
IS_PRICE = np.array([account.programme == "price" for account in accounts().values()])


@dataclass(frozen=True)
class Static:
    """Weighted yuan of each month by account under one law (and its schedule), (months, accounts).

    `monthly`: by the rules alone. `price`: the price subsidy in a month in which it is triggered;
    0 where the law itself triggers it (that is in `monthly`) or has none.
    """

    monthly: Floats
    price: Floats

    def beside(self, other: "Static", base: "Static") -> "Static":
        """What both laws together cost, when each changes `base` for other households (one the
        urban, one the rural standard).

        >>> zero, one = np.zeros((1, 1)), np.ones((1, 1))
        >>> Static(one, zero).beside(Static(3 * one, zero), Static(zero, zero)).monthly.item()
        4.0
        """
        return Static(
            self.monthly + other.monthly - base.monthly, self.price + other.price - base.price
        )


def laws_by_month(policy: Policy, schedule: Schedule | None, months: int) -> tuple[Policy, ...]:
    """The law of each month: `schedule` changes it from a month (1…) on.

    Raises, all at once: JZ-E083 for a month that is none of these, and what `Policy.change` raises.

    >>> from jiuzhu_sim.policy import load_policy
    >>> plan = {3: {"dibao.standard.rural": 600}}
    >>> laws = laws_by_month(load_policy("example-county"), plan, 4)
    >>> [law["dibao.standard.rural"] for law in laws]
    [560, 560, 600, 600]
    """
    problems, made, law = Problems(), [], policy
    plan = schedule or {}
    if not isinstance(plan, Mapping) or not all(isinstance(p, Mapping) for p in plan.values()):
        expected = "{7: {'dibao.standard.rural': 600}}"
        raise JZError.of("JZ-E032", "schedule", name="schedule", value=plan, expected=expected)
    for month in plan:
        if month not in range(1, months + 1):
            problems.add("JZ-E083", "schedule", month=month, months=months)
    for month in range(1, months + 1):
        try:
            law = law.change(plan[month]) if month in plan else law
        except JZError as refused:
            problems += refused.problems
        made.append(law)
    problems.raise_if_any()
    return tuple(made)


def triggers_itself(law: Policy) -> bool:
    """Whether the law's own price rises start the price subsidy."""
    return any(
        float(law[f"price.{index}_rise"]) >= float(law[f"price.{index}_trigger"])
        for index in ("cpi", "food")
    )


def _triggered(law: Policy, rise: float) -> Policy | None:
    """The law in a month in which the price subsidy is triggered; None if it has none."""
    if not any(math.isfinite(float(law[f"price.{k}_trigger"])) for k in ("cpi", "food")):
        return None
    # The rule asks whether a rise reaches its trigger; the amount follows the basic-living index.
    return law.change({"price.cpi_rise": 0, "price.cpi_trigger": 0, "price.scpi_rise": rise})


@dataclass
class Rules:
    """Simulations by the rules alone on the same people, each starting from the first one.

    `rise`: assumed rise of the basic-living price index in a triggered month (share).

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> rules = Rules(people, months=2, rise=0.05)
    >>> static = rules.static(jz.load_policy("example-county"))
    >>> static.monthly.shape, bool((static.monthly[0] == static.monthly[1]).all())
    ((2, 10), True)
    """

    people: People
    months: int
    rise: float
    _first: Results | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._weight = self.people.numbers("weight").astype(np.float64)
        self._area = self.people.numbers("area")

    def static(self, policy: Policy, schedule: Schedule | None = None) -> Static:
        """The money of each month; raises what `simulate` and `Policy.change` raise."""
        monthly, price = [], []
        before: Policy | None = None
        for law in laws_by_month(policy, schedule, self.months):
            if law is not before:
                own, triggered = self._month(law)
                before = law
            monthly.append(own)
            price.append(triggered)
        return Static(np.array(monthly), np.array(price))

    def _month(self, law: Policy) -> tuple[Floats, Floats]:
        """A month under a law, and its price subsidy if triggered by chance: (accounts,) each."""
        triggered = None if triggers_itself(law) else _triggered(law, self.rise)
        results = simulate(self.people, triggered or law, NEEDED, reuse=self._first)
        self._first = self._first or results
        values = {name: results.numbers(name) for name in NEEDED}
        amounts = month_amounts(values, average=True)
        money = by_account(amounts, self._weight, self._area)
        if triggered is None:
            return money, np.zeros(len(money))
        return np.where(IS_PRICE, 0, money), np.where(IS_PRICE, money, 0)
