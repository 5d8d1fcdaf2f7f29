"""The model beside a ledger: colours, reasons, contradictions, small rows, reweighting."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from jiuzhu_sim.assessment.against_ledger import (
    AMBER,
    GREEN,
    INSIDE,
    RED,
    Tolerances,
    compare,
    model_figures,
)
from jiuzhu_sim.assessment.baseline import hold_baseline
from jiuzhu_sim.assessment.gate import judge
from jiuzhu_sim.assessment.ledger import Ledger, find_ledger, read_ledger
from jiuzhu_sim.assessment.ledger_tables import hidden_places, reasons
from jiuzhu_sim.assessment.reweight import reweighted
from jiuzhu_sim.engine import WANTED, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures import by_programme
from jiuzhu_sim.measures.programmes import NEEDED
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables, synthesize, to_tables

POLICY = load_policy("example-county")
WHOLE = (TOTAL, TOTAL)
PACKAGED = read_ledger(find_ledger("", "", "example-county"))


@pytest.fixture(scope="module")
def sample():
    """The packaged county: a sample, each household standing for five."""
    return simulate(synthesize("example-county", households=6000, seed=20260101), POLICY)


@pytest.fixture(scope="module")
def complete(sample):
    """The same households as a whole: own data, every weight 1."""
    persons, homes = to_tables(sample.people)
    return simulate(people_from_tables(persons, homes.drop_columns("weight")), POLICY)


def ledger_of(results, change=lambda place, item, value: value, places=None):
    """A ledger with the model's own figures, changed."""
    cells = {
        place: {item: change(place, item, value[0]) for item, value in figures.items()}
        for place, (figures, n) in model_figures(results, (), weight="weight").items()
        if n and (places is None or place in places)
    }
    return Ledger("l.csv", "", cells, dict.fromkeys(cells, 0))


def of(comparison, place, item):
    return next(row for row in comparison.rows if (row.place, row.item) == (place, item))


def held(results, ledger, **given):
    return compare(results, ledger, weight="weight", **given)


@pytest.mark.parametrize(
    ("rate", "colour"),
    [(0, GREEN), (0.0199, GREEN), (-0.0199, GREEN), (0.021, AMBER), (-0.039, AMBER), (0.041, RED)],
)
def test_colours_of_people_are_those_of_the_tolerance(complete, rate, colour):
    ledger = ledger_of(complete, lambda *given: given[2] / (1 + rate), [WHOLE])
    row = of(held(complete, ledger), WHOLE, "persons")
    assert row.rate == pytest.approx(rate)
    assert (row.colour, row.tolerance) == (colour, 0.02)
    assert np.isnan(row.model[1:]).all(), "a complete count has no sampling interval"


def test_tolerances_are_arguments(complete):
    ledger = ledger_of(complete, lambda *given: given[2] / 1.05, [WHOLE])
    rows = held(complete, ledger, tolerances=Tolerances(0.05, 0.03)).rows
    assert [row.colour for row in rows] == [GREEN, GREEN, AMBER, AMBER]


def test_beyond_the_tolerance_but_inside_the_sampling_interval_is_said_to_be_so(sample):
    ledger = ledger_of(sample, lambda *given: given[2] / 1.035)
    row = of(held(sample, ledger), WHOLE, "persons")
    low, high = row.model[1:]
    assert low < row.ledger < high
    assert row.colour == INSIDE
    assert judge(held(sample, ledger)).outcome == "amber"


def test_the_packaged_county_is_green(sample):
    gate = judge(held(sample, PACKAGED))
    assert (gate.outcome, gate.found["beyond"]) == ("green", 0)


@pytest.mark.parametrize("item", ["households", "persons", "cost_y"])
@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_a_tenth_more_or_less_in_one_column_turns_it_red(sample, item, factor):
    cells = {
        place: {name: value * (factor if name == item else 1) for name, value in values.items()}
        for place, values in PACKAGED.cells.items()
    }
    assert judge(held(sample, replace(PACKAGED, cells=cells))).outcome == "red"


