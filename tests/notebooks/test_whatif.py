"""Notebook 04: scenario files in and out, comparison, and no widget where nobody can move it."""

import json

import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.policy import read_reform
from tests.notebooks.in_process import run_here, shown

WHATIF = "04_reform_whatif"
SMALL = {"households": 1500}
FILE = """\
title: {{zh: 甲案, en: plan A}}
author: me
reference: {{zh: 测试, en: a test}}
baseline: {baseline}
changes: {{{changes}}}
"""


def scenario_file(folder, changes, baseline="example-county@2025-01-01"):
    path = folder / "甲案.yaml"
    path.write_text(FILE.format(baseline=baseline, changes=changes), encoding="utf-8")
    return path


def test_a_file_to_start_from_and_others_beside_it(tmp_path):
    file = scenario_file(tmp_path, "dibao.standard.rural: 640, edge.ratio: 2")
    given = {"scenario": str(file), "split": "shapley", "compare": ["dibao.standard.rural=600"]}
    run = run_here(WHATIF, SMALL | given, tmp_path / "run.ipynb")
    page = shown(run)
    for said in ("“甲案”", "640 元/人·月", "农村低保标准 600 元/人·月", "中央", "各项目"):
        assert said in page
    assert 'id="provisions"' in page
    assert 'id="compare"' in page
    assert "670" not in page.partition("</section>")[0]


def report(out, *words):
    words = ["report", "whatif", "--households", "1500", "--json", "--out", str(out), *words]
    assert cli.main(words) == cli.DONE
    return json.loads((out / "run.json").read_text(encoding="utf-8"))


def test_the_saved_scenario_gives_the_same_totals_everywhere(tmp_path, capsys):
    changes = ["--set", "dibao.standard.rural=640", "--set", "edge.ratio=+10%"]
    first = report(tmp_path / "a", *changes)
    saved = tmp_path / "a" / "方案.yaml"
    assert dict(read_reform(saved).changes) == {"dibao.standard.rural": 640, "edge.ratio": 1.65}
    again = report(tmp_path / "b", "--param", f"scenario={saved}")
    assert again["results"] == first["results"]
    assert again["law"] == first["law"]
    assert str(tmp_path) not in json.dumps(again, ensure_ascii=False)
    capsys.readouterr()
    words = ["run", "--law", "example-county", "--households", "1500", "--json"]
    assert cli.main([*words, "--reform", str(saved)]) == cli.DONE
    by_file = json.loads(capsys.readouterr().out)
    assert cli.main([*words, *changes]) == cli.DONE
    assert by_file == json.loads(capsys.readouterr().out)
    book = "方案对比.xlsx"
    assert again["outputs"][book] == first["outputs"][book]
    saved.unlink()
    assert cli.main(["verify", str(tmp_path / "b")]) == cli.DONE
    capsys.readouterr()


@pytest.mark.parametrize(
    ("changes", "baseline", "code"),
    [
        ("edge.rato: 2", "example-county@2025-01-01", "JZ-E003"),
        ("edge.ratio: -1", "example-county@2025-01-01", "JZ-E004"),
        ("edge.ratio: true", "example-county@2025-01-01", "JZ-E005"),
        ("edge.ratio: 2", "s42-county-2013@2013-12-31", "JZ-E008"),
        ("edge.ratio: [", "example-county@2025-01-01", "JZ-E021"),
        (None, "", "JZ-E020"),
    ],
)
@pytest.mark.parametrize("name", ["scenario", "compare"])
def test_a_bad_scenario_is_refused_before_a_kernel_starts(
    name, changes, baseline, code, tmp_path, monkeypatch, capsys
):
    def started(*_, **__):
        raise AssertionError("a kernel was started")

    monkeypatch.setattr("jiuzhu_sim.report.notebook.run_notebook", started)
    file = scenario_file(tmp_path, changes, baseline) if changes else tmp_path / "无.yaml"
    words = ["report", "whatif", "--param", f"{name}={file}", "--out", str(tmp_path / "out")]
    assert cli.main(words) == cli.REFUSED
    said = capsys.readouterr().err
    assert f"[{code}]" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_more_than_four_do_not_stand_side_by_side(tmp_path, capsys):
    rivals = ";".join(f"dibao.standard.rural={value}" for value in (600, 610, 620, 630))
    words = ["report", "whatif", "--param", f"compare={rivals}", "--out", str(tmp_path / "out")]
    assert cli.main(words) == cli.REFUSED
    assert "[JZ-E064]" in capsys.readouterr().err
