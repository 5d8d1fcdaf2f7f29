"""The household calculator behind a form: refused entries leave it, views show what it holds."""

import re

import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.family import FamilyModel
from jiuzhu_sim.explorer.views.family import FAMILY_VIEWS
from jiuzhu_sim.language import set_language
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize
from jiuzhu_sim.population.family import Family

POLICY = load_policy("example-county")
RURAL = "dibao.standard.rural"


@pytest.fixture(scope="module")
def people():
    return synthesize("example-county", households=1500, seed=1)


@pytest.fixture
def model(people):
    return FamilyModel(Family(), POLICY, people=people)


@pytest.fixture(params=["zh", "en"])
def lang(request):
    set_language(request.param)
    yield request.param
    set_language("zh")


def test_the_form_and_the_scenario_move_apart(model):
    seen = []
    model.subscribe(seen.append)
    model.describe({"wage": 2180})
    model.set(RURAL, 620)
    model.describe({"n_members": 4})
    benefits = [(s.calculated.base.benefit, s.calculated.new.benefit) for s in seen]
    # 2180 less 500 counts; 560 or 620 a head, at least 30 a head in dibao.
    assert benefits == [(0, 0), (0, 180), (560, 800)]
    model.reset()
    assert model.changes == {}
    assert model.family.n_members == 4
    assert not seen[-1].is_compared


def test_what_is_refused_leaves_everything(model):
    seen = []
    model.subscribe(seen.append)
    model.set(RURAL, 620)
    before = model.family, model.scenario
    with pytest.raises(JZError) as refused:
        model.describe({"n_covered": 5, "n_minor": 9, "wage": -3})
    assert set(refused.value.codes) == {"JZ-E065"}
    assert len(refused.value.codes) >= 3
    for call, code in (
        (lambda: model.set("dibao.standrad.rural", 1), "JZ-E003"),
        (lambda: model.set(RURAL, "much"), "JZ-E005"),
        (lambda: model.set(RURAL, 1e9), "JZ-E004"),
        (lambda: model.load("nonsense: [", "甲.yaml"), "JZ-E021"),
        (lambda: model.replace({"wage": 500}, {"edge.ratoi": 2}), "JZ-E003"),
    ):
        with pytest.raises(JZError) as refused:
            call()
        assert refused.value.codes == (code,)
    assert (model.family, model.scenario) == before
    assert len(seen) == 1


def test_a_page_may_hold_everything(model):
    model.replace({"n_members": "2", "月工资": "900"}, {RURAL: 600})
    assert (model.family.n_members, model.family.wage, model.changes) == (2, 900, {RURAL: 600})
    model.replace({}, {})
    assert (model.family, model.changes) == (Family(), {})


def test_a_scenario_is_saved_and_loaded(model, people):
    model.change({RURAL: 620, "edge.ratio": 2.0}, name="提标")
    other = FamilyModel(Family(), POLICY, people=people)
    other.load(model.text(), "提标.yaml")
    assert other.changes == model.changes
    assert other.scenario.title == "提标"


def test_the_population_is_asked_once_for_each_law_and_not_while_dragging(model):
    assert model.state(slopes=True, dragging=True).slopes is None
    first, second = (model.state(slopes=True) for _ in range(2))
    assert first.slopes is second.slopes
    model.set(RURAL, 620)
    assert model.state(slopes=True).slopes is not first.slopes
    assert FamilyModel(Family(), POLICY).state(slopes=True).slopes is None


@pytest.mark.parametrize("key", FAMILY_VIEWS)
@pytest.mark.parametrize("changes", [{}, {RURAL: 620}])
def test_a_view_is_one_section_without_script_or_style(model, key, changes, lang):
    model.change(changes)
    view = FAMILY_VIEWS[key]
    made = view.html(model.state(slopes=view.slopes))
    assert made.count("<section") == made.count("</section>") == 1
    assert f'id="view-{key}"' in made
    assert view.title in made
    bare = made.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"<script|<style|style=|\son\w+=|https?://|[{}]|\bnan\b", bare)


def test_views_escape_what_they_are_given(model):
    model.change({RURAL: 620}, name="<b>甲</b>")
    for view in FAMILY_VIEWS.values():
        assert "<b>甲" not in view.html(model.state(slopes=view.slopes))


def test_views_tell_the_same_as_the_calculation(model):
    model.describe({"wage": 2150})
    state = model.state(slopes=True)
    shown = {key: view.html(state) for key, view in FAMILY_VIEWS.items()}
    assert "<b>90元</b>" in shown["family_result"]
    assert "180.00%" in shown["family_result"]
    assert "2,179.99元" in shown["family_cliffs"]
    assert "现在 2,150元" in shown["family_schedule"]
    assert "EC.4" in shown["family_receipt"]
    table = state.slopes.tables["slopes"]
    assert table.show("households", "zero") in shown["family_slopes"]


def test_the_slopes_say_why_they_are_empty(model):
    slopes = FAMILY_VIEWS["family_slopes"]
    assert "松开滑块后" in slopes.html(model.state(slopes=True, dragging=True))
    assert "没有装入人口" in slopes.html(FamilyModel(Family(), POLICY).state(slopes=True))
    assert [key for key, view in FAMILY_VIEWS.items() if not view.live] == ["family_slopes"]
