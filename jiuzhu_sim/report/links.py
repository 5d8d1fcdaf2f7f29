"""The workbook of two lists linked: who is one person, whom an officer has to look at."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from jiuzhu_sim.casework.matching.compared import terms
from jiuzhu_sim.casework.matching.linkage import Links
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import text
from jiuzhu_sim.report.forms import Form, Head, workbook_of

NARROW, WIDE = 14, 60
"""Widths of columns (汉 counts 2)."""

SURE = 0.999
"""Beyond this a probability is not told further."""


def write_links(links: Links, path: str | Path) -> Path:
    """Write the pairs of two lists as a workbook: accepted, to be looked at, thresholds.

    A person is its row in its own file; no name and no ID number is written. Raises JZ-E040 and
    JZ-E046.

    >>> import tempfile
    >>> from jiuzhu_sim.casework.matching.damage import damaged_registers
    >>> from jiuzhu_sim.casework.matching.linkage import link
    >>> both = damaged_registers(60, seed=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_links(link(both.left, both.right), Path(folder) / "links.xlsx").name
    'links.xlsx'
    """
    return write_whole(path, workbook_of(link_forms(links)))


def link_forms(links: Links) -> list[Form]:
    """The sheets: pairs taken as one person, pairs to be looked at (with room for the finding),
    and what other thresholds would give."""
    marks = {name: f"{terms()['thresholds'][name]['value']:.0%}" for name in ("accept", "review")}
    sizes = dict(zip(("left", "right"), (f"{n:,}" for n in links.sizes), strict=True))
    how = text("links.trained" if links.is_trained else "links.assumed")
    notes = (text("links.note", **sizes, **marks), how, text("links.private"))
    blanks = [Head(text(f"links.head.{name}"), NARROW) for name in ("finding", "officer")]
    rows = _rows(links, links.accepted())
    doubts = [[*row, "", ""] for row in _rows(links, links.for_review())]
    sheets = [text(f"links.sheet.{name}") for name in ("accepted", "review")]
    return [
        Form(sheets[0], text("links.title"), notes, _heads(), rows),
        Form(sheets[1], text("links.review"), notes, [*_heads(), *blanks], doubts, is_ruled=True),
        _thresholds(links),
    ]


def _heads() -> list[Head]:
    widths = {"left": NARROW, "right": NARROW, "probability": NARROW, "reason": WIDE}
    return [Head(text(f"links.head.{name}"), width) for name, width in widths.items()]


def _likely(probability: float) -> str:
    """A probability in percent; what rounds to certainty is not certain.

    >>> _likely(0.9996), _likely(0.5)
    ('>99.9%', '50.0%')
    """
    return f">{SURE:.1%}" if probability > SURE else f"{probability:.1%}"


def _rows(links: Links, pairs: Any) -> list[list[Any]]:
    reasons = replace(links, pairs=pairs).reasons()
    told = pairs[["left", "right", "probability"]].itertuples(index=False)
    return [
        [str(left), str(right), _likely(probability), reason]
        for (left, right, probability), reason in zip(told, reasons, strict=True)
    ]


def _thresholds(links: Links) -> Form:
    names = ("threshold", "links", "expected")
    heads = [Head(text(f"links.head.{name}"), NARROW) for name in names]
    told = links.thresholds()[["links", "expected_precision"]].itertuples()
    rows = [
        [f"{least:.1%}", int(number), _likely(expected) if number else "—"]
        for least, number, expected in told
    ]
    title = text("links.sheet.thresholds")
    return Form(title, title, (text("links.expected"),), heads, rows)
