"""Working days: the official calendar with its holidays and make-up working days.

The days off and the weekends worked instead are those the State Council announces each year, from
the library ``chinese_calendar`` (2004 to 2026). Outside those years only Saturdays and Sundays
are days off, and `is_covered` says so. One table of all days is built once; every question is then
a look-up, for one day or for millions.

Counting follows the Civil Code: the starting day is not counted (art. 201), and a period that ends
on a day off may end on the next working day (art. 203).
"""

import datetime
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

FIRST = np.datetime64("1950-01-01")
LAST = np.datetime64("2150-12-31")
"""The days of the table; an earlier or later date is taken for its first or last day."""

Days = NDArray[np.datetime64]
Counts = NDArray[np.int64]


class Calendar(NamedTuple):
    """The table of days from `FIRST` to `LAST`.

    `is_working` bool (days,); `worked` int64 (days,), working days up to and including each day;
    `working` datetime64[D], all working days in order; `since`, `until` are the first and last day
    that the official calendar covers.
    """

    is_working: NDArray[np.bool_]
    worked: Counts
    working: Days
    since: np.datetime64
    until: np.datetime64


@cache
def calendar() -> Calendar:
    """The calendar, built once.

    >>> str(calendar().since), str(calendar().until)
    ('2004-01-01', '2026-12-31')
    """
    from chinese_calendar.constants import holidays, workdays

    days = np.arange(FIRST, LAST + 1)
    is_working = np.is_busday(days)
    for named, works in ((holidays, False), (workdays, True)):
        is_working[_places(np.array(list(named), "datetime64[D]"))] = works
    years = [day.year for day in holidays]
    return Calendar(
        is_working,
        np.cumsum(is_working),
        days[is_working],
        np.datetime64(datetime.date(min(years), 1, 1)),
        np.datetime64(datetime.date(max(years), 12, 31)),
    )


def _dates(dates: Any) -> Days:
    return np.asarray(dates, "datetime64[D]")


def _places(dates: Days) -> Counts:
    """The rows of the table for dates (any row where the date is unknown)."""
    days = (dates - FIRST).astype(np.int64)
    return np.clip(days, 0, int((LAST - FIRST).astype(int)))


def is_covered(dates: Any) -> NDArray[np.bool_]:
    """Where the official calendar says which days are off; False for an unknown date.

    >>> is_covered(["2013-12-31", "2031-01-01"]).tolist()
    [True, False]
    """
    days = _dates(dates)
    return np.asarray((days >= calendar().since) & (days <= calendar().until))


def is_workday(dates: Any) -> NDArray[np.bool_]:
    """Which days are worked; False for an unknown date.

    >>> is_workday(["2025-10-01", "2025-09-28"]).tolist()  # National Day; a Sunday worked for it
    [False, True]
    """
    days = _dates(dates)
    return np.asarray(calendar().is_working[_places(days)] & ~np.isnat(days))


def days_worked(start: Any, end: Any) -> Counts:
    """Working days after `start` up to and including `end`; 0 where a date is unknown.

    >>> int(days_worked("2025-09-30", "2025-10-10"))  # seven days of the festivals, one day more
    2
    """
    first, last = _dates(start), _dates(end)
    worked = calendar().worked
    counted = worked[_places(last)] - worked[_places(first)]
    return np.where(np.isnat(first) | np.isnat(last), 0, counted)


def days_used(start: Any, done: Any) -> Counts:
    """Working days used by what began on `start` and was done on `done`.

    What is done on a day off counts as done on the next working day, so that it is in time exactly
    if no more days were used than allowed; 0 where it was done on the day it began.

    >>> days_used(["2025-06-06", "2025-06-06"], ["2025-06-07", "2025-06-06"]).tolist()  # a Friday
    [1, 0]
    """
    first, last = _dates(start), _dates(done)
    used = days_worked(first, last) + ~is_workday(last)
    return np.where((last <= first) | np.isnat(first) | np.isnat(last), 0, used)


def workdays_after(start: Any, number: Any) -> Days:
    """The working day that is the `number`-th after `start`; NaT where `start` is unknown.

    >>> str(workdays_after("2021-02-08", 5))  # across the Spring Festival; 20 February was worked
    '2021-02-20'
    """
    days, count = np.broadcast_arrays(_dates(start), np.asarray(number, np.int64))
    table = calendar()
    place = np.clip(table.worked[_places(days)] + count - 1, 0, len(table.working) - 1)
    found = np.where(count > 0, table.working[place], days)
    return np.where(np.isnat(days), np.datetime64("NaT"), found)


def next_workday(dates: Any) -> Days:
    """Each day itself if it is worked, else the next working day.

    >>> str(next_workday("2022-10-01"))
    '2022-10-08'
    """
    days = _dates(dates)
    return np.where(is_workday(days), days, workdays_after(days, 1))


def months_after(dates: Any, number: Any) -> Days:
    """The same day so many months later, the last of the month where that is shorter.

    >>> str(months_after("2025-08-31", 6))
    '2026-02-28'
    """
    days, count = np.broadcast_arrays(_dates(dates), np.asarray(number, np.int64))
    month = days.astype("datetime64[M]")
    target = month + np.where(np.isnat(days), 0, count).astype("timedelta64[M]")
    last = (target + 1).astype("datetime64[D]") - 1
    return np.minimum(target.astype("datetime64[D]") + (days - month.astype("datetime64[D]")), last)
