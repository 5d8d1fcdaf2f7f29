"""Notebook 10 and `jiuzhu rank`: another set of parameters, the command, what is refused."""

import json

import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.errors import JZError
from tests.notebooks.in_process import has_widget, run_here, shown

RANKING = "10_township_ranking"
SMALL = {"households": 1500, "draws": 200}


def test_it_runs_with_another_set_and_makes_no_widget(tmp_path):
    given = {**SMALL, "lang": "en", "design": "sample", "files": 10, "min_households": 500}
    given |= {"card": "township-200", "weight_noise": 0.0, "returns": "none"}
    run = run_here(RANKING, given, tmp_path / "run.ipynb")
    page = shown(run)
    assert "Synthetic data" in page
    assert "10 case files drawn at random" in page
    assert "there are scores and no ranks" in page or "cannot be told apart" in page
    assert not has_widget(run)


def test_the_command_writes_page_workbook_circular_and_record(tmp_path, capsys):
    out = tmp_path / "out"
    words = ["rank", "--json", "--out", str(out), "--households", "1500", "--param", "draws=200"]
    words += ["--weight", "recognition=15", "--weight", "精准退出=5"]
    assert cli.main(words) == cli.DONE
    names = set(json.loads(capsys.readouterr().out)["files"])
    assert {"乡镇评估.html", "乡镇评估.xlsx", "可公布文字.txt", "run.json"} <= names
    page = (out / "乡镇评估.html").read_text(encoding="utf-8")
    assert "分值为本次运行自定" in page
    assert "精准退出" in page
    said = (out / "可公布文字.txt").read_text(encoding="utf-8-sig")
    assert said.startswith("【演示】")
    assert all(line in page for line in said.splitlines())
    assert str(tmp_path) not in (out / "run.json").read_text(encoding="utf-8")
    assert cli.main(["verify", str(out)]) == cli.DONE
    capsys.readouterr()


def test_wrong_parameters_are_refused(tmp_path):
    given = {"conf": 1.5, "weigths": ["exit=1"]}
    with pytest.raises(JZError) as refused:
        run_here(RANKING, given, tmp_path / "run.ipynb")
    assert set(refused.value.codes) == {"JZ-E044", "JZ-E043"}
    assert "weights" in str(refused.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", [["rank"], ["report", "ranking"]])
def test_all_that_is_wrong_is_told_before_a_kernel_starts(command, tmp_path, capsys, monkeypatch):
    def no_kernel(*_, **__):
        raise AssertionError("a kernel was started")

    monkeypatch.setattr("jiuzhu_sim.report.notebook.run_notebook", no_kernel)
    out = tmp_path / "out"
    words = [*command, "--out", str(out), "--log", str(tmp_path / "gone.csv")]
    words += ["--param", "weights=exit=20", "--procedure", "natonal"]
    assert cli.main(words) == cli.REFUSED
    said = capsys.readouterr().err
    assert all(code in said for code in ("JZ-E107", "JZ-E060", "JZ-E020"))
    assert "national" in said
    assert not out.exists()


def test_a_card_of_ones_own_with_a_fault_is_refused_by_file_and_item(tmp_path, capsys):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "label: 例\nsource: 例\nstatus: own\npoints: 100\ngroups: {a: {label: 甲}}\n"
        "items: {x: {group: a, indicator: visit_rat, points: 100, form: linear, full: 100%,"
        " none: 0, status: assumed}}\n",
        encoding="utf-8",
    )
    words = ["rank", "--scorecard", str(path), "--out", str(tmp_path / "out")]
    assert cli.main(words) == cli.REFUSED
    said = capsys.readouterr().err
    assert "JZ-E104" in said
    assert "mine.yaml" in said
    assert "visit_rate" in said
