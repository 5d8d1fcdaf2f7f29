"""Margins: read, measured, met."""

import numpy as np
import pytest
import yaml

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import margins as module
from jiuzhu_sim.population import people_from_tables, synthesize
from jiuzhu_sim.population.margins import (
    auxiliaries,
    calibrate_to,
    load_margins,
    measured,
    targets,
    told,
    wanted,
)

TOTAL = {
    "label": {"zh": "户数", "en": "Households"},
    "level": "household",
    "statistic": "count",
    "value": 100,
    "unit": "households",
    "status": "source",
    "source": "—",
    "tolerance": 0.01,
    "use": "target",
}
PERSONS = TOTAL | {"level": "person", "unit": "persons"}
SHARE = {"statistic": "share", "base": "all", "unit": "share"}


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Margins as they are read from a file of these entries."""
    monkeypatch.setattr(module, "FOLDER", tmp_path)

    def written(**entries):
        content = {"margins": {name.replace("_", "."): entry for name, entry in entries.items()}}
        path = tmp_path / "here.yaml"
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        return load_margins("here")

    return written


# Three households: an urban couple on wages, a disabled rural person, a rural family of three.
PEOPLE = people_from_tables(
    {
        "household_id": [1, 1, 2, 3, 3, 3],
        "age": [40, 38, 70, 35, 33, 5],
        "disability_grade": [0, 0, 1, 0, 3, 0],
        "wage_m": [3000, 1000, 0, 500, 0, 0],
        "pension_basic_m": [0, 0, 100, 0, 0, 0],
        "farm_income_y": [0, 0, 0, 6000, 0, 0],
    },
    {"household_id": [1, 2, 3], "area": ["urban", "rural", "rural"], "weight": [10, 20, 30]},
)
WEIGHT = np.array([10.0, 20.0, 30.0])


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        (TOTAL, 60),
        (TOTAL | {"where": {"area": "rural"}}, 50),
        (TOTAL | {"where": {"size": [2, 3]}}, 40),
        (TOTAL | {"has": {"disability_grade": [1, 4]}}, 50),
        (TOTAL | {"has": {"disability_grade": [1, 4], "age": [60, 130]}}, 20),
        (PERSONS, 2 * 10 + 20 + 3 * 30),
        (PERSONS | {"where": {"age": [0, 34]}}, 60),
        (PERSONS | {"where": {"area": "rural", "age": [60, 130]}}, 20),
        (TOTAL | {"statistic": "total", "of": "size"}, 130),
        (TOTAL | SHARE | {"where": {"area": "urban"}}, 10 / 60),
        (TOTAL | SHARE | {"statistic": "mean", "of": "size"}, 130 / 60),
        # 48,000 of two; 1,200 of one; 12,000 of three: a head 24,000, 1,200, 4,000.
        (PERSONS | {"statistic": "mean", "of": "income_pc_y", "base": "people"}, 864_000 / 130),
        (TOTAL | {"statistic": "median", "of": "income_pc_y", "use": "check"}, 4000),
    ],
)
def test_measured_by_hand(read, entry, value):
    *_, margin = read(all=TOTAL, people=PERSONS, one=entry)
    assert measured(margin, PEOPLE, WEIGHT) == pytest.approx(value)
    if entry["statistic"] in ("count", "total"):
        assert auxiliaries([margin], PEOPLE)["one"] @ WEIGHT == pytest.approx(value)


def test_fifths_are_of_households_and_their_means_of_persons(read):
    entry = TOTAL | {
        "statistic": "quintile_means",
        "of": "income_pc_y",
        "value": [1] * 5,
        "use": "check",
    }
    (margin,) = read(one=entry)
    # 60 households, 12 a fifth; the second holds 8 of the poorest and 4 of the family of three.
    second = (8 * 1200 + 4 * 3 * 4000) / (8 + 4 * 3)
    fifth = (2 * 3 * 4000 + 10 * 2 * 24_000) / (2 * 3 + 10 * 2)
    np.testing.assert_allclose(
        measured(margin, PEOPLE, WEIGHT), [1200, second, 4000, 4000, fifth], rtol=1e-12
    )


def test_true_income_comes_before_the_reported_one(read):
    entry = PERSONS | {"statistic": "mean", "of": "income_pc_y", "base": "people"}
    *_, margin = read(people=PERSONS, one=entry)
    reported = measured(margin, PEOPLE, WEIGHT)
    hidden = PEOPLE.with_columns({"wage_true_m": PEOPLE["wage_m"] * 2})
    more = (4000 * 10 + 500 * 30) * 12 / 130
    assert measured(margin, hidden, WEIGHT) == pytest.approx(reported + more)


def test_weights_meet_targets_and_shares_of_them(read):
    margins = read(
        all=TOTAL,
        rural=TOTAL | SHARE | {"where": {"area": "rural"}, "value": 0.8},
        alone=TOTAL | SHARE | {"where": {"size": 1}, "value": 0.2, "use": "check"},
    )
    assert targets(margins) == {"all": 100, "rural": 80}
    assert told(margins)["rural"].show(80) == "80.00%"
    people = calibrate_to(PEOPLE, margins)
    weight = people.numbers("weight")
    for margin in margins[:2]:
        assert measured(margin, people, weight) == pytest.approx(margin.value)
    assert people.about["calibration"]["totals"]["rural"] == pytest.approx([80, 50, 80])


def test_a_base_of_its_own_conditions_bounds_the_share(read):
    *_, margin = read(
        rural=TOTAL | {"where": {"area": "rural"}},
        one=TOTAL | {"statistic": "share", "base": "rural", "where": {"size": 1}},
    )
    assert measured(margin, PEOPLE, WEIGHT) == pytest.approx(20 / 50)


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": "town"},
        {"statistic": "mode"},
        {"status": "guessed"},
        {"use": "aim"},
        {"where": {"agee": 1}},
        {"has": {"shoe": 1}},
        {"of": "wages"},
        {"statistic": "share", "base": "nobody"},
        {"status": "unverified"},
        {"status": "illustrative"},
        {"statistic": "median", "of": "income_pc_y"},
    ],
)
def test_a_margin_that_does_not_fit_is_refused(read, wrong):
    with pytest.raises(JZError) as caught:
        read(one=TOTAL | wrong)
    assert caught.value.codes == ("JZ-E002",)
    assert "here.yaml · one" in str(caught.value)


def test_an_unknown_name_in_a_condition_is_refused(read):
    (margin,) = read(one=TOTAL | {"where": {"area": "suburban"}})
    with pytest.raises(JZError, match="suburban"):
        measured(margin, PEOPLE, WEIGHT)


# --- the nation ----------------------------------------------------------------------------------
MARGINS = load_margins("national-2020")


def test_targets_of_the_nation_have_a_source():
    assert {m.status for m in MARGINS if m.use == "target"} <= {"source", "derived"}
    assert all(m.source and set(m.label) == {"zh", "en"} for m in MARGINS)
    assert wanted(MARGINS) == ("is_tekun_hh", "n_recipients_hh")


def test_the_benefit_is_no_target_of_the_nation():
    read = {name for m in MARGINS for name in (*m.where, m.of)}
    assert not [name for name in read if "benefit" in name or "gap" in name or "income_m" in name]


@pytest.fixture(scope="module")
def nation():
    people = synthesize("national-2020", households=60_000, seed=1)
    return simulate(people, load_policy("national-2020"), wanted(MARGINS))


def apart(margin, results, weight):
    return np.max(np.abs(np.array(measured(margin, results, weight)) / np.array(margin.value) - 1))


def test_the_nation_is_near_its_margins_before_calibration(nation):
    weight = nation.numbers("weight")
    for margin in MARGINS:
        name, miss = margin.name, apart(margin, nation, weight)
        if margin.status in ("source", "derived") and not name.startswith(("dibao", "tekun")):
            limit = {"income.quintiles": 0.2, "disabled.households": 0.2}.get(name, 0.05)
            assert miss < limit, (name, miss)
    # A caseload of the right order, in both areas.
    for area in ("urban", "rural"):
        margin = next(m for m in MARGINS if m.name == f"dibao.{area}.households")
        assert apart(margin, nation, weight) < 0.3


def test_the_nation_meets_its_margins_after(nation):
    people = calibrate_to(nation.people, MARGINS, nation)
    weight = people.numbers("weight")
    for margin in MARGINS:
        miss = apart(margin, nation, weight)
        if margin.use == "target":
            assert miss < 1e-8, margin.name
        elif margin.name in ("income.urban.quintiles", "income.rural.quintiles"):
            assert miss < 0.05, margin.name
        elif margin.name in ("persons.15-59", "persons.rural", "size.mean"):
            assert miss < margin.tolerance, margin.name
    low, high, _ = people.about["calibration"]["ratios"]
    assert 0.2 < low < high < 3
