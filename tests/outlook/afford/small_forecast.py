"""A forecast made by hand: need is linear in a standard, with a spread of its own by draw."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np

from jiuzhu_sim.policy import load_policy

POLICY = load_policy("example-county")
URBAN, RURAL = "dibao.standard.urban", "dibao.standard.rural"


def linear(policy):
    """Yuan a year by account: 100 for each yuan of the urban standard, 1,000 of the rural one."""
    return np.array([100.0 * policy[URBAN], 1000.0 * policy[RURAL]])


@dataclass(frozen=True)
class SmallForecast:
    """What the gap reads of a forecast. `spread` (draws,): multiplies the need of a draw."""

    policy: object = POLICY
    spread: np.ndarray = field(default_factory=lambda: np.ones(1))
    money: object = linear
    accounts: tuple = ("dibao.urban", "dibao.rural")
    start: str = "2025-01"
    months: int = 1
    seed: int = 1
    slack: float = 0.0
    factors: dict = field(default_factory=dict)
    clamped: dict = field(default_factory=dict)

    @property
    def people(self):
        return SimpleNamespace(households=10_000)

    @property
    def draws(self):
        return len(self.spread)

    @property
    def static(self):
        return self.money(self.policy) / self.months

    @property
    def need(self):
        monthly = np.round(self.static * self.spread[:, None], 2)
        return np.repeat(monthly[:, None, :], self.months, axis=1)

    @property
    def by_account(self):
        return np.round(self.need.sum(axis=1), 2)

    @property
    def year(self):
        return self.by_account.sum(axis=1)

    def at(self, policy):
        return replace(self, policy=policy)


def spread(draws=1000, width=0.1, seed=3):
    """Multipliers about 1, one a draw."""
    return 1 + width * (np.random.default_rng(seed).random(draws) - 0.5)
