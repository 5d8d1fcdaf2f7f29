"""The forecast on a run of months that is known, and without uncertainty on the real one."""

import math

import numpy as np
import pytest

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.months.run import simulate_months
from jiuzhu_sim.outlook.need import forecast_model
from jiuzhu_sim.outlook.need.forecast import forecast, forecasts
from jiuzhu_sim.outlook.need.forecast_numbers import Probability, probability, quantile
from jiuzhu_sim.outlook.need.forecast_static import KEYS, Rules, laws_by_month
from jiuzhu_sim.outlook.need.uncertainty import Uncertainty
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize
from tests.outlook.need.forecast_fakes import NOISE, ratio, use

PEOPLE = synthesize("example-county", 400, 1)
POLICY = load_policy("example-county")
RURAL, URBAN = "dibao.standard.rural", "dibao.standard.urban"
RAISED = POLICY.change({RURAL: 640})
NONE = Uncertainty.none()


@pytest.fixture
def made(monkeypatch):
    use(monkeypatch)
    return forecast(PEOPLE, POLICY, draws=2000)


def truth(made, law=POLICY):
    """The year of each draw by the known function, without chance: (draws,)."""
    static = Rules(PEOPLE, 12, 0.05).static(law, made.schedule).monthly.sum(1)
    factors = made.factors
    months = np.arange(1, 13) / 12
    year = np.zeros(made.draws)
    for month in range(12):
        told = [factors[name] for name in ("income", "shocks", "take_up")]
        one = np.array([ratio(*point, 12)[month, 0] for point in zip(*told, strict=True)])
        year += one * static[month] * (1 + factors["caseload"]) ** months[month]
    return year


def inside(made):
    """Draws whose factors the runs cover: (draws,)."""
    features = np.column_stack([made.factors[name] for name in ("income", "shocks", "take_up")])
    low, high = made.model.emulator.low[:3], made.model.emulator.high[:3]
    return ((features >= low) & (features <= high)).all(1)


# --- on a known function --------------------------------------------------------------------
def test_the_emulator_finds_the_function(made):
    missed = (made.without_chance().year / truth(made) - 1)[inside(made)]
    assert abs(missed.mean()) < 3 * NOISE / math.sqrt(48)
    assert np.abs(missed).max() < 4 * NOISE
    assert made.error == pytest.approx(NOISE, rel=0.5)
    assert made.runs == 48


def test_chance_is_told_from_parameters(made):
    without = made.without_chance().year
    spread = np.array([without.var(), (made.year - without).var()])
    expected = spread / spread.sum()
    assert made.shares["parameters"] == pytest.approx(expected[0], abs=0.02)
    assert made.shares["chance"] + made.shares["emulator"] == pytest.approx(expected[1], abs=0.02)
    assert sum(made.shares.values()) == pytest.approx(1)
    assert 0 < made.slack < made.year.mean() * NOISE * 2


def test_another_law_is_answered_by_its_own_cost(made):
    at = made.at(RAISED)
    missed = (at.without_chance().year / truth(made, RAISED) - 1)[inside(made)]
    assert np.abs(missed).max() < 4 * NOISE
    assert at.static[1] > made.static[1]
    assert at.static[0] == made.static[0]
    assert (at.year > made.year).all()
    np.testing.assert_array_equal(made.at(POLICY).need, made.need)
    np.testing.assert_array_equal(at.at(POLICY).need, made.need)


def test_a_law_beyond_the_runs_is_told(made):
    assert "standard.rural" not in made.clamped
    assert made.at(POLICY.change({RURAL: 1000})).clamped["standard.rural"] == 1.0
    assert made.clamped["income"] == pytest.approx(0.02, abs=0.015)
    assert any("超出完整推演覆盖的范围" in note for note in made.table().footnotes())


def test_two_areas_add_up(made):
    urban, both = POLICY.change({URBAN: 850}), POLICY.change({URBAN: 850, RURAL: 640})
    static = made.static_at(urban).beside(made.static_at(RAISED), made.by_rules)
    np.testing.assert_allclose(static.monthly, made.static_at(both).monthly, rtol=1e-12)
    np.testing.assert_allclose(made.with_static(static).year, made.at(both).year, rtol=1e-9)


