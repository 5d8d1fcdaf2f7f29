"""Daily cash against a hand-made sheet, run-out days, and top-ups that are proven."""

import datetime
import time
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.outlook.money.cash import NEVER, cash, cash_of, payment_of
from jiuzhu_sim.outlook.money.funds import Funds, Line, Pot
from jiuzhu_sim.outlook.money.top_up import top_up
from jiuzhu_sim.policy import load_policy

RURAL = ("dibao.rural",)
LABEL = {"zh": "某项", "en": "some"}

# A hand-made sheet: month, arrivals, rural dibao paid by quarter, urban by month; 300,000.10 left
# over from the year before. Balances are worked out below in Decimal.
SHEET = [
    ("2025-01", "1000000.00", "303000.33", "50000.01"),
    ("2025-02", "0", "0", "50000.02"),
    ("2025-03", "0", "0", "50000.03"),
    ("2025-04", "0", "306000.33", "50000.04"),
    ("2025-05", "0", "0", "50000.05"),
    ("2025-06", "123456.78", "0", "50000.06"),
    ("2025-07", "0", "309000.33", "50000.07"),
    ("2025-08", "0", "0", "50000.08"),
    ("2025-09", "0", "0", "50000.09"),
    ("2025-10", "500000.00", "312000.33", "50000.10"),
    ("2025-11", "0", "0", "50000.11"),
    ("2025-12", "0", "0", "50000.12"),
]
QUARTERS = [303_000.33, 306_000.33, 309_000.33, 312_000.33]


def hand_made():
    rural = np.concatenate([[round(sum_ / 3, 2)] * 2 + [0] for sum_ in QUARTERS])
    rural[2::3] = np.round(np.array(QUARTERS) - rural[0::3] - rural[1::3], 2)
    urban = np.array([float(row[3]) for row in SHEET])
    lines = [Line("all", "opening", 300_000.10)]
    for number, row in enumerate(SHEET, 1):
        if float(row[1]):
            lines.append(Line("all", "local", float(row[1]), month=number, label=row[0]))
    return cash(
        np.column_stack([rural, urban]),
        "2025-01",
        Funds(tuple(lines)),
        accounts=("dibao.rural", "dibao.urban"),
        calendars={"dibao.rural": "quarterly"},
    )


def test_a_sheet_made_by_hand_comes_out_to_the_fen():
    made, balance = hand_made().sheet(), Decimal("300000.10")
    for row, (_, arrives, rural, urban) in zip(made, SHEET, strict=True):
        closing = balance + Decimal(arrives) - Decimal(rural) - Decimal(urban)
        expected = [balance, Decimal(arrives), Decimal(rural) + Decimal(urban), closing]
        assert [Decimal(f"{value:.2f}") for value in row] == expected
        balance = closing
    assert balance == Decimal("93454.78")


def test_its_table_is_the_sheet_and_carries_no_intervals():
    made = hand_made()
    table = made.months_table()
    assert np.allclose(table.values[:, :4], made.sheet())
    assert not table.has_intervals
    assert table.rows[5] == ("2025-06",)
    assert "2025-06" in str(table)
    assert table.title in table._repr_html_()


def test_a_month_without_arrival_stays_without():
    assert hand_made().arrivals[0].tolist()[1:5] == [0, 0, 0, 0]


def test_the_money_runs_out_on_the_first_day_it_cannot_pay():
    funds = Funds((Line("all", "opening", 250.0),))
    made = cash(np.full((12, 1), 100.0), "2025-01", funds, accounts=RURAL)
    found = made.run_out_dates()
    assert found.p50 == datetime.date(2025, 3, 10)
    assert made.lasts_to_dates().p50 == datetime.date(2025, 3, 9)
    assert (found.probability.value, made.unmet.tolist()) == (1.0, [950.0])
    # A floor of 150: 250 - 100 is just it; the next payment is not made.
    kept = cash(np.full((12, 1), 100.0), "2025-01", funds, accounts=RURAL, floor=150.0)
    assert kept.run_out_dates().p50 == datetime.date(2025, 2, 10)


def test_being_below_the_floor_is_no_run_out_while_nothing_is_asked_for():
    funds = Funds((Line("all", "opening", 10.0), Line("all", "local", 5000.0, month=3)))
    need = np.zeros((12, 1))
    need[4:] = 100.0
    made = cash(need, "2025-01", funds, accounts=RURAL, floor=100.0)
    assert made.run_out.tolist() == [NEVER]
    assert made.run_out_dates().p10 is None
    assert made.date(NEVER) is None


