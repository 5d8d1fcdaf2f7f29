"""Headers as officers write them are understood; nothing is understood twice."""

import pytest

from jiuzhu_sim.columns import columns
from jiuzhu_sim.roster.fields import even, fields, known_headers, meaning

# Filled from the ID number, the status and the date of approval, or made.
OF_OTHERS = {
    "age",
    "is_female",
    "was_dibao",
    "approval_month",
    "household_id",
    "person_id",
    "weight",
}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        *(("姓名", "name"), ("户主姓名", "head_name"), ("申请人（户主）姓名", "head_name")),
        *(("公民身份号码", "id"), ("身份证号码（18位）", "id"), ("户主身份证号", "head_id")),
        *(("与户主\n关系", "relation"), ("乡 镇（街道）", "township"), ("村/社区", "village")),
        *(
            ("家庭人口（人）", "n_members"),
            ("保障人口数", "n_covered"),
            ("低保证编号", "household_no"),
        ),
        *(("城乡类别", "area"), ("类别", "category"), ("A/B/C类", "category"), ("状态", "status")),
        *(("月保障金（元）", "benefit"), ("年低保金", "benefit"), ("每月补差", "benefit")),
        *(("人均月补差", "benefit_per_head"), ("实发金额", "benefit_total")),
        *(("分类施保金", "supplement"), ("家庭年收入（万元）", "income"), ("月收入", "income_own")),
        *(("家庭人均纯收入", "income_per_head"), ("2024年度家庭总收入", "income")),
        *(("残疾等级", "disability_grade"), ("残疾类别", "disability_kind")),
        *(("健康状况", "health"), ("是否在校生", "is_student"), ("有无劳动能力", "labour_capable")),
        *(("一卡通账号", "account"), ("批准时间", "recognised_on"), ("年审时间", "reviewed_on")),
        *(("死亡时间", "died_on"), ("是否不予公开", "is_confidential"), ("联系电话", "phone")),
        *(
            ("工资性收入", "wage_m"),
            ("房产套数", "n_homes"),
            ("wage_m", "wage_m"),
            ("备注", "remark"),
        ),
        *(("*姓名：", "name"), ("序号", "seq")),
    ],
)
def test_headers(header, field):
    assert meaning((header,)).field.name == field


@pytest.mark.parametrize("header", ["鞋码", "", "张三", "110105194912310021", "示例县低保花名册"])
def test_unknown_headers(header):
    assert meaning((header,)).field is None


@pytest.mark.parametrize(
    ("parts", "field", "period", "yuan"),
    [
        (("户主信息", "姓名"), "head_name", "", None),
        (("户主", "身份证号"), "head_id", "", None),
        (("家庭成员情况", "姓名"), "name", "", None),
        (("家庭成员情况", "与户主关系"), "relation", "", None),
        (("收入情况（元/年）", "工资性"), "wage_m", "year", 1.0),
        (("家庭收入（万元）", "年收入"), "income_own", "year", 1e4),
        (("保障金额", "元/月"), "benefit", "month", 1.0),
        (("家庭年收入(万元)",), "income", "year", 1e4),
        (("季度保障金（元）",), "benefit", "quarter", 1.0),
        (("家庭收入",), "income", "", None),
        (("2025年6月保障金",), "benefit", "month", None),
    ],
)
def test_headings_over_headers_and_units(parts, field, period, yuan):
    found = meaning(parts)
    assert (found.field.name, found.period, found.yuan) == (field, period, yuan)


def test_each_header_means_one_thing():
    spelled = {}
    for field in fields().values():
        for alias in (field.name, *field.label.values(), *field.aliases):
            spelled.setdefault(even(alias), set()).add(field.name)
    assert {alias: names for alias, names in spelled.items() if len(names) > 1} == {}
    assert len(spelled) == len(known_headers()) > 1000


def test_every_input_column_can_be_filled():
    inputs = {entry.name for entry in columns().values() if entry.kind == "input"}
    filled = {field.column for field in fields().values()}
    assert inputs - OF_OTHERS <= filled
    assert {field.column for field in fields().values()} - {""} <= inputs
    for field in fields().values():
        assert field.level in ("person", "household", "either")
        assert set(field.label) == {"zh", "en"}
        assert field.unit or field.kind != "money"
