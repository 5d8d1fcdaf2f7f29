"""The command line with words at random, and runs killed at random points."""

import random

import pytest

from tests.robustness.kills import QUICK, prepared, tried
from tests.robustness.readers import ROWS, people_files
from tests.robustness.tried import attempt
from tests.robustness.words import run, words

TIMES, KILLS = 20, 2
"""Command lines, and kills of each command; the campaign tries more."""

SEVERAL = [each for each in QUICK if each.name in ("synth", "run", "explain", "init")]

OWN = ("good.csv", "people", "out", "sound")


@pytest.fixture
def place(tmp_path):
    people_files(tmp_path)
    (tmp_path / "sound").rename(tmp_path / "people")
    (tmp_path / "good.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def test_random_words_are_done_or_refused_and_stay_in_their_place(place):
    beside = set(place.parent.iterdir())
    for seed in range(TIMES):
        given = words(random.Random(seed), place)
        if given[:1] == ["init"]:
            continue  # its folder is a plain word, which may name any place
        outcome = attempt(run(given, place), seconds=30)
        assert outcome.is_well, (seed, given, outcome)
        assert {path.name for path in place.iterdir()} <= set(OWN), (seed, given)
        assert set(place.parent.iterdir()) == beside, (seed, given)


@pytest.mark.parametrize("killed", SEVERAL, ids=str)
def test_killed_at_random_points_nothing_is_half_written(killed, tmp_path):
    tried(killed, prepared(tmp_path / "work"), random.Random(killed.name), KILLS)
