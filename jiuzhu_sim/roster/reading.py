"""Fields read cell by cell: values for computing, and findings for what cannot be read."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import nearest
from jiuzhu_sim.roster.cells import (
    Numbers,
    Tidied,
    amounts,
    coded,
    counts,
    dates,
    each,
    spelled,
    truths,
    words,
)
from jiuzhu_sim.roster.fields import MONTHS_OF_PERIOD, fields
from jiuzhu_sim.roster.findings import Found

UNKNOWN_SHARE, UNKNOWN_FEWEST = 0.5, 20
"""Where more than this share of at least so many filled cells are unknown words, the column speaks
another language, and not every household is at fault."""
ALL_UNKNOWN_FEWEST = 3
"""Where all words are unknown, so few tell as much."""


def tidied(found: Found, name: str, kind: str = "") -> Tidied:
    """The cells of a field without what does not matter; mended ones are told once."""
    made = found.lines.tidied(name, kind)
    if name in found.lines:
        tell_tidied(found, name, made)
    return made


def tell_tidied(found: Found, name: str, made: Tidied) -> None:
    """R301, R302, R305: what was mended in a column, once each, however often it is read."""
    if name in found.tidied:
        return
    found.tidied.add(name)
    found.add_once("R301", name, made.is_wide)
    found.add_once("R302", name, made.has_blanks)
    found.add_once("R305", name, made.is_lower)


def money(found: Found, name: str, months: float | None = None) -> NDArray[np.float64]:
    """Amounts of a field in its own unit, NaN where blank; R106, R107, R120, R304.

    The header's unit and period decide; `months` is the period in months where it names none.
    """
    lines, field = found.lines, fields()[name]
    if name not in lines:
        return np.full(len(lines), np.nan)
    read = amounts(tidied(found, name).text)
    spot = lines.spots[name][0].meaning
    own = MONTHS_OF_PERIOD["year"] if field.unit == "yuan/year" else MONTHS_OF_PERIOD["month"]
    stated = MONTHS_OF_PERIOD.get(spot.period, months or own)
    is_dated = field.unit != "yuan"
    clashes = is_dated & _clashes(read, stated)
    found.add("R106", name, read.is_bad | clashes)
    found.add("R107", name, ~clashes & (read.value < 0))
    found.add_once("R304", name, read.is_mended & ~clashes)
    factor = (spot.yuan or lines.headers[0].yuan) * (own / stated if is_dated else 1.0)
    value = np.where(clashes | (read.value < 0), np.nan, read.value * factor)
    return _in_range(found, name, value)


def _clashes(read: Numbers, stated: float) -> NDArray[np.bool_]:
    """Cells that name another period than their column."""
    months = {"月": MONTHS_OF_PERIOD["month"], "年": MONTHS_OF_PERIOD["year"]}
    return each(read.period, lambda word: bool(word) and months[word] != stated, bool)


def _in_range(found: Found, name: str, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values the data dictionary cannot hold become R120."""
    entry = columns().get(fields()[name].column)
    if entry is None or entry.high is None or entry.dtype in ("code", "bool"):
        return value
    is_beyond = value > entry.high
    found.add("R120", name, is_beyond, most=entry.high, field=name)
    return np.where(is_beyond, np.nan, value)


