"""What runs on the workers of a cluster, and whether they are fit for it."""

import hashlib
import os
import platform
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeAlias

from jiuzhu_sim.batch.job import Job
from jiuzhu_sim.batch.memory import keep_memory
from jiuzhu_sim.batch.receipt import Receipt
from jiuzhu_sim.errors import JZError, Problem
from jiuzhu_sim.language import speaking, text
from jiuzhu_sim.population.parts import PartFile

PACKAGES = ("jiuzhu_sim", "numpy", "pyarrow", "distributed")
"""Their versions decide the bytes of the results, and whether processes understand each other."""

CODE = ("*.py", "*.yaml")
"""The files that make up the program: rules and law."""

Compute: TypeAlias = Callable[[Job, PartFile, str], Receipt]
"""What does a part: `run_part`."""


@cache
def versions() -> Mapping[str, str]:
    """The versions in this process, and a digest of the program itself (a checkout that was edited
    keeps its number).

    >>> sorted(versions())
    ['distributed', 'jiuzhu_sim', 'numpy', 'program', 'pyarrow', 'python']
    """
    found = {name: _version(name) for name in PACKAGES}
    return found | {"python": platform.python_version(), "program": _program()}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "—"


def _program() -> str:
    """Twelve digits of the SHA-256 of the files of the package."""
    folder = Path(__file__).parents[1]
    found = hashlib.sha256()
    for path in sorted(path for kind in CODE for path in folder.rglob(kind)):
        found.update(path.relative_to(folder).as_posix().encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


@dataclass(frozen=True)
class Sight:
    """What a worker sees: its host, its versions, what it misses of the files it was asked for, and
    whether it may write into the folder of the results."""

    host: str
    versions: Mapping[str, str]
    missing: tuple[str, ...]
    writes: bool


def look(paths: Sequence[str], folder: str, word: str) -> Sight:
    """Run on a worker: look for `paths`, and for a file in `folder` that holds and is called
    `word`; write one beside it and take it away again.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "probe").write_text("probe")
    ...     seen = look([folder, "/nowhere"], folder, "probe")
    >>> seen.missing, seen.writes
    (('/nowhere',), True)
    """
    missing = [path for path in paths if not os.path.exists(path)]
    probe, host = Path(folder) / word, socket.gethostname()
    own = probe.with_name(f"{word}.{host}.{os.getpid()}")
    try:
        if probe.read_text(encoding="utf-8") != word:
            missing.append(folder)
    except OSError:
        missing.append(folder)
    writes = folder not in missing
    if writes:
        try:
            own.touch()
            own.unlink()
        except OSError:
            writes = False
    return Sight(host, versions(), tuple(missing), writes)


def unfit(worker: str, seen: "Sight | BaseException | None", folder: str) -> list[Problem]:
    """Why a worker cannot be used (JZ-E112, all reasons); empty where it can.

    `seen` is what `look` gave or how it failed; None when there was no answer. `folder` is that of
    the results.

    >>> unfit("tcp://a", Sight("a", versions(), (), True), "/out")
    []
    >>> [problem.code for problem in unfit("tcp://a", None, "/out")]
    ['JZ-E112']
    """
    if seen is None:
        reasons = [text("cluster.no_answer")]
    elif isinstance(seen, ModuleNotFoundError):
        reasons = [text("cluster.no_package", package=seen.name or str(seen))]
    elif not isinstance(seen, Sight):
        reasons = [_short(seen)]
    else:
        reasons = _differences(seen.versions)
        reasons += [text("cluster.unseen", path=path) for path in seen.missing]
        if not seen.writes and folder not in seen.missing:
            reasons.append(text("cluster.unwritable", path=folder))
        worker = f"{worker} ({seen.host})"
    return [Problem("JZ-E112", values={"worker": worker, "reason": reason}) for reason in reasons]


def _differences(theirs: Mapping[str, str]) -> list[str]:
    return [
        text("cluster.version", package=name, theirs=theirs.get(name, "—"), ours=ours)
        for name, ours in versions().items()
        if theirs.get(name) != ours
    ]


def compute(
    function: Compute, job: Job, part: PartFile, folder: str, expected: Mapping[str, str], lang: str
) -> Receipt:
    """Run on a worker: one part, in the language of the one who asked for it.

    Raises JZ-E112 on a worker that came later with other versions: another one does the part.
    """
    if expected != versions():
        with speaking(lang):
            reason = _differences(expected)[0]
            raise JZError.of("JZ-E112", worker=socket.gethostname(), reason=reason)
    keep_memory()  # Dask has its workers give back every page (MALLOC_TRIM_THRESHOLD_=65536)
    with speaking(lang):
        return function(job, part, folder)


def given_up(part: PartFile, reason: str) -> Problem:
    """JZ-E113: a part that no worker could do, and why."""
    return Problem("JZ-E113", part.name, {"reason": reason})


def _short(fault: BaseException) -> str:
    """An exception on one line: its kind and what it says."""
    said = str(fault).strip().splitlines()
    return f"{type(fault).__name__}: {said[0]}" if said else type(fault).__name__
