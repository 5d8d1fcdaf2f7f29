"""JupyterLab for the tests, with folders of its own, so that nothing of the user's is touched."""

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
from contextlib import contextmanager
from pathlib import Path

from jiuzhu_sim.report.notebook import SESSION

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ("04_reform_whatif.ipynb", "05_funding_gap.ipynb", "10_township_ranking.ipynb")
HOUSEHOLDS = 1500
PATIENCE = 60  # seconds
SETTINGS = {
    # Asked on the first start whether news may be fetched; nobody is here to answer.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Run All scrolls to the end, and cells out of sight are taken out of the page.
    "notebook-extension/tracker": {"windowingMode": "none"},
}


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def answers(address):
    try:
        return urllib.request.urlopen(address, timeout=2).status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def running(home):
    """A server in this folder with the notebooks, of few households; gives the address of each.

    Each has a workspace of its own: what one test leaves open is not opened again by the next.
    """
    folders = ("config", "data", "runtime", "ipython", "settings", "workspaces", "notebooks")
    for name in folders:
        (home / name).mkdir()
    for name, chosen in SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(chosen))
    for name in NOTEBOOKS:
        source = (ROOT / "notebooks" / name).read_text(encoding="utf-8")
        small = f"households: int = {HOUSEHOLDS}"
        source, count = re.subn(r"\bhouseholds: int = \d+", small, source)
        assert count == 1
        (home / "notebooks" / name).write_text(source, encoding="utf-8")
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
        lab = f"http://127.0.0.1:{port}/lab/workspaces"
        yield {name: f"{lab}/{name[:2]}/tree/{name}?token={token}" for name in NOTEBOOKS}
    finally:
        server.terminate()
        server.wait(PATIENCE)