def test_money_arrives_before_it_is_paid():
    funds = Funds((Line("all", "local", 100.0, month=1, day=10),))
    need = np.zeros((12, 1))
    need[0] = 100.0
    assert not cash(need, "2025-01", funds, accounts=RURAL).runs_out.any()
    late = Funds((replace(funds.lines[0], day=11),))
    assert cash(need, "2025-01", late, accounts=RURAL).runs_out.all()


def test_temporary_assistance_lasts_to_about_the_12th_of_july():
    """170,000 at 26,600 a month, spent evenly by day (S4.2.10)."""
    funds = Funds((Line("all", "input", 170_000.0),))
    made = cash(np.full((12, 1), 26_600.0), "2013-01", funds, accounts=("temporary",))
    assert made.lasts_to_dates().p50 == datetime.date(2013, 7, 12)
    assert made.balance[0, made.span.day(datetime.date(2013, 5, 31))] == 37_000


def test_the_festival_brings_the_payment_forward():
    funds = Funds((Line("all", "opening", 250.0),))
    early = {"festival_month": 3, "advance_days": 15}
    made = cash(np.full((12, 1), 100.0), "2025-01", funds, accounts=RURAL, **early)
    assert made.run_out_dates().p50 == datetime.date(2025, 2, 14)
    assert made.payments[0, :3].tolist() == [100, 200, 0]


def test_arrears_of_the_last_quarter_are_owed():
    funds = Funds((Line("all", "opening", 900.0),))
    made = cash(
        np.full((12, 1), 100.0),
        "2025-01",
        funds,
        accounts=RURAL,
        calendars={"dibao.rural": "arrears"},
    )
    assert (made.owed.tolist(), made.closing.tolist()) == ([300], [0])
    assert not made.runs_out.any()


def test_pots_do_not_help_each_other_out():
    pots = (Pot("r", LABEL, RURAL), Pot("m", LABEL, ("medical",)))
    funds = Funds((Line("r", "local", 500.0), Line("m", "local", 5000.0)), pots)
    need = np.full((12, 3), 100.0)
    made = cash(need, "2025-01", funds, accounts=(*RURAL, "medical", "dibao.urban"))
    assert made.pots["r"].run_out_dates().p50 == datetime.date(2025, 6, 10)
    assert not made.pots["m"].runs_out.any()
    assert (made.run_out == made.pots["r"].run_out).all()
    assert (made.balance == made.pots["r"].balance + made.pots["m"].balance).all()
    assert made.unmet.tolist() == [700]
    assert made.uncovered == ("dibao.urban",)
    assert top_up(made, 0.0, 1.0, pot="r").amount == 700
    with pytest.raises(JZError, match="r, m"):
        made.top_up()


# --- chance --------------------------------------------------------------------------------
def uncertain(draws=400, seed=1):
    """A county whose grant is uncertain and may be late."""
    need = np.random.default_rng(seed).normal(4.5e6, 3e5, (draws, 12, 1)).round(2)
    funds = Funds(
        (
            Line("all", "opening", 3e6),
            Line("all", "local", 1e7, month=1),
            Line("all", "upper", 2e7, month=3, cv=0.05, delay_p=0.2, delay_days=30),
            Line("all", "upper", 2e7, month=7, cv=0.05, delay_p=0.2, delay_days=60),
        )
    )
    return cash(need, "2025-01", funds, accounts=RURAL, seed=seed)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.05, 0.2, 0.5]))
def test_a_top_up_is_just_enough_and_just_in_time(seed, risk):
    made = uncertain(100, seed)
    found = made.top_up(risk, step=10_000.0)
    if not found.is_needed:
        assert made.probability.value <= risk
        return
    assert found.amount % 10_000 == 0
    with_it = made.with_line(found.line)
    assert with_it.probability.value == found.after.value <= risk
    assert found.before.value > risk
    assert (
        made.with_line(replace(found.line, amount=found.amount - 10_000)).probability.value > risk
    )
    day_after = found.date + datetime.timedelta(days=1)
    if day_after.year == 2025:
        late = replace(found.line, month=day_after.month, day=day_after.day)
        assert made.with_line(late).probability.value > risk
    assert found.less.value > risk
    assert found.later.value > risk


