"""The panel of sliders: what is moved is what is shown, and nothing ever ends in a traceback."""

import asyncio
import sys
from datetime import UTC, datetime

import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.model import Wanted
from jiuzhu_sim.explorer.notebook import live
from jiuzhu_sim.explorer.notebook.live import Quiet
from jiuzhu_sim.explorer.notebook.panel import FOUND_MAX
from jiuzhu_sim.language import text
from jiuzhu_sim.policy import read_reform
from jiuzhu_sim.report.annual import money
from jiuzhu_sim.report.notebook import SESSION

ipywidgets = pytest.importorskip("ipywidgets")

RURAL = "dibao.standard.rural"
POLICY = jz.load_policy("example-county")
PEOPLE = jz.synthesize("example-county", households=600, seed=3)
WIDGETS_MAX = 260  # what JupyterLab makes well under a second of
PROVISIONS_TAB = 3
FILE = b"{title: {zh: a, en: a}, author: a, reference: {zh: a, en: a}, "


@pytest.fixture
def panel(monkeypatch, tmp_path):
    monkeypatch.setenv(SESSION, "04_reform_whatif.ipynb")
    made = jz.explore(PEOPLE, POLICY, folder=str(tmp_path))
    made.model.quick = 60.0
    return made


def alive():
    return len(ipywidgets.widgets.widget._instances)


def shown(panel):
    return "".join(page.value for page in panel.board.pages)


def answer_of(changes):
    """The numbers that have to stand on the page, computed without it."""
    compared = jz.what_if(PEOPLE, POLICY, POLICY.change(changes))
    table = compared.tables["change"]
    cost, persons = table.get("cost_y.change", "total"), table.get("persons.change", "total")
    return money(table.get("cost_y.new", "total")), money(abs(cost)), f"{abs(persons):,.0f}"


def test_a_slider_moves_the_numbers(panel):
    before = shown(panel)
    panel.row(RURAL).slider.value = 670
    assert panel.row(RURAL).box.value == 670
    assert panel.model.changes == {RURAL: 670}
    assert shown(panel) != before
    for number in answer_of({RURAL: 670}):
        assert number in panel.board.pages[0].value
    panel.row(RURAL).slider.value = 504
    for number in answer_of({RURAL: 504}):
        assert number in panel.board.pages[0].value
    assert panel.message.value == ""


def test_the_box_takes_what_the_slider_cannot(panel):
    panel.row(RURAL).box.value = 1500.5
    assert panel.model.changes == {RURAL: 1500.5}
    assert panel.row(RURAL).slider.value == panel.row(RURAL).slider.max


@pytest.mark.parametrize("value", [99999, -1, float("nan")])
def test_a_bad_value_is_a_sentence_and_the_result_stays(panel, value):
    panel.row(RURAL).slider.value = 670
    before = shown(panel)
    panel.row(RURAL).box.value = value
    assert panel.message.value.startswith("[JZ-E004]")
    assert "仍显示改动前的结果" in panel.message.value
    assert panel.model.changes == {RURAL: 670}
    assert shown(panel) == before
    assert "jz-wrong" in panel.row(RURAL).widget._dom_classes
    panel.row(RURAL).slider.value = 600
    assert panel.message.value == ""
    assert "jz-wrong" not in panel.row(RURAL).widget._dom_classes


def test_a_surprise_is_a_sentence_too(panel, monkeypatch, tmp_path):
    def broken(*_, **__):
        raise ZeroDivisionError("of no use")

    monkeypatch.setattr(live, "write_log", lambda fault: tmp_path / "a.log")
    monkeypatch.setattr(panel.model, "state", broken)
    panel.row(RURAL).slider.value = 600
    assert panel.message.value.startswith("[JZ-E099]")
    assert "a.log" in panel.message.value


def test_while_dragging_costly_views_wait_and_the_last_value_wins(panel):
    panel.row("edge.ratio").slider.value = 2.0
    panel.board.tabs.selected_index = PROVISIONS_TAB
    page = panel.board.pages[1 + PROVISIONS_TAB]
    drawn, panel.quiet._seconds = page.value, 0.01
    answered = []
    state = panel.model.state
    panel.model.state = lambda wanted, **how: (
        answered.append(how["dragging"]) or state(wanted, **how)
    )

    async def drag():
        for value in (600, 640, 670):
            panel.row(RURAL).slider.value = value
        assert page.value == drawn
        assert "jz-stale" in page._dom_classes
        assert answered == [True] * 3
        await asyncio.sleep(0.05)

    asyncio.run(drag())
    assert answered == [True] * 3 + [False]
    assert page.value != drawn
    assert "jz-stale" not in page._dom_classes
    for number in answer_of({RURAL: 670, "edge.ratio": 2.0}):
        assert number in panel.board.pages[0].value


