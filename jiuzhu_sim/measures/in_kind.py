"""Help in kind and charity: what its goods are worth for each recipient, apart from cash.

Source: charity goods, a retailer's card and one-off cash of S4.5.14–18; service and charity are
reported beside what government pays, never in it (Appendix A47).
"""

import numpy as np

from jiuzhu_sim.engine import Results
from jiuzhu_sim.measures.groups import groups, household
from jiuzhu_sim.measures.intervals import Sums
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, Statistic, Table, stack

NEEDED = ("charity_kind_y_hh", "charity_cash_y_hh", "n_members_hh")
"""What a simulation must give for `in_kind`."""


def in_kind(results: Results, *, weight: str, by: str = "area") -> Table:
    """Households and persons that get goods, their value in all and a head, and one-off cash.

    `results` must hold `NEEDED`. `by`: one of `groups.GROUPS`. Value a head: of the households that
    get goods, by all their members. Raises JZ-E031, JZ-E011.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("all-programmes", households=500, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("s45-community"), NEEDED)
    >>> table = in_kind(results, weight="weight")
    >>> table.get("kind_y", "total") > table.get("kind_head_y", "total") > 0
    True
    """
    found = groups(results, (by,))
    kind, cash = (household(results, name) for name in NEEDED[:2])
    gets = kind > 0
    sums = Sums(
        household(results, weight),
        found.index,
        found.n,
        results.people.auxiliaries,
        gets=gets.astype(np.float64),
        members=gets * household(results, "n_members_hh"),
        kind=kind,
        paid=(cash > 0).astype(np.float64),
        cash=cash,
    )
    columns = [sums.total(name) for name in ("gets", "members", "kind")]
    columns += [sums.ratio("kind", "members"), sums.total("paid"), sums.total("cash")]
    values, low, high = stack(columns)
    counted = np.bincount(found.index[gets | (cash > 0)], minlength=found.n)
    return Table(
        name="in_kind",
        dims=(by,),
        rows=(*found.rows, (TOTAL,)),
        statistics=(
            Statistic("kind_households", "households", additive=True),
            Statistic("kind_persons", "persons", additive=True),
            Statistic("kind_y", "yuan/year", additive=True),
            Statistic("kind_head_y", "yuan/person-year"),
            Statistic("cash_households", "households", additive=True),
            Statistic("cash_charity_y", "yuan/year", additive=True),
        ),
        values=values,
        low=low,
        high=high,
        n=np.append(counted, counted.sum()),
        per="household",
        notes=("note.in_kind", INTERVAL_NOTE),
        fields={"policy": results.policy.title},
    )
