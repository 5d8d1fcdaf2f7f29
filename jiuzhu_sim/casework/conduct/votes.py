"""Votes: quorum, majority, attendance, secrecy and the observer of a democratic review.

The last vote of a case is judged. The observer signs a row of his own: event ``vote``, role
``discipline``, no counts.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.conduct.checks import Check
from jiuzhu_sim.casework.conduct.form import Step
from jiuzhu_sim.casework.conduct.steps import Codes, Handling, verdict
from jiuzhu_sim.casework.log.log import code

VOTE = Step("vote")
OBSERVER = Step("vote", (("role", "discipline"),))


def _of_vote(handling: Handling, column: str) -> NDArray[Any]:
    """A column of the last vote of each case, shape (cases,); -1 where there is none."""
    row = handling.last_row(VOTE)
    held = handling.log.events[column]
    return np.where(row >= 0, held[row], -1) if len(held) else row


def quorum(handling: Handling, check: Check) -> Codes:
    """More than a share of those entitled were present."""
    due, present = _of_vote(handling, "n_due"), _of_vote(handling, "n_present")
    return verdict(
        (~handling.has(VOTE), "not_applicable"),
        ((due < 0) | (present < 0) | (present > due), "unknown"),
        (present > check.given["share"] * due, "met"),
        otherwise="broken",
    )


def majority(handling: Handling, check: Check) -> Codes:
    """The result on record is that of the votes: passed with more than a share of those present.

    Broken by a passed result that missed the threshold, and by a failed one that reached it.
    """
    present, votes = _of_vote(handling, "n_present"), _of_vote(handling, "n_for")
    outcome = _of_vote(handling, "outcome")
    passed, failed = (outcome == code("event", "outcome", name) for name in ("passed", "failed"))
    reached = votes > check.given["share"] * present
    unsure = (present < 0) | (votes < 0) | (votes > present) | ~(passed | failed)
    return verdict(
        (~handling.has(VOTE), "not_applicable"),
        (unsure, "unknown"),
        (reached == passed, "met"),
        otherwise="broken",
    )


def attendance(handling: Handling, check: Check) -> Codes:
    """At least so many persons were present."""
    present = _of_vote(handling, "n_present")
    return verdict(
        (~handling.has(VOTE), "not_applicable"),
        (present < 0, "unknown"),
        (present >= check.given["least"], "met"),
        otherwise="broken",
    )


def secret(handling: Handling, _check: Check) -> Codes:
    """The ballot was secret."""
    row = handling.last_row(VOTE)
    known = handling.log.knows("is_secret")
    return verdict(
        (row < 0, "not_applicable"),
        (~known[row] if len(known) else row < 0, "unknown"),
        (_of_vote(handling, "is_secret") == 1, "met"),
        otherwise="broken",
    )


def observed(handling: Handling, _check: Check) -> Codes:
    """Discipline inspection was there; unknown where the log never names an observer."""
    is_kept = len(handling.rows(OBSERVER)) > 0
    return verdict(
        (~handling.has(VOTE), "not_applicable"),
        (handling.has(OBSERVER), "met"),
        (handling.log.cases["n_unread"] > 0, "unknown"),
        otherwise="broken" if is_kept else "unknown",
    )


FORMS = {
    "quorum": quorum,
    "majority": majority,
    "attendance": attendance,
    "secret": secret,
    "observed": observed,
}
