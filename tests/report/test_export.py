"""Tables as files: small cells hidden where they are published, no formulas, no half files."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

import jiuzhu_sim as jz
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.table import Statistic, Table


@pytest.fixture
def table():
    values = np.array([[4.0], [30.0], [50.0], [84.0]])
    return Table(
        name="caseload",
        dims=("township",),
        rows=(("=1+1",), ("乙乡",), ("丙乡",), ("total",)),
        statistics=(Statistic("households", "households", additive=True),),
        values=values,
        low=values,
        high=values,
        n=np.array([4, 30, 50, 84]),
        per="household",
        fields={"policy": "示例县"},
    )


def lines(path):
    return list(csv.reader(path.read_text("utf-8-sig").splitlines()))


def test_csv_for_work_and_for_publication(table, tmp_path):
    work = lines(jz.export(tmp_path / "a.csv", table))
    assert work[1] == ["乡镇（街道）", "户数（户）", "n"]
    assert work[2] == ["'=1+1", "4.0", "4"]
    out = lines(jz.export(tmp_path / "b.csv", table, publish=True))
    assert out[1] == ["乡镇（街道）", "户数（户）"]
    assert out[2:6] == [["'=1+1", "*"], ["乙乡", "*"], ["丙乡", "50.0"], ["合计", "84.0"]]


def test_workbook_and_page_hide_the_same_rows(table, tmp_path):
    book = CalamineWorkbook.from_path(str(jz.export(tmp_path / "a.xlsx", [table], publish=True)))
    cells = [
        str(cell)
        for name in book.sheet_names[1:]
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert "*" in cells
    assert not {"4.0", "30.0", "4", "30"} & set(cells)
    page = jz.export(tmp_path / "a.html", table, publish=True).read_text("utf-8")
    assert page.count(">*<") == 2
    assert ">30<" not in page


def test_tables_published_together_protect_each_other(table, tmp_path):
    by_kind = replace(
        table,
        dims=("township", "area"),
        rows=(
            ("=1+1", "urban"),
            ("乙乡", "urban"),
            ("乙乡", "rural"),
            ("丙乡", "rural"),
            ("total", "total"),
        ),
        values=np.array([[4.0], [10.0], [20.0], [50.0], [84.0]]),
        low=np.full((5, 1), np.nan),
        high=np.full((5, 1), np.nan),
        n=np.array([4, 10, 20, 50, 84]),
    )
    out = lines(jz.export(tmp_path / "a.csv", [table, by_kind], publish=True))
    shown = {tuple(row[:-1]): row[-1] for row in out if row}
    assert shown["'=1+1", "城市"] == "*"
    assert shown[("乙乡",)] == "*"


def test_unknown_ending_and_wrong_number_are_refused(table, tmp_path):
    with pytest.raises(JZError) as caught:
        jz.export(tmp_path / "a.xls", table)
    assert caught.value.codes == ("JZ-E060",)
    assert ".xlsx" in str(caught.value)
    with pytest.raises(JZError) as caught:
        jz.export(tmp_path / "a.csv", table, publish=True, min_n=0)
    assert caught.value.codes == ("JZ-E032",)
    assert list(tmp_path.iterdir()) == []