def test_a_top_up_that_is_not_needed_says_so():
    made = cash(np.ones((12, 1)), "2025-01", Funds((Line("all", "local", 100.0),)), accounts=RURAL)
    found = made.top_up()
    assert (found.is_needed, found.amount, found.after.value) == (False, 0, 0)
    with pytest.raises(JZError) as caught:
        _ = found.line
    assert caught.value.codes == ("JZ-E088",)


def test_quantiles_are_in_order_and_the_shares_add_up():
    made = uncertain()
    low, middle, high = made.fan()
    assert (low <= middle).all()
    assert (middle <= high).all()
    found = made.run_out_dates()
    assert found.p10 is not None
    by = made.run_out_by()
    assert (np.diff(by) >= 0).all()
    assert by[-1] == pytest.approx(made.probability.value)
    flows = made.arrivals.sum(axis=1) - made.payments.sum(axis=1) + made.opening
    assert np.allclose(flows, made.closing, atol=0.005)
    table = made.months_table()
    assert table.get("cash_short_p", "2025-12") == pytest.approx(by[-1])


def test_a_late_grant_never_helps():
    made = uncertain()
    assert (made.delayed(90).balance <= made.delayed(0).balance).all()


def test_one_row_of_need_stands_for_every_draw():
    funds = Funds((Line("all", "upper", 1000.0, cv=0.2),))
    made = cash(np.full((12, 1), 80.0), "2025-01", funds, accounts=RURAL, draws=300)
    assert made.balance.shape == (300, 365)
    assert 0 < made.probability.value < 1


class Forecast:
    """What `cash_of` reads of a forecast."""

    need = np.full((2, 12, 2), 100.0)
    accounts = ("dibao.rural", "dibao.urban")
    start = "2020-07"
    seed = 5
    factors = {"transfers": np.array([1.0, 0.1]), "delay": np.zeros(2)}  # noqa: RUF012
    policy = load_policy("s1-county-2020")


def test_a_forecast_brings_its_draws_and_its_law():
    made = cash_of(Forecast(), Funds((Line("all", "upper", 2400.0, month=7),)))
    assert made.arrivals[:, 0].tolist() == [2400, 240]
    assert made.payments[0].tolist() == [600, 0, 0] * 4  # quarterly in advance (S1.3.3)
    assert made.runs_out.tolist() == [False, True]
    monthly = cash_of(Forecast(), made.funds, calendars={})
    assert monthly.payments[0].tolist() == [200] * 12
    assert payment_of(load_policy("s310-zone-2009"))["calendars"]["dibao.rural"] == "arrears"


def test_two_thousand_draws_are_quick():
    need = np.random.default_rng(1).normal(4.5e5, 1e4, (2000, 12, 10)).round(2)
    funds = uncertain(2).funds
    times = []
    for _ in range(5):
        begin = time.process_time()
        cash(need, "2025-01", funds)
        times.append(time.process_time() - begin)
    assert min(times) < 0.1


# --- what does not fit ---------------------------------------------------------------------
BAD = [
    ({"pay_day": 0}, "发放日"),
    ({"festival_month": 13}, "节日月份"),
    ({"advance_days": -1}, "提前天数"),
    ({"draws": 0}, "抽样次数"),
    ({"floor": float("nan")}, "余额底线"),
    ({"calendars": {"dibao.rural": "quartely"}}, "quarterly"),
    ({"calendars": {"dibao.rual": "monthly"}}, "dibao.rural"),
    ({"accounts": tuple(accounts())}, "10个"),
    ({"factors": {"delay": np.zeros(7)}}, "delay"),
]


@pytest.mark.parametrize(("options", "told"), BAD)
def test_each_fault_is_told(options, told):
    funds = Funds((Line("all", "local", 1.0),))
    with pytest.raises(JZError) as caught:
        cash(np.ones((12, 1)), "2025-01", funds, **({"accounts": RURAL} | options))
    assert caught.value.codes == ("JZ-E088",)
    assert told in str(caught.value)


def test_all_faults_are_told_at_once():
    funds = Funds((Line("all", "local", 1.0),))
    with pytest.raises(JZError) as caught:
        cash(-np.ones((12, 1)), "2025-01", funds, accounts=RURAL, pay_day=40, festival_month=-1)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(("risk", "step", "pot"), [(-0.1, 1, ""), (0.2, 0, ""), (0.2, 1, "al")])
def test_a_top_up_that_cannot_be_meant_is_refused(risk, step, pot):
    with pytest.raises(JZError) as caught:
        uncertain(10).top_up(risk, step, pot)
    assert caught.value.codes == ("JZ-E088",)
