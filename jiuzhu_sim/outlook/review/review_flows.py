"""Who left and entered the roll by the months, beside what the place reported (`law/figures`)."""

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.law import figures, known_values
from jiuzhu_sim.measures.flows import before, flows, kept, weight_of
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.months.results import Months
from jiuzhu_sim.months.roll import REASONS
from jiuzhu_sim.policy import Policy

AREAS = ("urban", "rural")
MOVES = ("left", "entered")
UNITS = {"households": "", "persons": "_persons"}
"""What is counted, and how its statistic in `flows` ends."""


def reported_flows(run: Months, policy: Policy) -> Table | None:
    """Households and persons that left and entered: reported, and by the run, by area.

    The run's are weighted and scaled to as many months as the report has. None where the place of
    the law reported no flows. Nothing is calibrated to them: they show how far the assumed rates
    are from one place. `fields` tells the reported months, and the households of the run of whom
    nobody lives any more; a report of removals may not count these.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.months.run import simulate_months
    >>> policy = jz.load_policy("s42-county-2013")
    >>> people = jz.synthesize("s42-county-2013", households=300, seed=1)
    >>> table = reported_flows(simulate_months(people, policy, months=2), policy)
    >>> table.get("reported_left", "total"), table.get("reported_entered", "total")
    (112.0, 90.0)
    """
    content = figures(policy.place) or {}
    if "flows" not in content:
        return None
    told, known = content["flows"], known_values(content)
    moved, share = flows(run, ["area"]), told["months"] / run.months
    statistics, columns = [], []
    for unit, ending in UNITS.items():
        for move in MOVES:
            given = [float(known[told[move][area][unit]]) for area in AREAS]
            model = [moved.get(f"roll_{move}{ending}", TOTAL, area) * share for area in AREAS]
            columns += [[*values, sum(values)] for values in (given, model)]
            names = (f"{source}_{move}{ending}" for source in ("reported", "model"))
            statistics += [Statistic(name, unit) for name in names]
    values = np.array(columns).T
    on_before, _, _ = before(run)
    return Table.exact(
        name="reported_flows",
        dims=("area",),
        rows=(*((area,) for area in AREAS), (TOTAL,)),
        statistics=tuple(statistics),
        values=values,
        n=np.array([_ever(run, on_before, area) for area in (*AREAS, TOTAL)]),
        per="household",
        notes=("note.reported_flows",),
        fields={
            "policy": policy.title,
            "months": str(told["months"]),
            "gone": f"{_gone(run) * share:,.0f}",
        },
    )


def _gone(run: Months) -> float:
    """Weighted households that left because nobody lives any more."""
    is_gone = kept(run, "reason") == REASONS.index("no_member")
    return float((is_gone @ weight_of(run, "weight")).sum())


def _ever(run: Months, on_before: NDArray[np.bool_], area: str) -> int:
    """Households on the roll at any time."""
    ever = (run.on_roll | on_before).any(axis=0)
    return int(ever.sum() if area == TOTAL else (ever & (run.people["area"] == area)).sum())
