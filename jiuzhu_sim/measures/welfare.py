"""Poverty and inequality: FGT 0, 1, 2 and the Gini coefficient, before and after assistance.

Line: the standard of the policy run, of each household's area (its own line, not a national
one). Income: counted income per capita; after: plus benefit per member. Weights: household
weight × members, so persons are counted (EC.9; Foster, Greer & Thorbecke 1984).
"""

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results
from jiuzhu_sim.measures.groups import household
from jiuzhu_sim.measures.intervals import Estimate, Floats, exact_sum, interval, ratio
from jiuzhu_sim.measures.table import INTERVAL_NOTE, Statistic, Table, stack
from jiuzhu_sim.rules.kit import below

POVERTY = (
    Statistic("fgt0", "share"),
    Statistic("fgt1", "index"),
    Statistic("fgt2", "index"),
    Statistic("gini", "index"),
)


def income_after(results: Results) -> Floats:
    """Income per capita after assistance, yuan a month: (households,)."""
    benefit_pc = results.numbers("benefit_m_hh") / results.numbers("n_members_hh")
    found: Floats = results.numbers("counted_income_pc_m_hh") + benefit_pc
    return found


def poverty_gap(income: Floats, line: Floats, members: Floats) -> Floats:
    """Gap per head relative to the line; a household's gap below half a fen is none (EC.8)."""
    return np.where(below(income * members, line * members), (line - income) / line, 0.0)


def tied_ranks(income: Floats) -> tuple[NDArray[np.int64], int]:
    """For each household the rank of its income among the different incomes, and how many."""
    order = np.argsort(income)
    rising = income[order]
    fresh = np.empty(len(income), bool)
    fresh[:1] = True
    np.not_equal(rising[1:], rising[:-1], out=fresh[1:])
    rank = np.empty(len(income), np.int64)
    rank[order] = np.cumsum(fresh) - 1
    return rank, int(fresh.sum())


def gini(
    income: Floats, weight: Floats, *, auxiliaries: dict[str, Floats] | None = None
) -> Estimate:
    """Weighted Gini coefficient with its interval; equal incomes form one group.

    Negative incomes count as 0; households of weight 0 do not count; 0 when all income is 0.
    Variance: linearisation of Langel & Tillé (2013). Shapes: (households,) → three of (1,).

    >>> value, *_ = gini(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    >>> float(value[0])
    0.5
    """
    income = np.maximum(income, 0)
    rank, n = tied_ranks(income)
    persons = exact_sum(weight, rank, n)
    level = np.zeros(n)
    level[rank] = income
    people, money = persons.sum(), float((persons * level).sum())
    if money <= 0 or people <= 0:
        return (np.zeros(1),) * 3
    upto = np.cumsum(persons)
    middle = (upto - persons / 2) / people
    value = float((persons * level * (2 * middle - 1)).sum() / money)
    share = np.cumsum(persons * level) / money
    mean = money / people
    # Influence on G of one more person of each income, in units of that person.
    influence = (
        2 * (level * middle - mean * (share - persons * level / money / 2)) / mean
        - (value + 1) * level / mean
        + 1
        - value
    ) / people
    return interval(np.array([value]), influence[rank], weight, auxiliaries=auxiliaries)


def poverty(results: Results, *, weight: str) -> Table:
    """FGT 0/1/2 and Gini before and after assistance, persons as weights.

    `weight`: a household column. See docs/definitions/poverty.md for ties, zeros, negatives.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> table = jz.poverty(jz.simulate(people, policy), weight="weight")
    >>> table.get("fgt1", "after") <= table.get("fgt1", "before")
    True
    """
    members = household(results, "n_members_hh")
    weights = household(results, weight)
    line = household(results, "dibao_standard_m_hh")
    auxiliaries = dict(results.people.auxiliaries)
    rows: list[Estimate] = []
    for income in (household(results, "counted_income_pc_m_hh"), income_after(results)):
        gap = poverty_gap(income, line, members)
        parts = [
            ratio(members * y, members, weights, auxiliaries=auxiliaries)
            for y in ((gap > 0).astype(np.float64), gap, gap * gap)
        ]
        by_person = {name: column / members for name, column in auxiliaries.items()}
        parts.append(gini(income, weights * members, auxiliaries=by_person))
        rows.append(stack(parts))
    values, low, high = (np.vstack(part) for part in zip(*rows, strict=True))
    return Table(
        name="poverty",
        dims=("moment",),
        rows=(("before",), ("after",)),
        statistics=POVERTY,
        values=values,
        low=low,
        high=high,
        n=np.full(2, results.people.households),
        per="person",
        disjoint=False,
        notes=("note.own_line", INTERVAL_NOTE),
        fields={"policy": results.policy.title},
    )
