"""A reform taken apart: rows that sum to the whole, whatever the order and the method."""

from functools import cache
from itertools import permutations
from math import factorial

import numpy as np
import pytest

from jiuzhu_sim.assessment import people_of, what_if
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.outlook import provisions
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables
from tests.full_law import full_law, people
from tests.random_tables import random_tables

POLICY = load_policy("example-county")
CHANGES = {
    "dibao.standard.rural": 670,
    "edge.ratio": 2.0,
    "single.offered": False,
    "dibao.benefit_minimum": 60,
}
REFORM = POLICY.change(CHANGES, name="四项")
HALF_FEN = 0.005


@cache
def crowd():
    return people_of("", POLICY, 1_500, 3)


@cache
def base():
    return simulate(crowd(), POLICY)


@cache
def shapley():
    return provisions(crowd(), POLICY, REFORM, base(), "shapley")


def column(table, name):
    return {row[0]: table.get(name, *row) for row in table.rows}


def cost_of(changes):
    made = simulate(crowd(), POLICY.change(changes))
    return float((crowd()["weight"] * made["benefit_m_hh"]).sum() * 12)


def test_the_rows_sum_to_the_change_of_the_what_if():
    table, change = shapley(), what_if(crowd(), POLICY, REFORM, base=base()).tables["change"]
    for name in ("cost_y", "persons"):
        whole = change.get(f"{name}.change", "total")
        for way in ("in_order", "shapley"):
            parts = column(table, f"{name}.{way}")
            assert parts.pop("total") == pytest.approx(whole, abs=HALF_FEN)
            assert sum(parts.values()) == pytest.approx(whole, abs=HALF_FEN)


def test_in_order_each_stands_on_those_before_it():
    order = list(CHANGES)[::-1]
    table = provisions(crowd(), POLICY, REFORM, base(), order=order)
    assert [row[0] for row in table.rows] == [*order, "total"]
    below: dict[str, object] = {}
    for path in order:
        before = cost_of(below)
        below[path] = CHANGES[path]
        assert table.get("cost_y.in_order", path) == pytest.approx(cost_of(below) - before)


def test_shapley_is_the_mean_over_all_orders():
    paths = list(CHANGES)[:3]
    reform = POLICY.change({path: CHANGES[path] for path in paths})
    table = provisions(crowd(), POLICY, reform, base(), "shapley")
    costs = {}
    for members in range(8):
        on = frozenset(path for k, path in enumerate(paths) if members >> k & 1)
        costs[on] = cost_of({path: CHANGES[path] for path in on})
    for path in paths:
        added = []
        for order in permutations(paths):
            before = frozenset(order[: order.index(path)])
            added.append(costs[before | {path}] - costs[before])
        mean = sum(added) / factorial(3)
        assert table.get("cost_y.shapley", path) == pytest.approx(mean, abs=HALF_FEN)


def test_the_order_moves_the_rows_but_not_shapley():
    other = provisions(crowd(), POLICY, REFORM, base(), "shapley", order=sorted(CHANGES))
    assert column(other, "cost_y.shapley") == column(shapley(), "cost_y.shapley")
    assert column(other, "persons.shapley") == column(shapley(), "persons.shapley")
    assert column(other, "cost_y.in_order") != column(shapley(), "cost_y.in_order")


def test_two_that_do_the_same_get_the_same():
    """Everybody once in town and once in the country, under one law for both."""
    law = POLICY.change({"dibao.standard.rural": 780, "assets.homes_max.rural": 1})
    persons, homes = random_tables(4, 400, law)
    ids, n = persons["household_id"], len(homes["area"])
    twice = {name: np.concatenate([values, values]) for name, values in persons.items()}
    both = {name: np.concatenate([values, values]) for name, values in homes.items()}
    twice["household_id"] = np.concatenate([ids, ids + n])
    both["area"] = np.repeat(["urban", "rural"], n)
    made = people_from_tables(twice, both)
    raised = {"dibao.standard.urban": 850, "dibao.standard.rural": 850}
    table = provisions(made, law, law.change({**raised, "edge.ratio": 1.8}), method="shapley")
    town, country = (table.get("cost_y.shapley", path) for path in raised)
    assert town == country > 0


