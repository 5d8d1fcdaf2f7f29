"""`python -m benchmarks`: check, time, write. See README.md."""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

SIZES, LARGE = (10_000, 100_000, 1_000_000), 10_000_000
RESULTS = Path(__file__).with_name("results") / "latest.json"
TOLD = ("numpy", "pandas", "polars", "duckdb", "OpenFisca-Core", "pyarrow", "dask")


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    processor = platform.processor() or platform.machine()
    about = Path("/proc/cpuinfo")
    if about.exists():
        lines = about.read_text(encoding="utf-8").splitlines()
        models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
        processor = models[0] if models else processor
    made = {
        "processor": processor,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "jiuzhu_sim": "from its folder",
    }
    for name in ("jiuzhu_sim", *TOLD):
        try:
            made[name] = version(name)
        except PackageNotFoundError:
            continue
    return made


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


def peers(sizes: list[int], large: bool) -> dict[str, Any]:
    """Every engine in memory, in turns, and the floor, at each size."""
    from benchmarks.floor import measure_stream
    from benchmarks.workloads import time_size

    found = {str(size): time_size(size, partial(say, f"{size:,}:")) for size in sizes}
    return {"sizes": found, "stream": measure_stream()}


def memory(sizes: list[int], large: bool) -> dict[str, Any]:
    """Every engine alone in its interpreter at the largest size."""
    from benchmarks.alone import column_bytes, measure_all, people

    made = {}
    for size in (max(sizes), *((LARGE,) if large else ())):
        say(f"{size:,}: alone")
        with people(size) as folder:
            made[str(size)] = {"columns": column_bytes(folder), "ways": measure_all(folder)}
    return {"memory": made}


def out_of_core(sizes: list[int], large: bool) -> dict[str, Any]:
    from benchmarks import out_of_core as disk

    asked = (*disk.SIZES, *((disk.LARGE,) if large else ()))
    made = {}
    for size in asked:
        say(f"{size:,}: out of core")
        made[str(size)] = disk.measure_out_of_core(size)
    return {"out_of_core": made}


def population(sizes: list[int], large: bool) -> dict[str, Any]:
    from benchmarks.population import measure_population

    return {"population": {str(size): measure_population(size) for size in sizes}}


def curve(sizes: list[int], large: bool) -> dict[str, Any]:
    from benchmarks.curve import time_curve

    return {"curve": {str(size): time_curve(size) for size in sizes}}


def imports(sizes: list[int], large: bool) -> dict[str, Any]:
    from benchmarks.workloads import time_import

    return {"import": time_import()}


def forecast(sizes: list[int], large: bool) -> dict[str, Any]:
    from benchmarks.forecast import measure_forecast

    return {"forecast": measure_forecast()}


def casework(sizes: list[int], large: bool) -> dict[str, Any]:
    from benchmarks.casework import measure_casework

    return {"casework": measure_casework()}


def monitoring(sizes: list[int], large: bool) -> dict[str, Any]:
    from benchmarks.monitoring import measure_monitoring

    return {"monitoring": measure_monitoring()}


def explorer(sizes: list[int], large: bool) -> dict[str, Any]:
    from benchmarks.explorer import SIZES as EXPLORED
    from benchmarks.explorer import measure_explorer

    explored = {str(size): measure_explorer(size) for size in EXPLORED}
    return {"explorer": {size: found for size, found in explored.items() if found}}


def scaling(sizes: list[int], large: bool) -> dict[str, Any]:
    from benchmarks.scaling import measure_scaling

    return {"scaling": measure_scaling()}


Section = Callable[[list[int], bool], dict[str, Any]]
SECTIONS: dict[str, Section] = {
    made.__name__: made
    for made in (
        imports, peers, memory, out_of_core, population, curve, forecast, casework, monitoring,
        explorer, scaling,
    )
}  # fmt: skip


def measured(name: str, sizes: list[int], large: bool) -> dict[str, Any]:
    """One section, with when it ran, how long, and how many cores others used meanwhile."""
    say(name)
    start, (all_before, own_before) = time.perf_counter(), busy()
    found = SECTIONS[name](sizes, large)
    all_after, own_after = busy()
    taken = time.perf_counter() - start
    others = max(all_after - all_before - (own_after - own_before), 0.0) / taken
    about = {"at": time.strftime("%Y-%m-%d %H:%M"), "seconds": taken, "others": others}
    return {**found, "runs": {name: about}}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    sizes = ",".join(str(size) for size in SIZES)
    parser.add_argument("--sizes", default=sizes, help="numbers of households, with commas")
    parser.add_argument("--large", action="store_true", help=f"{LARGE:,} households too")
    parser.add_argument("--only", default="", help=f"some of: {', '.join(SECTIONS)}; with commas")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the JSON file of the results")
    parser.add_argument("--docs", action="store_true", help="write docs/benchmarks.md")
    words = parser.parse_args()
    asked = words.only.split(",") if words.only else list(SECTIONS)
    if unknown := set(asked) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    return run(asked, [int(size) for size in words.sizes.split(",")], words)


def run(asked: list[str], sizes: list[int], words: argparse.Namespace) -> int:
    """Measure, keep earlier sections that were not asked for, write, print."""
    from benchmarks.tables import markdown, write_docs
    from benchmarks.ways import DifferenceError

    results: dict[str, Any] = {"runs": {}}
    if words.only and words.out.exists():
        earlier = json.loads(words.out.read_text(encoding="utf-8"))
        results |= earlier if "runs" in earlier else {}  # not of an earlier form
    words.out.parent.mkdir(parents=True, exist_ok=True)
    try:
        for name in asked:
            found = measured(name, sizes, words.large)
            runs = results["runs"] | found["runs"]
            results |= found | {"runs": runs, "machine": machine()}
            words.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    except DifferenceError as difference:
        say(f"Stopped: {difference}")
        return 2
    except ModuleNotFoundError as missing:
        say(f"{missing}: pip install -e .[benchmarks,cluster] -c constraints.txt")
        return 2
    if words.docs:
        write_docs(results)
    print(markdown(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
