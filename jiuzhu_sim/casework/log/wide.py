"""A ledger with a case a row and a column for each step (受理日期, 入户人员, 审批结果), as events.

A header is a word for a step and an ending that says what the column tells of it. Every step of a
row of which any cell is filled becomes an event with that row's place in the file; what no column
tells is unknown.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.cells import implied, spelled
from jiuzhu_sim.casework.log.rows import (
    KEPT_OUT,
    Parts,
    Rows,
    log_fields,
    log_meaning,
    names_in,
    rows_of,
    unused_sheets,
)
from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import LANGUAGES, pick, read_yaml, speaking, text
from jiuzhu_sim.roster.cells import each
from jiuzhu_sim.roster.fields import Field, Meaning, even, spellings
from jiuzhu_sim.roster.header import Header, Spot, find_header
from jiuzhu_sim.roster.identity import masked
from jiuzhu_sim.roster.sheet import Sheet, Source

STEPS_FEWEST = 2
"""Kinds of event with a date that make a table a ledger of cases."""
STEPS_OF_NO_ROSTER = 3
"""More than rosters carry (申请日期, 批准日期); one more where cases have no number."""
MARK = ":"
"""Between the parts of a step's field: kind, level, number of the posting, column."""
PLACES = ("镇", "乡", "街道", "办事处")
"""What the name of a township's sheet ends with."""
DATES = ("at", "until", "period")

Ledgers = Sequence[tuple[Sheet, Header]]


@cache
def _words() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_name("wide.yaml"))
    return found


@cache
def _steps() -> Mapping[str, str]:
    """The step each word stands for: kind, level and number of the posting."""
    kinds = dict(spelled("kind"))
    for kind, known in _words()["words"].items():
        kinds |= {even(word): kind for word in known}
    level, number = implied("level"), implied("list_no")
    return {
        word: MARK.join((kind, str(level.get(word, "")), str(number.get(word, ""))))
        for word, kind in kinds.items()
    }


@cache
def _endings() -> Mapping[str, str]:
    return {even(word): name for name, known in _words()["endings"].items() for word in known}


def _step_field(step: str, column: str) -> Field:
    kind, _, _ = step.partition(MARK)
    # A posting has a first and a last day, often in one cell.
    column = "period" if kind == "post" and column == "at" else column
    entry = log_fields()[column]
    label = {}
    for language in LANGUAGES:
        with speaking(language):
            label[language] = f"{_kind_title(kind)} · {entry.title}"
    return Field(f"{step}{MARK}{column}", "event", entry.kind, label, (), column)


def _kind_title(kind: str) -> str:
    return pick((log_columns("event")["kind"].codes or {})[kind])


def wide_meaning(parts: tuple[str, ...]) -> Meaning:
    """What a header of a ledger means: a column of the case, or something about a step.

    >>> [wide_meaning((head,)).field.name for head in ("受理日期", "户主", "入户人员")]
    ['accept:::at', 'head_name', 'visit:::actor']
    >>> wide_meaning(("一榜公示", "止")).field.name
    'post::1:until'
    """
    parts = tuple(part for part in parts if part.strip())
    if not parts:
        return Meaning(None)
    for spelling in spellings(parts):
        field = log_meaning((spelling,)).field
        if field and (field.level == "case" or field.kind in KEPT_OUT):
            return Meaning(field)
        for cut in range(len(spelling), 0, -1):
            step, column = _steps().get(spelling[:cut]), _endings().get(spelling[cut:])
            if step and column:
                return Meaning(_step_field(step, column))
    field = log_meaning(parts).field
    if field is None or field.name == "actor":
        return Meaning(field)
    kind = _words()["general"].get(field.name)
    return Meaning(_step_field(f"{kind}{MARK}{MARK}", field.name) if kind else None)


def step_title(name: str) -> str:
    """The title of a field of a step, in the language in use.

    >>> step_title("visit:::actor")
    '入户调查 · 经办人'
    """
    step, _, column = name.rpartition(MARK)
    return _step_field(step, column).title


def wide_sheets(source: Source) -> list[tuple[Sheet, Header]]:
    """The sheets of a file that are ledgers with a case a row."""
    found = [(sheet, find_header(sheet, wide_meaning, _needed())) for sheet in source.sheets]
    return [(s, h) for s, h in found if h and len(kinds_dated(h)) >= STEPS_FEWEST]


