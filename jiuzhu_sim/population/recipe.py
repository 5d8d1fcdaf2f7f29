"""Recipes: every number a synthetic population is made from, with where it comes from.

`recipes/NAME.yaml` says what is particular to a place; `shape.yaml` what all share (household
types, ages, study, disability, illness). A recipe may replace any part of the shape, or of the
recipe that it says it is `like`. With `circumstances: true` the people have the inputs with a
default too, by the numbers of `circumstances.yaml`.
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
    if own.get("circumstances"):
        own["circumstances"] = read_yaml(HERE / "circumstances.yaml")
    base = load_recipe(own["like"]) if "like" in own else read_yaml(HERE / "shape.yaml")
    made: Recipe = _overlay(base, own)
    return made


def _overlay(base: Any, own: Any) -> Any:
    """`own` over `base`, mapping by mapping."""
    if not isinstance(base, Mapping) or not isinstance(own, Mapping):
        return own
    return {**base, **{key: _overlay(base.get(key), part) for key, part in own.items()}}


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
