"""How long a year of monitoring takes: `python -m benchmarks.monitoring`.

The months with their warnings, one turn of a dial (what a slider waits for), and every table of
the report.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jiuzhu_sim as jz
from jiuzhu_sim.outlook.monitoring.dials import Dials, outcome
from jiuzhu_sim.outlook.monitoring.tables import monitoring_tables
from jiuzhu_sim.outlook.monitoring.watch import watch

SIZES = (20_000, 100_000)
MONTHS, TURNS, SEED = 12, 5, 1
AIM = 0.1
"""Seconds within which a slider follows, at the first of the sizes."""


def measure_monitoring(sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """Seconds of a run of twelve months, of one turn of a dial and of all tables, by size."""
    return {str(size): _size(size) for size in sizes}


def _size(households: int) -> dict[str, float]:
    people = jz.synthesize("example-county", households=households, seed=SEED)
    policy = jz.load_policy("example-county")
    made: dict[str, float] = {}
    run = _timed(made, "run", lambda: watch(people, policy, MONTHS))
    turns = []
    for cut in range(1, TURNS + 1):
        start = time.perf_counter()
        outcome(run, Dials(cut=float(cut)))
        turns.append(time.perf_counter() - start)
    made["turn"] = sorted(turns)[TURNS // 2]
    _timed(made, "tables", lambda: monitoring_tables([run]))
    return made


def _timed(made: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    found = work()
    made[name] = time.perf_counter() - start
    return found


def monitoring_lines(results: Mapping[str, Any]) -> list[str]:
    """The results as a Markdown table."""
    lines = [
        f"{MONTHS} months, one seed; a turn of a dial is the median of {TURNS}. Aim: a turn below "
        f"{AIM:g} s at {SIZES[0]:,} households.",
        "",
        "| households | run with warnings, s | one turn of a dial, ms | all tables, s |",
        "|---:|---:|---:|---:|",
    ]
    for size, told in results.items():
        seconds = f"{told['run']:.2f} | {told['turn'] * 1e3:.0f} | {told['tables']:.2f}"
        lines.append(f"| {int(size):,} | {seconds} |")
    return lines


if __name__ == "__main__":
    found = measure_monitoring()
    print(json.dumps(found, indent=1))
    print("\n".join(monitoring_lines(found)))
