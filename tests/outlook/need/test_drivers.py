"""Drivers of the need: on a known function the bars and shares are known too."""

import numpy as np
import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.outlook.need.drivers import sobol, tornado
from jiuzhu_sim.outlook.need.forecast import forecast
from jiuzhu_sim.outlook.need.uncertainty import Uncertainty
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize
from tests.outlook.need.forecast_fakes import NOISE, ratio, use

PEOPLE = synthesize("example-county", 300, 1)
POLICY = load_policy("example-county")


@pytest.fixture
def made(monkeypatch):
    use(monkeypatch)
    return forecast(PEOPLE, POLICY, draws=2000)


def year(made, income=None, shocks=None, take_up=None):
    """The year's need by the known function, others at their medians."""
    given = {"income": income, "shocks": shocks, "take_up": take_up}
    point = [
        np.median(made.factors[name]) if value is None else value for name, value in given.items()
    ]
    growth = (1 + np.median(made.factors["caseload"])) ** (np.arange(1, 13) / 12)
    return float((ratio(*point, 12)[:, 0] * growth).sum() * made.static.sum())


def test_a_bar_ends_where_the_function_does(made):
    table = tornado(made)
    for name in ("income", "shocks", "take_up"):
        for end, q in (("driver_need_low", 0.1), ("driver_need_high", 0.9)):
            expected = year(made, **{name: np.quantile(made.factors[name], q)})
            assert table.get(end, name) == pytest.approx(expected, rel=2 * NOISE)
    low, high = (table.get(f"driver_need_{end}", "chance") for end in ("low", "high"))
    assert high - low == pytest.approx(2 * 1.28 * NOISE * year(made), rel=0.5)


def test_the_widest_comes_first(made):
    table = tornado(made)
    assert table.rows[0] == ("caseload",)
    widths = np.abs(table.values[:, 1] - table.values[:, 0])
    assert (np.diff(widths) <= 0).all()


def test_a_gap_is_the_need_less_the_money(made):
    money = float(np.median(made.year))
    table = tornado(made, money)
    np.testing.assert_allclose(table.values[:, 2:4], table.values[:, :2] - money)
    assert "transfers" not in [row[0] for row in table.rows]
    for row in table.rows:
        low, high = (table.get(f"driver_p_gap_{end}", *row) for end in ("low", "high"))
        at = [table.get(f"driver_need_{end}", *row) for end in ("low", "high")]
        if abs(at[1] - at[0]) > 0.01 * money:
            assert (high > low) == (at[1] > at[0])
    # Holding what matters most leaves least doubt, on whichever side of the money the rest lies.
    held = made.given({"caseload": np.quantile(made.factors["caseload"], 0.9)}).year > money
    assert table.get("driver_p_gap_high", "caseload") == pytest.approx(held.mean(), abs=0.02)


def test_money_that_varies_is_a_source(made):
    drawn = np.random.default_rng(1).normal(made.year.mean(), made.year.std() * 3, made.draws)
    table = tornado(made, drawn)
    assert table.rows[0] == ("transfers",)
    low, high = (table.get(f"driver_gap_{end}", "transfers") for end in ("low", "high"))
    assert low - high == pytest.approx(np.ptp(np.quantile(drawn, [0.1, 0.9])), rel=0.01)
    assert table.get("driver_p_gap_low", "transfers") > table.get("driver_p_gap_high", "transfers")
    shares = sobol(made, drawn)
    assert shares.rows[0] == ("transfers",)
    assert shares.get("sobol_first", "transfers") == pytest.approx(0.9, abs=0.05)


def test_shares_of_the_variance_are_those_of_the_function(made):
    table = sobol(made)
    alone = {}
    for name in ("income", "shocks", "take_up"):
        held = {other: np.median(made.factors[other]) for other in made.factors}
        held["prices"] = 0
        del held[name], held["transfers"], held["delay"]
        alone[name] = made.without_chance().given(held).year.var()
    whole = made.without_chance().year.var()
    for name, variance in alone.items():
        assert table.get("sobol_first", name) == pytest.approx(variance / whole, abs=0.03)
        assert table.get("sobol_total", name) >= table.get("sobol_first", name) - 0.03
    assert table.values[:, 0].sum() == pytest.approx(1, abs=0.05)
    assert (table.low <= table.values).all()
    assert (table.high >= table.values).all()
    np.testing.assert_array_equal(sobol(made).values, table.values)


def test_a_price_subsidy_drives_the_need_where_the_law_has_one(monkeypatch):
    use(monkeypatch)
    law = POLICY.change({"price.cpi_trigger": 0.035})
    only = Uncertainty.none().changed({"prices.probability": 0.4})
    made = forecast(PEOPLE, law, uncertainty=only, draws=500, runs=6)
    table = tornado(made)
    assert table.rows == (("prices",),)
    months = np.quantile(made.factors["prices"], [0.1, 0.9], method="inverted_cdf")
    extra = table.get("driver_need_high", "prices") - table.get("driver_need_low", "prices")
    amount = made.by_rules.price[0].sum()
    assert extra == pytest.approx(np.ptp(months) * amount, rel=5 * NOISE)
    assert sobol(made).get("sobol_first", "prices") == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("ask", [tornado, sobol])
def test_nothing_uncertain_has_no_drivers(monkeypatch, ask):
    use(monkeypatch)
    certain = forecast(PEOPLE, POLICY, uncertainty=Uncertainty.none(), draws=10)
    with pytest.raises(JZError, match="JZ-E032"):
        ask(certain)


@pytest.mark.parametrize("funds", ["a", float("nan"), np.ones(3)])
def test_funds_that_are_no_amount_are_refused(made, funds):
    for ask in (tornado, sobol):
        with pytest.raises(JZError, match="JZ-E032"):
            ask(made, funds)
