"""What two households share and should not: a person, a bank account, a household number."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.roster.cells import each
from jiuzhu_sim.roster.families import Families
from jiuzhu_sim.roster.findings import NOBODY, Found
from jiuzhu_sim.roster.identity import is_spoiled
from jiuzhu_sim.roster.persons import Persons
from jiuzhu_sim.roster.reading import tidied

ACCOUNT_DIGITS_MIN = 8
"""Bank accounts have more digits; 0 or 无 is none."""
RESTARTING_SHARE = 0.2
"""Where more than this share of households have a number that others have, too, numbers start
again in each village."""


def tell_shared(found: Found, homes: Families, persons: Persons, paid: NDArray[np.float64]) -> None:
    """R201, R216, R225, R226, R228; `paid` is the benefit of each household, yuan a month."""
    _persons(found, homes, persons, homes.spread(paid))
    _accounts(found, homes)
    _numbers(found, homes)


def _persons(found: Found, homes: Families, persons: Persons, paid: NDArray[np.float64]) -> None:
    """R201 at every place."""
    import pandas as pd

    parts = [(persons.ids, homes.id)]
    if persons.heads is not None:
        parts.append((persons.heads, homes.head_id))
    tables = []
    for ids, name in parts:
        line = np.flatnonzero((ids.number != "") & (homes.owner >= 0))
        owner = homes.owner[line]
        tables.append(
            pd.DataFrame({"id": ids.number[line], "owner": owner, "line": line, "name": name})
        )
    held = pd.concat(tables).drop_duplicates(["id", "owner"])
    held = held[held["id"].duplicated(keep=False)].sort_values("line", kind="stable")
    for _, group in held.groupby("id", sort=False):
        rows = list(zip(group["line"].tolist(), group["name"].tolist(), strict=True))
        for k, (line, name) in enumerate(rows):
            place = found.place(rows[1 if k == 0 else 0][0])
            # What is paid twice is at stake once: where the person is found again.
            found.add("R201", name, np.array([line]), paid if k else None, place=place)


def _accounts(found: Found, homes: Families) -> None:
    """R216: one account for several households; R225: an account spoiled by Excel."""
    lines = found.lines
    if "account" not in lines:
        return
    text = tidied(found, "account").text
    spoiled = is_spoiled(text, lines.is_number["account"])
    found.add("R225", "account", spoiled)
    is_account = each(text, lambda w: sum(map(str.isdigit, w)) >= ACCOUNT_DIGITS_MIN, bool)
    _tell_each(found, homes, "account", "R216", text, is_account & ~spoiled)


def _numbers(found: Found, homes: Families) -> None:
    """R226: one number for two households; R228: spoiled by Excel."""
    lines, name = found.lines, "household_no"
    if name not in lines:
        return
    text = tidied(found, name).text
    spoiled = is_spoiled(text, lines.is_number[name])
    found.add("R228", name, spoiled)
    told = np.where(spoiled, "", text)
    first = homes.first_where(told != "")
    number = told[first[first != NOBODY]].tolist()
    if len(set(number)) < (1 - RESTARTING_SHARE) * len(number):
        told = np.where(told == "", "", told + homes.spread(homes.place(lines)))
    _tell_each(found, homes, name, "R226", told, told != "")


def _tell_each(
    found: Found,
    homes: Families,
    name: str,
    told: str,
    text: NDArray[Any],
    where: NDArray[np.bool_],
) -> None:
    """A finding in each household that shares a value with another one."""
    import pandas as pd

    line = np.flatnonzero(where & (homes.owner >= 0))
    held = pd.DataFrame({"value": text[line], "owner": homes.owner[line], "line": line})
    held = held.drop_duplicates(["value", "owner"])
    held = held[held["value"].duplicated(keep=False)]
    for _, group in held.groupby("value", sort=False):
        first, second = group["line"].iloc[0], group["line"].iloc[1]
        for at in group["line"].tolist():
            place = found.place(int(second if at == first else first))
            found.add(told, name, np.array([at]), households=len(group), place=place)
