"""How chapters are put together and numbered: 一、 for a chapter, （一） for its parts, 附件1."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from jiuzhu_sim.language import text
from jiuzhu_sim.report.section import Section

ANSWER = "answer"
ANNEXES = ("self_evaluation", "annexes", "method", "run")
CHAPTERS = (
    ANSWER,
    "basics",
    "reconcile",
    "outcomes",
    "conduct",
    "townships",
    "outlook",
    "problems",
    "advice",
    *ANNEXES,
)
"""The top-level sections of the report, in order."""

Chapter = list[Section]
"""A top-level section and the parts that follow it."""


def head(key: str, said: Iterable[str] = (), blocks: Iterable[Any] = (), **more: Any) -> Section:
    """A chapter's own section; empty sentences and blocks are left out."""
    return _made(key, said, blocks, 1, more)


def part(key: str, said: Iterable[str] = (), blocks: Iterable[Any] = (), **more: Any) -> Section:
    """A part of a chapter."""
    return _made(key, said, blocks, 2, more)


def _made(
    key: str, said: Iterable[str], blocks: Iterable[Any], level: int, more: dict[str, Any]
) -> Section:
    title = text(f"section.annual.{key}")
    kept = tuple(block for block in blocks if block is not None)
    more["is_annex"] = level == 1 and key in ANNEXES
    return Section(key, title, tuple(filter(None, said)), kept, level=level, **more)


def numbered(chapters: Sequence[Chapter]) -> tuple[Section, ...]:
    """The sections of all chapters with their numbers: chapters and annexes each from one, so that
    a selection of chapters has no holes; the answer has none.

    >>> made = numbered([[head("answer")], [head("basics"), part("objects")], [head("run")]])
    >>> [each.title for each in made]
    ['摘要', '一、基本情况', '（一）对象与标准', '附件1　运行信息']
    """
    made: list[Section] = []
    counted = {"chapter": 0, "annex": 0}
    for first, *parts in chapters:
        kind = "annex" if first.key in ANNEXES else "chapter"
        if first.key == ANSWER:
            made.append(first)
        else:
            counted[kind] += 1
            made.append(_with(first, kind, counted[kind]))
        made += [_with(each, "part", number) for number, each in enumerate(parts, 1)]
    return tuple(made)


def _with(section: Section, kind: str, number: int) -> Section:
    told = text("annual.numerals").split()[number - 1] if kind != "annex" else str(number)
    return replace(section, title=text(f"annual.number.{kind}", n=told, title=section.title))
