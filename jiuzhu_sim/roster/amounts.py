"""Benefit and income of each household, held against the standard and against its neighbours."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import columns
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.roster.families import Families
from jiuzhu_sim.roster.fields import MONTHS_OF_PERIOD
from jiuzhu_sim.roster.findings import NOBODY, Found
from jiuzhu_sim.roster.households import Homes
from jiuzhu_sim.roster.persons import Persons
from jiuzhu_sim.roster.reading import money

INCOME_UNITS = ("auto", "yuan/month", "yuan/year", "10k_yuan/year")
MONTHS = 12
TEN_THOUSAND = 1e4
YEARLY_ABOVE = 3.0
"""Households on a roster have less than the standard a head and month; if the typical income is
more than this many times the standard, the column holds years."""
YEAR_RATIO = (8.0, 18.0)
"""A year's amount is 12 months: times 1.5 and by 1.5, for households unlike their neighbours."""
UNIT_RATIO = (TEN_THOUSAND / 10, TEN_THOUSAND * 10)
"""Ten thousand yuan taken for one, or the reverse, for households up to ten times unlike."""
NEIGHBOURS_MIN = 5
"""A median of fewer households says nothing."""
ROUNDING = 1.0
"""Yuan. Benefit is rounded up to the yuan."""
SUPPLEMENTS = ("elder", "minor", "severe", "ill")


@dataclass(frozen=True)
class Amounts:
    """Money of each household in yuan a month, NaN where nothing is stated.

    `paid` is the benefit, supplements included; `income` what is stated for the household;
    `own_income` what is stated for the person of each line, where the roster has it so.
    `income_field` and `paid_field` are the columns they come from, "" where there is none.
    """

    paid: NDArray[np.float64]
    income: NDArray[np.float64]
    own_income: NDArray[np.float64] | None
    paid_field: str
    income_field: str
    income_unit: str


def standards(policy: Policy | None, area: NDArray[Any]) -> NDArray[np.float64]:
    """The standard of each household, yuan a person and month; NaN where there is none.

    A household whose area is not known gets the higher one, so that no doubt rests on a guess.

    >>> from jiuzhu_sim.policy import load_policy
    >>> area = np.array(["urban", "rural", ""], object)
    >>> standards(load_policy("example-county"), area).tolist()
    [780.0, 560.0, 780.0]
    """
    known = {}
    for name in ("urban", "rural"):
        stated = policy.values.get(f"dibao.standard.{name}") if policy else None
        known[name] = float(stated.value) if stated else np.nan
    highest = np.nan if all(map(np.isnan, known.values())) else np.nanmax(list(known.values()))
    made = np.full(len(area), highest)
    for name in known:
        made[area == name] = known[name]
    return made


def read_amounts(
    found: Found,
    families: Families,
    homes: Homes,
    persons: Persons,
    own: frozenset[str],
    policy: Policy | None,
    income_unit: str,
) -> Amounts:
    """Benefit and income with all checks on them; the findings go to `found`."""
    standard = standards(policy, homes.area)
    paid, basic, paid_field, own_paid = _paid(found, families, homes, own)
    income, own_income, income_field, unit = _income(
        found, families, homes, own, standard, income_unit
    )
    made = Amounts(paid, income, own_income, paid_field, income_field, unit)
    line = _lines_of(found, families, paid_field)
    at_income = _lines_of(found, families, income_field)
    if paid_field:
        slip = _slips(found, families, homes, basic, homes.covered, standard, paid_field, line)
        _too_much(found, families, homes, basic, standard, policy, paid_field, line, ~slip)
        gone = (np.nan_to_num(paid) > 0) & ((homes.covered == 0) | homes.is_stopped)
        found.add("R212", paid_field, line[gone], families.spread(paid))
    if income_field:
        slip = _slips(
            found, families, homes, income, homes.members, standard, income_field, at_income
        )
        per_head = income / homes.members
        high = (per_head >= standard) & (np.nan_to_num(paid) > 0) & ~slip
        spread = {"income": families.spread(per_head), "standard": families.spread(standard)}
        found.add("R214", income_field, at_income[high], families.spread(paid), **spread)
    stake = families.spread(paid)
    if persons.dead_field:
        if own_paid is not None:
            stake = np.where(np.isnan(own_paid), stake, own_paid)
        is_paid = families.spread(np.nan_to_num(paid) > 0) | (not paid_field)
        found.add("R211", persons.dead_field, persons.is_dead & is_paid, stake)
    return made


