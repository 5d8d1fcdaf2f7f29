"""What each programme costs, and how many households it reaches."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results
from jiuzhu_sim.measures.exact import Exact
from jiuzhu_sim.measures.groups import Groups, household
from jiuzhu_sim.measures.intervals import Estimate, groups_only
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, Statistic, Table, stack
from jiuzhu_sim.measures.tally import Rows, Tally
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

VARIABLES = ("reached", "amount")


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
    sums = _sums(results, weight)
    reached, money = (
        _side_by_side([each.total(name) for each in sums.values()]) for name in VARIABLES
    )
    counted = np.array([each.counted[0] for each in sums.values()])
    return _table(tuple(sums), counted, reached, money, sums[TOTAL].fields)


def programme_tally(results: Results, *, weight: str) -> Tally:
    """What the table of `by_programme` adds up, with a row for every programme there is."""
    sums = _sums(results, weight)
    for each in sums.values():
        for name in VARIABLES:
            each.total(name)  # what a total asks for is kept
    apart = [each.tally() for each in sums.values()]
    return replace(
        apart[0],
        dims=("programme",),
        rows=tuple((name,) for name in sums),
        made={key: Exact.stack([each.made[key] for each in apart]) for key in apart[0].made},
        counted=np.concatenate([each.counted for each in apart]),
    )


def programmes_table(tally: Tally) -> Table:
    """The table of `by_programme`, of merged households."""
    reached, money = (groups_only(tally.total(name)) for name in VARIABLES)
    names = tuple(name for (name,) in tally.rows)
    return _table(names, tally.counted, reached, money, tally.fields)


def _sums(results: Results, weight: str) -> dict[str, Rows]:
    """Of each programme, then of all public aid, then of charity: reached, and money."""
    yearly = yearly_amounts(results)
    charity = yearly.pop("charity")
    yearly |= {TOTAL: household(results, "aid_y_hh"), "charity": charity}
    everybody = Groups((), (), np.zeros(0, np.int8))
    weights, sums = household(results, weight), {}
    nothing: Rows | None = None  # most places lack most programmes: all those add up alike
    for name, amount in yearly.items():
        reached = amount != 0
        if nothing is not None and not reached.any():
            sums[name] = nothing
            continue
        sums[name] = Rows(results, everybody, reached, weights, reached=reached, amount=amount)
        if not sums[name].counted.any():
            nothing = sums[name]
    return sums


def _side_by_side(estimates: list[Estimate]) -> Estimate:
    value, low, high = (np.concatenate(part) for part in zip(*estimates, strict=True))
    return value, low, high


def _table(
    names: tuple[str, ...],
    counted: NDArray[np.int64],
    reached: Estimate,
    money: Estimate,
    fields: Mapping[str, str],
) -> Table:
    """The programmes with money, and the total."""
    shown = [k for k, name in enumerate(names) if name == TOTAL or counted[k]]
    values, low, high = stack((reached, money))
    return Table(
        name="programmes",
        dims=("programme",),
        rows=tuple((names[k],) for k in shown),
        statistics=(Statistic("reached", "households"), Statistic("cost_y", "yuan/year")),
        values=values[shown],
        low=low[shown],
        high=high[shown],
        n=counted[shown],
        per="household",
        notes=("note.programmes", INTERVAL_NOTE),
        fields=fields,
        disjoint=False,
    )
