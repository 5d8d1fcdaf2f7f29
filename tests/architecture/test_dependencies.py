"""What gets installed is written in four places; they stay in step."""

import ast
import re
import runpy
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
REQUIREMENTS = [
    Requirement(text) for texts in [PROJECT["dependencies"], *EXTRAS.values()] for text in texts
]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
RUN = ROOT / "run.py"


def ranges(requirements):
    """Name to the set of its ranges: one range for each name if all is well."""
    found = {}
    for requirement in requirements:
        found.setdefault(canonicalize_name(requirement.name), set()).add(requirement.specifier)
    return found


def test_one_range_for_each_package():
    assert [name for name, found in ranges(REQUIREMENTS).items() if len(found) > 1] == []


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_range_has_two_ends_and_admits_the_pin(requirement):
    assert {spec.operator for spec in requirement.specifier} == {">=", "<"}
    pins = {canonicalize_name(name): pin for name, pin in (c.split("==") for c in CONSTRAINTS)}
    assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])


def test_constraints_are_plain_pins():
    pin = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+")
    assert [line for line in CONSTRAINTS if not pin.fullmatch(line)] == []


def test_conda_ranges_equal_pyproject():
    conda = ranges(Requirement(text) for text in CONDA if isinstance(text, str) and text != "pip")
    assert {str(spec) for spec in conda.pop("python")} == {PROJECT["requires-python"]}
    assert conda == {name: ranges(REQUIREMENTS)[name] for name in conda}
    fixed = {"jupyterlab", "pandas", "numpy", "scipy", "matplotlib", "papermill", "ipywidgets"}
    assert set(conda) == fixed


def test_conda_installs_what_run_py_installs():
    (pip,) = (entry["pip"] for entry in CONDA if isinstance(entry, dict))
    extras = runpy.run_path(str(RUN))["TEST_EXTRAS"]
    editable = next(line for line in pip if line.startswith("-e"))
    assert set(re.search(r"\[(.*)\]", editable).group(1).split(",")) == extras
    assert extras <= set(EXTRAS)
    assert "-c constraints.txt" in pip


def test_run_py_parses_on_an_old_python():
    ast.parse(RUN.read_text(encoding="utf-8"), feature_version=(3, 6))
