"""One part: its files, its receipt, and that nothing wrong with it ever raises."""

import errno
import hashlib
import json
import os
import pickle

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.batch import Receipt, part, run_part
from jiuzhu_sim.batch.receipt import key_of
from jiuzhu_sim.errors import Problem
from jiuzhu_sim.language import speaking
from jiuzhu_sim.population.parts import list_parts, read_part
from tests.batch.people import cut, flip, job_on, part_of


@pytest.fixture
def job(tmp_path):
    return job_on(tmp_path, 25)


def made(job, number, out):
    return run_part(job, list_parts(job.data)[number], str(out))


def test_results_by_household_are_those_in_memory(job, tmp_path):
    made(job, 2, tmp_path / "out")
    table = pd.read_parquet(tmp_path / "out" / "households" / "part-00002.parquet")
    people = read_part(list_parts(job.data)[2])
    base, new = (jz.simulate(people, law) for law in job.policies)
    assert table["household_id"].tolist() == [21, 22, 23, 24, 25]
    for name in part.kept_columns():
        assert table[f"{name}_base"].tolist() == base[name].tolist()
        assert table[f"{name}_new"].tolist() == new[name].tolist()


def test_of_one_law_the_results_have_their_plain_names(tmp_path):
    job = job_on(tmp_path, 10, changes={})
    made(job, 0, tmp_path / "out")
    table = pq.read_table(tmp_path / "out" / "households" / "part-00000.parquet")
    assert table.column_names == ["household_id", *part.kept_columns()]


def test_ids_may_be_texts(tmp_path):
    job = job_on(tmp_path, 10, changes={})
    for name in ("persons", "households"):
        path = part_of(job, 0, name)
        table = pd.read_parquet(path)
        table["household_id"] = "H" + table["household_id"].astype(str).str.zfill(3)
        table.to_parquet(path, index=False)
    assert made(job, 0, tmp_path / "out").problems == ()
    table = pd.read_parquet(tmp_path / "out" / "households" / "part-00000.parquet")
    assert table["household_id"].tolist() == [f"H{n:03}" for n in range(1, 11)]


def test_the_receipt_tells_all(job, tmp_path):
    receipt = made(job, 1, tmp_path / "out")
    listed = list_parts(job.data)[1]
    assert (receipt.number, receipt.households) == (1, 10)
    assert receipt.persons == listed.persons_rows
    assert receipt.key == key_of(job, listed)
    assert receipt.bytes_read == listed.bytes
    assert set(receipt.seconds) == {"read", "simulate", "measure", "write"}
    assert receipt.about["source"] == "synthetic"
    assert receipt.worker.endswith(f":{os.getpid()}")
    for name, path in zip(("persons", "households"), listed.paths, strict=True):
        assert receipt.sha256[name] == hashlib.sha256(path.read_bytes()).hexdigest()
    written = {n: (tmp_path / "out" / n).read_bytes() for n in receipt.outputs}
    assert len(written) == 2
    assert {n: hashlib.sha256(c).hexdigest() for n, c in written.items()} == receipt.outputs
    assert receipt.bytes_written == sum(map(len, written.values()))
    kept = (tmp_path / "out" / "parts" / "part-00001.json").read_text("utf-8")
    assert Receipt.from_json(kept) == receipt
    assert pickle.loads(pickle.dumps(receipt)) == receipt


def test_the_same_part_gives_the_same_bytes(job, tmp_path):
    first, again = made(job, 0, tmp_path / "a"), made(job, 0, tmp_path / "b")
    assert first.outputs == again.outputs


def test_the_language_in_use_does_not_matter(job, tmp_path):
    first = made(job, 0, tmp_path / "a")
    with speaking("en"):
        assert made(job, 0, tmp_path / "b").outputs == first.outputs


def test_without_results_by_household_there_are_states_alone(tmp_path):
    job = job_on(tmp_path, 10, keep=False)
    assert list(made(job, 0, tmp_path / "out").outputs) == ["parts/part-00000.npz"]
    assert not (tmp_path / "out" / "households").exists()


@pytest.mark.parametrize("spoil", [cut, flip, os.unlink, lambda path: path.write_bytes(b"")])
def test_a_spoiled_file_is_a_fault_of_the_receipt(job, tmp_path, spoil):
    spoil(part_of(job, 1))
    receipt = made(job, 1, tmp_path / "out")
    assert {problem.code for problem in receipt.problems} <= {"JZ-E020", "JZ-E021"}
    assert receipt.problems
    assert "part-00001" in str(receipt.problems[0])
    assert not receipt.is_stopping
    assert not list((tmp_path).glob("out/*/*"))


def test_no_flipped_byte_goes_unseen(job, tmp_path):
    """It is told, or lies in what is not read: never a silent change of a result."""
    path, told = part_of(job, 0), 0
    whole = made(job, 0, tmp_path / "whole")
    for place in np.linspace(10, path.stat().st_size - 10, 60, dtype=int):
        content = flip(path, place)
        receipt = made(job, 0, tmp_path / "spoiled")
        told += bool(receipt.faults)
        assert receipt.faults or receipt.outputs == whole.outputs, place
        path.write_bytes(content)
    assert told > 10


def test_bad_values_are_told_with_their_place(job, tmp_path):
    path = part_of(job, 1)
    table = pd.read_parquet(path)
    table["age"] = -1
    table.to_parquet(path, index=False)
    problems = made(job, 1, tmp_path / "out").problems
    assert [problem.code for problem in problems] == ["JZ-E023"]


def test_a_file_changed_meanwhile_is_refused(job, tmp_path):
    listed = list_parts(job.data)[0]
    os.utime(listed.persons, (1, 1))
    receipt = run_part(job, listed, str(tmp_path / "out"))
    assert [problem.code for problem in receipt.problems] == ["JZ-E021"]


def test_a_full_disk_stops_the_run(job, tmp_path, monkeypatch):
    def full(path, content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    receipt = made(job, 0, tmp_path / "out")
    assert [problem.code for problem in receipt.problems] == ["JZ-E040"]
    assert receipt.is_stopping
    assert not list(tmp_path.glob("out/*/*"))


def test_the_unexpected_is_a_fault_of_the_part(job, tmp_path, monkeypatch):
    def broken(*given, **named):
        raise RuntimeError("never seen before")

    monkeypatch.setattr(part, "read_part", broken)
    (problem,) = made(job, 0, tmp_path / "out").problems
    assert problem.code == "JZ-E099"
    assert "never seen before" in str(problem)


def test_faults_travel_as_plain_values(job):
    odd = Problem("JZ-E022", "persons", {"name": "年龄", "rows": np.int64(3), "more": {1}})
    receipt = Receipt.failed(job, list_parts(job.data)[0], [odd])
    back = Receipt.from_json(receipt.to_json())
    assert back == receipt
    assert str(back.problems[0]) == str(odd)


def test_the_receipt_comes_last(job, tmp_path, monkeypatch):
    written = []
    plain = part.write_whole

    def seen(path, content):
        written.append(path.name)
        return plain(path, content)

    monkeypatch.setattr(part, "write_whole", seen)
    made(job, 0, tmp_path / "out")
    assert written[-1] == "part-00000.json"
    assert json.loads((tmp_path / "out" / "parts" / written[-1]).read_text("utf-8"))
