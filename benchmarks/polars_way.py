"""The example county in Polars: lazy frames and expressions, all cores.

Queries of one answer are optimised and run together (`collect_all`). Both tables come in the order
of households, so that what is gathered from persons is set beside the households without a join
where they are in memory.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from benchmarks.ways import BANDS, DECILES, HALF_FEN, LARGE, MONTHS, Answers, Array
from jiuzhu_sim import Policy

if TYPE_CHECKING:
    import pandas as pd

AREA = pl.Enum(["urban", "rural"])
CATEGORY = pl.Enum(["A", "B", "C"])
LAYER = pl.Enum(["none", "edge", "dibao"])
BY = ("area", "category", "township")
ENGINE = "streaming"
"""For the rules: it takes less time here than the in-memory engine, even in memory."""

FACTS = ("weight", "members", "income_pc")
JUDGED = ("standard", "layer", "recipients", "benefit")

col = pl.col


class PolarsWay:
    """Two lazy frames, of tables in memory or of all the parts of a folder."""

    name = "Polars"
    persons: pl.LazyFrame
    households: pl.LazyFrame
    in_memory = True

    def prepare(self, persons: "pd.DataFrame", households: "pd.DataFrame") -> None:
        kinds = pl.Enum(sorted(persons["disability_kind"].unique()))
        towns = pl.Enum(sorted(households["township"].unique()))
        person = pl.from_pandas(persons).with_columns(col("disability_kind").cast(kinds))
        home = pl.from_pandas(households).with_columns(
            col("area").cast(AREA), col("township").cast(towns)
        )
        self.tables = [frame.rechunk() for frame in (person, home)]
        self.persons, self.households = (frame.lazy() for frame in self.tables)

    def attach(self, folder: Path) -> None:
        """Take the Parquet files of a folder instead, to be streamed."""
        self.in_memory = False
        self.persons, self.households = (
            pl.scan_parquet(folder / name / "*.parquet") for name in ("persons", "households")
        )

    def simulate(self, policy: Policy) -> pl.DataFrame:
        return self._judged(self._gathered(policy), policy).collect(engine=ENGINE)

    def move(self, base: pl.DataFrame, policy: Policy) -> pl.DataFrame:
        return self._judged(base.lazy(), policy).collect(engine=ENGINE)

    def _gathered(self, policy: Policy) -> pl.LazyFrame:
        """Households with what is summed and counted over their members."""
        law = policy.arguments
        cost = (col("wage_m") * law["income_employment_cost_share"]).clip(
            upper_bound=float(law["income_employment_cost_cap"])
        )
        grade, age = col("disability_grade"), col("age")
        is_mental = col("disability_kind").is_in(["intellectual", "psychiatric"])
        grade_max = (
            pl.when(is_mental)
            .then(law["disability_severe_grade_max_mental"])
            .otherwise(law["disability_severe_grade_max"])
        )
        severe = ((grade > 0) & (grade <= grade_max)) | col("serious_illness")
        aged = (age >= law["category_elder_age"]) | (age < law["category_minor_age"])
        is_b = (age >= law["category_young_elder_age"]) | (grade > 0) | col("is_student")
        income = (
            col("wage_m") - cost + col("farm_income_y") / MONTHS + col("pension_other_m")
            + col("transfer_m")
        )  # fmt: skip
        facts = self.persons.select(
            "household_id",
            income.alias("income"),
            (col("medical_expense_y") + col("tuition_y")).alias("expense_y"),
            severe.alias("severe"),
            aged.alias("aged"),
            (severe & aged).alias("both"),
            is_b.alias("b"),
        )
        summed = facts.group_by("household_id", maintain_order=self.in_memory).agg(
            pl.len().alias("members"), col("income", "expense_y").sum(),
            col("severe", "aged", "both").sum(), col("b").any(),
        )  # fmt: skip
        home = self._joined(summed)
        deduction = col("expense_y") * law["income_expenditure_deduction_share"] / MONTHS
        category = (
            pl.when((col("severe") > 0) | (col("aged") > 0)).then(pl.lit("A", CATEGORY))
            .when(col("b")).then(pl.lit("B", CATEGORY)).otherwise(pl.lit("C", CATEGORY))
        )  # fmt: skip
        return (
            home.with_columns(
                (col("income") - deduction).clip(lower_bound=0.0), category.alias("category")
            )
            .with_columns((col("income") / col("members")).alias("income_pc"))
            .drop("expense_y", "b")
        )

    def _joined(self, summed: pl.LazyFrame) -> pl.LazyFrame:
        if self.in_memory:
            return pl.concat([self.households, summed.drop("household_id")], how="horizontal")
        return self.households.join(summed, on="household_id")

    def _judged(self, home: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
        """Layer, recipients and benefit of each household."""
        law, urban = policy.arguments, col("area") == "urban"

        def by_area(name: str) -> pl.Expr:
            return (
                pl.when(urban)
                .then(float(law[f"{name}_urban"]))
                .otherwise(float(law[f"{name}_rural"]))
            )

        need, standard = col("standard") * col("members"), col("standard")
        passed = (
            (col("n_vehicles") <= law["assets_vehicles_max"])
            & (col("n_homes") <= by_area("assets_homes_max"))
            & (col("savings") - need * law["assets_savings_max_months"] <= HALF_FEN)
            & ~col("has_business")
        )
        dibao = passed & (need - col("income") > HALF_FEN)
        edge = passed & (need * law["edge_ratio"] - col("income") > HALF_FEN)
        gap = pl.max_horizontal(
            (need - col("income") - HALF_FEN).ceil(),
            col("members") * float(law["dibao_benefit_minimum"]),
        )
        only_aged = (col("aged") - col("both")) * float(law["supplement_elder_share"])
        severe = col("severe") * float(law["supplement_severe_share"])
        full = (standard - HALF_FEN).ceil() * col("severe")
        is_dibao, is_edge = col("layer") == "dibao", col("layer") == "edge"
        layer = (
            pl.when(dibao).then(pl.lit("dibao", LAYER)).when(edge).then(pl.lit("edge", LAYER))
            .otherwise(pl.lit("none", LAYER))
        )  # fmt: skip
        return (
            home.with_columns(by_area("dibao_standard").alias("standard"))
            .with_columns(layer.alias("layer"))
            .with_columns(
                pl.when(is_dibao).then(col("members")).when(is_edge).then(col("severe"))
                .otherwise(0).alias("recipients"),
                pl.when(is_dibao).then(gap + standard * (only_aged + severe))
                .when(is_edge).then(full + standard * severe).otherwise(0.0).alias("benefit"),
            )
        )  # fmt: skip

    def totals(self, outcome: pl.DataFrame) -> Array:
        return _table(_totals(outcome.lazy()).collect())

    def poverty(self, outcome: pl.DataFrame) -> Array:
        return _rows(pl.collect_all(_poverty(outcome.lazy())))

    def winners(self, base: pl.DataFrame, new: pl.DataFrame) -> Array:
        return _bands(_winners(_beside(base, new)).collect())

    def deciles(self, base: pl.DataFrame, new: pl.DataFrame) -> Array:
        return _deciles(_beside(base, new)).collect().to_numpy()

    def all_answers(self, policy: Policy, reform: Policy) -> Answers:
        """One plan for both laws on each household, then all measures of it together."""
        base = self._judged(self._gathered(policy), policy)
        both = self._judged(base.rename({name: f"{name}_base" for name in JUDGED}), reform)
        held = both.select(*BY, *FACTS, *JUDGED, *(f"{name}_base" for name in JUDGED)).collect(
            engine=ENGINE
        )
        new = held.lazy()
        old = new.drop(JUDGED).rename({f"{name}_base": name for name in JUDGED})
        asked = [_totals(old), _totals(new), *_poverty(old), *_poverty(new)]
        found = pl.collect_all([*asked, _winners(new), _deciles(new)])
        return {
            "totals": [_table(frame) for frame in found[:2]],
            "poverty": [_rows(found[2:5]), _rows(found[5:8])],
            "winners": [_bands(found[8])],
            "deciles": [found[9].to_numpy()],
        }

    def answers(self, outcome: pl.DataFrame) -> dict[str, Array]:
        texts = outcome.select("benefit", col("layer", "category").cast(pl.String))
        return {name: texts[name].to_numpy() for name in texts.columns}

    def held(self) -> int:
        return sum(int(table.estimated_size()) for table in self.tables)


def _beside(base: pl.DataFrame, new: pl.DataFrame) -> pl.LazyFrame:
    """The new law's outcome with the benefit under the old one."""
    return new.lazy().with_columns(base["benefit"].alias("benefit_base"))


