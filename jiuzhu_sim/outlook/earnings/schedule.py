"""One family's budget against its earnings: benefit, net income, marginal rate, point by point.

The household is laid out once for each level of earnings and simulated in one go, so the numbers
are those of the simulation, with every rounding and every threshold of the law.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.outlook.earnings.net_income import (
    NEEDED,
    main_earner,
    marginal_rate,
    net_income,
    with_earnings,
)
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.form import form_fields

STEP = 50.0
"""Yuan a month: the step of the marginal rate unless told otherwise (product default)."""

SEARCHED = 100.0
"""Yuan between the points at which the end of the law's reach is looked for."""

MARGIN = 1.2
"""The axis goes this much beyond the last change, so that it can be seen to be the last."""

SHORTEST = 2000.0
"""Yuan a month: no axis is shorter."""

Floats = NDArray[np.float64]

BENEFIT = Statistic("benefit_m", "yuan/month")
NET = Statistic("net_income_m", "yuan/month")
COUNTED = Statistic("counted_income_m", "yuan/month")
RATE = Statistic("emtr", "share")


@dataclass(frozen=True)
class Point:
    """The family at one level of earnings; money in yuan a month, `layer` a code's name."""

    earnings: float
    benefit: float
    net_income: float
    counted_income: float
    counted_income_pc: float
    layer: str
    emtr: float


