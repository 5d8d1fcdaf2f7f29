"""The example county in DuckDB: SQL on native tables, all cores.

Amounts are DOUBLE (DECIMAL would be slower and cannot hold shares of incomes), texts ENUM. The
law's numbers are parameters of prepared statements (`$name`). Distributions are grouped by income
before their running sums, so that windows run over distinct incomes only.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from benchmarks.ways import BANDS, DECILES, HALF_FEN, LARGE, MONTHS, Answers, Array
from jiuzhu_sim import Policy

if TYPE_CHECKING:
    import pandas as pd

PERSONS = """
SELECT
  household_id, counted_income AS income, medical_expense_y + tuition_y AS expense_y,
  is_severe, is_aged, is_severe AND is_aged AS is_both,
  age >= $category_young_elder_age OR disability_grade > 0 OR is_student AS is_b
FROM (
  SELECT *,
    wage_m - least(wage_m * $income_employment_cost_share, $income_employment_cost_cap)
      + farm_income_y / $months + pension_other_m + transfer_m AS counted_income,
    (disability_grade > 0 AND disability_grade <= CASE
        WHEN disability_kind IN ('intellectual', 'psychiatric')
        THEN $disability_severe_grade_max_mental ELSE $disability_severe_grade_max END)
      OR serious_illness AS is_severe,
    age >= $category_elder_age OR age < $category_minor_age AS is_aged
  FROM persons
)
"""
SUMMED = f"""
SELECT household_id, count(*) AS members, sum(income) AS income, sum(expense_y) AS expense_y,
  count(*) FILTER (is_severe) AS severe, count(*) FILTER (is_aged) AS aged,
  count(*) FILTER (is_both) AS both_, bool_or(is_b) AS is_b
FROM ({PERSONS}) GROUP BY household_id
"""
GATHERED = f"""
SELECT * EXCLUDE (raw_income), raw_income AS income, raw_income / members AS income_pc
FROM (
  SELECT households.*, members, severe, aged, both_,
    greatest(income - expense_y * $income_expenditure_deduction_share / $months, 0) AS raw_income,
    CASE WHEN severe > 0 OR aged > 0 THEN 'A' WHEN is_b THEN 'B' ELSE 'C' END AS category
  FROM households JOIN ({SUMMED}) USING (household_id)
)
"""
JUDGED = """
SELECT * EXCLUDE (passed, need),
  CASE layer WHEN 'dibao' THEN members WHEN 'edge' THEN severe ELSE 0 END AS recipients,
  CASE layer
    WHEN 'dibao' THEN greatest(ceil(need - income - $half_fen), members * $dibao_benefit_minimum)
      + standard * ((aged - both_) * $supplement_elder_share + severe * $supplement_severe_share)
    WHEN 'edge' THEN ceil(standard - $half_fen) * severe
      + standard * (severe * $supplement_severe_share)
    ELSE 0 END AS benefit
FROM (
  SELECT *, CASE
      WHEN passed AND need - income > $half_fen THEN 'dibao'
      WHEN passed AND need * $edge_ratio - income > $half_fen THEN 'edge'
      ELSE 'none' END AS layer
  FROM (
    SELECT *, standard * members AS need,
      n_vehicles <= $assets_vehicles_max AND NOT has_business
        AND n_homes <= CASE area WHEN 'urban' THEN $assets_homes_max_urban
                                 ELSE $assets_homes_max_rural END
        AND savings - standard * members * $assets_savings_max_months <= $half_fen AS passed
    FROM (
      SELECT *, CASE area WHEN 'urban' THEN $dibao_standard_urban::DOUBLE
                          ELSE $dibao_standard_rural::DOUBLE END AS standard
      FROM {gathered}
    )
  )
)
"""
TOTALS = """
SELECT sum(weight) FILTER (recipients > 0), sum(weight * recipients),
  sum(weight * benefit) * $months AS cost, cost / $months / sum(weight * recipients)
