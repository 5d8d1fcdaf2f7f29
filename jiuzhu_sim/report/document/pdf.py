"""A manuscript as PDF, by typst: the same pieces on the same pages, from data and one template."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu_sim.errors import JZError, optional
from jiuzhu_sim.language import language, text
from jiuzhu_sim.report.document.fit import (
    PADDING,
    WHOLE_LINES,
    WORD_MOST,
    fit,
    is_whole,
    lines_needed,
)
from jiuzhu_sim.report.document.pages import stretches
from jiuzhu_sim.report.document.pieces import (
    Grid,
    Heading,
    Inline,
    Link,
    Manuscript,
    Mark,
    Paragraph,
    Picture,
    Piece,
)
from jiuzhu_sim.report.document.style import Letters, Style
from jiuzhu_sim.report.document.word import TALLEST
from jiuzhu_sim.report.document.word_styles import CONTENTS_LEVELS
from jiuzhu_sim.report.document.word_tables import WORST, numbered
from jiuzhu_sim.report.figure import FAMILIES, FONT, RARE

HERE = Path(__file__)
MADE = 946684800
"""Seconds of 2000-01-01: the date written into every file."""

BREAK = "\u200b"
"""Where a word too long for a line may be broken; it has no width."""

LEADS = 1.2
"""Pitch of lines that have none of their own, in sizes."""


def pdf_bytes(manuscript: Manuscript, style: Style) -> bytes:
    """The document as PDF, the same bytes for the same input on the same machine (another has
    other fonts). Raises JZ-E046 without typst.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = _put(manuscript, style, Path(folder))
        made: bytes = _typst().compile(
            str(source), root=folder, font_paths=_fonts(), timestamp=MADE, format="pdf"
        )
    return made


def heading_pages(manuscript: Manuscript, style: Style) -> Mapping[str, int] | None:
    """The page of each heading by its bookmark, as the PDF lays it out; None without typst."""
    try:
        typst = _typst()
    except JZError:
        return None
    anchors = [heading.anchor for heading in manuscript.of(Heading)]
    with tempfile.TemporaryDirectory() as folder:
        source = _put(manuscript, style, Path(folder))
        told = typst.query(
            str(source), "<pages>", field="value", one=True, root=folder, font_paths=_fonts()
        )
    return dict(zip(anchors, json.loads(told), strict=True))


def _typst() -> Any:
    with optional("typst"):
        import typst
    return typst


@cache
def _fonts() -> Any:
    return _typst().Fonts(font_paths=[str(FONT.parent)])


def _put(manuscript: Manuscript, style: Style, folder: Path) -> Path:
    """The template, the data and the charts in a folder of their own."""
    source = folder / "main.typ"
    shutil.copyfile(HERE.with_name("template.typ"), source)
    maker = _Data(style, folder)
    content = json.dumps(maker.document(manuscript), ensure_ascii=False)
    (folder / "data.json").write_text(content, encoding="utf-8")
    return source


