"""`Measured`: the indicators of every township, with what they rest on and how sure they are.

A share is `hits` of `n` observed, out of `population`: all counted (a census, no sampling error) or
a sample of case files, households or persons asked. What could not be measured is NaN, and
`missing` says why and how to supply it: never a silent zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.indicators.indicator import Indicator, indicators
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.sampled import of_simple

Floats = NDArray[np.float64]

CONF = 0.95
"""Level of the intervals of `low` and `high`."""

Z = 1.959963984540054
"""The normal quantile of that level."""

UNBOUNDED = 1_000_000
"""A population as large as makes no difference: that of a survey whose total is not known."""

DESIGNS = ("census", "sample")


@dataclass(frozen=True)
class Measured:
    """Values of indicators by township; all arrays (units, indicators) float64.

    `value`: NaN where missing. `low`, `high`: at 95 %, NaN where there is no sampling error. `hits`
    of `n` observed out of `population` (may be infinite: not known), NaN where the indicator is no
    share or comes without numbers; ``n == population`` is a census. `sd`: standard error of values
    that are no share, 0 for complete counts. `unknown`: cases that could not be judged. `size`:
    (units,) households on the roll, NaN where not known. `missing`: why an indicator is missing
    everywhere and how to supply it, by key. `design`: ``census`` or ``sample``; `files`: (units,)
    case files looked at, and `looked`, (cases of the log,), which of them in a sample (else None).
    `notes`: sentences that hold for all.

    >>> made = Measured.made(("甲镇", "乙乡"), {"payment_on_time": ([9, 5], [10, 5], [100, 5])})
    >>> made.column("payment_on_time").tolist(), bool(np.isnan(made.low[1, 0]))
    ([0.9, 1.0], True)
    """

    units: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    value: Floats
    low: Floats
    high: Floats
    hits: Floats
    n: Floats
    population: Floats
    sd: Floats
    size: Floats
    missing: Mapping[str, str] = field(default_factory=dict)
    is_synthetic: bool = False
    design: str = "census"
    unknown: Floats | None = None
    files: Floats | None = None
    notes: tuple[str, ...] = ()
    looked: NDArray[np.bool_] | None = None

    @classmethod
    def made(
        cls,
        units: Sequence[str],
        columns: Mapping[str, Any],
        *,
        sd: Mapping[str, Any] | None = None,
        size: Any = None,
        missing: Mapping[str, str] | None = None,
        is_synthetic: bool = False,
        design: str = "census",
        **more: Any,
    ) -> "Measured":
        """From plain columns by key of an indicator, each (units,) long.

        A column is ``(hits, n, population)`` of a share, or values alone: complete counts, unless
        `sd` gives their standard errors. `more`: further fields. Raises, all at once, JZ-E060
        (unknown indicator), JZ-E033 (other length).

        >>> made = Measured.made(("甲镇",), {"favouritism_proven": [2.0]})
        >>> made.value.tolist(), made.sd.tolist(), made.keys
        ([[2.0]], [[0.0]], ('favouritism_proven',))
        """
        known, problems = indicators(), Problems()
        for key in columns:
            if key not in known:
                problems.extend(unknown_indicator(key).problems)
        problems.raise_if_any()
        chosen = tuple(known[key] for key in columns)
        shape = (len(units), len(chosen))
        made: dict[str, Any] = {name: np.full(shape, np.nan) for name in PARTS}
        errors = sd or {}
        for k, (key, given) in enumerate(columns.items()):
            is_counted = isinstance(given, tuple)
            parts = given if is_counted else (given,)
            for name, column in zip(("hits", "n", "population")[: len(parts)], parts, strict=True):
                values = np.asarray(column, np.float64)
                if values.shape != (len(units),):
                    lengths = f"units {len(units)}, {key} {values.shape}"
                    problems.add("JZ-E033", "Measured.made", lengths=lengths)
                    continue
                made[name if is_counted else "value"][:, k] = values
            if not is_counted:
                made["sd"][:, k] = errors.get(key, 0.0)
        problems.raise_if_any()
        return finished(
            cls(
                units=tuple(units),
                indicators=chosen,
                **made,
                size=np.full(len(units), np.nan) if size is None else np.asarray(size, np.float64),
                missing=missing or {},
                is_synthetic=is_synthetic,
                design=design,
                **more,
            )
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the indicators, in order."""
        return tuple(each.key for each in self.indicators)

    def place(self, key: str) -> int:
        """The column of an indicator; JZ-E060 with the nearest key where it is not there."""
        if key not in self.keys:
            raise unknown_indicator(key, self.keys)
        return self.keys.index(key)

    def column(self, key: str) -> Floats:
        """The values of one indicator, (units,)."""
        return self.value[:, self.place(key)]

    def of(self, keys: Iterable[str]) -> "Measured":
        """Some of the indicators, in the order asked for. JZ-E060 for one that is not there."""
        keys = tuple(keys)
        spots = [self.place(key) for key in keys]
        arrays = {name: getattr(self, name)[:, spots] for name in PARTS}
        unknown = None if self.unknown is None else self.unknown[:, spots]
        chosen = tuple(self.indicators[k] for k in spots)
        missing = {key: why for key, why in self.missing.items() if key in keys}
        return replace(self, indicators=chosen, missing=missing, unknown=unknown, **arrays)

    def of_units(self, units: Iterable[str]) -> "Measured":
        """Some of the townships, in the order asked for. JZ-E060 for one that is not there."""
        units = tuple(units)
        for name in units:
            if name not in self.units:
                raise JZError.unknown(text("indicators.unit"), name, self.units)
        spots = [self.units.index(name) for name in units]
        arrays = {name: getattr(self, name)[spots] for name in PARTS}
        arrays |= {
            name: None if getattr(self, name) is None else getattr(self, name)[spots]
            for name in ("size", "unknown", "files")
        }
        return replace(self, units=units, **arrays)

    @property
    def is_census(self) -> NDArray[np.bool_]:
        """Which values carry no sampling error: (units, indicators)."""
        counted = (self.n == self.population) | (np.isnan(self.n) & ~(self.sd > 0))
        return np.asarray(counted & ~np.isnan(self.value))

    def table(self, precision: str = "") -> Any:
        """A `Table` of townships by the indicators of one precision (all of them: ""), with
        intervals; see `tables.py`."""
        from jiuzhu_sim.assessment.indicators.tables import indicator_table

        return indicator_table(self, precision)

    def definitions(self) -> Any:
        """A frame of the indicators with what they mean, their targets and what is missing."""
        from jiuzhu_sim.assessment.indicators.tables import definitions

        return definitions(self.indicators, self.missing)


