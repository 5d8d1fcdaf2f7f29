"""The report on one family: hand-computed amounts, cliffs where the receipt says, all files."""

import re

import pytest
from python_calamine import CalamineWorkbook

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.outlook.earnings.calculation import calculate
from jiuzhu_sim.outlook.earnings.cases import case_receipts, compare_cases
from jiuzhu_sim.outlook.earnings.flatten import flatten
from jiuzhu_sim.outlook.earnings.slopes import slopes
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize
from jiuzhu_sim.population.family import Family
from jiuzhu_sim.report import household_words as words
from jiuzhu_sim.report.figure import Chart
from jiuzhu_sim.report.household import (
    calculation_of,
    family_of,
    household_report,
    recorded_parameters,
    scenario_changes,
)
from jiuzhu_sim.report.household_charts import flatten_chart, flatten_said, slopes_chart
from jiuzhu_sim.report.receipts import steps_of
from jiuzhu_sim.report.section import Listing
from jiuzhu_sim.roster.batch import read_batch

POLICY = load_policy("example-county")
PLAN = POLICY.change({"dibao.standard.rural": 620}, name="农村标准620元")
GIVEN = {
    "law": "example-county",
    "area": "rural",
    "n_members": 3,
    "n_covered": 0,
    "wage": 1200.0,
    "family": [],
    "changes": [],
    "standard": -1.0,
    "work_deduction": -1.0,
    "taper_months": -1,
    "step": 50.0,
    "cases_path": "",
}
LIST = """编号,城乡,家庭人口数,月工资（元/月）,姓名
甲,农村,3,1200,张三
乙,城市,1,0,李四
丙,农村,2,2000,王五
"""


@pytest.fixture(scope="module")
def one():
    return calculate(Family(), POLICY)


@pytest.fixture(scope="module")
def two():
    return calculate(Family(), POLICY, PLAN)


@pytest.fixture(scope="module")
def population():
    people = synthesize("example-county", households=3000, seed=1)
    return slopes(people, POLICY), flatten(people, POLICY)


@pytest.fixture
def batch(tmp_path):
    path = tmp_path / "家庭.csv"
    path.write_text(LIST, encoding="utf-8")
    return read_batch(path)


@pytest.fixture(params=["zh", "en"])
def lang(request):
    set_language(request.param)
    yield request.param
    set_language("zh")


def html(report):
    return "".join(section._repr_html_() for section in report.sections)


# Wage less a cost of work of 30 %, at most 500 yuan; 560 (rural) or 780 (urban) a head; whole yuan
# upwards; at least 30 yuan a head in dibao.
@pytest.mark.parametrize(
    ("family", "benefit", "net"),
    [
        (Family(n_members=3, wage=1200), 3 * 560 - (1200 - 360), 2040),
        (Family(n_members=1, area="urban", wage=0), 780, 780),
        (Family(n_members=2, wage=1500, other_income=20.5), 2 * 30, 1580.5),
        (Family(n_members=3, wage=2180), 0, 2180),
        (Family(n_members=3, n_minor=1, wage=1000.35), 980 + 112, 2092.35),
    ],
)
def test_the_amount_is_that_of_the_hand(family, benefit, net):
    made = calculate(family, POLICY)
    assert made.base.benefit == benefit
    assert made.base.schedule.now.net_income == pytest.approx(net, abs=1e-9)
    cards = household_report(made).section("answer").blocks[0].numbers
    assert cards[0][0] == words.yuan(benefit)
    assert cards[1][0] == words.yuan(net)


def test_the_curve_falls_where_the_receipt_says(one):
    (cliff,) = one.base.cliffs
    assert (cliff.below.earnings, cliff.at.earnings) == (2179.99, 2180.0)
    for wage, said in ((2179.99, "低于适用低保标准"), (2180.0, "达到或超过适用低保标准")):
        there = calculate(Family(wage=wage), POLICY).base
        assert any(said in each for each in there.receipt.thresholds)
        earnings, benefits = one.base.line("benefit")
        assert benefits[earnings.tolist().index(wage)] == there.benefit
    said = " ".join(household_report(one).section("cliffs").sentences)
    for part in ("2,179.99元", "2,180元", "89.99元", "2,270元", "560.00"):
        assert part in said


