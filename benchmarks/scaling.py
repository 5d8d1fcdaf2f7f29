"""How a run grows with households and workers, simulated from what is measured here.

`python -m benchmarks.scaling` measures, in one run on this machine: parts of 65,536 and of 524,288
households done by one thread (seconds, bytes, size of states), what the scheduler costs a task,
what adding up costs a part; and the small parts once more on two real worker processes. Then it
simulates provinces and nations on 8, 64 and 256 workers event by event. It is a simulation:
`ASSUMPTIONS` says of what.
"""

import argparse
import heapq
import json
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

SMALL, LARGE = 65_536, 524_288
"""Households a part: what the package writes, and eight of them in one."""

SIZES = {"province": 3_000_000, "register": 24_000_000, "nation": 494_000_000}
WORKERS = (8, 64, 256)
SHARED = 1e9
"""Bytes a second that the shared disk gives to all workers together: 10 Gbit/s network storage."""

AHEAD = 2
"""Parts under way for each worker, as in `jiuzhu_sim.batch.dispatch`."""

TASKS, IN_FLIGHT = 600, 64
"""Empty tasks that tell what a task costs, and how many of them a worker has at a time: as many
parts are under way on a large cluster."""

ADDED = 16
"""Additions, at least, that tell what adding up a part costs."""

BUSY, FEW = 0.5, 4
"""Share of the time from which a resource counts as the limit; parts a worker below which the last
parts are what is waited for."""

ASSUMPTIONS = (
    "This is a simulation, not a measured cluster. What was measured is one machine.",
    "A worker is a core as fast as one of this machine and does a part at a time; it has the next "
    "one ready.",
    "Seconds of a part are drawn from those measured here, one part at a time with the machine to "
    "itself. Workers that share a machine share its memory and are slower (see the check); so are "
    "slower machines. Restarts and queues of other users are not in it.",
    "Parts of one size. Real parts of unequal size make the last ones be waited for longer.",
    "The shared disk gives 1 GB/s to all workers together, first come, first served; reading and "
    "writing wait for it, on top of the seconds measured here on a local disk. Waiting for a "
    "network drive to open a file is not in it.",
    "The scheduler does one task after the other, each as long as measured here with many under "
    "way (scheduler, workers and client on the same cores: too long rather than too short).",
    "States are read and added up one part after the other on the client, while workers go on.",
    "The look at all files before work starts, and the pages and workbooks at the end, are not in "
    "it.",
)


@dataclass(frozen=True)
class Measured:
    """What was measured of parts of `rows` households: seconds of parts, bytes of a part, seconds
    a task and a part elsewhere."""

    seconds: tuple[float, ...]
    bytes_read: float
    bytes_written: float
    state_bytes: float
    scheduling: float
    merging: float
    rows: int = SMALL


@dataclass(frozen=True)
class Simulated:
    """A simulated run: seconds; share of that time each resource was busy; work in core seconds."""

    parts: int
    workers: int
    seconds: float
    busy: dict[str, float]
    core_seconds: float

    @property
    def efficiency(self) -> float:
        """Work that had to be done over what the workers could have done."""
        return self.core_seconds / (self.workers * self.seconds)

    @property
    def limit(self) -> str:
        """What is busiest: what breaks first when workers are added."""
        return max(self.busy, key=lambda name: self.busy[name])

    @property
    def breaks(self) -> str:
        """What limits the run besides the workers, in words."""
        others = {name: share for name, share in self.busy.items() if name != "workers"}
        first = max(others, key=lambda name: others[name])
        if others[first] >= BUSY:
            return f"**{first}** ({others[first]:.0%} busy)"
        if self.parts < self.workers:
            return f"**{self.workers - self.parts} workers without a part**"
        if self.parts < FEW * self.workers:
            return "few parts: the last are waited for"
        return f"nothing ({first} {others[first]:.0%} busy)"


STAGES = ("scheduler", "read", "compute", "write", "client")
"""A part's way: told to a worker, read, computed, written, added up."""

SERIAL = {"scheduler": "scheduler", "read": "disk", "write": "disk", "client": "client"}
"""What serves one part after the other, by stage."""


