"""Lists of the cash calendar: the proof of a top-up, what a suspension leaves unserved, and every
number that the calendar rests on, with its status and source.
"""

import datetime
from collections.abc import Iterator, Sequence

import numpy as np

from jiuzhu_sim.language import in_brackets, pick, text, with_unit
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.assumptions import assumptions as months_assumptions
from jiuzhu_sim.outlook.money.cash import quantiles
from jiuzhu_sim.outlook.money.cash_answer import CashAnswer
from jiuzhu_sim.outlook.money.reserves import Reserves
from jiuzhu_sim.outlook.money.top_up import TopUp
from jiuzhu_sim.report.annual import money
from jiuzhu_sim.report.cash_words import day, percent, probable
from jiuzhu_sim.report.section import Listing

ASSUMPTIONS = ("label", "value", "status", "source")
"""Heads of a list of assumptions."""


def proof(found: TopUp, answer: CashAnswer) -> Listing:
    """The probability of running out without the top-up, with it, with one step less, a day later:
    the calendar was run again for each.
    """
    amount, date = money(found.amount), day(found.date, answer)
    rows = (
        (text("cash.proof.before"), "—", "—", probable(found.before)),
        (text("cash.proof.after"), amount, date, probable(found.after)),
        (
            text("cash.proof.less", step=money(found.step)),
            money(found.amount - found.step),
            date,
            probable(found.less),
        ),
        (
            text("cash.proof.later"),
            amount,
            text("cash.day_after", date=date),
            probable(found.later),
        ),
    )
    heads = ("case", "amount", "date", "probability")
    pot = answer.money.funds.pot(found.pot).title
    title = text("cash.proof", pot=pot, risk=percent(answer.risk))
    return Listing(title, tuple(text(f"cash.head.{head}") for head in heads), rows)


def reserves_listing(answer: CashAnswer) -> Listing:
    """Temporary assistance with approvals as ever, and with approvals suspended."""
    ways = (("open", answer.unsuspended), ("suspended", answer.reserves))
    rows = tuple(_way(name, made, answer) for name, made in ways if made is not None)
    heads = ("case", "used_up", "cases", "unserved_cases", "money", "unserved_money")
    title = text("cash.reserves", month=answer.suspended_from)
    return Listing(title, tuple(text(f"cash.head.{head}") for head in heads), rows)


def townships(answer: CashAnswer, table: Table) -> Listing:
    """Each reserve: when it is used up, from when approvals stop, what stays unserved.

    `table`: `reserves`, some rows of which may be hidden.
    """
    made, rows = answer.reserves, []
    assert made is not None
    stops = answer.suspended_from
    stop = text("cash.month", month=stops) if stops else text("cash.none")
    for number, (name, dates) in enumerate(made.used_up_dates().items()):
        if table.hidden is not None and table.hidden[number].any():
            rows.append((name, *["*"] * 4))
            continue
        cases = _range(made.unserved[:, number], "{:,.0f}")
        sums = _range(made.unserved_money[:, number], "money")
        rows.append((name, _used_up(dates, answer), stop, cases, sums))
    heads = ("where", "used_up", "stop", "unserved_cases", "unserved_money")
    shown = tuple(text(f"cash.head.{head}") for head in heads)
    return Listing(text("cash.townships"), shown, tuple(rows))


def _used_up(dates: Sequence[datetime.date | None], answer: CashAnswer) -> str:
    """P50 of a date with P10 and P90, or one date where they are the same."""
    low, middle, high = (day(each, answer) if each else text("cash.holds") for each in dates)
    if low == high:
        return middle
    return text("cash.range", middle=middle, low=low, high=high)


