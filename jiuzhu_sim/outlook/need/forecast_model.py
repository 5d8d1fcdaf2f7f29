"""What a forecast is computed with: full runs of months at designed points, and from them the
need of any draw under any law.

A run is a pure function of (seed, its number), so the runs of a first answer are part of those of
the final one.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.calendar import Span
from jiuzhu_sim.months.conditions import Conditions
from jiuzhu_sim.months.run import simulate_months
from jiuzhu_sim.outlook.need.emulator import CENTRE_EVERY, Emulator, design, fit
from jiuzhu_sim.outlook.need.forecast_static import KEYS, Rules, Schedule, Static
from jiuzhu_sim.outlook.need.uncertainty import Uncertainty
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.draws import uniform
from jiuzhu_sim.rules.kit import MONTHS

Floats = NDArray[np.float64]
Factors = Mapping[str, Floats]

FEATURES = ("income", "shocks", "take_up")
"""Sources that full runs are made for; the number of households multiplies analytically."""

AREAS = ("urban", "rural")
LAWS = tuple(f"standard.{area}" for area in AREAS)
"""Features of another law: how its cost by the rules differs by area, as a logarithm."""

COVERED = (0.01, 0.99)
"""Of each source the runs cover all but the outermost percent on either side."""

STANDARD_RANGE = 0.25
"""Standards are moved by up to a quarter either way: further than a year's raise."""

THREADS = 2
"""Full runs at a time."""

MARKS = 2**52
"""A run's seed is a whole number below this, so that a uniform draw names it exactly."""


class Progress(Protocol):
    """Told after each run: stage, runs done, runs in all, seconds left."""

    def __call__(self, stage: str, done: int, of: int, left: float) -> object: ...


@dataclass(frozen=True)
class Setting:
    """What all runs of a forecast share. `rules` simulates without months on the same people."""

    people: People
    policy: Policy
    uncertainty: Uncertainty
    assumptions: Assumptions
    months: int
    start: str
    schedule: Schedule | None
    seed: int
    rules: Rules

    def growth(self, factors: Factors) -> Floats:
        """Households of each month over those of the people brought: (draws, months)."""
        share = np.arange(1, self.months + 1) / MONTHS
        made: Floats = (1 + factors["caseload"][:, None]) ** share
        return made

    def conditions(self, point: Mapping[str, float]) -> Conditions:
        """The conditions of a run."""
        return Conditions(point["income"], point["shocks"], point["take_up"])

    def medians(self) -> dict[str, float]:
        """The median of each feature's source."""
        sources = self.uncertainty.sources
        return {name: float(sources[name].quantile(np.array([0.5]))[0]) for name in FEATURES}

    def money(
        self, policy: Policy, schedule: Schedule | None, point: Mapping[str, float], seed: int
    ) -> Floats:
        """What a full run of months pays, weighted yuan: (months, accounts)."""
        made = simulate_months(
            self.people,
            policy,
            months=self.months,
            start=self.start,
            conditions=self.conditions(point),
            assumptions=self.assumptions,
            schedule=schedule,
            seed=seed,
            keep=False,
            threads=1,
        )
        return np.asarray(made.money, np.float64)

    def exact(self, policy: Policy, schedule: Schedule | None) -> Floats:
        """The months without any chance at the medians: (months, accounts)."""
        quiet = replace(self, assumptions=self.assumptions.off())
        return quiet.money(policy, schedule, self.medians(), self.seed)


@dataclass(frozen=True)
class Run:
    """A full run: its point (sources, laws), the money of its months, and that by the rules."""

    features: Floats
    money: Floats
    static: Static
    is_centre: bool


def _standards(policy: Policy) -> dict[str, str]:
    """The standards the policy has, by feature; one without a value cannot be moved."""
    paths = {law: f"dibao.{law}" for law in LAWS}
    return {law: path for law, path in paths.items() if path in policy.values}


def _moved(policy: Policy, shares: Mapping[str, float]) -> Policy:
    """The policy with standards at a share of their own, within what is declared for them."""
    made = {}
    for law, path in _standards(policy).items():
        declared = declarations()[path]
        value = round(float(policy[path]) * shares[law], 2)
        made[path] = float(np.clip(value, declared.low, declared.high))
    return policy.change(made)


def law_features(static: Static, base: Static) -> Floats:
    """The features of a law: logarithm of its cost by area over that of the base, 0 if none."""
    made = np.zeros(len(LAWS))
    for k, area in enumerate(AREAS):
        column_ = KEYS.index(f"dibao.{area}")
        old, new = base.monthly[:, column_].sum(), static.monthly[:, column_].sum()
        if old > 0 and new > 0:
            made[k] = np.log(new / old)
    return made


