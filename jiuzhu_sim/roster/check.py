"""A roster as it comes, turned into findings and people."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.policy import Policy, parse_date
from jiuzhu_sim.population import People
from jiuzhu_sim.roster.amounts import INCOME_UNITS, read_amounts, standards
from jiuzhu_sim.roster.blanks import blanks
from jiuzhu_sim.roster.build import INCOME_AS_TRANSFER, MADE_MEMBERS, Parts, build
from jiuzhu_sim.roster.families import Families, families, told_once
from jiuzhu_sim.roster.fields import even, fields, known_headers
from jiuzhu_sim.roster.findings import NOBODY, Findings, Found
from jiuzhu_sim.roster.header import rosters_in
from jiuzhu_sim.roster.households import read_households
from jiuzhu_sim.roster.identity import hashed, masked, own_key
from jiuzhu_sim.roster.lines import Lines, Rosters, by_content, lines_of
from jiuzhu_sim.roster.persons import Persons, read_persons
from jiuzhu_sim.roster.shared import tell_shared
from jiuzhu_sim.roster.sheet import Source, column_letter, open_sheets


@dataclass(frozen=True)
class ReadFile:
    """How a file was read.

    `kind` is ``workbook`` or ``text``, `encoding` "" for a workbook; `header_rows` first and last
    row of each sheet's header as text; `rows` rows with data, `rows_skipped` the others below the
    header; `one_row_a` ``person`` or ``household``; `households` and `persons` (0 where a row is
    a household) as listed, `set_aside` the households with a stop; `at` the month of the roster;
    `blank` the cells and blank ones of each column understood, by header.
    """

    file: str
    kind: str
    encoding: str
    sheets: tuple[str, ...]
    header_rows: tuple[str, ...]
    rows: int
    rows_skipped: int
    one_row_a: str
    households: int
    persons: int
    set_aside: int
    at: str
    blank: Mapping[str, list[int]]


@dataclass(frozen=True)
class Roster:
    """A roster that was read: people, findings, and what became of its columns and rows.

    `people` are the households that are kept, None if there are none; `read` says how the file
    was read; `fields` the column or field of each header ("" for none); `rows` the hash, sheet,
    first and last row of each household and whether it is set aside; `set_aside` the rows of
    those, as read, with names, ID numbers, accounts and telephone numbers masked; `remarks` the
    keys and values of `notes`. No name and no ID number is kept.

    >>> from jiuzhu_sim.roster.sample import sample_roster
    >>> roster = check_roster(sample_roster(), policy=None, key=b"a key for the example")
    >>> roster.read.households, roster.read.set_aside, roster.people.households
    (180, 10, 170)
    """

    people: People | None
    findings: Findings
    read: ReadFile
    fields: Mapping[str, str]
    rows: Any
    set_aside: Any
    remarks: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out or assumed, a sentence each, in the language in use."""
        return tuple(text(key, **values) for key, values in self.remarks)


