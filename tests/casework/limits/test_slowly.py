"""Every limit of every procedure on random cases, against the slow judge."""

import datetime

import numpy as np
import pytest

from jiuzhu_sim.casework.limits.limits import limits
from jiuzhu_sim.casework.log.log import EVENTS, log_of
from jiuzhu_sim.casework.procedure.procedure import load_procedure, procedures
from jiuzhu_sim.casework.procedure.verdicts import VERDICTS
from tests.casework.limits.slow_limits import Slow

CASES = 250
BEGIN = {
    "s310-zone-2009": datetime.date(2009, 5, 25),
    "s312-township": datetime.date(2018, 4, 18),
    "s39-township": datetime.date(2021, 6, 28),
    "s42-county-2013": datetime.date(2012, 10, 1),
    "s1-county-2020": datetime.date(2020, 5, 10),
    "s0-street": datetime.date(2015, 4, 20),
}
READINGS = (
    {},
    {
        "step_overlap": "parallel",
        "extension_trigger_days": "working",
        "extended_limit_wd": 25,
        "posting_days": 5,
        "petition_limit_days": 30,
    },
)


def random_cases(rng, begin, programmes):
    """Cases of up to a dozen events that follow no order, most of them within some weeks."""
    cases = []
    for _ in range(CASES):
        spread = rng.choice([12, 60, 500])
        events = []
        for kind in rng.choice(EVENTS, rng.integers(1, 13)):
            at = begin + datetime.timedelta(int(rng.integers(spread)))
            event = {"kind": str(kind), "at": at}
            if kind == "decide":
                event["outcome"] = str(rng.choice(["passed", "failed"]))
            if kind == "post":
                event["list_no"] = int(rng.integers(1, 4))
            if kind in ("post", "pay") and rng.random() < 0.8:
                event["until"] = at + datetime.timedelta(int(rng.integers(4, 10)))
            if kind in ("close", "feedback", "transfer") and rng.random() < 0.7:
                event["department"] = str(rng.choice(["housing", "emergency"]))
                event["role"] = "department"
            if kind in ("file", "audit"):
                event["channel"] = str(rng.choice(["system", "none"]))
            if kind in ("audit", "visit"):
                event["level"] = str(rng.choice(["county", "village"]))
            if kind == "review":
                event["role"] = str(rng.choice(["applicant", "county"]))
            events.append(event)
        # One event a day: of several, a file's order would say which came first.
        events = list({event["at"]: event for event in events}.values())
        cases.append(
            {
                "programme": str(rng.choice(programmes)),
                "kind": str(rng.choice(["new", "new", "new", "review", "cleanup", "complaint"])),
                "area": str(rng.choice(["urban", "rural"])),
                "review_class": str(rng.choice(["none", "A", "B", "C"])),
                "events": events,
            }
        )
    return cases


@pytest.mark.parametrize("readings", READINGS, ids=["neutral", "other"])
@pytest.mark.parametrize("name", procedures())
def test_all_limits_on_random_cases(name, readings):
    procedure = load_procedure(name, readings)
    rng = np.random.default_rng(5)
    named = sorted({name for entry in procedure.entries for name in entry.programmes})
    cases = random_cases(rng, BEGIN.get(name, datetime.date(2022, 6, 10)), named or ["dibao"])
    at = max(event["at"] for case in cases for event in case["events"])
    plain = [
        case | {"events": [{key: str(held) for key, held in e.items()} for e in case["events"]]}
        for case in cases
    ]
    for case in plain:
        for event in case["events"]:
            if "list_no" in event:
                event["list_no"] = int(event["list_no"])
    found = limits(log_of(plain, at=at), procedure)
    wrong = []
    for place, case in enumerate(cases):
        slow = Slow(case, procedure, at)
        for row, entry in enumerate(procedure.entries):
            got, expected = VERDICTS[found.code[row, place]], slow.of(entry)
            if got != expected:
                wrong.append((entry.key, got, expected, plain[place]))
    assert not wrong, (len(wrong), wrong[:2])
