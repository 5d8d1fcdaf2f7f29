"""Work and finds against a dial: the score, the thresholds, the officers there are."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.outlook.monitoring.dials import Dials, Outcome, outcome, within
from jiuzhu_sim.outlook.monitoring.pieces import bounded, framed, sampled, sums_of
from jiuzhu_sim.outlook.monitoring.watch import Watch

MULTIPLIERS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
"""Multipliers of thresholds that the curve shows."""

OFFICERS = (2, 5, 10, 20, 50, 100)
"""Officers whose reach the table shows."""


def curve_table(watch: Watch, dials: Dials, made: Outcome, chosen: Sequence[float]) -> Table:
    """Work, recall, precision and lead against the score from which a household is visited."""
    runs = [outcome(watch, replace(dials, cut=cut, officers=0), made.working) for cut in chosen]
    return _curve(made, "monitoring_curve", "warning_cut", [f"{cut:g}" for cut in chosen], runs)


def work_table(made: Outcome) -> Table:
    """Work, recall, precision and lead as the dials stand: one row."""
    return _curve(made, "monitoring_work", "warning_cut", [f"{made.dials.cut:g}"], [made])


def multiplier_table(watch: Watch, dials: Dials, made: Outcome) -> Table:
    """The same against a multiplier of every threshold in money, shares and ratios."""
    chosen = MULTIPLIERS
    runs = [
        outcome(watch, replace(dials, multiplier=each, officers=0), made.working) for each in chosen
    ]
    labels = [f"{each:g}" for each in chosen]
    return _curve(made, "monitoring_multiplier", "warning_multiplier", labels, runs)


def officer_table(watch: Watch, dials: Dials, made: Outcome, own: float = 0) -> Table:
    """What so many officers can handle: the lowest score they keep up with, and what that finds."""
    chosen = sorted({*OFFICERS, *([own] if own else [])})
    scores = [within(watch, each, dials, made.working) for each in chosen]
    rows = [(n, cut) for n, cut in zip(chosen, scores, strict=True) if cut is not None]
    runs = [outcome(watch, replace(dials, cut=cut, officers=0), made.working) for _, cut in rows]
    table = _curve(made, "monitoring_officers", "warning_officers", [f"{n:g}" for n, _ in rows],
                   runs)  # fmt: skip
    reached = np.array([[cut] for _, cut in rows]).reshape(len(rows), 1)
    blank = np.full(reached.shape, np.nan)
    return replace(
        table,
        statistics=(Statistic("warning_cut", ""), *table.statistics),
        values=np.hstack([reached, table.values]),
        low=np.hstack([blank, table.low]),
        high=np.hstack([blank, table.high]),
    )


def _curve(
    made: Outcome, name: str, dim: str, keys: Sequence[str], runs: Sequence[Outcome]
) -> Table:
    units = {"monthly": "households", "days": "", "recall": "share", "precision": "share",
             "lead": "months"}  # fmt: skip
    parts = np.full((len(runs), len(units), 3), np.nan)
    for number, run in enumerate(runs):
        sums = sums_of(run)
        ratios = (sums.ratio(*pair) for pair in (("found", "new"), ("right", "visits"),
                                                 ("lead", "found")))  # fmt: skip
        parts[number, 0, 0] = run.monthly_visits.mean()
        parts[number, 1, 0] = np.round(run.days)
        for place, (ratio, unit) in enumerate(zip(ratios, ("share", "share", ""), strict=True), 2):
            parts[number, place] = [float(part[0]) for part in bounded(ratio, unit)]
    statistics = tuple(Statistic(f"warning_{each}", unit) for each, unit in units.items())
    n = np.full(len(runs), made.watch.people.households)
    rows = tuple((key,) for key in keys)
    table = framed(made, name, (dim,), rows, statistics, (*np.moveaxis(parts, 2, 0), n))
    return replace(sampled(made, table), disjoint=False)