@dataclass(frozen=True)
class Schedule:
    """What the family gets at each level of earnings of one member. Arrays: (points,).

    `earnings` rises by `step`; `emtr` is the share of the next `step` of earnings that is lost
    (docs/en/definitions/emtr.md). `now` is the family as it is, its rate from its own earnings on.
    `member`: which member earns, from 0. `people`: the household itself.
    """

    policy: Policy
    people: People
    member: int
    step: float
    with_addons: bool
    earnings: Floats
    benefit: Floats
    net_income: Floats
    counted_income: Floats
    counted_income_pc: Floats
    layer: NDArray[Any]
    emtr: Floats
    now: Point

    @property
    def low(self) -> float:
        return float(self.earnings[0])

    @property
    def high(self) -> float:
        return float(self.earnings[-1])

    def at(self, earnings: Iterable[float]) -> "Schedule":
        """The same family at other levels of earnings (rates still over `step`)."""
        points = np.asarray([*earnings], np.float64)
        return _scheduled(
            self.people, self.policy, self.member, points, self.step, self.with_addons
        )

    @property
    def table(self) -> Table:
        """Benefit, net income, counted income and marginal rate, a row a point."""
        columns = (self.benefit, self.net_income, self.counted_income, self.emtr)
        rows = zip(map(_key, self.earnings), self.layer, strict=True)
        return table_of(
            "schedule",
            ("earnings", "layer_hh"),
            [(key, str(layer)) for key, layer in rows],
            (BENEFIT, NET, COUNTED, RATE),
            columns,
            {"policy": self.policy.title, "step": f"{self.step:g}"},
            *self.notes,
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said under a table of the schedule."""
        return ("note.emtr", "note.emtr_addons" if self.with_addons else "note.emtr_no_addons")


def _key(earnings: float) -> str:
    return f"{earnings:.2f}".removesuffix(".00")


def table_of(
    name: str,
    dims: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    statistics: tuple[Statistic, ...],
    columns: Sequence[Floats],
    fields: dict[str, str],
    *notes: str,
) -> Table:
    """A table of one family: no intervals, one household behind each row."""
    values = np.column_stack(columns).astype(np.float64)
    return Table.exact(
        name=name,
        dims=dims,
        rows=tuple(rows),
        statistics=statistics,
        values=values,
        n=np.ones(len(rows), np.int64),
        per="family",
        notes=notes,
        fields=fields,
        disjoint=not rows,
    )


def earnings_schedule(
    people: People,
    policy: Policy,
    *,
    member: int | None = None,
    low: float = 0.0,
    high: float | None = None,
    step: float = STEP,
    with_addons: bool = False,
) -> Schedule:
    """Benefit, net income and marginal rate of one household against the earnings of one member.

    `people`: one household. `member`: its position in the household, default the main earner
    (`main_earner`). `low`, `high`, `step`: yuan of wage a month; `high` defaults to a little
    beyond the last point at which the law changes anything. `with_addons`: net income with the
    monthly add-ons. Raises JZ-E032 for several households, an unknown member or a range that is
    none, and what `simulate` raises.

    >>> from jiuzhu_sim.policy import load_policy
    >>> from jiuzhu_sim.population.family import Family, people_of_family
    >>> family = people_of_family(Family(n_members=1, wage=700))
    >>> made = earnings_schedule(family, load_policy("example-county"), high=1000, step=500)
    >>> made.earnings.tolist(), made.benefit.tolist(), made.layer.tolist()
    ([0.0, 500.0, 1000.0], [560.0, 210.0, 0.0], ['dibao', 'dibao', 'edge'])
    """
    (made,) = schedules(
        people,
        [policy],
        member=member,
        low=low,
        high=high,
        step=step,
        with_addons=with_addons,
    )
    return made


def schedules(
    people: People,
    policies: Sequence[Policy],
    *,
    member: int | None = None,
    low: float = 0.0,
    high: float | None = None,
    step: float = STEP,
    with_addons: bool = False,
) -> tuple[Schedule, ...]:
    """Schedules of one household under several policies, on the same points; see
    `earnings_schedule`."""
    if people.households != 1:
        _refuse("households", people.households, "one")
    if member is None:
        member = int(main_earner(simulate(people, policies[0], NEEDED, threads=1))[0][0])
    if not 0 <= member < people.persons:
        _refuse("member", member, "member", most=people.persons - 1)
    if not (np.isfinite(step) and step > 0):
        _refuse("step", step, "step")
    if high is None:
        high = max(_reach(people, policy, member, low, step) for policy in policies)
    if not (0 <= low <= high < np.inf):
        _refuse("low, high", f"{low:g}, {high:g}", "range")
    # A hair more than `high`, so that a range of whole steps keeps its end.
    points = np.arange(low, high + step * 1e-9, step)
    return tuple(
        _scheduled(people, policy, member, points, step, with_addons) for policy in policies
    )


def _refuse(name: str, value: Any, key: str, **fields: Any) -> None:
    expected = text(f"family.expected.{key}", **fields)
    raise JZError.of("JZ-E032", name=name, value=value, expected=expected)


def _reach(people: People, policy: Policy, member: int, low: float, step: float) -> float:
    """A whole number of steps beyond the last point at which benefit or layer change."""
    own = float(people.numbers("wage_m")[member])
    most = max(float(form_fields()["wage"].high or 0), own)
    points = np.arange(0, most + SEARCHED, SEARCHED)
    found = simulate(with_earnings(people, member, points), policy, NEEDED, threads=1)
    benefit, layer = found.numbers("benefit_m_hh"), found.numbers("layer_hh")
    moves = np.flatnonzero((np.diff(benefit) != 0) | (np.diff(layer) != 0))
    last = points[moves[-1] + 1] if moves.size else 0.0
    end = max(last * MARGIN, last + float(np.ptp(benefit)), own + step, low + SHORTEST)
    return float(low + np.ceil((end - low) / step) * step)


def _scheduled(
    people: People,
    policy: Policy,
    member: int,
    points: Floats,
    step: float,
    with_addons: bool,
) -> Schedule:
    own = float(people.numbers("wage_m")[member])
    here = np.append(points, own)
    n = len(here)
    rows = with_earnings(people, member, np.concatenate([here, here + step]))
    results = simulate(rows, policy, NEEDED, threads=1)
    net = net_income(results, with_addons=with_addons)
    columns = {
        "benefit": results.numbers("benefit_m_hh")[:n],
        "net_income": net[:n],
        "counted_income": results.numbers("counted_income_m_hh")[:n],
        "counted_income_pc": results.numbers("counted_income_pc_m_hh")[:n],
        "layer": results["layer_hh"][:n],
        "emtr": marginal_rate(net[:n], net[n:], step),
    }
    now = Point(own, **{name: values[-1].item() for name, values in columns.items()})
    grid = {name: values[:-1] for name, values in columns.items()}
    return Schedule(policy, people, member, step, with_addons, points, now=now, **grid)


def pair_table(base: Schedule, new: Schedule) -> Table:
    """Two schedules of one family on the same points side by side: baseline and scenario.

    Raises JZ-E032 where the points differ.
    """
    if not np.array_equal(base.earnings, new.earnings):
        _refuse("earnings", f"{base.high:g}, {new.high:g}", "same")
    statistics, columns = [], []
    for entry, name in ((BENEFIT, "benefit"), (NET, "net_income"), (RATE, "emtr")):
        for moment, made in (("base", base), ("new", new)):
            statistics.append(Statistic(f"{entry.name}.{moment}", entry.unit))
            columns.append(getattr(made, name))
    fields = {"base": base.policy.title, "new": new.policy.title, "step": f"{base.step:g}"}
    rows = [(_key(earnings),) for earnings in base.earnings]
    return table_of(
        "schedule_pair", ("earnings",), rows, tuple(statistics), columns, fields, *base.notes
    )


def results_at(schedule: Schedule, earnings: Floats, wanted: Iterable[str]) -> Results:
    """The simulation of the family of a schedule at some levels of earnings."""
    rows = with_earnings(schedule.people, schedule.member, earnings)
    return simulate(rows, schedule.policy, wanted, threads=1)
