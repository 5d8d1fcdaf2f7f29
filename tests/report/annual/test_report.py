"""The chapters of the annual report: what is said stands in a table, what is missing is told."""

import re

import pytest

from jiuzhu_sim import JZError, annual_report, set_language
from jiuzhu_sim.language import texts
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.annual.chapter import CHAPTERS
from jiuzhu_sim.report.annual.known import Known
from jiuzhu_sim.report.annual.problems import findings
from jiuzhu_sim.report.cited import Cell, Given, Stub, parts_of
from jiuzhu_sim.report.figure import Chart
from tests.report.annual_parts import assessed_of, bare, full, gathered, made_anew

PLAIN = {
    *("at", "card", "conf", "date", "documents", "file", "grade", "k", "n", "names", "place"),
    *("policy", "procedure", "recipe", "seed", "what", "why", "worst", "year", "item", "area"),
    *("failed", "columns", "above", "below", "month", "line", "number", "sheet"),
}
"""Fields of sentences that may hold digits and are no figures: names, dates, seeds, clauses."""
OUTSIDE = ("annual.missing.", "reconcile.how", "reconcile.counts_only")
"""Sentences that name files and commands, or tell a method: their digits are no figures."""


def sentences(report):
    return [(section, each) for section in report.sections for each in section.sentences]


def is_outside(sentence):
    keys = [key for key in texts() if key.startswith(OUTSIDE)]
    return any(str(sentence) in texts()[key].values() for key in keys)


@pytest.mark.parametrize("make", [full, bare])
def test_every_figure_of_a_sentence_is_a_cell(make):
    n = 0
    for section, sentence in sentences(make()):
        if is_outside(sentence):
            continue
        for part in parts_of(sentence):
            if isinstance(part, Cell):
                n += 1
                assert part.shown == part.table.show(part.statistic, *part.row)
            elif re.search(r"\d", str(part)):
                assert isinstance(part, Given), (section.key, str(sentence))
                assert part.name in PLAIN, (section.key, part.name, str(sentence))
    assert n > 5


def test_every_cited_cell_stands_in_a_table_of_the_report():
    report = full()
    shown = {(table.name, table.title) for table in report.all(Table)}
    for _, sentence in sentences(report):
        for part in parts_of(sentence):
            if isinstance(part, Cell):
                assert (part.table.name, part.table.title) in shown


def test_the_body_tells_money_in_one_unit():
    for section in full().sections:
        for block in section.blocks:
            if isinstance(block, Table) and block.name != "reconcile":
                assert {"yuan", "yuan/year"}.isdisjoint(each.unit for each in block.statistics)


def test_chapters_are_numbered_in_order():
    titles = [section.title for section in full().sections if section.level == 1]
    assert titles[0] == "摘要"
    assert [title.split("、")[0] for title in titles[1:9]] == list("一二三四五六七八")
    assert [title[:3] for title in titles[9:]] == ["附件1", "附件2", "附件3", "附件4"]


def test_a_selection_of_chapters_has_no_holes():
    report = made_anew(sections=["problems", "outlook", "run"])
    heads = [section for section in report.sections if section.level == 1]
    assert [each.key for each in heads] == ["answer", "outlook", "problems", "run"]
    assert [each.title[:2] for each in heads] == ["摘要", "一、", "二、", "附件"]
    assert report.chapter("basics") is None
    assert "下年资金需求" in report.chapter("outlook")._repr_html_()


def test_chapters_that_are_not_are_refused_all_at_once():
    with pytest.raises(JZError) as refused:
        made_anew(sections=["basic", "money", "run"])
    assert refused.value.codes == ("JZ-E060", "JZ-E060")
    assert "basics" in str(refused.value)


def test_what_is_missing_is_told_with_the_way_to_supply_it():
    report = bare()
    assert [each.key for each in report.sections if each.level == 1] == list(CHAPTERS)
    said = "".join(str(each) for _, each in sentences(report))
    for way in ("--param log=", "jiuzhu report cleanup --data", "--param appropriation=",
                "--param targets=", "参数 returns"):  # fmt: skip
        assert way in said
    assert "缺少办理记录、入户核查结果、资金投入数、乡镇评估材料" in said


