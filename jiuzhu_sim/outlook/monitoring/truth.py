"""What a warning should find: households with a target in a month, and the spells they form."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

KINDS = ("need", "more", "over")
"""What there is to find: entitled to something and not assisted; assisted and entitled to more, or
not paid; assisted and no longer entitled. The code in `Truth.target` is the position plus one."""


@dataclass(frozen=True)
class Truth:
    """What there is to find, (months, households), as the office alone would leave it.

    `target`: 0, or a kind of `KINDS` plus one; `spell`: number of the unbroken run of one kind, 0
    for none; `left`: months that run goes on, this one included; `flow` yuan a month and `lump`
    yuan at once that an early visit brings forward (need, more) or stops (over); `is_new`: the
    run began after the first month; `is_cut`: it lasts beyond the last.
    """

    target: NDArray[np.int8]
    spell: NDArray[np.int32]
    left: NDArray[np.int16]
    flow: Floats
    lump: Floats
    is_new: Flags
    is_cut: Flags

    @cached_property
    def counts(self) -> dict[str, Floats]:
        """Spells of each household by kind, (households,): ``new_need``, ``stock_need`` (from
        before), ``brief_need`` (new ones of which the run sees one month), and so on."""
        starts = self.target > 0
        starts[1:] &= self.spell[1:] != self.spell[:-1]
        made: dict[str, Floats] = {}
        for number, kind in enumerate(KINDS, 1):
            here = starts & (self.target == number)
            of = {
                "new": self.is_new,
                "stock": ~self.is_new,
                "brief": self.is_new & (self.left == 1),
            }
            made |= {
                f"{n}_{kind}": (here & some).sum(axis=0).astype(float) for n, some in of.items()
            }
        return made

    def gain(self, lag: int) -> Floats:
        """Yuan that a visit in each month brings forward or stops, `lag` months after it."""
        months = len(self.target)
        ahead = np.zeros_like(self.flow)
        for t in reversed(range(months)):
            ahead[t] = self.flow[t]
            if t + 1 < months:
                ahead[t] += np.where(self.left[t] > 1, ahead[t + 1], 0)
        later = np.zeros_like(ahead)
        later[: months - lag] = ahead[lag:]
        return np.where(self.left > lag, later, 0) + np.where(self.target > 0, self.lump, 0)


def spells(target: NDArray[np.int8], flow: Floats, lump: Floats) -> Truth:
    """The runs of a target; see `Truth`.

    >>> found = spells(np.array([[1], [1], [0], [3]], np.int8), np.full((4, 1), 100.0),
    ...                np.zeros((4, 1)))
    >>> found.left[:, 0].tolist(), found.is_new[:, 0].tolist(), found.gain(1)[:, 0].tolist()
    ([2, 1, 0, 1], [False, False, False, True], [100.0, 0.0, 0.0, 0.0])
    """
    is_any = target > 0
    before = np.zeros_like(target)
    before[1:] = target[:-1]
    starts = is_any & (target != before)
    number = np.cumsum(starts.T.ravel()).reshape(starts.T.shape).T
    spell = np.where(is_any, number, 0).astype(np.int32)
    left = np.zeros(target.shape, np.int16)
    is_new = np.zeros(target.shape, bool)
    for t in range(len(target)):
        is_new[t] = is_any[t] & (t > 0)
        if t:
            goes_on = spell[t] == spell[t - 1]
            is_new[t] &= ~goes_on | is_new[t - 1]
    is_cut = np.zeros(target.shape, bool)
    for t in reversed(range(len(target))):
        goes_on = np.zeros(target.shape[1], bool)
        if t + 1 < len(target):
            goes_on = is_any[t] & (spell[t] == spell[t + 1])
            left[t] = np.where(goes_on, left[t + 1], 0)
            is_cut[t] = goes_on & is_cut[t + 1]
        else:
            is_cut[t] = is_any[t]
        left[t] += is_any[t]
    kept = is_any * flow
    return Truth(target, spell, left, kept, is_any * lump, is_new, is_cut)
