"""Where the parts of a run may be done: every runner by the word that asks for it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing, nullcontext

from jiuzhu_sim.batch.local import Threads
from jiuzhu_sim.batch.run import Runner

Opened = AbstractContextManager[Runner]
"""A runner for a while; what it has started ends with the block."""


def _threads(workers: int | None) -> Opened:
    return nullcontext(Threads(workers))


def _processes(workers: int | None) -> Opened:
    return _cluster(None, workers)


def _cluster(address: str | None, workers: int | None) -> Opened:
    from jiuzhu_sim.batch.cluster import Cluster

    return closing(Cluster(address, workers=workers))  # starts once people have been looked at


RUNNERS: Mapping[str, Callable[[int | None], Opened]] = {
    "threads": _threads,
    "local": _processes,
}
"""By word: how to open it with so many workers (None: its own choice). Any other word is the
address of a scheduler. All give the same bits; only where the work is done differs."""

USUAL = "threads"


def open_runner(word: str | None = None, workers: int | None = None) -> Opened:
    """The runner of this word for a with-block: one of `RUNNERS`, or a Dask cluster's address.

    >>> with open_runner("threads", 2) as runner:
    ...     runner.workers
    2
    """
    made = RUNNERS.get(word or USUAL)
    return made(workers) if made else _cluster(word, workers)
