"""What the funding gap says: the four numbers, the sentences of the answer, labels.

The page and the panel take them from here, so that they never differ.
"""

import datetime
from collections.abc import Mapping

from jiuzhu_sim.language import listed, text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.outlook.afford.affordable import Answer
from jiuzhu_sim.outlook.afford.solution import share
from jiuzhu_sim.report.annual import money
from jiuzhu_sim.rules.kit import MONTHS

FEN = 2
"""Decimals of a yuan."""

FEW = 3
"""Accounts that are named one by one in a sentence; more are called social assistance."""

Card = tuple[str, str, str]
"""Number, label, and a line of more below it."""


def need_card(found: Answer) -> Card:
    """Need of the year: the median, with the 80 % interval."""
    low, middle, high = found.need
    if found.is_certain:
        return money(middle), text("funding_gap.card.need_certain"), ""
    more = text("funding_gap.card.need_more", low=money(low), high=money(high))
    return money(middle), text("funding_gap.card.need"), more


def probability_card(found: Answer) -> Card:
    """The probability of a gap, its error and the accepted risk."""
    made = found.gap.probability
    error, risk = f"{made.error + made.emulator:.1%}", f"{found.ask.risk:.0%}"
    more = text("funding_gap.card.probability_more", error=error, risk=risk)
    return f"{made.value:.1%}", text("funding_gap.card.probability"), more


def lasts_card(found: Answer) -> Card:
    """The last day on which the money meets every payment."""
    dates = found.lasts_to
    if found.is_certain:
        return day_words(dates.p50), text("funding_gap.card.lasts_certain"), ""
    low, high = day_words(dates.p10), day_words(dates.p90)
    more = text("funding_gap.card.lasts_more", low=low, high=high)
    if low == high:
        more = text(f"funding_gap.card.lasts_{'same' if dates.p10 else 'always'}")
    return day_words(dates.p50), text("funding_gap.card.lasts"), more


def day_words(day: datetime.date | None) -> str:
    """A date as people write it; none: the money lasts the whole year.

    >>> day_words(datetime.date(2025, 10, 3)), day_words(None)
    ('2025年10月3日', '全年够用')
    """
    if day is None:
        return text("funding_gap.all_year")
    return text("funding_gap.date", year=day.year, month=day.month, day=day.day)


def affordable_card(found: Answer) -> Card:
    """The highest standard within the risk, and what one step more would mean."""
    made, sure = found.solution, f"{1 - found.ask.risk:.0%}"
    label = text("funding_gap.card.affordable", sure=sure, what=standard_title(found))
    if not made.is_found:
        more = text("funding_gap.card.affordable_none", short=money(made.short))
        return text("funding_gap.none"), label, more
    if made.next_values is None or made.next_probability is None:
        return _values(found), label, text("funding_gap.card.affordable_all")
    told = {"next": _shown(made.next_values), "probability": share(made.next_probability.value)}
    return _values(found), label, text("funding_gap.card.affordable_more", **told)


def standard_title(found: Answer) -> str:
    """Which standard is solved for."""
    paths = found.ask.paths
    return text("funding_gap.both") if len(paths) > 1 else declarations()[paths[0]].title


def _values(found: Answer) -> str:
    return _shown(found.solution.values)


def _shown(values: Mapping[str, float]) -> str:
    """Standards in yuan, urban before rural where there are both."""
    some = sorted(values.items(), reverse=True)
    return text("funding_gap.yuan", n=" / ".join(plain(value) for _, value in some))


def plain(yuan: float) -> str:
    """A standard to the fen, without idle noughts.

    >>> plain(560.0), plain(202.8333333)
    ('560', '202.83')
    """
    return f"{round(yuan, FEN):g}"


def answer_said(found: Answer) -> str:
    """The answer in one sentence: standards, need, funds, probability."""
    urban, rural = found.standards
    low, middle, high = found.need
    funds = found.money
    told = {
        "urban": plain(urban),
        "rural": plain(rural),
        "months": found.forecast.months,
        "need": money(middle),
        "funds": money(funds),
    }
    if found.is_certain:
        gap = float(found.gap.gap[0])
        said = text(f"funding_gap.gap_{'short' if gap > 0 else 'left'}", gap=money(abs(gap)))
        return text("funding_gap.said_certain", gap=said, **told)
    made = found.gap.probability
    told |= {"low": money(low), "high": money(high)}
    told |= {"probability": f"{made.value:.1%}", "error": f"{made.error + made.emulator:.1%}"}
    return text("funding_gap.said", **told)


