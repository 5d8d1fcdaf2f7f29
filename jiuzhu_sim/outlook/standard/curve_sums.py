"""Totals at every whole yuan of the standard, from what each piece adds between its two ends."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jiuzhu_sim.measures.adding import MANTISSA, Floats
from jiuzhu_sim.outlook.standard.curve_pieces import Ints, Pieces


@dataclass(frozen=True)
class Parts:
    """Amounts that hold from a first to a last standard, (parts,) each."""

    first: Ints
    last: Ints
    amounts: dict[str, Floats]


def parts(pieces: Pieces, **amounts: Floats) -> Parts:
    """What each piece adds to some totals while the standard lies in it."""
    return Parts(pieces.first, pieces.last, amounts)


def running(every: Sequence[Parts], low: int, high: int) -> dict[str, Floats]:
    """For each standard from `low` to `high` the sum of each amount, (high - low + 1,).

    >>> two = Pieces(np.array([0, 1]), np.array([500, 501]), np.array([501, 502]))
    >>> running([parts(two, cost=np.array([0.1, 0.2]))], 500, 503)["cost"].round(9).tolist()
    [0.1, 0.3, 0.2, 0.0]
    """
    first = np.concatenate([part.first for part in every])
    last = np.concatenate([part.last for part in every])
    ends = last < high
    at = np.concatenate([first - low, last[ends] + 1 - low])
    found = {}
    for name in every[0].amounts:
        amount = np.concatenate([part.amounts[name] for part in every])
        found[name] = _running(amount, ends, at, high - low + 1)
    return found


def _running(amount: Floats, ends: np.ndarray, at: Ints, length: int) -> Floats:
    """An amount is added where its part begins and taken away behind its end.

    Amounts are split, as in `exact_sum`, into whole multiples of a power of two so coarse that no
    addition rounds, and a remainder treated likewise. So what is taken away is what was added, to
    the last bit, and the order of the rows does not matter.
    """
    total = np.zeros(length)
    top = float(np.abs(amount).max(initial=0.0))
    if top == 0:
        return total
    room = int(np.ceil(np.log2(len(at) + 1)))
    least = float(np.finfo(np.float64).tiny)
    coarse = max(2.0 ** (np.ceil(np.log2(top)) + room - MANTISSA), least)
    fine = max(coarse * 2.0 ** (room - MANTISSA), least)
    high = np.rint(amount / coarse) * coarse
    for part in (high, np.rint((amount - high) / fine) * fine):
        if part.any():
            total += np.cumsum(np.bincount(at, np.concatenate([part, -part[ends]]), length))
    return total
