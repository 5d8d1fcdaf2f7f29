"""The package itself, through its public surface."""

import pandas as pd

import jiuzhu_sim as jz
from benchmarks.ways import BY, Array


class JiuzhuWay:
    """jiuzhu_sim: rules in tiles on threads, measures with 95 % intervals."""

    name = "jiuzhu_sim"
    people: jz.People

    def prepare(self, persons: pd.DataFrame, households: pd.DataFrame) -> None:
        self.people = jz.people_from_tables(persons, households)

    def simulate(self, policy: jz.Policy) -> jz.Results:
        return jz.simulate(self.people, policy)

    def simulate_alone(self, policy: jz.Policy) -> jz.Results:
        """On one thread."""
        return jz.simulate(self.people, policy, threads=1)

    def move(self, base: jz.Results, policy: jz.Policy) -> jz.Results:
        return jz.simulate(self.people, policy, reuse=base)

    def totals(self, outcome: jz.Results) -> Array:
        return jz.caseload(outcome, BY, weight="weight").values

    def poverty(self, outcome: jz.Results) -> Array:
        return jz.poverty(outcome, weight="weight").values

    def winners(self, base: jz.Results, new: jz.Results) -> Array:
        table = jz.winners_losers(base, new, weight="weight", per="household")
        return table.values[:-1, [0, 2]]

    def deciles(self, base: jz.Results, new: jz.Results) -> Array:
        return jz.deciles(base, new, weight="weight", per="person").values

    def answers(self, outcome: jz.Results) -> dict[str, Array]:
        return {
            "benefit": outcome["benefit_m_hh"],
            "layer": outcome["layer_hh"],
            "category": outcome["category_hh"],
        }

    def column_bytes(self) -> int:
        """Bytes of the input columns, each in its storage type."""
        return sum(values.nbytes for values in self.people.laid_out.values())

    def held(self) -> int:
        orders = self.people.household_order.nbytes + self.people.person_order.nbytes
        return self.column_bytes() + orders
