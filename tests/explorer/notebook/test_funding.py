"""The sliders of the funding gap: what is moved is what is answered, and nothing is lost."""

import re
import time

import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.explorer.notebook.funding import forecast_here, funding_panel
from jiuzhu_sim.outlook.afford.affordable import RURAL, URBAN, Ask, answer
from jiuzhu_sim.outlook.money.budget import budget_of
from jiuzhu_sim.outlook.need.forecast import forecast, forecasts
from jiuzhu_sim.report.funding_words import answer_said
from jiuzhu_sim.report.notebook import SESSION

pytest.importorskip("ipywidgets")

POLICY = jz.load_policy("example-county")
PEOPLE = jz.synthesize("example-county", households=1200, seed=1)
MOVE = 0.3
"""Seconds a move may take."""


@pytest.fixture(scope="module")
def made():
    return forecast(PEOPLE, POLICY, uncertainty=Ask().uncertainty(), draws=400, runs=12)


@pytest.fixture
def panel(monkeypatch, made):
    monkeypatch.setenv(SESSION, "05_funding_gap.ipynb")
    return funding_panel(made, POLICY, Ask(), households=PEOPLE.households)


def shown(panel):
    return re.sub(r"<[^>]*>", " ", panel.board.pages[0].value)


def test_nothing_is_made_where_nobody_looks(monkeypatch, made):
    monkeypatch.delenv(SESSION, raising=False)
    assert funding_panel(made, POLICY, Ask()) is None


@pytest.mark.parametrize(
    ("name", "value", "law", "ask"),
    [
        (RURAL, 585, {RURAL: 585}, Ask()),
        (URBAN, 700, {URBAN: 700}, Ask()),
        ("growth", 0.05, {}, Ask(growth=0.05)),
        ("opening", 500, {}, Ask(opening=500)),
        ("local", 1500, {}, Ask(local=1500)),
        ("upper", 4200, {}, Ask(upper=4200)),
        ("upper_cv", 0.2, {}, Ask(upper_cv=0.2)),
        ("risk", 0.1, {}, Ask(risk=0.1)),
        ("round_to", 10, {}, Ask(round_to=10)),
    ],
)
def test_each_slider_gives_what_is_computed_without_it(panel, made, name, value, law, ask):
    panel.row(name).slider.value = value
    expected = answer(made, POLICY.change(law), ask)
    assert panel.message.value == ""
    assert answer_said(expected) in shown(panel)
    assert f"{expected.solution.value:g}元" in panel.apply.description
    assert panel.row(name).box.value == value


def test_the_affordable_standard_goes_into_the_sliders(panel):
    best = panel.model.answer.solution.value
    panel.apply.click()
    assert panel.row(RURAL).box.value == best
    assert panel.row(RURAL).slider.value == best
    assert panel.model.answer.gap.probability.value <= 0.2
    panel.reset.click()
    assert panel.model.changes == {}
    assert panel.row(RURAL).box.value == 560


def test_both_standards_are_solved_for_and_put_in(panel):
    panel.row("goal").box.value = "same_amount"
    values = panel.model.answer.solution.values
    assert values[URBAN] - 780 == values[RURAL] - 560
    panel.apply.click()
    assert panel.row(URBAN).box.value == values[URBAN]


def test_what_cannot_be_is_a_sentence_and_the_answer_stays(panel):
    before = panel.board.pages[0].value
    for name, value, code in (
        ("local", -5, "JZ-E092"),
        ("risk", 0.9, "JZ-E092"),
        (RURAL, 1e6, "JZ-E004"),
    ):
        panel.row(name).box.value = value
        assert code in panel.message.value
        assert panel.board.pages[0].value == before


def test_money_that_no_standard_fits_is_told_and_nothing_can_be_put_in(panel):
    panel.row("upper").box.value = 0
    panel.row("local").box.value = 0
    assert panel.apply.disabled
    assert "没有可负担的标准" in shown(panel)
    assert "还差" in shown(panel)


def test_every_tab_draws_without_complaint(panel):
    for number in range(len(panel.board.tabs.children)):
        panel.board.tabs.selected_index = number
        assert panel.message.value == ""
        assert "<svg" in panel.board.pages[number + 1].value or number == 4


def test_a_move_is_quick(panel):
    panel.quiet.ask = lambda: None
    row = panel.row(RURAL)
    row.slider.value = 565
    seconds = []
    for value in range(570, 580):
        started = time.perf_counter()
        row.slider.value = value
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < MOVE


def test_a_budget_file_takes_the_place_of_the_sums(monkeypatch, made):
    monkeypatch.setenv(SESSION, "05_funding_gap.ipynb")
    panel = funding_panel(made, POLICY, Ask(), funds=budget_of("example-county").funds)
    assert "local" not in panel.controls
    assert "risk" in panel.controls


def test_a_first_answer_comes_before_the_best_one(monkeypatch):
    monkeypatch.setenv(SESSION, "05_funding_gap.ipynb")
    told = []
    monkeypatch.setattr(
        "jiuzhu_sim.explorer.notebook.funding._Line", lambda: type("L", (), {"say": told.append})
    )
    made = forecasts(PEOPLE, POLICY, draws=100, runs=14)
    last = forecast_here(made, POLICY, Ask(), 14)
    assert last.runs == 14
    assert len(told) == 2
    assert "初步结果：已推演12次，共14次" in told[0]
