"""Notebook 07: runs with other parameters, writes its page and workbook, refuses what is wrong."""

import json

import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.errors import JZError
from tests.notebooks.in_process import has_widget, run_here, shown

REVIEW = "07_review_cycles"
SMALL = {"households": 800, "seeds": 2, "months": 3, "warm_up": 2, "regimes": ["national"]}


def test_it_runs_with_another_set_and_makes_no_widget(tmp_path):
    given = {"lang": "en", "matching_months": [4], "hours_review": 2.0, "visit_share": 0.5}
    run = run_here(REVIEW, SMALL | given, tmp_path / "run.ipynb")
    page = shown(run)
    assert "Illustrative law" in page
    assert "Assumed inputs" in page
    assert "Present law + matching, month 4" in page
    assert 'class="jiuzhu"' in page
    assert not has_widget(run)


def test_the_command_writes_page_and_workbook(tmp_path, capsys):
    out = tmp_path / "out"
    small = ["households=800", "seeds=2", "months=3", "warm_up=2", "regimes=national;s42"]
    words = ["report", "review", "--json", "--out", str(out), "--set", "review.months_a=6"]
    for each in small:
        words += ["--param", each]
    assert cli.main(words) == cli.DONE
    names = set(json.loads(capsys.readouterr().out)["files"])
    assert {"复核周期.html", "复核周期.xlsx", "run.json", "01_review_frontier.png"} <= names
    page = (out / "复核周期.html").read_text(encoding="utf-8")
    assert "复核周期的工作量与资金漏损" in page
    assert str(tmp_path) not in (out / "run.json").read_text(encoding="utf-8")
    assert cli.main(["verify", str(out)]) == cli.DONE
    capsys.readouterr()


def test_wrong_parameters_are_refused(tmp_path):
    with pytest.raises(JZError) as refused:
        run_here(REVIEW, {"seeds": 0, "regime": 1}, tmp_path / "run.ipynb")
    assert refused.value.codes == ("JZ-E044", "JZ-E043")
    assert not list(tmp_path.iterdir())
    given = SMALL | {"regimes": ["natinal"], "matching_months": [13]}
    with pytest.raises(JZError) as refused:
        run_here(REVIEW, given, tmp_path / "run.ipynb")
    assert refused.value.codes == ("JZ-E060", "JZ-E032")
