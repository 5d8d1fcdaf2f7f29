"""The application in a real browser: what the page shows is what the package computes."""

import json
import re
import subprocess
import sys
import time

import pytest

from jiuzhu_sim.assessment import people_of
from jiuzhu_sim.assessment.whatif import what_if
from jiuzhu_sim.explorer.family import FamilyModel
from jiuzhu_sim.explorer.model import Model, Wanted
from jiuzhu_sim.explorer.views.family import FAMILY_VIEWS
from jiuzhu_sim.explorer.views.views import VIEWS
from jiuzhu_sim.language import set_language
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.policy import load_policy, parse_reform
from jiuzhu_sim.population.family import read_family
from tests.browser.program import HOUSEHOLDS, LAW, PATIENCE, SEED, App

RURAL = "dibao.standard.rural"
BOX, SLIDER = "#c-dibao-standard-rural", f'[data-path="{RURAL}"] input[type=range]'
SHOWN = ("answer", "cost", "winners", "deciles", "poverty")


@pytest.fixture(scope="module")
def app(chromium):
    made = App()
    yield made
    made.close()


@pytest.fixture(scope="module")
def model():
    policy = load_policy(LAW)
    return Model(people_of("", policy, HOUSEHOLDS, SEED), policy)


@pytest.fixture
def opened(app, page):
    page.goto(app.address)
    page.wait_for_selector("#view-poverty", timeout=PATIENCE)
    return page


def settled(page):
    """Wait until the page shows the answer to its newest request."""
    limit = time.monotonic() + PATIENCE / 1000
    while page.evaluate("running || Boolean(next) || !server.ready"):
        assert time.monotonic() < limit
        page.wait_for_timeout(10)


def enter(page, value, box=BOX):
    page.fill(box, str(value))
    page.press(box, "Enter")
    settled(page)


def text_of(page, key):
    return page.inner_text(f"#view-{key}")


def shown_of(page, key):
    return page.evaluate("id => document.getElementById(id).textContent", f"view-{key}")


def text_in(page, html):
    """The text of some HTML, as the browser reads it."""
    return page.evaluate(
        """html => {
            const made = document.createElement("template");
            made.innerHTML = html;
            return made.content.textContent;
        }""",
        html,
    )


def as_the_package_says(page, model, changes, keys=SHOWN):
    """The HTML of each view on the page equals the one computed here, and so do the totals."""
    model.change(changes)
    wanted = Wanted()
    for key in keys:
        wanted = wanted | VIEWS[key].wanted
    state = model.state(wanted)
    for key in keys:
        assert shown_of(page, key) == text_in(page, VIEWS[key].html(state))
    return state


def test_it_opens_at_once_and_says_what_it_is_doing(app, page):
    page.goto(app.address)
    page.wait_for_selector("h1:has-text('社会救助方案测算')")
    page.wait_for_selector("#view-answer", timeout=PATIENCE)
    assert "token" not in page.url
    assert "示例县" in page.title()
    assert "合成数据" in page.inner_text("#stamps")


