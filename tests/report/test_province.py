"""The counties of a batch side by side: only what adds up is added up, what lacks is said."""

import numpy as np
import pytest

from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.report import province_charts
from jiuzhu_sim.report.province import changes_table, province_report, results_table
from jiuzhu_sim.report.province_charts import county_bars
from jiuzhu_sim.report.run_tables import table_of
from jiuzhu_sim.report.section import Listing
from tests.report.ran_outcomes import RAISED, failure, ran


@pytest.fixture(scope="module")
def counties():
    return (
        ran(name="甲县", changes=RAISED),
        ran(name="乙县", seed=2, failed=[failure(500)]),
        ran(name="丁县", empty=True, failed=[failure(0)]),
    )


def test_households_persons_and_money_are_added_and_nothing_else(counties):
    table = results_table(counties)
    each = [table_of(county.outcome, "caseload") for county in counties[:2]]
    persons = sum(one.get("persons", TOTAL) for one in each)
    cost = sum(one.get("cost_y", TOTAL) for one in each)
    assert table.get("persons", TOTAL) == persons
    assert table.get("cost_y", TOTAL) == pytest.approx(cost / 10_000)
    assert table.get("mean_benefit_m", TOTAL) == pytest.approx(cost / 12 / persons)
    for name in ("standard_urban", "standard_rural", "poor_before", "poor_after"):
        assert np.isnan(table.get(name, TOTAL))
    assert table.get("failed_parts", TOTAL) == 2


def test_a_county_without_an_outcome_counts_nothing_but_is_listed(counties):
    table = results_table(counties)
    assert np.isnan(table.get("cost_y", "丁县"))
    assert table.get("standard_rural", "丁县") == 560
    (listing,) = province_report(counties).all(Listing)
    assert [row[0] for row in listing.rows] == ["甲县", "乙县", "丁县"]
    assert [row[5] for row in listing.rows] == ["2 / 2", "2 / 3", "0 / 1"]
    assert "JZ-E021" in listing.rows[2][6]
    assert [row[3] for row in listing.rows] == ["合成；示例", "合成；示例", "—"]


def test_only_counties_with_a_reform_are_in_the_table_of_changes(counties):
    table = changes_table(counties)
    assert table.rows == (("甲县",), (TOTAL,))
    change, old = table.get("cost_y.change", TOTAL), table.get("cost_y.base", TOTAL)
    assert table.get("change_rate", TOTAL) == pytest.approx(change / old)
    assert changes_table(counties[1:]) is None


def test_the_summary_says_what_lacks(counties):
    report = province_report(counties)
    said = report.sections[0].sentences
    assert said[0] == "共3个县，算出2个，其中1个缺部分数据；1个没有算出。"
    assert report.banner == "合计不全：2个县有缺"
    assert [section.key for section in report.sections] == ["answer", "change", "states"]
    whole = province_report([ran(name="甲县")])
    assert whole.banner == ""
    assert [section.key for section in whole.sections] == ["answer", "states"]


def test_bars_begin_at_zero_and_of_many_counties_only_the_largest_are_drawn(counties, monkeypatch):
    table = results_table(counties)
    assert "灰色" in county_bars(table).sentence
    monkeypatch.setattr(province_charts, "BARS_MAX", 1)
    assert "只画支出最大的1个县（共2个）" in county_bars(table).sentence
