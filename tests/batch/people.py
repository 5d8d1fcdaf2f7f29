"""Synthetic people in parts, and ways to spoil them, for the tests of this folder."""

from pathlib import Path

from jiuzhu_sim.batch import Job, Threads, Work, run_jobs
from jiuzhu_sim.population import write_synthetic

CHANGES = {"dibao.standard.rural": "+10%"}


def job_on(folder, households=60, partition=10, changes=CHANGES, seed=1, **given):
    """A job on new synthetic people in `folder`/people."""
    data = Path(folder) / "people"
    write_synthetic("example-county", households, seed=seed, out=data, partition=partition)
    return Job.of("example-county", None, changes, data, **given)


def done(jobs, out, runner=None, watch=None):
    """The outcomes of jobs, put into `out`."""
    with Work.of(out, jobs) as work:
        outcomes = run_jobs(jobs, work, runner or Threads(2), watch)
        work.commit()
    return outcomes


def part_of(job, number, table="persons"):
    """A file of the people of a job."""
    return Path(job.data) / table / f"part-{number:05}.parquet"


def cut(path):
    """Leave out the last third of a file, its footer with it."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    return content


FIRST = 60
"""A byte of the first column of a file."""


def flip(path, place=FIRST):
    """Turn round the bits of one byte of a file: a column's, unless told otherwise."""
    content = path.read_bytes()
    spoiled = bytearray(content)
    spoiled[place] ^= 0xFF
    path.write_bytes(spoiled)
    return content


def contents(folder):
    """What stands in a folder, but for the receipts, which tell times and processes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file() and path.suffix != ".json"
    }
