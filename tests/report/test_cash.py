"""The report of the cash calendar: sentences, live workbook, charts, calendar file."""

import re
import zipfile

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.language import set_language
from jiuzhu_sim.outlook.money.cash_answer import cash_answer
from jiuzhu_sim.outlook.money.cash_input import Money
from jiuzhu_sim.outlook.money.funds import Funds, Line
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize
from jiuzhu_sim.report import cash_charts as charts
from jiuzhu_sim.report.cash import cash_report
from jiuzhu_sim.report.cash_files import events, plan_sheet
from jiuzhu_sim.report.cash_words import day
from jiuzhu_sim.report.figure import Chart
from jiuzhu_sim.report.live_sheet import Live
from jiuzhu_sim.report.section import Listing
from tests.report.cash_answers import FUNDS, PAYMENT, certain, forecast_of, s42, spread
from tests.report.test_calendar_file import parsed


@pytest.fixture(params=["zh", "en"])
def lang(request):
    set_language(request.param)
    yield request.param
    set_language("zh")


@pytest.fixture(scope="module")
def results():
    people = synthesize("example-county", households=100, seed=1)
    return simulate(people, load_policy("example-county"))


def said(report):
    return " ".join(report.section("answer").sentences)


def computed(rows):
    """The values of a live sheet worked out from its formulas alone: sums, + and -."""
    made = {}
    cells = {
        f"{chr(ord('A') + column)}{row + 5}": cell
        for row, line in enumerate(rows)
        for column, cell in enumerate(line)
    }

    def value(place):
        if place not in made:
            cell = cells[place]
            made[place] = work_out(cell.formula[1:]) if isinstance(cell, Live) else cell
        return made[place]

    def work_out(formula):
        if found := re.fullmatch(r"SUM\(([A-Z])(\d+):([A-Z])(\d+)\)", formula):
            first, top, last, bottom = found.groups()
            columns = map(chr, range(ord(first), ord(last) + 1))
            rows = range(int(top), int(bottom) + 1)
            return sum(value(f"{column}{row}") for column in columns for row in rows)
        terms = re.findall(r"([+-]?)([A-Z]\d+)", formula)
        assert "".join(sign + place for sign, place in terms) == formula
        return sum((-1 if sign == "-" else 1) * value(place) for sign, place in terms)

    return [
        [value(f"{chr(ord('A') + c)}{r + 5}") for c in range(len(rows[0]))]
        for r in range(len(rows))
    ]


@pytest.mark.parametrize("answer", [certain(), spread(), s42()], ids=["certain", "spread", "s42"])
def test_formulas_give_the_values_that_are_written(answer):
    sheet = plan_sheet(answer)
    for told, found in zip(sheet.rows, computed(sheet.rows), strict=True):
        for cell, value in zip(told[1:], found[1:], strict=True):
            number = cell.value if isinstance(cell, Live) else cell
            assert number == pytest.approx(value, abs=0.005)
    heads = len(sheet.headers)
    assert all(isinstance(row[1], Live) for row in sheet.rows[1:])
    assert all(isinstance(row[heads - 1], Live) for row in sheet.rows)
    assert isinstance(sheet.rows[0][1], float)


def test_the_workbook_carries_the_formulas(results, tmp_path, lang):
    report = cash_report(certain(), results)
    path = report.write(tmp_path)[0]
    book = CalamineWorkbook.from_path(path)
    sheet = plan_sheet(certain())
    assert book.sheet_names[1] == sheet.name
    rows = book.get_sheet_by_name(sheet.name).to_python()[4:17]
    assert [row[-1] for row in rows[:2]] == [700, 1600]
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet2.xml").decode()
    assert "<f>B5+C5-E5</f>" in xml
    assert "<f>F5</f>" in xml
    assert not (tmp_path / "资金日历.ics").exists()


