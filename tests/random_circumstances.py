"""Random further circumstances for tests: money in whole fen, many values right on a threshold.

Independent of the synthesizer: any value may meet any other, plausible or not.
"""

import numpy as np

from jiuzhu_sim.columns import columns

# Values at which laws tend to turn, and beside them; amounts in yuan.
COUNTS = {
    "study_year": (1, 2, 3, 4, 6),
    "n_selfcare_failed": (0, 1, 2, 3, 4, 5, 6),
    "months_away": (0, 2, 3, 4, 5, 6, 7, 12, 36),
    "n_job_refusals": (0, 1, 2, 3, 4),
    "n_labour_absences": (0, 1, 2, 3, 4),
    "n_farm_machines": (0, 1, 2),
    "months_since_compensation": (0, 1, 11, 12, 13, 23, 24, 25),
    "n_obligors": (0, 1, 2, 3, 4),
    "n_obligor_family": (1, 2, 3, 4, 5),
    "n_supported": (1, 2, 3, 4),
    "n_covered_now": (0, 1, 2, 3, 4, 5, 6),
    "months_above_standard": (0, 1, 3, 5, 6, 7, 11, 12, 13),
    "months_since_review": (0, 1, 5, 6, 7, 11, 12, 13, 24),
    "approval_month": tuple(range(1, 13)),
    "months_since_recognised": (0, 1, 5, 6, 7, 11, 12, 13, 24, 25),
    "n_missed_signins": (0, 1, 2, 3, 4),
    "months_not_collected": (0, 1, 2, 3, 4, 6),
    "n_deaths_y": (0, 1, 2),
}
MONEY = {
    "business_income_y": (0, 100, 12_000, 30_000),
    "property_income_y": (0, 100, 1_200, 10_000),
    "unemployment_benefit_m": (0, 900, 1_500),
    "accident_expense_y": (0, 500, 2_000, 10_000, 50_000),
    "care_expense_y": (0, 500, 2_000, 10_000, 20_000),
    "medical_compliant_y": (0, 1_000, 3_000, 5_000, 10_000, 20_000, 50_000, 100_000),
    "insurance_premium_y": (0, 500, 5_000, 10_000, 20_000),
    "water_bill_m": (0, 10, 50, 100),
    "electricity_bill_m": (0, 50, 100, 200),
    "phone_bill_m": (0, 30, 100, 200),
    "living_cost_m": (0, 300, 600, 1_500),
    "registry_income_m": (0, 300, 600, 1_500, 4_000),
    "land_mu": (0, 0.5, 1, 2, 10),
    "compensation": (0, 1_000, 10_000, 50_000),
    "obligor_income_m": (0, 900, 1_800, 3_000, 6_000),
    "support_paid_m": (0, 50, 100, 300),
    "current_benefit_m": (0, 100, 300, 1_000),
    "disaster_expense_y": (0, 500, 2_000, 10_000),
    "emergency_need": (0, 500, 800, 1_000, 3_000, 5_000, 50_000),
}
IN_STANDARDS = {
    "living_cost_m": (1, 1.5),
    "registry_income_m": (1, 1.2, 1.5, 2),
    "obligor_income_m": (1, 1.5, 2, 3),
    "current_benefit_m": (0.5, 1),
    "compensation": (1, 12, 24),
    "water_bill_m": (0.1, 0.3, 1),
    "electricity_bill_m": (0.1, 0.3, 1),
    "phone_bill_m": (0.1, 0.3, 1),
}
"""Amounts that laws compare with the standard: how many, for the household or a head."""

STEPS = (0, 1, 2, 3, 6, 12)
"""Counts above the lowest there may be, of a column that is not listed above."""

SUMS = (0, 100, 1_000, 10_000)
"""Amounts of a column that is not listed above."""

RARE = {
    "not_counted_because",
    "has_misconduct",
    "is_self_paid_school",
    "n_job_refusals",
    "n_labour_absences",
    "months_away",
    "n_farm_machines",
    "insurance_premium_y",
    "water_bill_m",
    "electricity_bill_m",
    "phone_bill_m",
    "registry_income_m",
    "compensation",
    "has_left_this_semester",
    "n_missed_signins",
    "has_missed_renewal",
    "months_not_collected",
    "has_applied",
}
"""What may stop all else, so that it must not meet most households."""

PLAIN_SHARE = 0.25  # households with the defaults only
OFTEN, SELDOM = 0.4, 0.04  # share of the others that have something but the default
HEAD_SHARE = 0.8  # households whose first member is the head; else anybody, or several


def random_circumstances(seed, sizes, policy=None):
    """Person and household columns with all inputs that have a default; codes are names.

    `sizes` are the persons of each household, who follow household by household. With a `policy`
    amounts also lie at multiples of its standards, give or take a fen.
    """
    rng, untold = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    sizes = np.asarray(sizes)
    has_any = rng.random(len(sizes)) >= PLAIN_SHARE
    standard = _standards(rng, sizes, policy)
    made = {"person": {}, "household": {}}
    for name, entry in columns().items():
        if entry.kind != "input" or entry.default is None:
            continue
        may, near = has_any, standard
        if entry.level == "person":
            may, near = np.repeat(may, sizes), np.repeat(near, sizes)
        # Of a column that no recipe draws: seldom, and so that the others stay as they are.
        draws, is_rare = (rng, name in RARE) if entry.drawn else (untold, True)
        has = may & (draws.random(len(may)) < (SELDOM if is_rare else OFTEN))
        drawn = _drawn(draws, entry, len(may), near)
        made[entry.level][name] = np.where(has, drawn, entry.default)
    relation = made["person"]["relation"]
    first = np.cumsum(sizes) - sizes
    relation[first[rng.random(len(sizes)) < HEAD_SHARE]] = "head"
    return made["person"], made["household"]


def _standards(rng, sizes, policy):
    """The urban or rural standard, for the household or a head; NaN without a policy."""
    if policy is None:
        return np.full(len(sizes), np.nan)
    each = [policy["dibao.standard.urban"], policy["dibao.standard.rural"]]
    return rng.choice(each, len(sizes)) * np.where(rng.random(len(sizes)) < 0.7, sizes, 1)


def _drawn(rng, entry, n, standard):
    """Half at or beside a threshold, some at the ends of the range, the rest between."""
    if entry.dtype == "bool":
        return np.full(n, not entry.default)
    if entry.codes:
        return rng.choice(list(entry.codes), n)
    kind = rng.choice(["at", "between", "end"], n, p=[0.55, 0.42, 0.03])
    ends = rng.choice([entry.low, entry.high], n)
    if entry.dtype != "float64":
        near = [int(entry.low) + step for step in STEPS if entry.low + step <= entry.high]
        at = COUNTS.get(entry.name, near)
        between = rng.integers(min(at), max(at) + 1, n)
        drawn = np.select([kind == "at", kind == "between"], [rng.choice(at, n), between], ends)
        return drawn.astype(int)
    sums = MONEY.get(entry.name, SUMS)
    at = rng.choice(sums, n).astype(float)
    if entry.name in IN_STANDARDS:
        several = standard * rng.choice(IN_STANDARDS[entry.name], n)
        at = np.where(np.isfinite(several) & (rng.random(n) < 0.7), several, at)
    at = np.round(at * 100) + rng.choice([-1, 0, 0, 0, 1], n)
    between = rng.integers(0, max(sums) * 120 + 1, n)
    fen = np.select([kind == "at", kind == "between"], [at, between], ends * 100)
    return np.clip(np.round(fen) / 100, entry.low, entry.high)
