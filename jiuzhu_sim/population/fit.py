"""Fitting: the income distributions of areas that reproduce what statistics publish of them.

Official statistics give means, medians and the means of income groups, seldom the distribution
itself, and often for all areas together. `fit_income` finds the Dagum distribution of each area
for which these come out best; the numbers of a recipe can so be made again from their sources.

Source: Dagum, C. (1977), "A new model of personal income distribution: specification and
estimation", Économie appliquée 30, 413-437; Gini and partial means as in Kleiber, C. and Kotz, S.
(2003), Statistical Size Distributions in Economics and Actuarial Sciences, section 6.3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import read_yaml

FACTS = Path(__file__).parent / "facts"
STATISTICS = ("mean", "median", "groups", "shape")
ALL_AREAS = "total"

Floats = NDArray[np.float64]


class Dagum(NamedTuple):
    """A Dagum distribution: shapes `a` and `p` (no unit), scale `b` in the unit of income.

    The mean exists for a > 1.

    >>> some = Dagum(a=3.0, b=10_000.0, p=1.0)
    >>> float(some.rank(10_000.0)), round(float(some.income(0.5)))
    (0.5, 10000)
    """

    a: float
    b: float
    p: float

    def rank(self, income: Any) -> Any:
        """The share of incomes below."""
        return (1 + (np.asarray(income) / self.b) ** -self.a) ** -self.p

    def income(self, rank: Any) -> Any:
        """The income at a rank in (0, 1): the inverse of `rank`."""
        return self.b * (np.asarray(rank) ** (-1 / self.p) - 1) ** (-1 / self.a)

    @property
    def mean(self) -> float:
        from scipy.special import beta

        return float(self.b * self.p * beta(self.p + 1 / self.a, 1 - 1 / self.a))

    @property
    def gini(self) -> float:
        """The Gini coefficient.

        >>> round(Dagum(a=3.0, b=1.0, p=1.0).gini, 6)  # log-logistic: 1 / a
        0.333333
        """
        from scipy.special import gammaln

        high = gammaln(self.p) + gammaln(2 * self.p + 1 / self.a)
        return float(np.exp(high - gammaln(2 * self.p) - gammaln(self.p + 1 / self.a)) - 1)

    def mean_below(self, income: Any) -> Any:
        """The mean of incomes below, times their share: what they bring to the mean of all."""
        from scipy.special import betainc

        inner = np.asarray(self.rank(income)) ** (1 / self.p)
        return self.mean * betainc(self.p + 1 / self.a, 1 - 1 / self.a, inner)


class Fact(NamedTuple):
    """A published statistic of income a head.

    `where`: an area, or ``total`` for all of them. `statistic`: ``mean`` (of persons), ``median``
    (of households, ordered by income a head), ``groups`` (means of groups of households in that
    order, divided at the ranks `cuts`), or ``shape`` (such means of another year or price level:
    only their proportions count). `weight`: how much a miss counts beside the others.
    """

    where: str
    statistic: str
    value: tuple[float, ...]
    cuts: tuple[float, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True)
class IncomeFit:
    """The fitted distribution of each area, over its households, and what it makes of each fact."""

    areas: Mapping[str, Dagum]
    facts: tuple[Fact, ...]
    fitted: tuple[tuple[float, ...], ...]

    def misses(self) -> tuple[tuple[float, ...], ...]:
        """Fitted over published less 1, fact by fact; of a shape, its mean miss taken out."""
        return tuple(
            tuple(np.expm1(_apart(fact, np.array(made))).tolist())
            for fact, made in zip(self.facts, self.fitted, strict=True)
        )


def load_facts(name: str) -> dict[str, Any]:
    """The packaged statistics of this name, as the arguments of `fit_income`.

    Raises JZ-E032 when there are none.

    >>> sorted(load_facts("national-2020"))
    ['facts', 'shares', 'size_slope']
    """
    known = sorted(path.stem for path in FACTS.glob("*.yaml"))
    if name not in known:
        expected = f"{', '.join(known)} ({nearest(str(name), known)})"
        raise JZError.of("JZ-E032", "load_facts", name="name", value=name, expected=expected)
    content = read_yaml(FACTS / f"{name}.yaml")
    return {
        "facts": [
            Fact(
                row["where"],
                row["statistic"],
                tuple(np.atleast_1d(row["value"]).astype(float).tolist()),
                tuple(row.get("cuts", ())),
                row.get("weight", 1.0),
            )
            for row in content["facts"]
        ],
        "shares": {area: entry["value"] for area, entry in content["shares"].items()},
        "size_slope": {area: entry["value"] for area, entry in content["size_slope"].items()},
    }


def fit_income(
    facts: Sequence[Fact], shares: Mapping[str, float], size_slope: Mapping[str, float]
) -> IncomeFit:
    """The Dagum distribution of each area of `shares` that comes nearest to all facts together.

    Least squares of the logarithms, fact by fact times its weight; a ``total`` is the mixture of
    the areas by `shares` (of the households, adding up to 1). The distributions are over
    households; a mean of persons follows from `size_slope`: at income rank u a household has
    1 + slope × (1 − 2u) times the mean number of members (poorer ones are larger).

    Raises JZ-E032 for facts that do not fit: unknown area or statistic, values that are not above
    zero, as many groups as cuts and one, fewer than three numbers for an area.

    >>> true = Dagum(a=3.2, b=30_000.0, p=0.7)
    >>> ranks = (0.2, 0.4, 0.6, 0.8)
    >>> seen = Fact("all", "groups", group_means([true], [1.0], ranks), ranks)
    >>> found = fit_income([seen], {"all": 1.0}, {"all": 0.0})
    >>> [round(number, 3) for number in found.areas["all"]]
    [3.2, 30000.0, 0.7]
    """
    from scipy.optimize import least_squares

    _refuse_wrong(facts, shares, size_slope)
    level = {area: _level(area, facts) for area in shares}

    def at(numbers: Floats) -> dict[str, Dagum]:
        rows = np.exp(numbers).reshape(len(shares), len(Dagum._fields))
        # The mean exists for a > 1 only; b is searched around the level of the facts.
        return {
            area: Dagum(1 + float(a), level[area] * float(b), float(p))
            for area, (a, b, p) in zip(shares, rows, strict=True)
        }

    def miss(numbers: Floats) -> Floats:
        made = at(numbers)
        apart = [f.weight * _apart(f, _computed(f, made, shares, size_slope)) for f in facts]
        return np.concatenate(apart)

    start = np.tile(np.log([2.0, 1.0, 0.7]), len(shares))
    areas = at(least_squares(miss, start, xtol=1e-12, ftol=1e-12, gtol=1e-12).x)
    fitted = tuple(tuple(_computed(f, areas, shares, size_slope).tolist()) for f in facts)
    return IncomeFit(areas, tuple(facts), fitted)


def group_means(
    parts: Sequence[Dagum], shares: Sequence[float], cuts: Sequence[float]
) -> tuple[float, ...]:
    """Mean incomes of the groups of a mixture between the ranks `cuts`, lowest first.

    >>> some = Dagum(a=3.0, b=1.0, p=1.0)
    >>> low, high = group_means([some], [1.0], [0.5])
    >>> bool(np.isclose((low + high) / 2, some.mean))
    True
    """
    edges = np.array([_at_rank(parts, shares, cut) for cut in cuts])
    upto = sum(share * part.mean_below(edges) for part, share in zip(parts, shares, strict=True))
    mean = sum(share * part.mean for part, share in zip(parts, shares, strict=True))
    brought = np.diff(np.concatenate([[0.0], np.atleast_1d(upto), [mean]]))
    widths = np.diff(np.concatenate([[0.0], cuts, [1.0]]))
    return tuple((brought / widths).tolist())


def person_mean(part: Dagum, slope: float) -> float:
    """Mean of persons where households at rank u have 1 + slope × (1 − 2u) times as many members.

    ∫ (1 + slope (1 − 2u)) Q(u) du = mean × (1 − slope × Gini).

    >>> some = Dagum(a=3.0, b=1.0, p=1.0)
    >>> person_mean(some, 0.0) == some.mean
    True
    """
    return part.mean * (1 - slope * part.gini)


def size_slope(groups: Sequence[float], mean: float) -> float:
    """The slope of household size along income rank that the means of equal groups imply.

    `groups`: mean income a head of equally many households each, lowest first; `mean`: of all
    persons. Their plain mean exceeds it where poorer households are larger.

    >>> round(size_slope([7_869, 16_443, 26_249, 41_172, 80_294], 32_189), 3)
    0.163
    """
    values = np.asarray(groups, np.float64)
    middle = (np.arange(len(values)) + 0.5) / len(values)
    return float((mean - values.mean()) / (values * (1 - 2 * middle)).mean())


def _computed(
    fact: Fact,
    areas: Mapping[str, Dagum],
    shares: Mapping[str, float],
    slope: Mapping[str, float],
) -> Floats:
    """What the distributions make of a fact."""
    names = list(shares) if fact.where == ALL_AREAS else [fact.where]
    parts = [areas[name] for name in names]
    weights = [shares[name] if len(names) > 1 else 1.0 for name in names]
    if fact.statistic == "mean":
        means = [person_mean(areas[name], slope[name]) for name in names]
        return np.array([float(np.dot(weights, means))])
    if fact.statistic == "median":
        return np.array([_at_rank(parts, weights, 0.5)])
    return np.array(group_means(parts, weights, fact.cuts))


def _apart(fact: Fact, made: Floats) -> Floats:
    """Logarithm of computed over published; of a shape, without the common part."""
    apart = np.log(made / np.array(fact.value))
    return apart - apart.mean() if fact.statistic == "shape" else apart


def _at_rank(parts: Sequence[Dagum], shares: Sequence[float], rank: float) -> float:
    """The income at a rank of the mixture: between the lowest and the highest of its parts."""
    from scipy.optimize import brentq

    ends = [float(part.income(rank)) for part in parts]
    low, high = np.log(min(ends)), np.log(max(ends))
    if high - low < 1e-12:  # one distribution, or equal ones
        return ends[0]

    def above(point: float) -> float:
        income = np.exp(point)
        pairs = zip(parts, shares, strict=True)
        return float(sum(share * part.rank(income) for part, share in pairs) - rank)

    return float(np.exp(brentq(above, low, high, xtol=1e-13)))


def _level(area: str, facts: Sequence[Fact]) -> float:
    """Where to look for an area's incomes: its own published level, or that of all."""
    near = [f for f in facts if f.where == area and f.statistic != "shape"]
    found = near or [f for f in facts if f.where == ALL_AREAS]
    return float(np.mean([np.mean(fact.value) for fact in found]))


