"""Help in kind beside cash: values of S4.5 on a family made by hand."""

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.in_kind import NEEDED, in_kind


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
