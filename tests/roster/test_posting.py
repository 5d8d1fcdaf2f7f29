"""The list for posting: who stands in it, who may not, and nothing else of anybody."""

import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.report.posted import withheld, write_posting
from jiuzhu_sim.roster.posting import FEWEST, cause_of, posting
from jiuzhu_sim.roster.sample import CONFIDENTIAL, ILL, faulty_households, sample_roster
from tests.roster.small import HEADS, id_of, write_roster_csv

AT = "2025-06-30"


def posted(tmp_path, rows, heads=HEADS, **given):
    return posting(write_roster_csv(tmp_path / "roster.csv", rows, heads), at=AT, **given)


def names(made):
    return [each.name for village in made.villages for each in village.households]


def test_what_stands_in_it(tmp_path):
    rows = [
        {"户主姓名": "赵一", "保障人数": "1", "保障人口数": "1", "月保障金": "560"},
        {"户主姓名": "钱二", "村": "二村", "主要致贫原因": "缺劳力"},
        {"户主姓名": "孙三"},
    ]
    made = posted(tmp_path, rows)
    assert [(each.township, each.village) for each in made.villages] == [
        ("甲镇", "一村"),
        ("甲镇", "二村"),
    ]
    first = made.villages[0].households[0]
    assert (first.name, first.n_covered, first.cause, first.amount_m) == ("赵一", 1, "因病", 560.0)
    assert names(made) == ["赵一", "孙三", "钱二"]
    assert made.villages[1].households[0].cause == "缺劳动力"


@pytest.mark.parametrize(
    "given",
    [
        {"是否不予公开": "是"},
        {"健康状况": "艾滋病"},
        {"健康状况": "ＨＩＶ感染"},
        {"主要致贫原因": "因病（AIDS）"},
        {"身份证号码": id_of(1, born="20100101")},  # a head of 15 years
    ],
    ids=str,
)
def test_who_may_not_be_made_public(given, tmp_path):
    made = posted(tmp_path, [{}, {"户主姓名": "钱二", **given}, {}])
    assert "钱二" not in names(made)
    assert made.counts()["withheld"] == 1
    assert made.counts()["posted"] == 2


def test_a_mark_that_nobody_knows_keeps_the_household_out(tmp_path):
    rows = [{}, {"户主姓名": "钱二", "是否不予公开": "要保密"}, {}]
    assert "钱二" not in names(posted(tmp_path, rows, anyway=True))


def test_a_head_is_a_minor_up_to_the_eighteenth_birthday(tmp_path):
    rows = [{"身份证号码": id_of(0, born="20070630")}, {"身份证号码": id_of(1, born="20070701")}]
    made = posted(tmp_path, rows)
    assert (made.counts()["posted"], made.counts()["withheld"]) == (1, 1)


def test_a_confidential_member_keeps_the_household_out(tmp_path):
    heads = (
        "户编号",
        "乡镇",
        "村",
        "姓名",
        "与户主关系",
        *HEADS[3:4],
        "家庭人口数",
        "月保障金",
        "备注",
    )
    rows = [
        {"户编号": "1", "姓名": "赵一", "与户主关系": "户主", "备注": ""},
        {"户编号": "1", "姓名": "赵二", "与户主关系": "子", "备注": "艾滋病人", "月保障金": ""},
        {"户编号": "2", "姓名": "钱一", "与户主关系": "户主", "备注": "", "家庭人口数": "1"},
    ]
    rows[1] |= {"身份证号码": id_of(1, born="20050101")}
    made = posted(tmp_path, rows, heads)
    assert names(made) == ["钱一"]
    assert made.counts()["withheld"] == 1


def test_also_in_a_column_nobody_knows(tmp_path):
    rows = [{"鞋码": ""}, {"户主姓名": "钱二", "鞋码": "艾滋病"}, {"鞋码": "42"}]
    made = posted(tmp_path, rows, (*HEADS, "鞋码"))
    assert "钱二" not in names(made)
    assert made.counts()["posted"] == 2


@pytest.mark.parametrize("n", range(FEWEST))
def test_few_withheld_read_like_none(n):
    assert withheld(n) == withheld(0)
    assert not re.search(r"[1-46-9]", withheld(n))


def test_many_withheld_are_counted(tmp_path):
    rows = [{"是否不予公开": "是"}] * 6 + [{}] * 3
    path = write_posting(posted(tmp_path, rows), tmp_path / "out.xlsx")
    with zipfile.ZipFile(path) as packed:
        assert "依规不予公开6户" in packed.read("xl/sharedStrings.xml").decode()


