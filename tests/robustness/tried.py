"""One attempt in a process of its own, with bounds on memory, time and the size of files.

The process is a fork of this one, whose imports are done already: an attempt costs milliseconds,
and whatever it does (fill the memory, run for ever, take the interpreter down) ends with it.
"""

import contextlib
import gc
import os
import pickle
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from jiuzhu_sim.errors import JZError

SECONDS = 10.0
"""Nobody waits longer for a refusal."""

WAIT = 8
"""How much longer it may take by the clock: this machine has other work, too."""

MEMORY = 3 * 2**30
"""Bytes beside what the process has already: what a county's office computer can spare."""

FILE_BYTES = 300 * 2**20
"""No attempt writes more into one file: a bomb that is written out must not fill the disk."""

UNEXPECTED = "JZ-E099"
"""The code of a fault that nobody thought of: kept from the user, but a fault."""


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended: ``done``, ``refused``, ``fault``, ``hung`` or ``killed``; what was
    told; processor seconds, and megabytes at the peak beyond those at the start."""

    ended: str
    told: str
    seconds: float
    megabytes: float

    @property
    def is_well(self):
        return self.ended in ("done", "refused") and "Traceback" not in self.told


@dataclass(frozen=True)
class Ended:
    """The exit code of a command, and what it printed."""

    code: int
    words: str


def attempt(function: Callable[[], object], seconds=SECONDS, memory=MEMORY) -> Outcome:
    """Call a function in a fork; one that runs a command gives back how that `Ended`.

    A fork of a process with threads may die of the fork itself: what was killed is tried again,
    and a fault of ours comes back.
    """
    outcome = _attempt(function, seconds, memory)
    return _attempt(function, seconds, memory) if outcome.ended == "killed" else outcome


def _attempt(function, seconds, memory):
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            gc.freeze()  # what the parent holds is not this process's to look through or to end
            os.close(reading)
            os.setsid()
            _bounded(seconds, memory)
            with open(writing, "wb") as stream:
                pickle.dump(_called(function), stream)
        finally:
            os._exit(0)  # this process is not to go on with what its parent does
    os.close(writing)
    told = _heard(reading, started + WAIT * seconds)
    is_hung = told is None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL) if is_hung else None
    _, status, used = os.wait4(child, 0)
    spent = used.ru_utime + used.ru_stime
    peak = used.ru_maxrss / 1024
    if is_hung or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
        return Outcome("hung", "", spent, peak)
    if os.WIFSIGNALED(status) or not told:
        return Outcome("killed", f"status {status}", spent, peak)
    ended, words, before = pickle.loads(told)
    return Outcome(ended, words, spent, peak - before)


def _bounded(seconds, memory):
    """Bounds of this process. Told twice, it dies: at the first word it could still be caught."""
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    now = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(now.ru_utime + now.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + int(seconds) + 1, spent + int(seconds) + 2))
    with open("/proc/self/statm", encoding="ascii") as stream:
        held = int(stream.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + memory, held + memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _called(function):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    try:
        given = function()
    except JZError as refused:
        is_known = UNEXPECTED not in refused.codes and refused.problems
        return ("refused" if is_known else "fault"), str(refused), before
    except BaseException:  # whatever it is, it is what we look for
        return "fault", traceback.format_exc(), before
    if isinstance(given, Ended):
        code, words = given.code, given.words
        is_well = code in (0, 1) or (code == 2 and ("[JZ-E" in words or "usage:" in words))
        is_well = is_well and UNEXPECTED not in words
        return ("done" if is_well else "fault"), words, before
    return "done", "", before


def _heard(reading, until):
    """All that the child says, None where it says nothing in time."""
    heard = b""
    with open(reading, "rb", buffering=0) as stream:
        while (left := until - time.monotonic()) > 0:
            if select.select([stream], [], [], left)[0]:
                piece = stream.read(2**16)
                if not piece:
                    return heard
                heard += piece
    return None
