"""What a household spends on health and school, and what it owns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.population.conditions import Conditions
from jiuzhu_sim.population.household_types import Homes
from jiuzhu_sim.population.recipe import Recipe, along, amount, by_age

Columns = dict[str, NDArray[Any]]


def spend(recipe: Recipe, homes: Homes, conditions: Conditions) -> Columns:
    """Own-paid medical expense and education expense, yuan a year by person, to ten yuan."""
    draws, age = homes.person_draws, homes.age
    part = recipe["medical"]
    groups = [
        ("serious_illness", conditions.serious_illness),
        ("disability", conditions.disability_grade > 0),
        ("elder", age >= part["elder_age"]),
    ]
    cases = [group for _, group in groups]
    share, median = (
        np.select(cases, [part[name][key] for name, _ in groups], part["others"][key])
        for key in ("share", "median_y")
    )
    medical = median * np.exp(part["spread"] * draws.normal("medical"))
    medical = np.minimum(medical, part["amount_max_y"]) * draws.chance("any medical", share)
    fees = recipe["tuition"]
    low = by_age([[a, b, lowest] for a, b, lowest, _ in fees])
    high = by_age([[a, b, highest] for a, b, _, highest in fees])
    tuition = draws.between("tuition", low[age], high[age]) * conditions.is_student
    return {"medical_expense_y": np.round(medical, -1), "tuition_y": np.round(tuition, -1)}


def own(recipe: Recipe, homes: Homes, rank: NDArray[np.float64]) -> Columns:
    """Vehicles, homes, savings and business by household; all grow with the income rank."""
    draws, part = homes.draws, recipe["property"]
    saved = part["savings"]
    typical = along(saved["median_a_head"], rank) * homes.size
    drawn = typical * np.exp(saved["spread"] * draws.normal("savings"))
    has_savings = draws.chance("any savings", along(saved["share"], rank))
    lived_in = draws.chance("home", along(part["one_home_share"], rank))
    further = draws.uniform("further homes")
    homes_more = sum(further < along(ends, rank) for ends in part["further_home_share"])
    return {
        "n_vehicles": draws.chance("vehicle", along(part["vehicle_share"], rank)).astype(np.int16),
        "n_homes": (lived_in * (1 + homes_more)).astype(np.int16),
        "savings": amount("savings", np.round(drawn, -2)) * has_savings,
        "has_business": draws.chance("business", along(part["business_share"], rank)),
    }
