"""Roles: who accepted, audited, confirmed and visited."""

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.conduct.checks import Check
from jiuzhu_sim.casework.conduct.form import Step
from jiuzhu_sim.casework.conduct.steps import (
    NOT_STATED,
    Codes,
    Handling,
    verdict,
)
from jiuzhu_sim.casework.log.log import code

DISTINCT, NOT_ONE = "all_distinct", "not_all_same"
"""The two readings of S2.1.3 (`reading.role_separation`)."""


def separate(handling: Handling, check: Check) -> Codes:
    """The persons of the steps differ, by the reading of `role_separation`.

    Asked once the last step is done. ``all_distinct``: no two are the same; ``not_all_same``: not
    one person for all.
    """
    steps = check.given["steps"]
    rows = np.stack([handling.last_row(step) for step in steps])
    held = handling.log.events["actor"]
    actors = np.where(rows >= 0, held[rows], -1) if len(held) else rows
    done = handling.has(steps[-1])
    pairs = [(one, other) for one in range(len(steps)) for other in range(one)]
    known = np.stack([(actors[a] >= 0) & (actors[b] >= 0) for a, b in pairs])
    same = np.stack([actors[a] == actors[b] for a, b in pairs]) & known
    if handling.readings.get("role_separation", DISTINCT) == NOT_ONE:
        met, broken = (known & ~same).any(axis=0), same.all(axis=0)
    else:
        met, broken = (known & ~same).all(axis=0), same.any(axis=0)
    return verdict(
        (~done, "not_applicable"),
        (met, "met"),
        (broken, "broken"),
        otherwise="unknown",
    )


def by(handling: Handling, check: Check) -> Codes:
    """The last such step (or the first: `which`) was done in one of the `roles` and at one of the
    `levels` named."""
    step: Step = check.given["step"]
    is_first = check.given.get("which") == "first"
    row = handling.first_row(step) if is_first else handling.last_row(step)
    met = np.ones(handling.log.n, bool)
    known = met.copy()
    for name in ("role", "level"):
        names = check.given.get(f"{name}s")
        if names:
            written = handling.log.events[name]
            held = written[row] if len(written) else row
            known &= (held != NOT_STATED[name]) & (held >= 0)
            met &= np.isin(held, [code("event", name, each) for each in names])
    return verdict(
        (row < 0, "not_applicable"),
        (met, "met"),
        (~known, "unknown"),
        otherwise="broken",
    )


def investigators(handling: Handling, check: Check) -> Codes:
    """Each visit was made by at least so many persons.

    Their number is `n_present` of the visit; where it was not recorded, the different officers of
    the visit rows of the case on that day and at that level. One name alone does not show that one
    went alone: unknown.
    """
    log, events = handling.log, handling.log.events
    rows = handling.rows(Step("visit"))
    levels = check.given.get("levels")
    if levels:
        rows = rows[np.isin(events["level"][rows], [code("event", "level", n) for n in levels])]
    written = events["n_present"][rows].astype(np.int64)
    seen = _officers(handling, rows)
    persons = np.maximum(written, seen)
    least = int(check.given["least"])
    case = events["case"][rows]
    few, unsure = (np.zeros(log.n, bool) for _ in range(2))
    few[case[(persons < least) & (written >= 0)]] = True
    unsure[case[(persons < least) & (written < 0)]] = True
    there = np.zeros(log.n, bool)
    there[case] = True
    return verdict(
        (~there, "not_applicable"),
        (few, "broken"),
        (unsure, "unknown"),
        otherwise="met",
    )


def _officers(handling: Handling, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Different officers named in the visit rows of the same case, day and level: (rows,)."""
    events = handling.log.events
    if not len(rows):
        return np.zeros(0, np.int64)
    day = events["at"][rows].astype("datetime64[D]").astype(np.int64)
    keys = (events["actor"][rows], events["level"][rows], day, events["case"][rows])
    order = np.lexsort(keys)
    actor, level, day, case = (values[order] for values in keys)
    new = np.ones(len(rows), bool)
    new[1:] = (level[1:] != level[:-1]) | (day[1:] != day[:-1]) | (case[1:] != case[:-1])
    other = new.copy()
    other[1:] |= actor[1:] != actor[:-1]
    group = np.cumsum(new) - 1
    count = np.bincount(group, weights=other & (actor >= 0))
    made = np.empty(len(rows), np.int64)
    made[order] = count[group].astype(np.int64)
    return made


FORMS = {"separate": separate, "by": by, "investigators": investigators}
