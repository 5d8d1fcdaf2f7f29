"""What a spot-check says of all cases: rates and money, with intervals that keep their promise.

Rates of a simple sample: the hypergeometric distribution, inverted. Blaker's mid-p interval by
default; the Clopper–Pearson interval as ``exact``, which never covers less often than promised but
mostly more. Rates of a stratified sample: weights N/n, the design's variance, and Wilson's score
interval (or, ``exact``, Clopper–Pearson's) at the effective size. Money: total or ratio, design
variance, interval on the logarithm. Why these, and how often they cover: docs/decisions/029,
docs/en/definitions/sampling.md.

Sources: Clopper & Pearson 1934 (Biometrika 26); Wilson 1927 (JASA 22); Blaker 2000 (Canadian
Journal of Statistics 28); Korn & Graubard 1998 (Survey Methodology 24); Franco, Little, Louis &
Slud 2019 (Journal of Survey Statistics and Methodology 7); Cochran 1977, ch. 5 and 6.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.sampling.sampling import Sample
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text

Floats = NDArray[np.float64]

METHODS = ("default", "exact")

PRIOR = 2.0
"""Cases at the rate of all that are added to each stratum for its variance: one in which nothing
was found is not taken to have no spread at all. Of 0, 1 and 2 it covered best (decision 029)."""

SAME = 1e-7
"""Probabilities that differ by less than this share of them are equal."""


@dataclass(frozen=True)
class Estimate:
    """A rate and the total it stands for, each with low and high at level `conf`.

    `n` verified of `of` cases, in `found` of which something was found; `unverified` were drawn,
    too, but came back without a finding. `method`: the interval's name (`sampled.method.…` of
    texts/). A rate is a share of cases, or of the money paid (NaN where that is not known).
    """

    rate: float
    low: float
    high: float
    total: float
    total_low: float
    total_high: float
    method: str
    n: int
    of: int
    found: int
    unverified: int
    conf: float

    @property
    def method_title(self) -> str:
        """The interval's name in the language in use."""
        return text(f"sampled.method.{self.method}")


@dataclass(frozen=True)
class _Strata:
    """Of each stratum: its cases, verified ones, sum and sum of squares of a variable."""

    counts: Floats
    n: Floats
    sums: Floats
    squares: Floats
    unverified: int

    @property
    def total(self) -> float:
        return float((self.counts / self.n * self.sums).sum())

    @property
    def variance(self) -> float:
        """Of the total. A stratum with one verified case takes the spread of all together."""
        within = self.squares - self.sums**2 / self.n
        n, sums = self.n.sum(), self.sums.sum()
        pooled = (self.squares.sum() - sums**2 / n) / max(n - 1, 1)
        spread = np.where(self.n > 1, within / np.maximum(self.n - 1, 1), pooled)
        return float((self.counts * (self.counts - self.n) * np.maximum(spread, 0) / self.n).sum())

    @property
    def df(self) -> float:
        """Degrees of freedom: verified cases less strata."""
        return float(max(self.n.sum() - len(self.n), 1))


def _strata(sample: Sample, values: NDArray[Any]) -> _Strata:
    """Sums by stratum of the drawn cases with a value (NaN: drawn, not verified).

    Raises JZ-E033 for another length, JZ-E098 where no case of a stratum was verified.
    """
    values = np.asarray(values, np.float64)
    if values.shape != sample.mask.shape:
        lengths = f"cases {len(sample.mask)}, found {values.shape}"
        raise JZError.of("JZ-E033", "estimate", lengths=lengths)
    seen = sample.mask & ~np.isnan(values)
    stratum, known, size = sample.stratum[seen], values[seen], len(sample.names)
    n = np.bincount(stratum, minlength=size)
    problems = Problems()
    for k in np.flatnonzero((n == 0) & ((sample.counts > 0) | (sample.of == 0))):
        where = sample.names[int(k)]
        what, why, need = (text(f"sampled.none.{part}") for part in ("what", "why", "need"))
        problems.add("JZ-E098", where, what=what, why=why, need=need)
    problems.raise_if_any()
    kept = n > 0
    sums = np.bincount(stratum, known, size).astype(np.float64)
    squares = np.bincount(stratum, known**2, size).astype(np.float64)
    unverified = int(sample.mask.sum() - seen.sum())
    counts = sample.counts.astype(np.float64)
    return _Strata(counts[kept], n[kept].astype(float), sums[kept], squares[kept], unverified)


