"""Which rows make a household."""

import pytest

from jiuzhu_sim.roster.families import families, told_once
from tests.roster.typed import DAUGHTER, HEAD, MAN, SON, WIFE, WOMAN, lines


def owners(block):
    homes = families(lines(block))
    return homes.owner.tolist()


def test_one_row_a_household():
    homes = families(lines(f"户主姓名|身份证号|人口\n张三|{HEAD}|2\n李四|{MAN}|1"))
    assert not homes.are_rows_persons
    assert homes.owner.tolist() == [0, 1]
    assert (homes.name, homes.id) == ("head_name", "id")


def test_a_list_of_heads_with_their_relation_is_one_row_a_household():
    block = f"姓名|身份证号|与户主关系|人口\n张三|{HEAD}|户主|2\n李四|{MAN}|本人|1"
    assert not families(lines(block)).are_rows_persons


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        ("低保证号", ["A1", "", ""], ["A2", ""]),
        ("低保证号", ["A1", "A1", "A1"], ["A2", "A2"]),
        ("户主身份证号", [HEAD, HEAD, HEAD], [MAN, MAN]),
        ("户主身份证号", [HEAD, "", ""], [MAN, ""]),
        ("户主姓名", ["张三", "张三", "张三"], ["李四", "李四"]),
        ("户主姓名", ["张三", "张三", "张三"], ["张三", "张三"]),
        ("序号", ["1", "", ""], ["2", ""]),
        ("序号", ["1", "1", "1"], ["2", "2"]),
        ("序号", ["1", "2", "3"], ["4", "5"]),
        ("民族", ["汉", "汉", "汉"], ["汉", "汉"]),
        ("低保证号", ["1.1E+17", "", ""], ["1.1E+17", ""]),
    ],
)
def test_households_of_several_rows(header, first, second):
    name = second[0] if header == "户主姓名" else "李四"
    people = [
        ("张三", HEAD, "户主"),
        ("王五", WIFE, "妻"),
        ("张六", SON, "长子"),
        (name, MAN, "户主"),
        ("赵七", WOMAN, "妻"),
    ]
    rows = [f"{key}|{'|'.join(who)}" for key, who in zip([*first, *second], people, strict=True)]
    assert owners("\n".join([f"{header}|姓名|身份证号|与户主关系", *rows])) == [0, 0, 0, 1, 1]


def test_without_relations_the_number_decides_and_the_first_is_head():
    homes = families(lines(f"户编号|姓名|身份证号\nA|张三|{HEAD}\nA|王五|{WIFE}\nB|李四|{MAN}"))
    assert homes.owner.tolist() == [0, 0, 1]
    assert homes.is_head.tolist() == [True, False, True]


def test_without_relations_the_head_is_who_has_the_heads_name_or_number():
    block = (
        f"户主身份证号|姓名|身份证号\n{HEAD}|王五|{WIFE}\n{HEAD}|张三|{HEAD}\n{MAN}|赵七|{WOMAN}"
    )
    homes = families(lines(block))
    assert homes.owner.tolist() == [0, 0, 1]
    assert homes.is_head.tolist() == [False, True, False]


def test_a_member_further_down_joins_a_head_does_not():
    block = f"""
        户号|姓名|身份证号|关系
        1|张三|{HEAD}|户主
        2|李四|{MAN}|户主
        1|王五|{WIFE}|妻
        2|赵七|{WOMAN}|户主
        """
    assert owners(block) == [0, 1, 0, 2]


def test_numbers_may_start_again_in_each_village():
    block = f"""
        村|户号|姓名|身份证号|关系
        东村|1|张三|{HEAD}|户主
        |1|王五|{WIFE}|妻
        西村|1|李四|{MAN}|户主
        """
    assert owners(block) == [0, 0, 1]


def test_two_heads_in_one_household_stay_together():
    block = f"""
        户号|姓名|身份证号|关系|人口
        1|张三|{HEAD}|户主|2
        |王五|{WIFE}|户主|
        2|李四|{MAN}|户主|1
        """
    assert owners(block) == [0, 0, 1]


def test_a_head_without_a_number_but_with_figures_is_a_household():
    block = f"""
        户号|姓名|身份证号|关系|人口
        1|张三|{HEAD}|户主|1
        |王五|{WIFE}|户主|1
        2|李四|{MAN}|户主|1
        """
    assert owners(block) == [0, 1, 2]


def test_rows_before_the_first_head_belong_to_nobody():
    block = f"姓名|身份证号|关系|乡镇\n王五|{WIFE}|妻|东\n张三|{HEAD}|户主|东\n小六|{SON}|子|东"
    assert owners(block) == [-1, 0, 0]


def test_a_head_named_beside_may_have_no_member():
    block = f"""
        户主姓名|户主身份证号|姓名|身份证号|关系
        张三|{HEAD}|王五|{WIFE}|妻
        李四|{MAN}|||
        """
    homes = families(lines(block))
    assert homes.owner.tolist() == [0, 1]
    assert homes.rows.tolist() == [1, 0]


def test_cells_of_a_household_are_told_once():
    block = f"""
        户号|姓名|身份证号|关系|家庭人口|月保障金|联系电话
        1|张三|{HEAD}|户主|3|600|1
        1|王五|{WIFE}|妻|3|600|2
        1|小六|{SON}|子|4|600|1
        """
    held = lines(block)
    once, own = told_once(held, families(held))
    assert once.text("n_members").tolist() == ["3", "", "4"]
    assert once.text("benefit").tolist() == ["600", "", ""]
    assert once.text("name").tolist() == ["张三", "王五", "小六"]
    assert own == frozenset()
    assert held.text("benefit").tolist() == ["600", "600", "600"]


def test_amounts_that_differ_from_row_to_row_are_each_persons_own():
    block = f"""
        户号|姓名|身份证号|关系|月保障金
        1|张三|{HEAD}|户主|200
        1|王五|{WIFE}|妻|250
        1|小六|{DAUGHTER}|女|250
        """
    held = lines(block)
    once, own = told_once(held, families(held))
    assert own == {"benefit"}
    assert once.text("benefit").tolist() == ["200", "250", "250"]


def test_the_relation_may_be_told_of_members_only():
    block = f"""
        姓名|身份证号|关系|乡镇
        张三|{HEAD}||东
        王五|{WIFE}|妻|东
        李四|{MAN}||东
        """
    homes = families(lines(block))
    assert homes.owner.tolist() == [0, 0, 1]
    assert homes.relation.tolist() == ["head", "spouse", "head"]


def test_members_named_in_one_cell_are_no_rows():
    block = f"""
        户主姓名|身份证号|家庭人口|家庭成员
        张三|{HEAD}|3|王五、小六
        李四|{MAN}|1|
        """
    homes = families(lines(block))
    assert not homes.are_rows_persons
    assert homes.owner.tolist() == [0, 1]


def test_a_row_without_the_number_that_all_others_have_is_lost():
    block = f"""
        户号|姓名|身份证号|关系
        1|张三|{HEAD}|户主
        1|王五|{WIFE}|妻
        |小七|{DAUGHTER}|女
        2|李四|{MAN}|户主
        2|赵七|{WOMAN}|妻
        2|小六|{SON}|子
        2|小八|{SON}|子
        2|小九|{SON}|子
        """
    assert owners(block) == [0, 0, -1, 1, 1, 1, 1, 1]
