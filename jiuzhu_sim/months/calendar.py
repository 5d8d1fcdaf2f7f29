"""Payment calendars: what accrues by month becomes what is paid by month and day.

An entitlement accrues in the month it is for; the calendar of its account says when it is paid.
Sums are kept in whole fen, so that what is paid and what is still owed make what accrued.
"""

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.rules.kit import MONTHS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEN = 100
"""Fen in a yuan."""

QUARTER = 3
"""Months in a quarter."""

EVEN = "even"

SCHEMES = ("monthly", "quarterly", "quarterly_end", "arrears", EVEN)
"""When a month's accrual is paid: in the month; in the first month of its calendar quarter (for
the whole quarter, in advance); in the last one; in the month after the quarter; every day alike.
"""

PAY_DAY = 10
"""Monthly money is paid by the 10th (S2.8.6), money of a quarter by the 10th of its first month
(S1.3.3)."""

NEVER = int(np.iinfo(np.int32).max)
"""The day number of what does not happen within the span: later than any day."""

DAY_LAST = 31
"""The last day a month can have; in a shorter month its last day is meant."""


@dataclass(frozen=True)
class Span:
    """A run of whole months. Days are numbered from 0, the 1st of the first month.

    >>> span = Span.of("2025-01", 12)
    >>> span.days, span.date(31).isoformat(), span.day(datetime.date(2025, 12, 31))
    (365, '2025-02-01', 364)
    """

    start: datetime.date
    months: int = MONTHS

    @classmethod
    def of(cls, start: Any, months: int = MONTHS) -> "Span":
        """From a month ("2025-01"), a date (its month counts), or another span.

        Raises JZ-E007 for what is no month, JZ-E032 for a number of months below 1.
        """
        if isinstance(start, Span):
            return start
        try:
            first = datetime.date.fromisoformat(f"{start!s:.7}-01")
        except ValueError as fault:
            raise JZError.of("JZ-E007", "start", value=start) from fault
        if isinstance(months, bool) or not isinstance(months, int | np.integer) or months < 1:
            raise JZError.of("JZ-E032", name="months", value=months, expected="≥ 1")
        return cls(first, int(months))

    @cached_property
    def first_days(self) -> Ints:
        """The day number of the 1st of each month, and of the one after the last: (months + 1,)."""
        ahead = np.arange(self.months + 1)
        first = np.datetime64(self.start, "M")
        made: Ints = ((first + ahead).astype("M8[D]") - first.astype("M8[D]")).astype(np.int64)
        return made

    @property
    def month_days(self) -> Ints:
        """Days in each month: (months,)."""
        return np.diff(self.first_days)

    @property
    def days(self) -> int:
        return int(self.first_days[-1])

    @property
    def calendar_months(self) -> Ints:
        """The month of the year of each month, 1–12: (months,)."""
        return (self.start.month - 1 + np.arange(self.months)) % MONTHS + 1

    @property
    def names(self) -> tuple[str, ...]:
        """The months as ``2025-01``."""
        first = np.datetime64(self.start, "M")
        return tuple(str(first + ahead) for ahead in range(self.months))

    def date(self, day: int) -> datetime.date:
        """The date of a day number."""
        return self.start + datetime.timedelta(days=int(day))

    def day(self, date: datetime.date) -> int:
        """The day number of a date; negative before the start."""
        return (date - self.start).days

    def on(self, day: int) -> Ints:
        """The day number of a day of the month, or of the month's last day, by month: (months,).

        >>> Span.of("2025-01", 2).on(31).tolist()
        [30, 58]
        """
        return self.first_days[:-1] + np.minimum(day, self.month_days) - 1


@dataclass(frozen=True)
class Payable:
    """What is paid in each month, `cash` (…, months), and what is not within the span, `owed` (…,).

    Yuan, whole fen.
    """

    cash: Floats
    owed: Floats


