"""Random persons and households for tests: money in whole fen, many values right on a threshold."""

import numpy as np

SIZES = np.arange(1, 9)
SIZE_SHARES = (0.2, 0.25, 0.2, 0.14, 0.09, 0.06, 0.03, 0.03)
EDGE_AGES = (0, 16, 17, 18, 19, 58, 59, 60, 61, 68, 69, 70, 71, 100)

# Share of persons who have it, and the largest amount in yuan.
MONEY = {
    "wage_m": (0.3, 4_000),
    "farm_income_y": (0.3, 12_000),
    "pension_basic_m": (0.2, 300),
    "pension_other_m": (0.1, 1_500),
    "preferential_allowance_m": (0.1, 800),
    "disability_allowance_m": (0.1, 200),
    "transfer_m": (0.2, 900),
    "medical_expense_y": (0.2, 20_000),
    "tuition_y": (0.15, 8_000),
}
HUGE = {"wage_m": 1_000_000, "farm_income_y": 10_000_000}
"""The largest amounts that may be read."""


def random_tables(seed, households, policy):
    """Persons and households as two mappings of columns; thresholds are those of `policy`.

    A third of the households have an income right at a standard or at the edge limit, give or
    take a fen; others have none, or an enormous one; savings often lie right at their limit.
    """
    rng = np.random.default_rng(seed)
    sizes = rng.choice(SIZES, households, p=SIZE_SHARES)
    first = np.cumsum(sizes) - sizes
    homes = _homes(rng, sizes, policy)
    persons = {"household_id": np.repeat(np.arange(households), sizes)}
    persons |= _persons(rng, len(persons["household_id"]))
    fate = rng.choice(["any", "none", "huge", "at"], households, p=[0.55, 0.07, 0.03, 0.35])
    moneyless = np.repeat(fate != "any", sizes)
    for name in MONEY:
        persons[name] = np.where(moneyless, 0.0, persons[name])
    for name, amount in HUGE.items():
        persons[name][first[fate == "huge"]] = amount
    at = fate == "at"
    persons["transfer_m"][first[at]] = _at_threshold(rng, sizes, homes["area"], policy)[at]
    return persons, homes


def fen(yuan):
    """Amounts in yuan as the nearest amounts of whole fen."""
    return np.round(np.asarray(yuan, float) * 100) / 100


def _persons(rng, n):
    grade = np.where(rng.random(n) < 0.15, rng.integers(1, 5, n), 0)
    columns = {
        "age": np.where(rng.random(n) < 0.4, rng.choice(EDGE_AGES, n), rng.integers(0, 100, n)),
        "disability_grade": grade,
        "disability_kind": rng.integers(0, 5, n),
        "serious_illness": rng.random(n) < 0.06,
        "is_student": rng.random(n) < 0.1,
        "labour_capable": rng.random(n) < 0.6,
    }
    for name, (share, high) in MONEY.items():
        amount = rng.integers(0, high * 100 + 1, n)
        whole = rng.random(n) < 0.5
        amount = np.where(whole, amount // 100 * 100, amount)
        columns[name] = np.where(rng.random(n) < share, amount, 0) / 100
    return columns


def _standards(area, policy):
    urban, rural = policy["dibao.standard.urban"], policy["dibao.standard.rural"]
    return np.where(area == "urban", urban, rural)


def _homes(rng, sizes, policy):
    n = len(sizes)
    area = np.where(rng.random(n) < 0.4, "urban", "rural")
    months = min(policy["assets.savings_max_months"], 600)
    limit = _standards(area, policy) * sizes * months
    off = rng.choice([-0.01, 0, 0, 0.01], n)
    savings = np.where(
        rng.random(n) < 0.3, np.maximum(fen(limit) + off, 0), rng.integers(0, 9000, n)
    )
    return {
        "area": area,
        "township": rng.choice(["东乡", "西乡", "城关镇"], n),
        "n_vehicles": (rng.random(n) < 0.06).astype(int),
        "n_homes": rng.choice([0, 1, 2, 3], n, p=[0.1, 0.7, 0.15, 0.05]),
        "savings": fen(savings),
        "has_business": rng.random(n) < 0.05,
        "weight": fen(rng.uniform(0.5, 20, n)),
    }


def _at_threshold(rng, sizes, area, policy):
    """Household incomes at the standard or the edge limit, or some fen beside it."""
    times = rng.choice([1.0, policy["edge.ratio"]], len(sizes))
    offset = rng.choice([-2, -1, -1, 0, 0, 0, 1], len(sizes)) * rng.choice(
        [1, 1, 5, 20], len(sizes)
    )
    return np.maximum(fen(_standards(area, policy) * times * sizes) + offset / 100, 0)
