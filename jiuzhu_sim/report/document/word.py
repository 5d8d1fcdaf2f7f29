"""A manuscript as a Word document, by python-docx and elements of our own."""

import datetime
import io
from collections.abc import Mapping
from typing import Any

from jiuzhu_sim.errors import optional
from jiuzhu_sim.report.document.archive import MADE, settled
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
from jiuzhu_sim.report.document.word_front import footer, front, header, section
from jiuzhu_sim.report.document.word_styles import (
    BODY,
    CAPTION,
    NOTE,
    STAMP,
    font_table,
    put_settings,
    put_styles,
)
from jiuzhu_sim.report.document.word_tables import table_parts
from jiuzhu_sim.report.document.word_xml import Bookmarks, el, link, paragraph, run, run_look

EMUS = 12700
"""Parts of a point in which Word measures pictures."""

TALLEST = 0.8
"""Most of the height of the text that a picture takes."""

LONGEST = 255
"""Most characters of a property of the file."""

FONT_TABLE = "/word/fontTable.xml"
UNWANTED = ("stylesWithEffects", "thumbnail", "customXml", "theme", "numbering", "webSettings")
"""Parts of the library's template that would bring in its own looks."""


def word_bytes(manuscript: Manuscript, style: Style, pages: Mapping[str, int] | None) -> bytes:
    """The document as bytes, the same for the same input. `pages`: page of each heading by its
    bookmark, for the table of contents, or None. Raises JZ-E046 without python-docx.
    """
    with optional("python-docx"):
        import docx
    document = docx.Document()
    put_styles(document, style)
    put_settings(document, style)
    _about(document, manuscript)
    body = document.element.body
    for child in list(body):
        body.remove(child)
    references = _frame(document, manuscript, style)
    body.extend(front(manuscript, style, pages))
    writer = _Writer(document, style)
    found = stretches(manuscript.pieces, style)
    if style.contents and manuscript.of(Heading):
        # A line of its own: a field that ends in the last line of a section hides, in some
        # programs, the page number below it.
        tiny = el("spacing", before=0, after=0, line=20, lineRule="exact")
        body.append(paragraph(NOTE, spacing=tiny))
        _close(body, section(style, False, references))
    for number, stretch in enumerate(found):
        for piece in stretch.pieces:
            body.extend(writer.piece(piece, stretch.is_wide))
        if number < len(found) - 1:
            _close(body, section(style, stretch.is_wide, references))
    last = found[-1].is_wide if found else False
    body.append(section(style, last, references))
    _drop(document, style)
    buffer = io.BytesIO()
    document.save(buffer)
    return settled(buffer.getvalue())


def _about(document: Any, manuscript: Manuscript) -> None:
    """Title and dates of the file; the date is fixed, the author nobody's name."""
    about, made = document.core_properties, datetime.datetime(*MADE)
    about.title, about.author = manuscript.title[:LONGEST], manuscript.org[:LONGEST]
    about.comments, about.keywords, about.last_modified_by = "", "", ""
    about.subject = manuscript.run_id[:LONGEST]
    about.created = about.modified = made
    about.revision = 1


def _drop(document: Any, style: Style) -> None:
    """Leave out the template's own looks, and name our fonts."""
    for owner in (document.part, document.part.package):
        for key, relation in list(owner.rels.items()):
            if any(name in relation.reltype or name in relation.target_ref for name in UNWANTED):
                del owner.rels[key]
            elif not relation.is_external and str(relation.target_part.partname) == FONT_TABLE:
                relation.target_part._blob = font_table(style)


def _frame(document: Any, manuscript: Manuscript, style: Style) -> list[tuple[str, str, str]]:
    """The parts above and below the pages: odd ones, and even ones where they differ."""
    found = []
    part = document.part
    for which in ("default", "even") if style.page_number.outside else ("default",):
        for kind in ("header", "footer"):
            made, key = part.add_header_part() if kind == "header" else part.add_footer_part()
            root = made.element
            for child in list(root):
                root.remove(child)
            is_left = which == "even"
            lines = (
                header(manuscript, style)
                if kind == "header"
                else footer(manuscript, style, is_left)
            )
            root.extend(lines)
            found.append((kind, which, key))
    return found