def payable(accrual: Floats, scheme: str, span: Span) -> Payable:
    """What accrues by month as what is paid by month, under one of `SCHEMES`.

    `accrual` (…, months) yuan; ``cash`` and ``owed`` sum to it, to the fen. A quarter paid in
    advance that began before the span is paid in the first month: nothing before it is known.
    Raises JZ-E060 for an unknown scheme, JZ-E032 for another number of months.

    >>> year = Span.of("2025-01")
    >>> made = payable(np.full(12, 100.0), "arrears", year)
    >>> made.cash.tolist(), made.owed.tolist()
    ([0.0, 0.0, 0.0, 300.0, 0.0, 0.0, 300.0, 0.0, 0.0, 300.0, 0.0, 0.0], 300.0)
    """
    paid, owed = moved(in_fen(accrual), scheme, span)
    return Payable(paid / FEN, owed / FEN)


def moved(accrual: Ints, scheme: str, span: Span) -> tuple[Ints, Ints]:
    """`payable` in whole fen: (…, months) paid in each month, (…,) owed at the end."""
    if scheme not in SCHEMES:
        raise JZError.unknown(text("word.scheme"), str(scheme), SCHEMES)
    if accrual.shape[-1] != span.months:
        expected = f"(…, {span.months})"
        raise JZError.of("JZ-E032", name="accrual", value=accrual.shape, expected=expected)
    month = np.arange(span.months)
    place = (span.calendar_months - 1) % QUARTER
    pays = {
        "quarterly": np.maximum(month - place, 0),
        "quarterly_end": month - place + QUARTER - 1,
        "arrears": month - place + QUARTER,
    }.get(scheme, month)
    paid = np.zeros((*accrual.shape[:-1], span.months + 1), np.int64)
    for source, target in enumerate(np.minimum(pays, span.months)):
        paid[..., target] += accrual[..., source]
    return paid[..., :-1], paid[..., -1]


def pay_days(
    span: Span, pay_day: int = PAY_DAY, festival_month: int = 0, advance_days: int = 0
) -> Ints:
    """The day number on which each month's payments go out: (months,).

    Day `pay_day` of the month; what is paid in the festival month (1–12, 0 for none) goes out
    `advance_days` before the 1st of that month, but never before the span begins.

    >>> pay_days(Span.of("2025-01", 3), 10, festival_month=2, advance_days=15).tolist()
    [9, 16, 68]
    """
    early = np.maximum(span.first_days[:-1] - advance_days, 0)
    return np.where(span.calendar_months == festival_month, early, span.on(pay_day))


def by_day(accrual: Ints, scheme: str, span: Span, days: Ints) -> tuple[Ints, Ints]:
    """What accrues by month as what is paid by day: (draws, days) and owed (draws,), whole fen.

    `accrual` (draws, months); `days` from `pay_days`. ``even`` spreads each month over its own
    days; the fen that do not divide fall where the running sum is rounded.

    >>> span = Span.of("2025-02", 1)
    >>> paid, owed = by_day(np.array([[100]]), "even", span, pay_days(span))
    >>> int(paid.sum()), int(paid.min()), int(paid.max()), owed.tolist()
    (100, 3, 4, [0])
    """
    if scheme == EVEN:
        month = np.repeat(np.arange(span.months), span.month_days)
        length = span.month_days[month]
        passed = np.arange(span.days) - span.first_days[month]
        whole = accrual[:, month]
        until = (whole * (passed + 1) + length // 2) // length
        return until - (whole * passed + length // 2) // length, np.zeros(len(accrual), np.int64)
    monthly, owed = moved(accrual, scheme, span)
    paid = np.zeros((len(accrual), span.days), np.int64)
    for number, day in enumerate(days):  # the festival may put two months on one day
        paid[:, day] += monthly[:, number]
    return paid, owed


def in_fen(yuan: Floats) -> Ints:
    """Yuan as whole fen."""
    made: Ints = np.rint(np.asarray(yuan, np.float64) * FEN).astype(np.int64)
    return made
