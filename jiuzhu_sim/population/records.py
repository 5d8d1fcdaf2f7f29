"""What is on record about a household: village, groups, review, and whether it has applied.

Made only for recipes with `records: true`, after the circumstances, by `records.yaml`. All draws
have purposes of their own, so that the other columns stay as they are without records.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column, columns
from jiuzhu_sim.population.circumstances import Columns, Flags, Scene, some_whole
from jiuzhu_sim.population.draws import Draws, uniform
from jiuzhu_sim.population.household_circumstances import MONTHLY, YEARLY
from jiuzhu_sim.population.household_types import Homes, township_names
from jiuzhu_sim.population.incomes import MONTHS
from jiuzhu_sim.population.recipe import AREAS, Recipe, by_area

PLACE_SEED = 0
"""Shares of villages are the place's own: the same whatever the seed of the people."""


class Village(NamedTuple):
    """A village or community: its township (position among the sorted names), area and name."""

    township: int
    area: int
    name: str


def villages(recipe: Recipe) -> tuple[Village, ...]:
    """All villages of a recipe with records, sorted by name; none where it makes none.

    A township names them (`villages: {urban: […], rural: […]}`), tells how many there are, or has
    one for about so many households as `records.yaml` says.

    >>> from jiuzhu_sim.population.recipe import load_recipe
    >>> villages(load_recipe("all-programmes"))[-1].name
    '青山乡20村'
    """
    part = recipe["records"]["village"]
    if not part:
        return ()
    found = []
    for place, township in enumerate(township_names(recipe)):
        entry = recipe["townships"][township]
        for area, kind in enumerate(AREAS):
            households = recipe["households"] * recipe["area_share"][kind] * entry[kind]
            if not households:
                continue
            number = round(households / part["households"][kind])
            told = entry.get("villages", {}).get(kind, min(max(number, 1), part["most"]))
            if not isinstance(told, list):
                pattern = part["name"][kind]
                told = [pattern.format(township=township, number=n + 1) for n in range(told)]
            found += [Village(place, area, name) for name in told]
    return tuple(sorted(found, key=lambda village: village.name))


def village_names(recipe: Recipe) -> tuple[str, ...]:
    """The names of all villages, sorted as the readers of tables sort them."""
    return tuple(village.name for village in villages(recipe))


def settle_in_villages(recipe: Recipe, homes: Homes) -> NDArray[np.int64]:
    """The village of each household (position in `villages`), by township and area."""
    known = villages(recipe)
    low, high = recipe["records"]["village"]["spread"]
    weight = low + (high - low) * uniform(PLACE_SEED, np.arange(len(known)), "village")
    where = np.array([village.township * len(AREAS) + village.area for village in known])
    place = homes.township * len(AREAS) + homes.area
    village = np.empty_like(place)
    for one in np.unique(where):
        here, local = np.flatnonzero(place == one), np.flatnonzero(where == one)
        picked = Draws(homes.draws.seed, homes.draws.ids[here]).pick("village", weight[local])
        village[here] = local[picked]
    return village


def keep(recipe: Recipe, now: Scene) -> tuple[Columns, Columns]:
    """The columns on record, by person and by household; `now` has all circumstances and views."""
    part, draws, gets = now.part, now.homes.draws, now.owned["was_dibao"]
    group = part["petition_group"]
    group_share = np.where(gets, group["of_dibao"], group["of_others"])
    made: Columns = {
        "has_applied": gets | applies(recipe, now, draws),
        "is_petition_group": draws.chance("petition group", group_share),
        **reviewed(part["review"], draws, gets),
    }
    if part["village"]:
        made["village"] = settle_in_villages(recipe, now.homes)
    if part["registry_income"] == "summed":
        made["registry_income_m"] = _registry_income(now)
    return {"is_confidential": _is_confidential(now)}, made


def applies(recipe: Recipe, now: Scene, draws: Draws) -> Flags:
    """Who applies, by the propensity; by household."""
    return draws.chance("has applied", propensity(recipe, now))


def propensity(recipe: Recipe, now: Scene) -> NDArray[np.float64]:
    """The probability that a household applies without being in dibao; by household.

    A logit in the income rank, an elder who lives alone, a disability, the hardship of the
    township and the number of members.
    """
    from scipy.special import expit

    part, size = recipe["records"]["take_up"], now.homes.size
    places = [recipe["townships"][name]["hardship"] for name in township_names(recipe)]
    is_elder = now.number(now.age >= part["elder_age"]) > 0
    odds = (
        by_area(part["constant"])[now.homes.area]
        + part["rank"] * now.rank
        + part["elder_alone"] * (is_elder & (size == 1))
        + part["disability"] * (now.number(now.conditions.disability_grade > 0) > 0)
        + part["remoteness"] * np.array(places, np.float64)[now.homes.township]
        + part["extra_member"] * (size - 1)
    )
    found: NDArray[np.float64] = expit(odds)
    return found


def reviewed(part: Mapping[str, Any], draws: Draws, gets: Flags) -> Columns:
    """When the last review was, of those in dibao (`gets`); by household."""
    cycle = part["cycle_months"]
    in_time = some_whole(draws, "months since review", 0, cycle - 1)
    too_long = some_whole(draws, "months since review", cycle, part["overdue_months_max"])
    is_overdue = draws.chance("review overdue", part["overdue_share"])
    return {"months_since_review": gets * np.where(is_overdue, too_long, in_time)}


def _is_confidential(now: Scene) -> Flags:
    part = now.part["confidential"]
    share = np.where(now.conditions.serious_illness, part["of_ill"], part["of_others"])
    return (now.age <= part["minor_age_max"]) | now.draws.chance("confidential", share)


@cache
def _seen_in_registers() -> Mapping[str, str]:
    """What registers show of an income: the column of that view, or the column itself."""
    views = {entry.view_of: entry.name for entry in columns().values() if entry.view == "registry"}
    return {name: views.get(name, name) for name in (*MONTHLY, *YEARLY)}


def _registry_income(now: Scene) -> NDArray[np.float64]:
    """Income that registers show, yuan a month by household, in whole yuan."""
    shown = _seen_in_registers()
    monthly = sum((now.persons[shown[name]] for name in MONTHLY), np.zeros(len(now.age)))
    yearly = sum((now.persons[shown[name]] for name in YEARLY), np.zeros(len(now.age)))
    total = now.homes.total(monthly + yearly / MONTHS)
    return np.minimum(np.round(total), column("registry_income_m").high or np.inf)
