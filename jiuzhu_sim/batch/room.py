"""Whether the disk has room for what a run will write, before it begins."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from jiuzhu_sim.batch.job import Job
from jiuzhu_sim.batch.part import kept_columns
from jiuzhu_sim.columns import column
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population.parts import PartFile

ID_BYTES = 24
"""Bytes of a household id: a number of a register, 18 digits as text, with its place."""

STATE_BYTES = 1_000_000
"""Bytes of a part's states and receipt: 0.55 MB measured on 65,536 households of two laws, mostly
histograms of income, and room for more."""

SPARE = 64 * 2**20
"""Bytes left for the page, the workbook and the record."""

MEGABYTE = 2**20


def needed(todo: Iterable[tuple[Job, PartFile]]) -> int:
    """Bytes that these parts will take at most: columns uncompressed, states, and some to spare.

    >>> needed([]) == SPARE
    True
    """
    wanted = sum(STATE_BYTES + part.rows * _row_bytes(job) for job, part in todo)
    return wanted + SPARE


def check_room(todo: Iterable[tuple[Job, PartFile]], folder: Path, out: Path) -> None:
    """Raises JZ-E110, naming the output `out`, when the disk of `folder` has less room than the
    parts need."""
    wanted, free = needed(todo), shutil.disk_usage(folder).free
    if free < wanted:
        sizes = {"needed": wanted / MEGABYTE, "free": free / MEGABYTE}
        raise JZError.of("JZ-E110", str(out), **sizes)


def _row_bytes(job: Job) -> int:
    """Bytes of a household in the results that are kept."""
    if not job.keep:
        return 0
    laws = len([law for law in job.policies if law])
    sizes = [np.dtype(column(name).storage).itemsize for name in kept_columns()]
    return ID_BYTES + laws * sum(sizes)
