"""Files and folders are there whole or not at all, whatever happens meanwhile."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.files import staged, write_log, write_whole

DEAD = 2**22 + 1
"""A number that no process has: above the highest that Linux gives."""

WRITER = """
import sys, time
from pathlib import Path
from jiuzhu_sim.files import staged
with staged(sys.argv[1]) as folder:
    (folder / "a.txt").write_text("new")
    print("ready", flush=True)
    time.sleep(60)
"""


def written(folder, **files):
    with staged(folder) as scratch:
        for name, words in files.items():
            (scratch / f"{name}.txt").write_text(words)


def content(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_new_files_replace_those_of_the_same_name_and_others_stay(tmp_path):
    out = tmp_path / "out"
    written(out, a="old", b="kept")
    written(out, a="new", c="more")
    assert content(out) == {"a.txt": "new", "b.txt": "kept", "c.txt": "more"}
    assert os.listdir(tmp_path) == ["out"]


def test_a_new_folder_has_the_usual_rights(tmp_path):
    (tmp_path / "usual").mkdir()
    written(tmp_path / "out", a="1")
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_folders_in_the_target_stay(tmp_path):
    out = tmp_path / "out"
    (out / "sub").mkdir(parents=True)
    (out / "sub" / "x.txt").write_text("mine")
    written(out, a="new")
    assert (out / "sub" / "x.txt").read_text() == "mine"
    assert (out / "a.txt").read_text() == "new"


def test_a_target_that_is_a_link_stays_one(tmp_path):
    written(tmp_path / "real", a="old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    written(tmp_path / "link", a="new")
    assert (tmp_path / "link").is_symlink()
    assert content(tmp_path / "real") == {"a.txt": "new"}


def test_a_fault_leaves_the_target_as_it_was(tmp_path):
    out = tmp_path / "out"
    written(out, a="old")
    with pytest.raises(TypeError):
        written(out, a="new", b=None)
    assert content(out) == {"a.txt": "old"}
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_run_leaves_the_target_as_it_was_and_the_next_clears_up(tmp_path, how):
    out = tmp_path / "out"
    written(out, a="old")
    words = [sys.executable, "-c", WRITER, str(out)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "ready\n"
        child.send_signal(how)
        child.wait(10)
    assert content(out) == {"a.txt": "old"}
    written(out, b="next")
    assert content(out) == {"a.txt": "old", "b.txt": "next"}
    assert os.listdir(tmp_path) == ["out"]


def test_killed_between_its_two_renamings_the_old_folder_comes_back(tmp_path):
    out, before = tmp_path / "out", tmp_path / f".out.{DEAD}.0a1b.before"
    written(before, a="old")
    written(out, b="next")
    assert content(out) == {"a.txt": "old", "b.txt": "next"}
    assert os.listdir(tmp_path) == ["out"]


def test_what_a_living_run_is_writing_is_left_alone(tmp_path):
    with staged(tmp_path / "out") as first:
        (first / "a.txt").write_text("1")
        written(tmp_path / "out", b="2")
        assert (first / "a.txt").exists()
    assert content(tmp_path / "out") == {"a.txt": "1", "b.txt": "2"}


def test_files_of_others_beside_the_target_are_not_touched(tmp_path):
    for name in (".out.notes", f".out.{DEAD}.txt", ".out.x.tmp"):
        (tmp_path / name).write_text("mine")
    written(tmp_path / "out", a="1")
    assert len(os.listdir(tmp_path)) == 4


def test_a_full_disk_leaves_nothing_half_written(tmp_path):
    """The largest file a process may write stands for the disk's end."""
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));"
        "from jiuzhu_sim.files import write_whole; write_whole(sys.argv[1], b'x' * 5000)"
    )
    path = tmp_path / "a.bin"
    write_whole(path, b"old")
    words = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert "JZ-E040" in done.stderr
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_a_disk_that_fills_up_meanwhile_is_a_fault_of_the_folder(tmp_path):
    with pytest.raises(JZError, match=r"JZ-E040.*磁盘已满"), staged(tmp_path / "out"):
        raise OSError(errno.ENOSPC, "as a library says it")
    with pytest.raises(FileNotFoundError), staged(tmp_path / "out"):
        (tmp_path / "nothing").read_text()
    assert os.listdir(tmp_path) == []


def test_without_room_for_a_log_the_null_device_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nothing"))
    assert write_log(ValueError("x")) == Path(os.devnull)


def test_a_target_that_cannot_be_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(JZError, match="JZ-E040"), staged(tmp_path / "file"):
        time.sleep(0)
