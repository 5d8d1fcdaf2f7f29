"""A folder to work in: what is put there, and that nothing of the user's is ever touched."""

import json
from pathlib import Path

import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.cli import init, typed
from jiuzhu_sim.cli.parser import make_parser
from jiuzhu_sim.files import shipped
from jiuzhu_sim.language import set_language

SMALL = {"notebooks/00.ipynb": b"{}", "county/a.csv": b"1", "synthetic_roster.xlsx": b"x"}


@pytest.fixture
def few(monkeypatch):
    """Few files, and a way to say what the next version of them is."""
    files = dict(SMALL)
    monkeypatch.setattr(init, "contents", lambda: dict(files))
    return files


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != init.RECORD
    }


def made(folder, *words):
    return cli.main(["init", str(folder), *words])


def test_an_empty_folder_and_a_new_one(few, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / ".venv").mkdir()
    for name in ("empty", "new/deep"):
        assert made(tmp_path / name) == cli.DONE
        assert tree(tmp_path / name) == SMALL


def test_a_second_time_says_what_is_there_and_writes_nothing(few, tmp_path, capsys):
    out = tmp_path / "a"
    made(out)
    before = {path: path.stat().st_mtime_ns for path in [out, *out.rglob("*")]}
    capsys.readouterr()
    assert made(out, "--lang", "en") == cli.DONE
    assert "complete; nothing was changed" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_folder_of_somebody_elses_is_refused_by_name(few, tmp_path, capsys):
    (tmp_path / "台账.xlsx").write_bytes(b"mine")
    assert made(tmp_path) == cli.REFUSED
    assert "[JZ-E116]" in (said := capsys.readouterr().err)
    assert "台账.xlsx" in said
    assert tree(tmp_path) == {"台账.xlsx": b"mine"}


def test_even_one_that_holds_files_of_our_names(few, tmp_path, capsys):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00.ipynb").write_bytes(b"mine")
    assert made(tmp_path) == cli.REFUSED
    assert tree(tmp_path) == {"notebooks/00.ipynb": b"mine"}


def test_what_the_user_changed_or_added_stays(few, tmp_path, capsys):
    made(tmp_path)
    (tmp_path / "notebooks" / "00.ipynb").write_bytes(b"changed")
    (tmp_path / "county" / "a.csv").unlink()
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "mine.docx").write_bytes(b"mine")
    capsys.readouterr()
    assert made(tmp_path, "--json") == cli.DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["written"], told["kept"]) == (["county/a.csv"], ["notebooks/00.ipynb"])
    changed = {"notebooks/00.ipynb": b"changed", "results/mine.docx": b"mine"}
    assert tree(tmp_path) == SMALL | changed
    made(tmp_path)
    assert "notebooks/00.ipynb" in capsys.readouterr().out


def test_a_new_version_replaces_what_the_user_left_alone(few, tmp_path):
    made(tmp_path)
    (tmp_path / "county" / "a.csv").write_bytes(b"changed")
    few |= {"notebooks/00.ipynb": b"new", "county/a.csv": b"new"}
    made(tmp_path)
    assert tree(tmp_path) == SMALL | {"notebooks/00.ipynb": b"new", "county/a.csv": b"changed"}
    few |= {"notebooks/00.ipynb": b"newer"}
    made(tmp_path)
    assert tree(tmp_path)["notebooks/00.ipynb"] == b"newer"


def test_killed_between_record_and_files_the_next_one_finishes(few, tmp_path):
    """Where folders of the user's stand in the way of one renaming, files are replaced singly."""
    made(tmp_path)
    few |= {"notebooks/00.ipynb": b"new"}
    made(tmp_path)
    (tmp_path / "notebooks" / "00.ipynb").write_bytes(SMALL["notebooks/00.ipynb"])
    made(tmp_path)
    assert tree(tmp_path)["notebooks/00.ipynb"] == b"new"


@pytest.mark.parametrize("broken", [b"", b"{", b"[1]", b'{"a": 1}', b"[" * 100_000, b"\xff"])
def test_a_record_that_cannot_be_read_is_no_permission(broken, few, tmp_path, capsys):
    made(tmp_path)
    (tmp_path / init.RECORD).write_bytes(broken)
    (tmp_path / "notebooks" / "00.ipynb").write_bytes(b"changed")
    assert made(tmp_path) == cli.REFUSED
    assert "JZ-E116" in capsys.readouterr().err
    assert tree(tmp_path)["notebooks/00.ipynb"] == b"changed"


