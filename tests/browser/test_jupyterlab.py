"""Notebook 04 in JupyterLab: run it all, drag a slider, read the numbers and the charts."""

import jiuzhu_sim as jz
from jiuzhu_sim.report.annual import money
from tests.browser.lab import HOUSEHOLDS, PATIENCE

NOTEBOOK = "04_reform_whatif.ipynb"
SEED = 20260101
RURAL = "dibao.standard.rural"
POLICY = jz.load_policy("example-county")


def expected(value):
    """The numbers of a scenario, computed here: on the cards, and in the chart of the cost."""
    people = jz.synthesize("example-county", households=HOUSEHOLDS, seed=SEED)
    compared = jz.what_if(people, POLICY, POLICY.change({RURAL: value}))
    table = compared.tables["change"]
    cost = table.get("cost_y.new", "total")
    cards = [money(cost), f"{abs(table.get('persons.change', 'total')):,.0f}"]
    return cards, f"{cost:,.0f}"


def menu(page, *names):
    for name in names:
        page.get_by_role("menuitem", name=name, exact=True).click()


def run_all(page):
    page.get_by_text("(ipykernel) | Idle").wait_for(timeout=PATIENCE * 1000)
    menu(page, "Run", "Run All Cells")
    page.locator(".jz-panel .jz-cards").wait_for(timeout=PATIENCE * 1000)
    page.get_by_text("(ipykernel) | Idle").wait_for(timeout=PATIENCE * 1000)


def check(page, value):
    """Whether the panel shows the numbers of this standard, on the cards and in the chart."""
    cards, cost = expected(value)
    page.locator(".jz-diff .jz-new", has_text=str(value)).wait_for(timeout=PATIENCE * 1000)
    for number in cards:
        page.locator(".jz-panel .jz-cards", has_text=number).wait_for(timeout=PATIENCE * 1000)
    chart = page.locator(".jz-panel #view-cost svg").first
    assert cost in chart.text_content()


def at_rest(page, box):
    """The value of a number box once it has stopped moving."""
    before, now = None, box.input_value()
    while now != before:
        page.wait_for_timeout(1000)
        before, now = now, box.input_value()
    return int(float(now))


def test_a_dragged_slider_moves_numbers_and_charts(lab, page):
    page.set_viewport_size({"width": 1500, "height": 950})
    page.goto(lab[NOTEBOOK])
    run_all(page)
    check(page, 670)
    row = page.locator(".jz-row", has_text="农村低保标准").first
    row.scroll_into_view_if_needed()
    handle = row.locator(".noUi-handle").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(x - 5 * step, y)
    page.mouse.up()
    box = row.locator("input[type=number]")
    dragged = at_rest(page, box)
    assert 280 <= dragged < 660
    check(page, dragged)

    box.fill("99999")
    box.press("Enter")
    message = page.locator(".jz-message")
    message.get_by_text("JZ-E004").wait_for()
    check(page, dragged)
    box.fill("605")
    box.press("Enter")
    check(page, 605)
    assert message.inner_text().strip() == ""
    assert page.locator(".jp-RenderedText[data-mime-type*='stderr']").count() == 0

    # A page opened again says what to do, whatever becomes of its widgets.
    with page.expect_response(lambda got: f"/api/contents/{NOTEBOOK}" in got.url):
        page.locator("[data-jp-item-name=save]").click()
    page.reload()
    page.get_by_text("内核重启或重新打开本页后").wait_for(timeout=PATIENCE * 1000)
    page.complaints.clear()
