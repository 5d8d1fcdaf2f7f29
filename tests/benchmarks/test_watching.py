"""How a command and its children are watched, and the sections of the command line."""

import sys

import pytest

from benchmarks.__main__ import SECTIONS, main
from benchmarks.out_of_core import watched

MB = 1_000_000
CHILD = "import time; held = bytearray({held}); time.sleep(0.5)"
FAMILY = (
    "import subprocess, sys, time; held = bytearray(60_000_000);"
    "subprocess.run([sys.executable, '-c', sys.argv[1]])"
)


def test_memory_of_the_whole_tree_is_added():
    made = watched([sys.executable, "-c", FAMILY, CHILD.format(held=80 * MB)])
    assert made["code"] == 0
    assert made["peak"] > 140 * MB
    assert made["seconds"] >= 0.5


def test_what_is_written_is_counted(tmp_path):
    words = "import sys, time; open(sys.argv[1], 'wb').write(bytes(5_000_000)); time.sleep(0.3)"
    made = watched([sys.executable, "-c", words, str(tmp_path / "file")])
    assert 5 * MB <= made["written"] < 6 * MB


def test_a_command_that_takes_too_long_is_ended():
    made = watched([sys.executable, "-c", FAMILY, "import time; time.sleep(60)"], longest=0.5)
    assert "longer than" in made["failed"]


def test_a_command_that_fails_is_told():
    made = watched([sys.executable, "-c", "raise SystemExit(3)"])
    assert made["code"] == 3


def test_unknown_sections_are_refused(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--only", "peers,memry"])
    with pytest.raises(SystemExit):
        main()
    said = capsys.readouterr().err
    assert "memry" in said
    assert all(name in said for name in SECTIONS)
