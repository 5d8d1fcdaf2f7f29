"""The household calculator behind a form: one family, the law as it is, a scenario that moves.

Like `Model`, for one family instead of a population: the form or a slider changes the model, the
views are told. What is refused leaves family and scenario as they were.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from jiuzhu_sim.explorer.scenario import Moving
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.outlook.earnings.calculation import Calculation, calculate
from jiuzhu_sim.outlook.earnings.flatten import flatten
from jiuzhu_sim.outlook.earnings.schedule import STEP
from jiuzhu_sim.outlook.earnings.slopes import Slopes, slopes
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.family import Family, read_family


@dataclass(frozen=True)
class FamilyState:
    """A family and everything shown of it.

    `slopes`, `flattened`: of the population under the scenario; None where they were not asked
    for, or there is no population. `seconds`: how long it took.
    """

    calculated: Calculation
    seconds: float
    dragging: bool
    slopes: Slopes | None = None
    flattened: Table | None = None

    @property
    def family(self) -> Family:
        return self.calculated.family

    @property
    def baseline(self) -> Policy:
        return self.calculated.base.policy

    @property
    def scenario(self) -> Policy:
        return self.calculated.new.policy

    @property
    def is_compared(self) -> bool:
        return self.calculated.is_compared


class FamilyModel(Moving):
    """A family, a baseline and a scenario; views subscribe to it.

    `step`: yuan of earnings behind each marginal rate. `people`: the population whose slopes are
    shown, if any.

    >>> from jiuzhu_sim.policy import load_policy
    >>> model = FamilyModel(Family(), load_policy("example-county"))
    >>> model.subscribe(lambda state: print(state.calculated.new.benefit))
    >>> model.describe({"wage": 2180})
    0.0
    """

    def __init__(
        self,
        family: Family,
        policy: Policy,
        scenario: Policy | None = None,
        *,
        step: float = STEP,
        people: People | None = None,
    ):
        self.family, self.baseline = family, policy
        self.scenario = policy if scenario is None else scenario
        self.step, self.people = step, people
        self._known: dict[tuple[str, float], tuple[Slopes, Table]] = {}
        self._views: list[tuple[bool, Callable[[FamilyState], None]]] = []

    def subscribe(self, view: Callable[[FamilyState], None], *, slopes: bool = False) -> None:
        """Call `view` with the new state after each change; `slopes`: it needs the population."""
        self._views.append((slopes, view))

    def describe(self, values: Mapping[str, Any], *, dragging: bool = False) -> None:
        """Change some fields of the form, all at once.

        Raises JZ-E065 with all that is wrong, and leaves the family as it was.
        """
        self._become(read_family({**asdict(self.family), **values}), self.scenario, dragging)

    def change(
        self,
        changes: Mapping[str, Any],
        *,
        name: str | Mapping[str, str] | None = None,
        dragging: bool = False,
    ) -> None:
        """Replace the scenario by the baseline with these changes, all of them."""
        self._become(self.family, self._changed(changes, name), dragging)

    def replace(
        self, values: Mapping[str, Any], changes: Mapping[str, Any], *, dragging: bool = False
    ) -> None:
        """The whole form and all changes at once, for a page that holds both; what is not among
        `values` is as the form starts.
        """
        self._become(read_family(values), self._changed(changes, None), dragging)

    def refresh(self, *, dragging: bool = False) -> None:
        """Compute the present state once and tell the views."""
        if not self._views:
            return
        state = self.state(slopes=any(each for each, _ in self._views), dragging=dragging)
        for _, view in self._views:
            view(state)

    def state(self, *, slopes: bool = False, dragging: bool = False) -> FamilyState:
        """The present family; with the slopes of the population where they are asked for and
        nothing is being dragged.
        """
        started = time.perf_counter()
        scenario = self.scenario if self.changes else None
        calculated = calculate(self.family, self.baseline, scenario, step=self.step)
        steep, flat = self._slopes() if slopes and not dragging else (None, None)
        seconds = time.perf_counter() - started
        return FamilyState(calculated, seconds, dragging, steep, flat)

    def _slopes(self) -> tuple[Slopes, Table] | tuple[None, None]:
        """The slopes of the population, computed once for each law and step."""
        if self.people is None:
            return None, None
        key = self.scenario.digest(), self.step
        if key not in self._known:
            steep = slopes(self.people, self.scenario, step=self.step)
            self._known = {key: (steep, flatten(self.people, self.scenario, step=self.step))}
        return self._known[key]

    def _become(self, family: Family, scenario: Policy, dragging: bool) -> None:
        """Take over family and scenario once both can be calculated."""
        before = self.family, self.scenario
        self.family, self.scenario = family, scenario
        try:
            self.refresh(dragging=dragging)
        except BaseException:
            self.family, self.scenario = before
            raise