def test_a_small_village_does_not_show_whether_anybody_is_withheld(tmp_path):
    rows = [{"村": "一村"}, {"村": "一村", "是否不予公开": "是"}, {"村": "二村"}]
    path = write_posting(posted(tmp_path, rows), tmp_path / "out.xlsx")
    book = CalamineWorkbook.from_path(path)
    lines = [
        [row[0] for row in book.get_sheet_by_name(name).to_python() if isinstance(row[0], str)]
        for name in ("一村", "二村")
    ]
    assert lines[0][2:] == lines[1][2:]  # all but the title


def test_stops_are_refused_or_left_out_and_told(tmp_path):
    rows = [{"户主姓名": "赵一"}, {"户主姓名": "钱二", "身份证号码": "1"}]
    with pytest.raises(JZError, match="JZ-E080"):
        posted(tmp_path, rows)
    made = posted(tmp_path, rows, anyway=True)
    assert names(made) == ["赵一"]
    assert made.counts()["set_aside"] == 1
    path = write_posting(made, tmp_path / "out.xlsx")
    with zipfile.ZipFile(path) as packed:
        assert "核实后补充公示" in packed.read("xl/sharedStrings.xml").decode()


def test_who_gets_nothing_is_not_on_it(tmp_path):
    made = posted(tmp_path, [{}, {"月保障金": "0", "户主姓名": "钱二"}])
    assert "钱二" not in names(made)
    assert made.counts()["unpaid"] == 1


@pytest.mark.parametrize("lacking", [("村", "乡镇"), ("月保障金",)])
def test_a_roster_without_village_or_amount_is_refused(lacking, tmp_path):
    with pytest.raises(JZError, match="JZ-E072"):
        posted(tmp_path, [{}], tuple(head for head in HEADS if head not in lacking))


def test_without_causes_the_column_stays_blank(tmp_path):
    made = posted(tmp_path, [{}], tuple(head for head in HEADS if head != "主要致贫原因"))
    assert made.villages[0].households[0].cause == ""
    assert any("致贫原因" in line for line in made.said())


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("因病（尿毒症）", "因病"),
        ("肝癌晚期", "因病"),
        ("精神残疾二级", "因残"),
        ("两个孩子上大学", "因学"),
        ("火灾", "因灾"),
        ("年老体弱", "年老体弱"),
        ("缺劳力", "缺劳动力"),
        ("家住东山坡3号", "其他"),
        ("", ""),
    ],
)
def test_causes_are_posted_by_kind(word, kind):
    assert cause_of(word) == kind


def test_no_numbers_of_anybody(tmp_path):
    heads = (*HEADS, "联系电话", "银行账号", "家庭住址")
    extra = {"联系电话": "00012345678", "银行账号": "9900123456789012345", "家庭住址": "东山坡三号"}
    rows = [extra, {**extra, "户主姓名": f"钱二{id_of(9)}"}, {**extra, "村": id_of(8)}]
    path = write_posting(posted(tmp_path, rows, heads), tmp_path / "out.xlsx")
    with zipfile.ZipFile(path) as packed:
        content = "".join(packed.read(name).decode() for name in packed.namelist())
    assert not re.search(r"\d{17}[\dXx]|00012345678|东山坡", content)


def test_formulas_stay_text_and_sheets_get_lawful_names(tmp_path):
    evil = '=HYPERLINK("http://x","y")'
    rows = [{"村": "a/b:c*[d]?'", "户主姓名": evil}, {"村": "a/b:c*[d]'", "户主姓名": "@x"}]
    rows += [{"村": "村" * 60}]
    path = write_posting(posted(tmp_path, rows), tmp_path / "out.xlsx")
    assert len(set(CalamineWorkbook.from_path(path).sheet_names)) == 3
    with zipfile.ZipFile(path) as packed:
        sheets = [name for name in packed.namelist() if "worksheets/sheet" in name]
        assert not any(b"<f>" in packed.read(name) for name in sheets)
        assert b"hyperlink" not in b"".join(packed.read(name) for name in sheets)


def test_the_sample(tmp_path):
    made = posting(sample_roster(), at="2025-01-01", anyway=True)
    counts = made.counts()
    assert counts["posted"] + counts["withheld"] + counts["set_aside"] + counts["unpaid"] == 180
    assert (counts["withheld"], counts["set_aside"]) == (2, 10)
    heads = [household[0]["姓名"] for household in faulty_households()]
    kept = names(made)
    for number in (CONFIDENTIAL, ILL):
        assert kept.count(heads[number]) == sum(name == heads[number] for name in heads) - 1


def test_in_english(tmp_path):
    set_language("en")
    made = posted(tmp_path, [{}])
    assert "holds names" in "".join(made.said())
    assert made.villages[0].households[0].cause == "illness"