def estimate(
    sample: Sample, found: NDArray[Any], conf: float = 0.95, method: str = "default"
) -> Estimate:
    """The share and number of all cases of which something is true, from those verified.

    `found`: (cases,) yes or no, as bool or 0/1; NaN for a case not verified; only drawn cases are
    read. Cases that were drawn and not verified are taken to be like the verified ones of their
    stratum. `method`: ``default`` or ``exact``.

    Raises JZ-E032 (conf outside 0.5 to 1, a value that is neither yes nor no), JZ-E033, JZ-E060,
    JZ-E098 (a stratum without any verified case).

    >>> from jiuzhu_sim.casework.sampling.sampling import draw
    >>> made = estimate(draw(np.arange(1000), size=100, seed=2), np.arange(1000) % 10 == 0)
    >>> made.low < 0.1 < made.high, made.method
    (True, 'hypergeometric_blaker')
    """
    _check(conf, method)
    values = np.asarray(found, np.float64)
    parts = _strata(sample, values)
    drawn = values[sample.mask & ~np.isnan(values)]
    if not np.isin(drawn, (0, 1)).all():
        odd = drawn[~np.isin(drawn, (0, 1))][0]
        raise JZError.of("JZ-E032", name="found", value=odd, expected=text("sampled.yes_or_no"))
    of, n, count = int(parts.counts.sum()), int(parts.n.sum()), int(parts.sums.sum())
    total = parts.total
    if len(parts.n) == 1:
        low, high = (float(each) for each in of_simple(count, n, of, conf, method))
        name = "hypergeometric_exact" if method == "exact" else "hypergeometric_blaker"
    else:
        low, high = (of * bound for bound in _of_strata(parts, conf, method))
        # What was found is there, and what was found in order is not: certain whatever the rest.
        low, high = max(low, float(count)), min(high, float(of - (n - count)))
        low, high = min(low, total), max(high, total)
        name = "design_exact" if method == "exact" else "design_wilson"
    bounds = (total / of, low / of, high / of)
    return Estimate(*bounds, total, low, high, name, n, of, count, parts.unverified, conf)


# --- simple samples ------------------------------------------------------------------------
@lru_cache(maxsize=4096)
def of_simple(
    x: int, n: int, of: int, conf: float = 0.95, method: str = "default"
) -> tuple[int, int]:
    """The fewest and most cases among `of` that go with `x` found among `n` drawn simply.

    ``exact``: Clopper and Pearson's tails for the hypergeometric distribution. By default Blaker's:
    as improbable as what was seen are all outcomes whose tail is no heavier; those equally heavy
    count half (mid-p). Blaker's interval lies within the exact one.

    >>> of_simple(3, 30, 30), of_simple(0, 60, 30_000), of_simple(40, 400, 30_000, method="exact")
    ((3, 3), (0, 1586), (2178, 4003))
    """
    sure_low, sure_high = x, of - (n - x)
    middle = min(max(round(x * of / n), sure_low), sure_high)
    bounds = []
    for sure in (sure_low, sure_high):
        bound = _edge(x, n, of, sure, middle, conf, "exact")
        if method != "exact":
            # Plausible totals may have gaps: the outermost counts, so search from outside.
            steps = np.unique(np.linspace(middle, bound, STEPS).round().astype(np.int64)).tolist()
            steps = steps if sure == sure_low else steps[::-1]
            fit = (k for k, each in enumerate(steps) if _is_plausible(x, n, of, each, conf, method))
            k = next(fit, len(steps) - 1)
            bound = _edge(x, n, of, steps[max(k - 1, 0)], steps[k], conf, method)
        bounds.append(bound)
    return bounds[0], bounds[1]


