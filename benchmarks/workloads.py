"""What is timed, and how: every implementation in turns, so that all meet the same noise."""

import gc
import itertools
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from typing import Any

import jiuzhu_sim as jz
from benchmarks.jiuzhu_way import JiuzhuWay
from benchmarks.numpy_way import NumpyWay
from benchmarks.pandas_way import PandasWay
from benchmarks.ways import Way, check
from jiuzhu_sim.population.tables import to_tables

PRESET = "example-county"
SEED = 1
STANDARD = "dibao.standard.urban"
REFORM = 800
SLIDER = tuple(range(705, 905, 10))
"""Twenty urban standards, none of them that of the law."""

SECONDS = 4.0
"""Time for all runs of one workload, beyond the least number of runs."""
LEAST, MOST = 5, 25

IMPORTS = {
    "bare": "import jiuzhu_sim",
    "ready": "from jiuzhu_sim import load_policy, people_from_tables, simulate, caseload, poverty",
    "numpy": "import numpy",
}
"""The package alone (its parts load when asked for), all a simulation needs, and NumPy's share."""

CLOCKED = (
    "from time import perf_counter; start = perf_counter(); ",
    "; print(perf_counter() - start)",
)

Timing = dict[str, Any]


def ways() -> list[Way]:
    return [JiuzhuWay(), PandasWay(), NumpyWay()]


def clock(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def told(seconds: list[float]) -> Timing:
    return {"best": min(seconds), "median": median(seconds), "runs": len(seconds)}


def race(runs: Mapping[str, Callable[[], Any]], least: int = LEAST) -> dict[str, Timing]:
    """Each run once to warm up, then in turns until there is no time left."""
    for run in runs.values():
        run()
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    end = time.perf_counter() + SECONDS
    for number in range(MOST):
        if number >= least and time.perf_counter() > end:
            break
        for name, run in runs.items():
            gc.collect()
            seconds[name].append(clock(run))
    return {name: told(taken) for name, taken in seconds.items()}


def rules(way: Way, *policies: jz.Policy) -> None:
    """Simulate each policy in full."""
    for policy in policies:
        way.simulate(policy)


def sums(way: Way, policy: jz.Policy) -> None:
    """Simulate and add up."""
    way.totals(way.simulate(policy))


def everything(way: Way, policy: jz.Policy, reform: Any) -> None:
    """Simulate, totals, FGT and Gini, and deciles against a reform simulated before."""
    outcome = way.simulate(policy)
    way.totals(outcome)
    way.poverty(outcome)
    way.deciles(outcome, reform)


def slide(way: Way, base: Any, policies: list[jz.Policy], *, totals: bool) -> Callable[[], None]:
    """One move of the slider at each call, round and round through the policies."""
    turn = itertools.cycle(policies)

    def move() -> None:
        moved = way.move(base, next(turn))
        if totals:
            way.totals(moved)

    return move


def time_size(households: int, say: Callable[[str], None]) -> dict[str, dict[str, Timing]]:
    """Every workload at one size: workload → implementation → timing."""
    policy = jz.load_policy(PRESET)
    reform = policy.change({STANDARD: REFORM})
    made: dict[str, dict[str, Timing]] = {}

    def run(workload: str, runs: Mapping[str, Callable[[], Any]], least: int = LEAST) -> None:
        say(workload)
        made[workload] = race(runs, least)

    run("synthesize", {"jiuzhu_sim": partial(jz.synthesize, PRESET, households, SEED)}, least=2)
    people = jz.synthesize(PRESET, households, SEED)
    persons, homes = (table.to_pandas() for table in to_tables(people))
    del people
    every = ways()
    run("prepare", {way.name: partial(way.prepare, persons, homes) for way in every}, least=2)
    say("check")
    check(every, (policy, reform))
    ours = every[0]
    assert isinstance(ours, JiuzhuWay)
    base = {way.name: way.simulate(policy) for way in every}
    new = {way.name: way.simulate(reform) for way in every}
    moves = [policy.change({STANDARD: value}) for value in SLIDER]

    run("rules", {way.name: partial(rules, way, policy) for way in every})
    run("rules_one_thread", {ours.name: partial(ours.simulate_alone, policy)})
    run("sums", {way.name: partial(sums, way, policy) for way in every})
    run("everything", {way.name: partial(everything, way, policy, new[way.name]) for way in every})
    run("reform", {way.name: partial(rules, way, policy, reform) for way in every})
    for workload, totals in (("move", False), ("move_sums", True)):
        sliders = {way.name: slide(way, base[way.name], moves, totals=totals) for way in every}
        run(workload, sliders, least=len(SLIDER))
    return made


def time_import(repeats: int = 5) -> dict[str, Timing]:
    """Each of `IMPORTS` in fresh interpreters, in turns."""
    seconds: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for _ in range(repeats):
        for name, statement in IMPORTS.items():
            code = f"{CLOCKED[0]}{statement}{CLOCKED[1]}"
            command = [sys.executable, "-c", code]
            printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            seconds[name].append(float(printed))
    return {name: told(taken) for name, taken in seconds.items()}
