"""The room a run needs is known before it starts, and is not less than what it takes."""

from dataclasses import replace

import pytest

from jiuzhu_sim.batch import room
from jiuzhu_sim.batch.room import check_room, needed
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population.parts import list_parts
from tests.batch.people import done, job_on


def todo(job):
    return [(job, part) for part in list_parts(job.data)]


def test_what_is_written_fits_into_what_was_asked_for(tmp_path):
    job = job_on(tmp_path, 3000, 1000)
    outcome = done([job], tmp_path / "out")[0]
    written = sum(receipt.bytes_written for receipt in outcome.receipts)
    assert 0 < written < needed(todo(job)) - room.SPARE


def test_two_laws_take_more_and_states_alone_less(tmp_path):
    job = job_on(tmp_path, 3000, 1000)
    one, none = replace(job, changes=()), replace(job, keep=False)
    assert needed(todo(none)) < needed(todo(one)) < needed(todo(job))
    assert needed(todo(none)) == room.SPARE + 3 * room.STATE_BYTES


def test_the_output_is_named_not_the_hidden_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "SPARE", 2**60)
    with pytest.raises(JZError) as refused:
        check_room([], tmp_path, tmp_path / "out")
    assert refused.value.problems[0].where == str(tmp_path / "out")
