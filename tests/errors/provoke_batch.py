"""How each code of running in parts comes about; part of `provoke`."""

import shutil

import pyarrow.parquet as pq

from jiuzhu_sim.batch import Job, Threads, Work, run_jobs
from jiuzhu_sim.batch.cluster import Cluster
from jiuzhu_sim.batch.workers import Sight, given_up, unfit, versions
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population import read_people, write_synthetic
from jiuzhu_sim.population.parts import list_parts

BATCH = {}


def provokes(code):
    """Enter a function in the table."""

    def enter(function):
        assert code not in BATCH
        BATCH[code] = function
        return function

    return enter


def job_in(folder):
    """A job on a few synthetic people in three parts."""
    write_synthetic("example-county", 12, seed=1, out=folder / "people", partition=5)
    return Job.of("example-county", None, {}, folder / "people")


@provokes("JZ-E110")
def a_disk_too_small(folder, monkeypatch):
    job, few = job_in(folder), shutil._ntuple_diskusage(2**30, 2**30 - 2**20, 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: few)
    with Work.of(folder / "out", [job]) as work:
        run_jobs([job], work, Threads(1))


@provokes("JZ-E115")
def a_folder_that_another_run_has(folder, monkeypatch):
    job = job_in(folder)
    with Work.of(folder / "out", [job]):
        Work.of(folder / "out", [job])


@provokes("JZ-E103")
def parts_of_other_columns(folder, _):
    write_synthetic("example-county", 12, seed=1, out=folder, partition=4)
    path = folder / "households" / "part-00001.parquet"
    pq.write_table(pq.read_table(path).drop_columns("savings"), path)
    read_people(folder)


@provokes("JZ-E109")
def a_scheduler_that_is_not_there(folder, _):
    Cluster("tcp://127.0.0.1:9", timeout=0.2)._start()


@provokes("JZ-E112")
def a_worker_with_another_version(folder, _):
    old = Sight("node7", {**versions(), "numpy": "1.0"}, (), True)
    raise JZError(unfit("tcp://10.0.0.7:40000", old, "/out"))


@provokes("JZ-E113")
def a_part_that_no_worker_could_do(folder, _):
    job = job_in(folder)
    raise JZError([given_up(list_parts(job.data)[0], "killed")])
