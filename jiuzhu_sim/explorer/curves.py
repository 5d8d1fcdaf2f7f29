"""Cost and recipients against the standard of each area, prepared once and reused.

A curve leaves its own standard free, so it stays as it is while only that standard moves: a
scenario that differs in that one number from the one before costs nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from jiuzhu_sim.engine import Results
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.controls import control
from jiuzhu_sim.language import language, listed
from jiuzhu_sim.measures.disclosure import publish
from jiuzhu_sim.measures.intervals import Floats
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.outlook.standard.curve import standard_curve
from jiuzhu_sim.outlook.standard.curve_simulated import simulated_curve
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People

AREAS = ("urban", "rural")
REFUSED = "JZ-E062"

ROWS = 12
"""Standards in the table under a curve, about."""

SIMULATED = 9
"""Standards simulated in full where a curve cannot be exact; each takes a run."""

DRAWN_MAX = 240
"""Points of a line, about one for two pixels."""

DRAWN = ("cost_y", "persons")


@dataclass(frozen=True)
class AreaCurve:
    """The curve of one area: points to draw, a table of some of them, and whether it is exact.

    `standards`, and each of `values` (`cost_y`, `persons`): (points,); NaN where too few
    households stand behind a point. `why`: what keeps it from being exact, else "".
    """

    area: str
    standards: Floats
    values: Mapping[str, Floats]
    table: Table
    why: str = ""

    @property
    def path(self) -> str:
        return path_of(self.area)


def path_of(area: str) -> str:
    """The parameter that is an area's standard."""
    return f"dibao.standard.{area}"


class Curves:
    """The curves of some people, made when asked for, kept while only the standard moves.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> law = jz.load_policy("example-county")
    >>> curves = Curves(people, law, min_cell=5)
    >>> made = curves.of(law, jz.simulate(people, law))
    >>> sorted(made), made["rural"].why, made["rural"].values["cost_y"].argmax() > 0
    (['rural', 'urban'], '', np.True_)
    >>> higher = law.change({"dibao.standard.rural": 600})
    >>> curves.of(higher, None)["rural"] is made["rural"]
    True
    """

    def __init__(self, people: People, baseline: Policy, *, min_cell: int):
        self._people, self._baseline, self._min_cell = people, baseline, min_cell
        self._kept: dict[str, tuple[tuple[str, str], AreaCurve]] = {}

    def of(self, scenario: Policy, results: Results | None) -> Mapping[str, AreaCurve]:
        """The curve of each area that has a standard under the baseline and the scenario.

        `results`: those of the scenario or of any other policy, on the same people; reused.
        """
        found = {}
        for area in AREAS:
            path = path_of(area)
            if path not in self._baseline.values or path not in scenario.values:
                continue
            fixed = scenario.change({path: self._baseline[path]})
            key = fixed.digest(), language()  # `why` is a sentence
            if area not in self._kept or self._kept[area][0] != key:
                made = self._make(replace(fixed, label=scenario.label), area, results)
                self._kept[area] = key, made
            found[area] = self._kept[area][1]
        return found

    def _make(self, policy: Policy, area: str, results: Results | None) -> AreaCurve:
        slider = control(self._baseline, path_of(area))
        low, high = int(slider.slide_low or 0), int(slider.slide_high or 0)
        try:
            curve = standard_curve(self._people, policy, area, base=results, low=low, high=high)
        except JZError as refused:
            if set(refused.codes) != {REFUSED}:
                raise
            why = listed(str(problem.values["because"]) for problem in refused.problems)
            return self._simulated(policy, area, np.linspace(low, high, SIMULATED).round(), why)
        standards = np.unique(np.linspace(low, high, DRAWN_MAX).round())
        points = curve.points(standards)
        few = (points["n"] > 0) & (points["n"] < self._min_cell)
        values = {name: np.where(few, np.nan, points[name]) for name in DRAWN}
        rows = np.linspace(low, high, ROWS + 1).round()
        (table,) = publish([curve.table(rows)], self._min_cell)
        return AreaCurve(area, standards, values, table)

    def _simulated(self, policy: Policy, area: str, standards: Floats, why: str) -> AreaCurve:
        made = simulated_curve(self._people, policy, area, standards)
        (table,) = publish([made], self._min_cell)
        values = {name: np.array([table.get(name, *row) for row in table.rows]) for name in DRAWN}
        return AreaCurve(area, standards, values, table, why)
