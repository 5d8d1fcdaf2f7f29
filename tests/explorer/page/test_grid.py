"""A page's grid: its points, what lies between, what is promised, and who stands behind it."""

import math
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from jiuzhu_sim.assessment import people_of, what_if
from jiuzhu_sim.assessment.compare import compare
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.page.axes import axes, default_paths, handling, nice
from jiuzhu_sim.explorer.page.build import _Build, _shapes, checked_axes, make_grid
from jiuzhu_sim.explorer.page.grid import Part, kind, measured, moved_to, places_between
from jiuzhu_sim.explorer.page.numbers import columns_behind, told_as
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables
from tests.random_tables import random_tables

POLICY = load_policy("example-county")
RURAL, URBAN = "dibao.standard.rural", "dibao.standard.urban"
SLIDERS = (
    "dibao.standard.rural=500:640:20",
    "dibao.standard.urban=720:860:20",
    "edge.ratio=1.3:1.7:0.1",
)
TOTALS = ("households", "persons", "cost_y")


@cache
def people(households=3000):
    return people_of("", POLICY, households, 1)


@cache
def grid(sliders):
    return make_grid(people(), POLICY, sliders, seed=1)


@pytest.fixture
def few_checks(monkeypatch):
    """For grids whose promise nobody reads: it is measured at a few places only."""
    monkeypatch.setitem(handling(), "checks", 24)


def whatif_at(made, place):
    changes = {axis.path: axis.value(x) for axis, x in zip(made.axes, place, strict=True)}
    return what_if(people(), POLICY, POLICY.change(changes), base=made.base, min_cell=0)


# --- sliders -------------------------------------------------------------------------------
def test_the_sliders_nobody_names_are_the_standards_and_one_that_matters():
    assert default_paths(POLICY) == [RURAL, URBAN, "income.employment_cost_share"]


@pytest.mark.parametrize("given", [(), SLIDERS, ("dibao.benefit_minimum",), ("edge.ratio",)])
def test_nodes_rise_and_hold_ends_and_present_value(given):
    for axis in axes(POLICY, given):
        for nodes in (axis.nodes, axis.coarse):
            assert list(nodes) == sorted(set(nodes))
            assert {axis.low, axis.baseline, axis.high} <= set(nodes)
        assert set(axis.coarse) <= set(axis.nodes)
        assert axis.baseline == POLICY[axis.path]
        for node in (*axis.nodes, *axis.jumps):
            assert axis.snapped(node) == node
            POLICY.change({axis.path: axis.value(node)})


def test_nodes_are_round_values():
    rural = axes(POLICY)[0]
    assert {node % 20 for node in rural.nodes} == {0}


def test_a_present_value_between_two_steps_is_a_place_on_the_slider():
    policy = POLICY.change({RURAL: 566.5})
    [axis] = axes(policy, [RURAL])
    assert axis.baseline == 566.5
    assert axis.snapped(566.5) == 566.5


def test_jumps_lie_on_both_sides_of_the_present_value_and_of_a_large_gain():
    assert axes(POLICY, ["dibao.standard.rural=500:640"])[0].jumps == (531, 532, 559, 561, 588, 589)


@pytest.mark.parametrize(
    ("size", "upwards", "made"), [(28, False, 20), (33, False, 50), (0.07, True, 0.1), (5, True, 5)]
)
def test_nice_numbers(size, upwards, made):
    assert nice(size, upwards=upwards) == pytest.approx(made)


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (["edge.rato"], ["JZ-E003"]),
        (["edge.ratio=1.7:1.3"], ["JZ-E081"]),
        (["edge.ratio=1.6:1.9"], ["JZ-E081"]),
        (["edge.ratio=1:9"], ["JZ-E004"]),
        (["edge.ratio=1.3:1.7:0"], ["JZ-E081"]),
        (["edge.ratio=1.3:1.7:0.013"], ["JZ-E081"]),
        (["edge.ratio=a:b"], ["JZ-E081"]),
        (["edge.ratio=nan:2"], ["JZ-E081"]),
        (["edge.ratio", "edge.ratio"], ["JZ-E081"]),
        (["standard.method"], ["JZ-E081"]),
        (["price.cpi_trigger"], ["JZ-E081"]),
        (["edge.rato", "edge.ratio=9:1"], ["JZ-E003", "JZ-E004", "JZ-E081"]),
        ([RURAL, URBAN, "edge.ratio", "dibao.benefit_minimum"], ["JZ-E081"]),
        ([f"{RURAL}=300:900:1", "edge.ratio"], ["JZ-E081"]),
    ],
)
def test_bad_sliders_are_refused_all_at_once(given, codes):
    with pytest.raises(JZError) as refused:
        checked_axes(POLICY, given)
    assert sorted(set(refused.value.codes)) == codes


