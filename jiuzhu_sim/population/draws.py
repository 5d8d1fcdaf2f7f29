"""Draws as data: a random number is a pure function of (seed, id, purpose).

No generator has a state here, so the draw of a household or person is the same in every
scenario, chunk, thread and row order, and never depends on how many others are drawn.

Source: the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom
number generators", OOPSLA), applied twice to a keyed counter.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MEMBERS_MAX = 64
"""Persons have the id household id * MEMBERS_MAX + place in the household (from 0)."""

# The constants of SplitMix64, and the shift that leaves as many bits as a float64 holds below 1.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_SPARE_BITS = np.uint64(12)
_FRACTION = 2.0**-52


def _mix(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The SplitMix64 finaliser, in place."""
    state ^= state >> np.uint64(30)
    state *= _FIRST
    state ^= state >> np.uint64(27)
    state *= _SECOND
    state ^= state >> np.uint64(31)
    return state


def uniform(seed: int, ids: NDArray[np.int64], purpose: str) -> NDArray[np.float64]:
    """Uniform draws in the open interval (0, 1), one for each id; shape of `ids`, no unit.

    `purpose` is a word: draws for different purposes are independent of each other.

    >>> import numpy as np
    >>> some = uniform(1, np.array([7, 8]), "income")
    >>> alone = uniform(1, np.array([8]), "income")
    >>> bool(some[1] == alone[0]), bool(0 < some.min() < some.max() < 1)
    (True, True)
    """
    digest = hashlib.blake2b(f"{seed}:{purpose}".encode(), digest_size=16).digest()
    counter_key, state_key = np.frombuffer(digest, "<u8")
    state = np.asarray(ids).astype(np.int64).view(np.uint64) * _STEP
    state += counter_key
    _mix(state)
    state ^= state_key
    _mix(state)
    state >>= _SPARE_BITS
    drawn = state.astype(np.float64)
    drawn += 0.5
    drawn *= _FRACTION
    return drawn


def normal(seed: int, ids: NDArray[np.int64], purpose: str) -> NDArray[np.float64]:
    """Standard normal draws, one for each id; shape of `ids`, no unit.

    >>> import numpy as np
    >>> drawn = normal(1, np.arange(10_000), "income")
    >>> abs(drawn.mean()) < 0.03, abs(drawn.std() - 1) < 0.03
    (np.True_, np.True_)
    """
    from scipy.special import ndtri

    drawn: NDArray[np.float64] = ndtri(uniform(seed, ids, purpose))
    return drawn


@dataclass(frozen=True)
class Draws:
    """The draws of some ids under one seed.

    >>> import numpy as np
    >>> Draws(1, np.arange(3)).pick("area", [0.0, 1.0]).tolist()
    [1, 1, 1]
    """

    seed: int
    ids: NDArray[np.int64]

    def uniform(self, purpose: str) -> NDArray[np.float64]:
        return uniform(self.seed, self.ids, purpose)

    def normal(self, purpose: str) -> NDArray[np.float64]:
        return normal(self.seed, self.ids, purpose)

    def chance(self, purpose: str, probability: NDArray[np.float64] | float) -> NDArray[np.bool_]:
        """True with this probability."""
        return self.uniform(purpose) < probability

    def between(
        self, purpose: str, low: NDArray[np.float64] | float, high: NDArray[np.float64] | float
    ) -> NDArray[np.float64]:
        """Uniform between `low` and `high`."""
        return low + self.uniform(purpose) * (high - low)

    def pick(self, purpose: str, shares: Sequence[float]) -> NDArray[np.int64]:
        """Positions in `shares`, each as often as its share (of their sum)."""
        edges = np.cumsum(shares)
        return np.searchsorted(edges[:-1] / edges[-1], self.uniform(purpose), side="right")
