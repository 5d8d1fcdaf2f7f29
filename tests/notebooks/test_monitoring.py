"""Notebook 09: its defaults and another set; writes page and lists, refuses what is wrong."""

import json

import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.errors import JZError
from tests.notebooks.in_process import has_widget, run_here, shown

MONITORING = "09_monitoring"


def test_it_runs_with_another_set_and_makes_no_widget(tmp_path):
    given = {"households": 1000, "months": 4, "seeds": 2, "lang": "en", "cut": 2.0, "officers": 3.0}
    given |= {"rules_off": ["death"], "shocks": 2.0, "household": "7", "month": "2025-03"}
    run = run_here(MONITORING, given, tmp_path / "run.ipynb")
    page = shown(run)
    assert "Illustrative law" in page
    assert "The chain of household 7" in page
    assert "Households to visit, 2025-03" in page
    assert "A member has died" in page  # in the list of rules, though switched off
    assert not has_widget(run)


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
        run_here(MONITORING, {"seeds": 0, "cuts": 1}, tmp_path / "run.ipynb")
    assert set(refused.value.codes) == {"JZ-E044", "JZ-E043"}
    assert not list(tmp_path.iterdir())
