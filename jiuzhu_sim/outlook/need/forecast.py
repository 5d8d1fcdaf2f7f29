"""Forecast: what the year's money may come to, month by month and by account, as draws.

A few dozen full runs of months teach an emulator; thousands of draws of what is not known go
through it, and a changed law is answered with the same draws (definition:
docs/en/definitions/forecast.md).
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assumptions import Assumptions
from jiuzhu_sim.measures.intervals import Z95
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.months.assumptions import assumptions as assumptions_of
from jiuzhu_sim.months.office import roster_of
from jiuzhu_sim.outlook.need.forecast_model import (
    FEATURES,
    LAWS,
    Model,
    Progress,
    Setting,
    all_runs,
    fitted,
    refuse,
    refuse_factors,
)
from jiuzhu_sim.outlook.need.forecast_static import KEYS, Rules, Schedule, Static
from jiuzhu_sim.outlook.need.uncertainty import Uncertainty
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.draws import uniform
from jiuzhu_sim.rules.kit import MONTHS

Floats = NDArray[np.float64]

SEED = 20250101
"""Seed when none is given."""

DRAWS = 2000
RUNS = 48
STAGES = (12, 24)
"""A first answer after so many runs, a better one after so many more."""

START = "2025-01"
PARTS = ("parameters", "chance", "emulator")


@dataclass(frozen=True)
class Forecast:
    """Draws of the need of a year; make one with `forecast`.

    `need` (draws, months, accounts): yuan to the fen, `accounts` the keys of those with any money.
    `factors`: {source: (draws,)}, see `Uncertainty.draws`. `price_months` (draws, months): whether
    the price subsidy is triggered. `static` (accounts,): yuan of the first month by the rules
    alone. `runs`: full runs behind it; `seconds` it took. `error`: leave-one-out error of the
    year's total, relative. `shares` of the year's variance: ``parameters``, ``chance`` of the
    households, ``emulator`` (lack of fit). `clamped`: {feature: share of the draws that lie
    outside what the runs cover and were moved to its edge}.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> certain = forecast(people, jz.load_policy("example-county"),
    ...                    uncertainty=Uncertainty.none(), draws=10)
    >>> certain.need.shape, float(certain.year.max() - certain.year.min())
    ((10, 12, 2), 0.0)
    """

    policy: Policy
    start: str
    months: int
    accounts: tuple[str, ...]
    need: Floats
    factors: Mapping[str, Floats]
    price_months: NDArray[np.bool_]
    static: Floats
    runs: int
    seconds: float
    error: float
    shares: Mapping[str, float]
    clamped: Mapping[str, float]
    schedule: Schedule | None
    setting: Setting = field(repr=False)
    by_rules: Static = field(repr=False)
    model: Model | None = field(repr=False)
    exact: Floats | None = field(repr=False)

    # --- what was asked --------------------------------------------------------------------
    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.need)

    @property
    def seed(self) -> int:
        """Seed of draws and runs."""
        return self.setting.seed

    @property
    def uncertainty(self) -> Uncertainty:
        """What was taken as not known."""
        return self.setting.uncertainty

    @property
    def people(self) -> People:
        """The people it is about."""
        return self.setting.people

    # --- sums ------------------------------------------------------------------------------
    @property
    def by_month(self) -> Floats:
        """Yuan of each month: (draws, months)."""
        return np.round(self.need.sum(2), 2)

    @property
    def by_account(self) -> Floats:
        """Yuan of the year by account: (draws, accounts)."""
        return np.round(self.need.sum(1), 2)

    @property
    def year(self) -> Floats:
        """Yuan of all months and accounts: (draws,)."""
        return np.round(self.need.sum((1, 2)), 2)

    @property
    def slack(self) -> float:
        """95 % half-width of the emulator's own mean of the year, yuan; 0 without an emulator."""
        if self.model is None:
            return 0.0
        growth = self.setting.growth(self.factors).mean(0)[:, None]
        year = self.model.divisor(self.by_rules) * growth
        features = self.model.features(self.factors, self.by_rules)
        return Z95 * self.model.emulator.mean_error(features, year)

    # --- the same draws under something else -----------------------------------------------
    def static_at(self, policy: Policy, schedule: Schedule | None = None) -> Static:
        """Money by the rules alone under another law (schedule: this forecast's, unless given).

        Raises what `Policy.change` and `simulate` raise.
        """
        return self.setting.rules.static(policy, self.schedule if schedule is None else schedule)

    def at(self, policy: Policy, schedule: Schedule | None = None) -> "Forecast":
        """The same draws under another law: its cost by the rules times the emulated ratio;
        a run of the months where nothing is uncertain. Raises what `static_at` raises."""
        plan = self.schedule if schedule is None else schedule
        if self.model is None:
            exact = self.setting.exact(policy, plan)
            changed = replace(self, policy=policy, schedule=plan, exact=exact)
            return changed.with_static(self.static_at(policy, plan))
        changed = replace(self, policy=policy, schedule=plan)
        return changed.with_static(self.static_at(policy, plan))

    def with_static(self, static: Static) -> "Forecast":
        """The same draws at this money by the rules (`Static.beside` adds up two areas)."""
        return _filled(replace(self, by_rules=static))

    def given(self, factors: Mapping[str, Any]) -> "Forecast":
        """The same draws with some factors in their place: {source: number or (draws,)}.

        `prices`: triggered months, taken as spread evenly over all months. Raises, all at once,
        JZ-E060 for another name (`chance`, `transfers` and `delay` do not move the need this way),
        JZ-E032 for what is no number or not one a draw.
        """
        refuse_factors(factors, self.draws)
        shape = (self.draws,)
        new = {name: np.broadcast_to(np.float64(value), shape) for name, value in factors.items()}
        months: NDArray[Any] = self.price_months
        if "prices" in new:
            months = np.repeat(new["prices"][:, None] / self.months, self.months, 1)
        return _filled(replace(self, factors={**self.factors, **new}, price_months=months))

    def grown(self, growth: float) -> "Forecast":
        """The same draws with another median growth of the number of households a year.

        Raises JZ-E004 for a growth out of range, JZ-E005 for what is no number."""
        told = self.uncertainty.changed({"caseload.median": growth})
        moved = (1 + growth) / (1 + self.uncertainty["caseload.median"])
        made = replace(self, setting=replace(self.setting, uncertainty=told))
        return made.given({"caseload": (1 + self.factors["caseload"]) * moved - 1})

    def without_chance(self) -> "Forecast":
        """The same draws without the chance of single households (`chance.on` 0)."""
        off = replace(self.setting, uncertainty=self.uncertainty.changed({"chance.on": 0}))
        return _filled(replace(self, setting=off))

    # --- tables ----------------------------------------------------------------------------
    def table(self) -> Table:
        """Need by account and month: P10, P50, P90, each with the error of few draws."""
        from jiuzhu_sim.outlook.need.forecast_tables import need_table

        return need_table(self)


