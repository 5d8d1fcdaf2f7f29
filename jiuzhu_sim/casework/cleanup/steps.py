"""The steps of a clean-up in the order of the plan (S0.5): survey, review, posting, rectification.

The first step, publicity, changes no case.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.cleanup.campaign import WANTED, Campaign, Counts, Flags, Floats, due
from jiuzhu_sim.casework.cleanup.facts import FOUND_BY, Facts, establish
from jiuzhu_sim.casework.cleanup.judge import code_of, judge
from jiuzhu_sim.casework.cleanup.reasons import REASONS, attribute
from jiuzhu_sim.casework.cleanup.safeguards import is_retained, objects, passes
from jiuzhu_sim.engine import Results, simulate

Codes = NDArray[np.int8]


class Survey(NamedTuple):
    """What is known and what the law says of it: facts, and results on them."""

    facts: Facts
    after: Results


class Decision(NamedTuple):
    """What becomes of every case, by household; as the fields of `Cleanup` of the same names."""

    outcome: Codes
    reason: Codes
    retained: Flags
    not_passed: Flags
    persons_after: Counts
    amount_after_m: Floats


def survey(campaign: Campaign, objected: Flags | None = None) -> Survey:
    """Step 2 (S0.5.2–3): homes visited, data compared, and the law run on what is established.

    `objected`: those whose objection to the posting was looked into as well.
    """
    facts = establish(
        campaign.people,
        campaign.checks,
        campaign.seed,
        roll=campaign.roll,
        reached=campaign.reached,
        is_priority=campaign.is_priority,
        objected=objected,
    )
    return Survey(facts, simulate(facts.people, campaign.policy, WANTED))


def review(campaign: Campaign) -> Flags:
    """Step 3 (S0.5.5): whose case the democratic review holds and passes, if they are eligible."""
    return passes(campaign.draws, campaign.checks)


def post(campaign: Campaign, surveyed: Survey) -> Flags:
    """Step 4 (S0.5.8, S4.3.12): who objects to the finding that is posted."""
    amount_due = due(surveyed.after)[1]
    loses = campaign.roll & (amount_due < campaign.amount_before_m)
    if not loses.any() or not any(campaign.checks.objections.values()):
        return np.zeros(len(loses), bool)
    return objects(campaign.draws, campaign.checks, loses, amount_due, campaign.due_truly[1])


def rectify(campaign: Campaign, surveyed: Survey, has_passed: Flags) -> Decision:
    """Step 5 (S0.5.9): each case judged by what is known, except who is not reported upward.

    Who is eligible and was not reviewed or passed (S0.5.5), and petition groups that are kept
    (S4.1.10), go on as before.
    """
    roll, reached, after = campaign.roll, campaign.reached, surveyed.after
    persons_before, amount_before = campaign.persons_before, campaign.amount_before_m
    persons_due, amount_due = due(after)
    judged = judge(
        roll=roll,
        reached=reached,
        is_entitled=persons_due > 0,
        persons_before=persons_before,
        persons_due=persons_due,
        amount_before_m=amount_before,
        amount_due_m=amount_due,
    )
    reason = _reasons(campaign, after, judged)
    retained = is_retained(after, judged == code_of("stopped"), reason, campaign.petition)
    not_passed = (roll | reached) & (persons_due > 0) & ~has_passed
    outcome = np.where(retained, code_of("stays"), judged)
    outcome = np.where(not_passed, code_of("undecided"), outcome).astype(np.int8)
    reason = np.where(not_passed, REASONS.index("not_passed"), reason).astype(np.int8)
    as_before = (retained | not_passed) & roll
    covered = (roll | reached) & ~not_passed
    persons = np.where(as_before, persons_before, np.where(covered, persons_due, 0))
    amount = np.where(as_before, amount_before, np.where(covered, amount_due, 0.0))
    return Decision(outcome, reason, retained, not_passed, persons, amount)


def found_by(facts: Facts, reason: Codes, roll: Flags) -> Codes:
    """How the finding came about; where no fact was otherwise: by comparison, or in the files."""
    silent = roll & (reason > 0) & (facts.found_by == 0)
    by_comparison = reason == REASONS.index("information")
    way = np.where(by_comparison, FOUND_BY.index("matching"), FOUND_BY.index("records"))
    return np.where(silent, way, facts.found_by).astype(np.int8)


def _reasons(campaign: Campaign, after: Results, judged: Codes) -> Codes:
    """Reasons of the cases whose cover ends or changes, and of the new ones."""
    stopped = judged == code_of("stopped")
    moved = np.isin(judged, [code_of(name) for name in ("stopped", "raised", "reduced")])
    found = np.where(moved, attribute(campaign.people, after, stopped), 0)
    found = np.where(stopped & (found == 0), REASONS.index("on_record"), found)
    found = np.where(moved & (found == 0), REASONS.index("recomputed"), found)
    found = np.where(judged == code_of("new"), REASONS.index("missed"), found)
    return found.astype(np.int8)
