"""Jobs from beginning to end: the numbers of all people in memory; faults told early, by name."""

import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.batch import Job, Threads, Work, run_jobs
from jiuzhu_sim.batch import job as module
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.merge import measures_for, partial_states, tables_of
from jiuzhu_sim.population import write_synthetic
from tests.batch.people import CHANGES, contents, cut, done, flip, job_on, part_of


def in_memory(job):
    """The tables of all people at once."""
    people = jz.read_people(job.data)
    base, new = job.policies
    before = jz.simulate(people, base, job.wanted)
    after = jz.simulate(people, new, job.wanted, reuse=before) if new else None
    return tables_of(partial_states(job.measures, before, after))


def assert_same(tables, others):
    assert list(tables) == list(others)
    for name, table in tables.items():
        other = others[name]
        assert table.rows == other.rows, name
        assert table.title == other.title
        for part in ("values", "low", "high", "n"):
            given, expected = getattr(table, part), getattr(other, part)
            assert np.array_equal(given, expected, equal_nan=True), (name, part)


@pytest.mark.parametrize("partition", [7, 1000, 65536])
@pytest.mark.parametrize("changes", [{}, CHANGES], ids=["one law", "two laws"])
def test_the_tables_are_those_in_memory_bit_for_bit(tmp_path, partition, changes):
    households = 140 if partition == 7 else 2300
    job = job_on(tmp_path, households, partition, changes, keep=False)
    outcome = done([job], tmp_path / "out")[0]
    assert outcome.households == households
    assert_same(outcome.tables, in_memory(job))


@pytest.mark.parametrize("workers", [1, 3])
def test_neither_workers_nor_order_change_a_byte(tmp_path, workers):
    job = job_on(tmp_path, 300, 30)
    outcome = done([job], tmp_path / "a", Threads(2))[0]
    other = done([job], tmp_path / "b", Backwards(workers))[0]
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert_same(outcome.tables, other.tables)


class Backwards(Threads):
    """Threads that begin at the end."""

    def run(self, tasks, work):
        yield from super().run(list(tasks)[::-1], work)


@pytest.mark.parametrize("spoil", [cut, flip])
def test_a_corrupt_part_is_named_the_rest_done_and_only_it_done_again(tmp_path, spoil):
    job = job_on(tmp_path, 100, 10)
    whole = done([job], tmp_path / "whole")[0]
    content = spoil(part_of(job, 4))
    outcome = done([job], tmp_path / "out")[0]
    (failure,) = outcome.failed
    assert (failure.number, failure.name) == (4, "part-00004.parquet")
    assert [problem.code for problem in failure.problems] == ["JZ-E021"]
    assert "part-00004.parquet" in str(failure.problems[0])
    assert outcome.households == 90
    assert len(outcome.receipts) == 9
    assert not list((tmp_path / "out").rglob("part-00004*"))
    part_of(job, 4).write_bytes(content)
    mended = done([job], tmp_path / "out")[0]
    assert mended.failed == ()
    assert mended.resumed == 9
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    assert_same(mended.tables, whole.tables)


def test_a_missing_part_is_named(tmp_path):
    job = job_on(tmp_path, 30, 10)
    part_of(job, 1, "households").unlink()
    (failure,) = done([job], tmp_path / "out")[0].failed
    assert failure.problems[0].code == "JZ-E020"


def test_a_part_gone_bad_after_it_was_done_leaves_no_old_result(tmp_path):
    job = job_on(tmp_path, 30, 10)
    done([job], tmp_path / "out")
    flip(part_of(job, 1))
    assert len(done([job], tmp_path / "out")[0].failed) == 1
    assert not list((tmp_path / "out").rglob("part-00001*"))


def test_without_a_sound_part_nothing_starts(tmp_path):
    job = job_on(tmp_path, 20, 10)
    for number in range(2):
        cut(part_of(job, number))
    with pytest.raises(JZError) as refused:
        done([job], tmp_path / "out")
    assert refused.value.codes == ("JZ-E021", "JZ-E021")
    assert sorted(os.listdir(tmp_path)) == ["people"]


def test_parts_that_all_fail_later_give_no_tables(tmp_path):
    job = job_on(tmp_path, 20, 10)
    for number in range(2):
        flip(part_of(job, number))
    outcome = done([job], tmp_path / "out")[0]
    assert (outcome.tables, outcome.households, len(outcome.failed)) == ({}, 0, 2)


