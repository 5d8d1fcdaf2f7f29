"""Rows that hold data, and those that do not."""

import pytest

from jiuzhu_sim.roster.lines import by_content
from tests.roster.typed import HEAD, MAN, WIFE, lines

HEADER = "序号|户主姓名|身份证号|家庭人口数|月保障金"


@pytest.mark.parametrize(
    "row",
    [
        *("||||", "3||||", "合计|||5|900", "|小 计||5|900", "东河镇小计|||2|300", "本页合计|||2|1"),
        *("填表人：王五||审核人：||", "|备注：本表一式三份。|||", "注：单位为元||||", "东河村||||"),
        *(HEADER, "1|2|3|4|5", "甲|乙|1|2|3"),
    ],
)
def test_rows_that_are_no_data(row):
    made = lines(f"{HEADER}\n1|张三|{HEAD}|1|300\n{row}\n2|李四|{MAN}|1|300")
    assert made.row.tolist() == [2, 4]
    assert made.skipped == ((0, 3),)


@pytest.mark.parametrize(
    "row",
    [
        f"2|单位|{MAN}|1|300",
        "2|李四||1|300",
        "|李四|||",
        f"2||{MAN}|1|300",
        "2|李四|110|1|",
        "2|||3|500",
    ],
)
def test_rows_that_are_data(row):
    assert lines(f"{HEADER}\n1|张三|{HEAD}|1|300\n{row}").row.tolist() == [2, 3]


def test_a_header_of_two_rows_is_repeated_on_the_next_page():
    made = lines(
        f"""
        序号|家庭成员||与户主关系
         |姓名|身份证号|
        1|张三|{HEAD}|户主
        序号|家庭成员||与户主关系
         |姓名|身份证号|
        2|李四|{MAN}|户主
        """
    )
    assert made.row.tolist() == [3, 6]


def test_blank_rows_at_the_end_are_no_news():
    assert lines(f"{HEADER}\n1|张三|{HEAD}|1|300\n||||\n||||").skipped == ()


def test_cells_are_kept_as_written():
    made = lines(f"{HEADER}\n1|张　三|{HEAD}|２|1,200")
    assert made.text("head_name").tolist() == ["张　三"]
    assert made.tidied("head_name").text.tolist() == ["张三"]
    assert made.text("n_members").tolist() == ["２"]
    assert made.text("township").tolist() == [""]
    assert made.tidied("id") is made.tidied("id")


def test_area_and_category_are_told_by_their_words():
    block = (
        f"户主姓名|身份证号|人口|保障类别|低保类别\n张三|{HEAD}|1|城市|A类\n李四|{WIFE}|1|农村|B类"
    )
    made = by_content(lines(block))
    assert made.text("area").tolist() == ["城市", "农村"]
    assert made.text("category").tolist() == ["A类", "B类"]
    assert made.spots["area"][0].written == "保障类别"
    right = f"户主姓名|身份证号|人口|城乡类别|类别\n张三|{HEAD}|1|城市|A类"
    assert by_content(lines(right)).text("area").tolist() == ["城市"]
    wrong = f"户主姓名|身份证号|人口|城乡类别|类别\n张三|{HEAD}|1|成市|A类"
    assert by_content(lines(wrong)).text("area").tolist() == ["成市"]
