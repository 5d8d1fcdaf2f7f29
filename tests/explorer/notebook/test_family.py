"""The family form of the notebook: what is typed is what is calculated."""

import pytest

from jiuzhu_sim.explorer.application.form import FAMILY
from jiuzhu_sim.explorer.family import FamilyModel
from jiuzhu_sim.explorer.notebook.family import family_panel
from jiuzhu_sim.outlook.earnings.calculation import calculate
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population.family import Family
from jiuzhu_sim.population.form import form_fields
from jiuzhu_sim.report.notebook import SESSION

pytest.importorskip("ipywidgets")

POLICY = load_policy("example-county")
RURAL = "dibao.standard.rural"


@pytest.fixture
def panel(monkeypatch):
    monkeypatch.setenv(SESSION, "03_household_calculator.ipynb")
    return family_panel(FamilyModel(Family(), POLICY))


def benefit(scenario=None, **family):
    """What the family gets, computed without the panel, as it stands on the page."""
    return f"{calculate(Family(**family), POLICY, scenario).new.benefit:,.0f}"


def test_the_wage_moves_the_benefit(panel):
    first = panel.board.pages[0].value
    assert benefit() in first
    panel.row("family.wage").slider.value = 600
    assert panel.model.family.wage == 600
    assert len({benefit(), benefit(wage=600), "0"}) == 3
    assert benefit(wage=600) in panel.board.pages[0].value
    assert panel.board.pages[0].value != first


def test_a_parameter_of_the_law_moves_the_scenario(panel):
    panel.row(RURAL).box.value = 670
    assert panel.model.changes == {RURAL: 670}
    assert benefit(POLICY.change({RURAL: 670})) in panel.board.pages[0].value


def test_a_contradiction_is_a_sentence_and_the_family_stays(panel):
    before = panel.board.pages[0].value
    panel.row("family.n_minor").box.value = 9
    assert "[JZ-E065]" in panel.message.value
    assert panel.model.family == Family()
    assert panel.board.pages[0].value == before


def test_covered_members_follow_all_members_until_given(panel):
    row = panel.row("family.n_covered")
    assert row.free.value
    assert row.box.disabled
    panel.row("family.n_members").box.value = 4
    assert panel.message.value == ""
    row.free.value = False
    row.box.value = 2
    assert panel.model.family.n_covered == 2
    row.free.value = True
    assert panel.model.family.n_covered is None


def test_all_starts_again(panel):
    panel.row("family.wage").slider.value = 600
    panel.row(RURAL).box.value = 670
    panel.left.children[0].click()
    assert panel.model.family == Family()
    assert panel.model.changes == {}
    assert panel.row("family.wage").box.value == 1200
    assert panel.row(RURAL).slider.value == 560


def test_every_field_has_its_row(panel):
    for number in range(len(panel.groups.children)):
        panel.groups.selected_index = number
    assert {f"{FAMILY}{name}" for name in form_fields()} <= set(panel.rows)
    assert panel.message.value == ""
    assert panel.model.family == Family()


def test_tabs_are_drawn_when_opened(panel):
    for number in range(len(panel.board.tabs.children)):
        panel.board.tabs.selected_index = number
        assert panel.board.pages[1 + number].value.startswith('<div class="jz-views">')
    assert panel.message.value == ""


def test_no_widget_without_an_open_page(monkeypatch):
    monkeypatch.delenv(SESSION, raising=False)
    assert family_panel(FamilyModel(Family(), POLICY)) is None
