"""Spot-checks: how many cases to check, which ones, and the list to take along.

The documents set rates of the new cases of a month (30 % in S2.1.5 and S2.2.4, 20 % in S2.3.8 and
S3.10.11, 10 % in S3.10.12, 50 % in S1.1.12, all of them in S2.4.15) and random drawing (S1.10.3).
A size may also be wanted for a precision. Every case has a draw of its own, keyed by (seed, id,
purpose), and the smallest draws of a stratum are the sample: the same seed gives the same list in
whatever order the cases come, and a case more moves at most one other out.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.population.draws import uniform

Counts = NDArray[np.int64]

PURPOSE = "spot_check"

LEAST = 2
"""Cases drawn in a stratum at least, where it has them: one alone tells nothing of its spread."""

HASH_KEY = "jiuzhu spot check"[:16]
"""Turns ids that are texts into numbers, always the same ones; it protects nothing."""


@dataclass(frozen=True)
class Sample:
    """What was drawn: `mask` (cases,), `stratum` (cases,) as positions in `names`, and of each
    stratum the cases there are (`counts`) and those drawn (`n`).

    `keyed` tells what makes the list again: seed and purpose.

    >>> found = draw(np.arange(10), rate=0.3, seed=1)
    >>> int(found.mask.sum()), float(found.weight.sum()), found.is_simple
    (3, 10.0, True)
    """

    mask: NDArray[np.bool_]
    stratum: Counts
    names: tuple[str, ...]
    counts: Counts
    n: Counts
    keyed: tuple[int, str]

    @property
    def is_simple(self) -> bool:
        """Whether every case had the same chance, without strata."""
        return len(self.names) == 1

    @property
    def size(self) -> int:
        return int(self.n.sum())

    @property
    def of(self) -> int:
        """Cases there are."""
        return int(self.counts.sum())

    @property
    def weight(self) -> NDArray[np.float64]:
        """Cases each drawn one stands for, N / n of its stratum; 0 for the others: (cases,)."""
        each = np.divide(self.counts, self.n, out=np.zeros(len(self.n)), where=self.n > 0)
        return np.where(self.mask, each[self.stratum], 0.0)

    def within(self, some: NDArray[np.bool_]) -> "Sample":
        """The sample of some of the cases (a township, a programme), as if drawn from them alone.

        Given how many of them were drawn, they are a simple draw within each stratum. `some`:
        (cases,).
        """
        counts = np.bincount(self.stratum[some], minlength=len(self.names))
        n = np.bincount(self.stratum[some & self.mask], minlength=len(self.names))
        kept = np.flatnonzero(counts)
        kept = kept if kept.size else np.array([0])
        place = np.zeros(len(self.names), np.int64)
        place[kept] = np.arange(len(kept))
        names = tuple(self.names[k] for k in kept)
        mask, stratum = self.mask & some, place[self.stratum]
        return Sample(mask, stratum, names, counts[kept], n[kept], self.keyed)


# --- sizes ---------------------------------------------------------------------------------
def size_for_rate(n: int, rate: float) -> int:
    """The fewest cases that make up at least this rate of `n` cases: ceil(rate × n).

    The rate is taken as the decimal it is written as, so 0.3 × 10 is 3 and not 4. Raises JZ-E032
    for a rate outside 0 to 1. Source: S2.1.5, S2.2.4, S2.3.8, S2.4.15, S3.10.11, S3.10.12.

    >>> [size_for_rate(n, 0.3) for n in (0, 1, 10, 11)], size_for_rate(100, 0.07)
    ([0, 1, 3, 4], 7)
    """
    if not 0 <= rate <= 1:
        raise _wrong("rate", rate, "0–1")
    return math.ceil(Fraction(repr(float(rate))) * int(n))


def half_width(size: int, n: int, p: float = 0.5, conf: float = 0.95) -> float:
    """Half the width of the interval to expect from `size` of `n` cases drawn simply, rate `p`.

    Normal approximation with finite population correction, for planning. Raises JZ-E032.

    >>> round(half_width(400, 30_000), 4), half_width(30_000, 30_000)
    (0.0487, 0.0)
    """
    problems = _faults(n, p, conf)
    if not 0 < size <= n:
        problems.extend(_wrong("size", size, f"1–{n}").problems)
    problems.raise_if_any()
    spared = (n - size) / max(n - 1, 1)
    return _z(conf) * math.sqrt(p * (1 - p) / size * spared)


def size_for_precision(n: int, half_width: float, p: float = 0.5, conf: float = 0.95) -> int:
    """The fewest of `n` cases whose interval is expected no wider than ± `half_width`.

    m = z² p (1 − p) / e², reduced to m N / (m + N − 1) for a finite population (Cochran 1977,
    "Sampling techniques", 3rd ed., section 4.4). `p`: the rate expected; 0.5 asks for the most.
    Raises JZ-E032, all faults at once.

    >>> size_for_precision(30_000, 0.05), size_for_precision(30_000, 0.03, p=0.1)
    (380, 380)
    >>> size_for_precision(200, 0.05)
    132
    """
    problems = _faults(n, p, conf)
    if not 0 < half_width < 1:
        problems.extend(_wrong("half_width", half_width, "0–1").problems)
    problems.raise_if_any()
    infinite = _z(conf) ** 2 * p * (1 - p) / half_width**2
    whole = infinite * n / (infinite + n - 1) if n else 0.0
    return min(max(math.ceil(whole), min(n, 1)), n)


def allocate(
    size: int, counts: Sequence[int] | Counts, spread: Sequence[float] | None = None
) -> Counts:
    """How many of `size` to draw in each stratum: (strata,).

    By the number of cases (proportional), or with `spread`, the standard deviation expected in
    each, by number × spread (Neyman 1934, JRSS 97: the smallest variance for the size). At least
    `LEAST` of each where the size allows, at most all; what is left over by rounding goes to the
    largest remainders, equal ones to the first.

    Raises JZ-E032 for a size above the cases there are, JZ-E033 for a spread for other strata.

    >>> allocate(10, [60, 30, 10]).tolist(), allocate(12, [60, 30, 10], [0.1, 0.1, 0.5]).tolist()
    ([5, 3, 2], [5, 3, 4])
    """
    counts = np.asarray(counts, np.int64)
    if not 0 <= size <= counts.sum():
        raise _wrong("size", size, f"0–{counts.sum()}")
    share = counts * (np.ones(len(counts)) if spread is None else _checked(spread, len(counts)))
    least = np.minimum(counts, LEAST)
    least = least if least.sum() <= size else np.zeros_like(counts)
    wanted = _filled(size, share if share.any() else counts.astype(np.float64), least, counts)
    made = np.floor(wanted + _SLIP).astype(np.int64)
    for _ in range(size - int(made.sum())):
        # The largest remainder; where all are whole (nothing is expected), the largest stratum.
        gap = np.where(made < wanted, np.round(wanted - made, 9), counts * _SLIP - 1)
        made[np.argmax(np.where(made < counts, gap, -np.inf))] += 1
    return made


def _filled(
    size: int, share: NDArray[np.float64], least: Counts, most: Counts
) -> NDArray[np.float64]:
    """Shares raised together until they make up `size`, none below its least or above its most."""
    if not share.any():
        return least.astype(np.float64)
    share = share / share.max()
    share = np.where(share > _SLIP, share, 0.0)
    low, high = 0.0, float((most[share > 0] / share[share > 0]).max())
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        is_enough = np.clip(middle * share, least, most).sum() >= size
        low, high = (low, middle) if is_enough else (middle, high)
    return np.asarray(np.clip(high * share, least, most))


HALVINGS = 100
"""Enough for the last bit of a float."""

_SLIP = 1e-9
"""What a float may fall short of a whole number."""


# --- drawing -------------------------------------------------------------------------------
def draw(
    ids: NDArray[Any],
    strata: NDArray[Any] | None = None,
    *,
    size: int | Mapping[Any, int] | None = None,
    rate: float | Mapping[Any, float] | None = None,
    spread: Mapping[Any, float] | None = None,
    seed: int,
    purpose: str = PURPOSE,
) -> Sample:
    """Draw cases by their ids, (cases,) numbers or texts.

    `strata`: the stratum of each case (township, programme, risk), by name or number; None: a
    simple sample. `size` or `rate`: one for all cases, shared out by `allocate` (with `spread`, by
    Neyman), or one for each stratum by name. `purpose`: a word for each drawing (the month), so
    that drawings of one seed do not take the same cases.

    Raises, all at once: JZ-E032 (both or neither of size and rate, one out of range, ids twice),
    JZ-E033 (strata of another length), JZ-E060 (a stratum that there is not, or none given for).

    >>> months = np.array(["甲乡", "乙乡"] * 5)
    >>> found = draw(np.arange(10), months, rate={"甲乡": 0.3, "乙乡": 1.0}, seed=1)
    >>> found.names, found.n.tolist(), found.weight.sum()
    (('乙乡', '甲乡'), [5, 2], np.float64(10.0))
    """
    ids = np.asarray(ids)
    if strata is not None and len(strata) != len(ids):
        raise JZError.of("JZ-E033", "draw", lengths=f"ids {len(ids)}, strata {len(strata)}")
    if strata is None or not len(ids):
        names, stratum = np.array([""]), np.zeros(len(ids), np.int64)
    else:
        names, stratum = np.unique(np.asarray(strata), return_inverse=True)
    counts = np.bincount(stratum, minlength=len(names))
    wanted = _sizes(names.tolist(), counts, size, rate, spread)
    numbers = _as_numbers(ids)
    if len(np.unique(numbers)) != len(ids):
        raise _wrong("ids", "…", text("sampling.once"))
    drawn = uniform(seed, numbers, purpose)
    order = np.lexsort((numbers, drawn, stratum))
    place = np.empty(len(ids), np.int64)
    place[order] = np.arange(len(ids)) - np.repeat(np.cumsum(counts) - counts, counts)
    mask = place < wanted[stratum]
    shown = tuple(str(name) for name in names.tolist())
    return Sample(mask, stratum, shown, counts, wanted, (seed, purpose))


def _sizes(names: list[Any], counts: Counts, size: Any, rate: Any, spread: Any) -> Counts:
    """Cases to draw in each stratum."""
    if (size is None) == (rate is None):
        raise _wrong("size", size, text("sampling.one_of"))
    given = size if rate is None else rate
    if not isinstance(given, Mapping):
        whole = int(given) if rate is None else size_for_rate(int(counts.sum()), given)
        return allocate(whole, counts, None if spread is None else _by_name(names, spread))
    found = _by_name(names, given)
    if rate is not None:
        each = zip(counts.tolist(), found, strict=True)
        return np.array([size_for_rate(n, share) for n, share in each], np.int64)
    problems = Problems()
    for name, n, wanted in zip(names, counts.tolist(), found, strict=True):
        if not 0 <= wanted <= n:
            problems.extend(_wrong(f"size · {name}", wanted, f"0–{n}").problems)
    problems.raise_if_any()
    return np.array(found, np.int64)


def _by_name(names: list[Any], given: Mapping[Any, Any]) -> list[Any]:
    """The values of the strata in their order; JZ-E060 for each that does not fit."""
    problems = Problems()
    known, told = {str(name) for name in names}, {str(key): value for key, value in given.items()}
    for name in sorted(known ^ set(told)):
        others = known if name in told else set(told)
        near, shown = nearest(name, others), ", ".join(sorted(others))
        kind = text("sampling.stratum")
        problems.add("JZ-E060", "draw", name=name, kind=kind, nearest=near, known=shown)
    problems.raise_if_any()
    return [told[str(name)] for name in names]


def _as_numbers(ids: NDArray[Any]) -> NDArray[np.int64]:
    """Ids as numbers of their own, whatever other ids there are."""
    if ids.dtype.kind in "iu":
        return ids.astype(np.int64)
    from pandas.util import hash_array

    hashed = hash_array(ids.astype(str).astype(object), hash_key=HASH_KEY, categorize=False)
    return np.asarray(hashed).view(np.int64)


def _z(conf: float) -> float:
    return NormalDist().inv_cdf((1 + conf) / 2)


def _checked(spread: Sequence[float], strata: int) -> NDArray[np.float64]:
    found = np.asarray(spread, np.float64)
    if found.shape != (strata,):
        raise JZError.of("JZ-E033", "allocate", lengths=f"counts {strata}, spread {found.size}")
    if not (found >= 0).all():
        raise _wrong("spread", found.min(), "≥ 0")
    return found


def _faults(n: int, p: float, conf: float) -> Problems:
    problems = Problems()
    if n < 0:
        problems.extend(_wrong("n", n, "≥ 0").problems)
    for name, value in (("p", p), ("conf", conf)):
        if not 0 < value < 1:
            problems.extend(_wrong(name, value, "0–1").problems)
    return problems


def _wrong(name: str, value: Any, expected: str) -> JZError:
    return JZError.of("JZ-E032", name=name, value=value, expected=expected)
