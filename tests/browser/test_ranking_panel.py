"""Notebook 10 in JupyterLab: run it all, move weights by keyboard and by hand, and back again."""

import re
import statistics

import pytest

from tests.browser.test_funding_panel import PATIENCE, drag, settled
from tests.browser.test_jupyterlab import menu

NOTEBOOK = "10_township_ranking.ipynb"
PRESSES = 15
REST = 600
"""Milliseconds between two keys, so that the words of one are written before the next."""

WATCH = """() => {
  const picture = document.querySelector(".jz-panel .jz-answers img");
  window.jzTimes = []; window.jzPressed = 0;
  document.addEventListener("keydown", () => { window.jzPressed = performance.now(); }, true);
  const seen = () => requestAnimationFrame(() => {
    if (!window.jzPressed) return;
    window.jzTimes.push(performance.now() - window.jzPressed);
    window.jzPressed = 0;
  });
  picture.addEventListener("load", seen);
}"""
"""Notes for each key how long it takes until a frame shows another picture."""


def said(page):
    return page.locator(".jz-panel .jz-said")


def test_weights_move_the_ranks(lab, page):
    page.set_viewport_size({"width": 1500, "height": 950})
    page.goto(lab[NOTEBOOK])
    page.get_by_text("(ipykernel) | Idle").wait_for(timeout=PATIENCE)
    menu(page, "Run", "Run All Cells")
    page.locator(".jz-panel .jz-said").wait_for(timeout=3 * PATIENCE)
    page.get_by_text("(ipykernel) | Idle").wait_for(timeout=3 * PATIENCE)
    said(page).get_by_text("现为考核表的分值").wait_for()
    picture = page.locator(".jz-panel .jz-answers img")
    assert picture.count() == 1

    # By keyboard: the handle takes the focus, an arrow moves it by a step.
    rows = page.locator(".jz-row", has_text="考核表")
    row = rows.filter(has_not_text="缺数据").first
    box = row.locator("input[type=number]")
    first = float(box.input_value())
    row.scroll_into_view_if_needed()
    row.locator(".noUi-handle").focus()
    page.evaluate(WATCH)
    for _ in range(PRESSES):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(REST)
    # A step that moves no rank and no bound sends no picture and is not timed.
    milliseconds = page.evaluate("window.jzTimes")
    assert milliseconds
    print(f"{len(milliseconds)} pictures, median {statistics.median(milliseconds):.0f} ms")
    assert settled(page, box) == pytest.approx(first + PRESSES)
    said(page).get_by_text("与考核表分值相比").wait_for(timeout=PATIENCE)
    total = page.get_by_text(re.compile("现合计"))
    assert f"{100 + PRESSES:g} 分" in total.inner_text()

    # By hand, then a number that cannot be: a sentence, and the picture stays.
    drag(page, row, 6, -8)
    assert settled(page, box) < first + PRESSES
    before = picture.get_attribute("src")
    box.fill("-3")
    box.press("Enter")
    page.locator(".jz-message").get_by_text("JZ-E032").wait_for(timeout=PATIENCE)
    assert picture.get_attribute("src") == before

    for tab in ("等次概率", "不可区分", "分值", "其他合成方法", "名次和区间"):
        page.locator(".lm-TabBar-tab", has_text=tab).last.click()
        page.locator(".jz-panel .jz-view table:visible").first.wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="恢复考核表分值").click()
    said(page).get_by_text("现为考核表的分值").wait_for(timeout=PATIENCE)
    assert float(box.input_value()) == pytest.approx(first)
    assert page.locator(".jp-RenderedText[data-mime-type*='stderr']").count() == 0