@dataclass
class _Data:
    """Puts the pieces into plain data; remembers which bookmarks stand already."""

    style: Style
    folder: Path
    used: set[str] = field(default_factory=set)
    pictures: int = 0

    def document(self, manuscript: Manuscript) -> dict[str, Any]:
        """Everything the template reads."""
        headings = manuscript.of(Heading)
        listed = [each for each in headings if each.level <= CONTENTS_LEVELS]
        return {
            "lang": language(),
            "title": manuscript.title,
            "stamps": manuscript.stamps,
            "banner": manuscript.banner,
            "who": [words for words in (manuscript.org, manuscript.dated) if words],
            "run": text("document.run", run_id=manuscript.run_id) if manuscript.run_id else "",
            "contents": bool(self.style.contents and listed),
            "contents_title": text("document.contents"),
            "headings": [
                {"text": _entry(each), "level": each.level, "anchor": each.anchor}
                for each in listed
            ],
            "anchors": [each.anchor for each in headings],
            "style": self.look(),
            "stretches": [
                {
                    "wide": stretch.is_wide,
                    "pieces": [
                        made
                        for piece in stretch.pieces
                        for made in self.piece(piece, stretch.is_wide)
                    ],
                }
                for stretch in stretches(manuscript.pieces, self.style)
            ],
        }

    def look(self) -> dict[str, Any]:
        """The style, its fonts as the names this machine has."""
        style, body = self.style, self.style.body
        entry = Letters(body.font, min(body.size, 14), body.line)
        number = style.page_number
        return {
            "page": dict(style.page),
            "body": self.letters(body),
            "mark": self.letters(Letters(style.emphasis, body.size, body.line)),
            "entry": self.letters(entry),
            "title": self.letters(style.title),
            "headings": [self.letters(each) for each in style.headings],
            "stamp": self.letters(Letters(style.emphasis, style.caption.size)),
            "caption": self.letters(style.caption),
            "note": self.letters(style.note),
            "cell": self.letters(Letters(style.table.font, style.table.sizes[0])),
            "head": self.letters(Letters(style.table.head, style.table.sizes[0])),
            "number": self.letters(Letters(number.font, number.size), latin=False),
            "dashes": number.dashes,
            "outside": number.outside,
            "rules": style.table.rules,
            "pitch": style.table.line,
            "padding": PADDING,
        }

    def letters(self, letters: Letters, latin: bool = True) -> dict[str, Any]:
        """Letters of one kind: the faces asked for in turn, the packaged one last."""
        known = set(_fonts().families())
        west = self.style.fonts[self.style.latin].pdf if latin else ()
        names = [*self.style.fonts[letters.font].pdf, *FAMILIES, *RARE]
        found: list[Any] = [
            {"name": name, "covers": "latin-in-cjk"} for name in west if name in known
        ]
        found += [name for name in dict.fromkeys(names) if name in known]
        return {
            "fonts": found,
            "size": letters.size,
            "line": letters.line or letters.size * LEADS,
            "indent": letters.indent,
            "tracking": letters.tracking,
        }

    def piece(self, piece: Piece, is_wide: bool) -> list[dict[str, Any]]:
        """A piece as data; a grid too wide for a page as several."""
        if isinstance(piece, Heading):
            return [
                {
                    "kind": "heading",
                    "level": piece.level,
                    "prefix": piece.prefix,
                    "text": piece.text,
                    "anchor": self.once(piece.anchor),
                    "opens_annex": piece.opens_annex,
                    "opens_page": piece.opens_page,
                }
            ]
        if isinstance(piece, Paragraph):
            kind = "stamp" if piece.kind == "stamp" else "body"
            return [{"kind": kind, "parts": [_inline(part) for part in piece.parts]}]
        if isinstance(piece, Grid):
            return self.grid(piece)
        return [self.picture(piece, is_wide)]

    def grid(self, grid: Grid) -> list[dict[str, Any]]:
        """A table in the pieces in which it fits."""
        layout, made = fit(grid, self.style), []
        for number, (columns, widths) in enumerate(zip(layout.parts, layout.widths, strict=True)):
            shown = text("document.continued", number=grid.number) if number else grid.number
            is_last = number == len(layout.parts) - 1
            totals = [k for k, line in enumerate(grid.lines) if line.is_total]
            made.append(
                {
                    "kind": "grid",
                    "cards": grid.kind == "cards",
                    "caption": f"{shown}　{grid.title}" if grid.title else "",
                    "anchor": self.once(grid.anchor),
                    "about": grid.about,
                    "unit": grid.unit,
                    "heads": [_breakable(grid.heads[k]) for k in columns],
                    "is_text": [grid.is_text[k] for k in columns],
                    "widths": widths,
                    "size": layout.size,
                    "whole": is_whole(grid, layout),
                    "notes": numbered(grid.notes) if is_last and grid.notes else [],
                    "lines": [
                        {
                            "total": line.is_total,
                            "rule": bool(totals) and k == totals[0] and k > 0,
                            "whole": all(
                                lines_needed(line.boxes[c].text, width, layout.size) <= WHOLE_LINES
                                for c, width in zip(columns, widths, strict=True)
                            ),
                            "boxes": [self.box(line.boxes[c]) for c in columns],
                        }
                        for k, line in enumerate(grid.lines)
                    ],
                }
            )
        return made

    def box(self, box: Any) -> dict[str, Any]:
        """A cell of a table."""
        return {
            "text": _breakable(box.text),
            "below": box.below,
            "anchor": self.once(box.anchor),
            "colour": box.colour,
            "worst": box.colour == WORST,
            "fill": f"#{self.style.colour(box.colour)}",
        }

    def picture(self, picture: Picture, is_wide: bool) -> dict[str, Any]:
        """A chart, as a file beside the template."""
        self.pictures += 1
        name = f"chart{self.pictures}.png"
        (self.folder / name).write_bytes(picture.png)
        tall = self.style.text_width(not is_wide) * TALLEST
        scale = min(self.style.text_width(is_wide) / picture.width, tall / picture.height, 1.0)
        return {
            "kind": "picture",
            "file": name,
            "width": picture.width * scale,
            "alt": picture.alt,
            "caption": f"{picture.number}　{picture.title}",
            "sentence": picture.sentence,
        }

    def once(self, anchor: str) -> str:
        """A bookmark's name the first time, then none."""
        if anchor in self.used:
            return ""
        self.used |= {anchor} if anchor else set()
        return anchor


def _entry(heading: Heading) -> str:
    """A heading as the table of contents tells it."""
    return f"{heading.prefix}{'　' if heading.opens_annex else ''}{heading.text}"


def _inline(part: Inline) -> dict[str, str]:
    if isinstance(part, Link):
        return {"kind": "link", "text": part.text, "to": part.to}
    return {"kind": "mark" if isinstance(part, Mark) else "text", "text": _breakable(str_of(part))}


def str_of(part: str | Mark) -> str:
    """The words of a part that is no link."""
    return part.text if isinstance(part, Mark) else part


def _breakable(words: str) -> str:
    """Words that may be broken where one is too long for any column."""
    if all(len(word) <= WORD_MOST or not word.isascii() for word in words.split(" ")):
        return words
    return " ".join(
        BREAK.join(word[k : k + WORD_MOST // 2] for k in range(0, len(word), WORD_MOST // 2))
        if len(word) > WORD_MOST and word.isascii()
        else word
        for word in words.split(" ")
    )
