"""What is done stays, is found again, and takes the place of the output at once."""

import os
from dataclasses import replace

import pytest

from jiuzhu_sim.batch import Threads, Work, run_jobs
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population import write_synthetic
from tests.batch.people import contents, done, job_on


@pytest.fixture
def job(tmp_path):
    return job_on(tmp_path, 30)


def test_left_without_commit_it_stays_hidden_for_the_next_run(job, tmp_path):
    out = tmp_path / "out"
    with Work.of(out, [job]) as work:
        run_jobs([job], work, Threads(1))
    assert not out.exists()
    with Work.of(out, [job]) as work:
        assert sorted(work.done(job)) == [0, 1, 2]
        assert run_jobs([job], work, Threads(1))[0].resumed == 3
        work.commit()
    assert sorted(os.listdir(tmp_path)) == ["out", "people"]


def test_without_anything_done_nothing_is_left(job, tmp_path):
    with Work.of(tmp_path / "out", [job]):
        pass
    assert os.listdir(tmp_path) == ["people"]


def test_what_was_done_into_the_output_is_taken_over(job, tmp_path):
    done([job], tmp_path / "out")
    before = contents(tmp_path / "out")
    again = done([job], tmp_path / "out")[0]
    assert again.resumed == 3
    assert contents(tmp_path / "out") == before


def test_another_law_begins_anew_and_leaves_nothing_of_the_first(job, tmp_path):
    done([job], tmp_path / "out")
    other = replace(job, changes=())
    assert done([other], tmp_path / "out")[0].resumed == 0
    done([other], tmp_path / "fresh")
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")


def test_of_fewer_parts_no_old_one_stays(job, tmp_path):
    done([job], tmp_path / "out")
    write_synthetic("example-county", 30, seed=1, out=job.data, partition=15)
    assert len(done([job], tmp_path / "out")[0].receipts) == 2
    assert len(list((tmp_path / "out" / "households").iterdir())) == 2
    assert len(list((tmp_path / "out" / "parts").iterdir())) == 4


def test_results_by_household_that_are_no_longer_wanted_go(job, tmp_path):
    done([job], tmp_path / "out")
    done([replace(job, keep=False)], tmp_path / "out")
    assert os.listdir(tmp_path / "out") == ["parts"]


def test_files_of_others_stay(job, tmp_path):
    out = tmp_path / "out"
    (out / "mine").mkdir(parents=True)
    (out / "mine" / "notes.txt").write_text("1")
    (out / "notes.txt").write_text("2")
    done([job], out)
    assert (out / "mine" / "notes.txt").read_text() == "1"
    assert (out / "notes.txt").read_text() == "2"
    assert sorted(os.listdir(out)) == ["households", "mine", "notes.txt", "parts"]
    done([replace(job, changes=())], out)
    assert sorted(os.listdir(out)) == ["households", "mine", "notes.txt", "parts"]


def test_each_county_has_its_folder(job, tmp_path):
    counties = [replace(job, name="甲县"), replace(job, name="乙县", changes=())]
    done(counties, tmp_path / "out")
    (tmp_path / "out" / "甲县" / "notes.txt").write_text("1")
    done([replace(counties[0], changes=()), counties[1]], tmp_path / "out")
    assert sorted(os.listdir(tmp_path / "out")) == ["乙县", "甲县"]
    assert (tmp_path / "out" / "甲县" / "notes.txt").read_text() == "1"
    assert {name.split("/", 1)[1] for name in contents(tmp_path / "out") if "part" in name} == {
        f"{folder}/part-{n:05}.{end}"
        for folder, end in (("households", "parquet"), ("parts", "npz"))
        for n in range(3)
    }


@pytest.mark.parametrize("name", ["parts/part-00001.npz", "households/part-00001.parquet"])
@pytest.mark.parametrize("spoil", [os.unlink, lambda path: path.write_bytes(b"")])
def test_a_spoiled_output_is_made_again(job, tmp_path, name, spoil):
    done([job], tmp_path / "out")
    before = contents(tmp_path / "out")
    spoil(tmp_path / "out" / name)
    assert done([job], tmp_path / "out")[0].resumed == 2
    assert contents(tmp_path / "out") == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"number": 1}', "null"])
def test_what_is_no_receipt_counts_for_nothing(job, tmp_path, text):
    done([job], tmp_path / "out")
    (tmp_path / "out" / "parts" / "part-00001.json").write_text(text)
    assert done([job], tmp_path / "out")[0].resumed == 2


def test_scratch_files_of_a_killed_run_are_cleared(job, tmp_path):
    with Work.of(tmp_path / "out", [job]) as work:
        run_jobs([job], work, Threads(1))
        (work.folder / "parts" / ".part-00001.npz.77.tmp").write_bytes(b"half")
    done([job], tmp_path / "out")
    assert not [path for path in (tmp_path / "out").rglob(".*")]


def test_a_run_killed_between_the_two_renamings_loses_nothing(job, tmp_path):
    done([job], tmp_path / "out")
    dead = 2**22 + 1
    (tmp_path / "out").rename(tmp_path / f".out.{dead}.abcd.before")
    assert done([job], tmp_path / "out")[0].resumed == 3
    assert sorted(os.listdir(tmp_path)) == ["out", "people"]


def test_where_nothing_can_be_written_it_is_told(job, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(JZError, match="JZ-E040"):
        Work.of(tmp_path / "file" / "out", [job])
    with pytest.raises(JZError, match="JZ-E040"):
        Work.of(tmp_path / "file", [job])