@cache
def _needed() -> frozenset[str]:
    """Any field of a step: that there are enough of them is seen later."""
    fields = {step + MARK + name for step in set(_steps().values()) for name in ("at", "period")}
    return frozenset(fields)


def kinds_dated(header: Header) -> frozenset[str]:
    """The kinds of event of which a ledger has the dates."""
    return frozenset(
        name.partition(MARK)[0] for name in header.of if name.rpartition(MARK)[2] in DATES
    ) & set(spelled("kind").values())


def is_ledger(header: Header) -> bool:
    """Whether a table with dates of steps is a ledger of cases for sure, and no roster."""
    kinds, has_number = kinds_dated(header), "number" in header.of
    # Rosters never tell when an application was accepted.
    fewest = STEPS_FEWEST if "accept" in kinds and has_number else STEPS_OF_NO_ROSTER
    return len(kinds) >= fewest + (not has_number)


# --- rows ----------------------------------------------------------------------------------
def wide_parts(source: Source, ledgers: Ledgers) -> Parts:
    """The cases and events of ledgers; JZ-E079 where there is no row of data."""
    rows = rows_of(ledgers)
    if not len(rows):
        raise JZError.of("JZ-E079", source.name, row=ledgers[0][1].last)
    headers = {masked(sheet.name, ""): header for sheet, header in ledgers}
    names = {name for sheet, header in ledgers for name in names_in(sheet, header)}
    rows = _completed(rows, ledgers, several=len(ledgers) > 1)
    senses = tuple(
        (sheet, spot, "verify") for sheet, header in headers.items() for spot in _verified(header)
    )
    return Parts(
        cases=rows,
        events=_events(rows, headers, {(sheet, spot.number) for sheet, spot, _ in senses}),
        headers=headers,
        names=frozenset(names - {""}),
        unused=unused_sheets(source, headers),
        steps=frozenset().union(*(_recorded(header) for header in headers.values())),
        senses=senses,
        repeats=_repeats(rows),
    )


def _completed(rows: Rows, ledgers: Ledgers, several: bool) -> Rows:
    """Rows with the number and township of each case where the ledger has no column for them."""
    texts = dict(rows.texts)
    numbered = rows.has("number")
    if not numbered.all():
        # The place in the file: whoever looks for the case finds it, and it names nobody.
        own = np.array(
            [
                text("log.case_at", sheet=sheet if several else "", row=row)
                for sheet, row in zip(rows.sheet.tolist(), rows.row.tolist(), strict=True)
            ],
            object,
        )
        texts["number"] = np.where(numbered, rows.cells("number"), own)
    placed = rows.has("township")
    if several and not placed.all():
        named = each(rows.sheet, lambda name: name if name.strip().endswith(PLACES) else "")
        texts["township"] = np.where(placed, rows.cells("township"), named)
    return Rows(rows.sheet, rows.row, texts, rows.spots, rows.skipped, rows.part)


def _recorded(header: Header) -> frozenset[str]:
    """The kinds of event that a ledger has dates for, with what 核对 is taken for."""
    found = set(kinds_dated(header))
    if _verified(header):
        found = found - {"entrust"} | {"verify"}
    return frozenset(found)


def _verified(header: Header) -> tuple[Spot, ...]:
    """核对日期 alone is the day the verification was done: a ledger holds the days on which steps
    were done. With another column for the result it is the day it was asked for."""
    kinds = kinds_dated(header)
    if "entrust" not in kinds or "verify" in kinds:
        return ()
    spots = (
        spot for name, spot in header.of.items() if name.startswith("entrust") and MARK in name
    )
    return tuple(
        spot for spot in spots if not any(word in even(spot.written) for word in _words()["asked"])
    )


def _repeats(rows: Rows) -> tuple[tuple[str, int, int], ...]:
    """For each sheet the first row that names a case again, and how many do."""
    import pandas as pd

    number = pd.Series(rows.cells("number"), dtype=object)
    again = (number.duplicated() & (number != "")).to_numpy()
    found = []
    for sheet in dict.fromkeys(rows.sheet[again].tolist()):
        lines = np.flatnonzero(again & (rows.sheet == sheet))
        found.append((sheet, int(rows.row[lines[0]]), len(lines)))
    return tuple(found)