STEPS = 129
"""Totals tried between the exact bound and the estimate."""


def _edge(x: int, n: int, of: int, out: int, inside: int, conf: float, method: str) -> int:
    """The plausible total next to the first implausible one, between the two, by halving."""
    if _is_plausible(x, n, of, out, conf, method):
        return out
    while abs(inside - out) > 1:
        tried = (inside + out) // 2
        if _is_plausible(x, n, of, tried, conf, method):
            inside = tried
        else:
            out = tried
    return inside


def _is_plausible(x: int, n: int, of: int, total: int, conf: float, method: str) -> bool:
    """Whether `x` of `n` is no surprise where `total` of all have it."""
    chance = _chances(n, of, total)
    tail = np.minimum(np.cumsum(chance), np.cumsum(chance[::-1])[::-1])
    if method == "exact":
        return bool(2 * tail[x] > 1 - conf)
    lighter = chance[tail < tail[x] * (1 - SAME)].sum()
    alike = chance[np.abs(tail - tail[x]) <= tail[x] * SAME].sum()
    return bool(lighter + alike / 2 > 1 - conf)


def _chances(n: int, of: int, total: int) -> Floats:
    """Hypergeometric probabilities of 0 … n found, (n + 1,)."""
    from scipy.special import gammaln

    x = np.arange(n + 1.0)
    can = (x <= total) & (n - x <= of - total)
    made = np.zeros(n + 1)
    here = x[can]
    made[can] = np.exp(
        _log_ways(total, here, gammaln)
        + _log_ways(of - total, n - here, gammaln)
        - _log_ways(of, float(n), gammaln)
    )
    return made


def _log_ways(of: float, taken: Any, gammaln: Any) -> Any:
    return gammaln(of + 1.0) - gammaln(taken + 1.0) - gammaln(of - taken + 1.0)


# --- stratified samples --------------------------------------------------------------------
def _of_strata(parts: _Strata, conf: float, method: str) -> tuple[float, float]:
    """Bounds of a rate at the sample's effective size, p (1 − p) / its variance by the design."""
    share = parts.counts / parts.counts.sum()
    rate = float((share * parts.sums / parts.n).sum())
    steadied = (parts.sums + PRIOR * rate) / (parts.n + PRIOR)
    open_part = share**2 * (1 - parts.n / parts.counts) / parts.n
    variance = float((open_part * steadied * (1 - steadied)).sum())
    if not open_part.any():
        return rate, rate
    size = rate * (1 - rate) / variance if variance > 0 else 1 / float(open_part.sum())
    size *= (_t(conf, parts.n.sum() - 1) / _t(conf, parts.df)) ** 2
    return _clopper(rate, size, conf) if method == "exact" else _wilson(rate, size, conf)


