"""The report of a what-if: its sections, its words, its charts, and all its tables in Excel."""

import zipfile
from functools import cache

import pytest

from jiuzhu_sim.assessment import compare, people_of, what_if
from jiuzhu_sim.language import LANGUAGES, set_language
from jiuzhu_sim.measures import Table
from jiuzhu_sim.outlook import provisions
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.report import steps
from jiuzhu_sim.report.figure import Chart
from jiuzhu_sim.report.whatif import whatif_report

POLICY = load_policy("example-county")
REFORM = POLICY.change(
    {"dibao.standard.rural": 620, "edge.ratio": 1.3, "dibao.benefit_minimum": 50}, name="三项改动"
)
ALWAYS = ["answer", "change", "programmes", "funding", "winners", "deciles", "poverty"]


@cache
def crowd():
    return people_of("", POLICY, 2_000, 1)


@cache
def compared():
    return what_if(crowd(), POLICY, REFORM, appropriation=5e6)


@cache
def more():
    base = compared().base
    apart = provisions(crowd(), POLICY, REFORM, base, "shapley")
    return apart, compare(crowd(), POLICY, [REFORM], base=base)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_sections_with_their_charts(lang):
    set_language(lang)
    report = whatif_report(compared(), *more())
    keys = [section.key for section in report.sections]
    assert keys == [
        *ALWAYS[:4],
        "provisions",
        *ALWAYS[4:],
        "townships",
        "compare",
        "budget",
        "limits",
    ]
    charts = report.all(Chart)
    assert len(charts) == 9
    for chart in charts:
        assert chart.sentence.strip()
        assert "{" not in chart.sentence + chart.title
        assert chart.alt
    names = [table.name for table in report.all(Table)]
    assert {"programmes_change", "shares", "provisions", "compare", "township_change"} <= set(names)
    assert names.count("programmes_change") == 2


def test_without_the_costly_tables():
    report = whatif_report(compared())
    assert report.section("provisions") is None
    assert report.section("compare") is None


def test_a_few_tables_make_a_short_report():
    few = what_if(crowd(), POLICY, REFORM, tables=["deciles"])
    assert [section.key for section in whatif_report(few).sections] == [
        "answer",
        "deciles",
        "limits",
    ]


def test_captions_say_what_is_counted():
    for table in whatif_report(compared(), *more()).all(Table):
        assert ("按户统计" in table.caption) != ("按人统计" in table.caption), table.name


def test_the_numbers_of_the_sentences_stand_in_the_tables():
    report, tables = whatif_report(compared(), *more()), compared().tables
    said = report.section("funding").sentences
    change = tables["shares"].get("cost_y.change", "total", "county") / 10_000
    assert f"县级{change:+,.2f}万元" in said[0]
    assert "示例" in said[1]
    whole = tables["programmes"].get("cost_y.new", "total") / 10_000
    assert f"变为{whole:,.2f}万元" in report.section("programmes").sentences[0]


def test_own_shares_are_not_called_illustrative():
    law = POLICY.change(
        {"funding.central_share": 0.5, "funding.province_share": 0.2, "funding.city_share": 0.1}
    )
    report = whatif_report(what_if(crowd(), law, law.change({"edge.ratio": 1.3})))
    assert len(report.section("funding").sentences) == 1
    assert "承担比例为示例" not in report.section("funding")._repr_html_()


def test_the_waterfall_goes_from_the_baseline_to_the_scenario():
    table, change = more()[0], compared().tables["change"]
    for way in ("in_order", "shapley"):
        chart = steps.waterfall(table, change, way)
        for moment in ("base", "new"):
            assert change.show(f"cost_y.{moment}", "total") in chart.sentence
        for row in table.rows[:-1]:
            shown = steps.signed(table.show(f"cost_y.{way}", *row))
            assert shown in chart.sentence


def test_hidden_provisions_are_one_step_together():
    few = provisions(crowd(), POLICY, REFORM, compared().base, min_cell=60)
    assert few.hidden is not None
    chart = steps.waterfall(few, compared().tables["change"])
    assert "不单独公布的各项" in chart.sentence
    gone = what_if(crowd(), POLICY, REFORM, min_cell=10**6).tables["change"]
    assert "没有可以画出的数值" in steps.waterfall(few, gone).sentence


def test_the_dots_name_the_township_that_moves_most():
    table = compared().tables["township_change"]
    rows = [row for row in table.rows if row != ("total",)]
    most = max(rows, key=lambda row: abs(table.get("cost_y.change", *row)))
    chart = steps.township_dots(table)
    assert most[0] in chart.sentence
    still = what_if(crowd(), POLICY, POLICY).tables["township_change"]
    assert steps.township_dots(still).sentence == "各乡镇都没有变化。"


def test_a_reform_of_other_aid_does_not_read_as_free():
    set_language("en")
    heating = what_if(crowd(), POLICY, POLICY.change({"addon.heating": 600}))
    cards = dict(
        (label, number) for number, label in whatif_report(heating).sections[0].blocks[0].numbers
    )
    total = heating.tables["programmes"].get("cost_y.change", "total")
    assert heating.aid_change == total > 0
    assert cards["change of cost a year"].startswith("+0.00")
    assert cards[next(each for each in cards if each.startswith("change of all"))] == (
        f"+{total / 1e6:,.2f} million yuan"
    )
    assert compared().aid_change is None  # basic living alone: nothing to add


def test_nothing_changed_is_explained_in_the_answer():
    same = what_if(crowd(), POLICY, POLICY.change({"tiers.first_share": 0.9}))
    said = whatif_report(same).section("answer").sentences
    assert said[1] == "改动没有影响任何一户。"
    assert "分档" in said[2]
    report = whatif_report(what_if(crowd(), POLICY, POLICY))
    assert report.section("answer").sentences == ("方案与现行政策完全相同，因此没有任何变化。",)


def test_the_workbook_carries_every_table(tmp_path):
    report = whatif_report(compared(), *more())
    book = report.write(tmp_path)[0]
    with zipfile.ZipFile(book) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        names = parts.read("xl/workbook.xml").decode()
    # Contents, every table, the card of changes.
    assert len(sheets) == 1 + len(report.all(Table)) + 1
    for words in ("各项目对照", "各级承担", "各项改动", "方案并列", "分乡镇对照"):
        assert words in names
