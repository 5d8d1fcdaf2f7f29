"""The events of a user's log: kinds, times, officers, votes; rows that cannot be used keep their
reason."""

import datetime
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.cases import Cases, pseudonyms, without_blanks
from jiuzhu_sim.casework.log.faults import repeated
from jiuzhu_sim.casework.log.findings import Noted
from jiuzhu_sim.casework.log.log import code
from jiuzhu_sim.casework.log.rows import Rows, log_fields
from jiuzhu_sim.casework.log.values import entry_of, event_times, more_of, read, told
from jiuzhu_sim.roster.cells import BLANKS, each_several

SAME = ("actor", "role", "channel", "outcome", "list_no", "level", "amount", "department", "until")
"""What must be equal, besides case, kind and time, for two rows to be one record."""
VOTES = ("n_due", "n_present", "n_for")
NOBODY = ("", "-", "—", "无")
ATTENDED = ("visit", "vote")
VALUED = ("code", "count", "money", "bool")
"""Kinds of fields read cell by cell; times and officers need more."""
NAME_SHORTEST = 2
"""Characters: 张　三 is one name written wide, 张三 李四 are two."""
_SEVERAL = re.compile(r"[、,，;；/\\+＋]")


@dataclass(frozen=True)
class Events:
    """Columns of events in the order of the file, the pseudonyms of officers, why a row is kept
    apart ("" where it is used), and where yes-or-no columns say nothing."""

    columns: dict[str, NDArray[Any]]
    actors: tuple[str, ...]
    reason: NDArray[Any]
    unread: dict[str, NDArray[np.bool_]]


def events_of(
    noted: Noted,
    rows: Rows,
    cases: Cases,
    key: bytes,
    latest: datetime.date | None,
    today: datetime.date,
) -> tuple[Events, np.datetime64]:
    """The events of a file, and the day as of which the log stands: `latest`, else the last day in
    the log up to `today`. Findings L102, L105, L106, L201, L202, L208, L209, L212, L215, L304."""
    kind = read("kind", rows.cells("kind"))
    told(noted, rows, "kind", kind)
    noted.add("L106", rows, "kind", kind.blank)
    reason = np.where(kind.blank, "L106", np.where(kind.unread, "L102", "")).astype(object)
    missing = cases.of_event < 0
    blank = rows.cells("number") == ""
    reason[missing] = np.where(blank[missing], "L101", "L103")
    columns: dict[str, NDArray[Any]] = {"case": cases.of_event, "kind": kind.value}
    columns |= event_times(noted, rows)
    unread: dict[str, NDArray[np.bool_]] = {}
    for name, field in log_fields().items():
        if field.level != "event" or name == "kind" or field.kind not in VALUED:
            continue
        made = read(name, rows.cells(name))
        told(noted, rows, name, made)
        is_said = name in ("level", "list_no", "outcome")
        columns[name] = more_of(rows, name, made) if is_said else made.value
        if entry_of(name).dtype == "bool":
            unread[name] = made.unread | made.blank
    columns["actor"], actors, several = _actors(rows, key)
    _attended(noted, rows, columns, several)
    asof = _bounded(noted, rows, columns, latest, today)
    _postings(noted, rows, columns)
    _votes(noted, rows, columns)
    _repeated(noted, rows, columns, reason)
    return Events(columns, actors, reason, unread), asof


def _actors(rows: Rows, key: bytes) -> tuple[NDArray[np.int32], tuple[str, ...], NDArray[Any]]:
    """Officers as positions among their pseudonyms, and how many a cell names."""
    name, count = each_several(rows.cells("actor"), _named, (object, np.int64))
    shown, filled = name.copy(), name != ""
    shown[filled] = pseudonyms(name[filled], key)
    index, found = without_blanks(shown, sort=True)
    return index.astype(np.int32), found, count


def _named(cell: str) -> tuple[str, int]:
    """The first officer a cell names, and how many it names."""
    parts = _SEVERAL.split(cell)
    apart = cell.split()
    if len(parts) == 1 and all(len(part) >= NAME_SHORTEST for part in apart):
        parts = apart
    found = [name for part in parts if (name := BLANKS.sub("", part)) not in NOBODY]
    return (found[0], len(found)) if found else ("", 0)


def _attended(
    noted: Noted, rows: Rows, columns: dict[str, NDArray[Any]], several: NDArray[Any]
) -> None:
    """Officers named in one cell count as present at a visit or vote that states no number."""
    kinds = [code("event", "kind", name) for name in ATTENDED]
    many = several > 1
    fits = many & np.isin(columns["kind"], kinds) & (columns["n_present"] < 0)
    columns["n_present"] = np.where(fits, several, columns["n_present"]).astype(np.int16)
    first = np.flatnonzero(many)[:1]
    if len(first):
        noted.add("L304", rows, "actor", first, count=int(several[first[0]]))


def _bounded(
    noted: Noted,
    rows: Rows,
    columns: dict[str, NDArray[Any]],
    latest: datetime.date | None,
    today: datetime.date,
) -> np.datetime64:
    """Times after the day of the statistics become unknown (L202); the day itself."""
    day = columns["at"].astype("datetime64[D]")
    known = day[~np.isnat(day) & (day <= np.datetime64(today))]
    last = latest or (known.max() if len(known) else today)
    asof = np.datetime64(str(last), "D")
    beyond = ~np.isnat(day) & (day > asof)
    shown = np.where(beyond, np.datetime_as_string(day), "").astype(object)
    noted.add("L202", rows, "at" if "at" in rows else "period", beyond, value=shown, at=str(asof))
    columns["at"] = np.where(beyond, np.datetime64("NaT", "m"), columns["at"])
    return asof


def _postings(noted: Noted, rows: Rows, columns: dict[str, NDArray[Any]]) -> None:
    start, until = columns["at"].astype("datetime64[D]"), columns["until"]
    wrong = (until < start) & (columns["kind"] == code("event", "kind", "post"))
    if wrong.any():
        dates = {"value": until, "before": start}
        shown = {name: np.datetime_as_string(days).astype(object) for name, days in dates.items()}
        noted.add("L208", rows, "until" if "until" in rows else "period", wrong, **shown)
    columns["until"] = np.where(wrong, np.datetime64("NaT", "D"), until)


def _votes(noted: Noted, rows: Rows, columns: dict[str, NDArray[Any]]) -> None:
    due, present, votes = (columns[name] for name in VOTES)
    wrong = (present > due) & (due >= 0) | (votes > present) & (present >= 0)
    wrong |= (votes > due) & (due >= 0)
    shown = {
        word: np.where(values < 0, "—", values.astype(object)).astype(object)
        for word, values in (("due", due), ("present", present), ("votes", votes))
    }
    noted.add("L209", rows, "n_for" if "n_for" in rows else "n_present", wrong, **shown)
    for name in VOTES:
        columns[name] = np.where(wrong, -1, columns[name]).astype(np.int16)


def _repeated(
    noted: Noted, rows: Rows, columns: dict[str, NDArray[Any]], reason: NDArray[Any]
) -> None:
    """L105: a record that stands in the file already."""
    usable = (reason == "") & ~np.isnat(columns["at"])
    first = repeated([columns[name] for name in ("case", "kind", "at", *SAME)], usable)
    again = np.flatnonzero((first >= 0) & (first != np.arange(len(rows))))
    places = np.full(len(rows), None, object)
    places[again] = [(rows.sheet[k], int(rows.row[k])) for k in first[again].tolist()]
    noted.add("L105", rows, "kind", again, place=places)
    reason[again] = "L105"