def test_certain_money_has_one_date(results, lang):
    told = said(cash_report(certain(), results))
    assert {"zh": "11月9日，11月10日断档", "en": "2025-11-09 and runs out on 2025-11-10"}[
        lang
    ] in told
    assert {"zh": "最迟11月10日须到账1.00万元", "en": "0.01 million yuan"}[lang] in told


def test_uncertain_money_has_an_interval_and_a_probability(results, lang):
    answer = spread()
    told = said(cash_report(answer, results))
    dates = answer.cash.run_out_dates()
    assert f"{dates.probability.value:.2%}" in told
    for date in (dates.p10, dates.p50, dates.p90):
        assert day(date, answer) in told


def test_the_county_of_2013_runs_out_of_temporary_assistance_in_july(results):
    report = cash_report(s42(), results)
    assert "“临时救助”资金能用到7月12日" in said(report)
    assert "6月起暂停审批" in said(report)
    listing = report.section("cash_reserves").of(Listing)[0]
    assert [row[0] for row in listing.rows] == ["照常审批", "6月起暂停审批"]
    assert listing.rows[1][1] == "期内用不完"
    assert "推迟" not in said(report)


def test_every_section_says_something_and_no_field_is_left_open(results, lang):
    for answer in (certain(), spread(), s42()):
        report = cash_report(answer, results, ics=True)
        for section in report.sections:
            page = section._repr_html_()
            assert "{" not in re.sub(r"<[^>]*>", "", page)
            assert section.blocks or section.sentences
        for chart in report.all(Chart):
            assert chart.alt
            assert chart.sentence in chart.alt


def test_assumptions_have_a_status_and_name_the_clause(results):
    listings = cash_report(s42(), results).section("cash_assumptions").of(Listing)
    rows = [row for listing in listings for row in listing.rows]
    assert all(row[2] for row in rows)
    money = {row[0]: row for row in listings[0].rows}
    assert money["临时救助 · 资金投入（未注明来源）"][3] == "S4.2.10"
    assert any(row[2] == "假设" for row in rows)


def test_the_proof_tells_all_four_cases(results):
    answer = certain()
    (listing,) = cash_report(answer, results).section("cash_top_up").of(Listing)
    shares = [row[3].partition("（")[0] for row in listing.rows]
    assert shares == ["100.00%", "0.00%", "100.00%", "100.00%"]


def test_nothing_is_asked_for_where_the_money_lasts(results):
    rich = certain(draws=2, funds=Funds((Line("all", "opening", 9000.0),)))
    report = cash_report(rich, results)
    assert report.section("cash_top_up") is None
    assert "不断档" in said(report)
    assert charts.run_out_chart(rich.run_out_table()).sentence.startswith("每一组抽样都能用到期末")


def test_the_months_of_the_chart_are_those_of_the_table():
    answer = spread()
    table = answer.cash.months_table()
    sentence = charts.month_chart(table).sentence
    lowest = table.rows[int(np.argmin(table.values[:, 3]))][0]
    assert lowest in sentence


def test_the_calendar_has_pay_days_arrivals_and_warnings(results, tmp_path, lang):
    report = cash_report(certain(), results, ics=True)
    path = report.write(tmp_path)[-1]
    found = parsed(path.read_bytes().decode("utf-8"))
    days = [each["DTSTART;VALUE=DATE"] for each in found]
    assert len(found) == 12 + 2 + 2  # pay days; arrivals but the opening; run-out and top-up
    assert days.count("20251110") == 3
    assert "20250701" in days
    assert len({each["UID"] for each in found}) == len(found)


def test_dates_keep_their_names_when_numbers_change():
    def named(answer):
        return {event.key: event.uid for event in events(answer)}

    one, other = named(certain(pay_day=10)), named(certain(pay_day=20))
    assert one == other


def test_an_interval_is_told_only_where_there_is_one(results, lang):
    need = np.full((20, 12, 1), 200.0)
    need[0] = 300.0
    rare = cash_answer(forecast_of(need), Money(FUNDS), options=PAYMENT)
    told = cash_report(rare, results).section("answer").sentences[0]
    assert "5.00%" in told
    assert "80" not in told
