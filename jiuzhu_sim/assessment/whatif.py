"""A change of the law against the law as it is: every table of the what-if notebook."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from jiuzhu_sim.assessment.annual import WEIGHT
from jiuzhu_sim.assessment.gate import Gate, gate_of
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.measures import budget_gap, caseload, deciles, poverty, publish, winners_losers
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.distribution import losers_by_layer
from jiuzhu_sim.measures.recipients import split_by_recipient
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.policy import Change, Policy
from jiuzhu_sim.population import People


@dataclass(frozen=True)
class WhatIf:
    """Baseline and reform on the same people: results, changes of the law, tables by name.

    Tables: ``change`` (baseline, reform, difference), ``split`` (existing and new recipients),
    ``township``, ``winners_losers``, ``deciles``, ``poverty_base``, ``poverty_new``, ``losers`` if
    there are any, and ``budget`` where an appropriation is given. `gate`: that of the people.
    """

    base: Results
    new: Results
    changes: tuple[Change, ...]
    tables: Mapping[str, Table]
    gate: Gate

    @property
    def nothing_changed(self) -> bool:
        """Whether no household's benefit differs."""
        return bool(np.array_equal(self.base["benefit_m_hh"], self.new["benefit_m_hh"]))


def what_if(
    people: People,
    policy: Policy,
    changed: Policy,
    *,
    per: str = "person",
    appropriation: float | None = None,
    min_cell: int = MIN_N,
) -> WhatIf:
    """Compare two policies on the same people; first-round effect, no behaviour.

    `per`: whether winners, losers and deciles count ``person`` or ``household``. Rows behind which
    stand fewer than `min_cell` households are hidden.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> what_if(people, policy, policy).nothing_changed
    True
    """
    base = simulate(people, policy)
    new = simulate(people, changed, reuse=base)
    tables = {
        "change": change_table(base, new),
        "split": split_by_recipient(base, new, weight=WEIGHT),
        "township": caseload(new, ("township",), weight=WEIGHT),
        "winners_losers": winners_losers(base, new, weight=WEIGHT, per=per),
        "deciles": deciles(base, new, weight=WEIGHT, per=per),
        "poverty_base": poverty(base, weight=WEIGHT),
        "poverty_new": poverty(new, weight=WEIGHT),
    }
    if (losers := losers_by_layer(base, new, weight=WEIGHT)) is not None:
        tables["losers"] = losers
    if appropriation is not None:
        tables["budget"] = budget_gap(new, appropriation, weight=WEIGHT)
    if people.is_complete:
        tables = {name: table.of_all() for name, table in tables.items()}
    published = zip(tables, publish(list(tables.values()), min_cell), strict=True)
    return WhatIf(base, new, policy.diff(changed), MappingProxyType(dict(published)), gate_of(base))


def change_table(base: Results, new: Results) -> Table:
    """Recipients and cost by area: baseline, reform and difference side by side."""
    before = caseload(base, ("area",), weight=WEIGHT)
    after = caseload(new, ("area",), weight=WEIGHT)
    picked = [number for number, entry in enumerate(before.statistics) if entry.additive]
    statistics, columns = [], []
    for number in picked:
        entry = before.statistics[number]
        old, now = before.values[:, number], after.values[:, number]
        for moment, column in (("base", old), ("new", now), ("change", now - old)):
            statistics.append(Statistic(f"{entry.name}.{moment}", entry.unit, additive=True))
            columns.append(column)
    values = np.column_stack(columns)
    blank = np.full(values.shape, np.nan)
    # A row is small if it is small under either policy (nobody at all is not small).
    fewer, more = np.minimum(before.n, after.n), np.maximum(before.n, after.n)
    return replace(
        before,
        name="change",
        statistics=tuple(statistics),
        values=values,
        low=blank,
        high=blank,
        n=np.where(fewer > 0, fewer, more),
        notes=("note.first_round",),
        fields={"base": base.policy.title, "new": new.policy.title},
    )
