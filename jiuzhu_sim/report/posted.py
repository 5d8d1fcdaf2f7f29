"""The list for posting as a workbook, a sheet for each village, ready to print."""

import re
from collections.abc import Sequence
from pathlib import Path

from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import text
from jiuzhu_sim.report.forms import Form, Head, workbook_of
from jiuzhu_sim.roster.posting import FEWEST, Posting, Village

HEADS = {"number": 8, "name": 18, "village": 24, "n_covered": 12, "cause": 22, "amount_m": 18}
"""The columns of the list and how wide they are; 汉 counts 2."""

NAME_MAX = 28
"""Of the 31 characters Excel lets a sheet's name have; the rest is for a number."""


def write_posting(made: Posting, path: str | Path) -> Path:
    """Write the lists to one workbook. Returns the path; raises JZ-E040, JZ-E046.

    >>> import tempfile
    >>> from jiuzhu_sim.roster.posting import posting
    >>> from jiuzhu_sim.roster.sample import sample_roster
    >>> made = posting(sample_roster(), anyway=True)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_posting(made, Path(folder) / "posting.xlsx").name
    'posting.xlsx'
    """
    names = _sheet_names([village.village or village.township for village in made.villages])
    forms = [_form(name, each) for name, each in zip(names, made.villages, strict=True)]
    return write_whole(path, workbook_of(forms))


def _form(name: str, village: Village) -> Form:
    place = f"{village.township}{village.village or text('posting.unnamed')}"
    rows = [
        [number, each.name, village.village, each.n_covered, each.cause, each.amount_m]
        for number, each in enumerate(village.households, 1)
    ]
    heads = [
        Head(text(f"posting.head.{key}"), width, is_money=key == "amount_m")
        for key, width in HEADS.items()
    ]
    foot = [withheld(village.withheld)]
    if village.waiting:
        foot.append(text("posting.waiting"))
    foot += ["", text("posting.seal")]
    title = text("posting.title", place=place)
    return Form(name, title, (text("posting.period"),), heads, rows, foot, is_ruled=True)


def withheld(households: int) -> str:
    """The line on households not made public: a number from `FEWEST` on; below it the same words
    for some and for none, so that nobody in a small village is made out.

    >>> withheld(7), withheld(2) == withheld(0)
    ('依规不予公开7户。', True)
    """
    if households >= FEWEST:
        return text("posting.withheld", n=households)
    return text("posting.some_withheld", fewest=FEWEST)


def _sheet_names(villages: Sequence[str]) -> list[str]:
    """Names that Excel takes, all different."""
    found: list[str] = []
    for village in villages:
        start = re.sub(r"[\[\]:*?/\\']", "", village).strip()[:NAME_MAX]
        start = name = start or text("posting.unnamed")
        number = 1
        while name.casefold() in map(str.casefold, found):
            number += 1
            name = f"{start}{number}"
        found.append(name)
    return found
