"""What every implementation offers, and the check that all of them give the same answers."""

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim import Policy

if TYPE_CHECKING:
    import pandas as pd

BY = ("area", "category_hh", "township")
DECILES = 10
BANDS = 5
LARGE = 0.05
"""A change of more than this share of income after assistance is large (bands of winners)."""

MONTHS = 12
HALF_FEN = 0.005 - 1e-6
"""Amounts below half a fen are nothing; the tolerance lies just under it."""

RELATIVE = 1e-9
"""How far totals, FGT and Gini may differ: the order of adding."""

AT_EDGE = 2
"""Households that may stand in another decile: equal incomes that differ in a float's last bit."""

Array = NDArray[Any]
Answers = dict[str, list[Array]]
"""Measure → its tables: totals and poverty of both laws, winners and deciles of the reform."""

MEASURES = ("totals", "poverty", "winners", "deciles")


class Way(Protocol):
    """One implementation of the example county's law; households in the order of the tables.

    `totals`: (groups + 1, 4) households, persons, cost a year, mean benefit of recipients by
    area × category × township, and over all. `poverty`: (2, 4) FGT 0, 1, 2 and Gini before and
    after. `winners`: (5, 2) households and money a year by band of change. `deciles`: (10, 4)
    income, mean gain, shares gaining and losing. A way may offer `all_answers(policy, reform)`,
    where it can do better than one measure after the other.
    """

    name: str

    def prepare(self, persons: "pd.DataFrame", households: "pd.DataFrame") -> None: ...
    def simulate(self, policy: Policy) -> Any: ...
    def move(self, base: Any, policy: Policy) -> Any:
        """`simulate` where only the standard differs from `base`: what can be reused, is."""

    def totals(self, outcome: Any) -> Array: ...
    def poverty(self, outcome: Any) -> Array: ...
    def winners(self, base: Any, new: Any) -> Array: ...
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


def all_answers(way: Way, policy: Policy, reform: Policy) -> Answers:
    """Both laws, and every measure of them; what the reform leaves as it is may be reused."""
    own = getattr(way, "all_answers", None)
    if own:
        return own(policy, reform)
    base = way.simulate(policy)
    new = way.move(base, reform)
    return {
        "totals": [way.totals(outcome) for outcome in (base, new)],
        "poverty": [way.poverty(outcome) for outcome in (base, new)],
        "winners": [way.winners(base, new)],
        "deciles": [way.deciles(base, new)],
    }


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

    Both policies are checked, the second once more as a move from the first, and all answers
    together. Raises DifferenceError at the first difference.
    """
    first, *others = ways
    base, new, moved = _outcomes(first, policies)
    _check_answers(first, first.answers(new), first.answers(moved))
    whole = all_answers(first, *policies)
    edge = AT_EDGE * DECILES / len(first.answers(base)["benefit"])
    for way in others:
        theirs = _outcomes(way, policies)
        for ours, other in zip((base, new, moved), theirs, strict=True):
            _check_answers(way, first.answers(ours), way.answers(other))
            _check_close(way, "totals", first.totals(ours), way.totals(other))
            _check_close(way, "FGT or Gini", first.poverty(ours), way.poverty(other))
        _check_close(way, "winners", first.winners(base, new), way.winners(*theirs[:2]))
        _check_close(way, "deciles", first.deciles(base, new), way.deciles(*theirs[:2]), edge)
        together = all_answers(way, *policies)
        for name in MEASURES:
            for ours, other in zip(whole[name], together[name], strict=True):
                relative = edge if name == "deciles" else RELATIVE
                _check_close(way, f"{name}, all together", ours, other, relative)


def _outcomes(way: Way, policies: tuple[Policy, Policy]) -> list[Any]:
    base, new = (way.simulate(policy) for policy in policies)
    return [base, new, way.move(base, policies[1])]


def differences(first: Way, coarse: Way, policy: Policy) -> dict[str, float]:
    """How far a way in coarser numbers is from the first: households and amounts."""
    outcomes = [way.simulate(policy) for way in (first, coarse)]
    ours, theirs = (way.answers(x) for way, x in zip((first, coarse), outcomes, strict=True))
    apart = np.abs(ours["benefit"] - theirs["benefit"])
    tables = [way.totals(x)[-1] for way, x in zip((first, coarse), outcomes, strict=True)]
    ginis = [way.poverty(x)[0, -1] for way, x in zip((first, coarse), outcomes, strict=True)]
    return {
        "households": len(apart),
        "fen": int((np.rint(ours["benefit"] * 100) != np.rint(theirs["benefit"] * 100)).sum()),
        "layer": int((ours["layer"] != theirs["layer"]).sum()),
        "most": float(apart.max()),
        "cost": float(tables[1][2] / tables[0][2] - 1),
        "gini": float(ginis[1] / ginis[0] - 1),
    }
