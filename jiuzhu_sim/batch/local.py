"""Parts on this machine: a few threads, each doing one part after the other."""

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice

from jiuzhu_sim.batch.job import Job
from jiuzhu_sim.batch.part import run_part
from jiuzhu_sim.batch.receipt import Receipt
from jiuzhu_sim.batch.run import Task
from jiuzhu_sim.batch.work import Work
from jiuzhu_sim.engine.local import cores
from jiuzhu_sim.errors import JZError


class Threads:
    """A runner on this machine with `workers` threads (default: one a core).

    Never more parts in memory than threads. Stopped (Ctrl-C), it lets each thread end its part.

    >>> Threads(2).workers
    2
    """

    def __init__(self, workers: int | None = None):
        if workers is not None and workers < 1:
            wrong = {"name": "workers", "value": workers, "expected": "1, 2, 3 …"}
            raise JZError.of("JZ-E032", "Threads", **wrong)
        self.workers = workers or cores()

    def check(self, jobs: Sequence[Job], work: Work) -> None:
        """Nothing to look at: this process sees what it has been given."""

    def run(self, tasks: Sequence[Task], work: Work) -> Iterator[Receipt]:
        """See `Runner`."""
        coming = iter(tasks)
        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="part")

        def begin(count: int) -> set[Future[Receipt]]:
            return {
                pool.submit(run_part, task.job, task.part, str(work.folder_of(task.job)))
                for task in islice(coming, count)
            }

        try:
            # One more than there are threads, so that none waits for the adding up.
            under_way = begin(self.workers + 1)
            while under_way:
                ended, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                under_way |= begin(len(ended))
                for each in ended:
                    yield each.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
