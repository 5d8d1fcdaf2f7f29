"""The flows of the months beside those a place reported."""

import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.measures.flows import flows
from jiuzhu_sim.months import simulate_months
from jiuzhu_sim.outlook.review.review_flows import reported_flows


def run(law, months=6):
    policy = jz.load_policy(law)
    people = jz.synthesize(law, households=500, seed=1)
    return simulate_months(people, policy, months=months), policy


def test_reported_and_modelled_flows_stand_side_by_side():
    """S4.2.6: 61 and 51 households removed, 56 and 34 added, to September."""
    made, policy = run("s42-county-2013")
    table = reported_flows(made, policy)
    assert [table.get("reported_left", row) for row in ("urban", "rural", "total")] == [61, 51, 112]
    assert [table.get("reported_entered", row) for row in ("urban", "rural")] == [56, 34]
    assert table.get("reported_left_persons", "total") == 125 + 97
    assert table.get("reported_entered_persons", "total") == 73 + 57
    moved = flows(made, ["area"])
    for move in ("left", "entered"):
        own = moved.get(f"roll_{move}", "total", "total")
        assert own > 0
        assert table.get(f"model_{move}", "total") == pytest.approx(own * 9 / 6)
    assert "9个月" in table.title
    assert "没有按上报数校准" in table.footnotes()[0]


def test_a_place_without_reported_flows_has_no_such_table():
    assert reported_flows(*run("example-county", months=1)) is None
