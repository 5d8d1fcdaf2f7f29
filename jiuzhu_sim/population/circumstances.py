"""The further circumstances of persons: kinship, schooling, work, health, conduct.

Made only for recipes with `circumstances: true`; every share stands in `circumstances.yaml`. All
draws have purposes of their own, so the other columns stay as they are without circumstances.
Households follow in `household_circumstances`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import codes, column
from jiuzhu_sim.population.conditions import Conditions
from jiuzhu_sim.population.draws import Draws
from jiuzhu_sim.population.household_types import Homes
from jiuzhu_sim.population.recipe import by_area

Columns = dict[str, NDArray[Any]]
Flags = NDArray[np.bool_]
Case = tuple[Flags, Sequence[float]]

RELATION = codes("relation")
BECAUSE = codes("not_counted_because")


@dataclass(frozen=True)
class Scene:
    """What circumstances depend on: `part` are the recipe's numbers for them, `persons` and
    `owned` the columns made before, by person and household, `rank` the income rank."""

    part: Mapping[str, Any]
    homes: Homes
    conditions: Conditions
    rank: NDArray[np.float64]
    persons: Columns
    owned: Columns

    @property
    def draws(self) -> Draws:
        return self.homes.person_draws

    @property
    def age(self) -> NDArray[np.int64]:
        return self.homes.age

    @property
    def has_wage(self) -> Flags:
        return self.persons["wage_m"] > 0

    @property
    def is_first(self) -> Flags:
        first = np.zeros(len(self.homes.age), bool)
        first[self.homes.first] = True
        return first

    @property
    def is_idle_worker(self) -> Flags:
        """Able to work, without wage."""
        return self.conditions.labour_capable & ~self.has_wage

    def shared(self, values: NDArray[Any]) -> NDArray[Any]:
        """Household values, for every person."""
        return values[self.homes.owner]

    def in_area(self, shares: Mapping[str, float]) -> NDArray[np.float64]:
        """A share by area, for every person."""
        return self.shared(by_area(shares)[self.homes.area])

    def number(self, flags: Flags) -> NDArray[np.float64]:
        """How many members have the flag, by household."""
        return self.homes.total(flags.astype(np.float64))


def between(values: NDArray[Any], ends: Sequence[float]) -> Flags:
    """Within both ends."""
    low, high = ends
    return (values >= low) & (values <= high)


def some_amount(draws: Draws, name: str, part: Mapping[str, float], may: Flags) -> NDArray[Any]:
    """Lognormal amounts to ten yuan, for a share of those who may have one."""
    has = np.flatnonzero(may & draws.chance(f"any {name}", part.get("share", 1)))
    few = Draws(draws.seed, draws.ids[has])
    drawn = part["median"] * np.exp(part["spread"] * few.normal(name))
    amount = np.zeros(len(may))
    amount[has] = np.round(np.minimum(drawn, part["most"]), -1)
    return amount


def some_count(draws: Draws, name: str, *cases: Case) -> NDArray[np.int64]:
    """0, 1, 2, … by the shares of the first case that holds; 0 where none does."""
    count, is_open = np.zeros(len(draws.ids), np.int64), np.ones(len(draws.ids), bool)
    for may, shares in cases:
        here = np.flatnonzero(may & is_open)
        count[here] = Draws(draws.seed, draws.ids[here]).pick(name, shares)
        is_open &= ~may
    return count


def some_whole(
    draws: Draws, name: str, low: float, high: NDArray[Any] | float
) -> NDArray[np.float64]:
    """Whole numbers, each from `low` to `high` as likely as the next."""
    return np.floor(draws.between(name, low, high + 1))


def live(now: Scene) -> Columns:
    """All further circumstances of persons, by person."""
    made = {**_kin(now), **_study(now), **_work(now), **_health(now), **_conduct(now)}
    # Who lives in an institution does not live with the others.
    made["is_living_together"] &= ~made["is_in_institution"] | now.is_first
    return made


def _kin(now: Scene) -> Columns:
    """Relation to the head by age, sex, and who counts or lives elsewhere."""
    part, draws, homes = now.part, now.draws, now.homes
    kin = part["relation"]
    gap = now.age - now.shared(now.age[homes.first])
    from_oldest = [gap >= kin["parent_from"], gap > kin["spouse_from"], gap > kin["child_from"]]
    relation = np.select(
        [now.is_first, *from_oldest],
        [RELATION.head, RELATION.parent, RELATION.spouse, RELATION.child],
        RELATION.grandchild,
    )
    is_near = (relation == RELATION.head) | (relation == RELATION.spouse)
    is_adult = now.age >= kin["adult_age"]
    drawn = draws.uniform("relation")
    is_unrelated = is_adult & ~is_near & (drawn < kin["none_share"])
    is_other = is_adult & ~is_near & (drawn > 1 - kin["other_share"])
    relation = np.select([is_unrelated, is_other], [RELATION.none, RELATION.other], relation)
    drawn_female = draws.chance("female", part["female_share"])
    of_head = now.shared(drawn_female[homes.first])
    reasons = part["not_counted_share"]
    may_miss = is_adult & ~now.is_first & ~now.has_wage & ~now.conditions.is_student
    shares = [reasons[name] for name in column("not_counted_because").codes or {}]
    because = some_count(draws, "not counted", (may_miss, shares))
    is_apart = now.has_wage & ~is_near & draws.chance("apart", part["apart_share"])
    parentless = (relation == RELATION.grandchild) & (now.age <= part["orphan"]["age_max"])
    parentless &= now.shared(now.number(relation == RELATION.child) == 0)
    return {
        "relation": relation,
        "is_female": np.where(relation == RELATION.spouse, ~of_head, drawn_female),
        "not_counted_because": because,
        "is_living_together": (because == BECAUSE.none) & ~is_apart,
        "is_orphan": parentless & draws.chance("orphan", part["orphan"]["share"]),
        "is_martyr_child": (now.age <= part["martyr_child"]["age_max"])
        & draws.chance("martyr child", part["martyr_child"]["share"]),
    }


def _study(now: Scene) -> Columns:
    """Stage and year of education by age; who boards, and who pays for a chosen school."""
    part, draws, age = now.part["education"], now.draws, now.age
    names = list(column("education_stage").codes or {})
    stage = np.full(len(age), names.index("none"))
    stage[between(age, part["preschool_ages"])] = names.index("preschool")
    for young, old, shares in part["stages"]:
        here = np.flatnonzero(now.conditions.is_student & between(age, (young, old)))
        picked = Draws(draws.seed, draws.ids[here]).pick("stage", list(shares.values()))
        stage[here] = np.array([names.index(name) for name in shares])[picked]
    begins, years = (np.array([part[key][name] for name in names]) for key in ("begins", "years"))
    at_school = stage != names.index("none")
    boards = np.zeros(len(age))
    is_rural = now.shared(now.homes.area == codes("area").rural)
    for area, here in (("urban", ~is_rural), ("rural", is_rural)):
        shares = np.array([part["boarder_share"][area][name] for name in names])
        boards[here] = shares[stage[here]]
    return {
        "education_stage": stage,
        "study_year": np.clip(age - begins[stage] + 1, 1, years[stage]),
        "is_boarder": draws.chance("boarder", boards),
        "is_self_paid_school": at_school & draws.chance("self-paid", part["self_paid_share"]),
    }


def _work(now: Scene) -> Columns:
    """Unemployment, care, time away, and income of other kinds."""
    part, draws, age = now.part, now.draws, now.age
    idle, has_wage, of = now.is_idle_worker, now.has_wage, now.conditions
    part_care, part_job, part_old = (
        part["care"],
        part["unemployed"],
        part["former_enterprise_worker"],
    )
    needs = of.is_severe | of.serious_illness | (age <= part_care["infant_age_max"])
    other_needs = now.shared(now.number(needs)) > needs
    can_care = between(age, part_care["ages"]) & ~of.is_severe & ~of.serious_illness
    cares = np.where(has_wage, part_care["share"]["of_earners"], part_care["share"]["of_idle"])
    casual = part["unverified_share"]
    unverified = np.select(
        [has_wage, idle], [now.in_area(casual["earners"]), casual["idle_workers"]], casual["others"]
    )
    is_registered = idle & between(age, part_job["ages"])
    is_registered &= draws.chance("registered unemployed", now.in_area(part_job["share"]))
    is_paid = is_registered & draws.chance(
        "unemployment benefit", now.in_area(part_job["benefit_share"])
    )
    benefit = np.round(draws.between("unemployment amount", *part_job["benefit_m"]))
    away = part["away"]
    is_away = has_wage & draws.chance("away", now.in_area(away["share"]))
    is_long = draws.chance("away for long", away["long_share"])
    longest = np.where(is_long, away["long_months_max"], away["months_max"])
    months = some_whole(draws, "months away", 1, longest)
    runs = now.is_first & now.shared(now.owned["has_business"])
    return {
        "is_carer": other_needs & can_care & ~of.is_student & draws.chance("carer", cares),
        "is_income_verified": ~draws.chance("unverified", unverified),
        "business_income_y": some_amount(draws, "business income", part["business_income_y"], runs),
        "property_income_y": some_amount(
            draws, "property income", part["property_income_y"], now.is_first
        ),
        "unemployment_benefit_m": is_paid * benefit,
        "is_registered_unemployed": is_registered,
        "is_former_enterprise_worker": between(age, part_old["ages"])
        & draws.chance("enterprise worker", now.in_area(part_old["share"])),
        "is_key_group": now.persons["preferential_allowance_m"] > 0,
        "months_away": is_away * months,
    }


def _health(now: Scene) -> Columns:
    """Self-care, institution, insurance and what health costs besides."""
    part, draws = now.part, now.draws
    care = part["selfcare"]
    everybody = np.ones(len(now.age), bool)
    failed = some_count(
        draws,
        "self-care",
        (now.conditions.is_severe, care["severe"]),
        (now.age >= care["high_age"], care["of_high_age"]),
        (everybody, care["others"]),
    )
    is_alone = now.shared(now.homes.size == 1)
    housed = care["institution_share"]
    is_housed = draws.chance(
        "institution", np.where(is_alone, housed["alone"], housed["with_others"])
    )
    counted = draws.between("compliant part", *part["medical_compliant_part"])
    return {
        "n_selfcare_failed": failed,
        "is_in_institution": (failed > 0) & is_housed,
        "is_insured": draws.chance("insured", part["insured_share"]),
        "medical_compliant_y": np.round(now.persons["medical_expense_y"] * counted, -1),
        "accident_expense_y": some_amount(draws, "accident", part["accident_expense_y"], everybody),
        "care_expense_y": some_amount(draws, "care expense", part["care_expense_y"], failed > 0),
    }


def _conduct(now: Scene) -> Columns:
    """Referrals refused, public-welfare labour missed, disorder."""
    part, draws, idle = now.part, now.draws, now.is_idle_worker
    rare = part["misconduct"]
    return {
        "n_job_refusals": some_count(draws, "refusals", (idle, part["job_refusals"])),
        "n_labour_absences": some_count(draws, "absences", (idle, part["labour_absences"])),
        "has_misconduct": between(now.age, rare["ages"])
        & draws.chance("misconduct", rare["share"]),
    }
