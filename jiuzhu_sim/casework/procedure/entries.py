"""What a procedure holds: limits between steps, postings, payments, reviews and phases, as plain
objects. `procedure.py` reads them from a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class Event(NamedTuple):
    """Events of a kind, narrowed by `where`; `by` tells which of their dates is meant."""

    kind: str
    where: Mapping[str, Any]
    by: str = "at"


class Moment(NamedTuple):
    """One moment of a case: of several events the latest or earliest, or the first recorded."""

    how: str
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Entry:
    """What every limit has: where it comes from and whom it concerns."""

    key: str
    clause: str
    label: Mapping[str, str]
    status: str
    programmes: tuple[str, ...]
    kinds: tuple[str, ...]
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Extension:
    """A longer limit where a step took more than so many days."""

    start: Moment
    end: Event
    more_than: int
    unit: str
    number: int


@dataclass(frozen=True)
class Limit(Entry):
    """At most `number` of `unit` from one moment to another.

    `plus_posting`: the days of posting are added to those allowed. `may_precede`: the end may
    come before the start (aid first). `is_urgent`: urgent cases alone.
    """

    start: Moment
    end: Moment
    number: int
    unit: str
    extension: Extension | None = None
    plus_posting: bool = False
    may_precede: bool = False
    is_urgent: bool = False


@dataclass(frozen=True)
class Post(Entry):
    """A list posted for at least `days`, the day of posting not counted."""

    list_no: int
    days: int
    level: str = ""
    restart_on_objection: bool = False
    after_decision: bool = False


@dataclass(frozen=True)
class Payment(Entry):
    """A payment ``every`` month or quarter, by a day of its (first) month; 0 is its last day."""

    every: str
    due_day: int


@dataclass(frozen=True)
class Follow(Entry):
    """What must follow each event of a kind.

    At most `number` of `unit` after it (after `from_day` of its month if given), or by `due_day`
    of a month so many `months_after`. Without `end` the event itself must be in time.
    """

    each: Event
    end: Event | None
    same: str
    from_day: int
    number: int
    unit: str
    due_day: int
    months_after: int


@dataclass(frozen=True)
class Review(Entry):
    """A review at most `months` after the last (`times` of them in so many months), or one in
    ``every`` month, quarter or year, on the days of the month `days` if given."""

    review_class: str
    months: int
    times: int
    every: str
    by: str
    days: tuple[int, int] | None


@dataclass(frozen=True)
class Phase(Entry):
    """A phase with fixed dates (month, day): the event must fall in it; `year` 0 is the case's."""

    event: Event
    begin: tuple[int, int] | None
    end: tuple[int, int]
    year: int
    is_required: bool
    is_whole: bool
    only_passed: bool
