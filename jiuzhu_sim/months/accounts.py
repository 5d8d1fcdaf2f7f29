"""Accounts: what a month's money is paid for, as a budget keeps it apart (`accounts.yaml`).

Basic living and price subsidy count in the month they are for, emergency aid in the month of the
need, yearly aids a twelfth a month; so does temporary assistance of the expenditure type, which is
given once a year on the spending of a year.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import column
from jiuzhu_sim.language import pick, read_yaml
from jiuzhu_sim.rules.kit import MONTHS

Floats = NDArray[np.float64]

NEEDED = (
    "benefit_m_hh",
    "tekun_benefit_m_hh",
    "temporary_first_aid_hh",
    "temporary_top_up_hh",
    "temporary_expenditure_aid_hh",
    "medical_total_y_hh",
    "price_subsidy_m_hh",
    "education_aid_y_hh",
    "student_aid_y_hh",
    "addons_m_hh",
    "addons_y_hh",
)
"""What a simulation must give for `month_amounts`."""


@dataclass(frozen=True)
class Account:
    """A budget item: its key, its code ("" where the place decides), whose households it is for."""

    key: str
    code: str
    area: str
    label: Mapping[str, str]

    @property
    def title(self) -> str:
        """Name in the language in use."""
        return pick(self.label)

    @property
    def programme(self) -> str:
        """What is paid, town and country alike.

        >>> accounts()["dibao.rural"].programme
        'dibao'
        """
        return self.key.partition(".")[0]


@cache
def accounts() -> Mapping[str, Account]:
    """All accounts by key, in the order of the budget.

    >>> [account.code for account in accounts().values()][:2]
    ['2081901', '2081902']
    """
    content = read_yaml(Path(__file__).with_name("accounts.yaml"))
    return {
        key: Account(key, entry["code"], entry.get("area", ""), entry["label"])
        for key, entry in content.items()
    }


def month_amounts(values: Mapping[str, Floats], *, average: bool = False) -> dict[str, Floats]:
    """What each programme gives each household in a month, yuan: (households,) each.

    `values` holds the columns of `NEEDED` of a simulation. Suspended benefit is not paid. With
    `average` the emergencies are those of a year, as people bring them, and count a twelfth.

    >>> one = {name: np.array([0.0]) for name in NEEDED} | {"benefit_m_hh": np.array([300.0])}
    >>> month_amounts(one)["dibao"].tolist()
    [300.0]
    """
    benefit, price = values["benefit_m_hh"], values["price_subsidy_m_hh"]
    tekun = np.where(values["tekun_benefit_m_hh"] > 0, benefit, 0)
    emergency = values["temporary_first_aid_hh"] + values["temporary_top_up_hh"]
    emergency = emergency / MONTHS if average else emergency
    return {
        "dibao": benefit - tekun,
        "tekun": tekun,
        "temporary": emergency + values["temporary_expenditure_aid_hh"] / MONTHS,
        "medical": values["medical_total_y_hh"] / MONTHS,
        "price": price,
        "education": (values["education_aid_y_hh"] + values["student_aid_y_hh"]) / MONTHS,
        "special": values["addons_m_hh"] - price + values["addons_y_hh"] / MONTHS,
    }


def by_account(amounts: Mapping[str, Floats], weight: Floats, area: NDArray[np.int64]) -> Floats:
    """Weighted sum of each account, yuan, in the order of `accounts`: (accounts,).

    `amounts` by programme (households,), `weight` and `area` (codes as integers) by household.

    >>> amounts = {account.programme: np.array([10.0, 1.0]) for account in accounts().values()}
    >>> by_account(amounts, np.array([2.0, 3.0]), np.array([0, 1])).tolist()[:2]
    [20.0, 3.0]
    """
    names = list(column("area").codes or {})
    weights = {name: weight * (area == place) for place, name in enumerate(names)}
    weights[""] = weight
    made = [
        (weights[account.area] * amounts[account.programme]).sum()
        for account in accounts().values()
    ]
    return np.array(made)
