"""The example county as a fluent analyst writes it with pandas: assign, groupby, merge."""

import numpy as np
import pandas as pd

from benchmarks.ways import BANDS, DECILES, HALF_FEN, LARGE, MONTHS, Array
from jiuzhu_sim import Policy

AREA = pd.CategoricalDtype(["urban", "rural"])
CATEGORY = pd.CategoricalDtype(["A", "B", "C"])
LAYER = pd.CategoricalDtype(["none", "edge", "dibao"])


class PandasWay:
    """Two DataFrames; text columns as categories; the household table is kept for a move."""

    name = "pandas"
    persons: pd.DataFrame
    households: pd.DataFrame

    def prepare(self, persons: pd.DataFrame, households: pd.DataFrame) -> None:
        self.persons = persons.astype({"disability_kind": "category"})
        self.households = households.astype({"area": AREA, "township": "category"})

    def simulate(self, policy: Policy) -> pd.DataFrame:
        return self._judged(self._gathered(policy), policy)

    def move(self, base: pd.DataFrame, policy: Policy) -> pd.DataFrame:
        """A move of the standard leaves everything gathered from persons as it is."""
        return self._judged(base, policy)

    def _gathered(self, policy: Policy) -> pd.DataFrame:
        """Households with what is summed and counted over their members."""
        law, person = policy.arguments, self.persons
        cost = (person["wage_m"] * law["income_employment_cost_share"]).clip(
            upper=law["income_employment_cost_cap"]
        )
        grade = person["disability_grade"]
        mental = person["disability_kind"].isin(["intellectual", "psychiatric"])
        grade_max = np.where(
            mental, law["disability_severe_grade_max_mental"], law["disability_severe_grade_max"]
        )
        severe = ((grade > 0) & (grade <= grade_max)) | person["serious_illness"]
        aged = (person["age"] >= law["category_elder_age"]) | (
            person["age"] < law["category_minor_age"]
        )
        facts = pd.DataFrame(
            {
                "household_id": person["household_id"],
                "members": 1,
                "income": person["wage_m"] - cost + person["farm_income_y"] / MONTHS
                + person["pension_other_m"] + person["transfer_m"],
                "expense_y": person["medical_expense_y"] + person["tuition_y"],
                "severe": severe,
                "aged": aged,
                "both": severe & aged,
                "b": (person["age"] >= law["category_young_elder_age"]) | (grade > 0)
                | person["is_student"],
            }
        )  # fmt: skip
        summed = facts.groupby("household_id", as_index=False).sum()
        home = self.households.merge(summed, on="household_id", how="left")
        deduction = home["expense_y"] * law["income_expenditure_deduction_share"] / MONTHS
        home["income"] = (home["income"] - deduction).clip(lower=0)
        home["income_pc"] = home["income"] / home["members"]
        category = np.where((home["severe"] > 0) | (home["aged"] > 0), "A",
                            np.where(home["b"] > 0, "B", "C"))  # fmt: skip
        home["category"] = pd.Categorical(category, dtype=CATEGORY)
        return home

    def _judged(self, home: pd.DataFrame, policy: Policy) -> pd.DataFrame:
        """Layer, recipients and benefit of each household."""
        law, urban = policy.arguments, home["area"] == "urban"
        standard = pd.Series(
            np.where(urban, law["dibao_standard_urban"], law["dibao_standard_rural"]).astype(float)
        )
        homes_max = np.where(urban, law["assets_homes_max_urban"], law["assets_homes_max_rural"])
        need = standard * home["members"]
        limit = need * law["assets_savings_max_months"]
        passed = (
            (home["n_vehicles"] <= law["assets_vehicles_max"])
            & (home["n_homes"] <= homes_max)
            & (home["savings"] - limit <= HALF_FEN)
            & ~home["has_business"]
        )
        dibao = passed & (need - home["income"] > HALF_FEN)
        edge = passed & (need * law["edge_ratio"] - home["income"] > HALF_FEN) & ~dibao
        gap = np.ceil(need - home["income"] - HALF_FEN)
        gap = gap.clip(lower=home["members"] * law["dibao_benefit_minimum"])
        only_aged = (home["aged"] - home["both"]) * law["supplement_elder_share"]
        severe = home["severe"] * law["supplement_severe_share"]
        full = np.ceil(standard - HALF_FEN) * home["severe"]
        benefit = np.where(dibao, gap + standard * (only_aged + severe), 0.0)
        layer = np.where(dibao, "dibao", np.where(edge, "edge", "none"))
        return home.assign(
            standard=standard,
            layer=pd.Categorical(layer, dtype=LAYER),
            recipients=np.where(dibao, home["members"], np.where(edge, home["severe"], 0)),
            benefit=np.where(edge, full + standard * severe, benefit),
        )

    def totals(self, outcome: pd.DataFrame) -> Array:
        weight = outcome["weight"]
        weighted = pd.DataFrame(
            {
                "area": outcome["area"],
                "category": outcome["category"],
                "township": outcome["township"],
                "households": weight * (outcome["recipients"] > 0),
                "persons": weight * outcome["recipients"],
                "cost_y": weight * outcome["benefit"] * MONTHS,
            }
        )
        made = weighted.groupby(["area", "category", "township"], observed=True).sum()
        table = np.vstack([made.to_numpy(), made.sum().to_numpy()])
        with np.errstate(invalid="ignore"):
            return np.column_stack([table, table[:, 2] / MONTHS / table[:, 1]])

    def poverty(self, outcome: pd.DataFrame) -> Array:
        weight, line = outcome["weight"] * outcome["members"], outcome["standard"]
        after = outcome["income_pc"] + outcome["benefit"] / outcome["members"]
        rows = []
        for income in (outcome["income_pc"], after):
            poor = (line - income) * outcome["members"] > HALF_FEN
            gap = ((line - income) / line).where(poor, 0.0)
            fgt = [(weight * y).sum() / weight.sum() for y in (gap > 0, gap, gap**2)]
            rows.append([*fgt, _gini(income, weight)])
        return np.array(rows)

    def winners(self, base: pd.DataFrame, new: pd.DataFrame) -> Array:
        weight, gain = base["weight"], new["benefit"] - base["benefit"]
        before, after = (base["income_pc"] + of["benefit"] / base["members"] for of in (base, new))
        large = (after - before).abs() > LARGE * before
        gained, lost = gain > HALF_FEN, gain < -HALF_FEN
        band = np.select([gained & large, gained, lost & large, lost], [0, 1, 4, 3], 2)
        weighted = pd.DataFrame({"households": weight, "change_y": weight * gain * MONTHS})
        return weighted.groupby(band).sum().reindex(range(BANDS), fill_value=0).to_numpy()

    def deciles(self, base: pd.DataFrame, new: pd.DataFrame) -> Array:
        weight, income = base["weight"] * base["members"], base["income_pc"]
        persons = weight.groupby(income).sum()
        before = (persons.cumsum() - persons) / persons.sum()
        decile = np.floor(before * DECILES + 1e-9).clip(upper=DECILES - 1)
        gain = new["benefit"] - base["benefit"]
        weighted = pd.DataFrame(
            {
                "weight": weight,
                "income": weight * income,
                "gain": weight * gain / base["members"],
                "gaining": weight * (gain > HALF_FEN),
                "losing": weight * (gain < -HALF_FEN),
            }
        )
        summed = weighted.groupby(income.map(decile)).sum()
        return summed.iloc[:, 1:].div(summed["weight"], axis=0).to_numpy()

    def answers(self, outcome: pd.DataFrame) -> dict[str, Array]:
        names = ("benefit", "layer", "category")
        return {name: outcome[name].to_numpy() for name in names}

    def held(self) -> int:
        tables = (self.persons, self.households)
        return sum(int(table.memory_usage(deep=True).sum()) for table in tables)


def _gini(income: pd.Series, weight: pd.Series) -> float:
    """Weighted Gini coefficient; each household stands at the middle of its persons."""
    rising = pd.DataFrame({"income": income, "weight": weight}).sort_values("income")
    money = rising["weight"] * rising["income"]
    middle = (rising["weight"].cumsum() - rising["weight"] / 2) / rising["weight"].sum()
    return float((money * (2 * middle - 1)).sum() / money.sum())
