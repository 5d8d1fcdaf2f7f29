"""Income: a household's rank, its disposable income, and the sources it comes from.

Income a head is a mixture of a Dagum or GB2 distribution, or of its lower part where a county's
register loads its low-income households only, and a component with next to no income (see
`tails`). The rank in that mixture depends on the household's situation through a Gaussian copula.
What is drawn is the reported income, or with `describes: "true"` the true one (see `reporting`).
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.population.conditions import Conditions
from jiuzhu_sim.population.household_types import Homes, township_names
from jiuzhu_sim.population.recipe import AREAS, Recipe, amount, by_age, by_area
from jiuzhu_sim.population.tails import GRID, income_at

MONTHS = 12

Columns = dict[str, NDArray[Any]]


def hardship(recipe: Recipe, homes: Homes, conditions: Conditions) -> NDArray[np.float64]:
    """How hard a household's situation is (no unit): weighted signs and its township's own.

    The signs that a recipe may weigh are listed here; elders are of pension age, children below
    the age of work.
    """
    working_age = recipe["labour"]["share"][0][0]

    def number(flags: NDArray[np.bool_]) -> NDArray[np.float64]:
        return homes.total(flags.astype(np.float64))

    workers = number(conditions.labour_capable)
    signs: dict[str, Callable[[], NDArray[Any]]] = {
        "no_worker": lambda: workers == 0,
        "dependent_share": lambda: 1 - workers / homes.size,
        "severe_disability": lambda: number(conditions.is_severe) > 0,
        "disability": lambda: number(conditions.disability_grade > 0) > 0,
        "serious_illness": lambda: number(conditions.serious_illness) > 0,
        "elder_share": lambda: (
            number(homes.age >= recipe["entitlements"]["pension_age"]) / homes.size
        ),
        "child_share": lambda: number(homes.age < working_age) / homes.size,
        "extra_member": lambda: homes.size - 1.0,
    }
    places = [recipe["townships"][name]["hardship"] for name in township_names(recipe)]
    score: NDArray[np.float64] = np.array(places, np.float64)[homes.township]
    for sign, weight in recipe["income_rank"]["hardship"].items():
        score = score + weight * signs[sign]()
    return score


def income_rank(recipe: Recipe, homes: Homes, score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank of income a head among the recipe's households of the area, in (0, 1).

    The score's mean and spread stand in the recipe and are not taken from the sample, so that a
    household's rank does not depend on who else is drawn.
    """
    from scipy.special import ndtr

    part = recipe["income_rank"]
    mean, spread = by_area(part["score_mean"]), by_area(part["score_spread"])
    standard = (score - mean[homes.area]) / spread[homes.area]
    tie = part["correlation"]
    rank: NDArray[np.float64] = ndtr(
        np.sqrt(1 - tie**2) * homes.draws.normal("income") - tie * standard
    )
    return rank


