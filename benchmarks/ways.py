"""What every implementation offers, and the check that all of them give the same answers."""

from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jiuzhu_sim import Policy

BY = ("area", "category_hh", "township")
DECILES = 10
MONTHS = 12
HALF_FEN = 0.005 - 1e-6
"""Amounts below half a fen are nothing; the tolerance lies just under it."""

RELATIVE = 1e-9
"""How far totals, FGT and Gini may differ: the order of adding."""

AT_EDGE = 2
"""Households that may stand in another decile: equal incomes that differ in a float's last bit."""

Array = NDArray[Any]


class Way(Protocol):
    """One implementation of the example county's law; households in the order of the tables.

    `totals`: (groups + 1, 4) households, persons, cost a year, mean benefit of recipients by
    area × category × township, and over all. `poverty`: (2, 4) FGT 0, 1, 2 and Gini before and
    after. `deciles`: (10, 4) income, mean gain, shares gaining and losing.
    """

    name: str

    def prepare(self, persons: pd.DataFrame, households: pd.DataFrame) -> None: ...
    def simulate(self, policy: Policy) -> Any: ...
    def move(self, base: Any, policy: Policy) -> Any:
        """`simulate` where only the standard differs from `base`: what can be reused, is."""

    def totals(self, outcome: Any) -> Array: ...
    def poverty(self, outcome: Any) -> Array: ...
    def deciles(self, base: Any, new: Any) -> Array: ...
    def answers(self, outcome: Any) -> dict[str, Array]:
        """Benefit, layer and category of each household, as their readers see them."""

    def held(self) -> int:
        """Bytes of the prepared people."""


class DifferenceError(Exception):
    """Two implementations disagree: nothing is timed."""


def _refuse(way: Way, what: str, wrong: int) -> None:
    if wrong:
        raise DifferenceError(f"{way.name}: {what} differs from jiuzhu_sim in {wrong} places")


def _check_answers(way: Way, ours: dict[str, Array], theirs: dict[str, Array]) -> None:
    fen = [np.rint(answers["benefit"] * 100) for answers in (ours, theirs)]
    _refuse(way, "benefit", int((fen[0] != fen[1]).sum()))
    for name in ("layer", "category"):
        _refuse(way, name, int((ours[name] != theirs[name]).sum()))


def _check_close(
    way: Way, what: str, ours: Array, theirs: Array, relative: float = RELATIVE
) -> None:
    if ours.shape != theirs.shape:
        raise DifferenceError(f"{way.name}: {what} has shape {theirs.shape}, not {ours.shape}")
    close = np.isclose(ours, theirs, rtol=relative, atol=1e-12, equal_nan=True)
    _refuse(way, what, int((~close).sum()))


def check(ways: list[Way], policies: tuple[Policy, Policy]) -> None:
    """Hold every way against the first: benefit to the fen, layer, category, all measures.

    Both policies are checked, and the second once more as a move from the first. Raises
    DifferenceError at the first difference.
    """
    outcomes = {way.name: [way.simulate(policy) for policy in policies] for way in ways}
    for way in ways:
        outcomes[way.name].append(way.move(outcomes[way.name][0], policies[1]))
    first, *others = ways
    base, new, moved = outcomes[first.name]
    _check_answers(first, first.answers(new), first.answers(moved))
    for way in others:
        theirs = outcomes[way.name]
        for ours, other in zip((base, new, moved), theirs, strict=True):
            _check_answers(way, first.answers(ours), way.answers(other))
            _check_close(way, "totals", first.totals(ours), way.totals(other))
            _check_close(way, "FGT or Gini", first.poverty(ours), way.poverty(other))
        households = len(first.answers(base)["benefit"])
        edge = AT_EDGE * DECILES / households
        _check_close(way, "deciles", first.deciles(base, new), way.deciles(*theirs[:2]), edge)
