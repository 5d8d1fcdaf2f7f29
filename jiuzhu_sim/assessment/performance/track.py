"""Target tracking: achieved of planned, unit cost planned and actual, and the plan's arithmetic."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from jiuzhu_sim.assessment.beside import table_of_figures, with_aside
from jiuzhu_sim.assessment.identities import identities
from jiuzhu_sim.assessment.performance.target import Targets, unit_names
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import LANGUAGES, pick, text, texts
from jiuzhu_sim.measures.table import Statistic, Table

REACHED, MISSED = 8, 9
"""Verdicts on a target (`verdict.8`, `verdict.9` in texts/)."""

PERCENT = 100

PASS_MARK = 1.0
"""A target is reached when all of it is; no document names another mark (S1.0.3)."""

DOCUMENTS = "other-documents"

STATISTICS = (
    Statistic("planned_number", ""),
    Statistic("done_number", ""),
    Statistic("achieved", "share"),
    Statistic("planned_cost", "yuan", additive=True),
    Statistic("spent_cost", "yuan", additive=True),
    Statistic("unit_cost", ""),
    Statistic("unit_spent", ""),
    Statistic("outcome", "verdict"),
)


def track(targets: Targets, *, pass_mark: float = PASS_MARK) -> Table:
    """A row a target: planned, done (shares in percent), achieved, money, unit cost, verdict.

    `achieved` is done / planned (planned / done where less is better). A target is reached from
    `pass_mark` on, a share of the planned number above 0 (else JZ-E032); what is not given stays a
    dash, and nobody is judged on it. Source: systems A37 and A46, S3.3, S3.4, S3.5.

    >>> from jiuzhu_sim.assessment.performance import targets
    >>> table = track(targets("s34-township"))
    >>> round(table.get("unit_cost", "roads")), table.show("done_number", "roads")
    (344578, '—')
    """
    if not (np.isfinite(pass_mark) and pass_mark > 0):
        expected = text("performance.pass_mark_range")
        raise JZError.of("JZ-E032", name="pass_mark", value=pass_mark, expected=expected)
    cells, names, notes = {}, {}, []
    several = len(targets.years) > 1
    for target in targets.targets:
        key = f"{target.key}.{target.year}" if several else target.key
        achieved = target.reached
        verdict = math.nan
        if not math.isnan(achieved):
            verdict = REACHED if achieved >= pass_mark else MISSED
        scale = PERCENT if target.unit == "share" else 1
        cells[key] = (
            *(target.planned * scale, target.done * scale, achieved, target.cost, target.spent),
            *(target.unit_cost, target.unit_spent, verdict),
        )
        names[key] = with_aside("{}", _label(target.label, target.year), unit_names(target.unit))
        if target.note:
            notes.append(text("performance.note", target=target.title, note=pick(target.note)))
    made = table_of_figures("targets", ("target_item",), STATISTICS, cells, names)
    mark = text("note.pass_mark", mark=f"{pass_mark:.0%}")
    stamp = ["note.illustrative_targets"] if targets.is_illustrative else []
    lacking = [] if any(not math.isnan(t.done) for t in targets.targets) else ["note.nothing_done"]
    return replace(made, fields={"name": targets.title}, notes=(*stamp, mark, *lacking, *notes))


def _label(label: Mapping[str, str], year: int) -> Mapping[str, str]:
    """A label in every language, the year before it where there is one."""
    front = f"{year} " if year else ""
    return {lang: front + (label.get(lang) or label["zh"]) for lang in LANGUAGES}


def checks(targets: Targets) -> Table | None:
    """The arithmetic of a plan: quotients of its own numbers, each with its verdict; None if the
    plan names none. They are rows of the identities of the documents (Appendix B3).

    >>> from jiuzhu_sim.assessment.identities import FAILS
    >>> from jiuzhu_sim.assessment.performance import targets
    >>> table = checks(targets("s34-township"))
    >>> table.get("left", "36", "households"), table.get("verdict", "36", "households") == FAILS
    (87.5, True)
    """
    if not targets.checks:
        return None
    table = identities(DOCUMENTS)
    wanted = [str(number) for number in targets.checks]
    kept = [number for number, row in enumerate(table.rows) if row[0] in wanted]
    keys = [f"performance.check.{number}" for number in wanted]
    notes = tuple(key for key in keys if key in texts())
    return replace(
        table.only(kept),
        name="target_checks",
        fields={"name": targets.title},
        notes=(*table.notes, *notes),
    )
