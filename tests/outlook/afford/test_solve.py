"""The affordable standard: against brute force, at the edges, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import jiuzhu_sim as jz
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.months.run import simulate_months
from jiuzhu_sim.outlook.afford.solve import solve
from jiuzhu_sim.outlook.money.funds import Funds, Line, Pot
from jiuzhu_sim.outlook.need.forecast import forecast as make_forecast
from jiuzhu_sim.outlook.need.uncertainty import Uncertainty
from tests.outlook.afford.small_forecast import POLICY, RURAL, URBAN, SmallForecast, linear, spread

BOTH = [URBAN, RURAL]


def solved(budget, path=RURAL, forecast=None, **more):
    return solve(None, POLICY, path, budget, forecast=forecast or SmallForecast(), **more)


def refused(**wrong):
    with pytest.raises(JZError) as found:
        solved(**{"budget": 1.0, **wrong})
    return found.value


# --- the search itself ---------------------------------------------------------------------
@given(
    jumps=st.lists(st.integers(0, 50), min_size=2, max_size=60).filter(any),
    budget=st.integers(0, 1500),
    risk=st.sampled_from([0.01, 0.1, 0.2, 0.5, 0.9]),
    width=st.sampled_from([0.0, 0.1, 0.6]),
    falling=st.booleans(),
)
def test_meets_the_risk_and_one_step_more_does_not(jumps, budget, risk, width, falling):
    """For any need that goes one way with the standard, the answer is that of trying them all."""
    steps = np.cumsum(jumps)[:: -1 if falling else 1]
    values = 500 + np.arange(len(steps))

    def money(policy):
        return np.array([0.0, float(steps[np.clip(int(policy[RURAL]) - 500, 0, len(steps) - 1)])])

    made = SmallForecast(money=money, spread=spread(50, width))
    if steps[0] == steps[-1]:
        return
    found = solved(budget, forecast=made, risk=risk, low=500, high=int(values[-1]))
    p_gap = [
        np.mean(np.round(made.at(POLICY.change({RURAL: int(v)})).year - budget, 2) > 0)
        for v in values
    ]
    fits = [int(v) for v, p in zip(values, p_gap, strict=True) if p <= risk]
    if not fits:
        assert found.outcome == "impossible"
        least = solved(budget + found.short, forecast=made, risk=risk, low=500, high=values[-1])
        assert found.short > 0
        assert least.is_found
        return
    assert found.value == (min(fits) if falling else max(fits))
    assert found.probability.value <= risk
    if found.following is not None:
        assert found.next_probability.value > risk
        assert found.next_values[RURAL] == found.value + (-1 if falling else 1)
        richer = budget + found.next_short
        assert solved(richer, forecast=made, risk=risk, low=500, high=values[-1]).value != (
            found.value
        )
    else:
        assert found.outcome == "all"


def test_without_uncertainty_the_answer_is_exact():
    """Rural need is 1,000 a yuan, urban 78,000: 638,500 leave 560.5 for the rural standard."""
    found = solved(638_500)
    assert found.value == 560
    assert found.probability.value == found.probability.error == 0
    assert found.next_probability.value == 1
    assert found.next_probability.error == 0
    assert found.to_spare == 500
    assert found.next_short == 500
    assert found.binding == "budget"
    assert found.goal == "highest"


def test_a_budget_that_is_met_to_the_fen_is_met():
    need = SmallForecast().at(POLICY.change({RURAL: 601})).year[0]
    assert solved(need).value == 601
    assert solved(need - 0.01).value == 600


def test_steps_are_whole_multiples():
    assert solved(638_500 + 14_000, step=5).value == 570
    assert solved(638_500 + 14_000, step=5).next_values == {RURAL: 575}


def test_more_money_or_more_risk_never_lowers_the_standard():
    made = SmallForecast(spread=spread())
    values = [solved(b, forecast=made).value for b in (5e5, 6e5, 7e5)]
    assert values == sorted(values)
    values = [solved(638_000, forecast=made, risk=r).value for r in (0.05, 0.2, 0.5)]
    assert values == sorted(values)
    assert len(set(values)) == 3


def test_impossible_says_how_much_is_missing():
    found = solved(100_000, low=500, step=5, ratio_min=0.5)
    assert found.outcome == "impossible"
    assert found.value == 500
    assert found.short == 478_000
    assert found.binding == "budget"
    assert {lever.constraint: lever.needed for lever in found.levers} == {
        "budget": 578_000,
        "risk": None,
        "ratio": None,
        "step": None,
        "low": None,
    }
    assert "47.8万元" in found.sentence()


def test_levers_tell_what_would_help():
    found = solved(560_500, low=483, high=490, step=5)
    levers = {lever.constraint: lever.needed for lever in found.levers}
    assert found.outcome == "impossible"
    assert levers["low"] == 480
    assert levers["step"] is None
    finer = solved(561_500, low=483, high=490, step=5)
    assert {x.constraint: x.needed for x in finer.levers}["step"] == 1


def test_the_ratio_binds_when_the_urban_standard_is_solved_for():
    found = solved(10_000_000, URBAN, ratio_min=0.7)
    assert found.value == 800
    assert found.binding == "ratio"
    assert "0.7" in found.proof()
    lever = next(lever for lever in found.levers if lever.constraint == "ratio")
    assert lever.needed == pytest.approx(560 / 801)


def test_the_ratio_is_what_makes_it_impossible():
    found = solved(600_000, ratio_min=0.7)
    assert found.outcome == "impossible"
    assert found.value == 546
    assert found.binding == "ratio"
    lever = next(lever for lever in found.levers if lever.constraint == "ratio")
    assert lever.needed == pytest.approx(522 / 780)


def test_all_affordable_says_so():
    found = solved(1e9, high=900)
    assert (found.outcome, found.value, found.binding) == ("all", 900, "range")
    assert "全部可以负担" in found.sentence()
    assert found.following is None


# --- local falls, and where the search goes ------------------------------------------------
def dented(at, by):
    """1,000 yuan a step of the rural standard, less `by` from `at` on."""
    return lambda policy: np.array([0.0, 1000.0 * policy[RURAL] - by * (policy[RURAL] >= at)])


@pytest.mark.parametrize("budget", [564_000, 563_500, 565_000])
@pytest.mark.parametrize("wide", [{}, {"low": 500, "high": 700}])
def test_across_a_local_fall_it_is_still_the_highest(budget, wide):
    """A fall of 1,100 yuan at 566 is less than 0.2 %: the risk goes up and down again there."""
    made = SmallForecast(money=dented(566, 1_100))
    fits = [v for v in range(500, 701) if made.at(POLICY.change({RURAL: v})).year[0] <= budget]
    found = solved(budget, forecast=made, **wide)
    assert found.value == max(fits)
    assert found.next_probability.value > found.risk
    skipped = [v for v in range(500, found.value) if v not in fits]
    assert [trial.values[RURAL] for trial in found.unfit] == skipped
    assert any("费用在这里略有回落" in said for said in found.sentences()) == bool(skipped)


def test_a_larger_fall_is_another_kind_of_parameter():
    made = SmallForecast(money=dented(566, 40_000))
    assert refused(forecast=made, budget=570_000, low=500, high=700).codes == ("JZ-E090",)


def test_the_search_stays_near_the_present_value():
    found = solved(638_500 + 30_000)
    values = [trial.values[RURAL] for trial in found.tried]
    assert found.value == 590
    assert min(values) >= 560 * 0.9
    assert max(values) <= 560 * 1.2
    assert len(values) <= 10


def test_a_pot_drawn_on_far_from_the_present_value_counts():
    """The urban account moves only above 600: its pot is then judged too."""

    def money(policy):
        return np.array([1000.0 * max(policy[RURAL] - 620, 0), 1000.0 * policy[RURAL]])

    pots = tuple(Pot(a, {"zh": a, "en": a}, (f"dibao.{a}",)) for a in ("urban", "rural"))
    funds = Funds((Line("urban", "local", 5_000.0), Line("rural", "local", 700_000.0)), pots)
    assert solved(funds, forecast=SmallForecast(money=money)).value == 625


def test_months_other_than_a_year_are_called_so():
    assert "12个月" not in solved(638_500).suggestion()
    found = solved(638_500, forecast=SmallForecast(months=6))
    assert "6个月" in found.suggestion() + found.sentence()


def test_where_everything_is_affordable_nothing_is_proposed():
    """Not the end of the range: the money does not bind, and sets no standard."""
    found = solved(1e9)
    assert found.outcome == "all"
    assert "5000" not in found.suggestion().replace(",", "")
    assert "资金不构成约束" in found.suggestion()


def test_a_ratio_that_does_not_hold_now_cannot_be_kept():
    with pytest.raises(JZError) as refused:
        solved(700_000, BOTH, rule="keep_ratio", ratio_min=0.75)
    assert refused.value.codes == ("JZ-E032",)
    assert "0.718" in str(refused.value)


# --- several at once -----------------------------------------------------------------------
def test_keep_ratio_moves_both_and_rounds_to_the_step():
    found = solved(700_000, BOTH, rule="keep_ratio", step=5)
    assert found.values == {URBAN: 850, RURAL: 610}
    assert found.values[RURAL] == 5 * round(850 * 560 / 780 / 5)
    assert sum(linear(found.policy)) <= 700_000 < sum(linear(POLICY.change(found.next_values)))


def test_same_amount_and_same_percent():
    found = solved(700_000, BOTH, rule="same_amount")
    assert found.values == {URBAN: 836, RURAL: 616}
    assert found.move == 56
    found = solved(700_000, BOTH, rule="same_percent", step=1)
    assert found.values == {URBAN: 856, RURAL: 614}
    assert sum(linear(found.policy)) <= 700_000 < sum(linear(POLICY.change(found.next_values)))


def test_weights_scale_what_is_added():
    found = solved(700_000, {URBAN: 1, RURAL: 0.5}, rule="same_amount")
    added = found.values[URBAN] - 780
    assert found.values[RURAL] - 560 == np.floor(added * 0.5 + 0.5)


# --- pots ----------------------------------------------------------------------------------
def test_only_the_pots_that_the_parameter_draws_on_count():
    """The urban pot is short whatever the rural standard is; the rural pot decides."""
    pots = tuple(
        Pot(area, {"zh": area, "en": area}, (f"dibao.{area}",)) for area in ("urban", "rural")
    )
    funds = Funds((Line("urban", "local", 1.0), Line("rural", "local", 570_000.0)), pots)
    found = solved(funds)
    assert found.value == 570
    assert found.budget == 570_000


def test_a_pot_must_pay_for_what_the_parameter_moves():
    pots = (Pot("urban", {"zh": "城", "en": "town"}, ("dibao.urban",)),)
    error = refused(budget=Funds((Line("urban", "local", 1.0),), pots))
    assert error.codes == ("JZ-E091",)
    assert "农村最低生活保障金" in str(error)


def test_a_budget_for_some_accounts():
    assert solved(570_000, only=["dibao.rural"]).value == 570


# --- what is refused -----------------------------------------------------------------------
def test_a_need_that_turns_is_refused_with_the_evidence():
    def bent(policy):
        return np.array([0.0, 1000.0 * abs(policy[RURAL] - 600)])

    error = refused(forecast=SmallForecast(money=bent), low=500, high=800, budget=50_000)
    assert error.codes == ("JZ-E090",)
    assert "需求平均" in str(error)
    assert "500 元" in str(error)


def test_a_parameter_that_moves_nothing():
    error = refused(path="tekun.basic_ratio", low=1, high=2)
    assert error.codes == ("JZ-E091",)
    assert "都不变" in str(error)


def test_everything_wrong_is_told_at_once():
    error = refused(budget=-1, risk=1.5, path="dibao.standrad.rural", step=0)
    assert sorted(error.codes) == ["JZ-E003", "JZ-E032", "JZ-E032", "JZ-E032"]
    assert "dibao.standard.rural" in str(error)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"path": "dibao.benefit_form"}, "JZ-E091"),
        ({"low": 700, "high": 600}, "JZ-E032"),
        ({"low": 0}, "JZ-E004"),
        ({"low": 561, "high": 564, "step": 5}, "JZ-E032"),
        ({"rule": "keep_ratoi"}, "JZ-E060"),
        ({"path": BOTH}, "JZ-E032"),
        ({"path": {RURAL: 2}}, "JZ-E032"),
        ({"budget": float("nan")}, "JZ-E032"),
        ({"risk": 0}, "JZ-E032"),
        ({"only": ["dibao.rurla"]}, "JZ-E060"),
        ({"ratio_min": 0.9, "high": 600}, "JZ-E032"),
        ({"step": 0.0001}, "JZ-E032"),
        ({"path": None}, "JZ-E003"),
        ({"rule": None}, "JZ-E060"),
        ({"path": {URBAN: "a", RURAL: 1}, "rule": "same_amount"}, "JZ-E032"),
        ({"path": ["medical.aid_rate", RURAL], "rule": "keep_ratio"}, "JZ-E032"),
        ({"path": ["medical.aid_rate", RURAL], "rule": "same_percent"}, "JZ-E032"),
    ],
)
def test_refused(wrong, code):
    assert refused(**wrong).codes == (code,)


# --- against the months in full ------------------------------------------------------------
@pytest.fixture(scope="module")
def people():
    return jz.synthesize("example-county", households=300, seed=1)


def test_without_uncertainty_the_months_in_full_say_the_same(people):
    sure = make_forecast(people, POLICY, uncertainty=Uncertainty.none(), draws=1)
    found = solve(None, POLICY, RURAL, sure.year[0] * 1.1, forecast=sure, confirm=True, step=20)
    assert found.confirmation.differences.tolist() == [[0], [0]]
    for values, is_met in ((found.values, True), (found.next_values, False)):
        policy = POLICY.change(values)
        need = simulate_months(people, policy, assumptions=assumptions().off(), keep=False).money
        assert (need.sum() <= found.budget) == is_met


def test_the_quick_answer_is_near_the_months_in_full(people):
    made = make_forecast(people, POLICY, draws=200, runs=8)
    found = solve(None, POLICY, RURAL, made.year.mean(), forecast=made, confirm=True, step=20)
    assert found.confirmation.differences.shape == (2, 8)
    assert np.abs(found.confirmation.means).max() < 0.1
    assert "逐月完整推演" in found.sentences()[-1] + found.sentences()[-2]


# --- words ---------------------------------------------------------------------------------
def test_words_and_numbers_agree():
    found = solved(638_500, forecast=SmallForecast(spread=spread()))
    said = " ".join(found.sentences())
    assert f"{found.value}" in said
    assert "验证" in said
    made = found.as_dict()
    assert made["values"] == {RURAL: found.value}
    assert made["probability"] <= 0.2 < made["next"]["probability"]
    assert len(made["tried"]) == len(found.tried) == len(found.table().rows)
    assert "【请核实】" in found.suggestion()
    assert str(found.table())


def test_an_answer_within_its_error_says_so():
    sure = solved(638_500)
    assert sure.is_certain
    doubtful = solved(638_500, forecast=SmallForecast(spread=spread(40)))
    assert not doubtful.is_certain
    assert "误差" in doubtful.sentences()[-1]


def test_the_first_parameter_may_be_a_count():
    made = SmallForecast(money=lambda p: np.array([0.0, 100.0 * p["review.months_stable"]]))
    found = solved(550, "review.months_stable", forecast=made, high=12)
    assert found.value == 5
    assert isinstance(found.value, int)
