"""`Log`: the cases of an office and what was done on them, as columns.

A log keeps no name and no ID number: officers are pseudonyms, households are numbers. What was not
recorded is unknown (-1, NaN, NaT), never guessed; `knows` tells where a yes or no was recorded.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import Column, log_columns
from jiuzhu_sim.errors import JZError

PROGRAMMES = tuple(log_columns("case")["programme"].codes or ())
"""Programmes of a case, in the order of their integers."""
KINDS = tuple(log_columns("case")["kind"].codes or ())
"""Kinds of case."""
EVENTS = tuple(log_columns("event")["kind"].codes or ())
"""Kinds of event: the steps of a case."""
ROLES = tuple(log_columns("event")["role"].codes or ())
"""Roles of the one who acted."""
CHANNELS = tuple(log_columns("event")["channel"].codes or ())
"""Channels by which something came in or was done."""
OUTCOMES = tuple(log_columns("event")["outcome"].codes or ())
"""Outcomes of an event."""
LIST_LEVELS = tuple(log_columns("event")["level"].codes or ())
"""Levels of administration at which something was done."""
DEPARTMENTS = tuple(log_columns("event")["department"].codes or ())
"""Departments to which a case may be transferred."""
NAMED = ("township", "village", "actor", "number")
"""Columns that hold positions in `Log.names`; -1 is unknown."""

Columns = Mapping[str, NDArray[Any]]


def code(level: str, column: str, name: str) -> int:
    """The integer of a code of a log's column; JZ-E060 with the nearest name where there is none.

    >>> code("event", "kind", "decide"), code("case", "programme", "dibao")
    (10, 0)
    """
    entry = log_columns(level)[column]
    known = list(entry.codes or ())
    if name not in known:
        raise JZError.unknown(entry.title, str(name), known)
    return known.index(name)


@dataclass(frozen=True)
class Log:
    """Cases and events as columns (see `columns/cases.yaml`); make one by `Log.of` or `log_of`.

    `cases` are arrays (cases,); `events` arrays (events,) sorted by case, time and row of the file,
    whose `case` is a position in `cases`. `names` are the texts behind ``township``, ``village``,
    ``actor`` and ``number`` (the case number as written). `at` is the day as of which open cases
    are judged. `unknown` are masks, by column, of what a yes-or-no column did not record.

    >>> log = log_of([{"case": 7, "events": [{"kind": "apply", "at": "2025-01-03"}]}])
    >>> log.n, log.first("apply").astype(str).tolist(), log.any("decide").tolist()
    (1, ['2025-01-03T00:00'], [False])
    """

    cases: Columns
    events: Columns
    names: Mapping[str, tuple[str, ...]]
    at: np.datetime64
    is_synthetic: bool = False
    title: str = ""
    unknown: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        cases: Columns,
        events: Columns,
        names: Mapping[str, Iterable[str]] | None = None,
        *,
        at: Any = None,
        is_synthetic: bool = False,
        title: str = "",
        unknown: Mapping[str, NDArray[np.bool_]] | None = None,
    ) -> "Log":
        """A log of columns in any order of events; columns left out take their defaults.

        `at` is the last day with an event if not given. Raises JZ-E010 (no such column), ValueError
        (columns of different lengths, an event of a case beyond the last).
        """
        n = len(cases["case"])
        n_events = len(events["case"])
        whole = _whole("case", cases, n)
        rows = _whole("event", events, n_events)
        if n_events and not 0 <= int(rows["case"].min()) <= int(rows["case"].max()) < n:
            raise ValueError("events name cases that are not there")
        order = np.lexsort((rows["row"], _last_if_unknown(rows["at"]), rows["case"]))
        rows = {name: values[order] for name, values in rows.items()}
        if at is None:
            dated = rows["at"][~np.isnat(rows["at"])]
            at = dated.max() if len(dated) else "NaT"
        unknown = dict(unknown or {})
        for name in list(unknown):
            if name in log_columns("event"):
                unknown[name] = unknown[name][order]
        for level, given in (("case", cases), ("event", events)):
            for name, entry in log_columns(level).items():
                if entry.dtype == "bool" and name not in given:
                    unknown[name] = np.ones(n if level == "case" else n_events, bool)
        known = {name: tuple((names or {}).get(name, ())) for name in NAMED}
        day = np.datetime64(at).astype("datetime64[D]")
        return cls(whole, rows, known, day, is_synthetic, title, unknown)

    @property
    def n(self) -> int:
        """How many cases."""
        return len(self.cases["case"])

    @property
    def n_events(self) -> int:
        """How many events."""
        return len(self.events["case"])

    @cached_property
    def _by_kind(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Event positions ordered by kind (within a kind as they stand), and where kinds begin."""
        kinds = self.events["kind"]
        order = np.argsort(kinds, kind="stable")
        return order, np.searchsorted(kinds[order], np.arange(len(EVENTS) + 1))

    def rows(self, kind: str, **where: str | int | bool) -> NDArray[np.int64]:
        """Positions of the events of a kind, by case and time.

        `where` narrows: columns of events with a code's name (``outcome="failed"``) or a number.
        JZ-E060 for an unknown kind or code, JZ-E010 for an unknown column.

        >>> log = log_of([{"events": [{"kind": "post", "list_no": 2, "at": "2025-01-03"}]}])
        >>> log.rows("post", list_no=2).tolist(), log.rows("post", list_no=1).tolist()
        ([0], [])
        """
        number = code("event", "kind", kind)
        order, begins = self._by_kind
        found = order[begins[number] : begins[number + 1]]
        for name, wanted in where.items():
            entry = _entry("event", name)
            value = code("event", name, str(wanted)) if entry.codes else wanted
            found = found[self.events[name][found] == value]
        return found

    def _dated(self, kind: str, where: Mapping[str, Any]) -> NDArray[np.int64]:
        found = self.rows(kind, **where)
        return found[~np.isnat(self.events["at"][found])]

    def first(self, kind: str, **where: str | int | bool) -> NDArray[np.datetime64]:
        """When the first such event of each case was: datetime64[m] (cases,); NaT where none."""
        made = np.full(self.n, "NaT", "datetime64[m]")
        found = self._dated(kind, where)[::-1]
        # Of events written to one place the last stays: reversed, the earliest.
        made[self.events["case"][found]] = self.events["at"][found]
        return made

    def last(self, kind: str, **where: str | int | bool) -> NDArray[np.datetime64]:
        """When the last such event of each case was: datetime64[m] (cases,); NaT where none."""
        made = np.full(self.n, "NaT", "datetime64[m]")
        found = self._dated(kind, where)
        made[self.events["case"][found]] = self.events["at"][found]
        return made

    def count(self, kind: str, **where: str | int | bool) -> NDArray[np.int64]:
        """How many such events each case has, dated or not: (cases,)."""
        return np.bincount(self.events["case"][self.rows(kind, **where)], minlength=self.n)

    def any(self, kind: str, **where: str | int | bool) -> NDArray[np.bool_]:
        """Whether a case has such an event, dated or not: (cases,)."""
        return self.count(kind, **where) > 0

    def undated(self, kind: str, **where: str | int | bool) -> NDArray[np.bool_]:
        """Whether a case has such an event of unknown date: nothing can be said of its time."""
        found = self.rows(kind, **where)
        found = found[np.isnat(self.events["at"][found])]
        return np.bincount(self.events["case"][found], minlength=self.n) > 0

    def knows(self, name: str) -> NDArray[np.bool_]:
        """Where a yes-or-no column of cases or events was recorded; False is then a recorded no."""
        level = "case" if name in log_columns("case") else "event"
        _entry(level, name)
        if name in self.unknown:
            return np.asarray(~self.unknown[name])
        return np.ones(self.n if level == "case" else self.n_events, bool)

    @property
    def numbers(self) -> NDArray[Any]:
        """The case numbers as written in the file, else the ids: texts (cases,)."""
        texts = self.names["number"]
        return np.array(texts, object) if texts else self.cases["case"].astype(str).astype(object)

    def labels(self, name: str, positions: NDArray[Any] | None = None) -> NDArray[Any]:
        """The names behind ``township``, ``village`` (of cases) or ``actor`` (of events); "" where
        unknown."""
        level = self.events if name == "actor" else self.cases
        held = level[name] if positions is None else positions
        return np.array([*self.names[name], ""], object)[held]

    def select(self, mask: NDArray[np.bool_]) -> "Log":
        """The log of some cases, with their events; the names stay.

        >>> log = log_of([{"case": 1}, {"case": 2}])
        >>> log.select(np.array([False, True])).cases["case"].tolist()
        [2]
        """
        mask = np.asarray(mask, bool)
        kept = mask[self.events["case"]]
        events = {name: values[kept] for name, values in self.events.items()}
        events["case"] = (np.cumsum(mask) - 1)[events["case"]].astype(np.int32)
        cases = {name: values[mask] for name, values in self.cases.items()}
        sides = log_columns("case")
        unknown = {
            name: values[mask if name in sides else kept] for name, values in self.unknown.items()
        }
        names = dict(self.names)
        if names["number"]:
            names["number"] = tuple(self.numbers[mask])
        return Log(cases, events, names, self.at, self.is_synthetic, self.title, unknown)

    def frame(self, level: str) -> Any:
        """The ``cases`` or ``events`` as a DataFrame with labels in the language in use.

        >>> log_of([{"programme": "dibao"}]).frame("cases")["救助类型"].tolist()
        ['低保']
        """
        from jiuzhu_sim.casework.log.frame import frame_of

        return frame_of(self, level)


