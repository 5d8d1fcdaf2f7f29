"""The clean-up of a roll (清理整治): facts established, every case judged again, safeguards kept.

Source: S0 (steps and safeguards), S4.3 (visits, interviews, reasons), S4.1 (petition groups, new
cases), S3.11.15–16 (who is looked at). The rules are the law's own, run on what is known.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.cleanup.campaign import Counts, Flags, Floats, begin
from jiuzhu_sim.casework.cleanup.checks import Checks
from jiuzhu_sim.casework.cleanup.facts import Facts
from jiuzhu_sim.casework.cleanup.judge import OUTCOMES, code_of
from jiuzhu_sim.casework.cleanup.reasons import REASONS
from jiuzhu_sim.casework.cleanup.safeguards import paid_meanwhile, temporary_help
from jiuzhu_sim.casework.cleanup.steps import found_by, post, rectify, review, survey
from jiuzhu_sim.engine import Results
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.rules.kit import round_money

Codes = NDArray[np.int8]


@dataclass(frozen=True)
class Cleanup:
    """A roll before and after its clean-up; arrays by household, in the order of the tables.

    `before`, `after`: results on what was reported and on what is established (`facts`). `outcome`
    in `OUTCOMES`, `reason` in `REASONS`, `found_by` in `FOUND_BY`: codes. `roll`: in dibao before;
    `reached`: others who came to an application. `persons_*`: covered; `amount_*_m`: yuan a month.
    `retained`: kept as a petition group, `not_passed`: undecided after the review; both go on as
    before. `has_objected`: to the posting. `paid_while_undecided`, `paid_not_due`,
    `temporary_aid`: yuan. `category`: proposed (S0.5.6), code of `category_hh`. `persons_truly`:
    whom the law would cover if all that is true were known, of the roll and those reached (as
    reported where the people have no true views); nothing is decided by it.
    """

    people: People
    policy: Policy
    checks: Checks
    petition: str
    seed: int
    facts: Facts
    before: Results
    after: Results
    roll: Flags
    reached: Flags
    is_priority: Flags
    outcome: Codes
    reason: Codes
    found_by: Codes
    persons_before: Counts
    persons_after: Counts
    persons_truly: Counts
    amount_before_m: Floats
    amount_after_m: Floats
    retained: Flags
    not_passed: Flags
    has_objected: Flags
    paid_while_undecided: Floats
    paid_not_due: Floats
    temporary_aid: Floats

    @property
    def established(self) -> People:
        """The people as they are known after the checks."""
        return self.facts.people

    @property
    def visited(self) -> Flags:
        return self.facts.visited

    @property
    def interviewed(self) -> Flags:
        return self.facts.interviewed

    @property
    def matched(self) -> Flags:
        return self.facts.matched

    @property
    def is_suspected(self) -> Flags:
        return self.facts.is_suspected

    @property
    def category(self) -> Codes:
        found: Codes = self.after.numbers("category_hh")
        return found

    @property
    def reasons_persons(self) -> Counts:
        """Persons on the roll whose cover ends: whole households and members of others."""
        gone = self.persons_before - self.persons_after
        return np.where(self.roll, np.maximum(gone, 0), 0)

    @property
    def persons_added(self) -> Counts:
        """Members of households on the roll who had been left out and are covered now."""
        more = self.persons_after - self.persons_before
        return np.where(self.roll, np.maximum(more, 0), 0)

    @property
    def is_wrongly_new(self) -> Flags:
        """New, though not eligible by what is true: the checks did not find it."""
        return self.is_outcome("new") & (self.persons_truly == 0)

    @property
    def is_after(self) -> Flags:
        """Households on the roll after the clean-up."""
        return self.persons_after > 0

    def is_outcome(self, name: str) -> Flags:
        """Households with this outcome; raises JZ-E060 with the nearest for an unknown one."""
        if name not in OUTCOMES:
            raise JZError.unknown(text("word.outcome"), name, OUTCOMES)
        return np.asarray(self.outcome == code_of(name))

    def has_reason(self, name: str) -> Flags:
        """Households with this reason; raises JZ-E060 with the nearest for an unknown one."""
        if name not in REASONS:
            raise JZError.unknown(text("word.reason"), name, REASONS)
        return np.asarray(self.reason == REASONS.index(name))


def clean_up(
    people: People,
    policy: Policy,
    *,
    checks: Checks | str | None = None,
    seed: int = 20260101,
    petition: str | None = None,
) -> Cleanup:
    """Clean up the roll of some people: those with `was_dibao`, whoever made them.

    `checks`: how thoroughly (a preset's name or `Checks`; complete ones). `petition`: how groups
    prone to petition are treated, ``strict`` or ``clearly_above`` (the policy's own rule).

    What the checks establish takes the place of what was reported; the law's rules run on it, and
    each case is judged against what is paid now. Then the review, the posting with objections, and
    the petition rule. Where the true view of a column is missing, what is reported is true.

    Raises JZ-E101 when nobody is on the roll or checks or petition rule do not fit; JZ-E060 for an
    unknown preset; what `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.casework.cleanup import roll_of
    >>> policy = jz.load_policy("s43-county")
    >>> people = roll_of("s43-county", policy, seed=1, households=4000)
    >>> found = clean_up(people, policy, checks="complete")
    >>> bool((found.persons_after[found.is_outcome("stopped")] == 0).all())
    True
    """
    it = begin(people, policy, checks, seed, petition)
    # The steps of S0.5; the first, publicity, changes no case.
    surveyed = survey(it)
    has_passed = review(it)
    objected = post(it, surveyed)
    if objected.any():
        surveyed = survey(it, objected)
    decided = rectify(it, surveyed, has_passed)
    # What retained groups get goes on, though the rules end it.
    due_m = np.where(decided.retained, 0.0, decided.amount_after_m)
    months = int(policy["cleanup.months"])
    paid, above = paid_meanwhile(it.roll, it.amount_before_m, due_m, months)
    return Cleanup(
        people=people,
        policy=policy,
        checks=it.checks,
        petition=it.petition,
        seed=it.seed,
        facts=surveyed.facts,
        before=it.before,
        after=surveyed.after,
        roll=it.roll,
        reached=it.reached,
        is_priority=it.is_priority,
        outcome=decided.outcome,
        reason=decided.reason,
        found_by=found_by(surveyed.facts, decided.reason, it.roll),
        persons_before=it.persons_before,
        persons_after=decided.persons_after,
        persons_truly=it.due_truly[0],
        amount_before_m=round_money(it.amount_before_m, "fen"),
        amount_after_m=round_money(decided.amount_after_m, "fen"),
        retained=decided.retained,
        not_passed=decided.not_passed,
        has_objected=objected,
        paid_while_undecided=paid,
        paid_not_due=above,
        temporary_aid=temporary_help(surveyed.after, decided.outcome == code_of("stopped")),
    )
