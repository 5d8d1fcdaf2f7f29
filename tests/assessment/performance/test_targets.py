"""Targets as data, their tracking, and the arithmetic of the plans."""

import math
from dataclasses import replace

import pytest

from jiuzhu_sim.assessment.identities import APART, DERIVED, FAILS
from jiuzhu_sim.assessment.performance import Target, Targets, bases, checks, targets, track
from jiuzhu_sim.assessment.performance.target import amount
from jiuzhu_sim.assessment.performance.target_file import target_names
from jiuzhu_sim.assessment.performance.track import MISSED, REACHED
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import LANGUAGES, texts
from jiuzhu_sim.law.load import clauses

ROAD = Target("roads", {"zh": "村道"}, planned=4.0, unit="km", done=3.0, cost=800.0, spent=900.0)
CASES = Target("late", {"zh": "超期"}, planned=5.0, unit="count", done=4.0, test="most")


def plan(*made):
    return Targets("own", {"zh": "自有"}, "own", {"zh": "自有"}, made)


@pytest.mark.parametrize("name", [n for n in target_names() if n != "example-county"])
def test_the_documents_targets_have_a_clause_and_nothing_done(name):
    for target in targets(name).targets:
        assert all(clause in clauses() for clause in target.clause.split(", "))
        assert math.isnan(target.done), target.key
        assert math.isnan(target.spent), target.key
        assert set(target.label) == set(LANGUAGES)
        assert f"unit.{target.unit}" in texts()


def test_numbers_of_the_township_plan():
    found = {target.key: target for target in targets("s34-township").targets}
    planned = {
        "households_lifted": 70, "share_lifted": 0.8, "net_income": 2500, "village_income": 30000,
        "roads": 4.15, "water_persons": 112, "ditches": 8, "irrigated": 800, "houses": 54,
        "trained": 157, "employed": 75, "students": 95, "pension_households": 61,
    }  # fmt: skip
    assert {key: found[key].planned for key in planned} == planned
    money = {"village_investment": 850e3, "roads": 1.43e6, "rubbish": 115e3, "farm_training": 104e3}
    assert {key: found[key].cost for key in money} == money


def test_the_example_is_marked_and_the_documents_are_not():
    assert [n for n in target_names() if targets(n).is_illustrative] == ["example-county"]
    assert "note.illustrative_targets" in track(targets("example-county")).notes


def test_arithmetic_of_the_plan():
    table = checks(targets("s34-township"))
    found = {row[0]: (table.get("left", *row), table.get("verdict", *row)) for row in table.rows}
    assert found["36"] == (87.5, FAILS)
    assert round(found["37"][0], 2) == 1368.42
    assert round(found["38"][0], 1) == 47.8
    assert round(found["39"][0]) == 344_578
    assert round(found["40"][0], 2) == 662.42
    assert [found[row][1] for row in ("37", "38", "39", "40")] == [DERIVED, DERIVED, DERIVED, APART]
    said = " ".join(table.footnotes())
    assert "不是整数" in said
    assert "不可比" in said
    assert checks(targets("s33-education")) is None


def test_unit_costs_agree_with_the_arithmetic():
    table = track(targets("s34-township"))
    assert round(table.get("unit_cost", "roads")) == 344_578
    assert round(table.get("unit_cost", "students"), 2) == 1368.42
    assert table.show("unit_cost", "share_lifted") == "—"


def test_achieved_cost_and_outcome_by_hand():
    table = track(plan(ROAD, CASES))
    names = [statistic.name for statistic in table.statistics]
    assert dict(zip(names, table.values[0], strict=True)) == {
        "planned_number": 4, "done_number": 3, "achieved": 0.75, "planned_cost": 800,
        "spent_cost": 900, "unit_cost": 200, "unit_spent": 300, "outcome": MISSED,
    }  # fmt: skip
    assert table.get("achieved", "late") == 1.25
    assert table.show("outcome", "late") == "达标"
    assert track(plan(ROAD), pass_mark=0.75).get("outcome", "roads") == REACHED


def test_nothing_done_is_neither_reached_nor_missed():
    table = track(plan(replace(ROAD, done=math.nan)))
    assert table.show("achieved", "roads") == table.show("outcome", "roads") == "—"
    assert "note.nothing_done" in table.notes


@pytest.mark.parametrize("mark", [0, -1, math.nan, math.inf])
def test_pass_mark_out_of_range(mark):
    with pytest.raises(JZError, match="JZ-E032"):
        track(plan(ROAD), pass_mark=mark)


def test_small_exam_and_big_exam():
    years = plan(*(replace(ROAD, year=year, done=done) for year, done in ((2018, 4), (2019, 2))))
    assert track(years).rows == (("roads.2018",), ("roads.2019",))
    assert track(years.of_year(2018)).get("outcome", "roads") == REACHED
    both = track(years.over_years())
    assert both.get("planned_number", "roads") == 8
    assert both.get("achieved", "roads") == 0.75
    assert both.get("unit_spent", "roads") == 300


def test_shares_do_not_add_over_years():
    share = Target("covered", {"zh": "覆盖率"}, planned=0.9, unit="share", done=0.8)
    made = plan(replace(share, year=2018), replace(share, year=2019, done=0.95)).over_years()
    assert [(one.planned, one.done) for one in made.targets] == [(0.9, 0.95)]


def test_a_year_without_its_number_leaves_no_sum():
    made = plan(replace(ROAD, year=2018), replace(ROAD, year=2019, done=math.nan)).over_years()
    assert math.isnan(made.targets[0].done)


def test_bases_are_clauses():
    assert all(basis.clause in clauses() for basis in bases())
    wanted = {"S1.0.3", "S0.4.4", "S2.5.3", "S3.3.2", "S3.3.10", "S3.4.12", "S3.4.16"}
    assert wanted <= {basis.clause for basis in bases()}


def test_amounts_are_shown_with_their_units():
    shown = [amount(2.50, "km"), amount(0.8, "share"), amount(10_539.9, "persons")]
    assert shown == ["2.5公里", "80%", "10,540人"]
