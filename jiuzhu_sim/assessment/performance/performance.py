"""The self-evaluation of a year against its performance targets: execution, outputs, benefits,
satisfaction, out of 100 points (绩效目标自评).
"""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from jiuzhu_sim.assessment.performance import tables
from jiuzhu_sim.assessment.performance.actual import Actual, CellOf
from jiuzhu_sim.assessment.performance.form import WHOLE, Form, Grade, Row
from jiuzhu_sim.assessment.performance.target import MOST, Targets
from jiuzhu_sim.measures.table import Table

POINT = Decimal("0.01")
"""Points are given to two decimals, halves up, as Excel rounds them."""


@dataclass(frozen=True)
class Execution:
    """How far the budget was spent: `rate` is spent / whole, `score` rate × points, full at most.

    NaN where it cannot be told. `origins`: where the numbers come from, in sentences.
    """

    initial: float
    whole: float
    spent: float
    points: float
    origins: tuple[str, ...]
    reason: str

    @property
    def origin(self) -> str:
        """Where the numbers come from, a sentence a line."""
        return "\n".join(self.origins)

    @property
    def rate(self) -> float:
        """B ÷ A."""
        return self.spent / self.whole if self.whole > 0 else math.nan

    @property
    def score(self) -> float:
        """Points reached; NaN where there is no rate."""
        return to_points(min(self.rate, 1.0) * self.points)


@dataclass(frozen=True)
class Line:
    """A row of the form, filled in. `target`, `actual`, `score`: NaN where there is none."""

    row: Row
    target: float
    test: str
    target_origin: str
    is_illustrative: bool
    found: Actual
    reason: str

    @property
    def key(self) -> str:
        """The row's key."""
        return self.row.key

    @property
    def actual(self) -> float:
        """What was reached, in the row's unit."""
        return self.found.value

    @property
    def origin(self) -> str:
        """Where the actual value comes from, or how to supply it."""
        return self.found.origin

    @property
    def cell(self) -> CellOf | None:
        """The cell the actual value is taken from, if it stands in one as it is."""
        return self.found.cell

    @property
    def score(self) -> float:
        """Points reached: actual / target of the row's points, never more than all of them."""
        return score(self.actual, self.target, self.row.points, self.test)


@dataclass(frozen=True)
class Performance:
    """A form filled in. Points are of 100; what has no value is in no sum."""

    form: Form
    place: str
    year: int
    budget: Execution
    lines: tuple[Line, ...]
    goal: str
    summary: str
    targets: Targets | None
    is_synthetic: bool
    is_sampled: bool

    @property
    def missing(self) -> tuple[Line, ...]:
        """The rows that are not scored."""
        return tuple(line for line in self.lines if math.isnan(line.score))

    @property
    def counted(self) -> float:
        """Points of what is scored."""
        own = 0.0 if math.isnan(self.budget.score) else self.budget.points
        return own + sum(line.row.points for line in self.lines if not math.isnan(line.score))

    @property
    def total(self) -> float:
        """Sum of the scores; NaN where nothing is scored."""
        scores = (self.budget.score, *(line.score for line in self.lines))
        found = [each for each in scores if not math.isnan(each)]
        return to_points(sum(found)) if found else math.nan

    @property
    def share(self) -> float:
        """The total on a scale of 100, of what is scored alone."""
        return to_points(self.total / self.counted * WHOLE) if self.counted else math.nan

    @property
    def grade(self) -> Grade | None:
        """The grade of `share`; None where nothing is scored."""
        return None if math.isnan(self.share) else self.form.grade(self.share)

    @property
    def table(self) -> Table:
        """A row an indicator: points, target, actual, score; the last row is the total."""
        return tables.score_table(self)

    @property
    def money_table(self) -> Table:
        """The money of the year: budgets, spent, rate, points; yuan."""
        return tables.budget_table(self)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the form says, in words."""
        return tables.sentences(self)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the form must know."""
        return tables.notes(self)


def to_points(value: float) -> float:
    """Points to two decimals, halves up; NaN stays NaN.

    >>> to_points(9.565), to_points(2.0 / 3)
    (9.57, 0.67)
    """
    if math.isnan(value):
        return math.nan
    return float(Decimal(repr(round(value, 9))).quantize(POINT, ROUND_HALF_UP))


def score(actual: float, target: float, points: float, test: str = "least") -> float:
    """Points for a value against its target: in proportion, full when reached, never more.

    Where less is better, target / actual. NaN where either is missing, or nothing is aimed at.
    Source: the rule of the published forms (positive: weight × B / A; negative: weight × A / B;
    never above the weight).

    >>> score(0.931, 0.95, 10), score(0.02, 0.05, 10, "most"), score(0.10, 0.05, 10, "most")
    (9.8, 10.0, 5.0)
    """
    if math.isnan(actual) or math.isnan(target) or (not target and test != MOST):
        return math.nan
    if test == MOST:
        return to_points(points * (min(target / actual, 1.0) if actual > 0 else 1.0))
    return to_points(points * min(max(actual, 0.0) / target, 1.0))
