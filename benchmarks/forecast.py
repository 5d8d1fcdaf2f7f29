"""How long a forecast takes and how often its interval is right: `python -m benchmarks.forecast`.

Times from the call to the first answer and to the last, one law and its drivers asked afterwards,
peak memory in a fresh interpreter, and the coverage of the 80 % interval over county-years whose
truth is known (`forecast_truth.py`).
"""

import argparse
import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from scipy.stats import binomtest

import jiuzhu_sim as jz
from benchmarks.curve import timed
from benchmarks.forecast_truth import covered, true_years
from benchmarks.workloads import PRESET, SEED
from jiuzhu_sim.outlook.need.drivers import sobol, tornado
from jiuzhu_sim.outlook.need.forecast import forecast, forecasts
from jiuzhu_sim.outlook.need.uncertainty import Uncertainty

SIZES = (10_000, 30_000, 100_000)
MIDDLE = "30000"
STANDARD, RAISED = "dibao.standard.rural", 600

COUNTIES = (21, 22, 23, 24, 25)
HOUSEHOLDS = 1_000
YEARS = 40
"""County-years of each county: 200 in all."""

MB = 1e6


def time_forecast(households: int) -> dict[str, Any]:
    """Seconds to the first and the last answer, and of one law and the drivers afterwards."""
    people, policy = jz.synthesize(PRESET, households, SEED), jz.load_policy(PRESET)
    start = time.perf_counter()
    made = [(time.perf_counter() - start, answer) for answer in forecasts(people, policy)]
    last = made[-1][1]
    law = policy.change({STANDARD: RAISED})
    return {
        "first": made[0][0],
        "first_runs": made[0][1].runs,
        "last": made[-1][0],
        "runs": last.runs,
        "error": last.error,
        "at": timed(partial(last.at, law)),
        "tornado": timed(partial(tornado, last), runs=2),
        "sobol": timed(partial(sobol, last), runs=2),
    }


def peak_memory(households: int) -> dict[str, int]:
    """Bytes of the people's columns, and the peak above what is held before a whole forecast."""
    people, policy = jz.synthesize(PRESET, households, SEED), jz.load_policy(PRESET)
    columns = sum(values.nbytes for values in people.laid_out.values())
    tracemalloc.start()
    forecast(people, policy)
    return {"columns": columns, "peak": tracemalloc.get_traced_memory()[1]}


def coverage() -> dict[str, Any]:
    """True years within P10 and P90 of forecasts that know the distributions and nothing more."""
    policy, stated = jz.load_policy(PRESET), Uncertainty.stated()
    inside = 0
    for seed in COUNTIES:
        people = jz.synthesize(PRESET, HOUSEHOLDS, seed)
        truth = np.array([*true_years(people, policy, stated, YEARS, seed)])
        inside += covered(forecast(people, policy, seed=seed).year, truth)
    years = YEARS * len(COUNTIES)
    interval = binomtest(inside, years).proportion_ci(method="wilson")
    return {
        "years": years,
        "inside": inside,
        "low": float(interval.low),
        "high": float(interval.high),
    }


def measure_forecast() -> dict[str, Any]:
    """Times, memory and coverage, ready to be written as JSON."""
    sizes = {}
    for size in SIZES:
        command = [sys.executable, "-m", "benchmarks.forecast", "--memory", str(size)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        sizes[str(size)] = time_forecast(size) | {"memory": json.loads(told)}
    return {"sizes": sizes, "coverage": coverage()}


def forecast_lines(results: Mapping[str, Any]) -> Iterator[str]:
    """The section of the README; nothing where nothing was measured."""
    found = results.get("forecast")
    if not found:
        return
    yield "\n### Forecast of a year: 2,000 draws, 12 months\n"
    yield (
        "From the call to the answer; then another law, and the drivers, asked of it. Memory: peak "
        "above the people held.\n"
    )
    yield "| households | first answer | last answer | another law | tornado | Sobol | peak |"
    yield "|--:|--:|--:|--:|--:|--:|--:|"
    for size, each in found["sizes"].items():
        cells = [f"{int(size):,}"]
        for name in ("first", "last"):
            runs = each["first_runs" if name == "first" else "runs"]
            cells.append(f"{each[name]:.1f} s ({runs} runs)")
        cells += [f"{each[name]['median'] * 1000:.0f} ms" for name in ("at", "tornado", "sobol")]
        cells.append(f"{each['memory']['peak'] / MB:,.0f} MB")
        yield f"| {' | '.join(cells)} |"
    told = found["coverage"]
    yield (
        f"\nThe 80 % interval held the true year in {told['inside']} of {told['years']} "
        f"county-years: {told['inside'] / told['years']:.0%} "
        f"(95 % interval {told['low']:.0%} to {told['high']:.0%})."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecast", description=__doc__)
    parser.add_argument("--memory", type=int, help="peak memory at so many households only")
    words = parser.parse_args()
    if words.memory:
        print(json.dumps(peak_memory(words.memory)))
    else:
        print("\n".join(forecast_lines({"forecast": measure_forecast()})))
