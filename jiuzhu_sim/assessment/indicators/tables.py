"""Indicators as tables: townships by the indicators of a precision, and what each means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from jiuzhu_sim.assessment.indicators.indicator import Indicator, of_precision, precision_title
from jiuzhu_sim.language import pick, text
from jiuzhu_sim.measures.table import Statistic, Table

if TYPE_CHECKING:
    from jiuzhu_sim.assessment.indicators.measured import Measured


@dataclass(frozen=True)
class IndicatorStatistic(Statistic):
    """A column that is an indicator: its title is the indicator's label."""

    label: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def title(self) -> str:
        return pick(self.label)


def statistic_of(indicator: Indicator) -> IndicatorStatistic:
    """An indicator as a column of a table.

    >>> from jiuzhu_sim.assessment.indicators.indicator import indicators
    >>> statistic_of(indicators()["satisfaction"]).header
    '群众满意率'
    """
    return IndicatorStatistic(indicator.key, indicator.shown_unit, label=indicator.label)


def indicator_table(measured: "Measured", precision: str = "") -> Table:
    """Townships by the indicators of one precision that are not missing (all: ""), with intervals.

    `n`: the most observed for any of them. What is missing is told in the footnotes. JZ-E060 for
    another precision.
    """
    wanted = of_precision(precision) if precision else measured.keys
    wanted = tuple(key for key in measured.keys if key in wanted)
    shown = measured.of([key for key in wanted if key not in measured.missing])
    n = np.where(np.isnan(shown.n), 0, shown.n)
    key = precision.replace(".", "_") if precision else "all"
    notes = (*measured.notes, *(measured.missing[key] for key in wanted if key in measured.missing))
    if measured.design == "sample":
        notes = (text("indicators.note.sample"), *notes)
    if not np.isnan(shown.low).all():
        notes = ("indicators.note.interval", *notes)
    return Table(
        name=f"indicators_{key}",
        dims=("township",),
        rows=tuple((unit,) for unit in measured.units),
        statistics=tuple(statistic_of(each) for each in shown.indicators),
        values=shown.value,
        low=shown.low,
        high=shown.high,
        n=n.max(axis=1, initial=0).astype(np.int64),
        per="figure",
        notes=notes,
    )


def definitions(chosen: Iterable[Indicator], missing: Mapping[str, str]) -> Any:
    """A frame of indicators: group, name, what it means, formula, target and its status, clause,
    what is missing; headed in the language in use."""
    import pandas as pd

    rows = [
        (
            precision_title(each.precision),
            each.title,
            pick(each.definition),
            pick(each.formula),
            text(f"indicators.direction.{each.direction}"),
            each.unit_title,
            _target(each),
            text(f"limit_status.{each.target_status}") if each.target_status else "—",
            each.grounds,
            text(f"indicators.interval.{each.interval}"),
            missing.get(each.key, ""),
        )
        for each in chosen
    ]
    return pd.DataFrame(rows, columns=[text(f"indicators.head.{name}") for name in HEADS])


HEADS = (
    *("precision", "indicator", "definition", "formula", "direction", "unit", "target"),
    *("target_status", "clause", "interval", "missing"),
)


def _target(indicator: Indicator) -> str:
    if indicator.target is None:
        return "—"
    return statistic_of(indicator).show(indicator.target)
