"""What each programme costs, and how many households it reaches."""

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results
from jiuzhu_sim.measures.groups import household
from jiuzhu_sim.measures.intervals import Sums
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, Statistic, Table
from jiuzhu_sim.rules.kit import MONTHS

# Results of each programme: what is paid a month (not in months of a suspension), what a year.
MONTHLY = {
    "gap": "gap_benefit_m_hh",
    "supplement": "category_supplement_m_hh",
    "single": "single_person_benefit_m_hh",
    "grace": "grace_benefit_m_hh",
    "tekun_basic_dispersed": "tekun_basic_dispersed_m_hh",
    "tekun_basic_concentrated": "tekun_basic_concentrated_m_hh",
    "tekun_dispersed": "tekun_care_dispersed_m_hh",
    "tekun_concentrated": "tekun_care_concentrated_m_hh",
}
WITHHELD = "withheld_m_hh"
SPECIAL = {"price": "price_subsidy_m_hh", "addons_m": "addons_m_hh"}
YEARLY = {
    "temporary": "temporary_aid_hh",
    "education": "education_aid_y_hh",
    "student": "student_aid_y_hh",
    "medical": "medical_total_y_hh",
    "addons_y": "addons_y_hh",
    "charity": "charity_value_y_hh",
}
NEEDED = (
    *MONTHLY.values(),
    WITHHELD,
    *SPECIAL.values(),
    *YEARLY.values(),
    "paid_months_hh",
    "aid_y_hh",
)
"""What a simulation must give for `by_programme`."""


def yearly_amounts(results: Results) -> dict[str, NDArray[np.float64]]:
    """What each programme gives each household, yuan a year, charity included; (households,) each.

    `results` must hold `NEEDED`.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=50, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"), NEEDED)
    >>> yearly_amounts(results)["temporary"].shape
    (50,)
    """
    paid = household(results, "paid_months_hh")
    yearly = {name: household(results, column) * paid for name, column in MONTHLY.items()}
    yearly["withheld"] = -household(results, WITHHELD) * paid
    price = household(results, SPECIAL["price"]) * MONTHS
    special = household(results, SPECIAL["addons_m"]) * MONTHS - price
    yearly |= {"price": price, "addons_m": special}
    yearly |= {name: household(results, column) for name, column in YEARLY.items()}
    return yearly


def by_programme(results: Results, *, weight: str) -> Table:
    """Households reached and money of the year by programme; those the place lacks are left out.

    `results` must hold `NEEDED`. The total is all public aid (``aid_y_hh``); charity stands
    apart below it. Basic living by the months paid; what work sanctions
    withhold is a row of its own, below zero.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"), NEEDED)
    >>> [row[0] for row in by_programme(results, weight="weight").rows]
    ['gap', 'supplement', 'single', 'total']
    """
    yearly = yearly_amounts(results)
    yearly = {name: amount for name, amount in yearly.items() if amount.any()}
    charity = {"charity": yearly.pop("charity")} if "charity" in yearly else {}
    parts = [*yearly.items(), (TOTAL, household(results, "aid_y_hh")), *charity.items()]
    estimates, counted = [], []
    for _, amount in parts:
        sums = Sums(
            household(results, weight),
            auxiliaries=results.people.auxiliaries,
            reached=(amount != 0).astype(np.float64),
            amount=amount,
        )
        estimates.append((sums.total("reached"), sums.total("amount")))
        counted.append(int(np.count_nonzero(amount)))
    values, low, high = (
        np.array([[float(pair[k][part][0]) for k in (0, 1)] for pair in estimates])
        for part in range(3)
    )
    return Table(
        name="programmes",
        dims=("programme",),
        rows=tuple((name,) for name, _ in parts),
        statistics=(Statistic("reached", "households"), Statistic("cost_y", "yuan/year")),
        values=values,
        low=low,
        high=high,
        n=np.array(counted),
        per="household",
        notes=("note.programmes", INTERVAL_NOTE),
        fields={"policy": results.policy.title},
        disjoint=False,
    )
