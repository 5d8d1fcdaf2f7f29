"""Draws of the truth: posteriors of finite populations, keyed by the unit's name."""

import numpy as np
import pytest
from scipy.stats import betabinom

from jiuzhu_sim.assessment.indicators import Measured
from jiuzhu_sim.assessment.ranking.sampling import NODES, PRIOR_CASES, posterior, value_draws

UNITS = ("甲镇", "乙乡", "丙街道")


def drawn(units=UNITS, hits=(54, 30, 12), n=(60, 40, 20), of=(600, 40, 21), seed=1, draws=2_000):
    made = Measured.made(units, {"payment_on_time": (hits, n, of)})
    return value_draws(made, made.keys, draws, seed)["payment_on_time"]


@pytest.mark.parametrize(
    ("hits", "n", "population"), [(57, 60, 400), (20, 20, 60), (9, 30, 35), (0, 10, 200)]
)
def test_the_cases_not_seen_are_beta_binomial(hits, n, population):
    """Mean and spread against scipy's exact distribution of the cases not looked at."""
    rate = 0.9
    args = (np.array([float(part)]) for part in (hits, n, population))
    shares = posterior(*args, rate)[:, 0]
    a, b = hits + PRIOR_CASES * rate, n - hits + PRIOR_CASES * (1 - rate)
    exact = betabinom(population - n, a, b)
    assert shares.mean() == pytest.approx((hits + exact.mean()) / population, abs=0.003)
    assert shares.std() == pytest.approx(
        exact.std() / population, rel=0.12
    )  # 128 nodes cut the far tail
    assert np.allclose(shares * population, np.rint(shares * population))
    assert hits / population <= shares.min() <= shares.max() <= 1 - (n - hits) / population


def test_one_case_not_seen_is_right_or_wrong():
    shares = posterior(np.array([12.0]), np.array([20.0]), np.array([21.0]), 0.6)[:, 0]
    assert set(np.rint(shares * 21).tolist()) == {12.0, 13.0}
    assert (shares > 12.5 / 21).mean() == pytest.approx(12.6 / 21, abs=1 / NODES)


def test_a_census_has_no_error():
    assert set(drawn()[:, 1].tolist()) == {0.75}


def test_draws_hang_on_name_and_seed_alone():
    values = drawn()
    turned = drawn(UNITS[::-1], (12, 30, 54), (20, 40, 60), (21, 40, 600))
    assert (values == turned[:, ::-1]).all()
    assert (values[:500] == drawn(draws=500)).all()
    assert (values != drawn(seed=2)).any()


def test_other_values_are_normal_around_what_was_measured():
    made = Measured.made(
        UNITS, {"overpaid_money": [5_000.0, 100.0, 7.0]}, sd={"overpaid_money": [500.0, 100.0, 0.0]}
    )
    values = value_draws(made, made.keys, 4_000, 1)["overpaid_money"]
    assert values[:, 0].mean() == pytest.approx(5_000, abs=30)
    assert values[:, 0].std() == pytest.approx(500, rel=0.04)
    assert values[:, 1].min() == 0
    assert set(values[:, 2].tolist()) == {7.0}


def test_what_is_missing_stays_missing():
    values = drawn(n=(60, 0, 20), hits=(54, 0, 12))
    assert np.isnan(values[:, 1]).all()
    assert np.isfinite(values[:, [0, 2]]).all()
