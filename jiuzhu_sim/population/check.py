"""Columns checked on their way in: types, blanks, ranges, codes. Problems are collected."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import lt
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import Column, columns
from jiuzhu_sim.errors import Problems

SHOWN_ROWS = 5


@dataclass(frozen=True)
class Words:
    """A column of words as files hold it: each different one once, and which one each row has.

    `found` are texts; some may be in no row, or come twice; `places` is -1 for a blank cell.

    >>> Words(["rural", "urban"], np.array([1, -1, 0]))[np.array([True, True, False])].tolist()
    ['urban', None]
    """

    found: Sequence[str]
    places: NDArray[Any]

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, rows: NDArray[Any] | slice) -> NDArray[Any]:
        """The words of some rows, None for a blank."""
        return np.array([*self.found, None], dtype=object)[self.places[rows]]


Cells = NDArray[Any] | Words
"""A column as it comes in."""


def joined(pieces: Iterable[Cells]) -> Cells:
    """Pieces of a column one after the other; numbers and words mixed become plain cells.

    >>> joined([Words(["a"], np.array([0])), Words(["b", "a"], np.array([1, -1]))]).places.tolist()
    [0, 2, -1]
    """
    known = list(pieces)
    if len(known) == 1:
        return known[0]
    words = [piece for piece in known if isinstance(piece, Words)]
    if len(words) < len(known):
        every = slice(None)
        return np.concatenate([p[every] if isinstance(p, Words) else p for p in known])
    starts = np.cumsum([0, *(len(piece.found) for piece in words)])
    moved = [
        np.where(piece.places < 0, -1, piece.places + start)
        for piece, start in zip(words, starts, strict=False)
    ]
    return Words([word for piece in words for word in piece.found], np.concatenate(moved))


def rows_of(bad: NDArray[np.bool_]) -> str:
    """The first bad rows as a person counts them: 1 for the first."""
    found = np.flatnonzero(bad)
    listed = ", ".join(str(row + 1) for row in found[:SHOWN_ROWS])
    return listed + (f" … ({len(found)})" if len(found) > SHOWN_ROWS else "")


def _coded(entry: Column, values: Cells, where: str, problems: Problems) -> NDArray[Any]:
    """Codes given as integers, code names or labels, as integers."""
    names = list(entry.codes or {})
    if not isinstance(values, Words) and values.dtype.kind in "iuf":
        numbers = np.nan_to_num(values, nan=-1)
        bad = (numbers < 0) | (numbers >= len(names)) | (numbers != np.floor(numbers))
        coded = np.where(bad, 0, numbers).astype(np.int8)
    else:
        spelled = {name: number for number, name in enumerate(names)}
        for number, label in enumerate((entry.codes or {}).values()):
            spelled |= {text: number for text in label.values()}
        cleaned, index = _cleaned(values)
        coded = np.array([spelled.get(word, -1) for word in cleaned], np.int8)[index]
        bad = coded < 0
        if bad.any():
            coded = np.maximum(coded, 0)
    if bad.any():
        shown = ", ".join(sorted({str(value) for value in values[bad][:SHOWN_ROWS]}))
        problems.add(
            "JZ-E027",
            where,
            name=entry.title,
            values=shown,
            known=", ".join(names),
            rows=rows_of(bad),
        )
    return coded


def _is_well(values: Cells, dtype: str, low: float, high: float) -> TypeGuard[NDArray[Any]]:
    """Whether a column of numbers needs no closer look: no NaN, all in range, whole if need be.

    Ids may have more digits than a float holds, so whole numbers are never made floats here.
    """
    if isinstance(values, Words):
        return False
    kind = values.dtype.kind
    if kind not in "biuf" or not len(values) or (kind == "f" and dtype != "float64"):
        return False
    least, most = values.min(), values.max()
    return bool(low <= least and most <= high and np.isfinite(least) and np.isfinite(most))


def _column(entry: Column, values: Cells, table: str, problems: Problems) -> NDArray[Any]:
    """A column in its storage type; blank, wrong or out-of-range cells become problems."""
    where = f"{table} · {entry.name}"
    if entry.dtype == "code":
        return _coded(entry, values, where, problems)
    low = -np.inf if entry.low is None else entry.low
    high = np.inf if entry.high is None else entry.high
    if entry.dtype == "bool":
        low, high = 0, 1
    if _is_well(values, entry.dtype, low, high):
        return values.astype(entry.storage, copy=False)
    numbers, words = _numbers(values)
    if words.any():
        first = str(values[words][0])
        problems.add("JZ-E028", where, name=entry.title, value=first, rows=rows_of(words))
    blank = ~np.isfinite(numbers) & ~words
    if blank.any():
        problems.add("JZ-E022", where, name=entry.title, rows=rows_of(blank))
    outside = (numbers < low) | (numbers > high)
    if outside.any():
        first = numbers[outside][0]
        problems.add(
            "JZ-E023",
            where,
            name=entry.title,
            value=f"{first:g}",
            low=f"{low:g}",
            high=f"{high:g}",
            rows=rows_of(outside),
        )
    if entry.dtype.startswith("int"):
        broken = np.isfinite(numbers) & (numbers != np.floor(numbers))
        if broken.any():
            first = f"{numbers[broken][0]:g}"
            problems.add("JZ-E028", where, name=entry.title, value=first, rows=rows_of(broken))
    return np.where(np.isfinite(numbers) & ~outside, numbers, 0).astype(entry.storage)


def _numbers(values: Cells) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A column as float64 (NaN where it cannot be), and which cells hold something else."""
    import pandas as pd

    if isinstance(values, Words):
        numbers, other = _numbers(np.array([*values.found, None], dtype=object))
        return numbers[values.places], other[values.places]
    if values.dtype.kind in "biuf":
        return values.astype(np.float64), np.zeros(len(values), bool)
    series = pd.Series(values)
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return numbers, np.isnan(numbers) & series.notna().to_numpy()


