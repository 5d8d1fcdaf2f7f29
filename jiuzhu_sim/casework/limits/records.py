"""What a log never records, so that a limit cannot be judged by it.

A step that no case of a log has was hardly left out by all: the log does not hold such steps. Then
nothing is called overdue for want of it, and the reader is told what to record.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.conduct.form import Step
from jiuzhu_sim.casework.limits.kit import Line
from jiuzhu_sim.casework.log.log import Log, code
from jiuzhu_sim.casework.procedure.entries import (
    Entry,
    Event,
    Follow,
    Limit,
    Payment,
    Phase,
    Post,
    Review,
)
from jiuzhu_sim.casework.procedure.verdicts import CODE
from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.language import text

OPENING = ("（", " (")
"""What opens the narrower part of a step's title: ``入户调查（乡镇级）``."""


def wanted(entry: Entry) -> tuple[Event, ...]:
    """The events without which an entry cannot be judged; the last of them end what it limits."""
    if isinstance(entry, Limit):
        return (*entry.start.events, *entry.end.events)
    if isinstance(entry, Post):
        return (Event("post", {"list_no": entry.list_no}, "until"),)
    if isinstance(entry, Payment):
        return (Event("pay", {}),)
    if isinstance(entry, Review):
        return (Event("review", {"role": "applicant"} if entry.by == "applicant" else {}),)
    if isinstance(entry, Follow):
        return (entry.each, entry.end) if entry.end else (entry.each,)
    return (entry.event,) if isinstance(entry, Phase) else ()


def never(log: Log, event: Event) -> bool:
    """Whether no case of the log has such an event, whatever came of it."""
    where = {name: value for name, value in event.where.items() if name in ("role", "channel")}
    return not len(log.rows(event.kind, **where))


def judge_unrecorded(log: Log, entry: Entry, line: Line) -> None:
    """Overdue becomes unknown, in place, where the log never records what ends a limit."""
    ends = entry.end.events if isinstance(entry, Limit) else wanted(entry)[-1:]
    if all(never(log, event) for event in ends):
        line.code[line.code == CODE["overdue"]] = CODE["unknown"]


def lacking(log: Log, entry: Entry) -> tuple[str, ...]:
    """What an entry needs and the log never records, in the language in use."""
    words = [_titled(event) for event in wanted(entry) if never(log, event)]
    if isinstance(entry, Review) and entry.review_class and not _classes(log).any():
        words.append(log_columns("case")["review_class"].title)
    return tuple(words)


def needed(log: Log, entry: Entry) -> str:
    """What to record so that an entry can be judged: what the log lacks, else all it rests on."""
    words = lacking(log, entry) or tuple(map(_titled, wanted(entry)))
    if isinstance(entry, Review) and entry.review_class and not _classes(log).all():
        words = (*lacking(log, entry), log_columns("case")["review_class"].title)
    return joint(words)


def _classes(log: Log) -> NDArray[np.bool_]:
    """Cases whose class of review is known."""
    return np.asarray(log.cases["review_class"] > code("case", "review_class", "none"))


def joint(words: Iterable[str]) -> str:
    """Words one after the other, each once.

    >>> joint(["入户调查", "公示", "公示"])
    '入户调查、公示'
    """
    return text("conduct.and").join(dict.fromkeys(words))


def _titled(event: Event) -> str:
    title = Step(event.kind, tuple(event.where.items())).title
    if event.by == "until":
        return text("limit_note.with_until", event=title, until=log_columns("event")["until"].title)
    return title


def never_note(words: Iterable[str]) -> str:
    """The sentence on what a log never records; "" where there is nothing to say."""
    told = tuple(words)
    # Who never records visits need not be told of the township's visits as well.
    wider = tuple(word + mark for word in told for mark in OPENING)
    listed = joint(word for word in told if not word.startswith(wider))
    return text("limit_note.never", what=listed) if listed else ""
