"""Parts on their way to the workers of a Dask cluster and back: lost, stuck and deadly ones.

Only a few parts more are sent than the workers can hold, so that the time since sending is a
measure of a part, and a lost scheduler loses little. The job goes along with each part: it is a
kilobyte, while what Dask has scattered is gone for good with the workers that hold it.
"""

import secrets
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from jiuzhu_sim.batch.patience import Patience
from jiuzhu_sim.batch.receipt import Receipt
from jiuzhu_sim.batch.run import Task
from jiuzhu_sim.batch.workers import given_up
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text

AHEAD = 2
"""Parts under way for each thread of a worker: one being done, one ready when it ends."""

TICK = 0.5
"""Seconds between two looks at parts that are late."""

ROUND = 1.0
"""Seconds between two looks at the workers there are."""

RETURN = 120.0
"""Seconds without any worker before a run is given up: a process is back after a few seconds, on a
busy machine after half a minute."""

FETCHERS = 8
"""Receipts fetched at a time: fetching one is waiting, not work."""

RETRIES = 2
"""Times a part is sent again after a fault that is not its own, such as a worker sent away."""


@dataclass(eq=False)
class Flight:
    """A part under way: its futures (one for each worker asked), and since when."""

    task: Task
    alone: bool
    futures: list[Any] = field(default_factory=list)
    since: float = 0.0
    faults: int = 0
    over: bool = False


