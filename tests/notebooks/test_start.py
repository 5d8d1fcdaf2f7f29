"""Notebook 00: its numbers are the README's first result; another set; what it writes."""

import re
from pathlib import Path

import pytest

from jiuzhu_sim.report.page import write_page
from jiuzhu_sim.report.suite import FIRST
from tests.notebooks.in_process import has_widget, outputs, run_here, shown

ROOT = Path(__file__).parents[2]
README = {"zh": "README.zh-CN.md", "en": "README.md"}


def first_result(lang):
    """The sentence that the README quotes as its first result, on one line."""
    lines = (ROOT / README[lang]).read_text(encoding="utf-8").splitlines()
    quoted = [line.removeprefix("> ") for line in lines if line.startswith("> ")]
    return (" " if lang == "en" else "").join(quoted)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_its_last_numbers_are_those_of_the_readme(lang, tmp_path):
    said = first_result(lang)
    last = outputs(run_here(FIRST, {"lang": lang}, tmp_path / "run.ipynb"))[-1]["data"]["text/html"]
    cards = re.findall(r"<b>([\d,.]+)", last)
    assert len(cards) == 3
    assert all(number in said for number in cards)
    assert said in last


def test_another_set_writes_its_files_and_a_page_without_anything_dead(tmp_path):
    given = {"law": "example-county", "households": 1500, "raised": 20.0, "lang": "en"}
    run = run_here(FIRST, given | {"out_dir": str(tmp_path)}, tmp_path / "run.ipynb")
    page = shown(run)
    assert "Illustrative law" in page
    assert page.count("<img") == 1
    assert not has_widget(run)
    names = {path.name for path in tmp_path.iterdir()}
    assert {"first_run.xlsx", "doctor.txt", "run.json", "01_standings.png"} <= names
    assert "[ok]" in (tmp_path / "doctor.txt").read_text(encoding="utf-8-sig")
    written = write_page(run, tmp_path / "page.html", "00", "", "en").read_text(encoding="utf-8")
    assert ".ipynb" not in written
    assert not re.search(r"<script|(src|href)=\"https?://|widget", written)
