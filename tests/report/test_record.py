"""The id of a run, what it records besides, and what becomes of an earlier run's files."""

import json

import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.report.record import RECORD, forget, outputs_of, run_id, seal


@pytest.fixture(scope="module")
def results():
    people = jz.synthesize("example-county", households=200, seed=1)
    return jz.simulate(people, jz.load_policy("example-county"))


def test_an_id_follows_what_goes_in_and_not_where_it_goes(results):
    made = run_id("annual", {"seed": 1, "out_dir": "a", "dated": ""}, results)
    assert made == run_id("annual", {"seed": 1, "out_dir": "b", "dated": "2026-01-05"}, results)
    assert len(made) == 12
    others = [
        run_id("run", {"seed": 1}, results),
        run_id("annual", {"seed": 2}, results),
        run_id("annual", {"seed": 1}, results, "a log"),
    ]
    assert len({made, *others}) == 4


def written(folder, **files):
    """A finished run: its files and their record."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name == RECORD:
            path.unlink()
    for name, words in files.items():
        (folder / name).write_text(words)
    seal(folder, {"kind": "test"}, {"more": 1})


def test_what_an_earlier_run_wrote_and_this_one_did_not_is_removed(tmp_path):
    written(tmp_path, chart="old", table="old")
    former = outputs_of(tmp_path)
    (tmp_path / "note").write_text("mine")
    (tmp_path / "table").write_text("new")
    seal(tmp_path, {"kind": "test"})
    record = json.loads((tmp_path / RECORD).read_text())
    del record["outputs"]["chart"], record["outputs"]["note"]
    (tmp_path / RECORD).write_text(json.dumps(record))
    forget(tmp_path, former)
    assert {path.name for path in tmp_path.iterdir()} == {"note", "table", RECORD}


def test_a_file_that_somebody_changed_stays(tmp_path):
    written(tmp_path, chart="old")
    former = outputs_of(tmp_path)
    (tmp_path / "chart").write_text("with my remarks")
    (tmp_path / RECORD).write_text('{"outputs": {}}')
    forget(tmp_path, former)
    assert (tmp_path / "chart").exists()


def test_a_record_cannot_lead_out_of_its_folder(tmp_path):
    outside = tmp_path / "x"
    outside.write_text("mine")
    inside = tmp_path / "out"
    written(inside, a="1")
    former = {"../x": outputs_of(inside)["a"]}
    forget(inside, former)
    assert outside.exists()


@pytest.mark.parametrize("words", ["", "[]", "{}", '{"outputs": []}'])
def test_a_folder_without_a_record_has_no_outputs(tmp_path, words):
    assert outputs_of(tmp_path) == {}
    (tmp_path / RECORD).write_text(words)
    assert outputs_of(tmp_path) == {}