def _wilson(rate: float, size: float, conf: float) -> tuple[float, float]:
    z = _normal(conf)
    middle = (rate + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z * np.sqrt(rate * (1 - rate) / size + (z / (2 * size)) ** 2) / (1 + z**2 / size)
    return max(float(middle - half), 0.0), min(float(middle + half), 1.0)


def _clopper(rate: float, size: float, conf: float) -> tuple[float, float]:
    from scipy.special import betaincinv

    found, tail = rate * size, (1 - conf) / 2
    low = betaincinv(found, size - found + 1, tail) if found > 0 else 0.0
    high = betaincinv(found + 1, size - found, 1 - tail) if found < size else 1.0
    return float(low), float(high)


# --- money ---------------------------------------------------------------------------------
def estimate_money(
    sample: Sample, amount: NDArray[Any], book: NDArray[Any] | None = None, conf: float = 0.95
) -> Estimate:
    """The money of all cases, yuan in the unit of `amount`, from the amounts of those verified.

    `amount`: (cases,), such as what was paid and not due; NaN for a case not verified. `book`: what
    was paid to every case: the amount is then estimated as a share of it (combined ratio), which
    is the rate. Else the amounts are extrapolated by their weights, and there is no rate.

    The interval is on the logarithm, with Student's t; amounts below 0 get a plain one. With
    nothing found and no book there is no upper bound (NaN). With fewer than `FEW` amounts it is
    rough: it covers less often than promised. Raises as `estimate`, and JZ-E032 for a book below 0.

    >>> from jiuzhu_sim.casework.sampling.sampling import draw
    >>> paid = np.full(1000, 300.0)
    >>> wrong = np.where(np.arange(1000) % 10 == 0, paid, 0.0)
    >>> made = estimate_money(draw(np.arange(1000), size=1000, seed=1), wrong, paid)
    >>> made.total, made.total_low, made.rate
    (30000.0, 30000.0, 0.1)
    """
    _check(conf, "default")
    amount = np.asarray(amount, np.float64)
    parts = _strata(sample, amount)
    total, rate, base = parts.total, np.nan, np.nan
    if book is not None:
        book = np.asarray(book, np.float64)
        if book.shape != amount.shape:
            raise JZError.of("JZ-E033", "estimate_money", lengths=f"{book.shape}, {amount.shape}")
        if (book < 0).any():
            raise JZError.of("JZ-E032", name="book", value=float(book.min()), expected="≥ 0")
        below = _strata(sample, np.where(np.isnan(amount), np.nan, book)).total
        base = float(book.sum())
        if below > 0:
            rate = total / below
            total = rate * base
            parts = _strata(sample, amount - rate * book)
    seen = sample.mask & ~np.isnan(amount)
    error = _t(conf, parts.df) * np.sqrt(parts.variance)
    # Of a ratio the error is that of the residuals, raised like the total itself.
    error *= base / below if rate == rate else 1.0
    is_signed = bool((amount[seen] < 0).any())
    low, high, name = _around(total, float(error), is_signed)
    if not is_signed:
        low, high = _certain(sample, amount, book, (low, high), conf)
    found, n = int((amount[seen] != 0).sum()), int(seen.sum())
    bounds = (rate, low / base, high / base) if rate == rate else (np.nan,) * 3
    unverified = parts.unverified
    return Estimate(*bounds, total, low, high, name, n, sample.of, found, unverified, conf)


FEW = 10
"""Cases with an amount below which the interval of money is rough (decision 029)."""


def _around(total: float, error: float, is_signed: bool) -> tuple[float, float, str]:
    if is_signed:
        return total - error, total + error, "design_t"
    factor = float(np.exp(error / total)) if total > 0 else np.nan
    return total / factor, total * factor, "design_log"


def _certain(
    sample: Sample,
    amount: Floats,
    book: Floats | None,
    bounds: tuple[float, float],
    conf: float,
) -> tuple[float, float]:
    """Bounds narrowed to what is certain: what was found is there, and, where no amount exceeds
    its book, what was found in order is not. Where no amount was found, the upper bound is that of
    the rate of cases, times the book."""
    seen = sample.mask & ~np.isnan(amount)
    low, high = bounds
    sure = float(amount[seen].sum())
    most = np.nan if sure or seen.sum() < sample.of else 0.0
    if book is not None and (amount[seen] <= book[seen]).all():
        most = float(book.sum() - (book[seen] - amount[seen]).sum())
        if np.isnan(high):
            found = np.where(np.isnan(amount), np.nan, amount > 0)
            high = estimate(sample, found, conf).high * float(book.sum())
    return float(np.fmax(low, sure)), float(np.fmin(high, most))


def _t(conf: float, df: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(max(df, 1), (1 + conf) / 2))


def _normal(conf: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + conf) / 2))


def _check(conf: float, method: str) -> None:
    if method not in METHODS:
        raise JZError.unknown(text("sampled.method"), method, METHODS)
    if not 0.5 < conf < 1:
        raise JZError.of("JZ-E032", name="conf", value=conf, expected="0.5–1")
