"""What a roster says of persons: read, and held against their ID numbers and each other."""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import columns
from jiuzhu_sim.roster.cells import dates, each, relation_word, spelled, truths, words
from jiuzhu_sim.roster.disability import read_disability
from jiuzhu_sim.roster.families import Families
from jiuzhu_sim.roster.fields import fields
from jiuzhu_sim.roster.findings import NOBODY, Found
from jiuzhu_sim.roster.identity import OLD_LENGTH, Identities, ages, identities
from jiuzhu_sim.roster.reading import (
    choice,
    code,
    count,
    date,
    money,
    number,
    tell_tidied,
    tell_unknown,
    tidied,
    truth,
)

AGE_SLACK = 1
"""Years: lists count by birthdays or by calendar years, and are written some months before."""
GENERATION = 12
"""Years between parent and child at least; less is a slip in the number or the relation."""
SPOUSE_AGE_MIN = 16
"""Years. The law asks for more; customary marriages below it are rarely younger than this."""
OWN_FIELDS = (
    *("name", "id", "relation", "sex", "age", "birth", "is_covered", "died", "died_on", "health"),
    *("disability_grade", "disability_kind", "disability_no", "income_own"),
)
"""Fields of persons with a meaning of their own; the others fill their column as they are."""

_OF_MONTHS = re.compile(r"\d+(?:个?月|天|日)大?")
"""The age of an infant."""

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Persons:
    """What is known of the person in each line, and of the head beside them.

    `columns` holds columns of the data dictionary, NaN where a cell is blank; `is_dead` who is
    marked so, `dead_field` where; `is_covered` who is marked as covered (None without such a
    column); `heads` the ID numbers of the column for the head, None where there is none.
    """

    ids: Identities
    heads: Identities | None
    columns: Columns
    is_dead: NDArray[np.bool_]
    dead_field: str
    is_covered: NDArray[np.bool_] | None


def read_persons(found: Found, homes: Families, at: datetime.date) -> Persons:
    """Persons with every check that needs no household's money; the findings go to `found`."""
    lines = found.lines
    ids = _read_ids(found, homes.id, homes.is_person, at)
    heads, head_lines = None, np.zeros(len(lines), bool)
    if homes.head_id or homes.head_name:
        told = lines.text(homes.head_id or homes.head_name)
        head_lines[_real(homes.first_where(told != ""))] = True
    if homes.head_id:
        heads = _read_ids(found, homes.head_id, head_lines, at)
    nameless = tidied(found, homes.name, "name").text == ""
    found.add("R105", homes.name, nameless & homes.is_person)
    lost = homes.owner == NOBODY
    found.add("R108", homes.name, lost)
    age = ages(ids.birth, at)
    known = ~np.isnat(ids.birth)
    made: Columns = {
        "age": np.where(known, age, np.nan),
        "is_female": np.where(known, ids.is_female, np.nan),
        "relation": _relations(found, homes, known, age, ids.is_female),
    }
    _compare(found, known, age, ids)
    _same_person(found, homes, ids)
    made |= read_disability(found) | _others(found)
    if "health" in lines:
        made["serious_illness"] = _with_health(found, made.get("serious_illness"))
    is_dead, dead_field = _dead(found, at)
    is_covered = truth(found, "is_covered") if "is_covered" in lines else None
    return Persons(ids, heads, made, is_dead, dead_field, is_covered)


def without_head(homes: Families, persons: Persons) -> NDArray[np.int64]:
    """Households whose head is named in columns beside the members and has no row."""
    if not (homes.head_id or homes.head_name):
        return np.zeros(0, np.int64)
    missing = homes.first_where(homes.is_head) == NOBODY
    if persons.heads is not None:
        line = homes.first_where(persons.heads.number != "")
        number = np.where(line == NOBODY, "", persons.heads.number[np.maximum(line, 0)])
        own = persons.ids.number
        is_listed = (own != "") & (own == homes.spread(number)) & (homes.owner >= 0)
        missing &= homes.first_where(is_listed) == NOBODY
    return np.flatnonzero(missing)


