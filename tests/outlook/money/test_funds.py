"""Money to come: amounts, days and luck of arrivals, and every fault told at once."""

import numpy as np
import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import speaking
from jiuzhu_sim.months.calendar import Span
from jiuzhu_sim.outlook.money.funds import ALL, Funds, Line, Pot

LABEL = {"zh": "某项", "en": "some"}
PLAIN = Funds(
    (
        Line("all", "opening", 100.0, month=5),
        Line("all", "local", 200.0, month=4, day=31),
        Line("all", "upper", 400.0, month=2, day=10),
    )
)


def test_without_chance_everything_comes_as_planned():
    drawn = PLAIN.draws(3, seed=1)
    assert drawn.amount.tolist() == [[100, 200, 400]] * 3
    assert drawn.day.tolist() == [[0, 119, 40]] * 3  # what was left over is there; 30 April
    assert PLAIN.certain == 700
    assert drawn.total().tolist() == [700] * 3
    assert drawn.total(days=119).tolist() == [500] * 3


def test_months_are_those_of_the_calendar():
    """From October, April is the seventh month; in a span of three it does not come."""
    assert PLAIN.draws(1, seed=1, start="2024-10").day.tolist() == [[0, 211, 132]]
    from jiuzhu_sim.months.calendar import Span

    short = PLAIN.draws(1, seed=1, start=Span.of("2024-10", 3))
    assert short.day[0, 1] == 92
    assert short.total(days=92).tolist() == [100]


def test_a_year_names_one_of_two_months():
    lines = [Line("all", "local", 1.0, month=3, year=year) for year in (None, 2025, 2026, 2024)]
    drawn = Funds(tuple(lines)).draws(1, seed=1, start=Span.of("2025-01", 24))
    assert drawn.day.tolist() == [[59, 59, 424, 730]]
    assert Funds(tuple(lines)).due(Span.of("2025-01", 24)).tolist() == [True, True, True, False]


def test_the_amount_of_a_grant_is_its_mean_and_the_cv_holds():
    funds = Funds((Line("all", "upper", 1000.0, cv=0.1),))
    amount = funds.draws(40_000, seed=3).amount[:, 0]
    assert amount.mean() == pytest.approx(1000, rel=2e-3)
    assert amount.std() / amount.mean() == pytest.approx(0.1, rel=0.02)
    assert np.allclose(np.rint(amount * 100), amount * 100, atol=1e-6)


def test_delays_come_as_often_as_said():
    funds = Funds((Line("all", "upper", 1.0, delay_p=0.2, delay_days=30),))
    day = funds.draws(20_000, seed=3).day[:, 0]
    assert set(day) == {0, 30}
    assert (day == 30).mean() == pytest.approx(0.2, abs=0.01)


def test_grants_take_the_draws_of_the_forecast_unless_they_say_otherwise():
    factors = {"transfers": np.array([1.1, 0.5]), "delay": np.array([0.0, 30.0])}
    lines = (
        Line("all", "upper", 100.0),
        Line("all", "upper", 100.0, cv=0.0, delay_p=0.0),
        Line("all", "local", 100.0),
    )
    drawn = Funds(lines).draws(2, seed=1, factors=factors)
    assert drawn.amount.tolist() == [[110, 100, 100], [50, 100, 100]]
    assert drawn.day.tolist() == [[0, 0, 0], [30, 0, 0]]


def test_the_luck_of_a_line_is_its_own():
    """Neither the order, nor another line, nor the amount, nor the language changes it."""
    one = Line("all", "upper", 100.0, cv=0.2, delay_p=0.5, delay_days=9, label=LABEL)
    two = Line("all", "upper", 300.0, month=7, cv=0.3)
    alone = Funds((one,)).draws(50, seed=1)
    both = Funds((two, one)).draws(50, seed=1)
    assert (both.amount[:, 1] == alone.amount[:, 0]).all()
    assert (both.day[:, 1] == alone.day[:, 0]).all()
    with speaking("en"):
        assert (Funds((one,)).draws(50, seed=1).amount == alone.amount).all()
    assert (both.amount[:, 0] / 300 != both.amount[:, 1] / 100).any()
    twins = Funds((one, one)).draws(50, seed=1).amount
    assert (twins[:, 0] != twins[:, 1]).any()


def test_pots_hold_their_own():
    rural, rest = Pot("r", LABEL, ("dibao.rural",)), Pot("m", LABEL, ("medical",))
    funds = Funds((Line("r", "input", 5.0), Line("m", "local", 7.0)), (rural, rest))
    assert funds.total("r") == 5
    assert funds.of("m").certain == 7
    assert rural.pays("dibao.rural")
    assert not rural.pays("medical")
    assert ALL.pays("medical")


def test_a_delay_can_be_made_certain():
    late = PLAIN.delayed(30).draws(2, seed=1)
    assert late.day.tolist() == [[0, 119, 70]] * 2


BAD_LINES = [
    (Line("all", "local", -1.0), "不小于0"),
    (Line("all", "local", float("nan")), "不小于0"),
    (Line("all", "local", "many"), "不小于0"),
    (Line("all", "local", True), "不小于0"),
    (Line("all", "local", 1.0, month=13), "1至12"),
    (Line("all", "local", 1.0, month=1.5), "1至12"),
    (Line("all", "local", 1.0, day=32), "1至31"),
    (Line("all", "upper", 1.0, cv=-0.1), "波动系数"),
    (Line("all", "upper", 1.0, delay_p=1.2), "0至1"),
    (Line("all", "upper", 1.0, delay_p=0.1, delay_days=-3), "推迟天数"),
    (Line("all", "local", 1.0, year=25), "1990"),
    (Line("all", "local", 1.0, label=3), "label"),
    (Line("all", "uper", 1.0), "upper"),
    (Line("al", "upper", 1.0), "all"),
]


@pytest.mark.parametrize(("line", "told"), BAD_LINES)
def test_each_fault_of_a_line_is_told(line, told):
    with pytest.raises(JZError) as caught:
        Funds((Line("all", "local", 1.0), line))
    assert caught.value.codes == ("JZ-E087",)
    assert told in str(caught.value)
    assert "第2笔" in caught.value.problems[0].where


def test_all_faults_are_told_at_once():
    with pytest.raises(JZError) as caught:
        Funds(tuple(line for line, _ in BAD_LINES))
    assert len(caught.value.problems) == len(BAD_LINES)


def test_pots_that_make_no_sense_are_refused():
    rural = Pot("r", LABEL, ("dibao.rural",))
    with pytest.raises(JZError) as caught:
        Funds(
            (Line("r", "local", 1.0), Line("s", "local", 1.0), Line("t", "local", 1.0)),
            (
                rural,
                Pot("s", LABEL, ("dibao.rual",)),
                Pot("t", LABEL),
                Pot("u", LABEL, ("medical",)),
            ),
        )
    told = str(caught.value)
    assert "dibao.rural" in told  # the nearest of dibao.rual, and what t would pay twice
    assert "没有任何资金投入" in told  # u
    with pytest.raises(JZError, match="同名"):
        Funds((Line("r", "local", 1.0),), (rural, rural))
    with pytest.raises(JZError, match="一个资金项也没有"):
        Funds((), ())
