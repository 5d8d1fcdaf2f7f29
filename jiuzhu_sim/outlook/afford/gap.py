"""The gap: need of the year less the money for it, draw by draw.

A positive gap is money short. Money is held in pots, each for its own accounts, and what one pot
has left does not pay for another; a plain budget is one pot for everything.
docs/en/definitions/gap.md has the formulas.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.outlook.afford.purses import (
    FEN,
    Purse,
    chance_of,
    missing,
    need_of,
    purses_of,
    refuse_risk,
    short_at,
    with_need,
)
from jiuzhu_sim.outlook.afford.solve_rules import RURAL, URBAN, refuse_paths
from jiuzhu_sim.outlook.money.funds import OPENING, WHOLE, Funds, Line
from jiuzhu_sim.outlook.need.forecast_numbers import Probability

if TYPE_CHECKING:
    from jiuzhu_sim.outlook.need.forecast import Forecast

Floats = NDArray[np.float64]

STANDARD = "standard."
"""How the forecast calls the features of a law, by area."""

QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


@dataclass(frozen=True)
class Gap:
    """Need and money of the forecast's months, yuan by draw; made by `gap`.

    `need`, `money`, `gap` (draws,): need of the accounts that some pot pays for, money of these
    pots, the difference. `missing` (draws,): see `missing`; with one pot it equals `gap`. A pot
    for accounts of which the forecast has no need stands aside (`idle`), unless it is the only one.
    """

    forecast: "Forecast" = field(repr=False)
    funds: Funds | float
    purses: tuple[Purse, ...] = field(repr=False)

    @cached_property
    def counted(self) -> tuple[Purse, ...]:
        """The pots beside which there is a need; all of them where there is none at all."""
        return with_need(self.purses, self.by_account)

    @property
    def idle(self) -> tuple[str, ...]:
        """Names of the pots that pay for nothing the forecast has."""
        return tuple(purse.name for purse in self.purses if purse not in self.counted)

    @cached_property
    def paid_for(self) -> NDArray[np.bool_]:
        """Accounts that some pot pays for: (accounts,)."""
        made: NDArray[np.bool_] = np.any([purse.pays for purse in self.purses], axis=0)
        return made

    @cached_property
    def by_account(self) -> Floats:
        """Need by draw and account, all accounts: (draws, accounts)."""
        return need_of(self.forecast)

    @cached_property
    def need(self) -> Floats:
        return np.round(self.by_account[:, self.paid_for].sum(axis=1), FEN)

    @cached_property
    def money(self) -> Floats:
        return np.round(np.sum([purse.money for purse in self.counted], axis=0), FEN)

    @cached_property
    def gap(self) -> Floats:
        return np.round(self.need - self.money, FEN)

    @cached_property
    def missing(self) -> Floats:
        return missing(self.counted, self.by_account)

    @property
    def uncovered(self) -> tuple[str, ...]:
        """Accounts with need that no pot pays for."""
        is_open = self.by_account.any(axis=0) & ~self.paid_for
        return tuple(key for key, open_ in zip(accounts(), is_open, strict=True) if open_)

    @property
    def probability(self) -> Probability:
        """Probability that any pot falls short, with its Monte Carlo and emulator error."""
        return chance_of(self.missing, self.forecast.slack)

    @property
    def expected(self) -> float:
        """Mean gap, yuan."""
        return float(self.gap.mean())

    @property
    def quantiles(self) -> Mapping[str, float]:
        """P10, P50 and P90 of the gap, yuan."""
        return quantiles(self.gap)

    def short(self, risk: float = 0.2) -> float:
        """Yuan to add for the probability to be no more than `risk`; negative: to spare."""
        refuse_risk(risk)
        return short_at(self.missing, risk)

    def cash(self, **options: Any) -> Any:
        """The cash calendar of the same draws (`cash_of`). A plain budget is there from day one."""
        from jiuzhu_sim.outlook.money.cash import cash_of

        return cash_of(self.forecast, as_funds(self.funds), **options)

    def lasts_to(self, **options: Any) -> Any:
        """The date to which the money lasts: P10, P50, P90 (None: to the end) and the
        probability that it does not last; `options` are those of the cash calendar."""
        return self.cash(**options).lasts_to_dates()


def gap(forecast: "Forecast", funds: Funds | float, *, only: Iterable[str] | None = None) -> Gap:
    """The gap between a forecast and some funds, or a budget in yuan a year.

    `only`: the accounts that a budget is for. Raises JZ-E032 for a budget that is no amount,
    JZ-E060 for an unknown account.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> made = jz.forecast(people, jz.load_policy("example-county"), draws=50, runs=6)
    >>> gap(made, 1e12).probability.value
    0.0
    """
    return Gap(forecast, funds, purses_of(forecast, funds, only))


def _counted(
    forecast: "Forecast", funds: Funds | float, only: Iterable[str] | None
) -> tuple[Purse, ...]:
    """The pots beside which the forecast has a need."""
    return with_need(purses_of(forecast, funds, only), need_of(forecast))


def as_funds(funds: Funds | float) -> Funds:
    """Funds as they are; a budget as money that is there when the year begins."""
    return funds if isinstance(funds, Funds) else Funds((Line(WHOLE, OPENING, float(funds)),))


def quantiles(values: Floats) -> dict[str, float]:
    """P10, P50 and P90 of some draws.

    >>> quantiles(np.arange(11.0))
    {'p10': 1.0, 'p50': 5.0, 'p90': 9.0}
    """
    found = np.quantile(values, list(QUANTILES.values()))
    return {name: float(value) for name, value in zip(QUANTILES, found, strict=True)}


class Needs:
    """Need by draw and account under changed laws, each law worked out once.

    `needs(values)` -> (draws, accounts) yuan of the year, `values` {path: value}.
    """

    def __init__(self, forecast: "Forecast"):
        self.forecast = forecast
        self.made: dict[tuple[tuple[str, float], ...], tuple[Floats, float]] = {}
        self.outside: set[tuple[tuple[str, float], ...]] = set()

    def at(self, values: Mapping[str, float]) -> tuple[Floats, float]:
        """Need (draws, accounts) and the emulator's half-width of the year, yuan."""
        key = tuple(sorted(values.items()))
        if key not in self.made:
            moved = self.forecast.at(self.forecast.policy.change(values))
            self.made[key] = (need_of(moved), moved.slack)
            if any(name.startswith(STANDARD) for name in moved.clamped):
                self.outside.add(key)
        return self.made[key]

    def is_outside(self, values: Mapping[str, float]) -> bool:
        """Whether a law looked at lies beyond those that the forecast's full runs cover."""
        return tuple(sorted(values.items())) in self.outside

    def __call__(self, values: Mapping[str, float]) -> Floats:
        return self.at(values)[0]


