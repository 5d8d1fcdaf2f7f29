"""The sheets of the funding workbook (资金测算表): a row a budget item, with live formulas."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from jiuzhu_sim.language import text
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.outlook.afford.affordable import Answer
from jiuzhu_sim.outlook.afford.gap import Floats, need_of
from jiuzhu_sim.outlook.afford.gap_tables import budget_items
from jiuzhu_sim.report.funding_words import month_ends
from jiuzhu_sim.report.live_sheet import MONEY, PLAIN, Cell, Live, LiveSheet, at, total
from jiuzhu_sim.report.section import Listing

P10, P50, P90, FUNDS, GAP, GAP_P90 = range(2, 8)
"""Columns of the sheet after code and name."""

SPREAD = {"p10": P10, "p50": P50, "p90": P90}
SCOPE = ("need", "gap", "probability", "lasts", "affordable")
FEN = 2
NOTES = ("sum", "p", "money")


def items_sheet(found: Answer) -> LiveSheet:
    """One row a budget item, yuan: need P10, P50, P90, funds, and the gap as a formula.

    The row of sums adds up the items; the last row has the year's own quantiles, which are not
    those sums.
    """
    money = spread_money(found)
    items = [*budget_items(found.gap), *_without_need(found, money)]
    rows: list[tuple[Cell, ...]] = []
    for number, item in enumerate(items):
        spread = [round(item[name], FEN) for name in SPREAD]
        row = (item["code"], item["label"], *spread, money[item["key"]])
        rows.append(_with_gaps(row, number))
    last = len(rows) - 1
    sums: list[Cell] = ["", text("funding_gap.row.sum")]
    for column in range(P10, GAP_P90 + 1):
        sums.append(total(0, last, column, [_value(row[column]) for row in rows]))
    rows.append(tuple(sums))
    year = [round(float(np.quantile(found.gap.need, share)), FEN) for share in (0.1, 0.5, 0.9)]
    funds = Live(f"={at(last + 1, FUNDS)}", _value(sums[FUNDS]))
    rows.append(_with_gaps(("", text("funding_gap.row.year"), *year, funds), last + 2))
    heads = ("code", "name", *SPREAD, "money", "gap", "gap_p90")
    begin, end = month_ends(found.forecast.start, found.forecast.months)
    return LiveSheet(
        name=text("funding_gap.sheet.items"),
        title=text("funding_gap.sheet.title", place=found.policy.title, first=begin, last=end),
        headers=tuple(text(f"funding_gap.head.{key}") for key in heads),
        rows=tuple(rows),
        formats=(PLAIN, PLAIN, *(MONEY,) * (len(heads) - 2)),
        totals=2,
        notes=(*(text(f"funding_gap.sheet.notes.{key}") for key in NOTES), text("note.codes")),
    )


def _with_gaps(row: tuple[Cell, ...], number: int) -> tuple[Cell, ...]:
    """A row with its gap at P50 and at P90, as formulas."""
    made = list(row)
    for need in (P50, P90):
        formula = f"={at(number, need)}-{at(number, FUNDS)}"
        made.append(Live(formula, round(_value(row[need]) - _value(row[FUNDS]), FEN)))
    return tuple(made)


def _without_need(found: Answer, money: Mapping[str, float]) -> list[dict[str, Any]]:
    """Items of accounts that have money and, by the model, no need."""
    keys = [key for key in money if money[key] and key not in found.forecast.accounts]
    return [
        {"key": key, "code": accounts()[key].code, "label": accounts()[key].title}
        | dict.fromkeys(SPREAD, 0.0)
        for key in keys
    ]


def _value(cell: Cell) -> float:
    return cell.value if isinstance(cell, Live) else float(cell)


def spread_money(found: Answer) -> dict[str, float]:
    """The planned money of each account of the forecast, yuan to the fen.

    A pot's money is shared out by the median need of its accounts; the last of them takes what
    rounding leaves, so that the accounts of a pot add up to its money.
    """
    need = np.median(need_of(found.forecast), axis=0)
    made = np.zeros(len(need))
    for purse in found.gap.purses:
        # Where none of a pot's accounts has a need, its money stands at the first of them.
        some = np.flatnonzero(purse.pays & (need > 0))
        some = some if len(some) else np.flatnonzero(purse.pays)[:1]
        made[some] = _shared(need[some], found.planned[purse.name])
    return dict(zip(accounts(), map(float, made), strict=True))


def _shared(need: Floats, money: float) -> Floats:
    whole = need.sum()
    parts = np.round(money * (need / whole if whole else np.full(len(need), 1 / len(need))), FEN)
    parts[-1] = round(money - parts[:-1].sum(), FEN)
    made: Floats = parts
    return made


def definitions() -> Listing:
    """What each number means (口径说明)."""
    rows = tuple(
        (text(f"funding_gap.scope.{key}"), text(f"funding_gap.scope.{key}_how")) for key in SCOPE
    )
    heads = (text("funding_gap.scope.what"), text("funding_gap.scope.how"))
    return Listing(text("funding_gap.scope"), heads, rows)


def run_listing(found: Answer, given: Mapping[str, Any]) -> Listing:
    """What the run was made with (运行信息): parameters as given, draws, runs, errors."""
    forecast = found.forecast
    own = {
        "law": f"{found.policy.place} @ {found.policy.at}",
        "law_sha256": found.policy.digest(),
        "runs": forecast.runs,
        "draws": forecast.draws,
        "seed": forecast.seed,
        "emulator_error": f"{forecast.error:.4%}",
        "accounts": ", ".join(accounts()[key].title for key in forecast.accounts),
    }
    kept = {name: value for name, value in given.items() if name != "out_dir"}
    rows = tuple((name, str(value)) for name, value in {**kept, **own}.items())
    heads = (text("funding_gap.info.key"), text("funding_gap.info.value"))
    return Listing(text("funding_gap.info"), heads, rows)
