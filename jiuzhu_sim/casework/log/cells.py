"""Cells of a log made into times, codes and numbers, all on the different words of a column."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.rows import log_fields
from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.roster.cells import EXCEL_EPOCH, FIRST_SERIAL, LAST_SERIAL, dates, each_several
from jiuzhu_sim.roster.cells import words as roster_words
from jiuzhu_sim.roster.fields import even

MINUTES_A_DAY = 24 * 60
NOON = 12
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_CLOCK = re.compile(
    r"(?P<day>.*?)[T\s]*(?P<half>上午|下午|晚上|晚|凌晨|早上|中午|am|pm)?\s*"
    r"(?P<hour>(?<!\d)\d{1,2})(?:\s*:\s*(?P<minute>\d{2})(?::\d{2}(?:\.\d+)?)?|\s*[时点](?:(?P<spoken>\d{1,2})分?)?)"
    r"\s*(?P<after>am|pm)?",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"\d{4}[-/.年]?(?:\d{1,2}月?)?")
"""A year, or a year and a month: no day."""
_MERIDIEM = {"下午": NOON, "晚上": NOON, "晚": NOON, "pm": NOON}
_UNTIL = re.compile(r"\s*(?:至|到|—+|–|~|～|--|\s-\s)\s*")
_LATER_DAY = re.compile(r"(?:(?P<month>\d{1,2})[-/.月])?(?P<day>\d{1,2})日?")


@dataclass(frozen=True)
class Times:
    """Cells as times: datetime64[m], NaT where blank or no full date; `is_timed` where a time of
    day stands; `is_bad` where a cell says something that is no full date."""

    value: NDArray[np.datetime64]
    is_timed: NDArray[np.bool_]
    is_bad: NDArray[np.bool_]


def times(cells: NDArray[Any]) -> Times:
    """Cells as dates with or without a time of day, in the usual writings.

    >>> made = times(np.array(["2025/1/3 9:30", "45660.75", "20250103", "2025年1月"], object))
    >>> made.value.astype(str).tolist()[:2], made.is_bad.tolist()
    (['2025-01-03T09:30', '2025-01-03T18:00'], [False, False, False, True])
    """
    value, is_timed = each_several(cells, _time, ("datetime64[m]", bool))
    is_blank = each_several(cells, lambda word: (_plain(word) == "",), (bool,))[0]
    return Times(value, is_timed, np.isnat(value) & ~is_blank)


def _plain(word: str) -> str:
    shown = unicodedata.normalize("NFKC", word).strip()
    return "" if shown.lower() in roster_words()["blank"] or shown in ("-", "/", "—") else shown


def _time(word: str) -> tuple[np.datetime64, bool]:
    plain, nothing = _plain(word), np.datetime64("NaT", "m")
    serial = _SERIAL.fullmatch(plain)
    if serial:
        number = int(serial[1])
        if not FIRST_SERIAL <= number <= LAST_SERIAL:
            return nothing, False
        minutes = round(float(serial[2] or 0) * MINUTES_A_DAY)
        at = EXCEL_EPOCH + np.timedelta64(number, "D")
        return at.astype("datetime64[m]") + np.timedelta64(minutes, "m"), minutes > 0
    clock = _CLOCK.fullmatch(plain)
    day = _day(clock["day"] if clock else plain)
    if np.isnat(day) or not clock:
        return day.astype("datetime64[m]"), False
    hour, minute = int(clock["hour"]), int(clock["minute"] or clock["spoken"] or 0)
    half = (clock["half"] or clock["after"] or "").lower()
    hour += _MERIDIEM.get(half, 0) if hour < NOON else 0
    hour = 0 if half == "am" and hour == NOON else hour
    if hour >= 24 or minute >= 60:
        return nothing, False
    return day.astype("datetime64[m]") + np.timedelta64(hour * 60 + minute, "m"), True


def _day(word: str) -> np.datetime64:
    """A full date; NaT for others, a month or a year alone too."""
    bare = "".join(word.split())
    if _VAGUE.fullmatch(bare) and len(bare) != len("20250103"):
        return np.datetime64("NaT", "D")
    found = dates(np.array([bare], object)).value[0]
    day: np.datetime64 = found if re.search(r"\d", bare) else np.datetime64("NaT", "D")
    return day


def periods(cells: NDArray[Any]) -> tuple[Times, Times]:
    """Cells as the first and last day of a posting; one date alone is the first.

    >>> first, last = periods(np.array(["2025年1月3日至1月9日", "2025-01-03"], object))
    >>> last.value.astype("datetime64[D]").astype(str).tolist()
    ['2025-01-09', 'NaT']
    """
    first, last = each_several(cells, _cut, (object, object))
    return times(first), times(last)


def _cut(word: str) -> tuple[str, str]:
    plain = unicodedata.normalize("NFKC", word).strip()
    first, *rest = _UNTIL.split(plain)
    if not rest:
        halves = plain.split("-")
        # 2025.1.3-2025.1.9: a hyphen between dates that have none themselves.
        if len(halves) != 2 or any(len(half) < 2 for half in halves):
            return plain, ""
        first, rest = halves[0], halves[1:]
    return first, _completed(rest[0], first)


def _completed(last: str, first: str) -> str:
    """The last day of a period with the year and month of the first where it names none."""
    short = _LATER_DAY.fullmatch("".join(last.split()))
    began, _ = _time(first)
    if not short or np.isnat(began):
        return last
    year, month, _day = str(began.astype("datetime64[D]")).split("-")
    return f"{year}-{short['month'] or month}-{short['day']}"


# --- codes ---------------------------------------------------------------------------------
@cache
def log_words() -> Mapping[str, Any]:
    """The vocabulary of `words.yaml`."""
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_name("words.yaml"))
    return found


@cache
def spelled(name: str) -> Mapping[str, str]:
    """The code of every word of a field, evened out: labels, names and what officers write.

    >>> spelled("kind")["入户核查"], spelled("programme")["特困人员"]
    ('visit', 'tekun')
    """
    field = log_fields()[name]
    codes = log_columns(field.level)[field.column].codes or {}
    made: dict[str, str] = {}
    for code, label in codes.items():
        for word in (code, *label.values()):
            made.setdefault(even(word), code)
    for code, known in log_words().get(name, {}).items():
        made |= {even(str(word)): code for word in known}
    if name == "kind":
        made |= {even(word): entry["kind"] for word, entry in log_words()["kind_more"].items()}
    return made


@cache
def implied(name: str) -> Mapping[str, str | int]:
    """What a word for an event says of another field: its level, list or outcome.

    >>> implied("level")["村级公示"]
    'village'
    """
    more = log_words()["kind_more"]
    return {even(word): entry[name] for word, entry in more.items() if name in entry}


@cache
def told_words() -> frozenset[str]:
    """Words that offices use for two things: taken in one sense, and told."""
    return frozenset(even(word) for word in (*log_words()["told"], "临时救助"))


def is_yes(cells: NDArray[Any]) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Cells as yes; which say nothing; which are neither yes nor no.

    >>> [part.tolist() for part in is_yes(np.array(["√", "否", "", "也许"], object))]
    [[True, False, False, False], [False, False, True, False], [False, False, False, True]]
    """
    yes, no = roster_words()["yes"], roster_words()["no"]

    def state(word: str) -> tuple[bool, bool, bool]:
        plain = _plain(word).lower() if word not in no else word
        known = plain in yes or plain in no
        return plain in yes, plain == "", bool(plain) and not known

    yes_cells, blank, neither = each_several(cells, state, (bool, bool, bool))
    return yes_cells, blank, neither
