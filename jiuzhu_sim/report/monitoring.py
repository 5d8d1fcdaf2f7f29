"""The report on monitoring: what warnings find, how early, at what work, and which rules help."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.assessment.gate import gate_of
from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.casework.warnings.warnings import groups, snapshot
from jiuzhu_sim.engine import Results
from jiuzhu_sim.language import listed, pick, text
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.outlook.monitoring.chain import one_household_chain, telling
from jiuzhu_sim.outlook.monitoring.dials import Outcome, visits_a_month, within
from jiuzhu_sim.outlook.monitoring.tables_snapshot import snapshot_table, with_reason
from jiuzhu_sim.report import monitoring_charts as charts
from jiuzhu_sim.report import monitoring_lists as lists
from jiuzhu_sim.report.annual import banner, gate_sentence, money, stamps
from jiuzhu_sim.report.section import Cards, Listing, Report, Section
from jiuzhu_sim.report.words import named

LIMITS = ("registers", "office", "open", "score", "start")
SAID = 3
"""Rules that the answer names as most useful, and as taking most visits for a find."""

ROSTER = 0.8
"""With this share assisted the data are a roster of recipients: hardly anybody else is in them."""

DEAR = 0.1
"""A rule with fewer finds than this of its visits takes many visits for a find."""


def monitoring_report(
    made: Outcome,
    tables: Mapping[str, Table],
    results: Results,
    *,
    household: str = "",
    month: str = "",
    officers: float = 0,
) -> Report:
    """Put a run of monitoring into a report.

    `tables`: those of `monitoring_tables`; `results`: the law on the same people as they were
    brought. `household`: of the chain, chosen where empty; `month`: of the list to visit, the last
    where empty; `officers`: those there are, 0 where unknown. Sections: `answer`, `threshold`,
    `kinds`, `rules`, `months`, `places`, `list`, `chain`, `snapshot`, `limits`.

    Raises JZ-E029 for an unknown household, JZ-E060 for a month that was not run.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.monitoring.dials import outcome
    >>> from jiuzhu_sim.outlook.monitoring.tables import monitoring_tables
    >>> from jiuzhu_sim.outlook.monitoring.watch import watch
    >>> people = jz.synthesize("example-county", households=300, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> run = watch(people, policy, months=3)
    >>> results = jz.simulate(people, policy)
    >>> report = monitoring_report(outcome(run), monitoring_tables([run]), results)
    >>> report.section("chain") is not None
    True
    """
    gate = gate_of(results)
    marks = (*stamps(results, "stamp.monitoring", gate), text("monitoring.stamp.internal"))
    month = month or made.watch.names[-1]
    chain = one_household_chain(made.watch, household or telling(made), made=made)
    of = groups(made.watch.run.opening, made.watch.recognised.is_in[0])
    found = snapshot(results.people, results.policy, made.watch.warnings, of)
    weight, title = results.people.numbers("weight"), made.watch.policy.title
    cut = f"{made.dials.cut:g}"
    said = (*_answer(made, tables, officers), *gate_sentence(gate))
    curve = tables["monitoring_curve"]
    places = [tables[name] for name in ("monitoring_group", "monitoring_area",
                                        "monitoring_township") if name in tables]  # fmt: skip
    sections = (
        _section("answer", said, (Cards(_cards(made, tables), marks),)),
        _section(
            "threshold",
            (),
            (charts.curve_chart(curve, cut), curve, tables["monitoring_officers"]),
            (tables["monitoring_multiplier"],),
        ),
        _section("kinds", (), (tables["monitoring"], tables["monitoring_result"])),
        _section(
            "rules",
            (),
            (charts.rule_chart(tables["monitoring_rule"]), tables["monitoring_rule"]),
            (lists.clause_listing(made.watch.warnings),),
        ),
        _section(
            "months",
            (text("monitoring.said.months"),),
            (charts.month_chart(tables["monitoring_month"]), tables["monitoring_month"]),
        ),
        _section("places", (), places),
        _section("list", (text("monitoring.said.list"),), (lists.visit_listing(made, month),)),
        _section(
            "chain",
            (text("monitoring.said.chain", id=chain.id),),
            (charts.chain_chart(chain), lists.chain_listing(chain)),
        ),
        _section("snapshot", (), (snapshot_table(found, weight, title),)),
        _limits(made),
    )
    heading = text("monitoring.title", place=title)
    return Report(heading, text("file.monitoring"), sections).stamped(banner(gate))


def write_lists(made: Outcome, folder: str | Path, month: str = "") -> Path:
    """The list of households to visit in a month (the last where empty), into a folder.

    Raises what `write_visit_list` raises.
    """
    path = Path(folder) / text("file.monitoring_list")
    return lists.write_visit_list(made, month or made.watch.names[-1], path)


def _section(
    key: str, said: tuple[str, ...], blocks: Sequence[Any], annex: Sequence[Any] = ()
) -> Section:
    title = text("section.limits" if key == "limits" else f"monitoring.section.{key}")
    return Section(key, title, said, tuple(blocks), tuple(annex))


def _cards(made: Outcome, tables: Mapping[str, Table]) -> tuple[tuple[str, str], ...]:
    kinds, work = tables["monitoring"], tables["monitoring_work"]
    row = work.rows[0]
    return (
        (kinds.show("warning_recall", TOTAL), text("card.monitoring.recall")),
        (work.show("warning_precision", *row), text("card.monitoring.precision")),
        (
            text("card.monitoring.months", n=kinds.show("warning_lead", TOTAL)),
            text("card.monitoring.lead"),
        ),
        (work.show("warning_monthly", *row), text("card.monitoring.visits")),
    )


def _answer(made: Outcome, tables: Mapping[str, Table], officers: float) -> tuple[str, ...]:
    """What warnings find, how early and at what work; what officers can handle; which rules."""
    kinds, month = tables["monitoring"], tables["monitoring_month"]
    work = tables["monitoring_work"]
    row = work.rows[0]
    gain = sum(
        value
        for value in (kinds.get("warning_gain", kind) for kind in ("need", "more"))
        if np.isfinite(value)
    )
    first = text(
        "monitoring.said.answer",
        cut=f"{made.dials.cut:g}",
        new=kinds.show("warning_new", TOTAL),
        found=kinds.show("warning_found", TOTAL),
        recall=kinds.show("warning_recall", TOTAL),
        lead=kinds.show("warning_lead", TOTAL),
        visits=work.show("warning_monthly", *row),
        days=work.show("warning_days", *row),
        precision=work.show("warning_precision", *row),
        amount=tables["monitoring_result"].show("warning_share", "amount"),
        gain=money(gain),
        stopped=money(kinds.get("warning_gain", "over")),
    )
    said = [first]
    held = (made.watch.run.opening | made.watch.recognised.is_in[0]) @ made.watch.weight
    share = float(held / made.watch.weight.sum())
    if share >= ROSTER:
        said.append(text("monitoring.said.roster", share=f"{share:.0%}"))
    if officers:
        said.append(_officers(made, officers, month))
    return (*said, *_rules(tables["monitoring_rule"]))


def _officers(made: Outcome, officers: float, month: Table) -> str:
    """What score so many officers keep up with, and whether they reach everybody now."""
    reach = f"{visits_a_month(officers, made.watch.more, made.working):,.0f}"
    cut = within(made.watch, officers, made.dials, made.working)
    key = "monitoring.said.officers" if cut is not None else "monitoring.said.officers_none"
    told = text(key, officers=f"{officers:g}", reach=reach, cut="" if cut is None else f"{cut:g}")
    waits = [month.get("warning_waiting", *row) for row in month.rows]
    mean, last = (f"{value:,.0f}" for value in (np.mean(waits), waits[-1]))
    return told + (text("monitoring.said.waiting", mean=mean, last=last) if any(waits) else "")


def _rules(table: Table) -> tuple[str, ...]:
    """The rules that find most that no other finds, take most visits for it, or add nothing."""
    found = {row: table.get("warning_more_found", *row) for row in table.rows}
    best = sorted((row for row in found if found[row] > 0), key=lambda row: -found[row])[:SAID]
    idle = [row for row in found if found[row] <= 0]  # without data: neither
    visits = {row: table.get("warning_more_visits", *row) for row in found}
    dear = sorted(
        (row for row in found if found[row] > 0), key=lambda row: found[row] / visits[row]
    )
    dear = [row for row in dear if row not in best and found[row] < DEAR * visits[row]][:SAID]
    said = []
    if best:
        said.append(text("monitoring.said.best", rules=listed(named(table, row) for row in best)))
    if dear:
        told = (
            text("monitoring.said.rule", rule=rule, found=f"{found[row]:,.0f}",
                 visits=f"{visits[row]:,.0f}")
            for row, rule in zip(dear, (named(table, row) for row in dear), strict=True)
        )  # fmt: skip
        said.append(text("monitoring.said.dear", rules=listed(told)))
    if len(idle) > SAID:
        said.append(text("monitoring.said.idle_many", n=len(idle)))
    elif idle:
        said.append(text("monitoring.said.idle", rules=listed(named(table, row) for row in idle)))
    return tuple(said)


def _limits(made: Outcome) -> Section:
    """What was assumed, with its standing, and what is left out."""
    watch = made.watch
    said = [text(f"monitoring.limit.{name}") for name in LIMITS]
    if watch.silent:
        rules = {rule.key: rule for rule in watch.warnings.rules}
        labels = (with_reason(rules[key].label, reason) for key, reason in watch.silent.items())
        silent = listed(pick(label) for label in labels)
        said.append(text("monitoring.limit.silent", rules=silent))
    heads = tuple(text(f"review.hours.{name}") for name in ("item", "value", "status", "source"))
    assumed = [
        Listing(text(title), heads, _rows(each))
        for title, each in (
            ("monitoring.assumptions.title", watch.more),
            ("monitoring.hours.title", made.working),
            ("review.assumptions.title", watch.run.assumptions),
        )
    ]
    blocks = (lists.rule_listing(watch.warnings), *assumed)
    return _section("limits", tuple(said), blocks)


def _rows(assumed: Assumptions) -> tuple[tuple[str, str, str, str], ...]:
    return tuple(
        (each["label"], f"{each['value']} {each['unit']}", each["status"], each["source"])
        for each in assumed.listing()
    )
