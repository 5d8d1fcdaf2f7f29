"""The standard curve point by point, by a full simulation each: for laws that are refused."""

from collections.abc import Iterable

import numpy as np

from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.measures.groups import household
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.outlook.standard.curve import check_area, standard_curve, table_of
from jiuzhu_sim.outlook.standard.curve_families import area_of
from jiuzhu_sim.outlook.standard.curve_law import STANDARD, WANTED, path_of
from jiuzhu_sim.outlook.standard.curve_totals import totals_of
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People

REFUSED = "JZ-E062"


def simulated_curve(
    people: People,
    policy: Policy,
    area: str,
    standards: Iterable[float],
    *,
    base: Results | None = None,
    weight: str = "weight",
) -> Table:
    """The table of `StandardCurve.table`, by simulating each standard; any law, any amount.

    `standards`: yuan a person and month, within the range declared (JZ-E004), whole or not.
    `base`: earlier results on the same people, reused. Raises JZ-E032 for another area or
    weight, and what `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> simulated_curve(people, policy, "rural", [560, 560.5]).get("change_y", "560")
    0.0
    """
    check_area(area)
    wanted = (*WANTED, STANDARD)
    given = list(standards)
    # All standards are held against their range before the first is simulated.
    changed = [policy.change({path_of(area): standard}) for standard in given]
    now = simulate(people, policy, wanted, reuse=base)
    rows = area_of(people, area)
    weights = household(now, weight)[rows]
    baseline = totals_of(now, rows, weights)
    found = [totals_of(simulate(people, p, wanted, reuse=now), rows, weights) for p in changed]
    points = {name: np.array([each[name] for each in found]) for name in baseline}
    points["standard"] = np.array([float(other[path_of(area)]) for other in changed])
    points["change_y"] = points["cost_y"] - baseline["cost_y"]
    return table_of(policy, area, points)


def curve_or_simulated(
    people: People,
    policy: Policy,
    area: str,
    standards: Iterable[float],
    *,
    base: Results | None = None,
    weight: str = "weight",
) -> Table:
    """The table of the standard curve or, where the law is refused, the same by simulation.

    Then a note says why it was simulated. Arguments and errors are those of `simulated_curve`;
    standards have to be whole yuan where the curve is used (JZ-E032).

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county").change({"dibao.benefit_form": "tiers"})
    >>> table = curve_or_simulated(people, policy, "rural", [560, 600])
    >>> table.footnotes()[-1][:10]
    '本表逐点完整计算得出'
    """
    given = list(standards)
    try:
        curve = standard_curve(people, policy, area, base=base, weight=weight)
    except JZError as refused:
        if set(refused.codes) != {REFUSED}:
            raise
        because = listed(problem.values["because"] for problem in refused.problems)
        table = simulated_curve(people, policy, area, given, base=base, weight=weight)
        return table.with_notes(text("note.curve_simulated", because=because))
    return curve.table(given)
