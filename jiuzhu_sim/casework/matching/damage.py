"""Two synthetic lists of persons, the second one damaged as lists of offices are.

Nobody's names and no real ID numbers: the place in the numbers is one that does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from jiuzhu_sim.casework.matching.compared import name_data, sounds, terms
from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.population.draws import Draws
from jiuzhu_sim.roster.identity import EXCEL_DIGITS, LENGTH, check_character

NO_PLACE = 990_000
"""Places of ID numbers begin with 11 to 82; no place has 99."""
TOWNSHIPS = 12
VILLAGES = 60
ORDERS = 999
PERSONS_MAX = 900_000
FIRST_BIRTH, LAST_BIRTH = np.datetime64("1935-01-01"), np.datetime64("2015-12-31")
TWO_GIVEN = 0.75
"""Share of given names of two characters; about what lists show, and nothing hangs on it."""


@dataclass(frozen=True)
class Registers:
    """Two lists (`record`, `name`, `birth`, `sex`, `village`, `id`) and `truth`: the record of the
    left list → that of the right one, for persons on both."""

    left: Any
    right: Any
    truth: Mapping[str, str]


def damaged_registers(
    persons: int, *, seed: int = 1, damage: Mapping[str, float] | None = None
) -> Registers:
    """Two lists of so many persons each; `damage` replaces shares of `linkage.yaml`.

    The same persons for any number asked. Raises JZ-E003 for unknown kinds of damage, JZ-E004 for
    shares outside 0 to 1, JZ-E092 for a number of persons that is none.

    >>> both = damaged_registers(100, seed=1, damage={"overlap": 0.5})
    >>> len(both.left), len(both.right), 30 < len(both.truth) < 70
    (100, 100, True)
    """
    shares = _shares(damage or {})
    if not 1 <= persons <= PERSONS_MAX:
        expected = f"1–{PERSONS_MAX}"
        raise JZError.of("JZ-E092", name="persons", value=persons, expected=expected)
    ids = np.arange(persons)
    draws = Draws(seed, ids)
    is_both = draws.chance("on both lists", shares["overlap"])
    left = _people(seed, ids)
    # Who is not on both is somebody else on the right list.
    right = _people(seed, np.where(is_both, ids, ids + PERSONS_MAX))
    is_alike = ~is_both & draws.chance("lookalike", shares["lookalike"])
    right = _alike(left, right, np.flatnonzero(is_alike))
    left.insert(0, "record", [f"L{number:06}" for number in ids])
    right = _damaged(right, draws, shares)
    right.insert(0, "record", [f"R{number:06}" for number in ids])
    both = np.flatnonzero(is_both)
    truth = dict(zip(left["record"].iloc[both], right["record"].iloc[both], strict=True))
    order = np.argsort(draws.uniform("order of the right list"))
    return Registers(left, right.iloc[order].reset_index(drop=True), truth)


def _shares(given: Mapping[str, float]) -> dict[str, float]:
    shares = {name: float(entry["value"]) for name, entry in terms()["damage"].items()}
    for name, value in given.items():
        if name not in shares:
            raise JZError.of("JZ-E003", name=name, nearest=nearest(name, shares))
        if not 0 <= value <= 1:
            raise JZError.of("JZ-E004", path=name, value=value, low=0, high=1)
    return {**shares, **given}


def _people(seed: int, ids: Any) -> Any:
    import pandas as pd

    draws = Draws(seed, ids)
    family = list(name_data()["surnames"])
    given = list(name_data()["given"])
    # A surname further down the list is rarer.
    surname = draws.pick("surname", [1 / (place + 3) for place in range(len(family))])
    first, second = (draws.pick(f"given {n}", [1.0] * len(given)) for n in (1, 2))
    has_two = draws.chance("two given", TWO_GIVEN)
    days = (LAST_BIRTH - FIRST_BIRTH).astype(int)
    birth = FIRST_BIRTH + (draws.uniform("birth") * days).astype(int)
    village = draws.pick("village", [1.0] * VILLAGES)
    order = draws.pick("order", [1.0] * ORDERS)
    name = [
        family[s] + given[a] + (given[b] if two else "")
        for s, a, b, two in zip(surname, first, second, has_two, strict=True)
    ]
    numbers = [
        _number(NO_PLACE + int(v) % TOWNSHIPS, str(b).replace("-", ""), int(o))
        for v, b, o in zip(village, birth, order, strict=True)
    ]
    words = name_data()["sex"]
    sex = [words["male"] if int(n[16]) % 2 else words["female"] for n in numbers]
    return pd.DataFrame(
        {
            "name": name,
            "birth": birth.astype(str),
            "sex": sex,
            "village": [f"V{number:02}" for number in village],
            "id": numbers,
        }
    )


def _alike(left: Any, right: Any, at: Any) -> Any:
    """The right list with namesakes there, of the same village and year as the person opposite."""
    made = right.copy()
    for name in ("name", "village"):
        made.loc[at, name] = left.loc[at, name]
    # The 29th of February is no day of other years.
    days = right.loc[at, "birth"].str[4:].replace("-02-29", "-02-28")
    made.loc[at, "birth"] = left.loc[at, "birth"].str[:4] + days
    places, orders = left.loc[at, "id"].str[:6], right.loc[at, "id"].str[14:17]
    born = made.loc[at, "birth"].str.replace("-", "")
    parts = zip(places, born, orders, strict=True)
    made.loc[at, "id"] = [_number(int(p), b, int(o) - 1) for p, b, o in parts]
    return made


def _number(place: int, born: str, order: int) -> str:
    first17 = f"{place}{born}{order + 1:03}"
    return first17 + check_character(first17)


def _damaged(table: Any, draws: Draws, shares: Mapping[str, float]) -> Any:
    """The list with its damage; each kind strikes for itself."""

    def hit(name: str) -> Any:
        return np.flatnonzero(draws.chance(name, shares[name]))

    which = draws.uniform("which place")
    name, birth, number = (table[c].to_numpy(object).copy() for c in ("name", "birth", "id"))
    for row in hit("name_homophone"):
        name[row] = _misheard(name[row], which[row])
    for row in hit("name_omitted"):
        name[row] = _omitted(name[row], which[row])
    for row in hit("birth_swapped"):
        birth[row] = _swapped(birth[row], which[row], first=8)
    for row in hit("id_swapped"):
        number[row] = _swapped(number[row], which[row], first=6)
    excel = hit("id_excel")
    number[excel] = [n[:EXCEL_DIGITS] + "0" * (LENGTH - EXCEL_DIGITS) for n in number[excel]]
    no_day = hit("birth_no_day")
    birth[no_day] = [day[:7] for day in birth[no_day]]
    birth[hit("birth_blank")], number[hit("id_blank")] = "", ""
    village = table["village"].to_numpy(object).copy()
    moved = hit("village_moved")
    village[moved] = [f"V{n:02}" for n in draws.pick("moved to", [1.0] * VILLAGES)[moved]]
    return table.assign(name=name, birth=birth, id=number, village=village)


def _misheard(name: str, at: float) -> str:
    """One character by another of its sound; as it is where there is none."""
    place = int(at * len(name))
    for turn in range(len(name)):
        spot = (place + turn) % len(name)
        alike = [s for s in _of_sound(name[spot]) if s != name[spot]]
        if alike:
            return name[:spot] + alike[int(at * len(alike))] + name[spot + 1 :]
    return name


def _of_sound(sign: str) -> str:
    return str(name_data()["sounds"].get(sounds().get(sign, ""), ""))


def _omitted(name: str, at: float) -> str:
    spot = int(at * len(name))
    return name[:spot] + name[spot + 1 :]


def _swapped(digits: str, at: float, *, first: int) -> str:
    """Two neighbours exchanged, from a place on; separators stay where they are."""
    spot = first + int(at * (len(digits) - first - 1))
    if not digits[spot : spot + 2].isdigit():
        return digits
    return digits[:spot] + digits[spot + 1] + digits[spot] + digits[spot + 2 :]