FROM {outcome} GROUP BY GROUPING SETS ((area, category, township), ())
ORDER BY area IS NULL, area = 'rural', category, township::VARCHAR
"""
POVERTY = """
WITH facts AS (
  SELECT weight * members AS weight, {income} AS income, standard AS line, members
  FROM {outcome}
), gaps AS (
  SELECT weight, CASE WHEN (line - income) * members > $half_fen
    THEN (line - income) / line ELSE 0 END AS gap
  FROM facts
), fgt AS (
  SELECT sum(weight) FILTER (gap > 0) / sum(weight), sum(weight * gap) / sum(weight),
    sum(weight * gap * gap) / sum(weight)
  FROM gaps
), incomes AS (
  SELECT income, sum(weight) AS weight FROM facts GROUP BY income
), ranked AS (
  SELECT income, weight, sum(weight) OVER (ORDER BY income ROWS UNBOUNDED PRECEDING) AS upto
  FROM incomes
), gini AS (
  SELECT sum(weight * income * (2 * (upto - weight / 2) / (SELECT sum(weight) FROM incomes) - 1))
    / sum(weight * income)
  FROM ranked
)
SELECT * FROM fgt, gini
"""
INCOMES = ("income_pc", "income_pc + benefit / members")
WINNERS = """
SELECT band, sum(weight), sum(weight * gain) * $months
FROM (
  SELECT weight, gain, CASE
      WHEN gain > $half_fen AND large THEN 0 WHEN gain > $half_fen THEN 1
      WHEN gain < -$half_fen AND large THEN 4 WHEN gain < -$half_fen THEN 3 ELSE 2 END AS band
  FROM (
    SELECT weight, benefit - benefit_base AS gain,
      abs((income_pc + benefit / members) - (income_pc + benefit_base / members))
        > $large * (income_pc + benefit_base / members) AS large
    FROM {both}
  )
) GROUP BY band
"""
DECILED = """
WITH incomes AS (
  SELECT income_pc AS income, sum(weight * members) AS weight,
    sum(weight * (benefit - benefit_base)) AS gain,
    sum(weight * members) FILTER (benefit - benefit_base > $half_fen) AS gaining,
    sum(weight * members) FILTER (benefit - benefit_base < -$half_fen) AS losing
  FROM {both} GROUP BY income_pc
), ranked AS (
  SELECT *, sum(weight) OVER (ORDER BY income ROWS UNBOUNDED PRECEDING) - weight AS before
  FROM incomes
)
SELECT sum(weight * income) / sum(weight), sum(gain) / sum(weight),
  coalesce(sum(gaining), 0) / sum(weight), coalesce(sum(losing), 0) / sum(weight)
