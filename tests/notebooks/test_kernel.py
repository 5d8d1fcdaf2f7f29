"""Notebooks in real kernels, as `jiuzhu report` runs them; most tests of this folder have none."""

import json
import re

import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.report.notebook import SESSION, run_notebook
from tests.notebooks.in_process import has_widget, run_here, shown

WHATIF = "04_reform_whatif"
SMALL = {"households": 1500}


def test_a_kernel_shows_what_is_shown_without_and_makes_no_widget(monkeypatch, tmp_path):
    """Also from within a notebook that somebody has open."""
    monkeypatch.setenv(SESSION, "04_reform_whatif.ipynb")
    run = run_notebook(WHATIF, SMALL, tmp_path / "run.ipynb", progress=False)
    assert 'class="jiuzhu"' in shown(run)
    assert not has_widget(run)
    assert shown(run) == shown(run_here(WHATIF, SMALL, tmp_path / "here.ipynb"))


def test_what_a_cell_refuses_is_one_sentence_from_a_kernel_too(tmp_path):
    given = {"households": 100, "data": "no-such-recipe"}
    with pytest.raises(JZError) as refused:
        run_notebook(WHATIF, given, tmp_path / "run.ipynb", progress=False)
    with pytest.raises(JZError) as here:
        run_here(WHATIF, given, tmp_path / "here.ipynb")
    assert refused.value.codes == here.value.codes


def test_the_same_run_gives_the_same_bytes_with_a_kernel_and_without(tmp_path, monkeypatch, capsys):
    records = []
    for name in ("kernel", "here"):
        words = ["report", "whatif", "--households", "1500", "--json"]
        assert cli.main([*words, "--out", str(tmp_path / name)]) == cli.DONE
        records.append(json.loads((tmp_path / name / "run.json").read_text(encoding="utf-8")))
        del records[-1]["made_at"]
        monkeypatch.setattr("jiuzhu_sim.report.notebook.run_notebook", run_here)
    assert records[0] == records[1]
    capsys.readouterr()


def test_the_main_command_makes_the_whole_report(tmp_path, capsys):
    out = tmp_path / "out"
    words = ["report", "annual", "--law", "s42-county-2013", "--households", "3000", "--json"]
    assert cli.main([*words, "--out", str(out)]) == cli.DONE
    names = set(json.loads(capsys.readouterr().out)["files"])
    report = {f"年度评估报告.{ending}" for ending in ("html", "docx", "pdf")}
    assert report | {"附表.xlsx", "绩效目标自评表.xlsx", "run.json", "01_reconcile.png"} <= names
    assert names == {path.name for path in out.iterdir()}
    page = (out / "年度评估报告.html").read_text(encoding="utf-8")
    assert "与上报数对照" in page
    assert "hosts" not in page
    assert not re.search(r"(src|href)=\"https?://", page)
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert set(record["outputs"]) == names - {"run.json"}
    assert str(tmp_path) not in (out / "run.json").read_text(encoding="utf-8")
    assert cli.main(["verify", str(out)]) == cli.DONE
    capsys.readouterr()
