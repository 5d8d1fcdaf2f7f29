"""The rows of all sheets of a roster, one under the other, column by column.

Rows that hold no data are left out and remembered: blank ones, headers repeated on each printed
page, 合计, 填表人, numbers of columns, headings of groups of rows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.roster.cells import Tidied, coded, each, mode_of, spelled, tidy, words
from jiuzhu_sim.roster.fields import even, fields
from jiuzhu_sim.roster.header import WHO, Header, Spot
from jiuzhu_sim.roster.identity import masked
from jiuzhu_sim.roster.sheet import Sheet, table, written

Rosters = Sequence[tuple[Sheet, Header]]
_MANY_DIGITS = re.compile(r"(?:\d\D{0,2}){6}")
_COLUMN_NUMBER = re.compile(r"\d{1,2}|[甲乙丙丁戊己庚辛]|[A-Z]{1,2}|栏次")
REPEATED_SHARE = 0.5
"""A row that repeats this share of the header's cells is the header of another page."""


@dataclass(frozen=True)
class Lines:
    """Rows with data, in the order of the file.

    `sheet` and `row` say where each stands (row as Excel counts it); `texts` and `is_number` hold
    its cells by field, as written; `spots` where each field stands in each sheet. `skipped` are
    the rows left out, as (sheet, row).
    """

    sheets: tuple[str, ...]
    headers: tuple[Header, ...]
    sheet: NDArray[np.int64]
    row: NDArray[np.int64]
    texts: Mapping[str, NDArray[Any]]
    is_number: Mapping[str, NDArray[np.bool_]]
    spots: Mapping[str, tuple[Spot, ...]]
    skipped: tuple[tuple[int, int], ...]
    _tidied: dict[tuple[str, str], Tidied] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.row)

    def __contains__(self, name: str) -> bool:
        return name in self.texts

    def blank(self) -> NDArray[Any]:
        """A column of empty cells."""
        return np.full(len(self), "", object)

    def text(self, name: str) -> NDArray[Any]:
        """The cells of a field; empty ones where the roster has no such column."""
        return self.texts.get(name, self.blank())

    def tidied(self, name: str, kind: str = "") -> Tidied:
        """The cells of a field (taken for one of another kind) without what does not matter."""
        mode = mode_of(kind or fields()[name].kind)
        if (name, mode) not in self._tidied:
            self._tidied[name, mode] = tidy(self.text(name), kind or fields()[name].kind)
        return self._tidied[name, mode]

    def with_texts(self, texts: Mapping[str, NDArray[Any]]) -> "Lines":
        """The same lines with other cells."""
        same = {
            (name, mode): made
            for (name, mode), made in self._tidied.items()
            if texts.get(name) is self.texts.get(name)
        }
        return replace(self, texts=texts, _tidied=same)


def lines_of(rosters: Rosters) -> Lines:
    """The rows of the sheets with their cells by field.

    >>> from jiuzhu_sim.roster.header import find_header
    >>> header = ["序号", "户主姓名", "身份证号", "家庭人口数"]
    >>> sheet = Sheet("", [header, ["1", "张三", "11", "2"], ["合计", "", "", "2"]])
    >>> lines = lines_of([(sheet, find_header(sheet))])
    >>> lines.row.tolist(), lines.texts["head_name"].tolist(), lines.skipped
    ([2], ['张三'], ((0, 3),))
    """
    parts = [_part(sheet, header) for sheet, header in rosters]
    names = list(rosters[0][1].of)
    skipped = [(number, row) for number, part in enumerate(parts) for row in part[3].tolist()]
    return Lines(
        sheets=tuple(masked(sheet.name, "") for sheet, _ in rosters),
        headers=tuple(header for _, header in rosters),
        sheet=np.concatenate([np.full(len(part[0]), n, np.int64) for n, part in enumerate(parts)]),
        row=np.concatenate([part[0] for part in parts]),
        texts={name: np.concatenate([part[1][name] for part in parts]) for name in names},
        is_number={name: np.concatenate([part[2][name] for part in parts]) for name in names},
        spots={name: tuple(header.of[name] for _, header in rosters) for name in names},
        skipped=tuple(skipped),
    )


CODE_FIELDS = ("area", "category")
"""Fields whose headers offices use one for the other (保障类别, 低保类别)."""


def by_content(lines: Lines) -> Lines:
    """The lines with a column of 城市 and 农村 as area, one of A, B and C as category, whatever the
    header; where both are the same, the one whose header fits stays.

    >>> from jiuzhu_sim.roster.header import find_header
    >>> rows = [["户主姓名", "身份证号", "人口", "保障类别"], ["张三", "1", "1", "农村"]]
    >>> sheet = Sheet("", rows)
    >>> sorted(by_content(lines_of([(sheet, find_header(sheet))])).texts)
    ['area', 'head_name', 'id', 'n_members']
    """
    renamed = {}
    for name in CODE_FIELDS:
        other = CODE_FIELDS[name == CODE_FIELDS[0]]
        if name in lines and _share(lines, name, name) == 0 and _share(lines, name, other) == 1:
            renamed[name] = other
    if len(renamed) == 1 and set(CODE_FIELDS) <= set(lines.texts):
        return lines

    def again(held: Mapping[str, Any]) -> dict[str, Any]:
        return {renamed.get(name, name): value for name, value in held.items()}

    if not renamed:
        return lines
    texts, numbers, spots = map(again, (lines.texts, lines.is_number, lines.spots))
    return replace(lines, texts=texts, is_number=numbers, spots=spots, _tidied={})


