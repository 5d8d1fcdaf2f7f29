"""The catalogue of findings in a log: told in both languages, each raised, each named."""

import re
import string
from pathlib import Path

import pytest

import jiuzhu_sim.casework
from jiuzhu_sim.casework.log.cells import implied, log_words, spelled
from jiuzhu_sim.casework.log.findings import log_catalogue
from jiuzhu_sim.casework.log.rows import log_fields, log_meaning
from jiuzhu_sim.columns import find_column, log_columns
from jiuzhu_sim.language import LANGUAGES, texts
from jiuzhu_sim.roster.fields import even
from jiuzhu_sim.roster.findings import LEVELS

FOLDER = Path(jiuzhu_sim.casework.__file__).parent / "log"


def fields(parts):
    words = parts["what"] + parts["fix"]
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


@pytest.mark.parametrize("code", sorted(log_catalogue()))
def test_a_finding_says_what_and_how_to_mend_it(code):
    entry = log_catalogue()[code]
    assert entry["level"] == LEVELS[int(code[1]) - 1]
    assert fields(entry["zh"]) == fields(entry["en"])
    assert set(texts()[f"log_finding.{code}"]) == set(LANGUAGES)


def test_the_code_raises_the_findings_of_the_catalogue():
    raised = {
        code
        for path in FOLDER.glob("*.py")
        for code in re.findall(r'"(L\d{3})"', path.read_text("utf-8"))
    }
    assert raised == set(log_catalogue())


@pytest.mark.parametrize("name", [n for n, f in log_fields().items() if f.kind == "code"])
def test_words_name_codes_that_are_there(name):
    field = log_fields()[name]
    codes = set(log_columns(field.level)[field.column].codes)
    assert set(spelled(name).values()) <= codes
    assert set(log_words().get(name, {})) <= codes


def test_a_word_means_one_code():
    for name in log_words():
        if name in ("told", "kind_more"):
            continue
        words = [even(str(w)) for known in log_words()[name].values() for w in known]
        twice = {word for word in words if words.count(word) > 1}
        meant = {
            word: {
                c for c, known in log_words()[name].items() if word in map(even, map(str, known))
            }
            for word in twice
        }
        assert all(len(codes) == 1 for codes in meant.values()), meant


def test_a_header_means_one_field():
    spelling = {}
    for name, field in log_fields().items():
        for alias in {even(a) for a in (*field.label.values(), *field.aliases)}:
            assert spelling.setdefault(alias, name) == name, alias
            assert log_meaning((alias,)).field.name == name


def test_words_that_say_more_say_codes():
    for name in ("level", "outcome"):
        codes = set(log_columns("event")[name].codes)
        assert set(implied(name).values()) <= codes


def test_columns_of_logs_are_no_columns_of_people():
    """Household importers never meet them."""
    assert find_column("环节") is None
    assert find_column("办理时间") is None