def test_a_file_where_a_folder_should_be(few, tmp_path, capsys):
    made(tmp_path)
    (tmp_path / "county" / "a.csv").unlink()
    (tmp_path / "county").rmdir()
    (tmp_path / "county").write_bytes(b"mine")
    assert made(tmp_path) == cli.REFUSED
    assert "county" in capsys.readouterr().err
    assert (tmp_path / "county").read_bytes() == b"mine"


def test_the_folder_one_stands_in(few, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert made(".") == cli.DONE
    assert tree(tmp_path) == SMALL


def test_a_file_of_that_name(few, tmp_path, capsys):
    (tmp_path / "a").write_bytes(b"mine")
    assert made(tmp_path / "a") == cli.REFUSED
    assert "JZ-E040" in capsys.readouterr().err


# --- what is put there -----------------------------------------------------------------------
def test_the_real_thing():
    files = init.contents()
    assert [name for name in files if name.startswith("notebooks/")] == sorted(
        f"notebooks/{path.name}" for path in shipped("notebooks").glob("[0-9]*.ipynb")
    )
    county = {"persons.parquet", "households.parquet", "ledger.csv", "README.md"}
    assert {name.split("/")[1] for name in files if name.startswith("county/")} == county
    assert {"docs/zh/index.md", "docs/en/index.md"} <= set(files)
    assert not [name for name in files if name.endswith((".py", ".pyc"))]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_page_has_five_commands_that_can_be_typed(lang):
    set_language(lang)
    known = {name.partition("/")[0] for name in init.contents()}
    first, *commands = init.first_commands("my work")
    assert first == "cd 'my work'"
    assert len(commands) == 5
    for command in commands:
        words = command.partition(" -m jiuzhu_sim ")[2] or command.partition("jiuzhu ")[2]
        args = make_parser(cli.COMMANDS).parse_args(words.split())
        named = {getattr(args, name, None) for name in ("file", "data")} - {None}
        assert named <= known
    page = init._readme()
    assert page.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in page
    assert b"\r\r" not in page
    assert init.text("init.readme_file") in known


def test_commands_are_shown_as_they_are_typed_here(monkeypatch):
    monkeypatch.setenv(typed.TYPED, "python3 /opt/run.py")
    assert init.first_commands("a")[1].startswith("python3 /opt/run.py check ")
    monkeypatch.delenv(typed.TYPED)
    monkeypatch.setattr(typed.shutil, "which", lambda _: "/usr/bin/jiuzhu")
    assert init.first_commands("a")[1].startswith("jiuzhu check ")
    monkeypatch.setattr(typed.shutil, "which", lambda _: None)
    assert " -m jiuzhu_sim check " in init.first_commands("a")[1]


def test_the_wheel_makes_the_same_folder_as_the_repository(outside):
    code, said, fault = outside("-m", "jiuzhu_sim", "init", "made", "--json")
    assert code == 0, fault
    assert tree(outside.home / "work" / "made") == init.contents()
    assert json.loads(said)["kept"] == []


def test_a_notebook_of_the_folder_knows_the_packages_own(outside):
    """Its parameters are held against those of the package, wherever the copy lies."""
    outside("-m", "jiuzhu_sim", "init", "two")
    code = (
        "import json; from jiuzhu_sim.report.notebook import check_notebook, notebook_path\n"
        "print(json.dumps([str(notebook_path('04_reform_whatif')), "
        "check_notebook({'households': 500}, '04_reform_whatif')['households']]))"
    )
    done, said, fault = outside("-c", code)
    assert done == 0, fault
    path, households = json.loads(said)
    assert Path(path).is_relative_to(outside.home / "installed")
    assert households == 500


# --- jiuzhu lab ------------------------------------------------------------------------------
def test_lab_opens_the_folder_and_asks_no_network(few, tmp_path, monkeypatch):
    labapp = pytest.importorskip("jupyterlab.labapp")
    launched = []
    monkeypatch.setattr(labapp.LabApp, "launch_instance", launched.append)
    made(tmp_path)
    assert cli.main(["lab", str(tmp_path), "--no-browser", "--port", "8899"]) == cli.DONE
    ((folder, *words),) = launched
    assert folder == str(tmp_path)
    app = labapp.LabApp()
    app.parse_command_line([word for word in words if word.startswith("--LabApp")])
    assert app.news_url is None
    assert app.check_for_updates_class.__name__ == "NeverCheckForUpdate"
    assert app.extension_manager == "readonly"
    assert "--ServerApp.port=8899" in words


def test_lab_in_a_folder_without_notebooks_is_refused(tmp_path, capsys):
    assert cli.main(["lab", str(tmp_path)]) == cli.REFUSED
    assert "[JZ-E117]" in capsys.readouterr().err
