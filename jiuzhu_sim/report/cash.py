"""The cash calendar in words, tables and pictures: until when the money lasts, what has to come."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.assessment.gate import gate_of
from jiuzhu_sim.engine import Results
from jiuzhu_sim.language import in_brackets, listed, text
from jiuzhu_sim.measures import suppress
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.outlook.money.budget import gaps_of
from jiuzhu_sim.outlook.money.cash import Cash, RunOut, quantiles
from jiuzhu_sim.outlook.money.cash_answer import CashAnswer
from jiuzhu_sim.report import cash_charts as charts
from jiuzhu_sim.report.annual import banner, money, stamps
from jiuzhu_sim.report.calendar_file import write_calendar
from jiuzhu_sim.report.cash_files import events, plan_sheet
from jiuzhu_sim.report.cash_listings import assumptions, proof, reserves_listing, townships
from jiuzhu_sim.report.cash_words import SHARE, day, percent, probable
from jiuzhu_sim.report.funding_words import month_ends
from jiuzhu_sim.report.section import Cards, Listing, Report, Section

LIMITS = tuple(f"cash.limit.{name}" for name in ("need", "listed", "paper"))


@dataclass(frozen=True)
class CashReport(Report):
    """The report on a cash calendar; `write` writes the calendar file too where it is asked for."""

    answer: CashAnswer
    has_calendar: bool = False

    def write(self, folder: str | Path) -> tuple[Path, ...]:
        """Write workbook, charts and calendar file; each whole or not at all (JZ-E040)."""
        written = super().write(folder)
        if not self.has_calendar:
            return written
        path = Path(folder) / text("file.cash_calendar")
        return (*written, write_calendar(path, events(self.answer), self.title))


def cash_report(
    answer: CashAnswer, results: Results, *, ics: bool = False, min_cell: int = MIN_N
) -> CashReport:
    """Put a cash calendar into a report; computes nothing.

    `results`: of the law as it is, for the stamps. `ics`: whether `write` writes a calendar file.
    `min_cell`: townships with fewer households in the data are hidden. Sections: `answer`, then
    `cash_` run_out, months, late, top_up, pots, reserves, assumptions (those that say something),
    then `limits`.
    """
    gate = gate_of(results)
    made = (
        _answer(answer, stamps(results, "stamp.cash", gate)),
        _run_out(answer),
        _months(answer),
        _late(answer),
        _top_up(answer),
        _pots(answer),
        _reserves(answer, min_cell),
        _assumptions(answer),
        Section("limits", text("section.limits"), tuple(map(text, LIMITS))),
    )
    span = answer.span
    first, last = month_ends(span.names[0], span.months)
    months = text("cash.months", first=first, last=last)
    title = text("cash.title", place=answer.policy.title, months=months)
    report = CashReport(
        title, text("file.cash"), tuple(filter(None, made)), answer=answer, has_calendar=ics
    )
    stamped = report.stamped(banner(gate))
    assert isinstance(stamped, CashReport)
    return stamped


def _answer(answer: CashAnswer, marks: tuple[str, ...]) -> Section:
    dates = answer.cash.run_out_dates()
    low, middle, high = quantiles(answer.year_need)
    given = answer.money.funds.certain
    ends = {"low": money(low), "high": money(high)}
    cards = [
        (day(dates.p50, answer), _card(answer, dates)),
        (SHARE.show(dates.probability.value), text("cash.card.probability")),
        (_needed(answer), text(_needed_label(answer), risk=percent(answer.risk))),
        (money(middle), text(f"cash.card.need{'_certain' if low == high else ''}", **ends)),
        (money(given), text("cash.card.money")),
    ]
    said = (
        *_lasting(answer),
        *_topping(answer),
        *(_late_said(answer) if answer.has_grants else ()),
        *_reserves_said(answer),
        *_uncovered(answer),
    )
    blocks = (Cards(tuple(cards), marks), scenarios(answer))
    return Section("answer", text("section.cash_answer"), tuple(said), blocks)


def _card(answer: CashAnswer, dates: RunOut) -> str:
    """What the card of the date says: of which pot, and its interval where it has one."""
    first = text("cash.card.first" if len(answer.cash.pots) > 1 else "cash.card.day")
    if dates.p10 == dates.p90:
        return first
    return text("cash.card.run_out", what=first, **_ends(dates, answer))


def _lasting(answer: CashAnswer) -> Iterable[str]:
    """Until when the money lasts, pot by pot."""
    several = len(answer.cash.pots) > 1
    for made in answer.cash.pots.values():
        dates, until = made.run_out_dates(), made.lasts_to_dates()
        certain = made.draws == 1 or not np.ptp(made.run_out)
        key = ("lasts" if dates.p50 is None else "runs_out") + ("_certain" if certain else "")
        if not certain and dates.p10 == dates.p90:
            key += "_mostly"
        if dates.p50 == answer.span.start:
            key = "at_once"
        fields = {
            "who": text("cash.pot_money", pot=_pot(answer, made))
            if several
            else text("cash.money"),
            "until": day(until.p50, answer),
            "date": day(dates.p50, answer),
            "share": SHARE.show(dates.probability.value),
            "error": SHARE.show(dates.probability.error),
            **_ends(dates, answer),
        }
        yield text(f"cash.{key}", **fields)


def _pot(answer: CashAnswer, made: Cash) -> str:
    return answer.money.funds.pot(made.funds.pots[0].name).title


def _topping(answer: CashAnswer) -> Iterable[str]:
    """What has to come by when, pot by pot."""
    several = len(answer.cash.pots) > 1
    for found in answer.top_ups:
        yield text(
            "cash.top_up_of" if several else "cash.top_up",
            pot=answer.money.funds.pot(found.pot).title,
            date=day(found.date, answer),
            money=money(found.amount),
            risk=percent(answer.risk),
            after=SHARE.show(found.after.value),
        )


def _reserves_said(answer: CashAnswer) -> Iterable[str]:
    """Until when reserves last if approval goes on, and what its suspension leaves unserved."""
    if answer.reserves is None or answer.unsuspended is None:
        return
    month = text("cash.month", month=answer.suspended_from)
    unserved = float(quantiles(answer.reserves.unserved.sum(axis=1))[1])
    sum_of = float(quantiles(answer.reserves.unserved_money.sum(axis=1))[1])
    first = answer.cash.date(int(quantiles(answer.unsuspended.used_up.min(axis=1))[1]))
    yield text(
        "cash.suspended",
        date=day(first, answer),
        month=month,
        cases=f"{unserved:,.0f}",
        money=money(sum_of),
    )


def _ends(dates: RunOut, answer: CashAnswer) -> dict[str, str]:
    return {"low": day(dates.p10, answer), "high": day(dates.p90, answer)}


def _needed(answer: CashAnswer) -> str:
    """The card of the top-up: until when, how much; of several the earliest date and the sum."""
    if not answer.top_ups:
        return text("cash.no_top_up")
    first = min(each.date for each in answer.top_ups if each.date is not None)
    amount = sum(each.amount for each in answer.top_ups)
    return text("cash.by", date=day(first, answer), money=money(amount))


def _needed_label(answer: CashAnswer) -> str:
    return "cash.card.top_up" if answer.top_ups else "cash.card.no_top_up"


def _uncovered(answer: CashAnswer) -> Iterable[str]:
    """Accounts that no pot pays for: their need is not in the calendar."""
    names = [accounts()[key].title for key in answer.cash.uncovered]
    if names:
        yield text("cash.uncovered", names=listed(names))


def scenarios(answer: CashAnswer) -> Listing:
    """Side by side: as planned, grants late, with the top-up."""
    rows = [_scenario("on_time", answer.cash, answer)]
    if answer.has_grants:
        rows.append(_scenario("late", answer.late, answer))
    if answer.topped is not None:
        rows.append(_scenario("topped", answer.topped, answer))
    heads = ("scenario", "p10", "p50", "p90", "probability", "closing")
    title = text("cash.scenarios")
    return Listing(title, tuple(text(f"cash.head.{head}") for head in heads), tuple(rows))


def _scenario(name: str, made: Cash, answer: CashAnswer) -> tuple[str, ...]:
    dates = made.run_out_dates()
    shown = tuple(day(each, answer) for each in (dates.p10, dates.p50, dates.p90))
    closing = money(float(quantiles(made.closing)[1]))
    share = probable(dates.probability)
    title = text(f"cash.scenario.{name}", days=answer.late_days)
    return (title, *shown, share, closing)


def _run_out(answer: CashAnswer) -> Section | None:
    if answer.cash.draws == 1 or not np.ptp(answer.cash.run_out):
        return None  # one day in every draw: the answer says it
    table = answer.run_out_table()
    return _section("cash_run_out", (), [charts.run_out_chart(table)], [table])


def _months(answer: CashAnswer) -> Section:
    table = answer.cash.months_table()
    plan = plan_sheet(answer)
    said = [text("cash.apart")] if len(answer.cash.pots) > 1 else []
    drawn = charts.month_chart(table, answer.cash.floor)
    return _section("cash_months", said, [drawn, table, plan])


def _late(answer: CashAnswer) -> Section:
    if not answer.has_grants:
        return _section("cash_late", [text("cash.no_grants")], ())
    table = answer.late_table()
    return _section(
        "cash_late", _late_said(answer), [charts.late_chart(table, answer.cash, answer.late), table]
    )


def _late_said(answer: CashAnswer) -> Iterable[str]:
    """What the money lasts to if grants are late, beside the plan."""
    base, late = answer.cash.run_out_dates(), answer.late.run_out_dates()
    same = np.array_equal(answer.cash.run_out, answer.late.run_out)
    yield text(
        "cash.late_same" if same else "cash.late_said",
        days=answer.late_days,
        base=SHARE.show(base.probability.value),
        late=SHARE.show(late.probability.value),
        date=day(late.p50, answer),
    )


def _top_up(answer: CashAnswer) -> Section | None:
    if not answer.top_ups:
        return None
    return _section("cash_top_up", (), [proof(each, answer) for each in answer.top_ups])


def _pots(answer: CashAnswer) -> Section | None:
    """Each pot of its own, and the gap of the year by pot."""
    if len(answer.cash.pots) < 2:
        return None
    rows = []
    for name, made in answer.cash.pots.items():
        dates = made.run_out_dates()
        need = money(float(quantiles(made.asked.need.sum(axis=(1, 2)))[1]))
        reported = set(made.asked.accounts) & set(answer.reported)
        rows.append(
            (
                made.funds.pot(name).title,
                money(made.funds.certain),
                in_brackets(need, text("cash.reported")) if reported else need,
                day(dates.p50, answer),
                SHARE.show(dates.probability.value),
                money(float(quantiles(made.closing)[1])),
            )
        )
    heads = ("pot", "planned", "need", "p50", "probability", "closing")
    shown = Listing(
        text("cash.pots"), tuple(text(f"cash.head.{head}") for head in heads), tuple(rows)
    )
    budget = answer.money.budget
    blocks: list[Any] = [shown]
    if budget is not None:
        modelled = {
            key: float(np.median(answer.need[:, :, number].sum(axis=1)))
            for number, key in enumerate(answer.keys)
            if key not in answer.reported
        }
        blocks.append(gaps_of(budget, modelled, answer.policy))
    return _section("cash_pots", (), blocks)


def _reserves(answer: CashAnswer, min_cell: int) -> Section | None:
    if answer.reserves is None:
        return None
    table = answer.reserves.table()
    if answer.behind:
        counts = [answer.behind.get(name, 0) for name in answer.reserves.townships]
        table = suppress(replace(table, n=np.array([*counts, sum(counts)])), min_cell)
    blocks: list[Any] = [table]
    if len(answer.reserves.townships) > 1:  # of one reserve the table says all
        blocks = [charts.reserve_chart(table), townships(answer, table), table]
    if answer.unsuspended is not None:
        blocks.insert(0, reserves_listing(answer))
    said = list(_reserves_said(answer)) or [_first_used_up(answer)]
    return _section("cash_reserves", said, blocks)


def _first_used_up(answer: CashAnswer) -> str:
    """When the first reserve is used up, over all townships."""
    made = answer.reserves
    assert made is not None
    date = answer.cash.date(int(quantiles(made.used_up.min(axis=1))[1]))
    fields = {"n": len(made.townships), "money": money(float(made.reserve.sum()))}
    if date is None:
        return text("cash.reserves_hold", **fields)
    return text("cash.reserves_first", date=day(date, answer), **fields)


def _assumptions(answer: CashAnswer) -> Section:
    return _section("cash_assumptions", (), assumptions(answer))


def _section(
    key: str, sentences: Iterable[str], blocks: Iterable[Any], annex: Iterable[Any] = ()
) -> Section:
    return Section(key, text(f"section.{key}"), tuple(sentences), tuple(blocks), tuple(annex))
