"""Notebook 09: its defaults and another set; writes page and lists, refuses what is wrong."""

import json

import nbformat
import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.report.notebook import notebook_path, parameters_of, run_notebook

MONITORING = "09_monitoring"


def outputs(path):
    cells = nbformat.read(path, as_version=4).cells
    return [out for cell in cells if cell.cell_type == "code" for out in cell.outputs]


def test_it_runs_with_another_set_and_makes_no_widget(tmp_path):
    given = {"households": 1000, "months": 4, "seeds": 2, "lang": "en", "cut": 2.0, "officers": 3.0}
    given |= {"rules_off": ["death"], "shocks": 2.0, "household": "7", "month": "2025-03"}
    run = run_notebook(MONITORING, given, tmp_path / "run.ipynb", progress=False)
    page = "".join(out.get("data", {}).get("text/html", "") for out in outputs(run))
    assert "Illustrative law" in page
    assert "The chain of household 7" in page
    assert "Households to visit, 2025-03" in page
    assert "A member has died" in page  # in the list of rules, though switched off
    assert not [kind for out in outputs(run) for kind in out.get("data", {}) if "widget" in kind]


def test_the_command_writes_page_workbook_and_list(tmp_path, capsys):
    out = tmp_path / "out"
    words = ["report", "monitoring", "--json", "--out", str(out)]
    for each in ("households=4000", "seeds=2"):
        words += ["--param", each]
    assert cli.main(words) == cli.DONE
    names = set(json.loads(capsys.readouterr().out)["files"])
    assert {"动态监测.html", "动态监测.xlsx", "预警核实名单.xlsx", "run.json"} <= names
    page = (out / "动态监测.html").read_text(encoding="utf-8")
    assert "一户一条救助链" in page
    assert str(tmp_path) not in (out / "run.json").read_text(encoding="utf-8")
    assert cli.main(["verify", str(out)]) == cli.DONE
    capsys.readouterr()


def test_wrong_parameters_are_refused(tmp_path):
    with pytest.raises(JZError) as refused:
        run_notebook(MONITORING, {"seeds": 0, "cuts": 1}, tmp_path / "run.ipynb", progress=False)
    assert set(refused.value.codes) == {"JZ-E044", "JZ-E043"}
    assert not list(tmp_path.iterdir())


def test_every_parameter_is_explained():
    for parameter in parameters_of(notebook_path(MONITORING)).values():
        assert " / " in parameter.help, f"{parameter.name} lacks zh / en"
