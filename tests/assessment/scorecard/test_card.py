"""Cards: those of the package, one's own, and every fault of a bad one told at once."""

import re
import tempfile
import time
from contextlib import suppress
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.assessment.indicators import indicators
from jiuzhu_sim.assessment.scorecard.card import CARDS, NATIONAL_GRADES, cards, load_card
from jiuzhu_sim.assessment.scorecard.score import ranks, score
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import LANGUAGES, read_yaml, set_language, texts
from jiuzhu_sim.law import clauses

DOCS = Path(__file__).resolve().parents[3] / "docs"


def page_in(lang):
    """The page on scorecards in a language."""
    return (DOCS / lang / "definitions" / "scorecards.md").read_text(encoding="utf-8")


GOOD = {
    "label": "例",
    "source": "例",
    "status": "own",
    "points": 20,
    "groups": {"a": {"label": "甲", "points": 12}, "b": {"label": "乙"}},
    "items": {
        "line": {"group": "a", "indicator": "visit_rate", "points": 12, "form": "linear",
                 "full": "target", "none": 0.5, "status": "assumed"},
        "events": {"group": "b", "indicator": "meetings_missed", "points": 8, "form": "deduction",
                   "each": 2, "status": "assumed"},
    },
    "vetoes": {"false": {"label": "假", "indicator": "false_reports", "when": {"more_than": 0},
                         "effect": "cap:fail"}},
}  # fmt: skip


@pytest.fixture(autouse=True)
def chinese_again():
    yield
    set_language("zh")


def written(folder, content, name="mine.yaml"):
    path = folder / name
    told = (
        content
        if isinstance(content, str)
        else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    )
    path.write_text(told, encoding="utf-8")
    return path


def changed(**changes):
    """The good card with values at paths such as ``items__line__points``; None takes them away."""
    card = deepcopy(GOOD)
    for path, value in changes.items():
        *steps, last = path.split("__")
        entry = card
        for step in steps:
            entry = entry.setdefault(step, {})
        if value is None:
            del entry[last]
        else:
            entry[last] = value
    return card


def faults(folder, content):
    with pytest.raises(JZError) as caught:
        load_card(written(folder, content))
    return [(problem.code, problem.where, problem.what) for problem in caught.value.problems]


# --- cards of the package ------------------------------------------------------------------
@pytest.mark.parametrize("name", cards())
def test_cards_of_the_package_are_whole_in_both_languages(name):
    card = load_card(name)
    assert card.name == name
    for part in (card, *card.groups, *card.items, *card.grades, *card.vetoes):
        assert set(part.label) == set(LANGUAGES)
        assert all(part.label.values())
    assert all(card.source.values())
    for clause in [each.clause for each in (*card.items, *card.vetoes) if each.clause]:
        assert clause in clauses()
    assert f"card_status.{card.status}" in texts()
    assert {f"item_status.{item.status}" for item in card.items} <= set(texts())
    assert set(card.indicators) <= set(indicators())


@pytest.mark.parametrize("name", cards())
def test_what_is_not_the_document_s_is_said(name):
    """Cards in part, and numbers that are ours, are told in the note."""
    card = load_card(name)
    assert card.status in ("adapted", "illustrative")
    assert all(card.note.values())
    if card.status == "illustrative":
        assert {item.status for item in card.items} == {"assumed"}
    assert card.is_partial or card.known == pytest.approx(card.points)


def test_the_default_card_weighs_the_ten_precisions_equally():
    card = load_card()
    assert [group.clause for group in card.groups] == [f"S1.{n}" for n in range(1, 11)]
    for group in card.groups:
        inside = [card.items[k] for k in card.in_group(group.key)]
        assert sum(i.points for i in inside if not i.is_bonus) == pytest.approx(10)
        assert group.points == 10
    assert card.grades == NATIONAL_GRADES


def test_the_default_card_can_score_without_any_return():
    """A county that fills in no return still has items of log, people, books and verification."""
    card = load_card()
    made = {k for k in card.indicators if indicators()[k].needs != ("returns",)}
    values = {key: np.array([0.9, 0.5]) for key in made}
    found = score(card, values)
    assert found.total.tolist() == [90.0, 50.0]
    assert "未评分" in found.note
    assert set(found.unjudged) == {veto.key for veto in card.vetoes}


