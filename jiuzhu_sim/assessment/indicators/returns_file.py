"""A table of returns handed back, read; the empty one is written by `returns_form.py`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from jiuzhu_sim.assessment.indicators.indicator import Indicator, indicators
from jiuzhu_sim.assessment.indicators.returns import (
    NUMBERS,
    Entry,
    Returns,
    headings,
    labels_of,
)
from jiuzhu_sim.errors import Problems, nearest
from jiuzhu_sim.language import LANGUAGES, pick, text
from jiuzhu_sim.roster.cells import counts, tidy, truths
from jiuzhu_sim.roster.fields import even
from jiuzhu_sim.roster.header import SEARCHED_ROWS
from jiuzhu_sim.roster.sheet import Sheet, column_letter, open_sheets, written

NEEDED = ("township", "indicator")
PERCENT = re.compile(r"(-?\d+(?:\.\d+)?)\s*[%％]")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
COUNTED = ("hits", "n", "population")
NAN = float("nan")
BARE_RATIO = 5
"""A ratio from here on that is written without a % sign is taken for a percentage that lacks it."""
HALF, PERCENT_DIGIT = 0.5, 0.005
"""How far value × asked may be from the number met: half a case, and a value in whole percents."""


@dataclass
class _File:
    """A file while it is read: where faults are told, and what was found."""

    where: str
    sheet: Sheet
    spots: Mapping[str, int]
    problems: Problems
    entries: list[Entry] = field(default_factory=list)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def cell(self, row: int, column: int | None) -> str:
        return "" if column is None else written(self.sheet.rows[row][column]).strip()

    def at(self, row: int, column: int, head: str) -> str:
        spot = text("batch.at_cell", row=row + 1, column=column_letter(column), head=head)
        return f"{self.where} · {spot}"

    def tell(self, row: int, column: int, name: str, value: str, expected: str) -> None:
        head = self.cell_head(column)
        self.problems.add(
            "JZ-E032", self.at(row, column, head), name=name, value=value, expected=expected
        )

    def cell_head(self, column: int) -> str:
        return written(self.sheet.rows[self.top][column]).strip()

    top: int = 0


def read_returns(path: str | Path, units: Sequence[str] = ()) -> Returns:
    """Read a table of returns (xlsx, xls, csv in any encoding), long or wide.

    Long: a row for each township and indicator; shares by 数值 (0–1 or with %) or by 符合数 and
    样本数. Wide: a row a township, a column an indicator, with “…样本数” beside it where it is a
    survey. Indicators go by their name or key. Rows without numbers are left out. `units`: the
    townships there are; others are refused.

    Raises, all at once, JZ-E072 (no column of townships, or of indicators), JZ-E059 (no rows),
    JZ-E060 (unknown indicator or township), JZ-E032 (a cell that is no such number, a figure given
    twice, more met than asked); and what opening a file raises.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.csv"
    ...     rows = "乡镇,指标,符合数,样本数\\n甲镇,群众满意率,55,60\\n"
    ...     _ = path.write_text(rows, encoding="utf-8")
    ...     made = read_returns(path)
    >>> made.units, made.hits["satisfaction"].tolist()
    (('甲镇',), [55.0])
    """
    source = open_sheets(path)
    problems = Problems()
    sheet, top, spots, wide = _heads(source.sheets)
    where = " · ".join(part for part in (source.name, sheet.name) if part)
    file = _File(where, sheet, spots, problems, top=top)
    file.names |= {even(name): name for name in units}
    if "township" not in spots:
        _lacking(file, "township")
    if "indicator" not in spots and not wide:
        _lacking(file, "indicator")
    problems.raise_if_any()
    _tell_twice(file, wide)
    if len(sheet.rows) <= top + 1:
        problems.add("JZ-E059", where, row=top + 1)
    for row in range(top + 1, len(sheet.rows)):
        _read_row(file, row, wide, units)
    problems.raise_if_any()
    if not file.entries:
        problems.add("JZ-E059", where, row=top + 1)
        problems.raise_if_any()
    found = dict.fromkeys(entry.unit for entry in file.entries)
    return Returns.of(tuple(units) or tuple(sorted(found)), file.entries, title=source.name)


def _lacking(file: _File, name: str) -> None:
    rows = file.sheet.rows
    found = [written(cell).strip() for cell in rows[file.top]] if len(rows) else []
    label = pick(headings()[name]["label"])
    near = nearest(label, [head for head in found if head])
    file.problems.add("JZ-E072", file.where, name=label, nearest=near)


def _tell_twice(file: _File, wide: Mapping[int, str]) -> None:
    """Columns of a wide table that tell the same."""
    first: dict[str, int] = {}
    for column, word in wide.items():
        earlier = first.setdefault(word, column)
        if earlier != column:
            said = text("indicators.column_once", column=column_letter(earlier))
            file.tell(file.top, column, file.cell_head(column), file.cell_head(column), said)


def _heads(sheets: Sequence[Sheet]) -> tuple[Sheet, int, dict[str, int], dict[int, str]]:
    """The sheet and row of the heads (where the most are known), the column of each, and of a wide
    table the indicator of each column (with a mark for its sample size)."""
    known = {even(word): name for name in headings() for word in labels_of(name)}
    best: tuple[Sheet, int, dict[str, int], dict[int, str]] = (
        sheets[0] if sheets else Sheet("", ()),
        *(0, {}, {}),
    )
    for sheet in sheets:
        for number, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
            spots: dict[str, int] = {}
            wide: dict[int, str] = {}
            for column, cell in enumerate(row):
                word = even(written(cell))
                if word in known:
                    spots.setdefault(known[word], column)
                elif word in wide_heads():
                    wide[column] = wide_heads()[word]
            if len(spots) + len(wide) > len(best[2]) + len(best[3]):
                best = (sheet, number, spots, {} if "indicator" in spots else wide)
    return best


@cache
def wide_heads() -> dict[str, str]:
    """Heads of a wide table as read, and what stands below: an indicator's key, with ``:n``,
    ``:hits`` or ``:population`` for its numbers."""
    made: dict[str, str] = {}
    for word, key in spelled().items():
        made[word] = key
        for name in COUNTED:
            for label in labels_of(name):
                made.setdefault(even(f"{word}{label}"), f"{key}:{name}")
                made.setdefault(even(f"{word}（{label}）"), f"{key}:{name}")
    return made


@cache
def spelled() -> dict[str, str]:
    """Indicators by every spelling: key, label in both languages.

    >>> spelled()["群众满意率"]
    'satisfaction'
    """
    return {
        even(word): key
        for key, each in indicators().items()
        for word in (key, *(each.label[language] for language in LANGUAGES))
    }


def _read_row(file: _File, row: int, wide: Mapping[int, str], units: Sequence[str]) -> None:
    """Enter one row of either layout."""
    township = file.cell(row, file.spots["township"]).removeprefix("'")
    told = [file.cell(row, column) for column in wide] if wide else []
    if not wide:
        told = [file.cell(row, file.spots.get(name)) for name in NUMBERS]
    if not any(told):
        return
    if not township:
        column = file.spots["township"]
        file.tell(row, column, file.cell_head(column), "", text("indicators.fill.township"))
        return
    township = file.names.setdefault(even(township), township)
    if units and township not in units:
        _unknown(file, row, "township", township, text("indicators.unit"), units)
        return
    if wide:
        columns: dict[str, dict[str, int]] = {}
        for column, word in wide.items():
            key, _, name = word.partition(":")
            columns.setdefault(key, {})[name or "value"] = column
        for key, spots in columns.items():
            _enter(file, row, township, indicators()[key], spots)
        return
    word = file.cell(row, file.spots["indicator"]).removeprefix("'")
    named = spelled().get(even(word))
    if named is None:
        labels = [each.title for each in indicators().values()]
        _unknown(file, row, "indicator", word, text("indicators.indicator"), labels)
        return
    spots = {name: file.spots[name] for name in NUMBERS if name in file.spots}
    _enter(file, row, township, indicators()[named], spots)


def _unknown(
    file: _File, row: int, name: str, word: str, kind: str, known: Iterable[str]
) -> None:  # fmt: skip
    known = list(known)
    column, near = file.spots[name], nearest(word, known, n=3)
    if len(known) <= FEW:
        near = ", ".join(known)
    elif near == NOTHING_NEAR:
        near = text("indicators.as_in_form")
    file.problems.add(
        "JZ-E060",
        file.at(row, column, file.cell_head(column)),
        name=word,
        kind=kind,
        nearest=nearest(word, known),
        known=near,
    )


NOTHING_NEAR = nearest("", ())
"""What `nearest` says where no name comes near."""
FEW = 30
"""Up to so many known names are told; of more, those like the one written."""


def _enter(
    file: _File, row: int, unit: str, indicator: Indicator, spots: Mapping[str, int]
) -> None:
    """One figure of one township, checked."""
    cells = {name: file.cell(row, column) for name, column in spots.items()}
    if not any(cells.values()):
        return
    before = len(file.problems)
    earlier = file.seen.setdefault((unit, indicator.key), row)
    if earlier != row:
        column = spots.get("value", next(iter(spots.values())))
        said = text("indicators.once", row=earlier + 1)
        file.tell(row, column, indicator.title, cells.get("value", ""), said)
    found = {name: NAN for name in NUMBERS}
    for name, cell in cells.items():
        if not cell:
            continue
        kind = indicator.unit if name == "value" else name
        read = READERS.get(kind, _count)(cell)
        if np.isnan(read):
            expected = text(f"indicators.expected.{kind}")
            file.tell(row, spots[name], indicator.title, cell, expected)
        found[name] = read
    _agree(file, row, indicator, spots, found)
    if len(file.problems) == before:
        file.entries.append(Entry(unit, indicator.key, **found))


def _agree(
    file: _File, row: int, indicator: Indicator, spots: Mapping[str, int], found: dict[str, float]
) -> None:
    """Numbers of one figure that do not go together; the number met of a share of a sample."""
    hits, n, population = (found[name] for name in COUNTED)

    def tell(name: str, key: str) -> None:
        column = spots.get(name, next(iter(spots.values())))
        value = file.cell(row, column)
        file.tell(row, column, indicator.title, value, text(f"indicators.expected.{key}"))

    if not indicator.is_share:
        for name in COUNTED:
            if not np.isnan(found[name]):
                tell(name, "share_only")
        if found["value"] < 0:
            tell("value", "not_below_0")
        return
    if not np.isnan(hits) and np.isnan(n):
        tell("hits", "with_n")
    if hits > n:
        tell("hits", "not_more")
    if n > population:
        tell("n", "not_above")
    if n == 0:
        tell("n", "above_0")
    if abs(found["value"] * n - hits) > HALF + n * PERCENT_DIGIT:
        tell("value", "not_alike")
    if n > 0 and np.isnan(hits) and not np.isnan(found["value"]):
        found["hits"] = float(np.rint(found["value"] * n))
    if np.isnan(found["value"]) and np.isnan(hits) and (n > 0 or population > 0):
        tell("n", "value_too")


def _share(cell: str) -> float:
    """A share 0–1, or a percentage with its sign; NaN for anything else."""
    percent = PERCENT.fullmatch(cell)
    value = float(percent[1]) / 100 if percent else _amount(cell)
    return value if 0 <= value <= 1 else NAN


def _ratio(cell: str) -> float:
    """A fraction or a percentage; NaN for what is rather a percentage without its sign (95)."""
    value = _amount(cell)
    return NAN if value >= BARE_RATIO and not PERCENT.fullmatch(cell) else value


def _count(cell: str) -> float:
    if cell.isascii() and cell.isdigit():
        return float(cell)
    value = float(counts(tidy(np.array([cell], object), "count").text).value[0])
    return value if value >= 0 and value == int(value) else NAN


def _amount(cell: str) -> float:
    plain = cell.replace(",", "").replace("，", "")
    percent = PERCENT.fullmatch(plain)
    if percent:
        return float(percent[1]) / 100
    return float(plain) if NUMBER.fullmatch(plain) else NAN


def _truth(cell: str) -> float:
    if cell in ("0", "1"):
        return float(cell)
    words = tidy(np.array([cell], object), "bool").text
    is_yes, is_bad = truths(words, "is_right")
    return NAN if is_bad[0] else float(is_yes[0])


READERS = {
    "share": _share,
    "ratio": _ratio,
    "yes": _truth,
    "points": _amount,
    "yuan/year": _amount,
}
"""How the values of a unit are read; all else are whole numbers."""
