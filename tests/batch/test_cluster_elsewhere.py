"""A scheduler and workers in processes of their own, as on other machines: absent, unfit, lost."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from jiuzhu_sim.batch import Job, Threads, Work, run_jobs
from jiuzhu_sim.batch.cluster import Cluster
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population import write_synthetic
from tests.batch import parts_with_faults as faulty

PARTS = 12
QUIET = {"DASK_LOGGING__DISTRIBUTED": "error", "PYTHONWARNINGS": "ignore"}


@contextmanager
def process(kind, *words, folder=None, **environ):
    """A scheduler or a worker, ended with its children (by itself when the test is killed);
    `folder`: where it runs."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *map(str, words)]
    null = subprocess.DEVNULL
    with subprocess.Popen(
        command,
        stdout=null,
        stderr=null,
        env=os.environ | QUIET | environ,
        cwd=folder,
        start_new_session=True,
    ) as started:
        try:
            yield started
        finally:
            os.killpg(started.pid, signal.SIGKILL)


def worker(file, folder, **environ):
    folder.mkdir()
    words = ("--nthreads", 1, "--no-dashboard", "--host", "127.0.0.1", "--local-directory", folder)
    words += ("--death-timeout", 60)
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}  # where this process has the program from
    return process("worker", "--scheduler-file", file, *words, folder=folder, **(path | environ))


def wait_for(path):
    until = time.monotonic() + 30
    while not path.exists() or not path.read_text():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    folder = tmp_path_factory.mktemp("elsewhere") / "people"
    write_synthetic("example-county", PARTS * 40, seed=1, out=folder, partition=40)
    return Job.of("example-county", "2025-01-01", {}, folder)


@pytest.fixture
def file(tmp_path):
    """The scheduler file of a scheduler that runs."""
    path = tmp_path / "scheduler.json"
    words = ("--port", 0, "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", path)
    with process(
        "scheduler", *words, "--dashboard-address", "127.0.0.1:0", "--idle-timeout", "120s"
    ) as started:
        wait_for(path)
        yield path, started


def refused(runner, job, out):
    """The error of a run that does not start; nothing is left in place of the output."""
    with runner, pytest.raises(JZError) as caught, Work.of(out, [job]) as work:
        run_jobs([job], work, runner)
    assert not out.exists()
    return caught.value


def test_no_scheduler(job, tmp_path):
    error = refused_at_start(Cluster("tcp://127.0.0.1:9", timeout=0.5))
    assert error.codes == ("JZ-E109",)
    assert "tcp://127.0.0.1:9" in str(error)
    assert "dask scheduler" not in error.problems[0].what
    error = refused_at_start(Cluster(str(tmp_path / "none.json")))
    assert error.codes == ("JZ-E109",)
    error = refused_at_start(Cluster("nowhere", timeout=0.5))
    assert error.codes == ("JZ-E109",)


def refused_at_start(runner):
    with pytest.raises(JZError) as caught, runner:
        pass
    return caught.value


def test_a_lost_scheduler_is_told_and_the_next_run_resumes(job, file, tmp_path, capfd):
    path, scheduler = file
    error = refused_at_start(Cluster(str(path), timeout=0.5))
    assert error.codes == ("JZ-E109",)
    assert "0" in error.problems[0].what
    out = tmp_path / "out"

    def watch(progress):
        if progress.done == 4:
            os.kill(scheduler.pid, signal.SIGKILL)

    address = json.loads(path.read_text())["address"]
    with (
        worker(path, tmp_path / "w"),
        Cluster(address, 1, function=faulty.slow) as cluster,
        pytest.raises(JZError) as caught,
        Work.of(out, [job]) as work,
    ):
        run_jobs([job], work, cluster, watch)
    assert caught.value.codes == ("JZ-E109",)
    assert not out.exists()
    with Work.of(out, [job]) as work:
        outcome = run_jobs([job], work, Threads(1))[0]
        work.commit()
    assert outcome.resumed >= 4
    assert len(outcome.receipts) == PARTS
    assert capfd.readouterr() == ("", "")


def test_a_worker_without_the_program_is_refused_by_name(job, file, tmp_path):
    """A folder of the same name that is not this program comes first on its path."""
    other = tmp_path / "other" / "jiuzhu_sim"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("")
    path, _ = file
    with worker(path, tmp_path / "w", PYTHONPATH=str(other.parent)):
        with Cluster(str(path), timeout=60):
            pass  # the worker is there
        error = refused(Cluster(str(path), timeout=3), job, tmp_path / "out")
    assert error.codes == ("JZ-E112",)
    assert "127.0.0.1" in error.problems[0].what
