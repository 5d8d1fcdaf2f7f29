"""The header of a sheet: where it is, over how many rows it goes, what each column is."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise

from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import listed
from jiuzhu_sim.roster.fields import Meaning, even, fields, is_unit, known_headers, meaning
from jiuzhu_sim.roster.sheet import Sheet, Source, written

HEADER_LONGEST = 20
"""Characters; a longer text is no header."""
LOOKED_UP = 200
"""Texts that are held against the known headers when none was found: enough for any sheet."""
SEARCHED_ROWS = 30
"""Titles, notes and blank rows above a header are few."""
HEIGHT_MAX = 3
FEWEST_FIELDS = 3
"""A row with fewer known headers is no header of a roster."""
_TEN_THOUSANDS = re.compile(r"单位\s*[:：]\s*万元")
Understood = Callable[[tuple[str, ...]], Meaning]
WHO = ("name", "head_name", "id", "head_id")


@dataclass(frozen=True)
class Spot:
    """A column of a sheet: its number from 0, its header as written, what it means."""

    number: int
    written: str
    meaning: Meaning


@dataclass(frozen=True)
class Header:
    """The header of a sheet: first row and height (rows from 0), and its columns by field.

    `spots` are all columns with a header; `of` the one taken for each field; `above` the texts
    of the rows over the header (titles).
    """

    first: int
    height: int
    spots: tuple[Spot, ...]
    of: dict[str, Spot]
    above: tuple[str, ...]

    @property
    def below(self) -> int:
        """The first row under the header, from 0."""
        return self.first + self.height

    @property
    def yuan(self) -> float:
        """What one of the units named over the header is in yuan (单位：万元)."""
        return 1e4 if any(_TEN_THOUSANDS.search(cell) for cell in self.above) else 1.0

    @property
    def last(self) -> int:
        """The header's last row as Excel counts it."""
        return self.below


def find_header(
    sheet: Sheet, means: Understood = meaning, needed: Collection[str] = WHO
) -> Header | None:
    """The header of a sheet, or None where no row looks like one of a roster.

    `means` says what a column's texts mean; one of the fields `needed` must be there. Of all
    blocks of one to three rows near the top, the one in which the most fields are known;
    a row of group headings above it is taken in, because it may tell units.

    >>> sheet = Sheet("", [["某县低保花名册"], ["序号", "户主姓名", "身份证号", "家庭人口数"]])
    >>> header = find_header(sheet)
    >>> header.first, sorted(header.of)
    (1, ['head_name', 'id', 'n_members', 'seq'])
    """
    top = _cells(sheet)
    # Kept for this sheet only: rows of data are tried as well, and hold names.
    understood = cache(means)
    best, best_key = None, (0, 0, 0)
    for first in range(len(top)):
        for height in range(1, min(HEIGHT_MAX, len(top) - first) + 1):
            block = _block(sheet, understood, top, first, height)
            known = {s.meaning.field.name for s in block if s.meaning.field}
            is_worth = len(known) >= FEWEST_FIELDS and bool(known & set(needed))
            # More fields first; then the lower block, since what is above it may be a title.
            key = (len(known), -height, -first)
            if is_worth and (best is None or key > best_key):
                best, best_key = (first, height), key
    if best is None:
        return None
    first, height = _with_units(top, *_with_headings(sheet, understood, top, *best))
    spots = _block(sheet, understood, top, first, height)
    above = tuple(cell for row in top[:first] for cell in row if cell)
    return Header(first, height, spots, _chosen(spots), above)


def _cells(sheet: Sheet) -> list[list[str]]:
    """The top of a sheet as trimmed texts, merged cells filled, all rows of one length."""
    width = max((len(row) for row in sheet.rows[:SEARCHED_ROWS]), default=0)
    top = [
        [written(cell).strip() for cell in row] + [""] * (width - len(row))
        for row in sheet.rows[:SEARCHED_ROWS]
    ]
    for (row, column), (last_row, last_column) in sheet.merged:
        if last_row < len(top) and column < width:
            for r in range(row, last_row + 1):
                for c in range(column, min(last_column, width - 1) + 1):
                    top[r][c] = top[row][column]
    return top


def _block(
    sheet: Sheet, understood: Understood, top: list[list[str]], first: int, height: int
) -> tuple[Spot, ...]:
    """What the columns are if the header is these rows."""
    rows = [list(row) for row in top[first : first + height]]
    if not sheet.merged:
        # In a text file only the first cell of a merged one is filled.
        for row, lower in pairwise(rows):
            for place in range(1, len(row)):
                if not row[place] and lower[place]:
                    row[place] = row[place - 1]
    spots = []
    for number, parts in enumerate(zip(*rows, strict=True)):
        different = tuple(dict.fromkeys(part for part in parts if part))
        # A header is short; a title over all columns is not part of it.
        if different:
            spots.append(Spot(number, different[-1], understood(different)))
    return tuple(spots)


