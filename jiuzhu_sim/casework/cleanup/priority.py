"""Who on a roll is to be checked first (重点清理对象), by signs that the documents name."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.cleanup.columns import gathered, shown, values_of
from jiuzhu_sim.columns import codes
from jiuzhu_sim.engine import Results
from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.population import People

CATEGORY = codes("category_hh")
Flags = NDArray[np.bool_]


@cache
def priority_signs() -> Mapping[str, Mapping[str, Any]]:
    """The signs of each document: label and clause, by name.

    >>> priority_signs()["s43"]["young"]["clause"]
    'S4.3.7'
    """
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_name("priority.yaml"))
    return found


def signs_of(results: Results, document: str) -> dict[str, Flags]:
    """Which households bear each sign of a document (`s0`, `s43`); by household.

    `results` of the roll as reported. Registers are looked at where the people have such columns.
    A register's wage or pension counts as a sign where it is above what was reported.
    """
    people, policy = results.people, results.policy
    signs = priority_signs()[document]
    if document == "s0":
        category = results.numbers("support_category_hh")
        income = results.numbers("counted_income_m_hh")
        is_old = gathered(people, values_of(people, "age") >= signs["old_with_means"]["age"])
        has_obligor = (values_of(people, "n_obligors") > 0) & values_of(people, "has_able_obligor")
        premium = values_of(people, "insurance_premium_y")
        return {
            "purchases": _has_bought(people),
            "premiums": premium >= policy["reading.high_premium_threshold"],
            "pension": gathered(people, shown(people, "pension_other_m") > 0),
            "formal_wage": gathered(people, shown(people, "wage_m") > values_of(people, "wage_m")),
            "obligors": has_obligor,
            "old_with_means": is_old & (income > 0),
            "not_class_a": category != CATEGORY.A,
        }
    age = values_of(people, "age")
    is_young = (age < signs["young"]["age"]) & values_of(people, "labour_capable")
    without = ~gathered(people, values_of(people, "labour_capable"))
    return {
        "class_c": results.numbers("support_category_hh") == CATEGORY.C,
        "pension_age": gathered(people, age >= signs["pension_age"]["age"]),
        "compensation": shown(people, "compensation") > 0,
        "young": gathered(people, is_young),
        "special_aid": gathered(people, values_of(people, "is_orphan")) | without,
    }


def _has_bought(people: People) -> Flags:
    """More than one home, a vehicle or a business, as reported or registered."""
    more = (shown(people, "n_homes") > 1) | (shown(people, "n_vehicles") > 0)
    return np.asarray(more | (shown(people, "has_business") > 0))


def is_priority(results: Results, documents: tuple[str, ...]) -> Flags:
    """Households with any sign of these documents."""
    found = np.zeros(results.people.households, bool)
    for document in documents:
        for flags in signs_of(results, document).values():
            found |= flags
    return found
