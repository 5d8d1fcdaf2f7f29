"""What a roster says of households: numbers, places, dates, and what two of them share."""

import pytest

from tests.roster.typed import HEAD, MAN, SON, WIFE, WOMAN, check, told

AT = "2025-06-15"


@pytest.mark.parametrize(
    ("members", "covered", "expected"),
    [
        ("2", "1", []),
        ("1", "2", [("R111", 2, "D")]),
        ("", "1", [("R113", 2, "C")]),
        ("0", "0", [("R113", 2, "C")]),
        ("1.5", "1", [("R113", 2, "C")]),
        ("全家", "1", [("R113", 2, "C")]),
        ("31", "1", [("R113", 2, "C")]),
        ("2", "", [("R113", 2, "D")]),
        ("2人", "２", []),
        ("2", "0", []),
    ],
)
def test_numbers_of_persons(tmp_path, members, covered, expected):
    block = f"户主姓名|身份证号|家庭人口|保障人口\n张三|{HEAD}|{members}|{covered}"
    assert told(check(tmp_path, block, at=AT)) == expected


def test_members_listed_and_stated(tmp_path):
    block = f"""
        户号|姓名|身份证号|关系|家庭人口|保障人口
        1|张三|{HEAD}|户主|3|2
        |王五|{WIFE}|妻||
        2|李四|{MAN}|户主|1|1
        """
    roster = check(tmp_path, block.replace("|3|2", "|3|3"), at=AT)
    assert told(roster) == [("R209", 2, "E")]
    assert roster.people.sizes.tolist() == [2, 1]


def test_a_list_of_covered_persons_only_is_no_doubt(tmp_path):
    block = f"""
        户号|姓名|身份证号|关系|家庭人口|保障人口
        1|张三|{HEAD}|户主|4|2
        |王五|{WIFE}|妻||
        2|李四|{MAN}|户主|3|1
        """
    roster = check(tmp_path, block, at=AT)
    assert told(roster) == []
    assert roster.people.sizes.tolist() == [4, 3]
    assert roster.people["n_covered_now"].tolist() == [2, 1]
    assert "made_members" in roster.people.about["filled"]


def test_covered_persons_may_be_marked(tmp_path):
    block = f"""
        姓名|身份证号|关系|是否享受低保
        张三|{HEAD}|户主|是
        王五|{WIFE}|妻|否
        """
    assert check(tmp_path, block, at=AT).people["n_covered_now"].tolist() == [1]


def many(header, cells, extra=""):
    """Ten households of one person, with a cell each in a further column."""
    ids = [HEAD, WIFE, SON, MAN, WOMAN]
    rows = [
        f"户{n}|{ids[n % 5] if n < 5 else other(n)}|1|{cell}{extra}" for n, cell in enumerate(cells)
    ]
    return "\n".join([f"户主姓名|身份证号|人口|{header}", *rows])


def other(n):
    """ID numbers of nobody else."""
    from jiuzhu_sim.roster.identity import check_character

    first = f"9902{n:02d}19600101001"
    return first + check_character(first)


def test_a_rare_township_that_looks_like_a_frequent_one(tmp_path):
    cells = ["东河镇"] * 4 + ["石桥乡"] * 3 + ["东河真", "大槐树镇", ""]
    roster = check(tmp_path, many("乡镇", cells), at=AT)
    assert told(roster) == [("R203", 9, "D")]
    assert "东河镇" in roster.findings.what[0]
    assert set(roster.people["township"]) == {*cells} - {""} | {"未填"}


def test_townships_may_be_given(tmp_path):
    cells = ["东河镇"] * 4 + ["石桥乡"] * 3
    roster = check(tmp_path, many("乡镇", cells), at=AT, townships=["东河镇", "石桥镇"])
    assert told(roster) == [("R203", row, "D") for row in (6, 7, 8)]


def test_dates(tmp_path):
    block = f"""
        户主姓名|身份证号|人口|批准时间|复核时间
        张三|{HEAD}|1|2024年12月|2025.3.1
        李四|{MAN}|1|2026-01-01|
        王五|{WIFE}|1|去年|2025-05
        赵七|{WOMAN}|1|45200|2025/6/30
        """
    roster = check(tmp_path, block, at=AT)
    assert told(roster) == [("R114", 4, "D"), ("R213", 3, "D"), ("R213", 5, "E")]
    people = roster.people
    assert people["months_since_recognised"].tolist() == [6, 0, 20]
    assert people["approval_month"].tolist() == [12, 1, 10]
    assert people["months_since_review"].tolist() == [3, 0, 0]