def _with_headings(
    sheet: Sheet, understood: Understood, top: list[list[str]], first: int, height: int
) -> tuple[int, int]:
    """The block with the row above it, where that row holds headings of groups of columns."""
    if not first or height == HEIGHT_MAX:
        return first, height
    different = {cell for cell in top[first - 1] if cell}
    if len(different) < 2 or any(":" in cell or "：" in cell for cell in different):
        return first, height
    known, wider = (
        {s.meaning.field.name for s in _block(sheet, understood, top, *block) if s.meaning.field}
        for block in ((first, height), (first - 1, height + 1))
    )
    return (first - 1, height + 1) if wider >= known else (first, height)


def _with_units(top: list[list[str]], first: int, height: int) -> tuple[int, int]:
    """The block with the row below it, where that row holds units only."""
    below = [cell for row in top[first + height : first + height + 1] for cell in row if cell]
    is_units = bool(below) and all(map(is_unit, below))
    return (first, height + 1) if is_units else (first, height)


def _chosen(spots: Sequence[Spot]) -> dict[str, Spot]:
    """The column taken for each field: the first, but a member's own before one of the head.

    Two columns 姓名, or two 身份证号, without a heading: the first is the head's.
    """
    of: dict[str, Spot] = {}
    for spot in spots:
        field = spot.meaning.field
        if field is None:
            continue
        taken = of.get(field.name)
        head = {"name": "head_name", "id": "head_id"}.get(field.name, "")
        if taken and head and head not in of:
            of[head], of[field.name] = taken, spot
        elif taken is None or (taken.meaning.is_of_head and not spot.meaning.is_of_head):
            of[field.name] = spot
    return of


# --- which sheets --------------------------------------------------------------------------
def rosters_in(source: Source) -> tuple[tuple[Sheet, Header], ...]:
    """The sheets of a file that hold a roster, with their headers.

    Raises JZ-E071 where no sheet does, JZ-E072 where all that do lack a needed column (all
    missing ones at once), JZ-E077 where several do and their columns differ.
    """
    found = [(sheet, header) for sheet in source.sheets if (header := find_header(sheet))]
    if not found:
        raise _no_header(source)
    whole = [(sheet, header) for sheet, header in found if not missing(header)]
    if not whole:
        raise JZError(_told_missing(source, *found[0]))
    columns = [
        {n: (s.meaning.period, s.meaning.yuan) for n, s in header.of.items()} for _, header in whole
    ]
    if any(other != columns[0] for other in columns[1:]):
        names = listed(sheet.name for sheet, _ in whole)
        differing = {n for other in columns for n in set(other.items()) ^ set(columns[0].items())}
        titles = listed(sorted({fields()[name].title for name, _ in differing}))
        raise JZError.of("JZ-E077", source.name, sheets=names, columns=titles)
    return tuple(whole)


def missing(header: Header) -> tuple[str, ...]:
    """The needed fields a header lacks: who (name, ID number), and what makes households."""
    has = set(header.of)
    lacking = []
    if not has & {"name", "head_name"}:
        lacking.append("name")
    if not has & {"id", "head_id"}:
        lacking.append("id")
    if not has & {"relation", "household_no", "n_members", "n_covered"} and not (
        has & {"name", "id"} and has & {"head_name", "head_id"}
    ):
        lacking.append("n_members")
    return tuple(lacking)


def _told_missing(source: Source, sheet: Sheet, header: Header) -> Problems:
    problems = Problems()
    unknown = {even(s.written): s.written for s in header.spots if s.meaning.field is None}
    where = " · ".join(part for part in (source.name, sheet.name) if part)
    for name in missing(header):
        both = [fields()[each] for each in (name, f"head_{name}") if each in fields()]
        spellings = [even(alias) for f in both for alias in (f.label["zh"], *f.aliases)]
        near = next((n for s in spellings if (n := nearest(s, unknown)) != "—"), "—")
        title = fields()[name].title
        problems.add("JZ-E072", where, name=title, nearest=unknown.get(near, "—"))
    return problems


def _no_header(source: Source) -> JZError:
    """JZ-E071: the texts near the top that come near a header, and what they may be meant for."""
    cells = (
        cell.strip()
        for sheet in source.sheets
        for row in sheet.rows[:SEARCHED_ROWS]
        for cell in map(written, row)
    )
    # Looking for the nearest of a thousand headers takes milliseconds: only for texts that could be
    # one, the first of them.
    likely = dict.fromkeys(cell for cell in cells if 0 < len(cell) <= HEADER_LONGEST)
    near = {cell: nearest(even(cell), known_headers()) for cell in islice(likely, LOOKED_UP)}
    seen = {cell: known for cell, known in near.items() if known != "—"}
    return JZError.of(
        "JZ-E071",
        source.name,
        found=listed(seen) or "—",
        nearest=listed(dict.fromkeys(seen.values())) or "—",
    )