def test_a_sample_answers_while_dragging_and_everybody_after(monkeypatch):
    monkeypatch.setenv(SESSION, "x")
    monkeypatch.setattr("jiuzhu_sim.explorer.model.SAMPLE_MIN", 50)
    panel = jz.explore(PEOPLE, POLICY)
    panel.model.quick, panel.quiet._seconds = 1e-9, 0.01
    panel.model.state(Wanted(frozenset({"change"})))  # finds that it is not quick

    async def drag():
        panel.row(RURAL).slider.value = 670
        during = panel.board.pages[0].value
        await asyncio.sleep(0.3)
        return during

    during = asyncio.run(drag())
    numbers = answer_of({RURAL: 670})
    assert not all(number in during for number in numbers)
    assert all(number in panel.board.pages[0].value for number in numbers)


def test_without_an_open_page_there_is_no_widget(monkeypatch):
    monkeypatch.delenv(SESSION, raising=False)
    before = alive()
    assert jz.explore(PEOPLE, POLICY) is None
    assert alive() == before


def test_without_the_library_there_is_a_sentence(monkeypatch):
    monkeypatch.setenv(SESSION, "x")
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(JZError) as refused:
        jz.explore(PEOPLE, POLICY)
    assert refused.value.codes == ("JZ-E046",)


def test_widgets_are_few_until_a_group_is_opened(monkeypatch):
    monkeypatch.setenv(SESSION, "x")
    before = alive()
    panel = jz.explore(PEOPLE, POLICY)
    made = alive() - before
    assert made <= WIDGETS_MAX
    panel.groups.selected_index = 0
    first = panel.groups.children[0].children
    assert first
    assert alive() - before > made
    panel.groups.selected_index = None
    panel.groups.selected_index = 0
    assert panel.groups.children[0].children == first


def test_every_parameter_can_be_shown(panel):
    for number in range(len(panel.groups.children)):
        panel.groups.selected_index = number
    assert set(panel.rows) == set(panel.controls)
    assert panel.message.value == ""
    assert panel.model.changes == {}


def test_parameters_are_found_by_name_and_path(panel):
    panel.search.value = "标准 农村低保"
    assert panel.row(RURAL).widget in panel.found.children
    panel.search.value = RURAL
    assert panel.found.children == (panel.row(RURAL).widget,)
    panel.search.value = "没有这样的东西"
    assert "没有这样的参数" in panel.found.children[0].value
    panel.search.value = "a"
    assert len(panel.found.children) == FOUND_MAX + 1
    panel.search.value = " "
    assert panel.found.children == ()


def test_no_limit_is_a_tick(panel):
    paths = [path for path, control in panel.controls.items() if control.unlimited]
    row = panel.row(paths[0])
    row.free.value = not row.free.value
    assert set(panel.model.changes) <= {paths[0]}
    assert row.box.disabled is row.free.value
    assert panel.message.value == ""


def test_choices_and_ticks_change_the_scenario(panel):
    kinds = {}
    for path, control in panel.controls.items():
        kinds.setdefault(control.kind, path)
    choice, tick = panel.row(kinds["choice"]), panel.row(kinds["boolean"])
    choice.box.value = next(key for _, key in choice.box.options if key != choice.box.value)
    tick.box.value = not tick.box.value
    assert set(panel.model.changes) == {kinds["choice"], kinds["boolean"]}


def upload(panel, name, content):
    at = datetime.now(UTC)
    file = {"name": name, "type": "", "size": len(content), "content": memoryview(content)}
    panel.upload.value = ({**file, "last_modified": at},)


def press(panel, key):
    """Press the button with this label."""
    label = text(f"panel.{key}")
    parts = [part for box in panel.left.children for part in getattr(box, "children", ())]
    (button,) = [part for part in parts if getattr(part, "description", "") == label]
    button.click()


