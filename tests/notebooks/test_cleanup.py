"""Notebook 08: its defaults and another set; writes page and lists, refuses what is wrong."""

import json

import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.errors import JZError
from tests.notebooks.in_process import has_widget, run_here, shown

CLEANUP = "08_targeting_and_cleanup"


def test_it_runs_with_another_set_and_makes_no_widget(tmp_path):
    given = {"law": "example-county", "data": "all-programmes", "households": 2000, "lang": "en"}
    given |= {"checks": "visited_31", "ways": [], "petition": "clearly_above"}
    given |= {"design": "simple", "n_verify": 60, "conf": 0.9, "recover_rate": 0.0}
    run = run_here(CLEANUP, given, tmp_path / "run.ipynb")
    page = shown(run)
    assert "Illustrative law" in page
    assert "Wrong and missed cover before and after" in page
    assert "60 of" in page
    assert not has_widget(run)


def test_the_command_writes_page_workbook_and_lists(tmp_path, capsys):
    out = tmp_path / "out"
    words = ["report", "cleanup", "--json", "--out", str(out)]
    assert cli.main(words) == cli.DONE
    names = set(json.loads(capsys.readouterr().out)["files"])
    wanted = {"清理核查.html", "清理核查.xlsx", "核查抽样.xlsx", "清理登记表.xlsx", "run.json"}
    assert wanted <= names
    page = (out / "清理核查.html").read_text(encoding="utf-8")
    assert "瞄准误差与清理核查" in page
    assert "79户166人" in page
    assert str(tmp_path) not in (out / "run.json").read_text(encoding="utf-8")
    assert cli.main(["verify", str(out)]) == cli.DONE
    capsys.readouterr()


def test_wrong_parameters_are_refused(tmp_path):
    given = {"n_verify": 5, "check": "complete"}
    with pytest.raises(JZError) as refused:
        run_here(CLEANUP, given, tmp_path / "run.ipynb")
    assert set(refused.value.codes) == {"JZ-E044", "JZ-E043"}
    assert not list(tmp_path.iterdir())
