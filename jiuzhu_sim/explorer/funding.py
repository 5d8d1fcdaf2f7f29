"""What is behind the sliders of the funding gap: one forecast, and a question that moves.

The forecast is made once (a first one from few runs, then a better one); standards, funds, growth
and risk only move its draws. What was worked out for a standard is kept.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.outlook.afford.affordable import PATHS, Answer, Ask, answer
from jiuzhu_sim.outlook.afford.gap import Contour, GapCurve
from jiuzhu_sim.outlook.afford.moving import Parts
from jiuzhu_sim.outlook.money.funds import Funds
from jiuzhu_sim.outlook.need.drivers import tornado
from jiuzhu_sim.outlook.need.forecast import Forecast
from jiuzhu_sim.policy import Policy

POINTS = 15
"""Standards of the curve while it is live: enough for a smooth line."""


GRID = 13
"""Standards on each side of the chart of both, while sliders are moved."""


@dataclass(frozen=True)
class FundingState:
    """The answer and what is drawn of it; what was not asked for is None. `seconds`: how long."""

    answer: Answer
    stamps: tuple[str, ...]
    households: int
    seconds: float
    curve: GapCurve | None = None
    contour: Contour | None = None
    tornado: Table | None = None
    tried: Table | None = None
    told: str = ""

    @property
    def basis(self) -> str:
        """On how many households and draws it rests, and how long it took."""
        shown = {"households": f"{self.households:,}", "seconds": f"{self.seconds:.2f}"}
        made = text("funding_gap.basis", draws=f"{self.answer.forecast.draws:,}", **shown)
        return f"{self.told}{made}"


class FundingModel:
    """A forecast, a law, a question; every change of the question gives a new answer.

    `policy`: the law with the standards at the start. `funds`: of a budget file, in place of the
    sums of the question.
    """

    def __init__(
        self,
        forecast: Forecast,
        policy: Policy,
        ask: Ask,
        *,
        funds: Funds | None = None,
        stamps: tuple[str, ...] = (),
        households: int = 0,
    ):
        self.baseline = self.policy = policy
        self.first = self.ask = ask
        self.forecast, self.funds = forecast, funds
        self.stamps, self.households = stamps, households
        self.told = ""
        self._answer: Answer | None = None
        self._parts = Parts(forecast, policy)
        self._quick, self._spent = False, 0.0

    @property
    def names(self) -> Iterator[str]:
        """Names of everything that can be set: standards by path, the rest by name."""
        yield from PATHS.values()
        yield from (each.name for each in fields(Ask))

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from the start, by name."""
        moved = {each.path: each.new for each in self.baseline.diff(self.policy)}
        for name in (each.name for each in fields(Ask)):
            if getattr(self.ask, name) != getattr(self.first, name):
                moved[name] = getattr(self.ask, name)
        return moved

    @property
    def answer(self) -> Answer:
        """The answer to the question as it stands; quick, where the last move was a drag."""
        if self._answer is None:
            self._answer = answer(self.forecast, self.policy, self.ask, self.funds)
        return self._answer

    def set(self, name: str, value: Any, *, dragging: bool = False) -> None:
        """Change one thing. Raises JZ-E004, JZ-E092 and what the solver raises, and leaves all
        as it was. `dragging`: a quick answer; `state` gives the whole one once it is over."""
        if name in PATHS.values():
            self._take(self.policy.change({name: value}), self.ask, dragging)
        else:
            self._take(self.policy, replace(self.ask, **{name: value}), dragging)

    def apply(self) -> Mapping[str, float]:
        """Put the affordable standard in place of the present one; nothing where there is none."""
        found = self.answer.solution
        if not found.is_found:
            return {}
        self._take(self.policy.change(found.values), self.ask)
        return found.values

    def reset(self) -> None:
        """Everything back to the start."""
        self._take(self.baseline, self.first)

    def use(self, forecast: Forecast, told: str = "") -> None:
        """A better forecast of the same question. `told`: how far it is."""
        self.forecast, self.told = forecast, told
        self._answer = None
        self._parts = Parts(forecast, self.baseline)

    def state(
        self,
        *,
        curve: bool = False,
        contour: bool = False,
        slow: bool = False,
        dragging: bool = False,
    ) -> FundingState:
        """The answer with what is to be drawn; `slow`: with the drivers as well."""
        if self._quick and not dragging:
            self._answer, self._quick = None, False
        started = time.perf_counter() - self._spent
        found = self.answer
        self._spent, varies = 0.0, found.forecast.model is not None
        # The emulator knows the need of all accounts only: that of a part is not held to money.
        money = None if found.gap.uncovered else found.gap.money
        return FundingState(
            answer=found,
            stamps=self.stamps,
            households=self.households,
            curve=found.curve(POINTS, float(self.baseline[found.ask.paths[0]])) if curve else None,
            contour=found.contour(GRID) if contour else None,
            tornado=tornado(found.forecast, money) if slow and varies else None,
            tried=found.solution.table(),
            told=self.told,
            seconds=time.perf_counter() - started,
        )

    def _take(self, policy: Policy, ask: Ask, quick: bool = False) -> None:
        """A new question, if it can be answered."""
        started = time.perf_counter()
        parts = self._parts if quick else None
        found = answer(self.forecast, policy, ask, self.funds, parts)
        self.policy, self.ask, self._answer, self._quick = policy, ask, found, quick
        self._spent = time.perf_counter() - started
