"""Floats added block by block into whole numbers, without any rounding (see `exact`).

A block is cut into pieces so short that its rows add up in float64 without rounding (the idea of
Demmel & Nguyen 2013); the sums of the pieces are whole numbers in units of a power of two.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

BLOCK = 32_768
"""Rows added at a time: working arrays stay in the cache, and 38 bits of each fit a piece."""

FLOAT_BITS = 53
"""Whole numbers up to 2**53 are exact in float64."""

MANTISSA = FLOAT_BITS - 1
"""Bits of float64 behind the leading one."""

SPARE = 3
"""Bits of float64 that cutting a piece off needs, however few rows there are."""

BLOCKS = 512
"""Blocks whose sums, each below 2**53, add up in int64 with a bit to spare."""

STEP = 8
"""Tops are rounded up to a multiple of this, so that most blocks share their places."""

LEAST = -1074
"""The place of the last bit of the smallest float64."""

HUGE = 2.0**960
"""Beyond it a value counts as not finite: its pieces would leave the range of float64."""


@dataclass(frozen=True)
class Runs:
    """Rows of a block that stand group by group: where each of these groups begins."""

    starts: NDArray[np.int64]
    groups: slice

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.intp]:
        """The group of each of some rows."""
        return np.searchsorted(self.starts, rows, side="right") - 1 + self.groups.start


def blocks(
    factors: Sequence[NDArray[Any]], block: int
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """The product of some columns, block by block; the array is used again for the next."""
    product = np.empty(block)
    for start in range(0, len(factors[0]), block or 1):
        rows = slice(start, min(start + block, len(factors[0])))
        values, *others = (factor[rows] for factor in factors)
        for factor in others:
            values = np.multiply(values, factor, out=product[: len(factor)], dtype=np.float64)
        yield rows, values.astype(np.float64, copy=False)


class Adding:
    """Adds blocks of float64 to whole numbers by place."""

    def __init__(self, n: int, block: int):
        self.n, self.block = n, block
        self.bits = FLOAT_BITS - max((block - 1).bit_length(), SPARE)
        self.buffer, self.left = np.empty(block), np.empty(block)
        self.top = -(1 << FLOAT_BITS)
        self.sums: dict[int, Whole] = {}
        self.void = np.zeros(n, bool)
        self.blocks = 0
        self.folded: list[tuple[int, Whole]] = []

    def add(self, rest: Floats, groups: NDArray[Any] | Runs | None) -> None:
        """A block of values, and the group of each (None: all of one)."""
        if isinstance(groups, np.ndarray):
            groups = groups.astype(np.intp, copy=False)
        largest = max(float(rest.max(initial=0)), -float(rest.min(initial=0)))
        if not largest < HUGE:
            rest = rest.copy()
            largest = self._set_aside(rest, groups)
        if largest == 0:
            return
        top = math.frexp(largest)[1]
        if top > self.top:
            self.top = -(-top // STEP) * STEP
        place = self.top - self.bits
        while True:
            place = max(place, LEAST)
            # Adding and taking away a number whose last bit lies at `place` rounds to it.
            cut = 1.5 * 2.0 ** (place + MANTISSA)
            piece = np.add(rest, cut, out=self.buffer[: len(rest)])
            piece -= cut
            self._count(place, piece, groups)
            rest = np.subtract(rest, piece, out=self.left[: len(rest)])
            if not rest.any():
                break
            if place < self.top - FLOAT_BITS:  # from the third piece on, few rows have any
                some = np.flatnonzero(rest)
                rest, groups = rest[some], _of_rows(groups, some)
            place -= self.bits + 1
        self.blocks += 1
        if self.blocks == BLOCKS:
            self._fold()

    def _set_aside(self, rest: Floats, groups: NDArray[Any] | Runs | None) -> float:
        """Mark the groups of values that are not finite; the largest of the others."""
        wrong = np.flatnonzero(~(np.abs(rest) < HUGE))
        found = _of_rows(groups, wrong)
        self.void[0 if found is None else found] = True
        rest[wrong] = 0
        return float(np.abs(rest).max(initial=0))

    def _count(self, place: int, piece: Floats, groups: NDArray[Any] | Runs | None) -> None:
        if place not in self.sums:
            self.sums[place] = np.zeros(self.n, np.int64)
        sums = self.sums[place]
        if isinstance(groups, Runs):
            made = np.add.reduceat(piece, groups.starts)
            sums[groups.groups] += scaled(made, -place).astype(np.int64)
        else:
            made = piece.sum() if groups is None else np.bincount(groups, piece, self.n)
            sums += scaled(made, -place).astype(np.int64)

    def _fold(self) -> None:
        """Put what was added so far away, before int64 could overflow."""
        self.folded += self.sums.items()
        self.sums, self.blocks = {}, 0

    def made(self) -> tuple[tuple[int, ...], Whole, NDArray[np.bool_]]:
        """Places, some perhaps twice, the whole numbers there, (places, n), and the groups that
        hold a value that is not finite."""
        found = [*self.folded, *self.sums.items()]
        digits = np.array([each for _, each in found], np.int64).reshape(len(found), self.n)
        return tuple(place for place, _ in found), digits, self.void


def _of_rows(
    groups: NDArray[Any] | Runs | None, rows: NDArray[np.int64]
) -> NDArray[np.intp] | None:
    """The group of each of some rows of a block."""
    if groups is None:
        return None
    found: NDArray[np.intp] = groups.of(rows) if isinstance(groups, Runs) else groups[rows]
    return found


def scaled(values: NDArray[Any], power: int) -> Floats:
    """Values times 2**`power`, exact."""
    scaled: Floats = (
        np.multiply(values, 2.0**power) if abs(power) < 1000 else np.ldexp(values, power)
    )
    return scaled
