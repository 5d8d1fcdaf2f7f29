"""The example county in OpenFisca-Core, the engine many countries' tax-benefit models are built on.

Used from the outside, as a country package uses it (`openfisca_law.py`): entities, variables with
formulas, parameters, a Reform for another law. One simulation holds the people; each law runs on
a clone of it, so that inputs are set once. What OpenFisca-Core has no answer to is done with NumPy
on its results: totals, FGT, Gini, winners, deciles. It runs on one thread.

Amounts are float32 as it is shipped (`Float32Way`), too coarse for a benefit to the fen. In
`OpenFiscaWay` the attribute `dtype` of each amount is float64, set before anything runs.
"""

from typing import Any

import numpy as np
import pandas as pd
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.reforms import Reform
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from benchmarks.array_measures import ArrayMeasures, Outcome
from benchmarks.openfisca_law import (
    GATHERED,
    GIVEN,
    PARAMETERS,
    VARIABLES,
    Category,
    Household,
    Layer,
    Person,
)
from jiuzhu_sim import Policy

SINCE, AT = "2025-01-01", "2025-01"
LAYERS = np.argsort([Layer[name].index for name in ("none", "edge", "dibao")])
CATEGORIES = np.argsort([Category[name].index for name in ("A", "B", "C")])
"""Code of each Enum's index in the measures."""


def law_of(policy: Policy) -> ParameterNode:
    """The law's numbers as a tree of parameters."""
    values = {name: {"values": {SINCE: policy.arguments[name]}} for name in PARAMETERS}
    return ParameterNode("", data=values)


class OpenFiscaWay(ArrayMeasures):
    """A simulation of the people, cloned for each law."""

    name = "OpenFisca"
    amounts: type = np.float64
    prepared: Simulation

    def __init__(self) -> None:
        self.systems: dict[int, TaxBenefitSystem] = {}
        self.system = TaxBenefitSystem([Person, Household])
        self.system.add_variables(*VARIABLES)
        for variable in self.system.variables.values():
            if variable.value_type is float:
                variable.dtype = self.amounts

    def prepare(self, persons: pd.DataFrame, households: pd.DataFrame) -> None:
        builder = SimulationBuilder()
        builder.create_entities(self.system)
        ids = households["household_id"].to_numpy()
        builder.declare_person_entity("person", np.arange(len(persons)))
        homes = builder.declare_entity("household", ids)
        roles = np.zeros(len(persons), np.int8)
        builder.join_with_persons(homes, persons["household_id"].to_numpy(), roles)
        self.prepared = builder.build(self.system)
        for table, names in ((persons, GIVEN["person"]), (households, GIVEN["household"])):
            for name, kind in names.items():
                values = table[name]
                if issubclass(kind, Enum):
                    values = values.map({member.name: member.index for member in kind})
                self.prepared.set_input(name, AT, values.to_numpy())
        township = households["township"].to_numpy().astype(str)
        self.columns = {
            "weight": households["weight"].to_numpy(),
            "is_urban": np.asarray(households["area"].to_numpy() == "urban"),
            "township": np.unique(township, return_inverse=True)[1],
        }

    def _system(self, policy: Policy) -> TaxBenefitSystem:
        """A reform of the system that has the numbers of this law; made once for each."""

        class Enacted(Reform):
            def apply(self) -> None:
                self.modify_parameters(lambda _: law_of(policy))

        key = id(policy)
        if key not in self.systems:
            self.systems[key] = Enacted(self.system)
        return self.systems[key]

    def simulate(self, policy: Policy) -> Outcome:
        return self._run(policy, {})

    def move(self, base: Outcome, policy: Policy) -> Outcome:
        return self._run(policy, base.gathered)

    def _run(self, policy: Policy, known: dict[str, Any]) -> Outcome:
        """Calculate on a clone; what is known beforehand is set as an input."""
        simulation = self.prepared.clone()
        simulation.household.members = simulation.persons  # a clone's still are the original's
        simulation.tax_benefit_system = self._system(policy)
        for name, values in known.items():
            simulation.set_input(name, AT, values)
        names = ("standard", "layer", "recipients", "benefit", *GATHERED)
        found = {name: simulation.calculate(name, AT) for name in names}
        return Outcome(
            gathered={name: found[name] for name in GATHERED},
            members=found["members"],
            income_pc=found["income_pc"],
            category=CATEGORIES[found["category"].view(np.ndarray)],
            standard=found["standard"],
            layer=LAYERS[found["layer"].view(np.ndarray)],
            recipients=found["recipients"],
            benefit=found["benefit"],
        )

    def held(self) -> int:
        inputs = self.prepared.get_memory_usage()["total_nb_bytes"]
        return int(inputs) + sum(values.nbytes for values in self.columns.values())


class Float32Way(OpenFiscaWay):
    """Amounts as OpenFisca-Core is shipped."""

    name = "OpenFisca float32"
    amounts = np.float32
