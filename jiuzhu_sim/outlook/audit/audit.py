"""A clean-up under several ways of checking on the same people, each held against the truth."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.cleanup import Checks, Cleanup, clean_up, load_checks
from jiuzhu_sim.casework.cleanup.roll import in_dibao
from jiuzhu_sim.casework.cleanup.safeguards import PETITIONS
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.sight import Sight, can_say
from jiuzhu_sim.measures.targeting import Aim, make_aim
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People, seen

WANTED = (
    "benefit_m_hh",
    "n_recipients_hh",
    "n_members_hh",
    "layer_hh",
    "counted_income_pc_m_hh",
    "dibao_standard_m_hh",
)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Audit:
    """A roll, its clean-up in several ways, and what is truly due.

    `cleanups` by the name of their checks, the chosen one first; `petitions`: the chosen checks
    under each rule for petition-prone groups; `due`: the law on what is true, everybody as if
    applied and registers left aside, or None where the people hold no truth of their own;
    `sight`: what can be told.
    """

    people: People
    policy: Policy
    cleanups: Mapping[str, Cleanup]
    petitions: Mapping[str, Cleanup]
    due: Results | None
    sight: Sight

    @property
    def chosen(self) -> Cleanup:
        """The clean-up in the way of checking that was asked for."""
        return next(iter(self.cleanups.values()))

    @property
    def roll(self) -> Flags:
        """Households in dibao before."""
        return self.chosen.roll

    @property
    def is_synthetic(self) -> bool:
        return self.people.about.get("source") == "synthetic"

    @property
    def due_m(self) -> Floats:
        """Dibao truly due, yuan a month by household; JZ-E098 where there is no truth."""
        if self.due is None:
            self.sight.require("wrong_cover")
        assert self.due is not None
        return np.where(in_dibao(self.due), self.due.numbers("benefit_m_hh"), 0.0)

    def paid_m(self, name: str | None = None) -> Floats:
        """Yuan a month by household before (None), or after the clean-up of this name.

        Raises JZ-E060 with the nearest for a name that was not compared.
        """
        if name is None:
            return self.chosen.amount_before_m
        if name not in self.cleanups:
            raise JZError.unknown(text("word.checks"), name, self.cleanups)
        return self.cleanups[name].amount_after_m

    def aim(self, name: str | None = None) -> Aim:
        """Paid against truly due, before (None) or after the clean-up of this name.

        Raises JZ-E098 where there is no truth, JZ-E060 as `paid_m`.
        """
        paid, due_m = self.paid_m(name), self.due_m
        assert self.due is not None
        due = self.due
        return make_aim(
            paid,
            due_m,
            members=due.numbers("n_members_hh"),
            weight=self.people.numbers("weight"),
            income_pc_m=due.numbers("counted_income_pc_m_hh"),
            line_m=due.numbers("dibao_standard_m_hh"),
            knows_outside=self.sight.can("missed_cover"),
            auxiliaries=dict(self.people.auxiliaries),
            is_complete=self.people.is_complete,
            title=self.policy.title,
        )


def audit(
    people: People,
    policy: Policy,
    checks: str | Checks = "complete",
    *,
    compare: Iterable[str | Checks] = (),
    petition: str | None = None,
    seed: int = 20260101,
    covers_outside: bool | None = None,
) -> Audit:
    """Clean up the roll as `checks` say, and as each of `compare`, on the same people and chances.

    `petition`: the rule for petition-prone groups (None: the policy's own). `covers_outside`: as
    `can_say`. Where the people hold no truth of their own the clean-up runs on what is recorded,
    and nothing is said of wrong or missed cover.

    Raises, all at once, JZ-E060 for unknown checks; JZ-E101 as `clean_up`; what `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.casework.cleanup import roll_of
    >>> policy = jz.load_policy("s43-county")
    >>> people = roll_of("s43-county", policy, seed=1, households=1000, is_calibrated=False)
    >>> made = audit(people, policy, compare=["matching_only"])
    >>> list(made.cleanups), bool((made.aim("complete").paid & ~made.aim().entitled).any())
    (['complete', 'matching_only'], False)
    """
    ways = _ways([checks, *compare])
    rule = petition or str(policy["cleanup.petition_rule"])
    cleanups = {
        name: clean_up(people, policy, checks=each, petition=rule, seed=seed)
        for name, each in ways.items()
    }
    chosen = next(iter(cleanups.values()))
    petitions = {
        each: chosen
        if each == rule
        else clean_up(people, policy, checks=chosen.checks, petition=each, seed=seed)
        for each in PETITIONS
    }
    sight = can_say(people, covers_outside=covers_outside)
    due = None
    if sight.can("wrong_cover"):
        # Registers, right or stale, have nothing to say against what is true.
        truth = {
            "has_applied": np.ones(people.households, bool),
            "registry_income_m": np.zeros(people.households),
        }
        due = simulate(seen(people, "true").with_columns(truth), policy, WANTED)
    return Audit(people, policy, cleanups, petitions, due, sight)


def _ways(given: list[str | Checks]) -> dict[str, Checks]:
    """The ways of checking by name, each once; unknown ones all at once."""
    problems = Problems()
    found: dict[str, Checks] = {}
    for each in given:
        try:
            made = load_checks(each) if isinstance(each, str) else each
        except JZError as refused:
            problems.extend(refused.problems)
            continue
        found.setdefault(made.name, made)
    problems.raise_if_any()
    return found
