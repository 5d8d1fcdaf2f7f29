"""The self-evaluation form, computed by hand, and what happens where data are missing."""

import math
from dataclasses import replace

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import jiuzhu_sim as jz
from jiuzhu_sim.assessment.indicators import Measured
from jiuzhu_sim.assessment.performance import (
    Budget,
    Target,
    Targets,
    load_form,
    performance_form,
)
from jiuzhu_sim.assessment.performance.actual import over_units
from jiuzhu_sim.assessment.performance.form import FOLDER
from jiuzhu_sim.assessment.performance.performance import score, to_points
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import pick
from jiuzhu_sim.measures.table import Statistic, Table

OWN = {"zh": "自有"}
WHOLE = 60_000_000.0


def table(name, rows, statistics, values, **more):
    values = np.array(values, np.float64)
    blank = np.full(values.shape, np.nan)
    made = tuple(Statistic(each, unit) for each, unit in statistics)
    keys = tuple((row,) for row in rows)
    n = np.full(len(rows), 100)
    fields = {"policy": "甲县"}
    return Table(
        name, ("moment",), keys, made, values, blank, blank, n, "figure", fields=fields, **more
    )


@pytest.fixture(scope="module")
def assessed():
    """An assessment whose tables were typed by hand."""
    people = jz.synthesize("example-county", households=20, seed=1)
    made = jz.assess(people, jz.load_policy("example-county"))
    money = ("cost_y", "yuan/year")
    counts = (("households", "households"), ("persons", "persons"), money)
    heads = (*counts, ("mean_benefit_m", "yuan/person-month"))
    area = table("caseload", ("total",), heads, [[6000, 10_355, 48e6, 400.0]])
    paid = [("gap", 30e6), ("single", 18e6), ("student", 0), ("total", 48e6), ("charity", 2e5)]
    programmes = table(
        "programmes", [name for name, _ in paid], (money,), [[value] for _, value in paid]
    )
    poor = (("fgt0", "share"), ("fgt1", "index"))
    poverty = table("poverty", ("before", "after"), poor, [[0.2, 0.08], [0.08, 0.012]])
    return replace(made, tables={"area": area, "programmes": programmes, "poverty": poverty})


@pytest.fixture(scope="module")
def measured():
    """Two townships, 100 and 300 cases, of which all were looked at."""
    size = [100, 300]
    right = {"cover_accuracy": [90, 297], "steps_in_order": [100, 300], "cover_reach": [50, 290]}
    columns = {key: (hits, size, size) for key, hits in right.items()}
    return Measured.made(("甲镇", "乙乡"), columns, size=size)


def plan(**planned):
    rows = {row.key: row for row in load_form().rows}
    made = tuple(Target(key, {"zh": key}, n, rows[key].unit) for key, n in planned.items())
    return Targets("own", OWN, "own", OWN, made)


def test_the_form_by_hand(assessed, measured):
    own = plan(recipients=10_900, programmes=4, standard_urban=780, standard_rural=600)
    made = performance_form(assessed, measured, own, budget=Budget(WHOLE, WHOLE, 57_000_000))
    scores = {line.key: line.score for line in made.lines}
    assert scores == pytest.approx(
        {
            "recipients": 9.5,  # 10,355 of 10,900
            "programmes": 2.5,  # gap and single, of 4
            "accuracy": 10.0,  # 387 of 400 is 96.75 %
            "compliance": 10.0,
            "timely": math.nan,
            "standard_urban": 2.5,
            "standard_rural": 2.33,  # 560 of 600
            "coverage": 8.95,  # 340 of 400 is 85 %, of 95 %
            "gap_closed": 9.44,  # 1 - 0.012 / 0.08 is 85 %, of 90 %
            "livelihood": 6.25,  # 5 % at most, is 8 %
            "satisfaction": math.nan,
        },
        nan_ok=True,
    )
    assert made.budget.rate == 0.95
    assert made.budget.score == 9.5
    assert made.total == 70.97
    assert made.counted == 80
    assert made.share == 88.71
    assert made.grade.title == "良"
    assert [line.key for line in made.missing] == ["timely", "satisfaction"]
    assert made.table.get("form_score", "total") == made.total
    assert made.table.get("actual_value", "coverage") == 85
    assert "70.97" in made.sentences[0]
    assert "80" in made.sentences[0]
    assert "2项因缺少指标值或完成值未计分" in made.sentences[1]


def test_a_value_knows_its_cell(assessed, measured):
    made = performance_form(assessed, measured)
    found = {line.key: line.cell for line in made.lines}
    source, statistic, row = found["recipients"]
    assert source.get(statistic, *row) == 10_355
    assert source is assessed.tables["area"]
    assert found["accuracy"] is None


