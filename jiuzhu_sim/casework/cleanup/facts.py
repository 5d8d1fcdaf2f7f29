"""What becomes known of a roll: visits, interviews, data compared, and the facts they establish.

Each household's draws are keyed by the seed, its id and the purpose, so what is found does not
depend on the order of the tables. Only visits by share look at the whole roll: they take the
households in the order of their draws until the share is reached.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.cleanup.checks import Checks, kinds, sources
from jiuzhu_sim.casework.cleanup.columns import (
    by_household,
    owners,
    shown,
    values_of,
    view_of,
)
from jiuzhu_sim.columns import column
from jiuzhu_sim.population import People
from jiuzhu_sim.population.draws import Draws

FOUND_BY = ("none", "self_report", "visit", "interview", "matching", "objection", "records")
"""How a finding came about; ``records``: it stood in the files of the roll already."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Facts:
    """What is known after the checks; all flags by household, in the order of the tables.

    `people`: reports put right by what was found. `visited`: at home, at once or because suspected
    (`second`). `matched`: data were compared. `differs`: by kind, whether what is established is
    otherwise than what was reported. `found_by`: code in `FOUND_BY` (none where nothing differs).
    """

    people: People
    told: Flags
    visited: Flags
    second: Flags
    interviewed: Flags
    matched: Flags
    is_suspected: Flags
    heard: Flags
    differs: Mapping[str, Flags]
    found_by: NDArray[np.int8]


def establish(
    people: People,
    checks: Checks,
    seed: int,
    *,
    roll: Flags,
    reached: Flags,
    is_priority: Flags,
    objected: Flags | None = None,
) -> Facts:
    """The facts that the checks establish of the households on the `roll` and those `reached`.

    `reached`: not on the roll, but come to an application, which brings a visit. `objected`: those
    whose objection brings a visit that finds all. Where nobody looks, what was reported stands.
    """
    draws = Draws(seed, people.numbers("id"))
    told = roll & draws.chance("cleanup self-report", checks.self_report)
    first = _visited(people, checks, draws, roll, is_priority) | reached
    interviewed = roll & ~first & draws.chance("cleanup interview", checks.interviews)
    matched = (roll | reached) & bool(checks.sources)
    compared = {kind for name in checks.sources for kind in sources()[name]["kinds"]}
    heard = interviewed & draws.chance("cleanup false suspicion", checks.false_suspicion)
    seen = np.zeros(people.households, bool)
    for kind in kinds():
        is_true = _differs(people, kind, "true")
        heard |= interviewed & is_true & _by_chance(draws, "hears of", kind, checks.interview)
        if kind in compared:
            seen |= matched & _differs(people, kind, "shown")
    is_suspected = ~first & (heard | seen)
    second = is_suspected & draws.chance("cleanup second visit", checks.second_visits)
    visited = first | second
    all_known = told if objected is None else told | objected
    made: dict[str, NDArray[Any]] = {}
    differs = {}
    for kind, entry in kinds().items():
        found = visited & _by_chance(draws, "finds", kind, checks.visit)
        here = matched & (kind in compared)
        differs[kind] = np.zeros(people.households, bool)
        for name in entry["columns"]:
            told_now = values_of(people, name)
            known = _known(people, name, all_known | found, here)
            differs[kind] |= by_household(people, name, known != told_now)
            if name in people or (known != told_now).any():
                made[name] = known
    # Registers speak against a household until a visit has found what it truly earns.
    is_settled = all_known | (visited & _by_chance(draws, "finds", "wages", checks.visit))
    speaks = matched & ~is_settled & ("wages" in compared)
    made["registry_income_m"] = np.where(speaks, values_of(people, "registry_income_m"), 0)
    made["has_applied"] = roll | reached
    found_by = np.zeros(people.households, np.int8)
    ways = {"matching": matched & ~visited, "interview": heard & second, "visit": first}
    ways["matching"] = ways["matching"] | (second & ~heard)
    ways["self_report"] = told
    if objected is not None:
        ways["objection"] = objected
    anything = np.any(list(differs.values()), axis=0)
    for way, flags in ways.items():
        found_by[flags & anything] = FOUND_BY.index(way)
    return Facts(
        people=people.with_columns(made, checks=checks.name),
        told=told,
        visited=visited,
        second=second,
        interviewed=interviewed,
        matched=matched,
        is_suspected=is_suspected,
        heard=heard,
        differs=differs,
        found_by=found_by,
    )


def _visited(
    people: People, checks: Checks, draws: Draws, roll: Flags, is_priority: Flags
) -> Flags:
    """The share of the roll visited at home, by weight: by draw, those with signs first if so."""
    if checks.visits >= 1:
        return roll.copy()
    late = ~is_priority if checks.priority_first else np.zeros(len(roll), bool)
    order = np.lexsort((draws.ids, draws.uniform("cleanup visit"), late))
    weight = (people.numbers("weight") * roll)[order]
    # A household is in as long as its middle lies within the share.
    inside = np.cumsum(weight) - weight / 2 <= checks.visits * weight.sum()
    visited = np.zeros(len(roll), bool)
    visited[order[inside]] = True
    return visited & roll & bool(checks.visits > 0)


def _by_chance(draws: Draws, what: str, kind: str, rates: Mapping[str, float]) -> Flags:
    return draws.chance(f"cleanup {what} {kind}", rates[kind])


def _differs(people: People, kind: str, view: str) -> Flags:
    """Households of whom a kind is otherwise than reported: in truth, or as registers show."""
    found = np.zeros(people.households, bool)
    for name in kinds()[kind]["columns"]:
        other = shown(people, name) if view == "shown" else view_of(people, name, view)
        found |= by_household(people, name, other != values_of(people, name))
    return found


def _known(people: People, name: str, found: Flags, compared: Flags) -> NDArray[Any]:
    """A column as it is known: true where found, as registers show where only compared."""
    if column(name).level == "person":
        owner = owners(people)
        found, compared = found[owner], compared[owner]
    told = values_of(people, name)
    seen = np.where(compared, shown(people, name), told)
    return np.where(found, view_of(people, name, "true"), seen)
