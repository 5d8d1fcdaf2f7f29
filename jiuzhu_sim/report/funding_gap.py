"""The report of the funding gap: need, probability, affordable standard, what binds, who pays.

It computes nothing: an `Answer` and what was made with it are put into words, tables and charts.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.assessment.gate import gate_of
from jiuzhu_sim.engine import Results
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import listed, pick, text
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.assumptions import assumptions as months_assumptions
from jiuzhu_sim.outlook.afford.affordable import PATHS, Answer
from jiuzhu_sim.outlook.afford.gap_tables import (
    contour_table,
    curve_table,
    gap_by_account,
    gap_payers,
    gap_table,
)
from jiuzhu_sim.outlook.money.budget import Budget, gaps_of
from jiuzhu_sim.outlook.need.drivers import sobol, tornado
from jiuzhu_sim.report import funding_charts as charts
from jiuzhu_sim.report.annual import money, stamps
from jiuzhu_sim.report.funding_book import definitions, items_sheet, run_listing
from jiuzhu_sim.report.funding_words import (
    affordable_card,
    answer_said,
    fan_said,
    lasts_card,
    levers_title,
    month_labels,
    month_names,
    need_card,
    open_accounts,
    probability_card,
    span_said,
    standard_title,
    uncovered_said,
    what_binds,
    wording_said,
)
from jiuzhu_sim.report.section import Cards, Listing, Report, Section

SOLVER = "solver.json"
DIBAO = "dibao.{}"
LIMITS = ("funding_gap.limit.need", "funding_gap.limit.listed", "note.first_round")
"""The account of dibao by area."""


@dataclass(frozen=True)
class FundingReport(Report):
    """The report, and the solver's own record beside its workbook."""

    solver: Mapping[str, Any] | None = None

    def write(self, folder: str | Path) -> tuple[Path, ...]:
        """Write workbook, charts and solver.json; each file whole or not at all (JZ-E040)."""
        made = json.dumps(self.solver, ensure_ascii=False, indent=1, default=float)
        path = write_whole(Path(folder) / SOLVER, f"{made}\n".encode())
        return (*super().write(folder), path)


def funding_report(
    found: Answer,
    results: Results,
    *,
    budget: Budget | None = None,
    given: Mapping[str, Any] | None = None,
) -> FundingReport:
    """Put an answer into a report.

    `results`: of the law as it is, for the stamps; `budget`: a place's own budget, whose pots get
    a section; `given`: the parameters of the run, for the workbook. Sections: `answer`, `need`,
    `probability`, `solve`, `binding`, `contour`, `drivers`, `shares`, `items`, `pots`, `wording`,
    `assumptions`, `limits`.
    """
    made = [
        _answer(found, results, budget),
        _need(found),
        _probability(found),
        _solve(found),
        _binding(found),
        _contour(found),
        _drivers(found),
        _shares(found),
        _items(found),
        _pots(found, budget),
        _wording(found),
        _assumptions(found, budget, given or {}),
        Section("limits", text("section.limits"), tuple(map(text, LIMITS))),
    ]
    title = text("funding_gap.title", place=found.policy.title)
    sections = tuple(section for section in made if section is not None)
    return FundingReport(title, text("file.funding"), sections, solver=solver_record(found))


def solver_record(found: Answer) -> dict[str, Any]:
    """What the solver found, for machines: value, probabilities with errors, values tried."""
    short = found.gap.probability
    now = {"probability": short.value, "error": short.error, "emulator_error": short.emulator}
    standards = dict(zip(("urban", "rural"), found.standards, strict=True))
    about = {
        "draws": found.forecast.draws,
        "runs": found.forecast.runs,
        "seed": found.forecast.seed,
        "start": found.forecast.start,
        "months": found.forecast.months,
        "emulator_error_relative": found.forecast.error,
    }
    return {"now": {**standards, **now}, **found.solution.as_dict(), "forecast": about}


def _section(
    key: str, said: Iterable[str], blocks: Iterable[Any], annex: Iterable[Any] = ()
) -> Section:
    title = text(f"funding_gap.section.{key}")
    return Section(key, title, tuple(filter(None, said)), tuple(blocks), tuple(annex))


def funding_stamps(
    found: Answer, results: Results, budget: Budget | None = None
) -> tuple[str, ...]:
    """What every reader must know first: draft, synthetic, illustrative, assumed parameters."""
    made = list(stamps(results, "stamp.draft", gate_of(results)))
    sources = found.forecast.uncertainty.sources.values()
    if any(each.status == "assumed" for source in sources for each in source.numbers.values()):
        made.append(text("funding_gap.stamp"))
    if budget is None or budget.illustrative:
        made.append(text("funding_gap.stamp_funds"))
    return tuple(made)


def _answer(found: Answer, results: Results, budget: Budget | None) -> Section:
    cards = [need_card(found), probability_card(found), lasts_card(found), affordable_card(found)]
    numbers = tuple((number, listed(filter(None, more))) for number, *more in cards)
    said = [answer_said(found), *what_binds(found), *uncovered_said(found), *span_said(found)]
    if budget is not None:
        said.append(text("funding_gap.budget_said", budget=budget.title))
    return _section("answer", said, [Cards(numbers, funding_stamps(found, results, budget))])


