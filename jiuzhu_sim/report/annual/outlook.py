"""Chapter six: this year's money against the need, and next year's need."""

from typing import Any

import numpy as np

from jiuzhu_sim.language import pick, text
from jiuzhu_sim.law import figures
from jiuzhu_sim.measures.table import TOTAL, Table
from jiuzhu_sim.report import charts
from jiuzhu_sim.report.annual.chapter import Chapter, head, part
from jiuzhu_sim.report.annual.known import Known
from jiuzhu_sim.report.annual.tables import TEN_THOUSAND, counts, told
from jiuzhu_sim.report.cited import Sentence, cited, said
from jiuzhu_sim.report.section import Section


def outlook_chapter(known: Known) -> Chapter:
    """The gap of the year, as computed and as reported; the need of the next."""
    return [head("outlook"), _budget(known), _next_year(known)]


def budget_said(known: Known) -> Sentence | None:
    """Need, money and gap of the year in one sentence; None where no money is known."""
    table = known.tables.get("budget")
    if table is None:
        return None
    row = table.rows[0]
    is_short = table.get("gap_y", *row) > 0
    left = told(table, "gap_y", *row)
    return said(
        f"annual.said.budget_{'short' if is_short else 'enough'}",
        area=area_said(table),
        need=told(table, "need_y", *row),
        given=told(table, "appropriation_y", *row),
        gap=left,
    )


def area_said(budget: Table) -> str:
    """The area that the money is for, before 低保; a word for all of them where it is for all."""
    row = budget.rows[0]
    return text("annual.area.all") if row[0] == TOTAL else budget.labels(row)[0]


def _budget(known: Known) -> Section:
    one = budget_said(known)
    if one is None:
        return part("budget", [said("annual.missing.appropriation")])
    table = known.tables["budget"]
    reported, extra = _reported(known, table.rows[0][0])
    return part(
        "budget", [one, *reported], [charts.need_against_appropriation(table), table, *extra]
    )


def _reported(known: Known, area: str) -> tuple[list[Sentence], list[Any]]:
    """What the place itself reported as the gap of this area, and why it differs, if it did."""
    found: Any = figures(known.policy.place) or {}
    entry = found.get("appropriation", {})
    if "gap" not in entry or entry["area"] != area:
        return [], []
    value = found["figures"][entry["gap"]]["value"] / TEN_THOUSAND
    table = counts("annual_reported", "annual_report", {"gap": value}, "10k yuan")
    gap = told(table, "annual_n", "gap")
    return [said("budget.reported", gap=gap, why=pick(entry["why"]))], [table]


def need_said(known: Known) -> Sentence | None:
    """Next year's need: the middle with the span of eight draws in ten; None without a forecast."""
    table = known.need
    if table is None:
        return None
    low, middle, high = (told(table, name, TOTAL) for name in ("p10", "p50", "p90"))
    return said("annual.said.need", year=known.year + 1, low=low, middle=middle, high=high)


def chance_said(known: Known, gap: Table) -> Sentence:
    """How probable it is that this year's money does not suffice next year; where all draws agree
    it is said so, for that is no certainty."""
    budget = known.tables["budget"]
    found = gap.get("probability", "gap")
    key = "always" if found == 1 else "never" if found == 0 else "probability"
    return said(
        f"annual.said.{key}",
        area=area_said(budget),
        given=told(gap, "p50", "money"),
        probability=cited(gap, "probability", "gap"),
        error=cited(gap, "probability_error", "gap"),
    )


def _next_year(known: Known) -> Section:
    one = need_said(known)
    if one is None or known.need is None or known.forecast is None:
        return part("next_year", [said("annual.missing.forecast")])
    sentences, blocks = [one, said("annual.said.need_how")], [_fan(known), known.need]
    if known.gap is not None:
        sentences.append(chance_said(known, known.gap))
        blocks.append(known.gap)
    else:
        sentences.append(said("annual.missing.appropriation_next"))
    return part("next_year", sentences, blocks, annex=(known.forecast.table(),))


def _fan(known: Known) -> Any:
    """Need by month with its span, beside the rules alone."""
    from jiuzhu_sim.report.funding_charts import need_fan
    from jiuzhu_sim.report.funding_words import month_labels

    table, made = known.need_month, known.forecast
    assert table is not None
    assert made is not None
    most = table.rows[int(np.argmax(table.values[:, 0]))]
    words = text("annual.said.fan", month=most[0])
    return need_fan(table, month_labels(made.start, made.months), words)