def _share(lines: Lines, name: str, vocabulary: str) -> float:
    """The share of a column's filled cells that are words of a vocabulary."""
    text = lines.tidied(name).text
    code, _ = coded(text, spelled(vocabulary))
    return float((code != "").sum()) / max(int((text != "").sum()), 1)


def _part(
    sheet: Sheet, header: Header
) -> tuple[
    NDArray[np.int64], dict[str, NDArray[Any]], dict[str, NDArray[np.bool_]], NDArray[np.int64]
]:
    """Rows, texts and numbers by field of one sheet, and the rows left out."""
    rows = table(sheet.rows)[header.below :]
    cells, numbers = {}, {}
    for spot in header.spots:
        raw = rows[:, spot.number].tolist()
        is_text = set(map(type, raw)) <= {str}
        column = np.empty(len(raw), object)
        column[:] = raw if is_text else [written(cell) for cell in raw]
        for word in filter(str.isspace, set(column.tolist())):
            column[column == word] = ""
        is_number = [] if is_text else [isinstance(cell, int | float) for cell in raw]
        cells[spot.number] = column
        numbers[spot.number] = np.array(is_number, bool) if is_number else np.zeros(len(raw), bool)
    is_data = ~_is_no_data(header, cells, len(rows))
    row = np.arange(len(rows)) + header.below + 1
    texts = {name: cells[spot.number][is_data] for name, spot in header.of.items()}
    is_number_of = {name: numbers[spot.number][is_data] for name, spot in header.of.items()}
    # Empty rows at the end of a sheet are no news.
    filled = np.flatnonzero(np.any([column != "" for column in cells.values()], axis=0))
    end = filled[-1] + 1 if filled.size else 0
    return row[is_data], texts, is_number_of, row[:end][~is_data[:end]]


def _is_no_data(header: Header, cells: Mapping[int, NDArray[Any]], count: int) -> NDArray[np.bool_]:
    """Rows that are blank, a header again, a total, a signature, a heading or column numbers; a row
    with a number that looks like an ID is none of these."""
    has_id = np.zeros(count, bool)
    for name in ("id", "head_id"):
        if name in header.of:
            has_id |= each(cells[header.of[name].number], _looks_like_id, bool)
    made = np.zeros(count, bool)
    left = np.flatnonzero(~has_id)
    made[left] = _is_none({n: each(c[left], str.strip) for n, c in cells.items()}, header)
    return made


def _is_none(cells: Mapping[int, NDArray[Any]], header: Header) -> NDArray[np.bool_]:
    """Rows without an ID number that are no data either."""
    numbers, columns = list(cells), list(cells.values())
    filled = np.stack([column != "" for column in columns])
    who = [numbers.index(header.of[name].number) for name in WHO if name in header.of]
    seq = header.of["seq"].number if "seq" in header.of else -1
    told = filled[[number != seq for number in numbers]].sum(axis=0)
    is_blank = told == 0
    is_heading = ~filled[who].any(axis=0) & (told == 1)

    written_heads = [spot.written for spot in header.spots]
    same = np.stack([c == head for c, head in zip(columns, written_heads, strict=True)])
    is_header = same.sum(axis=0) > REPEATED_SHARE * np.maximum(filled.sum(axis=0), 1)
    is_header |= same[who].any(axis=0) & (same.sum(axis=0) > 1)

    is_total = np.any([each(column, starts_total, bool) for column in columns], axis=0)
    first = filled.argmax(axis=0)
    is_note = each(np.stack(columns)[first, np.arange(len(first))], starts_note, bool)
    short = np.stack([each(c, lambda w: bool(_COLUMN_NUMBER.fullmatch(w)), bool) for c in columns])
    is_numbers = (short | ~filled).all(axis=0) & (short & filled)[who].all(axis=0)
    return np.asarray(is_blank | is_heading | is_header | is_total | is_note | is_numbers)


def _looks_like_id(word: str) -> bool:
    return bool(_MANY_DIGITS.search(word))


def starts_total(word: str) -> bool:
    """Whether a cell starts or ends a row of totals.

    >>> starts_total("合 计"), starts_total("张计划")
    (True, False)
    """
    if "计" not in word:
        return False
    bare = even(word)
    return any(bare == even(total) or bare.endswith(total) for total in words()["totals"])


def starts_note(word: str) -> bool:
    """Whether a cell starts like a note: a known word alone, or followed by a colon.

    >>> starts_note("填表人：张三"), starts_note("张三")
    (True, False)
    """
    before, colon, _ = word.replace(":", "：").partition("：")
    bare = even(before)
    return bool(bare) and bare in words()["notes"] and (bool(colon) or len(bare) > 1)
