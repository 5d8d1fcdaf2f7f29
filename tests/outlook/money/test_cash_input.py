"""Money as a user gives it: what is read, what is refused, all at once."""

import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.outlook.money.cash_input import arrivals_of, money_of, payment_of, uncertainty_of
from jiuzhu_sim.policy import load_policy

EXAMPLE, S42 = load_policy("example-county"), load_policy("s42-county-2013")
NOTHING = {"budget": "", "opening_balance": -1.0, "local_amount": -1.0, "upper_amount": -1.0}


def lines(money):
    return [(line.kind, line.month, line.amount) for line in money.funds.lines]


@pytest.mark.parametrize(
    ("entry", "read"),
    [
        ("3:1000", (3, 1000.0)),
        ("12：0", (12, 0.0)),
        ([7, 2.5], (7, 2.5)),
        ("1: 1,000", (1, 1000.0)),
    ],
)
def test_arrivals_are_read(entry, read):
    assert arrivals_of([entry]) == (read,)
    assert arrivals_of(["", entry]) == (read,)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("0:5", "月份"),
        ("13:5", "月份"),
        ("1.5:5", "月份"),
        ("3:-1", "金额"),
        ("3:nan", "金额"),
        ("3:inf", "金额"),
        ("三月", "看不出"),
        ("3:4:5", "看不出"),
        ([3], "看不出"),
        ([True, 5], "看不出"),
        (5, "看不出"),
    ],
)
def test_wrong_arrivals_are_refused(entry, said):
    with pytest.raises(JZError) as refused:
        arrivals_of([entry])
    assert refused.value.codes == ("JZ-E089",)
    assert said in str(refused.value)


def test_each_wrong_arrival_has_its_sentence():
    with pytest.raises(JZError) as refused:
        arrivals_of(["13:5", "3:10", "a", "4:-2"])
    places = [problem.where for problem in refused.value.problems]
    assert places == ["arrivals[1]", "arrivals[3]", "arrivals[4]"]


def test_amounts_make_the_lines():
    given = NOTHING | {"opening_balance": 3.0, "upper_amount": 40.0, "arrivals": ["2:10", "9:30"]}
    money = money_of(given, EXAMPLE)
    assert lines(money) == [("opening", 1, 3e4), ("upper", 2, 1e5), ("upper", 9, 3e5)]
    assert money.budget is None
    assert money.start == "2025-01"
    assert lines(money_of(NOTHING | {"upper_amount": 5.0}, EXAMPLE)) == [("upper", 1, 5e4)]
    assert lines(money_of(NOTHING | {"local_amount": 0.0}, EXAMPLE)) == [("local", 1, 0.0)]


def test_without_amounts_the_places_own_budget_counts():
    money = money_of(NOTHING, S42)
    assert money.budget.name == "s42-county-2013"
    assert money.start == "2013-01"
    assert [pot.name for pot in money.funds.pots] == ["dibao.rural", "medical", "temporary"]
    assert money_of(NOTHING | {"start": "2013-04"}, S42).start == "2013-04"


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"budget": "example-county", "local_amount": 5.0}, ("JZ-E032",)),
        ({"budget": "example-county", "arrivals": ["3:5"]}, ("JZ-E032",)),
        ({"upper_amount": 50.0, "arrivals": ["3:5"]}, ("JZ-E032",)),
        ({"budget": "example-countyy"}, ("JZ-E060",)),
        ({"budget": "没有.yaml"}, ("JZ-E020",)),
        ({"budget": "example-county", "arrivals": ["0:5", "x"]}, ("JZ-E089", "JZ-E089", "JZ-E032")),
    ],
)
def test_money_that_contradicts_itself_is_refused(given, codes):
    with pytest.raises(JZError) as refused:
        money_of(NOTHING | given, EXAMPLE)
    assert refused.value.codes == codes


def test_a_place_without_a_budget_asks_for_one():
    with pytest.raises(JZError) as refused:
        money_of(NOTHING, load_policy("s2-district-2022"))
    assert refused.value.codes == ("JZ-E032",)
    assert "预算文件" in str(refused.value)


def test_payment_follows_the_law_unless_told_otherwise():
    options, lawful = payment_of({"pay_day": 0}, EXAMPLE)
    assert options["pay_day"] == EXAMPLE["payment.day"]
    assert "payment.day" in lawful
    options, lawful = payment_of({"pay_day": 25, "reserve_floor": 2.0, "festival_month": 1}, S42)
    assert (options["pay_day"], options["floor"], options["festival_month"]) == (25, 2e4, 1)
    assert "payment.day" not in lawful
    assert options["calendars"]["dibao.rural"] == S42["payment.calendar.rural"]


def test_uncertainty_takes_the_runs_numbers_or_none_at_all():
    made = uncertainty_of({"delay_p": 0.4, "delay_days": 60, "price_subsidy_p": 0.0})
    assert [made[path] for path in ("delay.probability", "delay.days", "prices.probability")] == [
        0.4,
        60,
        0.0,
    ]
    assert uncertainty_of({"chance": False, "delay_p": 0.4}).is_none
