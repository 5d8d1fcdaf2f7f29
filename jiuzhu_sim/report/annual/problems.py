"""Chapters seven and eight: what stands out in the tables, and stubs of advice for an officer.

A finding tells what a table shows and no more: no cause, no blame. Advice follows from a finding,
carries the mark 【请核实】 and prescribes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from jiuzhu_sim.assessment.performance.track import MISSED
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.report.annual.chapter import Chapter, head
from jiuzhu_sim.report.annual.handling import faulty, worst_said
from jiuzhu_sim.report.annual.known import Known
from jiuzhu_sim.report.annual.outlook import budget_said, chance_said
from jiuzhu_sim.report.annual.quality import gate_said
from jiuzhu_sim.report.cited import Given, Sentence, Stub, cited, joined, said, stub

OUTCOME = "outcome"
"""The column of the table of targets that tells whether they were reached."""
LEVELS = ("stop", "doubt")
"""Findings in lists that somebody has to look at."""


@dataclass(frozen=True)
class Finding:
    """One finding: its key, what is said, the advice that follows from it."""

    key: str
    sentence: Sentence
    advice: Stub


Maker = Callable[[Known], Iterator[tuple[str, Sentence]]]


def findings(known: Known) -> tuple[Finding, ...]:
    """All that stands out, in the order of the chapters."""
    return tuple(
        Finding(key, sentence, stub(f"annual.advice.{key}"))
        for make in MAKERS
        for key, sentence in make(known)
    )


def problems_chapter(known: Known) -> Chapter:
    """The findings, one a sentence."""
    found = [_at(k, each.sentence) for k, each in enumerate(findings(known), 1)]
    return [head("problems", found or [said("annual.said.no_problem")])]


def advice_chapter(known: Known) -> Chapter:
    """A stub of advice for each finding; equal ones once."""
    advice = dict.fromkeys(each.advice for each in findings(known))
    stubs = [Stub(_at(k, each).parts) for k, each in enumerate(advice, 1)]
    return [head("advice", [said("annual.said.advice"), *stubs] if stubs else [])]


def _at(number: int, sentence: Sentence) -> Sentence:
    """A sentence with its number in a list."""
    return Sentence([Given("number", text("annual.at", n=number)), *sentence.parts])


def _gate(known: Known) -> Iterator[tuple[str, Sentence]]:
    if known.gate.outcome not in ("", "green"):
        yield "gate", gate_said(known)[0]


def _identities(known: Known) -> Iterator[tuple[str, Sentence]]:
    if ("failed",) in known.checks.rows and known.checks.get("annual_n", "failed"):
        n = cited(known.checks, "annual_n", "failed")
        yield "identities", said("annual.problem.identities", n=n)


def _lists(known: Known) -> Iterator[tuple[str, Sentence]]:
    for kind in ("roster", "log"):
        rows = [(f"{kind}_{level}",) for level in LEVELS]
        if rows[0] in known.checks.rows and any(known.checks.get("annual_n", *r) for r in rows):
            told_n = {
                level: cited(known.checks, "annual_n", *row)
                for level, row in zip(LEVELS, rows, strict=True)
            }
            yield kind, said(f"annual.problem.{kind}", **told_n)


def _money(known: Known) -> Iterator[tuple[str, Sentence]]:
    budget, short = known.tables.get("budget"), budget_said(known)
    if budget is not None and short is not None and budget.get("gap_y", *budget.rows[0]) > 0:
        yield "budget", short
    if known.gap is None:
        return
    if known.gap.get("p50", "need") > known.gap.get("p50", "money"):
        yield "next_year", chance_said(known, known.gap)


def _cover(known: Known) -> Iterator[tuple[str, Sentence]]:
    table = known.verified
    if table is not None and table.get("check_found", TOTAL) > 0:
        n, rate = cited(table, "check_n", TOTAL), cited(table, "check_rate", TOTAL)
        found = cited(table, "check_found", TOTAL)
        yield "cover", said("annual.problem.cover", n=n, found=found, rate=rate)


def _handling(known: Known) -> Iterator[tuple[str, Sentence]]:
    cases = known.cases
    if cases is None:
        return
    for key, table, row in (("late", known.limits, "late"), ("conduct", known.conduct, "conduct")):
        if table is not None and (rows := faulty(table)):
            n = cited(cases, "annual_cases", row)
            yield key, said(f"annual.problem.{key}", n=n, items=worst_said(table, rows))
    if cases.get("annual_cases", "unknown"):
        n = cited(cases, "annual_cases", "unknown")
        yield "unknown", said("annual.problem.unknown", n=n)


def _form(known: Known) -> Iterator[tuple[str, Sentence]]:
    """Lines of the self-evaluation that fall short of their points."""
    if known.performance is None:
        return
    short = [
        line
        for line in known.performance.lines
        if np.isfinite(line.score) and line.score < line.row.points
    ]
    if short:
        table = known.tables_of_form[0]
        each = [
            said(
                "annual.said.line",
                line=line.row.title,
                score=cited(table, "form_score", line.key),
                points=cited(table, "form_points", line.key),
            )
            for line in short
        ]
        yield "form", said("annual.problem.form", lines=joined(each, text("annual.then")))


def _targets(known: Known) -> Iterator[tuple[str, Sentence]]:
    """Targets of the list that were not reached."""
    table = known.targets
    if table is None or OUTCOME not in (each.name for each in table.statistics):
        return
    missed = [row for row in table.rows if table.get(OUTCOME, *row) == MISSED]
    if missed:
        names = text("annual.and").join(table.labels(row)[0] for row in missed)
        yield "targets", said("annual.problem.targets", names=names)


def _gaps(known: Known) -> Iterator[tuple[str, Sentence]]:
    missing = known.missing
    if missing:
        yield "missing", said("annual.problem.missing", names=joined(missing, text("annual.and")))


MAKERS: tuple[Maker, ...] = (
    _gate,
    _identities,
    _lists,
    _money,
    _cover,
    _handling,
    _form,
    _targets,
    _gaps,
)
"""What finds something, in the order of the chapters."""
