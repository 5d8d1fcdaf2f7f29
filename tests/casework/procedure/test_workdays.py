"""Working days against the library's own day-by-day answer, and against announced years."""

import datetime

import chinese_calendar
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.casework.procedure.workdays import (
    calendar,
    days_used,
    days_worked,
    is_covered,
    is_workday,
    months_after,
    next_workday,
    workdays_after,
)

DAY = datetime.timedelta(1)
COVERED = st.dates(datetime.date(2004, 1, 1), datetime.date(2026, 11, 1))


def slow_after(day, number):
    """The number-th working day after a day, one day at a time."""
    while number:
        day += DAY
        number -= chinese_calendar.is_workday(day)
    return day


def test_every_day_of_the_calendar():
    days = np.arange(calendar().since, calendar().until + 1)
    expected = [chinese_calendar.is_workday(day) for day in days.astype(object)]
    assert is_workday(days).tolist() == expected


# Announced by the State Council: National Day and Mid-Autumn 2025, Spring Festival 2023.
@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-09-28", True),
        ("2025-10-01", False),
        ("2025-10-08", False),
        ("2025-10-09", True),
        ("2025-10-11", True),
        ("2023-01-27", False),
        ("2023-01-28", True),
        ("2023-01-29", True),
        ("2025-10-12", False),
    ],
)
def test_announced_days(day, works):
    assert bool(is_workday(day)) is works


@given(COVERED, st.integers(1, 30))
def test_after_is_the_slow_count(day, number):
    assert workdays_after(day, number).astype(object) == slow_after(day, number)


@given(COVERED, st.integers(0, 60))
def test_worked_is_the_slow_count(day, length):
    days = [day + DAY * k for k in range(1, length + 1)]
    expected = sum(chinese_calendar.is_workday(each) for each in days)
    assert int(days_worked(day, day + DAY * length)) == expected


@given(COVERED, st.integers(0, 45), st.integers(1, 30))
def test_days_used_and_due_day_say_the_same(start, length, allowed):
    done = start + DAY * length
    in_time = done <= workdays_after(start, allowed).astype(object)
    assert (int(days_used(start, done)) <= allowed) == in_time


@given(COVERED)
def test_next_workday_is_the_first(day):
    found = day
    while not chinese_calendar.is_workday(found):
        found += DAY
    assert next_workday(day).astype(object) == found


def test_beyond_the_calendar_only_weekends_are_off():
    assert is_covered(["2003-12-31", "2004-01-01", "2026-12-31", "2027-01-01"]).tolist() == [
        *(False, True, True, False)
    ]
    assert is_workday(["2030-10-01", "2030-10-05"]).tolist() == [True, False]  # Tuesday, Saturday
    assert str(workdays_after("2030-09-30", 5)) == "2030-10-07"


def test_unknown_dates_stay_unknown():
    assert np.isnat(workdays_after("NaT", 3))
    assert np.isnat(months_after("NaT", 3))
    assert int(days_worked("NaT", "2025-01-01")) == 0
    assert not is_workday("NaT")
    assert not is_covered("NaT")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2025-01-15", 12, "2026-01-15"),
    ],
)
def test_months(day, months, expected):
    assert str(months_after(day, months)) == expected
