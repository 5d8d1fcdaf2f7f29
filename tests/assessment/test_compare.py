"""Scenarios side by side: each row says what the what-if of that scenario says."""

from functools import cache

import numpy as np
import pytest

from jiuzhu_sim.assessment import compare, people_of, what_if
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures import caseload, poverty
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables
from tests.random_tables import random_tables

POLICY = load_policy("example-county")
SCENARIOS = [
    POLICY.change({"dibao.standard.rural": 670}, name="农村670"),
    POLICY.change({"edge.ratio": 1.2}, name="收紧"),
    POLICY.change({"single.offered": False}, name="无单人保"),
    POLICY,
]


@cache
def crowd():
    return people_of("", POLICY, 1_500, 2)


@pytest.mark.parametrize("per", ["person", "household"])
def test_each_row_is_that_of_the_what_if(per):
    table = compare(crowd(), POLICY, SCENARIOS, per=per)
    assert [row[0] for row in table.rows] == ["baseline", "1", "2", "3", "4"]
    for number, scenario in enumerate(SCENARIOS, 1):
        found = what_if(crowd(), POLICY, scenario, per=per, min_cell=0).tables
        change, bands = found["change"], found["winners_losers"]
        row = str(number)
        for name in ("households", "persons", "cost_y"):
            assert table.get(name, row) == pytest.approx(change.get(f"{name}.new", "total"))
        assert table.get("change_y", row) == pytest.approx(
            change.get("cost_y.change", "total"), abs=0.005
        )
        gained = bands.get("share", "gain_large") + bands.get("share", "gain_small")
        lost = bands.get("share", "loss_large") + bands.get("share", "loss_small")
        assert table.get("share_gaining", row) == pytest.approx(gained)
        assert table.get("share_losing", row) == pytest.approx(lost)
        gini = found["poverty_new"].get("gini", "after")
        assert table.get("gini", row) == pytest.approx(gini)


def test_the_baseline_and_an_equal_scenario_are_the_same():
    table = compare(crowd(), POLICY, SCENARIOS)
    first, last = table.values[0], table.values[-1]
    assert np.array_equal(first, last)
    assert table.get("change_y", "baseline") == 0
    own = poverty(simulate(crowd(), POLICY), weight="weight")
    for name in ("fgt0", "fgt1", "gini"):
        assert table.get(name, "baseline") == pytest.approx(own.get(name, "after"))


def test_the_line_is_the_baseline_s_in_every_row():
    """A higher standard cannot make anybody poorer who loses nothing."""
    table = compare(crowd(), POLICY, [POLICY.change({"dibao.standard.rural": "+1%"})])
    assert table.get("share_losing", "1") == 0
    assert table.get("fgt1", "1") <= table.get("fgt1", "baseline")


def test_results_at_hand_change_nothing():
    base = simulate(crowd(), POLICY)
    with_base = compare(crowd(), POLICY, SCENARIOS, base=base)
    assert np.array_equal(with_base.values, compare(crowd(), POLICY, SCENARIOS).values)


def test_titles_are_the_labels():
    table = compare(crowd(), POLICY, SCENARIOS[:1])
    assert [table.labels(row) for row in table.rows] == [("示例县",), ("农村670",)]
    assert "按人统计" in table.caption
    assert "按户统计" in compare(crowd(), POLICY, SCENARIOS[:1], per="household").caption


def test_no_scenario_is_the_baseline_alone():
    assert compare(crowd(), POLICY, []).rows == (("baseline",),)


def test_few_recipients_are_hidden():
    table = compare(crowd(), POLICY, SCENARIOS[:1], min_cell=10_000)
    assert np.isnan(table.values).all()
    few = caseload(simulate(crowd(), POLICY), weight="weight").n[-1]
    # One scenario shown beside a hidden baseline would give it away by the difference.
    table = compare(crowd(), POLICY, SCENARIOS[:1], min_cell=int(few) + 1)
    assert np.isnan(table.values).all()


def test_a_complete_count_has_no_intervals():
    persons, homes = random_tables(1, 300, POLICY)
    own = people_from_tables(persons, {**homes, "weight": np.ones(300)})
    assert not compare(own, POLICY, SCENARIOS).has_intervals
    assert compare(crowd(), POLICY, SCENARIOS).has_intervals


def test_five_are_too_many():
    with pytest.raises(JZError) as caught:
        compare(crowd(), POLICY, [POLICY] * 5)
    assert caught.value.codes == ("JZ-E064",)


def test_another_count_is_refused():
    with pytest.raises(JZError) as caught:
        compare(crowd(), POLICY, [], per="township")
    assert caught.value.codes == ("JZ-E032",)
