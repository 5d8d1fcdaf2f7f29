"""An 80 % interval covers four years in five: counties whose year is known."""

import numpy as np
import pytest

from benchmarks.forecast_truth import covered, true_years
from jiuzhu_sim.outlook.need.forecast import forecast
from jiuzhu_sim.outlook.need.uncertainty import Uncertainty
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize

POLICY = load_policy("example-county").change({"price.cpi_trigger": 0.035})
WIDE = Uncertainty.stated().changed(
    {"caseload.sd": 0.08, "income.sd": 0.04, "shocks.sd": 0.4, "take_up.sd": 0.3}
)
"""Wider than stated, so that in small counties chance is not all there is."""

COUNTIES = (11, 12)
HOUSEHOLDS = 500
YEARS = 60
"""County-years of each; 72 to 88 % is within 2.2 standard errors of 80 % for 120."""


@pytest.fixture(scope="module")
def counties():
    """People and true years of each county."""
    made = [(synthesize("example-county", HOUSEHOLDS, seed), seed) for seed in COUNTIES]
    return [
        (people, np.array([*true_years(people, POLICY, WIDE, YEARS, seed)]))
        for people, seed in made
    ]


def coverage(counties, uncertainty, runs=36):
    """Share of the true years within P10 and P90."""
    inside = [
        covered(forecast(people, POLICY, uncertainty=uncertainty, runs=runs).year, truth)
        for people, truth in counties
    ]
    return sum(inside) / (YEARS * len(counties))


def test_the_interval_covers_as_often_as_it_says(counties):
    assert 0.72 <= coverage(counties, WIDE) <= 0.88


def test_with_half_the_spread_it_would_not(counties):
    halved = {path: WIDE[path] / 2 for path in WIDE.paths if path.endswith(".sd")}
    assert coverage(counties, WIDE.changed(halved), runs=12) < 0.72
