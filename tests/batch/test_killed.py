"""Whole processes killed at random points: nothing half-written, and the next run goes on."""

import multiprocessing
import os
import random
import signal
import time

import pytest

from jiuzhu_sim.batch import Receipt, Work
from tests.batch.killed import begun, run
from tests.batch.people import contents, done, job_on

WORKERS, KILLS, PARTS = 2, 11, 66
PATIENCE = 60
"""Seconds after which a test gives up waiting."""


@pytest.fixture(scope="module")
def start():
    """Starts processes that have the package at hand, from one that runs nothing else."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.batch.killed"])
    begun_all = []

    def start(*given):
        process = context.Process(target=run, args=given)
        process.start()
        begun_all.append(process)
        return process

    yield start
    for process in begun_all:
        if process.is_alive():
            process.kill()


def wait_for(condition, process):
    until = time.monotonic() + PATIENCE
    while not condition() and process.is_alive():
        assert time.monotonic() < until
        time.sleep(0.002)


def test_killed_again_and_again_it_ends_with_the_bytes_of_an_undisturbed_run(start, tmp_path):
    job = job_on(tmp_path, PARTS * 5, 5)
    out, log, chance = tmp_path / "out", tmp_path / "log", random.Random(44)
    kept = 0
    for _ in range(KILLS):
        process = start(job, str(out), str(log), WORKERS)
        some = chance.randint(1, 4)
        kept += max(some - WORKERS, 0)  # a worker begins a part when it is through with another
        goal = begun(log) + some
        wait_for(lambda goal=goal: begun(log) >= goal, process)
        time.sleep(chance.random() * 0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.join(PATIENCE)
        assert process.exitcode == -signal.SIGKILL, "it was done before it could be killed"
        assert not out.exists()
        assert_whole(tmp_path / ".out.work", job)
    with Work.of(out, [job]) as work:
        assert len(work.done(job)) >= kept > 0
    process = start(job, str(out), str(log), WORKERS)
    process.join(PATIENCE)
    assert process.exitcode == 0
    # Each kill costs at most the part that each worker had in hand.
    assert PARTS < begun(log) <= PARTS + KILLS * WORKERS
    fresh = done([job], tmp_path / "fresh")[0]
    assert contents(out) == contents(tmp_path / "fresh")
    with Work.of(out, [job]) as work:
        assert len(work.done(job)) == PARTS == len(fresh.receipts)


def assert_whole(folder, job):
    """Every file under its final name is whole: what a receipt speaks of is as it says."""
    work = Work.of(folder.with_name("out"), [job])
    found = work.done(job)
    for path in (folder / "parts").glob("part-*.json"):
        receipt = Receipt.from_json(path.read_text("utf-8"))
        assert receipt.number in found
    work.__exit__(None, None, None)


def test_stopped_by_hand_it_leaves_what_is_done(start, tmp_path):
    job = job_on(tmp_path, 24 * 5, 5)
    out, log = tmp_path / "out", tmp_path / "log"
    process = start(job, str(out), str(log), WORKERS)
    wait_for(lambda: begun(log) >= 6, process)
    os.kill(process.pid, signal.SIGINT)
    process.join(PATIENCE)
    assert process.exitcode == 130
    assert not out.exists()
    assert sorted(os.listdir(tmp_path)) == [".out.work", "log", "people"]
    stopped = begun(log)
    again = done([job], out)[0]
    # Parts in hand were ended, not thrown away.
    assert again.resumed == stopped
    assert again.failed == ()


def test_a_second_run_on_the_folder_is_refused_while_the_first_lives(start, tmp_path):
    job = job_on(tmp_path, 24 * 5, 5)
    out, log = tmp_path / "out", tmp_path / "log"
    process = start(job, str(out), str(log), WORKERS)
    wait_for(lambda: begun(log) >= 1, process)
    with pytest.raises(Exception, match="JZ-E115") as refused:
        done([job], out)
    assert str(process.pid) in str(refused.value)
    process.join(PATIENCE)
    assert process.exitcode == 0
    assert done([job], out)[0].resumed == 24
