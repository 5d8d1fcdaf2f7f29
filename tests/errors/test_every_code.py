"""Every code can come about, and then says what, where and how to fix it, in both languages."""

import re
import string
from pathlib import Path

import pytest

import jiuzhu_sim
from jiuzhu_sim.errors import JZError, Problem, Problems, catalogue, nearest
from jiuzhu_sim.language import LANGUAGES, set_language
from tests.errors.provoke import PROVOKERS

CODES = sorted(catalogue())


def fields(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_the_table_covers_the_catalogue():
    assert sorted(PROVOKERS) == CODES


def test_code_and_catalogue_name_the_same_codes():
    sources = Path(jiuzhu_sim.__file__).parent.rglob("*.py")
    raised = {
        code for path in sources for code in re.findall(r'"(JZ-E\d+)"', path.read_text("utf-8"))
    }
    assert raised == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_wording_is_whole(code):
    assert re.fullmatch(r"JZ-E\d{3}", code)
    wording = catalogue()[code]
    assert set(wording) == set(LANGUAGES)
    for parts in wording.values():
        assert set(parts) == {"what", "fix"}
        assert all(part.strip() for part in parts.values())
    zh, en = ({*fields(parts["what"]), *fields(parts["fix"])} for parts in wording.values())
    assert zh == en


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_provoked_and_says_where_and_how_to_fix_it(code, tmp_path, monkeypatch):
    with pytest.raises(JZError) as caught:
        PROVOKERS[code](tmp_path, monkeypatch)
    problems = [problem for problem in caught.value.problems if problem.code == code]
    assert problems, f"got {caught.value.codes}"
    for problem in problems:
        for name in LANGUAGES:
            set_language(name)
            wording = catalogue()[code][name]
            used = fields(wording["what"]) | fields(wording["fix"])
            assert used <= problem.values.keys()
            assert all(str(problem.values[field]).strip() for field in used)
            named = [str(problem.values[field]) for field in fields(wording["what"])]
            assert problem.where or any(value in problem.what for value in named), "no place"
            assert str(problem).startswith(f"[{code}] {problem.where}")
            assert problem.what in str(problem)
            assert problem.fix in str(problem)
            assert not re.search(r"[{}]", problem.what + problem.fix)
            assert set(problem.as_dict()) == {"code", "where", "what", "fix"}


def test_problems_are_collected_and_told_together():
    problems = Problems()
    problems.raise_if_any()
    problems.add("JZ-E007", "a.yaml", value="x")
    problems.add("JZ-E020", path="b.yaml")
    with pytest.raises(JZError) as caught:
        problems.raise_if_any()
    assert caught.value.codes == ("JZ-E007", "JZ-E020")
    assert str(caught.value).splitlines() == [str(problem) for problem in problems]


def test_the_language_is_that_of_the_reader_not_of_the_moment():
    problem = Problem("JZ-E007", "law.yaml", {"value": "soon"})
    assert (
        str(problem) == "[JZ-E007] law.yaml · “soon”不是日期。 怎么改：写成 2025-01-01 这样的形式。"
    )
    set_language("en")
    assert str(problem) == (
        "[JZ-E007] law.yaml · 'soon' is not a date. To fix: Write it like 2025-01-01."
    )


def test_nearest_names_nothing_when_nothing_comes_near():
    assert nearest("xyz", ["dibao.standard.rural"]) == "—"
    assert nearest("dibao.standrad.rural", ["edge.ratio", "dibao.standard.rural"]) == (
        "dibao.standard.rural"
    )
