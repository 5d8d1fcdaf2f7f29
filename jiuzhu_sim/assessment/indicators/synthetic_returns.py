"""Synthetic returns of townships: assumed numbers, for trying scores and ranks without own ones."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.assessment.indicators.returns import Entry, Returns
from jiuzhu_sim.casework.office.offices import place_number
from jiuzhu_sim.language import read_yaml, text
from jiuzhu_sim.population.draws import Draws


@cache
def assumed() -> Mapping[str, Any]:
    """The assumed numbers of `synthetic_returns.yaml`.

    >>> sorted(assumed())
    ['answers', 'counts', 'quality_weight', 'shares', 'values']
    """
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_suffix(".yaml"))
    return found


def synthetic_returns(units: Iterable[str], seed: int = 1) -> Returns:
    """Returns of townships, made up: keyed by (seed, name of the township, indicator), so that a
    township reports the same whatever others there are. Marked as synthetic.

    >>> made = synthetic_returns(["甲镇", "乙乡"], seed=1)
    >>> again = synthetic_returns(["乙乡"], seed=1)
    >>> made.is_synthetic, made.hits["satisfaction"][1] == again.hits["satisfaction"][0]
    (True, np.True_)
    """
    units = tuple(units)
    draws = Draws(seed, np.array([place_number(name) for name in units], np.int64))
    told = assumed()
    weight = float(told["quality_weight"]["value"])
    # A quality of the township's own, and chance: variances weight and 1 - weight.
    quality = np.sqrt(weight) * _normal(draws, "returns quality")

    def level(key: str) -> Any:
        return quality + np.sqrt(1 - weight) * _normal(draws, f"returns {key} level")

    rows: list[Entry] = []
    for key, entry in told["shares"].items():
        mean, n = float(entry["mean"]), int(entry["n"])
        rate = 1 / (1 + np.exp(-(np.log(mean / (1 - mean)) + entry["spread"] * level(key))))
        hits = _binomial(draws, key, n, rate)
        of = float(n) if entry.get("is_whole") else float("inf")
        rows += [
            Entry(name, key, hits=float(hit), n=float(n), population=of)
            for name, hit in zip(units, hits, strict=True)
        ]
    for key, mean in told["counts"].items():
        drawn = _poisson(draws.uniform(f"returns {key}"), float(mean))
        rows += [Entry(name, key, value=float(k)) for name, k in zip(units, drawn, strict=True)]
    for key, chance in told["answers"].items():
        is_so = draws.chance(f"returns {key}", float(chance))
        rows += [Entry(name, key, value=float(k)) for name, k in zip(units, is_so, strict=True)]
    for key, entry in told["values"].items():
        value = np.maximum(entry["mean"] + entry["spread"] * level(key), 0).round(4)
        rows += [Entry(name, key, value=float(k)) for name, k in zip(units, value, strict=True)]
    return Returns.of(units, rows, is_synthetic=True, title=text("indicators.synthetic_returns"))


def _normal(draws: Draws, purpose: str) -> Any:
    from scipy.special import ndtri

    return ndtri(np.clip(draws.uniform(purpose), TINY, 1 - TINY))


TINY = 1e-9
"""Keeps the quantile of a draw finite."""


def _binomial(draws: Draws, key: str, n: int, rate: Any) -> Any:
    """How many of `n`, by one draw for each of them."""
    flags = [draws.uniform(f"returns {key} {k}") < rate for k in range(n)]
    return np.sum(flags, axis=0)


def _poisson(drawn: Any, mean: float) -> Any:
    """The number of events whose cumulative probability first exceeds the draw."""
    from scipy.special import pdtr

    most = int(mean + 10 * np.sqrt(mean) + 10)
    return np.searchsorted(pdtr(np.arange(most), mean), drawn, side="right")