def test_lines_are_drawn_in_the_order_of_earnings(two):
    for outcome in two.outcomes:
        earnings, _ = outcome.line("net_income")
        assert (earnings[1:] >= earnings[:-1]).all()
        assert len(earnings) == len(outcome.schedule.earnings) + 2 * len(outcome.cliffs)


def test_sections_stand_in_order(one, two, population, batch, lang):
    steep, flat = population
    report = household_report(two, slopes=steep, flattened=flat, batch=batch)
    keys = [section.key for section in report.sections]
    assert keys == [
        *("answer", "steps", "distances", "schedule", "emtr", "cliffs"),
        *("population", "batch", "limits"),
    ]
    shown = html(report) + html(household_report(one))
    assert not re.search(r"[{}]", re.sub(r"<style.*?</style>", "", shown))
    assert "张三" not in shown
    charts = report.all(Chart)
    assert [chart.key for chart in charts] == [
        *("schedule_pair", "schedule_pair_emtr", "slopes", "flatten")
    ]
    assert all(chart.sentence in chart.alt for chart in charts)


def test_the_scenario_is_told_apart_from_the_law(two):
    report = household_report(two)
    said = " ".join(report.section("answer").sentences)
    assert "现行（示例县）" in said
    assert "方案（农村标准620元）" in said
    assert "方案比现行每月多180元" in said
    numbers = [number for number, _ in report.section("answer").blocks[0].numbers]
    assert numbers[:2] == ["1,020元", "+180元"]
    heads = report.section("steps").blocks[0].headers
    assert heads[3:5] == ("现行", "方案")


def test_a_scenario_that_changes_nothing_is_no_scenario():
    made = calculate(Family(), POLICY, POLICY.change({"dibao.standard.rural": 560}))
    assert not made.is_compared
    assert made.new is made.base
    assert "方案与现行政策完全相同，因此没有任何变化。" in words.answer_said(made)
    assert not any("方案" in each for each in words.answer_said(calculate(Family(), POLICY)))


def test_nothing_is_said_of_a_step_that_keeps_all_takes_all_or_more():
    said = [
        words.step_said(calculate(Family(wage=wage), POLICY).base) for wage in (1200, 1800, 2150)
    ]
    assert "净增15元" in said[0]
    assert "净收入不变" in said[1]
    assert "净减40元" in said[2]


def test_sentences_of_the_curve_take_their_numbers_from_the_table(two):
    table = household_report(two).section("schedule").blocks[0].table
    said = words.schedule_said(table)
    for moment in ("base", "new"):
        top = max(table.rows, key=lambda row: table.get(f"benefit_m.{moment}", *row))
        assert table.show(f"benefit_m.{moment}", *top) in said
    never = calculate(Family(n_vehicles=3), POLICY)
    assert "都没有救助" in words.schedule_said(never.base.schedule.table)
    assert "没有陡坡" in " ".join(words.cliffs_said(never, never.base))


def test_stretches_cover_the_whole_curve(one):
    table = one.base.schedule.table
    rows = words.runs(table).rows
    assert [row[0] for row in rows[1:]] == [row[1] for row in rows[:-1]]
    assert (rows[0][0], rows[-1][1]) == ("0", f"{one.base.schedule.high:,g}")


def test_a_page_shows_some_rows_and_the_book_all(one, tmp_path):
    report = household_report(one)
    few, all_ = report.section("schedule").blocks[1].table, one.base.schedule.table
    assert len(few.rows) <= 14 < len(all_.rows)
    assert (few.rows[0], few.rows[-1]) == (all_.rows[0], all_.rows[-1])
    names = {path.name for path in report.write(tmp_path)}
    charts = {"01_schedule.png", "02_schedule_emtr.png"}
    assert names == {"户级计算.xlsx", "计算单.html", "批量模板.xlsx"} | charts
    book = CalamineWorkbook.from_path(tmp_path / "户级计算.xlsx")
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert max(map(len, sheets.values())) > len(all_.rows)
    assert any("就业成本" in str(row) for rows in sheets.values() for row in rows)