def _cleaned(values: Cells) -> tuple[list[str], NDArray[Any]]:
    """The words of a column, trimmed, the empty one of blanks last, and which one each row has.

    Word by word, not row by row; a word may come twice, or in no row.
    """
    import pandas as pd

    if isinstance(values, Words):
        index, found = values.places, values.found
    else:
        index, found = pd.factorize(values, use_na_sentinel=True)
    return [*map(str.strip, map(str, found)), ""], index


def words_of(*given: Cells) -> tuple[tuple[str, ...], list[NDArray[Any]]]:
    """The different words of one or more columns, trimmed and sorted, and for each column which
    of them each row has. A blank cell is the empty word, which sorts first.

    >>> words, places = words_of(np.array(["b", " a"]), Words(["b"], np.array([0, -1])))
    >>> words, [each.tolist() for each in places]
    (('', 'a', 'b'), [[2, 1], [2, 0]])
    """
    every, used = [_cleaned(values) for values in given], []
    for cleaned, index in every:
        flags = np.zeros(len(cleaned), bool)
        flags[index] = True
        used.append(flags)
    first = every[0][0][:-1]
    if (
        all(flags[:-1].all() and not flags[-1] for flags in used)
        and all(map(lt, first, first[1:]))
        and all(cleaned == every[0][0] for cleaned, _ in every)
    ):
        return tuple(first), [index for _, index in every]  # ids in their order: nothing to sort
    words = sorted(
        {
            cleaned[number]
            for (cleaned, _), flags in zip(every, used, strict=True)
            for number in np.flatnonzero(flags).tolist()
        }
    )
    place = {word: number for number, word in enumerate(words)}
    return tuple(words), [
        np.array([place.get(word, 0) for word in cleaned], np.int64)[index]
        for cleaned, index in every
    ]


def blank_of(words: Sequence[str], places: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows have the empty word."""
    return places == 0 if "" in words[:1] else np.zeros(len(places), bool)


def checked(
    arrays: Mapping[str, Cells], table: str, problems: Problems
) -> tuple[dict[str, NDArray[Any]], dict[str, tuple[str, ...]]]:
    """All columns of a table checked, and the names behind its text columns."""
    stored, names = {}, {}
    for name, values in arrays.items():
        entry = columns()[name]
        if entry.dtype == "text":
            words, (places,) = words_of(values)
            blank = blank_of(words, places)
            if blank.any():
                where = f"{table} · {name}"
                problems.add("JZ-E022", where, name=entry.title, rows=rows_of(blank))
            stored[name], names[name] = places.astype(np.int32), words
        else:
            stored[name] = _column(entry, values, table, problems)
    return stored, names