def _uses() -> list[tuple[int, ...]]:
    """Features of each account: the law of the other area does not move an area's account."""
    factors = tuple(range(len(FEATURES)))
    laws = {area: (len(FEATURES) + k,) for k, area in enumerate(AREAS)}
    both = tuple(place for one in laws.values() for place in one)
    return [factors + laws.get(account.area, both) for account in accounts().values()]


def bounds(setting: Setting, base: Static) -> tuple[Floats, Floats]:
    """Least and most of each feature that the runs cover: (features,) each."""
    sources = setting.uncertainty.sources
    covered = [sources[name].quantile(np.array(COVERED)) for name in FEATURES]
    ends = []
    for share in (1 - STANDARD_RANGE, 1 + STANDARD_RANGE):
        policy = _moved(setting.policy, dict.fromkeys(LAWS, share))
        ends.append(law_features(setting.rules.static(policy, setting.schedule), base))
    low, high = np.minimum(*ends), np.maximum(*ends)
    return (
        np.concatenate([[ends_[0] for ends_ in covered], low]),
        np.concatenate([[ends_[1] for ends_ in covered], high]),
    )


def make_run(setting: Setting, base: Static, number: int, point: Floats) -> Run:
    """One full run at a point of the unit cube (features,)."""
    sources = setting.uncertainty.sources
    is_centre = number % CENTRE_EVERY == 0
    inside = COVERED[0] + point * (COVERED[1] - COVERED[0])
    drawn = {
        name: float(sources[name].quantile(inside[k : k + 1])[0]) for k, name in enumerate(FEATURES)
    }
    shares = 1 + STANDARD_RANGE * (2 * point[len(FEATURES) :] - 1)
    moved = dict(zip(LAWS, map(float, shares), strict=True))
    policy = setting.policy if is_centre else _moved(setting.policy, moved)
    static = base if is_centre else setting.rules.static(policy, setting.schedule)
    seed = int(uniform(setting.seed, np.array([number]), "forecast.run")[0] * MARKS)
    money = setting.money(policy, setting.schedule, drawn, seed)
    features = np.concatenate([list(drawn.values()), law_features(static, base)])
    return Run(features, money, static, is_centre)


def all_runs(
    setting: Setting, base: Static, runs: int, stages: Iterable[int], progress: Progress | None
) -> Iterator[list[Run]]:
    """The first runs at each stage (a number of runs), and all of them; they are made on threads
    in the background."""
    points = design(len(FEATURES) + len(LAWS), runs, setting.seed)
    start = time.perf_counter()
    ends = [*(stage for stage in stages if stage < runs), runs]
    pool = ThreadPoolExecutor(THREADS)
    try:
        waiting = [pool.submit(make_run, setting, base, k, points[k]) for k in range(runs)]
        made: list[Run] = []
        for future in waiting:
            made.append(future.result())
            if progress:
                left = (time.perf_counter() - start) / len(made) * (runs - len(made))
                progress("runs", len(made), runs, left)
            if len(made) in ends:
                yield list(made)
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class Model:
    """The fitted emulator with what turns its ratios into yuan. `runs_centre` (runs, ) yuan of
    the year in the runs at the centre. `alone` (accounts,): monthly money of accounts that the
    rules alone give nothing (0 for others)."""

    setting: Setting
    base: Static
    emulator: Emulator
    alone: Floats
    runs_centre: Floats

    def divisor(self, static: Static) -> Floats:
        """What a ratio is a ratio of, yuan: (months, accounts)."""
        own = np.where(static.monthly > 0, static.monthly, static.monthly.mean(0))
        return np.where(self.alone > 0, self.alone, own)

    def missed(self, static: Static) -> Floats:
        """Leave-one-out residuals of each run as ratios under a law: (runs, months, accounts)."""
        return self.emulator.residuals * _root_share(self.divisor(self.base), self.divisor(static))

    def missed_year(self, static: Static, factors: Factors) -> Floats:
        """What chance and lack of fit add to the year in each run, yuan: (runs,)."""
        growth = self.setting.growth(factors).mean(0)[:, None]
        made: Floats = (self.missed(static) * self.divisor(static) * growth).sum((1, 2))
        return made

    def features(self, factors: Factors, static: Static) -> Floats:
        """The features of draws under a law: (draws, features)."""
        laws = law_features(static, self.base)
        columns = [factors[name] for name in FEATURES]
        n = len(factors["caseload"])
        return np.column_stack([*columns, *(np.full(n, law) for law in laws)])

    def need(
        self,
        static: Static,
        factors: Factors,
        triggers: NDArray[Any],
        rows: NDArray[np.int64] | None = None,
    ) -> Floats:
        """Yuan of every draw: (draws, months, accounts), not rounded.

        `triggers` (draws, months): whether (or how often) the price subsidy is triggered. `rows`
        (draws,): which run's leave-one-out residual each draw takes; None takes none.
        """
        ratios = self.emulator.predict(self.features(factors, static))
        if rows is not None:
            ratios += self.missed(static)[rows]
        np.maximum(ratios, 0, out=ratios)
        growth = self.setting.growth(factors)[:, :, None]
        rolls = {area: ratios[:, :, KEYS.index(f"dibao.{area}")].copy() for area in AREAS}
        ratios *= self.divisor(static)
        for area, roll in rolls.items():
            # The price subsidy goes to those on the roll, so it grows as the roll does.
            place = KEYS.index(f"price.{area}")
            ratios[:, :, place] += triggers * static.price[:, place] * roll
        ratios *= growth
        return ratios


