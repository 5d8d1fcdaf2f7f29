"""Filling in the form: targets from the form or a list, values from tables, indicators and law."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from jiuzhu_sim.assessment.annual import Assessment
from jiuzhu_sim.assessment.indicators import Measured
from jiuzhu_sim.assessment.performance.actual import Actual, actual_of, of_cell
from jiuzhu_sim.assessment.performance.form import WHOLE, Form, Row, load_form
from jiuzhu_sim.assessment.performance.performance import Execution, Line, Performance, score
from jiuzhu_sim.assessment.performance.target import Target, Targets, amount, unit_names
from jiuzhu_sim.assessment.performance.target_file import target_names
from jiuzhu_sim.assessment.performance.target_file import targets as read_targets
from jiuzhu_sim.errors import Problems
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.measures.table import TOTAL


@dataclass(frozen=True)
class Budget:
    """Money of the year, yuan: initial budget, whole budget (A), spent (B). None: not given."""

    initial: float | None = None
    whole: float | None = None
    spent: float | None = None


def performance_form(
    assessed: Assessment,
    measured: Measured | None = None,
    targets: Targets | None = None,
    *,
    budget: Budget | float | None = None,
    form: Form | str = "default",
    year: int | None = None,
) -> Performance:
    """Fill in the self-evaluation form of a year.

    Values come from the year's tables, the measured indicators, the law and, before all, what the
    list of `targets` gives as done; a target of the list goes before the form's. Without a list
    the packaged one of the place is taken, if there is one; an illustrative one only for synthetic
    people. `budget`: yuan; a number is the whole
    budget, by default the appropriation of the assessment. What was spent only the office
    knows: what the law would have cost is no stand-in. Raises JZ-E032 (a budget below
    zero), JZ-E106 (a target in another unit than the form's) and what `load_form` does.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> assessed = jz.assess(people, jz.load_policy("example-county"))
    >>> made = performance_form(assessed, budget=Budget(whole=2e7, spent=1.9e7))
    >>> made.budget.score, made.counted, len(made.missing)
    (9.5, 50.0, 5)
    """
    form = load_form(form) if isinstance(form, str) else form
    policy = assessed.policy
    is_made_up = assessed.people.about.get("source") == "synthetic"
    if targets is None and policy.place in target_names():
        listed = read_targets(policy.place)
        # Made-up targets are for made-up people: a real roll beside them is a score of nothing.
        targets = None if listed.is_illustrative and not is_made_up else listed
    year = year or policy.at.year
    _refuse_other_units(form, targets, year)
    lines = tuple(_line(row, assessed, measured, targets, year) for row in form.rows)
    return Performance(
        form=form,
        place=policy.title,
        year=year,
        budget=_execution(assessed, budget, form.execution),
        lines=lines,
        goal=pick(form.goal),
        summary=_summary(assessed),
        targets=targets,
        is_synthetic=is_made_up or bool(measured is not None and measured.is_synthetic),
        is_sampled=any(math.isfinite(line.found.low) for line in lines),
    )


def _line(
    row: Row, assessed: Assessment, measured: Measured | None, targets: Targets | None, year: int
) -> Line:
    own = _own_target(row, targets, year)
    target, test, origin = row.target, row.test, pick(row.source)
    is_illustrative = row.status == "illustrative"
    if own is not None and not math.isnan(own.planned):
        target, test = own.planned, own.test
        origin = text("performance.target.from", name=targets.title if targets else "")
        is_illustrative = bool(targets and targets.is_illustrative)
    elif math.isnan(target):
        origin = text("performance.how.target")
    found = actual_of(row, assessed, measured, own)
    reason = _reason(row, target, test, found)
    return Line(row, target, test, origin, is_illustrative, found, reason)


def _refuse_other_units(form: Form, targets: Targets | None, year: int) -> None:
    """A target in 万人 is no target for a row in 人: told, never guessed."""
    problems = Problems()
    for row in form.rows:
        own = _own_target(row, targets, year)
        if targets is not None and own is not None and own.unit != row.unit:
            units = {"own": unit_names(own.unit), "form": unit_names(row.unit)}
            said = {name: pick(unit) for name, unit in units.items()}
            reason = text("performance.fault.other_unit", name=own.title, **said)
            problems.add("JZ-E106", targets.name, reason=reason)
    problems.raise_if_any()


def _own_target(row: Row, targets: Targets | None, year: int) -> Target | None:
    """The target of a list for this row, by its key, else by its name in either language."""
    if targets is None:
        return None
    found = targets.get(row.key, year)
    names = set(row.label.values())
    alike = (each.key for each in targets.targets if set(each.label.values()) & names)
    return found or targets.get(next(alike, row.key), year)


def _reason(row: Row, target: float, test: str, found: Actual) -> str:
    """What is to be said of a row that is not fully reached; "" where there is nothing."""
    if math.isnan(found.value):
        return text("performance.reason.missing", how=found.origin)
    if math.isnan(target):
        return text("performance.reason.no_target", how=text("performance.how.target"))
    if score(found.value, target, row.points, test) >= row.points:
        return ""
    gap = abs(found.value - target)
    shown = amount(gap, row.unit)
    if row.unit == "share":
        shown = text("performance.percentage_points", number=f"{round(gap * WHOLE, 2):g}")
    side = "above" if found.value > target else "below"
    return text(f"performance.reason.{side}", gap=shown)


def _execution(assessed: Assessment, given: Budget | float | None, points: float) -> Execution:
    """The money block, from what is given and, where it is not, from the assessment."""
    money = given if isinstance(given, Budget) else Budget(whole=given)
    problems = Problems()
    for name in ("initial", "whole", "spent"):
        value = getattr(money, name)
        if value is not None and not (math.isfinite(value) and value >= 0):
            expected = text("performance.money_range")
            problems.add("JZ-E032", "Budget", name=name, value=value, expected=expected)
    problems.raise_if_any()
    said = []
    whole, spent = money.whole, money.spent
    table = assessed.tables.get("budget")
    if whole is None and table is not None:
        scope = table.labels(table.rows[0])[0]
        whole = table.get("appropriation_y", *table.rows[0])
        said.append(text("performance.budget.appropriation", scope=scope))
    if spent is None:
        said.append(text("performance.budget.spent"))
    if whole is None:
        said.append(text("performance.budget.how"))
    initial, a, b = (math.nan if v is None else float(v) for v in (money.initial, whole, spent))
    made = Execution(initial, a, b, points, tuple(said), "")
    return replace(made, reason=_money_reason(made))


def _money_reason(made: Execution) -> str:
    if math.isnan(made.rate):
        return text("performance.reason.missing", how=made.origin)
    shown = amount(abs(made.rate - 1), "share").removesuffix("%")
    if made.rate > 1:
        return text("performance.reason.over", gap=shown)
    return "" if made.score >= made.points else text("performance.reason.under", gap=shown)


def _summary(assessed: Assessment) -> str:
    """What the year reached, drafted from its tables; a stub where they do not tell."""
    area = assessed.tables.get("area")
    if area is None or math.isnan(of_cell(area, "cost_y", (TOTAL,)).value):
        return text("performance.summary_none")
    fields: Mapping[str, str] = {
        name: area.show(name, TOTAL) for name in ("households", "persons", "mean_benefit_m")
    }
    cost = f"{area.get('cost_y', TOTAL) / float(text('money.divisor')):,.2f}{text('money.unit')}"
    return text("performance.summary", cost=cost, **fields)