def test_a_change_that_moves_nobody_gets_nothing():
    reform = REFORM.change({"funding.city_share": 0.1, "tiers.first_share": 0.9})
    table = provisions(crowd(), POLICY, reform, base(), "shapley")
    for path in ("funding.city_share", "tiers.first_share"):
        values = table.values[[row[0] for row in table.rows].index(path)]
        assert values.tolist() == [0.0] * len(values)
        assert table.n[table.rows.index((path,))] == 0
    assert table.get("cost_y.shapley", "edge.ratio") == pytest.approx(
        shapley().get("cost_y.shapley", "edge.ratio"), abs=HALF_FEN
    )


def test_results_at_hand_change_nothing():
    table = provisions(crowd(), POLICY, REFORM, method="shapley")
    assert np.array_equal(table.values, shapley().values)
    assert table.n.tolist() == shapley().n.tolist()


def test_a_group_is_one_provision():
    groups = {"提标": ["dibao.standard.rural", "dibao.benefit_minimum"]}
    table = provisions(crowd(), POLICY, REFORM, base(), groups=groups)
    rows = [row[0] for row in table.rows]
    assert sorted(rows) == sorted(["提标", "edge.ratio", "single.offered", "total"])
    alone = provisions(crowd(), POLICY, REFORM, base(), order=rows[:-1], groups=groups)
    assert np.array_equal(alone.values, table.values)
    assert table.labels(("提标",)) == ("提标",)


def test_a_parameter_without_a_value_before_is_given_from_the_start():
    """A programme that is switched on together with the local number it needs."""
    reform = POLICY.change(
        {
            "reading.imputation_rule": "minimum_wage",
            "local.minimum_wage": 1_500,
            "dibao.standard.rural": 600,
        }
    )
    table = provisions(crowd(), POLICY, reform, base(), "shapley")
    rows = [row[0] for row in table.rows]
    assert sorted(rows) == ["dibao.standard.rural", "reading.imputation_rule", "total"]
    assert any("最低工资" in note for note in table.footnotes())


def test_other_aid_has_columns_of_its_own_where_it_moves():
    law, made = full_law(), people(5, 400)
    reform = law.change({"temporary.urgent_ceiling": 100})
    names = [entry.name for entry in provisions(made, law, reform).statistics]
    assert "aid_y.in_order" in names
    assert "aid_y.in_order" not in [entry.name for entry in shapley().statistics]


def test_too_few_households_are_hidden():
    table = provisions(crowd(), POLICY, REFORM, base(), min_cell=10_000)
    assert np.isnan(table.values).all()
    assert table.hidden is not None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"method": "mean"}, "JZ-E032"),
        ({"order": ["edge.ratio"]}, "JZ-E032"),
        ({"order": ["edge.ratoi"]}, "JZ-E003"),
        ({"groups": {"甲": ["dibao.standard.urban"]}}, "JZ-E003"),
        ({"groups": {"甲": ["edge.ratio"], "乙": ["edge.ratio"]}}, "JZ-E032"),
    ],
)
def test_what_does_not_fit_is_refused(more, code):
    with pytest.raises(JZError) as caught:
        provisions(crowd(), POLICY, REFORM, base(), **more)
    assert caught.value.codes == (code,)


def test_more_than_eight_are_refused_by_shapley_alone():
    paths = [path for path in POLICY.values if path.endswith("_share")][:9]
    reform = POLICY.change({path: 0.33 for path in paths})
    assert len(POLICY.diff(reform)) == 9
    with pytest.raises(JZError) as caught:
        provisions(crowd(), POLICY, reform, base(), "shapley")
    assert caught.value.codes == ("JZ-E032",)
    assert len(provisions(crowd(), POLICY, reform, base()).rows) == 10


def test_another_place_is_refused():
    with pytest.raises(JZError) as caught:
        provisions(crowd(), POLICY, load_policy("national"))
    assert caught.value.codes == ("JZ-E008",)
