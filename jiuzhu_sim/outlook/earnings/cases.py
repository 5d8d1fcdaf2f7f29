"""A list of families at once: what each gets under the law as it is and under a scenario."""

from itertools import islice

import numpy as np

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.outlook.earnings.calculation import SHOWN
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.receipt import Receipt, explain

RECEIPTS_MAX = 200
"""Families whose receipts are written out: a longer list makes a book that nobody reads."""

INCOME = Statistic("case_income_pc_m", "yuan/person-month")
PERSONS = Statistic("recipients", "persons", additive=True)


def compare_cases(people: People, policy: Policy, scenario: Policy | None = None) -> Table:
    """One row a family: layer, counted income a head, recipients, benefit; and the total.

    With a scenario that differs: the layer before and after, and the benefit under both. Raises
    what `simulate` raises.

    >>> from jiuzhu_sim.policy import load_policy
    >>> from jiuzhu_sim.population.family import Family, people_of_families
    >>> people = people_of_families([Family(), Family(n_members=1, wage=0)], ["甲", "乙"])
    >>> table = compare_cases(people, load_policy("example-county"))
    >>> table.rows[1], table.get("benefit_m", *table.rows[1])
    (('乙', 'dibao', 'C', 'paid'), 560.0)
    """
    base = simulate(people, policy, SHOWN, threads=1)
    if scenario is None or not policy.diff(scenario):
        keys = [base[name] for name in ("layer_hh", "category_hh", "payment_status_hh")]
        one = ("case", "layer_hh", "category_hh", "payment_status_hh")
        return _table("cases", base, base, one, keys, [("benefit_m", base)])
    new = simulate(people, scenario, SHOWN, threads=1)
    both = ("case", "layer_before", "layer_after")
    benefits = [("benefit_m.base", base), ("benefit_m.new", new)]
    return _table("cases_both", base, new, both, [base["layer_hh"], new["layer_hh"]], benefits)


def _table(
    name: str,
    base: Results,
    new: Results,
    dims: tuple[str, ...],
    keys: list[np.ndarray],
    benefits: list[tuple[str, Results]],
) -> Table:
    """The table: income and recipients under `new`, then the benefits, then their change."""
    statistics = [INCOME, PERSONS]
    columns = [new.numbers("counted_income_pc_m_hh"), new.numbers("n_recipients_hh")]
    for title, results in benefits:
        statistics.append(Statistic(title, "yuan/month", additive=True))
        columns.append(results.numbers("benefit_m_hh"))
    if len(benefits) > 1:
        statistics.append(Statistic("benefit_m.change", "yuan/month", additive=True))
        columns.append(columns[-1] - columns[-2])
    ids = [str(each) for each in base.people.ids]
    rows = list(zip(ids, *(values.tolist() for values in keys), strict=True))
    values = np.column_stack(columns).astype(np.float64)
    whole = np.where([entry.additive for entry in statistics], values.sum(axis=0), np.nan)
    values = np.vstack([values, whole])
    return Table.exact(
        name=name,
        dims=dims,
        rows=(*rows, (TOTAL, *[""] * len(keys))),
        statistics=tuple(statistics),
        values=values,
        n=np.append(np.ones(len(rows), np.int64), len(rows)),
        per="household",
        fields={"base": base.policy.title, "new": new.policy.title},
        names=column("layer_hh").codes if len(benefits) > 1 else None,
    )


def case_receipts(people: People, policy: Policy, most: int = RECEIPTS_MAX) -> tuple[Receipt, ...]:
    """The receipts of the first `most` families of a list.

    >>> from jiuzhu_sim.policy import load_policy
    >>> from jiuzhu_sim.population.family import Family, people_of_families
    >>> people = people_of_families([Family(), Family(n_members=1)], ["甲", "乙"])
    >>> [receipt.household for receipt in case_receipts(people, load_policy("example-county"))]
    ['甲', '乙']
    """
    results = simulate(people, policy, SHOWN, threads=1)
    return tuple(explain(results, household) for household in islice(people.ids, most))