def _close(body: Any, properties: Any) -> None:
    """End a section in the last paragraph, so that no empty page can follow."""
    from docx.oxml.ns import qn

    last = body[-1]
    last.find(qn("w:pPr")).append(properties)


class _Writer:
    """Puts the pieces into elements; counts bookmarks and pictures."""

    def __init__(self, document: Any, style: Style) -> None:
        self._document, self._style = document, style
        self._marks = Bookmarks()
        self._pictures = 0
        self._body = run_look(style, style.body)
        self._mark = run_look(style, Letters(style.emphasis, style.body.size))

    def piece(self, piece: Piece, is_wide: bool) -> list[Any]:
        """The elements of a piece."""
        if isinstance(piece, Heading):
            return self._heading(piece)
        if isinstance(piece, Paragraph):
            return [self._paragraph(piece)]
        if isinstance(piece, Grid):
            return list(table_parts(piece, self._style, self._marks))
        return self._picture(piece, is_wide)

    def _heading(self, heading: Heading) -> list[Any]:
        letters = self._style.headings[heading.level - 1]
        look = run_look(self._style, letters)
        if not heading.opens_annex:
            words = [run(f"{heading.prefix}{heading.text}", look)]
            made = self._marks.around(heading.anchor, words)
            breaks = {"pageBreakBefore": el("pageBreakBefore")} if heading.opens_page else {}
            return [paragraph(f"Heading{heading.level}", *made, **breaks)]
        none = el("ind", firstLineChars=0, firstLine=0)
        breaks = {"pageBreakBefore": el("pageBreakBefore"), "keepNext": el("keepNext")}
        title = [run(heading.text, run_look(self._style, self._style.title))]
        level = f"Heading{heading.level}"
        pitch = el("spacing", line=round(self._style.title.line * 20), lineRule="exact")
        return [
            paragraph(BODY, run(heading.prefix, look), ind=none, **breaks),
            paragraph(
                level,
                *self._marks.around(heading.anchor, title),
                ind=el("ind", firstLineChars=0, firstLine=0),
                jc=el("jc", val="center"),
                spacing=pitch,
            ),
        ]

    def _paragraph(self, piece: Paragraph) -> Any:
        if piece.kind == "stamp":
            look = run_look(self._style, Letters(self._style.emphasis, self._style.caption.size))
            return paragraph(STAMP, *(run(str(part), look) for part in piece.parts))
        return paragraph(BODY, *(self._inline(part) for part in piece.parts))

    def _inline(self, part: Inline) -> Any:
        if isinstance(part, Link):
            return link(part.to, [run(part.text, self._body)], part.tip)
        if isinstance(part, Mark):
            return run(part.text, self._mark)
        return run(part, self._body)

    def _picture(self, picture: Picture, is_wide: bool) -> list[Any]:
        from docx.oxml.shape import CT_Inline
        from docx.shared import Emu

        self._pictures += 1
        room = self._style.text_width(is_wide)
        tall = self._style.text_width(not is_wide) * TALLEST
        scale = min(room / picture.width, tall / picture.height, 1.0)
        key, _ = self._document.part.get_or_add_image(io.BytesIO(picture.png))
        width, height = (
            Emu(round(side * scale * EMUS)) for side in (picture.width, picture.height)
        )
        name = f"chart{self._pictures}.png"
        inline = CT_Inline.new_pic_inline(self._pictures, key, name, width, height)
        inline.docPr.set("descr", picture.alt)
        inline.docPr.set("title", picture.title)
        look = run_look(self._style, self._style.body)
        centred = {"jc": el("jc", val="center"), "spacing": el("spacing", before=120, after=0)}
        shown = el("r", look, el("drawing", inline))
        caption = run(
            f"{picture.number}　{picture.title}", run_look(self._style, self._style.caption)
        )
        note = run(picture.sentence, run_look(self._style, self._style.note))
        return [
            paragraph(NOTE, shown, keepNext=el("keepNext"), **centred),
            paragraph(CAPTION, caption, keepNext=el("keepNext")),
            paragraph(NOTE, note, jc=el("jc", val="center"), spacing=el("spacing", after=160)),
        ]
