import math
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from microdf import MicroSeries

from jiuzhu_sim.measures import deciles, poverty
from jiuzhu_sim.measures.exact import exact_sum
from jiuzhu_sim.measures.welfare import (
    BLOCK,
    MILLIONTHS,
    gini,
    gini_of,
    poverty_gap,
    ranking,
    rounded,
)
from tests.measures.small import FOUR, results


def test_fgt_by_hand():
    table = poverty(results(**FOUR), weight="weight")
    persons = np.array([10, 40, 90, 160])
    gap = np.array([0, 300 / 780, 100 / 560, 0])
    assert table.get("fgt0", "before") == pytest.approx(130 / 300)
    assert table.get("fgt1", "before") == pytest.approx((persons * gap).sum() / 300)
    assert table.get("fgt2", "before") == pytest.approx((persons * gap**2).sum() / 300)
    assert table.get("fgt0", "after") == 0.0, "600 and 300 yuan close both gaps exactly"


def test_less_than_half_a_fen_below_the_line_is_not_poor():
    near = FOUR | {"income_pc": [779.996, 780, 560, 560], "benefit": [0] * 4}
    assert poverty(results(**near), weight="weight").get("fgt0", "before") == 0
    below = FOUR | {"income_pc": [779.99, 780, 560, 560], "benefit": [0] * 4}
    assert poverty(results(**below), weight="weight").get("fgt0", "before") > 0


amounts = st.lists(
    st.tuples(st.integers(0, 5000), st.integers(1, 50)), min_size=2, max_size=60
).filter(lambda rows: sum(income for income, _ in rows) > 0)


@given(amounts)
def test_gini_equals_an_independent_one(rows):
    income, weight = (np.array(column, float) for column in zip(*rows, strict=True))
    expected = MicroSeries(income, weights=weight).gini()
    # microdf orders ties by position; the mid-rank of a tie group gives the same coefficient.
    assert gini(income, weight)[0][0] == pytest.approx(expected, abs=1e-9)


@given(amounts)
def test_gini_does_not_care_for_order_or_for_splitting_weights(rows):
    income, weight = (np.array(column, float) for column in zip(*rows, strict=True))
    value = gini(income, weight)[0][0]
    assert gini(income[::-1], weight[::-1])[0][0] == value
    split = gini(np.repeat(income, 2), np.repeat(weight / 2, 2))[0][0]
    assert split == pytest.approx(value, abs=1e-12)


def test_equal_and_zero_incomes_have_no_inequality():
    assert gini(np.full(5, 300.0), np.ones(5))[0][0] == pytest.approx(0, abs=1e-15)
    assert gini(np.zeros(5), np.ones(5))[0][0] == 0


def test_interval_of_the_gini_matches_resampling():
    rng = np.random.default_rng(7)
    income, weight = rng.gamma(2, 300, 1500), rng.uniform(0.5, 3, 1500)
    value, low, high = gini(income, weight)
    again = [gini(income, weight * rng.poisson(1, 1500))[0][0] for _ in range(200)]
    assert (high - low)[0] / 2 / 1.96 == pytest.approx(np.std(again), rel=0.2)
    assert low[0] < value[0] < high[0]


def test_a_household_in_which_nobody_counts_changes_nothing():
    """Its members were all left out of the unit: no weight among persons, and no undefined sums."""
    four = results(**FOUR)
    five = {name: [*values, values[-1]] for name, values in FOUR.items()}
    more = results(**five)
    members = np.array([*FOUR["size"], 0])
    columns = {**more.computed, "n_members_hh": members}
    with_nobody = replace(more, computed=MappingProxyType(columns))
    for measure in (
        lambda of: poverty(of, weight="weight"),
        lambda of: deciles(of, of, weight="weight", per="person"),
    ):
        np.testing.assert_allclose(measure(with_nobody).values, measure(four).values)


