"""Notebook 04 in JupyterLab: run it all, drag a slider, read the numbers and the charts."""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.report.annual import money
from jiuzhu_sim.report.notebook import SESSION

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = "04_reform_whatif.ipynb"
HOUSEHOLDS, SEED = 3000, 20260101
RURAL = "dibao.standard.rural"
PATIENCE = 60  # seconds
SETTINGS = {
    # Asked on the first start whether news may be fetched; nobody is here to answer.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Run All scrolls to the end, and cells out of sight are taken out of the page.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
POLICY = jz.load_policy("example-county")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def answers(address):
    try:
        return urllib.request.urlopen(address, timeout=2).status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab with folders of its own, so that nothing of the user's is read or written."""
    pytest.importorskip("jupyterlab")
    home = tmp_path_factory.mktemp("lab")
    folders = ("config", "data", "runtime", "ipython", "settings", "workspaces", "notebooks")
    for name in folders:
        (home / name).mkdir()
    for name, chosen in SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(chosen))
    source = (ROOT / "notebooks" / NOTEBOOK).read_text(encoding="utf-8")
    small, count = re.subn(r"\bhouseholds: int = \d+", f"households: int = {HOUSEHOLDS}", source)
    assert count == 1
    (home / "notebooks" / NOTEBOOK).write_text(small, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != SESSION} | {
        "PYTHONPATH": str(ROOT),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    port, token = free_port(), secrets.token_hex(16)
    words = [
        "--no-browser",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={home / 'notebooks'}",
        "--ServerApp.allow_root=True",
        "--LabApp.extension_manager=readonly",
    ]
    with (home / "lab.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *words],
            env=environment,
            cwd=home,
            stdout=log,
            stderr=log,
        )
    try:
        ends = time.monotonic() + PATIENCE
        while not answers(f"http://127.0.0.1:{port}/api/status?token={token}"):
            assert server.poll() is None, (home / "lab.log").read_text()
            assert time.monotonic() < ends, (home / "lab.log").read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/lab/tree/{NOTEBOOK}?token={token}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


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
    page.goto(lab)
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
