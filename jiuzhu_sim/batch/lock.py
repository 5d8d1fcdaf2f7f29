"""One run at a time on an output folder: a small file that says which run has it.

A run that was killed leaves its file behind. On the same machine the next run sees that the process
is gone; a run on another machine (shared storage) shows that it lives by touching its file.
"""

import json
import os
import secrets
import socket
import threading
import time
from pathlib import Path
from typing import Any

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.files import runs

BEAT = 20.0
"""Seconds between two signs of life."""

SILENT = 300.0
"""Seconds without a sign after which a run on another machine counts as dead: several times what a
busy shared disk delays a touch."""

SETTLE = 0.2
"""Seconds until two runs that take over the same dead file both see whose came last."""


class Lock:
    """The file of a run that has a folder; `take` it, and `release` it at the end.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     lock = Lock.take(Path(place) / ".out.lock", Path(place) / "out")
    ...     lock.release()
    ...     os.listdir(place)
    []
    """

    def __init__(self, path: Path, mark: dict[str, Any]):
        self.path, self.mark = path, mark
        self._over = threading.Event()
        self._beat = threading.Thread(target=self._live, name="lock", daemon=True)
        self._beat.start()

    @classmethod
    def take(cls, path: Path, out: Path) -> "Lock":
        """The lock of `out`; JZ-E115 when a run that is alive has it, OSError when the folder
        cannot be written."""
        mark = {
            "host": socket.gethostname(),
            "process": os.getpid(),
            "born": _born(os.getpid()),
            "token": secrets.token_hex(8),
        }
        own = path.with_name(f"{path.name}.{mark['token']}")
        own.write_text(json.dumps(mark), encoding="utf-8")
        try:
            if path.exists():
                _refuse_if_alive(path, own, out)
                os.replace(own, path)
                time.sleep(SETTLE)
            else:
                _create(own, path)
            if (winner := _read(path)).get("token") != mark["token"]:
                raise _refusal(winner, path, out)
        finally:
            own.unlink(missing_ok=True)
        return cls(path, mark)

    def release(self) -> None:
        """Give the folder free, if it is still this run's."""
        self._over.set()
        if _read(self.path).get("token") == self.mark["token"]:
            self.path.unlink(missing_ok=True)

    def _live(self) -> None:
        while not self._over.wait(BEAT):
            try:
                os.utime(self.path)
            except OSError:  # a disk that is away for a moment
                continue


def _create(own: Path, path: Path) -> None:
    """Give the file its name, unless another has it already."""
    try:
        os.link(own, path)
    except FileExistsError:
        return
    except OSError:  # a disk without second names
        os.replace(own, path)
        time.sleep(SETTLE)


def _refuse_if_alive(path: Path, now: Path, out: Path) -> None:
    """JZ-E115 if the run of this file is alive; `now`: a file just written, for the disk's time."""
    mark = _read(path)
    if mark.get("host") == socket.gethostname():
        process = int(mark["process"])
        alive = runs(process) and _born(process) == mark.get("born")
    else:
        alive = now.stat().st_mtime - path.stat().st_mtime < SILENT
    if alive:
        raise _refusal(mark, path, out)


def _refusal(mark: dict[str, Any], path: Path, out: Path) -> JZError:
    who = {"host": mark.get("host", "—"), "process": mark.get("process", "—")}
    return JZError.of("JZ-E115", str(out), **who, lock=path)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _born(process: int) -> str:
    """When a process began, where the system tells: numbers of processes come again."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return told.rpartition(")")[2].split()[19]