# --- one's own -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("lang", "name", "grades", "totals"),
    [
        ("zh", "我的考核表.yaml", ["良好", "优秀"], "83.64、90.91"),
        ("en", "my-card.yaml", ["good", "excellent"], "83.64, 90.91"),
    ],
)
def test_the_example_of_the_page_runs(lang, name, grades, totals, tmp_path, monkeypatch):
    page = page_in(lang)
    own, code = (re.search(f"```{kind}\n(.*?)```", page, re.S)[1] for kind in ("yaml", "python"))
    written(tmp_path, own, name)
    monkeypatch.chdir(tmp_path)
    set_language(lang)
    space = {}
    exec(code, space)
    made = space["made"]
    assert made.total.tolist() == [83.64, 90.91]
    assert [made.card.grades[place].title for place in made.grade] == grades
    np.testing.assert_allclose(made.points[:, [0, 2, 4]], [[23, 15, 8], [20, 20, 10]])
    assert totals in code
    assert ranks(made.total).tolist() == [2, 1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_explains_every_field_and_card(lang):
    from jiuzhu_sim.assessment.scorecard.form import CARD, PARTS, RELATIONS
    from jiuzhu_sim.assessment.scorecard.item_form import FIELDS, FORMS

    page = page_in(lang)
    names = [*CARD, *PARTS, *RELATIONS, *FIELDS, *FORMS, *cards(), "after", "effect", "when"]
    names += [name for fields in FORMS.values() for name in fields]
    assert [name for name in names if f"`{name}`" not in page and f"`{name}:" not in page] == []


def test_a_card_of_ones_own(tmp_path):
    card = load_card(written(tmp_path, GOOD))
    assert (card.name, card.title, card.points, card.known) == ("mine", "例", 20.0, 20.0)
    assert card.items[0].parameters == {"full": 1.0, "none": 0.5}
    assert card.items[1].title == "应开未开专题会议次数"
    assert card.indicators == ("visit_rate", "meetings_missed", "false_reports")
    assert card.item("line").group == card.group("a").key
    set_language("en")
    assert card.title == "例"


def test_vetoes_are_judged_after_those_they_follow(tmp_path):
    late = {**GOOD["vetoes"]["false"], "after": ["z"]}
    content = deepcopy({**GOOD, "vetoes": {"late": late, "z": GOOD["vetoes"]["false"]}})
    content["vetoes"]["z"]["when"] = {"at_least": 1}
    assert [veto.key for veto in load_card(written(tmp_path, content)).vetoes] == ["z", "late"]


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(JZError, match="ten-precisions") as caught:
        load_card("ten-precision")
    assert caught.value.codes == ("JZ-E060",)
    for look_up in (load_card().item, load_card().group):
        with pytest.raises(JZError) as caught:
            look_up("recogniton")
        assert caught.value.codes == ("JZ-E060",)


# --- faults --------------------------------------------------------------------------------
FAULTY = read_yaml(Path(__file__).with_name("faults.yaml"))


@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_is_told_with_its_place(name, tmp_path):
    changes, place, said = FAULTY[name].values()
    found = faults(tmp_path, changed(**changes))
    assert {code for code, _, _ in found} == {"JZ-E104"}
    there = [what for _, where, what in found if where == f"mine.yaml {place}".strip()]
    assert any(said in what for what in there), found


def with_item(**item):
    entry = {"group": "a", "indicator": "visit_rate", "points": 12, "status": "assumed"}
    return changed(items__line=entry | item)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"form": "banded", "bands": []}, "分档"),
        ({"form": "banded", "bands": [[1, 12], [0.9, 12]]}, "得分应由高到低"),
        ({"form": "banded", "bands": [[0.9, 12], [1, 6]]}, "由好到差"),
        ({"form": "banded", "bands": [[1, 10]]}, "不一致"),
        ({"form": "banded", "bands": [[1, 12]], "otherwise": 12}, "得分应由高到低"),
        ({"form": "all_or_nothing"}, "只写其中一个"),
        ({"form": "all_or_nothing", "at_least": 1, "equal": 1}, "只写其中一个"),
        ({"form": "all_or_nothing", "at_most": 1}, "越大越好"),
        ({"form": "linear", "full": 1, "lose": 1, "per": 0}, "大于0"),
        ({"form": "linear", "full": 1, "lose": 1, "per": "1%", "steps": "all"}, "started"),
        ({"form": "bonus", "each": 1}, "不是次数"),
        ({"form": "bonus", "each": 1, "indicator": "meetings_missed"}, "越小越好"),
        ({"form": "bonus", "each": 1, "indicator": "innovations"}, "加分上限"),
    ],
)
def test_faults_of_the_forms(item, said, tmp_path):
    assert any(said in what for _, _, what in faults(tmp_path, with_item(**item)))


def test_all_faults_are_told_at_once(tmp_path):
    """Sums and circles too, whatever else is wrong."""
    bad = changed(
        status="mine", items__line__indicator="visits", items__events__each=0, grade=1,
        vetoes__false__effect="cap:worst", vetoes__false__after=["false"], points=21,
    )  # fmt: skip
    told = [what for _, _, what in faults(tmp_path, bad)]
    assert len(told) == 7
    for said in ("own", "visit_rate", "大于0", "grades", "fail", "互相等待", "还差1分"):
        assert sum(said in what for what in told) == 1, said


