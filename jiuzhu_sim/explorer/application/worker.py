"""The computing process: started, watched, restarted; asked one thing at a time.

It runs beside the server, so that the page can still be told what happened when it dies (killed,
out of memory), and a new one takes its place.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.files import write_log
from jiuzhu_sim.language import set_language, text

ESTIMATES = {
    "python": (0.8, 0.0),
    "people": (1.7, 3e-6),
    "baseline": (0.2, 0.5e-6),
    "tables": (0.1, 1.5e-6),
}
"""Stages of the start in order: seconds at the start and for each household, measured on two
cores (synthetic people). The page goes by its own last start where there was one."""

RESTARTS = 3
"""Times in a row that a process is started again without having answered anything."""

OUT_OF_MEMORY = 77
"""Exit code of a process that ended itself because memory ran out."""


@dataclass(frozen=True)
class Setup:
    """What the application is started with; travels to the computing process.

    `law`: ``place@date``; `label`: what it is called; `changes`, `title`: the scenario to begin
    with.
    """

    law: str
    label: Mapping[str, str]
    data: str
    households: int
    seed: int
    per: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""


class StoppedError(Exception):
    """The process is not there or not ready; `Worker.status` tells which."""


class Worker:
    """A process that holds the people and the model, and a thread that keeps it alive.

    `target` is what the process runs: it gets a connection and the setup, sends ``(word, value)``
    while it starts (see `compute`), then answers requests. `refused` is called with the sentence
    when the people or the law turn out to be such that nothing can be computed.
    """

    def __init__(
        self,
        setup: Setup,
        *,
        target: Callable[[Connection, Any], None] | None = None,
        restarts: int = RESTARTS,
        refused: Callable[[str], None] | None = None,
    ):
        self.setup, self._target, self._restarts = setup, target or compute, restarts
        self._asking, self._again = threading.Lock(), threading.Event()
        self._launching = threading.Lock()
        self._connection: Connection | None = None
        self._process: Any = None
        self._stage, self._since = "python", time.monotonic()
        self._taken: dict[str, float] = {}
        self._starts = self._failures = 0
        self._closed = False
        self._exit = ""
        self._told = refused or (lambda _: None)
        self._refused: list[dict[str, str]] = []
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> "Worker":
        """Start the process; returns at once."""
        self._keeper.start()
        return self

    def close(self) -> None:
        """End the process."""
        with self._launching:  # one that has only half been started would complain
            self._closed = True
        self._again.set()
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join()

    @property
    def pid(self) -> int | None:
        """The process's number; None while there is none."""
        return self._process.pid if self._process is not None else None

    def status(self) -> dict[str, Any]:
        """How far it is: `stage` (one of `ESTIMATES`, ready, refused, failed), the seconds in it
        and those each stage took, `starts` so far, and what was refused, as sentences."""
        return {
            "stage": self._stage,
            "seconds": round(time.monotonic() - self._since, 2),
            "taken": dict(self._taken),
            "estimates": {
                name: round(least + each * self.setup.households, 2)
                for name, (least, each) in ESTIMATES.items()
            },
            "starts": self._starts,
            "problems": self._refused if self._stage == "refused" else self._failed(),
        }

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one request.

        Raises StoppedError when the process is not ready or dies over it, JZ-E068 when it has
        died too often to be started again.
        """
        with self._asking:
            if self._stage == "failed":
                raise self._too_often()
            if self._stage != "ready" or self._connection is None:
                raise StoppedError
            try:
                self._connection.send(request)
                answer: dict[str, Any] = self._connection.recv()
            except (EOFError, OSError) as gone:
                raise StoppedError from gone
            if request.get("kind") == "state":
                self._failures = 0
            return answer

    def again(self) -> None:
        """Try once more after too many deaths."""
        self._failures = 0
        self._again.set()

    def _keep(self) -> None:
        """Start the process, see it through its start, wait for its death, start it again."""
        while True:
            with self._launching:
                if self._closed:
                    return
                connection = self._launch()
            with suppress(EOFError, OSError):  # it died; why is told by its exit code
                self._follow(connection)
            self._process.join()
            self._exit = _reason(self._process.exitcode)
            if self._stage == "refused":
                return
            self._failures += 1
            if self._failures > self._restarts and not self._closed:
                self._again.clear()
                self._enter("failed")
                self._again.wait()

    def _launch(self) -> Connection:
        """A new process and the connection to it."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._taken = {}
        self._enter("python")
        self._starts += 1
        self._process = context.Process(
            target=self._target, args=(theirs, self.setup), name="jiuzhu-explorer", daemon=True
        )
        with _deaf_to_interrupts():
            self._process.start()
        theirs.close()  # else its death would not be the end of the connection
        return ours

    def _follow(self, connection: Connection) -> None:
        """Note the stages a starting process tells of, until it is ready or refuses."""
        while True:
            word, value = connection.recv()
            if word == "refused":
                self._refused = value
                self._enter("refused")
                self._told("\n".join(each["sentence"] for each in value))
                return
            self._taken[self._stage] = round(time.monotonic() - self._since, 2)
            if value == "ready":
                self._connection = connection
            self._enter(value)
            if value == "ready":
                return

    def _enter(self, stage: str) -> None:
        self._stage, self._since = stage, time.monotonic()

    def _failed(self) -> list[dict[str, str]]:
        if self._stage != "failed":
            return []
        return [{"path": "", "sentence": str(self._too_often())}]

    def _too_often(self) -> JZError:
        return JZError.of("JZ-E068", times=self._failures, reason=self._exit)


def compute(connection: Connection, setup: Setup) -> None:
    """What the process does: make ready, telling the stages, then answer until nobody asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends us
    try:
        _compute(connection, setup)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except (EOFError, OSError):
        pass  # the server is gone


def _compute(connection: Connection, setup: Setup) -> None:
    # Here, as it takes a second, which the server and its first page do not have.
    from jiuzhu_sim.explorer.application.answers import prepare, problems_of

    try:
        desk = prepare(setup, lambda name: connection.send(("stage", name)))
    except JZError as refused:
        connection.send(("refused", problems_of(refused)))
        return
    connection.send(("stage", "ready"))
    while True:
        request = connection.recv()
        try:
            answer = desk.answer(request)
        except MemoryError:
            raise
        except Exception as fault:
            set_language(request["lang"])
            answer = {"problems": problems_of(unexpected(fault))}
        connection.send(answer)


def unexpected(fault: BaseException) -> JZError:
    """JZ-E099 for a fault of ours, its traceback in a log."""
    reason = f"{type(fault).__name__}: {fault}"
    return JZError.of("JZ-E099", reason=reason, log=write_log(fault))


def _reason(exit_code: int | None) -> str:
    """Why a process ended, in words."""
    if exit_code == OUT_OF_MEMORY:
        return text("app.exit.memory")
    if exit_code is not None and exit_code < 0:
        return text("app.exit.signal", number=-exit_code)
    return text("app.exit.code", number=exit_code)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """A process started inside does not hear Ctrl-C, not even while Python is starting."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # starting it would undo the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
