"""How the standard curve is asked, what it says, and the laws and questions it refuses."""

from dataclasses import replace

import numpy as np
import pytest

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.measures import caseload
from jiuzhu_sim.outlook import curve_or_simulated, simulated_curve, standard_curve
from jiuzhu_sim.outlook.standard.curve import NAMES, STATISTICS
from jiuzhu_sim.outlook.standard.curve_law import AMOUNTS, COMPARED, FOLLOWING, moved_by_standard
from jiuzhu_sim.population import people_from_tables
from jiuzhu_sim.rules import RULES
from jiuzhu_sim.rules.kit import rule
from tests import full_law
from tests.outlook.standard.curve_laws import AREAS, FULL, LAW, TIERS, WHOLE_FEN, county, crowd
from tests.random_tables import random_tables


# --- how it is asked --------------------------------------------------------------------------
def test_points_table_and_baseline_agree():
    curve = standard_curve(county(), LAW, "rural", low=500, high=700)
    asked = [700, 500, 560, 560]
    points, table = curve.points(asked), curve.table(asked)
    assert set(points) == set(NAMES)
    assert table.rows == (("700",), ("500",), ("560",), ("560",))
    assert [entry.name for entry in table.statistics] == [entry.name for entry in STATISTICS]
    for number, standard in enumerate(asked):
        point = curve.at(standard)
        for name in NAMES:
            assert points[name][number] == getattr(point, name)
        row = [getattr(point, entry.name) for entry in STATISTICS]
        assert table.values[number].tolist() == row
        assert table.n[number] == point.n
    here = curve.at(560)
    assert here.change_y == curve.baseline.change_y == 0
    for name in NAMES:
        assert getattr(here, name) == pytest.approx(getattr(curve.baseline, name), rel=1e-13)
    assert curve.at(600).change_y == curve.at(600).cost_y - here.cost_y > 0
    assert np.isnan(table.low).all()


def test_a_baseline_between_whole_yuan():
    policy = LAW.change({"dibao.standard.rural": 559.37})
    curve = standard_curve(county(), policy, "rural")
    results = simulate(county(), policy)
    cost = caseload(results, ("area",), weight="weight").get("cost_y", "rural")
    assert curve.baseline.standard == 559.37
    assert curve.baseline.cost_y == pytest.approx(cost, rel=1e-14)
    assert curve.at(560).change_y == curve.at(560).cost_y - curve.baseline.cost_y


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_it_says(language):
    set_language(language)
    try:
        shown = standard_curve(county(), LAW, "rural").table([560, 670])._repr_html_()
        simulated = curve_or_simulated(county(), LAW.change(TIERS), "urban", [780])
    finally:
        set_language("zh")
    for key in ("stat.", "note.", "table.", "dim.", "{"):
        assert key not in shown
    assert ("农村" if language == "zh" else "ural") in shown
    assert len(simulated.notes) == 3


def test_order_and_tiles_do_not_matter():
    persons, homes = random_tables(4, 300, LAW)
    back = np.argsort(-persons["household_id"], kind="stable")
    names = np.arange(300)
    turned = {name: np.asarray(values)[::-1] for name, values in homes.items()}
    people = people_from_tables(persons, homes | {"household_id": names})
    other = people_from_tables(
        {name: values[back] for name, values in persons.items()},
        turned | {"household_id": names[::-1]},
    ).with_chunk(50)
    for area in AREAS:
        one, two = (standard_curve(each, LAW, area) for each in (people, other))
        for name in NAMES:
            np.testing.assert_array_equal(one.values[name], two.values[name])


# --- what is refused ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"dibao.benefit_form": "tiers"}, "tiers.second_share"),
        ({"dibao.benefit_form": "classes"}, "reading.class_ii_rate"),
        ({"reading.grace_benefit": "taper"}, "reading.grace_benefit"),
        ({"support.form": "excess"}, "support.form"),
        ({"standard.method": "engel"}, "standard.method"),
        ({"tekun.basic_ratio": 1.333}, "tekun.basic_ratio"),
    ],
)
def test_a_law_that_is_not_exact_is_refused_and_simulated(changes, named):
    policy, people = FULL.change(changes), full_law.people(7, 60)
    with pytest.raises(JZError) as refused:
        standard_curve(people, policy, "rural")
    assert set(refused.value.codes) == {"JZ-E062"}
    assert named in str(refused.value)
    table = curve_or_simulated(people, policy, "rural", [500, 560.5])
    simulated = simulated_curve(people, policy, "rural", [500, 560.5])
    np.testing.assert_array_equal(table.values, simulated.values)
    assert named in table.footnotes()[-1]


def test_a_rule_nobody_looked_at_is_refused():
    @rule(level="household", clause="EC.3")
    def is_homes_passed_hh(n_homes, dibao_standard_m_hh):
        return n_homes * 100 < dibao_standard_m_hh

    policy = replace(LAW, rules={**LAW.rules, "is_homes_passed_hh": is_homes_passed_hh})
    with pytest.raises(JZError, match="is_homes_passed_hh"):
        standard_curve(crowd(), policy, "rural")


def test_a_rule_that_reads_the_parameter_itself_is_refused():
    @rule(level="household", clause="EC.3")
    def is_homes_passed_hh(n_homes, dibao_standard_rural):
        return n_homes * 100 < dibao_standard_rural

    policy = replace(LAW, rules={**LAW.rules, "is_homes_passed_hh": is_homes_passed_hh})
    with pytest.raises(JZError, match="JZ-E062"):
        standard_curve(crowd(), policy, "rural")
    standard_curve(crowd(), policy, "urban")


def test_each_rule_relied_on_has_one_version():
    """A second version of a rule has to be looked at before the curve may follow it."""
    names = [made.name for made in RULES]
    relied_on = COMPARED | FOLLOWING | AMOUNTS
    assert {name: names.count(name) for name in relied_on} == dict.fromkeys(relied_on, 1)


def test_the_full_law_reaches_every_comparison():
    law = FULL.change(TIERS | WHOLE_FEN)
    assert (
        set(moved_by_standard(law, "rural", full_law.people(7, 60).laid_out).compared) == COMPARED
    )


@pytest.mark.parametrize("standard", [560.5, 499, 701, float("nan"), float("inf"), "560", None])
def test_other_standards_are_refused(standard):
    curve = standard_curve(crowd(), LAW, "rural", low=500, high=700)
    with pytest.raises(JZError, match=r"JZ-E032.*500.*700"):
        curve.at(standard)
    with pytest.raises(JZError, match="JZ-E032"):
        curve.table([600, standard])


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"area": "suburb"}, "JZ-E032"),
        ({"area": "rural", "low": 700, "high": 500}, "JZ-E032"),
        ({"area": "rural", "low": 500.5}, "JZ-E032"),
        ({"area": "rural", "high": 9_000}, "JZ-E004"),
        ({"area": "rural", "weight": "age"}, "JZ-E032"),
    ],
)
def test_other_questions_are_refused(asked, code):
    with pytest.raises(JZError, match=code):
        standard_curve(crowd(), LAW, **asked)


def test_results_of_other_people_are_refused():
    with pytest.raises(JZError, match="JZ-E030"):
        standard_curve(crowd(), LAW, "rural", base=simulate(county(), LAW))


def test_a_standard_out_of_range_is_not_simulated():
    with pytest.raises(JZError, match="JZ-E004"):
        simulated_curve(crowd(), LAW, "rural", [560, 6_720])