def _way(name: str, made: Reserves, answer: CashAnswer) -> tuple[str, ...]:
    """One way of approving: dates and totals over the townships, P50 and P10 to P90."""
    days = quantiles(made.used_up.min(axis=1))
    first = _used_up([answer.cash.date(int(each)) for each in days], answer)
    words = text(f"cash.way.{name}", month=answer.suspended_from)
    counts = [_range(each.sum(axis=1), "{:,.0f}") for each in (made.cases, made.unserved)]
    sums = [
        _range(each.sum(axis=1), "money") for each in (made.cases * made.case, made.unserved_money)
    ]
    return (words, first, *counts, *sums)


def _range(values: np.ndarray, form: str) -> str:
    low, middle, high = (
        money(float(each)) if form == "money" else form.format(each) for each in quantiles(values)
    )
    if low == high:
        return middle
    return text("cash.range", middle=middle, low=low, high=high)


def assumptions(answer: CashAnswer) -> list[Listing]:
    """The money, how it is paid, what is not certain, and what happens in families and offices."""
    parts = (
        ("money", _money(answer)),
        ("rules", _rules(answer)),
        ("uncertainty", _uncertainty(answer)),
        ("months", _months()),
    )
    heads = tuple(text(f"cash.head.{head}") for head in ASSUMPTIONS)
    return [Listing(text(f"cash.assumed.{key}"), heads, tuple(rows)) for key, rows in parts]


def _money(answer: CashAnswer) -> Iterator[tuple[str, ...]]:
    """Each arrival; the need of pots that is the reported one."""
    funds, span = answer.money.funds, answer.span
    for line in funds.lines:
        pot = funds.pot(line.pot).title
        label = f"{pot} · {line.title}" if len(funds.pots) > 1 else line.title
        number = line.day_number(span)
        when = day(span.date(number), answer) if number < span.days else text("cash.not_within")
        value = text("cash.on", money=money(line.amount), date=when)
        yield label, value, _status(line.status), line.source or "—"
    for key in answer.reported:
        need = answer.need[0, :, answer.keys.index(key)].sum()
        label = text("cash.need_of", what=accounts()[key].title)
        yield label, money(float(need)), _status("reported"), "—"
    for note in answer.money.budget.notes if answer.money.budget else ():
        yield text("cash.assumed.budget"), pick(note), _status("assumed"), "—"


def _rules(answer: CashAnswer) -> Iterator[tuple[str, ...]]:
    """How payments go out."""
    rules = answer.cash.asked.payment
    for key in answer.keys:
        scheme = text(f"calendar.{rules.calendars[key]}")
        yield accounts()[key].title, scheme, *_origin(answer, "calendars", key)
    festival = text("cash.none")
    if rules.festival_month:
        festival = text("cash.festival", month=rules.festival_month, days=rules.advance_days)
    yield (
        text("cash.pay_day"),
        text("cash.of_month", day=rules.pay_day),
        *_origin(answer, "pay_day"),
    )
    yield text("cash.festival_month"), festival, _status("given"), "—"
    yield text("cash.floor"), money(rules.floor), _status("given"), "—"


def _origin(answer: CashAnswer, option: str, account: str = "") -> tuple[str, str]:
    """Status and clause of a payment rule: those of the law where it has the parameter."""
    area = account.rpartition(".")[2]
    path = "payment.day" if option == "pay_day" else f"payment.calendar.{area}"
    value = answer.policy.values.get(path)
    if value is None or path not in answer.lawful:
        return _status("assumed" if option == "calendars" else "given"), "—"
    return _status(value.status), value.clause or "—"


def _uncertainty(answer: CashAnswer) -> Iterator[tuple[str, ...]]:
    for entry in answer.forecast.uncertainty.listing():
        value = with_unit(entry["value"], entry["unit"])
        yield entry["label"], value, entry["status"], entry["source"]


def _months() -> Iterator[tuple[str, ...]]:
    for entry in months_assumptions().listing():
        value = with_unit(entry["value"], entry["unit"])
        yield in_brackets(entry["label"], entry["name"]), value, entry["status"], entry["source"]


def _status(name: str) -> str:
    return text(f"cash.status.{name}")
