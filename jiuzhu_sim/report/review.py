"""The report on review cycles: what each costs in officer days and lets leak, and what to weigh."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jiuzhu_sim.assessment.gate import gate_of
from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.engine import Results
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.outlook.review.review import Comparison
from jiuzhu_sim.outlook.review.review_regimes import PRESENT
from jiuzhu_sim.report import review_charts as charts
from jiuzhu_sim.report.annual import banner, gate_sentence, money, stamps
from jiuzhu_sim.report.section import Cards, Listing, Report, Section
from jiuzhu_sim.report.words import drawable, interval, joined, named

YEARLY = "every_12"
"""The interval for all that the answer names beside the documents' regimes."""

NAMED = 2
"""Regimes of documents that the answer puts into a sentence each; the others stand in tables."""

LIMITS = ("start", "harvest", "behaviour", "hours", "recovery")


def review_report(compared: Comparison, tables: Mapping[str, Table], results: Results) -> Report:
    """Put a comparison of review regimes into a report; computes nothing.

    `tables`: those of `review_tables`. `results`: the law as it stands on the same people, for
    what readers must know of both. Sections: `answer`, `frontier`, `regimes`, `matching` (where
    months of matching were asked for), `leaked`, `present`, `roll`, `limits`.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.review.review import compare_regimes
    >>> from jiuzhu_sim.outlook.review.review_tables import review_tables
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> found = compare_regimes(people, policy, [], intervals=[1], months=2, warm_up=0)
    >>> report = review_report(found, review_tables(found), jz.simulate(people, policy))
    >>> [section.key for section in report.sections][:3]
    ['answer', 'frontier', 'regimes']
    """
    gate = gate_of(results)
    marks = stamps(results, "stamp.assumed", gate)
    said = (*_answer(compared, tables), *gate_sentence(gate))
    review, work, month = tables["review"], tables["review_work"], tables["review_month"]
    frontier = charts.frontier_chart(review, work, compared)
    present = [tables[f"{name}{dim}"] for dim in ("", "_area", "_category_hh")
               for name in ("leakage", "mistakes")]  # fmt: skip
    made = [
        _section("answer", "review", said, (Cards(_cards(review, work), marks),)),
        _section("frontier", "frontier", (), (frontier, tables["review_frontier"])),
        _section("regimes", "regimes", (), (work, review, tables["review_trade"])),
        _matching(tables),
        _section(
            "leaked",
            "leaked",
            (),
            (charts.leaked_chart(month), charts.errors_chart(month)),
            (month,),
        ),
        _section("present", "present", (), present),
        _roll(tables),
        _limits(compared),
    ]
    title = text("review.title", place=compared.policy.title)
    sections = tuple(section for section in made if section)
    return Report(title, text("file.review"), sections).stamped(banner(gate))


def _section(
    key: str, title: str, said: tuple[str, ...], blocks: Sequence[Any], annex: Sequence[Any] = ()
) -> Section:
    return Section(key, text(f"section.{title}"), said, tuple(blocks), tuple(annex))


def _cards(review: Table, work: Table) -> tuple[tuple[str, str], ...]:
    return (
        (work.show("review_days", PRESENT), text("card.review_days")),
        (money(review.get("review_money_leaked", PRESENT)), text("card.review_leaked")),
        (review.show("review_wrongly_rate", PRESENT), text("card.review_wrongly")),
        (review.show("review_missed_rate", PRESENT), text("card.review_missed")),
    )


def _answer(compared: Comparison, tables: Mapping[str, Table]) -> tuple[str, ...]:
    """What the law as it stands costs and leaks; what a few others change; who is efficient."""
    review, work, trade = tables["review"], tables["review_work"], tables["review_trade"]
    row = (PRESENT,)
    present = text(
        "review.said.present",
        regime=text("regime.present"),
        leaked=money(review.get("review_money_leaked", *row)),
        rate=review.show("review_leaked_rate", *row),
        **{name: work.show(f"review_{name}", *row) for name in ("reviews", "visits", "days")},
    )
    keys = {each.key: each for each in compared.regimes}
    documents = [key for key, each in keys.items() if each.family == "regime"][:NAMED]
    matched = [key for key, each in keys.items() if each.family == "matching"][-1:]
    yearly = [YEARLY] if YEARLY in keys and trade.get("days_saved", YEARLY) else []
    chosen = [*documents, *yearly, *matched]
    said = (present, *(_change(trade, key, keys[key].title) for key in chosen))
    return (*said, *_cheapest(trade), *_efficient(compared))