def check_roster(
    path: str | Path,
    *,
    policy: Policy | None,
    sheet: str = "",
    encoding: str = "auto",
    income_unit: str = "auto",
    townships: Sequence[str] = (),
    key: bytes | None = None,
    at: str | datetime.date | None = None,
) -> Roster:
    """Read the roster at `path` (workbook or text, whatever its ending) and check every row.

    `policy` gives the standards; without one the checks on the standard are left out. `sheet`
    names a sheet ("": the ones that hold a roster), `encoding` is ``auto``, ``utf-8`` or
    ``gb18030``, `income_unit` the unit of income columns that name none (``auto``,
    ``yuan/month``, ``yuan/year``, ``10k_yuan/year``), `townships` the official names. `key` makes
    the hashes that stand for households (None: the user's own key, see `own_key`), `at` is the
    month of the roster (None: the policy's date, else today).

    Raises JZ-E007 (bad date), E020, E021 (no such file, unreadable), E060 (unknown option), E070
    to E079 (no roster, see `errors.yaml`), E040 and E078 (key).

    >>> import tempfile
    >>> rows = "户主姓名,身份证号,家庭人口数,月保障金\\n张三,11010519491231002X,1,300"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "roster.csv"
    ...     _ = file.write_text(rows, encoding="utf-8")
    ...     roster = check_roster(file, policy=None, key=b"some key", at="2025-01-01")
    >>> roster.people["age"].tolist(), len(roster.findings)
    ([75], 0)
    """
    if income_unit not in INCOME_UNITS:
        raise JZError.unknown(text("word.income_unit"), income_unit, INCOME_UNITS)
    day = parse_date(at) if at else policy.at if policy else datetime.date.today()
    source = open_sheets(path, sheet, encoding)
    rosters = rosters_in(source)
    written = by_content(lines_of(rosters))
    if not len(written):
        raise JZError.of("JZ-E079", source.name, row=rosters[0][1].last)
    homes = families(written)
    lines, own = told_once(written, homes)
    found = Found(lines, _names(lines))
    persons = read_persons(found, homes, day)
    households = read_households(found, homes, persons, day, townships, source.name)
    amounts = read_amounts(found, homes, households, persons, own, policy, income_unit)
    tell_shared(found, homes, persons, amounts.paid)
    hashes = _hashes(lines, homes, persons, own_key() if key is None else key)
    aside = np.zeros(len(homes), bool)
    stopped = homes.owner[found.is_stopped]
    aside[stopped[stopped != NOBODY]] = True
    area = _area_guessed(households.area)
    read = _read(source, rosters, lines, homes, day, aside)
    parts = Parts(homes, persons, households, amounts, hashes, aside, area)
    people, filled = build(parts, day, {"source": "own", "roster": asdict(read)})
    by_line = np.where(homes.owner == NOBODY, "", homes.spread(hashes))
    return Roster(
        people=people,
        findings=found.finish(by_line, _about_columns(rosters) + _about_rows(lines)),
        read=read,
        fields=_fields(lines),
        rows=_rows(lines, homes, hashes, aside),
        set_aside=_set_aside(found, written, homes, by_line, aside),
        remarks=_remarks(parts, policy, filled),
    )


def _remarks(
    parts: Parts, policy: Policy | None, filled: Sequence[str]
) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Keys and values of the sentences on what was left out or assumed."""
    area = parts.homes.area
    unknown = int(((area == "") & ~parts.is_aside).sum())
    told: list[tuple[str, Mapping[str, Any]]] = []
    if np.isnan(standards(policy, area)).all():
        told.append(("no_standard", {}))
    if unknown:
        told.append((f"area_{parts.area_guessed}", {"count": unknown}))
    if parts.amounts.income_unit:
        told.append((f"income_unit.{parts.amounts.income_unit}", {}))
    told += [(name, {}) for name in filled if name in (MADE_MEMBERS, INCOME_AS_TRANSFER)]
    return tuple((f"roster_note.{name}", values) for name, values in told)


UNUSED = ("unused", "private", "phone")
"""Kinds of fields that serve nothing here."""


def _names(lines: Lines) -> frozenset[str]:
    """Every name of the roster, to be masked wherever it stands."""
    named = [name for name in lines.texts if fields()[name].kind == "name"]
    found: set[str] = set()
    for name in named:
        found |= set(lines.tidied(name).text.tolist())
    return frozenset(found - {""})


def _hashes(lines: Lines, homes: Families, persons: Persons, key: bytes) -> NDArray[Any]:
    """The hash of each household: of its head's ID number, so that it is the same next month;
    else of its household number, else of what the row says. A number used twice gets a place."""
    import pandas as pd

    head = homes.first_where(homes.is_head)
    line = np.where(head == NOBODY, homes.first, head)
    own = persons.ids.number[line]
    if persons.heads is not None:
        beside = homes.first_where(persons.heads.number != "")
        told = np.where(beside == NOBODY, "", persons.heads.number[np.maximum(beside, 0)])
        own = np.where((head == NOBODY) & (told != ""), told, own)
    number = lines.tidied("household_no").text[homes.first]
    table = pd.DataFrame({"id": own, "number": number})
    table["row"] = lines.text(homes.id)[line] + lines.text(homes.name)[line]
    name = ("id:" + table["id"]).where(table["id"] != "", "no:" + table["number"])
    name = name.where((table["id"] != "") | (table["number"] != ""), "row:" + table["row"])
    # One head of two households: the household number tells them apart, else their order.
    name = name.where(~name.duplicated(keep=False), name + "|" + table["number"])
    again = name.groupby(name).cumcount()
    name = name.where(again == 0, name + "#" + again.astype(str))
    return hashed(name.to_numpy(object), key)


def _area_guessed(area: NDArray[Any]) -> str:
    """The area of households for which none is told: the most frequent one, else rural, where most
    of China's dibao households live."""
    known = area[area != ""].astype(str)
    names, numbers = np.unique(known, return_counts=True)
    return str(names[numbers.argmax()]) if len(known) else "rural"


