"""People that stay on disk: `jiuzhu run` over parts, and what can query such files by itself.

Both laws and all measures; whole commands are timed, from the start of the interpreter to its end,
and for ours that includes the checks of every cell, the page and the workbook. Memory is the most
that the whole tree of processes held at one time (resident set sizes added, so that memory shared
between processes counts each time), looked at every few milliseconds.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from benchmarks.alone import LONGEST, PRESET, REFORM, STANDARD, command, outcome, people
from benchmarks.rivals import FROM_PARTS

SIZES, LARGE = (1_000_000, 3_000_000), 10_000_000
"""A large city, the low-income households of a province; with --large."""

LOOK = 0.01
"""Seconds between two looks at the tree of processes."""

OURS = {
    "jiuzhu run, results by household": (),
    "jiuzhu run --no-households": ("--no-households",),
    "jiuzhu run --no-households --workers 1": ("--no-households", "--workers", "1"),
}


def watched(words: list[str], longest: float = LONGEST) -> dict[str, Any]:
    """Run a command: seconds, most bytes held by its tree of processes, bytes it read and wrote."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as said:
        child = psutil.Popen(words, stdout=printed, stderr=said)
        most, moved = 0, {}
        while child.poll() is None:
            most = max(most, _held(child, moved))
            if time.perf_counter() - start > longest:
                _end(child)
                return {"failed": f"longer than {longest:.0f} s"}
            time.sleep(LOOK)
        seconds = time.perf_counter() - start
        printed.seek(0)
        said.seek(0)
        texts = printed.read(), said.read()
    read, written = (sum(both[place] for both in moved.values()) for place in (0, 1))
    made = {"seconds": seconds, "peak": most, "read": read, "written": written}
    return made | {"code": child.returncode, "printed": texts[0], "said": texts[1]}


def _held(child: psutil.Popen, moved: dict[int, tuple[int, int]]) -> int:
    """Bytes that the tree holds now; notes what each process has read and written so far."""
    held = 0
    with suppress(psutil.Error):
        for process in (child, *child.children(recursive=True)):
            with suppress(psutil.Error, AttributeError):
                held += process.memory_info().rss
                counters = process.io_counters()
                moved[process.pid] = (counters.read_chars, counters.write_chars)
    return held


def _end(child: psutil.Popen) -> None:
    for process in (*child.children(recursive=True), child):
        with suppress(psutil.Error):
            process.kill()
    child.wait()


def measure_out_of_core(households: int) -> dict[str, Any]:
    """All rows at one size: name → seconds, peak, read, written; or why it failed."""
    with people(households) as folder:
        _read_once(folder)
        input_bytes = sum(file.stat().st_size for file in folder.rglob("*.parquet"))
        parts = len(list((folder / "households").glob("*.parquet")))
        rows = {name: _ours(folder, more) for name, more in OURS.items()}
        for name in FROM_PARTS:
            made = watched(command(name, folder, parts=True))
            rows[f"{name} over the files"] = _judged(made)
    return {"parts": parts, "input": input_bytes, "rows": rows}


def _read_once(folder: Path) -> None:
    """Bring the files into the system's cache, so that the first to run has no disadvantage."""
    for file in folder.rglob("*.parquet"):
        file.read_bytes()


def _ours(folder: Path, more: tuple[str, ...]) -> dict[str, Any]:
    with scratch() as out:
        words = [sys.executable, "-m", "jiuzhu_sim", "run", "--law", PRESET, "--data", str(folder)]
        words += ["--set", f"{STANDARD}={REFORM}", "--out", str(out), *more]
        made = watched(words)
        if made.get("code") == 0:
            made["output"] = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
            made["code"], made["printed"] = 0, "{}"
        return _judged(made)


@contextmanager
def scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="jiuzhu-bench-"))
    try:
        yield folder / "out"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _judged(made: dict[str, Any]) -> dict[str, Any]:
    """What a command left, or why it failed."""
    if "failed" in made:
        return made
    code, printed, said = (made.pop(name) for name in ("code", "printed", "said"))
    told = outcome(code, printed, said)
    return told if "failed" in told else made | {name: told[name] for name in {"cost"} & set(told)}


def out_of_core_lines(results: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The results as a Markdown table."""
    yield "| households | | seconds | households a second | most memory | read | written |"
    yield "|--:|---|--:|--:|--:|--:|--:|"
    for size, found in results.items():
        for name, row in found["rows"].items():
            first = f"| {int(size):,} | {name} |"
            if "failed" in row:
                yield f"{first} {row['failed']} | | | | |"
                continue
            speed = int(size) / row["seconds"]
            cells = (
                f"**{row['seconds']:.1f}**", f"{speed:,.0f}", f"{row['peak'] / 1e6:,.0f} MB",
                f"{row['read'] / 1e6:,.0f} MB", f"{row['written'] / 1e6:,.0f} MB",
            )  # fmt: skip
            yield f"{first} {' | '.join(cells)} |"


if __name__ == "__main__":
    measured = {size: measure_out_of_core(int(size)) for size in sys.argv[1:]}
    print(json.dumps(measured, indent=1))
    print("\n".join(out_of_core_lines(measured)))
