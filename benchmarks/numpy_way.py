"""The example county in whole-array NumPy: reduceat over members, bincount over groups."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.array_measures import ArrayMeasures, Outcome
from benchmarks.ways import HALF_FEN, MONTHS, Array
from jiuzhu_sim import Policy

MENTAL = ("intellectual", "psychiatric")
DIBAO, EDGE = 2, 1


@dataclass
class Gathered:
    """What is summed and counted over members; a move of the standard leaves it as it is."""

    members: Array
    income: Array
    income_pc: Array
    severe: Array
    aged: Array
    both: Array
    category: Array


class NumpyWay(ArrayMeasures):
    """Arrays of all persons and of all households, each step on the whole array, one thread."""

    name = "NumPy"

    def prepare(self, persons: pd.DataFrame, households: pd.DataFrame) -> None:
        texts = ("area", "township", "disability_kind", "household_id")
        tables = (persons, households)
        self.columns = {
            name: table[name].to_numpy() for table in tables for name in table if name not in texts
        }
        owner = persons["household_id"].to_numpy()
        kind, township = persons["disability_kind"].to_numpy(), households["township"].to_numpy()
        self.columns |= {
            "start": np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]]),
            "is_mental": (kind == MENTAL[0]) | (kind == MENTAL[1]),
            "is_urban": np.asarray(households["area"].to_numpy() == "urban"),
            "township": np.unique(township.astype(str), return_inverse=True)[1],
        }

    def simulate(self, policy: Policy) -> Outcome:
        return self._judged(self._gathered(policy.arguments), policy.arguments)

    def move(self, base: Outcome, policy: Policy) -> Outcome:
        return self._judged(base.gathered, policy.arguments)

    def _gathered(self, law: Any) -> Gathered:
        of, start = self.columns, self.columns["start"]
        cost = np.minimum(
            of["wage_m"] * law["income_employment_cost_share"], law["income_employment_cost_cap"]
        )
        income_of_person = (
            of["wage_m"] - cost + of["farm_income_y"] / MONTHS + of["pension_other_m"]
            + of["transfer_m"]
        )  # fmt: skip
        grade, age = of["disability_grade"], of["age"]
        grade_max = np.where(
            of["is_mental"],
            law["disability_severe_grade_max_mental"],
            law["disability_severe_grade_max"],
        )
        is_severe = ((grade > 0) & (grade <= grade_max)) | of["serious_illness"]
        is_aged = (age >= law["category_elder_age"]) | (age < law["category_minor_age"])
        is_b = (age >= law["category_young_elder_age"]) | (grade > 0) | of["is_student"]
        members = np.diff(start, append=len(age))
        expense_y = np.add.reduceat(of["medical_expense_y"] + of["tuition_y"], start)
        deduction = expense_y * law["income_expenditure_deduction_share"] / MONTHS
        income = np.maximum(np.add.reduceat(income_of_person, start) - deduction, 0)
        severe, aged, both = (
            np.add.reduceat(flags, start, dtype=np.int64)
            for flags in (is_severe, is_aged, is_severe & is_aged)
        )
        category = np.where(
            (severe > 0) | (aged > 0), 0, np.where(np.logical_or.reduceat(is_b, start), 1, 2)
        )
        return Gathered(members, income, income / members, severe, aged, both, category)

    def _judged(self, home: Gathered, law: Any) -> Outcome:
        of, urban = self.columns, self.columns["is_urban"]
        standard = np.where(
            urban, float(law["dibao_standard_urban"]), float(law["dibao_standard_rural"])
        )
        homes_max = np.where(urban, law["assets_homes_max_urban"], law["assets_homes_max_rural"])
        need = standard * home.members
        limit = need * law["assets_savings_max_months"]
        passed = (
            (of["n_vehicles"] <= law["assets_vehicles_max"])
            & (of["n_homes"] <= homes_max)
            & (of["savings"] - limit <= HALF_FEN)
            & ~of["has_business"]
        )
        dibao = passed & (need - home.income > HALF_FEN)
        edge = passed & (need * law["edge_ratio"] - home.income > HALF_FEN) & ~dibao
        gap = np.ceil(need - home.income - HALF_FEN)
        gap = np.maximum(gap, home.members * law["dibao_benefit_minimum"])
        only_aged = (home.aged - home.both) * law["supplement_elder_share"]
        severe = home.severe * law["supplement_severe_share"]
        full = np.ceil(standard - HALF_FEN) * home.severe
        benefit = np.where(dibao, gap + standard * (only_aged + severe), 0)
        return Outcome(
            gathered=home,
            members=home.members,
            income_pc=home.income_pc,
            category=home.category,
            standard=standard,
            layer=np.where(dibao, DIBAO, np.where(edge, EDGE, 0)),
            recipients=np.where(dibao, home.members, np.where(edge, home.severe, 0)),
            benefit=np.where(edge, full + standard * severe, benefit),
        )

    def held(self) -> int:
        return sum(values.nbytes for values in self.columns.values())