PARTS = ("value", "low", "high", "hits", "n", "population", "sd")
"""The arrays of (units, indicators)."""


def unknown_indicator(key: str, known: Iterable[str] | None = None) -> JZError:
    """JZ-E060 for an indicator that there is not, with those like it instead of all of them."""
    names = sorted(indicators() if known is None else known)
    return JZError.of(
        "JZ-E060",
        name=key,
        kind=text("indicators.indicator"),
        nearest=nearest(key, names),
        known=nearest(key, names, n=3),
    )


def finished(measured: Measured) -> Measured:
    """Values and intervals of the shares from their counts; of other values from their sd.

    A share of a sample gets the hypergeometric interval of `measures.sampled` (Blaker, mid-p); a
    census none.
    """
    value, low, high = (getattr(measured, name).copy() for name in ("value", "low", "high"))
    counted = measured.n > 0
    value[counted] = measured.hits[counted] / measured.n[counted]
    sampled = counted & (measured.n < measured.population)
    for row, k in zip(*np.nonzero(sampled), strict=True):
        spot = (row, k)
        low[spot], high[spot] = interval(
            int(measured.hits[spot]), int(measured.n[spot]), float(measured.population[spot])
        )
    with_error = ~counted & (measured.sd > 0) & np.isnan(low)
    low[with_error] = (value - Z * measured.sd)[with_error]
    high[with_error] = (value + Z * measured.sd)[with_error]
    return replace(measured, value=value, low=low, high=high)


@lru_cache(maxsize=65_536)
def interval(hits: int, n: int, population: float, conf: float = CONF) -> tuple[float, float]:
    """Low and high of a share, `hits` of `n` drawn out of `population` (may be infinite).

    The share drawn always lies within: of a population a little larger than the sample it need not
    be a share that the population can have (1 of 19, where 20 have 1 or 2).

    >>> interval(5, 5, 5.0), [round(x, 2) for x in interval(0, 60, float("inf"))]
    ((1.0, 1.0), [0.0, 0.05])
    """
    of = int(min(population, UNBOUNDED))
    if n >= of:
        return hits / n, hits / n
    low, high = of_simple(hits, n, of, conf)
    return min(low / of, hits / n), max(high / of, hits / n)