def _read(
    source: Source,
    rosters: Rosters,
    lines: Lines,
    homes: Families,
    day: datetime.date,
    aside: NDArray[np.bool_],
) -> ReadFile:
    """How the file was read; numbers of persons in names of files and sheets are masked."""
    rows = [(header.first + 1, header.last) for _, header in rosters]
    return ReadFile(
        file=masked(source.name, ""),
        kind=source.kind,
        encoding=source.encoding,
        sheets=lines.sheets,
        header_rows=tuple(str(a) if a == b else f"{a}–{b}" for a, b in rows),
        rows=len(lines),
        rows_skipped=len(lines.skipped),
        one_row_a="person" if homes.are_rows_persons else "household",
        households=len(homes),
        persons=int(homes.rows.sum()) if homes.are_rows_persons else 0,
        set_aside=int(aside.sum()),
        at=day.isoformat(),
        blank=blanks(lines, homes),
    )


def _fields(lines: Lines) -> dict[str, str]:
    """Each header as written, and the column or field it was taken for ("" for none)."""
    taken = {spots[0].number: fields()[name] for name, spots in lines.spots.items()}
    named = {}
    for spot in lines.headers[0].spots:
        field = taken.get(spot.number)
        named[masked(spot.written, "")] = (field.column or field.name) if field else ""
    return named


def _about_columns(rosters: Rosters) -> list[tuple[Any, ...]]:
    """R306: columns nobody knows, or that say again what another column says."""
    items = []
    for sheet, header in rosters:
        name = masked(sheet.name, "")
        taken = {spot.number for spot in header.of.values()}
        for spot in header.spots:
            field = spot.meaning.field
            if spot.number in taken and field and field.kind not in UNUSED:
                continue
            near = nearest(even(spot.written), known_headers())
            near = field.title if field else near
            place = (name, header.last, column_letter(spot.number), masked(spot.written, ""))
            items.append(("R306", *place, "", "", np.nan, {"nearest": near}))
    return items


def _about_rows(lines: Lines) -> list[tuple[Any, ...]]:
    """R307: rows left out, once for each sheet."""
    items: list[tuple[Any, ...]] = []
    for number, sheet in enumerate(lines.sheets):
        rows = [row for place, row in lines.skipped if place == number]
        if rows:
            items.append(("R307", sheet, rows[0], "", "", "", "", np.nan, {"count": len(rows)}))
    return items


def _rows(lines: Lines, homes: Families, hashes: NDArray[Any], aside: NDArray[np.bool_]) -> Any:
    """The households with where they stand in the file."""
    import pandas as pd

    owned = np.flatnonzero(homes.owner >= 0)
    held = pd.Series(lines.row[owned]).groupby(homes.owner[owned])
    sheet = np.array(lines.sheets, object)[lines.sheet[homes.first]]
    return pd.DataFrame(
        {
            "household": hashes,
            "sheet": sheet,
            "first_row": held.min().to_numpy(),
            "last_row": held.max().to_numpy(),
            "is_set_aside": aside,
        }
    )


def _set_aside(
    found: Found,
    lines: Lines,
    homes: Families,
    by_line: NDArray[Any],
    aside: NDArray[np.bool_],
) -> Any:
    """The rows set aside as read; what names a person is masked, columns nobody knows are left
    out, since they may hold anything."""
    import pandas as pd

    chosen = np.flatnonzero((homes.owner < 0) | homes.spread(aside))
    content: dict[str, Any] = {
        "sheet": np.array(lines.sheets, object)[lines.sheet[chosen]],
        "row": lines.row[chosen],
        "household": by_line[chosen],
    }
    for name, spots in sorted(lines.spots.items(), key=lambda item: item[1][0].number):
        cells = lines.texts[name][chosen].tolist()
        content.setdefault(
            masked(spots[0].written, ""), [found.shown(str(cell), name) for cell in cells]
        )
    return pd.DataFrame(content)