def forecast(
    people: People,
    policy: Policy,
    *,
    uncertainty: Uncertainty | None = None,
    assumptions: Assumptions | None = None,
    draws: int = DRAWS,
    months: int = MONTHS,
    start: str = START,
    schedule: Schedule | None = None,
    seed: int = SEED,
    runs: int = RUNS,
    progress: Progress | None = None,
) -> Forecast:
    """The need of the coming `months` from `start` (``2025-01``), as `draws`, in yuan by account.

    `people`, `policy` as for `simulate_months`; `runs` of it in full, begun at `seed`, teach the
    emulator that the draws are made with (docs/en/definitions/forecast.md). `uncertainty`,
    `assumptions`: as stated in their files, unless given. `schedule`: {month number 1…: {path:
    value}}. `progress` is called after each run: stage, done, of, seconds left. Without any
    uncertainty every draw is the one run of months without chance. Raises JZ-E032 for numbers that
    cannot be, JZ-E007 for a start that is no month, and what `simulate_months` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> made = forecast(people, jz.load_policy("example-county"), draws=50, runs=6)
    >>> made.accounts, made.year.shape, round(sum(made.shares.values()), 9)
    (('dibao.urban', 'dibao.rural'), (50,), 1.0)
    """
    *_, last = forecasts(
        people,
        policy,
        uncertainty=uncertainty,
        assumptions=assumptions,
        draws=draws,
        months=months,
        start=start,
        schedule=schedule,
        seed=seed,
        runs=runs,
        stages=(),
        progress=progress,
    )
    return last


