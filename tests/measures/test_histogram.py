import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.measures.distribution import DECILES, decile_of
from jiuzhu_sim.measures.histogram import WIDTH, Histogram
from jiuzhu_sim.measures.welfare import gini

ROUNDING = 1e-12
"""What float64 costs beside the bins."""

incomes = st.one_of(
    st.floats(-3, 12), st.integers(-2, 9).map(float), st.sampled_from([0.0, 1 / 3, 0.999999])
)
weights = st.one_of(st.integers(1, 5).map(float), st.sampled_from([0.0, 0.07, 0.3, 1 / 7]))
people = st.lists(st.tuples(incomes, weights), min_size=2, max_size=60).filter(
    lambda rows: any(income > 0.1 and weight > 0 for income, weight in rows)
)


def columns(rows):
    return (np.array(column) for column in zip(*rows, strict=True))


def same(one, other):
    ours, theirs = one.arrays(), other.arrays()
    return ours.keys() == theirs.keys() and all(
        np.array_equal(ours[name], theirs[name]) for name in ours
    )


@given(people)
def test_the_exact_gini_lies_within_the_bound(rows):
    income, weight = columns(rows)
    value, _, _, error = Histogram.of(income, weight).gini()
    assert abs(gini(income, weight)[0][0] - value) <= error + ROUNDING


def test_the_bound_is_reached():
    """All as unequal as one bin allows, or all equal: the two ends of the interval."""
    top = 1 - 1e-6
    for income in ([0.0, top, 50.0], [top / 2, top / 2, 50.0]):
        value, _, _, error = Histogram.of(np.array(income), np.array([1.0, 1.0, 1.0])).gini()
        exact = gini(np.array(income), np.ones(3))[0][0]
        assert abs(exact - value) == pytest.approx(error, rel=1e-5)
        assert error > 1e-3


def test_bins_of_a_thousand_yuan_incomes_cost_less_than_a_millionth():
    rng = np.random.default_rng(5)
    income, weight = rng.gamma(2, 400, 20_000), rng.uniform(0.5, 3, 20_000)
    value, low, high, error = Histogram.of(income, weight).gini()
    exact = gini(income, weight)
    assert abs(exact[0][0] - value) <= error < 1e-6
    assert high - low == pytest.approx((exact[2] - exact[1])[0], rel=1e-4)


@given(people, st.integers(0, 60), st.randoms())
def test_parts_add_up_to_the_whole_to_the_last_bit(rows, cut, random):
    income, weight = columns(rows)
    gain = np.arange(len(rows)) / 3
    whole = Histogram.of(income, weight, gain=gain)
    order = list(range(len(rows)))
    random.shuffle(order)
    parts = [
        Histogram.of(income[some], weight[some], gain=gain[some])
        for some in (order[:cut], order[cut:])
    ]
    assert same(parts[0] + parts[1], whole)
    assert same(parts[1] + parts[0], whole)


def test_a_file_holds_it_all():
    found = Histogram.of(
        np.array([0.5, 7.0]), np.array([0.1, 2.0]), complete=True, labels={"policy": "示例县"}
    )
    again = Histogram.from_arrays(found.arrays())
    assert same(found, again)
    assert (again.complete, again.fields, again.households) == (True, {"policy": "示例县"}, 2)


@given(people, st.floats(0.01, 0.99))
def test_a_quantile_is_off_by_one_bin_at_most(rows, p):
    income, weight = columns(rows)
    value, low, high = Histogram.of(income, weight).quantile(p)
    order = np.argsort(income)
    reached = np.cumsum(weight[order]) >= p * weight.sum() * (1 - 1e-9)
    assert abs(value - income[order][reached][0]) <= WIDTH + 1e-6
    assert low <= value <= high


def test_interval_of_a_quantile_matches_resampling():
    rng = np.random.default_rng(9)
    income, weight = rng.gamma(2, 300, 3000), rng.uniform(0.5, 3, 3000)
    _, low, high = Histogram.of(income, weight).quantile(0.5)
    again = [
        Histogram.of(income, weight * rng.poisson(1, 3000)).quantile(0.5)[0] for _ in range(200)
    ]
    assert (high - low) / 2 / 1.96 == pytest.approx(np.std(again), rel=0.2)


@given(people, st.sampled_from([2, DECILES]))
def test_no_more_than_the_bound_stand_in_another_group(rows, groups):
    income, weight = columns(rows)
    found = Histogram.of(income, weight)
    place, moved = found.places(groups)
    exact, grouped = decile_of(income, weight), place[np.searchsorted(found.bins, bins_of(income))]
    if groups == DECILES:
        share = weight[exact != grouped].sum() / weight.sum()
        assert share <= moved + 1e-9
    assert (np.diff(place) >= 0).all()
    assert place.max(initial=0) < groups


def bins_of(income):
    return np.floor(np.rint(income * 1e6) / 1e6 / WIDTH).astype(int)


def test_a_crowd_at_one_income_at_the_edge_of_its_bin_costs_nothing():
    """Nobody has less than the lower edge: a mean there means that all have just that."""
    crowd = Histogram.of(np.array([0.0, 0.0, 0.0, 5.0]), np.ones(4))
    assert crowd.places(DECILES)[1] == 0
    assert crowd.gini() == pytest.approx((0.75, *crowd.gini()[1:3], 0.0))


def test_far_incomes_need_no_bins_between():
    far = Histogram.of(np.array([-5.5, 3.0, 1e12]), np.ones(3))
    assert far.bins.tolist() == [-6, 3, 10**12]
    assert far.gini()[0] == pytest.approx(2 / 3)


def test_nobody_and_nothing():
    nobody = Histogram.of(np.zeros(0), np.zeros(0))
    assert nobody.gini() == (0, 0, 0, 0)
    assert np.isnan(nobody.quantile(0.5)).all()
    some = Histogram.of(np.array([3.0]), np.array([2.0]))
    assert same(nobody + some, Histogram.of(np.array([3.0]), np.array([2.0])))
    assert Histogram.of(np.zeros(3), np.ones(3)).gini() == (0, 0, 0, 0)


def test_an_income_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        Histogram.of(np.array([1.0, np.nan]), np.ones(2))


def test_a_count_is_complete_only_if_all_parts_are():
    parts = [Histogram.of(np.ones(1), np.ones(1), complete=each) for each in (True, False)]
    sums = [(a + b).complete for a in parts for b in parts]
    assert sums == [True, False, False, False]
    assert not Histogram(parts[0].bins, parts[0].counted, parts[0].made).complete


def test_groups_do_not_care_for_the_unit_of_weights():
    income, weight = np.arange(40) / 4, np.arange(1.0, 41)
    place, moved = Histogram.of(income, weight).places(DECILES)
    assert moved > 0.01
    for unit in (2.0**-40, 2.0**40):
        other = Histogram.of(income, weight * unit).places(DECILES)
        assert other[0].tolist() == place.tolist()
        assert other[1] == moved


def test_a_quantile_lies_within_its_bin_however_little_stands_there():
    found = Histogram.of(np.array([0.5, 2.5, 9.5]), np.array([0.25, 0.5, 0.25]))
    assert found.quantile(0.5)[0] == 2.5
    assert found.quantile(0.375)[0] == 2.25


def test_an_interval_that_begins_where_nobody_counts():
    found = Histogram.of(np.array([-5.5, 1.5, 2.5]), np.array([0.0, 1.0, 1.0]))
    value, low, high = found.quantile(0.5)
    assert (value, low, high) == (2.0, -6.0, 3.0)
