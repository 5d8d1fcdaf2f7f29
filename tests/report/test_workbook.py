import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.measures import suppress
from jiuzhu_sim.report.workbook import write_workbook
from tests.report import small_tables as small

NOTES = [
    ("参数与依据——示例县", [("参数", "值"), ("=2+2", "@x"), ("多行", "一\n二")]),
    ("运行信息", [("项", "值"), ("种子", "1")]),
]


@pytest.fixture(params=["zh", "en"])
def lang(request):
    set_language(request.param)
    yield request.param
    set_language("zh")


def written(path, *tables):
    return CalamineWorkbook.from_path(write_workbook(path, tables, NOTES))


def rows_of(book, name):
    """Rows from the heads on; calamine starts with the first row that has something."""
    rows = book.get_sheet_by_name(name).to_python()
    return rows[3:]


def sheet_xml(path, number):
    with zipfile.ZipFile(path) as archive:
        return archive.read(f"xl/worksheets/sheet{number}.xml").decode()


def test_sheets_and_their_names(tmp_path, lang):
    book = written(tmp_path / "a.xlsx", small.townships(), small.crossed(), small.reconciled())
    expected = {
        "zh": [
            "目录",
            "附表1 保障对象与支出，按乡镇（街道）",
            "附表2 保障对象与支出，按城乡 × 类别",
            "附表3 上报与模型对照",
        ],
        "en": [
            "Contents",
            "Table 1 Recipients, by Township",
            "Table 2 Recipients, by Area × C",
            "Table 3 Report and model",
        ],
    }[lang]
    assert book.sheet_names == [*expected, "参数与依据", "运行信息"]
    listed = [row[0] for row in book.get_sheet_by_name(expected[0]).to_python()[3:]]
    assert listed == book.sheet_names[1:]
    assert "<hyperlink " in sheet_xml(tmp_path / "a.xlsx", 1)


def test_values_intervals_and_n(tmp_path):
    table = small.townships()
    book = written(tmp_path / "a.xlsx", table)
    heads, *rows = rows_of(book, "附表1 保障对象与支出")
    assert heads[:4] == ["乡镇（街道）", "人数\n（人）", "人数\n下限", "人数\n上限"]
    for number, row in enumerate(table.rows):
        name, *cells, n = rows[number][:11]
        assert (name,) == table.labels(row)
        assert cells[0::3] == pytest.approx(table.values[number])
        assert cells[1::3] == pytest.approx(table.low[number])
        assert cells[2::3] == pytest.approx(table.high[number])
        assert n == table.n[number]
    assert any("95%区间" in str(cell) for row in rows for cell in row)


def test_totals_of_what_adds_up_are_formulas(tmp_path):
    written(tmp_path / "a.xlsx", small.townships())
    xml = sheet_xml(tmp_path / "a.xlsx", 2)
    # Persons and cost with their values; the mean and the intervals stay numbers.
    assert re.findall(r"<f>(.*?)</f><v>(.*?)</v>", xml) == [
        ("SUM(B5:B7)", "600.0"),
        ("SUM(H5:H7)", "5371200.0"),
    ]


def test_no_formula_where_something_is_hidden(tmp_path):
    table = suppress(small.townships(), min_n=45)
    book = written(tmp_path / "a.xlsx", table)
    assert "<f>" not in sheet_xml(tmp_path / "a.xlsx", 2)
    rows = rows_of(book, "附表1 保障对象与支出")
    assert [row[1] for row in rows[1:5]] == ["*", 300, "*", 600]
    assert rows[1][-1] == "*"


def test_no_formula_where_parts_miss_the_total(tmp_path):
    table = small.table(
        "caseload",
        ("area",),
        [("urban",), ("rural",), ("total",)],
        [small.PERSONS],
        [[1], [2], [4]],
        fields=small.POLICY,
    )
    written(tmp_path / "a.xlsx", table)
    assert "<f>" not in sheet_xml(tmp_path / "a.xlsx", 2)


def test_text_stays_text(tmp_path):
    book = written(tmp_path / "a.xlsx", small.townships())
    assert rows_of(book, "附表1 保障对象与支出")[3][0] == "=1+1"
    assert rows_of(book, "参数与依据")[1] == ["=2+2", "@x"]
    assert "<f>" not in sheet_xml(tmp_path / "a.xlsx", 3)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")


def test_verdicts_are_words_and_formats_follow_the_table(tmp_path):
    book = written(tmp_path / "a.xlsx", small.reconciled())
    rows = rows_of(book, "附表1 上报与模型对照")
    assert [row[5] for row in rows[1:3]] == ["成立", "不成立"]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        styles = archive.read("xl/styles.xml").decode()
    assert 'numFmtId="10"' in styles or "0.00%" in styles


def test_prints_on_one_page_across_with_heads_repeated(tmp_path):
    written(tmp_path / "a.xlsx", small.townships())
    xml = sheet_xml(tmp_path / "a.xlsx", 2)
    assert 'paperSize="9"' in xml
    assert 'orientation="landscape"' in xml
    assert 'fitToHeight="0"' in xml
    assert 'topLeftCell="B5"' in xml  # heads and labels stay in sight
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert "!$4:$4" in archive.read("xl/workbook.xml").decode()


def test_columns_are_wide_enough(tmp_path):
    written(tmp_path / "a.xlsx", small.townships())
    xml = sheet_xml(tmp_path / "a.xlsx", 2)
    widths = {
        int(first): float(width)
        for first, width in re.findall(r'<col min="(\d+)" max="\d+" width="([\d.]+)"', xml)
    }
    assert widths[8] > len("5,371,200")


def test_same_input_same_bytes(tmp_path, lang):
    paths = [write_workbook(tmp_path / name, [small.townships()], NOTES) for name in ("a", "b")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_unwritable_place_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(JZError, match="JZ-E040"):
        write_workbook(tmp_path / "file" / "a.xlsx", [], NOTES)
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(JZError, match="JZ-E040"):
        write_workbook(tmp_path / "a.xlsx", [], NOTES)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.xlsx", "file"]
