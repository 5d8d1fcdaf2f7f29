"""What the computing process answers: the same numbers as the package, refusals as sentences."""

import json
import math

import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.application.answers import ALWAYS, PANELS, Answers, prepare
from jiuzhu_sim.explorer.application.form import family_controls
from jiuzhu_sim.explorer.application.worker import ESTIMATES, Setup
from jiuzhu_sim.explorer.model import Model, Wanted
from jiuzhu_sim.explorer.views.family import FAMILY_VIEWS
from jiuzhu_sim.explorer.views.views import VIEWS
from jiuzhu_sim.law import declarations
from jiuzhu_sim.policy import load_policy, parse_reform
from jiuzhu_sim.population import synthesize
from jiuzhu_sim.population.family import Family
from jiuzhu_sim.population.form import form_fields

LAW, RURAL = "example-county@2025-01-01", "dibao.standard.rural"
START = {RURAL: 600}
SETUP = Setup(LAW, {"zh": "示例县"}, "", 400, 1, "person", START, "提标")


@pytest.fixture(scope="module")
def model():
    return Model(synthesize("example-county", 400, 1), load_policy(LAW))


@pytest.fixture
def ask(model):
    desk = Answers(SETUP, model)
    return lambda kind, lang="zh", **request: desk.answer({"kind": kind, "lang": lang, **request})


def test_every_view_has_its_place():
    placed = [*ALWAYS, *(key for keys in PANELS.values() for key in keys)]
    assert sorted(placed) == sorted([*VIEWS, *FAMILY_VIEWS])


def test_the_page_is_told_all_it_needs_in_either_language(ask):
    for lang, title in (("zh", "示例县"), ("en", "Example county")):
        told = ask("controls", lang)
        assert json.loads(json.dumps(told, allow_nan=False)) == json.loads(json.dumps(told))
        assert told["title"] == title
        assert told["start"] == {"changes": START, "name": "提标"}
        assert {each["path"] for each in told["controls"]} <= set(declarations())
        assert len(told["form"]) == len(form_fields())


def test_the_form_starts_as_a_family_does():
    values = {each.path.removeprefix("family."): each.value for each in family_controls()}
    assert Family(**values) == Family()


def test_views_and_changes_are_those_of_the_model(ask, model):
    told = ask("state", changes={RURAL: "+10%", "edge.ratio": 1.5}, views=["answer", "cost"])
    model.change({RURAL: 616})
    state = model.state(VIEWS["answer"].wanted | VIEWS["cost"].wanted)
    assert told["views"]["cost"] == VIEWS["cost"].html(state)
    assert (told["changes"], told["households"], told["is_sample"]) == ({RURAL: 616}, 400, False)


def test_an_answer_does_not_depend_on_the_one_before(ask):
    first = ask("state", changes={RURAL: 650}, views=["answer"], kept=[])
    ask("state", changes={}, views=["answer"], kept=[{"name": "", "changes": {RURAL: 700}}])
    again = ask("state", changes={RURAL: 650}, views=["answer"], kept=[])
    assert again["views"] == first["views"]
    assert again["kept"] == []


def test_what_is_refused_comes_with_its_parameter(ask, model):
    model.change({RURAL: 650})
    told = ask("state", changes={RURAL: 1e9, "edge.rato": 2}, views=["answer"])
    assert [each["path"] for each in told["problems"]] == [RURAL, "edge.rato"]
    assert [each["sentence"][:9] for each in told["problems"]] == ["[JZ-E004]", "[JZ-E003]"]
    assert model.changes == {RURAL: 650}


def test_no_limit_is_null_on_the_way(ask):
    unlimited = next(path for path, each in declarations().items() if each.unlimited)
    before = load_policy(LAW)[unlimited]
    other = 5 if math.isinf(before) else None
    assert ask("state", changes={unlimited: other})["changes"] == {unlimited: other}


def test_kept_scenarios_stand_beside_each_other_under_their_names(ask):
    kept = [{"name": "甲", "changes": {RURAL: 600}}, {"name": "", "changes": {RURAL: 700}}]
    told = ask("state", changes={}, kept=kept, views=["compare"])
    assert told["kept"] == ["甲", "农村低保标准 700 元/人·月"]
    assert "甲" in told["views"]["compare"]
    assert "700" in told["views"]["compare"]
    many = [{"name": "", "changes": {RURAL: 600 + number}} for number in range(5)]
    assert ask("state", kept=many)["problems"][0]["sentence"].startswith("[JZ-E064]")


def test_a_scenario_saved_and_opened_is_the_same(ask):
    saved = ask("save", changes={RURAL: 655.0, "edge.ratio": 2}, name="方案甲")["text"]
    assert parse_reform(saved, "a.yaml").changes == {RURAL: 655.0, "edge.ratio": 2}
    opened = ask("open", text=saved, file="a.yaml")
    assert opened == {"changes": {RURAL: 655.0, "edge.ratio": 2}, "name": "方案甲"}


@pytest.mark.parametrize("content", ["", "{", "1", "title: x", "\x00"])
def test_a_file_that_is_no_scenario_is_refused(ask, content):
    told = ask("open", text=content, file="方案.yaml")
    assert told.keys() == {"problems"}
    assert all("方案.yaml" in each["sentence"] for each in told["problems"])


def test_the_workbook_has_every_table(ask):
    assert ask("excel", changes={RURAL: 650})["content"][:2] == b"PK"


def test_a_family_is_calculated_and_its_faults_are_told(ask):
    views = ["family_result", "family_cliffs"]
    told = ask("state", changes={RURAL: 650}, family={"wage": "900"}, views=views)
    assert list(told["views"]) == views
    assert told["family_problems"] == []
    told = ask("state", family={"n_members": 2, "n_minor": 3}, views=views)
    assert told["views"] == {}
    assert told["family_problems"][0]["sentence"].startswith("[JZ-E065]")


def test_stages_are_told_in_order():
    stages = []
    desk = prepare(SETUP, stages.append)
    assert ["python", *stages] == list(ESTIMATES)
    assert desk.model.people.households == 400
    with pytest.raises(JZError):
        prepare(Setup(LAW, {}, "nowhere", 10, 1, "person"), stages.append)


def test_while_dragging_costly_views_wait(model):
    model.change({RURAL: 650})
    wanted = Wanted(provisions=True, comparison=True, curves=True)
    state = model.state(wanted, dragging=True)
    assert state.provisions is None
    assert all(VIEWS[key].live is False for key in ("curve", "provisions", "compare"))
