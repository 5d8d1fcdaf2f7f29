from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures import deciles, winners_losers
from jiuzhu_sim.measures.distribution import DECILES, decile_of, gains
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.rules.kit import HALF_FEN
from tests.measures.small import FOUR, changed, results


def test_bands_by_person_and_by_household():
    base = results(**FOUR)
    new = changed(base, [0.003, 900.0, 290.0, 0.0])
    people = winners_losers(base, new, weight="weight", per="person")
    assert people.get("persons", "gain_large") == 40
    assert people.get("persons", "loss_small") == 90
    assert people.get("persons", "none") == 170, "a third of a fen is no change"
    assert people.get("share", TOTAL) == 1
    assert people.get("change_y", TOTAL) == pytest.approx(12 * (20 * 300 - 30 * 10 + 10 * 0.003))
    households = winners_losers(base, new, weight="weight", per="household")
    assert households.get("households", "gain_large") == 20


def test_deciles_put_ties_in_the_lower_one():
    weight = np.ones(10)
    tied = np.array([1.0, 2, 3, 3, 3, 6, 7, 8, 9, 10])
    assert decile_of(tied, weight).tolist() == [0, 1, 2, 2, 2, 5, 6, 7, 8, 9]


def test_a_household_across_an_edge_belongs_to_the_decile_where_it_begins():
    assert decile_of(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 8.0])).tolist() == [0, 1, 2]


def test_deciles_ignore_order():
    rng = np.random.default_rng(3)
    income, weight = rng.integers(0, 50, 400).astype(float), rng.integers(1, 9, 400) / 7
    order = rng.permutation(400)
    assert (decile_of(income, weight)[order] == decile_of(income[order], weight[order])).all()


def plainly(income, weight):
    """The definition, household by household, in whole numbers."""
    whole = sum(weight)
    before = [sum(w for y, w in zip(income, weight, strict=True) if y < own) for own in income]
    return [min(DECILES * part // whole, DECILES - 1) for part in before]


@given(
    st.lists(
        st.tuples(st.one_of(st.integers(0, 12), st.integers(0, 300)), st.integers(0, 6)),
        min_size=1,
        max_size=60,
    ).filter(lambda rows: any(weight for _, weight in rows))
)
def test_deciles_are_those_of_the_definition(rows):
    """Incomes in sixths of a yuan: many edges fall between incomes of one bin."""
    sixths, weight = zip(*rows, strict=True)
    found = decile_of(np.array(sixths) / 6, np.array(weight, float))
    assert found.tolist() == plainly(sixths, weight)


def test_mean_gain_by_decile():
    base = results(**FOUR)
    new = changed(base, [0.0, 900.0, 300.0, 0.0])
    table = deciles(base, new, weight="weight", per="person")
    gaining = table.get("share_gaining", "4")
    assert gaining == 1.0, "the second-poorest household begins at 90 of 300 persons"
    assert table.get("mean_gain_m", "4") == pytest.approx(150.0)
    assert np.isnan(table.get("mean_gain_m", "2")), "no household begins in the second decile"


def test_results_of_other_people_are_refused():
    one, other = results(**FOUR), results(**FOUR)
    for measure in (winners_losers, deciles):
        with pytest.raises(JZError) as refused:
            measure(one, other, weight="weight", per="person")
        assert refused.value.codes == ("JZ-E030",)


def test_what_is_counted_must_be_named():
    base = results(**FOUR)
    with pytest.raises(JZError) as refused:
        deciles(base, base, weight="weight", per="families")
    assert refused.value.codes == ("JZ-E032",)


def test_deciles_are_ten():
    assert DECILES == 10
    assert decile_of(np.arange(20.0), np.ones(20)).max() == 9


def test_a_large_loss_is_one_of_more_than_a_twentieth_of_income():
    base = results(**FOUR)  # 780 a head after assistance in the second household
    for benefit, band in ((600 - 2 * 39.1, "loss_large"), (600 - 2 * 38.9, "loss_small")):
        table = winners_losers(base, changed(base, [0, benefit, 300, 0]), **BY_HOUSEHOLD)
        assert table.get("households", band) == 20
        assert table.get("households", "none") == 80


BY_HOUSEHOLD = {"weight": "weight", "per": "household"}


def test_the_tolerance_itself_is_no_gain_and_no_loss():
    base = results(**FOUR | {"benefit": [0, HALF_FEN, 0.0, 0.01]})
    found = gains(base, changed(base, [HALF_FEN, 0, 0.01, 0.0]), per="household")
    assert found["gained"].tolist() == [False, False, True, False]
    assert found["lost"].tolist() == [False, False, False, True]


@pytest.mark.parametrize("weight", [[], [0.0, 0.0]])
def test_nobody_has_no_deciles(weight):
    with pytest.raises(JZError, match="weight") as refused:
        decile_of(np.arange(float(len(weight))), np.array(weight))
    assert refused.value.codes == ("JZ-E032",)
    assert "> 0" in str(refused.value)


def test_what_the_weights_were_calibrated_to_has_no_error():
    """Persons of the poorest tenth and their gain are known: so is their mean gain."""
    made = results(**FOUR | {"weight": [1.0, 2.0, 3.0, 31.0]})
    poorest, members = np.array([1, 1, 1, 0]), np.array(FOUR["size"])
    gain = np.array([10.0, 20.0, 120.0, 0.0])
    columns = {"persons": members * poorest * 1.0, "gain": gain * poorest}
    known = replace(made, people=replace(made.people, auxiliaries=columns))
    after = made.computed["benefit_m_hh"] + gain
    table = deciles(known, changed(known, after), weight="weight", per="person")
    assert table.n[0] == 3
    assert table.get("mean_gain_m", "1") == pytest.approx((10 + 40 + 360) / (1 + 4 + 9))
    assert table.low[0, 1] == table.high[0, 1] == table.values[0, 1]
    plain = deciles(made, changed(made, after), weight="weight", per="person")
    assert plain.low[0, 1] < plain.values[0, 1]


def test_deciles_do_not_care_for_the_unit_of_weights():
    rng = np.random.default_rng(11)
    income, weight = rng.integers(0, 9, 500) / 10, rng.integers(1, 9, 500) / 1.0
    for unit in (1 / 8192, 8192.0):
        assert (decile_of(income, weight * unit) == decile_of(income, weight)).all()