class Dispatch:
    """Sends tasks to the workers and gives their receipts, in the order they arrive.

    A part without an answer within the limit of `patience` is asked for a second time, of another
    worker; the first answer counts, and a worker that still holds it is started again. A part that
    killed its workers, or was not answered twice, is done once more when all others are: alone.

    `send(task, key, workers)` submits a task (to one of `workers`, if any) and gives its future.
    Raises JZ-E109 when the scheduler is lost (no answer within `timeout` seconds), or all workers.
    """

    def __init__(
        self,
        client: Any,
        tasks: Sequence[Task],
        send: Callable[[Task, str, Collection[str]], Any],
        patience: Patience,
        timeout: float,
    ):
        self.client, self.send = client, send
        self.patience, self.timeout = patience, timeout
        self.waiting, self.suspects = deque(tasks), deque[Task]()
        self.flights: set[Flight] = set()
        self.landed: SimpleQueue[tuple[Flight, Receipt | BaseException]] = SimpleQueue()
        self.fetchers = ThreadPoolExecutor(FETCHERS, thread_name_prefix="receipts")
        self.workers: dict[str, int] = {}
        self.restarted: set[str] = set()
        self.room, self.next_round = 0, 0.0
        self.seen_workers = time.monotonic()
        self.name = f"jiuzhu-{secrets.token_hex(4)}"
        self.sent = 0

    def __iter__(self) -> Iterator[Receipt]:
        try:
            while self.waiting or self.flights or self.suspects:
                self._look_around()
                self._launch()
                yield from self._arrivals()
                yield from self._late()
        finally:
            self._recall()

    def _launch(self) -> None:
        """Send as many parts as there is room for. Suspects go last and one at a time: the one that
        kills its worker alone is the culprit, not a neighbour."""
        while self.waiting and len(self.flights) < self.room:
            self._ask(self._flight(self.waiting.popleft()))
        if self.suspects and not self.waiting and not self.flights and self.room:
            self._ask(self._flight(self.suspects.popleft(), alone=True))

    def _flight(self, task: Task, alone: bool = False) -> Flight:
        flight = Flight(task, alone)
        self.flights.add(flight)
        return flight

    def _ask(self, flight: Flight, workers: Collection[str] = ()) -> None:
        """Send a part, to one of `workers` if any are named."""
        self.sent += 1
        future = self.send(flight.task, f"{self.name}-{self.sent}", workers)
        flight.futures.append(future)
        flight.since = time.monotonic()
        future.add_done_callback(lambda done: self._fetch(flight, done))

    def _fetch(self, flight: Flight, future: Any) -> None:
        """Have the receipt fetched; a worker that stops just then must not hold up the others."""

        def fetch() -> None:
            try:
                found = future.result(timeout=self.timeout)
            except (Exception, CancelledError) as fault:
                found = fault
            self.landed.put((flight, found))

        with suppress(RuntimeError):  # told after the end
            self.fetchers.submit(fetch)

    def _arrivals(self) -> Iterator[Receipt]:
        """The receipts that have come in; waits for the first a moment."""
        with suppress(Empty):
            flight, found = self.landed.get(timeout=TICK)
            while True:
                if not flight.over:
                    yield from self._judge(flight, found)
                flight, found = self.landed.get_nowait()

    def _judge(self, flight: Flight, found: Receipt | BaseException) -> Iterator[Receipt]:
        from distributed import KilledWorker

        if isinstance(found, Receipt):
            self.patience.learn(time.monotonic() - flight.since)
            self._end(flight)
            yield found
        elif isinstance(found, KilledWorker):
            yield from self._doubt(flight, text("cluster.killed"))
        elif self.client.status != "running":
            raise self._lost(text("cluster.lost"))
        elif flight.faults < RETRIES:
            flight.faults += 1
            self._ask(flight)
        else:
            self._end(flight)
            yield self._failed(flight, _said(found))

    def _late(self) -> Iterator[Receipt]:
        """Ask another worker for a part that is late; put it off when that was done already."""
        now = time.monotonic()
        if not self.room:
            return
        for flight in [each for each in self.flights if now - each.since > self._limit(each)]:
            others = set() if flight.alone else self.workers.keys() - self._holders(flight)
            if others and len(flight.futures) == 1:
                self._ask(flight, others)
            else:
                yield from self._doubt(flight, text("cluster.silent", seconds=now - flight.since))

    def _limit(self, flight: Flight) -> float:
        """Its last chance is a long one: workers may be starting again, or the disk be stuck."""
        return self.patience.first if flight.alone else self.patience.limit

    def _doubt(self, flight: Flight, reason: str) -> Iterator[Receipt]:
        """A part that may be at fault, or its neighbour: once more, alone; then it is the part."""
        self._end(flight)
        if flight.alone:
            yield self._failed(flight, reason)
        else:
            self.suspects.append(flight.task)

    def _holders(self, flight: Flight) -> set[str]:
        """The workers that have this part."""
        keys = {future.key for future in flight.futures}
        return {worker for worker, held in self._rpc("processing").items() if keys & set(held)}

    def _look_around(self) -> None:
        """Count the workers from time to time; JZ-E109 when there are none for too long."""
        now = time.monotonic()
        if now < self.next_round and self.room:
            return
        self.next_round = now + ROUND
        were_there = bool(self.room)
        self.workers = self._rpc("ncores")
        self.room = AHEAD * sum(self.workers.values())
        if self.room:
            self.seen_workers = now
            for flight in self.flights if not were_there else ():  # nobody could have answered
                flight.since = now
        elif now - self.seen_workers > RETURN:
            raise self._lost(text("cluster.no_workers_left"))

    def _rpc(self, name: str) -> dict[str, Any]:
        """Ask the scheduler; one that does not answer is lost."""
        try:
            call = getattr(self.client.scheduler, name)
            found: dict[str, Any] = self.client.sync(call, callback_timeout=self.timeout)
        except (Exception, CancelledError) as fault:
            raise self._lost(text("cluster.lost")) from fault
        return found

    def _lost(self, reason: str) -> JZError:
        address = str(getattr(self.client.scheduler, "address", "") or "—")
        return JZError.of("JZ-E109", address=address, reason=reason)

    def _end(self, flight: Flight) -> None:
        """Forget a part. Workers that still hold it are started again: one that stands still would
        be given the next part, and one that wakes up would write into a folder that has moved."""
        flight.over = True
        self.flights.discard(flight)
        if any(not future.done() for future in flight.futures):
            holders = self._holders(flight)
            with suppress(Exception):
                self.client.cancel(flight.futures, force=True)
            if stuck := sorted(holders - self.restarted):
                self.restarted |= holders  # asked twice, a nanny closes for good
                self.fetchers.submit(self._restart, stuck)
        flight.futures = []

    def _restart(self, workers: Sequence[str]) -> None:
        with suppress(Exception):
            self.client.restart_workers(workers, timeout=self.timeout, raise_for_error=False)

    def _failed(self, flight: Flight, reason: str) -> Receipt:
        task = flight.task
        return Receipt.failed(task.job, task.part, [given_up(task.part, reason)])

    def _recall(self) -> None:
        """Call back whatever is out: an interrupted run leaves no work behind on the cluster."""
        futures = [future for flight in self.flights for future in flight.futures]
        self.fetchers.shutdown(wait=False, cancel_futures=True)
        if futures and self.client.status == "running":
            with suppress(Exception):
                self.client.cancel(futures, force=True)
        self.flights.clear()


def _said(fault: BaseException) -> str:
    if isinstance(fault, JZError):
        return "；".join(problem.what for problem in fault.problems)
    return f"{type(fault).__name__}: {fault}".splitlines()[0]
