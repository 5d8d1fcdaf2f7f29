"""The annual report: the year of a place put into chapters. It computes nothing itself."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jiuzhu_sim.assessment import Assessment
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.annual.annexes import (
    annexes_chapter,
    method_chapter,
    run_chapter,
    self_evaluation_chapter,
    with_contents,
)
from jiuzhu_sim.report.annual.answer import answer_chapter
from jiuzhu_sim.report.annual.basics import basics_chapter, outcomes_chapter
from jiuzhu_sim.report.annual.chapter import ANSWER, CHAPTERS, Chapter, numbered
from jiuzhu_sim.report.annual.handling import conduct_chapter
from jiuzhu_sim.report.annual.known import Known
from jiuzhu_sim.report.annual.marks import banner
from jiuzhu_sim.report.annual.outlook import outlook_chapter
from jiuzhu_sim.report.annual.problems import advice_chapter, problems_chapter
from jiuzhu_sim.report.annual.quality import reconcile_chapter
from jiuzhu_sim.report.annual.run import run_about
from jiuzhu_sim.report.annual.townships import townships_chapter
from jiuzhu_sim.report.casework import Judged
from jiuzhu_sim.report.section import Report, Section

if TYPE_CHECKING:
    from jiuzhu_sim.assessment.indicators.measured import Measured
    from jiuzhu_sim.assessment.performance.performance import Performance
    from jiuzhu_sim.assessment.ranking.ranking import Ranking
    from jiuzhu_sim.outlook.need.forecast import Forecast

MAKERS: Mapping[str, Callable[[Known], Chapter]] = {
    ANSWER: answer_chapter,
    "basics": basics_chapter,
    "reconcile": reconcile_chapter,
    "outcomes": outcomes_chapter,
    "conduct": conduct_chapter,
    "townships": townships_chapter,
    "outlook": outlook_chapter,
    "problems": problems_chapter,
    "advice": advice_chapter,
    "self_evaluation": self_evaluation_chapter,
    "annexes": annexes_chapter,
    "method": method_chapter,
}


COMMA = re.compile(r"\s*[,，、;；]\s*")
"""What may stand between chapters named in one entry."""


@dataclass(frozen=True)
class Several:
    """Sections shown together: a chapter with its parts."""

    sections: tuple[Section, ...]

    def _repr_html_(self) -> str:
        return "".join(each._repr_html_() for each in self.sections)


@dataclass(frozen=True)
class AnnualReport(Report):
    """The report of a year, and what it was made of; `run`: what stands under 运行信息.

    In a notebook it shows its title and its answer; `chapter(key)` shows any other chapter.
    """

    known: Known
    run: Mapping[str, Any]

    def chapter(self, key: str) -> Several | None:
        """A chapter with its parts by key (`basics`, `reconcile`, …); None where it is left out."""
        found: list[Section] = []
        for each in self.sections:
            if each.level == 1 and found:
                break
            if found or (each.level == 1 and each.key == key):
                found.append(each)
        return Several(tuple(found)) if found else None

    def write(self, folder: str | Path, **options: Any) -> tuple[Path, ...]:
        """Write the Word document, the PDF if wanted, the annex workbook, the self-evaluation form
        and the charts; each file whole or not at all (JZ-E040, JZ-E046).

        `options`: those of `annual.files.write_annual`.
        """
        from jiuzhu_sim.report.annual.files import write_annual

        return write_annual(self, folder, **options)

    def record(self) -> dict[str, Any]:
        """What the record of the run holds of the report: `run_id`, and the answer's numbers by
        the names of their statistics, in yuan, with the outcome of the gate."""
        from jiuzhu_sim.report.annual.files import answer_of

        return answer_of(self)


def annual_report(
    assessed: Assessment,
    year: int,
    *,
    measured: "Measured | None" = None,
    ranking: "Ranking | None" = None,
    handled: Judged | None = None,
    forecast: "Forecast | None" = None,
    performance: "Performance | None" = None,
    verified: Table | None = None,
    roster: Mapping[str, int] | None = None,
    given: Mapping[str, Any] | None = None,
) -> AnnualReport:
    """Put the `year` of a place into an annual report; computes nothing.

    `assessed`: what `assess` made. By chapter: `measured` (indicators), `ranking` (townships),
    `handled` (event log against procedures), `forecast` (next year's need), `performance`
    (self-evaluation), `verified` (spot-checks), `roster` (findings of `check_roster`, counted by
    kind). What is not given has its part of the report all the same: it says what is missing and
    how to supply it. `given`: the parameters of the run; of these count `county` (the name),
    `sections` (chapters by key, empty for all) and, in the annex, all of them. Raises, all at once,
    JZ-E060 for chapters that are not.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=1000, seed=1)
    >>> report = jz.annual_report(jz.assess(people, jz.load_policy("example-county")), 2025)
    >>> [section.title for section in report.sections if section.level == 1][:3]
    ['摘要', '一、基本情况', '二、对账与数据质量']
    """
    known = Known(
        assessed,
        year,
        measured=measured,
        ranking=ranking,
        handled=handled,
        forecast=forecast,
        performance=performance,
        verified=verified,
        roster=roster,
        given=given or {},
    )
    run = run_about(known)
    makers = {**MAKERS, "run": lambda known: run_chapter(known, run)}
    chapters = [makers[key](known) for key in chosen(known.given.get("sections") or ())]
    sections = numbered(chapters)
    tables = [block for each in sections for block in each.of(Table)]
    title = text("annual.title", place=known.place, year=year)
    made = AnnualReport(title, text("file.workbook"), with_contents(sections, tables), known, run)
    return made.stamped(banner(assessed.gate))


def chosen(keys: Sequence[str]) -> tuple[str, ...]:
    """The chapters wanted, in the order of the report, the answer always first; empty: all.

    An entry may name several, with commas between. Raises JZ-E060, all at once, for keys that are
    none, with the nearest.

    >>> chosen(["outlook", "basics"]), chosen(["outlook,run"])
    (('answer', 'basics', 'outlook'), ('answer', 'outlook', 'run'))
    """
    wanted = [key for entry in keys for key in COMMA.split(entry.strip()) if key]
    problems = Problems()
    for key in wanted:
        if key not in CHAPTERS:
            problems.extend(JZError.unknown(text("annual.chapter"), key, CHAPTERS).problems)
    problems.raise_if_any()
    return tuple(key for key in CHAPTERS if not wanted or key in wanted or key == ANSWER)


def check_sections(parameters: Mapping[str, Any]) -> None:
    """Refuse unknown chapters before anything is computed (JZ-E060)."""
    chosen(parameters.get("sections") or ())
