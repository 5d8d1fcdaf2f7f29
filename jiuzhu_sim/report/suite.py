"""The notebooks as one suite: what each says of itself in its first cell, in both languages."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from jiuzhu_sim.language import LANGUAGES
from jiuzhu_sim.report.notebook import notebook_path

FIRST = "00_start_here"
HEAD = {
    "zh": re.compile(
        r"\*\*适用\*\*：(.+)。\*\*用时\*\*：约 (\d+) 秒（两核）。\n\n"
        r"\*\*回答\*\*：(.+)。\n"
    ),
    "en": re.compile(
        r"\*\*For\*\*: (.+)\. \*\*Time\*\*: about (\d+) seconds on two cores\.\n\n"
        r"\*\*Answers\*\*: (.+)\.\n"
    ),
}
TITLE = re.compile(r"# (\d\d) (.+?) / (.+)\n")


@dataclass(frozen=True)
class Head:
    """What a notebook says of itself: its name, and by language (zh, en) its title, whom it is
    for and what it answers; `seconds`: how long it takes with its defaults, on two cores."""

    name: str
    title: dict[str, str]
    audience: dict[str, str]
    answers: dict[str, str]
    seconds: int


def head_of(path: Path) -> Head:
    """The head of a notebook file. Raises ValueError where its first cell is not one.

    >>> head = head_of(notebook_path("04_reform_whatif"))
    >>> head.title["en"], head.audience["zh"]
    ('What if the law changed', '政策分析人员')
    """
    source = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    title = TITLE.match(source)
    parts = {lang: HEAD[lang].search(source) for lang in LANGUAGES}
    times = {part.group(2) for part in parts.values() if part}
    if title is None or None in parts.values() or len(times) != 1:
        raise ValueError(f"{path.name}: the first cell is no head")
    found = {lang: part.groups() for lang, part in parts.items() if part}
    return Head(
        path.stem,
        dict(zip(LANGUAGES, title.groups()[1:], strict=True)),
        {lang: groups[0] for lang, groups in found.items()},
        {lang: groups[2] for lang, groups in found.items()},
        int(times.pop()),
    )


def suite() -> tuple[Head, ...]:
    """The heads of all notebooks, in order.

    >>> [head.name for head in suite()][:2]
    ['00_start_here', '01_import_and_check']
    """
    folder = notebook_path(FIRST).parent
    return tuple(head_of(path) for path in sorted(folder.glob("[0-9]*.ipynb")))
