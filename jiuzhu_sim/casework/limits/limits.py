"""Time limits: every case of a log against the limits of one procedure.

Start, due day, day done, what passed, what was allowed and the verdict, for each item and case; see
`docs/en/definitions/time-limits.md`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from jiuzhu_sim.casework.limits import periods, rows, steps
from jiuzhu_sim.casework.limits.kit import Line, blank, since_in_force
from jiuzhu_sim.casework.limits.periods import Chain
from jiuzhu_sim.casework.limits.records import judge_unrecorded, lacking, needed, never_note
from jiuzhu_sim.casework.log.log import Log
from jiuzhu_sim.casework.procedure.entries import (
    Entry,
    Follow,
    Limit,
    Payment,
    Phase,
    Post,
    Review,
)
from jiuzhu_sim.casework.procedure.procedure import Procedure, load_procedure
from jiuzhu_sim.casework.procedure.verdicts import CODE, Item, Verdicts, together
from jiuzhu_sim.casework.procedure.workdays import calendar, is_covered
from jiuzhu_sim.language import text

JUDGED: dict[type, Callable[[Log, Any, Procedure], Line]] = {
    Limit: steps.step,
    Post: steps.posting,
    Follow: rows.follow,
    Phase: rows.phase,
}
"""How each kind of entry of a procedure is judged, from the case alone."""
REGULAR: dict[type, Callable[[Log, Any, Procedure, Chain], Line]] = {
    Payment: periods.payment,
    Review: periods.review,
}
"""Those that come round again, judged over the cases of a household."""


def limits(log: Log, procedure: Procedure | str) -> Verdicts:
    """The verdict on every time limit of a procedure for every case of a log.

    `procedure` is one of `load_procedure`, or the name of one with its neutral readings. A case is
    judged as of `log.at`; items that do not concern it are ``not_applicable``. Where a limit lies
    in a year without an official calendar, `note` of the verdicts says so.

    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> events = [{"kind": "accept", "at": "2025-09-24"}, {"kind": "decide", "at": "2025-10-29"}]
    >>> found = limits(log_of([{"programme": "dibao", "events": events}]), "s2-district-2022")
    >>> late = found.frame()
    >>> late["到期日"].tolist(), late["判定"].tolist(), late["实际用时"].tolist()
    (['2025-10-28'], ['超期或不符'], [21.0])
    """
    if isinstance(procedure, str):
        procedure = load_procedure(procedure)
    lines = _lines(log, procedure)
    empty = blank(log.n)
    arrays = {
        # An empty line first: a document without any limit has arrays of no items.
        name: np.stack([getattr(line, name) for line in (empty, *lines)])[1:]
        for name in ("code", "start", "due", "done", "days", "allowed")
    }
    aside = arrays["code"] == CODE["not_applicable"]
    for name in ("start", "due", "done", "days", "allowed"):
        arrays[name][aside] = np.nan if name in ("days", "allowed") else np.datetime64("NaT")
    items = tuple(_item(entry) for entry in procedure.entries)
    is_unsure = (arrays["code"] == CODE["unknown"]).any(axis=1)
    unsure = {
        entry.key: entry for entry, found in zip(procedure.entries, is_unsure, strict=True) if found
    }
    notes = (
        _note(arrays["start"], arrays["due"], items),
        never_note(word for entry in unsure.values() for word in lacking(log, entry)),
    )
    needs = tuple(needed(log, unsure[item.key]) if item.key in unsure else "" for item in items)
    return Verdicts(log, items, **arrays, note=together(notes), needs=needs)


def _lines(log: Log, procedure: Procedure) -> list[Line]:
    is_regular = [type(entry) in REGULAR for entry in procedure.entries]
    chain = periods.chain_of(log) if any(is_regular) else None
    lines = []
    for entry in procedure.entries:
        if chain and type(entry) in REGULAR:
            line = REGULAR[type(entry)](log, entry, procedure, chain)
        else:
            line = JUDGED[type(entry)](log, entry, procedure)
        since_in_force(line, procedure)
        judge_unrecorded(log, entry, line)
        lines.append(line)
    return lines


def _item(entry: Entry) -> Item:
    """An entry of a procedure as an item: its number and unit."""
    number, unit = float("nan"), ""
    if isinstance(entry, Limit):
        number, unit = entry.number, entry.unit
    elif isinstance(entry, Post):
        number, unit = entry.days, "days"
    elif isinstance(entry, Payment):
        number, unit = entry.due_day or number, "month day"
    elif isinstance(entry, Follow):
        number, unit = entry.due_day or entry.number, entry.unit
    elif isinstance(entry, Review) and entry.months:
        is_many = entry.times > 1
        number, unit = (entry.times, "times a year") if is_many else (entry.months, "months")
    return Item(entry.key, entry.clause, entry.label, unit, number, entry.status)


def _note(start: Any, due: Any, items: tuple[Item, ...]) -> str:
    """What to say where limits in working days lie outside the official calendar."""
    counted = [k for k, item in enumerate(items) if item.unit == "working days"]
    dates = np.concatenate([start[counted], due[counted]])
    beyond = (~np.isnat(dates) & ~is_covered(dates)).any(axis=0)
    if not beyond.any():
        return ""
    since, until = (str(day)[:4] for day in (calendar().since, calendar().until))
    return text("limit_note.uncovered", n=int(beyond.sum()), since=since, until=until)
