"""Every case judged again: what is paid now against what is due by what is known."""

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.rules.kit import HALF_FEN

OUTCOMES = ("stays", "raised", "reduced", "stopped", "new", "undecided", "not_covered")
"""What becomes of a household; a code is the position here."""

Flags = NDArray[np.bool_]


def code_of(outcome: str) -> int:
    """The position of an outcome in `OUTCOMES`.

    >>> code_of("stopped")
    3
    """
    return OUTCOMES.index(outcome)


def judge(
    *,
    roll: Flags,
    reached: Flags,
    is_entitled: Flags,
    persons_before: NDArray[np.int64],
    persons_due: NDArray[np.int64],
    amount_before_m: NDArray[np.float64],
    amount_due_m: NDArray[np.float64],
) -> NDArray[np.int8]:
    """The outcome of each household, a position in `OUTCOMES`; all arguments by household.

    On the `roll`: stopped unless entitled; raised or reduced as the amount a month rises or falls,
    reduced too where fewer persons are covered for the same amount; else it stays. Not on it: new
    if reached and entitled.

    >>> one = np.array([1])
    >>> paid = {"persons_before": one, "persons_due": one, "amount_before_m": one * 300.0}
    >>> flags = {"roll": one > 0, "reached": one < 0, "is_entitled": one > 0}
    >>> OUTCOMES[judge(**flags, **paid, amount_due_m=one * 299.99)[0]]
    'reduced'
    """
    change = amount_due_m - amount_before_m
    fewer = (persons_due < persons_before) & (np.abs(change) <= HALF_FEN)
    found = np.select(
        [
            roll & ~is_entitled,
            roll & (change > HALF_FEN),
            roll & ((change < -HALF_FEN) | fewer),
            roll,
            reached & is_entitled,
        ],
        [code_of(name) for name in ("stopped", "raised", "reduced", "stays", "new")],
        code_of("not_covered"),
    )
    return found.astype(np.int8)
