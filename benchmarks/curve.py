"""How long the standard curve takes to prepare, and one standard on it, beside a simulation."""

import gc
import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import jiuzhu_sim as jz
from benchmarks.workloads import PRESET, SEED, Timing, clock, told
from jiuzhu_sim.outlook import simulated_curve, standard_curve

AREA = "rural"
NARROW = {"low": 280, "high": 1120}
"""Half and twice the rural standard of the law: what a slider offers."""

ASKED = tuple(range(300, 1100))
ROUNDS = 5
RUNS = 5


def timed(run: Callable[[], Any], runs: int = RUNS) -> Timing:
    """Some runs, after one to warm up."""
    run()
    seconds = []
    for _ in range(runs):
        gc.collect()
        seconds.append(clock(run))
    return told(seconds)


def time_curve(households: int) -> dict[str, Any]:
    """Preparing the whole curve and a narrow one, asking for a standard, simulating one.

    ``ask`` is per standard, over `ROUNDS` times all of `ASKED`; ``rural`` counts the households
    that the curve is about.
    """
    people, policy = jz.synthesize(PRESET, households, SEED), jz.load_policy(PRESET)
    base = jz.simulate(people, policy)
    prepare = partial(standard_curve, people, policy, AREA)
    curve, turn = prepare(), itertools.cycle(ASKED)

    def ask() -> None:
        for _ in range(ROUNDS):
            for standard in ASKED:
                curve.at(standard)

    def simulate() -> None:
        simulated_curve(people, policy, AREA, [next(turn)], base=base)

    asked = timed(ask)
    each = {name: asked[name] / (ROUNDS * len(ASKED)) for name in ("best", "median")}
    return {
        "rural": int((people["area"] == AREA).sum()),
        "prepare": timed(prepare),
        "narrow": timed(partial(prepare, **NARROW)),
        "ask": asked | each,
        "simulate": timed(simulate),
    }
