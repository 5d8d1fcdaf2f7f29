"""The ten changes of docs/en/changes.md: three places at most each, and they work together."""

import re

import pytest

from tests.contributing.recipes import ROOT, assert_says, recipes, run, tree
from tests.contributing.test_recipes import ENGLISH as FIVE

TEN, ZH = recipes("docs/en/changes.md"), recipes("docs/zh/changes.md")
MOST = 3
PYTEST = "python -m pytest "
LINK = re.compile(r"CONTRIBUTING\.md#([\w-]+)")


def changes():
    """Every numbered change with its recipe: its own, or the one it points to."""
    text = (ROOT / "docs/en/changes.md").read_text(encoding="utf-8")
    anchors = {title.lower().replace(" ", "-"): each for title, each in FIVE.items()}
    found = {}
    for number, title in re.findall(r"^## (\d+)\. (.+)$", text, re.MULTILINE):
        own = text.split(f"## {number}. {title}\n")[1].partition("\n## ")[0]
        link = LINK.search(own)
        found[title] = anchors[link[1]] if link else TEN[title]
    return found


def test_there_are_ten():
    assert len(changes()) == 10


@pytest.mark.parametrize("title", changes())
def test_no_change_needs_more_than_three_places(title):
    places = changes()[title].places
    assert 1 <= len(places) <= MOST, places


def test_the_table_lists_the_places_of_each_change():
    text = (ROOT / "docs/en/changes.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \|", text, re.MULTILINE)
    assert [title for _, title, _ in rows] == list(changes())
    for _, title, named in rows:
        assert re.findall(r"`([^`]+)`", named) == changes()[title].places


def test_both_languages_say_to_do_the_same():
    done = [[(each.edits, each.checks) for each in known.values()] for known in (TEN, ZH)]
    assert done[0] == done[1]


def test_all_changes_work_side_by_side(tmp_path):
    """In one copy, so that one start of pytest does; the five recipes have a test of their own."""
    root, wanted, words = tree(tmp_path), [], set()
    for recipe in TEN.values():
        for edit in recipe.edits:
            edit.apply(root)
        for command, said in recipe.checks:
            if command.startswith(PYTEST):
                place, _, chosen = command.removeprefix(PYTEST).partition(" -k ")
                wanted.append(place)
                words.add(chosen)
            else:
                assert_says(run(root, command), said)
    run(root, f'{PYTEST}{" ".join(wanted)} -k "{" or ".join(sorted(words))}"')
