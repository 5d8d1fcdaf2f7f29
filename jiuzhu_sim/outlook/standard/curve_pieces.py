"""Stretches of the standard on which a household's result stays the same or runs straight.

A piece is a household and the first and last whole yuan of a stretch. Pieces are cut where a
result turns, which is found by halving; and where an amount bends, which is found where the
straight lines through its two ends meet. All households at once, no loop over them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.measures.intervals import Floats

Ints = NDArray[np.int64]
ValueAt = Callable[[Ints, Ints], NDArray[Any]]
"""A result for pairs of an owner and a standard: (pairs,), (pairs,) → (pairs,)."""

STRAIGHT = 1e-8
"""Yuan by which one yuan of the standard may move an amount more than another one does, and the
line still be straight: a float's last bits, no sum of money."""


@dataclass(frozen=True)
class Pieces:
    """Each piece: its owner (a household's number), the first and last standard, (pieces,)."""

    owner: Ints
    first: Ints
    last: Ints

    def __len__(self) -> int:
        return len(self.owner)

    def __getitem__(self, which: NDArray[Any]) -> "Pieces":
        return Pieces(self.owner[which], self.first[which], self.last[which])

    def cut(self, at: Ints) -> tuple["Pieces", "Pieces"]:
        """Two pieces of each: up to and including `at`, and from the next yuan on."""
        return Pieces(self.owner, self.first, at), Pieces(self.owner, at + 1, self.last)


@dataclass(frozen=True)
class Lines(Pieces):
    """Pieces along each of which an amount is level + slope × standard."""

    level: Floats
    slope: Floats

    def amount(self, lines: Ints, standard: Ints) -> Floats:
        """The amount on some of the lines, each at a standard."""
        return self.level[lines] + self.slope[lines] * standard

    def and_also(self, other: "Lines") -> "Lines":
        """These lines and some others."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in Lines.__match_args__)
        return Lines(*(np.concatenate(pair) for pair in pairs))


def whole(households: Ints, low: int, high: int) -> Pieces:
    """One piece a household, from `low` to `high`.

    >>> len(whole(np.arange(3), 500, 700))
    3
    """
    first, last = (np.full(len(households), end, np.int64) for end in (low, high))
    return Pieces(households, first, last)


def joined(parts: list[Pieces]) -> Pieces:
    """Several groups of pieces as one."""
    return Pieces(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Pieces.__match_args__)
    )


def cut_where_turning(pieces: Pieces, value_at: ValueAt) -> Pieces:
    """Pieces on which a result keeps its value; within a piece it turns to each value once.

    >>> one = whole(np.arange(1), 500, 700)
    >>> found = cut_where_turning(one, lambda _, standard: standard >= 560)
    >>> found.first.tolist(), found.last.tolist()
    ([500, 560], [559, 700])
    """
    done: list[Pieces] = []
    while len(pieces):
        before, after = value_at(pieces.owner, pieces.first), value_at(pieces.owner, pieces.last)
        turns = before != after
        done.append(pieces[~turns])
        pieces = pieces[turns]
        head, pieces = pieces.cut(_last_with(pieces, before[turns], value_at))
        done.append(head)
    return joined(done) if done else pieces


def _last_with(pieces: Pieces, value: NDArray[Any], value_at: ValueAt) -> Ints:
    """The last standard of each piece at which it still has the value of its first."""
    low, high = pieces.first, pieces.last
    while (high - low).max(initial=0) > 1:
        middle = (low + high) // 2  # where the two are neighbours already, `low` again
        stays = value_at(pieces.owner, middle) == value
        low, high = np.where(stays, middle, low), np.where(stays, high, middle)
    return low


def cut_where_bending(pieces: Pieces, amount_at: ValueAt) -> Lines:
    """Straight lines of an amount that, within a piece, bends upwards only or downwards only.

    Such an amount is straight all along once its first and its last step are the same. Else it
    is cut where the lines through its first and last step meet, and both parts are looked at again.

    >>> one = whole(np.arange(1), 500, 700)
    >>> lines = cut_where_bending(one, lambda _, standard: np.maximum(standard - 550.0, 30))
    >>> lines.first.tolist(), lines.level.tolist(), lines.slope.tolist()
    ([500, 581], [30.0, -550.0], [0.0, 1.0])
    """
    done: list[tuple[Pieces, Floats, Floats]] = []
    while len(pieces):
        owner, first, last = pieces.owner, pieces.first, pieces.last
        low, high = amount_at(owner, first), amount_at(owner, last)
        step = amount_at(owner, np.minimum(first + 1, last)) - low
        last_step = high - amount_at(owner, np.maximum(last - 1, first))
        length = last - first
        bends = (length > 1) & (np.abs(step - last_step) > STRAIGHT)
        slope = (high - low)[~bends] / np.maximum(length, 1)[~bends]
        done.append((pieces[~bends], low[~bends] - slope * first[~bends], slope))
        # Where the two lines meet, counted from the first standard; a yuan is left on either side.
        rise, turn = (high - low - last_step * length)[bends], (step - last_step)[bends]
        at = np.clip(np.floor(rise / turn + STRAIGHT).astype(np.int64), 1, length[bends] - 1)
        head, tail = pieces[bends].cut(first[bends] + at)
        pieces = joined([head, tail])
    if not done:
        return Lines(pieces.owner, pieces.first, pieces.last, np.zeros(0), np.zeros(0))
    straight = joined([part for part, _, _ in done])
    level, slope = (np.concatenate([part[k] for part in done]) for k in (1, 2))
    return Lines(straight.owner, straight.first, straight.last, level, slope)
