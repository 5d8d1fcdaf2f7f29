"""Files as sheets: whatever the encoding, the delimiter, the kind of cell."""

import datetime

import pytest
import xlsxwriter

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.roster.sheet import column_letter, open_sheets, table, written

ROWS = [["姓名", "备注"], ["张三", "䶮，甲"], ["李四", ""]]
TEXT = "\n".join(",".join(row) for row in ROWS)


def opened(path, content, **how):
    path.write_bytes(content)
    return open_sheets(path, **how)


@pytest.mark.parametrize(
    ("encoding", "used"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_encodings(tmp_path, encoding, used):
    source = opened(tmp_path / "a.csv", TEXT.encode(encoding))
    assert source.encoding == used
    assert source.sheets[0].rows.tolist() == ROWS
    assert (source.kind, source.name) == ("text", "a.csv")


@pytest.mark.parametrize("mark", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path, mark, end):
    content = end.join(mark.join(row) for row in ROWS).encode()
    assert opened(tmp_path / "a.txt", content).sheets[0].rows.tolist() == ROWS


def test_quotes_and_lines_within_a_cell(tmp_path):
    source = opened(tmp_path / "a.csv", '姓名,备注\n"张三","a,b\n""c"""\n李四,1'.encode())
    assert source.sheets[0].rows.tolist()[1:] == [["张三", 'a,b\n"c"'], ["李四", "1"]]


def test_a_quotation_mark_never_closed_is_refused(tmp_path):
    with pytest.raises(JZError) as caught:
        opened(tmp_path / "a.csv", '姓名,备注\n张三,"a\n李四,b\n'.encode())
    assert caught.value.codes == ("JZ-E021",)
    inch = opened(tmp_path / "a.csv", '姓名,备注\n张三,5"屏\n李四,b\n'.encode())
    assert inch.sheets[0].rows[1].tolist() == ["张三", '5"屏']


def test_a_stated_encoding_holds(tmp_path):
    with pytest.raises(JZError) as caught:
        opened(tmp_path / "a.csv", TEXT.encode("gb18030"), encoding="utf-8")
    assert caught.value.codes == ("JZ-E073",)
    assert "第2行" in str(caught.value) or "第1行" in str(caught.value)
    with pytest.raises(JZError) as caught:
        opened(tmp_path / "a.csv", b"a", encoding="big5")
    assert caught.value.codes == ("JZ-E060",)


def test_no_such_file(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(JZError) as caught:
            open_sheets(path)
        assert caught.value.codes == ("JZ-E020",)


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        day = made.add_format({"num_format": "yyyy年m月d日"})
        sheet = made.add_worksheet("名册")
        sheet.merge_range(0, 0, 0, 2, "标题")
        sheet.write_number(1, 1, 110105194912310021)
        sheet.write_number(2, 1, 300)
        sheet.write_number(3, 1, 0.1 + 0.2)
        sheet.write_datetime(4, 1, datetime.datetime(2020, 3, 5), day)
        sheet.write_boolean(5, 1, True)
        sheet.write_formula(6, 1, "=1/0", None, "#DIV/0!")
        made.add_worksheet("空")
        made.add_worksheet("藏").hide()
    return path


def test_cells_of_a_workbook(book):
    source = open_sheets(book)
    assert [sheet.name for sheet in source.sheets] == ["名册", "空"]
    sheet = source.sheets[0]
    assert sheet.merged == (((0, 0), (0, 2)),)
    cells = [written(cell) for cell in sheet.rows[1:, 1]]
    # Fifteen digits are what a workbook keeps of a number.
    expected = ["110105194912310000", "300", "0.3", "2020-03-05", "true", "#DIV/0!"]
    assert cells == expected
    assert len(source.sheets[1].rows) == 0


def test_a_sheet_by_name_even_a_hidden_one(book):
    assert [sheet.name for sheet in open_sheets(book, "藏").sheets] == ["藏"]
    with pytest.raises(JZError) as caught:
        open_sheets(book, "名")
    assert caught.value.codes == ("JZ-E074",)
    assert "名册" in str(caught.value)


def test_the_content_decides_not_the_ending(book, tmp_path):
    renamed = tmp_path / "a.csv"
    renamed.write_bytes(book.read_bytes())
    assert open_sheets(renamed).kind == "workbook"
    assert opened(tmp_path / "b.xls", TEXT.encode("gb18030")).kind == "text"


def test_rows_of_one_length():
    made = table([["a"], [], ["b", "c"]])
    assert made.tolist() == [["a", ""], ["", ""], ["b", "c"]]
    assert table(made) is made
    assert table([]).shape == (0, 0)


def test_letters_of_columns():
    assert [column_letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        *("A", "Z", "AA", "AZ", "BA", "ZZ", "AAA")
    ]
