"""The list of households to visit in a month: why, since when, last contact, by urgency."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.flows import kept
from jiuzhu_sim.outlook.monitoring.dials import Outcome, needed


@dataclass(frozen=True)
class Visit:
    """One household to visit; places and rules as positions or keys, months as ``2025-03``.

    `since`: the first month of the unbroken firing of its oldest warning; `last_contact`: the last
    month in which the office visited, reviewed or decided, or ""; `is_reached`: within the reach of
    the officers.
    """

    home: int
    score: float
    rules: tuple[str, ...]
    since: str
    last_contact: str
    is_reached: bool


def visits_of(made: Outcome, month: str) -> tuple[Visit, ...]:
    """Who is to be visited in a month (``2025-03``), most urgent first.

    Raises JZ-E060, with the nearest, for a month that was not run.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.monitoring.dials import outcome
    >>> from jiuzhu_sim.outlook.monitoring.watch import watch
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> made = outcome(watch(people, jz.load_policy("example-county"), months=2))
    >>> found = visits_of(made, "2025-01")
    >>> found[0].score >= found[-1].score
    True
    """
    watch = made.watch
    if month not in watch.names:
        raise JZError.unknown(text("dim.month"), month, watch.names)
    t = watch.names.index(month)
    homes = np.flatnonzero(made.visited[t] | made.waiting[t])
    homes = homes[np.lexsort((watch.ranks[homes], -made.score[t, homes]))]
    since, fired = _since(made, t)
    contact = _contact(made, t)
    keys = np.array(watch.warnings.keys, object)
    return tuple(
        Visit(
            home=int(home),
            score=float(made.score[t, home]),
            rules=tuple(keys[fired[:, home]]),
            since=watch.names[int(since[:, home][fired[:, home]].min())],
            last_contact=watch.names[contact[home]] if contact[home] >= 0 else "",
            is_reached=bool(made.visited[t, home]),
        )
        for home in homes.tolist()
    )


def _since(made: Outcome, t: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The month since which each rule fires without a break, and whether it does in month `t`;
    (rules, households)."""
    watch = made.watch
    records, rules = watch.records, watch.warnings.rules
    on = ~np.isin(watch.warnings.keys, made.dials.off)
    fires = on[records.rule] & (
        records.strength >= needed(watch, made.dials.multiplier)[records.rule]
    )
    shape = (len(rules), watch.people.households)
    since, goes_on = np.full(shape, t), np.ones(shape, bool)
    fired = np.zeros(shape, bool)
    for month in range(t, -1, -1):
        now = np.zeros(shape, bool)
        rows = fires & (records.month == month)
        now[records.rule[rows], records.home[rows]] = True
        fired = now if month == t else fired
        goes_on &= now
        since[goes_on] = month
        if not goes_on.any():
            break
    return since, fired


def _contact(made: Outcome, t: int) -> NDArray[np.int64]:
    """The last month before `t` in which the office had to do with each household; -1 for none."""
    run, last = made.watch.run, np.full(made.watch.people.households, -1)
    met = kept(run, "visited") | kept(run, "reviewed") | made.visited
    for month in range(t):
        last[met[month]] = month
    return last
