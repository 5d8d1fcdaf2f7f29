"""How long a change stays undetected when lists are matched every so many months.

A change happens at any time between two matches, evenly. Each match finds it with probability
`hit`, one independent of the other; whom no register shows (1 − `reachable`) is never found. After
`act_months` the payment is stopped; a match comes before the payment of its month.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.matching.sources import frequencies
from jiuzhu_sim.errors import Problems
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.population.draws import uniform

SHARE_OF_P90 = 0.9


@dataclass(frozen=True)
class Lag:
    """Months from a change until payment stops, of changes that are found at all.

    `mean` and `p90` in months; `payments` the monthly payments made wrongly, a mean; `never` the
    share of changes that no match can find.
    """

    every: int
    hit: float
    act_months: float
    mean: float
    p90: float
    payments: float
    never: float

    def leaked(self, amount_m: float) -> float:
        """Yuan paid wrongly until the stop, of one found case overpaid by `amount_m` a month.

        >>> detection_lag(12).leaked(100)
        550.0
        """
        return self.payments * amount_m


def detection_lag(
    every: int, hit: float = 1.0, *, act_months: float = 0.0, reachable: float = 1.0
) -> Lag:
    """The lag in closed form.

    With k = `every` and h = `hit`, matches missed before the first hit are geometric: the mean is
    k/2 + k(1 − h)/h, the payments (k − 1)/2 + k(1 − h)/h, each with `act_months` on top. The chance
    to be found within k(g + x) months (g whole, 0 ≤ x < 1) is 1 − (1 − h)^g (1 − hx), which is
    turned around for P90. Raises JZ-E092, all problems at once.

    >>> lag = detection_lag(6)
    >>> lag.mean, round(lag.p90, 6), lag.payments
    (3.0, 5.4, 2.5)
    """
    _check(every, hit, act_months, reachable)
    missed = every * (1 - hit) / hit
    return Lag(
        *(every, hit, act_months, every / 2 + missed + act_months),
        _quantile(every, hit, SHARE_OF_P90) + act_months,
        (every - 1) / 2 + missed + act_months,
        1 - reachable,
    )


def _quantile(every: int, hit: float, share: float) -> float:
    if hit == 1:
        return every * share
    left = 1 - share
    whole = math.floor(math.log(left) / math.log1p(-hit))
    return every * (whole + (1 - left / (1 - hit) ** whole) / hit)


def simulated_lag(
    every: int, hit: float = 1.0, *, act_months: int = 0, changes: int = 100_000, seed: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Lags (months) and wrong payments of changes drawn at random; both (changes,).

    Payments fall due at the end of each month, matches at the end of every `every`-th month, just
    before. Raises JZ-E092.

    >>> lags, payments = simulated_lag(6, changes=1000)
    >>> bool(abs(lags.mean() - 3) < 0.2)
    True
    """
    _check(every, hit, act_months, 1.0)
    ids = np.arange(changes)
    at = every * uniform(seed, ids, "time of the change")
    rounds = np.ones(changes, np.int64)
    if hit < 1:
        drawn = uniform(seed, ids, "round of the match that finds it")
        rounds = np.ceil(np.log(drawn) / math.log1p(-hit)).astype(np.int64)
    stop = every * rounds + act_months
    return stop - at, stop - 1 - np.floor(at).astype(np.int64)


def lag_table(hit: float = 1.0, *, act_months: float = 0.0, amount_m: float = 0.0) -> Any:
    """Lags at the usual frequencies, a row each: mean, P90, payments, money leaked a case.

    >>> lag_table()["mean"].tolist()
    [0.5, 1.5, 3.0, 6.0]
    """
    import pandas as pd

    rows = {}
    for entry in frequencies().values():
        lag = detection_lag(int(entry["months"]), hit, act_months=act_months)
        leaked = lag.leaked(amount_m)
        numbers = {"mean": lag.mean, "p90": lag.p90, "payments": lag.payments, "leaked": leaked}
        rows[pick(entry["label"])] = {"every": lag.every, **numbers, "clause": entry["clause"]}
    return pd.DataFrame.from_dict(rows, orient="index")


def _check(every: int, hit: float, act_months: float, reachable: float) -> None:
    """JZ-E092 for what is no number of months or no share."""
    problems = Problems()
    if not every >= 1 or every != int(every):
        whole = text("word.whole_from", least=1)
        problems.add("JZ-E092", name="every", value=every, expected=whole)
    if not 0 < hit <= 1:
        problems.add("JZ-E092", name="hit", value=hit, expected=text("matching.above_zero"))
    if not act_months >= 0:
        problems.add("JZ-E092", name="act_months", value=act_months, expected="≥ 0")
    if not 0 <= reachable <= 1:
        problems.add("JZ-E092", name="reachable", value=reachable, expected="[0, 1]")
    problems.raise_if_any()
