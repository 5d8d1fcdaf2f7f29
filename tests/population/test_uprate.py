"""Uprating: growth by index or own factors, identity, composition, what is refused."""

import numpy as np
import pytest

from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.population import people_from_tables, synthesize
from jiuzhu_sim.population import uprate as module
from jiuzhu_sim.population.margins import load_margins, measured
from jiuzhu_sim.population.uprate import index, uprate

OWN = people_from_tables(
    {
        "household_id": [1, 2, 2],
        "age": [70, 40, 8],
        "wage_m": [0, 1000, 0],
        "pension_basic_m": [100, 0, 0],
        "medical_expense_y": [0, 400, 90],
    },
    {"household_id": [1, 2], "area": ["urban", "rural"], "savings": [5000, 20000]},
)


@pytest.fixture(scope="module")
def nation():
    return synthesize("national-2020", households=3000, seed=1)


def test_every_money_column_is_listed():
    listed = {**module._file()["columns"], **module._file()["unchanged"]}
    money = {c.name for c in columns().values() if c.kind == "input" and "yuan" in c.unit}
    assert {name for name in money if not columns()[name].view_of} == set(listed)
    assert {entry["index"] for entry in module._file()["columns"].values()} == set(
        module._file()["indices"]
    )


def test_indices_are_published_and_rise():
    for series in module._file()["indices"].values():
        assert series["status"] == "source"
        for area in ("urban", "rural", "total"):
            values = [series[area][year] for year in sorted(series[area])]
            assert values == sorted(values)
            assert set(series[area]) == set(series["source"])
            # The mean of all lies between the means of the areas.
            for year in series[area]:
                assert series["rural"][year] < series["total"][year] < series["urban"][year]


def test_between_published_years_growth_is_even():
    first, second = index("income", "urban", 2016), index("income", "urban", 2018)
    assert index("income", "urban", 2017) == pytest.approx((first * second) ** 0.5)
    with pytest.raises(KeyError):
        index("income", "urban", 1999)


def test_by_hand():
    later = uprate(OWN, since=2020, to=2023)
    wage, care = 21_691 / 17_131, 26_796 / 21_210  # consumption 2023 only interpolated, by area
    assert later["wage_m"].tolist() == [0, round(1000 * wage), 0]
    assert later["pension_basic_m"].tolist() == [100, 0, 0]
    assert later["savings"].tolist() == [
        round(5000 * 51_821 / 43_834, -2),
        round(20_000 * wage, -2),
    ]
    grown = (19_280 / 13_713) ** (3 / 4)
    assert later["medical_expense_y"].tolist() == [0, round(400 * grown, -1), round(90 * grown, -1)]
    assert grown == pytest.approx(care, rel=0.03)  # the published mean of all, as a check
    assert later["age"].tolist() == OWN["age"].tolist()


def test_to_the_same_year_nothing_changes(nation):
    assert uprate(nation, to=2020) is nation
    assert uprate(nation, to=2022, since=2022) is nation
    assert uprate(nation, to=2020, factors={"wage_m": 1}) is nation


def test_two_steps_are_one_but_for_rounding(nation):
    once, twice = uprate(nation, to=2023), uprate(uprate(nation, to=2021), to=2023)
    places = {**module._file()["columns"], **module._file()["unchanged"]}
    for name in once.laid_out:
        given, other = once.numbers(name), twice.numbers(name)
        if columns().get(name) and columns()[name].unit.startswith("yuan"):
            unit = 10.0 ** -places[columns()[name].view_of or name]["round"]
            # The first rounding, grown by the second step, and the second.
            assert np.abs(given - other).max() <= 1.5 * unit, name
        else:
            np.testing.assert_array_equal(given, other)
    for name, by in once.about["uprated"]["factors"].items():
        assert twice.about["uprated"]["factors"][name] == pytest.approx(by)
    assert (twice.about["uprated"]["from"], twice.about["uprated"]["to"]) == (2020, 2023)


