"""The search for the last value that is affordable, outward from the present one.

Everything looked at is kept. Local falls of the need on the way up (`turn`) are looked across.
docs/en/definitions/solve.md
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.outlook.afford.gap import Needs
from jiuzhu_sim.outlook.afford.purses import Purse, chance_of, missing, short_at
from jiuzhu_sim.outlook.afford.solution import Trial, chance, money
from jiuzhu_sim.outlook.afford.solve_rules import Candidates, Floats

REACH = 0.05
"""First distance from the present value, as a share of it: an ordinary year's raise. It doubles."""

PROBES = 5
"""Places, the two ends among them, that are looked at first in a range that was asked for: a need
that turns in it is then seen, wherever the search would have gone."""

TURN, TURN_HOUSEHOLDS = 0.002, 15
"""Share of the need by which it may fall on the way up; at least so many households over those in
the data. A household that rises from the full standard of one person (single-person inclusion) to
the difference of all gets less, so that the cost of a standard falls a little here and there, the
more the fewer the households (1.1 % seen at 1,000). More than that is another kind of parameter.
"""

LOOK = 40
"""Steps looked at beyond one that is not affordable, as long as a local fall could make one so."""


class Search:
    """Trials of the candidates, in rising order of cost, each made once. `now`: the present value
    of the first parameter; `turn`: share of the need by which it may fall locally."""

    def __init__(self, made: Candidates, needs: Needs, risk: float):
        self.made, self.needs, self.risk = made, needs, risk
        self.turn = max(TURN, TURN_HOUSEHOLDS / needs.forecast.people.households)
        self.now = float(needs.forecast.policy[made.paths[0]])
        self.purses: tuple[Purse, ...] = ()
        self.trials: dict[int, Trial] = {}

    def need(self, place: int) -> Floats:
        """Need by draw and account of a candidate: (draws, accounts)."""
        return self.needs(self.made.of(place))

    def trial(self, place: int) -> Trial:
        if place not in self.trials:
            self.trials[place] = self.look(self.made.of(place))
        return self.trials[place]

    def look(self, values: Mapping[str, float]) -> Trial:
        """Any values, among the candidates or not."""
        by_account, slack = self.needs.at(values)
        lack = missing(self.purses, by_account)
        pays = np.any([purse.pays for purse in self.purses], axis=0)
        return Trial(
            values,
            chance_of(lack, slack),
            float(by_account[:, pays].sum(axis=1).mean()),
            short_at(lack, self.risk),
            self.needs.is_outside(values),
        )

    def fits(self, place: int) -> bool:
        """Whether the risk is met, by the share of the draws itself."""
        return self.trial(place).probability.value <= self.risk

    # --- where to begin --------------------------------------------------------------------
    def near(self, places: NDArray[np.int64]) -> tuple[int, int]:
        """Of some places the one next to the present value, and the first distance from it."""
        away = np.abs(self.made.values[places, 0] - self.now)
        within = int((away <= REACH * abs(self.now)).sum())
        return int(away.argmin()), max(within // 2, 1)

    def direction(self, places: NDArray[np.int64]) -> tuple[bool, NDArray[np.bool_]]:
        """Whether the need rises with the parameter, and which accounts move.

        Seen between two places to both sides of the present value, further and further apart until
        the need differs by more than a local fall. Raises JZ-E091 when nothing moves up to both
        ends. A single candidate counts as rising, with every account.
        """
        start, reach = self.near(places)
        last = len(places) - 1
        while True:
            ends = max(start - reach, 0), min(start + reach, last)
            low, high = (self.need(int(places[end])) for end in ends)
            if last == 0:
                return True, np.ones(low.shape[1], bool)
            change = float(high.sum(axis=1).mean() - low.sum(axis=1).mean())
            if abs(change) > self.turn * float(high.sum(axis=1).mean()) or ends == (0, last):
                break
            reach *= 2
        moved: NDArray[np.bool_] = (low != high).any(axis=0)
        if not moved.any() or change == 0:
            moves, title = self.made.moves, listed(self.made.paths)
            ends_told = {"low": f"{moves[places[0]]:g}", "high": f"{moves[places[-1]]:g}"}
            because = text("solve.moves_nothing", **ends_told)
            raise JZError.of("JZ-E091", ", ".join(self.made.paths), title=title, because=because)
        return change > 0, moved

    def moved(self) -> NDArray[np.bool_]:
        """The accounts that differ between any two places looked at: (accounts,)."""
        needs = [self.need(place) for place in self.trials]
        made: NDArray[np.bool_] = np.any([need != needs[0] for need in needs], axis=(0, 1))
        return made

    # --- the search ------------------------------------------------------------------------
    def best(self, order: NDArray[np.int64], is_asked_range: bool = False) -> int:
        """The place of the most costly candidate of an order that fits; -1 for none.

        `order`: places by rising cost; `is_asked_range`: whether its ends were asked for. The
        place after the one returned was tried and does not fit. Raises JZ-E090 where the need
        turns on the way.
        """
        if is_asked_range:
            for k in {int(k) for k in np.linspace(0, len(order) - 1, min(len(order), PROBES))}:
                self.trial(int(order[k]))
            self.refuse_turns(order)
        low, high = self._bracket(order)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.fits(int(order[middle])) else (low, middle)
        found = self._beyond(order, low)
        self.refuse_turns(order)
        return int(order[found]) if found >= 0 else -1

    def _bracket(self, order: NDArray[np.int64]) -> tuple[int, int]:
        """One that fits (-1: none is known) and, more costly, one that does not (one past the end:
        none): outward from the present value, each time twice as far."""
        start, reach = self.near(order)
        low, high = -1, len(order)
        if self.fits(int(order[start])):
            low = start
            while low < len(order) - 1:
                further = min(start + reach, len(order) - 1)
                if not self.fits(int(order[further])):
                    return low, further
                low, reach = further, 2 * reach
            return low, high
        high = start
        while high > 0:
            further = max(start - reach, 0)
            if self.fits(int(order[further])):
                return further, high
            high, reach = further, 2 * reach
        return low, high

    def _beyond(self, order: NDArray[np.int64], found: int) -> int:
        """The last that fits, across local falls of the need after `found`."""
        k = found + 1
        while k < len(order) and k - found <= LOOK:
            trial = self.trial(int(order[k]))
            if self.fits(int(order[k])):
                found = k
            elif trial.short > self.turn * trial.need:
                break
            k += 1
        return found

    def unfit_before(self, order: NDArray[np.int64], chosen: int) -> tuple[Trial, ...]:
        """Of what was tried, the less costly candidates that do not fit, though `chosen` does."""
        before = order[: int(np.flatnonzero(order == chosen)[0])]
        tried = [int(place) for place in before if int(place) in self.trials]
        return tuple(self.trials[place] for place in tried if not self.fits(place))

    def refuse_turns(self, order: NDArray[np.int64]) -> None:
        """JZ-E090 where, of what was tried, a more costly candidate needs clearly less, or clearly
        less money for the same risk."""
        tried = [self.trials[int(place)] for place in order if int(place) in self.trials]
        needs = np.array([trial.need for trial in tried])
        shorts = np.array([trial.short for trial in tried])
        room = self.turn * np.maximum.accumulate(np.abs(needs))
        most = [np.maximum.accumulate(values) for values in (needs, shorts)]
        if (needs < most[0] - room).any() or (shorts < most[1] - room).any():
            shown = listed(
                text(
                    "solve.evidence",
                    values=self.made.title(trial.values),
                    need=money(trial.need),
                    probability=chance(trial.probability),
                )
                for trial in tried
            )
            raise JZError.of("JZ-E090", ", ".join(self.made.paths), tried=shown)
