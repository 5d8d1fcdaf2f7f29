"""A batch of families from an Excel or CSV list, one family a row, headers as the form's fields.

Cells are read as those of rosters are (元, 万元, 无, full-width figures), every fault is told with
its row and column, and nothing that names a person is read: columns of names, ID numbers, accounts
and telephones are left out, and said to be.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import listed, read_yaml, text
from jiuzhu_sim.population.family import Family, Fault, checked, people_of_families, told
from jiuzhu_sim.population.form import FormField, form_fields
from jiuzhu_sim.population.people import People
from jiuzhu_sim.roster.cells import amounts, coded, counts, spelled, tidy, truths
from jiuzhu_sim.roster.fields import MONTHS_OF_PERIOD, even, is_unit, meaning
from jiuzhu_sim.roster.header import SEARCHED_ROWS
from jiuzhu_sim.roster.sheet import Sheet, Source, column_letter, open_sheets, written

CASE = "case"
FEWEST_KNOWN = 2
"""A row with fewer known headers is no header."""

SHOWN = 12
"""Characters of a wrong cell that a message shows: no ID number fits in."""

ID_LIKE = re.compile(r"\d{14,17}[\dXx]")
_IN_BRACKETS = re.compile(r"[（(\[【](.*?)[）)\]】]")
KINDS = {"number": "money", "integer": "count", "boolean": "bool", "choice": "code"}


@dataclass(frozen=True)
class Spot:
    """A column of the list: its number from 0, its head as written, what it is, and how much one
    of its units is in the field's own."""

    number: int
    head: str
    name: str
    scale: float = 1.0


@dataclass(frozen=True)
class Batch:
    """The families of a list, in its order.

    `ids`: the office's own case numbers, or row numbers where there are none; `rows`: rows as Excel
    counts them; `people`: all families as households under these ids; `notes`: sentences on what
    was left out or taken in another way.
    """

    file: str
    families: tuple[Family, ...]
    ids: tuple[str, ...]
    rows: tuple[int, ...]
    people: People
    notes: tuple[str, ...]


def read_batch(path: str | Path, *, sheet: str = "", encoding: str = "auto") -> Batch:
    """Read a list of families.

    Heads are the form's field names, labels or aliases in Chinese or English; a unit in brackets
    (元/年, 万元) is converted. An empty cell is 0 or the form's usual value; where income is asked
    for, it is a fault. Rows that are empty, examples or totals are passed over.

    Raises, all faults at once: JZ-E066 (a needed column is missing), JZ-E034 (one column twice),
    JZ-E059 (no row below the heads), JZ-E065 (a cell or row that cannot be, with row and column);
    and what opening the file raises.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.csv"
    ...     _ = path.write_text("城乡,家庭人口数,月工资（元/月）\\n农村,2,900\\n", encoding="utf-8")
    ...     batch = read_batch(path)
    >>> batch.ids, batch.families[0].wage, batch.people.households
    (('2',), 900.0, 1)
    """
    path = Path(path)
    source = open_sheets(path, sheet, encoding)
    taken, top = _list_in(source)
    where = " · ".join(part for part in (path.name, taken.name) if part)
    problems = Problems()
    heads = [written(cell).strip() for cell in taken.rows[top]] if len(taken.rows) else []
    spots, notes = _spots(heads, where, top, problems)
    _refuse_missing(spots, heads, where, problems)
    problems.raise_if_any()
    rows = np.array(_rows(taken, top, spots), np.int64)
    if not rows.size:
        raise JZError.of("JZ-E059", where, row=top + 1)
    cells = {spot.name: _cells(taken, rows, spot) for spot in spots}
    ids, told_ids = _ids(cells.pop(CASE, None), rows)
    values = {s.name: _values(cells[s.name], s) for s in spots if s.name != CASE}
    families = _families(values, spots, rows, where, problems)
    _refuse_twice(ids, rows, where, problems)
    problems.raise_if_any()
    if source.encoding and source.encoding != "utf-8":
        notes.append(text("batch.encoding", encoding=source.encoding))
    if len(source.sheets) > 1:
        notes.append(text("batch.sheet", sheet=taken.name))
    people = people_of_families(families, ids)
    shown = tuple(int(row) + 1 for row in rows)
    return Batch(path.name, tuple(families), tuple(ids), shown, people, (*notes, *told_ids))


