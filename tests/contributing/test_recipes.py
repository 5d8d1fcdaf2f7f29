"""The recipes of CONTRIBUTING.md, carried out from its text in a copy of the repository."""

import re

import pytest

from tests.contributing.recipes import ROOT, Edit, assert_says, recipes, run, tree

ENGLISH, CHINESE = recipes("CONTRIBUTING.md"), recipes("CONTRIBUTING.zh-CN.md")
FIVE = ("A parameter", "A rule", "A place", "An indicator", "A notebook")


def test_there_are_five_recipes():
    assert [title for title, each in ENGLISH.items() if each.checks] == list(FIVE)


def test_both_languages_say_to_do_the_same():
    done = [
        [(each.edits, each.checks) for each in document.values()] for document in (ENGLISH, CHINESE)
    ]
    assert done[0] == done[1]


@pytest.mark.parametrize("title", FIVE)
def test_a_recipe_works_as_it_stands(title, tmp_path):
    root = tree(tmp_path)
    for edit in ENGLISH[title].edits:
        edit.apply(root)
    for command, wanted in ENGLISH[title].checks:
        assert_says(run(root, command), wanted)


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "CONTRIBUTING.zh-CN.md"])
def test_every_file_a_document_names_is_there(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    made = {edit.path for each in ENGLISH.values() for edit in each.edits if edit.how == "new"}
    named = set(re.findall(r"`((?:jiuzhu_sim|tests|docs|notebooks)/[\w./-]+)`", text)) - made
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_a_change_that_fits_nowhere_is_told(tmp_path):
    (tmp_path / "a.yaml").write_text("one: 1\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"a\.yaml: 0 times"):
        Edit("a.yaml", "change", "-two: 2\n+two: 3\n").apply(tmp_path)
    with pytest.raises(AssertionError, match="there already"):
        Edit("a.yaml", "new", "").apply(tmp_path)


def test_a_line_that_is_not_said_is_told():
    assert_says("a 12 b\nc\n", "a … b\n")
    with pytest.raises(AssertionError, match="not in"):
        assert_says("a 12 b\n", "a … c\n")
