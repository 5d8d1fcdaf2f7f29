"""The report on review cycles: sections, words, charts and workbook in both languages."""

import re
from functools import cache

import pytest

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.language import LANGUAGES, set_language
from jiuzhu_sim.measures import Table
from jiuzhu_sim.outlook.review.review import compare_regimes
from jiuzhu_sim.outlook.review.review_tables import review_tables
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize
from jiuzhu_sim.report.figure import Chart
from jiuzhu_sim.report.review import review_report
from jiuzhu_sim.report.section import Listing

POLICY = load_policy("example-county")


@cache
def people():
    return synthesize("example-county", households=1_000, seed=1)


@cache
def compared(matching=(6,), seeds=(1, 2)):
    return compare_regimes(
        people(),
        POLICY,
        ["s1_classes", "national"],
        intervals=(6, 24),
        matching=matching,
        seeds=seeds,
        months=4,
        warm_up=3,
    )


def report(**given):
    found = compared(**given)
    return review_report(found, review_tables(found, 5), simulate(people(), POLICY))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_sections_with_charts_and_words(lang):
    set_language(lang)
    made = report()
    assert [section.key for section in made.sections] == [
        "answer", "frontier", "regimes", "matching", "leaked", "present", "roll", "limits",
    ]  # fmt: skip
    charts = made.all(Chart)
    assert [chart.key for chart in charts] == [
        "review_frontier", "review_leaked", "review_errors", "review_flows",
    ]  # fmt: skip
    shown = "".join(section._repr_html_() for section in made.sections)
    assert not re.search(r"\{\w+\}|\bnan\b", re.sub(r"base64,[^\"]+", "", shown))
    for chart in charts:
        assert chart.sentence.strip()
        assert chart.alt


def test_the_answer_is_what_the_tables_say():
    made = report()
    tables = {table.name: table for table in made.all(Table) if table.dims == ("review_regime",)}
    present, *others = made.sections[0].sentences
    assert tables["review_work"].show("review_days", "present") in present
    days = tables["review_trade"].show("days_saved", "s1_classes").removeprefix("-")
    assert f"{days}个工作日" in others[0]
    assert "比较的6个制度" in others[-1]


def test_stamps_and_assumptions_are_shown():
    made = report()
    html = made.sections[0]._repr_html_()
    assert "含假设参数" in html
    assert "合成数据" in html
    hours, life, regimes = made.section("limits").of(Listing)
    assert {"假设"} <= {row[2] for row in hours.rows}
    assert any("收成" in row[0] for row in life.rows)
    assert len(regimes.rows) == len(compared().regimes)


def test_one_seed_and_no_matching_do_without_intervals():
    made = report(matching=(), seeds=(1,))
    assert made.section("matching") is None
    assert not made.section("regimes").of(Table)[0].has_intervals


def test_everything_is_written(tmp_path):
    names = {path.name for path in report().write(tmp_path)}
    assert {"复核周期.xlsx", "01_review_frontier.png"} <= names


def test_where_the_place_reported_flows_they_stand_beside_the_model():
    policy = load_policy("s42-county-2013")
    some = synthesize("s42-county-2013", households=600, seed=1)
    found = compare_regimes(some, policy, [], intervals=(), months=3, warm_up=0)
    made = review_report(found, review_tables(found, 5), simulate(some, policy)).section("roll")
    beside = made.of(Table)[0]
    assert beside.name == "reported_flows"
    (said,) = made.sentences
    assert "上报9个月清退112户、新增90户" in said
    assert beside.show("model_left", "total") in said
    assert "没有按上报数校准" in said
    assert report().section("roll").of(Table)[0].name == "flows"
