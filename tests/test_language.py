"""Two languages: every sentence in both, with the same fields."""

import os
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import jiuzhu_sim
from jiuzhu_sim.language import (
    FURTHER,
    further,
    language,
    languages,
    pick,
    read_yaml,
    set_language,
    speaking,
    text,
    texts,
    unit_label,
)


def fields(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def is_whole(sentence):
    """Chinese and English, both there or both empty, with the same fields to fill in."""
    if set(sentence) != {"zh", "en"} or not all(
        isinstance(words, str) for words in sentence.values()
    ):
        return False
    same_fields = fields(sentence["zh"]) == fields(sentence["en"])
    return same_fields and bool(sentence["zh"]) == bool(sentence["en"])


def test_every_sentence_is_in_both_languages_with_the_same_fields():
    assert [key for key, sentence in texts().items() if not is_whole(sentence)] == []


def test_every_sentence_that_the_code_names_is_there():
    named = re.compile(r'\btext\(\s*"([a-z_.]+)"')
    sources = Path(jiuzhu_sim.__file__).parent.rglob("*.py")
    keys = {key for path in sources for key in named.findall(path.read_text(encoding="utf-8"))}
    assert keys
    assert keys - texts().keys() == set()


FILES = sorted(Path(jiuzhu_sim.__file__).parent.rglob("*.yaml"))


def mappings(content):
    """Every mapping inside some YAML."""
    if isinstance(content, dict):
        yield content
    for inner in content.values() if isinstance(content, dict) else content:
        if isinstance(inner, dict | list):
            yield from mappings(inner)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_labels_lose_nothing_at_a_comma(path):
    """Unquoted, what stands behind a comma of a label becomes a key without a value; and the slow
    loader, of machines without the fast one, takes less than the fast one does."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    cut = [each for each in mappings(content) if "zh" in each and None in each.values()]
    assert cut == []


def test_switching():
    assert (language(), text("word.yes")) == ("zh", "是")
    set_language("en")
    assert (language(), text("word.yes")) == ("en", "yes")
    assert unit_label("yuan/month") == "yuan/month"


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="fr"):
        set_language("fr")
    assert language() == "zh"


def test_pick_falls_back_to_chinese():
    set_language("en")
    assert pick({"zh": "低保"}) == "低保"


@pytest.fixture
def tibetan(tmp_path, monkeypatch):
    """A further language with two of its words."""
    words = {"低保": "dma' rten", "是": "red"}
    (tmp_path / "bo.yaml").write_text(yaml.safe_dump(words, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr(jiuzhu_sim.language, "FURTHER", tmp_path)
    further.cache_clear()
    yield
    further.cache_clear()


@pytest.mark.usefixtures("tibetan")
def test_a_further_language_is_a_file_and_falls_back_to_chinese():
    assert languages() == ("zh", "en", "bo")
    set_language("bo")
    assert (pick({"zh": "低保", "en": "dibao"}), text("word.yes")) == ("dma' rten", "red")
    assert (language(), text("word.no")) == ("zh", "否")
    with speaking("en"):
        assert text("word.yes") == "yes"
    assert text("word.yes") == "red"


def test_words_of_further_languages_keep_their_fields():
    words = [pair for path in FURTHER.glob("*.yaml") for pair in read_yaml(path).items()]
    assert [word for word, said in words if fields(word) != fields(said)] == []


def test_a_unit_without_a_name_is_shown_as_it_is():
    assert unit_label("furlongs") == "furlongs"


@pytest.mark.parametrize(
    ("set_to", "used"), [("en", "en"), ("en_GB.UTF-8", "en"), ("fr", "zh"), ("", "zh")]
)
def test_the_environment_chooses_at_the_start(set_to, used):
    program = "from jiuzhu_sim.language import language; print(language())"
    environment = os.environ | {"JIUZHU_LANG": set_to}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    )
    assert ran.stdout.strip() == used, ran.stderr


def test_no_sentence_stands_in_two_files():
    folder = Path(jiuzhu_sim.__file__).with_name("texts")
    keys = [key for path in folder.glob("*.yaml") for key in read_yaml(path)]
    assert len(keys) == len(set(keys))