def simulate(
    parts: int, workers: int, measured: Measured, bandwidth: float = SHARED, seed: int = 1
) -> Simulated:
    """Run `parts` through `workers` event by event. Scheduler, disk and client serve one part after
    the other in the order of arrival; a worker reads, computes and writes a part at a time, and has
    the next one waiting.

    >>> free = Measured((2.0,), 0, 0, 0, 0.0, 0.0)
    >>> simulate(8, 4, free).seconds
    4.0
    """
    drawn = np.random.default_rng(seed).choice(measured.seconds, parts)
    service = {
        "scheduler": measured.scheduling,
        "read": measured.bytes_read / bandwidth,
        "write": measured.bytes_written / bandwidth,
        "client": measured.merging,
    }
    free = dict.fromkeys(SERIAL.values(), 0.0)
    coming = iter(range(parts))
    # A part and what it has come to the end of: -1 is to be sent, 0 to be read, …
    events = [(0.0, part, -1) for part in islice(coming, AHEAD * workers)]
    ready, idle, end = deque[int](), workers, 0.0

    def follow(now: float, part: int, stage: int) -> None:
        name = STAGES[stage]
        if name == "compute":
            done = now + float(drawn[part])
        else:
            place = SERIAL[name]
            done = free[place] = max(now, free[place]) + service[name]
        heapq.heappush(events, (done, part, stage))

    while events:
        now, part, over = heapq.heappop(events)
        end = max(end, now)
        name = STAGES[over] if over >= 0 else ""
        if name == "write":
            idle += 1
            if (new := next(coming, None)) is not None:
                follow(now, new, 0)
        if name == "scheduler":
            ready.append(part)
        elif over + 1 < len(STAGES):
            follow(now, part, over + 1)
        while idle and ready:
            idle -= 1
            follow(now, ready.popleft(), 1)
    busy = dict.fromkeys(free, 0.0)
    for name, place in SERIAL.items():
        busy[place] += parts * service[name] / end
    work = float(drawn.sum())
    return Simulated(parts, workers, end, busy | {"workers": work / (workers * end)}, work)


def measure(households: int, folder: Path) -> tuple[list[Measured], dict[str, float]]:
    """Measure on this machine with the same people in small and in large parts; and the seconds of
    the small ones on two real worker processes, as a check of the simulation."""
    from jiuzhu_sim.batch import Job, Work
    from jiuzhu_sim.batch.cluster import Cluster
    from jiuzhu_sim.batch.memory import keep_memory
    from jiuzhu_sim.batch.run import Task, preflight, run_jobs
    from jiuzhu_sim.population import write_synthetic
    from jiuzhu_sim.population.parts import list_parts

    jobs = []
    for rows in (SMALL, LARGE):
        data = folder / f"people-{rows}"
        write_synthetic("example-county", households, seed=1, out=data, partition=rows)
        jobs.append(Job.of("example-county", "2025-01-01", {"dibao.standard.rural": "+10%"}, data))
    keep_memory()  # as workers do
    with Cluster(None, workers=2) as cluster, Work.of(folder / "out", jobs[:1]) as work:
        from jiuzhu_sim.batch import dispatch

        cluster.check(jobs[:1], work)
        empty = [Task(jobs[0], list_parts(jobs[0].data)[0])] * TASKS
        cluster.function = nothing
        with patch.object(dispatch, "AHEAD", IN_FLIGHT):
            scheduling = _seconds(cluster, empty, work) / TASKS
        cluster.function = type(cluster)().function
        with Work.of(folder / "warm", jobs[:1]) as warm:  # imports, laws, memory
            run_jobs(jobs[:1], warm, cluster)
        start = time.perf_counter()
        preflight(jobs[:1])
        cluster.check(jobs[:1], work)
        looking, start = time.perf_counter() - start, time.perf_counter()
        (outcome,) = run_jobs(jobs[:1], work, cluster)
        real = time.perf_counter() - start
    crowded = tuple(sum(receipt.seconds.values()) for receipt in outcome.receipts)
    found = [
        _parts(job, rows, scheduling, folder)
        for job, rows in zip(jobs, (SMALL, LARGE), strict=True)
    ]
    check = {"parts": len(crowded), "real": real, "looking": looking}
    for name, seconds in {"simulated": found[0].seconds, "simulated_crowded": crowded}.items():
        local = simulate(len(crowded), 2, replace(found[0], seconds=seconds), float("inf"))
        check |= {name: looking + local.seconds, f"{name}_part": float(np.mean(seconds))}
    return found, check


