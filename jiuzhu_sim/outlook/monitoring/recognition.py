"""Recognition outside dibao: edge and rigid-expenditure families month by month, without warnings.

The months of basic living keep the roll of dibao and tekun; who is recognised as an edge or rigid
family is kept here, by the same rates of application (`months/office.yaml`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.population.draws import uniform

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Recognised:
    """`is_in` and `waits` at the end of each month, (months + 1, households) bool, row 0 the eve;
    `left`: months the recognition still holds, 0 for those without one."""

    is_in: Flags
    waits: Flags
    left: NDArray[np.int16]


def recognise(
    eve: Flags,
    entitled: Flags,
    on_roll: Flags,
    told: Assumptions,
    more: Assumptions,
    *,
    seed: int,
    ids: NDArray[np.int64],
) -> Recognised:
    """Who is recognised as an edge or rigid family in each month.

    `eve`: entitled before the first month (households,); `entitled` in each month; `on_roll`: in
    dibao or tekun, with the eve in row 0 (months + 1, households). Families apply at the rates of
    the office, are decided on after its months, and renew when the recognition runs out.

    >>> from jiuzhu_sim.months.assumptions import assumptions
    >>> from jiuzhu_sim.outlook.monitoring.happenings import monitoring_assumptions
    >>> one, never = np.array([True]), np.zeros((4, 1), bool)
    >>> more = monitoring_assumptions().changed({"recognition.opening": 1.0})
    >>> found = recognise(one, np.ones((3, 1), bool), never, assumptions(), more, seed=1,
    ...                   ids=np.array([7]))
    >>> bool(found.is_in[0, 0])
    True
    """

    def drawn(purpose: str) -> NDArray[np.float64]:
        return uniform(seed, ids, f"recognition {purpose}")

    holds, waiting = int(more["recognition.months"]), int(told["processing.months"])
    is_in = eve & ~on_roll[0] & (drawn("opening") < more["recognition.opening"])
    left = np.where(is_in, np.floor(drawn("left") * holds) + 1, 0).astype(np.int16)
    reluctant, wait = eve & ~is_in & ~on_roll[0], np.zeros(len(eve), np.int16)
    kept = [(is_in.copy(), wait > 0, left.copy())]
    for t, now in enumerate(entitled):
        left[is_in] -= 1
        out = is_in & (left <= 0)
        renews = out & now & (drawn(f"renewal {t}") < more["recognition.renews"])
        is_in = (is_in & ~out) | renews
        decided = wait == 1
        is_in |= decided & now
        left[renews | (decided & now)] = holds
        wait = np.maximum(wait - 1, 0)
        reluctant &= now
        chance = np.where(reluctant, told["application.reluctant"], told["application.entitled"])
        comes = now & ~is_in & (wait == 0) & ~on_roll[t + 1] & (drawn(f"apply {t}") < chance)
        wait[comes] = waiting
        is_in &= ~on_roll[t + 1]
        left[~is_in] = 0
        kept.append((is_in.copy(), wait > 0, left.copy()))
    stacked = (np.stack(part) for part in zip(*kept, strict=True))
    return Recognised(*stacked)
