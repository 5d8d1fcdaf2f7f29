"""Amounts that new events bring, taken from what the people themselves have: wages, expenses."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Pool:
    """Weighted quantiles of a column among some persons, by area; all areas where one has nobody.

    A draw u takes the amount below which a share u of the weight lies, so who draws the same takes
    the same whatever the order of the rows.

    >>> pool = Pool(np.array([300.0, 100.0]), np.ones(2), np.array([1, 1]))
    >>> pool.at(np.array([0.2, 0.9]), np.array([1, 0])).tolist()
    [100.0, 300.0]
    """

    def __init__(self, values: Floats, weight: Floats, area: NDArray[np.int64]):
        self._all = _quantiles(values, weight)
        self._of = {int(a): _quantiles(values[area == a], weight[area == a]) for a in set(area)}

    def __bool__(self) -> bool:
        """Whether there is anybody to take from."""
        return len(self._all[0]) > 0

    def at(self, drawn: Floats, area: NDArray[np.int64]) -> Floats:
        """The amount at each draw, of shape of `drawn`; the pool must not be empty."""
        found = np.empty(len(drawn))
        for a in set(area.tolist()):
            values, share = self._of.get(a, self._all)
            here = area == a
            place = np.searchsorted(share, drawn[here], side="left")
            found[here] = values[np.minimum(place, len(values) - 1)]
        return found


def _quantiles(values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Values in rising order, and the share of the weight up to each."""
    known = weight > 0
    order = np.argsort(values[known], kind="stable")
    rising = np.cumsum(weight[known][order])
    return values[known][order], rising / (rising[-1] if len(rising) else 1.0)


class Spread:
    """How an income moves so that all of them together keep their mean and spread.

    In logs, a new income is the mean of the area plus a share of the old distance from it plus
    noise of standard deviation `sd`; the share is what keeps the spread of the start. So usual
    times make nobody poorer on the whole, but today's poor are not tomorrow's.

    >>> incomes, rural = np.array([100.0, 400.0]), np.array([1, 1])
    >>> spread = Spread(incomes, np.ones(2), rural)
    >>> spread.factor(incomes, rural, sd=0.3, noise=np.zeros(2)).round(3).tolist()
    [1.071, 0.934]
    """

    def __init__(self, values: Floats, weight: Floats, area: NDArray[np.int64]):
        self._of = {int(a): _log_moments(values[area == a], weight[area == a]) for a in set(area)}

    def factor(self, values: Floats, area: NDArray[np.int64], sd: float, noise: Floats) -> Floats:
        """By how much incomes above 0 change, given standard normal noise; shape of `values`."""
        found = np.empty(len(values))
        for a in set(area.tolist()):
            here = area == a
            mean, spread = self._of[a]
            share = np.sqrt(max(1 - (sd / spread) ** 2, 0.0)) if spread else 1.0
            away = np.log(values[here]) - mean
            found[here] = np.exp((share - 1) * away + sd * noise[here])
        return found


def _log_moments(values: Floats, weight: Floats) -> tuple[float, float]:
    """Weighted mean and standard deviation of logs, the same for any order of rows."""
    order = np.lexsort((weight, values))
    logs, share = np.log(values[order]), weight[order]
    if not share.sum():
        share = np.ones(len(share))
    mean = float(np.average(logs, weights=share))
    return mean, float(np.sqrt(np.average((logs - mean) ** 2, weights=share)))
