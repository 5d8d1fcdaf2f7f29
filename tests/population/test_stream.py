"""People written in parts: the same, household by household, as those made in memory."""

import os

import numpy as np
import pytest

from jiuzhu_sim.cli import main
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population import (
    read_parts,
    read_people,
    synthesize,
    write_people,
    write_synthetic,
)

HOUSEHOLDS = 5_000


@pytest.mark.parametrize("recipe", ["example-county", "all-programmes"])
@pytest.mark.parametrize("partition", [1_700, HOUSEHOLDS, 9_000])
def test_the_parts_together_are_the_people_made_in_memory(tmp_path, recipe, partition):
    written = write_synthetic(recipe, HOUSEHOLDS, 5, tmp_path, partition)
    people = synthesize(recipe, HOUSEHOLDS, 5)
    read = read_people(tmp_path)
    assert read.digest() == people.digest()
    assert dict(read.about) == dict(people.about) == dict(written.about)
    assert (written.persons, written.parts) == (people.persons, -(-HOUSEHOLDS // partition))


def test_part_by_part_in_order(tmp_path):
    write_synthetic("all-programmes", 500, 5, tmp_path, 200)
    people, start, person = synthesize("all-programmes", 500, 5), 0, 0
    for part in read_parts(tmp_path):
        assert dict(part.about) == dict(people.about)
        for name in people.laid_out:
            first, more = (
                (person, part.persons)
                if len(people[name]) == people.persons
                else (start, part.households)
            )
            np.testing.assert_array_equal(part[name], people[name][first : first + more])
        start, person = start + part.households, person + part.persons
    assert (start, person) == (people.households, people.persons)


def test_people_in_one_file_are_one_part(tmp_path):
    people = synthesize("example-county", 50, 1)
    write_people(people, tmp_path)
    assert [part.digest() for part in read_parts(tmp_path)] == [people.digest()]


def test_each_form_takes_the_place_of_the_other(tmp_path):
    whole, folders = {"persons.parquet", "households.parquet"}, {"persons", "households"}
    (tmp_path / "notes.txt").write_text("mine")
    write_synthetic("example-county", 50, 1, tmp_path, 10)
    write_synthetic("example-county", 30, 2, tmp_path, 10)
    assert len(os.listdir(tmp_path / "persons")) == 3
    assert read_people(tmp_path).about["seed"] == 2
    write_people(synthesize("example-county", 20, 3), tmp_path)
    assert set(os.listdir(tmp_path)) == whole | {"notes.txt"}
    write_synthetic("example-county", 50, 4, tmp_path, 25)
    assert set(os.listdir(tmp_path)) == folders | {"notes.txt"}
    assert read_people(tmp_path).about["seed"] == 4


def test_a_failure_leaves_what_was_there(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write_synthetic("example-county", 50, 1, out, 10)
    before = read_people(out).digest()

    def full(*_):
        raise OSError(28, "no space")

    monkeypatch.setitem(write_synthetic.__globals__, "arrow_tables", full)
    with pytest.raises(JZError, match="JZ-E040"):
        write_synthetic("example-county", 60, 2, out, 10)
    assert read_people(out).digest() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("gone", ["persons/part-00001.parquet", "households/part-00002.parquet"])
def test_a_part_that_is_missing_is_named(tmp_path, gone):
    write_synthetic("example-county", 30, 1, tmp_path, 10)
    (tmp_path / gone).unlink()
    for read in (read_people, lambda folder: list(read_parts(folder))):
        with pytest.raises(JZError) as caught:
            read(tmp_path)
        assert caught.value.codes == ("JZ-E020",)
        assert gone in str(caught.value)


def test_a_part_that_is_no_parquet_file_is_named(tmp_path):
    write_synthetic("example-county", 30, 1, tmp_path, 10)
    for broken in ("part-00000.parquet", "part-00002.parquet"):
        (tmp_path / "persons" / broken).write_bytes(b"nothing of the kind")
    with pytest.raises(JZError) as caught:
        read_people(tmp_path)
    assert set(caught.value.codes) == {"JZ-E021"}
    assert "part-00000" in str(caught.value)


@pytest.mark.parametrize("partition", [0, -1, 2.5, True, "many"])
def test_refusals(tmp_path, partition):
    with pytest.raises(JZError) as caught:
        write_synthetic("example-county", 10, 1, tmp_path / "out", partition)
    assert caught.value.codes == ("JZ-E032",)
    assert not (tmp_path / "out").exists()


def test_the_command_writes_parts(tmp_path, capsys):
    command = ["synth", "example-county", "--households", "25", "--seed", "1"]
    assert main([*command, "--partition", "10", "--out", str(tmp_path)]) == 0
    assert "3块" in capsys.readouterr().out
    assert read_people(tmp_path).digest() == synthesize("example-county", 25, 1).digest()
    assert main([*command, "--partition", "0", "--out", str(tmp_path)]) == 2
