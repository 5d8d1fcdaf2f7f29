"""The report on a clean-up: sections, words, charts, workbooks; what is lacking is said."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from jiuzhu_sim.assessment.on_roll import people_on_roll
from jiuzhu_sim.casework.cleanup import roll_of
from jiuzhu_sim.casework.sampling.verification import title_of
from jiuzhu_sim.language import LANGUAGES, language, set_language
from jiuzhu_sim.measures import Table
from jiuzhu_sim.measures.cleanup import cleanup_stock
from jiuzhu_sim.outlook.audit.audit import audit
from jiuzhu_sim.outlook.audit.compared import books_of
from jiuzhu_sim.outlook.audit.plan import drawn_list, plan_sample
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.report.cleanup import cleanup_report, cleanup_tables, stock_guarded
from jiuzhu_sim.report.cleanup_lists import write_lists
from jiuzhu_sim.report.figure import Chart
from jiuzhu_sim.report.section import Cards
from tests.outlook.audit.rolls import made, recipients

S43 = load_policy("s43-county")


@cache
def reported():
    """People moved to the stock that the place reported."""
    people = roll_of("s43-county", S43, seed=20260101, households=8000)
    return audit(people, S43, compare=("visited_31", "matching_only"))


def report(audited=None, min_n=5, **given):
    """The report on an audit; that on the stock reported, made once in each language."""
    return made_of(audited, min_n, **given) if audited else _reported_in(language())


@cache
def _reported_in(_language):
    return made_of(reported())


def made_of(audited, min_n=5, **given):
    plan, books = plan_sample(audited, **given), books_of(audited)
    tables = cleanup_tables(audited, plan, books, min_n=min_n, rate=0.6)
    return cleanup_report(audited, plan, books, tables)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_sections_with_charts_and_words(lang):
    set_language(lang)
    found = report()
    assert [section.key for section in found.sections] == [
        "answer", "sight", "outcomes", "stock", "found", "targeting", "townships", "matching",
        "safeguards", "petition", "recovery", "books", "sampling", "priority", "forms",
        "limits",
    ]  # fmt: skip
    assert [chart.key for chart in found.all(Chart)] == [
        "cleanup_reasons", "cleanup_ways", "cleanup_cover", "cleanup_townships",
        "cleanup_widths", "cleanup_sampled",
    ]  # fmt: skip
    shown = "".join(section._repr_html_() for section in found.sections)
    assert not re.search(r"\{\w+\}|\bnan\b", re.sub(r"base64,[^\"]+", "", shown))
    assert not re.search(r"(stat|note|table|dim|section|cleanup)\.\w+\.?\w*：?<", shown)
    assert all(chart.sentence.strip() and chart.alt for chart in found.all(Chart))


def test_the_answer_is_what_the_tables_say():
    found = report()
    tables = {table.name: table for table in found.all(Table)}
    first, errors, ways, residual = found.sections[0].sentences
    stock, rates = tables["cleanup_stock"], tables["audit_found"]
    for line in ("before", "after"):
        households = stock.show("households", line, "total")
        assert f"{households}户{stock.show('persons', line, 'total')}人" in first
    assert f"错保由{rates.show('audit_wrong', 'complete')}户" in errors
    for way in ("visited_31", "matching_only"):
        assert rates.show("audit_share_found", way) in ways
    assert "79户166人" in residual
    assert "D20" in residual


def test_what_stays_the_same_is_said_so():
    cover = next(chart for chart in report().all(Chart) if chart.key == "cleanup_cover")
    assert "漏保户仍为" in cover.sentence
    assert "错保户由" in cover.sentence


def test_amounts_and_draw_are_told_apart():
    found = report()
    names = {table.name: table for table in found.all(Table)}
    amounts = [each.name for key in ("audit_money", "audit_money_over")
               for each in names[key].statistics]  # fmt: skip
    assert len(amounts) == len(set(amounts)) == 6
    assert any("9,108户是加权后的户数" in each for each in found.section("sampling").sentences)
    assert "95%" in names["audit_sizes"].title


def test_what_is_hidden_is_no_number_in_the_answer():
    """With hardly anybody on the roll nearly all rows are hidden."""
    law = load_policy("s0-street")
    found = report(audit(people_on_roll("", law, 100, 1), law))
    (cards,) = found.sections[0].of(Cards)
    said = "".join([*found.sections[0].sentences, *(value for value, _ in cards.numbers)])
    assert "若干户" in said
    assert not re.search("nan|—[户人]", said)


def test_stamps_are_shown():
    (cards,) = report().sections[0].of(Cards)
    assert any("合成数据" in stamp for stamp in cards.stamps)
    assert any("假设" in stamp for stamp in cards.stamps)
    assert "合成示例" in report().section("books").sentences[0]
    assert "试算" in report().section("sampling").sentences[-1]


def test_reported_figures_only_beside_people_made_to_them():
    beside = report().section("stock").of(Table)[1]
    assert beside.name == "cleanup_reported"
    assert beside.get("reported_persons", "residual", "urban") == 166
    other = load_policy("example-county")
    people = people_on_roll("", other, 1500, 1)
    assert people.about["recipe"] == "all-programmes"
    elsewhere = report(audit(people, other))
    assert "cleanup_reported" not in {table.name for table in elsewhere.all(Table)}
    assert elsewhere.section("outcomes").of(Chart)


def test_a_place_that_reported_no_reasons_has_no_chart_of_them():
    city = load_policy("s41-city")
    found = report(audit(people_on_roll("", city, 8000, 1), city))
    assert found.section("stock").of(Chart) == ()
    assert [chart.key for chart in found.section("outcomes").of(Chart)] == ["cleanup_reasons"]
    beside = found.section("stock").of(Table)[1]
    assert beside.get("reported_households", "removed", "total") == 6944
    assert "为稳定保留" in "".join(found.sections[0].sentences)


def test_recipients_only_refuse_what_they_cannot_tell_and_nothing_breaks():
    found = report(recipients())
    said = found.section("sight").sentences
    assert any(line.startswith("不能说：漏保") for line in said)
    assert any("低收入人口库" in line for line in said)
    assert any("缺省值" in line for line in said)
    names = {table.name for table in found.all(Table)}
    assert not names & {"audit_cover", "audit_efficiency", "matching", "audit_recovery"}
    assert {"cleanup_outcomes", "cleanup_stock", "audit_sizes"} <= names
    assert [chart.key for chart in found.all(Chart)] == ["cleanup_widths"]  # nobody is cancelled
    assert "（预计）" not in found.section("sampling").of(Chart)[0]._repr_html_()
    assert "错保由" not in "".join(found.sections[0].sentences)


def test_a_list_handed_back_tells_wrong_cover_of_a_roster(tmp_path):
    listed = drawn_list(plan_sample(recipients(), size=10))
    listed[title_of("is_eligible")] = ["否", *["是"] * 9]
    listed.to_csv(tmp_path / "交回.csv", index=False)
    found = report(recipients(), size=10, verify_path=str(tmp_path / "交回.csv"))
    assert any("抽查核实10户，推算错保率10.00%" in each for each in found.sections[0].sentences)
    assert "能说：错保" in found.section("sight").sentences
    assert [chart.key for chart in found.section("sampling").of(Chart)][-1] == "cleanup_sampled"


def test_few_members_added_are_netted_and_the_identity_holds():
    stock = cleanup_stock(made().chosen, weight="weight")
    added = np.array([row[0] == "added" for row in stock.rows])
    few = replace(stock, n=np.where(added, 2, 100))
    guarded = stock_guarded(few, 5)
    assert "added" not in {row[0] for row in guarded.rows}
    assert guarded.hidden is None
    for statistic in ("households", "persons", "paid_m"):
        before, gone, new, after = (
            guarded.get(statistic, line, "total")
            for line in ("before", "cancelled", "new", "after")
        )
        assert before - gone + new == pytest.approx(after)
    assert stock_guarded(few, 0) is few


def test_small_rows_cannot_be_worked_out():
    tables = {table.name: table for table in report(made(), min_n=20).all(Table)}
    outcomes = tables["cleanup_outcomes"]
    shown = dict(zip(outcomes.rows, outcomes.n, strict=True))
    assert outcomes.hidden is not None
    hidden = outcomes.hidden.all(axis=1)
    assert hidden.sum() != 1
    assert all(n == 0 or n >= 20 for row, n in shown.items())


def test_everything_is_written_and_masked(tmp_path):
    audited = recipients()
    plan, books = plan_sample(audited, size=10), books_of(audited)
    written = write_lists(audited, plan, books, tmp_path)
    assert {path.name for path in written} == {"核查抽样.xlsx", "清理登记表.xlsx"}
    cells = [
        str(cell)
        for path in written
        for sheet in CalamineWorkbook.from_path(path).sheet_names
        for row in CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()
        for cell in row
    ]
    assert not [cell for cell in cells if re.search(r"户主\d|\d{15}", cell)]
    assert "甲镇" in cells
    names = {path.name for path in report().write(tmp_path)}
    assert {"清理核查.xlsx", "01_cleanup_reasons.png"} <= names


def test_the_list_goes_out_as_workbook_and_comes_back(tmp_path):
    audited = recipients()
    plan, books = plan_sample(audited, size=10), books_of(audited)
    path = write_lists(audited, plan, books, tmp_path)[0]
    back = plan_sample(audited, size=10, verify_path=str(path))
    assert np.isnan(back.checked.is_eligible).all()  # nothing filled in yet, nothing refused