def test_months_add_up_to_the_year_to_the_fen(made):
    in_fen = np.rint(made.need * 100)
    np.testing.assert_array_equal(made.need, in_fen / 100)
    whole = in_fen.sum((1, 2))
    np.testing.assert_array_equal(np.rint(made.year * 100), whole)
    np.testing.assert_array_equal(np.rint(made.by_month.sum(1) * 100), whole)
    np.testing.assert_array_equal(np.rint(made.by_account.sum(1) * 100), whole)


def test_more_draws_contain_fewer(made, monkeypatch):
    more = forecast(PEOPLE, POLICY, draws=3000)
    np.testing.assert_array_equal(more.need[:2000], made.need)


def test_the_same_seed_is_the_same_and_another_is_not(made):
    again = forecast(PEOPLE, POLICY, draws=2000)
    np.testing.assert_array_equal(again.need, made.need)
    assert (forecast(PEOPLE, POLICY, draws=2000, seed=5).year != made.year).all()


def test_answers_get_better_and_progress_is_told(monkeypatch):
    use(monkeypatch)
    told = []
    answers = list(forecasts(PEOPLE, POLICY, progress=lambda *words: told.append(words)))
    assert [answer.runs for answer in answers] == [12, 24, 48]
    assert answers[2].slack < answers[0].slack
    assert [words[:3] for words in told] == [("runs", k, 48) for k in range(1, 49)]
    assert told[-1][3] == 0
    whole = forecast(PEOPLE, POLICY)
    np.testing.assert_array_equal(whole.need, answers[2].need)


def test_a_closed_generator_ends_its_runs(monkeypatch):
    use(monkeypatch)
    told = []
    answers = forecasts(PEOPLE, POLICY, runs=400, progress=lambda *words: told.append(words))
    next(answers)
    answers.close()
    assert len(told) == 12


def test_the_number_of_households_multiplies(made):
    grown = made.grown(0.1)
    months = np.arange(1, 13) / 12
    expected = made.need * (1.1**months)[:, None]
    np.testing.assert_allclose(grown.need, expected, atol=0.02)
    still = made.given({"caseload": 0})
    share = (1 + made.factors["caseload"][:, None]) ** months
    np.testing.assert_allclose(still.need * share[:, :, None], made.need, atol=0.02)
    with pytest.raises(JZError, match="JZ-E060"):
        made.given({"transfers": 1})


def test_without_chance_the_draws_depend_on_factors_only(monkeypatch):
    use(monkeypatch)
    still = Uncertainty.stated().changed(
        {"income.sd": 0, "caseload.sd": 0, "shocks.sd": 0, "take_up.sd": 0, "chance.on": 0}
    )
    quiet = forecast(PEOPLE, POLICY, uncertainty=still, draws=20)
    assert np.ptp(quiet.year) == 0
    assert quiet.shares["chance"] == 0
    loud = forecast(PEOPLE, POLICY, uncertainty=still.changed({"chance.on": 1}), draws=20)
    assert np.ptp(loud.year) > 0
    assert loud.shares["parameters"] == pytest.approx(0, abs=1e-9)


def test_a_schedule_moves_its_months(monkeypatch):
    use(monkeypatch, noise=0)
    schedule = {7: {RURAL: 640}}
    raised = forecast(PEOPLE, POLICY, schedule=schedule, draws=50)
    plain = forecast(PEOPLE, POLICY, draws=50)
    np.testing.assert_allclose(raised.need[:, :6], plain.need[:, :6], rtol=1e-3)
    rural = raised.accounts.index("dibao.rural")
    assert (raised.need[:, 6:, rural] > plain.need[:, 6:, rural]).all()
    np.testing.assert_allclose(plain.at(POLICY, schedule).need, raised.need, rtol=1e-3)


# --- price subsidy ---------------------------------------------------------------------------
PRICED = POLICY.change({"price.cpi_trigger": 0.035})
ALWAYS = {"prices.probability": 0.5, "prices.rise": 0.05}