@cache
def _words() -> Mapping[str, Sequence[str]]:
    found: Mapping[str, Sequence[str]] = read_yaml(Path(__file__).with_name("batch.yaml"))
    return found


@cache
def _spellings() -> Mapping[str, str]:
    """The field of each way to write a head, evened out; `CASE` for the case number."""
    known: dict[str, str] = {}
    for field in form_fields().values():
        for word in field.spellings:
            known.setdefault(even(word), field.name)
    for word in _words()["case"]:
        known.setdefault(even(word), CASE)
    return known


def _name_of(head: str) -> str:
    """The field a head means, `CASE`, or ""."""
    found = _spellings().get(even(head)) or _spellings().get(even(_IN_BRACKETS.sub("", head)))
    if found:
        return found
    field = meaning((head,)).field if head else None
    return CASE if field is not None and field.name == "household_no" else ""


def _list_in(source: Source) -> tuple[Sheet, int]:
    """The sheet and the row of the heads: the row in which most are known, the first of equals."""
    best: tuple[int, Sheet, int] | None = None
    for sheet in source.sheets:
        for number, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
            known = {_name_of(written(cell).strip()) for cell in row} - {""}
            if len(known) >= FEWEST_KNOWN and (best is None or len(known) > best[0]):
                best = (len(known), sheet, number)
    # Where nothing is known, the first row is taken for the heads, and what is missing is told.
    return best[1:] if best else (source.sheets[0] if source.sheets else Sheet("", ()), 0)


def _spots(
    heads: Sequence[str], where: str, top: int, problems: Problems
) -> tuple[list[Spot], list[str]]:
    """The columns that are known, and sentences on those left out."""
    spots: dict[str, Spot] = {}
    personal, unknown = [], []
    for number, head in enumerate(heads):
        name = _name_of(head)
        if not head:
            continue
        field = meaning((head,)).field
        if not name and field is not None and field.kind in _words()["personal"]:
            personal.append(head)
        elif not name and field is not None and field.name == "seq":
            continue  # a running number says no more than the row
        elif not name:
            unknown.append(head)
        elif name == CASE:
            spots.setdefault(name, Spot(number, head, name))
        elif name in spots:
            at = f"{where} · {text('batch.at_row', row=top + 1)}"
            title = form_fields()[name].title
            problems.add("JZ-E034", at, name=title, first=spots[name].head, second=head)
        else:
            spots[name] = Spot(number, head, name, _scale(head, form_fields()[name]))
    notes = [text("batch.personal", heads=listed(personal))] if personal else []
    if unknown:
        notes.append(text("batch.unknown", heads=listed(unknown)))
    return list(spots.values()), notes


def _scale(head: str, field: FormField) -> float:
    """How much one of a head's units is in the field's own: 元/年 is a twelfth of 元/月."""
    inside = "".join(_IN_BRACKETS.findall(head)).lower()
    if not field.unit.startswith("yuan") or not inside:
        return 1.0
    yuan = 1e4 if "万" in inside or "10k" in inside else 1.0
    own = "year" if field.unit == "yuan/year" else "month"
    stated = "year" if "年" in inside or "year" in inside else own
    stated = "month" if "月" in inside or "month" in inside else stated
    if field.unit == "yuan":
        return yuan
    return yuan * MONTHS_OF_PERIOD[own] / MONTHS_OF_PERIOD[stated]


def _refuse_missing(
    spots: Sequence[Spot], heads: Sequence[str], where: str, problems: Problems
) -> None:
    known = {spot.name for spot in spots}
    others = {even(head): head for head in heads if head and not _name_of(head)}
    for field in form_fields().values():
        if field.required and field.name not in known:
            near = (nearest(even(word), others) for word in field.spellings)
            found = next((others[each] for each in near if each in others), "—")
            problems.add("JZ-E066", where, name=field.title, nearest=found)


