"""Cells become texts, numbers, dates and codes; what cannot be read is said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.roster.cells import (
    amounts,
    coded,
    counts,
    dates,
    each,
    relation_word,
    relations,
    spelled,
    tidy,
    truths,
)


def cells(*words):
    made = np.empty(len(words), object)
    made[:] = words
    return made


def test_each_calls_once_for_each_word_and_takes_none():
    called = []
    made = each(cells("a", "b", "a"), lambda word: called.append(word) or len(called))
    assert (made.tolist(), called) == ([1, 2, 1], ["a", "b"])
    assert each(cells(), str.upper).tolist() == []


@pytest.mark.parametrize(
    ("word", "kind", "text", "is_wide", "has_blanks"),
    [
        (" 300 ", "money", "300", False, True),
        ("１２０", "money", "120", True, False),
        ("１．５", "money", "1.5", True, False),
        ("￥300", "money", "¥300", False, False),
        ("肢体（二级）", "disability", "肢体(二级)", False, False),
        ("张　三", "name", "张三", False, True),
        ("\ufeff张三\u200b", "name", "张三", False, True),
        ("O'Neil  John", "name", "O'Neil John", False, True),
        ("Ａ村（社区）", "text", "Ａ村（社区）", False, False),
        ("'110", "id", "110", False, True),
        ('="110"', "id", "110", False, True),
        ("1101-0519-9", "id", "110105199", False, False),
        ("-", "id", "-", False, False),
        ("NaN", "money", "", False, False),
        ("#REF!", "name", "", False, False),
        ("#REF!", "money", "#REF!", False, False),
        ("", "money", "", False, False),
    ],
)
def test_tidied(word, kind, text, is_wide, has_blanks):
    made = tidy(cells(word), kind)
    assert made.text.tolist() == [text]
    assert (made.is_wide.tolist(), made.has_blanks.tolist()) == ([is_wide], [has_blanks])


def test_a_small_x_is_mended_in_id_numbers_only():
    assert tidy(cells("1x", "1X"), "id").is_lower.tolist() == [True, False]
    assert not tidy(cells("1x"), "money").is_lower.any()


@given(st.text(st.sampled_from("张三 　\t0１aＸx-—元，,.（）①\ufeff"), max_size=20))
def test_tidying_twice_changes_nothing(word):
    for kind in ("id", "money", "name"):
        once = tidy(cells(word), kind).text
        assert tidy(once, kind).text.tolist() == once.tolist()


@pytest.mark.parametrize(
    ("word", "value", "is_mended"),
    [
        ("300", 300, False),
        ("300.50", 300.5, False),
        ("-300", -300, False),
        ("(300)", -300, False),
        ("1,200", 1200, True),
        ("1,200,000.5", 1_200_000.5, True),
        ("300元", 300, True),
        ("300元/月", 300, True),
        ("¥300", 300, True),
        ("1.2万元", 12000, True),
        ("0.3万", 3000, True),
        ("300元整", 300, True),
        ("无", 0, False),
        ("—", 0, False),
        ("/", 0, False),
        ("1.2e+04", 12000, False),
    ],
)
def test_amounts(word, value, is_mended):
    made = amounts(cells(word))
    assert made.value.tolist() == [pytest.approx(value)]
    assert (made.is_bad.tolist(), made.is_mended.tolist()) == ([False], [is_mended])


@pytest.mark.parametrize(
    "word", ["三百", "约300", "3OO", "1,20", "300-400", "#REF!", "待核", "2020-03-05", "(300", "元"]
)
def test_what_is_no_amount(word):
    made = amounts(cells(word))
    assert np.isnan(made.value).all()
    assert made.is_bad.all()


def test_a_blank_amount_is_no_fault():
    made = amounts(cells(""))
    assert np.isnan(made.value).all()
    assert not made.is_bad.any()


def test_the_period_of_a_cell():
    made = amounts(cells("3600元/年", "300元/月", "300"))
    assert made.period.tolist() == ["年", "月", ""]


def test_counts():
    made = counts(cells("3人", "2", "无", "", "二", "1.5", "3/4"))
    np.testing.assert_array_equal(made.value, [3, 2, 0, np.nan, np.nan, 1.5, np.nan])
    assert made.is_bad.tolist() == [False, False, False, False, True, False, True]


@pytest.mark.parametrize(
    "word",
    [
        *("2020-03-05", "2020/3/5", "2020.3.5", "2020年3月5日", "20200305", "43895", "43895.5"),
        *("2020-03-05 00:00:00", "二〇二〇年三月五日", "二零二零年3月5日", "2020.03.05."),
    ],
)
def test_days(word):
    made = dates(tidy(cells(word), "date").text)
    assert made.value.astype(str).tolist() == ["2020-03-05"]


@pytest.mark.parametrize("word", ["2020-11", "2020年11月", "2020.11", "202011", "二〇二〇年十一月"])
def test_months_are_their_first_day(word):
    assert dates(cells(word)).value.astype(str).tolist() == ["2020-11-01"]


@pytest.mark.parametrize("word", ["2020-13-01", "2021-02-30", "去年", "5", "1234567", "99999"])
def test_what_is_no_date(word):
    made = dates(cells(word))
    assert made.is_bad.all()


def test_blanks_and_dashes_are_no_wrong_dates():
    assert not dates(cells("", "无", "—")).is_bad.any()


@pytest.mark.parametrize(
    ("word", "code"),
    [
        *(("户主", "head"), ("本人", "head"), ("妻", "spouse"), ("户主之妻", "spouse")),
        *(("配偶", "spouse"), ("长子", "child"), ("二女儿", "child"), ("养女", "child")),
        *(("独生子", "child"), ("子1", "child"), ("之子", "child"), ("继母", "parent")),
        *(
            ("父亲", "parent"),
            ("孙女", "grandchild"),
            ("外孙", "grandchild"),
            ("长孙", "grandchild"),
        ),
        *(("儿媳", "other"), ("三儿媳", "other"), ("大哥", "other"), ("岳母", "other")),
        *(("非亲属", "none"), ("02", "head"), ("12", "spouse"), ("22", "child"), ("51", "parent")),
    ],
)
def test_relations(word, code):
    assert relations()[relation_word(word)] == code


@pytest.mark.parametrize("word", ["邻居", "张三", "", "长", "老"])
def test_unknown_relations(word):
    assert relation_word(word) == ""


def test_no_word_has_two_codes():
    for name in ("area", "category", "status", "sex", "relation", "relation_codes"):
        words = [word for word in spelled(name)]
        assert len(words) == len(set(words))
    assert not set(spelled("relation")) & set(spelled("relation_codes"))


def test_codes_in_other_words():
    made, unknown = coded(cells("城镇", "农村低保", "农业", "城鎮", ""), spelled("area"))
    assert made.tolist() == ["urban", "rural", "rural", "", ""]
    assert unknown.tolist() == [False, False, False, True, False]


def test_yes_and_no():
    made, unknown = truths(cells("是", "√", "1", "有", "否", "", "×", "也许"), "has_business")
    assert made.tolist() == [True] * 4 + [False] * 4
    assert unknown.tolist() == [False] * 7 + [True]
    able, unknown = truths(cells("有劳动能力", "完全丧失劳动能力", "弱劳动力"), "labour_capable")
    assert able.tolist() == [True, False, True]
    assert not unknown.any()
