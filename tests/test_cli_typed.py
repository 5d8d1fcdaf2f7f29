"""Commands that a message names can be typed where one is; a report tells its answer."""

import json

import pytest

from jiuzhu_sim import cli
from jiuzhu_sim.cli import notebooks, typed
from jiuzhu_sim.report.section import Cards, Report, Section


def test_commands_are_typed_as_the_program_was_started(monkeypatch):
    monkeypatch.setenv(typed.TYPED, "python3 /opt/run.py")
    said = "先运行 jiuzhu init 文件夹，再运行 jiuzhu lab 文件夹（jiuzhu_sim）。"
    wanted = said.replace("jiuzhu ", "python3 /opt/run.py ")
    assert typed.as_typed(said) == wanted


def test_in_the_folder_of_the_program_its_path_is_short(monkeypatch, tmp_path):
    monkeypatch.setenv(typed.TYPED, f"python3 {tmp_path / 'run.py'}")
    assert "python3 /" in typed.as_typed("jiuzhu check")
    monkeypatch.chdir(tmp_path)
    assert typed.as_typed("jiuzhu check") == "python3 run.py check"


def test_a_refusal_names_a_command_that_can_be_typed(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv(typed.TYPED, "python3 /opt/run.py")
    assert cli.main(["lab", str(tmp_path)]) == cli.REFUSED
    said = capsys.readouterr().err
    assert "python3 /opt/run.py init" in said
    assert "jiuzhu init" not in said


def test_the_way_to_the_help_can_be_typed(monkeypatch, capsys):
    monkeypatch.setenv(typed.TYPED, "python3 /opt/run.py")
    for lang, way in (("zh", "python3 /opt/run.py 命令名 --help"), ("en", "/opt/run.py COMMAND")):
        assert cli.main(["run", "--lang", lang]) == cli.REFUSED
        said = capsys.readouterr().err
        assert way in said
        assert "python3 /opt/run.py --help" in said
    cli.set_language("zh")


def test_a_parameter_called_by_its_title_is_found(capsys):
    words = ["run", "--law", "example-county", "--set", "农村低保标准=600"]
    assert cli.main(words) == cli.REFUSED
    assert "dibao.standard.rural" in capsys.readouterr().err


def test_a_checked_roster_leads_to_a_report(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv(typed.TYPED, "python3 /opt/run.py")
    out = str(tmp_path / "roster")
    assert cli.main(["check", "--law", "example-county", "--out", out]) == cli.FINDINGS
    said = capsys.readouterr().out
    assert f"python3 /opt/run.py report annual --law example-county --data {out} --out" in said


def test_a_report_in_words_has_sentences_numbers_and_stamps():
    cards = Cards((("10,795", "保障人数（人）"),), ("合成数据",))
    report = Report("年报", "附表.xlsx", (Section("answer", "摘要", ("应保障两户。",), (cards,)),))
    words = "应保障两户。\n保障人数（人）：10,795\n［合成数据］"
    assert report.in_words == words
    assert report._repr_mimebundle_() == {"text/html": report._repr_html_(), "text/plain": words}


@pytest.mark.parametrize("plain", ["结论", ["结", "论"]])
def test_the_answer_of_a_notebook_is_what_its_cell_shows(tmp_path, plain):
    shown = [{"output_type": "stream"}, {"data": {"text/html": "<p>"}}]
    cells = [
        {"metadata": {}, "outputs": [{"data": {"text/plain": "other"}}]},
        {"metadata": {"stage": "answer"}, "outputs": [*shown, {"data": {"text/plain": plain}}]},
    ]
    path = tmp_path / "run.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert notebooks.answer_in(path) == "结论"
    path.write_text(json.dumps({"cells": cells[:1]}), encoding="utf-8")
    assert notebooks.answer_in(path) == ""
