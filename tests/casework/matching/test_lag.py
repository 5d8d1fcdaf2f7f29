"""Detection lags: closed form, simulation, and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.casework.matching.lag import detection_lag, lag_table, simulated_lag
from jiuzhu_sim.errors import JZError


@pytest.mark.parametrize(("every", "hit"), [(1, 1.0), (3, 0.8), (6, 1.0), (12, 0.5)])
def test_lags_in_closed_form_are_those_of_a_simulation(every, hit):
    lags, payments = simulated_lag(every, hit, changes=200_000, seed=2)
    lag = detection_lag(every, hit)
    error = 5 * lags.std() / np.sqrt(len(lags))
    assert lags.mean() == pytest.approx(lag.mean, abs=error)
    assert payments.mean() == pytest.approx(lag.payments, abs=error)
    assert (lags <= lag.p90).mean() == pytest.approx(0.9, abs=0.004)


def test_lags_by_hand():
    """Yearly, every match hits: evenly between 0 and 12 months; 0 to 11 payments."""
    lag = detection_lag(12)
    assert (lag.mean, lag.payments, lag.leaked(200)) == (6, 5.5, 1100)
    assert lag.p90 == pytest.approx(10.8)
    late = detection_lag(12, act_months=1, reachable=0.7)
    assert (late.mean, late.never) == (7, pytest.approx(0.3))
    assert lag_table(amount_m=100)["leaked"].tolist() == [0, 100, 250, 550]


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 24), st.floats(0.05, 1), st.floats(0.01, 1))
def test_more_hits_are_never_slower(every, hit, part):
    fewer, more = detection_lag(every, hit * part), detection_lag(every, hit)
    assert more.mean <= fewer.mean
    assert more.p90 <= fewer.p90 + 1e-9


def test_no_lags_of_nonsense():
    with pytest.raises(JZError) as caught:
        detection_lag(0, 1.5, act_months=-1, reachable=2)
    assert caught.value.codes == ("JZ-E092",) * 4
