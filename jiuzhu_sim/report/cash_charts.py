"""Charts of the cash calendar: in, out and balance by month; when the money runs out; what a late
grant does; the townships' reserves. Balances below zero are money that is not there.
"""

from typing import Any

import numpy as np

from jiuzhu_sim.language import listed, text
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.outlook.money.cash import Cash
from jiuzhu_sim.report.annual import money
from jiuzhu_sim.report.drawing import WIDE, beside, finished, labelled_rows
from jiuzhu_sim.report.figure import (
    BLUE,
    GREY,
    INK,
    PALETTE,
    VERMILLION,
    Chart,
    new_figure,
    style,
    value_axis,
)
from jiuzhu_sim.report.words import Row, drawable, named, position, said

GREEN = PALETTE[2]
IN, OUT, BALANCE, LATE = GREEN, VERMILLION, BLUE, PALETTE[1]
"""Colours of money that comes and goes, of the balance, and of the balance with late grants."""

NEVER = "never"
"""Row of a table of run-out dates: the money lasts to the end."""

MOST_TICKS = 24
"""More months than this and not each one is labelled."""

FEW, BESIDE = 8, 3
"""Labels that stand side by side without being turned; thirds drawn beside those with money out."""

ROOM = 1.18
"""Length of an axis over its longest bar, so that the number beside it has room."""

WIDTH = 0.38
"""Of a bar; two stand side by side in a month."""


def month_chart(table: Table, floor: float = 0.0) -> Chart:
    """Arrivals and payments of each month as bars; below, the balance at its end with the range
    from P10 to P90. `table`: `cash_months`; `floor`: the balance that has to be kept, yuan.
    """
    rows = drawable(table, "cash_opening", "cash_arrivals", "cash_payments", "cash_closing")
    with style():
        figure = new_figure(WIDE, 5.4)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 3))
        places = np.arange(len(rows))
        for name, colour, shift in (("cash_arrivals", IN, -0.5), ("cash_payments", OUT, 0.5)):
            values = [scaled(table.get(name, *row)) for row in rows]
            above.bar(
                places + shift * WIDTH, values, WIDTH, color=colour, label=_title(table, name)
            )
        value_axis(above, "y", text("cash.axis.flow", unit=text("money.unit").strip()), "")
        above.tick_params(labelbottom=False)
        _fan(below, table, "cash_closing", rows, BALANCE, text("cash.line.closing"))
        _zero(below, floor)
        value_axis(below, "y", text("cash.axis.balance", unit=text("money.unit").strip()), "")
        _month_axis(below, table, rows)
        handles = [each for axes in (above, below) for each in axes.get_legend_handles_labels()[0]]
        figure.legend(handles=handles, loc="outside upper center", ncols=4)
        return finished(
            below, table, "cash_months", text("cash.chart.months"), [_balance(table, rows)]
        )


