"""Dates of the cash calendar as a file for a calendar program (iCalendar, RFC 5545).

Written here, without a library: a few all-day events need one escape rule, one folding rule and
fixed properties; a package for that would have to be installed on every office machine.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jiuzhu_sim.files import write_whole

LINE = 75
"""Most bytes of a line before it is folded (RFC 5545, section 3.1)."""

STAMP = "20000101T000000Z"
"""DTSTAMP of every event: the same dates give the same bytes."""

OWNER = "jiuzhu-sim"


@dataclass(frozen=True)
class Event:
    """An all-day event. `key`: what it is, the same in every run and language (part of the UID)."""

    key: str
    day: date
    title: str
    text: str = ""

    @property
    def uid(self) -> str:
        """Name of the event that stays when the file is made again, so that a calendar replaces
        it and does not show it twice.

        >>> first, second = Event("pay-01", date(2025, 1, 10), "发放"), Event("pay-01",
        ...     date(2025, 1, 8), "Pay day")
        >>> first.uid == second.uid
        True
        """
        return f"{hashlib.sha256(self.key.encode()).hexdigest()[:32]}@{OWNER}"


def write_calendar(path: str | Path, events: Sequence[Event], name: str) -> Path:
    """Write events as an ``.ics`` file, whole or not at all (JZ-E040). `name`: of the calendar.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_calendar(Path(folder) / "a.ics", [], "资金日历").name
    'a.ics'
    """
    return write_whole(path, calendar(events, name).encode("utf-8"))


def calendar(events: Sequence[Event], name: str) -> str:
    """The text of an ``.ics`` file: lines end in CRLF and are folded at 75 bytes.

    >>> made = calendar([Event("a", date(2025, 7, 12), "资金用尽；概率 50%, P50")], "资金日历")
    >>> [line for line in made.split("\\r\\n") if line.startswith(("DT", "SUMMARY"))]
    ... # doctest: +NORMALIZE_WHITESPACE
    ['DTSTAMP:20000101T000000Z', 'DTSTART;VALUE=DATE:20250712', 'DTEND;VALUE=DATE:20250713',
     'SUMMARY:资金用尽；概率 50%\\\\, P50']
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{OWNER}//cash calendar//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for event in sorted(events, key=lambda each: (each.day, each.key)):
        lines += _lines(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _lines(event: Event) -> list[str]:
    made = [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{STAMP}",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        # The end of an all-day event is the day after it.
        f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(event.title)}",
    ]
    if event.text:
        made.append(f"DESCRIPTION:{escaped(event.text)}")
    # A date to know of, not one that blocks the day.
    return [*made, "TRANSP:TRANSPARENT", "END:VEVENT"]


def escaped(words: str) -> str:
    """Text as a value: backslash, semicolon and comma escaped, line ends written ``\\n``.

    >>> print(escaped("a;b,c" + chr(10) + "d"))
    a\\;b\\,c\\nd
    """
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    return plain.replace("\n", "\\n")


def folded(line: str) -> str:
    """A line cut into pieces of at most 75 bytes, never within a character.

    >>> [len(piece.encode()) for piece in folded("汉" * 40).split("\\r\\n")]
    [75, 46]
    """
    pieces, piece, size = [], "", 0
    for letter in line:
        length = len(letter.encode())
        if size + length > LINE:
            pieces.append(piece)
            # A continued line begins with a space, which counts.
            piece, size = " ", 1
        piece += letter
        size += length
    return "\r\n".join([*pieces, piece])
