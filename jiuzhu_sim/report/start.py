"""The report of notebook 00: is this machine ready, a county at a glance, one worked what-if."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from jiuzhu_sim.assessment import Assessment, WhatIf
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.report import charts
from jiuzhu_sim.report.annual import annual_report, stamps
from jiuzhu_sim.report.annual.basics import caseload_said
from jiuzhu_sim.report.annual.tables import in_10k, told
from jiuzhu_sim.report.section import Cards, Listing, Report, Section
from jiuzhu_sim.report.whatif import whatif_report

STANDINGS = ("base", "new")


class Finding(Protocol):
    """One check of the machine, as `doctor.examine` gives it."""

    @property
    def name(self) -> str: ...
    @property
    def well(self) -> bool: ...
    @property
    def found(self) -> str: ...
    @property
    def remedy(self) -> str: ...


@dataclass(frozen=True)
class StartReport(Report):
    """The report of notebook 00; `write` writes what the machine was found to have too."""

    findings: Sequence[Finding]

    def write(self, folder: str | Path) -> tuple[Path, ...]:
        """Write workbook, chart and ``doctor.txt``; each file whole or not at all (JZ-E040)."""
        lines = "\n".join(map(str, self.findings)) + "\n"
        path = write_whole(Path(folder) / text("file.doctor"), lines.encode("utf-8-sig"))
        return (*super().write(folder), path)


def start_report(
    assessed: Assessment, compared: WhatIf, findings: Sequence[Finding]
) -> StartReport:
    """Put a first look into a report; computes nothing.

    `assessed`: the year of the county; `compared`: the what-if on the same people; `findings`: of
    `doctor.examine`. Sections: `answer`, `machine`, `county`, `whatif`, `limits`, and `first`, the
    numbers that the README gives as the first result.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.doctor import examine
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> plan = policy.change({"dibao.standard.rural": 650})
    >>> made = start_report(jz.assess(people, policy), jz.what_if(people, policy, plan), examine())
    >>> [each.key for each in made.sections]
    ['answer', 'machine', 'county', 'whatif', 'limits', 'first']
    """
    known = annual_report(assessed, assessed.policy.at.year).known
    planned = whatif_report(compared)
    area, cost = known.tables["area"], compared.tables["change"]
    numbers = (
        (area.show("households", TOTAL), text("card.households")),
        (area.show("persons", TOTAL), text("card.persons")),
        (str(told(area, "cost_y", TOTAL)), text("card.cost")),
    )
    marks = stamps(compared.base, "stamp.first_round", known.gate)
    sides = in_10k(both(cost))
    chart = charts.before_after(sides, [(each,) for each in STANDINGS], "chart.standings")
    # What the what-if says of its law is replaced by what it does, in one sentence.
    more = (_moved(compared, sides), *planned.sections[0].sentences[1:])
    sections = (
        _section("answer", (caseload_said(known), *more, _ready(findings)), Cards(numbers, marks)),
        _section("machine", (), _machine(findings)),
        _section("county", (), area, known.tables["category"]),
        _section("whatif", (), chart, cost),
        Section("limits", text("section.limits"), planned.sections[-1].sentences),
        _section("first", (text("start.said.first"), caseload_said(known)), Cards(numbers)),
    )
    title = text("start.title", place=assessed.policy.title)
    return StartReport(title, text("file.start"), sections, findings=findings)


def both(change: Table) -> Table:
    """The totals of a table of changes as two rows, ``base`` and ``new``.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> both(jz.what_if(people, policy, policy).tables["change"]).rows
    (('base',), ('new',))
    """
    units = {each.name.partition(".")[0]: each.unit for each in change.statistics}
    statistics = tuple(Statistic(name, unit) for name, unit in units.items())
    values = np.array(
        [[change.get(f"{name}.{each}", TOTAL) for name in units] for each in STANDINGS]
    )
    none = np.full(values.shape, np.nan)
    n = np.full(len(STANDINGS), change.observations)
    rows = tuple((each,) for each in STANDINGS)
    return Table(
        "standings",
        ("plan_side",),
        rows,
        statistics,
        values,
        none,
        none,
        n,
        change.per,
        change.notes,
        change.fields,
        disjoint=False,
    )


def _section(key: str, said: Sequence[str], *blocks: object) -> Section:
    return Section(key, text(f"start.section.{key}"), tuple(said), blocks)


def _moved(compared: WhatIf, sides: Table) -> str:
    """What changed, and what becomes of recipients and cost."""
    changed = (
        text(
            "chart.from_to",
            what=each.declared.title,
            old=each.declared.show(each.old),
            new=each.declared.show(each.new),
        )
        for each in compared.changes
        if each.old is not None and each.new is not None
    )
    told = (
        text(
            "chart.from_to",
            what=each.header,
            old=sides.show(each.name, "base"),
            new=sides.show(each.name, "new"),
        )
        for each in sides.statistics
    )
    return text("start.said.moved", changed=listed(changed), told=listed(told))


def _ready(findings: Sequence[Finding]) -> str:
    """Whether this machine is ready, or what has to be seen to."""
    ill = [each.name for each in findings if not each.well]
    return text("start.said.ill", names=listed(ill)) if ill else text("start.said.ready")


def _machine(findings: Sequence[Finding]) -> Listing:
    """The checks of the machine, one a row."""
    heads = tuple(text(f"start.head.{name}") for name in ("check", "state", "found", "remedy"))
    rows = tuple(
        (
            each.name,
            text("doctor.well" if each.well else "doctor.ill"),
            each.found,
            each.remedy or "—",
        )
        for each in findings
    )
    return Listing(text("start.machine.title"), heads, rows)
