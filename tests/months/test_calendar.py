"""What accrues by month is paid when its calendar says, to the fen."""

import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law import declarations
from jiuzhu_sim.months.calendar import SCHEMES, Span, by_day, in_fen, pay_days, payable

YEAR = Span.of("2025-01")
ONES = np.arange(1.0, 13.0)  # 1 yuan in January, 12 in December


@pytest.mark.parametrize(
    ("scheme", "cash", "owed"),
    [
        ("monthly", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 0),
        ("quarterly", [6, 0, 0, 15, 0, 0, 24, 0, 0, 33, 0, 0], 0),
        ("quarterly_end", [0, 0, 6, 0, 0, 15, 0, 0, 24, 0, 0, 33], 0),
        ("arrears", [0, 0, 0, 6, 0, 0, 15, 0, 0, 24, 0, 0], 33),
        ("even", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 0),
    ],
)
def test_each_calendar(scheme, cash, owed):
    made = payable(ONES, scheme, YEAR)
    assert made.cash.tolist() == cash
    assert made.owed == owed


def test_quarters_are_those_of_the_year_not_of_the_span():
    """From February: of the first quarter's last two months nothing before February is known."""
    span = Span.of("2025-02", 4)
    paid = payable(np.array([1.0, 2.0, 4.0, 8.0]), "quarterly", span)
    assert paid.cash.tolist() == [3, 0, 12, 0]
    late = payable(np.array([1.0, 2.0, 4.0, 8.0]), "quarterly_end", span)
    assert (late.cash.tolist(), float(late.owed)) == ([0, 3, 0, 0], 12)


@settings(max_examples=60, deadline=None)
@given(
    scheme=st.sampled_from(SCHEMES),
    start=st.dates(datetime.date(2000, 1, 1), datetime.date(2040, 1, 1)),
    fen=st.lists(st.integers(0, 10**10), min_size=1, max_size=30),
    pay_day=st.integers(1, 31),
    festival=st.integers(0, 12),
    advance=st.integers(0, 90),
)
def test_paid_and_owed_make_what_accrued_to_the_fen(scheme, start, fen, pay_day, festival, advance):
    span = Span.of(start, len(fen))
    accrual = np.array([fen]) / 100
    made = payable(accrual, scheme, span)
    assert in_fen(made.cash).sum() + in_fen(made.owed).sum() == sum(fen)
    days = pay_days(span, pay_day, festival, advance)
    paid, owed = by_day(in_fen(accrual), scheme, span, days)
    assert paid.sum() + owed.sum() == sum(fen)
    assert (paid >= 0).all()
    assert paid.shape == (1, span.days)


def test_payments_go_out_on_the_pay_day_and_before_the_festival():
    days = pay_days(YEAR, 10, festival_month=2, advance_days=15)
    assert [YEAR.date(day).isoformat() for day in days[:3]] == [
        "2025-01-10",
        "2025-01-17",
        "2025-03-10",
    ]
    assert pay_days(YEAR, 10, festival_month=1, advance_days=15)[0] == 0  # never before the span
    assert YEAR.date(pay_days(YEAR, 31)[1]) == datetime.date(2025, 2, 28)


def test_what_is_even_by_day_sums_to_each_month():
    span = Span.of("2024-01", 3)
    paid, _ = by_day(np.array([[100, 2899, 0]]), "even", span, pay_days(span))
    assert np.add.reduceat(paid[0], span.first_days[:-1]).tolist() == [100, 2899, 0]
    assert paid[0, 31:60].max() - paid[0, 31:60].min() <= 1


def test_a_span_counts_days_of_leap_years():
    assert Span.of("2024-01").days == 366
    span = Span.of("2024-11", 4)
    assert span.first_days.tolist() == [0, 30, 61, 92, 120]
    assert span.names == ("2024-11", "2024-12", "2025-01", "2025-02")
    assert span.calendar_months.tolist() == [11, 12, 1, 2]
    assert Span.of(span) is span


def test_the_calendars_of_the_law_are_all_known():
    for area in ("urban", "rural"):
        assert set(declarations()[f"payment.calendar.{area}"].choices) <= set(SCHEMES)


@pytest.mark.parametrize("start", ["2025-13", "soon", 2025])
def test_what_is_no_month_is_refused(start):
    with pytest.raises(JZError) as caught:
        Span.of(start)
    assert caught.value.codes == ("JZ-E007",)


def test_unknown_calendars_and_empty_spans_are_refused():
    with pytest.raises(JZError) as caught:
        payable(ONES, "quartely", YEAR)
    assert caught.value.codes == ("JZ-E060",)
    assert "quarterly" in str(caught.value)
    with pytest.raises(JZError) as caught:
        Span.of("2025-01", 0)
    assert caught.value.codes == ("JZ-E032",)
