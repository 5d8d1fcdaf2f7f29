"""How long a population takes to make, calibrate and write, and how much memory.

Each row in an interpreter of its own, which prints its stages as JSON. Memory is the high-water
mark of the process, interpreter and libraries (told as "empty") among it, as Linux tells it for
each program: what `getrusage` says would count the parent's.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SEED = 1
IN_MEMORY = (("example-county", ""), ("all-programmes", ""), ("s42-county-2013", "s42-county-2013"))
"""Recipes, and the place whose reported figures the weights are calibrated to."""

STREAMED = ("example-county", "all-programmes")
KIB_IN_MB = 1024

Stages = dict[str, dict[str, float]]


def peak() -> float:
    """High-water mark of this process, MB; NaN where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(found[0]) / KIB_IN_MB if found else float("nan")


def warm_up(recipe: str) -> None:
    """A few people made, calculated on and written, so that everything is loaded."""
    import jiuzhu_sim as jz
    from jiuzhu_sim.population import synthesize, write_people

    people = synthesize(recipe, 100, SEED)
    jz.simulate(people, jz.load_policy("example-county"))
    with tempfile.TemporaryDirectory() as folder:
        write_people(people, folder)


def stages(recipe: str, households: int, place: str) -> Stages:
    """Synthesize, calibrate where there is a place, and write; seconds and MB so far."""
    import jiuzhu_sim as jz
    from jiuzhu_sim.assessment.reconcile import calibrate_to_reported
    from jiuzhu_sim.population import synthesize, write_people

    policy = jz.load_policy(place or "example-county")
    warm_up(recipe)
    made: Stages = {"empty": {"seconds": 0.0, "mb": peak()}}

    def run(name: str, step: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        found = step()
        made[name] = {"seconds": time.perf_counter() - start, "mb": peak()}
        return found

    people = run("synthesize", lambda: synthesize(recipe, households, SEED))
    if place:
        people = run("calibrate", lambda: calibrate_to_reported(people, policy))
    with tempfile.TemporaryDirectory() as folder:
        run("write", lambda: write_people(people, folder))
    return made


def streamed(recipe: str, households: int) -> Stages:
    """Synthesize straight into partitions."""
    from jiuzhu_sim.population import write_synthetic

    warm_up(recipe)
    made: Stages = {"empty": {"seconds": 0.0, "mb": peak()}}
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        write_synthetic(recipe, households, SEED, Path(folder) / "people")
        made["stream"] = {"seconds": time.perf_counter() - start, "mb": peak()}
    return made


def measure_population(households: int) -> list[dict[str, Any]]:
    """All rows at one size."""
    rows = []
    for recipe, place in IN_MEMORY:
        rows.append({"recipe": recipe, "place": place, **_fresh(recipe, households, place, "")})
    for recipe in STREAMED:
        rows.append({"recipe": recipe, "place": "", **_fresh(recipe, households, "", "stream")})
    return rows


def _fresh(recipe: str, households: int, place: str, how: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.population", recipe, str(households)]
    command += ["--place", place] if place else []
    command += ["--stream"] if how else []
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {"streamed": bool(how), "stages": json.loads(printed)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.population", description=__doc__)
    parser.add_argument("recipe")
    parser.add_argument("households", type=int)
    parser.add_argument("--place", default="")
    parser.add_argument("--stream", action="store_true")
    words = parser.parse_args()
    if words.stream:
        print(json.dumps(streamed(words.recipe, words.households)))
    else:
        print(json.dumps(stages(words.recipe, words.households, words.place)))


if __name__ == "__main__":
    main()
