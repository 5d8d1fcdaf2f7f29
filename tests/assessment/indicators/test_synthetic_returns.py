"""Synthetic returns: keyed by township, of the assumed means, marked as made up."""

import numpy as np

from jiuzhu_sim.assessment.indicators import indicators, synthetic_returns
from jiuzhu_sim.assessment.indicators.synthetic_returns import assumed

MANY = [f"{k}号镇" for k in range(400)]


def test_a_township_reports_the_same_whoever_else_reports():
    every, one = synthetic_returns(MANY[:20], 7), synthetic_returns(MANY[19:9:-1], 7)
    for key in every.keys:
        for name in ("value", "hits"):
            told, again = getattr(every, name)[key][10:], getattr(one, name)[key][::-1]
            np.testing.assert_array_equal(told, again)


def test_another_seed_is_another_report():
    one, other = synthetic_returns(MANY[:30], 1), synthetic_returns(MANY[:30], 2)
    assert (one.hits["satisfaction"] != other.hits["satisfaction"]).any()


def test_numbers_lie_where_they_are_assumed():
    made = synthetic_returns(MANY, 1)
    for key, mean in assumed()["counts"].items():
        # Standard error of the mean of 400 Poisson numbers, four of them.
        assert abs(made.value[key].mean() - mean) < 4 * np.sqrt(mean / 400) + 1e-9
    for key, chance in assumed()["answers"].items():
        assert abs(made.value[key].mean() - chance) < 4 * np.sqrt(chance * (1 - chance) / 400)
    rates = made.hits["satisfaction"] / made.n["satisfaction"]
    assert abs(np.median(rates) - assumed()["shares"]["satisfaction"]["mean"]) < 0.03


def test_townships_differ_together_and_by_chance():
    made = synthetic_returns(MANY, 1)
    told = [made.hits[key] / made.n[key] for key in ("satisfaction", "policy_awareness")]
    assert 0.2 < np.corrcoef(told)[0, 1] < 0.8


def test_every_figure_is_one_of_its_indicator():
    made = synthetic_returns(MANY[:5], 1)
    assert made.is_synthetic
    for key in made.keys:
        is_counted = np.isfinite(made.n[key]).all()
        assert is_counted == indicators()[key].is_share
        if is_counted:
            assert (made.hits[key] <= made.n[key]).all()
