"""Indicators of townships counted slowly: one case, one event, one household at a time.

Written from `docs/en/definitions/indicators.md`, `procedure-checks.md` and the clauses of S1; it
reads a log as plain rows and uses nothing of the package that judges. Time limits that are long to
judge (postings, payments, reviews) go by the slow judge of `tests/casework/limits/slow_limits.py`.
"""

import datetime
import math

from jiuzhu_sim.casework.log.log import (
    DEPARTMENTS,
    EVENTS,
    KINDS,
    LIST_LEVELS,
    OUTCOMES,
    PROGRAMMES,
)

PATIENCE = 30
"""Days after which a step without a limit of its own is missing (`missing_after_days`)."""

VISITED = (("visit", "township"),)
CHECKED = (("visit", "county"), ("spot_check", None))
COMPARED = (("verify", None),)


def plain(log):
    """A log as rows: cases with their township and events, dates as `datetime.date` or None."""
    towns = [*log.names["township"], ""]
    cases = [
        {
            "case": int(log.cases["case"][k]),
            "programme": PROGRAMMES[log.cases["programme"][k]],
            "kind": KINDS[log.cases["kind"][k]],
            "township": towns[log.cases["township"][k]],
            "due": int(log.cases["n_files_due"][k]),
            "there": int(log.cases["n_files"][k]),
            "unread": int(log.cases["n_unread"][k]),
            "events": [],
        }
        for k in range(log.n)
    ]
    for k in range(log.n_events):
        at = log.events["at"][k].astype("datetime64[D]").astype(object)
        cases[log.events["case"][k]]["events"].append(
            {
                "kind": EVENTS[log.events["kind"][k]],
                "at": at,
                "level": LIST_LEVELS[log.events["level"][k]],
                "outcome": OUTCOMES[log.events["outcome"][k]],
                "department": DEPARTMENTS[log.events["department"][k]],
            }
        )
    return cases, log.at.astype(object)


def is_step(event, kind, level=None):
    return event["kind"] == kind and (level is None or event["level"] == level)


def month(day):
    return day.year * 12 + day.month


def rate(cases, at, ways, begins="accept"):
    """Of each new application for dibao: was one of the ways taken by the end of the next month?"""
    kept = [
        way
        for way in ways
        if any(is_step(event, *way) for case in cases for event in case["events"])
    ]
    for case in cases:
        yield case, _rate(case, at, ways, kept, begins)


def _rate(case, at, ways, kept, begins):
    events = case["events"]
    begun = [event["at"] for event in events if event["kind"] == begins and event["at"]]
    if case["programme"] != "dibao" or case["kind"] != "new" or not begun:
        return None
    start = min(begun)
    done = [e["at"] for e in events if e["at"] and any(is_step(e, *way) for way in ways)]
    if done:
        if month(min(done)) <= month(start) + 1:
            return True
    elif not kept or case["unread"] or any(_may_be(events, *way) for way in kept):
        return "unknown"
    return None if month(at) <= month(start) + 1 else False


def _may_be(events, kind, level):
    """A step without a date, or one of which nobody wrote the level."""
    own = [event for event in events if is_step(event, kind, level)]
    if own:
        return any(event["at"] is None for event in own)
    return level is not None and any(is_step(event, kind, "none") for event in events)


def files(cases, _at):
    """Of each new application that was granted: are all papers there?"""
    for case in cases:
        outcomes = [e["outcome"] for e in case["events"] if e["kind"] == "decide"]
        is_granted, may_be = "passed" in outcomes, "none" in outcomes
        if case["programme"] != "dibao" or case["kind"] != "new" or not (is_granted or may_be):
            yield case, None
        elif case["due"] <= 0 or case["there"] < 0:
            yield case, "unknown"
        elif case["there"] >= case["due"]:
            yield case, True
        else:
            yield case, False if is_granted else "unknown"


def followed_up(cases, at):
    """Of each complaint that was closed: did somebody follow it up?"""
    ever = any(event["kind"] == "follow_up" for case in cases for event in case["events"])
    for case in cases:
        closed = [e for e in case["events"] if e["kind"] == "close" and e["department"] == "none"]
        later = [e for e in case["events"] if e["kind"] == "follow_up"]
        days = [event["at"] for event in closed if event["at"]]
        if case["programme"] not in ("dibao", "complaint") or case["kind"] != "complaint":
            yield case, None
        elif not days:
            yield case, "unknown" if closed else None
        elif any(event["at"] and event["at"] >= min(days) for event in later):
            yield case, True
        elif not ever or case["unread"] or any(event["at"] is None for event in later):
            yield case, "unknown"
        else:
            is_open = at <= min(days) + datetime.timedelta(PATIENCE)
            yield case, None if is_open else False


def judged(cases, slow, entries):
    """Cases by the slow judge: kept where no item was broken and one was met."""
    for case in cases:
        found = {slow(case).of(entry) for entry in entries}
        if found & {"broken", "overdue"}:
            yield case, False
        elif "met" in found:
            yield case, True
        else:
            yield case, "unknown" if "unknown" in found else None


def counted(verdicts, units):
    """(kept, judged, unknown) of each township."""
    made = {unit: [0, 0, 0] for unit in units}
    for case, verdict in verdicts:
        if case["township"] in made and verdict is not None:
            row = made[case["township"]]
            if verdict == "unknown":
                row[2] += 1
            else:
                row[0] += verdict
                row[1] += 1
    return [made[unit] for unit in units]


def covered_right(households, units):
    """Of each township: the weight of the right, of all on the roll; of the reached, of all due."""
    made = []
    for unit in units:
        right = roll = reached = due = 0.0
        for home in households:
            if home["township"] != unit:
                continue
            is_due = home["due_m"] > 0.005
            if home["on_roll"]:
                roll += home["weight"]
                right += home["weight"] * is_due
            if is_due:
                due += home["weight"]
                reached += home["weight"] * home["on_roll"]
        made.append((right, roll, reached, due))
    return made


def chance(hits, n, of, right):
    """The probability of so many hits in a sample of n out of `of`, `right` of which are hits."""
    if of is None:
        return math.comb(n, hits) * right**hits * (1 - right) ** (n - hits)
    if hits > right or n - hits > of - right:
        return 0.0
    return math.comb(right, hits) * math.comb(of - right, n - hits) / math.comb(of, n)