def _refuse_wrong(
    facts: Sequence[Fact], shares: Mapping[str, float], slope: Mapping[str, float]
) -> None:
    known = (*shares, ALL_AREAS)
    for fact in facts:
        has_groups = fact.statistic in ("groups", "shape")
        expected = len(fact.cuts) + 1 if has_groups else 1
        if fact.where not in known:
            raise _wrong("where", fact.where, f"{', '.join(known)} ({nearest(fact.where, known)})")
        if fact.statistic not in STATISTICS:
            raise _wrong("statistic", fact.statistic, " / ".join(STATISTICS))
        if len(fact.value) != expected or not all(number > 0 for number in fact.value):
            raise _wrong(fact.statistic, fact.value, f"{expected} × > 0")
    if abs(sum(shares.values()) - 1) > 1e-9 or min(shares.values()) <= 0:
        raise _wrong("shares", dict(shares), "> 0, Σ = 1")
    if set(slope) != set(shares):
        raise _wrong("size_slope", list(slope), ", ".join(shares))
    numbers = sum(len(fact.value) for fact in facts)
    if numbers < len(Dagum._fields) * len(shares):
        raise _wrong("facts", numbers, f">= {len(Dagum._fields)} × {len(shares)}")


def _wrong(name: str, value: object, expected: str) -> JZError:
    return JZError.of("JZ-E032", "fit_income", name=name, value=value, expected=expected)
