"""The wheel holds all that the package needs and nothing else, and works without the repository."""

import email
import json
import subprocess
import tomllib
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CARRIED = {"notebooks": "_notebooks", "data/synthetic": "_data", "docs": "_docs"}
JIUZHU = ("-m", "jiuzhu_sim")
PLANTED = (
    "jiuzhu_sim/__init__.py",
    "jiuzhu_sim/report/fonts/OFL.txt",
    "notebooks/00_a.ipynb",
    "notebooks/名单.csv",
    "notebooks/.ipynb_checkpoints/x.ipynb",
    "data/real/persons.parquet",
    "docs/conf.py",
    "reports/x.html",
    "tests/x.py",
)
"""Files of a tree somebody has worked in; the first three belong into the wheel."""


@pytest.fixture(scope="module")
def inside(wheel):
    with zipfile.ZipFile(wheel) as file:
        return set(file.namelist())


@pytest.fixture(scope="module")
def metadata(wheel):
    with zipfile.ZipFile(wheel) as file:
        (name,) = (name for name in file.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(file.read(name))


def tracked(*folders):
    """Files that git knows, or would take."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *folders]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("no git here")
    names = (name for name in done.stdout.splitlines() if name.isascii())
    return {name for name in names if (ROOT / name).is_file()}


def test_every_file_of_the_package_is_in_it(inside):
    assert tracked("jiuzhu_sim") - inside == set()


def test_so_are_notebooks_county_and_pages(inside):
    wanted = {name for name in tracked("notebooks") if name.endswith(".ipynb")}
    wanted |= tracked("data/synthetic/example-county", "docs/decisions", "docs/cluster")
    wanted |= {name for name in tracked("docs/en", "docs/zh") if name.endswith(".md")}
    assert len(wanted) > 100
    for folder, name in CARRIED.items():
        wanted = {f"{name}{path.removeprefix(folder)}" if path.startswith(f"{folder}/") else path
                  for path in wanted}  # fmt: skip
    assert {f"jiuzhu_sim/{path}" for path in wanted} - inside == set()


def test_nothing_else_is(inside):
    assert {name.partition("/")[0] for name in inside} == {
        "jiuzhu_sim",
        f"jiuzhu_sim-{PROJECT['version']}.dist-info",
    }
    folders = {name.split("/")[1] for name in inside if name.startswith("jiuzhu_sim/")}
    assert not folders & {"tests", "benchmarks", "reports", "notebooks", "data", "docs"}
    endings = {name.rpartition(".")[2] for name in inside}
    assert not endings & {"pyc", "tmp", "log"}
    for folder, ending in (("_notebooks", ".ipynb"), ("_docs/en", ".md"), ("_docs/zh", ".md")):
        names = [name for name in inside if name.startswith(f"jiuzhu_sim/{folder}/")]
        assert [name for name in names if not name.endswith(ending)] == []


def test_what_somebody_saves_beside_a_notebook_does_not_travel(tmp_path):
    """Rules of the build, on a tree that has such files."""
    from hatchling.builders.wheel import WheelBuilder

    for name in ("README.md", "pyproject.toml", "LICENSE", "NOTICE", ".gitignore"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    for name in PLANTED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    files = WheelBuilder(str(tmp_path)).recurse_included_files()
    assert {file.distribution_path for file in files} == {
        "jiuzhu_sim/__init__.py",
        "jiuzhu_sim/report/fonts/OFL.txt",
        "jiuzhu_sim/_notebooks/00_a.ipynb",
    }


def test_licences(inside, metadata):
    assert metadata["License-Expression"] == "Apache-2.0 AND OFL-1.1"
    kept = {name.partition("/licenses/")[2] for name in inside if "/licenses/" in name}
    assert kept == set(metadata.get_all("License-File")) == set(PROJECT["license-files"])
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert "SIL OPEN FONT LICENSE Version 1.1" in (
        ROOT / "jiuzhu_sim/report/fonts/OFL.txt"
    ).read_text(encoding="utf-8")


def test_the_citation_names_this_version_and_licence():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == "Apache-2.0"
    assert {"cff-version", "message", "title", "authors"} <= set(citation)


# --- without the repository ------------------------------------------------------------------
def test_it_is_the_wheel_that_runs_and_the_repository_is_out_of_reach(outside):
    code, said, fault = outside("-c", "import jiuzhu_sim; print(jiuzhu_sim.__file__)")
    assert code == 0, fault
    assert said.startswith(str(outside.home / "installed"))
    code, _, fault = outside("-c", f"open({str(ROOT / 'README.md')!r})")
    assert code == 1
    assert "the repository was read" in fault


def test_doctor(outside):
    code, said, fault = outside(*JIUZHU, "doctor", "--json")
    assert code in (0, 1), fault  # a busy machine may be short of memory
    found = json.loads(said)
    assert [each["found"] for each in found if not each["well"] and "GB" not in each["found"]] == []


def test_the_annual_report(outside):
    words = ["--law", "example-county", "--households", 600, "--param", "draws=100"]
    code, said, fault = outside(*JIUZHU, "report", "annual", *words, "--out", "annual", "--json")
    assert code == 0, fault
    out = outside.home / "work" / "annual"
    files = json.loads(said)["files"]
    assert {name.rpartition(".")[2] for name in files} >= {"docx", "pdf", "html", "xlsx", "json"}
    assert all((out / name).stat().st_size for name in files)


def test_the_explorer_starts_answers_its_token_and_ends(outside):
    words = ["explorer", "--no-browser", "--port", 0, "--households", 200, "--json"]
    running = outside(*JIUZHU, *words, start=True)
    try:
        address = json.loads(running.stdout.readline())["address"]
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(address.partition("?")[0] + "app.js", timeout=60)
    finally:
        running.terminate()
        assert running.wait(timeout=60) == 0
