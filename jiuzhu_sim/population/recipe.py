"""Recipes: every number a synthetic population is made from, with where it comes from.

`recipes/NAME.yaml` says what is particular to a place; `shape.yaml` what all share (household
types, ages, study, disability, illness). A recipe may replace any part of the shape, or of the
recipe that it says it is `like`, and its townships as a whole. With `circumstances: true` the
people have the inputs with a default too, by the numbers of `circumstances.yaml`; with
`records: true` also what is on record about them and what is true or visible in registers, by
those of `records.yaml`. Instead of ``true`` a recipe may give its own numbers for some of these.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column
from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import read_yaml

HERE = Path(__file__).parent
AREAS = tuple(column("area").codes or {})
AGES = int(column("age").high or 0) + 1
PARTS = ("circumstances", "records")  # made only for recipes that ask; each has its YAML file
PLACES = "townships"  # a recipe's own ones stand for those of the recipe it is like

Recipe = Mapping[str, Any]


def recipe_names() -> tuple[str, ...]:
    """The names of the packaged recipes.

    >>> "example-county" in recipe_names()
    True
    """
    return tuple(sorted(path.stem for path in (HERE / "recipes").glob("*.yaml")))


@cache
def load_recipe(name: str) -> Recipe:
    """The packaged recipe of this name; raises JZ-E050 with the nearest when there is none.

    >>> load_recipe("example-county")["households"] > 0
    True
    """
    known = recipe_names()
    if name not in known:
        near = nearest(str(name), known)
        raise JZError.of("JZ-E050", name=name, nearest=near, known=", ".join(known))
    own = read_yaml(HERE / "recipes" / f"{name}.yaml")
    base = load_recipe(own["like"]) if "like" in own else read_yaml(HERE / "shape.yaml")
    if own.get("records") and not base.get("circumstances"):
        own.setdefault("circumstances", True)  # what is on record is of these circumstances
    for part in PARTS:
        if own.get(part):
            numbers = base.get(part) or read_yaml(HERE / f"{part}.yaml")
            own[part] = numbers if own[part] is True else overlay(numbers, own[part])
    if PLACES in own:
        base = {key: part for key, part in base.items() if key != PLACES}
    made: Recipe = overlay(base, own)
    return made


def overlay(base: Any, own: Any) -> Any:
    """`own` over `base`, mapping by mapping; lists and numbers are replaced.

    >>> overlay({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": 4}})
    {'a': 1, 'b': {'c': 4, 'd': 3}}
    """
    if not isinstance(base, Mapping) or not isinstance(own, Mapping):
        return own
    return {**base, **{key: overlay(base.get(key), part) for key, part in own.items()}}


def by_age(bands: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """A value for each year of age from bands ``[from, to, value]``, zero outside; (131,).

    >>> by_age([[0, 17, 0.5]])[[17, 18]].tolist()
    [0.5, 0.0]
    """
    values = np.zeros(AGES)
    for first, last, value in bands:
        values[int(first) : int(last) + 1] = value
    return values


def by_area(values: Mapping[str, float]) -> NDArray[np.float64]:
    """A value for each area, in the order of the area codes.

    >>> by_area({"rural": 2, "urban": 1}).tolist()
    [1.0, 2.0]
    """
    return np.array([values[area] for area in AREAS], np.float64)


def along(ends: Sequence[float], rank: NDArray[np.float64]) -> NDArray[np.float64]:
    """From the first end at the lowest income rank (0) to the second at the highest (1).

    >>> import numpy as np
    >>> along([0.2, 0.4], np.array([0.0, 0.5])).tolist()
    [0.2, 0.30000000000000004]
    """
    low, high = ends
    return low + (high - low) * rank


def amount(name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Amounts of a column in whole yuan, at most what the dictionary lets a table hold.

    >>> import numpy as np
    >>> amount("wage_m", np.array([1200.4, 5e6])).tolist()
    [1200.0, 1000000.0]
    """
    return np.minimum(np.round(values), column(name).high or np.inf)
