"""A run in a process of its own that writes down each part it begins, to be killed by the tests."""

import os
import signal
import time
from importlib import import_module
from pathlib import Path

from jiuzhu_sim.batch import Job, Threads, Work, local, run_jobs
from jiuzhu_sim.batch.part import run_part
from jiuzhu_sim.columns import columns
from tests.batch.people import CHANGES

# What every run needs, loaded once in the process that the others are forked from.
Job.of("example-county", None, CHANGES, "people").columns(columns())
import_module("pyarrow.parquet")

PAUSE = 0.01
"""Seconds that each part takes longer, so that a kill meets parts at work."""


def run(job, out, log, workers):
    """Do a job into `out`; a line in `log` for each part begun, one when all is done."""
    # A test run in the background of a shell is started with Ctrl-C ignored, and hands that on.
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def told(given, part, folder):
        with Path(log).open("a", encoding="utf-8") as lines:
            lines.write(f"{os.getpid()} {part.number}\n")
        time.sleep(PAUSE)
        return run_part(given, part, folder)

    local.run_part = told
    try:
        with Work.of(out, [job]) as work:
            run_jobs([job], work, Threads(workers))
            work.commit()
    except KeyboardInterrupt:
        os._exit(130)


def begun(log):
    """How many parts have been begun, by all runs."""
    return len(Path(log).read_text(encoding="utf-8").splitlines()) if Path(log).exists() else 0
