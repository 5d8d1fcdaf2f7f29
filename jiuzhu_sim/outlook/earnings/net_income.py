"""What a family lives on: its own cash income and the monthly assistance paid; and who earns.

One definition for one family and for the population (docs/en/definitions/emtr.md).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results
from jiuzhu_sim.population import People
from jiuzhu_sim.population.people import is_person, lay_out
from jiuzhu_sim.rules.kit import MONTHS

MONTHLY = (
    "wage_m",
    "pension_basic_m",
    "pension_other_m",
    "preferential_allowance_m",
    "disability_allowance_m",
    "transfer_m",
    "other_income_m",
)
"""Cash income of a person by the month, whether the law counts it or not."""

NEEDED = (
    "benefit_m_hh",
    "addons_m_hh",
    "counted_income_m_hh",
    "counted_income_pc_m_hh",
    "layer_hh",
    "n_members_hh",
    "n_recipients_hh",
    "is_unit_member",
    "other_income_m",
)
"""What a simulation must give for this file."""


def owners(people: People) -> NDArray[np.int64]:
    """The household of each person, both by position in the tables. Shape: (persons,)."""
    return np.repeat(np.arange(people.households), people.sizes)


def net_income(results: Results, *, with_addons: bool = False) -> NDArray[np.float64]:
    """Net income of each household, yuan a month, shape (households,).

    Cash income of its members (wages, pensions, allowances, transfers, business, property and
    unemployment income, a twelfth of farm income, support really paid), counted by the law or
    not, plus the monthly assistance paid (``benefit_m_hh``). `with_addons`: plus the monthly
    add-ons (price subsidy, allowances: ``addons_m_hh``). `results` must hold `NEEDED`.

    >>> from jiuzhu_sim.engine import simulate
    >>> from jiuzhu_sim.policy import load_policy
    >>> from jiuzhu_sim.population.family import Family, people_of_family
    >>> people = people_of_family(Family(n_members=1, wage=1000, pension_basic_m=100))
    >>> net_income(simulate(people, load_policy("example-county"), NEEDED)).tolist()
    [1100.0]
    """
    people = results.people
    cash = results.numbers("farm_income_y") / MONTHS if "farm_income_y" in people else 0.0
    for name in MONTHLY:
        if name in people or name in results.computed:
            cash = cash + results.numbers(name)
    cash = np.broadcast_to(cash, (people.persons,)) * results.numbers("is_unit_member")
    total = np.bincount(owners(people), cash, people.households)
    if "support_paid_m" in people:
        total = total + results.numbers("support_paid_m")
    total = total + results.numbers("benefit_m_hh")
    return total + results.numbers("addons_m_hh") if with_addons else total


def marginal_rate(net: Any, after: Any, step: float) -> Any:
    """The effective marginal rate over a step: the share of it that net income does not rise by.

    `net`, `after`: net income before and after `step` more of earnings. The last bits of the
    floats are rounded away, so that nothing lost is 0 and all lost is 1.

    >>> float(marginal_rate(952.0 + 1200, 917.0 + 1250, 50.0))
    0.7
    """
    return np.round(1 - (after - net) / step, 9) + 0.0


def main_earner(results: Results) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The main earner of each household, by position among all persons, and whether that member is
    an able-bodied adult (able to work, no student, of age). Shapes: (households,) twice.

    Of the able-bodied adults who count as members, the one with the highest wage, the first of
    equals. A household without any gets a grown-up, at last its first member. `results` must hold
    ``is_unit_member``.
    """
    people = results.people
    owner = owners(people)
    is_grown = people.numbers("age") >= float(results.policy["category.minor_age"])
    is_member = results.numbers("is_unit_member")
    is_able = people.numbers("labour_capable") & ~people.numbers("is_student")
    is_able = is_able & is_grown & is_member
    keys = (-people.numbers("wage_m"), ~is_grown, ~is_able, ~is_member, owner)
    order = np.lexsort(keys)
    first = order[np.searchsorted(owner[order], np.arange(people.households))]
    return first, is_able[first]


def with_earnings(people: People, member: int, earnings: NDArray[np.float64]) -> People:
    """One household many times over, a row for each wage of one member (by position).

    Everything else is the same in each row. Ids are 0, 1, 2, ….

    >>> from jiuzhu_sim.population.family import Family, people_of_family
    >>> people = people_of_family(Family(n_members=2, wage=900))
    >>> with_earnings(people, 0, np.array([0.0, 500.0]))["wage_m"].tolist()
    [0.0, 0.0, 500.0, 0.0]
    """
    times, size = len(earnings), people.persons
    persons = {
        name: np.tile(people.numbers(name), times) for name in people.laid_out if is_person(name)
    }
    persons["wage_m"] = persons["wage_m"].reshape(times, size).copy()
    persons["wage_m"][:, member] = earnings
    persons["wage_m"] = persons["wage_m"].ravel()
    households = {
        name: np.repeat(people.numbers(name), times)
        for name in people.laid_out
        if not is_person(name)
    }
    households["id"] = np.arange(times, dtype=np.int64)
    names = {name: known for name, known in people.names.items() if name != "id"}
    sizes = np.full(times, size, np.int64)
    return lay_out(persons, households, sizes, names, people.about)


def some_of(people: People, kept: NDArray[np.bool_]) -> People:
    """The people of some households (a flag a household, in the order of the tables).

    >>> from jiuzhu_sim.population.family import Family, people_of_families
    >>> people = people_of_families([Family(n_members=2), Family(n_members=1)])
    >>> some_of(people, np.array([False, True])).ids.tolist()
    ['2']
    """
    of_person = np.repeat(kept, people.sizes)
    persons = {n: people.numbers(n)[of_person] for n in people.laid_out if is_person(n)}
    households = {n: people.numbers(n)[kept] for n in people.laid_out if not is_person(n)}
    return lay_out(persons, households, people.sizes[kept], people.names, people.about)
