"""Measured values: shares with their intervals, complete counts, what is missing, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.assessment.indicators import Measured, indicators
from jiuzhu_sim.assessment.indicators.measured import interval
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.sampled import of_simple

UNITS = ("甲镇", "乙乡", "丙乡")


def measured(**more):
    columns = {
        "payment_on_time": ([45, 10, np.nan], [60, 10, np.nan], [300, 10, np.nan]),
        "satisfaction": ([50, 40, 30], [60, 60, 60], [np.inf] * 3),
        "petitions_skip_level": [0, 2, np.nan],
        "overpaid_money": [1000.0, 2000.0, 0.0],
    }
    return Measured.made(UNITS, columns, sd={"overpaid_money": [100.0, 0.0, 0.0]}, **more)


def test_a_share_is_its_counts_with_the_interval_of_a_finite_population():
    made = measured()
    assert made.column("payment_on_time")[:2].tolist() == [0.75, 1.0]
    low, high = of_simple(45, 60, 300)
    assert made.low[0, 0] == low / 300
    assert made.high[0, 0] == high / 300
    assert low / 300 < 0.75 < high / 300


def test_a_census_has_no_interval_and_what_is_missing_is_no_number():
    made = measured()
    assert np.isnan(made.low[1, 0])
    assert made.is_census[1, 0]
    assert not made.is_census[0, 0]
    assert np.isnan(made.value[2, 0])
    assert not made.is_census[2, 0]


def test_plain_counts_are_complete_and_money_has_the_interval_of_its_error():
    made = measured()
    assert made.sd[:, 2].tolist() == [0, 0, 0]
    assert made.is_census[:2, 2].all()
    assert made.low[0, 3] == pytest.approx(1000 - 1.96 * 100, abs=0.1)
    assert np.isnan(made.low[1, 3])


def test_some_indicators_and_some_townships():
    made = measured(missing={"satisfaction": "没有调查"}, size=[10, 20, 30])
    part = made.of(["satisfaction", "payment_on_time"]).of_units(["丙乡", "甲镇"])
    assert part.keys == ("satisfaction", "payment_on_time")
    assert part.value[:, 0].tolist() == [0.5, 50 / 60]
    assert part.size.tolist() == [30, 10]
    assert part.missing == {"satisfaction": "没有调查"}


@pytest.mark.parametrize(
    ("call", "code", "words"),
    [
        (lambda: Measured.made(UNITS, {"payment_on_tme": [1, 1, 1]}), "JZ-E060", "payment_on_time"),
        (lambda: Measured.made(UNITS, {"satisfaction": [1.0]}), "JZ-E033", "satisfaction"),
        (lambda: measured().column("satisfacton"), "JZ-E060", "satisfaction"),
        (lambda: measured().of_units(["甲县"]), "JZ-E060", "甲镇"),
    ],
)
def test_what_is_not_there_is_refused_with_the_nearest(call, code, words):
    with pytest.raises(JZError, match=words) as error:
        call()
    assert error.value.codes == (code,)


@given(st.integers(1, 80), st.integers(0, 400), st.data())
def test_an_interval_holds_the_share_and_narrows_to_it(n, more, data):
    hits = data.draw(st.integers(0, n))
    low, high = interval(hits, n, float(n + more))
    assert 0 <= low <= hits / n <= high <= 1
    if not more:
        assert low == high


def test_an_interval_holds_a_share_that_the_population_cannot_have():
    assert interval(1, 19, 20.0) == (1 / 20, 1 / 19)


def test_a_survey_without_a_total_is_wider_than_one_of_few():
    narrow, wide = interval(50, 60, 80.0), interval(50, 60, float("inf"))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_every_indicator_can_be_made_by_hand():
    columns = {
        key: ([1], [2], [4]) if each.is_share else [1.0] for key, each in indicators().items()
    }
    made = Measured.made(("甲镇",), columns)
    assert np.isfinite(made.value).all()
