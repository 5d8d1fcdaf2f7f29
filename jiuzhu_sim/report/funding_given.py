"""The parameters of notebook 05 as what is asked: law, question, uncertainty, budget."""

from collections.abc import Mapping
from typing import Any

from jiuzhu_sim.outlook.afford.affordable import PATHS, Ask
from jiuzhu_sim.outlook.money.budget import Budget, budget_names, budget_of
from jiuzhu_sim.outlook.need.uncertainty import Uncertainty
from jiuzhu_sim.policy import Policy

FIRST = 1
"""Month in which a budget's year begins."""

NUMBERS = "numbers"
"""What `budget` says where the sums of the notebook count although the place has a budget."""


def with_standards(given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with the two standards among the changes of the law; 0 leaves one as it is.

    >>> with_standards({"changes": [], "std_urban": 0.0, "std_rural": 600.0})["changes"]
    ['dibao.standard.rural=600']
    """
    asked = {PATHS[area]: given[f"std_{area}"] for area in PATHS}
    more = [f"{path}={value:g}" for path, value in asked.items() if value]
    return {**given, "changes": [*given["changes"], *more]}


def ask_of(given: Mapping[str, Any]) -> Ask:
    """The question of the parameters. Raises JZ-E092."""
    return Ask(
        growth=given["caseload_growth"],
        opening=given["opening_balance"],
        local=given["local_budget"],
        upper=given["upper_grant_p50"],
        upper_cv=given["upper_grant_cv"],
        risk=given["risk_tol"],
        round_to=given["round_to"],
        ratio_min=given["rural_urban_ratio_min"],
        goal=given["solve_for"],
        certain=given["certain"],
    )


def uncertainty_of(given: Mapping[str, Any], ask: Ask) -> Uncertainty:
    """What is not known, by the parameters; the rest as stated. Raises what `changed` raises."""
    return ask.uncertainty(
        {
            "caseload.sd": given["caseload_sd"],
            "income.median": given["income_growth"],
            "prices.probability": given["price_probability"],
            "prices.rise": given["price_rise"],
            "transfers.cv": given["upper_grant_cv"],
        }
    )


def budget_for(given: Mapping[str, Any], policy: Policy) -> Budget | None:
    """The budget named, or the one that the place itself reported; None: the sums count.

    Raises what `budget_of` raises.
    """
    name = str(given["budget"])
    if name == NUMBERS:
        return None
    if name:
        return budget_of(name, policy if name == policy.place else None)
    if policy.place not in budget_names():
        return None
    own = budget_of(policy.place, policy)
    return None if own.illustrative else own


def start_of(given: Mapping[str, Any], policy: Policy, budget: Budget | None) -> str:
    """The first month: the one given, or January of the year of the budget, or of the law.

    >>> import jiuzhu_sim as jz
    >>> start_of({"start": ""}, jz.load_policy("example-county"), None)
    '2025-01'
    """
    if given["start"]:
        return str(given["start"])
    return budget.start if budget else f"{policy.at.year}-{FIRST:02d}"
