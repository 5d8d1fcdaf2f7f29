"""A user's own event log, read from a workbook or text: the `Log`, what is wrong, what is kept
apart.

No name, ID number or telephone number leaves this step: officers become pseudonyms under the user's
own key, applicants' columns are never taken over, case numbers made of personal data are replaced.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.cases import Cases, cases_of
from jiuzhu_sim.casework.log.events import events_of
from jiuzhu_sim.casework.log.faults import tell_faults
from jiuzhu_sim.casework.log.findings import LogFindings, Noted
from jiuzhu_sim.casework.log.log import Log
from jiuzhu_sim.casework.log.parts import is_log, parts_of
from jiuzhu_sim.casework.log.rows import KEPT_OUT, Parts, Rows, known_log_headers, log_fields
from jiuzhu_sim.casework.log.wide import MARK
from jiuzhu_sim.errors import nearest
from jiuzhu_sim.policy import parse_date
from jiuzhu_sim.roster.fields import even
from jiuzhu_sim.roster.identity import masked, own_key
from jiuzhu_sim.roster.sheet import Source, column_letter, open_sheets


@dataclass(frozen=True)
class ReadLog:
    """A log that was read.

    `log` holds what can be used; `findings` what is wrong; `aside` the rows kept apart (sheet, row,
    reason, cells as read, masked); `file`, `sheets` and `rows` (with data, of events) say what was
    read; `absent` are the fields that no sheet has.

    `steps` are the kinds of event for which a ledger with a case a row has columns of dates (None
    for other layouts): of other kinds it tells nothing. Its `rows` are cases, not events.
    """

    log: Log
    findings: LogFindings
    aside: Any
    file: str
    sheets: tuple[str, ...]
    rows: int
    absent: tuple[str, ...]
    steps: frozenset[str] | None = None


def read_log(
    path: str | Path,
    *,
    at: str | datetime.date | None = None,
    sheet: str = "",
    encoding: str = "auto",
    townships: Sequence[str] = (),
    key: bytes | None = None,
) -> ReadLog:
    """Read an event log (xlsx, xls, et, csv, tsv; whatever its ending) and check every row.

    A sheet of cases and one of events, a flat table with an event a row, or a ledger with a case a
    row and a column of dates for each step. `at` is the day as of
    which open cases are judged (None: the last day in the log that is not in the future); later
    dates are taken as unknown. `townships` are the official names, where given; `key` makes the
    pseudonyms (None: the user's own, see `own_key`).

    Raises JZ-E007 (bad date), E020, E021 (no such file, unreadable), E060, E070, E073 to E076 (see
    `open_sheets`), E079 (no rows), E093 and E094 (no log), E040 and E078 (key).

    >>> import tempfile
    >>> rows = "案件编号,乡镇,救助类型,环节,办理时间,经办人\\n"
    >>> rows += "A1,甲镇,低保,受理,2025-1-3,张三\\nA1,甲镇,低保,审批,2025年1月20日,李四\\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "log.csv"
    ...     _ = file.write_text(rows, encoding="utf-8")
    ...     found = read_log(file, key=b"some key")
    >>> found.log.n, found.log.n_events, found.log.numbers.tolist(), str(found.log.at)
    (1, 2, ['A1'], '2025-01-20')
    """
    source = open_sheets(path, sheet, encoding)
    parts = parts_of(source)
    noted = Noted(parts)
    secret = own_key() if key is None else key
    cases = cases_of(noted, parts, townships, secret)
    today = datetime.date.today()
    latest = parse_date(at) if at else None
    events, asof = events_of(noted, parts.events, cases, secret, latest, today)
    is_used = events.reason == ""
    log = _log(cases, events.columns, events.actors, is_used, asof, masked(source.name, ""))
    log = replace(
        log, unknown={**log.unknown, **_unknown(cases.unread, events.unread, is_used, log)}
    )
    tell_faults(noted, parts.events, log)
    _without_events(noted, parts, cases, log)
    _about_columns(noted, parts)
    rows = {**log.events, "row": parts.events.row[log.events["row"]].astype(np.int32)}
    return ReadLog(
        log=replace(log, events=rows),
        findings=noted.finish(),
        aside=_aside(noted, parts, cases, events.reason),
        file=masked(source.name, ""),
        sheets=tuple(parts.headers),
        rows=len(parts.events if parts.steps is None else parts.all[0]),
        absent=_absent(parts),
        steps=parts.steps,
    )


def _log(
    cases: Cases,
    columns: Mapping[str, NDArray[Any]],
    actors: tuple[str, ...],
    is_used: NDArray[np.bool_],
    at: np.datetime64,
    title: str,
) -> Log:
    """The log; the row of an event is the number of its line, until all is checked."""
    lines = np.flatnonzero(is_used)
    events = {name: values[is_used] for name, values in columns.items()} | {"row": lines}
    held = cases.columns | {
        "case": np.arange(1, len(cases.numbers) + 1),
        "n_unread": np.bincount(
            cases.of_event[~is_used & (cases.of_event >= 0)], minlength=len(cases.numbers)
        ),
    }
    names = {**cases.names, "actor": actors, "number": cases.numbers}
    return Log.of(held, events, names, at=at, title=title)


def _unknown(
    cases: Mapping[str, NDArray[np.bool_]],
    events: Mapping[str, NDArray[np.bool_]],
    is_used: NDArray[np.bool_],
    log: Log,
) -> dict[str, NDArray[np.bool_]]:
    """Where yes-or-no columns say nothing, in the order of the log."""
    return dict(cases) | {name: mask[log.events["row"]] for name, mask in events.items()}


def _without_events(noted: Noted, parts: Parts, cases: Cases, log: Log) -> None:
    """L214: cases of the sheet of cases, or of rows that could not be used, without an event."""
    none = np.bincount(log.events["case"], minlength=log.n) == 0
    rows = parts.all[0]
    noted.add("L214", rows, "number", np.sort(cases.line[none]))


def _about_columns(noted: Noted, parts: Parts) -> None:
    """L302, L303 and L306 to L310: columns not used or not kept, rows and sheets left out, how a
    ledger was taken."""
    known = known_log_headers()
    for name, header in parts.headers.items():
        taken = {spot.number for spot in header.of.values()}
        for spot in header.spots:
            field = spot.meaning.field
            place = {"header": masked(spot.written, ""), "letter": column_letter(spot.number)}
            if field is not None and field.kind == "private":
                noted.tell("L306", name, header.last, **place)
            elif spot.number not in taken or field is None:
                near = field.title if field else nearest(even(spot.written), known)
                noted.tell("L302", name, header.last, **place, nearest=near)
    for name, count in parts.unused.items():
        noted.tell("L309", name, 1, count=count)
    if parts.steps is not None:
        _about_ledgers(noted, parts)
    for rows in parts.all:
        for name, skipped in rows.skipped.items():
            if skipped:
                noted.tell("L303", name, skipped[0], count=len(skipped))


def _about_ledgers(noted: Noted, parts: Parts) -> None:
    for name, header in parts.headers.items():
        if "number" not in header.of:
            noted.tell("L307", name, header.last)
    for name, row, count in parts.repeats:
        noted.tell("L308", name, row, count=count)
    for name, spot, kind in parts.senses:
        place = {"header": masked(spot.written, ""), "letter": column_letter(spot.number)}
        noted.tell("L310", name, parts.headers[name].last, event=kind, **place)


def _absent(parts: Parts) -> tuple[str, ...]:
    has = {name for header in parts.headers.values() for name in header.of}
    has |= {name.rpartition(MARK)[2] for name in has}
    has |= {"at", "until"} if "period" in has else set()
    has |= {"kind"} if parts.steps is not None else set()
    return tuple(
        name
        for name, field in log_fields().items()
        if field.kind not in KEPT_OUT and name not in has and name != "period"
    )


def _aside(noted: Noted, parts: Parts, cases: Cases, reason: NDArray[Any]) -> Any:
    """The rows kept apart with the code of the reason; their cells are masked."""
    import pandas as pd

    tables: list[Any] = []
    pairs: list[tuple[Rows, NDArray[Any]]] = [(parts.events, reason)]
    if parts.cases is not None:
        pairs.insert(0, (parts.cases, cases.reason))
    for rows, why in pairs:
        chosen = np.flatnonzero(why != "")
        if tables and not chosen.size:
            continue
        content: dict[str, Any] = {
            "sheet": rows.sheet[chosen],
            "row": rows.row[chosen],
            "code": why[chosen],
        }
        for name, cells in rows.texts.items():
            shown = [noted.shown(str(cell), name) for cell in cells[chosen].tolist()]
            content[name] = np.array(shown, object)
        tables.append(pd.DataFrame(content))
    return pd.concat(tables, ignore_index=True).fillna("")


def recognised(source: Source) -> bool:
    """Whether a file that was opened is an event log rather than a roster.

    >>> from jiuzhu_sim.roster.sheet import Sheet
    >>> rows = [["案件编号", "环节", "办理时间"], ["1", "受理", "2025-1-3"]]
    >>> recognised(Source("a.csv", "text", "utf-8", (Sheet("", rows),)))
    True
    """
    return is_log(source)
