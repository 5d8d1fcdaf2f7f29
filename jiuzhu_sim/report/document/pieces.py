"""What a document consists of, before it is Word or PDF: headings, paragraphs, grids, pictures.

Both renderers read the same pieces, so that numbers, captions and links cannot differ.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Link:
    """Words that lead to a bookmark; `tip` says which cell it is."""

    text: str
    to: str
    tip: str


@dataclass(frozen=True)
class Mark:
    """Words to be seen, such as 【请核实】."""

    text: str


Inline = str | Link | Mark


@dataclass(frozen=True)
class Heading:
    """A heading with its number and bookmark. `opens_page`: begins a new page; `opens_annex`: so
    does an annex, whose `prefix`, such as 附件1, is a line of its own.
    """

    level: int
    prefix: str
    text: str
    anchor: str
    opens_annex: bool = False
    opens_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `kind`: ``body``, or ``stamp`` for what must not be overlooked."""

    parts: tuple[Inline, ...]
    kind: str = "body"


@dataclass(frozen=True)
class Box:
    """A cell of a grid: its words, the interval below them, a bookmark if it is cited, the colour
    (key) of its verdict, or nothing.
    """

    text: str
    below: str = ""
    anchor: str = ""
    colour: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a grid; totals are marked."""

    boxes: tuple[Box, ...]
    is_total: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: 表序, 表题, what is counted, unit, heads, lines, footnotes.

    `is_text`: by column, whether it is text (left) or numbers (right). `heads_kept`: how many
    columns name the row and are repeated where a wide table is split. `kind`: ``table``, or
    ``cards`` (no caption, centred).
    """

    number: str
    title: str
    about: str
    unit: str
    heads: tuple[str, ...]
    is_text: tuple[bool, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    heads_kept: int = 1
    kind: str = "table"
    anchor: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart: 图序, 图题, what it shows, words for those who do not see it, PNG, width in pt."""

    number: str
    title: str
    sentence: str
    alt: str
    png: bytes
    width: float
    height: float


Piece = Heading | Paragraph | Grid | Picture


@dataclass(frozen=True)
class Trace:
    """Where a number in the text comes from: as written, in which section and sentence, in which
    table (number and title), row and column, and on which sheet and cell of the workbook.
    """

    number: str
    section: str
    sentence: str
    table: str
    row: str
    column: str
    cell: str


@dataclass(frozen=True)
class Manuscript:
    """A whole document: title, who and when, stamps of the first page, banner of every page."""

    title: str
    org: str
    dated: str
    stamps: tuple[str, ...]
    banner: str
    run_id: str
    pieces: tuple[Piece, ...]

    def of(self, kind: type) -> tuple[Any, ...]:
        """The pieces of a kind, in order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, kind))
