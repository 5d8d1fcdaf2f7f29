"""The page in a browser, opened as a file: sliders by mouse and keyboard, paper, both languages."""

import re
from functools import cache

import pytest

from jiuzhu_sim.assessment import people_of
from jiuzhu_sim.explorer.page.axes import handling
from jiuzhu_sim.explorer.page.build import make_grid
from jiuzhu_sim.explorer.page.page import _digits, said, write_page
from jiuzhu_sim.language import set_language
from jiuzhu_sim.policy import load_policy

POLICY = load_policy("example-county")
SLIDERS = (
    "dibao.standard.rural=500:640:20",
    "dibao.standard.urban=720:860:20",
    "edge.ratio=1.3:1.7:0.1",
)


@pytest.fixture(autouse=True, scope="module")
def few_checks():
    """How good the promise is, tests/explorer/page asks; here it only has to be there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(handling(), "checks", 24)
        yield


@cache
def grid():
    return make_grid(people_of("", POLICY, 2000, 1), POLICY, SLIDERS, seed=1)


@pytest.fixture
def opened(page, tmp_path):
    def go(lang="zh"):
        set_language(lang)
        page.goto(write_page(grid(), tmp_path / f"{lang}.html").as_uri())
        return page

    return go


def expected(place, *key):
    """A number as the page has to show it."""
    steps = {k: s for block in grid().blocks for k, s in zip(block.keys, block.steps, strict=True)}
    shown = said(key, grid().at(place)[key], _digits(key, float(steps[key])))
    return re.sub(r"[户人]$| (households|persons)$", "", shown)


def cards(page):
    return page.locator("#cards b").all_inner_texts()


def place(page):
    return tuple(float(page.input_value(f"#box-{k}")) for k in range(3))


def shows(page):
    at = place(page)
    gain, loss = (expected(at, "winners_losers", row, "share") for row in ("gain", "loss"))
    cost, _, households, persons, winners, poor = cards(page)
    assert cost == expected(at, "change", "total", "cost_y")
    assert households == expected(at, "change", "total", "households")
    assert persons == expected(at, "change", "total", "persons")
    assert winners == f"{gain} / {loss}"
    assert poor == expected(at, "poverty", "total", "fgt0")


def settle(page):
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_at_first_the_page_shows_the_present_law(opened, lang):
    page = opened(lang)
    assert place(page) == (560, 780, 1.5)
    shows(page)
    said_first = {"zh": "滑块都在现行值上", "en": "All sliders stand at the present law"}[lang]
    assert said_first in page.inner_text("#scenario")
    assert {"zh": "精确", "en": "exact"}[lang] in page.inner_text("#cards")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_keyboard_moves_a_slider(opened, lang):
    page = opened(lang)
    page.focus("#range-0")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    settle(page)
    assert place(page) == (567, 780, 1.5)
    shows(page)
    assert "±" in page.inner_text("#cards")
    assert "567" in page.inner_text("#scenario")


def test_the_mouse_drags_a_slider(opened):
    page = opened()
    box = page.locator("#range-1").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 9 + (box["width"] - 18) * 60 / 140, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, y, steps=10)
    page.mouse.up()
    settle(page)
    assert place(page)[1] > 810
    shows(page)


def test_every_number_box_is_read_and_put_right(opened):
    page = opened()
    for k, typed in enumerate(("633", "845", "1.65")):
        page.fill(f"#box-{k}", typed)
        settle(page)
        shows(page)
    page.fill("#box-0", "99999")
    page.keyboard.press("Tab")
    settle(page)
    assert place(page)[0] == 640
    page.fill("#box-0", "")
    page.keyboard.press("Tab")
    settle(page)
    assert place(page)[0] == 560
    shows(page)


def test_the_present_law_comes_back(opened):
    page = opened()
    before = cards(page)
    page.fill("#box-0", "633")
    settle(page)
    assert cards(page) != before
    page.click("#reset")
    settle(page)
    assert cards(page) == before


def test_tables_hold_the_numbers_of_the_charts(opened):
    page = opened()
    page.fill("#box-0", "633")
    settle(page)
    assert page.locator("#figures figure").count() == 6
    at = place(page)
    page.click("#figure-townships summary")
    rows = page.locator("#figure-townships tbody tr")
    townships = [
        row for table, row, name in grid().at(at) if (table, name) == ("township_change", "cost_y")
    ]
    assert rows.count() == len(townships) > 3
    for k, name in enumerate(townships):
        cells = rows.nth(k).locator("td").all_inner_texts()
        assert cells[1] == expected(at, "township_change", name, "households")
        assert f"{cells[7]}万元" == expected(at, "township_change", name, "cost_y")


def test_paper_has_the_scenario_and_no_controls(opened, tmp_path):
    page = opened()
    page.fill("#box-0", "633")
    settle(page)
    page.emulate_media(media="print")
    assert not page.is_visible("#controls")
    assert page.is_visible("#scenario")
    assert "633" in page.inner_text("#scenario")
    assert page.is_visible("#figure-area")
    assert len(page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)) > 10_000
    assert len(page.screenshot(full_page=True)) > 10_000


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_nothing_runs_over_the_side(opened, width):
    page = opened("en")
    page.set_viewport_size({"width": width, "height": 900})
    page.fill("#box-0", "633")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    over = page.evaluate(
        "() => [...document.querySelectorAll('.bars .value, .card b')].filter((e) => "
        "e.getBoundingClientRect().right > e.closest('figure, .card').getBoundingClientRect().right"
        ").length"
    )
    assert over == 0


def test_who_cannot_see_hears_the_scenario_and_has_tables(opened):
    page = opened()
    assert page.get_attribute("#scenario", "aria-live") == "polite"
    for k in range(3):
        assert page.get_attribute(f"#range-{k}", "aria-label")
        assert page.locator(f'label[for="box-{k}"]').count() == 1
    assert page.locator("figure > details table").count() == 6
    assert page.locator("#figures figure").evaluate_all(
        "(all) => all.every((f) => document.getElementById(f.getAttribute('aria-labelledby')))"
    )
