"""A `Table` is every answer: values with intervals, counts, units, a caption and footnotes.

It renders itself in a notebook; the report layer writes the same object to Excel and HTML.
"""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import columns
from jiuzhu_sim.language import pick, text, texts, unit_label

TOTAL = "total"
INTERVAL_NOTE = "note.interval"

DECIMALS = {
    "households": 0,
    "persons": 0,
    "10k yuan": 2,
    "10k yuan/year": 2,
    "index": 4,
    "share": 4,
    "yuan/year": 0,
    "yuan": 0,
    "ratio": 3,
}
"""Decimals shown, by unit; 2 for any other."""

VERDICTS = ("verdict", "agreement", "colour", "reason")
"""Units whose values stand for words (`verdict.2`, … in texts/)."""

COLOURED = "colour"
"""The unit whose words are shown in a colour of their own."""

SHORT = 7
"""Characters of a row head that stays on one line: a month (2025-01), the name of a township."""

PERCENT = 100
DIGITS = 15
"""Digits of a number that a spreadsheet knows of."""

AS_SHOWN = Context(prec=400, rounding=ROUND_HALF_UP)
"""Wide enough for any float."""


def rounded(value: float, decimals: int) -> str:
    """A number with its thousands and decimals as a spreadsheet shows it: half is rounded up, by
    the 15 digits that count. Python's own formatting would round 5896.5 to 5,896.

    >>> rounded(5896.5, 0), rounded(1.005, 2), rounded(-0.125, 2), rounded(1234.5678, 2)
    ('5,897', '1.01', '-0.13', '1,234.57')
    """
    exact = Decimal(f"{value:.{DIGITS}g}")
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), context=AS_SHOWN):,}"


@dataclass(frozen=True)
class Statistic:
    """A column of a table: name, unit, and whether its rows add up.

    The title is `stat.<name>` of texts/; `.base`, `.new` or `.change` behind the name says
    which of two policies it belongs to.
    """

    name: str
    unit: str
    additive: bool = False

    @property
    def title(self) -> str:
        name, _, moment = self.name.partition(".")
        return text(f"stat.{name}") + (text(f"moment.{moment}") if moment else "")

    @property
    def header(self) -> str:
        """Title with the unit; shares show their own percent sign."""
        plain = self.unit in ("", "share", "index", *VERDICTS)
        if plain:
            return self.title
        return text("format.unit", title=self.title, unit=unit_label(self.unit))

    def show(self, value: float) -> str:
        """A value as a person reads it; a dash where there is none.

        >>> Statistic("persons", "persons").show(10795.2), Statistic("fgt0", "share").show(0.1234)
        ('10,795', '12.34%')
        """
        if not np.isfinite(value):
            return "—"
        if self.unit in VERDICTS:
            return text(f"{self.unit}.{int(value)}")
        if self.unit == "":
            shown = rounded(value, 2).removesuffix(".00")
        elif self.unit == "share":
            shown = f"{rounded(value * PERCENT, DECIMALS['share'] - 2)}%"
        else:
            shown = rounded(value, DECIMALS.get(self.unit, 2))
        is_zero = not shown.strip("-0.,%")
        return shown.removeprefix("-") if is_zero else shown


