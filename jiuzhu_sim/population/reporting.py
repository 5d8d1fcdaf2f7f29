"""Three views of the same people: what is true, what they report, what registers show.

Made only for recipes with `records: true`, by `records.yaml`. The recipe's draw of income and
property describes one of the first two (`income.describes`), the other follows from what is
hidden; registers show what is true where a match finds it, and some entries that are true no more.
Nobody reports more than is true. All draws have purposes of their own.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.population.circumstances import Columns, Flags, Scene, between, some_whole
from jiuzhu_sim.population.draws import Draws
from jiuzhu_sim.population.recipe import along, amount, by_area

SOURCES = {
    "wage": "wage_m",
    "farm": "farm_income_y",
    "pension_other": "pension_other_m",
    "transfer": "transfer_m",
}
"""The sources of `records.yaml`, and the columns that report them."""

COUNTS = ("n_vehicles", "n_homes", "has_business")

DRAWN = ("reported", "true")
"""What a recipe's draw may describe."""

Floats = NDArray[np.float64]


def report(now: Scene, drawn: str) -> tuple[Columns, Columns]:
    """The columns of all three views, by person and by household.

    `now.persons` and `now.owned` hold the plain columns as drawn, `drawn` says of what they tell;
    the plain columns given back are those reported. Amounts in yuan, as the columns say.
    """
    persons: Columns = {}
    for source, name in SOURCES.items():
        persons |= _source(now, source, name, drawn)
    owned = _savings(now, drawn)
    for name in COUNTS:
        owned |= _belonging(now, name, drawn)
    return persons, owned


def _views(name: str, reported: Any, true: Any, seen: Any) -> Columns:
    """The three columns of an amount or a count, under the names of the dictionary."""
    stem, flow = (name[:-2], name[-2:]) if name.endswith(("_m", "_y")) else (name, "")
    return {name: reported, f"{stem}_true{flow}": true, f"{stem}_registry{flow}": seen}


def _source(now: Scene, source: str, name: str, drawn: str) -> Columns:
    """A source of income, by person."""
    area = now.shared(now.homes.area)
    values = now.persons[name]
    kinds = [source]
    here = np.zeros(len(area), np.int64)
    if source == "wage":
        kinds = ["wage_formal", "wage_informal"]
        here = (~_is_formal(now)).astype(np.int64)
    told, seen = _parts(now.part, now.draws, source, kinds, here, area)
    if drawn == "true":
        true, reported = values, amount(name, values * told)
    else:
        reported, true = values, _grossed_up(name, values, told)
        may = between(now.age, now.part["unreported"][source]["ages"]) & (values == 0)
        if source in ("wage", "farm"):
            may &= now.conditions.labour_capable
        true = true + _beside(now.part["unreported"][source], now.draws, source, may, area)
    shown = amount(name, true * seen)
    if source == "wage":
        shown = shown + _stale_wage(now, true, area)
    return _views(name, reported, true, shown)


def _savings(now: Scene, drawn: str) -> Columns:
    """Savings, by household, to 100 yuan as they are drawn."""
    area, draws, values = now.homes.area, now.homes.draws, now.owned["savings"]
    told, seen = _parts(now.part, draws, "savings", ["savings"], np.zeros_like(area), area)
    if drawn == "true":
        true, reported = values, np.minimum(np.round(values * told, -2), values)
    else:
        reported, true = values, _grossed_up("savings", values, told)
        true = true + _beside(now.part["unreported"]["savings"], draws, "savings", true == 0, area)
    return _views("savings", reported, true, np.minimum(np.round(true * seen, -2), true))


def _is_formal(now: Scene) -> Flags:
    """Whose work is in the registers; by the draw that also decides whose income is unverified."""
    return ~now.draws.chance("unverified", 1 - now.in_area(now.part["formal_share"]))


def _parts(
    part: Mapping[str, Any],
    draws: Draws,
    source: str,
    kinds: Sequence[str],
    kind: NDArray[np.int64],
    area: NDArray[np.int64],
) -> tuple[Floats, Floats]:
    """The parts of a true amount that are reported and that registers show; each in [0, 1]."""

    def looked_up(table: str, key: str) -> Floats:
        shares = np.stack([by_area(part[table][name][key]) for name in kinds])
        return np.asarray(shares[kind, area])

    def some_part(table: str, purpose: str) -> Floats:
        low, high = np.array([part[table][name]["part"] for name in kinds]).T
        return draws.between(purpose, low[kind], high[kind])

    drawn, everything = draws.uniform(f"hides {source}"), looked_up("hidden", "all")
    hides = drawn < everything + looked_up("hidden", "share")
    told = np.where(hides, 1 - some_part("hidden", f"hidden part of {source}"), 1.0)
    is_hit = draws.chance(f"{source} in registers", looked_up("registers", "hit"))
    seen = is_hit * some_part("registers", f"part of {source} in registers")
    return np.where(drawn < everything, 0.0, told), seen


def _grossed_up(name: str, reported: NDArray[Any], told: Floats) -> Floats:
    """The true amount behind a reported one; who hides all would have reported none."""
    return np.maximum(amount(name, reported / np.where(told > 0, told, 1.0)), reported)


def _beside(
    part: Mapping[str, Any], draws: Draws, source: str, may: Flags, area: NDArray[np.int64]
) -> Floats:
    """True amounts of those who report none."""
    has = may & draws.chance(f"unreported {source}", by_area(part["share"])[area])
    drawn = part["median"] * np.exp(part["spread"] * draws.normal(f"amount of unreported {source}"))
    return has * np.round(np.minimum(drawn, part["most"]), -1)


def _stale_wage(now: Scene, true: Floats, area: NDArray[np.int64]) -> Floats:
    """Wages in the registers of those who earn none any more."""
    part, draws = now.part["stale_wage"], now.draws
    may = between(now.age, part["ages"]) & (true == 0)
    has = may & draws.chance("stale wage", by_area(part["share"])[area])
    return has * some_whole(draws, "amount of stale wage", *part["amount_m"])


def _belonging(now: Scene, name: str, drawn: str) -> Columns:
    """A count of vehicles or homes, or whether there is a business; by household."""
    part, seen = now.part["property"][name], now.part["property_registers"][name]
    draws, values = now.homes.draws, now.owned[name].astype(np.int64)
    if drawn == "true":
        hides = draws.chance(f"hides {name}", part["hidden"])
        true, reported = values, np.where(hides, np.minimum(values, part["keeps"]), values)
    else:
        more = draws.chance(f"unreported {name}", along(part["unreported"], now.rank))
        reported, true = values, values + more
    is_hit = draws.chance(f"{name} in registers", seen["hit"] * (1 - seen["elsewhere"]))
    shown = true * is_hit + draws.chance(f"stale {name}", seen["stale"])
    if name == "has_business":
        return _views(name, reported > 0, true > 0, shown > 0)
    return _views(name, reported, true, shown)
