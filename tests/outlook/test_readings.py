"""The readings of every option of the register side by side, on the full law."""

from functools import cache

import numpy as np
import pytest

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.law import declarations
from jiuzhu_sim.outlook.readings import compare_readings, readings_of
from jiuzhu_sim.rules import RULES
from tests.full_law import beside, full_law, people

OPTIONS = [path for path, entry in declarations().items() if entry.register]
BY_RULES = [path for path in OPTIONS if declarations()[path].read_by == "rules"]


@cache
def crowd():
    return people(11, 1_500)


def law(path):
    return full_law().change(beside(path))


def key(value):
    return value if isinstance(value, str) else f"{value:g}"


@pytest.mark.parametrize("path", OPTIONS)
def test_every_option_runs(path):
    declared, policy = declarations()[path], law(path)
    table = compare_readings(crowd(), policy, path)
    rows = [row[0] for row in table.rows]
    readings = {key(value) for value in declared.readings} | {key(policy[path])}
    assert len(rows) == len(set(rows))
    assert set(rows) == readings
    taken = key(policy[path])
    assert table.get("moved", taken) == 0
    assert table.get("change_y", taken) == 0
    assert table.n[rows.index(taken)] == 0
    read = {name for rule in RULES for name in (*rule.arguments, rule.switch, rule.round)}
    assert (declared.argument in read) == (declared.read_by == "rules")
    for language in ("zh", "en"):
        set_language(language)
        assert "note." not in table._repr_html_()


@pytest.mark.parametrize("path", BY_RULES)
def test_an_option_of_the_rules_moves_somebody(path):
    table = compare_readings(crowd(), law(path), path)
    assert max(table.get("moved", *row) for row in table.rows) > 0
    assert table.n.max() > 0


@pytest.mark.parametrize("path", sorted(set(OPTIONS) - set(BY_RULES)))
def test_an_option_read_elsewhere_moves_nobody_and_says_where_it_belongs(path):
    table = compare_readings(crowd(), law(path), path)
    assert all(table.get("moved", *row) == 0 for row in table.rows)
    assert (table.n == 0).all()
    where = {"casework": "案件", "assessment": "考核", "figures": "上报数", "outlook": "预测"}
    assert any(where[declarations()[path].read_by] in note for note in table.notes), table.notes


@pytest.mark.parametrize(
    "path", ["reading.single_person_base", "reading.grace_months", "reading.medical_aid_ceiling"]
)
def test_money_moved_is_the_difference_of_aid(path):
    policy = law(path)
    table = compare_readings(crowd(), policy, path)
    names = ("aid_y_hh", "benefit_m_hh", "n_recipients_hh")
    base = simulate(crowd(), policy, names)
    weight = crowd()["weight"]
    for value in declarations()[path].readings:
        new = simulate(crowd(), policy.change({path: value}), names)
        change = (weight * (new["aid_y_hh"] - base["aid_y_hh"])).sum()
        assert table.get("change_y", key(value)) == pytest.approx(change, abs=1e-6)
        aid = (weight * new["aid_y_hh"]).sum()
        assert table.get("aid_y", key(value)) == pytest.approx(aid)
        cost = (weight * new["benefit_m_hh"]).sum() * 12
        assert table.get("cost_y", key(value)) == pytest.approx(cost)
        recipients = new["n_recipients_hh"]
        assert table.get("households", key(value)) == pytest.approx(weight[recipients > 0].sum())
        assert table.get("persons", key(value)) == pytest.approx((weight * recipients).sum())
        between = table.get("aid_y", key(value)) - table.get("aid_y", key(policy[path]))
        assert table.get("change_y", key(value)) == pytest.approx(between, abs=1e-4)


def test_a_value_beside_the_readings_has_its_own_row():
    policy = full_law().change({"reading.grace_months": 9})
    table = compare_readings(crowd(), policy, "grace_months")
    assert [row[0] for row in table.rows] == ["9", "0", "6", "12"]
    assert table.get("moved", "9") == 0


def test_an_option_by_name_path_or_number():
    assert readings_of("grace_months") is readings_of("reading.grace_months")
    assert readings_of("D32") is readings_of("grace_months")
    assert readings_of("D28").path == "reading.medical_aid_deductible"


@pytest.mark.parametrize("option", ["grace_month", "reading.grace_month", "D99", "edge.ratio"])
def test_an_unknown_option_is_refused_with_the_nearest(option):
    with pytest.raises(JZError, match="JZ-E003") as refused:
        compare_readings(crowd(), full_law(), option)
    if "grace" in option:
        assert "grace_months" in str(refused.value)


def test_all_readings_are_within_range():
    for path in OPTIONS:
        declared = declarations()[path]
        assert len(declared.readings) > 1, path
        for value in declared.readings:
            full_law().change({path: value})
        assert np.unique([key(value) for value in declared.readings]).size == len(declared.readings)
