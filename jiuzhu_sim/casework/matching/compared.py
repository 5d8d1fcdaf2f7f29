"""Cells of a list of persons as they are compared: tidy names and their sound, birth dates as far
as they are known, and what an ID number tells beside the birth date."""

import datetime
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.roster.cells import dates, each, spelled, tidy
from jiuzhu_sim.roster.identity import EXCEL_DIGITS, LENGTH, identities

FIELDS = ("name", "birth", "id", "village", "sex")

PLACE, BORN, ORDER = slice(0, 6), slice(6, 14), slice(14, 17)
"""Parts of an ID number: the place, the birth date, the order among those born there that day."""

HERE = Path(__file__).parent


@cache
def terms() -> Mapping[str, Any]:
    """The numbers of `linkage.yaml`."""
    found: Mapping[str, Any] = read_yaml(HERE / "linkage.yaml")
    return found


@cache
def name_data() -> Mapping[str, Any]:
    """The characters of `names.yaml`."""
    found: Mapping[str, Any] = read_yaml(HERE / "names.yaml")
    return found


@cache
def sounds() -> Mapping[str, str]:
    """The sound of each character that is known.

    >>> sounds()["伟"] == sounds()["维"]
    True
    """
    return {sign: sound for sound, signs in name_data()["sounds"].items() for sign in signs}


def sound_of(name: str) -> str:
    """A name by its sound: characters of one sound become the same.

    >>> sound_of("张伟") == sound_of("章维"), sound_of("张伟") == sound_of("张芳")
    (True, False)
    """
    return "-".join(sounds().get(sign, sign) for sign in name)


def shorter(name: str) -> list[str]:
    """A name and what is left of it without one character: names that differ in one character, or
    by one, have one of these in common.

    >>> shorter("张伟")
    ['伟', '张', '张伟']
    """
    return sorted({name, *(name[:spot] + name[spot + 1 :] for spot in range(len(name)))} - {""})


def compared(table: Any, side: str, at: datetime.date) -> Any:
    """A list as columns to compare, None where a cell tells nothing; sorted by what it holds.

    `table` is a DataFrame with any of `record`, `name`, `birth`, `sex`, `village`, `id`; the result
    has `unique_id` (side and number), `record`, `FIELDS`, and beside them
    `sound`, `shorter`, `year`, `month`.

    >>> import pandas as pd
    >>> row = {"name": [" 张 伟"], "birth": ["1990年3月"], "id": ["110105199003070000"]}
    >>> made = compared(pd.DataFrame(row), "left", datetime.date(2025, 1, 1))
    >>> made[["name", "birth", "id"]].values.tolist()
    [['张伟', '1990-03', '1101050']]
    """
    import pandas as pd

    cells = {name: _cells(table, name) for name in (*FIELDS, "record")}
    ids = identities(cells["id"], np.zeros(len(table), bool), at)
    rest, from_id = _of_id(ids.tidied.text, ids.fault)
    birth = _births(tidy(cells["birth"], "date").text)
    told = tidy(cells["sex"], "sex").text
    sex = each(told, lambda word: spelled("sex").get(word.lower(), ""))
    by_id = np.where(ids.is_female, "female", "male")
    name = tidy(cells["name"], "name").text
    if "record" in table:
        record = table["record"].to_numpy(object)
    else:
        record = np.arange(1, len(table) + 1).astype(object)
    made = pd.DataFrame(
        {
            "record": record,
            "name": name,
            "birth": np.where(birth == "", from_id, birth),
            "id": rest,
            "village": tidy(cells["village"], "text").text,
            "sex": np.where((sex == "") & (ids.fault == ""), by_id, sex),
        }
    )
    made["sound"] = each(name, sound_of)
    made["year"], made["month"] = made["birth"].str[:4], made["birth"].str[:7]
    made.loc[made["month"].str.len() < len("2000-01"), "month"] = ""
    made["shorter"] = each(name, shorter)
    made = made.sort_values([*FIELDS, "record"], key=lambda column: column.astype(str))
    made.insert(0, "unique_id", [f"{side}{number:09}" for number in range(len(made))])
    blank = made.drop(columns=["record", "shorter"])
    made[blank.columns] = blank.astype(object).where(blank != "", None)
    made["record"] = made["record"].astype(str)
    return made.reset_index(drop=True)


def _cells(table: Any, name: str) -> NDArray[Any]:
    """A column as texts; blank ones where the list has none."""
    if name not in table:
        return np.full(len(table), "", object)
    column = table[name]
    return np.array(["" if cell is None or cell != cell else str(cell) for cell in column], object)


def _births(text: NDArray[Any]) -> NDArray[Any]:
    """Birth dates as year-month-day, year-month or year, as far as they are written."""
    whole = dates(text).value.astype(str)
    length = each(text, _told, int)
    return np.array(
        ["" if day == "NaT" else day[:n] for day, n in zip(whole, length, strict=True)], object
    )


def _told(word: str) -> int:
    """Characters of year-month-day that a written date tells."""
    parts = re.findall(r"\d+", word)
    by_digits = {8: 10, 6: 7, 5: 10, 4: 4}
    if len(parts) == 1:
        return by_digits.get(len(parts[0]), 0)
    return {0: 0, 2: 7}.get(len(parts), 10)


def _of_id(text: NDArray[Any], fault: NDArray[np.str_]) -> tuple[NDArray[Any], NDArray[Any]]:
    """What ID numbers tell beside the birth date, and the birth date in them; "" where nothing."""
    rest, born = np.full(len(text), "", object), np.full(len(text), "", object)
    for row, (word, code) in enumerate(zip(text.tolist(), fault.tolist(), strict=True)):
        digits = re.match(r"\d*", word.replace(".", ""))
        known = digits.group() if digits else ""
        if len(known) >= LENGTH - 1 and code == "R101":
            known = known[:EXCEL_DIGITS]
        elif len(known) < EXCEL_DIGITS or len(word) != LENGTH:
            known = known[PLACE] if len(known) >= BORN.start else ""
        rest[row] = known[PLACE] + known[ORDER]
        if code in ("", "R101") and len(known) >= EXCEL_DIGITS:
            born[row] = f"{known[6:10]}-{known[10:12]}-{known[12:14]}"
    return rest, born