def count(found: Found, name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Counts of a field, NaN where blank or not whole, and which cells are no whole number."""
    lines = found.lines
    if name not in lines:
        return np.full(len(lines), np.nan), np.zeros(len(lines), bool)
    read = counts(tidied(found, name).text)
    is_bad = (
        read.is_bad
        | (read.value < 0)
        | (read.value != np.floor(read.value)) & ~np.isnan(read.value)
    )
    found.add_once("R304", name, read.is_mended & ~is_bad)
    return np.where(is_bad, np.nan, read.value), is_bad


def number(found: Found, name: str) -> NDArray[np.float64]:
    """Counts of things (vehicles, mu of land …) in a column of the dictionary; R106, R120."""
    lines, entry = found.lines, columns()[fields()[name].column]
    if name not in lines:
        return np.full(len(lines), np.nan)
    read = counts(tidied(found, name).text)
    is_broken = entry.dtype.startswith("int") & (read.value != np.floor(read.value))
    is_broken = np.asarray(is_broken) & ~np.isnan(read.value)
    found.add("R106", name, read.is_bad | is_broken)
    found.add("R107", name, read.value < 0)
    found.add_once("R304", name, read.is_mended)
    value = np.where(is_broken | (read.value < 0), np.nan, read.value)
    if entry.low is not None:
        value = np.maximum(value, entry.low)
    return _in_range(found, name, value)


def date(found: Found, name: str) -> NDArray[np.datetime64]:
    """Dates of a field, NaT where blank; R114, R222, R303."""
    lines = found.lines
    text = tidied(found, name).text
    read = dates(text)
    if name in lines:
        found.add("R114", name, read.is_bad)
        found.add_once("R303", name, read.is_mended)
        # The number 2020.1 may once have been 2020.10.
        is_tenth = each(text, lambda word: word[4:] == ".1" and len(word) == 6, bool)
        found.add("R222", name, is_tenth & lines.is_number[name])
    return read.value


def code(found: Found, name: str) -> NDArray[Any]:
    """Codes of a field with a vocabulary of its own, "" where blank; R112, R223, R308."""
    known = dict(spelled(name))
    if name == "status":
        # 是否在保 is answered by yes or no.
        known |= dict.fromkeys(words()["yes"], "active") | dict.fromkeys(words()["no"], "stopped")
    return _codes(found, name, known, _labels(name))


def choice(found: Found, name: str) -> NDArray[np.float64]:
    """Codes of a column of the dictionary as integers, NaN where blank; R112."""
    entry = columns()[fields()[name].column]
    names = list(entry.codes or {})
    known = {name.lower(): name for name in names}
    for each_name, label in (entry.codes or {}).items():
        known |= {word.lower(): each_name for word in label.values()}
    made = _codes(found, name, known, {n: label["zh"] for n, label in (entry.codes or {}).items()})
    return each(made, lambda word: float(names.index(word)) if word else np.nan, np.float64)


def _labels(name: str) -> dict[str, str]:
    """What each code of a vocabulary is called: its first word, or the dictionary's label."""
    return {str(code): str(known[0]) for code, known in words()[name].items()}


def _codes(
    found: Found, name: str, known: Mapping[str, str], labels: Mapping[str, str]
) -> NDArray[Any]:
    text = tidied(found, name, "code").text
    made, unknown = coded(text, known)
    if name not in found.lines:
        return made
    if is_foreign(text, unknown):
        found.add(
            "R223", name, np.flatnonzero(unknown)[:1], field=name, known="、".join(labels.values())
        )
        return found.lines.blank()
    tell_unknown(found, name, unknown, text, list(known), labels.values())
    for word in sorted({w for w in np.unique(text.astype(str)) if w.lower() in words()["told"]}):
        if word.lower() in known:
            meant = labels[known[word.lower()]]
            found.add_once("R308", name, text == word, meaning=meant)
    return made


def is_foreign(text: NDArray[Any], unknown: NDArray[np.bool_]) -> bool:
    """Whether a column uses words of another kind throughout."""
    filled, odd = int((text != "").sum()), int(unknown.sum())
    if odd == filled:
        return filled >= ALL_UNKNOWN_FEWEST
    return filled >= UNKNOWN_FEWEST and odd > UNKNOWN_SHARE * filled


def tell_unknown(
    found: Found,
    name: str,
    unknown: NDArray[np.bool_],
    text: NDArray[Any],
    known: list[str],
    shown: Any,
) -> None:
    """R112 with the nearest known word."""
    if unknown.any():
        near = each(text, lambda word: nearest(word.lower(), known) if word else "—")
        found.add("R112", name, unknown, field=name, nearest=near, known="、".join(shown))


def truth(found: Found, name: str) -> NDArray[np.bool_]:
    """Yes or no of a field, no where blank; R112, R223."""
    text = tidied(found, name, "code").text
    made, unknown = truths(text, name)
    if name not in found.lines:
        return made
    if is_foreign(text, unknown):
        found.add("R223", name, np.flatnonzero(unknown)[:1], field=name, known="是、否")
        return np.zeros(len(made), bool)
    tell_unknown(found, name, unknown, text, [*words()["yes"], *words()["no"]], ("是", "否"))
    return made