def _lines_of(found: Found, families: Families, name: str) -> NDArray[np.int64]:
    """The line of each household's amount: its first filled cell, else its first line."""
    filled = found.lines.text(name) != ""
    line = families.first_where(filled)
    return np.where(line == NOBODY, families.first, line)


def _by_household(
    families: Families, values: NDArray[np.float64], is_own: bool
) -> NDArray[np.float64]:
    """Amounts of a column that are the household's, or each person's own."""
    if is_own:
        return families.total(values)
    line = families.first_where(~np.isnan(values))
    return np.where(line == NOBODY, np.nan, values[np.maximum(line, 0)])


# --- benefit -------------------------------------------------------------------------------
def _paid(
    found: Found, families: Families, homes: Homes, own: frozenset[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64], str, NDArray[np.float64] | None]:
    """Benefit in all, benefit without stated supplements, its column, and each person's own."""
    lines, held, own_paid = found.lines, {}, None
    for name in ("benefit", "benefit_total", "supplement"):
        values = money(found, name)
        held[name] = _by_household(families, values, name in own)
        own_paid = values if name in own and name == "benefit" else own_paid
    per_head = _by_household(families, money(found, "benefit_per_head"), False)
    supplement = np.nan_to_num(held["supplement"])
    basic = np.where(np.isnan(held["benefit"]), per_head * homes.covered, held["benefit"])
    basic = np.where(np.isnan(basic), held["benefit_total"] - supplement, basic)
    paid = np.where(np.isnan(held["benefit_total"]), basic + supplement, held["benefit_total"])
    names = ("benefit", "benefit_total", "benefit_per_head")
    return paid, basic, next((name for name in names if name in lines), ""), own_paid


def largest_supplement(policy: Policy | None) -> float:
    """The most that category supplements may add, as a share of the standard.

    >>> from jiuzhu_sim.policy import load_policy
    >>> largest_supplement(load_policy("example-county")), largest_supplement(None)
    (0.3, 0.0)
    """
    if policy is None:
        return 0.0
    values = [policy.values.get(f"supplement.{name}_share") for name in SUPPLEMENTS]
    shares = [float(value.value) for value in values if value]
    stacking = policy.values.get("supplement.stacking")
    is_stacked = stacking is not None and stacking.value == "stacked"
    return sum(shares) if is_stacked else max(shares, default=0.0)


def _too_much(
    found: Found,
    families: Families,
    homes: Homes,
    basic: NDArray[np.float64],
    standard: NDArray[np.float64],
    policy: Policy | None,
    name: str,
    line: NDArray[np.int64],
    is_meant: NDArray[np.bool_],
) -> None:
    """R202: more than the standard for each person covered, supplements and rounding allowed."""
    most = standard * homes.covered * (1 + largest_supplement(policy))
    excess = basic - most
    is_much = (excess > ROUNDING) & (homes.covered > 0) & is_meant
    found.add(
        "R202",
        name,
        line[is_much],
        families.spread(excess),
        paid=families.spread(basic),
        most=families.spread(most),
        covered=families.spread(homes.covered),
        standard=families.spread(standard),
    )