def _real(lines: NDArray[np.int64]) -> NDArray[np.int64]:
    return lines[lines != NOBODY]


# --- ID numbers ----------------------------------------------------------------------------
def _read_ids(found: Found, name: str, where: NDArray[np.bool_], at: datetime.date) -> Identities:
    """ID numbers of a column; findings only at the lines of the mask (R101–R104, R115, R210)."""
    lines = found.lines
    ids = identities(lines.text(name), lines.is_number[name], at)
    tell_tidied(found, name, ids.tidied)
    for fault in ("R101", "R103", "R115"):
        found.add(fault, name, where & (ids.fault == fault))
    length = each(ids.tidied.text, len, int)
    found.add("R102", name, where & (ids.fault == "R102"), length=length)
    found.add("R104", name, where & (ids.fault == "R104"), at=at)
    found.add("R210", name, where & ids.is_old & (length == OLD_LENGTH))
    return ids


def _compare(
    found: Found, known: NDArray[np.bool_], age: NDArray[np.int64], ids: Identities
) -> None:
    """R205, R206, R227: sex, age and birth date beside the ID number."""
    lines = found.lines
    if "sex" in lines:
        sex = code(found, "sex")
        found.add("R205", "sex", known & (sex != "") & ((sex == "female") != ids.is_female))
    if "age" in lines:
        stated, bad = count(found, "age")
        infant = each(tidied(found, "age").text, lambda w: bool(_OF_MONTHS.fullmatch(w)), bool)
        stated, bad = np.where(infant, 0, stated), bad & ~infant
        found.add("R106", "age", bad)
        found.add("R206", "age", known & (np.abs(stated - age) > AGE_SLACK), age=age)
    if "birth" in lines:
        birth = date(found, "birth")
        # A list may give year and month only.
        month, own = birth.astype("datetime64[M]"), ids.birth.astype("datetime64[M]")
        found.add("R227", "birth", known & ~np.isnat(birth) & (month != own))


def _same_person(found: Found, homes: Families, ids: Identities) -> None:
    """R109: one person twice within a household."""
    for line, first in repeated(ids.number):
        if homes.owner[line] == homes.owner[first] != NOBODY:
            found.add("R109", homes.id, np.array([line]), place=found.place(first))


def repeated(values: NDArray[Any]) -> list[tuple[int, int]]:
    """Lines whose value stood before, with the line where it first did; blank ones left out.

    >>> repeated(np.array(["a", "b", "a", "", ""], object))
    [(2, 0)]
    """
    import pandas as pd

    series = pd.Series(values)
    again = np.flatnonzero((series.duplicated() & (series != "")).to_numpy())
    if not again.size:
        return []
    first = series[~series.duplicated()]
    where = pd.Series(first.index, index=first.to_numpy())
    return [(line, int(where[values[line]])) for line in again.tolist()]


