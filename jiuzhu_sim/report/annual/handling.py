"""Chapter four: whether the right people are covered, and how cases are handled."""

from collections.abc import Sequence
from dataclasses import replace

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.handling import SHARE, lasting
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.report.annual.chapter import Chapter, head, part
from jiuzhu_sim.report.annual.known import Known
from jiuzhu_sim.report.annual.tables import FAULTS_N, first_rows
from jiuzhu_sim.report.casework_answer import unknown_section
from jiuzhu_sim.report.casework_charts import verdict_bars
from jiuzhu_sim.report.cited import Sentence, cited, joined, said
from jiuzhu_sim.report.document.words import written_date
from jiuzhu_sim.report.section import Listing, Section

NAMED = 3
"""Items that a sentence names; all of them stand in the table."""
CHARTED = "limits"
"""The part whose verdicts are drawn as well."""
SHOWN = 8
"""Items that the table in the body shows, those with most faults first; all are in the workbook."""


def faulty(table: Table) -> list[tuple[str, ...]]:
    """Items with faults, most first."""

    rows = [row for row in table.rows if table.get(FAULTS_N, *row) > 0]
    return sorted(rows, key=lambda row: (-table.get(FAULTS_N, *row), row))


def shown_items(table: Table) -> Table:
    """The items that the body shows: those with most faults first, then the others in order."""
    rows = faulty(table)
    others = [row for row in table.rows if row not in rows]
    return first_rows(table, tuple([*rows, *others][:SHOWN]))


def worst_said(table: Table, rows: Sequence[tuple[str, ...]]) -> Sentence:
    """The items with most faults by name, each with its share at fault."""
    each = (
        said(
            "annual.said.item",
            item=table.labels(row)[0],
            n=cited(table, FAULTS_N, *row),
            rate=cited(table, SHARE, *row),
        )
        for row in rows[:NAMED]
    )
    return joined(list(each), text("annual.and"))


def conduct_chapter(known: Known) -> Chapter:
    """Wrong and missed cover; time limits; conduct; what could not be judged."""
    made = [head("conduct"), _targeting(known)]
    if known.handled is None or known.cases is None:
        return [*made, part("limits", [said("annual.missing.log")])]
    has_late = known.cases.get("annual_cases", "late") > 0
    one = said(
        f"annual.said.{'late' if has_late else 'timely'}",
        procedure=known.handled.procedure.title,
        judged=cited(known.cases, "annual_cases", "judged"),
        late=cited(known.cases, "annual_cases", "late"),
        rate=cited(known.cases, "annual_case_share", "late"),
    )
    two = conduct_said(known.cases)
    days = lasting(known.handled.limits)
    timed = [one, said("annual.said.as_of", date=written_date(str(known.handled.log.at)))]
    parts = [
        _items("limits", timed, known.limits, [known.cases], annex=[days] if days.rows else []),
        _items("compliance", [two], known.conduct, []),
        _unknown(known),
    ]
    return [*made, *(each for each in parts if each is not None)]


def conduct_said(cases: Table) -> Sentence:
    """In how many cases the procedure was not kept."""
    if not cases.get("annual_cases", "conduct"):
        return said("annual.said.no_conduct")
    return said("annual.said.conduct", n=cited(cases, "annual_cases", "conduct"))


def _items(
    key: str,
    first: list[Sentence],
    table: Table | None,
    blocks: Sequence[Table],
    annex: Sequence[Table] = (),
) -> Section:
    """The verdicts by item: those with most faults in the body, all in the workbook."""
    if table is None:
        return part(key, [said("annual.said.no_item")], blocks)
    rows = faulty(table)
    more = [said(f"annual.said.worst_{key}", items=worst_said(table, rows))] if rows else []
    shown = shown_items(table)
    chart = [verdict_bars(shown, key)] if key == CHARTED else []
    if len(shown.rows) < len(table.rows):
        more.append(said("annual.said.items_left"))
        annex = (table, *annex)
    return part(key, [*first, *more], [*blocks, *chart, shown], annex=tuple(annex))


def _unknown(known: Known) -> Section | None:
    assert known.handled is not None
    found = unknown_section(known.handled)
    if found is None or known.cases is None:
        return None
    one = said("annual.said.unknown", n=cited(known.cases, "annual_cases", "unknown"))
    listings = [replace(each, rows=each.rows[:SHOWN]) for each in found.of(Listing)]
    return part("unknown", [one], listings, annex=found.of(Listing))


def _targeting(known: Known) -> Section:
    """What a spot-check of the roll says of wrong cover; else what is missing."""
    table, cover = known.verified, known.cover
    if table is None and cover is not None:
        key = "cover_synthetic" if known.is_synthetic else "cover"
        return part("targeting", [said(f"annual.said.{key}")], [cover])
    if table is None:
        return part("targeting", [said("annual.missing.verification")])
    one = said(
        "annual.said.verified",
        n=cited(table, "check_n", TOTAL),
        found=cited(table, "check_found", TOTAL),
        rate=cited(table, "check_rate", TOTAL),
    )
    more = [said("annual.said.interval")] if table.has_intervals else []
    return part("targeting", [one, *more], [table, cover])
