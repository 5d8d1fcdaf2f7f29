"""Texts that a spreadsheet would calculate stay texts in every list that is written."""

import csv
import io
import re
import zipfile
from dataclasses import replace

import pandas as pd
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.casework.log.log import log_of
from jiuzhu_sim.casework.log.write import write_ledger, write_log
from jiuzhu_sim.casework.sampling.verification import write_list
from jiuzhu_sim.files import FORMULA_SIGNS
from jiuzhu_sim.report.export import export
from jiuzhu_sim.report.ledger import _csv as ledger_text
from jiuzhu_sim.report.roster_files import _csv as roster_text
from tests.robustness.hostile import FORMULAS

PLAIN = re.compile(r"[-+]?[\d.,]+%?")


def calculated(content: bytes) -> list[str]:
    """The cells of a CSV file that a spreadsheet would calculate."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [
        cell
        for row in rows
        for cell in row
        if cell.startswith(FORMULA_SIGNS) and not PLAIN.fullmatch(cell)
    ]


def table():
    """A table of recipients whose townships have odd names."""
    people = jz.synthesize("example-county", households=400, seed=1)
    made = jz.caseload(
        jz.simulate(people, jz.load_policy("example-county")), ["township"], weight="weight"
    )
    names = dict(zip((row[0] for row in made.rows), FORMULAS, strict=False))
    return replace(made, rows=tuple((names.get(row[0], row[0]),) for row in made.rows))


def log():
    steps = [{"kind": "accept", "at": "2025-01-06"}, {"kind": "decide", "at": "2025-01-20"}]
    return log_of([{"programme": "dibao", "township": name, "events": steps} for name in FORMULAS])


def test_this_test_sees_a_formula():
    assert calculated("甲,=1+1\r\n".encode()) == ["=1+1"]
    assert calculated("甲,'=1+1\r\n-5,+3%".encode()) == []


@pytest.mark.parametrize("way", ["table", "log", "ledger of cases", "list", "ledger", "roster"])
def test_texts_of_csv_files(way, tmp_path):
    path = tmp_path / "made.csv"
    frame = pd.DataFrame({name: FORMULAS for name in ("乡镇", *FORMULAS[:2])})
    made = {
        "table": lambda: export(path, table()).read_bytes(),
        "log": lambda: write_log(log(), path).read_bytes(),
        "ledger of cases": lambda: write_ledger(log(), path).read_bytes(),
        "list": lambda: write_list(frame["乡镇"].to_frame(), path).read_bytes(),
        "ledger": lambda: ledger_text([("总计", name, 1.0) for name in FORMULAS]),
        "roster": lambda: roster_text(frame[["乡镇"]]),
    }[way]()
    assert b"1+1" in made
    assert calculated(made) == []


@pytest.mark.parametrize("way", ["table", "log"])
def test_texts_of_workbooks(way, tmp_path):
    path = tmp_path / "made.xlsx"
    export(path, table()) if way == "table" else write_log(log(), path)
    with zipfile.ZipFile(path) as book:
        sheets = {name: book.read(name).decode() for name in book.namelist() if "sheet" in name}
        words = book.read("xl/sharedStrings.xml").decode() + "".join(sheets.values())
    assert "1+1" in words
    formulas = [each for sheet in sheets.values() for each in re.findall("<f>(.*?)</f>", sheet)]
    assert not [each for each in formulas if "1+1" in each or "cmd" in each]
