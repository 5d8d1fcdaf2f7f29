"""Runs that are killed at random points: what they write is there whole or not at all."""

import contextlib
import os
import random
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from tests.robustness.readers import ROWS
from tests.robustness.words import run

MADE_ON_THE_WAY = (".tmp", ".before")
"""How the names end of what a killed run may leave beside its output, for the next to clear."""

WAIT = 120.0
"""Seconds by the clock that a run may take on a machine with other work."""


@dataclass(frozen=True)
class Killed:
    """A command that is killed: its words, with OUT for its output."""

    name: str
    words: tuple[str, ...]

    def __str__(self):
        return self.name

    def given(self, out: Path) -> list[str]:
        return [word.replace("OUT", str(out)) for word in self.words]


FEW = ("--households", "150", "--seed", "1")
QUICK = (
    Killed("synth", ("synth", "example-county", "--out", "OUT", *FEW)),
    Killed("synth parts", ("synth", "example-county", "--out", "OUT", "--partition", "40", *FEW)),
    Killed("run", ("run", "--law", "example-county", "--out", "OUT", *FEW)),
    Killed("run parts", ("run", "--law", "example-county", "--data", "parts", "--out", "OUT")),
    Killed("check", ("check", "good.csv", "--out", "OUT", "--key", "key")),
    Killed("ledger", ("ledger", "--out", "OUT.xlsx", *FEW)),
    Killed("explain", ("explain", "--household", "1", "--out", "OUT.html", *FEW)),
    Killed("init", ("init", "OUT")),
)
SLOW = (
    Killed("page", ("page", "--out", "OUT.html", *FEW)),
    Killed("report", ("report", "whatif", "--out", "OUT", *FEW)),
    Killed(
        "report annual",
        ("report", "annual", "--law", "example-county", "--out", "OUT", *FEW,
         "--param", "draws=100", "--param", "make_pdf=False"),
    ),
)  # fmt: skip


def prepared(folder: Path) -> Path:
    """A folder to run in, with a roster and people in parts."""
    from jiuzhu_sim.population import write_synthetic

    folder.mkdir()
    (folder / "good.csv").write_text(ROWS, encoding="utf-8")
    (folder / "key").write_bytes(bytes(32))
    write_synthetic("example-county", 60, 1, folder / "parts", 20)
    return folder


def started(killed: Killed, folder: Path) -> int:
    """The process that runs the command in a fork, in a session of its own."""
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            run(killed.given(folder / "out"), folder)()
        finally:
            os._exit(0)
    return child


def killed_after(killed: Killed, folder: Path, seconds: float, whole_group: bool) -> bool:
    """Run, and kill after so many seconds; whether it was still at work then."""
    child = started(killed, folder)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if os.waitpid(child, os.WNOHANG)[0]:
            return False
        time.sleep(0.001)
    with contextlib.suppress(ProcessLookupError):
        (os.killpg if whole_group else os.kill)(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def finished(killed: Killed, folder: Path) -> float:
    """Run to the end; seconds by the clock."""
    began = time.monotonic()
    child = started(killed, folder)
    while not os.waitpid(child, os.WNOHANG)[0]:
        assert time.monotonic() - began < WAIT, f"{killed.name} does not end"
        time.sleep(0.005)
    return time.monotonic() - began


def outputs(folder: Path) -> dict[str, int]:
    """What lies at the place of the output, by name, with sizes; hidden work aside."""
    return {
        str(path.relative_to(folder)): path.stat().st_size
        for place in folder.glob("out*")
        for path in sorted([place, *place.rglob("*")])
        if path.is_file() and not any(part.startswith(".") for part in path.parts)
    }


def left_behind(folder: Path) -> list[str]:
    """Hidden work beside the output."""
    return sorted(path.name for path in folder.glob(".out*"))


def tried(killed: Killed, folder: Path, dice: random.Random, times: int) -> int:
    """Kill a command a number of times at random points; how often it was still at work.

    Each time: the output is absent, as it was, or whole; in the end a run goes through, and nothing
    of the killed ones is left.
    """
    lasts = finished(killed, folder)
    whole = set(outputs(folder))
    assert whole, f"{killed.name} writes nothing"
    met = 0
    for turn in range(times):
        if turn % 2 == 0:
            _clear(folder)
        before = set(outputs(folder))
        met += killed_after(killed, folder, dice.uniform(0, lasts), dice.random() < 0.5)
        found = set(outputs(folder))
        # Between its two renamings the old folder has another name; the next run brings it back.
        is_aside = not found and any(name.endswith(".before") for name in left_behind(folder))
        assert found in (before, whole) or is_aside, f"{killed.name}: {sorted(whole ^ found)[:5]}"
    finished(killed, folder)
    assert set(outputs(folder)) == whole, f"{killed.name}: {set(outputs(folder)) ^ whole}"
    assert left_behind(folder) == [], f"{killed.name}: {left_behind(folder)}"
    return met


def _clear(folder: Path):
    for place in folder.glob("out*"):
        shutil.rmtree(place) if place.is_dir() else place.unlink()