def what_binds(found: Answer) -> tuple[str, ...]:
    """Which constraint stops the next step, and by how much money."""
    made = found.solution
    told = {
        "what": standard_title(found),
        "risk": f"{found.ask.risk:.0%}",
        "ratio": f"{found.ask.ratio_min:g}",
    }
    said: tuple[str, ...] = ()
    if not made.is_present_met:
        now, short = _shown(made.present.values), money(made.present.short)
        said = (text("funding_gap.binds.present", now=now, short=short, **told),)
    if said and made.is_found:
        return said
    if not made.is_found:
        key = "ratio" if made.binding == "ratio" else "short"
        values = _values(found)
        least = text(f"funding_gap.binds.{key}", values=values, short=money(made.short), **told)
        return (*said, least)
    if made.next_values is None:
        return (text("funding_gap.binds.range", **told),)
    key = "next_ratio" if made.binding == "ratio" else "next"
    next_ = _shown(made.next_values)
    return (text(f"funding_gap.binds.{key}", next=next_, short=money(made.next_short), **told),)


def wording_said(found: Answer) -> tuple[str, ...]:
    """Sentences for a paper to the leadership, each to be checked by people."""
    mark = text("funding_gap.please_check")
    made = found.gap.probability
    low, middle, high = found.need
    told = {
        "period": _period(found),
        "need": money(middle),
        "low": money(low),
        "high": money(high),
        "funds": money(found.money),
        "probability": f"{made.value:.0%}",
        "accounts": _paid_for(found),
        "lasts": _lasts(found),
    }
    first = text("funding_gap.wording.need", **told)
    return f"{mark}{first}", found.solution.suggestion()


def _period(found: Answer) -> str:
    """The year, or the months from the first to the last."""
    start, months = found.forecast.start, found.forecast.months
    if months == MONTHS and start.endswith("-01"):
        return text("funding_gap.wording.year", year=start[:4])
    first, last = month_ends(start, months)
    return text("funding_gap.wording.span", first=first, last=last)


def span_said(found: Answer) -> tuple[str, ...]:
    """What a year stands for, where the period is none."""
    months = found.forecast.months
    return () if months == MONTHS else (text("funding_gap.span_said", months=months),)


def _paid_for(found: Answer) -> str:
    """What the funds are held against: the accounts by name where they are few."""
    keys = [key for key in found.forecast.accounts if key not in found.gap.uncovered]
    if len(keys) > FEW:
        return text("funding_gap.wording.accounts")
    return text("word.comma").join(accounts()[key].title for key in keys)


def _lasts(found: Answer) -> str:
    """Until when the money lasts, as a part of a sentence."""
    date = found.lasts_to.p50
    if date is None:
        return text("funding_gap.wording.lasts_all")
    return text("funding_gap.wording.lasts", date=day_words(date))


def levers_title(found: Answer) -> str:
    """What the constraints are loosened for: the next step where there is one."""
    next_ = found.solution.next_values
    if next_ is None:
        return text("funding_gap.levers_any")
    return text("funding_gap.levers", next=_shown(next_))


def open_accounts(found: Answer) -> str:
    """Names of the accounts with need that no pot of the budget pays for; empty for none."""
    return listed(accounts()[key].title for key in found.gap.uncovered)


def month_labels(start: str, months: int) -> list[str]:
    """Names of the months: in Chinese without the year where all are of one.

    >>> month_labels("2025-11", 2), month_labels("2025-12", 2)
    (['11月', '12月'], ['2025年12月', '2026年1月'])
    """
    known = month_numbers(start, months)
    is_one = len({year for year, _ in known}) == 1
    key = "funding_gap.month_short" if is_one else "funding_gap.month"
    return [text(key, year=year, month=month) for year, month in known]


def month_ends(start: str, months: int) -> tuple[str, str]:
    """Names of the first and the last month, with their years.

    >>> month_ends("2025-01", 12)
    ('2025年1月', '2025年12月')
    """
    names = month_names(start, months)
    return names[0], names[-1]


def month_names(start: str, months: int) -> list[str]:
    """Names of the months with their years, for tables.

    >>> month_names("2025-12", 2)
    ['2025年12月', '2026年1月']
    """
    return [_month(*each) for each in month_numbers(start, months)]


def _month(year: int, month: int) -> str:
    return text("funding_gap.month", year=year, month=month)


def month_numbers(start: str, months: int) -> list[tuple[int, int]]:
    """Year and number of each month.

    >>> month_numbers("2025-12", 2)
    [(2025, 12), (2026, 1)]
    """
    year, first = map(int, start.split("-")[:2])
    found = [divmod(first - 1 + number, MONTHS) for number in range(months)]
    return [(year + more, month + 1) for more, month in found]


def fan_said(found: Answer) -> str:
    """The month with the highest need, with its interval."""
    middle, low, high = found.by_month
    most = int(middle.argmax())
    month = _month(*month_numbers(found.forecast.start, found.forecast.months)[most])
    told = {"month": month, "p50": money(middle[most])}
    if found.is_certain:
        return text("funding_gap.fan_said_certain", **told)
    return text("funding_gap.fan_said", p10=money(low[most]), p90=money(high[most]), **told)


def uncovered_said(found: Answer) -> tuple[str, ...]:
    """Accounts with need that no pot of the budget pays for."""
    names = open_accounts(found)
    return (text("funding_gap.uncovered", accounts=names),) if names else ()
