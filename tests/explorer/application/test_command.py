"""The command `explorer`: wrong words are refused before anything starts; Ctrl-C ends it."""

import json
import signal
import socket
import subprocess
import sys

import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.explorer.application import worker

REFUSALS = [
    (["--law", "exampel-county"], "JZ-E001", "example-county"),
    (["--law", "example-county@soon"], "JZ-E007", "2025-01-01"),
    (["--set", "dibao.standrad.rural=600"], "JZ-E003", "dibao.standard.rural"),
    (["--set", "dibao.standard.rural=60000"], "JZ-E004", "5000"),
    (["--reform", "none.yaml"], "JZ-E020", "none.yaml"),
    (["--data", "./nowhere"], "JZ-E020", "nowhere"),
    (["--data", "exmple-county"], "JZ-E050", "example-county"),
    (["--households", "many"], "JZ-E032", "many"),
    (["--households", "0"], "JZ-E032", "1, 2, 3"),
    (["--seed", "x"], "JZ-E032", "x"),
    (["--port", "x"], "JZ-E032", "x"),
    (["--port", "70000"], "JZ-E067", "70000"),
    (["--per", "county"], "JZ-E061", "county"),
    (["--host", "0.0.0.0"], "JZ-E061", "--host"),
]


@pytest.fixture
def nothing_starts(monkeypatch):
    def start(_):
        raise AssertionError("a process was started")

    monkeypatch.setattr(worker.Worker, "start", start)


@pytest.mark.parametrize(("words", "code", "shown"), REFUSALS, ids=lambda part: str(part)[:40])
def test_wrong_words_are_refused_before_anything_starts(words, code, shown, nothing_starts, capsys):
    assert cli.main(["explorer", "--no-browser", *words]) == cli.REFUSED
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"[{code}]")
    assert shown in told.err


def test_a_folder_without_people_is_refused(nothing_starts, tmp_path, capsys):
    assert cli.main(["explorer", "--data", str(tmp_path)]) == cli.REFUSED
    assert "persons.parquet" in capsys.readouterr().err
    file = tmp_path / "roster.csv"
    file.touch()
    assert cli.main(["explorer", "--data", str(file)]) == cli.REFUSED
    assert "JZ-E047" in capsys.readouterr().err


def test_a_port_that_is_taken_is_refused(nothing_starts, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert cli.main(["explorer", "--port", port]) == cli.REFUSED
    assert f"[JZ-E067] 127.0.0.1:{port}" in capsys.readouterr().err


def hear_ctrl_c():
    """Whoever runs the tests in the background has Ctrl-C ignored in all they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def started(*words):
    words = ["explorer", "--no-browser", "--port", "0", "--households", "100", *words]
    return subprocess.Popen(
        [sys.executable, "-m", "jiuzhu_sim", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,
    )


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_once_and_ends_quietly(how):
    running = started()
    lines = [running.stdout.readline() for _ in range(2)]
    assert lines[1].strip().startswith("http://127.0.0.1:")
    running.send_signal(how)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out.strip(), err) == (cli.DONE, "已结束。", "")


def test_people_that_cannot_be_read_are_refused_in_a_sentence(tmp_path):
    for name in ("persons", "households"):
        (tmp_path / f"{name}.parquet").write_bytes(b"no parquet")
    running = started("--json", "--data", str(tmp_path))
    assert json.loads(running.stdout.readline())["port"]
    assert running.stderr.readline().startswith("[JZ-E021]")
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=20)
    assert running.returncode == cli.REFUSED
