"""`check_roster`: what it hands out, its options, several sheets."""

import datetime

import pytest
import xlsxwriter

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.roster import check_roster
from tests.roster.typed import HEAD, KEY, MAN, SON, WIFE, check, rows_of, told

BLOCK = f"""
    某县农村低保花名册（2025年6月）||||||
    序号|户主姓名|公民身份号码|家庭人口|保障人口|月保障金|鞋码
    1|张三|{HEAD}|2|2|600|40
    2|李四|{MAN[:17]}|1|1|300|41
    合计|||3|3|900|
    """


def workbook(path, **blocks):
    with xlsxwriter.Workbook(str(path)) as book:
        for name, block in blocks.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows_of(block)):
                sheet.write_row(number, 0, row)
    return path


def test_what_was_read(tmp_path):
    roster = check(tmp_path, BLOCK)
    read = roster.read
    assert (read.file, read.kind, read.encoding) == ("roster.csv", "text", "utf-8")
    assert (read.header_rows, read.rows, read.rows_skipped) == (("2",), 2, 1)
    assert (read.one_row_a, read.households, read.set_aside) == ("household", 2, 1)
    assert read.at == "2025-01-01"  # the date of the policy
    assert roster.fields == {
        **{"序号": "seq", "户主姓名": "head_name", "公民身份号码": "id", "家庭人口": "n_members"},
        **{"保障人口": "n_covered_now", "月保障金": "current_benefit_m", "鞋码": ""},
    }
    assert roster.people.about["roster"]["rows"] == 2


def test_what_is_handed_out(tmp_path):
    roster = check(tmp_path, BLOCK)
    assert told(roster, "stop") == [("R102", 4, "C")]
    assert told(roster, "hint") == [("R306", 2, "G"), ("R307", 5, "")]
    rows = roster.rows
    assert rows["first_row"].tolist() == rows["last_row"].tolist() == [3, 4]
    assert rows["is_set_aside"].tolist() == [False, True]
    aside = roster.set_aside.to_dict("records")[0]
    assert aside["户主姓名"] == "李*"
    assert aside["公民身份号码"] == "*" * 15 + MAN[15:17]
    assert (aside["row"], aside["月保障金"]) == (4, "300")
    assert "鞋码" not in aside
    assert aside["household"] == rows["household"][1]
    assert roster.findings.household[0] == aside["household"]


def test_notes_in_the_language_in_use(tmp_path):
    roster = check(tmp_path, BLOCK, policy=None)
    assert roster.notes[0].startswith("没有给出低保标准")
    set_language("en")
    assert roster.notes[0].startswith("No standard was given")
    set_language("zh")


def test_the_date_decides_the_ages(tmp_path):
    for at, age in (("2025-03-14", 54), (datetime.date(2025, 3, 15), 55)):
        assert check(tmp_path, BLOCK, at=at).people["age"].tolist()[0] == age
    with pytest.raises(JZError) as caught:
        check(tmp_path, BLOCK, at="2025年")
    assert caught.value.codes == ("JZ-E007",)


def test_unknown_options_are_refused(tmp_path):
    for option in ({"income_unit": "元/周"}, {"encoding": "big5"}):
        with pytest.raises(JZError) as caught:
            check(tmp_path, BLOCK, **option)
        assert caught.value.codes == ("JZ-E060",)


def test_one_sheet_for_each_township_and_area(tmp_path):
    head = "户主姓名|身份证号|人口"
    path = workbook(
        tmp_path / "a.xlsx",
        东河镇=f"东河镇城市低保|\n{head}\n张三|{HEAD}|1",
        石桥乡=f"石桥乡农村低保|\n{head}\n李四|{MAN}|1\n王五|{WIFE}|0",
        封面="花名册",
    )
    roster = check_roster(path, policy=None, key=KEY, at="2025-06-15")
    assert told(roster) == [("R113", 4, "C")]
    assert roster.findings.sheet[0] == "石桥乡"
    assert roster.read.sheets == ("东河镇", "石桥乡")
    people = roster.people
    held = dict(zip(people["township"], people["area"], strict=True))
    assert held == {"东河镇": "urban", "石桥乡": "rural"}
    assert roster.notes == ("没有给出低保标准，与标准有关的检查（多发、收入超标准等）未做。",)
    one = check_roster(path, policy=None, key=KEY, sheet="东河镇")
    assert one.people.households == 1


def test_places_in_other_sheets_are_named(tmp_path):
    head = "户主姓名|身份证号|人口"
    path = workbook(tmp_path / "a.xlsx", 甲=f"{head}\n张三|{HEAD}|1", 乙=f"{head}\n张三|{HEAD}|1")
    roster = check_roster(path, policy=None, key=KEY)
    assert ["甲" in what for what in roster.findings.what] == [False, True]


def test_a_text_in_gbk_and_a_workbook_with_titles_are_the_same_people(tmp_path):
    block = (
        f"姓名|身份证号|关系|月保障金\n张三|{HEAD}|户主|600\n小六|{SON}|子|\n李四|{MAN}|户主|300"
    )
    text = tmp_path / "a.csv"
    text.write_bytes("\n".join(",".join(row) for row in rows_of(block)).encode("gb18030"))
    book = workbook(tmp_path / "a.xlsx", 名册=f"某县|\n附件二|\n{block}")
    one, two = (check_roster(path, policy=None, key=KEY) for path in (text, book))
    assert one.people.digest() == two.people.digest()
    assert one.rows["household"].tolist() == two.rows["household"].tolist()


def test_without_a_header_or_rows(tmp_path):
    for block, code in ((f"张三|{HEAD}|1", "JZ-E071"), ("户主姓名|身份证号|人口", "JZ-E079")):
        with pytest.raises(JZError) as caught:
            check(tmp_path, block)
        assert caught.value.codes == (code,)
        assert HEAD not in str(caught.value)
