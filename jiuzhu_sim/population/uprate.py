"""Uprating: the money columns of people brought from one year's level to another's.

Incomes and property follow mean disposable income, expenses mean consumption, each by area
(`indices.yaml`, published means only), or the user's own factors. Who the people are, and their
weights, stay as they are.
"""

import numbers
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.columns import column, columns
from jiuzhu_sim.errors import Problems, nearest
from jiuzhu_sim.language import read_yaml, text
from jiuzhu_sim.population.people import People
from jiuzhu_sim.population.recipe import AREAS, load_recipe, recipe_names

Factor = float | Mapping[str, float]
ByArea = dict[str, float]


@cache
def _file() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_name("indices.yaml"))
    return found


def uprate(
    people: People,
    *,
    to: int,
    since: int | None = None,
    factors: Mapping[str, Factor] | None = None,
) -> People:
    """The same people with their money columns at the level of the year `to`.

    `since`: the year of their present level; what they were uprated to, or their recipe's year, if
    not given. Each column is multiplied by the growth of its index in the household's area and
    rounded as synthetic people are; where a factor is 1 nothing is touched, so to the same year is
    no change at all. `factors`: own factors by column, one for all or ``{"urban": …, "rural": …}``,
    instead of the index; the true and the registry view go with their column unless named. Columns
    that law sets (basic pension, allowances, the benefit now paid) change by own factors only.
    With `factors` and no year to start from, only the columns named change.
    `about["uprated"]` tells from, to and factors; uprating again multiplies them.

    Raises, all at once: JZ-E010 for an unknown column, with the nearest; JZ-E011 for one the people
    lack; JZ-E032 for a year without index, a factor that is not above zero, or no year to start
    from.

    Source: `indices.yaml`, year by year.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("national-2020", households=200, seed=1)
    >>> later = uprate(people, to=2023)
    >>> told = later.about["uprated"]
    >>> told["from"], told["to"], round(told["factors"]["wage_m"]["urban"], 4)
    (2020, 2023, 1.1822)
    >>> uprate(people, to=2020) is people
    True
    """
    problems = Problems()
    start = since if since is not None else _year_of(people)
    own = _own_factors(people, factors or {}, problems)
    if start is None and not own and not problems:
        expected = text("uprate.since")
        problems.add("JZ-E032", "uprate", name="since", value=since, expected=expected)
    for name, year in (("to", to), ("since", start)):
        known = year is None or year in _years()
        if not known and not (own and start is None):
            expected = text("uprate.years", first=_years().start, last=_years().stop - 1)
            problems.add("JZ-E032", "uprate", name=name, value=year, expected=expected)
    problems.raise_if_any()
    wanted = {name: _growth(name, start, to) for name in _indexed(people)} if start else {}
    wanted |= own
    moved = {name: by for name, by in wanted.items() if any(f != 1 for f in by.values())}
    if not moved:
        return people
    made = {name: _moved(people, name, by) for name, by in moved.items()}
    return people.with_columns(made, uprated=_told(people, start, to, moved))


def _years() -> range:
    """The years for which every index is known or lies between two that are."""
    known = [series[area] for series in _file()["indices"].values() for area in AREAS]
    return range(max(map(min, known)), min(map(max, known)) + 1)


def index(name: str, area: str, year: int) -> float:
    """An index (``income``, ``consumption``) of an area in a year, yuan a head and year.

    Between two published years it grows at an even rate. Raises KeyError for what there is not.

    >>> index("income", "rural", 2020), round(index("income", "rural", 2017))
    (17131.0, 13443)
    """
    series = _file()["indices"][name][area]
    if not min(series) <= year <= max(series):
        raise KeyError(f"{name} {area} {year}")
    if year in series:
        return float(series[year])
    points = sorted(series)
    return float(np.exp(np.interp(year, points, np.log([series[point] for point in points]))))


def _growth(name: str, since: int, to: int) -> ByArea:
    """The factor of a column in each area."""
    of = _file()["columns"][_plain(name)]["index"]
    return {area: index(of, area, to) / index(of, area, since) for area in AREAS}


def _plain(name: str) -> str:
    """The column of which this one is a view, or itself."""
    return column(name).view_of or name


def _money(name: str) -> bool:
    return _plain(name) in {**_file()["columns"], **_file()["unchanged"]}


def _indexed(people: People) -> list[str]:
    """The columns of the people that follow an index."""
    return [name for name in columns() if name in people and _plain(name) in _file()["columns"]]


def _year_of(people: People) -> int | None:
    """The year of the people's level of money, where it is known."""
    if "uprated" in people.about:
        return int(people.about["uprated"]["to"])
    name = people.about.get("recipe")
    year = load_recipe(str(name)).get("year") if name in recipe_names() else None
    return None if year is None else int(year)


def _own_factors(
    people: People, factors: Mapping[str, Factor], problems: Problems
) -> dict[str, ByArea]:
    """The user's factors by column and area, views included; every fault noted."""
    known = [name for name in columns() if _money(name)]
    found: dict[str, ByArea] = {}
    for name, factor in factors.items():
        where = f"uprate · {name}"
        if name not in known:
            problems.add("JZ-E010", where, name=name, nearest=nearest(name, known))
            continue
        if name not in people:
            near = nearest(name, [other for other in known if other in people])
            problems.add("JZ-E011", where, name=name, needed_by="uprate", nearest=near)
        by = dict(factor) if isinstance(factor, Mapping) else dict.fromkeys(AREAS, factor)
        if set(by) != set(AREAS) or not all(_is_factor(each) for each in by.values()):
            expected = f"> 0 ({', '.join(AREAS)})"
            problems.add("JZ-E032", where, name=name, value=factor, expected=expected)
            continue
        found[name] = {area: float(by[area]) for area in AREAS}
    views = {name: _plain(name) for name in known if name in people and name not in found}
    return found | {name: found[of] for name, of in views.items() if of in found}


def _is_factor(value: Any) -> bool:
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return is_number and 0 < float(value) < np.inf


def _moved(people: People, name: str, by: ByArea) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The column times its factor, rounded and within its range; a factor of 1 touches nothing."""
    values = people.numbers(name).astype(np.float64)
    area = people.numbers("area")
    if column(name).level == "person":
        area = np.repeat(area, people.sizes)
    factor = np.array([by[each] for each in AREAS])[area]
    decimals = {**_file()["columns"], **_file()["unchanged"]}[_plain(name)]["round"]
    highest = column(name).high or np.inf
    moved = np.minimum(np.round(values * factor, decimals), highest)
    return np.where(factor == 1, values, moved)


def _told(
    people: People, since: int | None, to: int, moved: Mapping[str, ByArea]
) -> dict[str, Any]:
    """What `about` keeps: from the first year on, and the product of all factors."""
    before = people.about.get("uprated", {})
    factors = {name: dict(by) for name, by in before.get("factors", {}).items()}
    for name, by in moved.items():
        old = factors.get(name, dict.fromkeys(AREAS, 1.0))
        factors[name] = {area: old[area] * by[area] for area in AREAS}
    return {"from": before.get("from", since), "to": to, "factors": factors}
