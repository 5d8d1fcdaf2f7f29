"""A forecast whose standards move: each standard is worked out once, for answers while a slider is
dragged.

A household lives in one area, so the need under two standards is the sum of its two parts. What
is not of an area (accounts that town and country share) and the growth of the caseload enter as
ratios: exact for areas, very close for the rest. Once the slider rests the forecast itself answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.outlook.afford.gap import need_of
from jiuzhu_sim.outlook.afford.solve_rules import RURAL, URBAN
from jiuzhu_sim.outlook.need.forecast import Forecast
from jiuzhu_sim.policy import Policy

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lean:
    """As much of a forecast as the risk of a gap needs: by_account (draws, accounts) of all
    `accounts`, slack, and which features lie outside what the runs cover (`clamped`)."""

    by_account: Floats
    slack: float
    clamped: Mapping[str, float]
    accounts: tuple[str, ...] = tuple(accounts())

    @property
    def draws(self) -> int:
        return len(self.by_account)


@dataclass
class Parts:
    """What was worked out of one forecast: the need under each urban and each rural standard, the
    other one as in `policy`. Yuan of the year, (draws, accounts)."""

    forecast: Forecast
    policy: Policy
    seen: dict[tuple[str, float], Floats] = field(default_factory=dict, repr=False)
    outside: dict[tuple[str, float], Mapping[str, float]] = field(default_factory=dict)

    def need(self, policy: Policy) -> Floats:
        """The need under the standards of a policy, without any other growth."""
        parts = [self._part(path, float(policy[path])) for path in (URBAN, RURAL)]
        whole: Floats = sum(parts) - self._part(URBAN, float(self.policy[URBAN]))
        return whole

    def clamped(self, policy: Policy) -> Mapping[str, float]:
        """The features of these standards that lie outside what the runs cover."""
        made: dict[str, float] = {}
        for path in (URBAN, RURAL):
            made |= self.outside.get((path, float(policy[path])), {})
        return made

    def _part(self, path: str, value: float) -> Floats:
        if value == float(self.policy[path]):
            path, value = "", 0.0
        if (path, value) not in self.seen:
            law = self.policy.change({path: value}) if path else self.policy
            made = self.forecast.at(law)
            self.seen[path, value], self.outside[path, value] = need_of(made), made.clamped
        return self.seen[path, value]


class Moving:
    """A forecast under moved standards, for `solve` and `gap_curve`: `moved` as it is, its laws
    from `parts`."""

    def __init__(self, moved: Forecast, parts: Parts):
        self._moved, self._parts = moved, parts
        now = parts.need(moved.policy)
        # Growth of the caseload, and what is not of one area.
        ratio = np.divide(need_of(moved), now, out=np.ones(now.shape), where=now > 0)
        self._ratio, self._slack = ratio, moved.slack

    def __getattr__(self, name: str) -> Any:
        return getattr(self._moved, name)

    def at(self, policy: Policy) -> Lean:
        """The need under another standard."""
        need = np.round(self._parts.need(policy) * self._ratio, 2)
        return Lean(need, self._slack, self._parts.clamped(policy))
