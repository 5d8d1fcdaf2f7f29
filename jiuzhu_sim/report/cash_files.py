"""What a cash calendar leaves behind: the sheet whose sums are live, and the dates of the year."""

from collections.abc import Iterator

import numpy as np

from jiuzhu_sim.language import text
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.outlook.money.cash_answer import CashAnswer
from jiuzhu_sim.outlook.money.funds import OPENING
from jiuzhu_sim.report.annual import money
from jiuzhu_sim.report.calendar_file import Event
from jiuzhu_sim.report.cash_words import day, percent
from jiuzhu_sim.report.live_sheet import MONEY, PLAIN, Cell, Live, LiveSheet, at, total


def plan_sheet(answer: CashAnswer) -> LiveSheet:
    """The plan month by month, yuan: the opening of a month is the closing of the one before, what
    is paid the sum of the accounts, closing = opening + arrivals - payments.

    The opening of the first month, arrivals and payments by account are inputs, all else formulas.
    """
    flows = answer.planned.sheet()
    paid = answer.by_account
    used = [number for number in range(len(answer.keys)) if paid[:, number].any()]
    # Columns: month, opening, arrivals, one an account, payments, closing.
    first, last = 3, 3 + len(used)
    rows: list[tuple[Cell, ...]] = []
    for row, name in enumerate(answer.span.names):
        opening, arrivals, payments, closing = (float(each) for each in flows[row])
        parts = [float(each) for each in paid[row, used]]
        first_cell: Cell = Live(f"={at(row - 1, last + 1)}", opening) if row else opening
        sum_of = f"=SUM({at(row, first)}:{at(row, last - 1)})" if used else "=0"
        rows.append(
            (
                name,
                first_cell,
                arrivals,
                *parts,
                Live(sum_of, payments),
                Live(f"={at(row, 1)}+{at(row, 2)}-{at(row, last)}", closing),
            )
        )
    end = len(rows) - 1
    sums = [total(0, end, column, _column(rows, column)) for column in range(2, last + 1)]
    start = Live(f"={at(0, 1)}", float(flows[0, 0]))
    left = Live(f"={at(end, last + 1)}", float(flows[end, 3]))
    whole: tuple[Cell, ...] = (text("word.total"), start, *sums, left)
    heads = [text("cash.head.month"), text("stat.cash_opening"), text("stat.cash_arrivals")]
    heads += [accounts()[answer.keys[number]].title for number in used]
    heads += [text("stat.cash_payments"), text("stat.cash_closing")]
    return LiveSheet(
        text("cash.sheet"),
        text("cash.plan", policy=answer.policy.title),
        tuple(heads),
        (*rows, whole),
        (PLAIN, *[MONEY] * (len(heads) - 1)),
        totals=1,
        notes=(text("cash.plan_note"),),
    )


def _column(rows: list[tuple[Cell, ...]], column: int) -> list[float]:
    cells = [row[column] for row in rows]
    return [cell.value if isinstance(cell, Live) else float(cell) for cell in cells]


def events(answer: CashAnswer) -> list[Event]:
    """The dates for a calendar: pay days, arrivals, latest top-up, first date of running out.

    Keys name place, month and kind, not the day: made again, the file moves what it made before.
    """
    return [*_payments(answer), *_arrivals(answer), *_warnings(answer)]


def _key(answer: CashAnswer, *parts: object) -> str:
    return ".".join(map(str, (answer.policy.place, *parts)))


def _payments(answer: CashAnswer) -> Iterator[Event]:
    """Days on which more is paid than what goes out every day alike."""
    paid = answer.on_pay_days
    for number in np.flatnonzero(paid > 0):
        date = answer.span.date(int(number))
        shown = money(float(paid[number]))
        title = text("cash.event.pay", money=shown)
        yield Event(_key(answer, "pay", f"{date:%Y-%m}"), date, title, text("cash.event.planned"))


def _arrivals(answer: CashAnswer) -> Iterator[Event]:
    funds, span = answer.planned.funds, answer.span
    for number, line in enumerate(funds.lines):
        at_day = line.day_number(span)
        if at_day >= span.days or line.kind == OPENING:
            continue
        shown = text("cash.event.arrival", what=line.title, money=money(line.amount))
        key = _key(answer, "arrival", line.pot, line.kind, span.names[0], number)
        yield Event(key, span.date(at_day), shown, funds.pot(line.pot).title)


def _warnings(answer: CashAnswer) -> Iterator[Event]:
    dates, first = answer.cash.run_out_dates(), answer.span.names[0]
    if dates.p10 is not None:
        said = text("cash.event.run_out_text", p50=day(dates.p50, answer))
        yield Event(_key(answer, "run_out", first), dates.p10, text("cash.event.run_out"), said)
    for each in answer.top_ups:
        if each.date is not None:
            pot = answer.money.funds.pot(each.pot).title
            shown = text("cash.event.top_up", pot=pot, money=money(each.amount))
            said = text("cash.event.top_up_text", risk=percent(answer.risk))
            yield Event(_key(answer, "top_up", each.pot, first), each.date, shown, said)
