"""The same households in the many forms that offices keep them in."""

import datetime
import random
from dataclasses import replace

import pytest
import xlsxwriter

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from tests.roster.faults import DOUBTS, STOPS, infect
from tests.roster.messy import PERSON_FORM, families, lay_out, letter
from tests.roster.truth import DOUBT, HINT, STOP, check, told
from tests.roster.written import plain, titled, write_text, write_xlsx

CLEAN = families(60, seed=21)
KEYS = list(PERSON_FORM.values())


@pytest.fixture(scope="module")
def digest(tmp_path_factory):
    """What the clean roster comes to in its plain form."""
    path = tmp_path_factory.mktemp("forms") / "roster.xlsx"
    return check(write_xlsx(path, plain(lay_out(CLEAN)))).people.digest()


def with_headers(dressed, renamed):
    """The same table under other headers."""
    header = [renamed.get(name, name) for name in dressed.lines[0]]
    return replace(dressed, lines=[header, *dressed.lines[1:]])


def read_without_fault(path, **how):
    """A roster with nothing to stop or doubt."""
    roster = check(path, **how)
    assert told(roster, STOP, DOUBT) == []
    return roster


# --- headers ------------------------------------------------------------------------------------
HEADERS = {
    "broken over lines": {
        **{"身份证号码": "身份证\n号码", "与户主关系": "与户主\n关系", "姓名": "姓  名"},
        **{"月保障金": "月保障金\n（元）", "家庭人口": "家庭\r\n人口", "年龄": "年　龄"},
    },
    "other words": {
        **{"姓名": "家庭成员姓名", "身份证号码": "公民身份证号码", "与户主关系": "家庭关系"},
        **{"低保证编号": "低保证号", "家庭人口": "家庭成员数", "保障人口": "享受人数"},
        **{
            "月保障金": "月补差",
            "批准时间": "纳入时间",
            "乡镇": "乡镇（街道）",
            "村（社区）": "村",
        },
    },
    "marked as needed": {
        **{"姓名": "姓名*", "身份证号码": "*身份证号", "月保障金": "保障金额(元/月)"},
        **{"家庭人口": "家庭人口数（人）", "保障人口": "保障人口数（人）", "性别": "性别："},
    },
}


@pytest.mark.parametrize("kind", HEADERS)
def test_headers_in_other_words(tmp_path, digest, kind):
    dressed = with_headers(plain(lay_out(CLEAN)), HEADERS[kind])
    roster = read_without_fault(write_xlsx(tmp_path / "roster.xlsx", dressed))
    assert roster.people.digest() == digest


def test_columns_in_another_order(tmp_path, digest):
    dressed = plain(lay_out(CLEAN))
    order = list(range(len(KEYS)))
    random.Random(4).shuffle(order)
    lines = [[line[n] for n in order] for line in dressed.lines]
    path = write_text(tmp_path / "roster.csv", replace(dressed, lines=lines), "gb18030")
    assert read_without_fault(path).people.digest() == digest


def test_a_table_that_starts_further_right(tmp_path):
    """Letters are those of the file, blank columns and rows before the table counted."""
    made, faults = infect(CLEAN, STOPS, "merged", each=1, seed=2)
    dressed = titled(lay_out(made))
    lines = [["", "", *line] for line in dressed.lines]
    path = write_text(tmp_path / "roster.csv", replace(dressed, lines=lines), "gb18030")
    found = {(f["code"], f["row"], f["column"]) for f in told(check(path), STOP)}
    for fault in faults:
        row, _ = dressed.where(fault)
        letters = [letter(KEYS.index(key) + 2) for key in fault.keys]
        assert any((fault.code, row, column) in found for column in letters), fault


def test_the_head_repeated_on_each_row(tmp_path):
    """户主姓名 and 户主身份证号 beside 姓名 and 身份证号 in each row of a member."""
    dressed = plain(lay_out(CLEAN, "repeated"))
    for number, line in enumerate(dressed.lines):
        head = CLEAN[dressed.table.owners[number - 1][0]].members[0]
        line[4:4] = [head["name"], head["id"]] if number else ["户主姓名", "户主身份证号"]
    roster = read_without_fault(write_text(tmp_path / "roster.csv", dressed, "gb18030"))
    assert roster.people.households == 60
    assert roster.people.persons == len(dressed.table.rows)


@pytest.mark.parametrize("form", ["merged", "repeated"])
def test_households_without_a_number_begin_with_their_head(tmp_path, form):
    dressed = plain(lay_out(CLEAN, form))
    place = KEYS.index("certificate")
    for line in dressed.lines:
        del line[place]
    roster = read_without_fault(write_text(tmp_path / "roster.csv", dressed, "gb18030"))
    assert roster.people.households == 60
    assert sorted(roster.people.sizes) == sorted(len(family.members) for family in CLEAN)