@dataclass(frozen=True)
class GapCurve:
    """Probability of a gap, need and gap at several values of a parameter (or several together).

    `moves` (n,): what was asked for; `values`: {path: value} of each; probability and its error
    (95 % half-width); need and gap P10, P50, P90, yuan a year: (n,) each.
    """

    paths: tuple[str, ...]
    moves: Floats
    values: tuple[Mapping[str, float], ...]
    probability: Floats
    error: Floats
    need: Mapping[str, Floats]
    gap: Mapping[str, Floats]


def gap_curve(
    forecast: "Forecast",
    funds: Funds | float,
    path: Any,
    values: Iterable[float],
    *,
    only: Iterable[str] | None = None,
) -> GapCurve:
    """The probability of a gap by the value of a parameter, all else equal; common draws.

    `path`: a parameter, or several in their present proportion to the first (not rounded).
    `values` of the first. Raises what `purses_of` raises, JZ-E003, JZ-E004, JZ-E006, JZ-E091,
    JZ-E032 for values that are no numbers, all at once.
    """
    paths = (path,) if isinstance(path, str) else tuple(path)
    problems = Problems()
    refuse_paths(forecast.policy, paths, problems)
    moves = _numbers("values", values, problems)
    if not paths:
        problems.add("JZ-E032", "path", name="path", value=path, expected=text("gap.one_path"))
    problems.raise_if_any()
    now = [float(forecast.policy[name]) for name in paths]
    if len(paths) > 1 and not (now[0] and np.isfinite(now).all()):
        expected = text("solve.of_nothing")
        raise JZError.of("JZ-E032", paths[0], name=paths[0], value=now[0], expected=expected)
    points = tuple(
        dict(zip(paths, (round(move * each / now[0], FEN) for each in now), strict=True))
        if len(paths) > 1
        else {paths[0]: float(move)}
        for move in moves
    )
    # Every value is held against its range before the first is worked out.
    for point in points:
        forecast.policy.change(point)
    purses, needs = _counted(forecast, funds, only), Needs(forecast)
    paid = np.any([purse.pays for purse in purses], axis=0)
    money = np.sum([purse.money for purse in purses], axis=0)
    found, need = [], []
    for point in points:
        by_account, slack = needs.at(point)
        found.append(chance_of(missing(purses, by_account), slack))
        need.append(np.quantile(by_account[:, paid].sum(axis=1), list(QUANTILES.values())))
        need.append(np.quantile(by_account[:, paid].sum(axis=1) - money, list(QUANTILES.values())))
    spread = np.array(need).reshape(len(points), 2, len(QUANTILES))
    return GapCurve(
        paths,
        moves,
        points,
        np.array([each.value for each in found]),
        np.array([each.error for each in found]),
        {name: spread[:, 0, k] for k, name in enumerate(QUANTILES)},
        {name: spread[:, 1, k] for k, name in enumerate(QUANTILES)},
    )