def _rows(sheet: Sheet, top: int, spots: Sequence[Spot]) -> list[int]:
    """The rows that hold a family, from 0."""
    passed = [even(word) for word in (*_words()["example"], *_words()["totals"])]
    found = []
    for number in range(top + 1, len(sheet.rows)):
        cells = [written(cell).strip() for cell in sheet.rows[number]]
        mine = [cells[spot.number] for spot in spots if spot.number < len(cells)]
        first = even(next(filter(None, cells), ""))
        is_units = any(mine) and all(is_unit(cell) for cell in cells if cell)
        if any(mine) and not is_units and first not in passed:
            found.append(number)
    return found


def _cells(sheet: Sheet, rows: NDArray[np.int64], spot: Spot) -> NDArray[Any]:
    made = np.empty(len(rows), object)
    for place, row in enumerate(rows.tolist()):
        cells = sheet.rows[row]
        made[place] = written(cells[spot.number]) if spot.number < len(cells) else ""
    return made


def _ids(cells: NDArray[Any] | None, rows: NDArray[np.int64]) -> tuple[list[str], list[str]]:
    """Case numbers, or row numbers where there are none or they are ID numbers of persons."""
    numbers = [str(row + 1) for row in rows.tolist()]
    if cells is None:
        return numbers, []
    own = [str(cell).strip() for cell in tidy(cells, "text").text]
    if any(ID_LIKE.fullmatch(each) for each in own):
        return numbers, [text("batch.id_like")]
    return [each or number for each, number in zip(own, numbers, strict=True)], []


def _values(cells: NDArray[Any], spot: Spot) -> NDArray[Any]:
    """The cells of a field as values; None where blank, the cell itself where it is unreadable."""
    field = form_fields()[spot.name]
    words = tidy(cells, KINDS[field.kind]).text
    made = np.empty(len(cells), object)
    if field.kind == "boolean":
        value, is_bad = truths(words, field.column or field.name)
        made[:] = value.tolist()
    elif field.kind == "choice":
        code, is_bad = coded(words, spelled(field.column))
        made[:] = code.tolist()
    else:
        read = (counts if field.kind == "integer" else amounts)(words)
        # 300元/年 in a column by the month: nobody knows which of the two was meant.
        period = "年" if field.unit == "yuan/year" else "月"
        is_bad = read.is_bad | np.isin(read.period, [w for w in ("月", "年") if w != period])
        made[:] = (read.value * spot.scale).tolist()
    made[is_bad] = [_short(cell) for cell in cells[is_bad]]
    made[words == ""] = None
    return made


def _short(cell: str) -> str:
    return cell if len(cell) <= SHOWN else f"{cell[:4]}…"


def _families(
    values: Mapping[str, NDArray[Any]],
    spots: Sequence[Spot],
    rows: NDArray[np.int64],
    where: str,
    problems: Problems,
) -> list[Family]:
    """The families of the rows; what is wrong with a row goes to `problems`, with its column."""
    by_name = {spot.name: spot for spot in spots}
    families = []
    for place, row in enumerate(rows.tolist()):
        whole = {}
        for name, field in form_fields().items():
            given = values[name][place] if name in values else None
            is_open = given is None and not field.required
            whole[name] = field.blank if is_open else given
        read, faults = checked(whole)
        for fault in faults:
            at = _place(row + 1, by_name.get(fault.field))
            problems.extend(told([fault], f"{where} · {at}"))
        if not faults:
            families.append(Family(**read))
    return families


def _place(row: int, spot: Spot | None) -> str:
    if spot is None:
        return text("batch.at_row", row=row)
    return text("batch.at_cell", row=row, column=column_letter(spot.number), head=spot.head)


def _refuse_twice(
    ids: Sequence[str], rows: NDArray[np.int64], where: str, problems: Problems
) -> None:
    first: dict[str, int] = {}
    for each, row in zip(ids, rows.tolist(), strict=True):
        if each in first:
            fault = Fault("case", CASE, {"case": each, "first": first[each]})
            problems.extend(told([fault], f"{where} · {text('batch.at_row', row=row + 1)}"))
        first.setdefault(each, row + 1)
