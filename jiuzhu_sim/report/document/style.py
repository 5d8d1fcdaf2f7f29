"""How a document looks, read from styles.yaml: official, internal or plain."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import language, read_yaml, text

A4 = (210.0, 297.0)
"""Width and height of a page, mm."""

BLACK = "000000"

POINTS = 72 / 25.4
"""Points of a millimetre."""


SHARED = ("fonts", "colours")
"""Entries of styles.yaml that are no style."""


@dataclass(frozen=True)
class Font:
    """A face by name: as Word writes it, another name of it, and what a PDF asks for in turn."""

    word: str
    also: str
    pdf: tuple[str, ...]


@dataclass(frozen=True)
class Letters:
    """Letters of one kind: `font` (key of `Style.fonts`), `size` and `line` (pitch) in points;
    `indent` of the first line in characters; `tracking` between letters in points.
    """

    font: str
    size: float
    line: float = 0.0
    indent: int = 0
    tracking: float = 0.0


@dataclass(frozen=True)
class PageNumber:
    """The page number: its letters, whether it stands between dashes, and at the outer edge."""

    font: str
    size: float
    dashes: bool
    outside: bool


@dataclass(frozen=True)
class TableLook:
    """Tables: fonts of cells and heads, sizes to try from the largest, ``three`` or ``grid``
    rules, and the pitch of lines as a multiple of the size.
    """

    font: str
    head: str
    sizes: tuple[float, ...]
    rules: str
    line: float


@dataclass(frozen=True)
class Style:
    """One style: page margins (mm), fonts, letters, headings 1–4, tables.

    `numbers`: of headings, ``chinese`` (一、（一）1.（1）) or ``decimal``. `colours`: of verdicts
    by name; none where all text is black. `contents`: whether there is a table of contents.
    """

    name: str
    fonts: Mapping[str, Font]
    page: Mapping[str, float]
    latin: str
    title: Letters
    body: Letters
    headings: tuple[Letters, ...]
    numbers: str
    emphasis: str
    page_number: PageNumber
    table: TableLook
    caption: Letters
    note: Letters
    colours: Mapping[str, str]
    contents: bool

    def colour(self, name: str) -> str:
        """The colour of a verdict, as six hexadecimal digits."""
        return self.colours.get(name, BLACK)

    def text_width(self, is_wide: bool = False) -> float:
        """Width of the text in points; `is_wide`: of a page turned sideways."""
        across = ("top", "bottom") if is_wide else ("left", "right")
        return (A4[is_wide] - sum(self.page[side] for side in across)) * POINTS


@cache
def _read() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_name("styles.yaml"))
    return found


def style_names() -> tuple[str, ...]:
    """The names of the styles.

    >>> style_names()
    ('official', 'internal', 'plain')
    """
    return tuple(name for name in _read() if name not in SHARED)


def load_style(name: str) -> Style:
    """A style by name. Raises JZ-E060 for a name there is not.

    >>> round(load_style("official").text_width() / POINTS)
    156
    """
    if name not in style_names():
        raise JZError.unknown(text("document.style"), name, style_names())
    entry = _read()[name]
    fonts = {
        key: Font(font["word"], font["also"], tuple(font["pdf"]))
        for key, font in _read()["fonts"].items()
    }
    body = Letters(**entry["body"])
    sizes = zip(entry["headings"], entry["heading_sizes"], strict=True)
    table = entry["table"]
    return Style(
        name=name,
        fonts=fonts,
        page=entry["page"],
        latin=entry["latin"],
        title=Letters(**entry["title"]),
        body=body,
        headings=tuple(
            Letters(font, size, body.line, body.indent, body.tracking) for font, size in sizes
        ),
        # English has no 一、: its headings are 1, 1.1.
        numbers=entry["numbers"] if language() == "zh" else "decimal",
        emphasis=entry["emphasis"],
        page_number=PageNumber(**entry["page_number"]),
        table=TableLook(**(table | {"sizes": tuple(table["sizes"])})),
        caption=Letters(**entry["caption"]),
        note=Letters(**entry["note"]),
        colours=_read()["colours"] if entry["colours"] else {},
        contents=entry["contents"],
    )
