"""The report on a clean-up: what it ends and why, how it was found, what targeting it reaches."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from jiuzhu_sim.assessment.gate import gate_of
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.cleanup import (
    cleanup_outcomes,
    cleanup_reasons,
    cleanup_reported,
    cleanup_safeguards,
    cleanup_stock,
)
from jiuzhu_sim.measures.disclosure import suppress
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, Table
from jiuzhu_sim.outlook.audit.audit import Audit
from jiuzhu_sim.outlook.audit.compared import Books, matching_tables, mismatch_table
from jiuzhu_sim.outlook.audit.overpaid import recovery_table
from jiuzhu_sim.outlook.audit.plan import Plan, estimate_tables, size_table, width_curve
from jiuzhu_sim.outlook.audit.tables import audit_tables
from jiuzhu_sim.report import cleanup_charts as charts
from jiuzhu_sim.report import cleanup_words as words
from jiuzhu_sim.report.annual import banner, gate_sentence, money, stamps
from jiuzhu_sim.report.cleanup_lists import mismatch_listing
from jiuzhu_sim.report.section import Cards, Report, Section

WEIGHT = "weight"

SPLIT = {
    "audit_cover": "audit_rates",
    "audit_cover_person": "audit_rates_person",
    "audit_money": "audit_money_rates",
}
"""Tables too wide for a page, and the name of their rates."""

OVER = ("cover_money_over", "cover_money_under")
"""Amounts of those rightly covered, in a table of their own."""

EFFORT = ("audit_visited", "audit_interviewed", "audit_matched")
"""What a way of checking takes; the other statistics tell what it finds."""


def cleanup_tables(
    audited: Audit, plan: Plan, books: Books, *, min_n: int = 0, rate: float | None = None
) -> dict[str, Table]:
    """Every table of the report by name, as far as the data allow; small rows hidden.

    `rate`: the part of what is claimed that comes back, as in `recovery_table`.
    """
    chosen = audited.chosen
    makers = (cleanup_outcomes, cleanup_reasons)
    made: dict[str, Table | None] = {
        make.__name__: _guarded(make(chosen, weight=WEIGHT), min_n) for make in makers
    }
    made["cleanup_safeguards"] = suppress(cleanup_safeguards(chosen, weight=WEIGHT), min_n)
    made["cleanup_stock"] = stock_guarded(cleanup_stock(chosen, weight=WEIGHT), min_n)
    made["cleanup_reported"] = None
    if audited.people.about.get("recipe") == audited.policy.place:
        made["cleanup_reported"] = cleanup_reported(chosen, weight=WEIGHT)
    made |= audit_tables(audited, min_n)
    made |= matching_tables(audited, min_n=min_n, seed=chosen.seed)
    made["audit_recovery"] = recovery_table(audited, rate)
    if made["audit_recovery"] is not None:
        made["audit_recovery"] = suppress(made["audit_recovery"], min_n)
    made["audit_sizes"], made["audit_curve"] = size_table(plan), width_curve(plan)
    made |= {f"estimate_{key}": table for key, table in estimate_tables(plan).items()}
    if books.mismatches is not None:
        made["audit_mismatch"] = mismatch_table(books.mismatches)
    return {name: table for name, table in made.items() if table is not None}


def _guarded(table: Table, min_n: int) -> Table:
    """Small rows hidden; a household stands in one row of these (totals aside), so that no hidden
    row can be worked out from the others."""
    return suppress(replace(table, disjoint=True), min_n)


def stock_guarded(stock: Table, min_n: int) -> Table:
    """The stock without small rows. Members added are few at times: with a row of them hidden the
    identity would tell it, so they are netted against what is cancelled, and a note says so."""
    is_small = (stock.n > 0) & (stock.n < min_n)
    added = [k for k, row in enumerate(stock.rows) if row[0] == "added"]
    if not is_small[added].any():
        return suppress(stock, min_n)
    gone = [k for k, row in enumerate(stock.rows) if row[0] == "cancelled"]
    kept = [k for k in range(len(stock.rows)) if k not in added]
    values = stock.values.copy()
    values[gone] -= values[added]
    netted = replace(stock, values=values, notes=("note.cleanup_netted", *stock.notes))
    made = netted.only(kept)
    return suppress(made, min_n)


def part(table: Table, name: str, wanted: Callable[[str], bool]) -> Table:
    """Some statistics of a table, under another name."""
    kept = [k for k, each in enumerate(table.statistics) if wanted(each.name)]
    return replace(
        table,
        name=name,
        statistics=tuple(table.statistics[k] for k in kept),
        **{key: getattr(table, key)[:, kept] for key in ("values", "low", "high")},
        hidden=None if table.hidden is None else table.hidden[:, kept],
    )


def _split(table: Table, rates: str) -> tuple[Table, Table]:
    """Counts or amounts, and rates: a page is too narrow for both side by side."""

    def is_rate(name: str) -> bool:
        unit = next(each.unit for each in table.statistics if each.name == name)
        return unit in ("share", "index")

    return part(table, table.name, lambda name: not is_rate(name)), part(table, rates, is_rate)


def _narrowed(table: Table) -> tuple[Table, ...]:
    """Amounts in two tables: six columns of yuan leave no room for the names of the rows."""
    if table.name != "audit_money":
        return (table,)
    first = part(table, table.name, lambda name: name not in OVER)
    return first, part(table, "audit_money_over", lambda name: name in OVER)


def cleanup_report(audited: Audit, plan: Plan, books: Books, tables: Mapping[str, Table]) -> Report:
    """Put an audited clean-up into a report; computes nothing.

    `tables`: those of `cleanup_tables`. Sections: `answer`, `sight`, `outcomes`, `stock`, `found`,
    `targeting` and `townships` (with a truth), `matching`, `safeguards`, `petition`, `recovery`,
    `books`, `sampling`, `priority`, `forms`, `limits`.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.assessment.on_roll import people_on_roll
    >>> from jiuzhu_sim.outlook.audit.audit import audit
    >>> from jiuzhu_sim.outlook.audit.compared import books_of
    >>> from jiuzhu_sim.outlook.audit.plan import plan_sample
    >>> policy = jz.load_policy("s43-county")
    >>> audited = audit(people_on_roll("", policy, 4000, 1), policy)
    >>> plan, books = plan_sample(audited), books_of(audited)
    >>> report = cleanup_report(audited, plan, books, cleanup_tables(audited, plan, books))
    >>> report.sections[0].key
    'answer'
    """
    gate = gate_of(audited.chosen.before)
    marks = stamps(audited.chosen.before, "stamp.cleanup", gate)
    said = (*words.answer(audited, plan, tables), *gate_sentence(gate))
    made = [
        _section("answer", said, (Cards(_cards(audited, tables), marks),)),
        _section("sight", words.sight(audited, plan), ()),
        _outcomes(tables),
        _stock(tables),
        _found(tables),
        _targeting(plan, tables),
        _townships(tables),
        _matching(tables),
        _section("safeguards", (), _some(tables, "cleanup_safeguards")),
        _petition(tables),
        _recovery(tables),
        _books(books, tables),
        _sampling(plan, tables),
        _section("priority", (text("cleanup.said.priority"),), _some(tables, "audit_priority")),
        _section("forms", (text("cleanup.said.forms"),), ()),
        Section("limits", text("section.limits"), words.limits(audited)),
    ]
    title = text("cleanup.title", place=audited.policy.title)
    sections = tuple(section for section in made if section)
    return Report(title, text("file.cleanup"), sections).stamped(banner(gate))


def _section(
    key: str, said: Iterable[str], blocks: Iterable[Any], annex: Iterable[Any] = ()
) -> Section:
    return Section(key, text(f"section.cleanup.{key}"), tuple(said), tuple(blocks), tuple(annex))


def _some(tables: Mapping[str, Table], *names: str) -> tuple[Table, ...]:
    return tuple(tables[name] for name in names if name in tables)


def _cards(audited: Audit, tables: Mapping[str, Table]) -> tuple[tuple[str, str], ...]:
    outcomes, stock = tables["cleanup_outcomes"], tables["cleanup_stock"]
    less = stock.get("paid_m", "before", TOTAL) - stock.get("paid_m", "after", TOTAL)
    cards = [
        (words.shown(outcomes, "households", "stopped"), text("card.cleanup_stopped")),
        (words.shown(stock, "persons", "cancelled", TOTAL), text("card.cleanup_gone")),
        (words.shown(stock, "households", "new", TOTAL), text("card.cleanup_new")),
    ]
    if np.isfinite(less):
        moved = text("card.cleanup_less" if less >= 0 else "card.cleanup_more")
        cards.append((money(abs(less)), moved))
    if "audit_cover" in tables:
        cover, after = tables["audit_cover"], audited.chosen.checks.name
        for kind in ("wrong", "missed"):
            if kind == "wrong" or audited.sight.can("missed_cover"):
                rates = [cover.show(f"cover_{kind}_rate", row) for row in ("before", after)]
                cards.append((" → ".join(rates), text(f"card.cleanup_{kind}")))
    return tuple(cards)


def _outcomes(tables: Mapping[str, Table]) -> Section:
    blocks: list[Any] = [*_some(tables, "cleanup_outcomes", "cleanup_reasons")]
    reasons = tables["cleanup_reasons"]
    by_reason = [row for row in reasons.rows if row[1] == TOTAL and row[0] != TOTAL]
    has_some = any(reasons.get("cancelled_persons", *row) > 0 for row in by_reason)
    if has_some and not _tells_reasons(tables):
        blocks.insert(0, charts.reasons_chart(reasons, None))
    return _section("outcomes", (), blocks)


def _stock(tables: Mapping[str, Table]) -> Section:
    """The identity of the stock; the place's own figures beside it where there are some."""
    beside = tables.get("cleanup_reported")
    blocks = _some(tables, "cleanup_stock", "cleanup_reported")
    if beside is None:
        return _section("stock", words.lacking("reported"), blocks)
    made: list[Any] = [*blocks]
    if _tells_reasons(tables):
        made.insert(0, charts.reasons_chart(tables["cleanup_reasons"], beside))
    return _section("stock", words.residual(tables), made)


