"""Who lives together: area, township, size, type of household, the members and their ages."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.population.draws import MEMBERS_MAX, Draws
from jiuzhu_sim.population.recipe import AREAS, Recipe, by_age

NOBODY = -1


@dataclass(frozen=True)
class Homes:
    """Households and the frame of their persons.

    Households: `area`, `township` (position among the sorted names), `size`. Persons, those of a
    household contiguous: `owner` (position of the household), `first` (position of each
    household's first member, by household), `age`, and their own draws.
    """

    area: NDArray[np.int64]
    township: NDArray[np.int64]
    size: NDArray[np.int64]
    owner: NDArray[np.int64]
    first: NDArray[np.int64]
    age: NDArray[np.int64]
    draws: Draws
    person_draws: Draws

    def total(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums over the members; by household."""
        return np.add.reduceat(values, self.first)


def township_names(recipe: Recipe) -> tuple[str, ...]:
    """The townships of a recipe, sorted as the readers of tables sort them."""
    return tuple(sorted(recipe["townships"]))


def settle(recipe: Recipe, draws: Draws) -> Homes:
    """Households of the recipe's shape for the ids of `draws`."""
    area = draws.pick("area", [recipe["area_share"][name] for name in AREAS])
    township, kind = np.empty_like(area), np.empty_like(area)
    types = [(int(size), entry) for size, entries in recipe["types"].items() for entry in entries]
    for code, name in enumerate(AREAS):
        here = np.flatnonzero(area == code)
        local = Draws(draws.seed, draws.ids[here])
        places = [recipe["townships"][place][name] for place in township_names(recipe)]
        township[here] = local.pick("township", places)
        sizes = recipe["size_share"][name]
        kind[here] = local.pick(
            "type", [sizes[size] * entry["share"][name] for size, entry in types]
        )
    roles, cast = _cast([entry["members"] for _, entry in types], recipe)
    size = (cast >= 0).sum(axis=1)[kind]
    first = np.cumsum(size) - size
    owner = np.repeat(np.arange(len(size)), size)
    place = np.arange(len(owner)) - first[owner]
    person_draws = Draws(draws.seed, draws.ids[owner] * MEMBERS_MAX + place)
    age = _ages(roles, cast[kind[owner], place], recipe, person_draws, first, owner)
    return Homes(area, township, size, owner, first, age, draws, person_draws)


def _cast(members: list[list[str]], recipe: Recipe) -> tuple[list[str], NDArray[np.int64]]:
    """The names of the roles, and for each type of household the roles of its members."""
    roles = list(recipe["roles"])
    widest = max(len(names) for names in members)
    cast = np.full((len(members), widest), NOBODY)
    for row, names in zip(cast, members, strict=True):
        row[: len(names)] = [roles.index(name) for name in names]
    return roles, cast


def _ages(
    roles: list[str],
    role: NDArray[np.int64],
    recipe: Recipe,
    draws: Draws,
    first: NDArray[np.int64],
    owner: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Ages by role: the first member's from bands, the others' by the gap to the first."""
    age = np.zeros(len(role), np.int64)
    drawn = draws.uniform("age")
    in_bands = {name: part for name, part in recipe["roles"].items() if "ages" in part}
    for number, name in enumerate(roles):
        here = np.flatnonzero(role == number)
        if name in in_bands:
            # One year of age as likely as the next within a band.
            years = by_age([[a, b, share / (b - a + 1)] for a, b, share in in_bands[name]["ages"]])
            edges = np.cumsum(years)
            age[here] = np.searchsorted(edges[:-1] / edges[-1], drawn[here], side="right")
    oldest = age[first]
    for number, name in enumerate(roles):
        if name in in_bands:
            continue
        here = np.flatnonzero(role == number)
        part = recipe["roles"][name]
        (low, high), (youngest, limit) = part["gap"], part["range"]
        # Between the ends of the gap, each cut to the range: ages do not pile up at its ends.
        start, stop = (np.clip(oldest[owner[here]] + gap, youngest, limit) for gap in (low, high))
        age[here] = start + np.floor(drawn[here] * (stop - start + 1)).astype(np.int64)
    return age
