"""Sums without any rounding before the end: the same bits for any order and any split in parts.

A float is a whole multiple of a power of two. A sum of floats is kept as whole numbers
(`Exact.digits`), each in units of a power of two (`Exact.places`), so that adding is whole-number
addition, which has no order. Only `value` rounds, once and correctly.

Rows are added by block: each value is cut into pieces so short that a block of them adds up in
float64 without rounding (the idea of Demmel & Nguyen 2013), then the sums of the pieces are whole
numbers. Where data need no more than two pieces, their rounded sum is already the right value.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.measures.adding import (
    BLOCK,
    FLOAT_BITS,
    Adding,
    Floats,
    Runs,
    Whole,
    blocks,
    scaled,
)

__all__ = ["Exact", "Floats", "Whole", "exact_sum"]

DIGIT = 30
"""Bits of a digit: two fill a float64 and leave room in int64 for shifting."""

UNIT = 1 << DIGIT
MASK = UNIT - 1

FEW = 256
"""Groups up to which Python's whole numbers round as fast as a dozen array operations."""


@dataclass(frozen=True, eq=False)
class Exact:
    """Sums by group as whole numbers: group g holds Σ `digits[k, g]` × 2**`places[k]`.

    `digits`: (places, n) int64. `void`: (n,) groups that hold a value that is not finite; theirs
    is NaN. Two ways to the same sum may hold other digits, but `plain`, `value` and `arrays` are
    the same to the last bit.

    >>> tenth = Exact.of(np.array([0.1, 0.2]))
    >>> again = Exact.of(np.array([0.2])) + Exact.of(np.array([0.1]))
    >>> tenth.value().tolist() == again.value().tolist()
    True
    """

    places: tuple[int, ...]
    digits: Whole
    void: NDArray[np.bool_]
    is_plain: bool = False

    @classmethod
    def of(cls, values: NDArray[Any], groups: NDArray[Any] | None = None, n: int = 1) -> "Exact":
        """Sums of `values` (rows,) by `groups` (rows,), whole numbers below `n`.

        >>> Exact.of(np.array([1.0, 2.0, 4.0]), np.array([0, 1, 0]), 2).value().tolist()
        [5.0, 2.0]
        """
        return cls.of_product((np.asarray(values),), groups, n)

    @classmethod
    def of_product(
        cls,
        factors: Sequence[NDArray[Any]],
        groups: NDArray[Any] | None = None,
        n: int = 1,
    ) -> "Exact":
        """Sums of the float64 product of some columns, multiplied from left to right.

        >>> Exact.of_product((np.array([2.0, 3.0]), np.array([5, 7]))).value().tolist()
        [31.0]
        """
        adding = Adding(n, min(len(factors[0]), max(BLOCK, n)))
        for rows, values in blocks(factors, adding.block):
            adding.add(values, None if groups is None else groups[rows])
        return cls(*adding.made())

    @classmethod
    def of_runs(
        cls,
        factors: Sequence[NDArray[Any]],
        starts: NDArray[np.int64],
        groups: NDArray[np.int64],
        n: int,
    ) -> "Exact":
        """The same of rows that stand group by group: `groups[k]`, of `n`, begins at row
        `starts[k]`; groups without a row are not among them. Several times as fast.

        >>> Exact.of_runs((np.array([2.0, 3.0]),), np.array([0]), np.array([1]), 2).value()
        array([0., 5.])
        """
        adding = Adding(len(starts), min(len(factors[0]), BLOCK))
        for rows, values in blocks(factors, adding.block):
            first = int(np.searchsorted(starts, rows.start, side="right")) - 1
            stop = int(np.searchsorted(starts, rows.stop))
            inside = np.maximum(starts[first:stop] - rows.start, 0)
            adding.add(values, Runs(inside, slice(first, stop)))
        places, whole, wrong = adding.made()
        digits, void = np.zeros((len(places), n), np.int64), np.zeros(n, bool)
        digits[:, groups], void[groups] = whole, wrong
        return cls(places, digits, void)

    @classmethod
    def of_counts(cls, counts: NDArray[np.int64]) -> "Exact":
        """Whole numbers by group, (n,).

        >>> Exact.of_counts(np.array([3, 0])).value().tolist()
        [3.0, 0.0]
        """
        return cls((0,), counts[None, :], np.zeros(len(counts), bool))

    def scaled(self, factor: float) -> "Exact":
        """Each sum times a finite number, exactly; the digits here must be below 2**31.

        >>> Exact.of_counts(np.array([3])).scaled(0.5).value().tolist()
        [1.5]
        """
        mantissa, power = math.frexp(factor)
        high, low = divmod(int(mantissa * 2**FLOAT_BITS), UNIT)
        power -= FLOAT_BITS
        places = tuple(place + power + more for more in (0, DIGIT) for place in self.places)
        return Exact(places, np.vstack([self.digits * low, self.digits * high]), self.void)

    @classmethod
    def stack(cls, parts: Sequence["Exact"]) -> "Exact":
        """The groups of several sums one behind the other.

        >>> Exact.stack([Exact.of(np.ones(2)), Exact.of(np.ones(3))]).value().tolist()
        [2.0, 3.0]
        """
        places, apart = _aligned(parts)
        digits = np.hstack([np.zeros((len(places), 0), np.int64), *apart])
        void = np.hstack([np.zeros(0, bool), *(part.void for part in parts)])
        return cls(places, digits, void, is_plain=True)

    def some(self, groups: slice) -> "Exact":
        """The sums of some groups.

        >>> Exact.of_counts(np.array([1, 2, 3])).some(slice(1, 3)).value().tolist()
        [2.0, 3.0]
        """
        plain = self.plain
        return _trimmed(plain.places, plain.digits[:, groups], plain.void[groups])

    @property
    def n(self) -> int:
        """Number of groups."""
        return self.digits.shape[1]

    @cached_property
    def plain(self) -> "Exact":
        """The one form every way leads to: digits from -2**29 to 2**29 - 1 at places a digit
        apart, no empty place at either end.
        """
        if self.is_plain or not self.places:
            return self
        low, high = min(self.places) // DIGIT, max(self.places) // DIGIT
        digits = np.zeros((high - low + 5, self.n), np.int64)  # 63 bits, a shift, two to carry to
        for place, whole in zip(self.places, self.digits, strict=True):
            number, shift = divmod(place, DIGIT)
            for k, half in enumerate((whole & MASK, whole >> DIGIT), number - low):
                moved = half << shift
                digits[k] += moved & MASK
                digits[k + 1] += moved >> DIGIT
        return _carried(low, digits, self.void)

    def __add__(self, other: "Exact") -> "Exact":
        """Group by group; both have the same number of groups (ValueError)."""
        if self.n != other.n:
            raise ValueError(f"sums of {self.n} and of {other.n} groups")
        return Exact.merged([(self, slice(None)), (other, slice(None))], self.n)

    @classmethod
    def merged(cls, parts: "Sequence[tuple[Exact, NDArray[Any] | slice]]", n: int) -> "Exact":
        """Several sums added up by `n` groups: group g of each goes where its places tell, no two
        to the same.

        >>> one = Exact.of_counts(np.array([1, 2]))
        >>> Exact.merged([(one, np.array([0, 2])), (one, np.array([1, 2]))], 3).value().tolist()
        [1.0, 1.0, 4.0]
        """
        plain = [part.plain for part, _ in parts]
        held = [part.places for part in plain if part.places]
        low = min((places[0] for places in held), default=0)
        high = max((places[-1] for places in held), default=low - DIGIT)
        digits = np.zeros(((high - low) // DIGIT + 3, n), np.int64)  # two more to carry to
        void = np.zeros(n, bool)
        for part, (_, places) in zip(plain, parts, strict=True):
            void[places] |= part.void
            first = (part.places[0] - low) // DIGIT if part.places else 0
            for moved, whole in zip(digits[first:], part.digits, strict=False):
                moved[places] += whole
        return _carried(low // DIGIT, digits, void)

    def spread(self, places: NDArray[Any], n: int) -> "Exact":
        """The same sums by other groups: group g goes to `places[g]` of `n`; those that fall
        together are added.

        >>> Exact.of(np.array([1.0, 2.0]), np.array([0, 1]), 2).spread(np.array([2, 2]), 3).value()
        array([0., 0., 3.])
        """
        plain = self.plain
        digits, void = np.zeros((len(plain.places), n), np.int64), np.zeros(n, bool)
        void[places[plain.void]] = True
        alone = bool((np.diff(places) > 0).all())
        if alone:
            digits[:, places] = plain.digits
        else:
            for held, moved in zip(plain.digits, digits, strict=True):
                np.add.at(moved, places, held)
        return Exact(plain.places, digits, void, is_plain=alone)

    def with_total(self) -> "Exact":
        """One group more: all of them.

        >>> Exact.of(np.array([1.0, 2.0]), np.array([0, 1]), 2).with_total().value().tolist()
        [1.0, 2.0, 3.0]
        """
        digits = np.concatenate([self.digits, self.digits.sum(axis=1, keepdims=True)], axis=1)
        return Exact(self.places, digits, np.append(self.void, self.void.any()))

    def value(self) -> Floats:
        """The sums as float64, (n,), each rounded once and to the nearest."""
        if len(self.places) <= 2 and np.abs(self.digits).max(initial=0) <= 1 << FLOAT_BITS:
            # Each term is exact in float64, and one addition rounds once.
            value = np.zeros(self.n)
            for place, whole in zip(self.places, self.digits, strict=True):
                value += scaled(whole, place)
        elif self.n <= FEW:
            value = _divided(self)
        else:
            value = _rounded(self.plain)
        if self.void.any():
            value[self.void] = np.nan
        return value

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What a file holds: `from_arrays` makes the same sums of it.

        >>> kept = Exact.of(np.array([0.1])).arrays()
        >>> Exact.from_arrays(kept).value().tolist()
        [0.1]
        """
        plain = self.plain
        return {
            "places": np.array(plain.places, np.int64),
            "digits": plain.digits.astype(np.int32),
            "void": plain.void,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Exact":
        """The sums that `arrays` wrote."""
        places = tuple(arrays["places"].tolist())
        digits, void = arrays["digits"].astype(np.int64), arrays["void"].astype(bool)
        return cls(places, digits, void, is_plain=True)


def _aligned(parts: Sequence[Exact]) -> tuple[tuple[int, ...], list[Whole]]:
    """The plain digits of several sums at places that they share."""
    plain = [part.plain for part in parts]
    held = [part.places for part in plain if part.places]
    if not held:
        return (), [part.digits for part in plain]
    low, high = min(places[0] for places in held), max(places[-1] for places in held)
    shared = tuple(range(low, high + DIGIT, DIGIT))
    digits = []
    for part in plain:
        wide = np.zeros((len(shared), part.n), np.int64)
        if part.places:
            first = (part.places[0] - low) // DIGIT
            wide[first : first + len(part.places)] = part.digits
        digits.append(wide)
    return shared, digits


def _carried(low: int, digits: Whole, void: NDArray[np.bool_]) -> Exact:
    """Plain sums of digits below 2**62, the first at place `low` × DIGIT, the last two empty;
    the digits are used up.
    """
    _carry(digits, UNIT // 2)
    return _trimmed(tuple(DIGIT * (low + k) for k in range(len(digits))), digits, void)


def _trimmed(places: tuple[int, ...], digits: Whole, void: NDArray[np.bool_]) -> Exact:
    """Plain sums: without the empty places at the ends of carried digits."""
    used = np.flatnonzero(digits.any(axis=1))
    first, stop = (int(used[0]), int(used[-1]) + 1) if used.size else (0, 0)
    return Exact(places[first:stop], digits[first:stop], void, is_plain=True)


def _carry(digits: Whole, half: int) -> None:
    """Carry what exceeds a digit to the next, in place: digits from -`half` to UNIT - `half` - 1.

    The last digit takes what is left.
    """
    for k in range(len(digits) - 1):
        over = (digits[k] + half) >> DIGIT
        digits[k] -= over << DIGIT
        digits[k + 1] += over


def _divided(sums: Exact) -> Floats:
    """Each sum to the nearest float64, by Python's own whole numbers."""
    low = min((0, *sums.places))
    total = np.zeros(sums.n, object)
    for place, whole in zip(sums.places, sums.digits, strict=True):
        total += whole.astype(object) << (place - low)
    return np.array(total / (1 << -low), np.float64)


def _rounded(plain: Exact) -> Floats:
    """Plain digits to the nearest float64, ties to even.

    The leading 60 bits go into an int64, whose last bit tells whether anything lies below; the
    conversion to float64 is then the only rounding.
    """
    if not plain.places:
        return np.zeros(plain.n)
    each = np.arange(plain.n)
    lead = len(plain.places) - 1 - np.argmax(plain.digits[::-1] != 0, axis=0)
    sign = np.sign(plain.digits[lead, each])
    size = np.zeros((len(plain.places) + 3, plain.n), np.int64)  # three empty digits below
    size[3:] = plain.digits * sign
    _carry(size, 0)
    lead = len(size) - 1 - np.argmax(size[::-1] != 0, axis=0)
    lead = np.where(sign == 0, 3, lead)
    first, second, third = (size[lead - k, each] for k in range(3))
    room = DIGIT - np.frexp(first.astype(np.float64))[1].astype(np.int64)
    below = np.logical_or.accumulate(size != 0, axis=0)[lead - 3, each]
    cut = third & ((1 << (DIGIT - room)) - 1)
    leading = (first << (DIGIT + room)) | (second << room) | (third >> (DIGIT - room))
    leading |= (cut != 0) | below
    place = plain.places[0] + DIGIT * (lead - 3) - DIGIT - room
    return sign * np.ldexp(leading.astype(np.float64), place)


def exact_sum(values: NDArray[Any], groups: NDArray[Any] | None = None, n: int = 1) -> Floats:
    """Sum by group, the same to the last bit for any order of the rows. Shape: (n,).

    Each is the float64 nearest to the true sum; NaN where a value is not finite.

    >>> some = np.array([0.1, 0.2, 0.3])
    >>> bool(exact_sum(some)[0] == exact_sum(some[::-1])[0])
    True
    >>> exact_sum(np.array([1.0, 2.0, 4.0]), np.array([0, 1, 0]), 2).tolist()
    [5.0, 2.0]
    """
    return Exact.of(values, groups, n).value()
