"""What the indicators of each township could truly be, given what was seen of it: keyed draws.

A share known from a sample is drawn from its posterior for this finite population: the cases not
looked at are beta-binomial, so that a complete count has no error left. Other values are normal
around what was measured. A draw depends on seed, name of the township and indicator alone.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.indicators import Measured
from jiuzhu_sim.population.draws import normal, uniform

Floats = NDArray[np.float64]

NODES = 128
"""Equally likely values that stand for a posterior: its quantiles at (k + ½)/128."""

PRIOR_CASES = 1.0
"""Weight of the prior in cases: as much as Jeffreys' (½ + ½), but around the rate of all ranked
units. Around one half it would pull every near-perfect township down, item after item."""

HALF = 0.5
"""Added to the hits of all units together, so that their rate is never 0 or 1."""

LEAST_STRENGTH = 1e-6
"""Strength of the beta of a single case not looked at: as good as a coin that is yes or no."""


def unit_ids(units: Sequence[str]) -> NDArray[np.int64]:
    """A number for each unit from its name alone, (units,).

    >>> bool(unit_ids(("甲", "乙"))[1] == unit_ids(("乙",))[0])
    True
    """
    digests = b"".join(blake2b(name.encode(), digest_size=8).digest() for name in units)
    return np.frombuffer(digests, "<i8").astype(np.int64)


def value_draws(
    measured: Measured,
    keys: Iterable[str],
    draws: int,
    seed: int,
    among: NDArray[np.bool_] | None = None,
) -> dict[str, Floats]:
    """Possible true values of the indicators `keys`, each (draws, units).

    `among` (units,): the units whose common rate the prior stands around; all of them by default.
    A column that carries no sampling error is a read-only view of the measured one.

    >>> made = Measured.made(("甲", "乙"), {"payment_on_time": ([9, 5], [10, 5], [100, 5])})
    >>> drawn = value_draws(made, made.keys, 1000, seed=1)["payment_on_time"]
    >>> bool(0.8 < drawn[:, 0].mean() < 0.95), set(drawn[:, 1].tolist())
    (True, {1.0})
    """
    counting = np.ones(len(measured.units), bool) if among is None else among
    ids = unit_ids(measured.units) + np.arange(draws, dtype=np.int64)[:, None]
    return {key: _column(measured, key, ids, seed, counting) for key in keys}


def _column(
    measured: Measured, key: str, ids: NDArray[np.int64], seed: int, among: NDArray[np.bool_]
) -> Floats:
    k = measured.place(key)
    value, sd = measured.value[:, k], measured.sd[:, k]
    hits, n, population = (getattr(measured, name)[:, k] for name in ("hits", "n", "population"))
    is_share = (n > 0) & (n < population)
    is_noisy = ~(n > 0) & (sd > 0) & np.isfinite(value)
    if not (is_share | is_noisy).any():
        return np.broadcast_to(value, ids.shape)
    drawn = np.tile(value, (len(ids), 1))
    purpose = f"ranking.{key}"
    if is_share.any():
        counted = among & (n > 0)
        rate = (hits[counted].sum() + HALF) / (n[counted].sum() + 2 * HALF)
        nodes = posterior(hits[is_share], n[is_share], population[is_share], rate)
        chosen = (uniform(seed, ids[:, is_share], purpose) * NODES).astype(np.intp)
        drawn[:, is_share] = nodes[chosen, np.arange(nodes.shape[1])]
    if is_noisy.any():
        made = value[is_noisy] + sd[is_noisy] * normal(seed, ids[:, is_noisy], purpose)
        top = 1.0 if measured.indicators[k].is_share else np.inf
        drawn[:, is_noisy] = np.clip(made, np.where(value[is_noisy] < 0, -np.inf, 0.0), top)
    return drawn


def posterior(hits: Floats, n: Floats, population: Floats, rate: float) -> Floats:
    """Equally likely true shares of the whole population, (NODES, cells), 0–1.

    `hits` of `n` seen, of a `population` that may be infinite; prior: `PRIOR_CASES` around `rate`.
    The cases not seen are beta-binomial, taken as a beta of the same mean and variance, rounded to
    whole cases (exact for one case; see docs/decisions/036).

    >>> posterior(np.array([10.0]), np.array([10.0]), np.array([10.0]), 0.9).max()
    np.float64(1.0)
    >>> posterior(np.array([0.0]), np.array([20.0]), np.array([np.inf]), 0.1).mean().round(3)
    np.float64(0.005)
    """
    from scipy.special import betaincinv

    strength = n + PRIOR_CASES
    mean = (hits + PRIOR_CASES * rate) / strength
    unseen = population - n
    with np.errstate(invalid="ignore"):
        finite = strength * (unseen - 1) / (strength + unseen)
    matched = np.where(np.isfinite(unseen), finite, strength)
    matched = np.maximum(matched, LEAST_STRENGTH)
    levels = (np.arange(NODES) + HALF)[:, None] / NODES
    share = betaincinv(mean * matched, (1 - mean) * matched, levels)
    with np.errstate(invalid="ignore"):
        whole = (hits + np.rint(unseen * share)) / population
    made: Floats = np.where(np.isfinite(unseen), np.where(unseen > 0, whole, hits / n), share)
    return made
