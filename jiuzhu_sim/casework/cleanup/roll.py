"""A roll to clean up: people of a recipe, who of them is in dibao, and as many as were reported."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import read_yaml, text
from jiuzhu_sim.law import figures
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People, calibrate, enrol, seen, synthesize
from jiuzhu_sim.population.feasible import Told
from jiuzhu_sim.population.recipe import load_recipe

TEKUN = "tekun"
"""The layer with a roll of its own."""

WANTED = ("n_recipients_hh", "n_members_hh", "layer_hh", "benefit_m_hh")
BY_DRAW = {"n_missed_signins": 0, "months_not_collected": 0, "has_missed_renewal": False}
"""What happens to a roll once it stands: nothing yet, when people are admitted."""


def roll_of(
    recipe: str,
    policy: Policy,
    *,
    seed: int,
    households: int | None = None,
    admitted: Policy | None = None,
    is_calibrated: bool = True,
) -> People:
    """People of a recipe on a roll: enrolled by what the law says of what is reported and true.

    `households`: how many are made (the recipe's number). `admitted`: the law by which those on
    the roll came in, if another than `policy`. Where the place reported its stock before a
    clean-up, weights are moved to it (households and persons by area; petition groups where they
    are told), unless `is_calibrated` is false. Raises JZ-E101 for a recipe without records; what
    `synthesize`, `simulate` and `calibrate` raise.

    >>> import jiuzhu_sim as jz
    >>> people = roll_of("s43-county", jz.load_policy("s43-county"), seed=1, households=4000)
    >>> round(float(people["weight"] @ people["n_covered_now"]))
    20461
    """
    made_of = load_recipe(recipe)
    if not made_of.get("records"):
        expected = text("cleanup.records_needed")
        raise JZError.of("JZ-E101", "roll_of", name="recipe", value=recipe, expected=expected)
    number = made_of["households"] if households is None else households
    people = synthesize(recipe, households=number, seed=seed)
    law = admitted or policy
    everybody = {"has_applied": np.ones(people.households, bool)}
    plain = people.with_columns(everybody | _of_length(people, BY_DRAW))
    reported = simulate(plain, law, WANTED)
    truly = simulate(seen(plain, "true"), law, WANTED)
    paid = reported.numbers("benefit_m_hh").astype(np.float64)
    people = enrol(people, in_dibao(reported), in_dibao(truly), seed, paid)
    people = people.with_columns({"n_covered_now": _covered(people, reported)})
    if is_calibrated and policy.place == recipe:
        people = to_reported_stock(people, policy)
    return people


def in_dibao(results: Results) -> NDArray[np.bool_]:
    """Who gets dibao, whole or singly, by the results; tekun has a roll of its own."""
    layers = list(column("layer_hh").codes or {})
    is_tekun = results.numbers("layer_hh") == layers.index(TEKUN)
    return (results.numbers("n_recipients_hh") > 0) & ~is_tekun


def _of_length(people: People, values: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    return {name: np.full(people.households, value) for name, value in values.items()}


def _covered(people: People, reported: Results) -> NDArray[Any]:
    """Persons covered: those the law covers, or fewer where some are left out."""
    now, sizes = people.numbers("n_covered_now"), people.sizes
    by_law = reported.numbers("n_recipients_hh")
    is_whole = (now == sizes) & (by_law > 0)
    return np.where(is_whole, by_law, np.minimum(now, np.where(by_law > 0, by_law, now)))


@cache
def reported_of(place: str) -> Mapping[str, Any]:
    """Which figures of a place tell of its clean-up; empty where it reported none.

    >>> sorted(reported_of("s43-county")["reasons"])[0]
    'compensation'
    """
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_name("reported.yaml")).get(place, {})
    return found


def to_reported_stock(people: People, policy: Policy) -> People:
    """People whose weights on the roll meet the stock that the place reported; else as they are.

    Raises JZ-E052 when no mild change of weights meets it.
    """
    wanted, content = reported_of(policy.place).get("stock", ()), figures(policy.place)
    if not content or not wanted:
        return people
    on_roll, persons = people.numbers("was_dibao"), people.numbers("n_covered_now")
    auxiliaries, targets, told = {}, {}, {}
    for item in wanted:
        inside = on_roll.copy()
        if "area" in item:
            inside &= people["area"] == item["area"]
        if item.get("group") == "petition":
            inside &= people.numbers("is_petition_group")
        name = f"{item.get('area', item.get('group'))}.{item['statistic']}"
        figure = content["figures"][item["figure"]]
        auxiliaries[name] = inside * (persons if item["statistic"] == "persons" else 1.0)
        targets[name] = float(figure["value"])
        told[name] = Told(figure["label"], figure["unit"])
    made = calibrate(people.numbers("weight"), auxiliaries, targets, told=told)
    return people.with_weight(made.weight, auxiliaries, made.record())