def test_nothing_given_is_told_and_never_zero(assessed):
    empty = replace(assessed, tables={})
    form = load_form()
    rows = tuple(replace(row, actual=("own",)) for row in form.rows)
    made = performance_form(empty, targets=plan(), form=replace(form, rows=rows))
    assert math.isnan(made.total)
    assert made.counted == 0
    assert made.grade is None
    assert "没有可以计分的指标" in made.sentences[0]
    assert made.table.show("form_score", "total") == "—"
    assert all("未计分" in line.reason for line in made.lines)
    assert "appropriation" in made.budget.reason


def test_without_targets_only_what_the_form_sets_is_scored(assessed, measured):
    made = performance_form(assessed, measured, plan())
    assert {line.key for line in made.missing} == {
        "recipients", "programmes", "timely", "standard_urban", "standard_rural", "satisfaction",
    }  # fmt: skip
    reasons = {line.key: line.reason for line in made.lines}
    assert "targets" in reasons["recipients"]


def test_what_the_office_reports_as_done_goes_before_the_model(assessed):
    target = Target("satisfaction", OWN, planned=0.9, unit="share", done=0.81)
    made = performance_form(assessed, targets=Targets("own", OWN, "own", OWN, (target,)))
    (line,) = (line for line in made.lines if line.key == "satisfaction")
    assert (line.target, line.actual, line.score) == (0.9, 0.81, 9.0)
    assert line.reason == "比指标值低9个百分点。原因及改进措施：【请核实】"


def test_a_target_is_found_by_the_name_of_its_indicator(assessed):
    target = Target("x", {"zh": "低保保障人数"}, planned=20_710, unit="persons")
    made = performance_form(assessed, targets=Targets("own", OWN, "own", OWN, (target,)))
    assert made.lines[0].score == 5


def test_a_target_in_another_unit_is_refused(assessed):
    target = Target("recipients", {"zh": "低保人数"}, planned=1.09, unit="万人")
    with pytest.raises(JZError, match="JZ-E106") as caught:
        performance_form(assessed, targets=Targets("own", OWN, "own", OWN, (target,)))
    assert "“万人”" in str(caught.value)


def test_a_source_that_gives_no_number(assessed):
    form = load_form()
    odd = (
        ("parameter", "reading.assessment_design"),
        ("count", "area", "no"),
        ("closed", "area", "persons"),
    )
    rows = tuple(replace(row, actual=actual) for row, actual in zip(form.rows, odd, strict=False))
    made = performance_form(assessed, form=replace(form, rows=rows))
    assert [math.isnan(line.actual) for line in made.lines] == [True, True, True]


def test_the_targets_of_the_year_are_taken(assessed):
    years = [Target("recipients", OWN, 1000.0 * k, "persons", year=2023 + k) for k in (1, 2)]
    own = Targets("own", OWN, "own", OWN, tuple(years))
    assert performance_form(assessed, targets=own).lines[0].target == 2000
    assert performance_form(assessed, targets=own, year=2024).lines[0].target == 1000


def test_the_example_county_has_illustrative_targets(assessed):
    made = performance_form(assessed)
    assert made.targets.is_illustrative
    marked = {line.key for line in made.lines if line.is_illustrative}
    assert marked == {
        "recipients", "programmes", "standard_urban", "standard_rural", "gap_closed", "livelihood",
    }  # fmt: skip
    assert any("示例" in note for note in made.notes)


def test_made_up_targets_are_not_held_against_people_who_are_not(assessed):
    real = replace(assessed.people, about={"source": "own"})
    made = performance_form(jz.assess(real, assessed.policy))
    assert made.targets is None
    assert {"recipients", "standard_urban"} <= {line.key for line in made.missing}


def test_spending_nobody_told_is_not_scored_and_says_how_to_supply_it(assessed):
    made = performance_form(assessed, budget=40_000_000)
    assert made.budget.whole == 40_000_000
    assert math.isnan(made.budget.score)
    assert "spent" in made.budget.origin
    assert made.counted == sum(line.row.points for line in made.lines if line not in made.missing)


def test_spending_beyond_the_budget_asks_why(assessed):
    made = performance_form(assessed, budget=Budget(whole=40_000_000, spent=48_000_000))
    assert made.budget.rate == 1.2
    assert made.budget.score == 10
    assert made.budget.reason == "执行数超过预算数20%。原因及改进措施：【请核实】"


def test_the_budget_is_the_appropriation_where_none_is_given():
    people = jz.synthesize("example-county", households=500, seed=1)
    whole = jz.assess(people, jz.load_policy("example-county"), appropriation=5e7)
    assert performance_form(whole).budget.whole == 5e7


@pytest.mark.parametrize("budget", [-1.0, math.nan, Budget(whole=1, spent=-5)])
def test_a_budget_that_cannot_be(assessed, budget):
    with pytest.raises(JZError, match="JZ-E032"):
        performance_form(assessed, budget=budget)


def test_hidden_cells_are_not_used(assessed):
    area = assessed.tables["area"]
    hidden = replace(area, hidden=np.ones(area.values.shape, bool))
    made = performance_form(replace(assessed, tables={**assessed.tables, "area": hidden}))
    assert math.isnan(made.lines[0].score)
    assert "户数过少" in made.lines[0].reason


