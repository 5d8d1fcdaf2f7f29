"""What is true of those on a roll and stands otherwise in its files, as a clean-up finds it.

Made only for recipes that tell `records: {roll: …}`, when people are enrolled. Each household on
the roll is in at most one condition, by shares of its area and size. A condition changes what is
true and what registers show (columns of the views); what was reported stays. No rule is known
here, and nothing says whether the law ends the cover of a household in a condition.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import codes, columns
from jiuzhu_sim.population.circumstances import Columns, Flags, between, some_whole
from jiuzhu_sim.population.draws import MEMBERS_MAX, Draws
from jiuzhu_sim.population.incomes import MONTHS
from jiuzhu_sim.population.people import People
from jiuzhu_sim.population.recipe import Recipe, by_area
from jiuzhu_sim.population.reporting import SOURCES

BECAUSE = codes("not_counted_because")
RELATION = codes("relation")
EXTRA = (
    "not_counted_because",
    "has_able_obligor",
    "compensation",
    "months_since_compensation",
)
"""Plain columns whose views only those of a roll have; as reported where nothing else is true."""
INCOMES = tuple(SOURCES.values())
"""Incomes that have views."""

Floats = NDArray[np.float64]


class Roll(NamedTuple):
    """People on a roll while conditions are put on them: `made` holds the columns of the views."""

    part: Mapping[str, Any]
    people: People
    draws: Draws
    person_draws: Draws
    owner: NDArray[np.int64]
    made: Columns

    @property
    def age(self) -> NDArray[np.int64]:
        return self.people.numbers("age").astype(np.int64)

    def any(self, flags: Flags) -> Flags:
        """Households with a member of whom the flag holds."""
        return np.bincount(self.owner, flags, len(self.draws.ids)) > 0

    def one_of(self, flags: Flags, order: NDArray[Any]) -> NDArray[np.int64]:
        """The flagged member of each household that comes first in falling `order`; -1: none.

        Among equals the first in the order of the tables.
        """
        some = np.flatnonzero(flags)
        place = some[np.lexsort((-some, order[some], self.owner[some]))]
        found = np.full(len(self.draws.ids), -1)
        found[self.owner[place]] = place
        return found


def beset(people: People, recipe: Recipe, seed: int) -> People:
    """People of a recipe with `roll` and what is true of those in dibao; others are as they were.

    With `hides_else: false` households on the roll hide nothing beside their condition. A
    household's condition is a function of the recipe, its own columns and `seed`.
    """
    part = recipe["records"].get("roll")
    if not part:
        return people
    now = _roll(people, part, seed)
    on_roll = people.numbers("was_dibao")
    if not part["hides_else"]:
        _hide_nothing(now, on_roll)
    size, area = people.sizes, people.numbers("area")
    # Each condition has a draw of its own and takes its share of the whole roll from those whom no
    # condition before it took; so changing one share leaves nearly all others in what they are.
    free, left = on_roll.copy(), np.ones(people.households)
    for name, condition in part["conditions"].items():
        share = by_area(condition["share"])[area]
        share = share * by_area(condition["per_member"])[area] ** (size - 1)
        inside = free & (now.draws.uniform(f"roll condition {name}") * left < share)
        free, left = free & ~inside, left - share
        CONDITIONS[name](now, condition, inside)
    now.made["registry_income_m"] = _registry_income(now)
    return people.with_columns(now.made)


def _registry_income(now: Roll) -> Floats:
    """What registers show of the household's income, with what conditions have changed of it."""
    more = np.zeros(now.people.persons)
    for name in INCOMES:
        shown = "_registry_".join(name.rsplit("_", 1))
        change = now.made[shown] - now.people.numbers(shown)
        more += change / (MONTHS if name.endswith("_y") else 1)
    total = np.bincount(now.owner, more, now.people.households)
    return np.maximum(np.round(now.people.numbers("registry_income_m") + total), 0)


def _roll(people: People, part: Mapping[str, Any], seed: int) -> Roll:
    sizes, ids = people.sizes, people.numbers("id")
    owner = np.repeat(np.arange(len(ids)), sizes)
    member = np.arange(people.persons) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    made: Columns = {}
    for entry in columns().values():
        if entry.view and (entry.name in people or entry.view_of in EXTRA):
            known = entry.name if entry.name in people else entry.view_of
            made[entry.name] = people.numbers(known).copy()
    person_draws = Draws(seed, ids[owner] * MEMBERS_MAX + member)
    return Roll(part, people, Draws(seed, ids), person_draws, owner, made)


def _hide_nothing(now: Roll, on_roll: Flags) -> None:
    """What those on the roll report is true; stale entries of registers stay as they are."""
    for name, entry in columns().items():
        if entry.view != "true" or entry.view_of in EXTRA or name not in now.made:
            continue
        shown = next(c.name for c in columns().values() if _is_registry_of(c, entry.view_of))
        here = on_roll[now.owner] if entry.level == "person" else on_roll
        told = now.people.numbers(entry.view_of)
        is_stale = now.made[shown] > now.made[name]
        least = np.minimum(now.made[shown], told)
        now.made[shown] = np.where(here & ~is_stale, least, now.made[shown])
        now.made[name] = np.where(here, told, now.made[name])