def test_a_township_decides_in_a_complete_count_and_hints_in_a_sample(sample, complete):
    def change(place, item, value):
        return value * 2 if place == (TOTAL, "东河乡") else value

    assert judge(held(complete, ledger_of(complete, change))).outcome == "red"
    assert judge(held(sample, ledger_of(sample, change))).outcome == "amber"


def test_rows_of_few_households_do_not_decide_and_are_not_shown(complete):
    few = [place for place, (_, n) in model_figures(complete, (), weight="weight").items() if n < 5]
    assert few
    ledger = ledger_of(complete, lambda place, _, value: value * (2 if place in few else 1))
    comparison = held(complete, ledger)
    assert of(comparison, few[0], "persons").colour == RED
    assert judge(comparison).found["red"] == 0
    hidden = hidden_places(comparison.rows, 5)
    assert set(few) <= hidden
    assert len([each for each in hidden if each[1] == few[0][1]]) >= 2, "lest it be worked out"
    baseline = hold_baseline(complete.people, POLICY)
    assert baseline.ledger is None, "own data never meet the packaged ledger"


def test_rows_on_one_side_are_listed_with_the_nearest_name(complete):
    ledger = ledger_of(complete)
    cells = dict(ledger.cells)
    cells[TOTAL, "东河"] = cells.pop((TOTAL, "东河乡"))
    comparison = held(complete, replace(ledger, cells=cells))
    assert comparison.only_ledger == (((TOTAL, "东河"), "东河乡"),)
    assert comparison.only_model == ((TOTAL, "东河乡"),)
    assert judge(comparison).outcome == "amber"


def test_only_levels_that_the_ledger_has_can_lack_rows(complete):
    assert held(complete, ledger_of(complete, places=[WHOLE])).only_model == ()


def test_an_empty_row_of_an_unknown_place_is_no_matter(complete):
    ledger = ledger_of(complete)
    cells = {**ledger.cells, ("urban", "双龙乡"): {"households": 0.0, "persons": 0.0}}
    assert judge(held(complete, replace(ledger, cells=cells))).outcome == "green"


def test_nothing_to_compare_is_no_go(complete):
    nowhere = Ledger("l.csv", "", {(TOTAL, "别处"): {"households": 3.0}}, {})
    assert judge(held(complete, nowhere)).outcome == "red"


def test_where_the_ledger_contradicts_itself_is_told(complete):
    def change(place, item, value):
        if item == "cost_y":
            return value * 1.2
        return value + 10 if (place, item) == (WHOLE, "households") else value

    comparison = held(
        complete, ledger_of(complete, change, [WHOLE, ("urban", TOTAL), ("rural", TOTAL)])
    )
    told = {(place, item): made - stated for place, item, stated, made in comparison.contradictions}
    assert told.pop((WHOLE, "households")) == pytest.approx(-10)
    assert {item for _, item in told} == {"mean_benefit_m"}, "spending against persons × mean × 12"
    assert len(told) == 3


def test_rounding_in_10k_yuan_is_no_contradiction(sample):
    assert held(sample, PACKAGED).contradictions == ()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"persons": 1.1, "cost_y": 1.1}, 1),
        ({"mean_benefit_m": 1.1, "cost_y": 1.1}, 2),
        ({"persons": 1.1, "mean_benefit_m": 1.1, "cost_y": 1.21}, 3),
        ({"cost_y": 1.1}, 4),
    ],
)
def test_reasons_follow_the_plain_rule_and_their_parts_add_up(complete, changed, reason):
    ledger = ledger_of(complete, lambda _, item, value: value / changed.get(item, 1), [WHOLE])
    comparison = held(complete, ledger)
    table = reasons(comparison, set())["reasons_areas"]
    difference, *parts, code = table.values[0]
    assert code == reason
    assert sum(parts) == pytest.approx(difference)
    row = of(comparison, WHOLE, "cost_y")
    assert difference == pytest.approx(row.model[0] - row.ledger)


