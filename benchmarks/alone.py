"""One implementation alone in a fresh interpreter: `python -m benchmarks.alone WAY FOLDER`.

People are read from the Parquet files of a folder. Memory is that of the process as Linux tells
it, so that allocations of every library count: what it holds when the people are prepared, and
its high-water mark while all answers are made, each above what the interpreter and its libraries
held before. With `--parts` the files themselves are queried, nothing is prepared.
"""

import argparse
import ctypes
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq

import jiuzhu_sim as jz
from benchmarks.rivals import WAYS, way_named
from benchmarks.ways import Way, all_answers

PRESET, SEED = "example-county", 1
STANDARD, REFORM = "dibao.standard.urban", 800
WARM = 1_000
"""Households on which everything is loaded before memory is looked at."""

RUNS = 3
COST = 2
"""Column of the totals."""

LONGEST = 1_800
"""Seconds after which an implementation is given up."""

STATUS, MARKS = Path("/proc/self/status"), Path("/proc/self/clear_refs")
RESET_PEAK = "5"
KIB = 1024


def peak() -> int:
    """High-water mark of this process since `forget_peak`, bytes; 0 where it is not told."""
    lines = STATUS.read_text(encoding="utf-8").splitlines() if STATUS.exists() else []
    return sum(int(line.split()[1]) * KIB for line in lines if line.startswith("VmHWM:"))


def forget_peak() -> int:
    """Give freed memory back, start the mark anew; the bytes in use."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
    if MARKS.exists():
        MARKS.write_text(RESET_PEAK, encoding="utf-8")
    return int(psutil.Process().memory_info().rss)


def laws() -> tuple[jz.Policy, jz.Policy]:
    policy = jz.load_policy(PRESET)
    return policy, policy.change({STANDARD: REFORM})


def prepared(way: Way, folder: Path) -> Way:
    """The way, with the people of a folder."""
    persons, households = (
        pq.read_table(folder / name).to_pandas() for name in ("persons", "households")
    )
    texts = {"disability_kind": "str", "area": "str", "township": "str"}
    for table in (persons, households):
        for name in texts.keys() & set(table):
            table[name] = table[name].astype(texts[name])
    way.prepare(persons, households)
    return way


def measure(name: str, folder: Path, *, parts: bool) -> dict[str, Any]:
    """Seconds of all answers, bytes held and at the peak, and the cost of a year, to compare."""
    policy, reform = laws()
    if not parts:
        with people(WARM) as few:
            all_answers(prepared(way_named(name), few), policy, reform)
    empty = forget_peak()
    way = way_named(name)
    if parts:
        way.attach(folder)
    else:
        prepared(way, folder)
    held = forget_peak() - empty
    seconds = []
    for _ in range(1 if parts else RUNS):
        start = time.perf_counter()
        answers = all_answers(way, policy, reform)
        seconds.append(time.perf_counter() - start)
    cost = float(answers["totals"][0][-1, COST])
    return {"seconds": seconds, "held": held, "peak": peak() - empty, "cost": cost}


def column_bytes(folder: Path) -> int:
    """Bytes of the input columns, each in our storage type."""
    whole = jz.read_people(folder)
    return sum(values.nbytes for values in whole.laid_out.values())


@contextmanager
def people(households: int) -> Iterator[Path]:
    """A folder of synthetic people in parts, for as long as it is needed."""
    from jiuzhu_sim.population import write_synthetic

    with tempfile.TemporaryDirectory(prefix="jiuzhu-bench-") as folder:
        write_synthetic(PRESET, households, SEED, Path(folder) / "people")
        yield Path(folder) / "people"


def command(name: str, folder: Path, *, parts: bool = False) -> list[str]:
    start = [sys.executable, "-m", "benchmarks.alone", name, str(folder)]
    return [*start, "--parts"] if parts else start


def measure_all(folder: Path, names: list[str] | None = None) -> dict[str, dict[str, Any]]:
    """`measure` for each implementation, one after the other; what failed says how."""
    made = {}
    for name in names or WAYS:
        try:
            done = subprocess.run(
                command(name, folder), capture_output=True, text=True, timeout=LONGEST
            )
        except subprocess.TimeoutExpired:
            made[name] = {"failed": f"longer than {LONGEST} s"}
            continue
        made[name] = outcome(done.returncode, done.stdout, done.stderr)
    return made


def outcome(code: int, printed: str, said: str) -> dict[str, Any]:
    """What a child printed; or why there is nothing: its last word, or that it was killed."""
    if code == 0:
        return json.loads(printed)
    last = (said.strip().splitlines() or ["no word"])[-1]
    return {"failed": "out of memory" if code < 0 or "emory" in last else last[:200]}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.alone", description=__doc__)
    parser.add_argument("way", choices=list(WAYS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parts", action="store_true", help="query the files, prepare nothing")
    words = parser.parse_args()
    print(json.dumps(measure(words.way, words.folder, parts=words.parts)))


if __name__ == "__main__":
    main()
