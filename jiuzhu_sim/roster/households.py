"""What a roster says of households: places, numbers of persons, dates, accounts; not the money."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import nearest
from jiuzhu_sim.roster.cells import each
from jiuzhu_sim.roster.families import Families
from jiuzhu_sim.roster.fields import fields
from jiuzhu_sim.roster.findings import NOBODY, Found
from jiuzhu_sim.roster.identity import masked
from jiuzhu_sim.roster.persons import Persons, without_head
from jiuzhu_sim.roster.reading import choice, code, count, date, money, number, tidied, truth

PERSONS_MAX = 30
"""More persons in a household are a typing slip."""
TOWNSHIP_HOUSEHOLDS_MIN = 3
"""A name that occurs for so many households is taken as known where no list is given."""
RARER = 5
"""Times: of two names that look alike, one that much rarer is a slip."""
AREA_WORDS = {"urban": ("城市", "城镇"), "rural": ("农村",)}
TOWNSHIP_ENDINGS = ("街道办事处", "办事处", "街道", "镇", "乡", "苏木")
OWN_FIELDS = (
    *("head_name", "head_id", "household_no", "seq", "township", "village", "area", "category"),
    *("status", "n_members", "n_covered", "recognised_on", "reviewed_on", "benefit", "income"),
    *("benefit_total", "supplement", "benefit_per_head", "income_own", "income_per_head"),
)

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Homes:
    """What is known of each household.

    `columns` holds columns of the data dictionary, NaN or "" where blank. `members` and `covered`
    are persons as stated, else as listed; `area` is ``urban``, ``rural`` or "" (not told);
    `is_stopped` whose status says so; `lists_covered_only` whether the roster lists covered
    persons only.
    """

    columns: Columns
    members: NDArray[np.float64]
    covered: NDArray[np.float64]
    area: NDArray[Any]
    is_stopped: NDArray[np.bool_]
    lists_covered_only: bool


def read_households(
    found: Found,
    homes: Families,
    persons: Persons,
    at: datetime.date,
    townships: Sequence[str],
    file: str,
) -> Homes:
    """Households with every check that needs no money; the findings go to `found`.

    `townships` are the official names, `file` the name of the file.
    """
    members, covered, covered_only = _numbers(found, homes, persons)
    made = _places(found, homes, townships) | _dates(found, homes, at) | _others(found, homes)
    area = _areas(found, homes, file)
    if "category" in found.lines:
        of_household(found, homes, "category", code(found, "category"))
    stopped = np.zeros(len(homes), bool)
    if "status" in found.lines:
        state = code(found, "status")
        line = homes.first_where(state != "")
        stopped = (line != NOBODY) & (state[np.maximum(line, 0)] == "stopped")
    return Homes(made, members, covered, area, stopped, covered_only)


def of_household(found: Found, homes: Families, name: str, values: NDArray[Any]) -> NDArray[Any]:
    """The first filled cell of each household; R221 where another one differs."""
    is_filled = values != "" if values.dtype == object else _is_known(values)
    line = homes.first_where(is_filled)
    blank = np.zeros(1, values.dtype)[0] if values.dtype != object else ""
    blank = np.nan if values.dtype.kind == "f" else blank
    blank = np.datetime64("NaT", "D") if values.dtype.kind == "M" else blank
    taken = np.where(line == NOBODY, blank, values[np.maximum(line, 0)])
    if homes.are_rows_persons and len(homes):
        owned = homes.owner >= 0
        first = homes.spread(line)
        differs = owned & is_filled & (values != values[np.maximum(first, 0)])
        again = _real(homes.first_where(differs))
        cells = found.lines.text(name)
        other = (
            np.array([found.shown(str(cells[k]), name) for k in first], object)
            if again.size
            else cells
        )
        found.add("R221", name, again, field=name, other=other)
    return taken


def _is_known(values: NDArray[Any]) -> NDArray[np.bool_]:
    if values.dtype.kind == "f":
        return np.asarray(~np.isnan(values))
    if values.dtype.kind == "M":
        return np.asarray(~np.isnat(values))
    return np.ones(len(values), bool)


def _real(lines: NDArray[np.int64]) -> NDArray[np.int64]:
    return lines[lines != NOBODY]


# --- numbers of persons --------------------------------------------------------------------
def _numbers(
    found: Found, homes: Families, persons: Persons
) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
    """Members and covered persons of each household; R111, R113, R209."""
    stated = _stated(found, homes, "n_members")
    covered = None
    if "n_covered" in found.lines:
        covered = _stated(found, homes, "n_covered")
    elif persons.is_covered is not None and homes.are_rows_persons:
        covered = homes.total(persons.is_covered.astype(np.float64))
    covered_or_all = stated if covered is None else covered
    if not homes.are_rows_persons:
        # A household has its head at least, be nobody covered.
        members = stated if "n_members" in found.lines else np.maximum(covered_or_all, 1)
        return _compared(found, homes, members, covered_or_all, False)
    listed = homes.rows.astype(np.float64)
    listed[without_head(homes, persons)] += 1
    only = False
    if covered is not None:
        apart = (stated != covered) & ~np.isnan(stated) & ~np.isnan(covered)
        only = bool((apart & (listed == covered)).sum() > (apart & (listed == stated)).sum())
    name, wanted = ("n_covered", covered_or_all) if only else ("n_members", stated)
    if name in found.lines:
        odd = ~np.isnan(wanted) & (wanted != listed) & (listed > 0)
        line = _cell_lines(found, homes, name)[odd]
        details = {"stated": homes.spread(wanted), "listed": homes.spread(listed)}
        found.add("R209", name, _real(line), **details)
    members = np.where(np.isnan(stated), listed, stated)
    return _compared(found, homes, members, members if covered is None else covered, only)


def _compared(
    found: Found,
    homes: Families,
    members: NDArray[np.float64],
    covered: NDArray[np.float64],
    only: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
    """R111: more covered than members."""
    if "n_covered" in found.lines:
        line = _cell_lines(found, homes, "n_covered")
        details = {"covered": homes.spread(covered), "members": homes.spread(members)}
        found.add("R111", "n_covered", _real(line[covered > members]), **details)
    return members, covered, only


def _cell_lines(found: Found, homes: Families, name: str) -> NDArray[np.int64]:
    """The line of each household's cell in a column."""
    filled = found.lines.text(name) != ""
    line = homes.first_where(filled)
    return np.where(line == NOBODY, homes.first, line)


