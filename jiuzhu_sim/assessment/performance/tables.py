"""A performance evaluation as tables and sentences for the report."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from jiuzhu_sim.assessment.beside import table_of_figures, with_aside
from jiuzhu_sim.assessment.performance.form import WHOLE
from jiuzhu_sim.assessment.performance.target import unit_names
from jiuzhu_sim.language import LANGUAGES, listed, pick, text, texts
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table

if TYPE_CHECKING:
    from jiuzhu_sim.assessment.performance.performance import Performance

EXECUTION = "execution"
POINTS = (
    Statistic("form_points", "", additive=True),
    Statistic("target_value", ""),
    Statistic("actual_value", ""),
    Statistic("form_score", "", additive=True),
)
MONEY = (
    Statistic("initial_budget", "yuan"),
    Statistic("whole_budget", "yuan"),
    Statistic("spent_budget", "yuan"),
    Statistic("execution_rate", "share"),
    Statistic("form_points", ""),
    Statistic("form_score", ""),
)


def score_table(made: "Performance") -> Table:
    """A row an indicator: points, target, actual, score; shares in percent. The last row is the
    total, of what is scored.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.assessment.performance import performance_form
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> assessed = jz.assess(people, jz.load_policy("example-county"), appropriation=5e7)
    >>> table = score_table(performance_form(assessed))
    >>> table.show("target_value", "accuracy"), table.show("actual_value", "accuracy")
    ('95', '—')
    """
    rate = made.budget.rate * WHOLE
    cells: dict[str, tuple[float, ...]] = {
        EXECUTION: (made.budget.points, float(WHOLE), rate, made.budget.score)
    }
    names = {EXECUTION: with_aside("{}", texts()["performance.execution"], unit_names("share"))}
    for line in made.lines:
        scale = WHOLE if line.row.unit == "share" else 1
        numbers = (line.target * scale, line.actual * scale)
        cells[line.key] = (line.row.points, *numbers, line.score)
        label = {lang: line.row.label.get(lang) or line.row.label["zh"] for lang in LANGUAGES}
        names[line.key] = with_aside("{}", label, unit_names(line.row.unit))
    cells[TOTAL] = (float(WHOLE), math.nan, math.nan, made.total)
    table = table_of_figures("performance", ("performance_item",), POINTS, cells, names)
    return replace(table, fields={"place": made.place, "year": str(made.year)}, notes=notes(made))


def budget_table(made: "Performance") -> Table:
    """The money of the year: budgets, spent, rate, points; yuan."""
    own = made.budget
    cells = {TOTAL: (own.initial, own.whole, own.spent, own.rate, own.points, own.score)}
    table = table_of_figures("performance_budget", ("performance_item",), MONEY, cells, {})
    return replace(table, fields={"place": made.place, "year": str(made.year)}, notes=own.origins)


def sentences(made: "Performance") -> tuple[str, ...]:
    """What the form says, in words: points, grade, what is not scored and how to supply it."""
    if made.grade is None:
        return (text("performance.said.nothing"),)
    fields = {
        "total": f"{made.total:g}",
        "counted": f"{made.counted:g}",
        "share": f"{made.share:g}",
        "grade": made.grade.title,
    }
    is_whole = math.isclose(made.counted, WHOLE)
    said = [text("performance.said.total" if is_whole else "performance.said.part", **fields)]
    if made.missing:
        names = listed(line.row.title for line in made.missing)
        said.append(text("performance.said.missing", n=len(made.missing), names=names))
    if made.budget.rate > 1:
        said.append(made.budget.reason)
    return tuple(said)


def notes(made: "Performance") -> tuple[str, ...]:
    """What a reader of the form must know: draft, made-up numbers, sources of points and grades."""
    found = [text("note.performance_draft")]
    if made.is_synthetic:
        found.append(text("note.performance_synthetic"))
    marked = [line.row.title for line in made.lines if line.is_illustrative]
    if marked:
        found.append(text("note.performance_illustrative", names=listed(marked)))
    found.append(text("note.performance_rule"))
    found.append(text("note.performance_source", source=pick(made.form.source)))
    found.append(text("note.performance_grades", source=pick(made.form.grades_source)))
    if made.is_sampled:
        found.append(text("note.performance_sampled"))
    return tuple(found)