# --- sheets -------------------------------------------------------------------------------------
def by_township():
    towns = sorted({family.cells["township"] for family in CLEAN})
    return {town: [f for f in CLEAN if f.cells["township"] == town] for town in towns}


def test_one_sheet_for_each_township(tmp_path, digest):
    parts = by_township()
    dressed = [titled(lay_out(part)) for part in parts.values()]
    path = write_xlsx(tmp_path / "roster.xlsx", *dressed, names=list(parts))
    roster = read_without_fault(path)
    assert roster.people.digest() == digest
    assert set(roster.rows["sheet"]) == set(parts)
    one = check(path, sheet=next(iter(parts)))
    assert one.people.households == len(next(iter(parts.values())))


def test_an_unknown_sheet_is_refused_with_the_nearest(tmp_path):
    path = write_xlsx(tmp_path / "roster.xlsx", plain(lay_out(CLEAN)), names=["低保花名册"])
    with pytest.raises(JZError) as caught:
        check(path, sheet="低保花名")
    assert caught.value.codes == ("JZ-E074",)
    assert "低保花名册" in str(caught.value)


def test_two_rosters_of_different_columns_are_not_mixed(tmp_path):
    one, two = plain(lay_out(CLEAN)), plain(lay_out(CLEAN, "household"))
    path = write_xlsx(tmp_path / "roster.xlsx", one, two, names=["成员名册", "户名册"])
    with pytest.raises(JZError) as caught:
        check(path)
    assert "成员名册" in str(caught.value)
    assert "户名册" in str(caught.value)
    assert check(path, sheet="户名册").people.households == 60


def test_sheets_that_are_no_rosters_are_passed_over(tmp_path, digest):
    dressed = plain(lay_out(CLEAN))
    path = tmp_path / "roster.xlsx"
    book = xlsxwriter.Workbook(str(path))
    notes = book.add_worksheet("填表说明")
    notes.write_column(
        0, 0, ["填表说明", "一、姓名、身份证号须与户口簿一致。", "二、金额以元为单位。"]
    )
    sheet = book.add_worksheet("2025年6月")
    for number, line in enumerate(dressed.lines):
        sheet.write_row(number, 0, line)
    totals = book.add_worksheet("汇总")
    totals.write_row(0, 0, ["乡镇", "户数", "人数", "金额"])
    totals.write_row(1, 0, ["东河镇", 12, 30, 9000])
    book.close()
    assert read_without_fault(path).people.digest() == digest


# --- money and units ----------------------------------------------------------------------------
def income_file(folder, header, spell):
    """The roster with its income column written in another unit."""
    dressed = plain(lay_out(CLEAN))
    place = KEYS.index("income")
    dressed.lines[0][place] = header
    for (number, member), line in zip(dressed.table.owners, dressed.lines[1:], strict=True):
        if member == 0:
            amount, size = float(CLEAN[number].cells["income"]), len(CLEAN[number].members)
            line[place] = repr(round(spell(amount, size), 9))
    return write_text(folder / "roster.csv", dressed, "gb18030")


@pytest.mark.parametrize(
    ("header", "unit", "spell"),
    [
        ("家庭年收入（元）", "auto", lambda m, n: 12 * m),
        ("家庭年收入(万元)", "auto", lambda m, n: 12 * m / 10_000),
        ("家庭月收入", "auto", lambda m, n: m),
        ("人均月收入（元）", "auto", lambda m, n: m / n),
        ("家庭人均年收入（元）", "auto", lambda m, n: 12 * m / n),
        ("家庭收入", "yuan/month", lambda m, n: m),
        ("家庭收入", "yuan/year", lambda m, n: 12 * m),
        ("家庭收入", "10k_yuan/year", lambda m, n: 12 * m / 10_000),
    ],
)
def test_income_in_any_unit(tmp_path, header, unit, spell):
    roster = read_without_fault(income_file(tmp_path, header, spell), income_unit=unit)
    total = sum(float(family.cells["income"]) for family in CLEAN)
    assert roster.people["transfer_m"].sum() == pytest.approx(total)


def test_benefits_of_each_member_are_added(tmp_path):
    """Amounts in each member's row are the members', not the household's."""
    dressed = plain(lay_out(CLEAN))
    place = KEYS.index("benefit")
    for (number, member), line in zip(dressed.table.owners, dressed.lines[1:], strict=True):
        family = CLEAN[number]
        total, size = int(family.cells["benefit"]), len(family.members)
        each = total // size - (size - 1)
        line[place] = str(each + 2 * member if member else total - _rest(each, size))
    roster = read_without_fault(write_text(tmp_path / "roster.csv", dressed, "gb18030"))
    total = sum(int(family.cells["benefit"]) for family in CLEAN)
    assert roster.people["current_benefit_m"].sum() == pytest.approx(total)


def _rest(each, size):
    return sum(each + 2 * member for member in range(1, size))