def test_points_of_groups_are_added_up_though_an_item_has_no_place(tmp_path):
    bad = changed(groups__b__points=8, points=90, items__line__group="c")
    told = [what for _, _, what in faults(tmp_path, bad)]
    assert any("没有“c”" in what for what in told)
    assert any("90" in what and "合计" in what for what in told)


def test_thirds_of_a_group_add_up(tmp_path):
    third = {"group": "a", "indicator": "visit_rate", "points": 3.33, "form": "all_or_nothing",
             "at_least": 1, "status": "assumed"}  # fmt: skip
    items = {key: dict(third) for key in "xyz"}
    content = {**GOOD, "points": 10, "groups": {"a": {"label": "甲", "points": 10}}, "items": items}
    card = load_card(written(tmp_path, {**content, "vetoes": {}}))
    assert score(card, {"visit_rate": np.array([1.0, 0.0])}).total.tolist() == [100.0, 0.0]


def test_a_key_that_stands_twice_is_told(tmp_path):
    told = yaml.safe_dump(GOOD, allow_unicode=True) + "status: official\n"
    assert "“status”出现两次" in faults(tmp_path, told)[0][2]


def test_messages_are_whole_in_english(tmp_path):
    set_language("en")
    for fault in FAULTY.values():
        for _, _, what in faults(tmp_path, changed(**fault["change"])):
            assert not re.search(r"[\u4e00-\u9fff]", what.replace("丙", "")), what


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("target"),
    st.sampled_from(["98%", "nan%", "zero_item:line", "linear", "bonus", "banded", "visit_rate"]),
    st.lists(st.integers(0, 3), max_size=2), st.dictionaries(st.text(max_size=3), st.integers()),
    st.lists(st.lists(st.floats(0, 2), max_size=3), max_size=3),
)  # fmt: skip
PLACES = [
    "label", "points", "groups", "groups__a", "groups__a__points", "items", "items__line",
    "items__line__form", "items__line__indicator", "items__line__full", "items__line__none",
    "items__line__points", "items__line__lose", "items__line__also", "items__line__bands",
    "items__events__each", "items__events__floor", "items__events__also", "items__line__group",
    "grades", "grades__x", "vetoes", "vetoes__false", "vetoes__false__when",
    "vetoes__false__effect", "vetoes__false__after", "bonus_cap", "is_partial", "min_size",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(PLACES), JUNK, max_size=3))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_there_is_a_card_or_refused(changes):
    """Never another error; and what is accepted can be scored."""
    content = deepcopy(GOOD)
    for path, value in changes.items():
        *steps, last = path.split("__")
        entry = content
        for step in steps:
            entry = entry.get(step) if isinstance(entry, dict) else None
        if isinstance(entry, dict):
            entry[last] = value
    with tempfile.TemporaryDirectory() as folder, suppress(JZError):
        card = load_card(written(Path(folder), content))
        score(card, {key: np.array([0.0, 0.5, 1.0]) for key in card.indicators})


# --- files that are none -------------------------------------------------------------------
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(18))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[" * 100_000, "层次"),
        ("a: " * 5 + "1", "YAML"),
        (BOMB, "条目"),
        ("x: " + "长" * 3000, "文字超过"),
        ("- 1\n" * 30_000, "条目"),
        ("x" * 600_000, "千字节"),
        ("{", ""),
    ],
    ids=["deep", "no yaml", "aliases", "long", "many", "large", "broken"],
)
def test_strange_files_are_refused_at_once(content, said, tmp_path):
    start = time.perf_counter()
    with pytest.raises(JZError) as caught:
        load_card(written(tmp_path, content))
    assert time.perf_counter() - start < 5
    assert caught.value.codes == ("JZ-E021",)
    assert said in str(caught.value)


@pytest.mark.parametrize("content", ["", "1", "[]", "label: x", "items: {1: 2}\ngroups: 3"])
def test_files_with_something_else_are_told(content, tmp_path):
    assert {code for code, _, _ in faults(tmp_path, content)} == {"JZ-E104"}


def test_no_file_and_no_text(tmp_path):
    with pytest.raises(JZError) as caught:
        load_card(tmp_path / "none.yaml")
    assert caught.value.codes == ("JZ-E020",)
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(JZError) as caught:
        load_card(path)
    assert caught.value.codes == ("JZ-E021",)


def test_the_package_s_cards_are_found_by_name_only():
    assert {path.stem for path in CARDS.glob("*")} == set(cards())