def test_a_date_that_is_a_decimal_number(tmp_path):
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["户主姓名", "身份证号", "人口", "批准时间"])
        sheet.write_row(1, 0, ["张三", HEAD, 1, 2020.10])
        sheet.write_row(2, 0, ["李四", MAN, 1, 2020.3])
    from jiuzhu_sim.roster import check_roster

    assert told(check_roster(path, policy=None, key=b"k", at=AT)) == [("R222", 2, "D")]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("城镇", []), ("农业户口", []), ("城鎮", [("R112", 2, "D")]), ("", [])],
)
def test_area(tmp_path, word, expected):
    block = f"户主姓名|身份证号|人口|城乡类别\n张三|{HEAD}|1|{word}\n李四|{MAN}|1|农村"
    assert told(check(tmp_path, block, at=AT)) == expected


@pytest.mark.parametrize(
    ("title", "area", "is_told"),
    [
        ("某县城市低保花名册", "urban", True),
        ("某县农村低保花名册", "rural", True),
        ("某县城乡低保花名册", "rural", False),
    ],
)
def test_the_title_tells_the_area(tmp_path, title, area, is_told):
    roster = check(tmp_path, f"{title}||\n户主姓名|身份证号|人口\n张三|{HEAD}|1", at=AT)
    assert roster.people["area"].tolist() == [area]
    assert ("area" in roster.people.about["filled"]) != is_told
    assert any("没有城乡类别" in note for note in roster.notes) != is_told


def test_words_that_were_understood_are_told(tmp_path):
    cells = ["甲类", "A类", "乙类", "Ｂ", "C级", "甲类"]
    roster = check(tmp_path, many("保障类别", cells), at=AT)
    assert told(roster) == []
    assert told(roster, "hint") == [
        *(("R308", 2, "D"), ("R308", 4, "D"), ("R301", 5, "D")),
    ]
    assert "2个单元格" in roster.findings.what[0]


def test_a_column_of_other_words_is_left_out(tmp_path):
    roster = check(tmp_path, many("保障类别", ["长期", "短期", "长期", "重点"]), at=AT)
    assert told(roster) == [("R223", 2, "D")]
    assert roster.people.households == 4


def test_cells_of_one_household_that_differ(tmp_path):
    block = f"户号|姓名|身份证号|关系|乡镇\n1|张三|{HEAD}|户主|东河镇\n1|王五|{WIFE}|妻|石桥镇"
    roster = check(tmp_path, block, at=AT)
    assert told(roster) == [("R221", 3, "E")]
    assert roster.people["township"].tolist() == ["东河镇"]


# --- shared ------------------------------------------------------------------------------------
def test_one_account_for_several_households(tmp_path):
    cells = ["6217000000001"] * 3 + ["6217000000002", "", "无", "0", "0"]
    assert told(check(tmp_path, many("银行账号", cells), at=AT)) == [
        ("R216", row, "D") for row in (2, 3, 4)
    ]


def test_accounts_spoiled_by_excel_are_not_the_same_account(tmp_path):
    cells = ["6.217E+18", "6.217E+18", "6217000000000001"]
    assert told(check(tmp_path, many("银行账号", cells), at=AT)) == [
        *(("R225", 2, "D"), ("R225", 3, "D")),
    ]


def test_one_person_in_two_households_is_at_stake_once(tmp_path):
    block = f"""
        户主姓名|身份证号|人口|月保障金
        张三|{HEAD}|1|300
        李四|{MAN}|1|300
        张三|{HEAD}|1|250
        """
    roster = check(tmp_path, block, at=AT)
    assert told(roster) == [("R201", 2, "B"), ("R201", 4, "B")]
    assert roster.findings.money("doubt") == 250
    assert roster.rows["household"].is_unique


def test_one_number_for_two_households(tmp_path):
    cells = ["1", "2", "3", "4", "5", "6", "6"]
    assert told(check(tmp_path, many("户号", cells), at=AT)) == [
        *(("R226", 7, "D"), ("R226", 8, "D")),
    ]
    again = [f"{n}|{place}" for place in ("东村", "西村") for n in (1, 2, 3)]
    assert told(check(tmp_path, many("户号|村", again), at=AT)) == []