# --- words --------------------------------------------------------------------------------------
WORDS = {
    "area": {"农村": "农村低保", "城市": "城市低保"},
    "relation": {
        **{"户主": "本人", "妻子": "妻", "丈夫": "配偶", "儿子": "长子", "女儿": "次女"},
        **{"父亲": "父", "母亲": "母", "孙子": "孙子女"},
    },
    "grade": {"一级": "1级", "二级": "2", "三级": "叁级", "四级": "四"},
    "student": {"是": "√", "否": ""},
    "able": {"有劳动能力": "有", "无劳动能力": "无"},
    "dead": {"否": ""},
    "health": {"健康": "健康或良好", "重病": "大病"},
    "sex": {"男": "男性", "女": "女性"},
}


@pytest.mark.parametrize("key", WORDS)
def test_other_words_mean_the_same(tmp_path, digest, key):
    table = lay_out(CLEAN)
    place = KEYS.index(key)
    rows = [
        [WORDS[key].get(cell, cell) if n == place else cell for n, cell in enumerate(row)]
        for row in table.rows
    ]
    path = write_xlsx(tmp_path / "roster.xlsx", plain(replace(table, rows=rows)))
    assert read_without_fault(path).people.digest() == digest


DAYS = {
    "2021/03/05": lambda day: f"{day:%Y/%m/%d}",
    "2021/3/5": lambda day: f"{day.year}/{day.month}/{day.day}",
    "20210305": lambda day: f"{day:%Y%m%d}",
    "with a time": lambda day: f"{day:%Y-%m-%d} 00:00:00",
    "Excel's number": lambda day: str((day - datetime.date(1899, 12, 30)).days),
}
MONTHS = {
    "2021-03": lambda day: f"{day:%Y-%m}",
    "2021年3月": lambda day: f"{day.year}年{day.month}月",
    "2021.03": lambda day: f"{day:%Y.%m}",
    "202103": lambda day: f"{day:%Y%m}",
}


@pytest.mark.parametrize("spell", DAYS | MONTHS)
def test_dates_in_any_form(tmp_path, digest, spell):
    table = lay_out(CLEAN)
    for place in (KEYS.index("approved"), KEYS.index("reviewed")):
        for row in table.rows:
            if row[place]:
                day = datetime.date.fromisoformat(row[place])
                row[place] = (DAYS | MONTHS)[spell](day)
    roster = read_without_fault(write_text(tmp_path / "roster.csv", plain(table), "gb18030"))
    assert roster.people.digest() == digest or spell in MONTHS


@pytest.mark.parametrize("spell", ["'{}", "`{}", "{}\t", "\ufeff{}", '="{}"'])
def test_ids_made_text_by_a_mark(tmp_path, digest, spell):
    """Systems put a mark to an ID to keep Excel from making it a number."""
    table = lay_out(CLEAN)
    place = KEYS.index("id")
    for row in table.rows:
        row[place] = spell.format(row[place])
    roster = read_without_fault(write_text(tmp_path / "roster.csv", plain(table), "gb18030"))
    assert roster.people.digest() == digest
    assert "R302" in {f["code"] for f in told(roster, HINT)}


# --- what is known beside the file --------------------------------------------------------------
def test_townships_may_be_stated(tmp_path):
    path = write_xlsx(tmp_path / "roster.xlsx", plain(lay_out(CLEAN)))
    names = sorted({family.cells["township"] for family in CLEAN})
    read_without_fault(path, townships=names)
    roster = check(path, townships=names[1:])
    doubts = told(roster, DOUBT)
    expected = sum(family.cells["township"] == names[0] for family in CLEAN)
    assert {f["code"] for f in doubts} == {"R203"}
    assert len(doubts) == expected


def test_without_a_law_what_needs_a_standard_is_left_out(tmp_path):
    made, _ = infect(families(200, seed=22), DOUBTS)
    path = write_xlsx(tmp_path / "roster.xlsx", plain(lay_out(made)))
    with_law, without = check(path), check(path, policy=None)
    codes = [{f["code"] for f in told(roster, DOUBT)} for roster in (with_law, without)]
    assert codes[0] - codes[1] == {"R202", "R214"}
    assert with_law.people.digest() == without.people.digest()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_sentences_are_whole_in_both_languages(tmp_path, language):
    made, _ = infect(families(260, seed=23), STOPS | DOUBTS)
    path = write_xlsx(tmp_path / "roster.xlsx", plain(lay_out(made)))
    set_language(language)
    frame = check(path).findings.frame()
    for name in ("what", "fix"):
        assert not frame[name].str.contains(r"[{}]|None|nan", regex=True).any()
        assert (frame[name].str.strip() != "").all()
    is_chinese = frame["fix"].str.contains(r"[一-鿿]{3}", regex=True)
    assert is_chinese.all() if language == "zh" else not is_chinese.all()