def _entry(level: str, name: str) -> Column:
    known = log_columns(level)
    if name not in known:
        from jiuzhu_sim.errors import nearest

        raise JZError.of("JZ-E010", name=name, nearest=nearest(name, known))
    return known[name]


def _last_if_unknown(at: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Times as numbers; an unknown one comes after all others of its case."""
    return np.where(np.isnat(at), np.iinfo(np.int64).max, at.astype(np.int64))


def _whole(level: str, given: Columns, n: int) -> dict[str, NDArray[Any]]:
    """Every column of a level in its type, those not given filled with their default."""
    for name in given:
        _entry(level, name)
    made = {}
    for name, entry in log_columns(level).items():
        values = given.get(name)
        if values is not None and len(values) != n:
            raise ValueError(f"{name} has {len(values)} values, not {n}")
        made[name] = (
            np.full(n, default_of(entry), entry.storage)
            if values is None
            else np.asarray(values).astype(entry.storage, copy=False)
        )
    return made


def default_of(entry: Column) -> Any:
    """What a log holds where a column was not recorded: the column's default, else unknown."""
    if entry.codes:
        return -1 if entry.default is None else list(entry.codes).index(entry.default)
    if entry.default is not None:
        return entry.default
    if entry.dtype.startswith("datetime64"):
        return np.datetime64("NaT")
    return np.nan if entry.dtype == "float64" else -1


def log_of(
    cases: Iterable[Mapping[str, Any]],
    *,
    at: Any = None,
    is_synthetic: bool = False,
) -> Log:
    """A log of plain mappings, such as a YAML file holds: columns of a case, and its ``events``.

    Codes are names, townships, villages and actors texts, times ``2025-01-03`` or ``2025-01-03
    09:30``. A case without a number gets its place from 1. JZ-E010 and JZ-E060 for unknown columns
    and codes.

    >>> log = log_of([{"programme": "dibao", "township": "甲镇",
    ...                "events": [{"kind": "accept", "at": "2025-01-06 09:30", "actor": "甲"}]}])
    >>> log.names["township"], log.events["is_timed"].tolist(), str(log.at)
    (('甲镇',), [True], '2025-01-06')
    """
    listed = [dict(case) for case in cases]
    rows = [
        {"case": place} | dict(event)
        for place, case in enumerate(listed)
        for event in case.pop("events", None) or ()
    ]
    for place, case in enumerate(listed):
        case.setdefault("case", place + 1)
    for row in rows:
        row.setdefault("is_timed", ":" in str(row.get("at", "")))
    names: dict[str, dict[str, int]] = {name: {} for name in NAMED}
    held, events = (
        _columns(level, plain, names) for level, plain in (("case", listed), ("event", rows))
    )
    return Log.of(
        *(held[0], events[0], names),
        at=at,
        is_synthetic=is_synthetic,
        unknown=held[1] | events[1],
    )


def _columns(
    level: str, plain: list[dict[str, Any]], names: dict[str, dict[str, int]]
) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[np.bool_]]]:
    made: dict[str, NDArray[Any]] = {"case": np.zeros(0)}
    unknown = {}
    for name in dict.fromkeys(["case", *(key for entry in plain for key in entry)]):
        entry = _entry(level, name)
        store = _stored(level, entry, names)
        absent = default_of(entry)
        values = [store(each[name]) if name in each else absent for each in plain]
        made[name] = np.array(values, entry.storage)
        if entry.dtype == "bool":
            unknown[name] = np.array([name not in each for each in plain], bool)
    return made, unknown


def _stored(level: str, entry: Column, names: dict[str, dict[str, int]]) -> Callable[[Any], Any]:
    """How a plain value of a column is stored."""
    if entry.codes:
        return lambda value: code(level, entry.name, str(value))
    if entry.name in NAMED:
        known = names[entry.name]
        return lambda value: known.setdefault(str(value), len(known))
    if entry.dtype.startswith("datetime64"):
        return lambda value: np.datetime64(str(value).strip().replace(" ", "T"))
    return lambda value: value
