"""A log as a file that `read_log` reads again: a workbook of cases and events, one flat text, or a
ledger with a case a row."""

import io
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.casework.log.log import Log
from jiuzhu_sim.casework.log.rows import log_fields
from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.errors import optional
from jiuzhu_sim.files import as_csv, write_whole
from jiuzhu_sim.language import pick, speaking, text

WORKBOOK = ".xlsx"
LEDGER = {"at": "日期", "until": "截止日期", "actor": "人员", "outcome": "结果"}
"""The columns of a step in a ledger, with the endings of their headers."""
WITH_OFFICER = ("visit", "vote", "audit", "decide")
"""Steps of which a ledger names the officer and the outcome."""


def write_log(log: Log, path: str | Path) -> Path:
    """Write a log: a workbook with two sheets (``.xlsx``), else one flat text, an event a row.

    Officers stand as pseudonyms, unknown values as empty cells, texts as texts, never formulas. A
    flat text has no row for a case without an event: a workbook or a ledger keeps it. Returns the
    path; JZ-E040 when it cannot be written, JZ-E046 without xlsxwriter.

    >>> import tempfile
    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> from jiuzhu_sim.casework.log.read import read_log
    >>> log = log_of([{"programme": "dibao", "events": [{"kind": "accept", "at": "2025-01-06"}]}])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = read_log(write_log(log, Path(folder) / "log.csv"), key=b"some key").log
    >>> again.first("accept").astype("datetime64[D]").astype(str).tolist()
    ['2025-01-06']
    """
    path = Path(path)
    cases, events = frames(log)
    if path.suffix.lower() == WORKBOOK:
        return write_whole(path, workbook({text("log.cases"): cases, text("log.events"): events}))
    number = log_columns("case")["case"].title
    flat = cases.merge(events, on=number, how="right", suffixes=("", "_"))
    # A mark, or Excel takes the text for another encoding.
    return write_whole(path, as_csv(flat))


def write_ledger(log: Log, path: str | Path) -> Path:
    """Write a log as the ledger most offices keep (``.xlsx`` or text): a row a case, a column for
    the first date of each step, columns for those who visited and decided and for the outcomes.

    Steps that came again, votes and amounts paid have no place in it. JZ-E040, JZ-E046.

    >>> import tempfile
    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> from jiuzhu_sim.casework.log.read import read_log
    >>> log = log_of([{"programme": "dibao", "events": [{"kind": "accept", "at": "2025-01-06"},
    ...                                                 {"kind": "decide", "at": "2025-01-20"}]}])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = read_log(write_ledger(log, Path(folder) / "ledger.csv"), key=b"some key")
    >>> again.log.n_events, sorted(again.steps)
    (2, ['accept', 'decide'])
    """
    path = Path(path)
    with speaking("zh"):  # the headers that offices write
        made = ledger(log)
    if path.suffix.lower() == WORKBOOK:
        return write_whole(path, workbook({"台账": made}))
    return write_whole(path, as_csv(made))


def ledger(log: Log) -> Any:
    """A log as a frame with a row a case; the headers are Chinese where Chinese is in use."""
    made = frames(log)[0].reset_index(drop=True)
    events, entries = log.frame("events"), log_columns("event")
    titles = {name: entry.title for name, entry in entries.items()}
    for kind, label in (entries["kind"].codes or {}).items():
        rows = log.rows(kind)
        if not len(rows):
            continue
        _, first = np.unique(log.events["case"][rows], return_index=True)
        place = log.events["case"][rows[first]]
        for name, ending in LEDGER.items():
            if name in ("at", "until") or kind in WITH_OFFICER:
                cells = np.full(log.n, "", object)
                cells[place] = events[titles[name]].to_numpy(object)[rows[first]]
                if (cells[place] != "").any():
                    made[f"{pick(label)}{ending}"] = cells
    return made


def frames(log: Log) -> tuple[Any, Any]:
    """Cases and events with the columns that reading knows; those no row fills are left out."""
    made = []
    for level, frame in (("case", log.frame("cases")), ("event", log.frame("events"))):
        known = {entry.column for entry in log_fields().values() if entry.level == level}
        titles = [
            entry.title
            for name, entry in log_columns(level).items()
            if name == "case" or (name in known and name != "is_timed")
        ]
        filled = [title for title in titles if (frame[title] != "").any()]
        made.append(frame[filled])
    return made[0], made[1]


def workbook(sheets: dict[str, Any]) -> bytes:
    """Frames as an xlsx file, a sheet each, every cell a text or a number; JZ-E046 without
    xlsxwriter.

    Column by column in memory: with `constant_memory`, row by row, 96k rows of 16 columns took half
    as long again.
    """
    with optional("xlsxwriter"):
        import xlsxwriter
    buffer = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, plain) as book:
        for name, frame in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, list(frame.columns), book.add_format({"bold": True}))
            for place, title in enumerate(frame.columns):
                sheet.write_column(1, place, frame[title].tolist())
    return buffer.getvalue()
