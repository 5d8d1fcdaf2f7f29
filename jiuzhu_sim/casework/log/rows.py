"""What the columns of a log of casework mean, and the rows of its sheets that hold data.

Columns with personal data are known and never taken over.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.roster.cells import BLANKS, each
from jiuzhu_sim.roster.fields import Field, Meaning, even, spellings
from jiuzhu_sim.roster.header import Header, Spot
from jiuzhu_sim.roster.identity import masked
from jiuzhu_sim.roster.lines import REPEATED_SHARE, starts_note, starts_total
from jiuzhu_sim.roster.sheet import Sheet, Source, table, written

TIMES = ("at", "period")
"""Fields of which one says when an event was."""
KEPT_OUT = ("private", "unused")
"""Kinds of fields whose cells are not taken over."""


@cache
def log_fields() -> Mapping[str, Field]:
    """Every field of a log by name, with the column of the log it fills.

    >>> log_fields()["case_kind"].column, log_fields()["until"].level
    ('kind', 'event')
    """
    listing = read_yaml(Path(__file__).with_name("fields.yaml"))
    return {
        name: Field(
            name,
            level,
            entry["kind"],
            entry["label"],
            tuple(entry.get("aliases", ())),
            entry.get("column", name if name in log_columns(level) else ""),
        )
        for level, entries in listing.items()
        for name, entry in entries.items()
    }


@cache
def _by_alias() -> Mapping[str, str]:
    known: dict[str, str] = {}
    for name, entry in log_fields().items():
        for alias in (*entry.label.values(), *entry.aliases, name):
            known.setdefault(even(alias), name)
    return known


def log_meaning(parts: tuple[str, ...]) -> Meaning:
    """What a header of a log means, given its parts from the top row to the lowest.

    >>> log_meaning(("经办 环节",)).field.name, log_meaning(("民主评议", "应到")).field.name
    ('kind', 'n_due')
    """
    parts = tuple(part for part in parts if part.strip())
    if not parts:
        return Meaning(None)
    found = next((_by_alias()[each] for each in spellings(parts) if each in _by_alias()), None)
    return Meaning(log_fields()[found] if found else None)


@dataclass(frozen=True)
class Rows:
    """Rows with data of one or more sheets, in the order of the file.

    `sheet` (name) and `row` (as Excel counts) say where each stands; `texts` hold its cells by
    field; `spots` where a field stands, by part and field; `part` is the part of each row: its
    sheet, or the step of a ledger that it was made of; `skipped` are the rows left out.
    """

    sheet: NDArray[Any]
    row: NDArray[np.int64]
    texts: Mapping[str, NDArray[Any]]
    spots: Mapping[tuple[str, str], Spot]
    skipped: Mapping[str, tuple[int, ...]]
    part: NDArray[Any]

    def __len__(self) -> int:
        return len(self.row)

    def __contains__(self, name: str) -> bool:
        return name in self.texts

    def cells(self, name: str) -> NDArray[Any]:
        """The cells of a field; empty ones where no sheet has it."""
        return self.texts.get(name, np.full(len(self), "", object))

    def spot(self, line: int, name: str) -> Spot | None:
        """Where a field of a row stands; None where there is no column for it."""
        return self.spots.get((self.part[line], name))

    def has(self, name: str) -> NDArray[np.bool_]:
        """Rows that have a column for a field, filled or not."""
        import pandas as pd

        parts = [part for part, field in self.spots if field == name]
        return np.asarray(pd.Series(self.part, dtype=object).isin(parts), bool)


@dataclass(frozen=True)
class Parts:
    """What a file holds: rows of cases (None in a flat table) and of events; the headers by sheet;
    the personal names met, which mask what is shown and are then forgotten; `unused` the sheets
    without a header of a log, with the number of their rows.

    `steps` are the kinds of event a ledger with a case a row has columns for, None for other
    layouts; `senses` the headers taken in one sense (sheet, spot, kind of event); `repeats` its
    rows that name a case again (sheet, row, how many)."""

    cases: Rows | None
    events: Rows
    headers: Mapping[str, Header]
    names: frozenset[str]
    unused: Mapping[str, int]
    steps: frozenset[str] | None = None
    senses: tuple[tuple[str, Spot, str], ...] = ()
    repeats: tuple[tuple[str, int, int], ...] = ()

    @property
    def all(self) -> tuple[Rows, ...]:
        """The rows of cases, where there are some of their own, and of events."""
        return (self.events,) if self.cases is None else (self.cases, self.events)


def rows_of(sheets: Sequence[tuple[Sheet, Header]]) -> Rows:
    """The rows of several sheets, one under the other; a field that one lacks is blank there."""
    read = [(masked(sheet.name, ""), header, *_read(sheet, header)) for sheet, header in sheets]
    fields = dict.fromkeys(name for _, header, *_ in read for name in _kept(header))
    counts = [len(row) for _, _, row, _, _ in read]
    texts = {
        name: np.concatenate(
            [
                cells.get(name, np.full(count, "", object))
                for (*_, cells, _), count in zip(read, counts, strict=True)
            ]
        )
        for name in fields
    }
    names = np.repeat(np.array([name for name, *_ in read], object), counts)
    return Rows(
        sheet=names,
        row=np.concatenate([row for _, _, row, _, _ in read]),
        texts=texts,
        spots={(name, key): header.of[key] for name, header, *_ in read for key in _kept(header)},
        skipped={name: skipped for name, *_, skipped in read},
        part=names,
    )


def _kept(header: Header) -> list[str]:
    """The fields of a sheet whose cells are taken over."""
    held = ((name, spot.meaning.field) for name, spot in header.of.items())
    return [name for name, field in held if field and field.kind not in KEPT_OUT]


def _read(
    sheet: Sheet, header: Header
) -> tuple[NDArray[np.int64], dict[str, NDArray[Any]], tuple[int, ...]]:
    """Rows with data, their cells by field, and the rows left out."""
    rows = _filled(sheet, header)
    cells = {spot.number: _texts(rows[:, spot.number]) for spot in header.spots}
    none = _is_no_data(header, cells, len(rows))
    row = np.arange(len(rows)) + header.below + 1
    filled = np.flatnonzero(np.any([column != "" for column in cells.values()], axis=0))
    end = filled[-1] + 1 if filled.size else 0
    texts = {name: cells[header.of[name].number][~none] for name in _kept(header)}
    return row[~none], texts, tuple(row[:end][none[:end]].tolist())


def _filled(sheet: Sheet, header: Header) -> NDArray[Any]:
    """The rows under the header, each cell of a merged one with what stands in it."""
    whole = table(sheet.rows)
    below = [each for each in sheet.merged if each[1][0] >= header.below]
    if below:
        whole = whole.copy()
    for (top, left), (bottom, right) in below:
        whole[max(top, header.below) : bottom + 1, left : right + 1] = whole[top, left]
    return whole[header.below :]


def _texts(column: NDArray[Any]) -> NDArray[Any]:
    made = np.empty(len(column), object)
    made[:] = [written(cell).strip() for cell in column.tolist()]
    return made


def _is_no_data(header: Header, cells: Mapping[int, NDArray[Any]], count: int) -> NDArray[np.bool_]:
    """Rows that are blank, a header again, a total or a note; one with a case number and more is
    data whatever its words."""
    columns = list(cells.values())
    filled = np.stack([column != "" for column in columns])
    heads = [spot.written.strip() for spot in header.spots]
    same = np.stack([column == head for column, head in zip(columns, heads, strict=True)])
    told = filled.sum(axis=0)
    is_header = same.sum(axis=0) > REPEATED_SHARE * np.maximum(told, 1)
    sure = [name for name in ("number", "kind", "programme") if name in header.of]
    told_of = [cells[header.of[name].number] != "" for name in sure]
    is_data = np.sum([np.zeros(count), *told_of], axis=0) > 1
    # Only rows that may be none: a look at every different word of 100k cases takes seconds.
    (left,) = np.nonzero(~is_data)
    first = np.stack([column[left] for column in columns])[
        filled[:, left].argmax(axis=0), np.arange(len(left))
    ]
    is_total = np.zeros(count, bool)
    is_total[left] = each(first, starts_total, bool) | each(first, starts_note, bool)
    is_lone = (told == 1) & ~is_data
    return np.asarray((told == 0) | is_header | (~is_data & is_total) | is_lone)


def names_in(sheet: Sheet, header: Header) -> set[str]:
    """The personal names of a sheet: applicants and officers."""
    found: set[str] = set()
    for name, spot in header.of.items():
        if name == "head_name" or (spot.meaning.field and spot.meaning.field.column == "actor"):
            cells = table(sheet.rows)[header.below :, spot.number]
            found |= {BLANKS.sub("", written(cell)) for cell in cells.tolist()}
    return found


def unused_sheets(source: Source, used: Collection[str]) -> dict[str, int]:
    """Sheets with something in them that are not used, with the number of their rows."""
    named = ((masked(sheet.name, ""), len(sheet.rows)) for sheet in source.sheets)
    return {name: rows for name, rows in named if rows and name not in used}


def known_log_headers(fields: Collection[str] = ()) -> tuple[str, ...]:
    """Every header of a log that is understood, evened out."""
    return tuple(alias for alias, name in _by_alias().items() if not fields or name in fields)
