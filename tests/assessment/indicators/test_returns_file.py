"""Own returns: the form, both layouts, every encoding, and all faults of a file at once."""

import time

import numpy as np
import pytest
import xlsxwriter

from jiuzhu_sim.assessment.indicators import (
    evidence_of,
    indicators,
    measure,
    read_returns,
    write_returns_form,
)
from jiuzhu_sim.assessment.indicators.returns import returnable
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.roster.sheet import open_sheets

UNITS = ("甲镇", "乙乡")


def written(folder, rows, name="returns.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes("\n".join(rows).encode(encoding))
    return path


def test_a_long_table_of_shares_counts_and_answers(tmp_path):
    rows = [
        "乡镇,指标,数值,符合数,样本数,总数",
        "甲镇,群众满意率,,55,60,400",
        "乙乡,satisfaction,90%,,50,",
        "甲镇,越级上访批次,2,,,",
        "乙乡,越级上访批次,无,,,",
        "甲镇,台账健全（1为是）,是,,,",
        "乙乡,台账健全（1为是）,否,,,",
        "甲镇,预算执行率,102%,,,",
        "乙乡,政策知晓率,0.8,,,",
    ]
    made = read_returns(written(tmp_path, rows))
    assert made.units == ("乙乡", "甲镇")
    assert made.hits["satisfaction"].tolist() == [45, 55]
    assert made.n["satisfaction"].tolist() == [50, 60]
    assert made.population["satisfaction"][1] == 400
    assert made.value["petitions_skip_level"].tolist() == [0, 2]
    assert made.value["ledger_kept"].tolist() == [0, 1]
    assert made.value["budget_execution"][1] == 1.02
    assert made.value["policy_awareness"][0] == 0.8
    assert not made.is_synthetic


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_wide_table_in_any_encoding_and_order(tmp_path, encoding):
    rows = [
        "群众满意率,群众满意率（样本数）,乡镇（街道）,越级上访批次",
        "0.9,50,乙乡,1",
        "95%,60,甲镇,0",
    ]
    made = read_returns(written(tmp_path, rows, encoding=encoding), UNITS)
    assert made.units == UNITS
    assert made.hits["satisfaction"].tolist() == [57, 45]
    assert made.value["petitions_skip_level"].tolist() == [0, 1]


def test_a_title_above_the_heads_and_blank_rows_are_passed_over(tmp_path):
    rows = [
        "2025年考核填报表,,",
        ",,",
        "乡镇,指标,数值",
        ",,",
        "甲镇,越级上访批次,3",
        "甲镇,到县集体上访批次,",
    ]
    made = read_returns(written(tmp_path, rows))
    assert made.keys == ("petitions_skip_level",)


def test_all_faults_at_once_by_row_and_column(tmp_path):
    rows = ["乡镇,指标,数值,符合数,样本数", "甲镇,群众满意度率,,55,60", "丙镇,群众满意率,,55,60",
            "甲镇,群众满意率,,65,60", "乙乡,群众满意率,92,,", "甲镇,越级上访批次,-1,,",
            "甲镇,台账健全（1为是）,也许,,", "乙乡,政策知晓率,,10,", ",政策知晓率,1,,",
            "甲镇,到县集体上访批次,1,,", "甲镇,到县集体上访批次,2,,",
            "甲镇,创新经验推广次数,1,1,2"]  # fmt: skip
    with pytest.raises(JZError) as error:
        read_returns(written(tmp_path, rows), UNITS)
    told = [(problem.code, problem.where) for problem in error.value.problems]
    lines = {int(where.split("第")[1].split("行")[0]) for _, where in told}
    assert lines == {2, 3, 4, 5, 6, 7, 8, 9, 11, 12}
    assert sum(code == "JZ-E060" for code, _ in told) == 2
    words = str(error.value)
    for said in (
        "群众满意率",
        "符合数不能大于样本数",
        "92%",
        "不小于0的整数",
        "第10行已经填过",
        "不是比例",
    ):
        assert said in words


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        (["单位名,指标,数值", "甲镇,群众满意率,0.9"], "JZ-E072", "乡镇"),
        (["乡镇,数值", "甲镇,0.9"], "JZ-E072", "指标"),
        (["乡镇,指标,数值"], "JZ-E059", "表头"),
        (["乡镇,指标,数值", "甲镇,群众满意率,"], "JZ-E059", "表头"),
    ],
)
def test_a_file_that_is_no_table_of_returns(tmp_path, rows, code, words):
    with pytest.raises(JZError, match=words) as error:
        read_returns(written(tmp_path, rows))
    assert error.value.codes == (code,)


def test_columns_that_tell_the_same_are_refused(tmp_path):
    rows = ["乡镇,群众满意率,satisfaction", "甲镇,0.9,0.8"]
    with pytest.raises(JZError, match="B列重复") as error:
        read_returns(written(tmp_path, rows))
    assert error.value.codes == ("JZ-E032",)
    assert "C列" in error.value.problems[0].where


def test_the_form_has_a_row_for_each_township_and_indicator_and_can_be_read_back(tmp_path):
    path = write_returns_form(tmp_path / "form.xlsx", ["=甲镇", "乙乡"])
    rows = open_sheets(path).sheets[0].rows
    assert len(rows) == 1 + 2 * len(returnable())
    assert {str(row[2]) for row in rows[1:]} == {each.title for each in returnable()}
    # A name that would be calculated stands there as text, and is read as it was.
    assert str(rows[1][0]) == "'=甲镇"
    with pytest.raises(JZError) as error:
        read_returns(path)
    assert error.value.codes == ("JZ-E059",)