def test_dragging_a_slider_gives_the_numbers_of_the_package(opened, model, tmp_path):
    page = opened
    track = page.locator(SLIDER).bounding_box()
    middle = track["y"] + track["height"] / 2
    page.mouse.move(track["x"] + track["width"] * 0.34, middle)
    page.mouse.down()
    for step in range(1, 21):
        page.mouse.move(track["x"] + track["width"] * (0.34 + 0.015 * step), middle)
    page.mouse.up()
    settled(page)
    value = float(page.input_value(BOX))
    assert 700 < value < 1000
    state = as_the_package_says(page, model, {RURAL: value})
    computed = what_if(model.people, model.baseline, model.baseline.change({RURAL: value}))
    change = computed.tables["change"]
    cost, persons = (change.get(f"{name}.new", TOTAL) for name in ("cost_y", "persons"))
    assert state.tables["change"].get("cost_y.new", TOTAL) == cost
    assert f"{cost:,.0f}" in text_of(page, "cost")

    with page.expect_download() as waiting:
        page.click("#save")
    saved = tmp_path / "saved.yaml"
    waiting.value.save_as(saved)
    run = subprocess.run(
        [sys.executable, "-m", "jiuzhu_sim", "run", "--json", "--law", LAW, "--reform", str(saved),
         "--households", str(HOUSEHOLDS), "--seed", str(SEED)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    total = json.loads(run.stdout)["caseload"][-1]
    assert total["全年支出（元/年）"] == pytest.approx(cost, rel=1e-12)
    assert total["人数（人）"] == pytest.approx(persons, rel=1e-12)


def test_the_last_value_wins_and_at_most_one_frame_is_stale(opened):
    page = opened
    shown = page.evaluate(
        """async ([slider, path]) => {
            const input = document.querySelector(slider), shown = [], view = box("answer");
            const watch = new MutationObserver(() => shown.push(view.textContent));
            watch.observe(view, { childList: true, subtree: true });
            for (let step = 1; step <= 20; step += 1) {
                input.value = 600 + step;
                input.dispatchEvent(new Event("input", { bubbles: true }));
                await new Promise(requestAnimationFrame);
            }
            const before = shown.length;
            input.dispatchEvent(new Event("change", { bubbles: true }));
            while (running || next) await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            return { stale: shown.length - before - 1, last: shown.at(-1), path };
        }""",
        [SLIDER, RURAL],
    )
    assert shown["stale"] <= 1
    assert "620" in shown["last"]
    assert page.input_value(BOX) == "620"


def test_when_the_process_dies_the_page_says_so_and_goes_on(app, opened, model):
    page = opened
    enter(page, 655)
    before = text_of(page, "answer")
    app.kill()
    page.fill(BOX, "656")
    page.press(BOX, "Enter")
    page.wait_for_selector("#trouble:has-text('计算进程意外停止，正在重新启动')", timeout=PATIENCE)
    assert text_of(page, "answer") == before  # the last result stays
    page.wait_for_selector("#message:has-text('已重新启动')", timeout=PATIENCE)
    settled(page)
    assert page.is_hidden("#trouble")
    as_the_package_says(page, model, {RURAL: 656})
    enter(page, 655)
    assert text_of(page, "answer") == before


def test_the_language_switches_the_whole_page(opened, model):
    page = opened
    enter(page, 610)
    page.click("#language")
    page.wait_for_selector("h1:has-text('Social assistance explorer')")
    settled(page)
    assert page.get_attribute("html", "lang") == "en"
    set_language("en")
    as_the_package_says(page, model, {RURAL: 610})
    for part in ("header", "#controls", "#tabs", "#computed"):
        words = page.inner_text(part).replace("中文", "")
        assert not re.findall(r"[\u4e00-\u9fff]+", words), part


def test_a_bad_value_is_told_at_its_control_and_the_result_stays(opened):
    page = opened
    enter(page, 600)
    before = text_of(page, "cost")
    for value in ("abc", "99999", "-1"):
        enter(page, value)
        problem = page.inner_text(f"{BOX}-problem")
        assert problem.startswith("[JZ-E00")
        assert value.lstrip("-") in problem
        assert page.input_value(BOX) == value
        assert page.get_attribute(BOX, "aria-invalid") == "true"
        assert text_of(page, "cost") == before
    enter(page, "+10%")
    assert page.inner_text(f"{BOX}-problem") == ""
    assert page.input_value(BOX) == "616"


def test_a_file_with_an_unknown_parameter_is_refused_in_a_sentence(opened, tmp_path):
    page = opened
    enter(page, 600)
    file = tmp_path / "wrong.yaml"
    both = "{zh: 甲, en: A}"
    file.write_text(
        f"title: {both}\nauthor: ''\nreference: {both}\nbaseline: {LAW}\n"
        "changes:\n  dibao.standrad.rural: 700\n",
        encoding="utf-8",
    )
    page.set_input_files("#file", file)
    page.wait_for_selector("#message:has-text('JZ-E003')")
    message = page.inner_text("#message")
    assert "dibao.standard.rural" in message
    assert "Traceback" not in message
    assert page.input_value(BOX) == "600"
    file.write_text(file.read_text("utf-8").replace("standrad", "standard"), encoding="utf-8")
    page.set_input_files("#file", file)
    page.wait_for_selector("#message:has-text('已打开')")
    settled(page)
    assert (page.input_value(BOX), page.input_value("#name")) == ("700", "甲")


def test_one_family_is_calculated_as_the_package_does(opened, model):
    page = opened
    enter(page, 640)
    page.click("#tab-family")
    enter(page, 2, "#c-family-n_members")
    enter(page, 900, "#c-family-wage")
    alone = FamilyModel(read_family({"n_members": 2, "wage": 900}), model.baseline)
    alone.change({RURAL: 640})
    state = alone.state()
    for key in ("family_result", "family_schedule", "family_emtr", "family_cliffs"):
        assert shown_of(page, key) == text_in(page, FAMILY_VIEWS[key].html(state))
    assert page.locator("#view-answer").count() == 0 or page.is_hidden("#view-answer")

    enter(page, 5, "#c-family-n_minor")  # more minors than members: told, the result stays
    assert "[JZ-E065]" in page.inner_text("#family-problems")
    assert shown_of(page, "family_cliffs") == text_in(
        page, FAMILY_VIEWS["family_cliffs"].html(state)
    )
    enter(page, 1, "#c-family-n_minor")
    assert page.inner_text("#family-problems") == ""
    page.click("#family-reset")
    settled(page)
    assert page.input_value("#c-family-n_members") == "3"


def test_scenarios_are_kept_compared_and_reset(opened, model):
    page = opened
    for value in (600, 700):
        enter(page, value)
        page.click("#remember")
        settled(page)
    page.click("#tab-compare")
    settled(page)
    assert "700" in text_of(page, "compare")
    assert "600" in text_of(page, "compare")
    page.click("#kept button >> nth=0")
    settled(page)
    assert "600" not in page.inner_text("#kept")
    page.click("#reset")
    settled(page)
    assert page.input_value(BOX) == "560"
    assert page.is_disabled("#reset")


def test_a_reload_keeps_the_scenario_and_unfolded_data_stays_unfolded(opened):
    page = opened
    page.locator("#view-cost details.jz-data summary").first.click()
    enter(page, 633)
    assert page.locator("#view-cost details.jz-data").first.get_attribute("open") is not None
    page.reload()
    page.wait_for_selector("#view-poverty", timeout=PATIENCE)
    settled(page)
    assert page.input_value(BOX) == "633"


def test_every_table_goes_into_the_workbook(opened, tmp_path):
    from python_calamine import CalamineWorkbook

    page = opened
    enter(page, 640)
    with page.expect_download() as waiting:
        page.click("#excel")
    waiting.value.save_as(tmp_path / "a.xlsx")
    assert len(CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).sheet_names) > 8


def test_search_finds_by_name_and_path(opened):
    page = opened
    for words in ("edge.ratio", "边缘"):
        page.fill("#search", words)
        assert page.is_visible('[data-path="edge.ratio"]')
        assert page.is_hidden(f'[data-path="{RURAL}"]')
    page.fill("#search", "没有这样的")
    assert page.is_visible("#nothing")
    page.fill("#search", "")
    assert page.is_visible(f'[data-path="{RURAL}"]')


@pytest.mark.parametrize("width", [1280, 1920])
def test_it_fits_the_screen_and_every_input_has_a_name(opened, width):
    page = opened
    page.set_viewport_size({"width": width, "height": 900})
    for tab in page.locator("#tabs button").all():
        tab.click()
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    nameless = page.evaluate(
        """[...document.querySelectorAll("input, select, button")].filter((each) =>
            !(each.labels?.length || each.ariaLabel || each.textContent.trim())).length"""
    )
    assert nameless == 0


def test_it_can_be_used_from_the_keyboard(opened):
    page = opened
    page.focus(SLIDER)
    page.keyboard.press("ArrowRight")
    settled(page)
    assert page.input_value(BOX) == "561"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == BOX.removeprefix("#")


def test_without_the_token_there_is_nothing(app, page):
    answer = page.goto(app.address.partition("?")[0])
    assert answer.status == 403
    assert "没有访问凭证" in page.inner_text("body")
    page.complaints.clear()  # the browser says that there was a 403


def test_a_standard_without_end_of_decimals_is_shown_short_and_stays_as_it_is(page):
    app = App(law="s42-county-2013")  # 2,434 yuan a year
    page.goto(app.address)
    page.wait_for_selector("#view-poverty", timeout=PATIENCE)
    assert page.input_value(BOX) == "202.8333"
    for typed, kept in (("202.8333", []), ("203", [203])):
        enter(page, typed)
        assert page.evaluate("Object.values(scenario.changes)") == kept
    page.goto("about:blank")  # a page left open would ask on
    assert app.close() == 0


def test_when_the_program_ends_the_page_says_so_and_the_scenario_is_kept(chromium, page):
    app = App()
    page.goto(app.address)
    page.wait_for_selector("#view-poverty", timeout=PATIENCE)
    settled(page)
    enter(page, 666)
    assert app.close() == 0
    page.wait_for_selector("#trouble:has-text('程序已停止')", timeout=PATIENCE)
    with page.expect_download() as waiting:
        page.click("#trouble button")
    content = waiting.value.path().read_text(encoding="utf-8")
    assert parse_reform(content, "saved.yaml").changes == {RURAL: 666}

    again = App(app.address.split(":")[2].partition("/")[0])
    page.wait_for_selector("#trouble:has-text('地址换新了')", timeout=PATIENCE)
    page.goto(again.address)
    page.wait_for_selector("#message:has-text('上次的方案')", timeout=PATIENCE)
    settled(page)
    assert page.input_value(BOX) == "560"
    page.click("#message button >> nth=0")
    settled(page)
    assert page.input_value(BOX) == "666"
    page.goto("about:blank")
    again.close()
    page.complaints.clear()  # the browser says that nobody answered
