"""Whatever file comes, the answer is a roster or one sentence, soon, and in little memory."""

import time

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from tests.roster import bad_files
from tests.roster.messy import families, lay_out
from tests.roster.truth import DOUBT, HINT, STOP, check, told
from tests.roster.written import plain, titled, write_text, write_xlsx

REFUSALS = {"JZ-E021", *(f"JZ-E07{n}" for n in range(10))}
SECONDS = 10
CLEAN = families(30)


@pytest.fixture
def good(tmp_path):
    return write_xlsx(tmp_path / "good.xlsx", plain(lay_out(CLEAN)))


def refused(path, **how):
    """The refusal of a file; it came soon and is a single sentence in either language."""
    started = time.perf_counter()
    with pytest.raises(JZError) as caught:
        check(path, **how)
    assert time.perf_counter() - started < SECONDS
    assert set(caught.value.codes) <= REFUSALS
    for language in ("en", "zh"):
        set_language(language)
        assert str(caught.value).strip()
        assert path.name in str(caught.value)
        assert str(path.parent) not in str(caught.value)
    assert len(caught.value.problems) == 1
    return caught.value


def answered(path, **how):
    """A roster or a refusal, nothing else, soon."""
    started, codes, roster = time.perf_counter(), (), None
    try:
        roster = check(path, **how)
    except JZError as error:
        codes = error.codes
    assert set(codes) <= REFUSALS
    assert time.perf_counter() - started < SECONDS
    return roster


def has_chinese(text):
    return any("一" <= character <= "鿿" for character in text)


# --- not a table --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "word"),
    [
        (bad_files.PDF, "PDF"),
        (bad_files.PNG, "图"),
        (bad_files.JPEG, "图"),
        (bad_files.RAR, "压缩"),
        (bad_files.SEVEN_ZIP, "压缩"),
        (b"", "空"),
        (b"\r\n\r\n  \r\n", ""),
        (b"\xef\xbb\xbf", ""),
    ],
)
@pytest.mark.parametrize("name", ["花名册.xlsx", "花名册.csv"])
def test_other_kinds_are_named(tmp_path, content, word, name):
    path = tmp_path / name
    path.write_bytes(content)
    error = refused(path)
    assert error.codes == ("JZ-E070",)
    assert word in str(error)
    assert has_chinese(str(error))
    assert "\n" not in str(error)
    assert "Traceback" not in str(error)


@pytest.mark.parametrize("name", ["花名册.xls", "花名册.xlsx"])
@pytest.mark.parametrize("content", [bad_files.HTML, bad_files.XML_2003])
def test_web_pages_called_excel_are_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path).codes[0] in {"JZ-E070", "JZ-E071"}


def test_documents_and_archives_are_named(tmp_path):
    error = refused(bad_files.word_document(tmp_path / "roster.xlsx"))
    assert error.codes == ("JZ-E070",)
    assert "Word" in str(error)
    assert refused(bad_files.archive_of(tmp_path / "b.xlsx")).codes == ("JZ-E070",)


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(JZError) as caught:
        check(tmp_path / "none.xlsx")
    assert caught.value.codes == ("JZ-E020",)
    with pytest.raises(JZError):
        check(tmp_path)


def test_the_content_decides_not_the_ending(tmp_path, good):
    digest = check(good).people.digest()
    dressed = plain(lay_out(CLEAN))
    renamed = tmp_path / "roster.csv"
    renamed.write_bytes(good.read_bytes())
    text_as_excel = write_text(tmp_path / "text.xls", dressed, "gb18030", "\t")
    csv_as_excel = write_text(tmp_path / "text.xlsx", dressed, "utf-8-sig")
    for path in (renamed, text_as_excel, csv_as_excel):
        assert check(path).people.digest() == digest
    assert check(str(good)).people.digest() == digest


# --- damaged or protected -----------------------------------------------------------------------
def test_a_protected_workbook_says_so(tmp_path):
    error = refused(bad_files.protected_workbook(tmp_path / "locked.xlsx"))
    assert error.codes == ("JZ-E075",)
    assert "密码" in str(error) or "加密" in str(error)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_short_is_refused(tmp_path, good, share):
    data = good.read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(data[: int(len(data) * share)])
    assert refused(cut).codes[0] in {"JZ-E075", "JZ-E070"}