@dataclass(frozen=True)
class Table:
    """Rows (keys of `dims`) by statistics, each with its interval and its observations.

    `name`: which table it is. `rows`: one key a dimension; `statistics`: name and unit of each
    column. `values`, `low`, `high`: (rows, statistics) float64; NaN where a value does not exist,
    or in `low`/`high` where it has no sampling interval. `n`: (rows,) unweighted households behind
    each row. `per`: what is counted, ``household`` or ``person``. `hidden`: cells suppressed.
    `names`: labels (zh, en) of row keys that are neither codes nor names. `disjoint`: no household
    stands behind two rows (a total aside). `notes`: keys of texts/ or ready sentences. Title:
    `table.<name>` of texts/, its blanks filled from `fields`.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> table = jz.caseload(jz.simulate(people, jz.load_policy("example-county")), weight="weight")
    >>> table.title, table.rows
    ('保障对象与支出（分城乡）——示例县', (('urban',), ('rural',), ('total',)))
    """

    name: str
    dims: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    statistics: tuple[Statistic, ...]
    values: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n: NDArray[np.int64]
    per: str
    notes: tuple[str, ...] = ()
    fields: Mapping[str, str] | None = None
    names: Mapping[str, Mapping[str, str]] | None = None
    disjoint: bool = True
    hidden: NDArray[np.bool_] | None = None

    @classmethod
    def exact(cls, *, values: NDArray[np.float64], **given: Any) -> "Table":
        """A table of complete counts or given numbers: none has a sampling interval.

        >>> one = np.array([[2.0]])
        >>> rate = (Statistic("fgt0", "share"),)
        >>> table = Table.exact(name="poverty", dims=("moment",), rows=(("before",),), values=one,
        ...                     statistics=rate, n=np.array([9]), per="person")
        >>> table.has_intervals
        False
        """
        blank = np.full(values.shape, np.nan)
        return cls(values=values, low=blank, high=blank, **given)

    @property
    def title(self) -> str:
        """Title with what is counted: 户 or 人."""
        by = text("word.and").join(_dim_title(dim).lower() for dim in self.dims)
        return text(f"table.{self.name}", by=by, **(self.fields or {}))

    @property
    def caption(self) -> str:
        """Title, what is counted, and the number of observations."""
        return f"{self.title}{text(f'per.{self.per}', n=f'{self.observations:,}')}"

    @property
    def observations(self) -> int:
        """Unweighted households behind the whole table."""
        whole = [n for row, n in zip(self.rows, self.n, strict=True) if TOTAL in row]
        if whole or not self.disjoint:
            return int(max([*whole, *self.n[:1]], default=0))
        return int(self.n.sum())

    def get(self, statistic: str, *row: str) -> float:
        """One value by statistic and row key.

        Raises KeyError for a row or statistic that is not in the table.
        """
        names = [entry.name for entry in self.statistics]
        if row not in self.rows or statistic not in names:
            raise KeyError(f"{self.name}: {statistic} {row}")
        return float(self.values[self.rows.index(row), names.index(statistic)])

    def show(self, statistic: str, *row: str) -> str:
        """One value as it stands in the rendered table, so that text and table agree."""
        entry = next(entry for entry in self.statistics if entry.name == statistic)
        return entry.show(self.get(statistic, *row))

    def only(self, kept: Sequence[int]) -> "Table":
        """The table with some of its rows, by number, in the order given; all else is kept.

        >>> none = np.full((2, 1), np.nan)
        >>> rows, persons = (("urban",), ("rural",)), (Statistic("persons", "persons"),)
        >>> values, n = np.array([[1.0], [2.0]]), np.array([3, 4])
        >>> two = Table("t", ("area",), rows, persons, values, none, none, n, "person")
        >>> two.only([1]).rows, two.only([1]).n.tolist()
        ((('rural',),), [4])
        """
        some = list(kept)
        return replace(
            self,
            rows=tuple(self.rows[k] for k in some),
            values=self.values[some],
            low=self.low[some],
            high=self.high[some],
            n=self.n[some],
            hidden=None if self.hidden is None else self.hidden[some],
        )

    def with_notes(self, *notes: str) -> "Table":
        return replace(self, notes=(*self.notes, *notes))

    def of_all(self) -> "Table":
        """The table of a complete count: no sampling error, no intervals."""
        blank = np.full(self.values.shape, np.nan)
        notes = tuple(note for note in self.notes if note != INTERVAL_NOTE)
        return replace(self, low=blank, high=blank, notes=notes)

    def footnotes(self) -> tuple[str, ...]:
        """The notes in the language in use."""
        notes = [note for note in self.notes if note != INTERVAL_NOTE or self.has_intervals]
        fields = self.fields or {}
        return tuple(text(note, **fields) if note in texts() else note for note in notes)

    def headers(self) -> tuple[str, ...]:
        """Titles of all columns, with units."""
        heads = [_dim_title(dim) for dim in self.dims]
        return (*heads, *(statistic.header for statistic in self.statistics))

    def labels(self, row: tuple[str, ...]) -> tuple[str, ...]:
        """A row's keys as a person reads them."""
        names = self.names or {}
        return tuple(
            pick(names[key]) if key in names else row_label(dim, key)
            for dim, key in zip(self.dims, row, strict=True)
        )

    @property
    def has_intervals(self) -> bool:
        """Whether any value carries sampling error (calibrated totals do not)."""
        return any(
            self.is_uncertain(row, k)
            for row in range(len(self.rows))
            for k in range(len(self.statistics))
        )

    def is_uncertain(self, row: int, statistic: int) -> bool:
        """Whether a value has an interval wider than rounding."""
        width = self.high[row, statistic] - self.low[row, statistic]
        return bool(width > abs(self.values[row, statistic]) * 1e-9)

    def frame(self) -> Any:
        """A pandas table with labels in the language in use: values, intervals, n."""
        import pandas as pd

        made: dict[str, Any] = {}
        for number, dim in enumerate(self.dims):
            made[_dim_title(dim)] = [self.labels(row)[number] for row in self.rows]
        for number, head in enumerate(self.headers()[len(self.dims) :]):
            made[head] = self.values[:, number]
            if any(self.is_uncertain(row, number) for row in range(len(self.rows))):
                made[f"{head} {text('word.low')}"] = self.low[:, number]
                made[f"{head} {text('word.high')}"] = self.high[:, number]
        made["n"] = self.n
        return pd.DataFrame(made)

    def __str__(self) -> str:
        """The table for a screen of plain text: caption, a line a row, intervals in brackets."""
        lines = [self.caption, " | ".join(self.headers())]
        for number, row in enumerate(self.rows):
            cells = (self._plain(number, k) for k in range(len(self.statistics)))
            lines.append(" | ".join([*map(str, self.labels(row)), *cells]))
        return "\n".join([*lines, *self.footnotes()])

    def _plain(self, row: int, number: int) -> str:
        if self.hidden is not None and self.hidden[row, number]:
            return "*"
        statistic = self.statistics[number]
        shown = statistic.show(self.values[row, number])
        if not self.is_uncertain(row, number):
            return shown
        low, high = self.low[row, number], self.high[row, number]
        return f"{shown} [{statistic.show(low)}, {statistic.show(high)}]"

    def _cell(self, row: int, number: int) -> str:
        if self.hidden is not None and self.hidden[row, number]:
            return f'<td title="{html.escape(text("word.hidden"))}">*</td>'
        statistic = self.statistics[number]
        low, high = self.low[row, number], self.high[row, number]
        shown = statistic.show(self.values[row, number])
        if self.is_uncertain(row, number):
            shown += f"<br><small>[{statistic.show(low)}, {statistic.show(high)}]</small>"
        if statistic.unit == COLOURED and np.isfinite(self.values[row, number]):
            return f'<td class="{COLOURED}-{int(self.values[row, number])}">{shown}</td>'
        return f"<td>{shown}</td>"

    def _repr_html_(self) -> str:
        heads = "".join(
            f'<th scope="col" class="{"dim" if k < len(self.dims) else "number"}">'
            f"{html.escape(head)}</th>"
            for k, head in enumerate(self.headers())
        )
        body = []
        for number, row in enumerate(self.rows):
            labels = "".join(
                f'<th scope="row"{_kept_whole(str(key))}>{html.escape(str(key))}</th>'
                for key in self.labels(row)
            )
            cells = "".join(self._cell(number, k) for k in range(len(self.statistics)))
            kind = ' class="total"' if TOTAL in row else ""
            body.append(f"<tr{kind}>{labels}{cells}</tr>")
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.footnotes())
        foot = f'<ul class="notes">{notes}</ul>' if notes else ""
        return (
            f'<figure class="table"><table class="jiuzhu"><caption>{html.escape(self.caption)}'
            f"</caption><thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table>"
            f"{foot}</figure>"
        )


def _kept_whole(label: str) -> str:
    """The class of a row head that does not wrap."""
    return ' class="short"' if len(label) <= SHORT else ""


def _dim_title(dim: str) -> str:
    return columns()[dim].title if dim in columns() else text(f"dim.{dim}")


def row_label(dim: str, key: str) -> str:
    """A row key as a person reads it: total, the label of a code, or the name itself.

    >>> row_label("area", "urban"), row_label("township", "东河乡"), row_label("area", "total")
    ('城市', '东河乡', '合计')
    """
    if key == TOTAL:
        return text("word.total")
    entry = columns().get(dim)
    if entry is not None and entry.codes and key in entry.codes:
        return pick(entry.codes[key])
    return text(f"{dim}.{key}") if f"{dim}.{key}" in texts() else key


def stack(parts: Iterable[tuple[Any, Any, Any]]) -> tuple[Any, Any, Any]:
    """Columns of (value, low, high) side by side as three (rows, statistics) arrays."""
    values, low, high = zip(*parts, strict=True)
    return np.column_stack(values), np.column_stack(low), np.column_stack(high)
