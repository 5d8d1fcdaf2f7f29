"""Conditions: the economy around the households, one for a whole run; neutral unless told."""

import math
from dataclasses import dataclass

from jiuzhu_sim.errors import Problems
from jiuzhu_sim.language import text


@dataclass(frozen=True)
class Conditions:
    """What is the same for everybody in a run.

    `income_growth`: growth of earned incomes and other transfers a year (share, above -1), spread
    evenly over the months. `shocks`: multiplier of the rates of losing work, falling ill and having
    an accident. `take_up`: multiplier of the rate at which families apply. Not negative; 1 is
    neutral.

    Raises, all at once, JZ-E032 for a number that cannot be.

    >>> Conditions(shocks=1.5).is_neutral, CONDITIONS.is_neutral
    (False, True)
    """

    income_growth: float = 0.0
    shocks: float = 1.0
    take_up: float = 1.0

    def __post_init__(self) -> None:
        problems = Problems()
        for name, least in (("income_growth", -1.0), ("shocks", 0.0), ("take_up", 0.0)):
            value = getattr(self, name)
            is_lost = name == "income_growth" and value <= least
            if not math.isfinite(value) or value < least or is_lost:
                expected = text(f"conditions.{name}")
                problems.add("JZ-E032", "Conditions", name=name, value=value, expected=expected)
        problems.raise_if_any()

    @property
    def is_neutral(self) -> bool:
        """Whether nothing is multiplied or added."""
        return self == CONDITIONS

    def growth(self, month: int) -> float:
        """Factor of incomes in a month, counted from 0, against the people as they were brought.

        >>> round(Conditions(income_growth=0.05).growth(11), 12)
        1.05
        """
        return float((1 + self.income_growth) ** ((month + 1) / MONTHS))


MONTHS = 12
"""Months in a year."""

CONDITIONS = Conditions()
"""Neutral conditions."""
