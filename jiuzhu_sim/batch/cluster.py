"""Runner on a Dask cluster: of this machine's processes, or of other machines."""

import logging
import multiprocessing
import os
import secrets
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from jiuzhu_sim.batch.dispatch import TICK, Dispatch
from jiuzhu_sim.batch.job import Job
from jiuzhu_sim.batch.part import run_part
from jiuzhu_sim.batch.patience import Patience
from jiuzhu_sim.batch.receipt import Receipt
from jiuzhu_sim.batch.run import Task
from jiuzhu_sim.batch.work import Work
from jiuzhu_sim.batch.workers import Compute, compute, look, unfit, versions
from jiuzhu_sim.engine.local import cores
from jiuzhu_sim.errors import JZError, Problems, optional
from jiuzhu_sim.language import language, text

TIMEOUT = 30.0
"""Seconds to wait for a scheduler, for its workers, for one answer."""

CLOSING = 10.0
"""Seconds the processes of this machine get to end by themselves."""

LOGGERS = ("distributed", "tornado", "asyncio", "bokeh")
"""What Dask says to its operators; the user reads the errors of this package."""


def _method() -> str:
    """How processes are started; only Unix knows copies."""
    kinds = multiprocessing.get_all_start_methods()
    return "forkserver" if "forkserver" in kinds else "spawn"