def _is_registry_of(entry: Any, plain: str) -> bool:
    return bool(entry.view == "registry" and entry.view_of == plain)


def _is_registered(now: Roll, name: str, condition: Mapping[str, Any]) -> Flags:
    """In whose registers a condition shows, by household."""
    return now.draws.chance(f"roll {name} in registers", condition["registered"])


def _five_guarantee(now: Roll, condition: Mapping[str, Any], inside: Flags) -> None:
    """Nobody who can work and, what the roll does not tell, nobody able to support them."""
    elder, minor = condition["elder_age"], condition["minor_age"]
    can_work = (now.age < elder) & (now.age >= minor)
    alone = inside & ~now.any(can_work)
    now.made["has_able_obligor_true"] &= ~alone


def _orphan(now: Roll, condition: Mapping[str, Any], inside: Flags) -> None:
    """The parents of the minors who live with grandparents are dead: they move to special aid."""
    young = (now.age <= condition["age_max"]) & _is_parentless(now)
    _leave(now, "orphan", condition, inside[now.owner] & young, BECAUSE.special_aid)


def _is_parentless(now: Roll) -> Flags:
    """Grandchildren in whose household no child of the head lives, who would be their parent."""
    relation = now.people.numbers("relation")
    with_parent = now.any((relation == RELATION.child) & (now.age >= now.part["parent_age"]))
    return np.asarray((relation == RELATION.grandchild) & ~with_parent[now.owner])


def _natural_decrease(now: Roll, condition: Mapping[str, Any], inside: Flags) -> None:
    """The oldest member has died and was not reported."""
    oldest = now.one_of(np.ones(now.people.persons, bool), now.age)
    gone = np.zeros(now.people.persons, bool)
    gone[oldest[inside]] = True
    _leave(now, "natural decrease", condition, gone, BECAUSE.dead)


def _leave(now: Roll, name: str, condition: Mapping[str, Any], gone: Flags, because: int) -> None:
    shown = gone & _is_registered(now, name, condition)[now.owner]
    now.made["not_counted_because_true"][gone] = because
    now.made["not_counted_because_registry"][shown] = because


def _compensation(now: Roll, condition: Mapping[str, Any], inside: Flags) -> None:
    """Land or a house was taken and paid for, not long ago."""
    a_head = now.draws.between("roll compensation", *condition["a_head"])
    amount = np.round(a_head * now.people.sizes, -2)
    since = some_whole(now.draws, "months since roll compensation", *condition["months"])
    shown = inside & _is_registered(now, "compensation", condition)
    for view, here in (("true", inside), ("registry", shown)):
        now.made[f"compensation_{view}"][here] = amount[here]
        now.made[f"months_since_compensation_{view}"][here] = since[here]


def _pension(now: Roll, condition: Mapping[str, Any], inside: Flags) -> None:
    """The oldest member of age draws a pension that the roll does not know."""
    may = between(now.age, condition["ages"]) & (now.people.numbers("pension_other_m") == 0)
    drawn = condition["median"] * np.exp(condition["spread"] * now.draws.normal("roll pension"))
    amount = np.round(np.clip(drawn, condition["least"], condition["most"]), -1)
    who = now.one_of(may, now.age)
    _add(now, "pension", condition, "pension_other_{}_m", inside & (who >= 0), who, amount)


def _other_income(now: Roll, condition: Mapping[str, Any], inside: Flags) -> None:
    """Somebody of working age, if there is one able to work, earns what the roll does not know:
    so much that income a head has risen to a level, more often a low one (`skew` above 1).
    """
    may = between(now.age, condition["ages"])
    able = now.people.numbers("labour_capable").astype(np.int64)
    who = now.one_of(may, able * MEMBERS_MAX * MEMBERS_MAX + now.age)
    low, high = (by_area(condition["to_a_head_m"][end]) for end in ("least", "most"))
    area = now.people.numbers("area")
    drawn = now.draws.uniform("roll income") ** condition["skew"]
    level = low[area] + (high - low)[area] * drawn
    amount = np.maximum(np.ceil(level * now.people.sizes - _reported_income(now)), 0)
    _add(now, "income", condition, "wage_{}_m", inside & (who >= 0), who, amount)


def _reported_income(now: Roll) -> Floats:
    """Wages, farming, pensions and transfers as reported, yuan a month by household."""
    total = np.zeros(now.people.persons)
    for name in INCOMES:
        total += now.people.numbers(name) / (MONTHS if name.endswith("_y") else 1)
    return np.asarray(np.bincount(now.owner, total, now.people.households), np.float64)


def _add(
    now: Roll,
    name: str,
    condition: Mapping[str, Any],
    column: str,
    inside: Flags,
    who: NDArray[np.int64],
    amount: Floats,
) -> None:
    """Some more a month for one member of each household inside: true, and where it shows."""
    shown = inside & _is_registered(now, name, condition)
    for view, here in (("true", inside), ("registry", shown)):
        now.made[column.format(view)][who[here]] += amount[here]


CONDITIONS: Mapping[str, Callable[[Roll, Mapping[str, Any], Flags], None]] = {
    "five_guarantee": _five_guarantee,
    "orphan": _orphan,
    "compensation": _compensation,
    "natural_decrease": _natural_decrease,
    "pension": _pension,
    "other_income": _other_income,
}
"""What a recipe's roll may tell of, by name."""
