"""Estimates from spot-checks: by hand, and how often the intervals cover."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from jiuzhu_sim.casework.sampling.sampling import Sample, allocate, draw
from jiuzhu_sim.casework.sampling.verification import Verification
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.sampled import (
    FEW,
    _of_strata,
    _Strata,
    estimate,
    estimate_money,
    of_simple,
)
from jiuzhu_sim.measures.spot_check import spot_check

# Twelve verified cases: six of the 90 of 甲乡, half of them wrong, and six of the 10 of 乙乡, none.
COUNTS, WRONG = (90, 10), (3, 0)


def twelve():
    """The sample and what was found, NaN outside it."""
    stratum = np.repeat([0, 1], COUNTS)
    mask = np.zeros(100, bool)
    mask[:6] = mask[90:96] = True
    found = np.full(100, np.nan)
    found[:6], found[90:96] = [1, 1, 1, 0, 0, 0], 0
    names = ("甲乡", "乙乡")
    sample = Sample(mask, stratum, names, np.array(COUNTS), np.array([6, 6]), (1, "hand"))
    return sample, found


def test_design_weights_by_hand():
    sample, found = twelve()
    assert sample.weight[[0, 90, 99]].tolist() == [15, 10 / 6, 0]
    made = estimate(sample, found)
    # 3 × 15 = 45 of 100; without weights it would be 3 of 12, 25 %.
    assert (made.total, made.rate, made.found, made.n) == (45, 0.45, 3, 12)
    # Variance: 90 × 84 × s² / 6 with s² = 6/5 × 0.25 = 0.3 (the second stratum has none): 378.
    money = estimate_money(sample, found * 100)
    assert money.total == pytest.approx(4500)
    error = 2.2281388519649385 * np.sqrt(378) * 100  # t with 12 − 2 degrees of freedom
    assert money.total_high == pytest.approx(4500 * np.exp(error / 4500))
    # As a share of 200 paid to everybody: 4,500 / 20,000.
    share = estimate_money(sample, found * 100, np.full(100, 200.0))
    assert share.rate == pytest.approx(0.225)
    assert share.total == pytest.approx(4500)


def test_a_ratio_with_a_constant_book_is_the_plain_total():
    sample, found = twelve()
    plain = estimate_money(sample, found * 100)
    ratio = estimate_money(sample, found * 100, np.full(100, 200.0))
    # Residuals a − R b have the same spread where b is the same for all.
    assert (ratio.total_low, ratio.total_high) == pytest.approx((plain.total_low, plain.total_high))


def test_clopper_pearson_by_the_book():
    """10 of 100 of very many: 4.90 % to 17.62 %, as tables of the binomial have it."""
    low, high = of_simple(10, 100, 10_000_000, method="exact")
    assert (low / 1e7, high / 1e7) == pytest.approx((0.0490, 0.1762), abs=1e-4)
    # 0 of 60: 1 − 0.025^(1/60) = 5.96 %.
    assert of_simple(0, 60, 10_000_000, method="exact")[1] / 1e7 == pytest.approx(0.0596, abs=1e-4)


def test_a_finite_population_narrows_the_interval_to_a_point():
    widths = [np.diff(of_simple(n // 10, n, 400))[0] for n in (100, 200, 300, 400)]
    assert widths[-1] == 0
    assert widths == sorted(widths, reverse=True)
    assert of_simple(7, 60, 60) == (7, 7)


@settings(max_examples=60)
@given(st.integers(1, 80), st.integers(0, 300), st.data())
def test_the_default_lies_within_the_exact_and_mirrors_itself(n, more, data):
    x = data.draw(st.integers(0, n))
    of = n + more
    low, high = of_simple(x, n, of)
    exact_low, exact_high = of_simple(x, n, of, method="exact")
    assert exact_low <= low <= x / n * of + 0.5
    assert x / n * of - 0.5 <= high <= exact_high
    assert of_simple(n - x, n, of) == (of - high, of - low)


# --- coverage ------------------------------------------------------------------------------
OF = 30_000


def chances(n, total):
    """Chance of each number found, and the numbers that can come up."""
    from scipy.stats import hypergeom

    first, last = hypergeom.ppf([1e-10, 1 - 1e-10], OF, total, n).astype(int)
    x = np.arange(first, last + 1)
    return x, hypergeom.pmf(x, OF, total, n)


@pytest.mark.parametrize("n", [60, 100, 400])
@pytest.mark.parametrize("rate", [0.06, 0.08, 0.1, 0.15, 0.2])
def test_the_default_covers_between_93_and_97_percent(n, rate):
    """Exact coverage, no draws: the sum of the chances of all outcomes whose interval covers."""
    total = round(OF * rate)
    x, chance = chances(n, total)
    bounds = np.array([of_simple(int(each), n, OF) for each in x])
    covers = (bounds[:, 0] <= total) & (total <= bounds[:, 1])
    assert 0.93 <= chance[covers].sum() <= 0.97
    exact = np.array([of_simple(int(each), n, OF, method="exact") for each in x])
    assert chance[(exact[:, 0] <= total) & (total <= exact[:, 1])].sum() >= 0.95 - 1e-9


SIZES = np.array([8000, 6500, 5500, 4500, 3500, 2000])
RATES = np.array([0.4, 0.6, 1.0, 1.2, 1.6, 2.5])


@pytest.mark.parametrize("n", [120, 400])
@pytest.mark.parametrize("rate", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("kind", ["proportional", "equal", "neyman"])
def test_stratified_intervals_cover_between_93_and_97_percent(n, rate, kind):
    """2,000 draws of six townships whose rates differ sixfold."""
    rates = RATES * rate / (RATES @ SIZES / OF)
    total = np.rint(rates * SIZES).astype(int)
    spread = np.sqrt(rates * (1 - rates)) if kind == "neyman" else None
    sizes = np.full(6, n // 6) if kind == "equal" else allocate(n, SIZES, spread)
    generator = np.random.default_rng(20260101)
    found = generator.hypergeometric(total, SIZES - total, sizes, (2000, 6)).astype(float)
    truth, floats = total.sum() / OF, (SIZES.astype(float), sizes.astype(float))
    covers = [
        low <= truth <= high
        for low, high in (
            _of_strata(_Strata(*floats, sums, sums, 0), 0.95, "default") for sums in found
        )
    ]
    assert 0.93 <= np.mean(covers) <= 0.97


def test_2000_seeded_draws_from_one_county():
    """The whole way, `draw` to `estimate`: 400 of 3,000 by six townships."""
    towns = np.repeat(np.arange(6), [800, 650, 550, 450, 350, 200])
    ids = np.arange(3000)
    is_wrong = np.random.default_rng(7).random(3000) < np.array([4, 6, 10, 12, 16, 25])[towns] / 100
    truth, hits = is_wrong.mean(), 0
    for seed in range(2000):
        made = estimate(draw(ids, towns, size=400, seed=seed), is_wrong)
        hits += made.low <= truth <= made.high
    assert 0.93 <= hits / 2000 <= 0.97


def test_money_covers_about_as_often_as_it_says():
    """400 of 6,000, a tenth wrong: the interval on the logarithm."""
    generator = np.random.default_rng(11)
    paid = generator.lognormal(6.2, 0.6, 6000)
    wrong = np.where(generator.random(6000) < 0.1, paid, 0.0)
    ids, hits = np.arange(6000), 0
    for seed in range(500):
        made = estimate_money(draw(ids, size=400, seed=seed), wrong, paid)
        hits += made.total_low <= wrong.sum() <= made.total_high
    assert 0.91 <= hits / 500 <= 0.98


# --- edges ---------------------------------------------------------------------------------
def test_nothing_found_and_everything_found():
    sample = draw(np.arange(1000), np.arange(1000) % 3, size=60, seed=1)
    none = estimate(sample, np.zeros(1000))
    assert (none.rate, none.low) == (0, 0)
    assert 0.02 < none.high < 0.1
    every = estimate(sample, np.ones(1000))
    assert (every.rate, every.high) == (1, 1)
    money = estimate_money(sample, np.zeros(1000))
    assert (money.total, money.total_low) == (0, 0)
    assert np.isnan(money.total_high)
    # With a book the bound is that of the rate: no more than its share of the book.
    booked = estimate_money(sample, np.zeros(1000), np.full(1000, 300.0))
    assert booked.total_high == pytest.approx(none.high * 300_000)
    whole = estimate_money(sample, np.full(1000, 300.0), np.full(1000, 300.0))
    assert (whole.rate, whole.high) == (1, 1)


def test_a_census_has_no_interval():
    ids = np.arange(50)
    for strata in (None, ids % 2):
        made = estimate(draw(ids, strata, size=50, seed=1), ids < 7)
        assert (made.total_low, made.total, made.total_high) == pytest.approx((7, 7, 7))
    money = estimate_money(draw(ids, size=50, seed=1), np.zeros(50))
    assert money.total_high == 0


def test_what_was_found_is_certain():
    ids = np.arange(12)
    made = estimate(draw(ids, ids % 2, size=10, seed=1), np.arange(12) < 3)
    assert made.total_low >= made.found
    assert made.total_high <= 12 - (made.n - made.found)


def test_unverified_cases_are_told_and_bounded():
    sample, found = twelve()
    found[0] = np.nan
    made = estimate(sample, found)
    assert (made.unverified, made.n, made.rate) == (1, 11, pytest.approx(0.9 * 2 / 5))
    table = spot_check(sample, Verification.of(1 - found))
    assert any("1件" in note and "30.0%" in note and "45.0%" in note for note in table.notes)


def test_amounts_of_both_signs_have_a_plain_interval():
    sample, found = twelve()
    made = estimate_money(sample, np.where(found == 1, -50.0, 100.0))
    assert made.method == "design_t"
    assert made.total - made.total_low == pytest.approx(made.total_high - made.total)


def test_refusals():
    sample, found = twelve()
    cases = [
        ((sample, found, 0.4), "JZ-E032"),
        ((sample, found, 0.95, "normal"), "JZ-E060"),
        ((sample, found[:5]), "JZ-E033"),
        ((sample, found * 2), "JZ-E032"),
        ((sample, np.where(np.arange(100) < 90, found, np.nan)), "JZ-E098"),
    ]
    for arguments, code in cases:
        with pytest.raises(JZError) as refused:
            estimate(*arguments)
        assert refused.value.codes == (code,)
    with pytest.raises(JZError):
        estimate_money(sample, found, -np.ones(100))


# --- the table -----------------------------------------------------------------------------
def test_the_table_by_township():
    sample, found = twelve()
    table = spot_check(sample, Verification.of(1 - found), np.full(100, 200.0), dim="township")
    assert table.rows == (("乙乡",), ("甲乡",), ("total",))
    assert table.get("check_rate", "甲乡") == 0.5
    assert table.get("check_cases", "total") == 45
    assert table.get("check_money", "甲乡") == pytest.approx(45 * 200)
    assert "sampled.method" not in str(table)
    assert any("6件认定符合条件" not in note and "9件" in note for note in table.notes)
    # Groups that cut across the strata: the weights are those of each stratum within the group.
    halves = np.where(np.arange(100) % 2, "单", "双")
    crossed = spot_check(sample, Verification.of(1 - found), groups=halves)
    assert crossed.get("check_rate", "双") == pytest.approx((45 * 2 / 3) / 50)


def test_a_group_nobody_was_verified_in_has_no_estimate():
    sample, found = twelve()
    corner = np.where(np.arange(100) > 97, "角", "余")
    table = spot_check(sample, Verification.of(1 - found), groups=corner)
    assert np.isnan(table.get("check_rate", "角"))
    assert table.get("check_of", "角") == 2


def test_what_was_found_and_how_far_money_can_be_trusted():
    sample, found = twelve()
    table = spot_check(sample, Verification.of(1 - found), np.full(100, 200.0), dim="township")
    assert [table.get("check_found", name) for name in ("甲乡", "乙乡", "total")] == [3, 0, 3]
    assert text("note.spot_check_few", few=FEW) in table.notes
    whole = estimate_money(sample, found * 200, np.full(100, 200.0))
    assert text("note.spot_check_money", method=whole.method_title) in table.notes
    without = spot_check(sample, Verification.of(1 - found), dim="township")
    assert not any("资金" in note for note in without.notes)


def test_groups_of_a_sample_without_strata():
    ids = np.arange(60)
    made = spot_check(
        draw(ids, size=60, seed=1), Verification.of(ids % 10 != 0), groups=ids % 2, dim="township"
    )
    assert made.rows == (("0",), ("1",), ("total",))
    assert made.get("check_found", "0") == 6


def test_a_group_of_two_strata_of_which_one_was_not_verified_has_no_estimate():
    sample, found = twelve()
    group = np.where((np.arange(100) < 10) | (np.arange(100) > 97), "跨", "余")
    table = spot_check(sample, Verification.of(1 - found), groups=group)
    assert table.get("check_n", "跨") == 6
    assert np.isnan(table.get("check_rate", "跨"))


def test_the_interval_of_a_rate_by_hand():
    """Wilson's at the effective size; to each stratum two cases at the rate of all are added."""
    sample, found = twelve()
    made, rate = estimate(sample, found), 0.45
    first, second = (3 + 2 * rate) / 8, (0 + 2 * rate) / 8
    variance = 0.9**2 * (1 - 6 / 90) / 6 * first * (1 - first)
    variance += 0.1**2 * (1 - 6 / 10) / 6 * second * (1 - second)
    size = rate * (1 - rate) / variance * (2.200985160082949 / 2.2281388519649385) ** 2
    z = 1.959963984540054
    middle, below = rate + z**2 / (2 * size), 1 + z**2 / size
    half = z * np.sqrt(rate * (1 - rate) / size + z**2 / (4 * size**2))
    exact, found_n = estimate(sample, found, method="exact"), rate * size
    ends = beta.ppf([0.025, 0.975], [found_n, found_n + 1], [size - found_n + 1, size - found_n])
    assert (exact.low, exact.high) == pytest.approx(tuple(ends))
    assert (made.low, made.high) == pytest.approx(
        ((middle - half) / below, (middle + half) / below)
    )