def test_a_line_held_fixed_is_that_of_the_other_policy():
    """Raising the standard alone moves the own line, and with it who is poor; a fixed line not."""
    base = results(**FOUR)
    columns = {**base.computed, "dibao_standard_m_hh": np.full(4, 1001.0)}
    higher = replace(base, computed=MappingProxyType(columns))
    own, fixed = (poverty(higher, weight="weight", line=line) for line in (None, base))
    np.testing.assert_array_equal(fixed.values, poverty(base, weight="weight").values)
    assert own.get("fgt0", "before") == 1.0
    assert (own.name, fixed.name) == ("poverty", "poverty_fixed")
    assert fixed.fields is not None
    assert fixed.fields["base"] == base.policy.title


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 1.5, 7.0]), st.floats(1e-6, 1e9)), min_size=1, max_size=40
    ),
    st.randoms(),
)
def test_sums_by_level_ignore_the_order_of_rows(rows, random):
    shuffled = random.sample(rows, len(rows))
    one, other = (
        (np.array(income), np.array(weight))
        for income, weight in (zip(*each, strict=True) for each in (rows, shuffled))
    )
    found = ranking(one[0]).by_level(one[1])
    np.testing.assert_array_equal(found, ranking(other[0]).by_level(other[1]))
    for level, total in zip(ranking(one[0]).level, found, strict=True):
        exact = math.fsum(one[1][one[0] == level])
        assert total == pytest.approx(exact, rel=1e-15)


@given(
    st.lists(st.one_of(st.integers(-50, 50).map(float), st.floats(-1e13, 1e13)), max_size=40),
    st.booleans(),
)
def test_packed_and_plain_sorting_agree(income, is_far):
    """Incomes too far apart to be packed with their rows are sorted as they are."""
    values = np.array([*income, *([-1e15, 1e15] if is_far else [])])
    found = ranking(values)
    order = np.argsort(np.rint(values * MILLIONTHS), kind="stable")
    np.testing.assert_array_equal(found.order, order)
    assert (np.diff(found.level) > 0).all()
    np.testing.assert_array_equal(found.each(found.level), rounded(values[order]))


def test_levels_across_many_blocks():
    rng = np.random.default_rng(2)
    income, weight = rng.integers(0, 9, 3 * BLOCK).astype(float), rng.uniform(0, 1, 3 * BLOCK)
    income[: 2 * BLOCK] = 4.0
    found = ranking(income).by_level(weight)
    np.testing.assert_array_equal(found, exact_sum(weight, income.astype(int), 9))


def test_the_influence_is_what_one_more_person_changes():
    level, persons, little = np.array([1.0, 2, 7]), np.array([3.0, 2, 1]), 1e-6
    value, influence = gini_of(level, persons)
    for place, expected in enumerate(influence):
        more, _ = gini_of(level, persons + little * (np.arange(3) == place))
        assert (more - value) / little == pytest.approx(expected, abs=1e-5)
    assert (influence * persons).sum() == pytest.approx(0, abs=1e-12)


def test_a_part_of_a_person_has_a_gini_too():
    assert gini_of(np.array([0.0, 1.0]), np.array([0.3, 0.3]))[0] == pytest.approx(0.5)


def test_the_interval_of_calibrated_weights_lies_around_the_value():
    income, weight = np.array([1.0, 2, 4, 9, 3, 5]), np.ones(6)
    helper = {"area": np.array([1.0, 0, 0, 1, 1, 0])}
    value, low, high = gini(income, weight, auxiliaries=helper)
    assert low[0] < value[0] < high[0]
    assert value[0] - low[0] == pytest.approx(high[0] - value[0])


def test_gaps_of_more_rows_than_a_block():
    income = np.full(2 * BLOCK + 5, 1000.0)
    income[[0, BLOCK, 2 * BLOCK + 4]] = 280.0
    gap = poverty_gap(income, np.full(len(income), 560.0), np.ones(len(income)))
    assert np.flatnonzero(gap).tolist() == [0, BLOCK, 2 * BLOCK + 4]
    assert gap.sum() == 1.5


def test_calibrated_people_have_the_shorter_interval_of_gini():
    """Columns of the calibration are of households; those who are weighed are persons."""
    made = results(**FOUR)
    known = np.array([3.0, 1, 4, 1])
    people = replace(made.people, auxiliaries={"x": known})
    table = poverty(replace(made, people=people), weight="weight")
    members, weight = np.array(FOUR["size"], float), np.array(FOUR["weight"])
    income = np.array(FOUR["income_pc"])
    expected = gini(income, weight * members, auxiliaries={"x": known / members})
    plain = gini(income, weight * members)
    assert table.get("gini", "before") == expected[0][0] == plain[0][0]
    assert table.low[0, 3] == expected[1][0] > plain[1][0]
