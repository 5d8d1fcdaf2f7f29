"""Cells of a workbook that hold an error (#REF!, #DIV/0!) in place of a value.

calamine reads them as empty (python-calamine, issue 105), and an empty amount is no fault. So
they are looked up in the workbook itself. Workbooks of the old kind (xls) are not covered.
"""

import html
import io
import re
import zipfile

from jiuzhu_sim.roster.content import ZIP
from jiuzhu_sim.roster.size import column_number, pieces

_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_MARK = b't="e"'
_CELL = re.compile(rb'<(?:\w+:)?c\s([^>]*t="e"[^>]*)>(.*?)</(?:\w+:)?c>', re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{1,20})<")
_OVERLAP = 4096
"""Bytes looked at again with the next piece: more than a cell with a formula takes."""


def broken_cells(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """The errors of a sheet of a workbook (xlsx), by row and column from 0."""
    if not data.startswith(ZIP):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        name = _part_of(packed, sheet)
        entry = packed.getinfo(name) if name in packed.namelist() else None
    found, rest = {}, b""
    for piece in pieces(data, entry) if entry else ():
        both = rest + piece
        for attributes, content in _CELL.findall(both) if _MARK in both else ():
            place, value = _PLACE.search(attributes), _VALUE.search(content)
            if place and value:
                spot = int(place[2]) - 1, column_number(place[1]) - 1
                found[spot] = value[1].decode("utf-8", "replace")
        rest = both[-_OVERLAP:]
    return found


def _part_of(packed: zipfile.ZipFile, sheet: str) -> str:
    """The part of the workbook that holds a sheet, "" where the workbook does not tell."""
    try:
        book = packed.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = packed.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return ""
    targets = {_attribute(r, "Id"): _attribute(r, "Target") for r in _RELATION.findall(relations)}
    for entry in _SHEET.findall(book):
        if html.unescape(_attribute(entry, "name")) == sheet:
            target = targets.get(_attribute(entry, r"\w+:id"), "")
            return target[1:] if target.startswith("/") else f"xl/{target}"
    return ""


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return found[1] if found else ""
