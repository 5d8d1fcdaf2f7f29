"""The vectorised checks against the same checks case by case, in plain Python, on random logs."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from jiuzhu_sim.casework.conduct.conduct import conduct
from jiuzhu_sim.casework.log.log import log_of
from jiuzhu_sim.casework.procedure.procedure import load_procedure, procedures
from jiuzhu_sim.casework.procedure.verdicts import VERDICTS

AT = date(2025, 6, 30)
KINDS = ("accept", "visit", "vote", "post", "objection", "recheck", "audit", "decide", "notify")
COMMON = {"clause": "S1.1.4", "programmes": "dibao"}
CHECKS = {
    "before": {"check": "before", "first": "visit", "then": "decide"},
    "passed": {
        "check": "before",
        "first": {"event": "vote", "outcome": "passed"},
        "then": "audit",
    },
    "order": {"check": "order", "steps": ["accept", ["visit", "vote"], "audit", "decide"]},
    "answered": {"check": "answered", "when": "objection", "by": "recheck", "before": "decide"},
    "follows": {"check": "follows", "when": "decide", "then": "notify"},
    "soon": {"check": "follows", "when": "decide", "then": "notify", "days": 20},
    "separate": {"check": "separate", "steps": ["accept", "audit", "decide"]},
    "majority": {"check": "majority", "share": 0.5},
}


def made_up(seed, n=3000):
    """Cases with up to ten events in any order; some lack an officer or an outcome."""
    rng = np.random.default_rng(seed)
    cases = []
    for _ in range(n):
        events = []
        for kind in rng.choice(KINDS, rng.integers(0, 11)):
            event = {
                "kind": str(kind),
                "at": str(date(2025, 3, 1) + timedelta(int(rng.integers(120)))),
            }
            if rng.random() < 0.8:
                event["actor"] = str(rng.integers(3))
            if rng.random() < 0.8:
                event["outcome"] = str(rng.choice(["passed", "failed"]))
            if kind == "vote":
                present = int(rng.integers(1, 9))
                event |= {"n_present": present, "n_for": int(rng.integers(0, present + 1))}
            events.append(event)
        cases.append({"programme": "dibao", "events": events})
    return cases


class Case:
    """One case as a clerk sees it: its events by day, in the order in which they were written."""

    def __init__(self, plain):
        self.events = sorted(plain["events"], key=lambda event: event["at"])

    def all(self, kind):
        return [event for event in self.events if event["kind"] == kind]

    def days(self, kind, outcome=None):
        return [e["at"] for e in self.all(kind) if outcome in (None, e.get("outcome"))]

    def before(self):
        if not self.days("decide"):
            return "not_applicable"
        visits = self.days("visit")
        return "met" if visits and visits[0] <= self.days("decide")[0] else "broken"

    def passed(self):
        if not self.days("audit"):
            return "not_applicable"
        good = self.days("vote", "passed")
        if good and good[0] <= self.days("audit")[0]:
            return "met"
        is_unmarked = any("outcome" not in event for event in self.all("vote"))
        return "unknown" if is_unmarked and not good else "broken"

    def order(self):
        groups = [["accept"], ["visit", "vote"], ["audit"], ["decide"]]
        days = [
            max(self.days(kind)[0] for kind in group) if all(map(self.days, group)) else None
            for group in groups
        ]
        there = [day for day in days if day]
        if not there:
            return "not_applicable"
        last = max(place for place, day in enumerate(days) if day)
        if there != sorted(there) or None in days[:last]:
            return "broken"
        return "met" if days[-1] else "running"

    def answered(self):
        if not self.days("objection"):
            return "not_applicable"
        asked = self.days("objection")[-1]
        moved = [day for day in self.days("decide") if day >= asked]
        answers = [day for day in self.days("recheck") if day >= asked]
        if answers and (not moved or answers[0] <= moved[0]):
            return "met"
        return "broken" if moved else "running"

    def follows(self, days=None):
        if not self.days("decide"):
            return "not_applicable"
        asked = self.days("decide")[0]
        due = str(date.fromisoformat(asked) + timedelta(30 if days is None else days))
        told = [day for day in self.days("notify") if day >= asked]
        if told:
            return "broken" if days is not None and told[0] > due else "met"
        return "running" if str(AT) <= due else "overdue"

    def soon(self):
        return self.follows(20)

    def separate(self, reading="all_distinct"):
        if not self.all("decide"):
            return "not_applicable"
        last = [self.all(kind)[-1:] for kind in ("accept", "audit", "decide")]
        actors = [event[0].get("actor") if event else None for event in last]
        known = [actor for actor in actors if actor]
        if reading == "all_distinct":
            if len(set(known)) < len(known):
                return "broken"
            return "met" if len(known) == len(actors) else "unknown"
        if len(set(known)) > 1:
            return "met"
        return "broken" if len(known) == len(actors) else "unknown"

    def majority(self):
        if not self.all("vote"):
            return "not_applicable"
        vote = self.all("vote")[-1]
        if "outcome" not in vote:
            return "unknown"
        return (
            "met"
            if (2 * vote["n_for"] > vote["n_present"]) == (vote["outcome"] == "passed")
            else "broken"
        )


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("reading", ["all_distinct", "not_all_same"])
def test_checks_agree_with_a_clerk(seed, reading):
    cases = made_up(seed)
    checks = {key: COMMON | check for key, check in CHECKS.items()}
    procedure = replace(
        load_procedure("national", {"role_separation": reading}), conduct={"checks": checks}
    )
    found = conduct(log_of(cases, at=str(AT)), procedure).cases
    clerk = [Case(case) for case in cases]
    for key in CHECKS:
        said = [VERDICTS[code] for code in found.of(key)]
        if key == "separate":
            assert said == [case.separate(reading) for case in clerk]
        else:
            assert said == [getattr(case, key)() for case in clerk], key
        assert len(set(said)) >= len(("not_applicable", "met", "broken")), key


def test_a_log_of_cases_without_events_is_judged():
    bare = {"case": 1, "programme": "dibao", "kind": "new", "area": "rural", "township": "甲镇"}
    log = log_of([{**bare, "events": []}], at="2025-12-31")
    for name in procedures():
        assert not conduct(log, load_procedure(name)).cases.any_of(("broken",)).any()