def test_findings_follow_from_the_tables():
    known = full().known
    found = {each.key: each for each in findings(known)}
    short = known.assessed.tables["budget"].get("gap_y", "rural") > 0
    assert ("budget" in found) == short
    assert "late" in found
    assert all(isinstance(each.advice, Stub) and "【请核实】" in each.advice
               for each in found.values())  # fmt: skip
    enough = Known(assessed_of("example-county"), 2025)
    assert [each.key for each in findings(enough)] == ["missing"]


def test_advice_is_marked_and_prescribes_nothing():
    report = full()
    _, *stubs = report.section("advice").sentences
    assert stubs
    for each in stubs:
        assert each.endswith("【请核实】")
        assert not re.search("应当|必须|严肃|追责", each)


def test_townships_whose_ranks_overlap_are_never_ordered():
    report = full()
    ranking, names = report.known.ranking, report.known.ranking.measured.units
    low, high = ranking.low, ranking.high
    for sentence in report.section("ranking").sentences:
        found = re.fullmatch("(?:其中)?(.*)优于(.*)。", str(sentence))
        if not found or "前一档" in sentence:
            continue
        above, below = ([names.index(each) for each in part.split("、")] for part in found.groups())
        assert all(high[i] < low[j] for i in above for j in below)


def test_two_places_give_different_sentences_and_charts():
    one, other = full(), full("example-county")
    pictures = [{chart.png for chart in report.all(Chart)} for report in (one, other)]
    assert pictures[0]
    assert pictures[0].isdisjoint(pictures[1])
    assert one.sections[0].sentences[0] != other.sections[0].sentences[0]


def test_the_same_run_gives_the_same_report_and_id():
    parts = gathered("s42-county-2013")
    again = annual_report(assessed_of("s42-county-2013"), 2013, **parts)
    assert full().run == again.run
    assert made_anew(year=2012).run != again.run
    assert made_anew(dated="2014-01-01").run == again.run


def test_it_speaks_english():
    set_language("en")
    try:
        report = full()
        said = " ".join(str(each) for _, each in sentences(report))
        titles = "".join(section.title for section in report.sections)
    finally:
        set_language("zh")
    assert not re.search("[一-鿿]", titles)
    assert "ten thousand yuan" in said


def test_the_summary_is_a_page_of_its_own_in_plain_words():
    report = full()
    first, *others = report.sections
    assert first.ends_page
    assert not any(each.ends_page for each in others)
    said = "".join(first.sentences)
    assert not re.search("R0|S4|模型|jiuzhu|--param|0\\.00%", said)
    assert said.startswith("按当地标准和规定测算，2013年应保障")


def test_the_offices_own_money_stands_in_the_form():
    parts = gathered("s42-county-2013", spent=9_000_000.0, initial_budget=9_500_000.0)
    budget = parts["performance"].budget
    assert (budget.initial, budget.spent) == (9_500_000.0, 9_000_000.0)
    report = annual_report(assessed_of("s42-county-2013"), 2013, **parts)
    table = report.known.tables_of_form[1]
    assert table.show("spent_budget", "total") == "900.00"


def test_targets_are_tracked_where_there_is_a_list(tmp_path):
    path = tmp_path / "目标.csv"
    path.write_text("目标,计划数,完成数,单位\n发放率,100,90,项\n公示,10,10,项\n", encoding="utf-8")
    parts = gathered("s42-county-2013", targets=str(path))
    report = annual_report(assessed_of("s42-county-2013"), 2013, **parts)
    assert report.known.targets in report.section("self_evaluation").blocks
    said = next(each for each in findings(report.known) if each.key == "targets")
    assert "发放率" in said.sentence
    assert "公示" not in said.sentence


def test_chapters_may_be_named_in_one_entry():
    heads = [each.key for each in made_anew(sections=["run, outlook"]).sections if each.level == 1]
    assert heads == ["answer", "outlook", "run"]
