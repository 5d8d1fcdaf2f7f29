"""`python -m benchmarks`: check, time, write. See README.md."""

import argparse
import json
import os
import platform
import sys
import time
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import jiuzhu_sim as jz
from benchmarks.casework import measure_casework
from benchmarks.curve import time_curve
from benchmarks.explorer import SIZES as EXPLORED
from benchmarks.explorer import measure_explorer
from benchmarks.forecast import measure_forecast
from benchmarks.memory import measure_all
from benchmarks.monitoring import measure_monitoring
from benchmarks.population import measure_population
from benchmarks.tables import markdown, write_readme
from benchmarks.ways import DifferenceError
from benchmarks.workloads import PRESET, SEED, time_import, time_size

SIZES = "10000,100000,1000000"
RESULTS = Path(__file__).with_name("results")


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    processor = platform.processor() or platform.machine()
    about = Path("/proc/cpuinfo")
    if about.exists():
        lines = about.read_text(encoding="utf-8").splitlines()
        models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
        processor = models[0] if models else processor
    try:
        package = version("jiuzhu_sim")
    except PackageNotFoundError:
        package = "from its folder"
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "pandas": pd.__version__,
        "jiuzhu_sim": package,
    }


def busy() -> tuple[float, float]:
    """Seconds of processor time used so far: by all of the machine (NaN if untold), by this run."""
    own = os.times()
    stat = Path("/proc/stat")
    if not stat.exists():
        return float("nan"), 0.0
    user, nice, system = map(int, stat.read_text(encoding="utf-8").split()[1:4])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK"), sum(own[:4])


def say(*words: str) -> None:
    print(*words, file=sys.stderr, flush=True)


def measured(sizes: list[int]) -> dict[str, Any]:
    """All results, ready to be written as JSON."""
    results: dict[str, Any] = {"machine": machine(), "import": time_import()}
    results |= {"sizes": {}, "persons": {}, "memory": {}, "population": {}, "curve": {}}
    start, (all_before, own_before) = time.perf_counter(), busy()
    for size in sizes:
        key = str(size)
        results["sizes"][key] = time_size(size, partial(say, f"{size:,}:"))
        results["persons"][key] = jz.synthesize(PRESET, size, SEED).persons
        say(f"{size:,}:", "curve")
        results["curve"][key] = time_curve(size)
        say(f"{size:,}:", "memory")
        results["memory"][key] = measure_all(size)
        say(f"{size:,}:", "population")
        results["population"][key] = measure_population(size)
    say("forecast")
    results["forecast"] = measure_forecast()
    say("casework")
    results["casework"] = measure_casework()
    say("monitoring")
    results["monitoring"] = measure_monitoring()
    say("explorer")
    explored = {str(size): measure_explorer(size) for size in EXPLORED}
    results["explorer"] = {size: found for size, found in explored.items() if found}
    all_after, own_after = busy()
    others = all_after - all_before - (own_after - own_before)
    results["machine"]["others"] = max(others, 0.0) / (time.perf_counter() - start)
    return results


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="numbers of households, with commas")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of latest.json")
    parser.add_argument("--readme", action="store_true", help="write the tables to the README")
    words = parser.parse_args()
    try:
        results = measured([int(size) for size in words.sizes.split(",")])
    except DifferenceError as difference:
        say(f"Stopped: {difference}")
        return 2
    words.out.mkdir(parents=True, exist_ok=True)
    content = json.dumps(results, indent=1) + "\n"
    (words.out / "latest.json").write_text(content, encoding="utf-8")
    if words.readme:
        write_readme(results)
    print(markdown(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