def test_a_ledger_without_means_or_without_spending_has_reasons_too(complete):
    for left_out in ("mean_benefit_m", "cost_y"):
        ledger = ledger_of(
            complete, lambda _, item, value: value * (0.9 if item == "persons" else 1)
        )
        cells = {WHOLE: {k: v for k, v in ledger.cells[WHOLE].items() if k != left_out}}
        table = reasons(held(complete, replace(ledger, cells=cells)), set())["reasons_areas"]
        assert int(table.values[0, -1]) in (1, 3)


def test_other_programmes_are_compared_place_by_place():
    policy = load_policy("national")
    people = synthesize("all-programmes", households=1500, seed=1)
    results = simulate(people, policy, (*WANTED, *NEEDED))
    paid = by_programme(results, weight="weight").get("cost_y", "temporary")
    assert paid > 0
    cells = {WHOLE: {"temporary": paid}, ("urban", TOTAL): {"temporary": paid}}
    comparison = held(results, Ledger("l", "", cells, {}))
    assert of(comparison, WHOLE, "temporary").rate == pytest.approx(0, abs=1e-8)
    assert -1 < of(comparison, ("urban", TOTAL), "temporary").rate < 0


# --- reweighting ---------------------------------------------------------------------------
def test_reweighting_meets_the_areas_and_lists_every_number_before_and_after(sample, tmp_path):
    def change(place, item, value):
        return value * (1.04 if item in ("persons", "cost_y") else 1.02)

    ledger = ledger_of(sample, change)
    people = reweighted(sample, ledger, 3.0)
    after = held(simulate(people, POLICY), ledger)
    for area in ("urban", "rural"):
        for item in ("households", "persons", "cost_y"):
            assert of(after, (area, TOTAL), item).rate == pytest.approx(0, abs=1e-8)
    ratio = people["weight"] / sample.people["weight"]
    moved = sample["n_recipients_hh"] > 0
    assert (ratio[~moved] == 1).all()
    assert 1 / 3 <= ratio.min() <= ratio.max() <= 3


def test_a_baseline_lists_what_reweighting_changed_and_keeps_the_people(sample, tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_text("城乡,户数,人数\n城市,1500,2450\n农村,4600,8400\n", encoding="utf-8")
    given = {"ledger_path": str(path), "reweight": True, "max_weight_ratio": 2.0}
    baseline = hold_baseline(sample.people, POLICY, **given)
    table = baseline.tables["reweighted_areas"]
    assert set(table.rows) == {
        (a, i) for a in ("urban", "rural") for i in ("households", "persons")
    }
    for row in table.rows:
        before, after = table.get("before", *row), table.get("after", *row)
        assert after == table.get("ledger", *row)
        assert table.get("change", *row) == after - before != 0
    assert baseline.now.results.people["weight"].tolist() == sample.people["weight"].tolist()
    assert baseline.now.gate.outcome == "amber"
    assert baseline.after.gate.outcome == "green"


def test_reweighting_beyond_the_ratio_is_refused_by_name(sample):
    ledger = ledger_of(sample, lambda _, item, value: value * 2)
    with pytest.raises(JZError) as caught:
        reweighted(sample, ledger, 1.5)
    assert set(caught.value.codes) == {"JZ-E052"}
    assert "城市 低保户数" in str(caught.value)


def test_reweighting_without_a_ledger_is_refused(complete):
    with pytest.raises(JZError) as caught:
        hold_baseline(complete.people, POLICY, reweight=True)
    assert caught.value.codes == ("JZ-E032",)


def test_the_ledger_itself_is_never_changed():
    assert isinstance(PACKAGED.cells, MappingProxyType)
