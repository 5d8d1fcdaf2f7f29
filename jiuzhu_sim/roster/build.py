"""People from a checked roster: the households that are kept, under hashes instead of names."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import Column, codes, columns
from jiuzhu_sim.population import People, people_from_tables
from jiuzhu_sim.roster.amounts import Amounts
from jiuzhu_sim.roster.families import Families
from jiuzhu_sim.roster.households import Homes
from jiuzhu_sim.roster.identity import ages
from jiuzhu_sim.roster.persons import Persons, without_head

ADULT_AGE = 40
"""Years: members whom a roster only counts are taken as adults in working age, so that none of
them counts as elder or minor. `about["filled"]` says so."""
PLACE_UNKNOWN = "未填"
"""Township or village of a household for which the roster names none."""
MADE_MEMBERS = "made_members"
INCOME_AS_TRANSFER = "income_as_transfer_m"
INCOME_COLUMNS = (
    *("wage_m", "farm_income_y", "business_income_y", "property_income_y", "pension_basic_m"),
    *("pension_other_m", "preferential_allowance_m", "disability_allowance_m", "transfer_m"),
    "unemployment_benefit_m",
)
"""Where one of these is in the roster, a stated sum is not entered as well."""

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Parts:
    """All that was read of a roster, before people are made of it.

    `household` is the hash of each household; `is_aside` which are set aside; `area_guessed` the
    area of households for which none is told.
    """

    families: Families
    persons: Persons
    homes: Homes
    amounts: Amounts
    household: NDArray[Any]
    is_aside: NDArray[np.bool_]
    area_guessed: str


def build(
    parts: Parts, at: datetime.date, about: Mapping[str, Any]
) -> tuple[People | None, list[str]]:
    """People of the households that are kept (None if none is), and what was filled in.

    A column that the roster lacks is 0 or no, unless the data dictionary has a default; members
    who are only counted are adults without disability and income; a stated income of the household
    goes to its head as other transfers.
    """
    filled: list[str] = []
    kept = ~parts.is_aside
    if not kept.any():
        return None, filled
    homes = _household_columns(parts, filled)
    persons = _person_columns(parts, at, filled)
    households = {name: values[kept] for name, values in homes.items()}
    is_kept = kept[persons.pop("owner")]
    persons = {name: values[is_kept] for name, values in persons.items()}
    told = {**about, "filled": filled, "set_aside": int(parts.is_aside.sum())}
    return people_from_tables(persons, households, told), filled


# --- households ----------------------------------------------------------------------------
def _household_columns(parts: Parts, filled: list[str]) -> Columns:
    homes, amounts = parts.homes, parts.amounts
    given = dict(homes.columns)
    paid = np.nan_to_num(amounts.paid)
    given["n_covered_now"] = np.nan_to_num(homes.covered)
    if amounts.paid_field:
        given["current_benefit_m"] = paid
    is_paid = paid > 0 if amounts.paid_field else np.ones(len(paid), bool)
    given["was_dibao"] = is_paid & ~homes.is_stopped
    area = np.where(homes.area == "", parts.area_guessed, homes.area)
    if (homes.area[~parts.is_aside] == "").any():
        filled.append("area")
    given["area"] = (area == "rural").astype(np.int64)
    given["household_id"] = parts.household
    return _completed(given, "household", len(paid), filled)


def _completed(given: Columns, level: str, count: int, filled: list[str]) -> Columns:
    """Columns with blanks at their default, and the needed ones that the roster lacks."""
    made: Columns = {}
    for name, values in given.items():
        entry = columns()[name]
        made[name] = values if name == "household_id" else _without_blanks(entry, values)
    for entry in columns().values():
        is_needed = entry.kind == "input" and entry.level == level and entry.default is None
        if is_needed and not entry.optional and entry.name not in (*made, "household_id", "weight"):
            made[entry.name] = _without_blanks(entry, np.full(count, np.nan))
            filled.append(entry.name)
    return made


def _without_blanks(entry: Column, values: NDArray[Any]) -> NDArray[Any]:
    """Values with the default, else 0 or no, for blank cells."""
    if entry.dtype == "text":
        words = values if values.dtype == object else np.full(len(values), "", object)
        return np.where(words == "", PLACE_UNKNOWN, words)
    if values.dtype.kind != "f":
        return values
    blank = entry.number if entry.default is not None else 0
    if entry.name == "disability_kind":
        blank = codes("disability_kind").other
    made = np.where(np.isnan(values), float(blank), values)
    return made.astype(np.int64) if entry.dtype == "code" else made


# --- persons -------------------------------------------------------------------------------
def _person_columns(parts: Parts, at: datetime.date, filled: list[str]) -> Columns:
    """Persons listed, heads named beside their members, members only counted; with `owner`."""
    families, persons = parts.families, parts.persons
    listed = np.flatnonzero((families.owner >= 0) & families.is_person)
    given = {name: values[listed].astype(np.float64) for name, values in persons.columns.items()}
    owner = families.owner[listed]
    _enter_income(parts, given, listed, filled)
    heads = _heads_beside(parts, at)
    others = _counted_members(parts, heads["owner"])
    if len(others):
        filled.append(MADE_MEMBERS)
    extra_owner = np.concatenate([heads["owner"], others]).astype(np.int64)
    extra: Columns = {name: np.full(len(extra_owner), np.nan) for name in given}
    count = len(heads["owner"])
    for name in ("age", "is_female", "relation"):
        extra[name][:count] = heads[name]
    extra["age"][count:] = ADULT_AGE
    extra["relation"][count:] = codes("relation").other
    if "transfer_m" in given and count:
        extra["transfer_m"][:count] = heads["income"]
    merged = {name: np.concatenate([given[name], extra[name]]) for name in given}
    made = _completed(merged, "person", len(listed) + len(extra_owner), filled)
    all_owners = np.concatenate([owner, extra_owner])
    made["household_id"] = parts.household[all_owners]
    made["owner"] = all_owners
    return made


def _enter_income(
    parts: Parts, given: Columns, listed: NDArray[np.int64], filled: list[str]
) -> None:
    """Stated income as other transfers: of each person, else of the household's first person."""
    amounts, families = parts.amounts, parts.families
    if not amounts.income_field or set(given) & set(INCOME_COLUMNS):
        return
    filled.append(INCOME_AS_TRANSFER)
    if amounts.own_income is not None:
        given["transfer_m"] = np.nan_to_num(amounts.own_income[listed])
        return
    line = _income_lines(families)
    entered = np.zeros(len(families.owner))
    entered[line] = np.nan_to_num(amounts.income)
    beside = np.isin(families.owner, without_head(families, parts.persons))
    entered[beside] = 0.0
    given["transfer_m"] = entered[listed]


