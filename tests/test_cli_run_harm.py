"""`jiuzhu run` where something is amiss: places, lists, streams, damage; nothing gets lost."""

import io
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.law.load import FOLDER
from jiuzhu_sim.population import read_people, write_people, write_synthetic
from tests.batch.people import contents
from tests.test_cli_run import RAISED, content, run


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Thirty households in three parts."""
    folder = tmp_path_factory.mktemp("parts") / "people"
    write_synthetic("example-county", 30, seed=1, out=folder, partition=10)
    return folder


@pytest.fixture
def people(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "people")


# --- the place of the results --------------------------------------------------------------
@pytest.mark.parametrize("place", [".", "households", "persons/x", "../link"])
def test_people_are_never_overwritten(people, tmp_path, capsys, place):
    before = contents(people)
    (tmp_path / "link").symlink_to(people)
    assert run(people, people / place) == cli.REFUSED
    assert "JZ-E040" in capsys.readouterr().err
    assert contents(people) == before
    assert sorted(os.listdir(people)) == ["households", "persons"]


def test_nor_those_of_a_county_whose_folder_would_be_theirs(whole, tmp_path, capsys):
    out = tmp_path / "out"
    before = contents(shutil.copytree(whole, out / "甲县"))
    path = tmp_path / "list.csv"
    path.write_text(f"name,law,data\n甲县,example-county,{out / '甲县'}\n", encoding="utf-8")
    assert cli.main(["run", "--all", str(path), "--out", str(out)]) == cli.REFUSED
    assert "JZ-E040" in capsys.readouterr().err
    assert contents(out / "甲县") == before


def test_nor_those_read_into_memory(whole, tmp_path):
    write_people(read_people(whole), tmp_path / "one")
    before = contents(tmp_path / "one")
    assert run(tmp_path / "one", tmp_path / "one") == cli.REFUSED
    assert contents(tmp_path / "one") == before


def test_nor_those_that_lie_where_results_by_household_go(whole, tmp_path):
    data = shutil.copytree(whole, tmp_path / "out" / "households" / "people")
    assert run(data, tmp_path / "out") == cli.REFUSED
    assert contents(data) == contents(whole)


def test_beside_the_people_is_a_place_like_any_other(people):
    assert run(people, people / "out") == cli.DONE
    assert run(people, people / "out") == cli.DONE


@pytest.mark.parametrize("option", ["--data", "--out", "--all"])
def test_a_variable_of_a_script_that_is_not_set_is_told(option, capsys):
    words = ["run", "--law", "example-county", option, ""]
    assert cli.main(words) == cli.REFUSED
    assert option in capsys.readouterr().err


def test_the_root_of_a_disk_of_its_own(people, tmp_path, monkeypatch):
    out = tmp_path / "disk"
    out.mkdir()
    usual = Path.is_mount
    monkeypatch.setattr(Path, "is_mount", lambda path: path == out or usual(path))
    seen = []
    from jiuzhu_sim.batch import part

    kept = part.write_whole
    monkeypatch.setattr(part, "write_whole", lambda *a: seen.append(a[0]) or kept(*a))
    assert run(people, out) == cli.DONE
    assert all(path.is_relative_to(out) for path in seen)
    assert {"households", "parts", "run.json"} < set(os.listdir(out))
    assert not [name for name in os.listdir(out) if name.startswith(".")]


# --- going on after a stop -----------------------------------------------------------------
def stopped(people, out, monkeypatch, *more, after=1):
    """A run that is stopped when a part is done."""
    from jiuzhu_sim.cli import run as command

    def stop(self, progress):
        if progress.done >= after:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(command.Teller, "__call__", stop)
        assert run(people, out, "--workers", "1", *more) == cli.REFUSED
    return out.with_name(f".{out.name}.work")


def test_in_another_language_with_a_reform_file_it_goes_on(people, tmp_path, monkeypatch, capsys):
    reform = ["--reform", str(FOLDER / "reforms" / "example-county-rural-670.yaml")]
    assert run(people, tmp_path / "ref", *reform) == cli.DONE
    stopped(people, tmp_path / "out", monkeypatch, *reform)
    capsys.readouterr()
    try:
        assert run(people, tmp_path / "out", *reform, "--lang", "en", "--json") == cli.DONE
    finally:
        cli.main(["doctor", "--lang", "zh"])
    assert json.loads(capsys.readouterr().out.splitlines()[0])["resumed"] >= 1
    states = [name for name in contents(tmp_path / "ref") if name.startswith("parts/")]
    made, expected = contents(tmp_path / "out"), contents(tmp_path / "ref")
    assert [made[name] == expected[name] for name in states] == [True] * 3


@pytest.mark.parametrize("how", ["count", "folder"])
def test_a_damaged_receipt_is_not_believed(people, tmp_path, monkeypatch, capsys, how):
    assert run(people, tmp_path / "ref") == cli.DONE
    work = stopped(people, tmp_path / "out", monkeypatch)
    if how == "count":
        path = work / "parts" / "part-00000.json"
        path.write_text(path.read_text().replace('"households": 10,', '"households": 90,'))
    else:
        path = work / "parts" / "part-00000.npz"
        path.unlink()
        path.mkdir()
    capsys.readouterr()
    assert run(people, tmp_path / "out", "--json") == cli.DONE
    assert content(capsys)["households"] == 30
    assert contents(tmp_path / "out").keys() == contents(tmp_path / "ref").keys()


def test_states_deleted_in_mid_run_are_told_and_made_anew(people, tmp_path, monkeypatch, capsys):
    from jiuzhu_sim.batch import run as batch

    def gone(path):
        raise FileNotFoundError(path)

    with monkeypatch.context() as patch:
        patch.setattr(batch, "load_states", gone)
        assert run(people, tmp_path / "out") == cli.REFUSED
    assert "JZ-E040" in capsys.readouterr().err
    assert run(people, tmp_path / "out") == cli.DONE


def test_nothing_of_another_list_is_left(people, tmp_path, monkeypatch):
    work = stopped(people, tmp_path / "out", monkeypatch)
    (work / "run.json").mkdir()
    (work / "乙县" / "parts").mkdir(parents=True)
    (work / "旧.html").write_text("…")
    assert run(people, tmp_path / "out") == cli.DONE
    names = {"households", "parts", "run.json", "运行结果.html", "运行结果.xlsx"}
    assert set(os.listdir(tmp_path / "out")) == names


# --- lists ---------------------------------------------------------------------------------
def test_what_a_list_must_not_say_is_told_at_once(people, tmp_path, capsys):
    names = ["run.json", "Parts", "con", "-rf", "~", "a\u202eb", "\u00e9", "e\u0301", "../a"]
    path = tmp_path / "list.csv"
    rows = [f"{name},example-county,{people}" for name in names]
    path.write_text("\n".join(["name,law,data", *rows]), encoding="utf-8")
    assert cli.main(["run", "--all", str(path), "--out", str(tmp_path / "out")]) == cli.REFUSED
    told = capsys.readouterr().err
    assert [f"第{row}行" in told for row in range(2, 11)] == [True] * 6 + [False] + [True] * 2
    path.write_text("name,law,law,data\n", encoding="utf-8")
    assert cli.main(["run", "--all", str(path), "--out", str(tmp_path / "out")]) == cli.REFUSED
    assert "“law”一列出现两次" in capsys.readouterr().err


def test_empty_changes_between_others_are_none(people, tmp_path):
    path = tmp_path / "list.csv"
    rows = f"甲,example-county,{people}, ; {RAISED[1]};;"
    path.write_text(f"name,law,data,changes\n{rows}\n", encoding="utf-8")
    assert cli.main(["run", "--all", str(path), "--out", str(tmp_path / "out")]) == cli.DONE


# --- people and streams --------------------------------------------------------------------
def test_a_part_copied_by_mistake_is_told(people, tmp_path, capsys):
    for table in ("persons", "households"):
        shutil.copy(people / table / "part-00000.parquet", people / table / "part-00002.parquet")
    assert run(people, tmp_path / "out") == cli.FINDINGS
    assert "part-00002.parquet 与 part-00000.parquet 内容完全相同" in capsys.readouterr().out
    assert "算了两次" in (tmp_path / "out" / "运行结果.html").read_text(encoding="utf-8")


def test_a_screen_without_chinese_gets_one_json_document(people, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    assert run(people, None, "--json") == cli.DONE
    stream.seek(0)
    assert "城乡" in json.loads(stream.read())["caseload"][0]


def test_without_anyone_listening_the_run_ends_all_the_same(people, tmp_path, monkeypatch):
    class Full(io.StringIO):
        def write(self, said):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Full())
    assert run(people, tmp_path / "a") == cli.DONE
    monkeypatch.setattr(sys, "stderr", None)
    assert run(people, tmp_path / "b") == cli.DONE
    assert (tmp_path / "a" / "run.json").is_file()
