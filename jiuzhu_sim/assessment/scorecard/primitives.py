"""How points follow from the value of an indicator: five forms, each a pure function.

Each takes values of any shape and gives the share of the item's points reached, 0–1, of the same
shape; NaN where there is no value. A better value never gives a lower share.
"""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

TINY = 1e-9
"""Slack of a comparison with a mark: 0.95 from a division may lie a last bit below 0.95."""


def linear(values: Values, full: float, none: float) -> Values:
    """Full points at `full`, nothing at `none`, in proportion between; either may be the larger.

    The MOF form's 10 points for budget execution: rate × 10.

    >>> (10 * linear(np.array([0.963, 1.0, 1.2]), full=1.0, none=0.0)).round(4).tolist()
    [9.63, 10.0, 10.0]
    """
    return np.clip((values - none) / (full - none), 0.0, 1.0)


def stepped(
    values: Values,
    points: float,
    full: float,
    lose: float,
    per: float,
    steps: str = "exact",
    is_up: bool = True,
) -> Values:
    """Full points at `full`; each `per` short of it (beyond it, where less is better) loses `lose`.

    `steps`: part of a step counts in part (``exact``), not at all (``full``) or whole
    (``started``). "Sample rate 98 % → 2 points, −0.5 for each percentage point below":

    >>> rates = np.array([0.99, 0.97, 0.965, 0.5])
    >>> [(2 * stepped(rates, 2.0, 0.98, 0.5, 0.01, how)).round(4).tolist()
    ...  for how in ("exact", "full", "started")]
    [[2.0, 1.5, 1.25, 0.0], [2.0, 1.5, 1.5, 0.0], [2.0, 1.5, 1.0, 0.0]]
    """
    short = (full - values if is_up else values - full) / per
    if steps == "full":
        short = np.floor(short + TINY)
    elif steps == "started":
        short = np.ceil(short - TINY)
    return np.clip(1.0 - np.maximum(short, 0.0) * (lose / points), 0.0, 1.0)


def deduction(lost: Values, points: float, floor: float = 0.0) -> Values:
    """Points less what events take, never below `floor`; `lost` is events × points for each.

    Three meetings missed at 2.5 points each, of 5:

    >>> deduction(2.5 * np.array([0.0, 1, 3]), points=5.0).tolist()
    [1.0, 0.5, 0.0]
    """
    return np.clip(1.0 - np.maximum(lost, 0.0) / points, floor / points, 1.0)


def all_or_nothing(values: Values, relation: str, mark: float) -> Values:
    """All points where the mark is met (``at_least``, ``at_most`` or ``equal``), else none.

    >>> all_or_nothing(np.array([0.94, 0.95, np.nan]), "at_least", 0.95).tolist()
    [0.0, 1.0, nan]
    """
    if relation == "at_least":
        is_met = values >= mark - TINY
    elif relation == "at_most":
        is_met = values <= mark + TINY
    else:
        is_met = np.abs(values - mark) <= TINY
    return np.where(np.isnan(values), np.nan, is_met.astype(np.float64))


def banded(
    values: Values,
    points: float,
    bands: tuple[tuple[float, float], ...],
    otherwise: float = 0.0,
    is_up: bool = True,
) -> Values:
    """The points of the best band whose mark is met; `otherwise` where none is.

    Coverage 100, 90 and 85 %, worth 10, 8 and 6:

    >>> rates = np.array([1.0, 0.95, 0.85, 0.8])
    >>> (10 * banded(rates, 10.0, ((1.0, 10.0), (0.9, 8.0), (0.85, 6.0)))).tolist()
    [10.0, 8.0, 6.0, 0.0]
    """
    reached = np.full(np.shape(values), otherwise)
    for mark, worth in reversed(bands):
        is_met = values >= mark - TINY if is_up else values <= mark + TINY
        reached = np.where(is_met, worth, reached)
    return np.where(np.isnan(values), np.nan, reached / points)


def bonus(values: Values, points: float, each: float) -> Values:
    """`each` point for an event, up to the points of the item.

    >>> bonus(np.array([0.0, 1, 9]), points=2.0, each=0.5).tolist()
    [0.0, 0.25, 1.0]
    """
    return np.clip(values * (each / points), 0.0, 1.0)
