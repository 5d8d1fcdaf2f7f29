"""A campaign in fixed weeks: which steps a place goes through with all on its roll, and when.

The steps and the kind of case stand in `ways.yaml`, the weeks in the phases of the procedure: no
step is begun before its phase, and whether it is done in time is up to the township.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from jiuzhu_sim.casework.office.ways import Ways
from jiuzhu_sim.casework.procedure.entries import Phase
from jiuzhu_sim.casework.procedure.procedure import Procedure

Window = tuple[np.datetime64, np.datetime64]
COMES = ("apply", "accept", "visit")
"""The step whose weeks are those in which new applications come: the first that has a phase."""


@dataclass(frozen=True)
class Campaign:
    """The campaign of a year: `kind` of its cases, `steps` in order, `programmes` it is about.

    `opens`: by step (``post 1``) the first day of its phase. `begins`: first and last day in which
    the cases of the roll are begun; `comes`: those in which new applications come, None for any.
    """

    kind: str
    steps: tuple[str, ...]
    programmes: tuple[str, ...]
    opens: Mapping[str, np.datetime64]
    begins: Window
    comes: Window | None


def campaign_of(procedure: Procedure, ways: Ways, year: int) -> Campaign | None:
    """The campaign of a procedure in a year; None where it is none.

    >>> from jiuzhu_sim.casework.procedure.procedure import load_procedure
    >>> from jiuzhu_sim.casework.office.ways import ways_of
    >>> made = campaign_of(load_procedure("s39-township"), ways_of("s39-township"), 2023)
    >>> str(made.opens["post 2"]), [str(day) for day in made.begins]
    ('2023-07-25', ['2023-07-04', '2023-07-18'])
    """
    told = ways.campaign
    if not told:
        return None
    phases = {_step(e): e for e in procedure.entries if isinstance(e, Phase) and e.begin}
    opens = {}
    for step in (*told["steps"], *ways.orders["recognition"], "spot_check"):
        phase = phases.get(step) or phases.get(step.partition(" ")[0])
        if phase and phase.begin:
            opens[step] = _day(year, *phase.begin)
    comes = next((_window(phases[step], year) for step in COMES if step in phases), None)
    if "weeks" in told:
        begin, end = (tuple(map(int, day.split("-"))) for day in told["weeks"])
        begins = (_day(year, *begin), _day(year, *end))
    else:
        begins = _window(phases["visit"], year)
    programmes = tuple(told["programmes"])
    return Campaign(told["kind"], tuple(told["steps"]), programmes, opens, begins, comes)


def _step(phase: Phase) -> str:
    number = phase.event.where.get("list_no")
    return f"{phase.event.kind} {number}" if number else phase.event.kind


def _window(phase: Phase, year: int) -> Window:
    return _day(year, *(phase.begin or phase.end)), _day(year, *phase.end)


def _day(year: int, month: int, day: int) -> np.datetime64:
    return np.datetime64(f"{year:04}-{month:02}-{day:02}", "D")
