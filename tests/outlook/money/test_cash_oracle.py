"""The daily balance against a slow one made day by day in Decimal, and the gap against both."""

import calendar
import datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.calendar import SCHEMES
from jiuzhu_sim.outlook.afford.gap import gap
from jiuzhu_sim.outlook.money.cash import NEVER, cash, cash_of
from jiuzhu_sim.outlook.money.funds import Funds, Line, Pot
from tests.outlook.afford.small_forecast import SmallForecast, spread

KEYS = tuple(accounts())


def last(year, month):
    return calendar.monthrange(year, month)[1]


def slow(need, start, lines, schemes, *, pay_day, festival_month, advance_days, floor):
    """Balances by day, the first day that cannot be paid, what is owed: one draw, in Decimal."""
    first = datetime.date.fromisoformat(f"{start}-01")
    whole = [divmod(first.year * 12 + first.month - 1 + k, 12) for k in range(len(need) + 1)]
    months = [(year, month + 1) for year, month in whole]
    pays, comes, owed = {}, {}, Decimal(0)

    def when(k):
        year, month = months[k]
        if month == festival_month:
            early = datetime.date(year, month, 1) - datetime.timedelta(days=advance_days)
            return max(early, first)
        return datetime.date(year, month, min(pay_day, last(year, month)))

    for k, (year, month) in enumerate(months[:-1]):
        evenly, place = 0, (month - 1) % 3
        for key, amount in zip(KEYS, need[k], strict=True):
            fen = round(amount * 100)
            target = {"quarterly": max(k - place, 0), "quarterly_end": k + 2 - place}
            target |= {"arrears": k + 3 - place, "monthly": k}
            if schemes[key] == "even":
                evenly += fen
            elif target[schemes[key]] >= len(need):
                owed += Decimal(fen) / 100
            else:
                day = when(target[schemes[key]])
                pays[day] = pays.get(day, 0) + Decimal(fen) / 100
        days, paid = last(year, month), 0
        for number in range(1, days + 1):
            day, until = datetime.date(year, month, number), (2 * evenly * number + days)
            until //= 2 * days
            pays[day] = pays.get(day, 0) + Decimal(until - paid) / 100
            paid = until
    balance = Decimal(0)
    for line in lines:
        if line.kind == "opening":
            balance += Decimal(str(line.amount))
            continue
        found = [m for m in months[:-1] if m[1] == line.month and line.year in (None, m[0])]
        if found:
            year, month = found[0]
            day = datetime.date(year, month, min(line.day, last(year, month)))
            comes[day] = comes.get(day, 0) + Decimal(str(line.amount))
    made, run_out, day = [], NEVER, first
    while day < datetime.date(*months[-1], 1):
        asked = pays.get(day, Decimal(0))
        balance += comes.get(day, 0) - asked
        if run_out == NEVER and asked > 0 and balance < Decimal(str(floor)):
            run_out = len(made)
        made.append(balance)
        day += datetime.timedelta(days=1)
    return made, run_out, owed


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    months=st.sampled_from([1, 5, 12, 24]),
    start=st.sampled_from(["2025-07", "2024-01", "2023-11", "2024-02", "2027-12"]),
    pay_day=st.sampled_from([1, 10, 29, 31]),
    festival_month=st.sampled_from([0, 1, 2, 3]),
    advance_days=st.sampled_from([0, 15, 40]),
    floor=st.sampled_from([0.0, 1_000.37]),
)
def test_every_day_is_that_of_the_slow_one(seed, months, start, floor, **rules):
    rng = np.random.default_rng(seed)
    need = np.round(rng.uniform(0, 3e5, (months, len(KEYS))), 2)
    schemes = dict(zip(KEYS, rng.choice(SCHEMES, len(KEYS)).tolist(), strict=True))
    lines = [Line("all", "opening", round(rng.uniform(0, 5e6), 2))]
    for year in (None, int(start[:4]) + 1):
        month, day = (int(rng.integers(1, most + 1)) for most in (12, 31))
        lines.append(
            Line("all", "local", round(rng.uniform(0, 8e6), 2), month=month, day=day, year=year)
        )
    made = cash(need, start, Funds(tuple(lines)), calendars=schemes, floor=floor, **rules)
    balance, run_out, owed = slow(need, start, lines, schemes, floor=floor, **rules)
    assert [Decimal(str(round(each, 2))) for each in made.balance[0]] == balance
    assert int(made.run_out[0]) == run_out
    assert Decimal(str(round(made.owed[0], 2))) == owed


@pytest.mark.parametrize("risk", [0.0, 0.01, 0.2, 0.5])
@pytest.mark.parametrize("start", ["2024-01", "2023-11"])
def test_a_top_up_in_the_second_year_is_proven_too(risk, start):
    need = np.round(1e5 * np.random.default_rng(1).lognormal(0, 0.1, (200, 1, 1)), 2)
    need = np.repeat(need, 24, axis=1)
    funds = Funds((Line("all", "opening", 1_900_000.0),))
    made = cash(need, start, funds, accounts=("dibao.rural",), pay_day=31)
    found = made.top_up(risk, step=100)
    assert found.day >= 366
    assert found.after.value <= risk < min(found.less.value, found.later.value)


@pytest.mark.parametrize("months", [6, 12])
@pytest.mark.parametrize("scheme", ["monthly", "arrears", "quarterly_end"])
def test_closing_is_money_less_need_plus_what_is_owed(months, scheme):
    """By draw, to the fen; money of a month that is not forecast counts on neither side."""
    pots = tuple(Pot(a, {"zh": a, "en": a}, (f"dibao.{a}",)) for a in ("urban", "rural"))
    lines = (
        Line("urban", "opening", 78_000.11 * months),
        Line("rural", "upper", 400_000.33 * months, cv=0.1, month=2),
        Line("rural", "local", 160_000.0 * months),
        Line("rural", "local", 999_999.0, month=9),
    )
    made, funds = SmallForecast(spread=spread(), months=months), Funds(lines, pots)
    schemes = dict.fromkeys(("dibao.urban", "dibao.rural"), scheme)
    short, paid = gap(made, funds), cash_of(made, funds, calendars=schemes)
    np.testing.assert_array_equal(np.round(paid.closing - paid.owed, 2), -short.gap)
    if not paid.owed.any():
        negative = np.any([pot.closing < 0 for pot in paid.pots.values()], axis=0)
        assert negative.mean() == short.probability.value
        np.testing.assert_array_equal(paid.unmet, np.maximum(short.missing, 0))
        assert (negative <= paid.runs_out).all()


@pytest.mark.parametrize(
    "wrong", [{"floor": "a"}, {"draws": "a"}, {"draws": True}, {"pay_day": True}, {"need": "a"}]
)
def test_what_is_no_number_is_refused(wrong):
    asked = {"need": np.ones((1, len(KEYS))), "start": "2025-01"} | wrong
    with pytest.raises(JZError, match="JZ-E088"):
        cash(funds=Funds((Line("all", "opening", 1.0),)), **asked)


@pytest.mark.parametrize("wrong", [{"risk": "a"}, {"step": None}, {"pot": 3}])
def test_a_top_up_of_nonsense_is_refused(wrong):
    made = cash(np.ones((1, len(KEYS))), "2025-01", Funds((Line("all", "opening", 1.0),)))
    with pytest.raises(JZError, match="JZ-E088"):
        made.top_up(**wrong)
