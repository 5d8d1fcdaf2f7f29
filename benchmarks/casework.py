"""How long the checks of a large log take: `python -m benchmarks.casework`.

A log of 200,000 cases and 2,000,000 events, made with NumPy: applications through all steps with
random delays, and months of payments, entries and reviews on what was granted. Every procedure is
checked: its time limits, and its conduct.
"""

import argparse
import json
import time
import tracemalloc
from collections.abc import Mapping
from typing import Any

import numpy as np

from jiuzhu_sim.casework.conduct.conduct import conduct
from jiuzhu_sim.casework.limits.limits import limits
from jiuzhu_sim.casework.log.log import Log, code
from jiuzhu_sim.casework.procedure.procedure import load_procedure, procedures

CASES, EVENTS, SEED = 200_000, 2_000_000, 1
AIM = 5.0
"""Seconds within which all limits and checks of a procedure are to be judged, on one core."""
STEPS = ("apply", "accept", "entrust", "verify", "visit", "vote", "post", "decide", "notify")
LATER = ("pay", "file", "review", "pay")
TOWNSHIPS, OFFICERS = 20, 400
MB = 1e6


def large_log(n_cases: int = CASES, n_events: int = EVENTS, seed: int = SEED) -> Log:
    """A log of so many cases and events; each case has its steps, the rest comes after grants."""
    rng = np.random.default_rng(seed)
    day = np.datetime64("2022-07-01T09:00") + rng.integers(0, 900, n_cases).astype("m8[D]")
    delays = rng.integers(0, 8, (len(STEPS), n_cases)).cumsum(axis=0)
    rest = n_events - len(STEPS) * n_cases
    owner = rng.integers(0, n_cases, rest)
    case = np.concatenate([np.tile(np.arange(n_cases), len(STEPS)), owner])
    at = np.concatenate([(day + delays.astype("m8[D]")).ravel(), np.zeros(rest, "M8[m]")])
    after = delays[-1][owner] + rng.integers(1, 500, rest)
    at[-rest:] = day[owner] + after.astype("m8[D]")
    kinds = [code("event", "kind", name) for name in STEPS]
    later = np.array([code("event", "kind", name) for name in LATER])
    kind = np.concatenate([np.repeat(kinds, n_cases), rng.choice(later, rest)])
    posted = kind == code("event", "kind", "post")
    until = np.where(posted, at + np.timedelta64(7, "D"), np.datetime64("NaT"))
    passed = rng.random(n_cases) < 0.8
    decided = np.where(passed, *(code("event", "outcome", name) for name in ("passed", "failed")))
    is_decision = kind == code("event", "kind", "decide")
    programme = rng.integers(0, 6, n_cases)
    return Log.of(
        {
            "case": np.arange(n_cases),
            "household": np.arange(n_cases),
            "programme": programme,
            "kind": np.zeros(n_cases),
            "area": rng.integers(0, 2, n_cases),
            "township": rng.integers(0, TOWNSHIPS, n_cases),
            "review_class": rng.integers(1, 4, n_cases),
        },
        {
            "case": case,
            "kind": kind,
            "at": at,
            "until": until.astype("M8[D]"),
            "actor": rng.integers(0, OFFICERS, len(case)),
            "outcome": np.where(is_decision, decided[case], code("event", "outcome", "none")),
            "list_no": posted.astype(int),
            "channel": np.full(len(case), code("event", "channel", "system")),
            "is_timed": np.ones(len(case), bool),
        },
        {"township": [str(k) for k in range(TOWNSHIPS)]},
        at="2026-06-30",
        is_synthetic=True,
    )


def measure_casework(n_cases: int = CASES, n_events: int = EVENTS) -> dict[str, Any]:
    """Seconds and peak memory of limits and conduct by procedure, and of making the log."""
    start = time.perf_counter()
    log = large_log(n_cases, n_events)
    made: dict[str, Any] = {"cases": log.n, "events": log.n_events}
    made["log"] = time.perf_counter() - start
    made["procedures"] = {name: _procedure(log, name) for name in procedures()}
    return made


def _procedure(log: Log, name: str) -> dict[str, Any]:
    procedure = load_procedure(name)
    start = time.perf_counter()
    found = limits(log, procedure)
    middle = time.perf_counter()
    conduct(log, procedure)
    end = time.perf_counter()
    tracemalloc.start()
    limits(log, procedure)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    conduct(log, procedure)
    conduct_peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "items": len(found.items),
        "limits": middle - start,
        "conduct": end - middle,
        "limits_peak": peak,
        "conduct_peak": conduct_peak,
    }


def casework_lines(results: Mapping[str, Any]) -> list[str]:
    """The results as a Markdown table."""
    lines = [
        f"{results['cases']:,} cases, {results['events']:,} events; the log is sorted in "
        f"{results['log']:.1f} s. Aim: limits and conduct together below {AIM:g} s.",
        "",
        "| procedure | items | limits, s | conduct, s | together, s | peak of limits, MB | "
        "of conduct, MB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, told in results["procedures"].items():
        both = told["limits"] + told["conduct"]
        seconds = f"{told['limits']:.2f} | {told['conduct']:.2f} | {both:.2f}"
        peaks = f"{told['limits_peak'] / MB:.0f} | {told['conduct_peak'] / MB:.0f}"
        lines.append(f"| {name} | {told['items']} | {seconds} | {peaks} |")
    return lines


def main() -> None:
    """Measure and print, as Markdown or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    results = measure_casework(asked.cases, asked.events)
    print(json.dumps(results) if asked.json else "\n".join(casework_lines(results)))


if __name__ == "__main__":
    main()
