"""The README's example runs, its files exist, and both languages say the same."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READMES = ["README.md", "README.zh-CN.md"]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READMES)
def test_the_example_runs(name):
    found = re.search(r"<!-- runs -->\s*```python\n(.*?)```", read(name), re.DOTALL)
    assert found, f"{name} has no example marked to run"
    exec(compile(found.group(1), name, "exec"), {})


@pytest.mark.parametrize("name", READMES)
def test_links_and_pictures_exist(name):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", read(name)):
        assert (ROOT / target).exists(), target


def test_both_languages_have_the_same_commands_and_sections():
    english, chinese = map(read, READMES)
    for pattern in (r"^#+ ", r"^(?:python3 run\.py|jiuzhu|conda) .*$"):
        found = [
            [line.partition(" #")[0].rstrip() for line in re.findall(pattern, text, re.MULTILINE)]
            for text in (english, chinese)
        ]
        assert found[0] == found[1]
