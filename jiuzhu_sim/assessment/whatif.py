"""A change of the law against the law as it is: every table of the what-if notebook."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from jiuzhu_sim.assessment.gate import Gate, gate_of
from jiuzhu_sim.assessment.idle import Idle, idle
from jiuzhu_sim.assessment.whatif_tables import (
    TABLES,
    Pair,
    make_tables,
    needed,
    wanted_tables,
)
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.funding import shares_of
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.policy import Change, Policy
from jiuzhu_sim.population import People

__all__ = ["TABLES", "WhatIf", "needed", "what_if"]

MOVED = ("benefit_m_hh", "aid_y_hh", "charity_value_y_hh")
"""What a household gets; a change that moves none of it changes nothing."""


@dataclass(frozen=True)
class WhatIf:
    """Baseline and reform on the same people: results, changes of the law, tables by name.

    Tables: ``change`` (baseline, reform, difference), ``split`` (existing and new recipients),
    ``township`` and ``township_change`` (where the people have townships), ``winners_losers``,
    ``deciles``, ``poverty_base``, ``poverty_new``, ``losers`` if there are any, ``programmes``,
    ``programme_area``, ``shares`` (who pays), and ``budget`` where an appropriation is given;
    only those asked for. `gate`: that of the people.
    """

    base: Results
    new: Results
    changes: tuple[Change, ...]
    tables: Mapping[str, Table]
    gate: Gate

    @property
    def nothing_changed(self) -> bool:
        """Whether no household gets anything else, in benefit or any other aid computed."""
        names = [name for name in MOVED if name in self.base.computed and name in self.new.computed]
        return all(np.array_equal(self.base[name], self.new[name]) for name in names)

    @property
    def aid_change(self) -> float | None:
        """The change of all public aid, yuan a year, where it is another than that of basic living;
        None where it is the same, hidden, or not asked for (tables ``change``, ``programmes``).

        >>> import jiuzhu_sim as jz
        >>> people = jz.synthesize("example-county", households=200, seed=1)
        >>> policy = jz.load_policy("example-county")
        >>> found = what_if(people, policy, policy.change({"addon.heating": 600}))
        >>> found.tables["change"].get("cost_y.change", "total"), found.aid_change > 0
        (0.0, True)
        """
        if not {"change", "programmes"} <= self.tables.keys():
            return None
        basic, all_aid = (
            self.tables[name].get("cost_y.change", TOTAL) for name in ("change", "programmes")
        )
        # Money is shown in whole yuan at the finest.
        is_other = np.isfinite(all_aid) and not np.isclose(all_aid, basic, rtol=0, atol=0.5)
        return all_aid if is_other else None

    @property
    def idle(self) -> tuple[Idle, ...]:
        """The changed parameters that move nobody, and why."""
        return idle(self.base, self.new, nothing=self.nothing_changed)


def what_if(
    people: People,
    policy: Policy,
    changed: Policy,
    *,
    per: str = "person",
    appropriation: float | None = None,
    min_cell: int = MIN_N,
    base: Results | None = None,
    new: Results | None = None,
    tables: Iterable[str] | None = None,
) -> WhatIf:
    """Compare `policy` with `changed` on the same `people`; first-round effect, no behaviour.

    `appropriation`: yuan a year, to hold both needs against. `per`: whether winners, losers and
    deciles count ``person`` or ``household``. Rows behind which stand fewer than `min_cell`
    households are hidden. `base`, `new`: earlier results on these people, taken as they are where
    they are of the same policy and hold what is needed, else computed from. `tables`: only these of
    `TABLES`, all for None. Raises JZ-E032 for an unknown table, JZ-E063 when the levels of
    government pay more than everything, and what `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> what_if(people, policy, policy).nothing_changed
    True
    """
    asked = wanted_tables(tables)
    for each in (policy, changed):
        shares_of(each)
    columns = needed(asked)
    before = _results(people, policy, columns, base, base)
    after = _results(people, changed, columns, new, before)
    made = make_tables(Pair(before, after, per, appropriation), asked, min_cell)
    return WhatIf(before, after, policy.diff(changed), MappingProxyType(made), gate_of(before))


def _results(
    people: People,
    policy: Policy,
    columns: tuple[str, ...],
    at_hand: Results | None,
    start: Results | None,
) -> Results:
    """Results at hand if they are these, else computed from those to start from."""
    if (
        at_hand is not None
        and at_hand.people is people
        and _same(at_hand.policy, policy)
        and set(columns) <= at_hand.computed.keys()
    ):
        return at_hand
    return simulate(people, policy, columns, reuse=start)


def _same(one: Policy, other: Policy) -> bool:
    """Whether two policies are the same law under the same title."""
    return one is other or (one.label == other.label and one.digest() == other.digest())
