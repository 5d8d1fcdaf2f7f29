"""Measures on whole arrays in NumPy, for the ways that end in arrays by household."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.ways import BANDS, DECILES, HALF_FEN, LARGE, MONTHS, Array

CATEGORIES = np.array(["A", "B", "C"])
LAYERS = np.array(["none", "edge", "dibao"])


@dataclass
class Outcome:
    """Arrays by household; `gathered`: whatever a move of the standard leaves as it is."""

    gathered: Any
    members: Array
    income_pc: Array
    category: Array
    standard: Array
    layer: Array
    recipients: Array
    benefit: Array


class ArrayMeasures:
    """`totals`, `poverty`, `winners`, `deciles`, `answers` of a way that has `columns`."""

    columns: dict[str, Array]

    def totals(self, outcome: Outcome) -> Array:
        of, weight = self.columns, self.columns["weight"]
        townships = int(of["township"].max()) + 1
        group = ~of["is_urban"] * len(CATEGORIES) + outcome.category
        group = group * townships + of["township"]
        made = np.column_stack(
            [
                np.bincount(group, weight * y)
                for y in (outcome.recipients > 0, outcome.recipients, outcome.benefit * MONTHS)
            ]
        )
        made = made[np.bincount(group) > 0]
        table = np.vstack([made, made.sum(0)])
        with np.errstate(invalid="ignore"):
            return np.column_stack([table, table[:, 2] / MONTHS / table[:, 1]])

    def poverty(self, outcome: Outcome) -> Array:
        members, line = outcome.members, outcome.standard
        weight = self.columns["weight"] * members
        rows = []
        for income in (outcome.income_pc, outcome.income_pc + outcome.benefit / members):
            poor = (line - income) * members > HALF_FEN
            gap = np.where(poor, (line - income) / line, 0)
            fgt = [(weight * y).sum() / weight.sum() for y in (gap > 0, gap, gap * gap)]
            rows.append([*fgt, _gini(income, weight)])
        return np.array(rows)

    def winners(self, base: Outcome, new: Outcome) -> Array:
        weight, gain = self.columns["weight"], new.benefit - base.benefit
        before, after = (base.income_pc + of.benefit / base.members for of in (base, new))
        large = np.abs(after - before) > LARGE * before
        gained, lost = gain > HALF_FEN, gain < -HALF_FEN
        band = np.select([gained & large, gained, lost & large, lost], [0, 1, 4, 3], 2)
        return np.column_stack(
            [np.bincount(band, y, BANDS) for y in (weight, weight * gain * MONTHS)]
        )

    def deciles(self, base: Outcome, new: Outcome) -> Array:
        weight = self.columns["weight"] * base.members
        decile = _decile(base.income_pc, weight)
        gain = new.benefit - base.benefit
        columns = (base.income_pc, gain / base.members, gain > HALF_FEN, gain < -HALF_FEN)
        persons = np.bincount(decile, weight, DECILES)
        return np.column_stack(
            [np.bincount(decile, weight * y, DECILES) / persons for y in columns]
        )

    def answers(self, outcome: Outcome) -> dict[str, Array]:
        return {
            "benefit": outcome.benefit,
            "layer": LAYERS[outcome.layer],
            "category": CATEGORIES[outcome.category],
        }


def _gini(income: Array, weight: Array) -> float:
    """Weighted Gini coefficient; each household stands at the middle of its persons."""
    order = np.argsort(income)
    rising, persons = income[order], weight[order]
    middle = (np.cumsum(persons) - persons / 2) / persons.sum()
    money = persons * rising
    return float((money * (2 * middle - 1)).sum() / money.sum())


def _decile(income: Array, weight: Array) -> Array:
    """Deciles by weight; equal incomes stand where the first of them stands."""
    order = np.argsort(income)
    rising, persons = income[order], weight[order]
    upto = np.cumsum(persons)
    is_first = np.r_[True, rising[1:] != rising[:-1]]
    before = np.maximum.accumulate(np.where(is_first, upto - persons, 0))
    found = np.empty(len(income), np.int64)
    found[order] = np.minimum(before / upto[-1] * DECILES + 1e-9, DECILES - 1)
    return found
