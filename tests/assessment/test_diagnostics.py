"""People held against what is known of them, against numbers worked out by hand."""

import numpy as np
import pytest

from jiuzhu_sim.assessment import people_of
from jiuzhu_sim.assessment.diagnostics import (
    diagnose,
    household_sizes,
    margin_fit,
    quintile_fit,
    sources,
)
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.language import set_language
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables, synthesize
from jiuzhu_sim.population.margins import Margin, calibrate_to, load_margins
from tests.assessment.test_weights import four, results_of


def margin(name, value, **more):
    given = {
        "label": {"zh": name, "en": name},
        "level": "person",
        "statistic": "count",
        "unit": "persons",
        "status": "source",
        "source": {"zh": "某公报", "en": "a bulletin"},
        "tolerance": 0.1,
        "use": "target",
        "where": {},
        "has": {},
    }
    return Margin(name=name, value=value, **(given | more))


PERSONS = margin("persons", 250.0)
URBAN = margin(
    "urban",
    0.2,
    statistic="share",
    unit="share",
    where={"area": "urban"},
    base="persons",
    base_margin=PERSONS,
    tolerance=0.3,
    status="derived",
)
HOMES = margin("homes", 75.0, level="household", unit="households", use="check", tolerance=1e-6)


def test_margins_by_hand():
    """Persons: 10 × (1 + 3 + 2 + 4) before, 5 + 30 + 40 + 160 after; urban 40 and 35 of them."""
    record = {"totals": {"homes": [], "urban": []}, "ratios": []}
    table = margin_fit(results_of(four(record)), [PERSONS, URBAN, HOMES])
    # Persons are no target of this calibration, and what is a check by its margin stays one.
    persons, urban, homes = table.rows
    assert persons == ("persons", "check", "source")
    assert urban == ("urban", "target", "derived")
    assert homes == ("homes", "check", "source")
    shown = ("target", "before", "after")
    assert [table.get(name, *persons) for name in shown] == [250, 100, 235]
    assert [table.get(name, *urban) for name in shown] == pytest.approx([20, 40, 3500 / 235])
    assert [table.get(name, *homes) for name in shown] == [75, 40, 75]
    assert table.get("difference_rate", *persons) == pytest.approx(-0.06)
    assert table.get("difference_rate", *urban) == pytest.approx(35 / 235 / 0.2 - 1, abs=1e-9)
    assert [table.show("verdict", *row) for row in table.rows] == ["相符", "相符", "相符"]
    assert table.labels(urban) == ("urban（%）", "目标", "推算")


def test_beyond_the_tolerance_it_differs():
    tight = margin("persons", 250.0, tolerance=0.05)
    table = margin_fit(results_of(four()), [tight])
    assert table.show("verdict", *table.rows[0]) == "不相符"


def test_nobody_counted_has_no_verdict():
    people = people_from_tables({"household_id": [0]}, {"area": ["rural"], "weight": [0.0]})
    none = margin("urban", 0.5, statistic="share", unit="share", base_margin=PERSONS)
    table = margin_fit(results_of(people), [none])
    assert table.show("synthetic", *table.rows[0]) == "—"
    assert table.show("verdict", *table.rows[0]) == "—"


def test_fifths_by_hand():
    """Five households of 1 to 5 persons and equal weight: each is a fifth."""
    people = people_from_tables(
        {"household_id": np.repeat(np.arange(5), np.arange(1, 6))}, {"area": ["rural"] * 5}
    )
    fifths = margin(
        "sizes", (1.0, 2.0, 3.0, 4.0, 6.0), statistic="quintile_means", of="size", use="check"
    )
    table = quintile_fit(results_of(people), [fifths, PERSONS])
    assert [row[1] for row in table.rows] == ["q1", "q2", "q3", "q4", "q5"]
    assert [table.get("synthetic", *row) for row in table.rows] == pytest.approx([1, 2, 3, 4, 5])
    assert table.get("difference_rate", *table.rows[4]) == pytest.approx(-1 / 6)
    assert [table.get("verdict", *row) for row in table.rows] == [2, 2, 2, 2, 0]
    assert table.labels(table.rows[1]) == ("sizes", "中间偏下收入组", "公开")


def test_sizes_by_hand():
    table = household_sizes(results_of(four()))
    by_hand = {"urban": (15, 35, 35 / 15, 2), "rural": (60, 200, 200 / 60, 3)}
    by_hand["total"] = (75, 235, 235 / 75, 2.5)
    for area, values in by_hand.items():
        found = [table.get(entry.name, area) for entry in table.statistics]
        assert found == pytest.approx(values), area
    assert table.n.tolist() == [2, 2, 4]


def test_sources_in_the_language_in_use():
    plain = margin("homes", 75.0, source="某表", status="unverified")
    assert sources([PERSONS, plain]) == (("persons", "公开", "某公报"), ("homes", "待核", "某表"))
    set_language("en")
    assert sources([PERSONS])[0] == ("persons", "published", "a bulletin")


@pytest.fixture(scope="module")
def nation():
    known = load_margins("national-2020")
    people = synthesize("national-2020", 3000, 1)
    census = [each for each in known if not each.name.startswith("dibao")]
    return simulate(calibrate_to(people, census), load_policy("example-county"))


WEIGHTED = ("sizes", "ratios", "bars", "effect")


def test_a_calibrated_nation_meets_its_targets(nation):
    found = diagnose(nation)
    assert set(found.tables) == {"margins", "quintiles", "recipe_fit", *WEIGHTED}
    table = found.tables["margins"]
    targets = [row for row in table.rows if row[1] == "target"]
    assert len(targets) > 5
    assert all(abs(table.get("difference_rate", *row)) < 1e-9 for row in targets)
    moved = [abs(table.get("before", *row) / table.get("target", *row) - 1) for row in targets]
    assert max(moved) > 1e-3
    assert {row[0] for row in table.rows} == {
        each.name for each in found.margins if not isinstance(each.value, tuple)
    }


def test_results_that_margins_name_are_computed(nation):
    assert "is_tekun_hh" not in nation.computed
    rows = {row[0] for row in diagnose(nation).tables["margins"].rows}
    assert any(name.startswith("tekun") for name in rows)


def test_a_county_calibrated_to_reports_shows_these():
    policy = load_policy("s42-county-2013")
    found = diagnose(simulate(people_of("", policy, 2000, 1), policy))
    assert set(found.tables) == {"totals", "recipe_fit", *WEIGHTED}
    assert found.tables["totals"].get("after", "rural.persons") == pytest.approx(7583)


def test_other_margins_can_be_given():
    results = simulate(synthesize("example-county", 200, 1), load_policy("example-county"))
    assert set(diagnose(results).tables) == {"sizes", "recipe_fit"}
    assert set(diagnose(results, [PERSONS]).tables) == {"sizes", "recipe_fit", "margins"}
