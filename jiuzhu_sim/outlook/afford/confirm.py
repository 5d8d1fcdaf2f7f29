"""The quick answer held against the months in full: a few draws run household by household."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population.draws import uniform

if TYPE_CHECKING:
    from jiuzhu_sim.outlook.need.forecast import Forecast

Floats = NDArray[np.float64]

RUNS = 8
"""Draws that are run in full, spread evenly from the least need to the highest."""

MARKS = 2**52
"""A run's seed is a whole number below this, so that a uniform draw names it exactly."""

THREADS = 2
"""Full runs at a time."""

SOURCES = ("income", "shocks", "take_up")
"""What a full run is told of a draw; the number of households multiplies it."""


@dataclass(frozen=True)
class Confirmation:
    """Need of some draws by the months in full over that of the quick answer, less 1.

    `values`: the values of the parameters, one mapping a law; `differences` (laws, runs). Price
    subsidies are left out of both: the months in full are run without the chance of them.
    """

    values: tuple[Mapping[str, float], ...]
    differences: Floats

    @property
    def means(self) -> Floats:
        """Mean difference of each law: (laws,)."""
        found: Floats = self.differences.mean(axis=1)
        return found

    def sentence(self) -> str:
        """Mean and largest difference of all laws."""
        return text(
            "solve.confirmed",
            runs=self.differences.shape[1],
            mean="；".join(f"{mean:+.2%}" for mean in self.means),
            most=f"{np.abs(self.differences).max():.2%}",
        )

    def as_dict(self) -> dict[str, Any]:
        """For machines: shares, 0.01 being one percent."""
        return {
            "values": [dict(each) for each in self.values],
            "mean_difference": self.means.tolist(),
            "differences": self.differences.tolist(),
        }


def confirm(
    forecast: "Forecast", values: Iterable[Mapping[str, float] | None], runs: int = RUNS
) -> Confirmation:
    """Full runs of `runs` draws under each law; a law is the forecast's with `values` put in.

    Both sides hold the chance of the households, each its own, so single differences scatter about
    the error of the emulator. Takes a run of months for each draw and law.
    Raises JZ-E032 without any law or run.
    """
    laws = tuple(each for each in values if each is not None)
    if not laws or isinstance(runs, bool) or not isinstance(runs, int) or runs < 1:
        name, value = ("runs", runs) if laws else ("values", "—")
        expected = text("word.whole_from", least=1)
        raise JZError.of("JZ-E032", name, name=name, value=value, expected=expected)
    order = np.argsort(forecast.year, kind="stable")
    many = 1 if forecast.model is None else min(runs, forecast.draws)
    picked = order[np.linspace(0, len(order) - 1, many + 2).round().astype(int)[1:-1]]
    marks = uniform(forecast.seed, picked, "solve.confirm") * MARKS
    grown = forecast.setting.growth(forecast.factors)
    counted = np.array([account.programme != "price" for account in accounts().values()])
    made = np.empty((len(laws), many))
    for row, changes in enumerate(laws):
        policy = forecast.policy.change(changes)
        quick = forecast.at(policy)
        paid = [accounts()[key].programme != "price" for key in quick.accounts]
        with ThreadPoolExecutor(THREADS) as pool:
            runs_of_law = pool.map(partial(_full, forecast, policy), picked, marks)
            for place, (draw, full) in enumerate(zip(picked, runs_of_law, strict=True)):
                whole = (full[:, counted].sum(axis=1) * grown[draw]).sum()
                made[row, place] = whole / quick.need[draw][:, paid].sum() - 1
    return Confirmation(laws, made)


def _full(forecast: "Forecast", policy: Policy, draw: int, mark: float) -> Floats:
    """The months of one draw in full: (months, accounts) weighted yuan."""
    if forecast.model is None:
        return forecast.setting.exact(policy, forecast.schedule)
    point = {name: float(forecast.factors[name][draw]) for name in SOURCES}
    return forecast.setting.money(policy, forecast.schedule, point, int(mark))
