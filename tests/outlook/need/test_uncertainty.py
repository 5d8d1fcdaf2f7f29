"""Sources of uncertainty: numbers with a source, draws that stay, refusals all at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.law.load import FOLDER
from jiuzhu_sim.outlook.need.uncertainty import Uncertainty

STATED, NONE = Uncertainty.stated(), Uncertainty.none()


def refused(values):
    with pytest.raises(JZError) as error:
        STATED.changed(values)
    return error.value


def test_every_number_has_a_unit_a_status_and_a_source_in_both_languages():
    numbers = [n for source in STATED.sources.values() for n in source.numbers.values()]
    assert {number.status for number in numbers} == {"assumed", "derived"}
    for number in numbers:
        assert number.low <= number.value <= number.high
        assert set(number.label) == set(number.source) == {"zh", "en"}
        assert number.unit


def test_income_growth_is_that_of_the_published_index():
    indices = read_yaml(FOLDER.parent / "population" / "indices.yaml")["indices"]["income"]
    assert indices["status"] == "source"
    means = [indices["total"][year] for year in range(2019, 2025)]
    growth = np.diff(means) / means[:-1]
    assert STATED["income.median"] == pytest.approx(np.median(growth), abs=5e-5)
    assert STATED["income.sd"] == pytest.approx(growth.std(ddof=1), abs=5e-5)


def test_more_draws_contain_fewer_and_a_source_keeps_its_own():
    few, more = STATED.draws(2000, 7), STATED.draws(4000, 7)
    for name, drawn in few.items():
        np.testing.assert_array_equal(more[name][:2000], drawn)
    other = STATED.changed({"income.sd": 0.05, "prices.probability": 0.3}).draws(2000, 7)
    np.testing.assert_array_equal(other["shocks"], few["shocks"])
    assert (other["income"] != few["income"]).any()
    assert (STATED.draws(2000, 8)["shocks"] != few["shocks"]).all()


def test_draws_have_the_stated_distribution():
    drawn = STATED.draws(40_000, 3)
    for name in ("caseload", "income", "shocks", "take_up"):
        assert np.median(drawn[name]) == pytest.approx(STATED[f"{name}.median"], abs=0.003)
    assert np.log1p(drawn["caseload"]).std() == pytest.approx(STATED["caseload.sd"], rel=0.02)
    assert drawn["transfers"].mean() == pytest.approx(1, abs=0.002)
    assert drawn["transfers"].std() == pytest.approx(STATED["transfers.cv"], rel=0.02)
    assert (drawn["delay"] > 0).mean() == pytest.approx(STATED["delay.probability"], abs=0.01)
    assert set(drawn["delay"]) == {0.0, STATED["delay.days"]}


def test_sources_are_independent():
    drawn = STATED.draws(20_000, 3)
    names = ("caseload", "income", "shocks", "take_up", "prices", "transfers", "delay")
    between = np.corrcoef([drawn[name] for name in names]) - np.eye(len(names))
    assert np.abs(between).max() < 0.03


@pytest.mark.parametrize(("probability", "spell"), [(0.1, 3), (0.5, 2), (0.3, 6)])
def test_price_months_come_as_often_and_in_spells_as_long_as_stated(probability, spell):
    on = STATED.changed({"prices.probability": probability, "prices.spell": spell}).triggers(
        20_000, 1, 24
    )
    np.testing.assert_allclose(on.mean(0), probability, atol=0.015)  # in every month
    stays = (on[:, 1:] & on[:, :-1]).sum() / on[:, :-1].sum()
    assert 1 / (1 - stays) == pytest.approx(spell, rel=0.05)


def test_none_has_one_outcome():
    drawn = NONE.draws(50, 1)
    one = {"caseload": 0, "income": 0, "shocks": 1, "take_up": 1, "prices": 0, "delay": 0}
    assert {name: set(values) for name, values in drawn.items()} == {
        name: {float(value)} for name, value in (one | {"transfers": 1}).items()
    }
    assert NONE.is_none
    assert not STATED.is_none


@pytest.mark.parametrize(
    ("path", "value"),
    [("caseload.sd", 0.1), ("prices.probability", 0.1), ("chance.on", 1), ("income.sd", 0.01)],
)
def test_anything_that_varies_is_not_none(path, value):
    assert not NONE.changed({path: value}).is_none


def test_a_median_alone_is_certain_and_grants_do_not_move_the_need():
    assert NONE.changed({"income.median": 0.05, "transfers.cv": 0.2}).is_none


def test_all_faults_are_told_at_once():
    faults = {"caseload.ds": 0.1, "income.sd": 9, "shocks.sd": "much", "prices.spell": True}
    error = refused(faults)
    assert error.codes == ("JZ-E060", "JZ-E004", "JZ-E005", "JZ-E005")
    assert "caseload.sd" in str(error)
    assert refused({"prices.probability": 0.9}).codes == ("JZ-E086",)


def test_a_changed_number_is_the_users_and_assumed():
    changed = STATED.changed({"income.sd": 0.03})
    assert changed.sources["income"].numbers["sd"].status == "assumed"
    assert STATED["income.sd"] != 0.03
    rows = {row["name"]: row for row in changed.listing()}
    assert rows["income.sd"]["value"] == "3%"
    assert len(rows) == len(STATED.paths)
    assert set(rows["income.sd"]) == set(assumptions_row())


def assumptions_row():
    from jiuzhu_sim.months.assumptions import assumptions

    return assumptions("life").listing()[0]


@settings(max_examples=40, deadline=None)
@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_quantiles_rise(one, other):
    low, high = sorted((one, other))
    for name in ("caseload", "income", "shocks", "take_up", "transfers", "delay"):
        ends = STATED.sources[name].quantile(np.array([low, high]))
        assert ends[0] <= ends[1]