# --- relations -----------------------------------------------------------------------------
def _relations(
    found: Found,
    homes: Families,
    known: NDArray[np.bool_],
    age: NDArray[np.int64],
    is_female: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """The relation as an integer of the dictionary; R110, R112, R204, R220, R224."""
    lines, names = found.lines, list(columns()["relation"].codes or {})
    numbers = {name: float(place) for place, name in enumerate(names)}
    made = each(homes.relation, lambda word: numbers.get(word, np.nan), np.float64)
    if not homes.are_rows_persons:
        return np.full(len(lines), numbers["head"])
    head_line = homes.first_where(homes.is_head)
    if "relation" not in lines:
        return made
    text = tidied(found, "relation").text
    unknown = (homes.relation == "") & (text != "")
    shown = [str(known_words[0]) for known_words in words()["relation"].values()]
    tell_unknown(found, "relation", unknown, text, list(spelled("relation")), shown)
    second = np.flatnonzero(homes.is_head & (homes.owner >= 0))
    second = second[head_line[homes.owner[second]] != second]
    for line in second.tolist():
        place = found.place(int(head_line[homes.owner[line]]))
        found.add("R110", "relation", np.array([line]), place=place)
    if not (homes.head_id or homes.head_name):
        found.add("R220", "relation", homes.first[head_line == NOBODY])
    _tell_ages(found, homes, head_line, known, age)
    bare = each(text, relation_word)
    sure = {
        **dict.fromkeys(words()["relation_male"], 0),
        **dict.fromkeys(words()["relation_female"], 1),
    }
    implied = each(bare, lambda word: sure.get(word, -1), int)
    found.add("R224", "relation", known & (implied >= 0) & (implied != is_female))
    return made


def _tell_ages(
    found: Found,
    homes: Families,
    head_line: NDArray[np.int64],
    known: NDArray[np.bool_],
    age: NDArray[np.int64],
) -> None:
    """R204: a child hardly younger than the head, a parent hardly older, a spouse too young."""
    owned = homes.owner >= 0
    head = np.where(owned, homes.spread(head_line), NOBODY)
    comparable = known & (head != NOBODY) & known[np.maximum(head, 0)]
    head_age = age[np.maximum(head, 0)]
    gap = head_age - age
    relation = homes.relation
    odd = (relation == "child") & (gap < GENERATION)
    odd |= (relation == "grandchild") & (gap < 2 * GENERATION)
    odd |= (relation == "parent") & (-gap < GENERATION)
    odd |= (relation == "spouse") & (age < SPOUSE_AGE_MIN)
    found.add("R204", "relation", comparable & odd, age=age, head_age=head_age)


# --- circumstances -------------------------------------------------------------------------
def _with_health(found: Found, stated: NDArray[Any] | None) -> NDArray[np.bool_]:
    """Serious illness from a column of its own and from words on health."""
    ill = tuple(words()["serious_illness"])
    text = tidied(found, "health", "code").text
    spoken = each(text, lambda word: any(known in word for known in ill), bool)
    return spoken if stated is None else spoken | (np.nan_to_num(stated) > 0)


def _dead(found: Found, at: datetime.date) -> tuple[NDArray[np.bool_], str]:
    """Who is marked dead, by a mark, a date, or a word on health; and the first such field."""
    lines, is_dead, field = found.lines, np.zeros(len(found.lines), bool), ""
    if "died" in lines:
        dead = frozenset(words()["dead"])
        text = tidied(found, "died", "code").text
        spoken = each(text, lambda word: word in dead, bool)
        told, field = np.where(spoken, "是", text), "died"
        is_dead |= _true_word(found, told, text)
    if "died_on" in lines:
        day = date(found, "died_on")
        is_dead |= ~np.isnat(day) & (day <= np.datetime64(at))
        field = field or "died_on"
    if "health" in lines:
        text = tidied(found, "health", "code").text
        is_dead |= each(text, lambda word: word in words()["dead"], bool)
        field = field or "health"
    return is_dead, field


def _true_word(found: Found, told: NDArray[Any], text: NDArray[Any]) -> NDArray[np.bool_]:
    """A mark of death: yes or no, or the day of it."""
    made, unknown = truths(told, "died")
    is_day = ~np.isnat(dates(text).value) & unknown
    tell_unknown(
        found, "died", unknown & ~is_day, text, [*words()["yes"], *words()["no"]], ("是", "否")
    )
    return made | is_day


def _others(found: Found) -> Columns:
    """Every further column of the dictionary on persons that the roster has."""
    made: Columns = {}
    readers: dict[str, Callable[[Found, str], NDArray[Any]]] = {
        "bool": truth,
        "money": money,
        "count": number,
        "choice": choice,
    }
    for name, field in fields().items():
        if (
            field.level == "person"
            and field.column
            and name not in OWN_FIELDS
            and name in found.lines
        ):
            made[field.column] = readers[field.kind](found, name)
    return made
