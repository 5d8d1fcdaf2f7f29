"""The few elements of WordprocessingML that a document needs, and nothing that is not set."""

from collections.abc import Iterable
from typing import Any

from jiuzhu_sim.language import language
from jiuzhu_sim.report.document.style import BLACK, Letters, Style

TWIPS, HALVES, EIGHTHS = 20, 2, 8
"""Parts of a point in which Word counts lengths, sizes of letters and widths of rules."""


def el(tag: str, *children: Any, **attributes: Any) -> Any:
    """An element of the main namespace with its children (None is left out) and attributes.

    >>> el("jc", val="center").tag.rpartition("}")[2]
    'jc'
    """
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(child for child in children if child is not None)
    return made


def twips(points: float) -> int:
    """Points in twentieths."""
    return round(points * TWIPS)


def fonts(style: Style, font: str, latin: str = "") -> Any:
    """The faces of a run: Chinese and Latin by name, no theme."""
    east, west = style.fonts[font].word, style.fonts[latin or style.latin].word
    hint = {"hint": "eastAsia"} if language() == "zh" else {}  # “” and … as wide as a character
    return el("rFonts", ascii=west, hAnsi=west, eastAsia=east, cs=west, **hint)


def run_look(
    style: Style, letters: Letters, colour: str = BLACK, latin: str = "", tag: str = "rPr"
) -> Any:
    """The properties of a run: faces, colour, tracking, size; never bold, never italic."""
    size = round(letters.size * HALVES)
    tracking = el("spacing", val=twips(letters.tracking)) if letters.tracking else None
    return el(
        tag,
        fonts(style, letters.font, latin),
        el("b", val=0),
        el("color", val=colour),
        tracking,
        el("sz", val=size),
        el("szCs", val=size),
    )


def run(words: str, look: Any) -> Any:
    """Words in one look; spaces are kept."""
    from copy import deepcopy

    from docx.oxml.ns import qn

    made = el("t")
    made.text = words
    made.set(qn("xml:space"), "preserve")
    return el("r", deepcopy(look), made)


def tab(look: Any) -> Any:
    """A tab in a look."""
    from copy import deepcopy

    return el("r", deepcopy(look), el("tab"))


def field(instruction: str, result: Iterable[Any], look: Any) -> list[Any]:
    """A field and what it shows until it is updated."""
    return [
        field_mark("begin", look),
        _instruction(instruction, look),
        field_mark("separate", look),
        *result,
        field_mark("end", look),
    ]


def field_start(instruction: str, look: Any) -> list[Any]:
    """The runs before the result of a field that spans several paragraphs."""
    return [
        field_mark("begin", look),
        _instruction(instruction, look),
        field_mark("separate", look),
    ]


def field_mark(kind: str, look: Any) -> Any:
    """A mark of a field: ``begin``, ``separate`` or ``end``."""
    from copy import deepcopy

    return el("r", deepcopy(look), el("fldChar", fldCharType=kind))


def _instruction(words: str, look: Any) -> Any:
    from copy import deepcopy

    from docx.oxml.ns import qn

    made = el("instrText")
    made.text = f" {words} "
    made.set(qn("xml:space"), "preserve")
    return el("r", deepcopy(look), made)


def link(anchor: str, runs: Iterable[Any], tip: str = "") -> Any:
    """Runs that lead to a bookmark of the document."""
    attributes = {"tooltip": tip} if tip else {}
    return el("hyperlink", *runs, anchor=anchor, history=1, **attributes)


class Bookmarks:
    """Bookmarks with ids in order; no name twice."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def around(self, name: str, runs: Iterable[Any]) -> list[Any]:
        """Runs between the start and the end of a bookmark; without a name, or with one that
        stands already (a table in two pieces), the runs alone.
        """
        if not name or name in self._names:
            return list(runs)
        number = len(self._names)
        self._names.add(name)
        start = el("bookmarkStart", id=number, name=name)
        return [start, *runs, el("bookmarkEnd", id=number)]


def paragraph(kind: str, *runs: Any, **properties: Any) -> Any:
    """A paragraph of a style (its id), with further properties as elements by name."""
    look = el("pPr", el("pStyle", val=kind))
    for tag in ORDER:
        if tag in properties:
            look.append(properties[tag])
    return el("p", look, *runs)


ORDER = ("keepNext", "pageBreakBefore", "tabs", "wordWrap", "spacing", "ind", "jc", "sectPr")
"""The order in which Word wants the properties of a paragraph."""
