"""The tables of monitoring: what is found, by kind, rule, place and month, and at what work.

Intervals: households are the sampling units (Taylor linearisation), and with several seeds the
spread between them is added: of the mean over seeds, 95 %.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.measures.disclosure import publish
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.outlook.monitoring.curves import (
    curve_table,
    multiplier_table,
    officer_table,
    work_table,
)
from jiuzhu_sim.outlook.monitoring.dials import Dials, Outcome, alone, cuts, outcome, without
from jiuzhu_sim.outlook.monitoring.pieces import bounded, combined, framed, plain, sampled, sums_of
from jiuzhu_sim.outlook.monitoring.tables_snapshot import with_reason
from jiuzhu_sim.outlook.monitoring.truth import KINDS
from jiuzhu_sim.outlook.monitoring.watch import Watch

PLACE = (
    Statistic("warning_visits", "households", additive=True),
    Statistic("warning_right", "households", additive=True),
    Statistic("warning_precision", "share"),
    Statistic("warning_new", "households", additive=True),
    Statistic("warning_found", "households", additive=True),
    Statistic("warning_recall", "share"),
    Statistic("warning_lead", "months"),
)
GROUPS = ("on_roll", "edge", "disabled", "ill", "labour", "others")
"""Groups of households on the eve, the first that fits: assisted ones, then those that S3.2.7 has
the visits look at, then all others."""


def kind_table(made: Outcome) -> Table:
    """What is found by kind: new spells and those from before, recall, months earlier, money.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.monitoring.watch import watch
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> kind_table(outcome(watch(people, jz.load_policy("example-county"), months=3))).rows
    (('need',), ('more',), ('over',), ('total',))
    """
    sums = sums_of(made)
    units = {"new": "households", "brief": "households", "found": "households", "recall": "share",
             "lead": "months", "stock": "households", "stock_recall": "share",
             "gain": "yuan"}  # fmt: skip
    parts: list[list[Any]] = []
    for kind in (*(f"_{each}" for each in KINDS), ""):
        row = (
            sums.total(f"new{kind}"),
            sums.total(f"brief{kind}"),
            sums.total(f"found{kind}"),
            sums.ratio(f"found{kind}", f"new{kind}"),
            sums.ratio(f"lead{kind}", f"found{kind}"),
            sums.total(f"stock{kind}"),
            sums.ratio(f"old_found{kind}", f"stock{kind}"),
            sums.total(f"gain{kind}"),
        )
        held = (bounded(e, u) for e, u in zip(row, units.values(), strict=True))
        parts.append([[float(part[0]) for part in each] for each in held])
    values, low, high = np.moveaxis(np.array(parts), 2, 0)
    counts = made.counts
    n = [int(((counts[f"new_{k}"] + counts[f"stock_{k}"]) > 0).sum()) for k in KINDS]
    is_money = {"lead", "gain"}
    statistics = tuple(
        Statistic(f"warning_{name}", unit, additive=unit != "share" and name not in is_money)
        for name, unit in units.items()
    )
    rows = tuple((kind,) for kind in (*KINDS, TOTAL))
    n_any = np.sum([counts[f"{a}_{k}"] for k in KINDS for a in ("new", "stock")], axis=0)
    arrays = (values, low, high, np.array([*n, int((n_any > 0).sum())]))
    table = framed(made, "monitoring", ("warning_kind",), rows, statistics, arrays)
    # A household may have spells of two kinds: the rows are not of different households.
    return replace(sampled(made, table), disjoint=False)


def result_table(made: Outcome) -> Table:
    """What the visits of the run establish: something of a kind, an amount to be changed, nothing.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.monitoring.watch import watch
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> found = result_table(outcome(watch(people, jz.load_policy("example-county"), months=3)))
    >>> round(sum(found.get("warning_share", *row) for row in found.rows[:-1]), 6)
    1.0
    """
    sums = sums_of(made)
    parts = []
    for name in (*(f"right_{kind}" for kind in KINDS), "amount", "ordinary", "visits"):
        held = (
            bounded(sums.total(name), "households"),
            bounded(sums.ratio(name, "visits"), "share"),
        )
        parts.append([[float(part[0]) for part in each] for each in held])
    parts[-1][1] = [1.0, np.nan, np.nan]  # all of them: nothing is estimated
    values, low, high = np.moveaxis(np.array(parts), 2, 0)
    rows = tuple((key,) for key in (*KINDS, "amount", "ordinary", TOTAL))
    n = np.full(len(rows), int((made.counts["visits"] > 0).sum()))
    statistics = (
        Statistic("warning_visits", "households", additive=True),
        Statistic("warning_share", "share"),
    )
    arrays = (values, low, high, n)
    table = framed(made, "monitoring_result", ("warning_result",), rows, statistics, arrays)
    return replace(sampled(made, table), disjoint=False)


def place_table(made: Outcome, dim: str) -> Table:
    """Visits, finds, recall and lead by ``area``, ``township`` or ``warning_group``."""
    keys, place = _places(made.watch, dim)
    sums = sums_of(made, place, len(keys))
    estimates = (
        sums.total("visits"),
        sums.total("right"),
        sums.ratio("right", "visits"),
        sums.total("new"),
        sums.total("found"),
        sums.ratio("found", "new"),
        sums.ratio("lead", "found"),
    )
    parts = [bounded(e, s.unit) for e, s in zip(estimates, PLACE, strict=True)]
    values, low, high = (np.column_stack([part[k] for part in parts]) for k in range(3))
    counts = made.counts
    touched = counts["visits"] + np.sum([counts[f"new_{k}"] for k in KINDS], axis=0) > 0
    n = np.bincount(place[touched], minlength=len(keys))
    rows = tuple((key,) for key in (*keys, TOTAL))
    arrays = (values, low, high, np.append(n, n.sum()))
    return sampled(made, framed(made, "monitoring_place", (dim,), rows, PLACE, arrays))


def _places(watch: Watch, dim: str) -> tuple[list[str], NDArray[np.int64]]:
    if dim != "warning_group":
        names, place = np.unique(watch.people[dim].astype(str), return_inverse=True)
        return names.tolist(), place
    on, edge = watch.run.opening, watch.recognised.is_in[0]
    people = watch.people
    owner = np.repeat(np.arange(people.households), people.sizes)

    def any_of(name: str, flags: Callable[[Any], Any]) -> NDArray[np.bool_]:
        if name not in people:
            return np.zeros(people.households, bool)
        return np.bincount(owner, flags(people.numbers(name)), people.households) > 0

    severe = any_of("disability_grade", lambda grade: grade > 0)
    ill = any_of("serious_illness", lambda ill: ill)
    idle = ~any_of("labour_capable", lambda able: able)
    place = np.select([on, edge, severe, ill, idle], range(5), 5)
    return list(GROUPS), place.astype(np.int64)


def month_table(made: Outcome) -> Table:
    """The chain 发现一户、监测一户、救助一户、动态清零一户 (S3.2.26) and the work, by month.

    Monitored: households at or above the score; visited; found: visits that find something;
    assisted: need that is met after the visit; cleared: targets that end, by the visit or without
    it; left open at the end of the month.
    """
    watch, truth = made.watch, made.watch.truth
    lag, weight = int(watch.more["aid.months"]), watch.weight
    is_open = truth.target > 0
    found = np.zeros(watch.people.households, np.int32)
    queue = [np.zeros_like(found) for _ in range(lag)]
    after = np.zeros(is_open.shape, bool)
    for t in range(watch.months):
        queue.append(np.where(made.found[t], truth.spell[t], 0))
        now = queue.pop(0)
        found = np.where(now > 0, now, found)
        after[t] = is_open[t] & ((truth.spell[t] != found) | (found == 0))
    cleared = np.zeros(is_open.shape, bool)
    cleared[0] = is_open[0] & ~after[0]
    same = truth.spell[1:] == truth.spell[:-1]
    cleared[1:] = (after[:-1] & ~(after[1:] & same)) | (is_open[1:] & ~after[1:] & ~same)
    helped = np.zeros(is_open.shape, bool)
    is_need = made.found & (truth.target != KINDS.index("over") + 1)
    helped[lag:] = (is_need & (truth.left > lag))[: watch.months - lag]
    flags = {
        "monitored": made.score >= made.dials.cut,
        "visits": made.visited,
        "right": made.found,
        "helped": helped,
        "cleared": cleared,
        "open": after,
        "waiting": made.waiting,
    }
    values = np.column_stack([each @ weight for each in flags.values()])
    share = np.divide(values[:, 2], values[:, 1], out=np.full(len(values), np.nan),
                      where=values[:, 1] > 0)  # fmt: skip
    days = values[:, 1] * made.working["hours.visit"] / made.working["hours.day"]
    values = np.column_stack([values, share, np.round(days)])
    statistics = (
        *(Statistic(f"warning_{name}", "households") for name in flags),
        Statistic("warning_precision", "share"),
        Statistic("warning_days", ""),
    )
    rows = tuple((month,) for month in watch.names)
    n = np.full(len(rows), watch.people.households)
    table = framed(made, "monitoring_month", ("month",), rows, statistics, plain(values, n))
    return replace(table, disjoint=False)


def rule_table(watch: Watch, dials: Dials, made: Outcome) -> Table:
    """Every rule: the visits at which it stood, alone, and what is lost without it.

    ``more_*``: what all rules together have and all but this one have not; a rule with no finds
    more adds nothing.
    """
    # Side by side without a bound: under one, a rule lost only makes room for another household.
    dials = replace(dials, officers=0.0)
    made = outcome(watch, dials, made.working)
    weight, records = watch.weight, watch.records
    base = (made.total("visits"), made.total("found") + made.total("old_found"))
    units = {"visits": "households", "precision": "share", "alone_visits": "households",
             "alone_precision": "share", "alone_recall": "share", "more_visits": "households",
             "more_found": "households"}  # fmt: skip
    rows: list[tuple[str]] = []
    values: list[tuple[float, ...]] = []
    for place, rule in enumerate(watch.warnings.rules):
        if rule.key in dials.off:
            continue
        rows.append((rule.key,))
        if rule.key in watch.silent:
            values.append((np.nan,) * len(units))
            continue
        mine = (records.rule == place) & (records.strength >= 1)
        spot = (records.month[mine], records.home[mine])
        visits = float((made.visited[spot] * weight[spot[1]]).sum())
        right = float((made.found[spot] * weight[spot[1]]).sum())
        single, rest = alone(watch, rule.key, dials), without(watch, [rule.key], dials)
        finds = rest.total("found") + rest.total("old_found")
        values.append(
            (
                visits,
                right / visits if visits else np.nan,
                single.total("visits"),
                single.precision,
                single.recall,
                base[0] - rest.total("visits"),
                base[1] - finds,
            )
        )
    statistics = tuple(Statistic(f"warning_{name}", unit) for name, unit in units.items())
    n = np.full(len(rows), watch.people.households)
    table = framed(made, "monitoring_rule", ("warning_rule",), tuple(rows), statistics,
                   plain(np.array(values).reshape(len(rows), len(units)), n))  # fmt: skip
    names = {rule.key: with_reason(rule.label, watch.silent.get(rule.key, "none"))
             for rule in watch.warnings.rules}  # fmt: skip
    return replace(table, names=names, disjoint=False)


def monitoring_tables(
    runs: Sequence[Watch],
    dials: Dials | None = None,
    *,
    working: Any = None,
    own: float = 0,
    min_n: int = 0,
) -> dict[str, Table]:
    """Every table of some runs of the same people (one a seed), small rows of places hidden.

    `own`: the officers that the user has (0: unknown). By month and by rule: of the first seed.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.monitoring.watch import watch
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> run = watch(people, jz.load_policy("example-county"), months=3)
    >>> sorted(monitoring_tables([run]))[:3]
    ['monitoring', 'monitoring_area', 'monitoring_curve']
    """
    dials = dials or Dials()
    made = [outcome(run, dials, working) for run in runs]
    first = made[0]

    def over(build: Callable[[Outcome], Table]) -> Table:
        return combined([build(each) for each in made])

    scored = cuts(runs[0])
    tables = {
        "monitoring": over(kind_table),
        "monitoring_work": over(work_table),
        "monitoring_result": over(result_table),
        "monitoring_curve": over(lambda each: curve_table(each.watch, dials, each, scored)),
        "monitoring_multiplier": over(lambda each: multiplier_table(each.watch, dials, each)),
        "monitoring_officers": officer_table(runs[0], dials, first, own),
        "monitoring_rule": rule_table(runs[0], dials, first),
        "monitoring_month": month_table(first),
    }
    dims = [dim for dim in ("area", "township", "warning_group")
            if dim in runs[0].people or dim == "warning_group"]  # fmt: skip
    places = publish([combined([place_table(each, dim) for each in made]) for dim in dims], min_n)
    return tables | {f"monitoring_{dim.removeprefix('warning_')}": table
                     for dim, table in zip(dims, places, strict=True)}  # fmt: skip
