"""Benefit and income against the standard and against the neighbours."""

import pytest

from jiuzhu_sim.roster.amounts import largest_supplement, standards
from tests.roster.test_households import many
from tests.roster.typed import DAUGHTER, HEAD, MAN, POLICY, SON, WIFE, check, told

AT = "2025-06-15"
RURAL, URBAN = POLICY["dibao.standard.rural"], POLICY["dibao.standard.urban"]


def test_standards_and_supplements():
    import numpy as np

    area = np.array(["urban", "rural", ""], object)
    assert standards(POLICY, area).tolist() == [URBAN, RURAL, max(URBAN, RURAL)]
    assert np.isnan(standards(None, area)).all()
    assert largest_supplement(None) == 0
    shares = [POLICY[f"supplement.{who}_share"] for who in ("elder", "minor", "severe", "ill")]
    assert largest_supplement(POLICY) == max(shares)
    stacked = POLICY.change({"supplement.stacking": "stacked"})
    assert largest_supplement(stacked) == pytest.approx(sum(shares))


def one(folder, header, cells, **how):
    """A rural household of two, both covered."""
    block = f"户主姓名|身份证号|人口|保障人口|城乡|{header}\n张三|{HEAD}|2|2|农村|{cells}"
    return check(folder, block, **{"at": AT, **how})


def test_paid_more_than_the_standard_allows(tmp_path):
    most = RURAL * 2 * (1 + largest_supplement(POLICY))
    assert told(one(tmp_path, "月保障金", f"{most}")) == []
    assert told(one(tmp_path, "月保障金", f"{most + 1}")) == []  # rounded up
    roster = one(tmp_path, "月保障金", f"{most + 100}")
    assert told(roster) == [("R202", 2, "F")]
    assert roster.findings.money("doubt") == pytest.approx(100)
    assert told(one(tmp_path, "月保障金", "9999", policy=None)) == []


@pytest.mark.parametrize(
    ("header", "cells", "paid"),
    [
        ("月保障金（元）", "600", 600),
        ("年保障金", "7200", 600),
        ("季度保障金", "1800", 600),
        ("保障金（万元/年）", "0.72", 600),
        ("人均补差", "300", 600),
        ("月保障金|分类施保金", "500|100", 600),
        ("月保障金|分类施保金|合计", "500|100|600", 600),
        ("实发金额", "600", 600),
        ("月保障金", "600元/月", 600),
        ("月保障金", "无", 0),
        ("月保障金", "", 0),
    ],
)
def test_benefit_in_any_form(tmp_path, header, cells, paid):
    roster = one(tmp_path, header, cells)
    assert told(roster) == []
    assert roster.people["current_benefit_m"].tolist() == [pytest.approx(paid)]
    assert roster.people["was_dibao"].tolist() == [paid > 0]


@pytest.mark.parametrize(
    ("cell", "code"),
    [("三百", "R106"), ("-300", "R107"), ("600元/年", "R106"), ("99999999", "R120")],
)
def test_amounts_that_stop(tmp_path, cell, code):
    roster = one(tmp_path, "月保障金", cell)
    assert told(roster) == [(code, 2, "F")]
    assert roster.people is None


def test_paid_without_ground(tmp_path):
    assert told(one(tmp_path, "月保障金|状态", "600|停保")) == [("R212", 2, "F")]
    assert told(one(tmp_path, "月保障金|状态", "0|停保")) == []
    assert told(one(tmp_path, "月保障金|是否在保", "600|否")) == [("R212", 2, "F")]
    assert told(one(tmp_path, "月保障金|状态", "600|在保")) == []


@pytest.mark.parametrize(
    ("header", "cells", "unit", "income"),
    [
        ("家庭月收入", "800", "auto", 800),
        ("家庭年收入（元）", "9600", "auto", 800),
        ("家庭年收入（万元）", "0.96", "auto", 800),
        ("家庭人均月收入", "400", "auto", 800),
        ("家庭收入", "800", "auto", 800),
        ("家庭收入", "9600", "auto", 800),
        ("家庭收入", "9600", "yuan/year", 800),
        ("家庭收入", "0.96", "10k_yuan/year", 800),
        ("家庭收入（元）", "9600", "10k_yuan/year", 800),
        ("人均年收入", "4800元", "auto", 800),
    ],
)
def test_income_in_any_unit(tmp_path, header, cells, unit, income):
    roster = one(tmp_path, header, cells, income_unit=unit)
    assert told(roster) == []
    assert roster.people["transfer_m"].tolist() == [pytest.approx(income), 0]
    assert "income_as_transfer_m" in roster.people.about["filled"]
    assert any("没有写明" in note for note in roster.notes) == ("家庭收入" in header)