def _tells_reasons(tables: Mapping[str, Table]) -> bool:
    """Whether the place reported how many persons were cancelled for what reason."""
    beside = tables.get("cleanup_reported")
    return beside is not None and any(row[0] in (beside.names or {}) for row in beside.rows)


def _found(tables: Mapping[str, Table]) -> Section:
    made = tables["audit_found"]
    effort = part(made, "audit_effort", lambda name: name in EFFORT)
    effort = replace(effort, notes=(INTERVAL_NOTE,))
    found = part(made, made.name, lambda name: name not in EFFORT)
    blocks: list[Any] = [effort, found, tables["audit_found_by"]]
    if "audit_cover" in tables:
        blocks.insert(0, charts.ways_chart(tables["audit_found"]))
    return _section("found", (), blocks)


def _targeting(plan: Plan, tables: Mapping[str, Table]) -> Section:
    if "audit_cover" not in tables:
        said = words.lacking("truth_but_sampled" if plan.is_returned else "truth")
        return _section("targeting", said, ())
    chart = charts.cover_chart(tables["audit_cover"], tables["audit_money"])
    split = [
        half
        for name, rates in SPLIT.items()
        for half in _split(replace(tables[name], name=name), rates)
    ]
    split = [each for table in split for each in _narrowed(table)]
    others = _some(tables, "audit_efficiency", "audit_incidence", "audit_concentration")
    said = () if "audit_efficiency" in tables else words.lacking("outside")
    return _section("targeting", said, (chart, *split, *others))