def _stated(found: Found, homes: Families, name: str) -> NDArray[np.float64]:
    """A number of persons as stated, NaN where blank; R113."""
    if name not in found.lines:
        return np.full(len(homes), np.nan)
    value, is_bad = count(found, name)
    least = 1 if name == "n_members" else 0
    is_bad |= (value < least) | (value > PERSONS_MAX)
    filled = found.lines.text(name) != ""
    is_bad[homes.first[homes.first_where(filled) == NOBODY]] = True
    found.add("R113", name, is_bad, most=PERSONS_MAX)
    return of_household(found, homes, name, np.where(is_bad, np.nan, value))


# --- places --------------------------------------------------------------------------------
def _places(found: Found, homes: Families, townships: Sequence[str]) -> Columns:
    made: Columns = {}
    for name in ("township", "village"):
        if name in found.lines:
            place = of_household(found, homes, name, tidied(found, name).text)
            # An ID number that slipped into the column must not come out with the people.
            made[name] = each(place, lambda word: masked(word, ""))
    if "township" in made:
        _tell_townships(found, homes, made["township"], townships)
    elif len(found.lines.sheets) > 1:
        # One sheet for each township.
        sheets = found.lines.sheets
        if all(sheet.endswith(TOWNSHIP_ENDINGS) for sheet in sheets):
            made["township"] = np.array(sheets, object)[found.lines.sheet[homes.first]]
    return made


def _areas(found: Found, homes: Families, file: str) -> NDArray[Any]:
    """The area of each household: its cell, else what the sheet's name or the titles over it say,
    else the file's name; "" where nothing does."""
    lines = found.lines
    area = np.full(len(homes), "", object)
    if "area" in lines:
        area = of_household(found, homes, "area", code(found, "area"))
    said = np.array(
        [
            _area_in(" ".join((sheet, *header.above))) or _area_in(file)
            for sheet, header in zip(lines.sheets, lines.headers, strict=True)
        ],
        object,
    )
    return np.where(area == "", said[lines.sheet[homes.first]], area)


