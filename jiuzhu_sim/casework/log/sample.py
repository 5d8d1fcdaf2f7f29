"""A log with faults such as officers make, for trying out the import and for its tests.

Every planted fault is known by its code and by the row in which it must be found.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.casework.log.log import Log, code
from jiuzhu_sim.casework.log.write import frames, workbook
from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import speaking
from jiuzhu_sim.population.draws import uniform

FIRST_ROW = 2
"""Excel's number of the first row under a header of one row."""

LONG_AGO, FAR_OFF = "2001-01-01", "2099-01-01"
"""Days before and after anything in a log."""

FAULTS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "L101": (("visit",), {"case": ""}),
    "L102": (("visit",), {"kind": "入护调查"}),
    "L103": (("visit",), {"case": "没有登记过的编号1"}),
    "L201": (("visit",), {"at": "2025年13月"}),
    "L202": (("visit",), {"at": FAR_OFF}),
    "L204": (("decide", "accept"), {"at": LONG_AGO}),
    "L207": (("close", "decide"), {"at": LONG_AGO}),
    "L208": (("post",), {"until": LONG_AGO}),
    "L209": (("vote",), {"n_due": 12, "n_present": 13, "n_for": 9}),
    "L210": (("visit",), {"actor": ""}),
    "L212": (("decide",), {"outcome": "看情况"}),
    "L215": (("pay",), {"amount": -300}),
    "L217": (("decide",), {"outcome": ""}),
}
"""By code: the events a case must have, and what is written over the first of them."""
REPEATED = "L105"


@dataclass(frozen=True)
class FaultyLog:
    """The sheets of a log with planted faults; `planted` the code of each and its row in the sheet
    of events."""

    cases: Any
    events: Any
    planted: tuple[tuple[str, int], ...]

    def write(self, path: str | Path) -> Path:
        """Write the workbook in Chinese, as officers have it (JZ-E040, E046)."""
        return write_whole(path, workbook({"案件": self.cases, "环节": self.events}))


def faulty_log(log: Log, per_kind: int = 1, seed: int = 1) -> FaultyLog:
    """A log's sheets with up to `per_kind` faults of each kind planted into its events, each in a
    case of its own; the same ones for the same seed, whatever the order of the cases.

    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> step = {"kind": "visit", "at": "2025-01-08", "actor": "甲"}
    >>> made = faulty_log(log_of([{"programme": "dibao", "events": [step]} for _ in range(9)]))
    >>> sorted(code for code, _ in made.planted)
    ['L101', 'L102', 'L103', 'L105', 'L201', 'L202', 'L210']
    """
    with speaking("zh"):
        cases, events = frames(log)
        titles = {name: entry.title for name, entry in log_columns("event").items()}
    events = events.reset_index(drop=True).astype(object)
    free = np.argsort(uniform(seed, log.cases["case"], "faulty_log"), kind="stable")
    taken = np.zeros(log.n, bool)
    planted: list[tuple[str, int]] = []

    def chosen(kinds: tuple[str, ...]) -> list[int]:
        has = np.all([log.any(kind) for kind in kinds], axis=0)
        found = free[(has & ~taken)[free]][:per_kind]
        taken[found] = True
        wanted = log.events["kind"] == code("event", "kind", kinds[0])
        return [int(np.flatnonzero(wanted & (log.events["case"] == case))[0]) for case in found]

    for fault, (kinds, cells) in FAULTS.items():
        if not {titles[name] for name in cells} <= set(events.columns):
            continue
        for row in chosen(kinds):
            events.loc[row, [titles[name] for name in cells]] = list(cells.values())
            planted.append((fault, row + FIRST_ROW))
    for row in chosen(("visit",)):
        events.loc[len(events)] = events.loc[row]
        planted.append((REPEATED, len(events) - 1 + FIRST_ROW))
    return FaultyLog(cases, events, tuple(planted))
