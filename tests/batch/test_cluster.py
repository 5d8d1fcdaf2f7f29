"""Parts on processes that die, stop, want too much memory: the numbers are those of threads."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from jiuzhu_sim.batch import Job, Threads, Work, run_jobs
from jiuzhu_sim.batch.cluster import Cluster
from jiuzhu_sim.batch.part import run_part
from jiuzhu_sim.batch.patience import Patience
from jiuzhu_sim.population import write_synthetic
from tests.batch import parts_with_faults as faulty

PARTS = 12
RAISED = {"dibao.standard.rural": "+10%"}
MEMORY = 700_000_000


def hurried():
    """Not so short that a healthy worker on a busy machine is late twice and then alone."""
    return Patience(least=1.5, multiple=4.0, first=4.0)


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cluster") / "people"
    write_synthetic("example-county", PARTS * 40, seed=1, out=folder, partition=40)
    return folder


@pytest.fixture(scope="module")
def job(people):
    return Job.of("example-county", "2025-01-01", RAISED, people)


@pytest.fixture(scope="module")
def truth(job, tmp_path_factory):
    """What threads make of it."""
    return done(job, Threads(2), tmp_path_factory.mktemp("truth") / "out")


@pytest.fixture(scope="module")
def started():
    with Cluster(None, workers=2, memory=MEMORY, timeout=60) as cluster:
        yield cluster


@pytest.fixture
def cluster(started):
    yield started
    started.function, started.patience = run_part, Patience


def done(job, runner, out, watch=None):
    """The outcome of a run and the bytes of its files by household."""
    with Work.of(out, [job]) as work:
        outcome = run_jobs([job], work, runner, watch)[0]
        work.commit()
    return outcome, files(out)


def files(out):
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(Path(out).rglob("part-*"))
        if path.suffix in (".parquet", ".npz")
    }


def same(found, expected):
    """Bit for bit the same tables and files."""
    (outcome, written), (true, there) = found, expected
    assert written == there
    assert outcome.failed == ()
    assert outcome.tables.keys() == true.tables.keys()
    assert outcome.tables
    for name, table in outcome.tables.items():
        assert table.rows == true.tables[name].rows
        for numbers in ("values", "low", "high"):
            ours, theirs = (getattr(each, numbers) for each in (table, true.tables[name]))
            np.testing.assert_array_equal(ours, theirs, err_msg=name)


def alive(pids):
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_processes_give_what_threads_give_and_say_nothing(cluster, job, truth, tmp_path, capfd):
    same(done(job, cluster, tmp_path / "out"), truth)
    assert capfd.readouterr() == ("", "")
    assert not list(tmp_path.glob(".*/.probe*"))


def test_both_workers_killed_in_mid_run(cluster, job, truth, tmp_path, capfd):
    cluster.function = faulty.slow
    first = cluster.pids
    assert len(first) == 2

    def watch(progress):
        if progress.done == 3:
            for pid in first:
                os.kill(pid, signal.SIGKILL)

    same(done(job, cluster, tmp_path / "out", watch), truth)
    assert not set(first) & set(cluster.pids)
    assert capfd.readouterr() == ("", "")


def test_a_part_that_wants_too_much_memory_is_named_and_the_others_are_done(
    cluster, job, truth, tmp_path
):
    cluster.function = faulty.greedy
    outcome, written = done(job, cluster, tmp_path / "out")
    assert [(failure.number, failure.name) for failure in outcome.failed] == [
        (faulty.BAD, f"part-{faulty.BAD:05}.parquet")
    ]
    assert [problem.code for problem in outcome.failed[0].problems] == ["JZ-E113"]
    assert len(outcome.receipts) == PARTS - 1
    assert written == {k: v for k, v in truth[1].items() if f"{faulty.BAD:05}" not in k}
    cluster.function = run_part
    again = done(job, cluster, tmp_path / "out")
    same(again, truth)
    assert again[0].resumed == PARTS - 1


def test_a_worker_that_stands_still_is_not_waited_for(cluster, job, truth, tmp_path):
    cluster.function, cluster.patience = faulty.stops, hurried
    same(done(job, cluster, tmp_path / "out"), truth)
    assert (tmp_path / "stopped").exists()


def test_a_part_without_an_answer_is_given_up(cluster, job, tmp_path):
    cluster.function, cluster.patience = faulty.silent, hurried
    outcome, _ = done(job, cluster, tmp_path / "out")
    assert [failure.number for failure in outcome.failed] == [faulty.BAD]
    assert outcome.failed[0].problems[0].code == "JZ-E113"


def test_a_fault_of_the_program_is_one_parts_fault(cluster, job, tmp_path):
    cluster.function = faulty.raises
    outcome, _ = done(job, cluster, tmp_path / "out")
    (failure,) = outcome.failed
    assert "RuntimeError: broken on purpose" in str(failure.problems[0])


def test_no_process_is_left(people, job, tmp_path):
    """Not even one that was stopped, nor its scratch folder."""
    with Cluster(None, workers=1) as cluster:
        (pid,) = cluster.pids
        os.kill(pid, signal.SIGSTOP)
    assert alive([pid]) == []
