"""What a file is by its first bytes, and how much a workbook holds."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.roster import size
from jiuzhu_sim.roster.broken import broken_cells
from jiuzhu_sim.roster.content import COMPOUND, content_of
from jiuzhu_sim.roster.size import refuse_vast

PATH = Path("roster.xlsx")


def workbook(*cells, name="名册"):
    """The bytes of a workbook with some cells (row, column, value)."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet(name)
        for row, column, value in cells:
            if str(value).startswith("="):
                sheet.write_formula(row, column, "=1/0", None, value[1:])
            else:
                sheet.write(row, column, value)
    return held.getvalue()


def zipped(name):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr(name, "x")
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("姓名,身份证号".encode("gb18030"), "text"),
        ("姓名\t身份证号".encode("utf-16"), "text"),
        (b"BM,RIFF", "text"),
        (COMPOUND + "Workbook".encode("utf-16-le"), "workbook"),
    ],
)
def test_tables(data, kind):
    assert content_of(PATH, data) == kind
    assert content_of(PATH, workbook((0, 0, "a"))) == "workbook"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"%PDF-1.7", "PDF 文件，只是改了扩展名"),
        (b"\x89PNG\r\n\x1a\n\x00", "图片"),
        (zipped("word/document.xml"), "Word 文档，只是改了扩展名"),
        (zipped("a.csv"), "压缩包"),
        (zipped("xl/workbook.bin"), "xlsb"),
        (zipped("content.xml"), "OpenDocument"),
        (COMPOUND + "WordDocument".encode("utf-16-le"), "Word"),
        (COMPOUND, "二进制"),
        (b"<html><table>", "网页"),
        (b"PAR1", "Parquet"),
        (b"a\x00b", "二进制"),
        (b"", "空文件"),
        (b"\xef\xbb\xbf \r\n", "空文件"),
    ],
)
def test_other_kinds_are_named(data, word):
    with pytest.raises(JZError) as caught:
        content_of(PATH, data)
    assert caught.value.codes == ("JZ-E070",)
    assert word in str(caught.value)


def test_an_honest_ending_is_not_called_a_disguise():
    with pytest.raises(JZError) as caught:
        content_of(Path("roster.pdf"), b"%PDF-1.7")
    assert "扩展名" not in str(caught.value)


@pytest.mark.parametrize("data", [COMPOUND + "EncryptedPackage".encode("utf-16-le"), b"PK\x03\x04"])
def test_protected_and_cut_off(data):
    with pytest.raises(JZError) as caught:
        content_of(PATH, data)
    assert caught.value.codes == ("JZ-E075",)


def refused(data):
    with pytest.raises(JZError) as caught:
        refuse_vast(PATH, data)
    return caught.value


def test_a_stray_cell_to_the_right_or_far_down():
    refuse_vast(PATH, workbook((0, 0, "a"), (100, 30, "b")))
    assert "列数为 601" in str(refused(workbook((0, 0, "a"), (1, 600, "b"))))
    assert "单元格数" in str(refused(workbook((0, 0, "a"), (1_000_000, 30, "b"))))


def test_a_place_that_no_sheet_has():
    with zipfile.ZipFile(io.BytesIO(workbook((0, 0, "a")))) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for wrong in (b'r="A99999999999"', b"r='ZZZZ1'"):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as packed:
            for name, content in parts.items():
                packed.writestr(name, content.replace(b'r="A1"', wrong))
        assert refused(held.getvalue()).codes == ("JZ-E076",)


def test_what_unpacks_to_too_much(monkeypatch):
    data = workbook((0, 0, "a"))
    monkeypatch.setattr(size, "UNPACKED_MAX", 1000)
    assert refused(data).codes == ("JZ-E076",)


def test_a_size_that_lies():
    data = workbook(*((row, 0, "姓名") for row in range(3000)))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        true = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = data.replace(true.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != data
    assert refused(lying).codes == ("JZ-E075",)


def test_errors_of_formulas_are_found():
    data = workbook((0, 0, "a"), (3, 2, "=#DIV/0!"), (70, 27, "=#REF!"), name="甲&乙")
    assert broken_cells(data, "甲&乙") == {(3, 2): "#DIV/0!", (70, 27): "#REF!"}
    assert broken_cells(data, "丙") == {}
    assert broken_cells(workbook((0, 0, "a")), "名册") == {}
    assert broken_cells(COMPOUND, "名册") == {}