def quantiles(part: Mapping[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ranks and incomes a head (yuan a year) of an area's mixture, rising; each (GRID,).

    For recipes that name no `tail`: the lower part of a Dagum distribution, tabulated as a whole.

    >>> ranks, incomes = quantiles({
    ...     "dagum": {"a": 3.0, "p": 0.7, "b": 10_000, "rank_max": 0.2},
    ...     "next_to_none": {"share": 0.3, "income_max_y": 1_000}})
    >>> float(ranks[0]), round(float(ranks[-1]), 12)
    (0.0, 1.0)
    """
    dagum, low = part["dagum"], part["next_to_none"]
    a, p, b, rank_max = (dagum[name] for name in ("a", "p", "b", "rank_max"))
    top = b * (rank_max ** (-1 / p) - 1) ** (-1 / a)
    income = np.linspace(0, max(top, low["income_max_y"]), GRID)
    powered = (income / b) ** a
    dagum_rank = np.minimum((powered / (1 + powered)) ** p / rank_max, 1)
    low_rank = np.minimum(income / low["income_max_y"], 1)
    return low["share"] * low_rank + (1 - low["share"]) * dagum_rank, income


def disposable_income(
    recipe: Recipe, homes: Homes, rank: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Drawn disposable income of each household, yuan a year, never below 0."""
    a_head = np.empty_like(rank)
    for code, name in enumerate(AREAS):
        here, part = homes.area == code, recipe["income"][name]
        if "tail" in part:
            a_head[here] = income_at(part, rank[here])
        else:
            a_head[here] = np.interp(rank[here], *quantiles(part))
    return a_head * homes.size


def entitlements(recipe: Recipe, homes: Homes, conditions: Conditions) -> Columns:
    """What is paid by status and not by need, yuan a month by person, whole yuan."""
    draws, area, age = homes.person_draws, homes.area[homes.owner], homes.age
    part = recipe["entitlements"]
    has_other = draws.chance("other pension", by_area(part["other_pension_share"])[area])
    has_other &= age >= part["pension_age"]
    has_basic = draws.chance("basic pension", part["basic_pension"]["share"])
    has_basic &= (age >= part["pension_age"]) & ~has_other
    disability = part["disability_allowance"]
    is_helped = conditions.is_severe & draws.chance("disability allowance", disability["share"])
    honour = part["preferential_allowance"]
    is_honoured = draws.chance("preferential allowance", by_age(honour["share"])[age])
    paid = np.round(draws.between("preferential amount", *honour["amount_m"]))
    return {
        "has_other_pension": has_other,
        "pension_basic_m": has_basic * by_area(part["basic_pension"]["amount_m"])[area],
        "disability_allowance_m": is_helped * by_area(disability["amount_m"])[area],
        "preferential_allowance_m": is_honoured * paid,
    }


def split(
    recipe: Recipe,
    homes: Homes,
    conditions: Conditions,
    has_other_pension: NDArray[np.bool_],
    rest: NDArray[np.float64],
) -> Columns:
    """What entitlements leave of a household's income (`rest`, yuan a year), by person and source.

    Each person who may and does draw a source pulls at the rest with a random strength about the
    source's weight; nobody pulling, the first member has it as a transfer. The parts of a
    household add up to its rest (before they are rounded).
    """
    draws, area, age = homes.person_draws, homes.area[homes.owner], homes.age
    part = recipe["sources"]
    young, old = part["farm"]["ages"]
    is_farmer = (age >= young) & (age <= old) & ~conditions.is_severe & ~conditions.is_student
    eligible = {
        "wage": conditions.labour_capable,
        "farm": is_farmer,
        "pension_other": has_other_pension,
        "transfer": np.ones(len(age), bool),
    }
    pulls = {}
    for source, may in eligible.items():
        does = may & draws.chance(f"has {source}", by_area(part[source]["share"])[area])
        strength = by_area(part[source]["weight"])[area] * draws.between(
            f"strength of {source}", *part["strength"]
        )
        pulls[source] = does * strength
    together = homes.total(sum(pulls.values(), np.zeros(len(age))))
    idle = together == 0
    pulls["transfer"][homes.first[idle]] = 1.0
    each = (rest / np.where(idle, 1.0, together))[homes.owner]
    return {source: pull * each for source, pull in pulls.items()}


def earn(
    recipe: Recipe, homes: Homes, conditions: Conditions
) -> tuple[Columns, NDArray[np.float64]]:
    """The income columns by person (whole yuan), and the income rank by household."""
    score = hardship(recipe, homes, conditions)
    rank = income_rank(recipe, homes, score)
    drawn = disposable_income(recipe, homes, rank)
    paid = entitlements(recipe, homes, conditions)
    has_other = paid.pop("has_other_pension")
    owed = homes.total(sum(paid.values(), np.zeros(len(homes.owner)))) * MONTHS
    # Entitlements come whatever else there is: where they exceed the draw, they are the income.
    parts = split(recipe, homes, conditions, has_other, np.maximum(drawn - owed, 0))
    made: Columns = {
        "wage_m": amount("wage_m", parts["wage"] / MONTHS),
        "farm_income_y": amount("farm_income_y", parts["farm"]),
        "pension_other_m": amount("pension_other_m", parts["pension_other"] / MONTHS),
        "transfer_m": amount("transfer_m", parts["transfer"] / MONTHS),
    }
    return {**paid, **made}, rank