def test_the_price_subsidy_is_that_of_the_rules_in_triggered_months(monkeypatch):
    use(monkeypatch)
    made = forecast(PEOPLE, PRICED, uncertainty=NONE.changed(ALWAYS), draws=200, runs=6)
    month = PRICED.change({"price.cpi_rise": 0.04, "price.scpi_rise": 0.05})
    amount = Rules(PEOPLE, 1, 0).static(month).monthly[0, KEYS.index("price.rural")]
    assert amount > 0
    paid = made.need[:, :, made.accounts.index("price.rural")]
    np.testing.assert_array_equal(paid > 0, made.price_months)
    np.testing.assert_allclose(paid[made.price_months], amount, rtol=5 * NOISE)


def test_a_known_price_month_is_not_paid_twice(monkeypatch):
    use(monkeypatch, noise=0)
    rise = {"price.cpi_rise": 0.04, "price.scpi_rise": 0.03}
    plan = {3: rise, 4: {"price.cpi_rise": 0, "price.scpi_rise": 0}}
    sources = NONE.changed({**ALWAYS, "prices.probability": 0.4})
    made = forecast(PEOPLE, PRICED, schedule=plan, uncertainty=sources, draws=300, runs=6)
    paid = made.need[:, :, made.accounts.index("price.rural")]
    known = Rules(PEOPLE, 12, 0).static(PRICED, plan).monthly[2, KEYS.index("price.rural")]
    np.testing.assert_allclose(paid[:, 2], known, rtol=1e-6)
    assert set(np.unique(np.round(paid[:, 3] / known, 3))) == {0, round(5 / 3, 3)}


def test_a_law_without_price_subsidy_pays_none(made):
    assert not any(key.startswith("price") for key in made.accounts)


# --- nothing uncertain: the real months --------------------------------------------------------
@pytest.fixture(scope="module")
def certain():
    return forecast(PEOPLE, POLICY, uncertainty=NONE, draws=5)


def test_without_uncertainty_it_is_one_run_of_months(certain):
    run = simulate_months(PEOPLE, POLICY, assumptions=assumptions().off())
    kept = [list(accounts()).index(key) for key in certain.accounts]
    np.testing.assert_array_equal(certain.need[0], np.round(run.money[:, kept], 2))
    assert (certain.need == certain.need[:1]).all()
    assert (certain.shares, certain.error, certain.slack) == (
        {"parameters": 0, "chance": 0, "emulator": 0},
        0,
        0,
    )


def test_and_that_is_what_the_rules_alone_cost(certain):
    np.testing.assert_allclose(certain.need[0], np.tile(certain.static, (12, 1)), atol=0.006)


def test_without_uncertainty_another_law_is_exact(certain):
    raised = certain.at(RAISED)
    direct = forecast(PEOPLE, RAISED, uncertainty=NONE, draws=5)
    np.testing.assert_array_equal(raised.need, direct.need)
    table = raised.table()
    assert not table.has_intervals
    assert table.get("need_p50", "total", "total") == direct.year[0]


def test_real_months_answer_another_law_as_runs_made_for_it():
    both = [forecast(PEOPLE, law, draws=1000, runs=24, months=6) for law in (POLICY, RAISED)]
    at, direct = both[0].at(RAISED), both[1]
    assert at.year.mean() == pytest.approx(direct.year.mean(), abs=2 * (at.slack + direct.slack))
    assert np.quantile(at.year, 0.9) == pytest.approx(np.quantile(direct.year, 0.9), rel=0.02)


# --- numbers -----------------------------------------------------------------------------------
def test_a_quantile_lies_between_its_order_statistics():
    drawn, inside = np.random.default_rng(1), 0
    for _ in range(400):
        found = quantile(drawn.random(200), 0.9)
        assert found.low <= found.value <= found.high
        inside += found.low <= 0.9 <= found.high
    assert 0.92 < inside / 400 < 0.99


