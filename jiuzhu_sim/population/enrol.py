"""Who is in dibao now: whom eligibility, application and handling bring into the roster.

Rules tell who is eligible; this file knows no rule. The caller runs them on the reported and on
the true columns (`views.seen`), with everybody taken to have applied, and hands over the two flags.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.population.circumstances import Columns, Flags, Scene
from jiuzhu_sim.population.conditions import afflict
from jiuzhu_sim.population.draws import Draws
from jiuzhu_sim.population.household_circumstances import roster
from jiuzhu_sim.population.household_types import settle
from jiuzhu_sim.population.incomes import hardship, income_rank
from jiuzhu_sim.population.people import People
from jiuzhu_sim.population.recipe import Recipe, by_area, load_recipe, recipe_names
from jiuzhu_sim.population.records import applies, reviewed
from jiuzhu_sim.population.roll_conditions import beset
from jiuzhu_sim.population.synthesize import BLOCK


def enrol(
    people: People,
    eligible: NDArray[Any],
    eligible_truly: NDArray[Any],
    seed: int,
    benefit_m: NDArray[Any] | None = None,
) -> People:
    """The same people with a roster: who has applied, who is in dibao, and what follows from it.

    `eligible` and `eligible_truly` (households, in the order of the tables) say who would be in
    dibao by what is reported and by what is true, had everybody applied; `benefit_m` what the rules
    pay the eligible (yuan a month; else about what the recipe says). Who applies follows the
    propensity of the recipe; of the applicants come in:

    - the truly eligible, but those refused (missed cover by handling);
    - those eligible only by what they report, but those found out (else wrong cover);
    - of those not even eligible by that, a few who are kept, more of petition groups (wrong cover).

    The truly eligible who did not apply are missed, too. Sets `has_applied`, `was_dibao` and every
    column that depends on it: `n_covered_now`, `current_benefit_m`, `months_since_review`, … What
    is true of those on the roll may be otherwise than it stands there, where the recipe says so
    (`roll_conditions`). A household's enrolment is a function of the recipe, the people's seed, its
    id, its flags and `seed`.

    Raises JZ-E032 unless the people are synthetic, of a recipe with records and as it makes them,
    and the flags are booleans, one a household, as many as the amounts.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("all-programmes", households=500, seed=1)
    >>> poor = people["savings"] < 500
    >>> people = enrol(people, poor, poor, seed=1)
    >>> bool(people["has_applied"][people["was_dibao"]].all())
    True
    """
    recipe = _recipe_of(people)
    flags = (
        _by_household(people, "eligible", eligible, "b"),
        _by_household(people, "eligible_truly", eligible_truly, "b"),
        people["is_petition_group"],
    )
    ids, sizes = people.numbers("id"), people.sizes
    blocks = []
    for start in range(0, len(ids), BLOCK):
        some = slice(start, start + BLOCK)
        now = _scene(recipe, Draws(people.about["seed"], ids[some]))
        if not np.array_equal(now.homes.size, sizes[some]):
            raise _not_of_a_recipe(people)
        draws = Draws(int(seed), ids[some])
        blocks.append(_enrolled(recipe, now, draws, [flag[some] for flag in flags]))
    made = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    if benefit_m is not None:
        paid = _by_household(people, "benefit_m", benefit_m, "f")
        by_rules = made["was_dibao"] & (paid > 0)
        made["current_benefit_m"] = np.where(by_rules, paid, made["current_benefit_m"])
    return beset(people.with_columns(made, enrolled=int(seed)), recipe, int(seed))


def _recipe_of(people: People) -> Recipe:
    name = people.about.get("recipe")
    recipe = load_recipe(str(name)) if name in recipe_names() else {}
    if not recipe.get("records"):
        raise _not_of_a_recipe(people)
    return recipe


def _not_of_a_recipe(people: People) -> JZError:
    value = people.about.get("recipe", people.about["source"])
    return JZError.of("JZ-E032", "enrol", name="people", value=value, expected=text("enrol.people"))


def _by_household(people: People, name: str, values: NDArray[Any], kind: str) -> NDArray[Any]:
    """The values, refused unless they are of this kind (``b`` or ``f``) and one a household."""
    given = np.asarray(values)
    if given.dtype.kind != kind or given.shape != (people.households,):
        shape = f"{given.dtype} {given.shape}"
        expected = text(f"enrol.{kind}", households=people.households)
        raise JZError.of("JZ-E032", "enrol", name=name, value=shape, expected=expected)
    return given


def _scene(recipe: Recipe, draws: Draws) -> Scene:
    """The households of these ids as they were made: members, conditions and income rank."""
    homes = settle(recipe, draws)
    conditions = afflict(recipe, homes)
    rank = income_rank(recipe, homes, hardship(recipe, homes, conditions))
    return Scene(recipe["records"], homes, conditions, rank, {}, {})


def _enrolled(recipe: Recipe, now: Scene, draws: Draws, flags: Sequence[Flags]) -> Columns:
    """The columns of some households; `flags`: eligible, truly so, and of a petition group."""
    eligible, eligible_truly, in_group = flags
    part, homes = now.part["enrolment"], now.homes
    has_applied = applies(recipe, now, draws)
    share = np.select(
        [eligible & eligible_truly, eligible, in_group],
        [1 - _of_area(part["refused"], homes.area), 1 - part["found"], part["kept_petition_group"]],
        part["kept"],
    )
    gets = has_applied & draws.chance("enrolled", share)
    return {
        "has_applied": has_applied,
        **roster(recipe["circumstances"], homes.draws, homes.size, now.rank, gets),
        **reviewed(now.part["review"], homes.draws, gets),
    }


def _of_area(share: float | Mapping[str, float], area: NDArray[Any]) -> NDArray[np.float64]:
    """A share for every household: the same for all, or by area."""
    if isinstance(share, Mapping):
        return by_area(share)[area]
    return np.full(len(area), float(share))