def test_faults_of_all_jobs_are_told_before_any_starts(tmp_path):
    jobs = [job_on(tmp_path / name, 20, 10, name=name) for name in ("甲", "乙", "丙")]
    path = part_of(jobs[0], 1, "households")
    pd.read_parquet(path).drop(columns="area").to_parquet(path, index=False)
    for number in range(2):
        path = part_of(jobs[1], number)
        pd.read_parquet(path).drop(columns="age").to_parquet(path, index=False)
    shutil.rmtree(jobs[2].data)
    with pytest.raises(JZError) as refused:
        done(jobs, tmp_path / "out")
    assert {"JZ-E103", "JZ-E011", "JZ-E020"} <= set(refused.value.codes)
    assert not (tmp_path / "out").exists()


def test_too_small_a_disk_is_told_before_work_starts(tmp_path, monkeypatch):
    job = job_on(tmp_path, 20, 10)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 8, 1))
    with pytest.raises(JZError, match="JZ-E110"):
        done([job], tmp_path / "out", Threads(1), pytest.fail)
    assert sorted(os.listdir(tmp_path)) == ["people"]


def test_a_disk_that_fills_up_stops_the_run_and_keeps_what_is_done(tmp_path, monkeypatch):
    job, plain, written = job_on(tmp_path, 60, 10), Path.write_bytes, []

    def filling(path, content):
        written.append(path)
        if len(written) > 9:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return plain(path, content)

    monkeypatch.setattr(Path, "write_bytes", filling)
    with pytest.raises(JZError, match="JZ-E040"):
        done([job], tmp_path / "out", Threads(1))
    assert not (tmp_path / "out").exists()
    monkeypatch.undo()
    outcome = done([job], tmp_path / "out")[0]
    assert outcome.resumed == 3
    done([job], tmp_path / "fresh")
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")


def test_many_counties_are_one_queue(tmp_path):
    jobs = [
        job_on(tmp_path / "a", 40, 10, name="甲县"),
        job_on(tmp_path / "b", 30, 10, {}, seed=2, name="乙县", keep=False),
    ]
    told = []
    outcomes = done(jobs, tmp_path / "out", Threads(2), told.append)
    assert [each.job.name for each in outcomes] == ["甲县", "乙县"]
    assert [each.households for each in outcomes] == [40, 30]
    for job, each in zip(jobs, outcomes, strict=True):
        assert_same(each.tables, in_memory(job))
    assert [each.done for each in told] == list(range(8))
    assert (told[-1].total, told[-1].households, told[-1].waiting) == (7, 70, 0)
    assert sorted(os.listdir(tmp_path / "out" / "乙县")) == ["parts"]


def test_people_in_one_file_are_one_part(tmp_path):
    people = jz.synthesize("example-county", households=50, seed=1)
    jz.write_people(people, tmp_path / "people")
    job = Job.of("example-county", None, {}, tmp_path / "people")
    assert_same(done([job], tmp_path / "out")[0].tables, in_memory(job))


def test_people_know_where_they_come_from(tmp_path):
    job = job_on(tmp_path, 20, 10)
    assert done([job], tmp_path / "out")[0].about["source"] == "synthetic"


def test_measures_that_the_columns_do_not_allow_are_left_out_by_name(tmp_path, monkeypatch):
    def poorer(policy, compares, columns=None):
        made = measures_for(policy, compares, columns)
        return made if columns is None else tuple(m for m in made if m.name != "programmes")

    monkeypatch.setattr(module, "measures_for", poorer)
    outcome = done([job_on(tmp_path, 20, 10)], tmp_path / "out")[0]
    assert outcome.left_out == ("programmes",)
    assert "programmes" not in outcome.tables
    assert "caseload.new" in outcome.tables


def test_two_jobs_of_one_name_are_refused(tmp_path):
    job = job_on(tmp_path, 20, 10)
    with pytest.raises(ValueError, match="one name"):
        done([job, replace(job, changes=())], tmp_path / "out")


def test_a_runner_is_asked_before_work_starts(tmp_path):
    class Unfit(Threads):
        def check(self, jobs, work):
            raise JZError.of("JZ-E020", "x", path="x")

    job = job_on(tmp_path, 20, 10)
    with Work.of(tmp_path / "out", [job]) as work, pytest.raises(JZError, match="JZ-E020"):
        run_jobs([job], work, Unfit(1), pytest.fail)


def test_new_people_in_the_same_place_are_done_anew(tmp_path):
    job = job_on(tmp_path, 20, 10)
    done([job], tmp_path / "out")
    write_synthetic("example-county", 20, seed=9, out=job.data, partition=10)
    outcome = done([job], tmp_path / "out")[0]
    assert outcome.resumed == 0
    assert_same(outcome.tables, in_memory(job))
