"""Incomes in bins of one yuan: what is left of a part of the people to rank all of them by.

A rank needs everybody at once; bins with exact sums add up. Whatever depends on the order of
people within a bin is not known from them, so each answer carries the most that this can cost
(docs/en/definitions/histogram.md).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.measures.exact import Exact, Floats, Whole
from jiuzhu_sim.measures.intervals import Sums, half_width
from jiuzhu_sim.measures.tally import Key, Labels, Packed, Tally, in_words, packed, spread, wide
from jiuzhu_sim.measures.welfare import gini_of, rounded

WIDTH = 1.0
"""Yuan a bin is wide: a county's bins fit a few hundred kilobytes, and the Gini coefficient of a
thousand of them is known to a millionth."""

EDGE = 1e-9
"""Share of a group within which an edge between groups is met: a float's last bits."""

FULL = 4
"""Bins are counted in place while they are at most so many times the rows; else sorted."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """Sums by bin of income, of weighted variables and their products, as `Sums` names them.

    `bins`: (n,) lower edges in yuan, rising; only bins in which a household stands. `counted`:
    (n,) households in each. `made`: for the variable ``one`` (the weight itself) and each other
    one *y* the exact sums of *y*, *y*² and *y* · one. `complete`: of a complete count.
    `labels`: what stands in titles, in all languages.

    >>> found = Histogram.of(np.array([0.0, 0.5, 7.0]), np.array([1.0, 1.0, 2.0]))
    >>> found.bins.tolist(), found.of_bins("one").tolist()
    ([0, 7], [2.0, 2.0])
    """

    bins: Whole
    counted: Whole
    made: Mapping[Key, Exact]
    complete: bool = False
    labels: Labels = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        income: Floats,
        weight: Floats,
        *,
        complete: bool = False,
        labels: Labels | None = None,
        **variables: NDArray[Any],
    ) -> "Histogram":
        """Bins of `income`, yuan a month per head, rounded to millionths; all (households,).

        The variable ``income`` is added: the income itself, negative ones as 0. ValueError where
        an income is not finite.
        """
        level = rounded(income)
        place, bins = in_bins(level)
        variables = {"income": np.maximum(level, 0.0), **variables}
        sums = Sums(weight, place, len(bins), None, one=np.ones(len(level)), **variables)
        pairs = [tuple(sorted((name, "one"))) for name in sums.variables]
        sums.add_up([*((n,) for n in sums.variables), *((n, n) for n in sums.variables), *pairs])
        counted = np.bincount(place, minlength=len(bins))
        return cls(bins, counted, sums.made, complete, labels or {})

    @property
    def households(self) -> int:
        """Households in all bins, unweighted."""
        return int(self.counted.sum())

    @property
    def fields(self) -> dict[str, str]:
        """What stands in titles, in the language in use."""
        return in_words(self.labels)

    def __add__(self, other: "Histogram") -> "Histogram":
        """The histogram of both groups of households; ValueError for other variables."""
        if set(self.made) != set(other.made):
            raise ValueError(f"bins of {sorted(self.made)} and of {sorted(other.made)}")
        bins = _together(self.bins, other.bins)
        counted = np.zeros(len(bins), np.int64)
        parts = []
        for each in (self, other):
            place = np.searchsorted(bins, each.bins)
            counted[place] += each.counted
            parts.append((packed(each.made), wide(place, len(bins), len(each.made))))
        return replace(
            self,
            bins=bins,
            counted=counted,
            made=Packed(self.made, Exact.merged(parts, len(bins) * len(self.made))),
            complete=self.complete and other.complete,
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What a file holds: `from_arrays` makes the same histogram of it."""
        named = self.labels.items()
        about = {
            "made": sorted(self.made),
            "complete": self.complete,
            "labels": {key: each if isinstance(each, str) else dict(each) for key, each in named},
        }
        return {
            "about": np.array(json.dumps(about, ensure_ascii=False, sort_keys=True)),
            "bins": self.bins,
            "counted": self.counted,
            **packed(self.made).arrays(),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Histogram":
        """The histogram that `arrays` wrote.

        >>> found = Histogram.of(np.array([3.25]), np.array([0.1]))
        >>> Histogram.from_arrays(found.arrays()).of_bins("income").tolist() == [3.25 * 0.1]
        True
        """
        about = json.loads(str(arrays["about"]))
        made = Packed([tuple(key) for key in about["made"]], Exact.from_arrays(arrays))
        bins, counted = (np.asarray(arrays[name], np.int64) for name in ("bins", "counted"))
        return cls(bins, counted, made, about["complete"], about["labels"])

    def tally(self, dims: Key, rows: tuple[Key, ...], place: NDArray[np.int64]) -> Tally:
        """The bins as rows of a table: bin k belongs to row `place[k]`; without dims, all to one.

        >>> found = Histogram.of(np.array([1.0, 2.0, 9.0]), np.ones(3))
        >>> rows = (("poor",), ("rich",))
        >>> found.tally(("who",), rows, np.array([0, 0, 1])).of("one").tolist()
        [2.0, 1.0, 3.0]
        """
        n = len(rows) or 1
        made = spread(self.made, place, n)
        counted = np.bincount(place, self.counted, n).astype(np.int64)
        return Tally(dims, rows, made, counted, self.households, self.labels, self.complete)

    def of_bins(self, *names: str) -> Floats:
        """Sum of one weighted variable, or of the product of two, by bin."""
        return self.made[tuple(sorted(names))].value()

    @cached_property
    def persons(self) -> Floats:
        """Sum of weights by bin."""
        return self.of_bins("one")

    @cached_property
    def level(self) -> Floats:
        """Mean income by bin, negative incomes as 0; the lower edge where nobody counts."""
        low = np.maximum(self.bins * WIDTH, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(self.persons > 0, self.of_bins("income") / self.persons, low)
        return np.clip(mean, low, low + WIDTH * (self.bins >= 0))

    @cached_property
    def is_one_level(self) -> NDArray[np.bool_]:
        """Bins in which all incomes are known to be the lower edge: their mean is."""
        return (self.bins >= 0) & (self.level <= self.bins * WIDTH)

    def gini(self) -> tuple[float, float, float, float]:
        """Gini coefficient, its 95 % interval (sampling), and the most the bins can cost.

        The exact coefficient lies within the last number of the first. Negative incomes count
        as 0; 0 where there is no income. Source: Gastwirth (1972).

        >>> two = Histogram.of(np.array([0.0, 4.0]), np.array([1.0, 1.0]))
        >>> two.gini()[0], two.gini()[3]
        (0.5, 0.0)
        """
        persons, level = self.persons, self.level
        between, influence = gini_of(level, persons)
        people, money = float(persons.sum()), float((persons * level).sum())
        if money <= 0 or people <= 0:
            return 0.0, 0.0, 0.0, 0.0
        above = np.where(self.bins < 0, 0.0, level - self.bins * WIDTH)
        within = float((persons * persons * above * (WIDTH - above)).sum())
        error = within / WIDTH / (people * money) / 2
        value = between + error
        half = self._half(influence)
        return value, value - half, value + half, error

    def quantile(self, p: float) -> tuple[float, float, float]:
        """Income up to which a share `p` of the persons stands; its 95 % interval.

        The value lies within the bin in which that person stands, as if all were spread evenly
        over it, so it is at most one bin off. Interval: Woodruff (1952). NaN where nobody counts.

        >>> Histogram.of(np.arange(100.0), np.ones(100)).quantile(0.5)[0]
        49.0
        """
        people = float(self.persons.sum())
        if people <= 0:
            return (float("nan"),) * 3
        upto = np.cumsum(self.persons)
        inside = np.arange(len(upto)) <= self._bin_at(p, upto)
        influence = (inside - p) / people
        half = self._half(influence)
        if half <= EDGE:
            return (self._at(p, upto),) * 3
        low, high = max(p - half, 0.0), min(p + half, 1.0)
        return self._at(p, upto), self._at(low, upto), self._at(high, upto)

    def places(self, groups: int) -> tuple[NDArray[np.int64], float]:
        """The group (0 … `groups` − 1, of equal weight) of each bin, and the largest share of
        persons that can stand in another one.

        A bin stands where the first person of it stands, as an income does in `decile_of`. Only
        those behind an edge that falls into a bin can be in the wrong group.

        >>> Histogram.of(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4)).places(2)[0].tolist()
        [0, 0, 1, 1]
        """
        upto = np.cumsum(self.persons)
        people = float(upto[-1]) if upto.size else 0.0
        if people <= 0:
            return np.zeros(len(upto), np.int64), 0.0
        first = np.floor((upto - self.persons) / people * groups + EDGE)
        place = np.minimum(first.astype(np.int64), groups - 1)
        behind = np.maximum(upto - (place + 1) * people / groups, 0.0)
        wrong = np.where(self.is_one_level | (behind <= EDGE * people / groups), 0.0, behind)
        return place, float(wrong.sum()) / people

    def _half(self, influence: NDArray[Any]) -> float:
        """Half the interval of a number, from the influence of one more person of each bin."""
        first = np.array([(influence * self.persons).sum()])
        second = np.array([(influence * influence * self.of_bins("one", "one")).sum()])
        return float(half_width(first, second, self.households)[0])

    def _bin_at(self, p: float, upto: Floats) -> int:
        """The bin in which the person stands up to whom there is a share `p`."""
        wanted = p * upto[-1] * (1 - EDGE)
        return int(min(np.searchsorted(upto, wanted), len(upto) - 1))

    def _at(self, p: float, upto: Floats) -> float:
        k = self._bin_at(p, upto)
        low = float(self.bins[k] * WIDTH)
        if self.persons[k] <= 0 or self.is_one_level[k]:
            return low
        part = (p * upto[-1] - (upto[k] - self.persons[k])) / self.persons[k]
        return low + WIDTH * float(np.clip(part, 0.0, 1.0))


def _together(a: Whole, b: Whole) -> Whole:
    """Numbers that are in one of two rising lists, rising."""
    both = np.concatenate([a, b])
    both.sort(kind="stable")  # two runs: no more than merging them
    return both[np.append(True, both[1:] != both[:-1])[: len(both)]]


def in_bins(level: Floats) -> tuple[Whole, Whole]:
    """The bin of each income, (households,), and the lower edges of the bins in yuan, (bins,).

    ValueError where an income is not finite.

    >>> in_bins(np.array([7.5, 0.0, 7.0]))
    (array([1, 0, 1]), array([0, 7]))
    """
    whole = np.floor(level / WIDTH)
    if not np.isfinite(whole).all():
        raise ValueError("an income is not a finite number")
    bins, place = _numbered(whole.astype(np.int64))
    return place, bins


def _numbered(whole: Whole) -> tuple[Whole, Whole]:
    """The different numbers in rising order, and which of them each one is."""
    if not len(whole):
        return whole, whole
    low, span = int(whole.min()), int(np.ptp(whole)) + 1
    if span > FULL * len(whole):
        bins, place = np.unique(whole, return_inverse=True)
        return bins, place
    present = np.bincount(whole - low, minlength=span) > 0
    return np.flatnonzero(present) + low, (np.cumsum(present) - 1)[whole - low]
