"""The standard curve: cost, recipients and poverty of an area as functions of its standard.

Everything else stays as it is, and the standard moves in whole yuan. All standards of the range
are worked out at once; asking for one is then looking it up, whatever the number of households.
docs/en/definitions/standard_curve.md says what is exact and what is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

import numpy as np

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import Results
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.measures.groups import household
from jiuzhu_sim.measures.intervals import Floats
from jiuzhu_sim.measures.table import Statistic, Table, row_label
from jiuzhu_sim.outlook.standard.curve_families import families
from jiuzhu_sim.outlook.standard.curve_law import moved_by_standard, path_of
from jiuzhu_sim.outlook.standard.curve_totals import totals, totals_of
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People

STATISTICS = (
    Statistic("households", "households"),
    Statistic("persons", "persons"),
    Statistic("cost_y", "yuan/year"),
    Statistic("change_y", "yuan/year"),
    Statistic("fgt0", "share"),
    Statistic("fgt1", "index"),
    Statistic("fgt2", "index"),
)
NOTES = ("note.curve", "note.own_line")


@dataclass(frozen=True)
class Point:
    """An area at one standard (yuan a person and month).

    Recipient households and persons; benefit a year, and what it costs more than at the policy's
    own standard; FGT 0, 1, 2 after and before assistance, persons as weights, the standard as the
    line; `n`: recipient households not weighted.
    """

    standard: float
    households: float
    persons: float
    cost_y: float
    change_y: float
    fgt0: float
    fgt1: float
    fgt2: float
    fgt0_before: float
    fgt1_before: float
    fgt2_before: float
    n: float


NAMES = tuple(entry.name for entry in fields(Point))


@dataclass(frozen=True)
class StandardCurve:
    """Totals of an area at every standard from `low` to `high`, in whole yuan.

    `baseline` is the policy as it is; its own standard need not be whole, nor in the range.
    `values` holds, for each field of `Point`, one value a standard: (high - low + 1,).

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> curve = standard_curve(people, jz.load_policy("example-county"), "rural")
    >>> curve.at(670).cost_y - curve.at(560).cost_y == curve.at(670).change_y
    True
    """

    area: str
    policy: Policy
    low: int
    high: int
    baseline: Point
    values: Mapping[str, Floats] = field(repr=False)

    def at(self, standard: float) -> Point:
        """The area at one standard; JZ-E032 unless it is whole yuan from `low` to `high`."""
        place = self._place(standard)
        return Point(*(float(self.values[name][place]) for name in NAMES))

    def points(self, standards: Iterable[float]) -> Mapping[str, Floats]:
        """Each field of `Point` at some standards, in their order, for charts: (standards,).

        Raises JZ-E032 unless all are whole yuan from `low` to `high`.
        """
        places = [self._place(standard) for standard in standards]
        return {name: values[places] for name, values in self.values.items()}

    def table(self, standards: Iterable[float]) -> Table:
        """One row a standard: recipients, cost, change of cost, poverty after assistance.

        Without sampling intervals. Raises JZ-E032 as `points` does.
        """
        return table_of(self.policy, self.area, self.points(standards))

    def _place(self, standard: float) -> int:
        is_number = isinstance(standard, int | float | np.number)
        if not (is_number and self.low <= standard <= self.high and standard == int(standard)):
            _refuse_standard(standard, self.low, self.high)
        return int(standard) - self.low


def standard_curve(
    people: People,
    policy: Policy,
    area: str,
    *,
    base: Results | None = None,
    low: int | None = None,
    high: int | None = None,
    weight: str = "weight",
) -> StandardCurve:
    """Cost, recipients and poverty of an area (``urban``, ``rural``) for every standard at once.

    `base`: earlier results on the same people, which are reused. `low` and `high`, in whole yuan:
    the range declared for the standard, unless given. `weight`: a household column.

    Raises JZ-E062 where the law in force cannot be followed exactly (`curve_or_simulated` then
    simulates), JZ-E032 for another area, range or weight, JZ-E030 for results of other people,
    and what `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> curve = standard_curve(people, policy, "rural", low=500, high=700)
    >>> new = jz.simulate(people, policy.change({"dibao.standard.rural": 670}))
    >>> cost = jz.caseload(new, weight="weight").get("cost_y", "rural")
    >>> round(curve.at(670).cost_y, 2) == round(cost, 2)
    True
    """
    low, high = _range(area, low, high)
    moved = moved_by_standard(policy, area, people.laid_out)
    those = families(people, policy, area, moved, base)
    weights = household(those.base, weight)[those.rows]
    standing = totals_of(those.base, those.rows, weights)
    baseline = Point(standard=float(policy[path_of(area)]), change_y=0.0, **standing)
    made = dict(totals(those, weights, low, high))
    made["standard"] = np.arange(low, high + 1, dtype=np.float64)
    # Against the curve itself where it passes there: what does not change is exactly 0.
    is_on_curve = baseline.standard in made["standard"]
    now = made["cost_y"][int(baseline.standard) - low] if is_on_curve else baseline.cost_y
    made["change_y"] = made["cost_y"] - now
    return StandardCurve(area, policy, low, high, baseline, MappingProxyType(made))


def table_of(policy: Policy, area: str, points: Mapping[str, Any], *notes: str) -> Table:
    """The table of some points of a curve; `points` holds the fields of `Point`, (standards,)."""
    values = np.column_stack([points[entry.name] for entry in STATISTICS])
    return Table.exact(
        name="standard_curve",
        dims=("standard",),
        rows=tuple((f"{standard:.10g}",) for standard in points["standard"]),
        statistics=STATISTICS,
        values=values,
        n=np.asarray(points["n"]).astype(np.int64),
        per="household",
        notes=(*notes, *NOTES),
        fields={"policy": policy.title, "area": row_label("area", area)},
        disjoint=False,
    )


def check_area(area: str) -> None:
    """Raise JZ-E032 unless `area` is one of the dictionary."""
    known = column("area").codes or {}
    if area not in known:
        raise JZError.of("JZ-E032", name="area", value=area, expected=" / ".join(known))


def _range(area: str, low: int | None, high: int | None) -> tuple[int, int]:
    """The range of the curve: whole yuan within the range declared for the standard."""
    check_area(area)
    declared, problems = declarations()[path_of(area)], Problems()
    given = (declared.low if low is None else low, declared.high if high is None else high)
    for value in given:
        declared.refuse(value, "standard_curve", problems)
    problems.raise_if_any()
    first, last = given
    for value in given:
        if value != int(value) or first > last:
            _refuse_standard(value, int(declared.low), int(declared.high))
    return int(first), int(last)


def _refuse_standard(value: Any, low: int, high: int) -> None:
    expected = text("curve.whole_yuan", low=low, high=high)
    raise JZError.of("JZ-E032", name=text("dim.standard"), value=value, expected=expected)
