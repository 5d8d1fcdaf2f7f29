"""Notebook 05 in JupyterLab: run it all, drag the sliders of money and standard, apply."""

import re

from tests.browser import lab as labs
from tests.browser.test_jupyterlab import menu

NOTEBOOK = "05_funding_gap.ipynb"
PATIENCE = labs.PATIENCE * 1000


def drag(page, row, steps, pixels):
    """Move a slider's handle by steps with the mouse."""
    row.scroll_into_view_if_needed()
    handle = row.locator(".noUi-handle").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, steps + 1):
        page.mouse.move(x + pixels * step, y)
    page.mouse.up()


def settled(page, box):
    """The number in a box once it has stopped moving."""
    before, now = None, box.input_value()
    while now != before:
        page.wait_for_timeout(1000)
        before, now = now, box.input_value()
    return float(now)


def test_sliders_move_the_four_numbers(lab, page):
    page.set_viewport_size({"width": 1500, "height": 950})
    page.goto(lab[NOTEBOOK])
    page.get_by_text("(ipykernel) | Idle").wait_for(timeout=PATIENCE)
    menu(page, "Run", "Run All Cells")
    cards = page.locator(".jz-panel .jz-cards")
    cards.wait_for(timeout=2 * PATIENCE)
    page.get_by_text("(ipykernel) | Idle").wait_for(timeout=PATIENCE)
    page.locator(".jz-progress").get_by_text("完整推演48次").wait_for()
    said = page.locator(".jz-panel .jz-said")
    before = cards.inner_text()

    money = page.locator(".jz-row", has_text="本级预算").first
    drag(page, money, 8, 6)
    local = settled(page, money.locator("input[type=number]"))
    assert local > 1000
    said.get_by_text(f"安排资金{4200 + local:,.2f}万元").wait_for(timeout=PATIENCE)
    assert cards.inner_text() != before

    rural = page.locator(".jz-row", has_text="农村低保标准").first
    box = rural.locator("input[type=number]")
    drag(page, rural, 8, 5)
    dragged = settled(page, box)
    assert dragged > 560
    said.get_by_text(f"农村{dragged:g}元").wait_for(timeout=PATIENCE)

    apply = page.get_by_role("button", name=re.compile("^代入"))
    best = re.search(r"(\d+)元", apply.inner_text()).group(1)
    apply.click()
    said.get_by_text(f"农村{best}元").wait_for(timeout=PATIENCE)
    assert box.input_value() == best
    assert page.locator(".jz-panel #view-gap-curve svg").count() == 1

    share = money.locator("input[type=number]")
    share.fill("-5")
    share.press("Enter")
    page.locator(".jz-message").get_by_text("JZ-E092").wait_for(timeout=PATIENCE)
    for tab in ("各月需求", "城乡等风险线", "影响因素", "建议表述"):
        page.locator(".lm-TabBar-tab", has_text=tab).last.click()
        page.wait_for_timeout(1500)
    assert page.locator(".jp-RenderedText[data-mime-type*='stderr']").count() == 0
