"""Columns checked on their way in: types, blanks, ranges, codes. Problems are collected."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import Column, columns
from jiuzhu_sim.errors import Problems

SHOWN_ROWS = 5


def rows_of(bad: NDArray[np.bool_]) -> str:
    """The first bad rows as a person counts them: 1 for the first."""
    found = np.flatnonzero(bad)
    listed = ", ".join(str(row + 1) for row in found[:SHOWN_ROWS])
    return listed + (f" … ({len(found)})" if len(found) > SHOWN_ROWS else "")


def _coded(entry: Column, values: NDArray[Any], where: str, problems: Problems) -> NDArray[Any]:
    """Codes given as integers, code names or labels, as integers."""
    names = list(entry.codes or {})
    if values.dtype.kind in "iuf":
        numbers = np.nan_to_num(values, nan=-1)
        bad = (numbers < 0) | (numbers >= len(names)) | (numbers != np.floor(numbers))
        coded = np.where(bad, 0, numbers).astype(np.int8)
    else:
        spelled = {name: number for number, name in enumerate(names)}
        for number, label in enumerate((entry.codes or {}).values()):
            spelled |= {text: number for text in label.values()}
        words, inverse = words_of(values)
        each = np.array([spelled.get(word, -1) for word in words], np.int8)
        coded, bad = np.maximum(each[inverse], 0), each[inverse] < 0
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


def _is_well(values: NDArray[Any], dtype: str, low: float, high: float) -> bool:
    """Whether a column of numbers needs no closer look: no NaN, all in range, whole if need be.

    Ids may have more digits than a float holds, so whole numbers are never made floats here.
    """
    kind = values.dtype.kind
    if kind not in "biuf" or not len(values) or (kind == "f" and dtype != "float64"):
        return False
    least, most = values.min(), values.max()
    return bool(low <= least and most <= high and np.isfinite(least) and np.isfinite(most))


def _column(entry: Column, values: NDArray[Any], table: str, problems: Problems) -> NDArray[Any]:
    """A column in its storage type; blank, wrong or out-of-range cells become problems."""
    where = f"{table} · {entry.name}"
    if entry.dtype == "code":
        return _coded(entry, values, where, problems)
    low = -np.inf if entry.low is None else entry.low
    high = np.inf if entry.high is None else entry.high
    if entry.dtype == "bool":
        low, high = 0, 1
    if _is_well(values, entry.dtype, low, high):
        return values.astype(entry.storage)
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


def _numbers(values: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A column as float64 (NaN where it cannot be), and which cells hold something else."""
    import pandas as pd

    if values.dtype.kind in "biuf":
        return values.astype(np.float64), np.zeros(len(values), bool)
    series = pd.Series(values)
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return numbers, np.isnan(numbers) & series.notna().to_numpy()


def words_of(values: NDArray[Any]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The different words of a column, trimmed and sorted, and which one each row has.

    A blank cell is the empty word. Cleaned word by word, not row by row.
    """
    import pandas as pd

    index, found = pd.factorize(values, use_na_sentinel=True)
    cleaned = [*(str(word).strip() for word in found), ""]  # index -1, a blank, is the last one
    words = tuple(sorted(set(np.array(cleaned)[np.unique(index)].tolist())))
    place = {word: number for number, word in enumerate(words)}
    return words, np.array([place.get(word, 0) for word in cleaned], np.int64)[index]


def checked(
    arrays: Mapping[str, NDArray[Any]], table: str, problems: Problems
) -> tuple[dict[str, NDArray[Any]], dict[str, tuple[str, ...]]]:
    """All columns of a table checked, and the names behind its text columns."""
    stored, names = {}, {}
    for name, values in arrays.items():
        entry = columns()[name]
        if entry.dtype == "text":
            words, inverse = words_of(values)
            blank = np.array([not word for word in words])[inverse]
            if blank.any():
                where = f"{table} · {name}"
                problems.add("JZ-E022", where, name=entry.title, rows=rows_of(blank))
            stored[name], names[name] = inverse.astype(np.int32), words
        else:
            stored[name] = _column(entry, values, table, problems)
    return stored, names