SETTINGS = {
    # Parts are files and receipts are small: there is nothing to spill. A paused worker waits for
    # memory that nobody frees; one at its limit is ended and its part done again.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    "distributed.worker.profile.enabled": False,
    # One death may be chance; what dies twice is done once more alone (see `Dispatch`).
    "distributed.scheduler.allowed-failures": 1,
    # A worker that happens to be starting again 15 s after a death would lose its nanny for good.
    "distributed.deploy.lost-worker-timeout": "30 days",
    # Copies of a process that has the libraries already: back in half a second instead of five.
    "distributed.worker.multiprocessing-method": _method(),
    # A scheduler answers to browsers even without its dashboard; not this one.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
"""Dask's settings for processes of this machine; those of a cluster are its operator's."""


class Cluster:
    """Runs parts on a Dask cluster. Start it by ``with``, or it starts at `check`.

    `address`: of the scheduler (``tcp://host:8786``, ``tls://…`` with the certificates in Dask's
    own configuration, or the path of its scheduler file, ``….json``); None for processes of this
    machine. `workers`: how many processes (None: one a core); on a cluster, how many must be there
    before work starts. `memory`: the limit of a process of this machine in bytes or ``"auto"`` (its
    share of the machine). `timeout`: seconds to wait for an answer. `patience`: when a part counts
    as stuck. `function`: what does a part.

    Raises JZ-E046 without the package distributed, JZ-E109 when there is no scheduler or no worker,
    JZ-E112 when a worker cannot be used.

    >>> Cluster("tcp://10.0.0.5:8786").address
    'tcp://10.0.0.5:8786'
    """

    def __init__(
        self,
        address: str | None = None,
        workers: int | None = None,
        timeout: float = TIMEOUT,
        memory: int | str = "auto",
        patience: Callable[[], Patience] = Patience,
        function: Compute = run_part,
    ):
        if workers is not None and workers < 1:
            wrong = {"name": "workers", "value": workers, "expected": "1, 2, 3 …"}
            raise JZError.of("JZ-E032", "Cluster", **wrong)
        self.address, self.workers, self.timeout = address, workers, timeout
        self.memory, self.patience, self.function = memory, patience, function
        self._open: ExitStack | None = None
        self._client: Any = None
        self._local: Any = None

    def __enter__(self) -> "Cluster":
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection, and the processes of this machine."""
        if self._open is not None:
            self._open.close()
        self._open = self._client = self._local = None

    def check(self, jobs: Sequence[Job], work: Work) -> None:
        """Before work starts: every worker has this program in this version, sees the people of all
        `jobs` and the folder of the results, and may write there; raises JZ-E112 with all faults.
        """
        client = self._start()
        folder, word = str(work.folder), f".probe-{secrets.token_hex(4)}"
        data = sorted({job.data for job in jobs})
        probe = Path(folder) / word
        problems = Problems()
        try:
            probe.write_text(word, encoding="utf-8")
            for worker, seen in self._sights(client, data, folder, word).items():
                problems += unfit(worker, seen, folder)
        except OSError as fault:
            raise JZError.of("JZ-E040", folder, reason=fault.strerror or str(fault)) from fault
        finally:
            probe.unlink(missing_ok=True)
        problems.raise_if_any()

    def run(self, tasks: Sequence[Task], work: Work) -> Iterator[Receipt]:
        """Do all tasks; their receipts in the order they arrive. A part that kills its workers or
        never answers has the fault JZ-E113, others go on. Raises JZ-E109 when the scheduler is
        lost; what is done stays done."""
        client = self._start()
        folders = {task.job: str(work.folder_of(task.job)) for task in tasks}
        expected, lang = dict(versions()), language()

        def send(task: Task, key: str, workers: Collection[str]) -> Any:
            told = (self.function, task.job, task.part, folders[task.job], expected, lang)
            return client.submit(
                compute,
                *told,
                key=key,
                pure=False,
                workers=list(workers) or None,
                allow_other_workers=bool(workers),
            )

        yield from Dispatch(client, tasks, send, self.patience(), self.timeout)

    def _sights(self, client: Any, data: Sequence[str], folder: str, word: str) -> dict[str, Any]:
        """What each worker sees; the exception where looking failed; None without an answer. One
        that leaves may have been about to; if its successor leaves as well it is the question that
        it cannot bear: it has not this program."""
        seen: dict[str, Any] = {}
        gone: dict[str, Any] = {}
        for _ in range(2):
            asked = {
                worker: client.submit(
                    look, data, folder, word, key=f"look-{word}-{n}", pure=False, workers=[worker]
                )
                for n, worker in enumerate(self._known(client), start=len(seen) + len(gone))
                if worker not in seen
            }
            if not asked:
                break  # no successor came
            until = time.monotonic() + self.timeout
            while time.monotonic() < until:  # for those that are still there
                known = self._known(client)
                if all(each.done() for worker, each in asked.items() if worker in known):
                    break
                time.sleep(TICK)
            known = self._known(client)
            seen |= {worker: _outcome(each) for worker, each in asked.items() if worker in known}
            gone = {worker: None for worker in asked if worker not in known}
            if not gone:
                break
            with suppress(Exception):
                client.wait_for_workers(len(seen) + len(gone), timeout=self.timeout)
        return seen | gone

    def _known(self, client: Any) -> list[str]:
        """The addresses of the workers there are; JZ-E109 when the scheduler does not answer."""
        try:
            return sorted(client.sync(client.scheduler.ncores, callback_timeout=self.timeout))
        except (Exception, CancelledError) as fault:
            where = {"address": self.address or "—", "reason": text("cluster.lost")}
            raise JZError.of("JZ-E109", **where) from fault

    def _start(self) -> Any:
        """The connection; made when first needed."""
        if self._client is None:
            with optional("distributed", "cluster"):
                import distributed  # noqa: F401
            with ExitStack() as stack:
                stack.enter_context(_quiet())
                if self.address is None:
                    self._client = stack.enter_context(self._processes())
                else:
                    self._client = stack.enter_context(self._connection(self.address))
                self._open = stack.pop_all()
        return self._client

    @contextmanager
    def _processes(self) -> Iterator[Any]:
        """Processes of this machine, each with a nanny that starts it again when it dies; only this
        machine can reach them."""
        import dask.config
        from distributed import Client, LocalCluster

        scratch = tempfile.mkdtemp(prefix="jiuzhu-cluster-")
        with dask.config.set(SETTINGS):  # for as long as it lasts: also for those started again
            cluster = LocalCluster(
                n_workers=self.workers or cores(),
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address=None,
                worker_dashboard_address=None,
                scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
                silence_logs=logging.CRITICAL,
                local_directory=scratch,
                memory_limit=self.memory,
            )
            self._local = cluster
            client = Client(cluster, set_as_default=False, timeout=self.timeout)
            try:
                yield client
            finally:
                processes = self.pids
                with suppress(Exception):
                    client.close(timeout=CLOSING)
                with suppress(Exception):
                    cluster.close(timeout=CLOSING)
                _end(processes)
                shutil.rmtree(scratch, ignore_errors=True)

    @property
    def pids(self) -> list[int]:
        """The processes of this machine that do the work; empty on a cluster."""
        nannies = self._local.workers.values() if self._local else ()
        return [nanny.pid for nanny in nannies if nanny.pid]

    @contextmanager
    def _connection(self, address: str) -> Iterator[Any]:
        """A connection to a scheduler that has at least one worker; JZ-E109 without."""
        from distributed import Client

        where = {"address": address}
        if address.endswith(".json"):
            if not os.path.isfile(address):
                raise JZError.of("JZ-E109", address=address, reason=text("cluster.no_file"))
            where = {"scheduler_file": address}
        client = Client.__new__(
            Client
        )  # in two steps: one that fails must be closed, or it complains
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # versions are told by `check`
                Client.__init__(client, **where, timeout=self.timeout, set_as_default=False)
        except Exception as fault:
            with suppress(Exception):
                client.close(timeout=0.0)
            raise JZError.of("JZ-E109", address=address, reason=_root(fault)) from fault
        try:
            needed = self.workers or 1
            try:
                client.wait_for_workers(needed, timeout=self.timeout)
            except Exception as fault:
                found = len(self._known(client))
                reason = text("cluster.no_workers", found=found, needed=needed)
                raise JZError.of("JZ-E109", address=address, reason=reason) from fault
            yield client
        finally:
            with suppress(Exception):
                client.close(timeout=CLOSING)


def _outcome(future: Any) -> Any:
    """What came of a call: its value, its exception, None when there is no answer."""
    if not future.done():
        return None
    try:
        return future.result(timeout=TIMEOUT)
    except (Exception, CancelledError) as fault:
        return fault


def _root(fault: BaseException) -> str:
    """What lies behind an exception of a connection, on one line."""
    while fault.__cause__ is not None:
        fault = fault.__cause__
    said = str(fault).strip().splitlines()
    return said[0] if said else type(fault).__name__


def _end(processes: Sequence[int]) -> None:
    """End what is still there: a process that was stopped does not hear a polite request."""
    import signal

    kill = getattr(signal, "SIGKILL", signal.SIGTERM)
    for process in processes:
        with suppress(OSError):
            os.kill(process, kill)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's logs off the user's screen while the cluster is in use."""
    known = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in LOGGERS]
    loggers = [logging.getLogger(name) for name in {*LOGGERS, *known}]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in before:
            logger.setLevel(level)
