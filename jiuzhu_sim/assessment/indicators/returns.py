"""`Returns`: what townships report and no log tells: events, surveys, premises; an own table.

One row a township and indicator (乡镇, 指标, 数值 or 符合数 and 样本数), or one row a township and
one column an indicator. All that is wrong with a file is told at once, by sheet, row and column.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.indicators.indicator import Indicator, indicators
from jiuzhu_sim.language import LANGUAGES, read_yaml

Floats = NDArray[np.float64]

NUMBERS = ("value", "hits", "n", "population")
"""The columns of numbers of a table of returns."""


@dataclass(frozen=True)
class Returns:
    """Figures of an own table: arrays (units,) by key of an indicator.

    `value` in the indicator's unit (a share 0–1); `hits` of `n` asked or checked out of
    `population`, of shares that were told with their numbers; NaN where nothing was told.
    """

    units: tuple[str, ...]
    value: Mapping[str, Floats]
    hits: Mapping[str, Floats]
    n: Mapping[str, Floats]
    population: Mapping[str, Floats]
    is_synthetic: bool = False
    title: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The indicators of which any township told anything, in the order of all indicators."""
        return tuple(key for key in indicators() if key in self.value)

    @classmethod
    def of(
        cls, units: Sequence[str], rows: Iterable["Entry"], *, is_synthetic: bool = False,
        title: str = "",
    ) -> "Returns":  # fmt: skip
        """From single entries; of several for one township and indicator the last stands.

        >>> made = Returns.of(["甲镇", "乙乡"], [Entry("甲镇", "satisfaction", hits=55, n=60)])
        >>> made.keys, made.n["satisfaction"].tolist()
        (('satisfaction',), [60.0, nan])
        """
        units = tuple(units)
        place = {name: k for k, name in enumerate(units)}
        parts: dict[str, dict[str, Floats]] = {name: {} for name in NUMBERS}
        for row in rows:
            for name in NUMBERS:
                column = parts[name].setdefault(row.key, np.full(len(units), np.nan))
                column[place[row.unit]] = getattr(row, name)
        return cls(units, **parts, is_synthetic=is_synthetic, title=title)


@dataclass(frozen=True)
class Entry:
    """One figure of one township; NaN for what was not told."""

    unit: str
    key: str
    value: float = float("nan")
    hits: float = float("nan")
    n: float = float("nan")
    population: float = float("nan")


def returnable() -> tuple[Indicator, ...]:
    """The indicators that an own table is asked for: those nothing else tells come first to mind,
    and those for which it may stand in."""
    return tuple(each for each in indicators().values() if "returns" in each.needs)


@cache
def headings() -> Mapping[str, Mapping[str, Any]]:
    """The columns of the table by name: label and other spellings, in their order."""
    found: Mapping[str, Mapping[str, Any]] = read_yaml(Path(__file__).with_name("form.yaml"))
    return found


def labels_of(name: str) -> tuple[str, ...]:
    """Every spelling of a column's head: its name, its labels, its aliases.

    >>> labels_of("township")[:3]
    ('township', '乡镇', 'Township')
    """
    entry = headings()[name]
    labels = (entry["label"][language] for language in LANGUAGES)
    return (name, *labels, *entry.get("aliases", ()))
