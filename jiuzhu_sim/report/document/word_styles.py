"""The styles, settings and names of fonts of a Word document, all of our own making."""

from typing import Any

from jiuzhu_sim.language import language
from jiuzhu_sim.report.document.fit import PADDING
from jiuzhu_sim.report.document.style import Letters, Style
from jiuzhu_sim.report.document.word_xml import el, run_look, twips

TITLE, BODY, CAPTION, NOTE, CELL, STAMP = "Title", "BodyText", "Caption", "Note", "Cell", "Stamp"
HEADER, FOOTER, CONTENTS = "Header", "Footer", "TOCHeading"

CHARACTERS = 100
"""Word counts indents in hundredths of a character."""

COMPATIBILITY = 15
"""The layout of Word 2013 and later; without it the file opens in compatibility mode."""

CONTENTS_LEVELS = 2


def put_styles(document: Any, style: Style) -> None:
    """Replace all styles of a python-docx document; none of them names a theme."""
    root = document.styles.element
    for child in list(root):
        root.remove(child)
    root.append(_defaults(style))
    neutral = Letters(style.body.font, style.body.size)
    root.append(_paragraph(style, "Normal", "Normal", neutral, default=True))
    for kind, name in (
        ("character", "Default Paragraph Font"),
        ("table", "Normal Table"),
        ("numbering", "No List"),
    ):
        look = el("tblPr", cell_margins()) if kind == "table" else None
        root.append(_bare(kind, name, look))
    title, body = style.title, style.body
    root.append(_paragraph(style, TITLE, "Title", title, el("jc", val="center"), **_lines(title)))
    root.append(_paragraph(style, BODY, "Body Text", body, el("jc", val="both"), **_lines(body)))
    for level, letters in enumerate(style.headings, 1):
        extra = (el("jc", val="left"), el("outlineLvl", val=level - 1))
        more = _lines(letters) | {"keepNext": el("keepNext")}
        made = _paragraph(
            style, f"Heading{level}", f"heading {level}", letters, *extra, after=BODY, **more
        )
        root.append(made)
    small = {"spacing": el("spacing", before=0, after=0)}
    centred = el("jc", val="center")
    caption = {"spacing": el("spacing", before=twips(6), after=twips(3))}
    root.append(_paragraph(style, CAPTION, "caption", style.caption, centred, **caption))
    root.append(_paragraph(style, NOTE, "Note", style.note, **small))
    cell = Letters(style.table.font, style.table.sizes[0])
    root.append(_paragraph(style, CELL, "Cell", cell, **small))
    stamp = Letters(style.emphasis, style.caption.size)
    root.append(_paragraph(style, STAMP, "Stamp", stamp, el("jc", val="center"), **small))
    root.append(_paragraph(style, HEADER, "header", stamp, el("jc", val="center"), **small))
    number = Letters(style.page_number.font, style.page_number.size)
    root.append(_paragraph(style, FOOTER, "footer", number, **small))
    head = Letters(style.headings[0].font, style.headings[0].size)
    root.append(_paragraph(style, CONTENTS, "TOC Heading", head, el("jc", val="center")))
    edge = twips(style.text_width())
    for level in range(1, CONTENTS_LEVELS + 1):
        tabs = el("tabs", el("tab", val="right", leader="dot", pos=edge))
        left = (level - 1) * 2 * CHARACTERS
        indent = el("ind", leftChars=left, left=twips(left / CHARACTERS * style.body.size))
        entry = Letters(body.font, min(body.size, 14), body.line)
        more = {"tabs": tabs, "ind": indent, "spacing": _pitch(entry.line)}
        root.append(_paragraph(style, f"TOC{level}", f"toc {level}", entry, **more))


def _lines(letters: Letters) -> dict[str, Any]:
    """Pitch of the lines, and the indent of the first in characters (for readers that do not
    know these, in points too).
    """
    made = {"spacing": _pitch(letters.line)}
    if letters.indent:
        first = twips(letters.indent * letters.size)
        made["ind"] = el("ind", firstLineChars=letters.indent * CHARACTERS, firstLine=first)
    return made


def _pitch(line: float) -> Any:
    return el("spacing", before=0, after=0, line=twips(line), lineRule="exact")


def _defaults(style: Style) -> Any:
    look = run_look(style, Letters(style.body.font, style.body.size))
    west, east = ("en-US", "zh-CN") if language() == "zh" else ("en-GB", "zh-CN")
    look.append(el("lang", val=west, eastAsia=east, bidi="ar-SA"))
    return el(
        "docDefaults",
        el("rPrDefault", look),
        el("pPrDefault", el("pPr", el("widowControl", val=0))),
    )


def _bare(kind: str, name: str, look: Any) -> Any:
    identity = "".join(name.split())
    made = el("style", el("name", val=name), el("semiHidden"), look, type=kind, styleId=identity)
    return _as_default(made)


def _as_default(made: Any) -> Any:
    from docx.oxml.ns import qn

    made.set(qn("w:default"), "1")
    return made


def cell_margins() -> Any:
    """Room between the rules of a cell and its words; on each table too: not every program reads
    it from the style.
    """
    side = twips(PADDING / 2)
    low = twips(PADDING / 4)
    sides = (("top", low), ("left", side), ("bottom", low), ("right", side))
    return el("tblCellMar", *(el(name, w=width, type="dxa") for name, width in sides))


PROPERTIES = ("keepNext", "tabs", "spacing", "ind")
"""The order in which Word wants the properties of a style; alignment and outline follow."""


def _paragraph(
    style: Style,
    identity: str,
    name: str,
    letters: Letters,
    *extra: Any,
    default: bool = False,
    after: str = "",
    **properties: Any,
) -> Any:
    look = el("pPr", *(properties[tag] for tag in PROPERTIES if tag in properties), *extra)
    made = el(
        "style",
        el("name", val=name),
        None if default else el("basedOn", val="Normal"),
        el("next", val=after) if after else None,
        el("qFormat"),
        look,
        run_look(style, letters),
        type="paragraph",
        styleId=identity,
    )
    return _as_default(made) if default else made


def put_settings(document: Any, style: Style) -> None:
    """Replace the settings: page numbers that change sides, Chinese punctuation, no old layout.
    Nothing that makes Word ask a question when it opens the file.
    """
    root = document.settings.element
    for child in list(root):
        root.remove(child)
    mode = el(
        "compatSetting",
        name="compatibilityMode",
        uri="http://schemas.microsoft.com/office/word",
        val=COMPATIBILITY,
    )
    for child in (
        el("zoom", percent=100),
        el("evenAndOddHeaders") if style.page_number.outside else None,
        el("characterSpacingControl", val="compressPunctuation"),
        el("compat", el("useFELayout"), mode),
    ):
        if child is not None:
            root.append(child)


def font_table(style: Style) -> bytes:
    """The names of the fonts, each with another name under which a machine may have it."""
    from lxml import etree

    root = el("fonts")
    for font in sorted(style.fonts.values(), key=lambda font: font.word):
        root.append(el("font", el("altName", val=font.also), name=font.word))
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made
