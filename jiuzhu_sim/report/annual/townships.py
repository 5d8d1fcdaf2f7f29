"""Chapter five: the townships, ranked only as far as the evidence tells them apart."""

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.report import charts
from jiuzhu_sim.report.annual.chapter import Chapter, head, part
from jiuzhu_sim.report.annual.known import Known
from jiuzhu_sim.report.cited import Sentence, cited, said
from jiuzhu_sim.report.section import Section


def townships_chapter(known: Known) -> Chapter:
    """Recipients and cost by township; scores, ranks with intervals, groups."""
    return [head("townships"), _by_township(known), _ranking(known)]


def _by_township(known: Known) -> Section:
    table = known.tables.get("township")
    if table is None:
        return part("by_township", [said("annual.missing.township")])
    chart = charts.ranked(table, "mean_benefit_m") if _has_mean(table) else None
    return part("by_township", [said("annual.said.townships")], [table, chart])


def _has_mean(table: Table) -> bool:
    return any(row[0] != TOTAL for row in table.rows)


def tiers_said(known: Known) -> tuple[Sentence, ...]:
    """How far the townships can be told apart; what orders them is `circular`, never the points."""
    if known.ranking is None or known.tiers is None:
        return ()
    n = cited(known.tiers, "annual_n", "ranked")
    tiers = cited(known.tiers, "annual_n", "tiers")
    is_one = known.tiers.get("annual_n", "tiers") <= 1
    key = "annual.said.tiers_one" if is_one else "annual.said.tiers"
    return (said(key, n=n, tiers=tiers, card=known.ranking.card.title),)


def _ranking(known: Known) -> Section:
    if known.ranking is None or known.measured is None:
        return part("ranking", [said("annual.missing.ranking")])
    from jiuzhu_sim.assessment.ranking.tables import grades_table, ranking_table, scores_table
    from jiuzhu_sim.report.circular import circular, is_gradable
    from jiuzhu_sim.report.ranking_charts import interval_chart

    ranking = known.ranking
    aloud = circular(ranking, place=known.place, is_synthetic=known.measured.is_synthetic)
    told = [said("annual.said.plain", what=each) for each in aloud]
    blocks = [interval_chart(ranking), ranking_table(ranking), known.tiers]
    grades = (grades_table(ranking),) if is_gradable(ranking) else ()
    annex = (scores_table(ranking), *grades)
    return part("ranking", told, blocks, annex=annex)


def lacking_indicators(known: Known) -> Sentence | None:
    """How many indicators nobody can compute yet; which, the workbook tells."""
    if known.tiers is None or not known.tiers.get("annual_n", "lacking"):
        return None
    n = cited(known.tiers, "annual_n", "lacking")
    return said("annual.said.indicators_missing", n=n, sheet=text("annual.title.indicators"))
