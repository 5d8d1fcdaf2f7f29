"""The cases of a user's log: their numbers, and the columns of each from the first cell that says
something."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.findings import Noted
from jiuzhu_sim.casework.log.rows import Parts, Rows, log_fields
from jiuzhu_sim.casework.log.values import entry_of, read, told
from jiuzhu_sim.errors import nearest
from jiuzhu_sim.roster.cells import each, tidy
from jiuzhu_sim.roster.identity import PERSONAL_DIGITS, check_character, hashed

PSEUDONYM = 8
"""Letters of a hash that are shown: 16 to the eighth, so that two are next to never the same."""
HOUSEHOLD_MAX = 15
"""Digits of a household's number; a longer one is an ID number or spoiled by Excel."""
_WHOLE_ID = re.compile(r"(?=(\d{17}[\dX]))")
_MOBILE = re.compile(rf"(?<!\d)1[3-9]\d{{{PERSONAL_DIGITS - 2}}}(?!\d)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
PLACED = ("township", "village")


@dataclass(frozen=True)
class Cases:
    """The cases of a log: `numbers` as shown; `line` the row (of the sheet of cases, else of
    events) where each stands first; `of_event` the case of each row of events (-1 none); `columns`
    and `unread` (where yes-or-no columns say nothing) by name; `names` of places; `reason` the code
    of why a row of the sheet of cases is kept apart ("" where it is not)."""

    numbers: tuple[str, ...]
    line: NDArray[np.int64]
    of_event: NDArray[np.int64]
    columns: dict[str, NDArray[Any]]
    unread: dict[str, NDArray[np.bool_]]
    names: Mapping[str, tuple[str, ...]]
    reason: NDArray[Any]


def cases_of(noted: Noted, parts: Parts, townships: Sequence[str], key: bytes) -> Cases:
    """The cases of a file, with the findings L101, L103, L104, L211 to L213, L215, L216, L218,
    L219 and L301."""
    listed, events = parts.cases, parts.events
    rows = events if listed is None else listed
    numbers = _numbers(noted, parts, rows, key)
    own = numbers[id(rows)]
    noted.number |= numbers
    index, found = without_blanks(own)
    line = np.full(len(found), len(rows), np.int64)
    used = np.flatnonzero(index >= 0)
    np.minimum.at(line, index[used], used)
    reason = np.full(len(rows), "", object)
    noted.add("L101", rows, "number", own == "")
    reason[own == ""] = "L101"
    if listed is None:
        of_event = index
    elif parts.steps is not None:
        # A ledger has a row for each member of a household, or names a case again.
        of_event = _placed(noted, events, numbers[id(events)], np.array(found, object))
    else:
        again = used[line[index[used]] != used]
        first = np.full(len(rows), None, object)
        first[again] = [(rows.sheet[k], int(rows.row[k])) for k in line[index[again]].tolist()]
        noted.add("L104", rows, "number", again, place=first)
        reason[again] = "L104"
        index = np.where(reason == "", index, -1)
        of_event = _placed(noted, events, numbers[id(events)], np.array(found, object))
    columns, unread = _columns(noted, parts, rows, (index, of_event), line)
    names = _names(noted, rows, parts, columns, townships)
    return Cases(found, line, of_event, columns, unread, names, reason)


def _placed(
    noted: Noted, events: Rows, numbers: NDArray[Any], found: NDArray[Any]
) -> NDArray[np.int64]:
    """The case of each event by its number; L101 and L103 where there is none."""
    import pandas as pd

    of_event = np.asarray(pd.Index(found).get_indexer(pd.Index(numbers)), np.int64)
    noted.add("L101", events, "number", numbers == "")
    noted.add("L103", events, "number", (numbers != "") & (of_event < 0))
    return of_event


# --- numbers -------------------------------------------------------------------------------
def _numbers(noted: Noted, parts: Parts, main: Rows, key: bytes) -> dict[int, NDArray[Any]]:
    """The case numbers of both sheets; pseudonyms for those made of personal data (L301)."""
    made = {}
    known = cache(lambda word: is_personal(word, parts.names))  # both sheets hold the same ones
    for rows in parts.all:
        text = tidy(rows.cells("number"), "number").text
        personal = each(text, known, bool)
        text = text.copy()
        text[personal] = pseudonyms(text[personal], key)
        made[id(rows)] = text
        if rows is main and personal.any():
            count = len(set(text[personal].tolist()))
            noted.add("L301", rows, "number", np.flatnonzero(personal)[:1], count=count)
    return made


def is_personal(word: str, names: frozenset[str] = frozenset()) -> bool:
    """Whether a case number holds an ID number or a mobile number, or is a name.

    >>> is_personal("DB11010519491231002X"), is_personal("张三"), is_personal("DB2025-001")
    (True, True, False)
    """
    if word in names or holds_number(word):
        return True
    return bool(_HAN.search(word) and not re.search(r"\d", word))


def holds_number(word: str) -> bool:
    """Whether a text holds an ID number or a mobile number.

    >>> holds_number("张三13800138000"), holds_number("甲镇")
    (True, False)
    """
    if any(check_character(found[:17]) == found[17] for found in _WHOLE_ID.findall(word)):
        return True
    return bool(_MOBILE.search(word))


def pseudonyms(texts: NDArray[Any], key: bytes) -> NDArray[Any]:
    """Short pseudonyms of texts under a key.

    >>> pseudonyms(np.array(["张三"], object), b"k").tolist()
    ['ngcaecom']
    """
    return each(hashed(texts, key), lambda word: word[:PSEUDONYM])


def without_blanks(
    texts: NDArray[Any], sort: bool = False
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Texts as positions among their different ones, in order of appearance or sorted; -1 for "".

    >>> index, names = without_blanks(np.array(["乙", "", "甲", "乙"], object))
    >>> index.tolist(), names
    ([0, -1, 1, 0], ('乙', '甲'))
    """
    import pandas as pd

    held = texts.copy()
    held[held == ""] = None
    index, found = pd.factorize(held, sort=sort)
    return np.asarray(index, np.int64), tuple(found.tolist())


# --- columns -------------------------------------------------------------------------------
def _columns(
    noted: Noted,
    parts: Parts,
    main: Rows,
    places: tuple[NDArray[np.int64], NDArray[np.int64]],
    line: NDArray[np.int64],
) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[np.bool_]]]:
    """Every column of cases the file has, taken from the sheet of cases, else from the events."""
    columns: dict[str, NDArray[Any]] = {}
    unread: dict[str, NDArray[np.bool_]] = {}
    for name, field in log_fields().items():
        if field.level != "case" or name == "number":
            continue
        rows, of_row = (main, places[0]) if name in main else (parts.events, places[1])
        if name not in rows:
            continue
        cells, at = _first_cells(noted, rows, name, of_row, len(line))
        if field.kind == "text":
            # A place with the number of a person in it is no name of a place, and is not kept.
            wrong = each(cells, holds_number, bool)
            told_at = at[wrong & (at < len(rows))]
            noted.add("L212", rows, name, told_at, field=name, known="—", nearest="—")
            columns[name] = np.where(wrong, "", cells)
        elif name == "household":
            columns[name] = _households(cells)
        else:
            made = read(name, cells)
            told(noted, rows, name, made, at)
            columns[field.column] = made.value
            if entry_of(name).dtype == "bool":
                unread[field.column] = made.unread | made.blank
            if name == "programme":
                noted.add("L218", rows, name, at[made.blank & (at < len(rows))])
    return columns, unread


def _first_cells(
    noted: Noted, rows: Rows, name: str, of_row: NDArray[np.int64], n: int
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The first cell of each case that says something, and its row; L216 where others differ."""
    import pandas as pd

    cells = tidy(rows.cells(name), "text").text
    held = np.flatnonzero(of_row >= 0)
    at = np.zeros(n, np.int64)
    at[of_row[held[::-1]]] = held[::-1]
    filled = held[cells[held] != ""][::-1]
    at[of_row[filled]] = filled
    first = cells[at] if len(rows) else np.full(n, "", object)
    differs = np.sort(filled[cells[filled] != first[of_row[filled]]])
    if len(differs):
        # Told once for each other value, not in every row that repeats it.
        others = pd.DataFrame({"case": of_row[differs], "value": cells[differs]})
        differs = differs[~others.duplicated().to_numpy()]
        before = np.full(len(rows), "", object)
        before[differs] = [noted.shown(str(word), name) for word in first[of_row[differs]]]
        noted.add("L216", rows, name, differs, field=name, first=before)
    return first, at


def _households(cells: NDArray[Any]) -> NDArray[np.int64]:
    """Households by number, as in `People`; -1 for others, such as ID numbers."""
    return each(
        cells,
        lambda word: int(word) if word.isdecimal() and len(word) <= HOUSEHOLD_MAX else -1,
        np.int64,
    )


def _names(
    noted: Noted,
    main: Rows,
    parts: Parts,
    columns: dict[str, NDArray[Any]],
    townships: Sequence[str],
) -> dict[str, tuple[str, ...]]:
    """Townships and villages as positions in their names; L213 and L219."""
    names = {}
    for name in PLACED:
        if name not in columns:
            continue
        index, found = without_blanks(columns[name], sort=True)
        columns[name], names[name] = index.astype(np.int32), found
    if "township" in names:
        rows = main if "township" in main else parts.events
        cells = tidy(rows.cells("township"), "text").text
        noted.add("L219", rows, "township", _first_blank(noted, rows, cells))
        if townships:
            unknown = ~np.isin(cells, list(townships)) & (cells != "")
            near = np.full(len(rows), "—", object)
            near[unknown] = each(cells[unknown], lambda word: nearest(word, townships))
            noted.add("L213", rows, "township", unknown, nearest=near)
    return names


def _first_blank(noted: Noted, rows: Rows, cells: NDArray[Any]) -> NDArray[np.int64]:
    """The first row of each case that names its township nowhere."""
    import pandas as pd

    number = noted.number[id(rows)]
    table = pd.DataFrame({"number": number, "filled": cells != ""})
    has = table.groupby("number")["filled"].transform("any").to_numpy()
    return np.flatnonzero(~has & (number != "") & ~table["number"].duplicated().to_numpy())