def test_mean_incomes_grow_as_published(nation):
    later = uprate(nation, to=2023)
    weight = nation.numbers("weight")
    for area, growth in (("urban", 51_821 / 43_834), ("rural", 21_691 / 17_131)):
        margin = next(m for m in load_margins("national-2020") if m.name == f"income.{area}.mean")
        before, after = (measured(margin, people, weight) for people in (nation, later))
        # Basic pensions and allowances stay, by law.
        assert after / before == pytest.approx(growth, rel=0.02)


def test_views_go_with_their_column_unless_named(nation):
    later = uprate(nation, to=2020, factors={"wage_m": 2, "wage_registry_m": 3})
    for name, factor in (("wage_m", 2), ("wage_true_m", 2), ("wage_registry_m", 3)):
        np.testing.assert_array_equal(later[name], np.round(nation[name] * factor))
    np.testing.assert_array_equal(later["transfer_m"], nation["transfer_m"])


def test_own_factors_by_area_go_before_the_index(nation):
    later = uprate(nation, to=2023, factors={"wage_m": {"urban": 1, "rural": 1.5}})
    rural = np.repeat(nation["area"] == "rural", nation.sizes)
    np.testing.assert_array_equal(later["wage_m"][~rural], nation["wage_m"][~rural])
    np.testing.assert_array_equal(later["wage_m"][rural], np.round(nation["wage_m"][rural] * 1.5))
    assert (later["transfer_m"] >= nation["transfer_m"]).all()


def test_law_set_columns_move_by_own_factors_only():
    later = uprate(OWN, to=2023, factors={"pension_basic_m": 1.2})
    assert later["pension_basic_m"].tolist() == [120, 0, 0]
    assert later["wage_m"].tolist() == OWN["wage_m"].tolist()
    assert later.about["uprated"]["from"] is None
    assert set(later.about["uprated"]["factors"]) == {"pension_basic_m"}


def test_nothing_exceeds_what_a_table_may_hold():
    later = uprate(OWN, to=2023, factors={"wage_m": 1e9})
    assert later["wage_m"].max() == columns()["wage_m"].high


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ({"to": 2023}, ("JZ-E032",)),
        ({"to": 2035, "since": 2020}, ("JZ-E032",)),
        ({"to": 2023, "since": 2001}, ("JZ-E032",)),
        ({"to": 2023, "since": 2020, "factors": {"wages": 2}}, ("JZ-E010",)),
        ({"to": 2023, "since": 2020, "factors": {"age": 2}}, ("JZ-E010",)),
        ({"to": 2023, "since": 2020, "factors": {"tuition_y": 2}}, ("JZ-E011",)),
        ({"to": 2023, "since": 2020, "factors": {"wage_m": 0}}, ("JZ-E032",)),
        ({"to": 2023, "since": 2020, "factors": {"wage_m": "2"}}, ("JZ-E032",)),
        ({"to": 2023, "since": 2020, "factors": {"wage_m": {"urban": 2}}}, ("JZ-E032",)),
        (
            {"to": 2035, "since": 2020, "factors": {"wages": 2, "savings": -1}},
            ("JZ-E010", "JZ-E032", "JZ-E032"),
        ),
    ],
)
def test_refused_all_at_once(arguments, codes):
    with pytest.raises(JZError) as caught:
        uprate(OWN, **arguments)
    assert caught.value.codes == codes


def test_an_unknown_column_is_refused_with_the_nearest():
    with pytest.raises(JZError, match="wage_m"):
        uprate(OWN, since=2020, to=2021, factors={"wage": 1.1})


def test_the_file_of_indices_says_where_each_year_is_from():
    content = read_yaml(module.Path(module.__file__).with_name("indices.yaml"))
    for series in content["indices"].values():
        assert all(str(source).strip() for source in series["source"].values())
