"""Parts that are slow, stuck, greedy or broken: what the tests of a cluster let workers run."""

import os
import signal
import time
from pathlib import Path

import numpy as np

from jiuzhu_sim.batch.part import run_part

BAD = 3
MEGABYTE = 1_000_000


def slow(job, part, folder):
    """A part that takes a while."""
    time.sleep(0.2)
    return run_part(job, part, folder)


def greedy(job, part, folder):
    """One part wants more and more memory."""
    if part.number == BAD:
        taken = []
        while len(taken) < 40:
            taken.append(np.ones(50 * MEGABYTE, dtype=np.int8))
            time.sleep(0.05)
    return run_part(job, part, folder)


def stops(job, part, folder):
    """The process of one part stands still the first time."""
    mark = Path(folder).parent / "stopped"
    if part.number == BAD and not mark.exists():
        mark.write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(0.05)
    return run_part(job, part, folder)


def silent(job, part, folder):
    """One part is never done, whoever does it."""
    while part.number == BAD:
        time.sleep(0.1)
    return run_part(job, part, folder)


def raises(job, part, folder):
    """One part meets a fault of the program."""
    if part.number == BAD:
        raise RuntimeError("broken on purpose")
    return run_part(job, part, folder)
