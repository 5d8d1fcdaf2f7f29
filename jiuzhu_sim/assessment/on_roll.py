"""People with a roll of dibao, for a clean-up: of a folder as they are, or made up."""

from jiuzhu_sim.assessment.annual import EVERY_PROGRAMME, people_of
from jiuzhu_sim.casework.cleanup import roll_of
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.recipe import load_recipe, recipe_names
from jiuzhu_sim.reading import is_there


def people_on_roll(data: str, policy: Policy, households: int, seed: int) -> People:
    """People with a roll: of a folder as it is, or synthetic ones of a recipe with records.

    `data`: a folder of Parquet files, a recipe, or "" for the place's own, else one in which every
    programme can be tried. Raises as `people_of` and `roll_of`.

    >>> import jiuzhu_sim as jz
    >>> made = people_on_roll("", jz.load_policy("example-county"), 200, 1)
    >>> made.about["recipe"]
    'all-programmes'
    """
    if data and (is_there(data) or any(sign in data for sign in "/\\.")):
        return people_of(data, policy, households, seed)
    own = policy.place
    has_records = own in recipe_names() and load_recipe(own).get("records")
    recipe = data or (own if has_records else EVERY_PROGRAMME)
    return roll_of(recipe, policy, seed=seed, households=households)