def fitted(setting: Setting, base: Static, runs: list[Run]) -> Model:
    """The model from full runs."""
    centre = np.array([run.is_centre for run in runs])
    money = np.array([run.money for run in runs])
    first = money[centre].mean((0, 1))
    has_rules = base.monthly.sum(0) > 0
    alone = np.where(has_rules, 0.0, first)
    model = Model(setting, base, _EMPTY, alone, money[centre].sum((1, 2)))
    divisors = np.array([model.divisor(run.static) for run in runs])
    # An account without money in any run: if a law brings it in, the rules alone say how much.
    ratios = np.where(divisors > 0, money / np.where(divisors > 0, divisors, 1), 1.0)
    features = np.array([run.features for run in runs])
    emulator = fit(features, ratios, _uses(), *bounds(setting, base))
    scaled = emulator.residuals * _root_share(divisors, model.divisor(base))
    return replace(model, emulator=replace(emulator, residuals=scaled))


def _root_share(part: Floats, whole: Floats) -> Floats:
    """The chance of a sum grows as the root of what is added up, so that of a ratio falls as it:
    what to multiply a residual by that was met at `part` and is asked for at `whole`."""
    return np.sqrt(np.where(whole > 0, part / np.where(whole > 0, whole, 1), 1))


_EMPTY = Emulator(np.zeros(0), np.zeros(0), (), np.zeros((0, 0, 0)))


LEAST = {"months": 1, "draws": 1, "runs": 2, "seed": 0}
"""The least that the whole numbers of a forecast may be."""

MOST = {"months": 120, "draws": 1_000_000, "runs": 10_000, "seed": 2**63 - 1}
"""And the most: ten years, and far more chance than changes any answer."""


def refuse(start: Any, **numbers: Any) -> None:
    """JZ-E032 for numbers beyond `LEAST` and `MOST`, JZ-E007 for a start that is no month."""
    problems = Problems()
    for name, value in numbers.items():
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or not LEAST[name] <= value <= MOST[name]:
            expected = text("word.whole_between", least=LEAST[name], most=f"{MOST[name]:,}")
            problems.add("JZ-E032", "forecast", name=name, value=value, expected=expected)
    try:
        Span.of(start, 1)
    except JZError as refused:
        problems.extend(refused.problems)
    problems.raise_if_any()


def refuse_factors(factors: Mapping[str, Any], draws: int) -> None:
    """JZ-E060 for a name that is no factor of the need, JZ-E032 for values that do not fit.

    >>> refuse_factors({"income": 0.03}, draws=10)
    """
    problems, known = Problems(), ("caseload", *FEATURES, "prices")
    for name, value in factors.items():
        if name not in known:
            problems.extend(JZError.unknown(text("dim.source"), str(name), known).problems)
        elif not is_one_a_draw(value, draws):
            expected = text("word.one_a_draw", draws=draws)
            problems.add("JZ-E032", "forecast", name=name, value=value, expected=expected)
    problems.raise_if_any()


def is_one_a_draw(value: Any, draws: int) -> bool:
    """Whether it is a number above -1 (growth that leaves something), or one for each draw.

    >>> is_one_a_draw(0.1, 3), is_one_a_draw([1, 2], 3), is_one_a_draw("x", 3)
    (True, False, False)
    """
    try:
        made = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        return False
    return made.shape in ((), (1,), (draws,)) and bool((np.isfinite(made) & (made > -1)).all())
