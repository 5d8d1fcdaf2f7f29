"""The columns of a log from its cells: what cannot be read becomes unknown and is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.cells import implied, is_yes, periods, spelled, times, told_words
from jiuzhu_sim.casework.log.findings import Noted
from jiuzhu_sim.casework.log.log import default_of
from jiuzhu_sim.casework.log.rows import Rows, log_fields
from jiuzhu_sim.columns import Column, log_columns
from jiuzhu_sim.errors import nearest
from jiuzhu_sim.language import listed, pick, text
from jiuzhu_sim.roster.cells import amounts, counts, each, tidy
from jiuzhu_sim.roster.fields import even

UNKNOWN = -1
SHOWN_WORDS = 12
"""Known words that a finding names."""


@dataclass(frozen=True)
class Read:
    """Cells as the values of a column, unknown ones as its unknown; `unread` marks cells that say
    something that could not be taken, `blank` those that say nothing."""

    value: NDArray[Any]
    unread: NDArray[np.bool_]
    blank: NDArray[np.bool_]


def entry_of(name: str) -> Column:
    """The column of the dictionary that a field fills."""
    field = log_fields()[name]
    return log_columns(field.level)[field.column]


def read(name: str, cells: NDArray[Any]) -> Read:
    """The cells of a field as values; blank ones take the column's default.

    >>> made = read("outcome", np.array(["同意", "", "看情况"], object))
    >>> made.value.tolist(), made.unread.tolist()
    ([1, 0, 0], [False, False, True])
    """
    return _READERS[log_fields()[name].kind](name, cells)


def _codes(name: str, cells: NDArray[Any]) -> Read:
    entry = entry_of(name)
    plain = each(tidy(cells, "text").text, even)
    numbers = {code: number for number, code in enumerate(entry.codes or {})}
    words = spelled(name)
    absent = default_of(entry)
    # Without a default (a programme) the unreadable is unknown; else it is what is not stated.
    wrong = absent if "none" in numbers or "unknown" in numbers else UNKNOWN
    value = each(
        plain,
        lambda word: absent if not word else numbers.get(words.get(word, ""), wrong),
        entry.storage,
    )
    unread = each(plain, lambda word: bool(word) and word not in words, bool)
    return Read(value, unread, plain == "")


def _counts(name: str, cells: NDArray[Any]) -> Read:
    return _numbers(name, cells, counts)


def _money(name: str, cells: NDArray[Any]) -> Read:
    return _numbers(name, cells, amounts)


def _numbers(name: str, cells: NDArray[Any], parse: Callable[[NDArray[Any]], Any]) -> Read:
    entry = entry_of(name)
    made = parse(tidy(cells, "count").text)
    number = made.value
    low, high = entry.low or 0.0, np.inf if entry.high is None else entry.high
    is_whole = np.isnan(number) | (number == np.floor(number))
    with np.errstate(invalid="ignore"):
        beyond = (number < low) | (number > high)
    unread = made.is_bad | beyond | (~is_whole & (entry.dtype != "float64"))
    blank = np.isnan(number) & ~unread
    absent = default_of(entry)
    unknown = np.nan if entry.dtype == "float64" else UNKNOWN
    filled = np.where(blank, absent, np.where(unread, unknown, number))
    return Read(filled.astype(entry.storage), unread, blank)


def _truths(name: str, cells: NDArray[Any]) -> Read:
    yes, blank, unread = is_yes(cells)
    entry = entry_of(name)
    if entry.dtype == "bool":
        return Read(yes, unread, blank)
    value = np.where(blank | unread, UNKNOWN, yes).astype(entry.storage)
    return Read(value, unread, blank)


_READERS: dict[str, Callable[[str, NDArray[Any]], Read]] = {
    "code": _codes,
    "count": _counts,
    "money": _money,
    "bool": _truths,
}


def told(noted: Noted, rows: Rows, name: str, made: Read, at: NDArray[Any] | None = None) -> None:
    """The findings on the cells of a field; `at` are the rows they stand in (all)."""
    lines = np.arange(len(rows)) if at is None else at
    cells, kind = rows.cells(name), log_fields()[name].kind
    unread = lines[made.unread]
    if kind in ("count", "money"):
        noted.add("L215", rows, name, unread, field=name)
        return
    code = {"programme": "L211", "kind": "L102"}.get(name, "L212")
    words = spelled(name) if kind == "code" else {"是": "1", "否": "0"}
    near = np.full(len(rows), "—", object)
    near[unread] = each(cells[unread], lambda word: nearest(even(word), words))
    entry = entry_of(name)
    labels = [pick(label) for label in (entry.codes or {}).values()] or [
        text("word.yes"),
        text("word.no"),
    ]
    known = listed(labels[:SHOWN_WORDS])
    noted.add(code, rows, name, unread, field=name, nearest=near, known=known)
    if kind == "code":
        _told_senses(noted, rows, name, lines)


def _told_senses(noted: Noted, rows: Rows, name: str, lines: NDArray[Any]) -> None:
    """L305: words that offices use for two things, once each."""
    plain = each(rows.cells(name), even)
    codes = entry_of(name).codes or {}
    for word in sorted(set(plain[lines].tolist()) & told_words() & set(spelled(name))):
        held = lines[plain[lines] == word]
        meaning = pick(codes[spelled(name)[word]])
        noted.add("L305", rows, name, held[:1], count=len(held), meaning=meaning)


def event_times(noted: Noted, rows: Rows) -> dict[str, NDArray[Any]]:
    """`at`, `is_timed` and `until` of every row; L201 for what is no full date."""
    at, until = times(rows.cells("at")), times(rows.cells("until"))
    for name, made in (("at", at), ("until", until)):
        noted.add("L201", rows, name, made.is_bad, field=name)
    value, is_timed, last = at.value, at.is_timed, until.value
    if "period" in rows:
        first, end = periods(rows.cells("period"))
        noted.add("L201", rows, "period", first.is_bad | end.is_bad, field="period")
        empty = np.isnat(value) & ~at.is_bad
        value = np.where(empty, first.value, value)
        is_timed = np.where(empty, first.is_timed, is_timed)
        empty &= ~first.is_bad
        last = np.where(np.isnat(last), end.value, last)
    else:
        empty = np.isnat(value) & ~at.is_bad
    missing = np.isnat(value) & (rows.cells("at") == "") & empty
    noted.add("L201", rows, "at", missing, field="at", value=text("log.blank"))
    return {"at": value, "is_timed": is_timed, "until": last.astype("datetime64[D]")}


def more_of(rows: Rows, name: str, made: Read) -> NDArray[Any]:
    """A field where its own cell is blank: what the word for the event says (村级公示)."""
    entry = entry_of(name)
    words = implied(name)
    numbers = {code: number for number, code in enumerate(entry.codes or {})}
    plain = each(rows.cells("kind"), even)

    def value(word: str) -> int:
        said = words.get(word)
        return int(default_of(entry)) if said is None else int(numbers.get(str(said), said))

    return np.where(made.blank, each(plain, value, entry.storage), made.value)
