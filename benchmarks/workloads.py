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
from benchmarks.rivals import COARSE, exact_ways, way_named
from benchmarks.ways import Way, all_answers, check, differences
from jiuzhu_sim.population.tables import to_tables

PRESET = "example-county"
SEED = 1
STANDARD = "dibao.standard.urban"
REFORM = 800
SLIDER = tuple(range(705, 905, 20))
"""Ten urban standards, none of them that of the law; each is moved to once, or more often."""

SECONDS = 3.0
"""Time for all runs of one workload, beyond the least number of runs."""
LEAST, MOST = 3, 25
PREPARED = 2

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


def time_size(households: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Every workload at one size: `times` (workload → way → timing), `persons`, `coarse`, `floor`.

    Nothing is timed before all exact ways have given the same answers.
    """
    from benchmarks.floor import measure_floor

    policy = jz.load_policy(PRESET)
    reform = policy.change({STANDARD: REFORM})
    times: dict[str, dict[str, Timing]] = {}

    def run(workload: str, runs: Mapping[str, Callable[[], Any]], least: int = LEAST) -> None:
        say(workload)
        times[workload] = race(runs, least)

    run("synthesize", {"jiuzhu_sim": partial(jz.synthesize, PRESET, households, SEED)}, least=2)
    people = jz.synthesize(PRESET, households, SEED)
    floor, persons_total = measure_floor(people, policy), people.persons
    persons, homes = (table.to_pandas() for table in to_tables(people))
    del people
    every = exact_ways()
    say("prepare")
    times["prepare"] = prepare(every, persons, homes)
    say("check")
    check(every, (policy, reform))
    coarse = way_named(COARSE)
    coarse.prepare(persons, homes)
    del persons, homes
    apart = differences(every[0], coarse, policy)
    every.append(coarse)
    ours = every[0]
    assert isinstance(ours, JiuzhuWay)
    moves = [policy.change({STANDARD: value}) for value in SLIDER]

    run("rules", {way.name: partial(rules, way, policy) for way in every})
    run("rules_one_thread", {ours.name: partial(ours.simulate_alone, policy)})
    run("sums", {way.name: partial(sums, way, policy) for way in every})
    new = {way.name: way.simulate(reform) for way in every}
    run("everything", {way.name: partial(everything, way, policy, new[way.name]) for way in every})
    del new
    run("reform", {way.name: partial(rules, way, policy, reform) for way in every})
    run("all", {way.name: partial(all_answers, way, policy, reform) for way in every})
    base = {way.name: way.simulate(policy) for way in every}
    for workload, totals in (("move", False), ("move_sums", True)):
        sliders = {way.name: slide(way, base[way.name], moves, totals=totals) for way in every}
        run(workload, sliders, least=len(SLIDER))
    return {"times": times, "persons": persons_total, "coarse": apart, "floor": floor}


def prepare(every: list[Way], persons: Any, homes: Any) -> dict[str, Timing]:
    """Preparing people from two tables, twice in turns, each time by a new one of the kind."""
    seconds: dict[str, list[float]] = {way.name: [] for way in every}
    for _ in range(PREPARED):
        for place, way in enumerate(every):
            every[place] = type(way)()
            gc.collect()
            seconds[way.name].append(clock(partial(every[place].prepare, persons, homes)))
    return {name: told(taken) for name, taken in seconds.items()}


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
