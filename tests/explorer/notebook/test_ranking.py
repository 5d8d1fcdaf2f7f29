"""The weight sliders of the ranking: what is moved is what is ranked, and nothing is lost."""

import io
import re
import time

import numpy as np
import pytest

from jiuzhu_sim.assessment.indicators import Measured
from jiuzhu_sim.assessment.ranking import rank_units, reweighted
from jiuzhu_sim.assessment.scorecard.card import load_card
from jiuzhu_sim.explorer.notebook.ranking import METHODS, TABS, ranking_panel
from jiuzhu_sim.explorer.ranking import CARD, METHOD, NOISE
from jiuzhu_sim.language import speaking
from jiuzhu_sim.report.notebook import SESSION

pytest.importorskip("ipywidgets")

UNITS = ("东河乡", "西山镇", "南坪乡", "北港街道", "柳林镇")
SEEN = {
    "payment_on_time": ([60, 55, 40, 30, 59], [60] * 5, [600, 500, 400, 300, 90]),
    "visit_rate": ([20, 40, 59, 60, 31], [60] * 5, [600, 500, 400, 300, 90]),
}
SIZE = [600, 500, 400, 300, 10]
CARD_OF_ALL = load_card("ten-precisions")
RANKING = rank_units(
    CARD_OF_ALL, Measured.made(UNITS, SEEN, size=SIZE), draws=400, min_size=30, weight_noise=0.2
)
GROUPS = [CARD_OF_ALL.item(item.key).group for item in CARD_OF_ALL.items
          if item.indicator in SEEN]  # fmt: skip
FIRST, SECOND = (f"group.{key}" for key in dict.fromkeys(GROUPS))
MOVE = 0.2
"""Seconds a move may take."""


@pytest.fixture
def panel(monkeypatch):
    monkeypatch.setenv(SESSION, "10_township_ranking.ipynb")
    return ranking_panel(RANKING, stamps=("合成数据",))


def words(panel, page=0):
    return re.sub(r"<[^>]*>", " ", panel.board.pages[page].value)


def pixels(panel):
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(panel.picture.widget.value)))


def test_nothing_is_made_where_nobody_looks(monkeypatch):
    monkeypatch.delenv(SESSION, raising=False)
    assert ranking_panel(RANKING) is None


def test_it_starts_at_the_official_ranking(panel):
    assert panel.model.changes == {}
    assert "现为考核表的分值，4个乡镇参加排名" in words(panel)
    assert "合成数据" in words(panel)
    assert "不参加排名" in words(panel, 1 + TABS.index("ranks"))


@pytest.mark.parametrize("value", [0, 25, 30])
def test_a_slider_gives_what_is_ranked_without_it(panel, value):
    panel.row(FIRST).slider.value = value
    key = FIRST.removeprefix("group.")
    expected = reweighted(RANKING, {key: value}, weight_noise=0.2)
    now = panel.model.now
    assert panel.message.value == ""
    assert panel.row(FIRST).box.value == value
    assert now.rank.tolist() == expected.rank.tolist()
    assert now.low.tolist() == expected.low.tolist()
    assert np.allclose(now.total, expected.total, equal_nan=True)
    assert f"{90 + value:g} 分" in panel.sum.value
    assert "与考核表分值相比" in words(panel)


def test_only_proportions_matter(panel):
    for name in list(panel.model.first):
        panel.model.set(f"group.{name}", 3 * panel.model.first[name])
    assert panel.model.now.rank.tolist() == RANKING.rank.tolist()
    assert panel.model.now.low.tolist() == RANKING.low.tolist()
    assert np.allclose(panel.model.weights(panel.model.points), RANKING.weights)


def test_a_reversed_order_is_said(panel):
    panel.row(NOISE).box.value = 0.0
    panel.row(FIRST).box.value = 0.0
    state = panel.model.state()
    assert state.tau < 1
    assert f"{state.tau:.2f}".replace("-", "−") in words(panel)
    assert f"{len(state.moved)}个乡镇名次变动" in words(panel)
    assert state.regraded
    names = [UNITS[k] for k in state.regraded]
    assert all(name in words(panel) for name in names)


def test_the_picture_follows_and_comes_back(panel):
    before = pixels(panel)
    panel.row(FIRST).slider.value = 0
    moved = pixels(panel)
    assert moved.shape == before.shape
    assert (moved != before).any()
    # Names and axis stand where they stood.
    assert (moved[:, :60] == before[:, :60]).all()
    panel.reset.click()
    assert (pixels(panel) == before).all()
    assert panel.model.changes == {}
    assert panel.row(FIRST).slider.value == panel.row(FIRST).box.value == 10


def test_what_cannot_be_is_a_sentence_and_the_answer_stays(panel):
    before = panel.board.pages[0].value, panel.picture.widget.value
    for name, value in ((FIRST, -5), (FIRST, 1e9), (FIRST, float("nan")), (NOISE, 1.5)):
        panel.row(name).box.value = value
        assert "JZ-E032" in panel.message.value
        assert (panel.board.pages[0].value, panel.picture.widget.value) == before
    panel.model.set(FIRST, 0)
    panel.row(SECOND).box.value = 0
    assert "JZ-E032" in panel.message.value
    assert "至少要有一组有数据" in panel.message.value


def test_what_cannot_be_told_apart_is_named_for_each(panel):
    said = words(panel, 1 + TABS.index("groups"))
    ranked = [k for k in range(len(UNITS)) if RANKING.is_ranked[k]]
    for k in ranked:
        names = "、".join(UNITS[other] for other in sorted(RANKING.alike(k))) or "—"
        assert re.search(rf"{UNITS[k]}\s+{names}", said)
    n = sum(bool(RANKING.alike(k)) for k in ranked)
    assert (f"{n}个乡镇至少与另一个乡镇不可区分" in words(panel)) == (n > 0)


def test_a_group_without_data_says_so(panel):
    named = {name: panel.controls[name].title for name in panel.controls}
    assert "缺数据" not in named[FIRST]
    rest = [name for name in named if name.startswith("group.") and name not in (FIRST, SECOND)]
    assert rest
    assert all("缺数据" in named[name] for name in rest)
    panel.row(rest[0]).box.value = 30
    assert panel.model.state().moved == ()


def test_a_method_is_marked_and_said(panel):
    before = pixels(panel)
    panel.row(METHOD).box.value = "minmax"
    assert "极差标准化加权" in words(panel)
    assert (pixels(panel) != before).any()
    panel.row(METHOD).box.value = CARD
    assert (pixels(panel) == before).all()


def test_every_method_of_the_ranking_can_be_chosen():
    pytest.importorskip("pymcdm")
    assert {other.key for other in RANKING.others} == set(METHODS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_tab_draws_in_both_languages(monkeypatch, language):
    monkeypatch.setenv(SESSION, "10_township_ranking.ipynb")
    with speaking(language):
        panel = ranking_panel(RANKING)
        panel.row(FIRST).slider.value = 20
        for number in range(len(panel.board.tabs.children)):
            panel.board.tabs.selected_index = number
            assert panel.message.value == ""
            assert "<table" in panel.board.pages[number + 1].value
        said = re.sub("|".join(UNITS), "", words(panel))
        assert (re.search("[一-鿿]", said) is None) == (language == "en")


def test_a_move_is_quick(panel):
    panel.quiet.ask = lambda: None
    seconds = []
    for value in range(11, 21):
        started = time.perf_counter()
        panel.row(FIRST).slider.value = value
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < MOVE
