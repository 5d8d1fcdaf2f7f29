"""One run at a time on a folder, dead ones aside."""

import json
import os
import socket
import time

import pytest

from jiuzhu_sim.batch import lock as module
from jiuzhu_sim.batch.lock import Lock
from jiuzhu_sim.errors import JZError

DEAD = 2**22 + 1
"""A number that no process has: above the highest that Linux gives."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".out.lock"


def take(path):
    return Lock.take(path, path.with_name("out"))


def left_by(path, **mark):
    """A file as another run left it."""
    path.write_text(json.dumps({"host": socket.gethostname(), "process": DEAD, **mark}))


def test_a_second_run_is_refused_and_told_who_has_it(path):
    lock = take(path)
    with pytest.raises(JZError, match="JZ-E115") as refused:
        take(path)
    assert str(os.getpid()) in str(refused.value)
    assert str(path) in str(refused.value)
    lock.release()
    take(path).release()
    assert os.listdir(path.parent) == []


def test_a_dead_run_of_this_machine_is_followed_at_once(path):
    left_by(path)
    lock = take(path)
    assert json.loads(path.read_text())["process"] == os.getpid()
    lock.release()


def test_another_process_that_has_the_number_now_is_not_that_run(path):
    left_by(path, process=os.getpid(), born="1")
    take(path).release()


def test_a_run_of_another_machine_lives_while_it_gives_signs(path):
    left_by(path, host="elsewhere")
    with pytest.raises(JZError, match="elsewhere"):
        take(path)
    long_ago = time.time() - 2 * module.SILENT
    os.utime(path, (long_ago, long_ago))
    take(path).release()


@pytest.mark.parametrize("content", ["", "{", "[1]", "{}"])
def test_a_spoiled_file_counts_as_one_of_another_machine(path, content):
    path.write_text(content)
    with pytest.raises(JZError, match="JZ-E115"):
        take(path)
    os.utime(path, (1, 1))
    take(path).release()


def test_it_gives_signs_of_life(path, monkeypatch):
    monkeypatch.setattr(module, "BEAT", 0.01)
    lock = take(path)
    os.utime(path, (1, 1))
    until = time.monotonic() + 5
    while path.stat().st_mtime < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert path.stat().st_mtime > 2
    lock.release()


def test_what_is_no_longer_ours_is_left_alone(path):
    lock = take(path)
    left_by(path, host="elsewhere", token="theirs")
    lock.release()
    assert json.loads(path.read_text())["token"] == "theirs"


def test_without_second_names_it_works_as_well(path, monkeypatch):
    def refused(*names):
        raise PermissionError

    monkeypatch.setattr(os, "link", refused)
    lock = take(path)
    with pytest.raises(JZError, match="JZ-E115"):
        take(path)
    lock.release()


def test_of_two_that_follow_a_dead_run_one_is_refused(path, monkeypatch):
    """The other replaces the dead file just after us: it has the folder."""
    left_by(path)
    monkeypatch.setattr(module.time, "sleep", lambda s: left_by(path, host="other", token="x"))
    with pytest.raises(JZError, match="other"):
        take(path)
