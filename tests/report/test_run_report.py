"""The page on a run in parts: its numbers are those of the tables, what is missing is said."""

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.language import set_language
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.report import run_tables
from jiuzhu_sim.report.run import run_report
from jiuzhu_sim.report.run_facts import Ran
from jiuzhu_sim.report.run_files import write_report
from jiuzhu_sim.report.run_tables import added_by, beside, change_of, shown_tables, table_of
from jiuzhu_sim.report.run_words import cards, county_line, failed_lines, said_lines, speed
from jiuzhu_sim.report.section import Listing
from jiuzhu_sim.report.words import money
from tests.report.ran_outcomes import BY, RAISED, failure, outcome_of, ran


@pytest.fixture(scope="module")
def plain():
    return ran()


@pytest.fixture(scope="module")
def broken():
    return ran(changes=RAISED, failed=[failure(500), failure(0, 3)], resumed=1)


def keys(report):
    return [section.key for section in report.sections]


def test_one_law_has_no_reform_and_nothing_missing(plain):
    report = run_report(plain)
    assert keys(report) == ["answer", "caseload", "places", "poverty", "how"]
    assert report.banner == ""
    assert "全部算完" in report.sections[0].sentences[0]
    table = table_of(plain.outcome, "caseload")
    assert cards(plain)[0][0] == table.show("households", TOTAL)
    assert cards(plain)[2][0] == money(table.get("cost_y", TOTAL))
    assert len(cards(plain)) == 4


def test_two_laws_are_compared_in_card_sentence_and_table(broken):
    change = change_of(broken.outcome)
    moved = change.get("cost_y.change", TOTAL)
    before, after = (
        table_of(broken.outcome, "caseload", new).get("cost_y", TOTAL) for new in (False, True)
    )
    assert moved == after - before > 0
    shown = dict((label, number) for number, label in cards(broken))
    assert shown["全年支出变化（方案）"] == f"+{money(moved)}"
    said = run_report(broken).sections[0].sentences[-1]
    assert f"增加{money(moved)}" in said
    assert change.fields["new"] == "农村低保标准 616 元/人·月"


def test_what_is_missing_is_on_every_section_and_named_with_its_reason(broken):
    report = run_report(broken)
    assert keys(report)[:3] == ["answer", "missing", "change"]
    assert all(section.banner == "结果不全：缺2份" for section in report.sections)
    extent = report.sections[0].sentences[0]
    assert "约有500户，占全部数据的33.33%" in extent
    assert "1份读不出" in extent
    (listing,) = report.section("missing").of(Listing)
    assert [row[0] for row in listing.rows] == ["part-00002.parquet", "part-00003.parquet"]
    assert listing.rows[0][1] == "JZ-E021"
    assert "2 / 4" in [number for number, _ in cards(broken)]


def test_small_cells_are_hidden_in_all_tables_of_the_same_recipients(broken):
    shown = shown_tables(broken.outcome)
    totals = table_of(broken.outcome, "totals")
    category = added_by(totals, ["area", "category_hh"])
    small = [row for row, n in zip(category.rows, category.n, strict=True) if 0 < n < 5]
    assert small
    assert all(np.isnan(shown["category"].get("persons", *row)) for row in small)
    assert {"change", "township_change", "programmes_change", "split"} <= set(shown)
    assert "programmes" not in shown


def test_totals_by_township_are_those_of_all_their_groups(plain):
    totals = table_of(plain.outcome, "totals")
    people = jz.synthesize("example-county", households=1000, seed=1)
    expected = jz.caseload(
        jz.simulate(people, jz.load_policy("example-county")), ("township",), weight="weight"
    )
    made = added_by(totals, ["township"])
    for row in made.rows:
        for name in ("households", "persons", "cost_y", "mean_benefit_m"):
            assert made.get(name, *row) == pytest.approx(expected.get(name, *row))
        assert made.n[made.rows.index(row)] == expected.n[expected.rows.index(row)]
    assert totals.dims == BY


def test_a_row_that_one_law_lacks_is_nobody_there(plain):
    table = table_of(plain.outcome, "layers")
    fewer = table.only([0, len(table.rows) - 1])
    for before, after, sign in ((fewer, table, 1), (table, fewer, -1)):
        made = beside(before, after, "change", table.statistics[:1], {})
        assert made.rows[-1] == (TOTAL,)
        assert set(made.rows) == set(table.rows)
        edge = table.get("households", "edge")
        assert made.get("households.change", "edge") == sign * edge


def test_too_many_townships_are_left_out_and_that_is_said(plain, monkeypatch):
    monkeypatch.setattr(run_tables, "TOWNSHIPS_MAX", 3)
    report = run_report(plain)
    assert "places" not in keys(report)
    assert any("乡镇超过3个" in said for said in report.section("how").sentences)


def test_a_reform_that_moves_nobody_says_so():
    base = outcome_of(changes={"funding.city_share": 0.1})
    assert "没有改变任何一户" in run_report(Ran(base)).sections[0].sentences[-1]


def test_stamps_say_synthetic_illustrative_and_incomplete(broken):
    stamps = " ".join(broken.stamps())
    for word in ("缺2份（共4份）", "合成数据", "示例标准"):
        assert word in stamps
    assert broken.marks() == ("结果不全：缺2份", "合成数据", "示例标准")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_page_and_workbook_are_written_in_both_languages(broken, lang, tmp_path):
    set_language(lang)
    try:
        write_report(tmp_path, run_report(broken), "file.run_page", broken.marks())
    finally:
        set_language("zh")
    names = {"zh": {"运行结果.html", "运行结果.xlsx"}, "en": {"run.html", "run.xlsx"}}[lang]
    assert {path.name for path in tmp_path.iterdir()} == names
    page = next(tmp_path.glob("*.html")).read_text(encoding="utf-8")
    assert "part-00002" in page
    assert "{" not in page.split("</style>")[-1]
    assert ("农村" in page) == (lang == "zh")


def test_the_workbook_lists_every_part_and_the_page_does_not(plain):
    how = run_report(plain).section("how")
    assert [row[0] for row in how.annex[0].rows] == ["part-00000.parquet", "part-00001.parquet"]
    assert "aaaaaaaaaaaa" not in how._repr_html_()
    assert all(isinstance(table, Table) for table in run_report(plain).all(Table))


def test_the_speed_is_of_what_this_run_did(plain, broken):
    assert speed(plain.outcome) == 500.0
    assert speed(broken.outcome) == 250.0
    assert np.isnan(speed(outcome_of(resumed=2)))
    assert "此前已全部算完" in said_lines(outcome_of(resumed=2))[-1]


def test_lines_for_the_screen_name_the_failed_parts(broken):
    lines = failed_lines(broken.outcome)
    assert "part-00002.parquet" in lines[1]
    assert "[JZ-E021]" in lines[1]
    assert county_line(outcome_of("丁县", empty=True)) == "丁县：没有一份算完"
