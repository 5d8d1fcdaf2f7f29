"""Every runner does the same parts with the same bits; a new one only has to stand in the table."""

import pytest

from jiuzhu_sim.batch.cluster import Cluster
from jiuzhu_sim.batch.runners import RUNNERS, USUAL, open_runner
from tests.batch.people import contents, done, job_on

OWN_FILE = {"local"}  # its processes start slowly: `test_cluster` compares them, and much more


@pytest.mark.parametrize("word", sorted(RUNNERS.keys() - OWN_FILE))
def test_the_same_bits_wherever_the_work_is_done(word, tmp_path):
    job = job_on(tmp_path)
    done([job], tmp_path / "plain")
    with open_runner(word, 2) as runner:
        outcome = done([job], tmp_path / "other", runner)[0]
    assert not outcome.failed
    assert contents(tmp_path / "other") == contents(tmp_path / "plain")


def test_threads_unless_asked_otherwise():
    with open_runner() as runner:
        assert type(runner) is type(RUNNERS[USUAL](1).__enter__())


def test_any_other_word_is_the_address_of_a_cluster():
    with open_runner("tcp://127.0.0.1:9", 3) as runner:
        assert isinstance(runner, Cluster)
        assert (runner.address, runner.workers) == ("tcp://127.0.0.1:9", 3)
