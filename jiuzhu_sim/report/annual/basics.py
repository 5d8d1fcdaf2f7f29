"""Chapters one and three: what is assessed, with what standards and money; whom it reaches."""

import re

from jiuzhu_sim.language import listed, pick
from jiuzhu_sim.law import declarations, region, region_names
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.report import charts, law
from jiuzhu_sim.report.annual.chapter import Chapter, head, part
from jiuzhu_sim.report.annual.known import AREAS, Known
from jiuzhu_sim.report.annual.outlook import area_said
from jiuzhu_sim.report.annual.tables import standards_table, told
from jiuzhu_sim.report.cited import Sentence, cited, said
from jiuzhu_sim.report.document.words import written_date
from jiuzhu_sim.report.section import Section

CODE = re.compile(r"^[A-Z][A-Z0-9.]*(?:：|: )")
"""The code of a document before its name, for the annex and not for the text."""
ALONE = 2
"""Rows of the table of layers where there is one layer only: it and the total say the same."""


def basics_chapter(known: Known) -> Chapter:
    """The place, the law it is assessed by, its standards; what each programme costs."""
    policy, people = known.policy, known.assessed.people
    is_known = policy.place in region_names()
    place = pick(region(policy.place).label) if is_known else policy.title
    first = said(
        f"annual.said.scope{'' if known.place == place else '_other'}",
        place=known.place,
        year=known.year,
        policy=place,
        at=written_date(str(policy.at)),
        documents=listed(CODE.sub("", each) for each in law.documents(policy)),
    )
    opening = [first]
    if policy.changed:
        declared = declarations()
        shown = (f"{declared[p].title} {declared[p].show(policy[p])}" for p in policy.changed)
        opening.append(said("annual.said.changed", changes=listed(shown)))
    kind = people.about.get("source", "own")
    source = said(
        f"annual.said.people_{'synthetic' if kind == 'synthetic' else 'own'}",
        households=cited(known.checks, "annual_n", "people"),
    )
    table = standards_table(known.policy)
    standards = [
        said(
            "annual.said.standard",
            area=table.labels(row)[0],
            standard=cited(table, "annual_standard", *row),
        )
        for row in table.rows
    ]
    objects = part("objects", [source, *standards], [table if table.rows else None])
    return [head("basics", opening), objects, _funds(known)]


def _funds(known: Known) -> Section:
    table = known.tables["programmes"]
    one = said("annual.said.programmes", total=told(table, "cost_y", TOTAL))
    budget = known.tables.get("budget")
    if budget is None:
        return part("funds", [one, said("annual.missing.appropriation")], [table])
    row = budget.rows[0]
    given = said(
        "annual.said.appropriation",
        area=area_said(budget),
        given=told(budget, "appropriation_y", *row),
    )
    return part("funds", [one, given], [table])


def outcomes_chapter(known: Known) -> Chapter:
    """Who is entitled by area and category; poverty before and after."""
    area, cross = known.tables["area"], known.tables["area_category"]
    sentences = [
        said(
            "annual.said.area",
            area=area.labels(row)[0],
            households=cited(area, "households", *row),
            persons=cited(area, "persons", *row),
            cost=told(area, "cost_y", *row),
            mean=cited(area, "mean_benefit_m", *row),
        )
        for row in area.rows
        if row[0] in AREAS
    ]
    layers = known.tables["layer"]
    blocks = [area, charts.stacked(cross, "persons")]
    if len(layers.rows) > ALONE:
        blocks.append(layers)
    caseload = part("caseload", sentences, blocks, annex=(cross,))
    return [head("outcomes"), caseload, _poverty(known)]


def _poverty(known: Known) -> Section:
    table = known.tables["poverty"]
    one = said(
        "poverty.said",
        before=cited(table, "fgt0", "before"),
        after=cited(table, "fgt0", "after"),
        gini_before=cited(table, "gini", "before"),
        gini_after=cited(table, "gini", "after"),
    )
    return part("poverty", [one], [charts.before_after(table), table])


def caseload_said(known: Known) -> Sentence:
    """How many are entitled and what it costs, in one sentence."""
    area = known.tables["area"]
    return said(
        "annual.said.caseload",
        year=known.year,
        households=cited(area, "households", TOTAL),
        persons=cited(area, "persons", TOTAL),
        cost=told(area, "cost_y", TOTAL),
        mean=cited(area, "mean_benefit_m", TOTAL),
    )