def _cheapest(trade: Table) -> tuple[str, ...]:
    """The regime in which an officer day more keeps most money from leaking."""
    rows = [row for row in drawable(trade, "leaked_per_day") if trade.get("days_saved", *row) < 0]
    if not rows:
        return ()
    most = max(rows, key=lambda row: trade.get("leaked_per_day", *row))
    price = text("review.price", value=trade.show("leaked_per_day", *most))
    return (text("review.said.cheapest", regime=named(trade, most), price=price),)


def _efficient(compared: Comparison) -> tuple[str, ...]:
    best = [compared.regimes[k].key for k in compared.efficient()]
    kind = "inside" if PRESENT in best else "beaten"
    counts = {"n": len(compared.regimes), "best": len(best)}
    return (text(f"review.said.{kind}", **counts),)


def _change(trade: Table, key: str, title: str) -> str:
    """One regime against the law as it stands, as a sentence."""
    days, leaked = trade.get("days_saved", key), trade.get("leaked_more", key)
    low, high = interval(trade, "leaked_more", (key,))
    more, worse = ("more", "worse") if days < 0 else ("less", "better")
    kind = more if np.isfinite(trade.get("leaked_per_day", key)) else worse
    if leaked == 0 or low <= 0 <= high:
        kind = f"same_{more}"
    said = text(
        f"review.said.{kind}",
        regime=title,
        days=trade.show("days_saved", key).removeprefix("-"),
        leaked=money(abs(leaked)),
        price=text("review.price", value=trade.show("leaked_per_day", key)),
    )
    if interval(trade, "missed_more", (key,))[0] > 0:
        missed = money(trade.get("missed_more", key))
        said = joined([said, text("review.said.missed", missed=missed)])
    return said


def _matching(tables: Mapping[str, Table]) -> Section | None:
    if "review_matching" not in tables:
        return None
    return _section("matching", "matching", (), (tables["review_matching"],))


def _roll(tables: Mapping[str, Table]) -> Section:
    """Who entered and left; where the place reported it, how far the assumed rates are from it."""
    blocks = [charts.flows_chart(tables["flows"]), tables["flows"], tables["transitions"]]
    said: tuple[str, ...] = ()
    if "reported_flows" in tables:
        beside = tables["reported_flows"]
        shown = {each.name: beside.show(each.name, TOTAL) for each in beside.statistics}
        said = (text("review.said.reported", **(beside.fields or {}), **shown),)
        blocks.insert(0, beside)
    return _section("roll", "roll", said, blocks, (tables["flows_area"],))


def _limits(compared: Comparison) -> Section:
    """What was assumed, with its standing, and what the comparison leaves out."""
    fields = {
        "warm_up": compared.warm_up,
        "harvest": f"{compared.assumptions['harvest.month']:g}",
    }
    said = tuple(text(f"review.limit.{name}", **fields) for name in LIMITS)
    heads = tuple(text(f"review.hours.{name}") for name in ("item", "value", "status", "source"))
    lists = [
        Listing(text(title), heads, _rows(each))
        for title, each in (
            ("review.hours.title", compared.hours),
            ("review.assumptions.title", compared.assumptions),
        )
    ]
    return _section("limits", "limits", said, (*lists, _regimes(compared)))


def _rows(assumed: Assumptions) -> tuple[tuple[str, str, str, str], ...]:
    return tuple(
        (each["label"], f"{each['value']} {each['unit']}", each["status"], each["source"])
        for each in assumed.listing()
    )


def _regimes(compared: Comparison) -> Listing:
    """The regimes with what makes them differ from the law as it stands."""
    known, policy = declarations(), compared.policy
    rows = []
    for each in compared.regimes:
        changes = policy.diff(policy.change(each.changes)) if each.changes else ()
        words = [f"{change.declared.title} {known[change.path].show(change.new)}"
                 for change in changes if change.new is not None]  # fmt: skip
        if each.matching:
            months = text("word.comma").join(map(str, each.matching))
            words.append(text("review.regimes.matching", months=months))
        rows.append((each.title, listed(words) or "—", listed(each.clauses) or "—"))
    heads = (
        text("dim.review_regime"),
        *(text(f"review.regimes.{x}") for x in ("changes", "clause")),
    )
    return Listing(text("review.regimes.title"), heads, tuple(rows))
