"""The distribution of income a head: a tail that need not end, and those with next to nothing.

Dagum (1977), "A new model of personal income distribution", Économie appliquée 30, and its parent,
the generalised beta of the second kind, GB2 (McDonald 1984, "Some generalized functions for the
size distribution of income", Econometrica 52(3), 647-663; Dagum is q = 1). Both rise at the lower
end like a power of income, which fits the poor far better than a lognormal.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GRID = 4096  # points of a tabulated quantile function: its error stays far below a yuan
BELOW_ONE = np.nextafter(1.0, 0.0)


def tail_rank(kind: str, part: Mapping[str, float], income: Floats) -> Floats:
    """The share of people with at most this income a head (yuan a year, not negative).

    `kind` is ``dagum`` (`part` has a, b, p) or ``gb2`` (and q); the shape is that of `income`.

    >>> tail_rank("dagum", {"a": 3, "b": 100, "p": 1}, np.array([0.0, 100.0])).tolist()
    [0.0, 0.5]
    """
    from scipy.special import betainc

    powered = (income / part["b"]) ** part["a"]
    odds = powered / (1 + powered)
    found: Floats = odds ** part["p"] if kind == "dagum" else betainc(part["p"], part["q"], odds)
    return found


def tail_income(kind: str, part: Mapping[str, float], rank: Floats) -> Floats:
    """The income a head (yuan a year) at this rank, in [0, 1): the inverse of `tail_rank`.

    >>> part = {"a": 3, "b": 100, "p": 0.7, "q": 1}
    >>> tail_income("dagum", part, np.array([0.0, 0.5])).round(6).tolist()
    [0.0, 83.923508]
    >>> tail_income("gb2", part, np.array([0.0, 0.5])).round(6).tolist()
    [0.0, 83.923508]
    """
    if kind == "dagum":
        with np.errstate(divide="ignore"):  # rank 0 is income 0
            low: Floats = (rank ** (-1 / part["p"]) - 1) ** (-1 / part["a"])
        return part["b"] * low
    return part["b"] * _beta_odds(part["p"], part["q"], rank) ** (1 / part["a"])


def _beta_odds(p: float, q: float, rank: Floats) -> Floats:
    """x / (1 - x) at the beta quantile x, from the nearer end, where it keeps all its digits."""
    from scipy.special import betaincinv

    odds = np.empty_like(rank)
    low = rank < 1 / 2
    share = betaincinv(p, q, rank[low])
    odds[low] = share / (1 - share)
    share = betaincinv(q, p, 1 - rank[~low])
    odds[~low] = (1 - share) / share
    return odds


def income_at(part: Mapping[str, Any], rank: Floats) -> Floats:
    """Income a head (yuan a year) at a rank of an area's mixture; the shape is that of `rank`.

    `part` is the recipe's `income.<area>`: `tail` names the distribution, of which the people are
    the lowest `rank_max` (1: the whole population); `next_to_none` is the share of those whose
    income lies evenly between `income_min_y` (at most 0, 0 if not given) and `income_max_y`.
    Below `income_max_y` the mixture is tabulated and inverted between the points, above it the
    tail's own inverse is exact, so the upper end has no limit. Losses are no income: what is below
    0 becomes 0.

    >>> import numpy as np
    >>> part = {"tail": "dagum", "dagum": {"a": 3.0, "b": 10_000, "p": 0.7, "rank_max": 1},
    ...         "next_to_none": {"share": 0.04, "income_min_y": -500, "income_max_y": 500}}
    >>> income_at(part, np.array([0.01, 0.03, 0.5, 0.999])).round().tolist()
    [0.0, 240.0, 8131.0, 87553.0]
    """
    tail, low = part[part["tail"]], part["next_to_none"]
    share, top, rank_max = low["share"], low["income_max_y"], tail["rank_max"]
    incomes = np.linspace(low.get("income_min_y", 0), top, GRID)
    below = np.minimum(tail_rank(part["tail"], tail, np.maximum(incomes, 0)) / rank_max, 1)
    ranks = share * np.linspace(0, 1, GRID) + (1 - share) * below
    rank = np.minimum(rank, BELOW_ONE)
    income = np.empty_like(rank)
    is_low = rank <= ranks[-1]
    income[is_low] = np.maximum(np.interp(rank[is_low], ranks, incomes), 0)
    above = (rank[~is_low] - share) / (1 - share) * rank_max
    income[~is_low] = tail_income(part["tail"], tail, above)
    return income
