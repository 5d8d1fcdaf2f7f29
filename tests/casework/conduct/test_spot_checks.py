"""Rates of which several steps would do: what is in doubt, case by case and of all together."""

import pytest

from jiuzhu_sim.casework.conduct.checks import read_checks
from jiuzhu_sim.casework.conduct.spot_checks import rate_by_case, rates
from jiuzhu_sim.casework.conduct.steps import Handling
from jiuzhu_sim.casework.log.log import log_of

ACCEPT = {"kind": "accept", "at": "2025-03-03"}
VISIT = {"kind": "visit", "at": "2025-03-10", "level": "county"}
CHECK = {"kind": "spot_check", "at": "2025-03-12"}
ENTRY = {
    "clause": "S1.1.12",
    "programmes": "dibao",
    "steps": [{"event": "visit", "level": "county"}, "spot_check"],
    "of": "accept",
    "rate": 0.5,
}


def log(*steps):
    """A case each, accepted, with one more step or none."""
    cases = [
        {"programme": "dibao", "events": [ACCEPT, *([step] if step else [])]} for step in steps
    ]
    return log_of(cases, at="2025-12-31")


def both(log):
    (check,) = read_checks({"rates": {"county": ENTRY}}, "mine.yaml").rates
    handling = Handling(log)
    (whole,) = (rate for rate in rates(handling, [check], 1) if not rate.township)
    return rate_by_case(handling, check, 1), whole


@pytest.mark.parametrize(
    ("steps", "doubted", "verdict"),
    [
        # An office that visits need not spot-check as well.
        ((VISIT, None, None, None), [False] * 4, "broken"),
        ((VISIT, CHECK, None, None), [False] * 4, "met"),
        # With neither on record nobody can say.
        ((None, None, None, None), [True] * 4, "unknown"),
        # A visit of no level, or without a date, may be one.
        ((VISIT, {"kind": "visit", "at": "2025-03-10"}, None, None), [False, True, False, False],
         "unknown"),
        ((CHECK, {"kind": "spot_check"}, None, None), [False, True, False, False], "unknown"),
    ],
)  # fmt: skip
def test_what_is_in_doubt(steps, doubted, verdict):
    by_case, whole = both(log(*steps))
    assert by_case.is_due.all()
    assert by_case.is_doubted.tolist() == doubted
    assert (whole.cases, whole.due, whole.verdict) == (4, 2, verdict)
    assert whole.done == by_case.is_done.sum()
