"""What a recipe itself says of its households, as margins: what was made should show it again."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from jiuzhu_sim.columns import column
from jiuzhu_sim.language import LANGUAGES, texts
from jiuzhu_sim.population.margins import Margin
from jiuzhu_sim.population.people import People
from jiuzhu_sim.population.recipe import AREAS, load_recipe

ERRORS = 4.0
"""Standard errors of a share that chance may take it from the recipe's: with some fifty shares a
county, one in three hundred counties has one beyond."""


def recipe_margins(people: People) -> tuple[Margin, ...]:
    """Shares of the areas, and by area of household sizes and townships, as the recipe of synthetic
    people gives them; none for other people.

    Each is a check whose tolerance is what the number of synthetic households allows (`ERRORS`).

    >>> from jiuzhu_sim.population import synthesize
    >>> [margin.name for margin in recipe_margins(synthesize("s45-community", 400, 1))][:3]
    ['households', 'area.urban', 'size.urban.1']
    """
    if "recipe" not in people.about:
        return ()
    recipe = load_recipe(people.about["recipe"])
    whole = _margin("households", {}, 1.0, None, people.households, "share", {}, recipe)
    found = [whole]
    areas = _shares({area: recipe["area_share"][area] for area in AREAS})
    for area, part in areas.items():
        names = {"area": (column("area").codes or {})[area]}
        here = _margin(
            f"area.{area}", {"area": area}, part, whole, people.households, "area", names, recipe
        )
        found.append(here)
        n = people.households * part
        sizes = _shares(recipe["size_share"][area])
        places = _shares({name: each[area] for name, each in recipe["townships"].items()})
        for kind, shares in (("size", sizes), ("township", places)):
            for key, share in shares.items():
                where = {"area": area, kind: key}
                said = names | {kind: dict.fromkeys(LANGUAGES, str(key))}
                name = f"{kind}.{area}.{key}"
                found.append(_margin(name, where, share, here, n, kind, said, recipe))
    return tuple(found)


def _shares(parts: Mapping[Any, float]) -> dict[Any, float]:
    """The parts above zero as shares of their sum."""
    total = sum(parts.values())
    return {key: part / total for key, part in parts.items() if part > 0}


def _margin(
    name: str,
    where: Mapping[str, Any],
    share: float,
    base: Margin | None,
    n: float,
    kind: str,
    said: Mapping[str, Mapping[str, str]],
    recipe: Mapping[str, Any],
) -> Margin:
    """A share of a base among `n` synthetic households; without a base their whole number."""
    whole = base is None
    key = "recipe.households" if whole else f"recipe.{kind}"
    error = np.sqrt((1 - share) / (share * n)) if share < 1 else 0.0
    label = {
        lang: texts()[key][lang].format(**{each: names[lang] for each, names in said.items()})
        for lang in LANGUAGES
    }
    return Margin(
        name=name,
        label=label,
        level="household",
        statistic="count" if whole else "share",
        value=float(recipe["households"]) if whole else share,
        unit="households" if whole else "share",
        status="illustrative",
        source=texts()["recipe.source"],
        tolerance=max(ERRORS * float(error), 1e-9),
        use="check",
        where=dict(where),
        has={},
        base="" if base is None else base.name,
        base_margin=base,
    )
