"""Every reader of a user's file with spoilt and hostile files: it reads or refuses, in a sentence,
soon, within bounds of memory. The long search is `python -m tests.robustness.campaign`."""

import os
import random

import pytest

from jiuzhu_sim.errors import JZError
from tests.robustness.campaign import spoilt_file
from tests.robustness.hostile import harmful
from tests.robustness.readers import people_files, readers, spoilt_people
from tests.robustness.tried import attempt

TIMES = 8
"""Spoilt files for each reader; the campaign tries thousands."""

NAMES = (
    "roster", "roster_book", "posting", "link", "log", "log_book", "ledger", "batch", "returns",
    "places", "counties", "reform", "card", "budget", "procedure", "warnings", "form", "targets",
    "assumptions", "boundaries", "words",
)  # fmt: skip

OF_ENDING = {
    ".yaml": ("reform", "budget"),
    ".geojson": ("boundaries",),
    ".csv": ("roster", "returns"),
    ".xlsx": ("ledger",),
}
"""Which readers the hostile files are tried on: all of an ending share one way to read."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readers")
    for name in ("reform", "boundaries", "roster"):  # what they import, no attempt imports again
        path = folder / f"first{readers(folder)[name].ending}"
        path.write_bytes(readers(folder)[name].content)
        readers(folder)[name].read(path)
    return folder


def test_all_readers_are_tried(place):
    assert tuple(readers(place)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_sound_files_are_read_and_spoilt_ones_told(name, place):
    reader = readers(place)[name]
    path = place / f"{name}{reader.ending}"
    path.write_bytes(reader.content)
    reader.read(path)
    for seed in range(TIMES):
        path.write_bytes(spoilt_file(reader, random.Random(f"{name} {seed}")))
        outcome = attempt(lambda: reader.read(path))
        assert outcome.is_well, (seed, outcome)


def test_spoilt_people_are_told(place):
    sound = people_files(place)
    for seed in range(TIMES):
        outcome = attempt(spoilt_people(place, *sound, random.Random(seed)))
        assert outcome.is_well, (seed, outcome)


def test_files_made_to_do_harm_do_none(place):
    mark = place / "touched"
    for what, ending, content in harmful(place, mark):
        path = place / f"harm{ending}"
        path.write_bytes(content)
        for name in OF_ENDING[ending]:
            outcome = attempt(lambda name=name, path=path: readers(place)[name].read(path))
            assert outcome.is_well, (what, name, outcome)
            assert outcome.megabytes < 1_000, (what, name, outcome)
    assert not mark.exists()


@pytest.mark.parametrize("name", NAMES[:-1])
def test_what_is_no_file_is_told(name, place, tmp_path):
    reader = readers(place)[name]
    (tmp_path / f"folder{reader.ending}").mkdir()
    (tmp_path / f"zeros{reader.ending}").symlink_to("/dev/zero")
    (tmp_path / f"circle{reader.ending}").symlink_to(tmp_path / f"circle{reader.ending}")
    os.mkfifo(tmp_path / f"pipe{reader.ending}")
    for word in ("folder", "zeros", "circle", "pipe", "none", "x" * 5_000, "a\0b"):
        with pytest.raises(JZError) as caught:
            reader.read(tmp_path / f"{word}{reader.ending}")
        assert set(caught.value.codes) == {"JZ-E020"}, (word, caught.value)