def _numbers(name: str, values: Iterable[Any], problems: Problems) -> Floats:
    """Values as an array; JZ-E032 where there is none, or one that is no number."""
    given = list(values)
    for value in given or [None]:
        is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not (is_number and np.isfinite(value)):
            problems.add("JZ-E032", name, name=name, value=value, expected=text("solve.number"))
    return np.zeros(0) if problems else np.array(given, np.float64)


@dataclass(frozen=True)
class Contour:
    """Probability of a gap by urban and rural standard: (urban, rural), with 95 % half-width."""

    urban: Floats
    rural: Floats
    probability: Floats
    error: Floats

    def highest_rural(self, risk: float) -> Floats:
        """For each urban standard the highest rural one with P <= risk; NaN where there is none.
        Raises JZ-E032 for a risk that is none.

        >>> line = Contour(*map(np.array, ([1.0], [5.0, 6.0], [[0.1, 0.4]], [[0.0, 0.0]])))
        >>> line.highest_rural(0.2).tolist()
        [5.0]
        """
        refuse_risk(risk)
        fits = self.probability <= risk
        last = self.rural[len(self.rural) - 1 - np.argmax(fits[:, ::-1], axis=1)]
        return np.where(fits.any(axis=1), last, np.nan)


def contour(
    forecast: "Forecast",
    funds: Funds | float,
    *,
    urban: Iterable[float],
    rural: Iterable[float],
    only: Iterable[str] | None = None,
) -> Contour:
    """The probability of a gap on a grid of urban and rural standards, yuan a person and month.

    A household lives in one area, so the two parts of the need are added: each standard is worked
    out once, not each pair. Raises what `gap_curve` raises.
    """
    problems = Problems()
    towns = _numbers("urban", urban, problems)
    villages = _numbers("rural", rural, problems)
    problems.raise_if_any()
    policy, needs = forecast.policy, Needs(forecast)
    for path, values in ((URBAN, towns), (RURAL, villages)):
        for value in values:
            policy.change({path: float(value)})
    now = needs({})
    by_urban = [needs({URBAN: float(value)}) - now for value in towns]
    by_rural = [needs({RURAL: float(value)}) for value in villages]
    purses = _counted(forecast, funds, only)
    found = [
        [chance_of(missing(purses, more + need), forecast.slack) for need in by_rural]
        for more in by_urban
    ]
    value = np.array([[each.value for each in row] for row in found])
    error = np.array([[each.error for each in row] for row in found])
    return Contour(towns, villages, value, error)
