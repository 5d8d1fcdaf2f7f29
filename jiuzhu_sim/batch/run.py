"""Jobs from beginning to end: look first, do what is not done, add up, finish.

What can be known before work starts is told before work starts, of all jobs at once. States are
added up in the order of the parts, one at a time in memory; since their sums are exact, the tables
are those of all the people in memory, whatever the parts and whoever did them.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol

from jiuzhu_sim.batch.job import Job
from jiuzhu_sim.batch.part import receipt_name, states_name
from jiuzhu_sim.batch.progress import Progress
from jiuzhu_sim.batch.receipt import Receipt, key_of
from jiuzhu_sim.batch.room import check_room
from jiuzhu_sim.batch.work import Work
from jiuzhu_sim.errors import JZError, Problem, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.measures import Table
from jiuzhu_sim.measures.merge import load_states, tables_of
from jiuzhu_sim.measures.state import States
from jiuzhu_sim.population.parquet import part_name
from jiuzhu_sim.population.parts import PartFile, check_schemas, list_parts, schema_of

SYNTHETIC = "synthetic"


@dataclass(frozen=True)
class Task:
    """A part to be done for a job."""

    job: Job
    part: PartFile


class Runner(Protocol):
    """Who does the parts: threads of this machine, or workers of a cluster."""

    def check(self, jobs: Sequence[Job], work: Work) -> None:
        """Raises, before work starts, when it cannot do these jobs."""

    def run(self, tasks: Sequence[Task], work: Work) -> Iterator[Receipt]:
        """Do the tasks by `run_part` into ``work.folder_of(job)``; receipts in any order, one for
        each task. Raises only when it can do no task any more. Closed early, it stops."""


@dataclass(frozen=True)
class Failure:
    """A part that could not be done: its number, its file, its households (0 if not even that is
    known), and why."""

    number: int
    name: str
    rows: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of a job: its tables by name, over all parts but the `failed`.

    `receipts` of the parts done, in their order; `resumed`: how many of them an earlier run did.
    `seconds`: of the whole run. Without any part done there are no tables.
    """

    job: Job
    tables: Mapping[str, Table]
    receipts: tuple[Receipt, ...]
    failed: tuple[Failure, ...]
    resumed: int
    households: int
    persons: int
    seconds: float

    @property
    def left_out(self) -> tuple[str, ...]:
        """The measures that could not be made: the people lack columns that they need."""
        if not self.tables:
            return ()
        return tuple(each.name for each in self.job.measures if each.name not in self.tables)

    @property
    def copies(self) -> tuple[tuple[str, str], ...]:
        """Parts whose file of households is that of another, byte by byte: (part, copy). All of
        their people are counted twice."""
        first: dict[str, Receipt] = {}
        found = []
        for each in self.receipts:
            same = first.setdefault(each.sha256.get("households", each.key), each)
            if same is not each and each.households:
                found.append((part_name(same.number), part_name(each.number)))
        return tuple(found)

    @property
    def about(self) -> Mapping[str, Any]:
        """Where the people come from; where parts differ, a synthetic one speaks for all."""
        told = [receipt.about for receipt in self.receipts]
        synthetic = (about for about in told if about.get("source") == SYNTHETIC)
        return next(synthetic, told[0] if told else {})


def preflight(jobs: Sequence[Job]) -> tuple[tuple[PartFile, ...], ...]:
    """The parts of each job, by their footers alone; none is read.

    Raises, of all jobs at once: JZ-E103 (mixed schemas), what `make_plan` raises for columns that
    are missing, and the faults of the parts of a job that has no sound one.
    """
    problems, found = Problems(), []
    for job in jobs:
        try:
            parts = list_parts(job.data)
            found.append(parts)
            sound = [part for part in parts if not part.fault]
            if not sound:
                raise JZError([fault for part in parts for fault in part.fault])
            # Columns of any part: one that lacks what others have is told as mixed.
            check_schemas(sound, job.columns({n for part in sound for _, n in schema_of(part)}))
        except JZError as refused:
            problems += [each for each in refused.problems if each not in problems]
    problems.raise_if_any()
    return tuple(found)


