"""Notebook 06: the cash calendar by place and by amounts; what it refuses before it computes."""

import json

import pytest

from jiuzhu_sim import cli
from tests.notebooks.in_process import run_here, shown

CASH = "06_cash_calendar"
SMALL = {"households": 1500, "draws": 200, "runs": 12}


def test_the_county_of_2013_runs_out_in_july(tmp_path):
    given = SMALL | {"law": "s42-county-2013"}
    page = shown(run_here(CASH, given, tmp_path / "run.ipynb"))
    assert "“临时救助”资金能用到7月12日" in page
    assert "6月起暂停审批" in page
    assert "得不到救助" in page


def test_amounts_and_arrivals_in_english(tmp_path):
    given = {"opening_balance": 100.0, "arrivals": ["1:1000", "7:500"], "lang": "en"}
    page = shown(run_here(CASH, SMALL | given, tmp_path / "run.ipynb"))
    assert "runs out on 2025-" in page
    assert "Upper grants 30 days late" in page


def test_the_command_writes_page_workbook_and_calendar(tmp_path, capsys):
    out = tmp_path / "out"
    words = ["report", "cash", "--households", "1500", "--json", "--out", str(out)]
    words += [f"--param={name}={SMALL[name]}" for name in ("draws", "runs")]
    assert cli.main([*words, "--param=ics=True"]) == cli.DONE
    names = set(json.loads(capsys.readouterr().out)["files"])
    assert {"资金日历.html", "资金日历.xlsx", "资金日历.ics", "run.json"} <= names
    assert cli.main(["verify", str(out)]) == cli.DONE
    capsys.readouterr()


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (["arrivals=13:5;x;3:-1"], ["JZ-E089"] * 3),
        (["budget=没有这个地方"], ["JZ-E060"]),
        (["budget=example-county", "local_amount=5"], ["JZ-E032"]),
        (["delay_p=2"], ["JZ-E044"]),
        (["pay_day=40"], ["JZ-E044"]),
    ],
)
def test_what_is_wrong_is_refused_before_anything_is_computed(
    given, codes, tmp_path, monkeypatch, capsys
):
    def started(*_, **__):
        raise AssertionError("a kernel was started")

    monkeypatch.setattr("jiuzhu_sim.report.notebook.run_notebook", started)
    words = ["report", "cash", "--out", str(tmp_path / "out")]
    assert cli.main([*words, *(f"--param={each}" for each in given)]) == cli.REFUSED
    told = capsys.readouterr().err
    assert told.count("[JZ-") == len(codes)
    assert all(f"[{code}]" in told for code in codes)
    assert not (tmp_path / "out").exists()
