"""People from a roster: kept households only, what is lacking filled in and said."""

from jiuzhu_sim.columns import columns
from jiuzhu_sim.engine import simulate
from tests.roster.typed import DAUGHTER, HEAD, MAN, POLICY, WIFE, check, told

AT = "2025-06-15"
BLOCK = f"""
    户编号|姓名|身份证号|与户主关系|乡镇|村|城乡|是否不予公开
    1|张三|{HEAD}|户主|东河镇|上坝村|农村|是
    |小七|{DAUGHTER}|女||||
    2|李四|{MAN}|户主|东河镇||城市|
    3|王五|{WIFE[:17]}|户主|东河镇||农村|
    """


def test_households_with_a_stop_are_left_out(tmp_path):
    roster = check(tmp_path, BLOCK, at=AT)
    assert told(roster, "stop") == [("R102", 5, "C")]
    people = roster.people
    assert (people.households, people.persons) == (2, 3)
    assert people.about["set_aside"] == roster.read.set_aside == 1
    aside = roster.rows.set_index("household")["is_set_aside"]
    assert set(people.ids) == set(aside.index[~aside])


def test_columns_go_where_they_belong(tmp_path):
    people = check(tmp_path, BLOCK, at=AT).people
    assert people["area"].tolist() == ["rural", "urban"]
    assert people["village"].tolist() == ["上坝村", "未填"]
    assert people["is_confidential"].tolist() == [True, False, False]
    assert people["n_covered_now"].tolist() == [2, 1]
    assert people["was_dibao"].tolist() == [True, True]
    assert people["has_applied" if "has_applied" in people else "was_dibao"].all()


def test_what_the_roster_lacks_is_zero_and_said(tmp_path):
    people = check(tmp_path, BLOCK, at=AT).people
    filled = people.about["filled"]
    needed = {
        name
        for name, entry in columns().items()
        if entry.kind == "input" and entry.default is None and not entry.optional
    }
    assert needed - {"weight", "household_id"} <= set(people.laid_out)
    for name in set(filled) & set(columns()):
        assert not people.numbers(name).any() or name in ("disability_kind",), name
    assert not {"age", "area", "township", "village"} & set(filled)


def test_the_people_can_be_simulated(tmp_path):
    people = check(tmp_path, BLOCK, at=AT).people
    assert (simulate(people, POLICY)["benefit_m_hh"] > 0).all()


def test_members_only_counted_are_adults_without_income(tmp_path):
    block = f"户主姓名|身份证号|人口|家庭月收入|城乡\n张三|{HEAD}|3|600|农村"
    people = check(tmp_path, block, at=AT).people
    assert people["age"].tolist() == [55, 40, 40]
    assert people["relation"].tolist() == ["head", "other", "other"]
    assert people["transfer_m"].tolist() == [600, 0, 0]
    assert "made_members" in people.about["filled"]


def test_nobody_is_left(tmp_path):
    roster = check(tmp_path, f"户主姓名|身份证号|人口\n|{HEAD}|1", at=AT)
    assert roster.people is None
    assert roster.read.set_aside == 1
    assert len(roster.set_aside) == 1


def test_the_people_do_not_depend_on_the_order_of_the_rows(tmp_path):
    lines = BLOCK.strip().splitlines()
    turned = "\n".join([lines[0], *lines[3:], *lines[1:3]])
    one, two = check(tmp_path, BLOCK, at=AT), check(tmp_path, turned, at=AT)
    assert one.people.digest() == two.people.digest()
    assert set(one.rows["household"]) == set(two.rows["household"])