FROM ranked
GROUP BY least(floor(before / (SELECT sum(weight) FROM incomes) * $deciles + 1e-9), $deciles - 1)
ORDER BY min(income)
"""
NUMBERS = {"months": MONTHS, "half_fen": HALF_FEN, "large": LARGE, "deciles": DECILES}
JUDGMENT = ("standard", "layer", "recipients", "benefit")
NEW = ", ".join(JUDGMENT)
BASE = ", ".join(f"{name}_base" for name in JUDGMENT)
AS_BASE = ", ".join(f"{name} AS {name}_base" for name in JUDGMENT)
BACK = ", ".join(f"{name}_base AS {name}" for name in JUDGMENT)
KEPT = "area, category, township, weight, members, income_pc"


class Kept:
    """A temporary table, dropped when nobody holds it any more; its text is its name."""

    def __init__(self, way: "DuckdbWay", name: str) -> None:
        self.way, self.name = way, name

    def __str__(self) -> str:
        return self.name

    def __del__(self) -> None:
        self.way.run(f"DROP TABLE {self.name}")


class DuckdbWay:
    """A database in memory: two tables, or two views of all the parts of a folder."""

    name = "DuckDB"

    def __init__(self) -> None:
        self.database = duckdb.connect()
        self.database.execute("SET preserve_insertion_order = false")
        self.made = 0

    def prepare(self, persons: "pd.DataFrame", households: "pd.DataFrame") -> None:
        for name, texts in (("disability_kind", persons), ("township", households)):
            kinds = ", ".join(f"'{kind}'" for kind in sorted(texts[name].unique()))
            self.run(f"CREATE TYPE {name} AS ENUM ({kinds})")
        self.run("CREATE TYPE area AS ENUM ('urban', 'rural')")
        self.database.register("given", persons)
        self.run(
            "CREATE TABLE persons AS SELECT * REPLACE (disability_kind::disability_kind AS"
            " disability_kind) FROM given"
        )
        self.database.register("given", households)
        self.run(
            "CREATE TABLE households AS SELECT * REPLACE (area::area AS area,"
            " township::township AS township) FROM given"
        )
        self.database.unregister("given")

    def attach(self, folder: Path) -> None:
        """Read the Parquet files of a folder at every query instead."""
        for name in ("persons", "households"):
            files = (folder / name / "*.parquet").as_posix()
            self.run(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{files}')")

    def run(self, query: str, policy: Policy | None = None, reform: Policy | None = None) -> Any:
        """The answer to a query whose `$names` stand in a law or in `NUMBERS`."""
        law = NUMBERS | (dict(policy.arguments) if policy else {})
        if reform:
            law |= {f"new_{name}": value for name, value in reform.arguments.items()}
        asked = set(re.findall(r"\$(\w+)", query))
        return self.database.execute(query, {name: law[name] for name in asked} or None)

    def simulate(self, policy: Policy) -> Kept:
        return self._keep(JUDGED.format(gathered=f"({GATHERED})"), policy)

    def move(self, base: Kept, policy: Policy) -> Kept:
        gathered = f"(SELECT * EXCLUDE ({NEW}) FROM {base})"
        return self._keep(JUDGED.format(gathered=gathered), policy)

    def _keep(self, query: str, policy: Policy, reform: Policy | None = None) -> Kept:
        """A new temporary table of outcomes."""
        self.made += 1
        self.run(f"CREATE TEMP TABLE outcome_{self.made} AS {query}", policy, reform)
        return Kept(self, f"outcome_{self.made}")

    def totals(self, outcome: Kept | str) -> Array:
        found = self.run(TOTALS.format(outcome=outcome)).fetchall()
        table = np.array(found, dtype=float)
        table[:, 0] = np.nan_to_num(table[:, 0])
        return table

    def poverty(self, outcome: Kept | str) -> Array:
        rows = [
            self.run(POVERTY.format(outcome=outcome, income=income)).fetchone()
            for income in INCOMES
        ]
        return np.nan_to_num(np.array(rows, dtype=float))

    def winners(self, base: Kept, new: Kept) -> Array:
        return self._bands(self._both(base, new))

    def deciles(self, base: Kept, new: Kept) -> Array:
        return self._deciled(self._both(base, new))

    def _both(self, base: Kept, new: Kept) -> str:
        old = f"SELECT household_id, benefit AS benefit_base FROM {base}"
        return f"(SELECT * FROM {new} JOIN ({old}) USING (household_id))"

    def _deciled(self, both: Kept | str) -> Array:
        return np.array(self.run(DECILED.format(both=both)).fetchall(), dtype=float)

    def _bands(self, both: Kept | str) -> Array:
        made = np.zeros((BANDS, 2))
        for band, *sums in self.run(WINNERS.format(both=both)).fetchall():
            made[band] = sums
        return made

    def all_answers(self, policy: Policy, reform: Policy) -> Answers:
        """Both laws on each household in one query, then the measures of what it kept."""
        base = JUDGED.format(gathered=f"({GATHERED})")
        new = re.sub(r"\$(?=dibao|edge|assets|supplement)", "$new_", JUDGED)
        new = new.format(gathered=f"(SELECT * EXCLUDE ({NEW}), {AS_BASE} FROM ({base}))")
        both = self._keep(f"SELECT {KEPT}, {NEW}, {BASE} FROM ({new})", policy, reform)
        old = f"(SELECT {KEPT}, {BACK} FROM {both})"
        return {
            "totals": [self.totals(outcome) for outcome in (old, both)],
            "poverty": [self.poverty(outcome) for outcome in (old, both)],
            "winners": [self._bands(both)],
            "deciles": [self._deciled(both)],
        }

    def answers(self, outcome: Kept | str) -> dict[str, Array]:
        asked = f"SELECT benefit, layer, category FROM {outcome} ORDER BY household_id"
        found = self.run(asked).fetchnumpy()
        return {name: np.asarray(values) for name, values in found.items()}

    def held(self) -> int:
        used = self.run("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchone()
        return int(used[0])
