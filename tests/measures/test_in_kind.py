"""Help in kind beside cash: values of S4.5 on a family made by hand."""

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.in_kind import NEEDED, in_kind
from tests.measures import small


@pytest.fixture(scope="module")
def results():
    people = jz.synthesize("all-programmes", households=3000, seed=1)
    return jz.simulate(people, jz.load_policy("s45-community"), (*NEEDED, "layer_hh"))


def test_goods_a_head_lie_between_goods_and_goods_with_a_card(results):
    """400 yuan a person, and a card of 750 yuan a household (S4.5.15, S4.5.18)."""
    table = in_kind(results, weight="weight")
    assert 400 < table.get("kind_head_y", "total") <= 400 + 750
    persons = table.get("kind_persons", "total")
    households = table.get("kind_households", "total")
    assert table.get("kind_y", "total") == pytest.approx(400 * persons + 750 * households)


def test_goods_are_for_dibao_and_cash_stands_apart(results):
    table = in_kind(results, weight="weight", by="layer_hh")
    rows = {row[0]: k for k, row in enumerate(table.rows)}
    kind = table.values[:, 2]
    assert kind[rows["dibao"]] == kind[rows["total"]] > 0
    cash = results["charity_cash_y_hh"] @ results["weight"]
    assert table.get("cash_charity_y", "total") == pytest.approx(cash)
    assert "note.in_kind" in table.notes


def test_a_place_without_charity_gives_nothing():
    people = jz.synthesize("all-programmes", households=200, seed=1)
    table = in_kind(jz.simulate(people, jz.load_policy("national"), NEEDED), weight="weight")
    assert table.get("kind_y", "total") == 0
    assert np.isnan(table.get("kind_head_y", "total"))


def test_an_unknown_grouping_is_refused(results):
    with pytest.raises(JZError, match="JZ-E031"):
        in_kind(results, weight="weight", by="village")


def test_a_yuan_in_cash_counts_and_a_last_group_may_get_nothing():
    made = small.results(**small.FOUR)
    given = {"charity_kind_y_hh": [400.0, 0, 0, 0], "charity_cash_y_hh": [0, 1.0, 0, 0]}
    columns = {**made.computed, **{name: np.array(each) for name, each in given.items()}}
    table = in_kind(type(made)(made.people, made.plan, columns), weight="weight")
    assert table.rows == (("urban",), ("rural",), ("total",))
    assert table.n.tolist() == [2, 0, 2]
    assert table.get("kind_y", "urban") == 10 * 400
    assert table.get("cash_households", "total") == 20