# --- income --------------------------------------------------------------------------------
def _income(
    found: Found,
    families: Families,
    homes: Homes,
    own: frozenset[str],
    standard: NDArray[np.float64],
    unit: str,
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None, str, str]:
    """Stated income of each household and of each person, its column, and the unit used; R217."""
    names = [n for n in ("income", "income_own", "income_per_head") if n in found.lines]
    nothing = np.full(len(families), np.nan)
    if not names:
        return nothing, None, "", ""
    held, own_income, used = {}, None, ""
    for name in names:
        values = money(found, name)
        total = _by_household(families, values, name in own)
        heads = 1.0 if name == "income_per_head" else homes.members
        factor, name_unit = _factor(found, name, total / heads, standard, unit)
        used = used or name_unit
        held[name] = total * factor * (homes.members if name == "income_per_head" else 1.0)
        own_income = values * factor if name in own else own_income
    income = nothing
    for name in names:
        income = np.where(np.isnan(income), held[name], income)
    main = next((n for n in ("income", "income_per_head", "income_own") if n in names), "")
    line = _lines_of(found, families, main)
    found.add("R217", main, line[_is_blank(found, families, names)])
    high = columns()["transfer_m"].high or np.inf
    beyond = income > high
    found.add("R120", main, line[beyond], most=high, field=main)
    return np.where(beyond, np.nan, income), own_income, main, used


def _is_blank(found: Found, families: Families, names: list[str]) -> NDArray[np.bool_]:
    """Households in which every cell of income is blank, not merely unreadable."""
    filled = np.zeros(len(families), bool)
    for name in names:
        filled |= families.first_where(found.lines.text(name) != "") != NOBODY
    return ~filled


def _factor(
    found: Found,
    name: str,
    per_head: NDArray[np.float64],
    standard: NDArray[np.float64],
    unit: str,
) -> tuple[float, str]:
    """What to multiply amounts read as yuan a month with, and the unit taken."""
    stated = found.lines.spots[name][0].meaning
    months = MONTHS_OF_PERIOD.get(stated.period)
    if months:
        return 1.0, ""
    if unit == "auto":
        known = per_head[np.nan_to_num(per_head) > 0]
        typical = float(np.median(known)) if known.size else 0.0
        usual = float(np.nanmedian(standard)) if (~np.isnan(standard)).any() else np.nan
        unit = "yuan/year" if typical > YEARLY_ABOVE * usual else "yuan/month"
    yuan = TEN_THOUSAND if unit.startswith("10k") and stated.yuan is None else 1.0
    return yuan / (1 if unit == "yuan/month" else MONTHS), unit


# --- slips ---------------------------------------------------------------------------------
def _slips(
    found: Found,
    families: Families,
    homes: Homes,
    amount: NDArray[np.float64],
    heads: NDArray[np.float64],
    standard: NDArray[np.float64],
    name: str,
    line: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """R207: about twelve times the area's median a head; R208: about ten thousand times or parts.

    Returns the households with such a slip: what else their amount seems to say is not told.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        monthly = amount / heads
    median = _medians(np.where(np.isfinite(monthly) & (monthly > 0), monthly, np.nan), homes.area)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = monthly / median
    # What is below the standard is no odd amount, whatever the neighbours have.
    is_high = np.isnan(standard) | (monthly > standard)
    year = (ratio >= YEAR_RATIO[0]) & (ratio <= YEAR_RATIO[1]) & is_high
    unit = (ratio >= UNIT_RATIO[0]) & (ratio <= UNIT_RATIO[1])
    unit |= (ratio <= 1 / UNIT_RATIO[0]) & (ratio >= 1 / UNIT_RATIO[1])
    suspected = np.where(ratio > 1, amount / TEN_THOUSAND, amount * TEN_THOUSAND)
    details = {"monthly": families.spread(monthly), "median": families.spread(median)}
    ratios = families.spread(ratio)
    stake = families.spread(amount - amount / MONTHS)
    found.add("R207", name, line[year], stake, ratio=ratios, **details)
    found.add("R208", name, line[unit], families.spread(np.abs(amount - suspected)), **details)
    return np.asarray(year | unit)


def _medians(values: NDArray[np.float64], area: NDArray[Any]) -> NDArray[np.float64]:
    """The median of each household's area, of all where the area has few; NaN where all are few."""
    made = np.full(len(values), np.nan)
    if (~np.isnan(values)).sum() >= NEIGHBOURS_MIN:
        made[:] = np.nanmedian(values)
    for name in ("urban", "rural"):
        here = (area == name) & ~np.isnan(values)
        if here.sum() >= NEIGHBOURS_MIN:
            made[area == name] = np.median(values[here])
    return made
