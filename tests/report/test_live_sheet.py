"""Sheets whose formulas Excel computes: what is written, and that text stays text."""

import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from jiuzhu_sim.report.live_sheet import MONEY, PERCENT, PLAIN, Live, LiveSheet, at, show, total
from jiuzhu_sim.report.section import Report, Section

ROWS = (
    ("=1+1", 2.0, Live(f"={at(0, 1)}/{at(2, 1)}", 2 / 5.5)),
    ("二月", 3.5, Live(f"={at(1, 1)}/{at(2, 1)}", 3.5 / 5.5)),
    ("合计", total(0, 1, 1, (2.0, 3.5)), ""),
)
SHEET = LiveSheet("月表", "按月 <一>", ("月", "万元", "占比"), ROWS, (PLAIN, MONEY, PERCENT), 1)


@pytest.fixture
def path(tmp_path):
    return Report("题", "书.xlsx", (Section("a", "甲", (), (SHEET,)),)).write(tmp_path)[0]


def xml(path):
    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/worksheets/sheet2.xml").decode()


def style_of(path, cell):
    """Number of the format of a cell."""
    return re.search(rf'<c r="{cell}" s="(\d+)"', xml(path)).group(1)


def test_formulas_are_live_and_carry_their_values(path):
    formulas = dict(re.findall(r'<c r="(\w+)" s="\d+"><f>([^<]+)</f>', xml(path)))
    assert formulas == {"C5": "B5/B7", "C6": "B6/B7", "B7": "SUM(B5:B6)"}
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["目录", "月表"]
    rows = book.get_sheet_by_name("月表").to_python()[4:7]
    assert rows[2][1] == 5.5
    assert [row[2] for row in rows[:2]] == pytest.approx([2 / 5.5, 3.5 / 5.5])


def test_text_that_looks_like_a_formula_stays_text(path):
    row = CalamineWorkbook.from_path(path).get_sheet_by_name("月表").to_python()[4]
    assert row[0] == "=1+1"
    assert re.search(r'<c r="A5" s="\d+" t="s">', xml(path))
    with zipfile.ZipFile(path) as archive:
        assert 'quotePrefix="1"' in archive.read("xl/styles.xml").decode()


def test_inputs_are_blue_and_formulas_are_not(path):
    assert style_of(path, "B5") == style_of(path, "B6") != style_of(path, "B7")
    with zipfile.ZipFile(path) as archive:
        assert 'rgb="FF0000C0"' in archive.read("xl/styles.xml").decode()
        assert "蓝色" in archive.read("xl/sharedStrings.xml").decode()


def test_the_page_shows_the_same_numbers_escaped():
    page = SHEET._repr_html_()
    assert "按月 &lt;一&gt;" in page
    for shown in ("5.50", "36.4%", '<tr class="total">'):
        assert shown in page


@pytest.mark.parametrize(
    ("value", "shape", "shown"),
    [(-0.001, MONEY, "0.00"), (-1234.5, MONEY, "-1,234.50"), (0.5, PERCENT, "50.0%")],
)
def test_numbers_are_shown_as_excel_does(value, shape, shown):
    assert show(value, shape) == shown
