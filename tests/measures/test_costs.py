import numpy as np
import pytest

from jiuzhu_sim.columns import column
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures import budget_gap, caseload
from jiuzhu_sim.measures.costs import by_layer
from jiuzhu_sim.measures.table import TOTAL
from tests.measures.small import FOUR, results


def test_recipients_and_cost_by_area_by_hand():
    table = caseload(results(**FOUR), ("area",), weight="weight")
    assert table.rows == (("urban",), ("rural",), (TOTAL,))
    assert table.get("households", "urban") == 20
    assert table.get("persons", "rural") == 90
    assert table.get("cost_y", "urban") == 20 * 600 * 12
    assert table.get("cost_y", TOTAL) == 20 * 600 * 12 + 30 * 300 * 12
    assert table.get("mean_benefit_m", "rural") == pytest.approx(100.0)
    assert table.n.tolist() == [1, 1, 2]


def test_two_groupings_and_none():
    made = results(**FOUR)
    cross = caseload(made, ("area", "township"), weight="weight")
    assert ("urban", "乙乡") in cross.rows
    assert ("urban", "丙乡") not in cross.rows
    whole = caseload(made, (), weight="weight")
    assert whole.rows == ((TOTAL,),)
    assert whole.get("persons", TOTAL) == cross.get("persons", TOTAL, TOTAL) == 130


def test_interval_of_a_total_is_the_textbook_one():
    made = results(**FOUR)
    table = caseload(made, (), weight="weight")
    u = np.array([0, 20 * 2, 30 * 3, 0], float)
    se = np.sqrt(4 / 3 * ((u - u.mean()) ** 2).sum())
    half = 1.959963984540054 * se
    assert table.low[0, 1] == pytest.approx(130 - half)
    assert table.high[0, 1] == pytest.approx(130 + half)


def test_gap_is_need_less_appropriation():
    made = results(**FOUR)
    table = budget_gap(made, 100_000.0, weight="weight", area="rural")
    assert table.get("need_y", "rural") == 108_000
    assert table.get("gap_y", "rural") == 8_000
    assert table.get("need_rate", "rural") == pytest.approx(1.08)
    assert np.isnan(table.low[0, 1])


@pytest.mark.parametrize("amount", [-1.0, float("nan")])
def test_an_impossible_appropriation_is_refused(amount):
    with pytest.raises(JZError) as refused:
        budget_gap(results(**FOUR), amount, weight="weight")
    assert refused.value.codes == ("JZ-E032",)


def test_unknown_grouping_is_refused():
    with pytest.raises(JZError) as refused:
        caseload(results(**FOUR), ("village",), weight="weight")
    assert refused.value.codes == ("JZ-E031",)


def test_layers_and_who_stands_outside_them():
    made = results(**FOUR | {"recipients": [1, 2, 3, 0], "benefit": [50.0, 600, 300, 0]})
    made.computed["layer_hh"][:] = [NAMES.index(name) for name in ("none", "dibao", "edge", "none")]
    table = by_layer(made, weight="weight")
    assert table.rows == (("dibao",), ("edge",), ("none",), (TOTAL,))
    rows = {name: [table.get(name, *row) for row in table.rows] for name in COUNTED}
    assert rows == {
        "households": [20, 30, 10, 60],  # in no layer, and yet a recipient
        "persons": [40, 90, 10, 140],
        "recipients": [40, 90, 10, 140],
        "cost_y": [144_000, 108_000, 6_000, 258_000],
    }
    assert table.n.tolist() == [1, 1, 1, 3]


NAMES = list(column("layer_hh").codes)
COUNTED = ("households", "persons", "recipients", "cost_y")


def test_without_an_appropriation_there_is_no_rate():
    table = budget_gap(results(**FOUR), 0.0, weight="weight")
    assert table.get("gap_y", TOTAL) == table.get("need_y", TOTAL) > 0
    assert np.isnan(table.get("need_rate", TOTAL))


def test_an_unknown_area_is_refused_with_those_there_are():
    with pytest.raises(JZError, match="urban / rural") as refused:
        budget_gap(results(**FOUR), 1.0, weight="weight", area="village")
    assert refused.value.codes == ("JZ-E032",)
    assert "village" in str(refused.value)