def test_a_scenario_is_saved_and_opened_again(panel, tmp_path):
    press(panel, "save")
    assert "没有可保存的改动" in panel.message.value
    panel.row(RURAL).slider.value = 670
    panel.name.value = "提标"
    press(panel, "save")
    saved = tmp_path / "方案.yaml"
    assert str(saved) in panel.message.value
    reform = read_reform(saved)
    assert dict(reform.changes) == {RURAL: 670}
    assert reform.title["zh"] == "提标"
    press(panel, "reset")
    assert panel.model.changes == {}
    assert panel.row(RURAL).slider.value == panel.row(RURAL).box.value == 560
    upload(panel, "方案.yaml", saved.read_bytes())
    assert panel.model.changes == {RURAL: 670}
    assert panel.row(RURAL).slider.value == 670
    assert panel.name.value == "提标"
    assert panel.upload.value == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("标题".encode("gb18030"), "JZ-E021"),
        (b"a: [", "JZ-E021"),
        (b"a: 1", "JZ-E002"),
        (
            FILE + b"baseline: s42-county-2013@2013-12-31, changes: {edge.ratio: 2}}",
            "JZ-E008",
        ),
        (FILE + b"baseline: example-county@2025-01-01, changes: {edge.rato: 2}}", "JZ-E003"),
        (FILE + b"baseline: example-county@2025-01-01, changes: {edge.ratio: -1}}", "JZ-E004"),
    ],
)
def test_a_bad_scenario_file_is_a_sentence(panel, content, code):
    panel.row(RURAL).slider.value = 670
    upload(panel, "b.yaml", content)
    assert f"[{code}]" in panel.message.value
    assert panel.model.changes == {RURAL: 670}


def test_scenarios_are_kept_for_comparison(panel):
    panel.board.tabs.selected_index = PROVISIONS_TAB
    for value in (600, 630, 640, 650):
        panel.row(RURAL).slider.value = value
        panel.name.value = f"方案{value}"
        press(panel, "remember")
    assert list(panel.model.remembered) == ["方案600", "方案630", "方案640", "方案650"]
    assert "方案630" in panel.board.pages[1 + PROVISIONS_TAB].value
    panel.row(RURAL).slider.value = 660
    panel.name.value = "方案660"
    press(panel, "remember")
    assert panel.message.value.startswith("[JZ-E064]")
    panel.kept.children[0].click()
    assert len(panel.kept.children) == len(panel.model.remembered) == 3
    assert "方案600" not in panel.board.pages[1 + PROVISIONS_TAB].value


def test_persons_or_households(panel):
    panel.row(RURAL).slider.value = 670
    panel.per.value = "household"
    compared = jz.what_if(PEOPLE, POLICY, POLICY.change({RURAL: 670}), per="household")
    gained = compared.tables["winners_losers"].show("households", "gain_large")
    assert panel.model.per == "household"
    assert gained in panel.board.pages[1].value


def test_the_workbook_is_written(panel, tmp_path):
    panel.row(RURAL).slider.value = 670
    press(panel, "export")
    assert (tmp_path / "方案对比.xlsx").stat().st_size > 0
    assert "方案对比.xlsx" in panel.message.value


def test_data_tables_stay_open(panel):
    panel.board.show_data(True)
    panel.row(RURAL).slider.value = 670
    assert "<details open " in panel.board.pages[1].value
    panel.board.show_data(False)
    assert "<details open " not in panel.board.pages[1].value


def test_a_page_without_a_kernel_says_what_to_do(panel):
    shown = panel._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert "运行全部单元" in shown["text/plain"]
    assert "运行全部单元" in shown["text/html"]


def test_a_sentence_stands_above_the_panel(panel, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    panel._ipython_display_()
    hint, widget = shown
    assert "内核重启" in hint["text/html"]
    assert not [kind for kind in hint if "widget" in kind]
    assert [kind for kind in widget if "widget" in kind]


def test_it_starts_at_a_scenario(monkeypatch):
    monkeypatch.setenv(SESSION, "x")
    plan = POLICY.change({RURAL: 640}, "甲案")
    panel = jz.explore(PEOPLE, POLICY, plan, compare=[POLICY.change({RURAL: 700}, "乙案")])
    assert panel.row(RURAL).slider.value == 640
    assert "甲案" in panel.board.pages[0].value
    assert list(panel.model.remembered) == ["乙案"]
    with pytest.raises(JZError) as refused:
        jz.explore(PEOPLE, POLICY, jz.load_policy("s42-county-2013"))
    assert refused.value.codes == ("JZ-E008",)


def test_quiet_calls_once_after_the_last_request():
    called = []

    async def ask():
        quiet = Quiet(lambda: called.append(1), 0.01)
        for _ in range(3):
            quiet.ask()
        assert called == []
        await asyncio.sleep(0.05)
        quiet.ask()
        quiet.drop()
        await asyncio.sleep(0.05)

    asyncio.run(ask())
    assert called == [1]