def test_the_form_shades_what_is_not_filled_in_and_is_the_same_each_time(tmp_path):
    first, again = (write_returns_form(tmp_path / f"{k}.xlsx", UNITS) for k in range(2))
    assert first.read_bytes() == again.read_bytes()
    sheets = open_sheets(first).sheets
    assert [sheet.name for sheet in sheets] == ["考核填报表", "填报说明"]
    # One township after the other.
    assert [str(row[0]) for row in sheets[0].rows[1:]] == [
        unit for unit in UNITS for _ in returnable()
    ]


def test_ten_thousand_rows_are_read_and_their_faults_told_fast(tmp_path):
    shares = [each.title for each in indicators().values() if each.is_share]
    rows = [f"镇{k // 40},{shares[k % 40]},,50,60" for k in range(10_000)]
    heads = "乡镇,指标,数值,符合数,样本数"
    begun = time.perf_counter()
    made = read_returns(written(tmp_path, [heads, *rows]))
    assert time.perf_counter() - begun < 5
    assert len(made.units) == 250
    with pytest.raises(JZError) as error:
        read_returns(written(tmp_path, [heads, *(row.replace(",50,", ",70,") for row in rows)]))
    assert len(error.value.problems) == 10_000


def test_a_value_that_is_not_its_numbers_is_refused(tmp_path):
    heads = "乡镇,指标,数值,符合数,样本数"
    made = read_returns(written(tmp_path, [heads, "甲镇,群众满意率,92%,55,60"]))
    assert made.hits["satisfaction"].tolist() == [55]
    with pytest.raises(JZError, match="符合数÷样本数不一致") as error:
        read_returns(written(tmp_path, [heads, "甲镇,群众满意率,0.5,55,60"]))
    assert "C列" in error.value.problems[0].where


def test_a_percentage_without_its_sign_is_no_ratio_of_95(tmp_path):
    for cell, value in (("95%", 0.95), ("0.95", 0.95), ("1.2", 1.2), ("120%", 1.2)):
        made = read_returns(written(tmp_path, ["乡镇,指标,数值", f"甲镇,预算执行率,{cell}"]))
        assert made.value["budget_execution"].tolist() == [value]
    with pytest.raises(JZError, match="95%") as error:
        read_returns(written(tmp_path, ["乡镇,指标,数值", "甲镇,预算执行率,95"]))
    assert error.value.codes == ("JZ-E032",)


def test_a_township_written_with_a_blank_is_the_same_township(tmp_path):
    rows = ["乡镇,指标,数值", "甲 镇,群众满意率,0.9", "甲镇,政策知晓率,0.8"]
    assert read_returns(written(tmp_path, rows)).units == ("甲 镇",)
    assert read_returns(written(tmp_path, rows), UNITS).units == UNITS
    twice = [*rows, "甲　镇,政策知晓率,0.7"]
    with pytest.raises(JZError, match="第3行已经填过"):
        read_returns(written(tmp_path, twice))


def test_formulas_give_their_values_and_their_faults(tmp_path):
    path = tmp_path / "formulas.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("填报")
        sheet.write_row(0, 0, ["乡镇", "指标", "数值"])
        sheet.write_row(1, 0, ["甲镇", "政策知晓率"])
        sheet.write_formula(1, 2, "=45/60", None, 0.75)
        sheet.write_row(2, 0, ["乙乡", "专题宣传活动次数"])
        sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")
    with pytest.raises(JZError) as error:
        read_returns(path)
    assert [problem.where for problem in error.value.problems] == [
        "formulas.xlsx · 填报 · 第3行 · C列（数值）"
    ]


def test_a_form_filled_in_is_read(tmp_path):
    form = open_sheets(write_returns_form(tmp_path / "form.xlsx", UNITS)).sheets[0].rows
    heads = [str(cell) for cell in form[0]]
    filled = [[str(cell).replace(",", "，") for cell in row] for row in form]
    for row in filled[1:]:
        if row[heads.index("指标")] == "群众满意率":
            row[heads.index("符合数")], row[heads.index("样本数")] = "54", "60"
        if row[heads.index("指标")] == "一门受理窗口规范（1为是）":
            row[heads.index("数值")] = "是"
    made = read_returns(written(tmp_path, [",".join(row) for row in filled]), UNITS)
    assert made.keys == ("window_ready", "satisfaction")
    assert made.hits["satisfaction"].tolist() == [54, 54]


def test_what_is_told_with_its_sample_has_an_interval_and_a_bare_rate_none(tmp_path):
    rows = [
        "乡镇,指标,数值,符合数,样本数,总数",
        "甲镇,群众满意率,,54,60,",
        "乙乡,群众满意率,90%,,,",
    ]
    returns = read_returns(written(tmp_path, rows), UNITS)
    made = measure(evidence_of(returns=returns))
    k = made.place("satisfaction")
    assert made.units == UNITS
    assert made.value[:, k].tolist() == [0.9, 0.9]
    assert np.isinf(made.population[0, k])
    assert made.low[0, k] < 0.9 < made.high[0, k]
    assert np.isnan([made.low[1, k], made.n[1, k]]).all()
    assert made.sd[1, k] == 0
    assert "没有数据" in made.missing["policy_awareness"]
    assert set(made.missing) == set(indicators()) - {"satisfaction"}
