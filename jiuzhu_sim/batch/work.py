"""The folder of a run under way: what is done stays, whoever kills the run.

It lies hidden beside the output, and takes its place at once when everything is there. The next run
on the same output goes on with the parts that are done, from here or from the output of an earlier
run; only those with the same key count (same laws, same files, same versions).
"""

import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from jiuzhu_sim.batch.job import Job
from jiuzhu_sim.batch.lock import Lock
from jiuzhu_sim.batch.part import HOUSEHOLDS, PARTS, receipt_name
from jiuzhu_sim.batch.receipt import Receipt
from jiuzhu_sim.errors import Problems
from jiuzhu_sim.files import beside, make_ready, place_of, put_in_place, same_file, writing
from jiuzhu_sim.language import text
from jiuzhu_sim.population.parquet import TABLES

OURS = (HOUSEHOLDS, PARTS)
"""Folders that belong to a run as a whole: nothing of an earlier one stays in them."""


class Work:
    """The work of some jobs for the output `out`; make it with `Work.of`, in a with-block.

    `folder`: where the run writes. Left without `commit`, it stays for the next run to go on.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     job = Job.of("example-county", None, {}, place)
    ...     with Work.of(Path(place) / "out", [job]) as work:
    ...         _ = (work.folder / "page.html").write_text("…")
    ...         done = work.done(job)
    ...         work.commit()
    ...     done, sorted(os.listdir(Path(place) / "out")), os.listdir(place)
    ({}, ['households', 'page.html', 'parts'], ['out'])
    """

    def __init__(self, out: Path, jobs: tuple[Job, ...], lock: Lock):
        self.out, self.jobs, self._lock = out, jobs, lock
        self.folder = beside(out, "work")

    @classmethod
    def of(cls, out: str | os.PathLike[str], jobs: Iterable[Job]) -> "Work":
        """The work on `out`, shut to other runs until it is left.

        Raises JZ-E115 when another run is at it, JZ-E040 when nothing can be written there.
        """
        place, jobs = place_of(out), tuple(jobs)
        _refuse_over_people(place, jobs)
        make_ready(place)
        with writing(place):
            lock = Lock.take(beside(place, "lock"), place)
            try:
                work = cls(place, jobs, lock)
                work._take_over()
            except BaseException:
                lock.release()
                raise
        return work

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.folder.is_dir() and not any(self.folder.rglob("*.*")):
            shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.release()

    def folder_of(self, job: Job) -> Path:
        """Where the files of a job go."""
        return self.folder / job.name

    def done(self, job: Job) -> dict[int, Receipt]:
        """The receipts of the parts of a job that are done, by number: those made from the same
        job (look at their `key` for the files) whose outputs are still as they were written."""
        found = _receipts(self.folder_of(job), job)
        return {number: each for number, each in found.items() if self._is_whole(job, each)}

    def clear(self, job: Job, keep: Collection[int]) -> None:
        """Take away the files of all parts of a job but those of these numbers."""
        kept = {Path(receipt_name(number)).stem for number in keep}
        for name in OURS:
            for path in (self.folder_of(job) / name).glob("*"):
                if path.name.partition(".")[0] not in kept:
                    _remove(path)

    def commit(self) -> None:
        """Put the work in the place of `out`, at once. Other files in `out` stay; those of an
        earlier run of these jobs go.

        Raises JZ-E040 when that cannot be done; the work then stays.
        """
        with writing(self.out):
            ours = {Path(job.name) / name for job in self.jobs for name in OURS}
            put_in_place(self.folder, self.out, ours)

    def _take_over(self) -> None:
        """Make the folder; link into it what an earlier run has left done in `out`."""
        kept = {
            self.folder_of(job) / name: None
            for job in self.jobs
            for name in (OURS if job.keep else (PARTS,))
        }
        self._clear_others(kept)
        for folder in kept:
            folder.mkdir(parents=True, exist_ok=True)
        for job in self.jobs:
            folder = self.folder_of(job)
            here, before = _receipts(folder, job), self.out / job.name
            for number, receipt in _receipts(before, job).items():
                if number not in here:
                    names = [*receipt.outputs, receipt_name(number)]
                    if all((before / name).is_file() for name in names):
                        for name in names:
                            (folder / name).unlink(missing_ok=True)
                            same_file(before / name, folder / name)

    def _clear_others(self, kept: Collection[Path]) -> None:
        """Take away what a run that was stopped has left of other jobs, and its pages."""
        ways = {self.folder, *(path.parent for path in kept)}
        there = [folder for folder in ways if folder.is_dir() and not folder.is_symlink()]
        for path in [each for folder in there for each in folder.iterdir()]:
            if path.is_symlink() or not path.is_dir() or path not in {*kept, *ways}:
                _remove(path)

    def _is_whole(self, job: Job, receipt: Receipt) -> bool:
        folder = self.folder_of(job)
        try:
            return all(
                hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
                for name, digest in receipt.outputs.items()
            )
        except OSError:
            return False


def _remove(path: Path) -> None:
    """Whatever it is."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _refuse_over_people(out: Path, jobs: Collection[Job]) -> None:
    """JZ-E040 where results would take the place of people, or lie among them."""
    problems, places = Problems(), {out / job.name for job in jobs}
    ours = {place / name for place in places for name in OURS}
    for data in dict.fromkeys(job.data for job in jobs):
        people = {place_of(Path(data) / table) for table in TABLES}
        taken = places & {place_of(data)}
        taken |= {place for place in places if people & {place, *place.parents}}
        if taken or any(ours & {folder, *folder.parents} for folder in people):
            problems.add("JZ-E040", data, reason=text("os.people"))
    problems.raise_if_any()


def _receipts(folder: Path, job: Job) -> Mapping[int, Receipt]:
    """The receipts in a folder that are of this job; what is no receipt does not count."""
    found = {}
    for path in sorted((folder / PARTS).glob("*.json")):
        try:
            receipt = Receipt.from_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if (
            receipt.key.startswith(job.digest())
            and path.name == Path(receipt_name(receipt.number)).name
        ):
            found[receipt.number] = receipt
    return found
