"""The first page of a Word document, and what stands above and below each page."""

from collections.abc import Mapping
from typing import Any

from jiuzhu_sim.language import text
from jiuzhu_sim.report.document.pieces import Heading, Manuscript
from jiuzhu_sim.report.document.style import A4, POINTS, Letters, Style
from jiuzhu_sim.report.document.word_styles import (
    BODY,
    CONTENTS,
    CONTENTS_LEVELS,
    FOOTER,
    HEADER,
    NOTE,
    STAMP,
    TITLE,
)
from jiuzhu_sim.report.document.word_xml import (
    el,
    field,
    field_mark,
    field_start,
    link,
    paragraph,
    run,
    run_look,
    tab,
    twips,
)

BELOW_TEXT = 7.0
"""Between the text and the page number, mm (GB/T 9704-2012, 7.5)."""

FOOTER_LINES = 1.4
"""Height of the line of the page number, in sizes of its letters."""


def front(manuscript: Manuscript, style: Style, pages: Mapping[str, int] | None) -> list[Any]:
    """Stamps, title, who and when, table of contents. `pages`: page of each heading by bookmark;
    None where they are not known: then none is told.
    """
    body = run_look(style, Letters(style.body.font, style.body.size, style.body.line))
    stamp = run_look(style, Letters(style.emphasis, style.caption.size))
    made = [paragraph(STAMP, run(words, stamp)) for words in manuscript.stamps]
    gap = el("spacing", before=twips(style.body.size), after=twips(style.body.size / 2))
    title = run_look(style, style.title)
    made.append(paragraph(TITLE, run(manuscript.title, title), spacing=_pitched(gap, style)))
    for words in (manuscript.org, manuscript.dated):
        if words:
            none = el("ind", firstLineChars=0, firstLine=0)
            made.append(paragraph(BODY, run(words, body), ind=none, jc=el("jc", val="center")))
    headings = [each for each in manuscript.of(Heading) if each.level <= CONTENTS_LEVELS]
    if style.contents and headings:
        made += _contents(headings, style, pages)
    return made


def _pitched(spacing: Any, style: Style) -> Any:
    from docx.oxml.ns import qn

    spacing.set(qn("w:line"), str(twips(style.title.line)))
    spacing.set(qn("w:lineRule"), "exact")
    return spacing


def _contents(headings: list[Heading], style: Style, pages: Mapping[str, int] | None) -> list[Any]:
    """A field whose result is filled in: nothing is empty before Word updates it, and Word does
    not ask whether to. The line that says how to update is part of the result, so it goes.
    """
    head = run_look(style, Letters(style.headings[0].font, style.headings[0].size))
    look = run_look(style, Letters(style.body.font, min(style.body.size, 14)))
    gap = el("spacing", before=twips(style.body.size), after=twips(style.body.size / 2))
    made = [paragraph(CONTENTS, run(text("document.contents"), head), spacing=gap)]
    start = field_start(f'TOC \\o "1-{CONTENTS_LEVELS}" \\h \\z \\u', look)
    for number, heading in enumerate(headings):
        prefix = f"{heading.prefix}　" if heading.opens_annex else heading.prefix
        runs = [run(f"{prefix}{heading.text}", look)]
        if pages is not None:
            shown = [run(str(pages[heading.anchor]), look)]
            runs += [tab(look), *field(f"PAGEREF {heading.anchor} \\h", shown, look)]
        before = start if number == 0 else []
        made.append(paragraph(f"TOC{heading.level}", *before, link(heading.anchor, runs)))
    hint = "document.prearranged" if pages is not None else "document.unpaged"
    note = run_look(style, style.note)
    last = [run(text(hint), note), field_mark("end", note)]
    made.append(paragraph(NOTE, *last, jc=el("jc", val="center")))
    return made


def section(style: Style, is_wide: bool, references: list[tuple[str, str, str]]) -> Any:
    """Size and margins of pages, upright or sideways; `references`: what stands above and below
    them (``header`` or ``footer``, which pages, id of the part).
    """
    from docx.oxml.ns import qn

    made = el("sectPr")
    for kind, which, part in references:
        reference = el(f"{kind}Reference", type=which)
        reference.set(qn("r:id"), part)
        made.append(reference)
    made.append(el("type", val="nextPage"))
    width, height = (twips(side * POINTS) for side in (A4[::-1] if is_wide else A4))
    turned = {"orient": "landscape"} if is_wide else {}
    made.append(el("pgSz", w=width, h=height, **turned))
    page = style.page
    # Turned by a quarter: the top margin lies at the binding, left.
    turn = {"top": "right", "right": "bottom", "bottom": "left", "left": "top"}
    sides = {side: page[turn[side] if is_wide else side] for side in turn}
    number = style.page_number.size * FOOTER_LINES / POINTS
    low = max(sides["bottom"] - BELOW_TEXT - number, sides["bottom"] / 3)
    edges = {side: twips(width * POINTS) for side, width in sides.items()}
    below = {"header": twips(sides["top"] * POINTS / 2), "footer": twips(low * POINTS)}
    made.append(el("pgMar", **edges, **below, gutter=0))
    return made


def footer(manuscript: Manuscript, style: Style, is_left: bool) -> list[Any]:
    """Page number, — 1 — or plain, and the id of the run."""
    look = style.page_number
    run_of = run_look(style, Letters(look.font, look.size), latin=look.font)
    shown = field("PAGE", [run("1", run_of)], run_of)
    if look.dashes:
        shown = [run("— ", run_of), *shown, run(" —", run_of)]
    side = ("left" if is_left else "right") if look.outside else "center"
    in_one = {"leftChars" if is_left else "rightChars": 100}
    in_one |= {"left" if is_left else "right": twips(look.size)}
    indent = {"ind": el("ind", **in_one)} if look.outside else {}
    made = [paragraph(FOOTER, *shown, jc=el("jc", val=side), **indent)]
    if manuscript.run_id:
        words = text("document.run", run_id=manuscript.run_id)
        small = run(words, run_look(style, style.note))
        made.append(paragraph(FOOTER, small, jc=el("jc", val="center")))
    return made


def header(manuscript: Manuscript, style: Style) -> list[Any]:
    """The banner, or an empty line."""
    look = run_look(style, Letters(style.emphasis, style.caption.size))
    words = [run(manuscript.banner, look)] if manuscript.banner else []
    return [paragraph(HEADER, *words, jc=el("jc", val="center"))]
