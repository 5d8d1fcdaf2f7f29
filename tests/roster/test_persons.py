"""What a roster says of persons, held against their ID numbers."""

import pytest

from tests.roster.typed import (
    DAUGHTER,
    HEAD,
    MAN,
    MOTHER,
    OLD_MAN,
    SON,
    WIFE,
    WOMAN,
    check,
    told,
)

AT = "2025-06-15"


def found(folder, block, *levels, **how):
    return told(check(folder, block, **{"at": AT, **how}), *levels)


def test_a_family_without_fault(tmp_path):
    roster = check(
        tmp_path,
        f"""
        姓名|身份证号|与户主关系|性别|年龄|出生日期|城乡|劳动能力|是否在校|残疾等级|健康状况
        张三|{HEAD}|户主|男|55|1970-03-15|农村|有|否|肢体二级|良好
        王五|{WIFE}|妻|女|52|1972.8|农村|无劳动能力|否|无|患重病
        小六|{SON}|长子|男|24|2001年5月|农村|√||3级|
        小七|{DAUGHTER}|次女|女|16||农村|×|在读|精神残疾|
        老八|{MOTHER}|母亲|女|80|1945/2/11|农村|丧失|||
        """,
        at=AT,
    )
    assert told(roster) == []
    people = roster.people
    assert people["age"].tolist() == [55, 52, 24, 16, 80]
    assert people["relation"].tolist() == ["head", "spouse", "child", "child", "parent"]
    assert people["is_female"].tolist() == [False, True, False, True, True]
    assert people["labour_capable"].tolist() == [True, False, True, False, False]
    assert people["is_student"].tolist() == [False, False, False, True, False]
    assert people["disability_grade"].tolist() == [2, 0, 3, 0, 0]
    assert people["disability_kind"].tolist() == [
        *("physical", "other", "other", "psychiatric", "other")
    ]
    assert people["serious_illness"].tolist() == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (f"|{WIFE}|妻|女|52", ("R105", 3, "A")),
        ("王五||妻|女|52", ("R115", 3, "B")),
        (f"王五|{WIFE[:17]}|妻|女|52", ("R102", 3, "B")),
        (f"张三|{HEAD}|兄|男|55", ("R109", 3, "B")),
        (f"王五|{WIFE}|邻居|女|52", ("R112", 3, "C")),
        (f"王五|{WIFE}|妻|男|52", ("R205", 3, "D")),
        (f"王五|{WIFE}|妻|雄|52", ("R112", 3, "D")),
        (f"王五|{WIFE}|妻|女|62", ("R206", 3, "E")),
        (f"王五|{WIFE}|妻|女|五十二", ("R106", 3, "E")),
        (f"王五|{WIFE}|女|女|52", ("R204", 3, "C")),
        (f"王五|{WIFE}|母亲|女|52", ("R204", 3, "C")),
        (f"小七|{DAUGHTER}|孙女|女|16", None),
        (f"小六|{SON}|女|男|24", ("R224", 3, "C")),
        (f"小七|{DAUGHTER}|配偶|女|16", None),
        (f"王五|{WIFE}|妻|女|53", None),
    ],
)
def test_one_fault_each(tmp_path, row, expected):
    block = f"姓名|身份证号|与户主关系|性别|年龄\n张三|{HEAD}|户主|男|55\n{row}"
    assert found(tmp_path, block) == ([expected] if expected else [])


def test_two_heads_and_none(tmp_path):
    block = f"""
        户号|姓名|身份证号|关系
        1|张三|{HEAD}|户主
        1|王五|{WIFE}|户主
        2|李四|{MAN}|兄
        """
    assert found(tmp_path, block) == [("R110", 3, "D"), ("R220", 4, "D")]


def test_an_old_number_is_a_doubt_and_the_same_person(tmp_path):
    block = f"""
        户号|姓名|身份证号|关系
        1|李四|{MAN}|户主
        2|李四|{OLD_MAN}|户主
        """
    assert found(tmp_path, block) == [("R201", 2, "C"), ("R201", 3, "C"), ("R210", 3, "C")]


