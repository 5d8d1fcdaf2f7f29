"""The report of notebook 02: the answer first, what is beyond tolerance, everything in the book."""

import re

import pytest
from python_calamine import CalamineWorkbook

from jiuzhu_sim.assessment import hold_baseline, people_of
from jiuzhu_sim.assessment.diagnostics import diagnose
from jiuzhu_sim.assessment.history import version_line
from jiuzhu_sim.language import set_language
from jiuzhu_sim.measures import Table
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize
from jiuzhu_sim.report.population import population_report
from jiuzhu_sim.report.reconcile import reconcile_report
from jiuzhu_sim.report.reconcile_charts import dots, version_lines

POLICY = load_policy("example-county")

LEDGER = """城乡,乡镇,户数,人数,人均月补差,全年支出（万元）
合计,,6105,10900,407.01,5323.65
城市,,1410,2295,484.51,1334.35
农村,,4695,9900,386.34,3989.30
,东河乡,775,1435,387.34,667.01
,双龙,435,850,345.38,352.29
"""


@pytest.fixture(scope="module")
def people():
    return synthesize("example-county", households=6000, seed=20260101)


@pytest.fixture
def odd(people, tmp_path):
    """A ledger with too many rural persons, and a township under another name."""
    path = tmp_path / "ledger.csv"
    path.write_text(LEDGER, encoding="utf-8")
    return hold_baseline(people, POLICY, ledger_path=str(path))


@pytest.fixture(params=["zh", "en"])
def lang(request):
    set_language(request.param)
    yield request.param
    set_language("zh")


def html(report):
    return "".join(section._repr_html_() for section in report.sections)


def test_the_answer_comes_first_and_says_go(people, lang):
    report = reconcile_report(hold_baseline(people, POLICY))
    assert report.sections[0].key == "answer"
    number, label = report.sections[0].blocks[0].numbers[0]
    assert (number, label) == (("可以使用", "结论") if lang == "zh" else ("go", "verdict"))
    pairs = [number for number, _ in report.sections[0].blocks[0].numbers[1:]]
    assert pairs[:2] == ["6,105 → 6,105", "10,900 → 10,900"]
    assert not re.search(r"[{}]", html(report))


def test_no_go_tells_where_and_why(odd, lang):
    report = reconcile_report(odd)
    said = " ".join(sentence for section in report.sections for sentence in section.sentences)
    expected = {
        "zh": ["农村 人数（人）", "是否指双龙乡", "台账自身有", "人数不同"],
        "en": [
            "Rural, Persons (persons)",
            "did you mean 双龙乡?",
            "Contradictions within the ledger",
            "people differ",
        ],
    }[lang]
    for part in expected:
        assert part in said, part
    assert report.sections[0].blocks[0].numbers[0][0] == {"zh": "不能使用", "en": "no-go"}[lang]
    assert 'class="colour-0"' in html(report)


def test_the_page_shows_what_is_beyond_and_the_book_everything(odd, tmp_path):
    report = reconcile_report(odd)
    tables = {table.name: table for table in report.all(Table)}
    assert {"ledger_areas", "ledger_townships", "contradictions", "history", "identities"} <= set(
        tables
    )
    assert len(tables["ledger_townships"].rows) == 4, "one township of the ledger has no match"
    assert "分乡镇的4项都在容差以内" in html(report)
    names = CalamineWorkbook.from_path(report.write(tmp_path)[0]).sheet_names
    assert any("对照分乡镇" in name for name in names)
    assert all(len(name) <= 31 for name in names)


def test_the_people_stand_between_the_answer_and_the_ledger(people):
    held = hold_baseline(people, POLICY)
    keys = [
        each.key
        for each in reconcile_report(held, population_report(diagnose(held.latest))).sections
    ]
    assert keys[:2] == ["answer", "population"]
    assert keys.index("sizes") < keys.index("ledger")
    assert len(keys) == len(set(keys))


def test_a_place_with_figures_shows_them_and_its_identities():
    policy = load_policy("s42-county-2013")
    report = reconcile_report(hold_baseline(people_of("", policy, 2000, 1), policy))
    numbers = dict((label, number) for number, label in report.sections[0].blocks[0].numbers)
    assert numbers["上报数相符（校准目标）"] == "6 / 6"
    assert numbers["上报数相符（核对）"] == "2 / 2"
    assert report.section("figures") is not None
    assert "不成立" in report.section("identities")._repr_html_()


def test_nothing_to_hold_against_is_said(tmp_path):
    policy = load_policy("national-illustrated")
    report = reconcile_report(hold_baseline(people_of("", policy, 300, 1), policy))
    assert report.sections[0].blocks[0].numbers[0][0] == "没有可对的台账"


def test_dots_say_what_they_show(odd):
    chart = dots(odd.tables["ledger_areas"])
    assert "12项中1项超出容差" in chart.sentence
    assert "农村 · 人数（人）" in chart.sentence
    assert "都在容差以内" in dots(odd.tables["ledger_townships"]).sentence
    assert chart.png == dots(odd.tables["ledger_areas"]).png


def test_the_version_line_says_from_what_to_what():
    chart = version_lines(version_line())
    assert "示例县" in chart.sentence
    assert chart.png.startswith(b"\x89PNG")