def forecasts(
    people: People,
    policy: Policy,
    *,
    uncertainty: Uncertainty | None = None,
    assumptions: Assumptions | None = None,
    draws: int = DRAWS,
    months: int = MONTHS,
    start: str = START,
    schedule: Schedule | None = None,
    seed: int = SEED,
    runs: int = RUNS,
    stages: tuple[int, ...] = STAGES,
    progress: Progress | None = None,
) -> Iterator[Forecast]:
    """As `forecast`: a first answer from few runs, then better ones, the last from all `runs`.

    The runs go on while an answer is looked at. Closing the generator ends them.
    """
    refuse(start, months=months, draws=draws, runs=runs, seed=seed)
    begun = time.perf_counter()
    unknown = uncertainty or Uncertainty.stated()
    assumed = assumptions or assumptions_of()
    people = roster_of(people, policy)  # the rules alone begin from what the months begin from
    rules = Rules(people, months, unknown["prices.rise"])
    setting = Setting(people, policy, unknown, assumed, months, start, schedule, seed, rules)
    base = rules.static(policy, schedule)
    empty = Forecast(
        policy=policy,
        start=start,
        months=months,
        accounts=(),
        need=np.zeros((draws, 0, 0)),
        factors=unknown.draws(draws, seed, months),
        price_months=unknown.triggers(draws, seed, months),
        static=np.zeros(0),
        runs=1,
        seconds=0.0,
        error=0.0,
        shares=dict.fromkeys(PARTS, 0.0),
        clamped={},
        schedule=schedule,
        setting=setting,
        by_rules=base,
        model=None,
        exact=None,
    )
    if unknown.is_none:
        made = _filled(replace(empty, exact=setting.exact(policy, schedule)))
        yield replace(made, seconds=time.perf_counter() - begun)
        return
    for done in all_runs(setting, base, runs, stages, progress):
        model = fitted(setting, base, done)
        made = _with_errors(replace(empty, model=model, runs=len(done)))
        yield replace(made, seconds=time.perf_counter() - begun)


def _rows(made: Forecast) -> NDArray[np.int64] | None:
    """The run whose residual each draw takes; None where chance is not counted."""
    if made.model is None or not made.uncertainty["chance.on"]:
        return None
    drawn = uniform(made.seed, np.arange(len(made.price_months)), "forecast.chance")
    return (drawn * made.model.emulator.runs).astype(np.int64)


def _yuan(made: Forecast, rows: NDArray[np.int64] | None) -> Floats:
    """Need of every draw, all accounts, not rounded."""
    if made.model is None:
        assert made.exact is not None
        return made.exact * made.setting.growth(made.factors)[:, :, None]
    return made.model.need(made.by_rules, made.factors, made.price_months, rows)


def _filled(made: Forecast) -> Forecast:
    """The forecast with its need, at its factors, law and money by the rules."""
    need = np.round(_yuan(made, _rows(made)), 2)
    paid = need.any((0, 1)) | np.isin(KEYS, made.accounts)
    clamped: dict[str, float] = {}
    if made.model is not None:
        features = made.model.features(made.factors, made.by_rules)
        outside = made.model.emulator.outside(features)
        clamped = dict(zip((*FEATURES, *LAWS), map(float, outside), strict=True))
    return replace(
        made,
        accounts=tuple(key for key, is_paid in zip(KEYS, paid, strict=True) if is_paid),
        need=np.ascontiguousarray(need[:, :, paid]),
        static=made.by_rules.monthly[0, paid],
        clamped={name: share for name, share in clamped.items() if share > 0},
    )


def _with_errors(empty: Forecast) -> Forecast:
    """The need, and how far parameters, chance and the emulator make it vary."""
    made = _filled(empty)
    model = made.model
    assert model is not None
    plain = _yuan(made, None).sum((1, 2))
    growth = made.setting.growth(made.factors).mean()
    missed = model.missed_year(made.by_rules, made.factors)
    spread = float((missed**2).mean())
    again = model.runs_centre * float(growth)
    chance = min(float(again.var(ddof=1)), spread) if len(again) > 1 else spread
    parts = np.array([plain.var(), chance, spread - chance])
    if not made.uncertainty["chance.on"]:
        parts[1] = 0.0
    total = parts.sum()
    shares = parts / total if total > 0 else parts
    return replace(
        made,
        error=float(np.sqrt(spread) / max(plain.mean(), 1e-9)),
        shares=dict(zip(PARTS, map(float, shares), strict=True)),
    )
