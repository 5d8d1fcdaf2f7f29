"""What charts say: sentences made of the values a table shows, never of other numbers."""

from collections.abc import Sequence

import numpy as np

from jiuzhu_sim.language import language, text, unit_label
from jiuzhu_sim.measures.table import TOTAL, VERDICTS, Table

Row = tuple[str, ...]
BARE = ("", "share", "index", *VERDICTS)
"""Units that are not said after a number."""


def position(table: Table, statistic: str) -> int:
    """The column of a statistic. Raises KeyError when the table has none of this name."""
    names = [entry.name for entry in table.statistics]
    if statistic not in names:
        raise KeyError(f"{table.name}: {statistic}")
    return names.index(statistic)


def drawable(table: Table, *statistics: str, totals: bool = False) -> list[Row]:
    """The rows whose values of all these statistics exist; rows of totals only where asked."""
    places = [position(table, name) for name in statistics]
    return [
        row
        for row, values in zip(table.rows, table.values[:, places], strict=True)
        if (totals or TOTAL not in row) and np.isfinite(values).all()
    ]


def left_out(table: Table, *statistics: str) -> list[str]:
    """Sentences that tell how many rows are not drawn: hidden ones, and those without a value."""
    places = [position(table, name) for name in statistics]
    drawn = drawable(table, *statistics)
    hidden = missing = 0
    for number, row in enumerate(table.rows):
        if TOTAL in row or row in drawn:
            continue
        if table.hidden is not None and table.hidden[number, places].any():
            hidden += 1
        else:
            missing += 1
    counted = (("chart.hidden", hidden), ("chart.missing", missing))
    return [text(key, n=n) for key, n in counted if n]


def said(table: Table, statistic: str, row: Row) -> str:
    """A value with its unit, as it stands in a sentence.

    >>> from jiuzhu_sim.measures import Statistic
    >>> one = np.array([[1234.0]])
    >>> table = Table("t", ("area",), (("urban",),), (Statistic("persons", "persons"),),
    ...               one, one, one, np.array([9]), "person")
    >>> said(table, "persons", ("urban",))
    '1,234人'
    """
    unit = table.statistics[position(table, statistic)].unit
    shown = table.show(statistic, *row)
    if unit in BARE or shown == "—":
        return shown
    return f"{shown}{'' if language() == 'zh' else ' '}{unit_label(unit)}"


def interval(table: Table, statistic: str, row: Row) -> tuple[float, float]:
    """Low and high of a value; NaN where it has no interval."""
    place = table.rows.index(row), position(table, statistic)
    return float(table.low[place]), float(table.high[place])


def named(table: Table, row: Row) -> str:
    """A row's labels on one line."""
    return " · ".join(table.labels(row))


def total_row(table: Table) -> Row | None:
    """The row that is the total in every dimension, if the table has one."""
    found = (TOTAL,) * len(table.dims)
    return found if found in table.rows else None


def extremes(table: Table, statistic: str, rows: Sequence[Row], naming: str = "{}") -> str:
    """Which row is highest and which lowest, or that all show the same; no full stop. Where the
    interval of one of the two overlaps another's, only what they span, and that it is so.

    `naming`: how a row's label is put, such as ``第{}组``.
    """
    if not rows:
        return text("chart.empty")
    by_value = sorted(rows, key=lambda row: table.get(statistic, *row))
    low, high = by_value[0], by_value[-1]
    title = table.statistics[position(table, statistic)].title
    high_value = said(table, statistic, high)
    if table.show(statistic, *low) == table.show(statistic, *high):
        return text("chart.same", statistic=title, value=high_value)
    others = by_value[1:-1]
    is_close = any(
        _overlap(table, statistic, end, row)
        for end, rest in ((low, [*others, high]), (high, [low, *others]))
        for row in rest
    )
    return text(
        "chart.span" if is_close else "chart.extremes",
        statistic=title,
        high_value=high_value,
        low_value=said(table, statistic, low),
        high=naming.format(named(table, high)),
        low=naming.format(named(table, low)),
    )


def _overlap(table: Table, statistic: str, one: Row, other: Row) -> bool:
    """Whether two values' intervals share a point; False where one has none."""
    (low, high), (low_other, high_other) = (interval(table, statistic, row) for row in (one, other))
    return bool(low <= high_other and low_other <= high) and low < high


def largest(table: Table, statistic: str, rows: Sequence[Row]) -> str:
    """Which row is largest; no full stop."""
    if not rows:
        return text("chart.empty")
    top = max(rows, key=lambda row: table.get(statistic, *row))
    title = table.statistics[position(table, statistic)].title
    return text(
        "chart.largest", statistic=title, what=named(table, top), value=said(table, statistic, top)
    )


def with_total(table: Table, statistic: str, sentence: str) -> str:
    """A sentence closed with the table's total, where it has one."""
    whole = total_row(table)
    if whole is None or not np.isfinite(table.get(statistic, *whole)):
        return text("chart.end", said=sentence)
    return text("chart.total", said=sentence, value=said(table, statistic, whole))


def joined(sentences: Sequence[str]) -> str:
    """Sentences one after another, with a space between them in English."""
    return ("" if language() == "zh" else " ").join(sentences)


def money(yuan: float) -> str:
    """Yuan in the unit readers expect: 万元 (zh) or million yuan (en), two decimals.

    >>> money(9472000)
    '947.20万元'
    """
    return f"{yuan / float(text('money.divisor')):,.2f}{text('money.unit')}"
