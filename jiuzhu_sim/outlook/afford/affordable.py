"""The budget question as a whole: what is asked (`Ask`), and everything answered from one forecast.

The forecast is made once; another standard, other funds, growth or risk only move its draws.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import Problems
from jiuzhu_sim.language import read_yaml, text
from jiuzhu_sim.outlook.afford.gap import (
    Contour,
    Gap,
    GapCurve,
    contour,
    gap,
    gap_curve,
    need_of,
    quantiles,
)
from jiuzhu_sim.outlook.afford.moving import Moving, Parts
from jiuzhu_sim.outlook.afford.solution import TEN_THOUSAND, Solution
from jiuzhu_sim.outlook.afford.solve import solve
from jiuzhu_sim.outlook.afford.solve_rules import (
    ALONE,
    KEEP_RATIO,
    RURAL,
    SAME_AMOUNT,
    SAME_PERCENT,
    URBAN,
)
from jiuzhu_sim.outlook.money.cash import RunOut
from jiuzhu_sim.outlook.money.funds import Funds, Line
from jiuzhu_sim.outlook.need.forecast import Forecast
from jiuzhu_sim.outlook.need.uncertainty import Uncertainty
from jiuzhu_sim.policy import Policy

PATHS = {"urban": URBAN, "rural": RURAL}
GOALS = ("rural", "urban", KEEP_RATIO, SAME_AMOUNT, SAME_PERCENT)
"""What is solved for: one standard with the other as it is, or both under a rule."""

POINTS, GRID = 25, 21
"""Standards of the risk curve, and of each side of the iso-risk chart."""

FEW = 9
"""Points of either where nothing is uncertain and every point takes a full run."""

REACH = 0.35
"""How far curves and charts go to both sides of the present standard, as a share of it."""

Floats = NDArray[np.float64]


@cache
def bounds() -> Mapping[str, Mapping[str, Any]]:
    """What may be set, by name: `value` (illustrative), `low`, `high`, `slide`, `step`, `unit`.

    >>> bounds()["risk"]["high"]
    0.5
    """
    content: Mapping[str, Mapping[str, Any]] = read_yaml(Path(__file__).with_suffix(".yaml"))
    return content


@dataclass(frozen=True)
class Ask:
    """What a budget officer sets beside the law and the standards.

    `growth`: of the caseload in the year (median), a share. `opening`, `local`, `upper` (P50):
    money of the year, 万元; `upper_cv`: coefficient of variation of the upper grant. `risk`: the
    accepted probability of a gap. `round_to`: steps of the standard, yuan. `ratio_min`: least
    rural standard as a share of the urban one. `goal`: one of `GOALS`. `certain`: no uncertainty.
    Raises JZ-E092, all faults at once.

    >>> Ask(upper_cv=0).funds().certain
    52000000.0
    """

    growth: float = bounds()["growth"]["value"]
    opening: float = bounds()["opening"]["value"]
    local: float = bounds()["local"]["value"]
    upper: float = bounds()["upper"]["value"]
    upper_cv: float = bounds()["upper_cv"]["value"]
    risk: float = bounds()["risk"]["value"]
    round_to: int = bounds()["round_to"]["value"]
    ratio_min: float = bounds()["ratio_min"]["value"]
    goal: str = GOALS[0]
    certain: bool = False

    def __post_init__(self) -> None:
        problems = Problems()
        for each in fields(self):
            value, allowed = getattr(self, each.name), bounds().get(each.name)
            if allowed and not (
                isinstance(value, int | float)
                and math.isfinite(value)
                and allowed["low"] <= value <= allowed["high"]
            ):
                told = {"low": f"{allowed['low']:,g}", "high": f"{allowed['high']:,.10g}"}
                expected = text("funding_gap.expect.range", **told)
                name = text(f"funding_gap.knob.{each.name}")
                problems.add("JZ-E092", each.name, name=name, value=value, expected=expected)
        if self.goal not in GOALS:
            name, expected = text("funding_gap.knob.goal"), ", ".join(GOALS)
            problems.add("JZ-E092", "goal", name=name, value=self.goal, expected=expected)
        problems.raise_if_any()

    def funds(self) -> Funds:
        """The three sums as lines of one pot, all there on the first day of the year.

        `upper` is a median; a lognormal's mean lies above it by sqrt(1 + cv²).
        """
        spread = 0.0 if self.certain else self.upper_cv
        mean = self.upper * math.sqrt(1 + spread**2)
        late = 0.0 if self.certain else None
        return Funds(
            (
                Line("all", "opening", amount=_yuan(self.opening), cv=0.0),
                Line("all", "local", amount=_yuan(self.local), cv=0.0),
                Line("all", "upper", amount=_yuan(mean), cv=spread, delay_p=late),
            )
        )

    @property
    def rule(self) -> str:
        """How the standards that are solved for move."""
        return ALONE if self.goal in PATHS else self.goal

    @property
    def paths(self) -> tuple[str, ...]:
        """The standards that are solved for."""
        return (PATHS[self.goal],) if self.goal in PATHS else (RURAL, URBAN)

    def uncertainty(self, changes: Mapping[str, float] | None = None) -> Uncertainty:
        """What is not known, with the growth set here; `changes` by name of a number.

        Where all is certain only the growth is left, and the other medians of `changes`.
        """
        made = Uncertainty.none() if self.certain else Uncertainty.stated()
        wanted = {"caseload.median": self.growth, **(changes or {})}
        if self.certain:
            wanted = {name: value for name, value in wanted.items() if name.endswith(".median")}
        return made.changed(wanted)


def _yuan(wan: float) -> float:
    return round(wan * TEN_THOUSAND, 2)


@dataclass(frozen=True)
class Answer:
    """What is answered: the forecast under the standards in `policy`, the gap, the date to which
    the money lasts, and the affordable standard. Curves are made when they are asked for.
    `needs`: what gives the need under other standards; the forecast itself, or `Moving`.
    """

    ask: Ask
    policy: Policy
    forecast: Forecast
    funds: Funds
    gap: Gap
    lasts_to: RunOut
    solution: Solution
    needs: Forecast

    @property
    def is_certain(self) -> bool:
        """Whether need and money have one outcome only."""
        return bool(np.ptp(self.gap.gap) == 0)

    @property
    def by_month(self) -> tuple[Floats, Floats, Floats]:
        """P50, P10 and P90 of the need of each month, yuan: (months,) each."""
        low, middle, high = np.quantile(self.forecast.by_month, [0.1, 0.5, 0.9], axis=0)
        return middle, low, high

    @property
    def need(self) -> tuple[float, float, float]:
        """P10, P50, P90 of the need of the year, yuan: of the accounts that some pot pays for."""
        spread = quantiles(self.gap.need)
        return spread["p10"], spread["p50"], spread["p90"]

    @property
    def planned(self) -> dict[str, float]:
        """The money of each pot as it was planned, yuan: of an uncertain grant the median."""
        return {purse.name: purse.planned for purse in self.gap.purses}

    @property
    def money(self) -> float:
        """The planned money of the pots whose need is computed, yuan."""
        need = need_of(self.forecast).any(axis=0)
        counted = [purse.name for purse in self.gap.purses if (purse.pays & need).any()]
        return sum(self.planned[name] for name in counted)

    @property
    def standards(self) -> tuple[float, float]:
        """The urban and the rural standard."""
        return float(self.policy[URBAN]), float(self.policy[RURAL])

    def curve(self, points: int = POINTS, centre: float | None = None) -> GapCurve:
        """The probability of a gap by the standard that is solved for, around `centre` (the
        present one, unless given)."""
        path = self.ask.paths[0]
        middle = float(self.policy[path]) if centre is None else centre
        values = around(middle, self.ask.round_to, self._fewer(points))
        paths = self.ask.paths if len(self.ask.paths) > 1 else path
        return gap_curve(self.needs, self.funds, paths, values)

    def contour(self, points: int = GRID) -> Contour:
        """The probability of a gap on a grid of both standards."""
        urban, rural = (around(each, 1, self._fewer(points)) for each in self.standards)
        return contour(self.forecast, self.funds, urban=urban, rural=rural)

    def _fewer(self, points: int) -> int:
        """Few points where each is a run of the months in full and not an emulator's answer."""
        return min(points, FEW) if self.forecast.model is None else points


