"""The report of the funding gap: the same numbers everywhere, formulas that add up, refusals."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

import jiuzhu_sim as jz
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.outlook.afford.affordable import RURAL, URBAN, Ask, answer
from jiuzhu_sim.outlook.afford.moving import Parts
from jiuzhu_sim.outlook.money.budget import budget_of
from jiuzhu_sim.outlook.need.forecast import forecast
from jiuzhu_sim.report.figure import Chart
from jiuzhu_sim.report.funding_book import FUNDS, GAP, P50, items_sheet, spread_money
from jiuzhu_sim.report.funding_gap import SOLVER, funding_report
from jiuzhu_sim.report.funding_given import start_of
from jiuzhu_sim.report.funding_words import wording_said
from jiuzhu_sim.report.live_sheet import Live
from jiuzhu_sim.report.section import Cards

POLICY = jz.load_policy("example-county")
PEOPLE = jz.synthesize("example-county", households=1200, seed=1)
SECTIONS = [
    "answer",
    "need",
    "probability",
    "solve",
    "binding",
    "contour",
    "drivers",
    "shares",
    "items",
    "wording",
    "assumptions",
    "limits",
]


@pytest.fixture(scope="module")
def made():
    return forecast(PEOPLE, POLICY, uncertainty=Ask().uncertainty(), draws=400, runs=12)


@pytest.fixture(scope="module")
def found(made):
    return answer(made, POLICY, Ask())


@pytest.fixture(scope="module")
def report(found):
    return funding_report(found, jz.simulate(PEOPLE, POLICY), given={"draws": 400, "out_dir": "x"})


def test_every_section_is_there_and_shows_itself(report):
    assert [section.key for section in report.sections] == SECTIONS
    assert all("<section" in section._repr_html_() for section in report.sections)


def test_the_cards_are_the_answer(report, found):
    numbers = report.sections[0].of(Cards)[0].numbers
    assert numbers[0][0] == f"{found.need[1] / 1e4:,.2f}万元"
    assert numbers[1][0] == f"{found.gap.probability.value:.1%}"
    assert numbers[3][0] == f"{found.solution.value:g}元"
    assert "含假设参数" in report.sections[0].of(Cards)[0].stamps


def test_the_money_of_the_year_is_what_was_planned(found):
    assert found.planned == {"all": 52_000_000.0}
    assert sum(spread_money(found).values()) == pytest.approx(52_000_000, abs=0.005)
    assert np.median(found.gap.money) == pytest.approx(52_000_000, rel=0.01)


def test_formulas_and_values_of_the_items_agree(found):
    sheet = items_sheet(found)
    items, total = sheet.rows[: -sheet.totals], sheet.rows[-2]
    for number, row in enumerate(items):
        assert row[GAP] == Live(f"=D{number + 5}-F{number + 5}", row[GAP].value)
        assert row[GAP].value == pytest.approx(row[P50] - row[FUNDS], abs=0.005)
    for column in (P50, FUNDS, GAP):
        cells = [row[column] for row in items]
        parts = [cell.value if isinstance(cell, Live) else cell for cell in cells]
        assert total[column].value == pytest.approx(sum(parts), abs=0.005)
    assert items[0][0] == "2081901"


def test_the_solver_s_value_passes_and_one_step_more_does_not(made, found):
    step, best = found.ask.round_to, found.solution.value
    assert best % step == 0
    chance = [
        answer(made, POLICY.change({RURAL: best + more}), found.ask).gap.probability.value
        for more in (0, step)
    ]
    assert chance[0] <= found.ask.risk < chance[1]
    assert chance[0] == found.solution.probability.value


def test_without_uncertainty_the_gap_is_need_less_funds_to_the_fen():
    ask = Ask(certain=True, goal="urban")
    sure = forecast(PEOPLE, POLICY, uncertainty=ask.uncertainty(), draws=10)
    got = answer(sure, POLICY, ask)
    need = round(float(sure.need[0].sum()), 2)
    assert got.gap.gap.tolist() == [round(need - 52_000_000, 2)] * 10
    assert "drivers" not in [
        each.key for each in funding_report(got, jz.simulate(PEOPLE, POLICY)).sections
    ]


@pytest.mark.parametrize(
    ("changes", "ask"),
    [
        ({RURAL: 600}, Ask()),
        ({URBAN: 800, RURAL: 530}, Ask(growth=0.05)),
        ({URBAN: 760}, Ask(local=1500, risk=0.1)),
    ],
)
def test_a_quick_answer_is_the_whole_one(made, changes, ask):
    law = POLICY.change(changes)
    whole, quick = answer(made, law, ask), answer(made, law, ask, parts=Parts(made, POLICY))
    assert quick.solution.values == whole.solution.values
    assert quick.need == whole.need
    assert quick.gap.probability == whole.gap.probability
    curves = [each.curve(7, 560).probability for each in (whole, quick)]
    assert np.abs(curves[0] - curves[1]).max() <= 0.01


def test_a_budget_that_no_standard_meets_names_what_is_missing(made):
    got = answer(made, POLICY, Ask(opening=0, local=0, upper=10))
    assert not got.solution.is_found
    said = " ".join(funding_report(got, jz.simulate(PEOPLE, POLICY)).section("binding").sentences)
    assert "还差" in said
    assert f"{got.solution.short / 1e4:,.2f}万元" in said


def test_wrong_numbers_are_all_told_at_once():
    with pytest.raises(JZError) as refused:
        Ask(local=-1, risk=0.9, goal="both")
    assert refused.value.codes == ("JZ-E092",) * 3
    assert "本级预算" in str(refused.value)


def test_it_writes_workbook_charts_and_solver(report, tmp_path, found):
    names = {path.name for path in report.write(tmp_path)}
    assert {"资金测算表.xlsx", SOLVER, "01_need_fan.png", "02_risk_curve.png"} <= names
    record = json.loads((tmp_path / SOLVER).read_text(encoding="utf-8"))
    assert record["values"] == {RURAL: found.solution.value}
    assert record["probability"] <= record["risk"] < record["next"]["probability"]
    assert len(record["tried"]) == len(found.solution.tried)
    book = tmp_path / "资金测算表.xlsx"
    names = CalamineWorkbook.from_path(book).sheet_names
    assert {"口径说明", "运行信息", "资金测算表"} <= set(names)
    with zipfile.ZipFile(book) as parts:
        sheet = parts.read(f"xl/worksheets/sheet{names.index('资金测算表') + 1}.xml").decode()
    assert "<f>D5-F5</f>" in sheet


def test_a_place_s_own_pots_stand_beside_what_it_reported():
    policy = jz.load_policy("s42-county-2013").change({"reading.rural_spend_source": "spending"})
    people = jz.people_of("", policy, 6000, 20260101)
    budget = budget_of(policy.place, policy)
    made = forecast(people, policy, draws=200, runs=12, start=budget.start)
    got = answer(made, policy, Ask(), budget.funds)
    report = funding_report(got, jz.simulate(people, policy), budget=budget)
    table = report.section("pots").of(jz.Table)[0]
    gaps = {row[0]: table.get("gap_y", *row) for row in table.rows}
    assert gaps["dibao.rural"] == pytest.approx(2_598_000, rel=0.02)
    assert gaps["medical"] == pytest.approx(606_000)
    assert "城市最低生活保障金" in " ".join(report.sections[0].sentences)


def test_english_says_the_same(found):
    try:
        jz.set_language("en")
        page = "".join(
            section._repr_html_()
            for section in funding_report(found, jz.simulate(PEOPLE, POLICY)).sections
        )
    finally:
        jz.set_language("zh")
    assert "Funds" in page
    assert f"{found.solution.value:g} yuan" in page


def test_a_place_s_budget_without_urban_money_says_what_is_left_out():
    law = jz.load_policy("s42-county-2013")
    people = jz.synthesize("s42-county-2013", households=800, seed=1)
    results, plan = jz.simulate(people, law), budget_of("s42-county-2013", law)
    made = forecast(people, law, uncertainty=Ask().uncertainty(), draws=200, runs=12)
    report = funding_report(answer(made, law, Ask(), plan.funds), results, budget=plan)
    told = {each.key: " ".join(each.sentences) for each in report.sections}
    assert "城市最低生活保障金" in told["answer"]
    assert "本节含没有安排资金的科目" in told["need"]
    assert "不画城乡标准图" in told["contour"]
    assert not report.section("contour").of(Chart)
    assert "不是缺口" in told["drivers"]
    names = [each.name for each in report.section("drivers").of(Table)]
    assert "tornado" in names
    assert "tornado_gap" not in names


def test_item_codes_come_with_the_advice_to_check_them(found):
    assert text("note.codes") in items_sheet(found).notes


@pytest.mark.parametrize(
    ("start", "months", "said"),
    [("2025-01", 12, "2025年城市"), ("2025-07", 12, "2025年7月至2026年6月城市")],
)
def test_the_wording_names_the_period(made, start, months, said):
    asked = answer(replace(made, start=start, months=months), POLICY, Ask())
    assert said in wording_said(asked)[0]


def test_the_first_month_is_that_of_the_budget_or_the_law():
    law = jz.load_policy("s42-county-2013")
    assert start_of({"start": ""}, law, budget_of("s42-county-2013", law)) == "2013-01"
    assert start_of({"start": ""}, POLICY, None) == "2025-01"
    assert start_of({"start": "2026-03"}, POLICY, None) == "2026-03"
