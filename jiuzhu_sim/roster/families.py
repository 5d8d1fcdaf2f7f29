"""Which rows make a household, and which household each cell of a household belongs to.

A roster has one row a person or one row a household. In the first kind, what belongs to the
household stands in one merged cell, in the first row, or in every row.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.roster.cells import each, relation_word, relations
from jiuzhu_sim.roster.fields import fields
from jiuzhu_sim.roster.findings import NOBODY
from jiuzhu_sim.roster.identity import is_spoiled
from jiuzhu_sim.roster.lines import Lines

MEMBERS_STARTING_MAX = 0.5
"""A column in which more than this share of the members who are no heads has a value of its own
numbers persons, not households. One such member proves nothing, but for running numbers."""
DIFFERING_SHARE = 0.2
"""If the cells of more than this share of households differ from row to row, each row has an amount
of its own; else the household's amount is repeated, or stands in one merged cell."""
REPEATED_STYLE_MIN = 0.8
"""Where more than this share of the members have the household's number in their own row, it is
repeated in every row; else it stands in one merged cell or in the first row."""
REPEATED_MIN = 0.2
"""A household number that is blank or repeated in more rows than this stands beside persons."""


@dataclass(frozen=True)
class Families:
    """Households of a roster, numbered in the order of their first row.

    `owner` is the household of each line (NOBODY for none), `first` the first line of each
    household, `relation` the code of each line ("" where unknown), `is_head` its heads, `is_person`
    the lines that list a person (a head named beside may have no member). `name`
    and `id` are the fields that name a person in a row; `head_name` and `head_id` those that name
    the head beside them, "" where there are none.
    """

    are_rows_persons: bool
    owner: NDArray[np.int64]
    first: NDArray[np.int64]
    relation: NDArray[Any]
    is_head: NDArray[np.bool_]
    is_person: NDArray[np.bool_]
    name: str
    id: str
    head_name: str
    head_id: str

    def __len__(self) -> int:
        return len(self.first)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Persons listed in each household."""
        return np.bincount(self.owner[(self.owner >= 0) & self.is_person], minlength=len(self))

    def first_where(self, is_filled: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The first line of each household where the mask holds, NOBODY where it never does."""
        found = np.full(len(self), NOBODY, np.int64)
        lines = np.flatnonzero(is_filled & (self.owner >= 0))[::-1]
        found[self.owner[lines]] = lines
        return found

    def place(self, lines: Lines) -> NDArray[Any]:
        """Township and village of each household in one word, "" where the roster names none."""
        made = np.full(len(self), "", object)
        for name in ("township", "village"):
            text = lines.tidied(name).text
            line = self.first_where(text != "")
            made = made + "|" + np.where(line == NOBODY, "", text[np.maximum(line, 0)])
        return made

    def total(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum over each household's lines; NaN where all are NaN."""
        owned = self.owner >= 0
        known = owned & ~np.isnan(values)
        total = np.bincount(self.owner[known], values[known], minlength=len(self))
        filled = np.bincount(self.owner[known], minlength=len(self))
        return np.where(filled > 0, total, np.nan)

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values of households for each line; 0 or blank for lines of nobody."""
        spread = np.zeros(len(self.owner), values.dtype)
        spread[:] = "" if values.dtype == object else 0
        owned = self.owner >= 0
        spread[owned] = values[self.owner[owned]]
        return spread


def families(lines: Lines) -> Families:
    """The households of a roster, by household number, else the head's ID number, else numbering
    of households, else the head's name; without any, each head starts one."""
    text = lines.tidied("relation").text
    relation = each(text, lambda word: relations().get(relation_word(word), ""))
    is_head = np.asarray(relation == "head")
    if "relation" in lines and not is_head.any():
        # Some tell the relation of the members only.
        is_head = text == ""
        relation = np.where(is_head, "head", relation)
    by_person = _are_rows_persons(lines, is_head)
    who = _who(lines, by_person)
    if not by_person:
        owner = np.arange(len(lines))
        everyone = np.ones(len(lines), bool)
        return Families(False, owner, owner, relation, everyone, everyone, *who)
    owner = _owners(lines, is_head, who)
    first = np.zeros(owner.max(initial=NOBODY) + 1, np.int64)
    owned = np.flatnonzero(owner >= 0)[::-1]
    first[owner[owned]] = owned
    if "relation" not in lines:
        is_head = _heads_by_name(lines, owner, first, who)
        relation = np.where(is_head, "head", "other").astype(object)
    is_person = np.ones(len(lines), bool)
    if who.head_name or who.head_id:
        told = ("relation", who.name, who.id)
        is_person = np.any([lines.tidied(name).text != "" for name in told], axis=0)
    return Families(True, owner, first, relation, is_head & is_person, is_person, *who)


class Who(NamedTuple):
    """The fields that name the person of a row, and those that name the head beside them ("" where
    there are none)."""

    name: str
    id: str
    head_name: str
    head_id: str


def _who(lines: Lines, by_person: bool) -> Who:
    own, head = [], []
    for name in ("name", "id"):
        order = (name, f"head_{name}") if by_person else (f"head_{name}", name)
        own.append(order[0] if order[0] in lines else order[1])
        beside = by_person and own[-1] == name and f"head_{name}" in lines
        head.append(f"head_{name}" if beside else "")
    return Who(*own, *head)


def _key(lines: Lines, field: str) -> NDArray[Any]:
    """What a column says to tell households apart: nothing where Excel spoiled a number."""
    text = lines.tidied(field).text
    if field not in ("household_no", "head_id") or field not in lines:
        return text
    return np.where(is_spoiled(text, lines.is_number[field]), "", text)


def _are_rows_persons(lines: Lines, is_head: NDArray[np.bool_]) -> bool:
    """Whether a row is a person; else it is a household."""
    has_counts = "n_members" in lines or "n_covered" in lines
    if not has_counts:
        return True
    import pandas as pd

    repeated = 0.0
    if "household_no" in lines:
        key = _key(lines, "household_no")
        held = pd.Series(key[key != ""]).duplicated().sum() + (key == "").sum()
        repeated = float(held) / max(len(lines), 1) if (key != "").any() else 0.0
    if "relation" in lines:
        return repeated > 0 or not bool(is_head.all())
    if "id" in lines and "head_id" in lines:
        return True
    if "name" in lines and "head_name" in lines:
        # 家庭成员 beside 户主 may also be a list of names in one cell.
        head = pd.Series(_key(lines, "head_name"))
        repeated = max(repeated, float((head.duplicated() | (head == "")).mean()))
    return repeated > REPEATED_MIN


def _owners(lines: Lines, is_head: NDArray[np.bool_], who: Who) -> NDArray[np.int64]:
    """The household of each line, NOBODY where neither a key nor a head says one."""
    import pandas as pd

    number = np.arange(len(lines))
    new_sheet = np.concatenate([[True], np.diff(lines.sheet) > 0]) if len(lines) else number > 0
    key_field = _key_field(lines, is_head, new_sheet, who)
    if not key_field:
        starts, key = is_head, np.full(len(lines), "", object)
    else:
        key = _key(lines, key_field)
        above = _filled_down(key, new_sheet)
        differs = (key != "") & (np.concatenate([[""], above[:-1]]) != key)
        starts = differs | (new_sheet & (key != ""))
        if key_field == "household_no":
            # Numbers may start again in each village.
            place = _with_place(lines, np.full(len(lines), "", object), new_sheet)
            moved = np.concatenate([[False], place[1:] != place[:-1]])
            starts |= moved & (key != "") & (is_head | (not is_head.any()))
        if key_field == "head_name":
            # Neighbours of one name: each has a row of its own as head.
            starts |= is_head & (_key(lines, who.name) == above)
        else:
            # A head without a number starts a household if the row tells more of a household.
            starts |= is_head & (key == "") & _tells_household(lines, key_field)
    run = np.maximum.accumulate(np.where(starts, number, NOBODY)) if len(lines) else number
    if key_field in ("household_no", "head_id") and _is_repeated(key, is_head, new_sheet):
        # The number stands in every row: one without it belongs to no household.
        run = np.where((key == "") & ~starts, NOBODY, run)
    sheet_start = np.maximum.accumulate(np.where(new_sheet, number, 0)) if len(lines) else number
    run = np.where(run >= sheet_start, run, NOBODY)
    if key_field in ("household_no", "head_id"):
        run = _joined(run, _with_place(lines, key, new_sheet), is_head)
    owner = np.full(len(lines), NOBODY, np.int64)
    owner[run >= 0] = pd.factorize(run[run >= 0])[0]
    return owner


def _tells_household(lines: Lines, key_field: str) -> NDArray[np.bool_]:
    """Rows with something of the household in them, beside the key."""
    told = np.zeros(len(lines), bool)
    for name in ("seq", "n_members", "n_covered", "benefit", "benefit_total", "household_no"):
        if name in lines and name != key_field:
            told |= lines.texts[name] != ""
    return told


def _with_place(lines: Lines, key: NDArray[Any], new_sheet: NDArray[np.bool_]) -> NDArray[Any]:
    """Keys with the township and village at or above each line."""
    made = key
    for name in ("township", "village"):
        if name in lines:
            made = made + "|" + _filled_down(lines.tidied(name).text, new_sheet)
    return made


def _filled_down(key: NDArray[Any], new_sheet: NDArray[np.bool_]) -> NDArray[Any]:
    """The last key at or above each line, "" where there is none in its sheet."""
    number = np.arange(len(key))
    last = np.maximum.accumulate(np.where(key != "", number, NOBODY))
    start = np.maximum.accumulate(np.where(new_sheet, number, 0))
    return np.where(last >= start, key[np.maximum(last, 0)], "")


def _key_field(
    lines: Lines, is_head: NDArray[np.bool_], new_sheet: NDArray[np.bool_], who: Who
) -> str:
    """The field whose values tell households apart, "" where only the heads do."""
    import pandas as pd

    for field in ("household_no", who.head_id, "seq", who.head_name):
        if not field or field not in lines:
            continue
        key = _key(lines, field)
        if not (key != "").any():
            continue
        members, tolerated = ~is_head & ~new_sheet, 1
        if field == "seq":
            tolerated = 0
            above = _filled_down(key, new_sheet)
            is_own = (key != "") & (np.concatenate([[""], above[:-1]]) != key)
            members = members if is_head.any() else ~new_sheet
        elif is_head.any():
            is_own = (key != "") & ~pd.Series(key).duplicated(keep=False).to_numpy()
        else:
            return field
        if is_own[members].sum() <= max(MEMBERS_STARTING_MAX * members.sum(), tolerated):
            return field
    return ""


def _is_repeated(
    key: NDArray[Any], is_head: NDArray[np.bool_], new_sheet: NDArray[np.bool_]
) -> bool:
    """Whether a key stands in every row of its household."""
    members = ~is_head & ~new_sheet
    if not is_head.any():
        members = ~new_sheet
    return bool(members.any()) and float((key[members] != "").mean()) > REPEATED_STYLE_MIN


def _joined(
    run: NDArray[np.int64], key: NDArray[Any], is_head: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Runs of one key further down are the same household, unless they have a head of their own."""
    starts = np.unique(run[run >= 0])
    has_head = np.zeros(len(run) + 1, bool)
    has_head[run[is_head]] = True
    place: dict[str, int] = {}
    target = np.arange(len(run) + 1)
    for start in starts.tolist():
        word = key[start]
        if not word or word.startswith("|"):
            continue
        first = place.setdefault(word, start)
        if first != start and not (has_head[start] and has_head[first]):
            target[start] = first
            has_head[first] |= has_head[start]
    return np.where(run >= 0, target[run], NOBODY)


def told_once(lines: Lines, homes: Families) -> tuple[Lines, frozenset[str]]:
    """The lines with each cell of a household once, where it first stands; and the fields in which
    each row has an amount of its own, so that all of them count."""
    texts, own = dict(lines.texts), set()
    for name, cells in lines.texts.items() if homes.are_rows_persons else ():
        if fields()[name].level == "person":
            continue
        filled = (cells != "") & (homes.owner >= 0)
        first = homes.spread(homes.first_where(filled))
        again = filled & (first != np.arange(len(lines)))
        differs = again & (cells != cells[np.maximum(first, 0)])
        if fields()[name].level == "either" and again.any():
            households = [np.unique(homes.owner[mask]).size for mask in (differs, again)]
            if households[0] > DIFFERING_SHARE * households[1]:
                own.add(name)
                continue
        texts[name] = np.where(again & ~differs, "", cells)
    return lines.with_texts(texts), frozenset(own)


def _heads_by_name(
    lines: Lines, owner: NDArray[np.int64], first: NDArray[np.int64], who: Who
) -> NDArray[np.bool_]:
    """Heads where the roster tells no relations: who has the head's ID number or name, else the
    first row of the household."""
    is_head = np.zeros(len(lines), bool)
    new = np.concatenate([[True], np.diff(owner) != 0]) if len(owner) else np.zeros(0, bool)
    for field, named in ((who.id, who.head_id), (who.name, who.head_name)):
        if named and not is_head.any():
            above = _filled_down(lines.tidied(named).text, new)
            is_head = (lines.tidied(field).text == above) & (above != "")
    has_head = np.zeros(len(first), bool)
    has_head[owner[is_head & (owner >= 0)]] = True
    if not (who.head_id or who.head_name):
        is_head[first[~has_head]] = True
    return is_head
