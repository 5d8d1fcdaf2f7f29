"""The annexes: self-evaluation, list of tables, law and method, the run itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from jiuzhu_sim.assessment.performance import bases
from jiuzhu_sim.columns import column
from jiuzhu_sim.language import listed, pick, text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report import law
from jiuzhu_sim.report.annual.chapter import Chapter, head, part
from jiuzhu_sim.report.annual.known import Known
from jiuzhu_sim.report.annual.tables import WAN
from jiuzhu_sim.report.annual.townships import lacking_indicators
from jiuzhu_sim.report.casework import listing_of
from jiuzhu_sim.report.cited import Sentence, cited, joined, said
from jiuzhu_sim.report.document.words import written_date
from jiuzhu_sim.report.section import Listing, Section
from jiuzhu_sim.report.workbook import sheet_names

UNCERTAINTIES = ("data", "structure", "specification", "parameters", "simulation")


def self_evaluation_chapter(known: Known) -> Chapter:
    """The performance form, line by line; what could not be scored and why."""
    made = known.performance
    asked = (_bases(),)
    if made is None:
        return [head("self_evaluation", [said("annual.missing.performance")], annex=asked)]
    scores, money, summary = known.tables_of_form
    told = [said("annual.said.form", file=text("file.self_evaluation"))]
    if made.grade is None:
        told.append(said("performance.said.nothing"))
    else:
        names = {"total": "reached", "counted": "counted", "share": "share"}
        cells = {name: cited(summary, "annual_n", row) for name, row in names.items()}
        is_whole = summary.get("annual_n", "counted") == summary.get("annual_n", "whole")
        key = f"performance.said.{'total' if is_whole else 'part'}"
        told.append(said(key, **cells, grade=made.grade.title))
    if made.missing:
        n = cited(summary, "annual_n", "missing")
        titles = joined([line.row.title for line in made.missing], text("annual.and"))
        told.append(said("performance.said.missing", n=n, names=titles))
    if made.targets is not None:
        told.append(said("annual.said.targets", name=made.targets.title))
    tables = [summary, money, scores, known.targets]
    return [head("self_evaluation", told, tables, annex=asked)]


def _bases() -> Listing:
    """What the documents say of such assessments, and how often they are to be."""
    heads = tuple(text(f"annual.head.{name}") for name in ("clause", "asked", "every"))
    rows = tuple(
        (each.clause, pick(each.label), "—" if each.every is None else str(each.every))
        for each in bases()
    )
    return Listing(text("annual.title.bases"), heads, rows)


def annexes_chapter(known: Known) -> Chapter:
    """The detailed tables in yuan, which the workbook alone carries."""
    details = tuple(
        table.with_notes("annual.note.yuan")
        for table in known.assessed.tables.values()
        if any(each.unit in WAN for each in table.statistics)
    )
    others = tuple(
        known.assessed.tables[name] for name in ("category",) if name in known.assessed.tables
    )
    kept = (*details, *(each for each in others if each.name not in {d.name for d in details}))
    return [head("annexes", [said("annual.said.annexes", file=text("file.workbook"))], annex=kept)]


def with_contents(sections: Sequence[Section], tables: Iterable[Table]) -> tuple[Section, ...]:
    """The sections, the list of the workbook's sheets put into the annex of tables."""
    made = list(tables)
    extra = {id(block) for section in sections for block in section.annex}
    heads = (text("annual.head.sheet"), text("annual.head.title"))
    names = zip(sheet_names(made, []), made, strict=True)
    rows = tuple((name, table.title) for name, table in names if id(table) in extra)
    listing = Listing(text("annual.title.sheets"), heads, rows)
    return tuple(
        replace(each, blocks=(*each.blocks, listing)) if each.key == "annexes" else each
        for each in sections
    )


def method_chapter(known: Known) -> Chapter:
    """The law, the readings taken of it, the method, and what each indicator means."""
    return [head("method"), _law(known), _readings(known), _method(known), _indicators(known)]


def _law(known: Known) -> Section:
    policy = known.policy
    documents = listed(law.documents(policy))
    sentences = [
        said("law.said", at=written_date(str(policy.at)), documents=documents),
        *(said("annual.said.plain", what=each) for each in law.lacking(policy)),
        said("annual.said.plain", what=law.silent(policy)),
    ]
    whole = law.parameters(policy)
    return part("law", sentences, [narrowed(whole), law.undecided(policy)], annex=(whole,))


KEPT = (0, 2, 3, 4)
"""Columns of the list of parameters that the body has room for: name, value, since, kind."""


def narrowed(listing: Listing) -> Listing:
    """The list of parameters without paths and basis, which the workbook carries."""
    rows = tuple(tuple(row[k] for k in KEPT) for row in listing.rows)
    title = text("annual.title.narrowed", title=listing.title)
    return Listing(title, tuple(listing.headers[k] for k in KEPT), rows)


def _readings(known: Known) -> Section:
    return part("readings", [said("annual.said.readings")], annex=(law.options(known.policy),))


def _method(known: Known) -> Section:
    people, about = known.assessed.people, known.assessed.people.about
    rows = tuple(
        (text(f"uncertainty.{name}"), text(f"uncertainty.{name}.what")) for name in UNCERTAINTIES
    )
    heads = (text("uncertainty.kind"), text("uncertainty.treated"))
    source = said(
        "annual.said.plain",
        what=text(
            f"people.{about.get('source', 'own')}",
            households=f"{people.households:,}",
            persons=f"{people.persons:,}",
            recipe=about.get("recipe", ""),
            seed=about.get("seed", ""),
        ),
    )
    titles = [column(name).title for name in known.assessed.results.plan.assumed]
    assumed = [said("law.assumed", columns=listed(titles))] if titles else []
    rounding = said("annual.said.plain", what=text("method.rounding"))
    kinds = Listing(text("uncertainty.title"), heads, rows)
    return part("how", [source, *assumed, rounding], [known.tables.get("calibration"), kinds])


def _indicators(known: Known) -> Section:
    if known.measured is None:
        return part("indicators", [said("annual.missing.ranking")])
    found: list[Sentence | None] = [said("annual.said.indicators"), lacking_indicators(known)]
    listing = listing_of(known.measured.definitions(), text("annual.title.indicators"))
    return part("indicators", [each for each in found if each is not None], annex=(listing,))


def run_chapter(known: Known, run: Mapping[str, Any]) -> Chapter:
    """What the report was made with: run, versions, law, parameters."""
    rows = tuple((name, str(value)) for name, value in run.items() if str(value))
    heads = (text("annual.head.what"), text("annual.head.value"))
    listing = Listing(text("annual.title.run"), heads, rows)
    return [head("run", [said("annual.said.run")], [listing])]
