"""Indicators from returns: what an own table tells of the indicators nothing else tells of."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.indicators.evidence import Evidence
from jiuzhu_sim.assessment.indicators.figures import Figures
from jiuzhu_sim.assessment.indicators.indicator import Indicator


def from_returns(evidence: Evidence, wanted: Iterable[Indicator]) -> dict[str, Figures]:
    """The figures of those of the `wanted` indicators that the returns tell.

    A share told with its numbers is a sample of a population that may not be known (infinite); one
    told alone is taken as a complete count, without sampling error.
    """
    returns = evidence.returns
    if returns is None:
        return {}
    place = {name: k for k, name in enumerate(returns.units)}
    spots = np.array([place.get(name, -1) for name in evidence.units], np.int64)

    def by_unit(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.append(values, np.nan)[spots]

    made = {}
    for key in (each.key for each in wanted if each.key in returns.value):
        parts = (returns.value, returns.hits, returns.n, returns.population)
        value, hits, n, population = (by_unit(part[key]) for part in parts)
        population = np.where((n > 0) & np.isnan(population), np.inf, population)
        if np.isnan(value).all() and np.isnan(hits).all():
            continue
        made[key] = Figures(hits, n, population, value=value, is_told=True)
    return made
