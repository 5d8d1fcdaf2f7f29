"""The further circumstances of households: obligors, dibao so far, home, bills, emergencies."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import codes
from jiuzhu_sim.population.circumstances import (
    RELATION,
    Columns,
    Flags,
    Scene,
    some_amount,
    some_count,
    some_whole,
)
from jiuzhu_sim.population.draws import Draws
from jiuzhu_sim.population.incomes import MONTHS
from jiuzhu_sim.population.recipe import along, by_area

MONTHLY = (
    "wage_m",
    "pension_basic_m",
    "pension_other_m",
    "preferential_allowance_m",
    "disability_allowance_m",
    "transfer_m",
    "unemployment_benefit_m",
)
YEARLY = ("farm_income_y", "business_income_y", "property_income_y")


def fare(now: Scene) -> Columns:
    """All further circumstances of households; `now.persons` has those of the persons."""
    monthly = sum((now.persons[name] for name in MONTHLY), np.zeros(len(now.age)))
    yearly = sum((now.persons[name] for name in YEARLY), np.zeros(len(now.age)))
    income = now.homes.total(monthly + yearly / MONTHS)
    return {
        **_support(now),
        **_dibao_so_far(now),
        **_home(now, income),
        **_belongings(now),
        **_mishaps(now),
    }


def _is_rural(now: Scene) -> Flags:
    return now.homes.area == codes("area").rural


def _by_rank(now: Scene, ends: dict[str, list[float]]) -> NDArray[np.float64]:
    """A share by area that runs between its ends with the income rank."""
    return np.where(_is_rural(now), along(ends["rural"], now.rank), along(ends["urban"], now.rank))


def _support(now: Scene) -> Columns:
    """Who outside owes support, and what comes of it; single parents."""
    part, draws = now.part["obligors"], now.homes.draws
    relation = now.persons["relation"]
    is_minor = now.age < now.part["relation"]["adult_age"]
    is_single = now.number((relation == RELATION.child) & is_minor) > 0
    is_single &= now.number(relation == RELATION.spouse) == 0
    has_grandchild = now.number(relation == RELATION.grandchild) > 0
    number = some_count(
        draws,
        "obligors",
        (now.number(now.age < part["elder_age"]) == 0, part["elders_only"]),
        (has_grandchild & (now.number(relation == RELATION.child) == 0), part["grandparents"]),
        (is_single, part["single_parent"]),
        (np.ones(len(is_single), bool), part["others"]),
    )
    has = number > 0
    paid = part["paid"]
    is_paid = has & draws.chance("support", paid["share"])
    without, known = part["unable_share"]["without"], part["unable_share"]["with"]
    is_unable = draws.chance("unable obligors", np.where(has, known, without))
    return {
        "is_single_parent": is_single,
        "n_obligors": number,
        "obligor_income_m": some_amount(draws, "obligor income", part["income_m"], has),
        "n_obligor_family": 1 + some_count(draws, "obligor family", (has, part["family"])),
        "n_supported": 1 + some_count(draws, "supported", (has, part["supported"])),
        "support_paid_m": is_paid * np.round(draws.between("support paid", *paid["amount_m"]), -1),
        "has_able_obligor": ~is_unable | (now.number(now.conditions.labour_capable) > 0),
    }


def _dibao_so_far(now: Scene) -> Columns:
    """Poverty registers, dibao now (roughly, by the income rank) and how it has gone."""
    part, draws = now.part, now.homes.draws
    dibao, monitored = part["dibao_now"], part["relapse_monitored"]
    is_registered = draws.chance("registered poor", _by_rank(now, part["registered_poor"]))
    watched = np.where(
        is_registered,
        along(monitored["of_registered"], now.rank),
        _by_rank(now, monitored["of_others"]),
    )
    gets = draws.chance("dibao now", np.interp(now.rank, dibao["rank"], dibao["share"]))
    return {
        "is_registered_poor": is_registered,
        "is_relapse_monitored": draws.chance("relapse monitored", watched),
        **roster(part, draws, now.homes.size, now.rank, gets),
        "approval_month": some_whole(draws, "approval month", 1, MONTHS),
        "months_since_recognised": some_whole(
            draws, "months recognised", 0, part["recognised_months_max"]
        ),
    }


def roster(
    part: Mapping[str, Any],
    draws: Draws,
    size: NDArray[np.int64],
    rank: NDArray[np.float64],
    gets: Flags,
) -> Columns:
    """What follows from being in dibao now or not (`gets`); all by household."""
    dibao = part["dibao_now"]
    is_part = (size > 1) & draws.chance("in part", dibao["part_share"])
    covered = np.where(is_part, some_whole(draws, "covered", 1, size - 1), size) * gets
    a_head = along(dibao["a_head_m"], rank) * draws.between(
        "benefit a head", *dibao["a_head_spread"]
    )
    risen = dibao["risen"]
    is_risen = gets & (rank > risen["rank_from"]) & draws.chance("risen", risen["share"])
    return {
        "was_dibao": gets,
        "n_covered_now": covered,
        "current_benefit_m": np.round(a_head) * covered,
        "months_above_standard": is_risen
        * some_whole(draws, "months above", 1, risen["months_max"]),
        "has_left_this_semester": ~gets & draws.chance("left", part["left_this_semester_share"]),
        "n_missed_signins": some_count(draws, "sign-ins", (gets, part["signins_missed"])),
        "months_not_collected": some_count(draws, "not collected", (gets, part["not_collected"])),
        "has_missed_renewal": gets & draws.chance("renewal", part["missed_renewal_share"]),
    }


def _home(now: Scene, income: NDArray[np.float64]) -> Columns:
    """Bills, living cost and what registers see beside the monthly income of the household."""
    part, draws, size = now.part, now.homes.draws, now.homes.size
    made: Columns = {}
    for name, bill in part["bills"].items():
        spread = np.exp(bill["spread"] * draws.normal(name))
        made[name] = np.round((bill["home"] + bill["member"] * size) * spread, 1)
    cost, seen = part["living_cost"], part["registry"]
    least = draws.between("least cost", *cost["least_m"]) * size
    spent = income * draws.between("living cost", *cost["part"])
    has_more = draws.chance("more in registers", seen["more_share"])
    more = income * draws.between("times more", *seen["more_times"])
    more = more + draws.between("further income", *seen["more_m"])
    part_seen = income * draws.between("part in registers", *seen["part"])
    made["living_cost_m"] = np.round(np.maximum(spent, least), -1)
    made["registry_income_m"] = np.round(np.where(has_more, more, part_seen))
    made["is_dwelling_unsafe"] = draws.chance("unsafe", _by_rank(now, part["unsafe_dwelling"]))
    return made


def _belongings(now: Scene) -> Columns:
    """Machines, premiums, land and compensation."""
    part, draws = now.part, now.homes.draws
    farms = now.homes.total(now.persons["farm_income_y"]) > 0
    land, paid = part["land"], part["compensation"]
    share = np.where(farms, land["share"]["farming"], land["share"]["not_farming"])
    has_land = _is_rural(now) & draws.chance("land", share)
    mu = draws.between("mu a head", *land["mu_a_head"]) * now.homes.size
    is_paid = draws.chance("compensation", by_area(paid["share"])[now.homes.area])
    since = some_whole(draws, "months since compensation", 0, paid["months_max"])
    everybody = np.ones(len(farms), bool)
    return {
        "n_farm_machines": some_count(draws, "machines", (farms, part["farm_machines"])),
        "insurance_premium_y": some_amount(
            draws, "premium", part["insurance_premium_y"], everybody
        ),
        "land_mu": has_land * np.round(mu, 1),
        "compensation": is_paid * np.round(draws.between("compensation paid", *paid["amount"]), -2),
        "months_since_compensation": is_paid * since,
    }


def _mishaps(now: Scene) -> Columns:
    """Disaster, emergency and death."""
    part, draws = now.part, now.homes.draws
    everybody, death = np.ones(len(now.rank), bool), part["deaths"]
    has_elder = now.number(now.age >= death["high_age"]) > 0
    return {
        "disaster_expense_y": some_amount(draws, "disaster", part["disaster_expense_y"], everybody),
        "emergency_need": some_amount(draws, "emergency", part["emergency_need"], everybody),
        "n_deaths_y": some_count(
            draws, "deaths", (has_elder, death["elders"]), (everybody, death["others"])
        ),
    }