def late_chart(table: Table, on_time: Cash, late: Cash) -> Chart:
    """The balance day by day as planned, and when upper grants come late.

    `table`: `cash_late`, whose numbers the sentence tells.
    """
    span = on_time.span
    with style():
        figure = new_figure(WIDE, 3.6)
        axes = figure.add_subplot()
        for made, name, colour in ((on_time, "on_time", BALANCE), (late, "late", LATE)):
            low, middle, high = scaled(made.fan())
            days = np.arange(span.days)
            axes.fill_between(days, low, high, color=colour, alpha=0.18, linewidth=0, step="post")
            axes.step(days, middle, where="post", color=colour, label=text(f"cash.line.{name}"))
        _zero(axes, on_time.floor)
        value_axis(axes, "y", text("cash.axis.day_balance", unit=text("money.unit").strip()), "")
        every = max(1, -(-span.months // MOST_TICKS))
        axes.set_xticks(span.first_days[:-1][::every], span.names[::every])
        axes.tick_params(axis="x", rotation=45)
        figure.legend(loc="outside upper center", ncols=4)
        rows = drawable(table, "cash_lowest.on_time", "cash_lowest.late")
        said = [_difference(table, rows)]
        return finished(axes, table, "cash_late", text("cash.chart.late"), said)


def run_out_chart(table: Table) -> Chart:
    """How likely the money runs out in each third of a month, upright bars.

    `table`: `cash_run_out`, its rows thirds of months in order and `never`, which is told and not
    drawn: it would press all others flat.
    """
    rows = _around([row for row in drawable(table, "draws_share") if row != (NEVER,)], table)
    with style():
        figure = new_figure(WIDE, 3.0)
        axes = figure.add_subplot()
        values = [table.get("draws_share", *row) for row in rows]
        axes.bar(range(len(rows)), values, 0.8, color=OUT)
        if not any(values):
            middle = {"transform": axes.transAxes, "ha": "center", "va": "center"}
            axes.text(0.5, 0.5, text("cash.run_out.none"), **middle)
            axes.set_ylim(0, 1)
        value_axis(axes, "y", text("cash.axis.share"), "share")
        _thirds_axis(axes, table, rows)
        sentences = [_when(table, rows)]
        return finished(axes, table, "cash_run_out", text("cash.chart.run_out"), sentences)


def reserve_chart(table: Table) -> Chart:
    """Each township's need as a bar: what its reserve pays for, and what stays unserved, worst on
    top. `table`: `reserves` by township.
    """
    rows = sorted(
        drawable(table, "reserve_need", "reserve_unserved_money"),
        key=lambda row: -table.get("reserve_unserved_money", *row),
    )
    with style():
        axes = labelled_rows([named(table, row) for row in rows], head=1.15)
        longest = 1.0
        for at, row in enumerate(rows):
            need, missed = (
                scaled(table.get(name, *row)) for name in ("reserve_need", "reserve_unserved_money")
            )
            paid = max(need - missed, 0.0)
            axes.barh(at, paid, 0.62, color=IN, label=_once("cash.bar.paid", at))
            axes.barh(at, missed, 0.62, left=paid, color=OUT, label=_once("cash.bar.unserved", at))
            if missed > 0:
                beside(axes, paid + missed, at, money(missed * scale()))
            longest = max(longest if at else 0.0, paid + missed)
        axes.set_xlim(0, longest * ROOM)
        value_axis(axes, "x", text("cash.axis.reserve", unit=text("money.unit").strip()), "")
        axes.figure.legend(loc="outside upper center", ncols=2)
        title = text("cash.chart.reserves")
        return finished(axes, table, "cash_reserves", title, [_unserved(table, rows)])


def _once(key: str, at: int) -> str:
    """The words of the legend, once; matplotlib leaves out labels that begin with ``_``."""
    return text(key) if at == 0 else f"_{key}"


def _title(table: Table, statistic: str) -> str:
    return table.statistics[position(table, statistic)].title


def _fan(axes: Any, table: Table, name: str, rows: list[Row], colour: str, title: str) -> None:
    """The median as a line with a dot each month, and the range P10 to P90 around it."""
    column = position(table, name)
    places = np.arange(len(rows))
    at = [table.rows.index(row) for row in rows]
    low, high = scaled(table.low[at, column]), scaled(table.high[at, column])
    if np.isfinite(low).all() and np.isfinite(high).all():
        band = text("cash.line.band")
        axes.fill_between(places, low, high, color=colour, alpha=0.2, linewidth=0, label=band)
    middle = scaled(table.values[at, column])
    axes.plot(places, middle, color=colour, marker="o", markersize=4, label=title)


def scaled(yuan: Any) -> Any:
    """Yuan in the unit readers expect: 万元 or million yuan."""
    return yuan / scale()


def scale() -> float:
    """Yuan in the unit of money that readers expect."""
    return float(text("money.divisor"))


def _zero(axes: Any, floor: float) -> None:
    axes.axhline(0, color=INK, linewidth=1)
    if floor > 0:
        label = text("cash.line.floor")
        axes.axhline(scaled(floor), color=GREY, linewidth=1.2, linestyle=(0, (4, 3)), label=label)


def _month_axis(axes: Any, table: Table, rows: list[Row]) -> None:
    """A label each month, or fewer when there are years of them."""
    every = max(1, -(-len(rows) // MOST_TICKS))
    labels = [named(table, row) for row in rows]
    axes.set_xticks(range(0, len(rows), every), labels[::every])
    if len(rows) > MOST_TICKS // 2:
        axes.tick_params(axis="x", rotation=45)


def _around(rows: list[Row], table: Table) -> list[Row]:
    """The thirds from the first to the last in which money runs out, and a few beside them."""
    out = [place for place, row in enumerate(rows) if table.get("draws_share", *row) > 0]
    if not out:
        return rows[:: max(1, len(rows) // FEW)]
    return rows[max(out[0] - BESIDE, 0) : out[-1] + BESIDE + 1]


def _thirds_axis(axes: Any, table: Table, rows: list[Row]) -> None:
    every = max(1, -(-len(rows) // MOST_TICKS))
    axes.set_xticks(range(0, len(rows), every), [named(table, row) for row in rows][::every])
    if len(rows) > FEW:
        axes.tick_params(axis="x", rotation=45)


def _balance(table: Table, rows: list[Row]) -> str:
    """Which month ends lowest, and which is the first to end below zero."""
    if not rows:
        return text("chart.end", said=text("chart.empty"))
    lowest = min(rows, key=lambda row: table.get("cash_closing", *row))
    short = next((row for row in rows if table.get("cash_closing", *row) < 0), None)
    told = text(
        "cash.said.lowest",
        month=named(table, lowest),
        money=money(table.get("cash_closing", *lowest)),
    )
    if short is None:
        return told
    return told + text("cash.said.short", month=named(table, short))


def _difference(table: Table, rows: list[Row]) -> str:
    """Where the two balances lie furthest apart."""
    if not rows:
        return text("chart.end", said=text("chart.empty"))
    gaps = {
        row: table.get("cash_lowest.on_time", *row) - table.get("cash_lowest.late", *row)
        for row in rows
    }
    most = max(rows, key=lambda row: gaps[row])
    if gaps[most] < 1e-9:
        return text("cash.said.late_same")
    return text(
        "cash.said.late",
        month=named(table, most),
        base=money(table.get("cash_lowest.on_time", *most)),
        late=money(table.get("cash_lowest.late", *most)),
    )


def _when(table: Table, rows: list[Row]) -> str:
    """The likeliest third of a month, and how often the money lasts to the end."""
    lasts = said(table, "draws_share", (NEVER,))
    if not any(table.get("draws_share", *row) for row in rows):
        return text("cash.said.lasts", share=lasts)
    top = max(rows, key=lambda row: table.get("draws_share", *row))
    return text(
        "cash.said.when",
        when=named(table, top),
        share=said(table, "draws_share", top),
        lasts=lasts,
    )


def _unserved(table: Table, rows: list[Row]) -> str:
    """Which reserves leave most unserved; three at most."""
    missed = [
        row for row in rows if table.get("reserve_unserved_money", *row) > 0 and TOTAL not in row
    ]
    if not missed:
        return text("cash.said.reserves_last")
    most = listed(
        text(
            "cash.said.one",
            what=named(table, row),
            money=money(table.get("reserve_unserved_money", *row)),
        )
        for row in missed[:3]
    )
    return text("cash.said.unserved", n=len(missed), of=len(rows), most=most)
