"""Signals: what a warning rule looks at, one number a household, from one month of people.

Each is worked out from plain columns and from what the rules make of incomes, so a monthly extract
of registers gives the same signals as a simulated month.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import codes
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.rules.kit import MONTHS

Floats = NDArray[np.float64]

STAGE = codes("education_stage")
AT_UNIVERSITY = (STAGE.college, STAGE.bachelor, STAGE.postgraduate)

WANTED = (
    "counted_income_m_hh",
    "counted_income_pc_m_hh",
    "dibao_standard_m_hh",
    "edge_limit_m_hh",
    "is_severely_disabled",
    "is_unit_member",
)
"""What the rules are asked for: income, the limits it is held against, who counts."""

BILLS = ("water_bill_m", "electricity_bill_m", "phone_bill_m")

SIGNALS: Mapping[str, tuple[str, ...]] = {
    "income_m": (),
    "income_of_dibao": (),
    "income_of_edge": (),
    "n_earners": ("wage_m",),
    "n_unemployed": ("is_registered_unemployed",),
    "medical_y": ("medical_expense_y",),
    "medical_share": ("medical_expense_y",),
    "n_ill": ("serious_illness",),
    "n_severe": ("disability_grade",),
    "n_deaths": ("n_deaths_y",),
    "emergency_need": ("emergency_need",),
    "disaster_y": ("disaster_expense_y",),
    "n_university": ("education_stage",),
    "is_poor": ("is_registered_poor", "is_relapse_monitored"),
    "is_without_labour": ("labour_capable",),
    "pension_m": ("pension_basic_m",),
    "n_vehicles": ("n_vehicles",),
    "n_homes": ("n_homes",),
    "has_business": ("has_business",),
    "months_not_collected": ("months_not_collected",),
    "bills_of_dibao": BILLS,
    "validity_left": ("months_since_recognised",),
    "n_months_unpaid": (),
}
"""Every signal with the columns it needs, any of which will do; those without one are always
there, but for `n_months_unpaid`, which only the paying bank knows."""

FROM_BANK = "n_months_unpaid"

OFFERED = {"emergency_need": "temporary.offered"}
"""Signals that call for one kind of assistance, and the parameter by which the law gives it."""


def signals(people: People, policy: Policy) -> dict[str, Floats]:
    """The signals of one month that these people allow, each (households,) float64.

    Incomes and expenses as the rules count them; ratios to the limits of the household. A signal
    whose columns the people lack is left out, and so is what only the bank knows, or what calls for
    assistance that the law does not give.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=50, seed=1)
    >>> found = signals(people, jz.load_policy("example-county"))
    >>> "income_of_edge" in found, "bills_of_dibao" in found
    (True, False)
    """
    made = simulate(people, policy, WANTED).computed
    counts = made["is_unit_member"]
    owner = np.repeat(np.arange(people.households), people.sizes)

    def total(values: NDArray[Any]) -> Floats:
        counted = np.where(counts, values, 0.0).astype(np.float64)
        found: Floats = np.bincount(owner, counted, people.households).astype(np.float64)
        return found

    def sums(*names: str) -> Floats:
        return sum(
            (total(people.numbers(name)) for name in names if name in people),
            np.zeros(people.households),
        )

    def of(*names: str) -> Floats:
        return np.max([people.numbers(name) for name in names if name in people], axis=0) * 1.0

    income = made["counted_income_m_hh"]
    head = made["counted_income_pc_m_hh"]
    medical = sums("medical_expense_y")
    ways: dict[str, Callable[[], Floats]] = {
        "income_m": lambda: income,
        "income_of_dibao": lambda: _ratio(head, made["dibao_standard_m_hh"]),
        "income_of_edge": lambda: _ratio(head, made["edge_limit_m_hh"]),
        "n_earners": lambda: total(people.numbers("wage_m") > 0),
        "n_unemployed": lambda: sums("is_registered_unemployed"),
        "medical_y": lambda: medical,
        "medical_share": lambda: _ratio(medical, income * MONTHS),
        "n_ill": lambda: sums("serious_illness"),
        "n_severe": lambda: total(made["is_severely_disabled"]),
        "n_deaths": lambda: of("n_deaths_y"),
        "emergency_need": lambda: of("emergency_need"),
        "disaster_y": lambda: of("disaster_expense_y"),
        "n_university": lambda: total(np.isin(people.numbers("education_stage"), AT_UNIVERSITY)),
        "is_poor": lambda: of("is_registered_poor", "is_relapse_monitored"),
        "is_without_labour": lambda: (sums("labour_capable") == 0) * 1.0,
        "pension_m": lambda: sums("pension_basic_m", "pension_other_m"),
        "n_vehicles": lambda: of("n_vehicles"),
        "n_homes": lambda: of("n_homes"),
        "has_business": lambda: of("has_business"),
        "months_not_collected": lambda: of("months_not_collected"),
        "bills_of_dibao": lambda: _ratio(
            np.sum([people.numbers(name) for name in BILLS if name in people], axis=0),
            made["dibao_standard_m_hh"],
        ),
        "validity_left": lambda: _validity(policy) - of("months_since_recognised"),
    }
    return {n: way() for n, way in ways.items() if has(people, n) and is_offered(policy, n)}


def has(people: People, signal: str) -> bool:
    """Whether the people have a column that this signal needs.

    >>> import jiuzhu_sim as jz
    >>> has(jz.synthesize("example-county", households=2, seed=1), "bills_of_dibao")
    False
    """
    needed = SIGNALS[signal]
    return signal != FROM_BANK and (not needed or any(name in people for name in needed))


def is_offered(policy: Policy, signal: str) -> bool:
    """Whether the law gives the assistance that a signal calls for.

    >>> import jiuzhu_sim as jz
    >>> is_offered(jz.load_policy("example-county"), "emergency_need")
    False
    """
    return signal not in OFFERED or bool(policy[OFFERED[signal]])


def _validity(policy: Policy) -> float:
    """Months a recognition holds by the law; without end where it says nothing."""
    return float(policy["rigid.valid_months"])


def _ratio(above: Floats, below: Floats) -> Floats:
    """A ratio; nothing above is 0, something above nothing is without end."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(above > 0, above / below, 0.0)