def test_a_sample_is_weighted_by_the_cases_behind_it_and_has_an_interval():
    columns = {"cover_accuracy": ([60, 45], [60, 50], [300, 100])}
    made = Measured.made(("甲镇", "乙乡"), columns, design="sample")
    value, low, high = over_units(made, "cover_accuracy")
    assert value == pytest.approx(0.75 * 1 + 0.25 * 0.9)
    assert low < value < high <= 1.001
    below = np.sqrt(
        ((0.75, 0.25) * (made.value - made.low)[:, 0])
        @ ((0.75, 0.25) * (made.value - made.low)[:, 0])
    )
    assert value - low == pytest.approx(below)


def test_townships_without_data_are_told(assessed):
    hits, n = [90, np.nan], [100, np.nan]
    measured = Measured.made(("甲镇", "乙乡"), {"cover_accuracy": (hits, n, n)}, size=[100, 300])
    line = next(
        each for each in performance_form(assessed, measured).lines if each.key == "accuracy"
    )
    assert line.actual == 0.9
    assert "1个乡镇合并，另1个乡镇没有数据" in line.origin


def test_a_survey_is_weighted_by_the_households_on_the_roll():
    columns = {"satisfaction": ([50, 40], [50, 50], [math.inf, math.inf])}
    made = Measured.made(("甲镇", "乙乡"), columns, size=[300, 100], design="sample")
    assert over_units(made, "satisfaction")[0] == pytest.approx(0.95)


POSITIVE = st.floats(0.01, 1e6)


@given(POSITIVE, POSITIVE, st.floats(0.5, 50), st.sampled_from(["least", "most"]))
def test_points_lie_between_none_and_all(actual, target, points, test):
    found = score(actual, target, points, test)
    assert 0 <= found <= to_points(points)
    reached = actual >= target if test == "least" else actual <= target
    if reached:
        assert found == to_points(points)


def test_scores_are_rounded_halves_up_as_excel_does():
    assert [to_points(value) for value in (9.565, 0.125, 2.675, 1.005)] == [9.57, 0.13, 2.68, 1.01]
    assert score(0, 0.05, 10, "most") == 10
    assert score(-3, 5, 10) == 0


def test_none_at_all_is_a_target_only_where_less_is_better():
    assert (score(0, 0, 10, "most"), score(2, 0, 10, "most")) == (10, 0)
    assert np.isnan(score(2, 0, 10))


# --- forms ---------------------------------------------------------------------------------
def own_form(tmp_path, change):
    content = yaml.safe_load((FOLDER / "default.yaml").read_text(encoding="utf-8"))
    change(content)
    path = tmp_path / "form.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def test_every_fault_of_a_form_at_once(tmp_path):
    def change(content):
        rows = content["rows"]
        rows["accuracy"]["actual"] = "indicator:cover_acuracy"
        rows["timely"]["levl"] = "outputs"
        rows["coverage"]["points"] = 0
        rows["standard_urban"]["actual"] = "parameter:dibao.standrad.urban"
        rows["recipients"]["level"] = "output"
        rows["livelihood"]["test"] = "fewest"
        rows["gap_closed"]["actual"] = "guess:poverty.fgt1"
        rows["programmes"]["actual"] = "count:programmes"
        del rows["satisfaction"]["unit"]

    with pytest.raises(JZError) as caught:
        load_form(own_form(tmp_path, change))
    assert set(caught.value.codes) == {"JZ-E106"}
    told = str(caught.value)
    for words in (
        "cover_accuracy", "“levl”", "分值“0”", "dibao.standard.urban", "是否指“outputs”",
        "“fewest”", "“guess”", "“count”没有写全", "缺少“unit”",
    ):  # fmt: skip
        assert words in told, words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda form: form["rows"]["accuracy"].update(points=11), "合计为51，应为50"),
        (lambda form: form.update(execution=20), "合计为110，应为100"),
        (lambda form: form["grades"]["good"].update(least=95), "等级分界"),
        (lambda form: form.pop("levels"), "缺少“levels”"),
        (lambda form: form.update(rows=[]), "没有内容"),
    ],
)
def test_a_form_that_does_not_add_up(tmp_path, change, words):
    with pytest.raises(JZError, match="JZ-E106") as caught:
        load_form(own_form(tmp_path, change))
    assert words in str(caught.value)


def test_an_own_form_and_its_grades(tmp_path, assessed):
    def change(content):
        content["label"] = {"zh": "临时救助"}
        content["grades"] = {"pass": {"least": 50, "label": OWN}, "no": {"least": 0, "label": OWN}}

    form = load_form(own_form(tmp_path, change))
    assert performance_form(assessed, form=form).grade.key == "pass"
    assert pick(form.label) == "临时救助"


def test_forms_that_are_not_there(tmp_path):
    with pytest.raises(JZError, match="JZ-E060"):
        load_form("defalt")
    with pytest.raises(JZError, match="JZ-E020"):
        load_form(tmp_path / "no.yaml")
