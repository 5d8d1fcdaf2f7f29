"""The model: a change reaches the views once, with the numbers of a fresh simulation."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.assessment import people_of
from jiuzhu_sim.assessment.whatif import what_if
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.model import Model, Wanted

RURAL, URBAN = "dibao.standard.rural", "dibao.standard.urban"
SHOWN = Wanted(frozenset({"change", "winners_losers", "deciles", "poverty_new"}))


@pytest.fixture(scope="module")
def people():
    return jz.synthesize("example-county", households=2500, seed=3)


@pytest.fixture
def model(people):
    return Model(people, jz.load_policy("example-county"))


def watched(model, wanted=SHOWN):
    states = []
    model.subscribe(states.append, wanted)
    return states


def test_each_change_is_told_once_with_the_numbers_of_a_fresh_run(people, model):
    states = watched(model)
    model.set(RURAL, 670)
    model.set("edge.ratio", 1.8)
    assert len(states) == 2
    policy = jz.load_policy("example-county")
    fresh = what_if(people, policy, policy.change({RURAL: 670, "edge.ratio": 1.8}), min_cell=0)
    for name in SHOWN.tables:
        np.testing.assert_array_equal(states[-1].tables[name].values, fresh.tables[name].values)


def test_small_cells_of_real_people_are_hidden_and_none_of_synthetic_ones(people):
    policy = jz.load_policy("example-county")
    own = replace(people, about=MappingProxyType({"source": "own"}))
    assert Model(people, policy, min_cell=20).min_cell == 0
    assert Model(own, policy).min_cell == 5
    assert Model(own, policy, min_cell=20).min_cell == 20


def test_a_refused_value_leaves_everything_as_it_was(model):
    states = watched(model)
    model.set(RURAL, 600)
    for path, value, code in (
        (RURAL, 1, "JZ-E004"),
        (RURAL, "x", "JZ-E005"),
        ("dibao.standrad.rural", 600, "JZ-E003"),
    ):
        with pytest.raises(JZError) as refused:
            model.set(path, value)
        assert refused.value.codes == (code,)
    assert model.changes == {RURAL: 600}
    assert len(states) == 1


def test_back_to_the_baseline_is_no_change(model):
    states = watched(model)
    model.set(RURAL, 600)
    model.set(RURAL, model.baseline[RURAL])
    assert model.changes == {}
    assert states[-1].compared.nothing_changed


def test_dragging_a_slow_population_is_answered_from_a_sample_that_says_so(people):
    slow = Model(people, jz.load_policy("example-county"), quick=0.0)
    states = watched(slow)
    slow.set(RURAL, 650)
    slow.set(RURAL, 660, dragging=True)
    slow.set(RURAL, 660)
    whole, quick, final = states
    assert not whole.is_sample
    assert quick.is_sample
    assert 1950 < quick.households < 2050
    assert quick.of == 2500
    assert not final.is_sample
    cost = "cost_y.new", "total"
    near, exact = (state.tables["change"].get(*cost) for state in (quick, final))
    assert near == pytest.approx(exact, rel=0.2)
    assert near != exact


def test_calibrated_people_answer_a_drag_without_intervals_before_a_sample_is_drawn():
    """Most of their time goes into intervals; the numbers themselves are those of everybody."""
    policy = jz.load_policy("s42-county-2013")
    people = people_of("", policy, 1500, 1)
    model = Model(people, policy, quick=1e9)
    model.change({RURAL: 200})
    exact = model.state(SHOWN)
    assert people.auxiliaries
    model._light = model._lighter(SHOWN)
    light = model.state(SHOWN, dragging=True)
    assert not light.is_sample
    for name in SHOWN.tables:
        np.testing.assert_array_equal(light.tables[name].values, exact.tables[name].values)
        assert not light.tables[name].has_intervals


def test_a_quick_population_is_never_sampled(people):
    quick = Model(people, jz.load_policy("example-county"), quick=1e9)
    states = watched(quick)
    quick.set(RURAL, 650, dragging=True)
    assert not states[-1].is_sample


def test_costly_tables_wait_for_the_slider_to_be_let_go(model):
    states = watched(model, Wanted(provisions=True, comparison=True))
    model.change({RURAL: 600, URBAN: 800}, dragging=True)
    assert states[-1].provisions is None
    assert states[-1].comparison is None
    model.refresh()
    assert len(states[-1].provisions.rows) == 3
    assert len(states[-1].comparison.rows) == 2


def test_up_to_four_scenarios_are_kept(model):
    states = watched(model, Wanted(comparison=True))
    for number in range(4):
        model.set(RURAL, 600 + number)
        model.remember(f"方案{number}")
    with pytest.raises(JZError) as refused:
        model.remember("方案5")
    assert refused.value.codes == ("JZ-E064",)
    assert [row[0] for row in states[-1].comparison.rows] == ["baseline", "1", "2", "3", "4"]
    model.set(RURAL, 700)
    assert "当前方案未列入" in str(states[-1].comparison)
    model.forget("方案0")
    assert states[-1].comparison.labels(("4",)) == (model.scenario.title,)
    model.forget("没有的")
    assert len(states[-1].comparison.rows) == 5


def test_a_scenario_survives_its_file(people, model):
    model.change({RURAL: 655, "supplement.stacking": "stacked"}, name='提高<农村>: "标准"')
    again = Model(people, jz.load_policy("example-county"))
    again.load(model.text(), "方案.yaml")
    assert again.scenario.digest() == model.scenario.digest()
    assert again.scenario.title == model.scenario.title


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "JZ-E021"),
        ("title: x", "JZ-E002"),
        ("dibao.standrad.rural: 600", "JZ-E003"),
        ("dibao.standard.rural: 1", "JZ-E004"),
    ],
)
def test_a_bad_file_is_refused_and_the_scenario_stays(model, content, code):
    model.set(RURAL, 600)
    if code in ("JZ-E003", "JZ-E004"):
        head = model.text().partition("changes:")[0]
        content = f"{head}changes:\n  {content}\n"
    with pytest.raises(JZError) as refused:
        model.load(content, "方案.yaml")
    assert set(refused.value.codes) == {code}
    assert model.changes == {RURAL: 600}