def test_a_probability_has_the_error_of_few_draws():
    assert probability(np.zeros(2000, bool)).error > 0
    found = probability(np.arange(2000) < 500)
    assert (found.value, found.emulator) == (0.25, 0)
    assert found.error == pytest.approx(1.96 * math.sqrt(0.25 * 0.75 / 2000), rel=0.03)
    yuan = probability(np.linspace(-99.5, 100.5, 201), slack=10)
    assert yuan.emulator == pytest.approx(0.05, abs=0.005)
    assert (Probability(0.01, 0.05).low, Probability(0.99, 0.05).high) == (0, 1)


@pytest.mark.parametrize("share", [0.005, 0.01, 0.05, 0.2, 0.5])
def test_doubling_the_draws_stays_within_the_error(share):
    """Of 400 pairs of 1,000 draws and twice as many, 95 of 100 at least lie within the error."""
    drawn = np.random.default_rng(1).random((400, 2000)) < share
    found = [(probability(row[:1000]), row.mean()) for row in drawn]
    assert np.mean([abs(few.value - more) <= few.error for few, more in found]) >= 0.95
    assert np.mean([abs(few.value - share) <= few.error for few, _ in found]) >= 0.92


# --- refusals ----------------------------------------------------------------------------------
def test_numbers_that_cannot_be_are_told_at_once():
    with pytest.raises(JZError) as error:
        forecast(PEOPLE, POLICY, draws=0, months=0, runs=1)
    assert error.value.codes == ("JZ-E032", "JZ-E032", "JZ-E032")
    with pytest.raises(JZError) as error:
        forecast(PEOPLE, POLICY, draws=True, seed=-1, start="2025-13")
    assert sorted(error.value.codes) == ["JZ-E007", "JZ-E032", "JZ-E032"]


def test_factors_that_cannot_be_are_told_at_once(made):
    with pytest.raises(JZError) as error:
        made.given({"transfers": 1, "income": "a", "shocks": np.ones(3), "caseload": -1})
    assert error.value.codes == ("JZ-E060", "JZ-E032", "JZ-E032", "JZ-E032")
    with pytest.raises(JZError, match="JZ-E004"):
        made.grown(-3)


def test_another_growth_replaces_the_one_before(made):
    np.testing.assert_allclose(made.grown(0.05).grown(0.02).need, made.grown(0.02).need, atol=0.01)
    assert made.grown(0.02).uncertainty["caseload.median"] == 0.02


def test_a_wrong_schedule_is_refused_before_anything_is_run(monkeypatch):
    monkeypatch.setattr(forecast_model, "simulate_months", None)
    with pytest.raises(JZError) as error:
        forecast(PEOPLE, POLICY, schedule={13: {}, 2: {"dibao.standrad.rural": 1}})
    assert error.value.codes == ("JZ-E083", "JZ-E003")


def test_the_law_of_each_month_is_the_one_before_until_it_changes():
    laws = laws_by_month(POLICY, {2: {RURAL: "+10"}, 3: {RURAL: "+10"}}, 4)
    assert [law[RURAL] for law in laws] == [560, 570, 580, 580]
    assert laws[3] is laws[2]


def test_rules_and_months_begin_from_the_same_roster():
    """A made-up roster that follows no law puts nobody into gradual exit, in either of them."""
    people = synthesize("all-programmes", households=400, seed=3)
    law = load_policy("national-illustrated")
    made = forecast(people, law, draws=1, months=1, uncertainty=Uncertainty.none())
    basic = [key.startswith(("dibao", "tekun")) for key in made.accounts]
    assert sum(basic) == 4
    np.testing.assert_allclose(made.static[basic], made.need[0, 0, basic], atol=0.01)


def test_the_rules_alone_count_the_emergencies_of_a_year_once():
    people = synthesize("all-programmes", households=400, seed=3)
    law = load_policy("national-illustrated")
    made = forecast(people, law, draws=1, months=12, uncertainty=Uncertainty.none())
    aid = simulate(people, law, ("temporary_aid_hh",))["temporary_aid_hh"]
    temporary = made.accounts.index("temporary")
    assert made.static[temporary] * 12 == pytest.approx((people["weight"] * aid).sum())
