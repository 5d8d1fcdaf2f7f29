"""Pots of money beside a need, by draw: what is short, how likely, and what would mend it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.calendar import Span
from jiuzhu_sim.outlook.money.funds import Funds
from jiuzhu_sim.outlook.need.forecast_numbers import Probability, probability

if TYPE_CHECKING:
    from jiuzhu_sim.outlook.need.forecast import Forecast

Floats = NDArray[np.float64]

FEN = 2
"""Decimals of money: a gap below half a fen is a float's last bits."""


def need_of(forecast: "Forecast") -> Floats:
    """Need of the year by draw and account, all of `accounts()` in their order: (draws, accounts).

    A forecast holds only those with money, and another law may bring in another one.
    """
    keys = list(accounts())
    made = np.zeros((forecast.draws, len(keys)))
    made[:, [keys.index(key) for key in forecast.accounts]] = forecast.by_account
    return made


@dataclass(frozen=True, eq=False)
class Purse:
    """Money for some accounts: its name, which of all accounts it pays for (a mask, (accounts,))
    and its money of the year by draw, yuan: (draws,); `planned`: as planned."""

    name: str
    pays: NDArray[np.bool_]
    money: Floats = field(repr=False)
    planned: float = 0.0

    def gap(self, need: Floats) -> Floats:
        """Need (draws, accounts) of its accounts less the money, yuan to the fen: (draws,)."""
        return np.round(need[:, self.pays].sum(axis=1) - self.money, FEN)


def purses_of(
    forecast: "Forecast", funds: Funds | float, only: Iterable[str] | None = None
) -> tuple[Purse, ...]:
    """The pots of some funds, or a budget in yuan a year, as purses for a forecast.

    `only`: accounts that a budget is for (all, unless given); with funds, the pots that pay for
    any of them. What is due after the forecast's months is none of theirs. The draws of the funds
    are those of the cash calendar. Raises JZ-E032 for a budget that is no amount, JZ-E060 for an
    unknown account, all at once.
    """
    problems = Problems()
    names = None if only is None else tuple(only)
    refuse_accounts(names, problems)
    refuse_budget(funds, problems)
    problems.raise_if_any()
    asked = np.array([names is None or key in names for key in accounts()])
    if not isinstance(funds, Funds):
        return (Purse("all", asked, np.full(forecast.draws, float(funds)), float(funds)),)
    span = Span.of(forecast.start, forecast.months)
    arrivals = funds.draws(forecast.draws, seed=forecast.seed, start=span, factors=forecast.factors)
    due = funds.due(span)
    made = []
    for pot in funds.pots:
        pays = np.array([pot.pays(key) for key in accounts()])
        lines = due & np.array([line.pot == pot.name for line in funds.lines], bool)
        if names is None or (pays & asked).any():
            money = np.round(arrivals.amount[:, lines].sum(axis=1), FEN)
            made.append(Purse(pot.name, pays, money, funds.planned(pot.name, span)))
    return tuple(made)


def refuse_accounts(names: Iterable[str] | None, problems: Problems) -> None:
    """Add JZ-E060 for each name that is no account."""
    for name in (names,) if isinstance(names, str) else names or ():
        if name not in accounts():
            problems.extend(JZError.unknown(text("word.account"), name, accounts()).problems)


def refuse_budget(funds: Any, problems: Problems) -> None:
    """Add JZ-E032 unless it is funds, or a number of yuan that is not negative."""
    if isinstance(funds, Funds):
        return
    is_number = isinstance(funds, int | float | np.number) and not isinstance(funds, bool)
    if not (is_number and np.isfinite(funds) and funds >= 0):
        problems.add("JZ-E032", "budget", name="budget", value=funds, expected=text("gap.budget"))


def with_need(purses: tuple[Purse, ...], need: Floats) -> tuple[Purse, ...]:
    """The purses that pay for something needed; all of them where nothing is. need (draws,
    accounts).

    >>> one, other = (Purse(str(k), np.arange(2) == k, np.ones(1)) for k in (0, 1))
    >>> [purse.name for purse in with_need((one, other), np.array([[0.0, 5.0]]))]
    ['1']
    """
    return tuple(purse for purse in purses if need[:, purse.pays].any()) or purses


def missing(purses: Iterable[Purse], need: Floats) -> Floats:
    """What the pots that fall short lack together; where none does, the least that any has left,
    as a negative number. Yuan, (draws,); need (draws, accounts). With one pot this is its gap.

    >>> purse = Purse("all", np.array([True, True]), np.array([100.0, 100.0]))
    >>> missing([purse], np.array([[60.0, 30.0], [60.0, 50.0]])).tolist()
    [-10.0, 10.0]
    """
    gaps = np.array([purse.gap(need) for purse in purses])
    lacking = np.maximum(gaps, 0).sum(axis=0)
    return np.where(lacking > 0, np.round(lacking, FEN), gaps.max(axis=0))


def chance_of(lack: Floats, slack: float = 0.0) -> Probability:
    """Probability that something is lacking, with its errors; exact where all draws are the same.

    `lack` (draws,) yuan as `missing` gives it; `slack`: what the emulator may be off, yuan.

    >>> chance_of(np.array([3.0, 3.0]))
    Probability(value=1.0, error=0.0, emulator=0.0)
    """
    if slack == 0 and (lack == lack[0]).all():
        return Probability(float(lack[0] > 0), 0.0, 0.0)
    return probability(lack, slack)


def short_at(lack: Floats, risk: float) -> float:
    """Yuan to add for no more than a share `risk` of the draws to lack anything; negative: what
    could be taken away. The order statistic, so that adding it meets the risk exactly.

    >>> short_at(np.array([5.0, -1.0, 2.0, -3.0, 0.0]), 0.2)
    2.0
    """
    allowed = int(np.floor(risk * len(lack) + 1e-9))
    place = max(len(lack) - allowed - 1, 0)
    return float(np.partition(lack, place)[place])


def refuse_risk(risk: Any, problems: Problems | None = None) -> None:
    """JZ-E032 unless 0 < risk < 1; told at once, or added to `problems`."""
    found = Problems() if problems is None else problems
    if not (isinstance(risk, int | float | np.number) and 0 < risk < 1):
        found.add("JZ-E032", "risk", name="risk", value=risk, expected=text("gap.risk"))
    if problems is None:
        found.raise_if_any()
