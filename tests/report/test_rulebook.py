import re
import xml.etree.ElementTree as ElementTree
from collections import Counter

import pytest

from jiuzhu_sim.language import set_language
from jiuzhu_sim.law import declarations
from jiuzhu_sim.report.formula import formula
from jiuzhu_sim.report.graph import rule_graph
from jiuzhu_sim.report.rulebook import in_running_order, programmes, read_parameters, rule_book
from jiuzhu_sim.rules import RULES

LANGUAGES = ("zh", "en")
NAMED = {rule.name: rule for rule in RULES}
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """The pages of both languages: language, file name, text."""
    found = {}
    for language in LANGUAGES:
        set_language(language)
        paths = rule_book(tmp_path_factory.mktemp(language))
        found[language] = {path.name: path.read_text(encoding="utf-8") for path in paths}
    set_language("zh")
    return found


@pytest.fixture(params=LANGUAGES)
def book(request, books):
    return books[request.param]


def test_a_page_for_each_programme_and_an_index_that_links_to_them(book):
    assert list(book) == ["index.html", *(f"{name}.html" for name in programmes())]
    linked = re.findall(r'<td><a href="(\w+)\.html">', book["index.html"])
    assert tuple(linked) == programmes()


def test_every_rule_stands_once_on_the_page_of_its_programme(book):
    for programme in programmes():
        entries = re.findall(
            r'<section class="rule" id="\w+(?:-\d+)?"><h3>\d+\. .*?<code>(\w+)</code>',
            book[f"{programme}.html"],
        )
        expected = Counter(rule.name for rule in RULES if rule.programme == programme)
        assert Counter(entries) == expected


def test_every_parameter_that_rules_read_is_listed(book):
    listed = {at for page in book.values() for at in re.findall(r'rowspan="\d+" id="(\w+)"', page)}
    assert listed == {entry.argument for entry in read_parameters(RULES)}
    by_rules = {entry.argument for entry in declarations().values() if entry.read_by == "rules"}
    assert by_rules <= listed


def test_every_open_question_is_listed(book):
    for entry in declarations().values():
        if entry.register:
            assert f'<td class="short">{entry.register}</td>' in book["index.html"]


def test_every_link_leads_somewhere(book):
    for name, page in book.items():
        for target in re.findall(r'href="([^"]*)"', page):
            other, _, anchor = target.partition("#")
            assert not anchor or f'id="{anchor}"' in book[other or name], target


def test_pages_stand_alone_and_are_light(book):
    for page in book.values():
        assert "http:" not in page
        assert "https:" not in page
        assert "<script" not in page
        assert len(page.encode()) < 400_000
        assert not set("\0\1\2\3") & set(page)


def test_the_english_book_holds_no_chinese(books):
    for name, page in books["en"].items():
        assert CHINESE.findall(page) == [], name


def test_the_same_rules_give_the_same_bytes(books, tmp_path):
    again = {path.name: path.read_text(encoding="utf-8") for path in rule_book(tmp_path)}
    assert again == books["zh"]


def test_each_rule_stands_after_those_it_reads():
    place = {rule.name: number for number, rule in enumerate(in_running_order())}
    for rule in RULES:
        assert all(place[name] < place[rule.name] for name in rule.arguments if name in place)
    assert len(in_running_order()) == len(RULES)


# --- formulas ------------------------------------------------------------------------------
SAID = {
    "published_standard_m_hh": (
        "结果＝若「城乡」为“城市”则「城市低保标准」，否则「农村低保标准」",
        "Result:\n  if “Area” is ‘Urban’: “Urban dibao standard”\n"
        "  otherwise: “Rural dibao standard”",
    ),
    "counted_income_m_hh": (
        "甲＝取大（「家庭收入合计」，「按生活水平认定收入」）\n"
        "结果＝取大（甲－「刚性支出核减」，0）",
        "A = the larger of (“Income of the household”, “Income by the living standard”)\n"
        "Result = the larger of (A − “Expenditure deduction”, 0)",
    ),
    "is_waived_hh": (
        "甲＝「连续未签到次数」 ≥ 「连续未签到几次视为放弃」\n"
        "当非「须按年续保」时：\n  结果＝甲\n"
        "否则，当「视同放弃的条件」为“两者都有”时：\n  结果＝甲 且 「未按时续保」\n"
        "否则：\n  结果＝甲 或 「未按时续保」",
        None,
    ),
    "tier_hh": (
        "甲＝「家庭计入收入」 低于 「家庭保障额」 × 「一档收入上限（标准比例）」\n"
        "乙＝「家庭计入收入」 低于 「家庭保障额」 × 「二档收入上限（标准比例）」\n"
        "结果：\n  若甲：“一档”\n  否则若乙：“二档”\n  否则：“三档”",
        None,
    ),
}


WORDS = [
    (name, language, words)
    for name, said in SAID.items()
    for language, words in zip(LANGUAGES, said, strict=True)
    if words is not None
]


@pytest.mark.parametrize(("name", "language", "expected"), WORDS)
def test_known_rules_in_words(name, language, expected):
    set_language(language)
    lines = formula(NAMED[name])
    assert "\n".join("  " * depth + line for depth, line in lines) == expected


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_is_left_in_code(rule):
    """Every column, parameter, code and call has words."""
    for _, line in formula(rule):
        assert not re.search(r"[a-z]\w*[._]\w|\w\(", line), line


# --- pictures ------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("programme", programmes())
def test_the_picture_has_a_box_for_each_rule(programme, language):
    set_language(language)
    names = {rule.name for rule in RULES if rule.programme == programme}
    picture = ElementTree.fromstring(rule_graph(names))
    groups = [(each.get("class"), each.get("data-name")) for each in picture.iter("g")]
    drawn = [name for kind, name in groups if kind in ("rule", "result")]
    assert sorted(drawn) == sorted(names)
    boxes = [{k: float(v) for k, v in each.attrib.items()} for each in picture.iter("rect")]
    width, height = float(picture.get("width")), float(picture.get("height"))
    for number, a in enumerate(boxes):
        assert a["x"] >= 0
        assert a["y"] >= 0
        assert a["x"] + a["width"] <= width
        assert a["y"] + a["height"] <= height
        for b in boxes[number + 1 :]:
            aside = a["x"] + a["width"] < b["x"] or b["x"] + b["width"] < a["x"]
            above = a["y"] + a["height"] < b["y"] or b["y"] + b["height"] < a["y"]
            assert aside or above  # no box lies upon another


def test_a_graph_of_nothing_is_empty():
    assert "<rect" not in rule_graph([])
