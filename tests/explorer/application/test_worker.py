"""The computing process: it answers, dies, comes back, and gives up in a sentence."""

import os
import signal
import time

import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.application.worker import (
    OUT_OF_MEMORY,
    Setup,
    StoppedError,
    Worker,
    unexpected,
)

SETUP = Setup("example-county@2025-01-01", {"zh": "示例县"}, "", 100, 1, "person")
PATIENCE = 30


# What a made-up process does; spawned processes import them from here.
def echoes(connection, setup):
    connection.send(("stage", "people"))
    connection.send(("stage", "ready"))
    while True:
        request = connection.recv()
        if request.get("name") == "memory":
            os._exit(OUT_OF_MEMORY)
        connection.send({"pid": os.getpid(), "asked": request, "households": setup.households})


def refuses(connection, _):
    connection.send(("refused", [{"path": "", "sentence": "[JZ-E050] 没有这个配方"}]))


def dies(*_):
    os._exit(3)


@pytest.fixture
def worker(request):
    target, options = request.param if isinstance(request.param, tuple) else (request.param, {})
    made = Worker(SETUP, target=target, **options).start()
    yield made
    made.close()


def until(worker, stage, starts=1):
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        status = worker.status()
        if status["stage"] == stage and status["starts"] >= starts:
            return status
        time.sleep(0.01)
    raise AssertionError(f"still {worker.status()}")


ASKED = {"kind": "state", "lang": "zh"}


@pytest.mark.parametrize("worker", [echoes], indirect=True)
def test_it_answers_and_is_started_again_when_killed(worker):
    assert set(until(worker, "ready")["taken"]) == {"python", "people"}
    first = worker.ask(ASKED)
    assert (first["asked"], first["households"]) == (ASKED, 100)
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(StoppedError):
        worker.ask(ASKED)
    until(worker, "ready", starts=2)
    again = worker.ask(ASKED)
    assert again["pid"] != first["pid"]
    assert again["asked"] == ASKED


@pytest.mark.parametrize("worker", [(echoes, {"restarts": 1})], indirect=True)
def test_a_request_that_takes_all_memory_ends_in_a_sentence(worker):
    for starts in (1, 2):
        until(worker, "ready", starts)
        with pytest.raises(StoppedError):
            worker.ask({**ASKED, "name": "memory"})
    status = until(worker, "failed")
    assert [each["sentence"][:10] for each in status["problems"]] == ["[JZ-E068] "]
    with pytest.raises(JZError, match="内存不足"):
        worker.ask(ASKED)
    worker.again()
    until(worker, "ready", starts=3)
    assert worker.ask(ASKED)["asked"] == ASKED


@pytest.mark.parametrize("worker", [(dies, {"restarts": 1})], indirect=True)
def test_a_process_that_cannot_start_is_given_up(worker):
    assert until(worker, "failed")["starts"] == 2
    with pytest.raises(JZError, match="退出码 3"):
        worker.ask(ASKED)


def test_what_cannot_be_computed_is_refused_once():
    told = []
    worker = Worker(SETUP, target=refuses, refused=told.append).start()
    status = until(worker, "refused")
    assert status["problems"][0]["sentence"] == "[JZ-E050] 没有这个配方"
    with pytest.raises(StoppedError):
        worker.ask(ASKED)
    worker._keeper.join(PATIENCE)
    assert told == ["[JZ-E050] 没有这个配方"]
    assert worker.status()["starts"] == 1


@pytest.mark.parametrize("worker", [echoes], indirect=True)
def test_close_ends_the_process(worker):
    until(worker, "ready")
    pid = worker.pid
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_closing_while_it_is_starting_says_nothing(capfd):
    for pause in (0.0, 0.002, 0.01, 0.05):
        worker = Worker(SETUP, target=echoes).start()
        time.sleep(pause)
        worker.close()
        worker._keeper.join(PATIENCE)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Unix only")
@pytest.mark.parametrize("worker", [echoes], indirect=True)
def test_the_process_does_not_hear_ctrl_c(worker):
    until(worker, "ready")
    os.kill(worker.pid, signal.SIGINT)
    assert worker.ask(ASKED)["pid"] == worker.pid


def test_a_fault_of_ours_goes_to_a_log(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    refused = unexpected(ValueError("x"))
    assert refused.codes == ("JZ-E099",)
    assert str(tmp_path) in str(refused)
