"""What there is to find: spells, how long they go on, what an early visit moves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.outlook.monitoring.happenings import monitoring_assumptions
from jiuzhu_sim.outlook.monitoring.recognition import recognise
from jiuzhu_sim.outlook.monitoring.truth import spells


def one(target, flow=100.0, lump=0.0):
    months = len(target)
    column = np.array(target, np.int8)[:, None]
    return spells(column, np.full((months, 1), flow), np.full((months, 1), lump))


def test_spells_counted_by_hand():
    found = one([1, 1, 0, 1, 3, 3])
    assert found.left[:, 0].tolist() == [2, 1, 0, 1, 2, 1]
    assert found.is_new[:, 0].tolist() == [False, False, False, True, True, True]
    assert found.is_cut[:, 0].tolist() == [False, False, False, False, True, True]
    assert len(set(found.spell[found.target > 0])) == 3


@pytest.mark.parametrize(
    ("lag", "gain"), [(0, [300, 200, 100, 0]), (1, [200, 100, 0, 0]), (3, [0, 0, 0, 0])]
)
def test_what_a_visit_brings_forward(lag, gain):
    assert one([1, 1, 1, 0]).gain(lag)[:, 0].tolist() == gain


def test_a_sum_at_once_is_moved_whole():
    assert one([1, 1], flow=0, lump=500).gain(1)[:, 0].tolist() == [500, 500]


def test_two_kinds_are_two_spells():
    found = one([1, 3])
    assert found.left[:, 0].tolist() == [1, 1]
    assert found.spell[0, 0] != found.spell[1, 0]


@settings(max_examples=50)
@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=8))
def test_households_do_not_mix(rows):
    target = np.array(rows, np.int8)
    flow = np.ones(target.shape)
    together = spells(target, flow, flow * 0)
    for home in range(target.shape[1]):
        alone = spells(target[:, [home]], flow[:, [home]], flow[:, [home]] * 0)
        assert (together.left[:, home] == alone.left[:, 0]).all()
        assert (together.gain(1)[:, home] == alone.gain(1)[:, 0]).all()
    assert (together.left.max(initial=0)) <= len(target)


def recognised(months=14, **more):
    told = assumptions().changed({"application.entitled": 1.0})
    numbers = monitoring_assumptions().changed(more)
    nobody = np.zeros((months + 1, 3), bool)
    entitled = np.ones((months, 3), bool)
    entitled[:, 2] = False
    eve = np.array([True, False, False])
    return recognise(eve, entitled, nobody, told, numbers, seed=1, ids=np.arange(3))


def test_recognition_runs_out_and_is_renewed():
    found = recognised(**{"recognition.opening": 1.0, "recognition.renews": 1.0})
    assert found.is_in[:, 0].all()
    assert found.left[:, 0].max() == 12
    assert not found.is_in[:, 2].any()


def test_a_family_newly_entitled_applies_and_is_decided_on_after_a_month():
    found = recognised()
    assert found.waits[1, 1]
    assert found.is_in[:3, 1].tolist() == [False, False, True]


def test_recognition_not_renewed_ends():
    found = recognised(**{"recognition.opening": 1.0, "recognition.renews": 0.0})
    assert not found.is_in[:, 0].all()
