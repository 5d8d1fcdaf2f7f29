"""A user's own list of targets: what is read, and every fault at once."""

import pytest
import xlsxwriter

from jiuzhu_sim.assessment.performance import targets
from jiuzhu_sim.errors import JZError

HEADS = ("编号", "目标", "计划数", "完成数", "单位", "计划资金（万元）", "年度")


def book(path, *rows):
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("目标")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def faults(path):
    with pytest.raises(JZError) as caught:
        targets(path)
    return [(problem.code, problem.where, problem.what) for problem in caught.value.problems]


def test_a_sheet_with_titles_above_its_heads(tmp_path):
    rows = [
        ("某县2025年目标",),
        (),
        HEADS,
        ("roads", "村道硬化", 4.15, "3", "公里", 143, 2025),
        ("", "满意度", "95%", "", "%", "", "2025年"),
    ]
    road, share = targets(book(tmp_path / "t.xlsx", *rows)).targets
    assert (road.key, road.planned, road.done, road.unit) == ("roads", 4.15, 3, "km")
    assert (road.cost, road.year) == (1_430_000, 2025)
    assert (share.key, share.planned, share.unit, share.year) == ("满意度", 0.95, "share", 2025)


def test_a_csv_of_an_office(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("指标,目标值,实际完成值,单位\n低保人数,1200,1180,人\n".encode("gb18030"))
    (only,) = targets(path).targets
    assert (only.planned, only.done, only.unit) == (1200, 1180, "persons")


def test_every_fault_of_a_sheet_at_once(tmp_path):
    rows = [
        (*HEADS, "上限", "完成率说明"),
        ("a", "甲", "约三百", 1, "户", "", "", "", ""),
        ("b", "乙", "", 1, "户", "", "", "", ""),
        ("c", "丙", 10, -1, "户", "", "", "", ""),
        ("d", "丁", 10, 12, "户", "", "", 11, ""),
        ("e", "戊", 10, 1, "", "", "", "", ""),
        ("f", "己", 0.95, "", "%", "", "", "", ""),
        ("g", "庚", "95%", "120%", "%", "", "", "", ""),
        ("h", "辛", 10, 1, "户", "", "明年", "", ""),
        ("i", "壬", 0, 1, "户", "", "", "", ""),
        ("j", "癸", 5, 1, "户", "", "", "", ""),
        ("j", "癸", 5, 1, "户", "", "", "", ""),
    ]
    found = faults(book(tmp_path / "t.xlsx", *rows))
    assert {code for code, _, _ in found} == {"JZ-E106"}
    expected = [
        ("第1行I列", "完成率说明"),
        ("第2行C列", "约三百"),
        ("第3行C列", "缺少计划数"),
        ("第4行D列", "小于0"),
        ("第5行D列", "超过最多可能的11"),
        ("第6行E列", "没有计量单位|缺少计量单位"),
        ("第7行C列", "可能指"),
        ("第8行D列", "超过最多可能的1"),
        ("第9行G列", "明年"),
        ("第10行C列", "计划数为0"),
        ("t.xlsx", "出现两次"),
    ]
    assert len(found) == len(expected)
    for (_, where, what), (place, words) in zip(found, expected, strict=True):
        assert place in where
        assert any(part in what for part in words.split("|")), what


def test_columns_that_are_missing_or_twice_or_without_a_unit_of_money(tmp_path):
    rows = [("目标", "完成数", "完成值", "预算"), ("甲", 1, 1, 5)]
    found = [what for _, _, what in faults(book(tmp_path / "t.xlsx", *rows))]
    for words in ("重复", "没有写明单位", "缺少“计划数”列", "缺少“计量单位”列|缺少“单位”列"):
        assert any(part in what for what in found for part in words.split("|")), words


@pytest.mark.parametrize(("unit", "yuan"), [("元", 3), ("万元", 3e4), ("亿元", 3e8)])
def test_money_in_its_unit(tmp_path, unit, yuan):
    rows = [("目标", "计划数", "单位", f"实际资金（{unit}）"), ("甲", 1, "户", 3)]
    (only,) = targets(book(tmp_path / "t.xlsx", *rows)).targets
    assert only.spent == yuan


def test_no_heads_at_all(tmp_path):
    ((code, _, what),) = faults(book(tmp_path / "t.xlsx", ("姓名", "年龄"), ("张三", 70)))
    assert code == "JZ-E106"
    assert "表头" in what


YAML = """
label: {zh: 某县目标}
targets:
  roads: {label: 村道, planned: 4, unit: km, done: 2, clause: 县政府工作报告}
  wells: {label: 机井, planned: null, unit: count}
"""


def test_an_own_yaml(tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text(YAML, encoding="utf-8")
    made = targets(path)
    assert (made.title, made.status) == ("某县目标", "own")
    assert [target.title for target in made.targets] == ["村道", "机井"]


def test_every_fault_of_a_yaml_at_once(tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text(
        "kind: x\ntargets:\n  a: {label: 甲, planed: 4, unit: km}\n"
        "  b: {label: 乙, planned: R099a, unit: km, test: lest}\n  c: 5\n",
        encoding="utf-8",
    )
    found = [what for _, _, what in faults(path)]
    for words in ("“kind”", "是否指“planned”", "缺少计划数", "“R099a”不是数", "“lest”", "没有内容"):
        assert any(words in what for what in found), words


@pytest.mark.parametrize("value", ["1e999", ".inf", ".nan", "true", "[1]", "2025-01-01", "R1 / 0"])
def test_what_is_no_number(tmp_path, value):
    path = tmp_path / "t.yaml"
    path.write_text(
        f"figures: other-documents\ntargets: {{a: {{label: 甲, planned: {value}, unit: km}}}}\n",
        encoding="utf-8",
    )
    ((code, _, what),) = faults(path)
    assert code == "JZ-E106"
    assert "不是数" in what


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "JZ-E106"), ("targets: []", "JZ-E106"), ("a: [1", "JZ-E021"), ("- 1", "JZ-E106")],
)
def test_a_yaml_that_is_none(tmp_path, content, code):
    path = tmp_path / "t.yaml"
    path.write_text(content, encoding="utf-8")
    assert faults(path)[0][0] == code


def test_names_and_files_that_are_not_there(tmp_path):
    with pytest.raises(JZError, match=r"JZ-E060.*s34-township"):
        targets("s34-townshp")
    with pytest.raises(JZError, match="JZ-E020"):
        targets(tmp_path / "no.xlsx")


@pytest.mark.parametrize(("test", "is_refused"), [("", True), ("不低于", True), ("不高于", False)])
def test_a_plan_of_none_at_all(tmp_path, test, is_refused):
    path = tmp_path / "own.csv"
    path.write_text(f"目标,计划数,单位,方向\n信访,0,个,{test}\n", encoding="utf-8")
    if not is_refused:
        assert targets(path).targets[0].planned == 0
        return
    with pytest.raises(JZError, match="计划数为0"):
        targets(path)
