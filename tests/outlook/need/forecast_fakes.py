"""A run of months that is a known function, to hold the forecast against."""

from types import SimpleNamespace

import numpy as np

from jiuzhu_sim.outlook.need import forecast_model
from jiuzhu_sim.outlook.need.forecast_static import Rules

NOISE = 0.004
"""Standard deviation of a run's chance, of the year: the same for all months and accounts."""


def ratio(income, shocks, take_up, months):
    """Money of the months over money by the rules: (months, 1)."""
    passed = np.arange(1, months + 1)[:, None] / 12
    return 1 - 0.8 * income * passed + 0.1 * (shocks - 1) * passed + 0.05 * (take_up - 1) ** 2


def fake_months(noise=NOISE):
    """A stand-in for `simulate_months` that pays the rules' money times `ratio` and chance."""

    def simulate_months(people, policy, *, months, conditions, assumptions, schedule, seed, **_):
        paid = Rules(people, months, rise=0.05).static(policy, schedule).monthly
        told = (conditions.income_growth, conditions.shocks, conditions.take_up)
        is_quiet = assumptions == assumptions.off()
        drawn = 0 if is_quiet else np.random.default_rng(seed).normal(0, noise)
        return SimpleNamespace(money=paid * (ratio(*told, months) + drawn))

    return simulate_months


def use(monkeypatch, noise=NOISE):
    """Let forecasts run on the fake."""
    monkeypatch.setattr(forecast_model, "simulate_months", fake_months(noise))