# --- at the points -------------------------------------------------------------------------
def nodes_of(made, n=12):
    """Some points of the totals, the corners among them."""
    random = np.random.default_rng(3)
    corners = [tuple(axis.low for axis in made.axes), tuple(axis.high for axis in made.axes)]
    some = [tuple(random.choice(axis.nodes) for axis in made.axes) for _ in range(n)]
    return [made.baseline, *corners, *some]


@pytest.mark.parametrize("sliders", [SLIDERS, ("edge.ratio=1.3:1.7:0.1",)])
def test_totals_at_the_points_are_those_of_the_what_if(sliders):
    made, exact = grid(sliders), 0
    for place in nodes_of(made):
        if made.is_node(place):
            exact += 1
            change = whatif_at(made, place).tables["change"]
            shown = made.at(place)
            for area in ("urban", "rural", "total"):
                for name in TOTALS:
                    value = change.get(f"{name}.new", area)
                    assert shown["change", area, name] == pytest.approx(value, abs=1.01), name
            for name in ("households", "persons"):
                value = change.get(f"{name}.new", "total")
                assert shown["change", "total", name] == pytest.approx(value, abs=0.011)
    assert exact >= 3


def test_who_pays_adds_up_to_the_cost():
    made = grid(SLIDERS)
    for place in (*nodes_of(made), *places_between(made.axes, 10, 9)):
        shown = made.at(place)
        parts = sum(value for (table, *_), value in shown.items() if table == "shares")
        assert parts == pytest.approx(shown["change", "total", "cost_y"], abs=5)


def test_details_at_the_points_are_those_of_the_what_if_but_for_their_steps():
    made = grid(SLIDERS)
    steps = {
        key: step
        for block in made.blocks
        for key, step in zip(block.keys, block.steps, strict=True)
    }
    for place in nodes_of(made, 4):
        tables, shown = whatif_at(made, place).tables, made.at(place)
        for (name, row, statistic), value in shown.items():
            if name in ("winners_losers", "deciles") and row not in ("gain", "loss"):
                exact = tables[name].get(statistic, row)
            elif name == "township_change":
                exact = tables[name].get(f"{statistic}.new", row)
            else:
                continue
            # Three parts are added, each rounded to whole steps.
            assert abs(value - exact) <= 1.5 * steps[name, row, statistic] + 1e-9


def test_poverty_is_held_against_the_present_standard():
    made = grid(SLIDERS)
    place = (made.axes[0].high, made.axes[1].baseline, made.axes[2].baseline)
    policy = POLICY.change({RURAL: place[0]})
    table = compare(people(), POLICY, [policy])
    exact = made.exact(place)
    for name in ("fgt0", "fgt1"):
        assert exact["poverty", "total", name] == pytest.approx(table.get(name, "1"))
    assert exact["inequality", "total", "gini"] == pytest.approx(table.get("gini", "1"))


# --- between the points --------------------------------------------------------------------
def test_interpolation_is_linear_along_each_slider():
    part = Part(1, (0, 1), ((0, 10), (0, 1)), np.array([[[0.0], [4.0]], [[10.0], [20.0]]]))
    assert part.at((5, 0))[0] == 5
    assert part.at((0, 0.5))[0] == 2
    assert part.at((5, 0.5))[0] == 0.25 * (0 + 4 + 10 + 20)
    assert part.at((10, 1))[0] == 20


def test_a_hidden_neighbour_does_not_spread_to_a_point():
    part = Part(1, (0,), ((0, 10, 20),), np.array([[1.0], [2.0], [np.nan]]))
    assert part.at((10,))[0] == 2
    assert math.isnan(part.at((15,))[0])


@pytest.mark.parametrize("sliders", [SLIDERS, (f"{RURAL}=500:640", "edge.ratio=1.3:1.7:0.1")])
def test_the_promise_holds_at_fresh_points(sliders):
    made = grid(sliders)
    found = measured(made, places_between(made.axes, 60, seed=20261122))
    for moved, errors in enumerate(found, 1):
        for key, error in errors.items():
            assert error <= made.promised(key, moved) + 1e-9, (moved, key)


def test_places_are_seeded_and_one_half_moves_one_slider():
    made = axes(POLICY)
    places = places_between(made, 40, 7)
    assert places == places_between(made, 40, 7)
    assert places != places_between(made, 40, 8)
    still = [axis.baseline for axis in made]
    moved = [sum(x != b for x, b in zip(place, still, strict=True)) for place in places]
    assert sum(n <= 1 for n in moved) >= 20
    assert max(moved) == 3


# --- the standards apart -------------------------------------------------------------------
def test_the_standards_are_taken_apart_only_where_both_are_sliders():
    assert grid(SLIDERS).is_split
    assert not grid((f"{RURAL}=500:640", "edge.ratio=1.3:1.7:0.1")).is_split


def test_apart_and_combined_give_the_same_totals():
    made = grid(SLIDERS)
    build = _Build(made.base, made.axes, False, "person", 0, 0, lambda done, of: None)
    whole = build.block("totals", _shapes(made.axes, "totals", False))
    for place in nodes_of(made):
        if whole.parts[0].holds(place) and made.is_node(place):
            shown = made.at(place)
            assert whole.at(place)["change", "total", "cost_y"] == pytest.approx(
                shown["change", "total", "cost_y"], abs=2
            )


