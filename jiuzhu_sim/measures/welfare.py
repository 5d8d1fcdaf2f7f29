"""Poverty and inequality: FGT 0, 1, 2 and the Gini coefficient, before and after assistance.

Line: the standard of the policy run, of each household's area (its own line, not a national
one). Income: counted income per capita; after: plus benefit per member. Weights: household
weight × members, so persons are counted (EC.9; Foster, Greer & Thorbecke 1984).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results
from jiuzhu_sim.measures.groups import household
from jiuzhu_sim.measures.intervals import Estimate, Floats, Sums, exact_sum
from jiuzhu_sim.measures.table import INTERVAL_NOTE, Statistic, Table, stack
from jiuzhu_sim.rules.kit import below

MILLIONTHS = 1e6
"""Parts of a yuan within which two incomes are the same."""

POVERTY = (
    Statistic("fgt0", "share"),
    Statistic("fgt1", "index"),
    Statistic("fgt2", "index"),
    Statistic("gini", "index"),
)


def income_after(results: Results) -> Floats:
    """Income per capita after assistance, yuan a month: (households,)."""
    benefit_pc = results.numbers("benefit_m_hh") / heads(results)
    found: Floats = results.numbers("counted_income_pc_m_hh") + benefit_pc
    return found


def heads(results: Results) -> Floats:
    """Members to divide by: at least one. A household in which nobody counts has no weight among
    persons, but must not make a sum over all of them undefined.
    """
    return np.maximum(household(results, "n_members_hh"), 1)


def poverty_gap(income: Floats, line: Floats, members: Floats) -> Floats:
    """Gap per head relative to the line; a household's gap below half a fen is none (EC.8)."""
    return np.where(below(income * members, line * members), (line - income) / line, 0.0)


@dataclass(frozen=True)
class Ranking:
    """Incomes in rising order, equal ones as one level.

    `order` sorts the households; `start` is where each level begins in that order; `level` its
    income. Incomes that differ by less than a millionth of a yuan are equal: a float's last bits
    must not decide a tie.
    """

    order: NDArray[np.int64]
    start: NDArray[np.int64]
    level: Floats

    def by_level(self, values: Floats) -> Floats:
        """Sum of household values by level; exact, so the order within a level cannot matter."""
        counts = np.diff(self.start, append=len(self.order))
        return exact_sum(values[self.order], self.each(np.arange(len(counts))), len(counts))

    def each(self, by_level: NDArray[Any]) -> NDArray[Any]:
        """A value a level, for each household in rising order."""
        return np.repeat(by_level, np.diff(self.start, append=len(self.order)))


def ranking(income: Floats) -> Ranking:
    """Rank incomes, (households,).

    >>> ranking(np.array([3.0, 1.0, 0.1 + 0.2, 0.3])).level.tolist()
    [0.3, 1.0, 3.0]
    """
    key = np.rint(income * MILLIONTHS)
    order = np.argsort(key)
    rising = key[order]
    start = np.flatnonzero(np.append(True, rising[1:] != rising[:-1]))[: len(rising)]
    return Ranking(order, start, rising[start] / MILLIONTHS)


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
    ranked = ranking(np.maximum(income, 0))
    level, persons = ranked.level, ranked.by_level(weight)
    people, money = float(persons.sum()), float((persons * level).sum())
    if money <= 0 or people <= 0:
        return (np.zeros(1),) * 3
    middle = (np.cumsum(persons) - persons / 2) / people
    value = float((persons * level * (2 * middle - 1)).sum() / money)
    share = (np.cumsum(persons * level) - persons * level / 2) / money
    mean = money / people
    # Influence on G of one more person of each income, in units of that person.
    influence = (
        2 * (level * middle / mean - share) - (value + 1) * level / mean + 1 - value
    ) / people
    columns = {name: column[ranked.order] for name, column in (auxiliaries or {}).items()}
    sums = Sums(weight[ranked.order], auxiliaries=columns, influence=ranked.each(influence))
    _, low, high = sums.total("influence")
    moved = value - float(sums.of("influence")[0])
    return np.array([value]), low + moved, high + moved


def poverty(results: Results, *, weight: str, line: Results | None = None) -> Table:
    """FGT 0/1/2 and Gini before and after assistance, persons as weights.

    `weight`: a household column. `line`: results of the policy whose standard is the poverty line,
    where another is to be judged by it (a scenario must not look poorer because its own standard
    is higher); by default the policy's own. See docs/definitions/poverty.md for ties, zeros,
    negatives.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> table = jz.poverty(jz.simulate(people, policy), weight="weight")
    >>> table.get("fgt1", "after") <= table.get("fgt1", "before")
    True
    """
    members = household(results, "n_members_hh")
    weights = household(results, weight)
    standard = household(line or results, "dibao_standard_m_hh")
    auxiliaries = dict(results.people.auxiliaries)
    rows: list[Estimate] = []
    for income in (household(results, "counted_income_pc_m_hh"), income_after(results)):
        gap = poverty_gap(income, standard, members)
        sums = Sums(
            weights,
            auxiliaries=auxiliaries,
            members=members,
            poor=members * (gap > 0),
            gap=members * gap,
            square=members * gap * gap,
        )
        parts = [sums.ratio(y, "members") for y in ("poor", "gap", "square")]
        by_person = {name: column / heads(results) for name, column in auxiliaries.items()}
        parts.append(gini(income, weights * members, auxiliaries=by_person))
        rows.append(stack(parts))
    values, low, high = (np.vstack(part) for part in zip(*rows, strict=True))
    return Table(
        name="poverty_fixed" if line else "poverty",
        dims=("moment",),
        rows=(("before",), ("after",)),
        statistics=POVERTY,
        values=values,
        low=low,
        high=high,
        n=np.full(2, results.people.households),
        per="person",
        disjoint=False,
        notes=("note.fixed_line" if line else "note.own_line", INTERVAL_NOTE),
        fields={"policy": results.policy.title, "base": (line or results).policy.title},
    )
