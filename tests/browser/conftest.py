"""A browser for the tests: the machine's own chromium, cut off from every network.

Without chromium (or playwright) these tests are skipped; with JIUZHU_BROWSER=1, as in CI, that is
a failure.
"""

import os
import shutil
from urllib.parse import urlsplit

import pytest

from tests.browser.lab import running

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
)
LOCAL = ("127.0.0.1", "localhost")
OFFLINE = ("file", "data", "blob", "about")


def _skip(reason):
    if os.environ.get("JIUZHU_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="package")
def chromium():
    """A headless browser. It ends with this folder: while it runs, so does playwright's event loop,
    and tests that need one of their own would fail."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        _skip("no chromium on this machine")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _skip("playwright is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def lab(tmp_path_factory):
    """The addresses of notebooks in one JupyterLab; see lab.py."""
    pytest.importorskip("jupyterlab")
    with running(tmp_path_factory.mktemp("lab")) as addresses:
        yield addresses


@pytest.fixture
def page(chromium):
    """A page of its own; fails the test if anything but this machine is asked for, or if the
    page complains in its console. `page.complaints` may be cleared where some are expected."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = context.new_page()
    page.complaints, abroad = [], []

    def asked(request):
        address = urlsplit(request.url)
        if address.scheme not in OFFLINE and address.hostname not in LOCAL:
            abroad.append(request.url)

    page.on("request", asked)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "console",
        lambda said: page.complaints.append(said.text) if said.type == "error" else None,
    )
    yield page
    context.close()
    assert abroad == []
    assert page.complaints == []
