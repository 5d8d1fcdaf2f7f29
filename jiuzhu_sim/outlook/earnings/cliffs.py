"""Cliffs: where a family that earns a little more is left with less, and which line it crossed.

The sweep goes yuan by yuan, so that no cliff hides between two points; twenty thousand levels of
earnings take milliseconds. Where net income falls (or the benefit jumps up) from one yuan to the
next, the yuan is swept fen by fen, and both sides of the largest jump are simulated with every test
of the law: the first test that turns names the cause.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import Column, column
from jiuzhu_sim.engine import Results, make_plan
from jiuzhu_sim.language import said, text
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.outlook.earnings.net_income import NEEDED, net_income
from jiuzhu_sim.outlook.earnings.schedule import Floats, Schedule, results_at, table_of
from jiuzhu_sim.receipt import THRESHOLDS
from jiuzhu_sim.rules.kit import HALF_FEN, at_most, below

FEN = 100
"""Fen in a yuan."""

CLIFFS = (
    Statistic("earnings_below", "yuan/month"),
    Statistic("earnings_at", "yuan/month"),
    Statistic("net_below_m", "yuan/month"),
    Statistic("net_at_m", "yuan/month"),
    Statistic("loss_m", "yuan/month"),
    Statistic("made_up_at", "yuan/month"),
)


@dataclass(frozen=True)
class Side:
    """The family just below a threshold, or at it; money in yuan a month."""

    earnings: float
    net_income: float
    benefit: float
    layer: str


@dataclass(frozen=True)
class Line:
    """A threshold of the receipt: what is held against what, the limit, and how far the family as
    it is lies from it, in the words of the receipt."""

    name: str
    limit_name: str
    limit: float
    distance: float
    sentence: str


@dataclass(frozen=True)
class Cliff:
    """A point at which one fen more of earnings moves the family over a threshold.

    `kind`: ``fall`` (net income falls) or ``rise`` (the benefit jumps up). `below`, `at`: both
    sides, a fen apart. `rule`: the first test of the law that turns ("" if none does), its title
    and clauses; `line`: the threshold of the receipt that is crossed, if it is one of those.
    `until`: the whole yuan of earnings from which the family has again what it had just below;
    None for a rise, or if that is not within the range of the schedule.
    """

    kind: str
    below: Side
    at: Side
    title: str
    rule: str
    clauses: tuple[str, ...]
    line: Line | None
    until: float | None
    high: float

    @property
    def loss(self) -> float:
        """Net income lost across the threshold, yuan a month; negative for a rise."""
        return self.below.net_income - self.at.net_income

    @property
    def sentence(self) -> str:
        """How far the family as it is lies from the line, as on its receipt; "" without a line."""
        return self.line.sentence if self.line else ""

    @property
    def band(self) -> tuple[float, float] | None:
        """Earnings over which the family is worse off than just below; None for a rise."""
        if self.kind == "rise":
            return None
        return self.at.earnings, self.high if self.until is None else self.until


def cliffs(schedule: Schedule) -> tuple[Cliff, ...]:
    """Every cliff of a family within the range of its schedule, by rising earnings.

    A cliff is a whole yuan of earnings with which net income falls, by half a fen at least, or with
    which the benefit rises; it is located to the fen (docs/en/definitions/emtr.md).

    >>> from jiuzhu_sim.outlook.earnings.schedule import earnings_schedule
    >>> from jiuzhu_sim.policy import load_policy
    >>> from jiuzhu_sim.population.family import Family, people_of_family
    >>> people = people_of_family(Family(n_members=1, wage=700))
    >>> (found,) = cliffs(earnings_schedule(people, load_policy("example-county")))
    >>> found.below.earnings, found.at.earnings, found.clauses
    (799.99, 800.0, ('EC.4',))
    """
    yuan = np.arange(np.floor(schedule.low), np.ceil(schedule.high) + 2)
    net, benefit, _ = _swept(schedule, yuan)
    is_fall = np.diff(net) < -HALF_FEN
    is_rise = (np.diff(benefit) > HALF_FEN) & ~is_fall
    found = np.flatnonzero(is_fall | is_rise)
    if not found.size:
        return ()
    sides = _located(schedule, yuan[found], is_fall[found])
    causes = _causes(schedule, np.array([[low.earnings, at.earnings] for low, at in sides]))
    made = []
    for place, (low, at), cause in zip(found, sides, causes, strict=True):
        kind = "fall" if is_fall[place] else "rise"
        again = np.flatnonzero(net[place + 1 :] >= low.net_income - HALF_FEN)
        until = float(yuan[place + 1 + again[0]]) if kind == "fall" and again.size else None
        made.append(Cliff(kind, low, at, **cause, until=until, high=schedule.high))
    return tuple(made)


def _swept(schedule: Schedule, earnings: Floats) -> tuple[Floats, Floats, NDArray[Any]]:
    """Net income, benefit and layer of the family at some levels of earnings."""
    results = results_at(schedule, earnings, NEEDED)
    net = net_income(results, with_addons=schedule.with_addons)
    return net, results.numbers("benefit_m_hh"), results["layer_hh"]


def _located(
    schedule: Schedule, yuan: Floats, is_fall: NDArray[np.bool_]
) -> list[tuple[Side, Side]]:
    """Both sides, a fen apart, of the largest jump within each yuan."""
    fen = np.arange(FEN + 1)
    points = (yuan[:, None] * FEN + fen) / FEN
    net, benefit, layer = (part.reshape(points.shape) for part in _swept(schedule, points.ravel()))
    jump = np.where(is_fall[:, None], -np.diff(net), np.diff(benefit))
    place = jump.argmax(axis=1)
    rows = np.arange(len(yuan))

    def side(column_: NDArray[np.int64]) -> list[Side]:
        parts = (part[rows, column_].tolist() for part in (points, net, benefit, layer))
        return [Side(*values) for values in zip(*parts, strict=True)]

    return list(zip(side(place), side(place + 1), strict=True))


def _causes(schedule: Schedule, pairs: Floats) -> list[dict[str, Any]]:
    """For each pair of earnings what turns between them: rule, title, clauses, line."""
    wanted = [*NEEDED[:1], *(["addons_m_hh"] if schedule.with_addons else [])]
    plan = make_plan(schedule.policy, wanted, schedule.people.laid_out)
    on = [step.rule for step in plan.steps if step.on]
    tests = [rule for rule in on if column(rule.name).dtype in ("bool", "code")]
    known = {*schedule.people.laid_out, *(rule.name for rule in on)}
    # The edge limit is no input of the benefit, and is computed all the same for the receipt.
    rules = schedule.policy.rules
    lines = [(n, limit, kind) for n, limit, kind in THRESHOLDS if {n, limit} <= known | {*rules}]
    names = {name for line in lines for name in line[:2] if name in rules}
    own = float(schedule.people.numbers("wage_m")[schedule.member])
    results = results_at(
        schedule,
        np.append(pairs.ravel(), own),
        [*(rule.name for rule in tests), *names, "n_members_hh"],
    )
    made = []
    for number in range(len(pairs)):
        low, at = 2 * number, 2 * number + 1
        rule = next((rule for rule in tests if _turns(results, rule.name, low, at)), None)
        line = next((line for each in lines if (line := _line(results, *each, low, at))), None)
        made.append(
            {
                "title": _title(results, line, rule.name if rule else "", low, at),
                "rule": rule.name if rule else "",
                "clauses": schedule.policy.clauses_of(rule) if rule else (),
                "line": line,
            }
        )
    return made


def _turns(results: Results, name: str, low: int, at: int) -> bool:
    """Whether a test has another result on the two sides, for the household or any member."""
    values = results.numbers(name).reshape(results.people.households, -1)
    return bool((values[low] != values[at]).any())


def _line(
    results: Results, name: str, limit_name: str, kind: str, low: int, at: int
) -> Line | None:
    """The threshold of the receipt, if the family passes it between the two sides."""
    off = {step.rule.name for step in results.plan.steps if not step.on}
    if {name, limit_name} & off:
        return None
    values, limits = (results.numbers(each).astype(np.float64) for each in (name, limit_name))
    # As on the receipt: income a head is compared for the whole household.
    heads = results.numbers("n_members_hh") if kind == "below" else 1
    is_under = kind != "within"
    met = below(values * heads, limits * heads) if is_under else at_most(values, limits)
    if met[low] == met[at] or not np.isfinite(limits[at]):
        return None
    value, limit = float(values[-1]), float(limits[-1])
    shown = column(limit_name).show
    key = {
        (True, True): "below",
        (True, False): "above",
        (False, True): "within",
        (False, False): "beyond",
    }[is_under, bool(met[-1])]
    sentence = text(
        f"receipt.{key}",
        name=column(name).title,
        value=column(name).show(value),
        limit_name=column(limit_name).title,
        limit=shown(limit),
        distance=shown(abs(limit - value)),
    )
    return Line(name, limit_name, float(limits[at]), abs(limit - value), sentence)


def _title(results: Results, line: Line | None, rule: str, low: int, at: int) -> str:
    """What happens at the point, in a few words."""
    if line:
        limit: Column = column(line.limit_name)
        kind = next(k for n, name, k in THRESHOLDS if (n, name) == (line.name, line.limit_name))
        key = "cliff.passes" if kind == "within" else "cliff.reaches"
        title = column(line.name).title
        return text(key, name=title, limit_name=limit.title, limit=limit.show(line.limit))
    if not rule:
        return text("cliff.other")
    values = results.numbers(rule).reshape(results.people.households, -1)
    who = int(np.flatnonzero(values[low] != values[at])[0])
    show = column(rule).show
    before, after = show(values[low, who]), show(values[at, who])
    return text("cliff.turns", rule=column(rule).title, before=before, after=after)


def cliffs_table(schedule: Schedule, found: Sequence[Cliff] | None = None) -> Table:
    """The cliffs of a family, one a row: earnings and net income on both sides, and the loss.

    `found`: the cliffs, where they are known already.
    """
    known = cliffs(schedule) if found is None else found
    values = [
        (
            each.below.earnings,
            each.at.earnings,
            each.below.net_income,
            each.at.net_income,
            each.loss,
            np.nan if each.until is None else each.until,
        )
        for each in known
    ]
    columns = np.array(values, np.float64).reshape(len(known), len(CLIFFS)).T
    rows = [(str(number),) for number in range(1, len(known) + 1)]
    made = table_of(
        "cliffs",
        ("cliff",),
        rows,
        CLIFFS,
        list(columns),
        {"policy": schedule.policy.title, "step": f"{schedule.step:g}"},
        "note.cliffs",
        schedule.notes[-1],
    )
    titles = [said(", ".join(each.clauses), each.title) for each in known]
    names = {key: {"zh": t, "en": t} for (key,), t in zip(rows, titles, strict=True)}
    return replace(made, names=names)