@settings(max_examples=60)
@given(
    start=st.sampled_from(
        [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xef\xbb\xbf", b"\xff\xfe"]
    ),
    rest=st.binary(max_size=3000),
    ending=st.sampled_from([".xlsx", ".xls", ".csv", ".txt", ""]),
)
def test_random_bytes(tmp_path_factory, start, rest, ending):
    path = tmp_path_factory.mktemp("bytes") / f"roster{ending}"
    path.write_bytes(start + rest)
    assert answered(path) is None


@settings(max_examples=40)
@given(place=st.floats(0, 1), patch=st.binary(min_size=1, max_size=40))
def test_a_good_workbook_with_some_bytes_changed(tmp_path_factory, place, patch):
    folder = tmp_path_factory.mktemp("patched")
    path = write_xlsx(folder / "roster.xlsx", plain(lay_out(CLEAN[:5])))
    data = bytearray(path.read_bytes())
    at = int(place * (len(data) - len(patch)))
    data[at : at + len(patch)] = patch
    path.write_bytes(bytes(data))
    answered(path)


@settings(max_examples=40)
@given(
    text=st.text(
        st.sampled_from(' ,\t;\n\r"0１aX姓名身份证号户主关系－.=\u3000\u200b'), max_size=400
    )
)
def test_random_text(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("text") / "roster.csv"
    path.write_text(text, encoding="utf-8", newline="")
    answered(path)


# --- nothing, or not enough, in it --------------------------------------------------------------
def test_no_rows_or_a_header_only(tmp_path):
    empty = tmp_path / "empty.xlsx"
    book = xlsxwriter.Workbook(str(empty))
    book.add_worksheet()
    book.close()
    assert refused(empty).codes[0] in {"JZ-E070", "JZ-E071"}
    header = write_xlsx(tmp_path / "header.xlsx", titled(lay_out([])))
    refused(header)
    refused(write_text(tmp_path / "header.csv", plain(lay_out([])), "gb18030"))


def test_some_other_table(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("品名,数量,单价\r\n大米,3,5\r\n面粉,4,6\r\n", encoding="gb18030")
    error = refused(path)
    assert error.codes == ("JZ-E071",)
    assert "品名" in str(error)


def test_a_wide_table_of_something_else_is_refused_soon(tmp_path):
    words = [
        [f"指标{row}之{column}" + "很长的名称" * 30 for column in range(300)] for row in range(60)
    ]
    path = tmp_path / "wide.csv"
    path.write_bytes("\n".join(",".join(line) for line in words).encode("gb18030"))
    assert refused(path).codes == ("JZ-E071",)


@pytest.mark.parametrize(
    ("gone", "instead", "word"),
    [("身份证号码", "证件", "身份证"), ("身份证号码", "", "身份证"), ("姓名", "名字是", "姓名")],
)
def test_a_needed_column_is_missing(tmp_path, gone, instead, word):
    dressed = plain(lay_out(CLEAN))
    dressed.lines[0] = [instead if name == gone else name for name in dressed.lines[0]]
    if not instead:
        place = dressed.table.header.index(gone)
        for line in dressed.lines:
            del line[place]
    error = refused(write_text(tmp_path / "roster.csv", dressed, "gb18030"))
    assert error.codes == ("JZ-E072",)
    assert word in str(error)


def test_all_missing_columns_are_told_at_once(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(
        "序号,乡镇,村,城乡类别,保障人口,月保障金\r\n1,东河镇,上坝村,农村,1,300\r\n", "gb18030"
    )
    error = refused(path)
    assert error.codes[0] in {"JZ-E072", "JZ-E071"}
    assert "姓名" in str(error)
    assert "身份证" in str(error)


# --- encodings ----------------------------------------------------------------------------------
def test_encodings_that_are_neither(tmp_path):
    dressed = plain(lay_out(CLEAN))
    for encoding in ("utf-16-le", "utf-16-be", "utf-32", "big5hkscs"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes("\r\n".join(",".join(r) for r in dressed.lines).encode(encoding, "ignore"))
        roster = answered(path)
        assert roster is None or told(roster, STOP, DOUBT) == []


def test_mixed_encodings_are_never_read_as_nonsense(tmp_path):
    dressed = plain(lay_out(CLEAN))
    lines = [",".join(line) for line in dressed.lines]
    path = tmp_path / "mixed.csv"
    path.write_bytes(
        b"\r\n".join(t.encode("gbk" if n > 20 else "utf-8") for n, t in enumerate(lines))
    )
    refused(path)


def test_a_stated_encoding_holds(tmp_path):
    path = write_text(tmp_path / "roster.csv", plain(lay_out(CLEAN)), "gbk")
    assert refused(path, encoding="utf-8").codes == ("JZ-E073",)
    assert check(path, encoding="gb18030").people.households == 30
    with pytest.raises(JZError):
        check(path, encoding="latin-9")


# --- odd cells ----------------------------------------------------------------------------------
def test_formulas_long_texts_and_new_lines_do_no_harm(tmp_path):
    dressed = plain(lay_out(CLEAN))
    remark, village = len(dressed.table.header) - 1, dressed.table.header.index("村（社区）")
    path = tmp_path / "odd.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("花名册")
    for number, line in enumerate(dressed.lines):
        sheet.write_row(number, 0, line)
    sheet.write_formula(1, remark, '=HYPERLINK("http://a.b/c","点我")', None, "点我")
    sheet.write_formula(2, remark, "=1/0", None, "#DIV/0!")
    sheet.write_string(1, village, "上坝村\n一组")
    sheet.write_string(3, remark, "长" * 32767)
    sheet.write_boolean(4, remark, True)
    sheet.write_comment(5, remark, "批注")
    book.close()
    roster = check(path)
    assert told(roster, STOP, DOUBT) == []
    assert roster.people.households == 30


def test_formulas_as_text_and_long_cells_in_a_csv(tmp_path):
    dressed = plain(lay_out(CLEAN))
    remark = len(dressed.table.header) - 1
    dressed.lines[1][remark] = '=HYPERLINK("http://a.b/c","点我")'
    dressed.lines[2][remark] = "两行\r\n备注"
    dressed.lines[3][remark] = "长" * 40_000
    roster = check(write_text(tmp_path / "odd.csv", dressed, "utf-8"))
    assert told(roster, STOP, DOUBT) == []
    same = check(write_text(tmp_path / "good.csv", plain(lay_out(CLEAN)), "utf-8"))
    assert roster.people.digest() == same.people.digest()


@pytest.mark.parametrize("at", ["first", "last"])
def test_a_quote_never_closed_loses_nothing_silently(tmp_path, at):
    dressed = plain(lay_out(CLEAN))
    place = 1 if at == "first" else len(dressed.lines) - 1
    lines = [",".join(line) for line in dressed.lines]
    remark = len(dressed.table.header) - 1
    lines[place] = ",".join([*dressed.lines[place][:remark], '"无子女'])
    path = tmp_path / "roster.csv"
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    roster = answered(path)
    assert roster is None or len(roster.rows) == 30


def test_two_hundred_columns(tmp_path):
    dressed = plain(lay_out(CLEAN))
    for number, line in enumerate(dressed.lines):
        line += [f"附加{k}" if number == 0 else str(k) for k in range(175)]
    roster = check(write_text(tmp_path / "wide.csv", dressed, "gb18030"))
    assert told(roster, STOP, DOUBT) == []
    assert roster.people.households == 30
    assert sum(f["code"] == "R306" for f in told(roster, HINT)) >= 1


def test_a_name_of_forty_thousand_letters(tmp_path):
    dressed = plain(lay_out(CLEAN))
    dressed.lines[1][dressed.table.header.index("姓名")] = "赵" * 40_000
    roster = answered(write_text(tmp_path / "long.csv", dressed, "gb18030"))
    frame = roster.findings.frame()
    assert max(len(str(cell)) for name in frame for cell in frame[name]) < 1000