def test_a_birth_date_that_differs(tmp_path):
    block = f"姓名|身份证号|关系|出生年月\n张三|{HEAD}|户主|1970-04\n王五|{WIFE}|妻|某年"
    assert found(tmp_path, block) == [("R114", 3, "D"), ("R227", 2, "D")]


@pytest.mark.parametrize(
    ("header", "cell", "is_dead"),
    [
        *(("是否死亡", "是", True), ("是否死亡", "已死亡", True), ("死亡", "2025-03-01", True)),
        *(("死亡时间", "2025.3", True), ("死亡时间", "2026-01-01", False)),
        *(("健康状况", "死亡", True), ("健康状况", "健康", False), ("是否死亡", "否", False)),
    ],
)
def test_the_dead_who_are_still_paid(tmp_path, header, cell, is_dead):
    block = f"姓名|身份证号|关系|月保障金|{header}\n张三|{HEAD}|户主|300|{cell}\n王五|{WIFE}|妻||"
    codes = [code for code, row, column in found(tmp_path, block)]
    assert ("R211" in codes) == is_dead


def test_a_head_named_beside_the_members_is_a_person(tmp_path):
    roster = check(
        tmp_path,
        f"""
        户主姓名|户主身份证号|成员姓名|身份证号|与户主关系|家庭人口|家庭月收入
        张三|{HEAD}|王五|{WIFE}|妻|3|600
        ||小六|{SON}|子||
        李四|{MAN}||||1|0
        """,
        at=AT,
    )
    assert told(roster) == []
    people = roster.people
    assert people.sizes.tolist() == [3, 1]
    heads = people["relation"] == "head"
    assert people["age"][heads].tolist() == [55, 69]
    assert people["transfer_m"][heads].tolist() == [600, 0]


def test_faults_of_a_head_named_beside_are_told_once(tmp_path):
    block = f"""
        户主姓名|户主身份证号|成员姓名|身份证号|与户主关系
        张三|{HEAD[:17]}|王五|{WIFE}|妻
        张三|{HEAD[:17]}|小六|{SON}|子
        """
    assert found(tmp_path, block) == [("R102", 2, "B")]


def test_further_columns_of_the_dictionary(tmp_path):
    roster = check(
        tmp_path,
        f"""
        姓名|身份证号|关系|工资性收入（元/年）|年自付医疗费（万元）|学段|房产套数|月工资2
        张三|{HEAD}|户主|12000|0.8|不在学|1|1
        王五|{WOMAN}|妻||||2|1
        小六|{SON}|子|||本科||1
        """,
        at=AT,
    )
    assert told(roster) == [("R221", 3, "G")]
    assert roster.people["wage_m"].tolist() == [1000, 0, 0]
    assert roster.people["medical_expense_y"].tolist() == [8000, 0, 0]
    assert roster.people["education_stage"].tolist() == ["none", "none", "bachelor"]
    assert roster.people["n_homes"].tolist() == [1]


def test_what_a_column_cannot_hold(tmp_path):
    block = f"姓名|身份证号|关系|月工资|学段|房产套数\n张三|{HEAD}|户主|99999999|大大学|1.5"
    assert found(tmp_path, block) == [("R120", 2, "D"), ("R112", 2, "E"), ("R106", 2, "F")]


@pytest.mark.parametrize(("age", "codes"), [("8个月", []), ("20天", []), ("3", ["R206"])])
def test_infants(tmp_path, age, codes):
    from jiuzhu_sim.roster.identity import check_character

    first = "99010120241010001"
    child = first + check_character(first)
    block = f"姓名|身份证号|关系|年龄\n张三|{HEAD}|户主|55\n小九|{child}|孙子|{age}"
    assert [code for code, _, _ in found(tmp_path, block)] == codes
