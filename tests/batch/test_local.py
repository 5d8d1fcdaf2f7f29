"""Threads of this machine: never more parts at a time than promised; a stop leaves what is done."""

import threading
import time
from contextlib import closing

import pytest

from jiuzhu_sim.batch import Task, Threads, Work, local, run_jobs
from jiuzhu_sim.batch.part import run_part
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population.parts import list_parts
from tests.batch.people import job_on


@pytest.fixture
def job(tmp_path):
    return job_on(tmp_path, 120)


def test_parts_in_memory_are_bounded(job, tmp_path, monkeypatch):
    under_way, most, lock = 0, 0, threading.Lock()

    def counted(*given):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.01)
        receipt = run_part(*given)
        with lock:
            under_way -= 1
        return receipt

    monkeypatch.setattr(local, "run_part", counted)
    with Work.of(tmp_path / "out", [job]) as work:
        run_jobs([job], work, Threads(3))
    assert most == 3


def test_tasks_are_taken_as_they_are_needed(job, tmp_path):
    taken = []

    def tasks():
        for part in list_parts(job.data):
            taken.append(part.number)
            yield Task(job, part)

    with Work.of(tmp_path / "out", [job]) as work:
        with closing(Threads(1).run(tasks(), work)) as receipts:
            next(receipts)
            assert len(taken) <= 4
        assert len(work.done(job)) <= 4


def test_it_has_a_thread_a_core_unless_told():
    assert Threads().workers == local.cores()
    with pytest.raises(JZError, match="JZ-E032"):
        Threads(0)
