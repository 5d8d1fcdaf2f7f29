"""Months typed by hand: a few households, their statuses, money and what the office did."""

import numpy as np

from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.months.results import Months
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables

POLICY = load_policy("example-county")
AREA = ("urban", "rural")
CODES, FLAGS = ("status", "reason", "category"), ("reviewed", "visited", "matched")


def small_months(*, opening, opening_persons, weight=None, area=None, months=None, **kept):
    """`Months` of given arrays (months, households); those not given are zeros, or missing when
    nothing is given (a run that kept no households)."""
    homes = len(opening)
    area = ["urban", "urban", *["rural"] * (homes - 2)] if area is None else area
    people = people_from_tables(
        {"household_id": np.arange(homes)},
        {"area": list(area), "township": ["甲乡"] * homes, "weight": weight or [1.0] * homes}
        if not isinstance(weight, np.ndarray)
        else {"area": list(area), "township": ["甲乡"] * homes, "weight": weight},
    )
    n = months or len(next(iter(kept.values())))
    arrays = {}
    if kept:
        shape = (n, homes)
        arrays = {name: np.zeros(shape, np.int8) for name in CODES}
        arrays |= {name: np.zeros(shape, bool) for name in FLAGS}
        arrays |= {name: np.zeros(shape) for name in ("paid", "due")}
        arrays["persons"] = np.zeros(shape, np.int16)
        arrays |= {name: np.asarray(values, arrays[name].dtype) for name, values in kept.items()}
    return Months(
        people=people,
        policies=(POLICY,) * n,
        start="2025-01",
        assumptions=assumptions(),
        money=np.zeros((n, len(accounts()))),
        owed=np.zeros((n, len(accounts()))),
        counts={"signins": np.zeros(n)},
        opening_status=np.asarray(opening, np.int8),
        opening_persons=np.asarray(opening_persons, np.int16),
        **arrays,
    )
