"""How calibration moved the weights, against numbers worked out by hand."""

import numpy as np
import pytest

from jiuzhu_sim.assessment import people_of
from jiuzhu_sim.assessment.weights import (
    calibrated_totals,
    ratio_bars,
    weight_effect,
    weight_ratios,
)
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.measures import caseload
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables, read_people, synthesize, write_people

RECORD = {"totals": {"all": [75.0, 40.0, 75.0]}, "ratios": [0.5, 4.0, 1.9], "bounds": [0.5, 4.0]}


def four(record=RECORD, weight=(5.0, 10, 20, 40)):
    """Four households of design weight 10: urban of 1 and 3 persons, rural of 2 and 4."""
    people = people_from_tables(
        {"household_id": np.repeat(np.arange(4), [1, 3, 2, 4])},
        {"area": ["urban", "urban", "rural", "rural"], "weight": np.full(4, 10.0)},
    )
    return people.with_weight(np.array(weight), {}, record)


def results_of(people):
    return Results(people, None, {})


def test_the_first_weights_stay_whatever_comes_after(tmp_path):
    again = four().with_weight(np.full(4, 7.0), {}, RECORD)
    assert again["design_weight"].tolist() == [10, 10, 10, 10]
    assert again["weight"].tolist() == [7, 7, 7, 7]
    write_people(four(), tmp_path)
    kept = read_people(tmp_path)
    assert kept["design_weight"].tolist() == [10, 10, 10, 10]
    assert kept["weight"].tolist() == [5, 10, 20, 40]
    assert weight_ratios(results_of(kept)).title == weight_ratios(results_of(four())).title


def test_ratios_by_hand():
    table = weight_ratios(results_of(four()))
    assert table.rows == (("urban",), ("rural",), ("total",))
    assert table.n.tolist() == [2, 2, 4]
    # 0.5, 2 and 4 were moved; the household that kept its weight does not count.
    by_hand = {
        "weight_moved": 3,
        "lowest": 0.5,
        "p5": 0.65,
        "median": 2,
        "p95": 3.8,
        "highest": 4,
        "at_low": 1,
        "at_high": 1,
        "design_effect": 4 * (25 + 100 + 400 + 1600) / 75**2,
        "effective": 75**2 / (25 + 100 + 400 + 1600),
    }
    for name, value in by_hand.items():
        assert table.get(name, "total") == pytest.approx(value), name
    assert table.get("median", "urban") == 0.5
    assert table.get("effective", "urban") == pytest.approx(15**2 / 125)
    assert table.get("at_high", "rural") == 1
    assert "下限0.5、上限4" in table.footnotes()[-1]


def test_without_bounds_nothing_is_at_them():
    table = weight_ratios(results_of(four({**RECORD, "bounds": [0.0, None]})))
    assert table.get("at_low", "total") == 0
    assert np.isnan(table.get("at_high", "total"))
    assert "上限不限" in table.footnotes()[-1]
    table = weight_ratios(results_of(four({"totals": {}, "ratios": [1, 1, 1]})))
    assert np.isnan(table.get("at_low", "total"))
    assert len(table.footnotes()) == 1


def test_bars_by_hand():
    table = ratio_bars(four())
    assert len(table.rows) == 20
    assert table.rows[0] == ("0.50–0.68",)
    assert table.values[:, 0].sum() == 3
    assert [table.values[k, 0] for k in (0, 8, 19)] == [1, 1, 1]  # 0.5, 2 = 0.5 + 8.6 x 0.175, 4
    assert table.values[8, 1] == pytest.approx(20 / 65)


def test_one_bar_where_all_ratios_are_the_same():
    table = ratio_bars(four(weight=(20.0, 20, 20, 20)))
    assert table.values.tolist() == [[4, 1]]


def test_people_who_were_not_calibrated_have_no_such_tables():
    people = synthesize("example-county", 100, 1)
    results = simulate(people, load_policy("example-county"))
    assert weight_ratios(results) is None
    assert weight_effect(results) is None
    assert ratio_bars(people) is None
    assert calibrated_totals(people) is None


def test_weights_that_stayed_are_told_as_such():
    people = four(weight=(10.0, 10, 10, 10))
    table = weight_ratios(results_of(people))
    assert table.get("weight_moved", "total") == 0
    assert np.isnan(table.get("median", "total"))
    assert table.get("design_effect", "total") == 1
    assert ratio_bars(people) is None


def test_the_effect_is_the_same_results_under_both_weights():
    policy = load_policy("s42-county-2013")
    table = weight_effect(simulate(people_of("", policy, 3000, 1), policy))
    plain = caseload(simulate(synthesize(policy.place, 3000, 1), policy), (), weight="weight")
    for name in ("households", "persons", "cost_y"):
        assert table.get("before", name) == np.round(plain.get(name, "total"))
    assert table.get("after", "persons") == 3212 + 7583
    assert table.get("after", "households") == 2187 + 4424
    assert table.get("difference", "persons") == np.round(10795 - plain.get("persons", "total"))
    rate = 10795 / plain.get("persons", "total") - 1
    assert table.get("difference_rate", "persons") == pytest.approx(rate)
    assert table.get("after", "fgt0_after") < table.get("after", "fgt0_before")


def test_totals_are_shown_as_their_reader_knows_them():
    record = {
        "totals": {"all": [400.0, 300.0, 400.0], "old": [100.0, 60.0, 100.0]},
        "ratios": [0.5, 4.0, 1.9],
        "told": {"old": [{"zh": "老年人占比", "en": "Share old"}, "share", 400.0]},
    }
    table = calibrated_totals(four(record))
    assert table.labels(("old",)) == ("老年人占比（%）",)
    assert table.labels(("all",)) == ("all",)
    assert table.get("target", "old") == 25
    assert table.get("before", "old") == 15
    assert table.get("before", "all") == 300
    assert "最小0.50、最大4.00" in table.footnotes()[0]