def _area_in(title: str) -> str:
    """The one area a title speaks of, "" for none or both."""
    found = [area for area, known in AREA_WORDS.items() if any(word in title for word in known)]
    return found[0] if len(found) == 1 else ""


def _tell_townships(
    found: Found, homes: Families, township: NDArray[Any], known: Sequence[str]
) -> None:
    """R203: a name that is not in the list, or, without a list, one that looks like a name in
    frequent use but is rare."""
    import pandas as pd

    often = pd.Series(township[township != ""]).value_counts()
    names = list(known) or _in_use(often.to_dict())
    near = {name: nearest(name, names) for name in often.index if name not in names}
    odd = {name for name, other in near.items() if known or other != "—"}
    where = each(township, lambda name: name in odd, bool)
    line = _cell_lines(found, homes, "township")
    spread = homes.spread(each(township, lambda name: near.get(name, "—")))
    found.add("R203", "township", _real(line[where]), nearest=spread)


def _in_use(often: dict[str, int]) -> list[str]:
    """The names of a roster that are taken as known, with how many households have each.

    A rare name is not, nor one that is much rarer than another it looks like: 柳林镇, 柳淋乡 beside
    柳林乡.
    """
    return [
        name
        for name, households in often.items()
        if households >= TOWNSHIP_HOUSEHOLDS_MIN
        and not any(
            more >= households * RARER and _look_alike(name, other) for other, more in often.items()
        )
    ]


def _look_alike(one: str, other: str) -> bool:
    """Whether two names have the same beginning before their kind of place, or differ in one
    character: another, one more or one less."""
    if _stem(one) == _stem(other):
        return True
    short, long = sorted((one, other), key=len)
    if len(long) == len(short):
        return sum(a != b for a, b in zip(short, long, strict=True)) == 1
    return any(long[:k] + long[k + 1 :] == short for k in range(len(long)))


def _stem(township: str) -> str:
    ending = next((end for end in TOWNSHIP_ENDINGS if township.endswith(end)), "")
    return township.removesuffix(ending)


# --- dates ---------------------------------------------------------------------------------
def _dates(found: Found, homes: Families, at: datetime.date) -> Columns:
    """Months since recognition and review, and the month of approval; R213."""
    made: Columns = {}
    for name in ("recognised_on", "reviewed_on"):
        if name not in found.lines:
            continue
        day = date(found, name)
        found.add("R213", name, day > np.datetime64(at), at=at)
        held = of_household(found, homes, name, day)
        month = held.astype("datetime64[M]")
        passed = (np.datetime64(at, "M") - month).astype(np.float64)
        known = ~np.isnat(held)
        entry = columns()[fields()[name].column]
        top = np.inf if entry.high is None else entry.high
        made[entry.name] = np.where(known, np.clip(passed, 0, top), np.nan)
        if name == "recognised_on":
            of_year = (month - month.astype("datetime64[Y]")).astype(np.float64) + 1
            made["approval_month"] = np.where(known, of_year, np.nan)
    return made


# --- all the rest --------------------------------------------------------------------------
def _others(found: Found, homes: Families) -> Columns:
    """Every further column of the dictionary on households that the roster has."""
    made: Columns = {}
    for name, field in fields().items():
        if (
            field.level == "person"
            or not field.column
            or name in OWN_FIELDS
            or name not in found.lines
        ):
            continue
        if field.kind == "bool":
            filled = found.lines.tidied(name).text != ""
            value = np.where(filled, truth(found, name), np.nan)
        elif field.kind == "money":
            value = money(found, name)
        elif field.kind == "choice":
            value = choice(found, name)
        elif field.kind == "text":
            value = each(tidied(found, name).text, lambda word: masked(word, ""))
        else:
            value = number(found, name)
        made[field.column] = of_household(found, homes, name, value)
    return made
