"""Income tails: exact, each other's inverse, without an upper end."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from jiuzhu_sim.population.tails import GRID, income_at, tail_income, tail_rank
from tests.population.recipes import changed, columns_of

DAGUM = {"a": 3.1, "b": 20_000.0, "p": 0.8, "q": 1.0, "rank_max": 1}
GB2 = {"a": 2.2, "b": 25_000.0, "p": 0.9, "q": 1.7, "rank_max": 1}
LOW = {"share": 0.05, "income_min_y": -1000, "income_max_y": 2000}
RANKS = np.array([1e-9, 1e-4, 0.03, 0.3, 0.5, 0.7, 0.97, 1 - 1e-4, 1 - 1e-9])
shape = st.floats(0.4, 4)


def mixture(kind, part, low=LOW):
    return {"tail": kind, kind: part, "next_to_none": low}


def test_dagum_is_burr_type_three():
    expected = stats.burr(DAGUM["a"], DAGUM["p"], scale=DAGUM["b"]).ppf(RANKS)
    np.testing.assert_allclose(tail_income("dagum", DAGUM, RANKS), expected, rtol=1e-9)


def test_gb2_is_a_power_of_a_ratio_of_gammas():
    """Another way to the same distribution: the power of a beta prime."""
    prime = stats.betaprime(GB2["p"], GB2["q"]).ppf(RANKS[1:-1])
    expected = GB2["b"] * prime ** (1 / GB2["a"])
    np.testing.assert_allclose(tail_income("gb2", GB2, RANKS[1:-1]), expected, rtol=1e-6)


@given(st.floats(1, 6), shape, shape, st.sampled_from(["dagum", "gb2"]))
def test_rank_and_income_are_inverse(a, p, q, kind):
    part = {"a": a, "b": 30_000.0, "p": p, "q": q}
    middle = RANKS[1:-1]
    found = tail_rank(kind, part, tail_income(kind, part, middle))
    np.testing.assert_allclose(found, middle, rtol=1e-6)


def test_dagum_is_gb2_with_q_one():
    dagum = tail_income("dagum", DAGUM, RANKS)
    np.testing.assert_allclose(tail_income("gb2", DAGUM, RANKS), dagum, rtol=1e-7)


@pytest.mark.parametrize(("kind", "part"), [("dagum", DAGUM), ("gb2", GB2)])
@pytest.mark.parametrize("rank_max", [1, 0.3])
def test_the_mixture_has_the_shares_it_says(kind, part, rank_max):
    part = part | {"rank_max": rank_max}
    rank = (np.arange(400_000) + 0.5) / 400_000
    income = income_at(mixture(kind, part), rank)
    assert (np.diff(income) >= 0).all()
    assert np.isfinite(income).all()
    # A third of the component with next to none lies below 0: losses, which are no income.
    assert (income == 0).mean() == pytest.approx(LOW["share"] / 3, abs=1e-5)
    for limit in (500.0, 2000.0, 9000.0, 20_000.0):
        tail = min(float(tail_rank(kind, part, np.array([limit]))[0]) / rank_max, 1)
        low = min((limit + 1000) / 3000, 1)
        wanted = LOW["share"] * low + (1 - LOW["share"]) * tail
        assert (income <= limit).mean() == pytest.approx(wanted, abs=1e-4)


def test_the_seam_is_no_step_and_the_top_is_finite():
    part = mixture("dagum", DAGUM)
    rank = np.linspace(0, 1, 2_000_001)
    income = income_at(part, rank)
    near = np.flatnonzero((income > 1900) & (income < 2100))
    assert np.diff(income[near]).max() < 1.0
    assert np.isfinite(income[-1])
    assert income[-1] > 1e8  # nothing cuts the tail


def test_a_grid_of_the_lower_part_agrees_with_the_exact_inverse():
    fine = income_at(mixture("dagum", DAGUM, LOW | {"share": 0.0}), RANKS[1:])
    np.testing.assert_allclose(fine, tail_income("dagum", DAGUM, RANKS[1:]), atol=1.0, rtol=1e-9)
    assert GRID > 1000


@pytest.mark.parametrize(("kind", "part"), [("dagum", DAGUM), ("gb2", GB2)])
def test_a_whole_population_can_be_made(kind, part):
    own = {area: mixture(kind, part, LOW) for area in ("urban", "rural")}
    recipe = changed("example-county", {"income": own})
    made = columns_of(recipe, 20_000)
    sources = ("wage_m", "pension_other_m", "transfer_m", "pension_basic_m")
    sources += ("preferential_allowance_m", "disability_allowance_m")
    each = 12 * sum(made[name] for name in sources) + made["farm_income_y"]
    a_head = np.bincount(made["owner"], each) / made["size"]
    assert np.median(a_head) == pytest.approx(
        float(income_at(recipe["income"]["urban"], np.array([0.5]))[0]), rel=0.05
    )
    assert np.quantile(a_head, 0.99) > 2 * part["b"]


def test_amounts_stay_in_the_range_of_the_dictionary():
    rich = mixture("dagum", DAGUM | {"b": 1e8})
    made = columns_of(changed("example-county", {"income": {"urban": rich, "rural": rich}}), 500)
    assert made["wage_m"].max() == 1_000_000
    assert made["farm_income_y"].max() == 10_000_000
    assert made["pension_other_m"].max() <= 100_000


def test_more_signs_of_hardship():
    """Elders and the disabled rank lower where the recipe says that it weighs."""
    own = {"income_rank": {"hardship": {"elder_share": 1.5, "child_share": 1.0, "disability": 2.0}}}
    plain = columns_of(changed("example-county", {}), 20_000)
    weighed = columns_of(changed("example-county", own), 20_000)

    def savings_gap(made, flag):
        has = np.bincount(made["owner"], flag) > 0
        return made["savings"][has].mean() / made["savings"][~has].mean()

    for flag in (plain["age"] >= 60, plain["disability_grade"] > 0):
        assert savings_gap(weighed, flag) < savings_gap(plain, flag) - 0.05