def _totals(outcome: pl.LazyFrame) -> pl.LazyFrame:
    weight, persons = col("weight"), col("recipients")
    return (
        outcome.group_by(BY)
        .agg(
            (weight * (persons > 0)).sum().alias("households"),
            (weight * persons).sum().alias("persons"),
            (weight * col("benefit")).sum().alias("cost_y") * MONTHS,
        )
        .sort(col("area") == "rural", "category", col("township").cast(pl.String))
    )


def _table(groups: pl.DataFrame) -> Array:
    table = groups.select("households", "persons", "cost_y")
    whole = pl.concat([table, table.sum()])
    return whole.with_columns(mean=col("cost_y") / MONTHS / col("persons")).to_numpy()


def _poverty(outcome: pl.LazyFrame) -> list[pl.LazyFrame]:
    """FGT before and after in one frame, and the Gini of each."""
    members, line = col("members"), col("standard")
    after = col("income_pc") + col("benefit") / members
    facts = outcome.select(
        weight=col("weight") * members, line=line, members=members, before=col("income_pc"),
        after=after,
    )  # fmt: skip
    fgt = []
    for name in ("before", "after"):
        gap = (col("line") - col(name)) / col("line")
        poor = (col("line") - col(name)) * col("members") > HALF_FEN
        gap = pl.when(poor).then(gap).otherwise(0.0)
        shares = (poor.cast(pl.Float64), gap, gap * gap)
        fgt += [
            ((col("weight") * share).sum() / col("weight").sum()).alias(f"{name}_{power}")
            for power, share in enumerate(shares)
        ]
    return [facts.select(fgt), *(_gini(facts, name) for name in ("before", "after"))]