def _parts(job: Any, rows: int, scheduling: float, folder: Path) -> Measured:
    """The parts of a job one after the other in this process, and adding up their states."""
    from jiuzhu_sim.batch import run_part
    from jiuzhu_sim.measures.merge import load_states
    from jiuzhu_sim.population.parts import list_parts

    listed = [part for part in list_parts(job.data) if part.rows == rows]  # whole ones
    out = folder / f"one-{rows}"
    run_part(job, listed[0], str(out))  # laws, memory
    receipts = [run_part(job, part, str(out)) for part in listed]
    paths = sorted((out / "parts").glob("*.npz"))
    paths *= -(-ADDED // len(paths))
    states = load_states(paths[0])
    start = time.perf_counter()
    for path in paths:
        states = states + load_states(path)
    merging = (time.perf_counter() - start) / len(paths)

    def mean(name: str) -> float:
        return float(np.mean([getattr(receipt, name) for receipt in receipts]))

    return Measured(
        tuple(sum(receipt.seconds.values()) for receipt in receipts),
        mean("bytes_read"),
        mean("bytes_written"),
        mean("state_bytes"),
        scheduling,
        merging,
        rows,
    )


def nothing(job: Any, part: Any, folder: str) -> Any:
    """A task that does nothing but send its receipt."""
    from jiuzhu_sim.batch.receipt import Receipt

    return Receipt.failed(job, part, ())


def _seconds(cluster: Any, tasks: Sequence[Any], work: Any) -> float:
    start = time.perf_counter()
    faults = [receipt.faults for receipt in cluster.run(tasks, work) if receipt.faults]
    if faults:
        raise RuntimeError(str(faults[0]))
    return time.perf_counter() - start


def scaling(measured: Measured) -> list[Simulated]:
    """All sizes on all numbers of workers."""
    counts = [-(-households // measured.rows) for households in SIZES.values()]
    return [simulate(parts, workers, measured) for parts in counts for workers in WORKERS]


def measure_scaling(households: int = 2 * LARGE) -> dict[str, Any]:
    """Measure with so many households and simulate; ready to be written as JSON."""
    with tempfile.TemporaryDirectory(prefix="scaling-") as folder:
        measured, check = measure(households, Path(folder))
    runs = [[asdict(run) for run in scaling(each)] for each in measured]
    return {"measured": [asdict(each) for each in measured], "check": check, "simulated": runs}


def scaling_lines(results: dict[str, Any]) -> Iterator[str]:
    """The table of docs/benchmarks.md, in Markdown."""
    sizes = [Measured(**each) for each in results["measured"]]
    yield from [
        "Measured, both laws and all measures, one thread:",
        "",
        "| households a part | seconds (least–most) | read | written | of it states | adding up "
        "| a task |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in sizes:
        low, high = min(each.seconds), max(each.seconds)
        yield (
            f"| {each.rows:,} | {np.mean(each.seconds):.2f} ({low:.2f}–{high:.2f}) "
            f"| {each.bytes_read / 1e6:.1f} MB | {each.bytes_written / 1e6:.1f} MB "
            f"| {each.state_bytes / 1e6:.2f} MB | {each.merging * 1e3:.1f} ms "
            f"| {each.scheduling * 1e3:.1f} ms |"
        )
    yield from ["", _checked(results["check"]), "", "Simulated:", ""]
    heads = [f"parts of {each.rows:,}: time | workers busy | what limits" for each in sizes]
    yield f"| households | workers | {' | '.join(heads)} | core hours |"
    yield f"|---:|---:|{'---:|---:|---|' * len(sizes)}---:|"
    rows = [(households, workers) for households in SIZES.values() for workers in WORKERS]
    for (households, workers), *found in zip(rows, *results["simulated"], strict=True):
        runs = [Simulated(**each) for each in found]
        cells = [f"{run.seconds:,.0f} s | {run.efficiency:.0%} | {run.breaks}" for run in runs]
        hours = "–".join(f"{run.core_seconds / 3600:.2f}" for run in runs)
        yield f"| {households:,} | {workers} | {' | '.join(cells)} | {hours} |"
    yield ""
    yield from (f"- {each}" for each in ASSUMPTIONS)


def _checked(check: dict[str, float]) -> str:
    """How far the simulation is off, and why."""

    def off(name: str) -> str:
        return f"{check[name]:.2f} s, {check[name] / check['real'] - 1:+.0%}"

    return (
        f"Check: {check['parts']:.0f} small parts on two real worker processes took "
        f"{check['real']:.2f} s, of which {check['looking']:.2f} s for the look at all files and "
        "workers before work starts (added to the simulated times here). Simulated from the "
        f"seconds measured one part at a time ({check['simulated_part']:.2f} s a part): "
        f"{off('simulated')}. Simulated from the seconds of the parts in the real run "
        f"({check['simulated_crowded_part']:.2f} s a part): {off('simulated_crowded')}. Between "
        "the two lies what the workers cost each other on this machine, in memory and cores; what "
        "remains is scheduler and client, which here have no cores of their own."
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.add_argument("--households", type=int, default=2 * LARGE, help="to measure with")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    words = parser.parse_args()
    results = measure_scaling(words.households)
    words.out.mkdir(parents=True, exist_ok=True)
    content = json.dumps(results, indent=1) + "\n"
    (words.out / "scaling.json").write_text(content, encoding="utf-8")
    print("\n".join(scaling_lines(results)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
