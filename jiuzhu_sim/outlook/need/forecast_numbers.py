"""Quantiles and probabilities of draws, each with the error of having drawn so few."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.language import text
from jiuzhu_sim.rules.kit import MONTHS

Floats = NDArray[np.float64]

CONFIDENCE = 0.95


def period_of(months: int) -> str:
    """How a forecast of so many months calls its time.

    >>> period_of(12), period_of(6)
    ('全年', '6个月')
    """
    if months == MONTHS:
        return text("gap.period.year")
    return text("gap.period.months", months=months)


@dataclass(frozen=True)
class Quantile:
    """A quantile of draws: value, and the order statistics between which the true one lies with
    a confidence of 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Probability:
    """A share of draws, 0–1: value, how far the 95 % interval of having drawn so few reaches to its
    further side (`error`), and what the emulator's own error may add to either side (`emulator`).
    """

    value: float
    error: float
    emulator: float = 0.0

    @property
    def low(self) -> float:
        """Least value that both errors together allow."""
        return max(self.value - self.error - self.emulator, 0.0)

    @property
    def high(self) -> float:
        """Highest value that both errors together allow."""
        return min(self.value + self.error + self.emulator, 1.0)


def quantile(values: Floats, q: float) -> Quantile:
    """The quantile `q` (0–1) of draws (draws,), in their unit.

    Source: binomial confidence interval of a quantile by order statistics (David and Nagaraja
    2003, section 7.1).

    >>> quantile(np.arange(1000.0), 0.5)
    Quantile(value=499.5, low=468.0, high=531.0)
    """
    from scipy.stats import binom

    ordered, n = np.sort(values), len(values)
    tail = (1 - CONFIDENCE) / 2
    places = np.clip(binom.ppf([tail, 1 - tail], n, q).astype(int) - [1, 0], 0, n - 1)
    low, high = ordered[places]
    return Quantile(float(np.quantile(ordered, q)), float(low), float(high))


def probability(short: NDArray[Any], slack: float = 0.0) -> Probability:
    """How likely it is: the share of draws that are true, or, of amounts in yuan, above 0.

    `slack`: what the emulator may be off in yuan (`forecast.slack`); with amounts it gives the
    emulator's part of the error. The error is the further end of the interval of Wilson (1927), so
    that none of 2,000 draws is no proof of "never", and small shares are not called too sure.

    >>> found = probability(np.arange(100) < 20)
    >>> found.value, round(found.error, 3)
    (0.2, 0.089)
    >>> probability(np.linspace(-50, 50, 101), slack=10).emulator > 0.09
    True
    """
    from scipy.stats import binomtest

    n = len(short)
    count = int(np.count_nonzero(short > 0))
    interval = binomtest(count, n).proportion_ci(CONFIDENCE, method="wilson")
    more, less = np.count_nonzero(short > -slack), np.count_nonzero(short > slack)
    emulator = 0.0 if short.dtype == bool else float(more - less) / n / 2
    value = count / n
    return Probability(value, float(max(interval.high - value, value - interval.low)), emulator)
