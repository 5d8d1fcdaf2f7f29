"""Counties whose year is known: full runs of months whose factors are drawn from the distributions
that the forecast states, with other seeds and another life."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.months.conditions import Conditions
from jiuzhu_sim.months.run import simulate_months
from jiuzhu_sim.outlook.need.uncertainty import Uncertainty
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People

APART = 1_000_003
"""Seeds of the truth lie this far from those of the forecast."""

MONTHS = 12


def true_years(
    people: People, policy: Policy, uncertainty: Uncertainty, years: int, seed: int
) -> Iterator[float]:
    """The need of each county-year in yuan: nothing here knows of an emulator."""
    drawn = uncertainty.draws(years, seed + APART)
    triggers = uncertainty.triggers(years, seed + APART)
    for k in range(years):
        point = (float(drawn[name][k]) for name in ("income", "shocks", "take_up"))
        made = simulate_months(
            people,
            policy,
            conditions=Conditions(*point),
            schedule=_price_months(triggers[k], policy, uncertainty["prices.rise"]),
            seed=seed + APART + k,
            keep=False,
            threads=1,
        )
        growth = (1 + drawn["caseload"][k]) ** (np.arange(1, MONTHS + 1) / MONTHS)
        yield float((made.money.sum(1) * growth).sum())


def _price_months(on: NDArray[np.bool_], policy: Policy, rise: float) -> dict[int, dict[str, Any]]:
    """The rises of prices as they become known month by month."""
    trigger = float(policy["price.cpi_trigger"])
    if not np.isfinite(trigger):
        return {}
    high = {"price.cpi_rise": trigger, "price.scpi_rise": rise}
    low = {"price.cpi_rise": 0, "price.scpi_rise": 0}
    return {k + 1: high if is_on else low for k, is_on in enumerate(on)}


def covered(years: NDArray[np.float64], truth: NDArray[np.float64]) -> int:
    """How many true years lie within P10 and P90 of the forecast's draws."""
    low, high = np.quantile(years, [0.1, 0.9])
    return int(((truth >= low) & (truth <= high)).sum())
