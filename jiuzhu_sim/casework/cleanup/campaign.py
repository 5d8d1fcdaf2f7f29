"""What a clean-up starts from: a roll, the law, and who is to be checked how."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.cleanup.checks import Checks, checks_of
from jiuzhu_sim.casework.cleanup.columns import values_of
from jiuzhu_sim.casework.cleanup.priority import is_priority
from jiuzhu_sim.casework.cleanup.roll import WANTED as ROLL_WANTED
from jiuzhu_sim.casework.cleanup.roll import in_dibao
from jiuzhu_sim.casework.cleanup.safeguards import PETITIONS
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People, seen
from jiuzhu_sim.population.draws import Draws

WANTED = (
    *ROLL_WANTED,
    "stop_reason_hh",
    "is_income_below_hh",
    "is_property_passed_hh",
    "counted_income_m_hh",
    "guaranteed_m_hh",
    "category_hh",
    "support_category_hh",
    "temporary_aid_hh",
)

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Campaign:
    """People and the law, how thoroughly is checked, and whom it concerns; flags by household.

    `roll`: in dibao before; `reached`: others who come to an application; `is_priority`: on the
    roll and to be checked first. `before`: results on what was reported.
    """

    people: People
    policy: Policy
    checks: Checks
    petition: str
    seed: int
    roll: Flags
    reached: Flags
    is_priority: Flags
    before: Results

    @cached_property
    def draws(self) -> Draws:
        """The draws of the households under the seed."""
        return Draws(self.seed, self.people.numbers("id"))

    @cached_property
    def persons_before(self) -> Counts:
        """Persons covered before."""
        persons = np.where(self.roll, values_of(self.people, "n_covered_now"), 0)
        return persons.astype(np.int64)

    @cached_property
    def amount_before_m(self) -> Floats:
        """What is paid before, yuan a month."""
        return np.where(self.roll, values_of(self.people, "current_benefit_m"), 0.0)

    @cached_property
    def due_truly(self) -> tuple[Counts, Floats]:
        """Persons and yuan a month that the law gives on what is true (nobody checks this)."""
        has_views = "wage_true_m" in self.people
        truth = seen(self.people, "true") if has_views else self.people
        # Registers, right or stale, have nothing to say against what is true.
        settled = {"registry_income_m": np.zeros(truth.households)}
        truth = truth.with_columns({"has_applied": self.roll | self.reached} | settled)
        return due(simulate(truth, self.policy, ROLL_WANTED))


def begin(
    people: People, policy: Policy, checks: Checks | str | None, seed: int, petition: str | None
) -> Campaign:
    """The campaign that these arguments of `clean_up` describe; raises as it says."""
    thorough = checks_of(checks)
    rule = petition or str(policy["cleanup.petition_rule"])
    if rule not in PETITIONS:
        expected = " / ".join(PETITIONS)
        raise JZError.of("JZ-E101", "clean_up", name="petition", value=rule, expected=expected)
    roll = values_of(people, "was_dibao").astype(bool)
    if not roll.any():
        expected = text("cleanup.roll_needed")
        raise JZError.of("JZ-E101", "clean_up", name="was_dibao", value=0, expected=expected)
    before = simulate(people, policy, WANTED)
    reached = ~roll & _reached(people, policy, thorough, seed)
    first = roll & is_priority(before, thorough.priority)
    return Campaign(people, policy, thorough, rule, int(seed), roll, reached, first, before)


def due(results: Results) -> tuple[Counts, Floats]:
    """Persons covered and yuan a month of dibao, by the results; nothing where not in dibao."""
    gets = in_dibao(results)
    persons = np.where(gets, results.numbers("n_recipients_hh"), 0).astype(np.int64)
    return persons, np.where(gets, results.numbers("benefit_m_hh"), 0.0)


def _reached(people: People, policy: Policy, checks: Checks, seed: int) -> Flags:
    """Who comes to an application if not covered (S0.5.9, S3.11.15): by the way, and chance."""
    if not policy["cleanup.admits_new"]:
        return np.zeros(people.households, bool)
    applied = "has_applied" in people
    has_applied = people.numbers("has_applied") if applied else np.zeros(people.households, bool)
    is_poor = values_of(people, "is_registered_poor").astype(bool)
    reach = checks.reach
    share = np.select(
        [has_applied, is_poor], [reach["applied"], reach["registered_poor"]], reach["others"]
    )
    return Draws(int(seed), people.numbers("id")).chance("cleanup reached", share)
