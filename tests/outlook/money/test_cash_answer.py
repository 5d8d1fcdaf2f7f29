"""The cash calendar's answer: hand-made sheets, reported needs, late grants, reserves."""

import numpy as np
import pytest

from jiuzhu_sim.language import speaking
from jiuzhu_sim.outlook.money.cash_answer import cash_answer, evenly, with_reserves
from jiuzhu_sim.outlook.money.cash_input import Money
from jiuzhu_sim.population import synthesize
from tests.report.cash_answers import FUNDS, PAYMENT, certain, forecast_of, s42, spread


def test_certain_inputs_give_the_sheet_made_by_hand():
    made = certain()
    arrivals = [0, 1200, 0, 0, 0, 0, 900, 0, 0, 0, 0, 0]
    left, rows = 1000.0, []
    for come in arrivals:
        rows.append((left, come, 300.0, left + come - 300))
        left += come - 300
    assert made.planned.sheet().tolist() == [list(map(float, row)) for row in rows]
    assert made.by_account.tolist() == [[300.0]] * 12
    assert made.on_pay_days.sum() == 3600
    assert np.flatnonzero(made.on_pay_days)[:2].tolist() == [9, 40]


def test_the_date_and_the_top_up_of_the_hand_made_sheet():
    made = certain()
    assert made.cash.run_out_dates().p50.isoformat() == "2025-11-10"
    (found,) = made.top_ups
    assert found.date.isoformat() == "2025-11-10"
    assert found.amount == 10_000  # 500 yuan are short; asked for in whole 万元
    assert not made.topped.runs_out.any()
    assert found.less.value == found.later.value == 1


def test_the_top_up_brings_the_risk_down_to_what_is_accepted():
    made = spread()
    assert made.cash.probability.value > made.risk
    assert made.topped.probability.value <= made.risk


def test_late_grants_show_in_the_lowest_balance():
    table = certain().late_table()
    july = ("2025-07",)
    assert table.get("cash_lowest.on_time", *july) == 1000
    assert table.get("cash_lowest.late", *july) == 100
    assert table.get("cash_lowest.late", "2025-06") == table.get("cash_lowest.on_time", "2025-06")


def test_thirds_of_months_hold_all_draws():
    made = spread()
    table = made.run_out_table()
    assert len(table.rows) == 37
    assert table.values.sum() == pytest.approx(1)
    assert table.get("draws_share", "never") == pytest.approx(1 - made.cash.runs_out.mean())
    november = made.cash.run_out == made.span.first_days[10] + 9
    assert table.get("draws_share", "2025-11-1") == pytest.approx(november.mean())


def test_need_of_the_year_is_the_sum_of_the_months():
    made = spread()
    assert made.year_need == pytest.approx(np.linspace(3000, 4200, 200))


def test_reported_needs_stand_in_where_the_model_has_none():
    made = s42()
    assert set(made.reported) == {"temporary", "medical"}
    assert made.need[0, :, made.keys.index("temporary")].sum() == pytest.approx(319_200)
    assert made.need[0, :, made.keys.index("medical")].sum() == pytest.approx(6_356_000)
    temporary = made.cash.pots["temporary"]
    assert temporary.lasts_to_dates().p50.isoformat() == "2013-07-12"


def test_suspension_leaves_cases_unserved():
    made = s42()
    assert made.suspended_from == 6
    money = np.median(made.reserves.unserved_money)
    assert money == pytest.approx(7 * 26_600, rel=0.05)
    assert np.median(made.unsuspended.unserved_money) == pytest.approx(319_200 - 170_000, rel=0.05)
    middle = np.median(made.unsuspended.used_up)
    assert abs(middle - made.span.day(made.span.start.replace(month=7, day=12))) <= 7


def test_luck_does_not_depend_on_the_language():
    there = s42().reserves
    with speaking("en"):
        here = s42().reserves
        rows = here.table()._repr_html_()
    assert (here.cases == there.cases).all()
    assert "Temporary assistance" in rows


def test_townships_have_their_part_of_the_need():
    people = synthesize("example-county", households=300, seed=1)
    need = np.full((5, 12, 1), 30_000.0)
    forecast = forecast_of(need, accounts=("temporary",))
    plain = cash_answer(forecast, Money(FUNDS), options=PAYMENT)
    made = with_reserves(plain, people, each=10_000.0)
    assert made.reserves.need.sum() == pytest.approx(360_000)
    assert made.unsuspended is None
    assert sum(made.behind.values()) == 300
    assert with_reserves(plain, people, each=0.0) is plain


@pytest.mark.parametrize("year", [100.0, 319_200.0, 0.07])
def test_a_year_in_months_adds_up_to_the_fen(year):
    assert round(float(evenly(year, 12).sum()), 2) == year