def _need(found: Answer) -> Section:
    table = month_table(found)
    labels = month_labels(found.forecast.start, found.forecast.months)
    sums = dict(zip(found.forecast.accounts, np.median(found.forecast.by_account, 0), strict=True))
    most = max(sums, key=lambda key: sums[key])
    static = float(found.forecast.static.sum()) * found.forecast.months
    said = text(
        "funding_gap.need_said",
        whole=money(float(np.median(found.forecast.year))),
        account=accounts()[most].title,
        value=money(sums[most]),
        static=money(static),
    )
    drawn = charts.need_fan(table, labels, fan_said(found))
    blocks = [drawn, gap_by_account(found.gap), table]
    return _section("need", [said, *_open(found)], blocks, [found.forecast.table()])


def _open(found: Answer) -> tuple[str, ...]:
    """Where some accounts have no funds: what is held against the funds is less."""
    names = open_accounts(found)
    need = money(found.need[1])
    return (text("funding_gap.need_open", accounts=names, need=need),) if names else ()


def month_table(found: Answer) -> Table:
    """Need by month: P50 with P10 and P90, and the rules alone beside it."""
    forecast = found.forecast
    middle, low, high = found.by_month
    static = np.full(forecast.months, float(forecast.static.sum()))
    blank = np.full(forecast.months, np.nan)
    names = month_names(forecast.start, forecast.months)
    return Table(
        name="need_month",
        dims=("month",),
        rows=tuple((name,) for name in names),
        statistics=(Statistic("need", "yuan"), Statistic("static", "yuan")),
        values=np.column_stack([middle, static]),
        low=np.column_stack([low, blank]),
        high=np.column_stack([high, blank]),
        n=np.zeros(forecast.months, np.int64),
        per="figure",
        notes=("note.eighty",),
    )


def _probability(found: Answer) -> Section:
    made = found.curve()
    path = found.ask.paths[0]
    best = found.solution.values[path] if found.solution.is_found else np.nan
    label = text("funding_gap.standard_axis", what=standard_title(found))
    table = curve_table(made)
    now = float(found.policy[path])
    chart = charts.risk_curve(made, table, found.ask.risk, now, best, label)
    said = [text("funding_gap.draws_said")]
    return _section("probability", said, [chart, gap_table(found.gap)], [table])


def _solve(found: Answer) -> Section:
    return _section("solve", found.solution.sentences(), [found.solution.table()])


def _binding(found: Answer) -> Section:
    return _section("binding", what_binds(found), [levers_listing(found)])


def levers_listing(found: Answer) -> Listing:
    """Each constraint, what it is, and what it would have to be for one step more."""
    heads = tuple(text(f"funding_gap.lever.{key}") for key in ("name", "now", "needed"))
    return Listing(levers_title(found), heads, found.solution.levers_told())


def _contour(found: Answer) -> Section:
    standing = {DIBAO.format(area) for area in PATHS} & set(found.gap.uncovered)
    if standing:
        names = listed(accounts()[key].title for key in sorted(standing))
        return _section("contour", [text("funding_gap.contour_open", accounts=names)], [])
    made = found.contour()
    table = contour_table(made, found.ask.risk)
    return _section(
        "contour", [], [charts.iso_risk(made, table, found.ask.risk, found.standards)], [table]
    )


def _drivers(found: Answer) -> Section | None:
    if found.forecast.model is None:
        return None
    # The emulator knows the need of all accounts only, so that of a part is not held against funds.
    is_whole = not found.gap.uncovered
    funds = found.gap.money if is_whole else None
    alone, shares = (each(found.forecast, funds) for each in (tornado, sobol))
    middle = found.gap.quantiles["p50"] if is_whole else float(np.median(found.forecast.year))
    said = [] if is_whole else [text("funding_gap.drivers_open")]
    return _section("drivers", said, [charts.tornado(alone, middle), shares], [alone])


def _shares(found: Answer) -> Section:
    table = gap_payers(found.gap)
    return _section("shares", [], [table, charts.payers_bars(table)])


def _items(found: Answer) -> Section:
    return _section("items", [], [items_sheet(found)])


def _pots(found: Answer, budget: Budget | None) -> Section | None:
    """Each pot's money against its need; where a place reported what it spent, the need is that
    of the rules alone, for the report knows no growth either."""
    if budget is None:
        return None
    forecast = found.forecast
    is_reported = any(np.isfinite(pot.reported) for pot in budget.pots)
    need = forecast.static * forecast.months if is_reported else np.median(forecast.by_account, 0)
    table = gaps_of(budget, dict(zip(forecast.accounts, need, strict=True)), found.policy)
    said = text(f"funding_gap.pots_{'reported' if is_reported else 'median'}")
    return _section("pots", [said], [table])


def _wording(found: Answer) -> Section:
    return _section("wording", wording_said(found), [])


def _assumptions(found: Answer, budget: Budget | None, given: Mapping[str, Any]) -> Section:
    rows = [tuple(row.values()) for row in found.forecast.uncertainty.listing()]
    said: tuple[str, ...] = ()
    if budget is not None:
        said = tuple(pick(note) for note in budget.notes)
    heads = tuple(
        text(f"funding_gap.assumption.{key}")
        for key in ("name", "label", "value", "unit", "status", "source")
    )
    lived = [tuple(row.values()) for row in months_assumptions().listing()]
    lists = [
        Listing(text("funding_gap.assumptions", n=len(rows)), heads, tuple(rows)),
        Listing(text("funding_gap.assumptions_months", n=len(lived)), heads, tuple(lived)),
    ]
    return _section("assumptions", said, lists, [definitions(), run_listing(found, given)])
