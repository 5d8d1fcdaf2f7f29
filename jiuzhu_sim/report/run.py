"""The report on a run in parts: the answer, what is missing, tables, and how it was computed."""

from collections.abc import Mapping, Sequence
from typing import Any

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report import charts
from jiuzhu_sim.report.run_facts import Ran
from jiuzhu_sim.report.run_parts import diff_listing, how_listing, missing_listing, parts_listing
from jiuzhu_sim.report.run_tables import shown_tables
from jiuzhu_sim.report.run_words import answer, cards, closing
from jiuzhu_sim.report.section import Cards, Report, Section
from jiuzhu_sim.report.steps import township_dots

CHARTED = 60
"""Most townships in a chart: more are lines too thin to tell apart."""

DRAWN = {
    "winners_losers": charts.winners_losers_bar,
    "deciles": charts.decile_bars,
    "poverty": charts.before_after,
}
"""Tables with a chart behind them."""

BLOCKS = {
    "change": ("change", "split", "winners_losers", "deciles", "programmes_change"),
    "caseload": ("caseload", "category", "layers", "programmes"),
    "places": ("township_change", "township"),
    "poverty": ("poverty", "poverty.new", "poverty_fixed", "incomes", "incomes.new"),
}
"""The tables of each section, in order."""


def run_report(ran: Ran) -> Report:
    """Put an outcome into a report; computes nothing.

    Sections: `answer`, `missing` (where parts failed), `change` (with two laws), `caseload`,
    `places`, `poverty`, `how`. Small cells are hidden; the workbook lists the parts as well. Raises
    JZ-E046 without matplotlib.
    """
    tables = shown_tables(ran.outcome)
    sections = [_section("answer", answer(ran), Cards(cards(ran), ran.stamps()))]
    if ran.outcome.failed:
        sections.append(_section("missing", (text("run.said.missing"),), missing_listing(ran)))
    for key, names in BLOCKS.items():
        blocks = _blocks(tables, names)
        if key == "change" and ran.new is not None:
            blocks.insert(0, diff_listing(ran.base, ran.new))
        if blocks:
            sections.append(_section(key, (), *blocks))
    annex = [parts_listing(ran.outcome)]
    sections.append(_section("how", closing(ran), how_listing(ran), annex=annex))
    return Report(title_of(ran), text("file.run_book"), tuple(sections)).stamped(ran.banner())


def title_of(ran: Ran) -> str:
    """What the page is called: county, law and date."""
    named = {"policy": ran.base.title, "at": ran.base.at.isoformat()}
    county = ran.outcome.job.name
    return text("run.title_of", county=county, **named) if county else text("run.title", **named)


def _blocks(tables: Mapping[str, Table], names: Sequence[str]) -> list[Any]:
    """The tables that there are, each with its chart."""
    blocks: list[Any] = []
    for name in names:
        if (table := tables.get(name)) is None:
            continue
        blocks.append(table)
        if name in DRAWN:
            blocks.append(DRAWN[name](table))
        if name == "township_change" and len(table.rows) <= CHARTED:
            blocks.append(township_dots(table))
        if name == "township" and "township_change" not in tables and len(table.rows) <= CHARTED:
            blocks.append(charts.ranked(table, "cost_y"))
    return blocks


def _section(key: str, said: Sequence[str], *blocks: Any, annex: Sequence[Any] = ()) -> Section:
    return Section(key, text(f"run.section.{key}"), tuple(said), blocks, tuple(annex))
