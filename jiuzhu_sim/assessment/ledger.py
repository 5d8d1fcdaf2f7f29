"""A ledger (台账): what an office has on its books, by area and township, read from Excel or CSV.

Which columns a ledger may have, and by what words they are known, stands in `ledger.yaml`.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jiuzhu_sim.assessment.ledger_words import (
    area_of,
    area_words,
    is_blank,
    is_total,
    name_of,
    number_of,
    plain,
    scale_of,
    unit_above,
    words,
)
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.files import shipped
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.reading import is_file, is_folder
from jiuzhu_sim.roster.sheet import Sheet, column_letter, open_sheets

Place = tuple[str, str]
"""Area and township; either may be `TOTAL`."""

NAMES = ("ledger.csv", "ledger.xlsx", "台账.csv", "台账.xlsx")
"""How a ledger beside the people is called."""

HEADS_WITHIN = 20
"""Rows at the top of a sheet among which the heads are looked for; above them stand titles."""

WORDS_SHOWN = 12
"""Words of an unknown sheet that a message shows."""


@dataclass(frozen=True)
class Ledger:
    """What a ledger says: figures by place, money in yuan a year (a head: yuan a month).

    `cells[place][statistic]`: statistics are households, persons, mean_benefit_m, cost_y and the
    programmes of `ledger.yaml`; what the ledger leaves blank is not there. `rows`: the row of each
    place, as Excel shows it.
    """

    file: str
    sha256: str
    cells: Mapping[Place, Mapping[str, float]]
    rows: Mapping[Place, int]

    @property
    def statistics(self) -> tuple[str, ...]:
        """What the ledger gives anywhere, in the order of `ledger.yaml`."""
        there = {name for values in self.cells.values() for name in values}
        return tuple(name for name in words()["figures"] if name in there)


@dataclass(frozen=True)
class Column:
    """A column of a ledger: where it stands, its head, what it is, and how much its unit is."""

    number: int
    head: str
    name: str
    scale: float = 1.0

    def of(self, row: Sequence[Any]) -> Any:
        """The cell of a row; "" where the row is shorter."""
        return row[self.number] if self.number < len(row) else ""

    def at(self, row: int) -> str:
        """A cell of this column, as Excel shows where it stands."""
        return text("ledger.at_cell", row=row, column=column_letter(self.number), head=self.head)


def find_ledger(path: str, data: str, place: str) -> Path | None:
    """The ledger to reconcile with: the one named, else the one beside the people (`data`, a
    folder), else the packaged one of a place (""  for none); None if there is none.

    Raises JZ-E020 when the one named is not there.

    >>> find_ledger("", "", "example-county").name
    'ledger.csv'
    """
    if path:
        if not is_file(path):
            raise JZError.of("JZ-E020", path, path=path)
        return Path(path)
    folders = [Path(data)] if data and is_folder(data) else []
    if place:
        folders.append(shipped("data/synthetic") / place)
    beside = (folder / name for folder in folders for name in NAMES)
    return next((each for each in beside if is_file(each)), None)


def read_ledger(path: str | Path) -> Ledger:
    """Read a ledger; every problem is told at once, with sheet, row and column.

    Rows are area × township, either of which may be blank or 合计. Heads name the unit of money
    (元 or 万元) and whether it is a year's or a month's.

    Raises JZ-E053 (no heads), E054 (several sheets look like it), E034 (one column twice), E055
    (unit or period not said), E056 (no number, or below zero), E057 (an unknown area), E058 (a row
    twice), E059 (nothing below the heads), and what opening the file raises.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "ledger.csv"
    ...     _ = path.write_text("城乡,户数,全年支出（万元）\\n农村,120,61.5\\n", encoding="utf-8")
    ...     dict(read_ledger(path).cells["rural", "total"])
    {'households': 120.0, 'cost_y': 615000.0}
    """
    path = Path(path)
    sheets = [(sheet.name, _filled(sheet)) for sheet in open_sheets(path).sheets]
    ledgers = [(name, rows, top) for name, rows in sheets if (top := _heads_at(rows)) is not None]
    if not ledgers:
        found = listed(_first_words(rows for _, rows in sheets))
        raise JZError.of("JZ-E053", path.name, found=found or "—")
    if len(ledgers) > 1:
        raise JZError.of("JZ-E054", path.name, sheets=listed(name for name, *_ in ledgers))
    name, rows, top = ledgers[0]
    where = f"{path.name} · {name}" if name else path.name
    problems = Problems()
    columns = _columns(rows, top, where, problems)
    problems.raise_if_any()
    cells, places = _body(rows, top, columns, where, problems)
    problems.raise_if_any()
    if not cells:
        raise JZError.of("JZ-E059", where, row=top + 1)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Ledger(path.name, digest, MappingProxyType(cells), MappingProxyType(places))


def _filled(sheet: Sheet) -> list[list[Any]]:
    """The rows of a sheet. Words in a merged cell hold for all the cells it covers; a number
    counts once.
    """
    rows = [list(row) for row in sheet.rows]
    for (top, left), (bottom, right) in sheet.merged:
        if left < len(rows[top]) and isinstance(rows[top][left], str):
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return rows


def _heads_at(rows: Sequence[Sequence[Any]]) -> int | None:
    """The row of the heads: the first with a key and a figure."""
    for number, row in enumerate(rows[:HEADS_WITHIN]):
        names = {name_of(cell) for cell in row} - {""}
        if names & set(words()["keys"]) and names & set(words()["figures"]):
            return number
    return None


def _first_words(sheets: Iterable[Sequence[Sequence[Any]]]) -> list[str]:
    """What the fullest of the first rows holds, for a message."""
    candidates = [
        list(dict.fromkeys(str(cell).strip() for cell in row if plain(cell)))
        for rows in sheets
        for row in rows[:HEADS_WITHIN]
    ]
    return max(candidates, key=len, default=[])[:WORDS_SHOWN]


def _columns(
    rows: Sequence[Sequence[Any]], top: int, where: str, problems: Problems
) -> list[Column]:
    """The columns that are known, with their units."""
    above = unit_above(cell for row in rows[:top] for cell in row)
    columns: list[Column] = []
    for number, head in enumerate(rows[top]):
        name, shown = name_of(head), str(head).strip()
        twice = next((each for each in columns if each.name == name), None)
        if twice is not None:
            problems.add("JZ-E034", where, name=name, first=twice.head, second=shown)
        elif name in words()["keys"]:
            columns.append(Column(number, shown, name))
        elif name:
            scale = scale_of(name, head, above)
            if scale is None:
                at = text("ledger.at_head", row=top + 1, column=column_letter(number))
                problems.add("JZ-E055", f"{where} · {at}", head=shown)
            columns.append(Column(number, shown, name, scale or 1.0))
    return columns


def _body(
    rows: Sequence[Sequence[Any]],
    top: int,
    columns: Sequence[Column],
    where: str,
    problems: Problems,
) -> tuple[dict[Place, Mapping[str, float]], dict[Place, int]]:
    """The figures below the heads, by place; lines without any figure are passed over, and so
    are heads that are printed again.
    """
    cells: dict[Place, Mapping[str, float]] = {}
    places: dict[Place, int] = {}
    keys = [column for column in columns if column.name in words()["keys"]]
    figures = [column for column in columns if column.name not in words()["keys"]]
    for number, row in enumerate(rows[top + 1 :], top + 2):
        said = [column for column in figures if not is_blank(column.of(row))]
        if all(name_of(column.of(row)) == column.name for column in said):
            continue
        place = _place({column.name: column.of(row) for column in keys})
        if place is None:
            area = next(column for column in keys if column.name == "area")
            _add_unknown_area(area.of(row), f"{where} · {area.at(number)}", problems)
            continue
        values = {}
        for column in said:
            value = number_of(column.of(row))
            if value is None or value < 0:
                shown = str(column.of(row)).strip()
                problems.add("JZ-E056", f"{where} · {column.at(number)}", value=shown)
            else:
                values[column.name] = value * column.scale
        if place in places:
            shown = " · ".join(_shown_place(place))
            problems.add("JZ-E058", where, place=shown, first=places[place], second=number)
        cells[place], places[place] = MappingProxyType(values), number
    return cells, places


def _add_unknown_area(cell: Any, where: str, problems: Problems) -> None:
    shown, known = str(cell).strip(), area_words()
    near = nearest(plain(cell), known)
    problems.add("JZ-E057", where, value=shown, nearest=near, known=listed(known))


def _shown_place(place: Place) -> tuple[str, str]:
    area, township = place
    total = text("word.total")
    return (
        total if area == TOTAL else text(f"ledger.{area}"),
        total if township == TOTAL else township,
    )


def _place(at: Mapping[str, Any]) -> Place | None:
    """The place of a row, None where the area is no word for one. A township column may say
    农村合计.
    """
    area, township = area_of(at.get("area")), at.get("township")
    if area is None or is_total(township):
        return None if area is None else (area, TOTAL)
    inner = area_of(township)
    if inner is not None and area in (TOTAL, inner):
        return inner, TOTAL
    return area, str(township).strip()


def sums_of(places: Sequence[Place]) -> Iterator[tuple[Place, tuple[Place, ...]]]:
    """Each place that others make up, with the places that make it up.

    >>> list(sums_of([("total", "total"), ("urban", "total"), ("rural", "total")]))
    [(('total', 'total'), (('urban', 'total'), ('rural', 'total')))]
    """
    for whole in places:
        for fixed in (0, 1):
            if whole[1 - fixed] != TOTAL:
                continue
            parts = tuple(
                each for each in places if each[fixed] == whole[fixed] and each[1 - fixed] != TOTAL
            )
            if parts:
                yield whole, parts