def test_a_stratum_of_one_verified_case_takes_the_spread_of_all():
    """Six of 甲乡 (three of 100 yuan) and one of 乙乡 (20): over all seven s² = Σ(x − 320/7)²/6."""
    sample, found = twelve()
    amounts = np.where(np.arange(100) < 90, found * 100, 20.0)
    amounts[91:96] = np.nan
    made = estimate_money(sample, amounts)
    seven = np.array([100.0, 100, 100, 0, 0, 0, 20])
    variance = 90 * 84 * 3000 / 6 + 10 * 9 * seven.var(ddof=1)
    error = 2.570581835636314 * np.sqrt(variance)  # t with 7 − 2 degrees of freedom
    total = 90 * 50 + 10 * 20
    assert made.total == pytest.approx(total)
    assert made.total_high == pytest.approx(total * np.exp(error / total))


@pytest.mark.parametrize("strata", [None, np.arange(100) % 2])
def test_an_interval_is_called_by_its_name(strata):
    sample = draw(np.arange(100), strata, size=20, seed=1)
    kind = "hypergeometric" if strata is None else "design"
    default = "blaker" if strata is None else "wilson"
    names = [estimate(sample, np.zeros(100), method=m).method for m in ("default", "exact")]
    assert names == [f"{kind}_{default}", f"{kind}_exact"]


@pytest.mark.parametrize("n", [1, 4, 7, 11])
def test_plausible_totals_of_twelve_cases_by_counting_all_samples(n):
    """Blaker's interval with half of what is as improbable, from the outermost totals."""
    of = 12

    def plausible(x, total):
        ways = [comb(total, k) * comb(of - total, n - k) for k in range(n + 1)]
        tails = [min(sum(ways[: k + 1]), sum(ways[k:])) for k in range(n + 1)]
        less = sum(w for w, t in zip(ways, tails, strict=True) if t < tails[x])
        alike = sum(w for w, t in zip(ways, tails, strict=True) if t == tails[x])
        return ways[x] and Fraction(2 * less + alike, 2 * comb(of, n)) > Fraction(1, 20)

    for x in range(n + 1):
        totals = [total for total in range(of + 1) if plausible(x, total)]
        assert of_simple(x, n, of) == (min(totals), max(totals))
