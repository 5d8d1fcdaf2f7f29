"""Recipes changed for a test, and the people they make, as plain columns."""

import numpy as np

from jiuzhu_sim.population.draws import Draws
from jiuzhu_sim.population.recipe import load_recipe, overlay
from jiuzhu_sim.population.synthesize import make


def changed(name, own):
    """A packaged recipe with something of its own."""
    return overlay(load_recipe(name), own)


def columns_of(recipe, households, seed=1):
    """All columns of the first households, persons with the position of their `owner`."""
    persons, owned, sizes = make(recipe, Draws(seed, np.arange(1, households + 1)))
    return persons | owned | {"owner": np.repeat(np.arange(len(sizes)), sizes), "size": sizes}
