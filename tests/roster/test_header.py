"""The header is found wherever it stands, over one row or three."""

import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.roster.header import find_header, missing, rosters_in
from jiuzhu_sim.roster.sheet import Sheet, Source
from tests.roster.typed import rows_of, sheet_of

PLAIN = "序号|户主姓名|身份证号|家庭人口数\n1|张三|110|2"


def source(**blocks):
    sheets = tuple(Sheet(name, rows_of(block)) for name, block in blocks.items())
    return Source("roster.xlsx", "workbook", "", sheets)


def test_titles_notes_and_blank_rows_stand_above():
    header = find_header(sheet_of(f"某县城市低保花名册|||\n单位：元|||\n|||\n{PLAIN}"))
    assert (header.first, header.height, header.below) == (3, 1, 4)
    assert header.above == ("某县城市低保花名册", "单位：元")


def test_a_header_over_two_rows_in_a_text_file():
    header = find_header(
        sheet_of(
            """
            序号|户主信息||家庭成员情况|||保障人口|月保障金
             |姓名|身份证号|姓名|身份证号|与户主关系||
            1|张三|110|李四|111|妻|2|300
            """
        )
    )
    assert (header.first, header.height) == (0, 2)
    numbers = {name: spot.number for name, spot in header.of.items()}
    assert numbers == {
        **{"seq": 0, "head_name": 1, "head_id": 2, "name": 3, "id": 4, "relation": 5},
        **{"n_covered": 6, "benefit": 7},
    }


def test_merged_cells_of_a_workbook_are_filled():
    block = "序号|收入情况（元/年）||姓名|身份证号|人口\n|工资性|经营净||||\n1|1|1|张三|110|1"
    merged = (((0, 0), (1, 0)), ((0, 1), (0, 2)), ((0, 3), (1, 3)), ((0, 4), (1, 4)))
    header = find_header(sheet_of(block, merged))
    assert header.height == 2
    assert header.of["wage_m"].meaning.period == "year"
    assert header.of["name"].number == 3


def test_three_rows_and_units_in_the_last():
    block = """
        家庭情况||待遇||
        姓名|身份证号|保障人口|保障金|家庭收入
         |||元/月|万元/年
        张三|110|2|300|1.2
        """
    header = find_header(sheet_of(block))
    assert header.of["benefit"].meaning.yuan == 1.0
    assert (header.of["income"].meaning.period, header.of["income"].meaning.yuan) == ("year", 1e4)


def test_the_first_of_two_equal_columns_is_taken_or_the_head():
    header = find_header(sheet_of("姓名|身份证号|与户主关系|月保障金|月补差\n张三|1|户主|3|4"))
    assert header.of["benefit"].number == 3
    header = find_header(sheet_of("姓名|身份证号|姓名|身份证号|关系\n张三|1|李四|3|妻"))
    assert (header.of["head_name"].number, header.of["name"].number) == (0, 2)
    assert (header.of["head_id"].number, header.of["id"].number) == (1, 3)


@pytest.mark.parametrize(
    "block", ["", "填表说明", "乡镇|户数|人数\n东河镇|1|2", "张三|110|妻\n李四|1|子"]
)
def test_no_header(block):
    assert find_header(sheet_of(block)) is None


@pytest.mark.parametrize(
    ("header", "lacking"),
    [
        ("姓名|身份证号|与户主关系|乡镇", ()),
        ("户主姓名|身份证号|保障人口|乡镇", ()),
        ("户主姓名|姓名|身份证号|乡镇", ()),
        ("姓名|乡镇|与户主关系|性别", ("id",)),
        ("身份证号|乡镇|人口", ("name",)),
        ("姓名|身份证号|乡镇|村", ("n_members",)),
    ],
)
def test_needed_columns(header, lacking):
    assert missing(find_header(sheet_of(f"{header}\n1|1|1|1"))) == lacking


def test_all_missing_columns_are_told_at_once_with_the_nearest_header():
    with pytest.raises(JZError) as caught:
        rosters_in(source(a="户主性名|身份正号码|乡镇|人口|身份证号\n1|1|1|1|1"))
    assert caught.value.codes == ("JZ-E072",)
    assert "户主性名" in str(caught.value)
    with pytest.raises(JZError) as caught:
        rosters_in(source(a="户主身份证号|乡镇|村|性别\n1|1|1|1"))
    assert caught.value.codes == ("JZ-E072", "JZ-E072")


def test_sheets_that_are_no_rosters_are_passed_over():
    found = rosters_in(source(封面="低保花名册", 名册=PLAIN, 汇总="乡镇|户数|人口\n东|1|2"))
    assert [sheet.name for sheet, _ in found] == ["名册"]


def test_sheets_whose_units_differ_are_not_mixed():
    yuan, ten_thousand = (f"户主姓名|身份证号|人口|年收入（{u}）\n张|1|1|1" for u in ("元", "万元"))
    assert len(rosters_in(source(a=yuan, b=yuan))) == 2
    with pytest.raises(JZError) as caught:
        rosters_in(source(甲=yuan, 乙=ten_thousand))
    assert caught.value.codes == ("JZ-E077",)
    assert "个人收入" in str(caught.value)


def test_what_comes_near_a_header_is_told():
    with pytest.raises(JZError) as caught:
        rosters_in(source(a="户主姓|身份证|鞋码\n1|2|3"))
    assert caught.value.codes == ("JZ-E071",)
    assert "户主姓" in str(caught.value)
    assert "鞋码" not in str(caught.value)