def test_an_income_that_is_not_below_the_standard(tmp_path):
    roster = one(tmp_path, "家庭月收入|月保障金", f"{RURAL * 2}|300")
    assert told(roster) == [("R214", 2, "F")]
    assert roster.findings.money("doubt") == 300
    assert told(one(tmp_path, "家庭月收入|月保障金", f"{RURAL * 2}|0")) == []
    assert told(one(tmp_path, "家庭月收入|月保障金", f"{RURAL * 2 - 1}|300")) == []


def test_a_blank_income_is_a_doubt_a_stated_nothing_is_none(tmp_path):
    assert told(one(tmp_path, "家庭月收入", "")) == [("R217", 2, "F")]
    for nothing in ("0", "无", "—"):
        assert told(one(tmp_path, "家庭月收入", nothing)) == []


def test_incomes_of_each_member(tmp_path):
    block = f"""
        姓名|身份证号|关系|月收入
        张三|{HEAD}|户主|500
        王五|{WIFE}|妻|200
        小六|{SON}|子|
        小七|{DAUGHTER}|女|0
        """
    roster = check(tmp_path, block, at=AT)
    assert told(roster) == []
    assert roster.people["transfer_m"].tolist() == [500, 200, 0, 0]


def test_parts_of_income_make_the_sum_superfluous(tmp_path):
    block = f"姓名|身份证号|关系|月工资|家庭月收入\n张三|{HEAD}|户主|500|500\n王五|{WIFE}|妻|0|"
    people = check(tmp_path, block, at=AT).people
    assert people["wage_m"].tolist() == [500, 0]
    assert people["transfer_m"].tolist() == [0, 0]


def test_a_years_amount_among_months(tmp_path):
    cells = ["300", "310", "290", "305", "295", "3600", "0", "560"]
    roster = check(tmp_path, many("家庭月收入|城乡", [f"{c}|农村" for c in cells]), at=AT)
    assert told(roster) == [("R207", 7, "D")]
    assert roster.findings.money("doubt") == pytest.approx(3300)
    few = many("家庭月收入|城乡", [f"{c}|农村" for c in (300, 310, 3600)])
    assert told(check(tmp_path, few, at=AT)) == []


def test_each_area_has_a_median_of_its_own(tmp_path):
    rural = [f"{c}|农村" for c in (40, 41, 42, 43, 44)]
    urban = [f"{c}|城市" for c in (500, 510, 520, 530, 540)]
    assert told(check(tmp_path, many("家庭月收入|城乡", rural + urban), at=AT)) == []


def test_ten_thousands_among_yuan(tmp_path):
    cells = ["300", "310", "290", "305", "295", "0.03", "3000000"]
    roster = check(tmp_path, many("家庭月收入|城乡", [f"{c}|农村" for c in cells]), at=AT)
    assert told(roster) == [("R120", 8, "D"), ("R208", 7, "D")]


def test_a_slip_takes_the_place_of_what_follows_from_it(tmp_path):
    cells = ["300", "310", "290", "305", "295", "3600"]
    roster = check(tmp_path, many("月保障金|城乡", [f"{c}|农村" for c in cells]), at=AT)
    assert told(roster) == [("R207", 7, "D")]


def test_benefit_repeated_in_each_row_counts_once(tmp_path):
    block = f"户号|姓名|身份证号|关系|月保障金\n1|张三|{HEAD}|户主|600\n1|王五|{WIFE}|妻|600"
    assert check(tmp_path, block, at=AT).people["current_benefit_m"].tolist() == [600]


def test_the_dead_and_what_is_paid_for_them(tmp_path):
    block = f"""
        户号|姓名|身份证号|关系|是否死亡|月保障金
        1|张三|{HEAD}|户主|否|200
        1|王五|{WIFE}|妻|是|150
        2|李四|{MAN}|户主|是|
        """
    roster = check(tmp_path, block, at=AT)
    assert told(roster) == [("R211", 3, "E")]
    assert roster.findings.money("doubt") == 150


def test_a_unit_over_the_header_is_that_of_all_amounts(tmp_path):
    block = f"""
        金额单位：万元||||
        户主姓名|身份证号|人口|年低保金|家庭月收入（元）
        张三|{HEAD}|2|0.72|300
        """
    people = check(tmp_path, block, at=AT).people
    assert people["current_benefit_m"].tolist() == [pytest.approx(600)]
    assert people["transfer_m"].tolist() == [300, 0]
