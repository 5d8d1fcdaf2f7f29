"""Notebook 05: runs with its defaults and others, agrees with itself, refuses what cannot be."""

import json
import re

import pytest
from python_calamine import CalamineWorkbook

from jiuzhu_sim import cli
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.report.notebook import SESSION
from tests.notebooks.in_process import has_widget, run_here, shown

NAME = "05_funding_gap"
SMALL = {"households": 1500, "draws": 200, "runs": 12}


def test_it_runs_without_widgets_even_from_within_an_open_notebook(monkeypatch, tmp_path):
    monkeypatch.setenv(SESSION, "05_funding_gap.ipynb")
    run = run_here(NAME, SMALL, tmp_path / "run.ipynb")
    page = shown(run)
    assert not has_widget(run)
    for section in (
        "需求",
        "验证",
        "起约束作用",
        "等风险线",
        "建议表述",
        "【请核实】",
        "含假设参数",
    ):
        assert section in page
    assert page.count("<img") >= 5


def test_certain_money_is_need_less_funds_to_the_fen(tmp_path):
    given = SMALL | {"certain": True, "lang": "en", "std_rural": 540.0, "out_dir": str(tmp_path)}
    page = shown(run_here(NAME, given, tmp_path / "run.ipynb"))
    assert "All uncertainty is switched off" in page
    sheet = CalamineWorkbook.from_path(tmp_path / "funding.xlsx").get_sheet_by_name("Funding")
    *items, total, year = [
        row for row in sheet.to_python() if len(row) > 2 and row[2] not in ("", "Need P10")
    ]
    assert year[2] == year[3] == year[4]
    assert year[3] == pytest.approx(sum(row[3] for row in items), abs=0.005)
    assert year[6] == pytest.approx(year[3] - 52_000_000, abs=0.005)
    assert total[6] == pytest.approx(year[6], abs=0.005)
    record = json.loads((tmp_path / "solver.json").read_text(encoding="utf-8"))
    assert record["now"]["rural"] == 540
    assert record["now"]["probability"] == float(year[6] > 0)


def test_twice_the_draws_move_the_probability_by_less_than_its_error(tmp_path):
    found = []
    for draws in (1000, 2000):
        out = tmp_path / str(draws)
        out.mkdir()
        given = SMALL | {"draws": draws, "out_dir": str(out)}
        run_here(NAME, given, out / "run.ipynb")
        found.append(json.loads((out / "solver.json").read_text(encoding="utf-8"))["now"])
    moved = abs(found[0]["probability"] - found[1]["probability"])
    assert moved < found[0]["error"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"local_budget": -1.0}, "JZ-E044"),
        ({"risk_tol": 0.9}, "JZ-E044"),
        ({"solve_for": "both"}, "JZ-E044"),
        ({"local_budgte": 1.0}, "JZ-E043"),
        ({"budget": "s42-county"}, "JZ-E060"),
        ({"start": "2025-13"}, "JZ-E007"),
    ],
)
def test_what_cannot_be_is_one_sentence(given, code, tmp_path):
    with pytest.raises(JZError) as refused:
        run_here(NAME, SMALL | given, tmp_path / "run.ipynb")
    assert refused.value.codes == (code,)


def test_the_command_writes_the_whole_report(tmp_path, capsys):
    out = tmp_path / "out"
    words = ["report", "funding", "--households", "1500", "--param", "runs=12", "--json"]
    assert cli.main([*words, "--param", "draws=200", "--out", str(out)]) == cli.DONE
    names = set(json.loads(capsys.readouterr().out)["files"])
    assert {"资金缺口测算.html", "资金测算表.xlsx", "solver.json", "run.json"} <= names
    page = (out / "资金缺口测算.html").read_text(encoding="utf-8")
    assert "widget" not in page
    assert not re.search(r"(src|href)=\"https?://", page)
    assert cli.main(["verify", str(out)]) == cli.DONE
    capsys.readouterr()
