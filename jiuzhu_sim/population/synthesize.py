"""Synthetic people: households of real shape, made from a recipe and a seed."""

import numbers
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column
from jiuzhu_sim.errors import Problems
from jiuzhu_sim.population.belongings import own, spend
from jiuzhu_sim.population.circumstances import Scene, live
from jiuzhu_sim.population.conditions import afflict
from jiuzhu_sim.population.draws import Draws
from jiuzhu_sim.population.household_circumstances import fare
from jiuzhu_sim.population.household_types import settle, township_names
from jiuzhu_sim.population.incomes import earn
from jiuzhu_sim.population.people import People, lay_out
from jiuzhu_sim.population.recipe import Recipe, load_recipe
from jiuzhu_sim.population.records import keep, village_names
from jiuzhu_sim.population.reporting import report

COUNT_MAX = 1_000_000_000
"""Twice the households of the whole country; how many fit the memory, the machine tells."""
BLOCK = 65_536  # households made at once: keeps the working set small
THREADS = 2

Columns = dict[str, NDArray[Any]]


def synthesize(recipe: str, households: int, seed: int) -> People:
    """Synthetic people from a packaged `recipe` (`recipe_names` lists them).

    The people have the input columns of the dictionary that must be there, and where the recipe
    says so those with a default, those on record, and the true and the registry views; household
    ids are 1, 2, …; money in yuan.
    A household is a function of recipe, seed and its id: asking for more households leaves the
    first ones as they are, but for `weight`, which is the recipe's number of households divided
    by `households`.

    Raises JZ-E050 for an unknown recipe; JZ-E032 unless `households` is a whole number above
    zero and `seed` a whole number.

    Source: the recipe, number by number.

    >>> people = synthesize("example-county", households=100, seed=1)
    >>> people.households, people.about["source"]
    (100, 'synthetic')
    """
    made_of = load_recipe(recipe)
    check_whole("synthesize", households=households, seed=seed)
    ids = np.arange(1, int(households) + 1, dtype=np.int64)
    blocks = [ids[start : start + BLOCK] for start in range(0, len(ids), BLOCK)]
    with ThreadPoolExecutor(THREADS) as pool:
        made = list(pool.map(lambda some: make(made_of, Draws(int(seed), some)), blocks))
    persons = _joined([block[0] for block in made])
    own_columns = _joined([block[1] for block in made])
    sizes = np.concatenate([block[2] for block in made])
    own_columns |= {"id": ids, "weight": np.full(len(ids), made_of["households"] / len(ids))}
    about = about_synthetic(recipe, households, seed)
    return lay_out(persons, own_columns, sizes, names_of(made_of), about)


def check_whole(where: str, *, seed: Any, **counts: Any) -> None:
    """Raises JZ-E032 unless the counts are whole numbers from one to `COUNT_MAX` and the seed a
    whole one."""
    problems = Problems()
    for name, value in {**counts, "seed": seed}.items():
        is_whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        if not is_whole or (name != "seed" and not 1 <= value <= COUNT_MAX):
            expected = "0, 1, 2, …" if name == "seed" else f"1, 2, 3, …, {COUNT_MAX:,}"
            problems.add("JZ-E032", where, name=name, value=value, expected=expected)
    problems.raise_if_any()


def about_synthetic(recipe: str, households: int, seed: int) -> dict[str, Any]:
    """Where synthetic people come from."""
    return {
        "source": "synthetic",
        "recipe": recipe,
        "households": int(households),
        "seed": int(seed),
        "illustrative": bool(load_recipe(recipe)["illustrative"]),
    }


def names_of(recipe: Recipe) -> dict[str, tuple[str, ...]]:
    """The names behind the text columns of the recipe's people."""
    names = {"township": township_names(recipe)}
    if recipe.get("records") and recipe["records"]["village"]:
        names["village"] = village_names(recipe)
    return names


def make(recipe: Recipe, draws: Draws) -> tuple[Columns, Columns, NDArray[np.int64]]:
    """A block of households: its person columns, household columns and sizes."""
    homes = settle(recipe, draws)
    conditions = afflict(recipe, homes)
    incomes, rank = earn(recipe, homes, conditions)
    persons: Columns = {
        "age": homes.age,
        "disability_grade": conditions.disability_grade,
        "disability_kind": conditions.disability_kind,
        "serious_illness": conditions.serious_illness,
        "is_student": conditions.is_student,
        "labour_capable": conditions.labour_capable,
        **incomes,
        **spend(recipe, homes, conditions),
    }
    owned = {"area": homes.area, "township": homes.township, **own(recipe, homes, rank)}

    def scene(part: str) -> Scene:
        return Scene(recipe[part], homes, conditions, rank, persons, owned)

    # What is reported comes first: the circumstances go by it.
    if recipe.get("records"):
        by_person, by_household = report(
            scene("records"), recipe["income"].get("describes", "reported")
        )
        persons |= by_person
        owned |= by_household
    if recipe.get("circumstances"):
        persons |= live(scene("circumstances"))
        owned |= fare(scene("circumstances"))
    if recipe.get("records"):
        by_person, by_household = keep(recipe, scene("records"))
        persons |= by_person
        owned |= by_household
    return _stored(persons), _stored(owned), homes.size


def _stored(columns: Columns) -> Columns:
    """The columns in the types of the dictionary."""
    return {name: np.asarray(values, column(name).storage) for name, values in columns.items()}


def _joined(blocks: list[Columns]) -> Columns:
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