def test_a_list_of_families_gives_results_and_receipts(two, batch, tmp_path):
    report = household_report(two, batch=batch)
    names = {path.name for path in report.write(tmp_path)}
    assert {"批量结果.xlsx", "批量计算单.html"} <= names
    book = CalamineWorkbook.from_path(tmp_path / "批量结果.xlsx")
    cells = [
        str(cell)
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert {"甲", "乙", "丙"} <= set(cells)
    page = (tmp_path / "批量计算单.html").read_text(encoding="utf-8")
    assert page.count("的计算单</h2>") == 3
    assert not any("张三" in each for each in (page, *cells))


def test_results_of_a_list_are_those_of_each_family(batch):
    table = compare_cases(batch.people, POLICY, PLAN)
    for family, row in zip(batch.families, table.rows, strict=False):
        made = calculate(family, POLICY, PLAN)
        found = [table.get(f"benefit_m.{moment}", *row) for moment in ("base", "new")]
        assert found == [made.base.benefit, made.new.benefit]
    total = table.rows[-1]
    assert total[0] == "total"
    assert table.get("benefit_m.change", *total) == 180 + 0 + 0  # 丙: 2000 − 500 ≥ 2 × 620
    assert [receipt.household for receipt in case_receipts(batch.people, POLICY, 2)] == ["甲", "乙"]


def test_the_population_is_drawn_without_those_whom_it_does_not_touch(population):
    steep, flat = population
    table = steep.tables["slopes"]
    chart = slopes_chart(table)
    assert table.show("households", "zero") in chart.sentence
    assert table.show("households", "above") in chart.sentence
    fewest = min(flat.get("steep", *row) for row in flat.rows)
    assert any(f"{fewest:,.0f}" in each for each in flatten_said(flat))
    assert flatten_chart(flat).table is flat


def test_few_households_on_a_cliff_are_not_told(one, population):
    report = household_report(one, slopes=population[0], min_cell=100)
    assert report.section("population").sentences[0] == "站在陡坡上的户数过少，不予公布。"


def test_steps_are_those_of_both_laws(two):
    receipts = [outcome.receipt for outcome in two.outcomes]
    listing = steps_of(receipts)
    assert isinstance(listing, Listing)
    numbers = [row[0] for row in listing.rows if row[0] != "—"]
    assert numbers == [str(k) for k in range(1, len(numbers) + 1)]
    (standard,) = [row for row in listing.rows if row[2] == "公布的低保标准"]
    assert standard[3:5] == ("560.00 元/人·月", "620.00 元/人·月")
    (wage,) = [row for row in listing.rows if row[2] == "就业成本"]
    assert wage[3] == "360.00；0.00；0.00 元/月"


# --- parameters ----------------------------------------------------------------------------------
def test_parameters_in_words_become_changes():
    given = GIVEN | {"standard": 620.0, "work_deduction": 0.2, "taper_months": 0}
    made = scenario_changes(given | {"changes": ["edge.ratio=2"]})
    assert made == [
        "dibao.standard.rural=620.0",
        "income.employment_cost_share=0.2",
        "reading.grace_months=0",
        "edge.ratio=2",
    ]
    recorded = recorded_parameters(given | {"cases_path": "/x/甲.xlsx"})
    assert (recorded["cases_path"], len(recorded["changes"])) == ("甲.xlsx", 3)
    assert calculation_of(given).new.policy["income.employment_cost_share"] == 0.2


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(JZError) as refused:
        calculation_of(GIVEN | {"n_covered": 4, "changes": ["dibao.standrad.rural=600"]})
    assert refused.value.codes == ("JZ-E065", "JZ-E003")
    assert "保障人口数（4人）多于家庭人口数（3人）" in str(refused.value)
    with pytest.raises(JZError) as refused:
        calculation_of(GIVEN | {"law": "no-such-county"})
    assert len(refused.value.codes) == 1


def test_other_fields_of_the_form_come_by_name():
    made = family_of(GIVEN | {"family": ["savings=30000", "重病人数=1"]})
    assert (made.savings, made.n_ill, made.n_covered) == (30000, 1, None)
