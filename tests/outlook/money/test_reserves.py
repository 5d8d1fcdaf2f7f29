"""Township reserves: when they are used up, and who comes too late."""

import datetime

import numpy as np
import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import read_yaml, texts
from jiuzhu_sim.law import clauses
from jiuzhu_sim.law.load import FOLDER
from jiuzhu_sim.outlook.money.budget import budget_of
from jiuzhu_sim.outlook.money.cash import NEVER
from jiuzhu_sim.outlook.money.reserves import mean_case, mean_cases, reserves, split_need
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize

PACE = 26_600.0  # a month, S4.2.10


def test_the_county_would_have_paid_until_july_had_it_not_suspended():
    made = reserves({"全县": PACE}, 170_000.0, start="2013-01", chance=False)
    assert made.used_up_dates()["全县"] == (datetime.date(2013, 7, 13),) * 3
    assert made.left == pytest.approx(0)
    assert made.unserved_money[0, 0] == pytest.approx(PACE * 12 - 170_000)


def test_suspended_from_june_it_keeps_money_and_leaves_seven_months_unserved():
    budget = budget_of("s42-county-2013")
    pot = {each.pot.name: each for each in budget.pots}["temporary"]
    made = reserves(
        {"全县": pot.reported / 12},
        budget.money.total("temporary"),
        start="2013-01",
        suspended_from=pot.suspended_from,
        chance=False,
    )
    assert made.used_up.tolist() == [[NEVER]]
    assert made.left[0, 0] == pytest.approx(37_000)
    assert made.unserved_money[0, 0] == pytest.approx(7 * PACE)
    assert made.unserved[0, 0] == pytest.approx(7 * PACE / 1031.3)
    assert made.case == mean_case(2013).value == 1031.3
    table = str(made.table())
    assert "2013-06" in table
    assert "2016年" in table  # no mean of 2013: taken from the nearest year, and said so
    own = reserves({"全县": PACE}, 170_000.0, start="2013-01", case=800.0, draws=2)
    assert "全国平均" not in str(own.table())


def test_a_reserve_of_the_law_pays_whole_cases_only():
    """S2.8.4: 10,000 yuan a township; at 1,109.9 a case it pays nine."""
    reserve = load_policy("s2-district-2022")["temporary.reserve"]
    made = reserves({"a": 5000.0, "b": 50.0}, reserve, start="2022-07", draws=200)
    assert made.served[:, 0].max() == 9
    assert (made.served <= made.cases).all()
    assert (made.left >= -1e-6).all()
    out = made.used_up < NEVER
    assert (out == (made.unserved > 0)).all()
    assert out[:, 0].all()
    assert not out[:, 1].all()


def test_cases_come_as_often_as_the_need_says():
    made = reserves({"a": 10_000.0}, 1e9, case=1000.0, draws=2000)
    assert made.cases.mean() == pytest.approx(120, rel=0.01)
    assert made.cases.var() == pytest.approx(120, rel=0.1)  # Poisson: variance = mean
    by_month = np.zeros(12)
    by_month[5] = 30_000.0
    only_june = reserves({"a": by_month}, 1.0, case=1000.0, draws=50)
    start = datetime.date(2025, 6, 1)
    assert all(each >= start for each in only_june.used_up_dates()["a"])


def test_townships_are_drawn_each_for_itself():
    need = {"a": 5000.0, "b": 4000.0}
    both = reserves(need, 10_000.0, draws=50)
    alone = reserves({"b": 4000.0}, 10_000.0, draws=50)
    assert (both.cases[:, 1] == alone.cases[:, 0]).all()
    few = reserves(need, 10_000.0, draws=5)
    assert (few.cases == both.cases[:5]).all()


def test_the_need_is_split_by_persons():
    people = synthesize("example-county", households=300, seed=1)
    parts = split_need(people, np.full(12, 1200.0))
    assert sum(each[0] for each in parts.values()) == pytest.approx(1200)
    persons = {name: 0.0 for name in parts}
    weight = people.numbers("weight") * people.sizes
    for name, each in zip(people["township"], weight, strict=True):
        persons[name] += each
    for name, part in parts.items():
        assert part[3] / 1200 == pytest.approx(persons[name] / weight.sum())


def test_the_table_has_a_row_a_township_and_a_total():
    made = reserves({"甲乡": 5000.0, "乙乡": 4000.0}, {"甲乡": 10_000.0, "乙乡": 1e6}, draws=100)
    table = made.table()
    assert table.rows == (("甲乡",), ("乙乡",), ("total",))
    assert table.get("reserve", "total") == 1_010_000
    assert table.get("reserve_used_up_p", "甲乡") == 1
    assert table.get("reserve_unserved", "乙乡") == 0
    assert "甲乡" in table._repr_html_()


def test_means_of_a_case_have_a_source():
    documents = {}
    for path in (FOLDER / "clauses").glob("*.yaml"):
        documents |= read_yaml(path)["documents"]
    for case in mean_cases().values():
        assert case.status == "source"
        assert case.source in documents
    assert clauses()
    assert "note.reserves" in texts()


BAD = [
    ({"need": {}}, "任何乡镇"),
    ({"need": {"a": -1.0}}, "每月需求"),
    ({"need": {"a": np.ones(5)}}, "12个数"),
    ({"reserve": {"b": 1.0}}, "b"),
    ({"reserve": -5.0}, "备用金应"),
    ({"case": 0.0}, "平均金额"),
    ({"suspended_from": 13}, "停批月份"),
    ({"draws": 0}, "抽样次数"),
]


@pytest.mark.parametrize(("options", "told"), BAD)
def test_each_fault_is_told(options, told):
    with pytest.raises(JZError) as caught:
        reserves(**({"need": {"a": 1.0}, "reserve": 1.0} | options))
    assert set(caught.value.codes) == {"JZ-E088"}
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "wrong", [{"draws": "a"}, {"draws": 1.5}, {"case": "a"}, {"need": {"a": "x"}}, {"reserve": "a"}]
)
def test_what_is_no_number_is_refused(wrong):
    asked = {"need": {"a": 10.0}, "reserve": 100.0} | wrong
    with pytest.raises(JZError, match="JZ-E088"):
        reserves(**asked)