def around(value: float, step: float, points: int) -> Floats:
    """Standards around one, in whole steps: at most `points`, from 65 to 135 % of it.

    >>> around(560, 5, 5).tolist()
    [365.0, 460.0, 560.0, 660.0, 755.0]
    """
    ends = value * (1 - REACH), value * (1 + REACH)
    found = np.linspace(*ends, points)
    return np.unique(np.maximum(np.round(found / step), 1) * step).astype(float)


def answer(
    forecast: Forecast,
    policy: Policy,
    ask: Ask,
    funds: Funds | None = None,
    parts: Parts | None = None,
) -> Answer:
    """Everything that is asked, under the standards of `policy`, from one forecast.

    `funds`: in place of the sums in `ask` (a budget file). `parts`: what is known of other
    standards already, for a quick answer. Raises what `solve` raises.
    """
    given = ask.funds() if funds is None else funds
    moved = forecast.at(policy).grown(ask.growth)
    needs = moved if parts is None else cast(Forecast, Moving(moved, parts))
    found = solve(
        None,
        policy,
        list(ask.paths) if len(ask.paths) > 1 else ask.paths[0],
        given,
        risk=ask.risk,
        step=ask.round_to,
        rule=ask.rule,
        forecast=needs,
        ratio_min=ask.ratio_min,
    )
    short = gap(moved, given)
    dates = short.cash().lasts_to_dates()
    return Answer(ask, policy, moved, given, short, dates, found, needs)