# --- who stands behind ---------------------------------------------------------------------
def test_too_few_behind_a_change_and_a_point_gets_the_totals_of_another():
    nobody = [np.zeros(10, int)]
    three = [np.arange(10) < 3]
    six = [np.arange(10) < 6]
    assert told_as([nobody, three, six], 5) == [0, 0, 2]
    assert told_as([nobody, three, six], 3) == [0, 1, 2]
    assert told_as([nobody, six, [np.arange(10) < 8]], 5) == [0, 1, 1]
    assert told_as([nobody, nobody], 5) == [0, 1]


@pytest.mark.parametrize("own", ["rural", "urban"])
def test_between_any_two_points_told_enough_households_change(own):
    made = grid(SLIDERS)
    least = made.min_cell
    part = made.blocks[0].parts[("rural", "urban").index(own)]
    points = list(np.ndindex(*map(len, part.nodes)))
    behind = []
    for number, index in enumerate(points):
        if number not in part.same:
            place = list(made.baseline)
            for k, nodes, i in zip(part.over, part.nodes, index, strict=True):
                place[k] = nodes[i]
            behind.append(columns_behind(moved_to(made.base, made.axes, place), own))
    assert len(behind) > 10
    for one, other in combinations(behind, 2):
        counts = [int((a != b).sum()) for a, b in zip(one, other, strict=True)]
        assert all(n == 0 or n >= least for n in counts)


def test_few_people_give_points_the_totals_of_others_and_coarse_steps(few_checks):
    small = make_grid(people(300), POLICY, SLIDERS, seed=1)
    assert any(part.same for part in small.blocks[0].parts)
    place = next(p for p in nodes_of(small, 40) if not small.is_node(p))
    assert place != small.baseline
    steps = [
        {kind(key): step for key, step in zip(each.keys, each.steps, strict=True)}
        for made in (small, grid(SLIDERS))
        for each in made.blocks
        if each.name == "details"
    ]
    for key, step in steps[1].items():
        assert steps[0][key] >= step


def test_a_row_hidden_at_one_point_is_hidden_at_all(few_checks):
    made = make_grid(people(300), POLICY, ("edge.ratio=1.3:1.7:0.2",), min_cell=12, seed=1)
    assert made.hidden
    gone = [key for block in made.blocks for key in block.keys if key[:2] in made.hidden]
    assert gone
    for place in places_between(made.axes, 10, 1):
        shown = made.at(place)
        assert all(math.isnan(shown[key]) for key in gone)


def with_areas(urban):
    """Random people of whom so many households live in town, all without income there."""
    persons, homes = random_tables(0, 400, POLICY)
    areas = np.where(np.arange(400) < urban, "urban", "rural")
    homes = {k: v for k, v in homes.items() if k != "township"} | {"area": areas}
    return people_from_tables(persons, homes)


def test_an_area_of_few_households_is_hidden_and_the_total_stands(few_checks):
    made = make_grid(with_areas(6), POLICY, SLIDERS[:2], seed=1)
    assert not made.is_split
    assert ("change", "urban") in made.hidden
    assert ("change", "total") not in made.hidden
    shown = made.at(made.baseline)
    assert math.isnan(shown["change", "urban", "cost_y"])
    assert shown["change", "total", "cost_y"] > 0


def test_people_of_one_area_without_townships(few_checks):
    made = make_grid(with_areas(0), POLICY, SLIDERS[:2], seed=1)
    assert not made.is_split
    assert not any(key[0] == "township_change" for block in made.blocks for key in block.keys)
    high = made.at((made.axes[0].high, made.axes[1].baseline))
    assert high["change", "total", "cost_y"] > made.at(made.baseline)["change", "total", "cost_y"]


def test_one_household_more_does_not_show_in_what_is_told_in_steps():
    """A step is what `min_cell` households weigh on average."""
    made = grid(SLIDERS)
    results = simulate(people(), POLICY)
    receiving = (results["n_recipients_hh"] > 0).sum()
    steps = {kind(k): s for b in made.blocks for k, s in zip(b.keys, b.steps, strict=True)}
    each = made.at(made.baseline)["change", "total", "cost_y"] / receiving
    assert steps["township_change", "", "cost_y"] >= made.min_cell * each
    assert steps["winners_losers", "", "share"] >= made.min_cell / people().households


def test_progress_comes_to_its_end(few_checks):
    told = []
    make_grid(people(300), POLICY, ["edge.ratio=1.3:1.7:0.2"], progress=lambda *at: told.append(at))
    done, of = told[-1]
    assert [each for each, _ in told] == list(range(1, len(told) + 1))
    assert done <= of
    assert done >= 0.9 * of
    assert handling()["checks"] < of
