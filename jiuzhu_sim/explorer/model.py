"""The one object behind every view: people, the law as it is, a scenario, and what it changes.

Views subscribe; whoever holds the sliders calls `change` or `set`. While a slider is dragged and
the whole population would take too long, the answer is that of a seeded sample, and says so.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from jiuzhu_sim.assessment.compare import MOST, compare
from jiuzhu_sim.assessment.whatif import WhatIf, needed, what_if
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.curves import AreaCurve, Curves
from jiuzhu_sim.explorer.scenario import Moving
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.funding import shares_of
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.outlook import provisions
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.sample import sample

QUICK = 0.08
"""Seconds an answer may take while a slider is being dragged; redrawing comes on top."""

SAMPLE_MIN = 2_000
"""Households below which a sample says too little about townships and deciles."""

SHAPLEY_MAX = 4
"""Changes up to which their Shapley shares are shown too: 16 runs."""

SEED = 20260101


@dataclass(frozen=True)
class State:
    """A scenario and everything shown of it.

    `compared` holds the tables of the what-if that were asked for; `provisions` and `comparison`
    the tables that need many runs, `curves` those of the standards by area (None while dragging,
    or where there is nothing to show).
    `households` were computed, of `of`; `is_sample` when these are fewer. `seconds`: how long.
    """

    baseline: Policy
    scenario: Policy
    compared: WhatIf
    households: int
    of: int
    seconds: float
    dragging: bool
    provisions: Table | None = None
    comparison: Table | None = None
    curves: Mapping[str, AreaCurve] | None = None

    @property
    def is_sample(self) -> bool:
        return self.households < self.of

    @property
    def tables(self) -> Mapping[str, Table]:
        return self.compared.tables


@dataclass(frozen=True)
class Wanted:
    """What a view needs: tables of the what-if by name, and whether the costly ones as well."""

    tables: frozenset[str] = frozenset()
    provisions: bool = False
    comparison: bool = False
    curves: bool = False

    def __or__(self, other: "Wanted") -> "Wanted":
        return Wanted(
            self.tables | other.tables,
            self.provisions or other.provisions,
            self.comparison or other.comparison,
            self.curves or other.curves,
        )


@dataclass
class _Ground:
    """People with their results under the baseline, from which every scenario starts."""

    people: People
    base: Results
    seconds: float = field(default=0.0)


class Model(Moving):
    """People, a baseline, and a scenario that moves; views subscribe to it.

    `quick`: seconds an answer may take while dragging. `min_cell`: rows of fewer households are
    hidden, but for synthetic people, who are nobody. Raises what `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> model = Model(people, jz.load_policy("example-county"))
    >>> model.subscribe(lambda state: print(state.scenario["dibao.standard.rural"]))
    >>> model.set("dibao.standard.rural", 600)
    600
    """

    def __init__(
        self,
        people: People,
        policy: Policy,
        *,
        per: str = "person",
        min_cell: int = MIN_N,
        quick: float = QUICK,
        seed: int = SEED,
    ):
        self.baseline = self.scenario = policy
        is_synthetic = people.about.get("source") == "synthetic"
        self.min_cell = 0 if is_synthetic else min_cell
        self.per, self.quick, self.seed = per, quick, seed
        self.remembered: dict[str, Policy] = {}
        self._ground = self._grounded(people)
        self._light: _Ground | None = None
        self._curves: Curves | None = None
        self._views: list[tuple[Wanted, Callable[[State], None]]] = []

    @property
    def people(self) -> People:
        return self._ground.people

    @property
    def base(self) -> Results:
        """The results of everybody under the baseline."""
        return self._ground.base

    def subscribe(self, view: Callable[[State], None], wanted: Wanted | None = None) -> None:
        """Call `view` with the new state after each change; `wanted`: the tables it needs."""
        self._views.append((wanted or Wanted(), view))

    def change(
        self,
        changes: Mapping[str, Any],
        *,
        name: str | Mapping[str, str] | None = None,
        dragging: bool = False,
    ) -> None:
        """Replace the scenario by the baseline with these changes, all of them; tell the views."""
        scenario = self._changed(changes, name)
        shares_of(scenario)
        self.scenario = scenario
        self.refresh(dragging=dragging)

    def refresh(self, *, dragging: bool = False) -> None:
        """Compute what the views want of the present scenario, once, and tell them; nothing is
        computed where nobody looks.
        """
        if not self._views:
            return
        wanted = Wanted()
        for each, _ in self._views:
            wanted = wanted | each
        state = self.state(wanted, dragging=dragging)
        for _, view in self._views:
            view(state)

    def state(self, wanted: Wanted, *, dragging: bool = False) -> State:
        """The present scenario with what is wanted; costly tables not while dragging."""
        started = time.perf_counter()
        ground = self._light if dragging and self._light else self._ground
        compared = self._compared(ground, wanted)
        ground.seconds = time.perf_counter() - started
        if not dragging and self._light is None and ground.seconds > self.quick:
            self._light = self._lighter(wanted)  # before the first drag, not in it
        costly = not dragging and bool(self.changes)
        several = [*self.remembered.values(), self.scenario]
        return State(
            baseline=self.baseline,
            scenario=self.scenario,
            compared=compared,
            households=ground.people.households,
            of=self.people.households,
            seconds=time.perf_counter() - started,
            dragging=dragging,
            provisions=self._provisions() if wanted.provisions and costly else None,
            comparison=self._comparison(several) if wanted.comparison and not dragging else None,
            curves=self._curved(compared.new) if wanted.curves and not dragging else None,
        )

    def remember(self, name: str) -> None:
        """Keep the present scenario for comparison; JZ-E064 when four are kept already."""
        kept = {**self.remembered, name: self._changed(self.changes, name)}
        if len(kept) > MOST:
            raise JZError.of("JZ-E064", n=len(kept), most=MOST)
        self.remembered = kept
        self.refresh()

    def forget(self, name: str) -> None:
        """Take a scenario out of the comparison; nothing happens when it is not in it."""
        self.remembered.pop(name, None)
        self.refresh()

    def _compared(self, ground: _Ground, wanted: Wanted) -> WhatIf:
        made = what_if(
            ground.people,
            self.baseline,
            self.scenario,
            per=self.per,
            min_cell=self.min_cell,
            base=ground.base,
            tables=wanted.tables,
        )
        if ground is self._ground:
            return made
        return replace(made, tables={name: table.of_all() for name, table in made.tables.items()})

    def _lighter(self, wanted: Wanted) -> _Ground:
        """What answers while a slider is dragged: everybody without intervals, which take long
        where weights are calibrated; if that is not quick either, a sample of as many as are.
        """
        light = self._grounded(replace(self.people, auxiliaries=MappingProxyType({})))
        started = time.perf_counter()
        self._compared(light, wanted)
        light.seconds = time.perf_counter() - started
        if light.seconds <= self.quick:
            return light
        fitting = int(self.people.households * self.quick / light.seconds)
        return self._grounded(sample(light.people, max(fitting, SAMPLE_MIN), self.seed))

    def _grounded(self, people: People) -> _Ground:
        return _Ground(people, simulate(people, self.baseline, needed()))

    def _curved(self, results: Results) -> Mapping[str, AreaCurve]:
        if self._curves is None:
            self._curves = Curves(self.people, self.baseline, min_cell=self.min_cell)
        return self._curves.of(self.scenario, results)

    def _provisions(self) -> Table:
        """By Shapley as well while its runs, one for each set of changes, are few."""
        method = "shapley" if len(self.changes) <= SHAPLEY_MAX else "order"
        return provisions(
            self.people, self.baseline, self.scenario, self.base, method, min_cell=self.min_cell
        )

    def _comparison(self, several: list[Policy]) -> Table | None:
        """The scenarios kept, and the present one if it is another and there is room."""
        known = {policy.digest(): policy for policy in several if self.baseline.diff(policy)}
        kept = list(known.values())[:MOST]
        if not kept:
            return None
        table = compare(
            self.people, self.baseline, kept, per=self.per, base=self.base, min_cell=self.min_cell
        )
        return table if len(kept) == len(known) else table.with_notes("note.no_room")