def _income_lines(families: Families) -> NDArray[np.int64]:
    """The head's line of each household, else its first."""
    line = families.first_where(families.is_head)
    return np.where(line < 0, families.first, line)


def _heads_beside(parts: Parts, at: datetime.date) -> Columns:
    """Heads who are named in columns of their own and not listed among the members."""
    owner = without_head(parts.families, parts.persons)
    count = len(owner)
    made: Columns = {
        "owner": owner,
        "age": np.full(count, float(ADULT_AGE)),
        "is_female": np.full(count, np.nan),
        "relation": np.full(count, float(codes("relation").head)),
        "income": np.zeros(count),
    }
    if parts.amounts.own_income is None:
        made["income"] = np.nan_to_num(parts.amounts.income[owner])
    heads = parts.persons.heads
    if heads is not None and count:
        line = parts.families.first_where(heads.number != "")[owner]
        known, at_line = line >= 0, np.maximum(line, 0)
        made["age"] = np.where(known, ages(heads.birth[at_line], at), ADULT_AGE).astype(np.float64)
        made["is_female"] = np.where(known, heads.is_female[at_line], np.nan).astype(np.float64)
    return made


def _counted_members(parts: Parts, heads: NDArray[np.int64]) -> NDArray[np.int64]:
    """The household of each member who is counted but not listed."""
    families, homes = parts.families, parts.homes
    if families.are_rows_persons and not homes.lists_covered_only:
        return np.zeros(0, np.int64)
    listed = families.rows + np.bincount(heads, minlength=len(families))
    wanted = np.nan_to_num(homes.members).astype(np.int64)
    return np.repeat(np.arange(len(listed)), np.maximum(wanted - listed, 0))