def run_jobs(
    jobs: Sequence[Job],
    work: Work,
    runner: Runner,
    watch: Callable[[Progress], None] | None = None,
) -> tuple[Outcome, ...]:
    """Do the jobs in `work`, those parts that are not done; `watch` is told of each part.

    A part that fails is in its job's outcome; the others are done. Raises before any work what
    `preflight` and the runner's `check` raise, and JZ-E110 when the disk is too small; later only
    what stops all (JZ-E040 for a full disk): what is done then stays in `work`.

    >>> import tempfile
    >>> from jiuzhu_sim.batch.local import Threads
    >>> from jiuzhu_sim.population import write_synthetic
    >>> with tempfile.TemporaryDirectory() as place:
    ...     _ = write_synthetic("example-county", 40, seed=1, out=place + "/people", partition=15)
    ...     job = Job.of("example-county", None, {}, place + "/people")
    ...     with Work.of(place + "/out", [job]) as work:
    ...         outcome = run_jobs([job], work, Threads())[0]
    ...         work.commit()
    >>> outcome.households, len(outcome.receipts), outcome.resumed
    (40, 3, 0)
    """
    if len({job.name for job in jobs}) < len(jobs):
        raise ValueError("two jobs of one name would write the same files")
    started = time.perf_counter()
    listed = preflight(jobs)
    runner.check(jobs, work)
    sums = [_Sum(job, parts, work) for job, parts in zip(jobs, listed, strict=True)]
    tasks = [task for each in sums for task in each.waiting]
    check_room([(task.job, task.part) for task in tasks], work.folder, work.out)
    for each in sums:
        each.advance()
    _do(tasks, sums, work, runner, watch)
    seconds = time.perf_counter() - started
    return tuple(each.outcome(seconds) for each in sums)


def _do(
    tasks: Sequence[Task],
    sums: Sequence["_Sum"],
    work: Work,
    runner: Runner,
    watch: Callable[[Progress], None] | None,
) -> None:
    """Run the tasks; each receipt goes to the sum of its job."""
    started, by_name = time.perf_counter(), {each.job.name: each for each in sums}
    total, waiting = sum(len(each.parts) for each in sums), sum(t.part.rows for t in tasks)
    resumed, done, failed, households = total - len(tasks), total - len(tasks), 0, 0

    def tell() -> None:
        if watch:
            seconds = time.perf_counter() - started
            watch(Progress(done, total, households, seconds, resumed, waiting, failed))

    tell()
    if not tasks:
        return
    with closing(runner.run(tasks, work)) as receipts:  # type: ignore[type-var]
        for receipt in receipts:
            if receipt.is_stopping:
                raise JZError(receipt.problems)
            each = by_name[receipt.job]
            each.take(receipt)
            done += not receipt.faults
            failed += bool(receipt.faults)
            households += receipt.households
            waiting -= each.parts[receipt.number].rows
            tell()


class _Sum:
    """The states of a job, added up in the order of its parts as far as they are done."""

    def __init__(self, job: Job, parts: Sequence[PartFile], work: Work):
        self.job, self.folder = job, work.folder_of(job)
        self.parts = {part.number: part for part in parts}
        keys = {number: key_of(job, part) for number, part in self.parts.items()}
        done = work.done(job)
        self.receipts = {n: done[n] for n in keys if n in done and done[n].key == keys[n]}
        self.resumed = len(self.receipts)
        work.clear(job, self.receipts.keys())
        self.waiting = [Task(job, p) for n, p in self.parts.items() if n not in self.receipts]
        self.states: States | None = None
        self._next = iter(sorted(self.parts))
        self._due = next(self._next, None)

    def take(self, receipt: Receipt) -> None:
        self.receipts[receipt.number] = receipt
        self.advance()

    def advance(self) -> None:
        """Add the states of the parts that are next in order, as many as are done."""
        while self._due is not None and self._due in self.receipts:
            if not self.receipts[self._due].faults:
                found = self._found(self._due)
                self.states = self.states + found if self.states else found
            self._due = next(self._next, None)

    def _found(self, number: int) -> States:
        """The states of a part that is done; one whose file is gone or spoiled will be done again
        by the next run."""
        path = self.folder / states_name(number)
        try:
            return load_states(path)
        except Exception as fault:
            (self.folder / receipt_name(number)).unlink(missing_ok=True)
            raise JZError.of("JZ-E040", str(path), reason=text("batch.gone")) from fault

    def outcome(self, seconds: float) -> Outcome:
        """The tables of all that is done, and what is not."""
        ordered = [self.receipts[number] for number in sorted(self.receipts)]
        done = [each for each in ordered if not each.faults]
        failed = [
            Failure(
                each.number,
                self.parts[each.number].name,
                self.parts[each.number].rows,
                each.problems,
            )
            for each in ordered
            if each.faults
        ]
        return Outcome(
            job=self.job,
            tables=tables_of(self.states) if self.states else {},
            receipts=tuple(done),
            failed=tuple(failed),
            resumed=self.resumed,
            households=sum(each.households for each in done),
            persons=sum(each.persons for each in done),
            seconds=seconds,
        )
