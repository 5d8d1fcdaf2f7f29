"""A seeded sample of people, for answers while somebody waits."""

import numpy as np

from jiuzhu_sim.population.draws import uniform
from jiuzhu_sim.population.people import People, is_person, lay_out

PURPOSE = "sample"


def sample(people: People, households: int, seed: int) -> People:
    """About `households` of the people, drawn by household id, strata by area and township.

    Each stratum keeps its share of households (at least one) and its sum of weights. The draw is
    keyed by (seed, id), so it depends on neither row order nor layout. `about["sample_of"]` tells
    of how many they are; calibration is not carried over. The people themselves come back where
    there are no more than asked for.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=1000, seed=1)
    >>> some = sample(people, 100, seed=1)
    >>> some.about["sample_of"], round(float(some["weight"].sum() / people["weight"].sum()), 9)
    (1000, 1.0)
    """
    if households >= people.households:
        return people
    strata = np.zeros(people.households, np.int64)
    for name in ("area", "township"):
        if name in people:
            numbers = people.numbers(name).astype(np.int64)
            strata = strata * (int(numbers.max()) + 1) + numbers
    _, stratum, sizes = np.unique(strata, return_inverse=True, return_counts=True)
    drawn = uniform(seed, people.numbers("id"), PURPOSE)
    order = np.lexsort((drawn, stratum))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    quota = np.maximum(np.rint(sizes * (households / people.households)), 1)
    kept = place < quota[stratum]
    weight = people.numbers("weight")
    whole = np.bincount(stratum, weight)
    part = np.bincount(stratum, weight * kept)
    factor = np.divide(whole, part, out=np.ones_like(whole), where=part > 0)
    of_person = np.repeat(kept, people.sizes)
    persons = {n: people.numbers(n)[of_person] for n in people.laid_out if is_person(n)}
    found = {n: people.numbers(n)[kept] for n in people.laid_out if not is_person(n)}
    found["weight"] = (weight * factor[stratum])[kept]
    about = {**people.about, "sample_of": people.households}
    return lay_out(persons, found, people.sizes[kept], people.names, about)