def _gini(facts: pl.LazyFrame, income: str) -> pl.LazyFrame:
    """Weighted Gini coefficient; each household stands at the middle of its persons."""
    money, weight = col("weight") * col(income), col("weight")
    middle = (weight.cum_sum() - weight / 2) / weight.sum()
    return (
        facts.select("weight", income)
        .sort(income)
        .select(((money * (2 * middle - 1)).sum() / money.sum()).alias("gini"))
    )


def _rows(frames: Sequence[pl.DataFrame]) -> Array:
    fgt, *gini = frames
    shares = fgt.to_numpy().reshape(2, -1)
    return np.column_stack([shares, [frame.item() for frame in gini]])


def _winners(both: pl.LazyFrame) -> pl.LazyFrame:
    """Households and money by band of relative change of income after assistance."""
    gain = col("benefit") - col("benefit_base")
    before, after = (
        col("income_pc") + col(name) / col("members") for name in ("benefit_base", "benefit")
    )
    large = (after - before).abs() > LARGE * before
    gained, lost = gain > HALF_FEN, gain < -HALF_FEN
    band = (
        pl.when(gained & large).then(0).when(gained).then(1).when(lost & large).then(4)
        .when(lost).then(3).otherwise(2)
    )  # fmt: skip
    return (
        both.select(band.alias("band"), "weight", gain=col("weight") * gain * MONTHS)
        .group_by("band")
        .agg(col("weight", "gain").sum())
    )


def _bands(groups: pl.DataFrame) -> Array:
    made = np.zeros((BANDS, 2))
    made[groups["band"].to_numpy()] = groups.select("weight", "gain").to_numpy()
    return made


def _deciles(both: pl.LazyFrame) -> pl.LazyFrame:
    """Deciles by weight; equal incomes stand where the first of them stands."""
    weight, income, gain = col("weight"), col("income_pc"), col("gain")
    first = income.ne_missing(income.shift())
    before = pl.when(first).then(weight.cum_sum() - weight).forward_fill() / weight.sum()
    return (
        both.select(
            "income_pc", "members", weight=col("weight") * col("members"),
            gain=col("benefit") - col("benefit_base"),
        )
        .sort("income_pc")
        .with_columns(decile=(before * DECILES + 1e-9).floor().clip(upper_bound=DECILES - 1))
        .group_by("decile")
        .agg(
            (weight * y).sum().alias(name) / weight.sum()
            for name, y in {
                "income": income, "mean": gain / col("members"),
                "gaining": gain > HALF_FEN, "losing": gain < -HALF_FEN,
            }.items()
        )
        .sort("decile")
        .drop("decile")
    )  # fmt: skip