def _townships(tables: Mapping[str, Table]) -> Section | None:
    if "audit_township" not in tables:
        return None
    table = tables["audit_township"]
    chart = charts.township_chart(table, "cover_wrong_rate")
    return _section("townships", (), (chart, *_split(table, "audit_township_rates")))


def _matching(tables: Mapping[str, Table]) -> Section:
    said = [
        sentence
        for name in ("matching", "poverty_overlap")
        if name not in tables
        for sentence in words.lacking(name)
    ]
    return _section("matching", said, _some(tables, "matching", "audit_lag", "poverty_overlap"))


def _petition(tables: Mapping[str, Table]) -> Section | None:
    if "audit_petition" not in tables:
        return None
    return _section("petition", (), _some(tables, "audit_petition"))


def _recovery(tables: Mapping[str, Table]) -> Section:
    if "audit_recovery" not in tables:
        return _section("recovery", words.lacking("review"), ())
    return _section("recovery", (text("cleanup.said.recovery"),), _some(tables, "audit_recovery"))


def _books(books: Books, tables: Mapping[str, Table]) -> Section:
    blocks: list[Any] = [*_some(tables, "audit_mismatch")]
    if books.mismatches is not None and len(books.mismatches.rows):
        blocks.append(mismatch_listing(books.mismatches))
    return _section("books", words.books_said(books), blocks)


def _sampling(plan: Plan, tables: Mapping[str, Table]) -> Section:
    made = _some(tables, "estimate_strata", "estimate_townships")
    chart = charts.width_chart(tables["audit_curve"], plan.sample.size)
    blocks: list[Any] = [chart, tables["audit_sizes"]]
    by_place = [table for table in made if table.dims == ("township",)]
    if by_place:
        blocks.append(charts.township_chart(by_place[0], "check_rate", "cleanup_sampled"))
    return _section("sampling", words.plan_said(plan, tables), (*blocks, *made))
