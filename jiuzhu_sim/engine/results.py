"""What a simulation gives: columns in the order of the people, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine.plan import Plan
from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People


@dataclass(frozen=True)
class Results:
    """Results of one policy on one population; made by `simulate`.

    `people` and `plan` (which rules ran, in which order) are those of the run. `computed`: the
    columns asked for, (households,) or (persons,) each, in the unit of the dictionary
    (docs/columns.md); `given`: columns of the people put in the same order; `kept`: intermediate
    columns, for `reuse`. A name that was not computed is JZ-E010.

    `results["benefit_m_hh"]` is one value a household, in the order of the tables; codes such
    as `layer_hh` come as their names. Input columns of the people can be asked for as well.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> set(results["layer_hh"].tolist()) <= {"dibao", "edge", "none"}
    True
    """

    people: People
    plan: Plan
    computed: Mapping[str, NDArray[Any]]
    # Intermediate results in the inner order, kept so that a changed policy starts from them.
    kept: dict[str, NDArray[Any]] = field(default_factory=dict, repr=False)
    # Columns of the people in the order of the tables, put so when first asked for: measures ask
    # for weight and area again and again.
    given: dict[str, NDArray[Any]] = field(default_factory=dict, repr=False)

    @property
    def policy(self) -> Policy:
        return self.plan.policy

    def numbers(self, name: str) -> NDArray[Any]:
        """A column with codes and texts as integers.

        Raises JZ-E010 when it was not computed.
        """
        if name in self.computed:
            return self.computed[name]
        if name in self.given:
            return self.given[name]
        if name in self.people:
            found = self.people.numbers(name)
            found.flags.writeable = False
            return self.given.setdefault(name, found)
        known = [*self.computed, *self.people.laid_out]
        raise JZError.of("JZ-E010", name=name, nearest=nearest(name, known))

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column as users read it; see `numbers` for the integers of codes."""
        if name in self.people:
            return self.people[name]
        values, entry = self.numbers(name), column(name)
        return np.array(list(entry.codes or {}))[values] if entry.dtype == "code" else values

    def frame(self) -> Any:
        """The computed household columns as a pandas table, one row a household."""
        import pandas as pd

        made = {"household_id": self.people.ids}
        made |= {name: self[name] for name in self.computed if column(name).level == "household"}
        return pd.DataFrame(made)
