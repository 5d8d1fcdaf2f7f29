"""The page that is read first: the answer card, half a dozen sentences, the stamps."""

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.report.annual.basics import caseload_said
from jiuzhu_sim.report.annual.chapter import Chapter, head
from jiuzhu_sim.report.annual.handling import conduct_said
from jiuzhu_sim.report.annual.known import Known
from jiuzhu_sim.report.annual.marks import stamps
from jiuzhu_sim.report.annual.outlook import budget_said, need_said
from jiuzhu_sim.report.annual.quality import held_said
from jiuzhu_sim.report.annual.tables import told
from jiuzhu_sim.report.annual.townships import tiers_said
from jiuzhu_sim.report.cited import Sentence, cited, joined, said
from jiuzhu_sim.report.section import Cards


def answer_chapter(known: Known) -> Chapter:
    """The whole report on a page."""
    sentences = [caseload_said(known), *held_said(known, is_short=True)]
    sentences += [each for each in (budget_said(known), need_said(known)) if each is not None]
    sentences += [*_handled_said(known), *tiers_said(known), *_missing_said(known)]
    return [head("answer", sentences, [Cards(numbers(known), marks(known))], ends_page=True)]


def numbers(known: Known) -> tuple[tuple[str, str], ...]:
    """The numbers of the card with their labels, as their tables show them."""
    area, budget = known.tables["area"], known.tables.get("budget")
    found: list[tuple[str, str]] = [
        (area.show("households", TOTAL), text("card.households")),
        (area.show("persons", TOTAL), text("card.persons")),
        (str(told(area, "cost_y", TOTAL)), text("card.cost")),
        (area.show("mean_benefit_m", TOTAL), text("card.mean_benefit")),
    ]
    if budget is not None:
        row = budget.rows[0]
        label = text("card.gap", area=budget.labels(row)[0])
        found.append((str(told(budget, "gap_y", *row)), label))
    if known.need is not None:
        label = text("annual.card.need", year=known.year + 1)
        found.append((str(told(known.need, "p50", TOTAL)), label))
    if known.cases is not None:
        found.append((known.cases.show("annual_case_share", "late"), text("annual.card.late")))
    return tuple(found)


def marks(known: Known) -> tuple[str, ...]:
    """The stamps of the people and the law, and of a synthetic log or made-up returns."""
    found = list(stamps(known.assessed.results, "stamp.draft", known.gate))
    if known.handled is not None and known.handled.log.is_synthetic:
        found.append(text("casework.stamp.assumed"))
    if known.forecast is not None:
        found.append(text("annual.stamp.forecast"))
    if known.ranking is not None and known.ranking.card.status == "illustrative":
        found.append(text("annual.stamp.card", card=known.ranking.card.title))
    return tuple(found)


def _handled_said(known: Known) -> tuple[Sentence, ...]:
    cases = known.cases
    if cases is None:
        return ()
    judged = cited(cases, "annual_cases", "judged")
    late = said(
        f"annual.said.handled_{'late' if cases.get('annual_cases', 'late') else 'timely'}",
        judged=judged,
        rate=cited(cases, "annual_case_share", "late"),
    )
    return (joined([late, conduct_said(cases)]),)


def _missing_said(known: Known) -> tuple[Sentence, ...]:
    if not known.missing:
        return ()
    return (said("annual.said.missing", names=joined(known.missing, text("annual.and"))),)