def _is_told(cells: NDArray[Any]) -> NDArray[np.bool_]:
    """Cells that say that something was done."""
    nothing = {even(word) for word in _words()["not_done"]} | {"", "无", "没有"}
    return each(cells, lambda word: even(word) not in nothing, bool)


def _events(rows: Rows, headers: Mapping[str, Header], verified: set[tuple[str, int]]) -> Rows:
    """An event for each step of each row of which a cell says something, in the order of the row's
    columns; records of one case that are the same are one (several members, one case)."""
    made = [
        part for sheet, header in headers.items() for part in _parts(rows, sheet, header, verified)
    ]
    lines = np.concatenate([line for line, *_ in made]) if made else np.zeros(0, np.int64)
    count = [len(line) for line, *_ in made]
    place = np.repeat([order for _, order, *_ in made], count)
    part = np.repeat(np.array([key for *_, key, _, _ in made], object), count)
    fields = dict.fromkeys(name for *_, texts in made for name in texts)
    texts = {
        name: np.concatenate(
            [held.get(name, np.full(len(line), "", object)) for line, *_, held in made]
        )
        for name in fields
    }
    spots = {(key, name): spot for *_, key, of, _ in made for name, spot in of.items()}
    order = np.lexsort((place, lines))
    order = order[~_same(rows.cells("number")[lines], texts)[order]] if len(order) else order
    return Rows(
        sheet=rows.sheet[lines[order]],
        row=rows.row[lines[order]],
        texts={name: cells[order] for name, cells in texts.items()},
        spots=spots,
        skipped={},
        part=part[order],
    )


def _same(number: NDArray[Any], texts: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Records of a case that stand in an earlier row of it already."""
    import pandas as pd

    return np.asarray(pd.DataFrame({"": number, **texts}).duplicated()) & (number != "")


def _parts(
    rows: Rows, sheet: str, header: Header, verified: set[tuple[str, int]]
) -> list[tuple[NDArray[np.int64], int, str, dict[str, Spot], dict[str, NDArray[Any]]]]:
    """For each step of a sheet: the rows in which it was done, its place among the columns, the
    name of the part, where its fields stand, their cells."""
    steps: dict[str, dict[str, Spot]] = {}
    for name, spot in header.of.items():
        if MARK in name:
            step, _, column = name.rpartition(MARK)
            steps.setdefault(step, {})[column] = spot
    made = []
    is_here = (rows.sheet == sheet) & (rows.cells("number") != "")
    for step, of in steps.items():
        told = {name: _is_told(rows.cells(f"{step}{MARK}{name}")) for name in of}
        line = np.flatnonzero(is_here & np.any(list(told.values()), axis=0))
        texts = {
            name: np.where(told[name][line], rows.cells(f"{step}{MARK}{name}")[line], "")
            # What was decided is said by words that elsewhere say that nothing was done.
            if name in DATES
            else rows.cells(f"{step}{MARK}{name}")[line]
            for name in of
        }
        spots = dict(of)
        kind = step.partition(MARK)[0]
        if "actor" in header.of and "actor" not in of and kind in _words()["clerk"]:
            texts["actor"], spots["actor"] = rows.cells("actor")[line], header.of["actor"]
        date = next((of[name] for name in ("at", "period", "until") if name in of), None)
        shown = date or next(iter(of.values()))
        word = "核对反馈" if (sheet, shown.number) in verified else _word(step, shown)
        texts["kind"] = np.full(len(line), word, object)
        texts["number"] = rows.cells("number")[line]
        spots |= {name: shown for name in ("kind", "at", "period") if name not in of}
        if "number" in header.of:
            spots["number"] = header.of["number"]
        made.append((line, shown.number, f"{sheet}\0{step}", spots, texts))
    return made


def _word(step: str, spot: Spot) -> str:
    """A word for a step: the one its header begins with, or one that means the same."""
    head = even(spot.written)
    begun = (head[:cut] for cut in range(len(head), 0, -1))
    known = spelled("kind")
    return next(w for w in (*begun, *_steps()) if w in known and _steps().get(w) == step)
