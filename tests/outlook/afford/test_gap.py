"""The gap by draw, by pot, by value of a standard, and its tables: by hand on small forecasts."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import jiuzhu_sim as jz
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import speaking
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.outlook.afford.gap import contour, gap, gap_curve
from jiuzhu_sim.outlook.afford.gap_tables import (
    budget_items,
    contour_table,
    curve_table,
    gap_by_account,
    gap_by_pot,
    gap_payers,
    gap_sentence,
    gap_table,
    lasts_sentence,
)
from jiuzhu_sim.outlook.afford.purses import missing, purses_of, short_at
from jiuzhu_sim.outlook.money.funds import Funds, Line, Pot
from jiuzhu_sim.outlook.need.forecast import forecast
from tests.outlook.afford.small_forecast import POLICY, RURAL, URBAN, SmallForecast, spread

POTS = tuple(Pot(area, {"zh": area, "en": area}, (f"dibao.{area}",)) for area in ("urban", "rural"))
TWO_POTS = Funds((Line("urban", "local", 80_000.0), Line("rural", "upper", 550_000.0)), POTS)


def several():
    """Need of 500,000 to 760,000 in five draws (638,000 in the middle)."""
    return SmallForecast(spread=np.array([0.8, 0.9, 1.0, 1.1, 1.2]))


# --- the gap itself ------------------------------------------------------------------------
def test_without_uncertainty_the_gap_is_need_less_funds_to_the_fen():
    funds = Funds(
        (
            Line("all", "opening", 3_000.33),
            Line("all", "local", 100_000.0),
            Line("all", "upper", 500_000.11),
        )
    )
    found = gap(SmallForecast(), funds)
    assert found.gap.tolist() == [round(638_000 - 3_000.33 - 100_000 - 500_000.11, 2)]
    assert found.probability.value == 1
    assert found.probability.error == 0
    assert gap(SmallForecast(), funds.certain).gap.tolist() == found.gap.tolist()


def test_probability_and_quantiles_by_hand():
    found = gap(several(), 638_000)
    assert found.probability.value == 0.4
    assert found.gap.tolist() == [-127_600, -63_800, 0, 63_800, 127_600]
    assert found.quantiles == pytest.approx({"p10": -102_080, "p50": 0, "p90": 102_080})
    assert found.short(0.2) == 63_800
    assert found.short(0.5) == 0
    assert found.expected == 0


@given(
    st.lists(st.integers(-100, 100), min_size=1, max_size=40),
    st.floats(0.01, 0.99),
)
def test_short_at_is_the_least_that_meets_the_risk(lack, risk):
    lack = np.array(lack, float)
    short = short_at(lack, risk)
    assert (lack - short > 0).mean() <= risk + 1e-9
    assert (lack - (short - 1) > 0).mean() > risk


def test_more_draws_move_the_probability_by_less_than_its_error():
    few, many = (gap(SmallForecast(spread=spread(n)), 638_000).probability for n in (2000, 4000))
    assert abs(few.value - many.value) < few.error


def test_a_pot_does_not_pay_for_another():
    """Urban need 78,000 of 80,000, rural 560,000 of 550,000: short, though 2,000 are left."""
    found = gap(SmallForecast(), TWO_POTS)
    assert found.gap.tolist() == [8_000]
    assert found.missing.tolist() == [10_000]
    assert found.probability.value == 1
    table = gap_by_pot(found)
    assert table.get("gap_p50", "urban") == -0.2
    assert table.get("gap_p50", "rural") == 1
    assert table.get("gap_p50", "total") == 0.8
    assert table.get("probability", "urban") == 0


def test_with_nothing_short_the_least_left_over_is_told():
    purses = purses_of(
        SmallForecast(), Funds((*TWO_POTS.lines[:1], Line("rural", "local", 6e5)), POTS)
    )
    need = np.zeros((1, len(accounts())))
    need[0, :2] = [78_000, 560_000]
    assert missing(purses, need).tolist() == [-2_000]


def test_need_that_no_pot_pays_for_is_named():
    found = gap(SmallForecast(), Funds((Line("rural", "local", 6e5),), POTS[1:]))
    assert found.uncovered == ("dibao.urban",)
    assert found.need.tolist() == [560_000]
    assert "城市最低生活保障金" in " ".join(gap_table(found).footnotes())


def test_a_pot_without_any_need_stands_aside():
    """Money for medical aid does not make up for dibao, nor count as left over."""
    pots = (*POTS, Pot("medical", {"zh": "医疗", "en": "medical"}, ("medical",)))
    found = gap(SmallForecast(), Funds((*TWO_POTS.lines, Line("medical", "local", 9e9)), pots))
    assert found.idle == ("medical",)
    assert found.gap.tolist() == [8_000]
    assert "医疗" in gap_by_pot(found).footnotes()[-2]
    assert ("medical",) not in gap_by_pot(found).rows


def test_a_delayed_or_uncertain_grant_uses_the_draws_of_the_calendar():
    funds = Funds((Line("all", "upper", 638_000.0, cv=0.1),))
    found = gap(SmallForecast(spread=np.ones(500)), funds)
    arrivals = funds.draws(500, seed=1, start="2025-01", factors={})
    assert found.money.tolist() == arrivals.total().tolist()
    assert 0.3 < found.probability.value < 0.7


@pytest.mark.parametrize("wrong", [-1, float("nan"), "viel", True])
def test_budget_refused(wrong):
    with pytest.raises(JZError, match="JZ-E032"):
        gap(SmallForecast(), wrong)


# --- by value ------------------------------------------------------------------------------
def test_curve_rises_and_is_the_gap_at_each_value():
    made, values = several(), range(520, 605, 5)
    curve = gap_curve(made, 638_000, RURAL, values)
    alone = [gap(made.at(POLICY.change({RURAL: v})), 638_000) for v in values]
    assert curve.probability.tolist() == [each.probability.value for each in alone]
    assert curve.error.tolist() == [each.probability.error for each in alone]
    assert curve.gap["p90"].tolist() == pytest.approx([each.quantiles["p90"] for each in alone])
    assert (np.diff(curve.probability) >= 0).all()
    assert len(curve_table(curve).rows) == len(curve.moves)


def test_curve_of_both_in_proportion():
    curve = gap_curve(several(), 638_000, [URBAN, RURAL], [780, 858])
    assert curve.values[1] == {URBAN: 858, RURAL: 616}
    assert "城市低保标准" in curve_table(curve).title


def test_contour_is_the_gap_at_each_pair():
    made, urban, rural = several(), [700, 780, 900], [500, 560, 620]
    grid = contour(made, 638_000, urban=urban, rural=rural)
    for i, u in enumerate(urban):
        for j, r in enumerate(rural):
            one = gap(made.at(POLICY.change({URBAN: u, RURAL: r})), 638_000)
            assert grid.probability[i, j] == one.probability.value
    highest = grid.highest_rural(0.2)
    assert [None if np.isnan(v) else v for v in highest] == [500, 500, None]
    assert np.isnan(grid.highest_rural(0.1)).all()
    assert contour_table(grid, 0.2).show("highest_rural", "780") == "500.00"


def test_values_out_of_range_are_refused_before_anything_is_computed():
    with pytest.raises(JZError, match="JZ-E004"):
        gap_curve(several(), 1, RURAL, [560, 99_999])
    with pytest.raises(JZError, match="JZ-E003"):
        gap_curve(several(), 1, "dibao.standard.rurla", [560])


# --- tables --------------------------------------------------------------------------------
def test_tables_agree_with_the_draws():
    found = gap(several(), 600_000)
    assert gap_table(found).get("p50", "gap") == pytest.approx(3.8)
    assert gap_by_account(found).get("p50", "dibao.rural") == pytest.approx(56)
    payers = gap_payers(found)
    parts = [payers.get("need_p50", level) for level in ("central", "province", "city", "county")]
    assert sum(parts) == pytest.approx(payers.get("need_p50", "total"))
    rows = budget_items(found)
    assert [row["code"] for row in rows] == ["2081901", "2081902"]
    assert rows[1]["p50"] == 560_000
    assert rows[1]["static_y"] == 560_000
    assert "资金60万元" in gap_sentence(found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_is_shown_in_both_languages(lang):
    found = gap(several(), TWO_POTS)
    grid = contour(several(), TWO_POTS, urban=[780], rural=[560])
    with speaking(lang):
        tables = [gap_table(found), gap_by_pot(found), gap_by_account(found), gap_payers(found)]
        tables += [contour_table(grid, 0.2), curve_table(gap_curve(several(), 1, RURAL, [560]))]
        for table in tables:
            assert table.title in str(table)
            assert "{" not in str(table)


# --- with a real forecast ------------------------------------------------------------------
@pytest.fixture(scope="module")
def real():
    people = jz.synthesize("example-county", households=300, seed=1)
    return forecast(people, POLICY, draws=200, runs=8)


def test_areas_are_added_exactly_where_accounts_have_one(real):
    grid = contour(real, float(real.year.mean()), urban=[760, 800], rural=[540, 580])
    for i, u in enumerate((760, 800)):
        for j, r in enumerate((540, 580)):
            both = real.at(POLICY.change({URBAN: u, RURAL: r}))
            exact = gap(both, float(real.year.mean())).probability.value
            assert grid.probability[i, j] == pytest.approx(exact, abs=0.01)


def test_the_date_to_which_the_money_lasts_is_that_of_the_calendar(real):
    found = gap(real, float(real.year.mean()) / 2)
    lasts = found.lasts_to()
    assert isinstance(lasts.p50, datetime.date)
    assert lasts.p10 <= lasts.p50 <= lasts.p90
    assert lasts.probability.value == 1
    assert f"{lasts.p50}" in lasts_sentence(found)
    assert "期末" in lasts_sentence(gap(real, 1e12))


@pytest.mark.parametrize("values", [[], ["a"], [float("nan")], [None], [True]])
def test_values_that_are_no_numbers_are_refused(values):
    with pytest.raises(JZError, match="JZ-E032"):
        gap_curve(several(), 1e6, RURAL, values)
    with pytest.raises(JZError) as error:
        contour(several(), 1e6, urban=values, rural=values)
    assert error.value.codes == ("JZ-E032", "JZ-E032")


def test_a_proportion_to_nothing_is_refused():
    with pytest.raises(JZError, match="JZ-E032"):
        gap_curve(several(), 1e6, ["medical.aid_rate", RURAL], [0.5])
    with pytest.raises(JZError, match="JZ-E032"):
        gap_curve(several(), 1e6, [], [0.5])


def test_months_other_than_a_year_are_called_so():
    half = gap(SmallForecast(months=6), 638_000)
    told = [gap_sentence(half), gap_by_account(half).title, str(gap_table(half))]
    assert not any("全年" in each for each in told)
    assert "6个月" in told[0]
    assert "6个月" in told[1]
    assert "全年" in gap_sentence(gap(SmallForecast(months=12), 638_000))
