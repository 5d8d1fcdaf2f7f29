"""Habits of offices that are no faults, and small traps in what they write."""

import datetime
import random
from dataclasses import replace

import numpy as np
import pytest
import xlsxwriter

import jiuzhu_sim as jz
from tests.roster.messy import AT, PERSON_FORM, POLICY, check_digit, families, lay_out
from tests.roster.truth import DOUBT, HINT, STOP, check, told
from tests.roster.written import plain, printed, write_text, write_xlsx

CLEAN = families(60, seed=31)
KEYS = list(PERSON_FORM.values())


@pytest.fixture(scope="module")
def digest(tmp_path_factory):
    """What the clean roster comes to in its plain form."""
    path = tmp_path_factory.mktemp("habits") / "roster.csv"
    return check(write_text(path, plain(lay_out(CLEAN)), "utf-8")).people.digest()


def read_without_fault(path, **how):
    roster = check(path, **how)
    assert told(roster, STOP, DOUBT) == []
    return roster


def rewritten(key, write, form="merged"):
    """A table with a column written by `write(cell)` where it is not blank."""
    table = lay_out(CLEAN, form)
    place = KEYS.index(key)
    rows = [
        [write(cell) if n == place and cell else cell for n, cell in enumerate(row)]
        for row in table.rows
    ]
    return plain(replace(table, rows=rows))


# --- rows ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    ["共和镇", "第七街道", "附城镇", "注溪乡", "单城镇", "制阳镇", "总寨镇", "合水镇", "审坝镇"],
)
def test_a_township_is_not_taken_for_a_note(tmp_path, name):
    """The names of these places begin like the last lines of a printed list."""
    dressed = rewritten("township", lambda cell: name)
    for line in dressed.lines:
        del line[0]  # the number; the township is now the first cell of the row
    roster = read_without_fault(write_text(tmp_path / "roster.csv", dressed, "gb18030"))
    assert roster.people.households == 60


@pytest.mark.parametrize(
    "words",
    [
        ["东河镇小计"],
        ["", "小  计"],
        ["", "", "上坝村合计"],
        ["本页合计", "", "", "", "60户"],
        ["合    计", "", "", "", "60户152人"],
        ["备注：1.本表一式三份。2.金额单位为元。"],
        ["注：家庭月收入为核定数。"],
        ["经办人：", "", "", "分管领导：", "", "", "（盖章）"],
        ["第1页 共3页"],
        ["以下空白"],
    ],
)
def test_lines_that_are_no_data_are_skipped(tmp_path, digest, words):
    dressed = plain(lay_out(CLEAN))
    width = len(KEYS)
    line = [*words, *[""] * (width - len(words))]
    if any("计" in word for word in words):
        line[KEYS.index("benefit")] = "24318"
        line[KEYS.index("members")] = "152"
    dressed.lines.append(line)
    dressed.lines.insert(41, [""] * width)
    roster = read_without_fault(write_text(tmp_path / "roster.csv", dressed, "gb18030"))
    assert roster.people.digest() == digest
    assert "R307" in {f["code"] for f in told(roster, HINT)}


def test_the_head_need_not_stand_first(tmp_path):
    turned = [replace(family, members=family.members[::-1]) for family in CLEAN]
    for form in ("merged", "repeated"):
        dressed = plain(lay_out(turned, form))
        people = read_without_fault(write_text(tmp_path / "r.csv", dressed, "gb18030")).people
        assert people.households == 60
        assert sorted(people.sizes) == sorted(len(family.members) for family in CLEAN)
        heads = people["relation"] == "head"
        assert people["transfer_m"][heads].sum() == people["transfer_m"].sum() > 0


def test_members_further_down_belong_to_their_household(tmp_path):
    """Newborns are added at the end of the list under the household's number."""
    dressed = plain(lay_out(CLEAN, "repeated"))
    late = [n for n, (_, member) in enumerate(dressed.table.owners) if member == 2]
    lines = [line for n, line in enumerate(dressed.lines) if n - 1 not in late]
    lines += [dressed.lines[n + 1] for n in late]
    path = write_text(tmp_path / "r.csv", replace(dressed, lines=lines), "gb18030")
    people = read_without_fault(path).people
    assert sorted(people.sizes) == sorted(len(family.members) for family in CLEAN)


def test_a_roster_of_members_without_any_head(tmp_path):
    """A page cut off above: no row belongs to a household."""
    dressed = plain(lay_out(CLEAN))
    lines = [line for n, line in enumerate(dressed.lines) if n == 0 or not line[0]]
    roster = check(write_text(tmp_path / "r.csv", replace(dressed, lines=lines), "gb18030"))
    assert {f["code"] for f in told(roster, STOP)} == {"R108"}
    assert roster.findings.count(STOP) == len(lines) - 1 == len(roster.set_aside)
    assert roster.people is None


def test_households_of_one_number_are_told(tmp_path):
    made = families(30)
    made[7].cells["certificate"] = made[3].cells["certificate"]
    for form in ("merged", "repeated", "household"):
        roster = check(write_text(tmp_path / "r.csv", plain(lay_out(made, form)), "gb18030"))
        assert told(roster, STOP, DOUBT), form
        assert roster.people.households + int(roster.rows["is_set_aside"].sum()) in (29, 30)


def test_short_lines_and_quotes_around_all(tmp_path, digest):
    dressed = plain(lay_out(CLEAN))
    ragged = "\r\n".join(",".join(line).rstrip(",") for line in dressed.lines)
    quoted = "\n".join(",".join(f'"{cell}"' for cell in line) for line in dressed.lines)
    for number, text in enumerate((ragged, quoted, "sep=,\r\n" + ragged)):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(text.encode("gb18030"))
        assert read_without_fault(path).people.digest() == digest


def test_old_line_ends(tmp_path, digest):
    dressed = plain(lay_out(CLEAN))
    for end in ("\r", "\n"):
        path = tmp_path / "roster.csv"
        path.write_bytes(end.join(",".join(line) for line in dressed.lines).encode("gb18030"))
        assert read_without_fault(path).people.digest() == digest


# --- cells --------------------------------------------------------------------------------------
def test_ages_counted_by_calendar_years_are_no_doubt(tmp_path):
    """Many offices take the year of birth from this year, or count the next birthday."""
    table = lay_out(CLEAN)
    age, number = KEYS.index("age"), KEYS.index("id")
    for row in table.rows:
        row[age] = str(AT.year - int(row[number][6:10]))
    read_without_fault(write_text(tmp_path / "roster.csv", plain(table), "gb18030"))


def test_an_id_may_end_in_three_zeros(tmp_path):
    """One in a thousand does; only as a number is it spoiled for certain."""
    made = families(40)
    woman = next(f.members[0] for f in made if f.members[0]["sex"] == "女")
    first17 = next(
        number
        for number in (f"99{n:04d}{woman['id'][6:14]}400" for n in range(9999))
        if check_digit(number) == "0"
    )
    woman["id"] = first17 + "0"
    texts = check(write_xlsx(tmp_path / "r.xlsx", plain(lay_out(made))))
    assert told(texts, STOP, DOUBT) == []
    woman["id"] = float(first17 + "0")
    numbers = check(write_xlsx(tmp_path / "r.xlsx", plain(lay_out(made))))
    assert [f["code"] for f in told(numbers, STOP)] == ["R101"]


@pytest.mark.parametrize("written", ["", "无", "0", "-", "/", "现金发放"])
def test_no_account_is_no_shared_account(tmp_path, written):
    dressed = rewritten("account", lambda cell: written)
    read_without_fault(write_text(tmp_path / "r.csv", dressed, "gb18030"))


def test_one_account_within_a_household_is_no_doubt(tmp_path):
    dressed = plain(lay_out(CLEAN, "repeated"))
    read_without_fault(write_text(tmp_path / "r.csv", dressed, "gb18030"))


def test_who_is_out_and_not_paid_is_no_doubt(tmp_path):
    made = families(40)
    for family in made[:6]:
        family.cells |= {"in_dibao": "否", "benefit": "0"}
    roster = check(write_text(tmp_path / "r.csv", plain(lay_out(made)), "gb18030"))
    assert told(roster, STOP, DOUBT) == []
    assert (~roster.people["was_dibao"]).sum() == 6


def test_the_dead_who_are_not_paid_are_no_doubt(tmp_path):
    made = families(40)
    made[5].members[0]["dead"] = "是"
    made[5].cells |= {"benefit": "0", "in_dibao": "否"}
    codes = {
        f["code"] for f in told(check(write_text(tmp_path / "r.csv", plain(lay_out(made)))), DOUBT)
    }
    assert "R211" not in codes


@pytest.mark.parametrize(
    "name",
    [
        "阿依古丽·买买提江",
        "买买提•吐尔逊",
        "欧阳娜娜",
        "第五建国",
        "单小娟",
        "共翊",
        "王 芳",
        "李A",
        "O'Neil John",
    ],
)
def test_names_of_all_kinds_are_names(tmp_path, name):
    made = families(30)
    made[4].members[0]["name"] = name
    roster = check(write_text(tmp_path / "r.csv", plain(lay_out(made))))
    assert told(roster, STOP, DOUBT) == []
    assert roster.people.households == 30


def test_errors_of_formulas_in_amounts_are_stops(tmp_path):
    dressed = plain(lay_out(CLEAN))
    benefit, income = KEYS.index("benefit"), KEYS.index("income")
    path = tmp_path / "errors.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("花名册")
    for number, line in enumerate(dressed.lines):
        sheet.write_row(number, 0, line)
    rows = [dressed.row(3), dressed.row(8), dressed.row(12)]
    sheet.write_formula(rows[0] - 1, benefit, "=1/0", None, "#DIV/0!")
    sheet.write_formula(rows[1] - 1, income, "=XX9", None, "#REF!")
    sheet.write_formula(rows[2] - 1, benefit, "=200+51", None, 251)
    book.close()
    roster = check(path)
    stops = [(f["code"], f["row"]) for f in told(roster, STOP)]
    assert stops == [("R106", rows[0]), ("R106", rows[1])]
    assert 251.0 in roster.people["current_benefit_m"]


@pytest.mark.parametrize("key", ["student", "dead", "in_dibao"])
@pytest.mark.parametrize(
    "words", [("1", "0"), ("Y", "N"), ("TRUE", "FALSE"), ("有", "无"), ("√", "×")]
)
def test_yes_and_no_in_other_words(tmp_path, digest, key, words):
    dressed = rewritten(key, lambda cell: words[0] if cell == "是" else words[1])
    roster = read_without_fault(write_text(tmp_path / "r.csv", dressed, "gb18030"))
    assert roster.people.digest() == digest


@pytest.mark.parametrize("form", ["merged", "household"])
@pytest.mark.parametrize("count", ["0", "", "0.0", "-1", "1e9"])
def test_any_number_of_members_is_read_or_stopped(tmp_path, form, count):
    made = families(40)
    made[3].cells["members"] = made[7].cells["members"] = count
    roster = check(write_text(tmp_path / "r.csv", plain(lay_out(made, form))))
    assert {f["code"] for f in told(roster, STOP)} == {"R113"}
    assert roster.people.households == 38


def test_a_count_of_the_covered_alone_may_be_nought(tmp_path):
    """Without the number of members those covered count; a paid household may have none."""
    made = families(40)
    made[3].cells["covered"] = "0"
    dressed = plain(lay_out(made, "household"))
    place = dressed.table.header.index("家庭人口")
    for line in dressed.lines:
        del line[place]
    roster = check(write_text(tmp_path / "r.csv", dressed, "gb18030"))
    assert {f["code"] for f in told(roster, STOP, DOUBT)} <= {"R212", "R202"}
    assert "R212" in {f["code"] for f in told(roster, DOUBT)}
    assert roster.people.households == 40


def test_a_member_added_to_a_household_named_only_by_its_head(tmp_path):
    """The same ID in small letters, with blanks, or in full width is the same person."""
    made = families(80, seed=3)
    ends_in_x = next(n for n, f in enumerate(made) if f.members[0]["id"].endswith("X"))
    other = next(n for n, f in enumerate(made) if len(f.members) == 1 and n != ends_in_x)
    made[other].members[0] = made[ends_in_x].members[0] | {"relation": "户主"}
    spelled = made[ends_in_x].members[0]["id"].lower()
    made[other].members[0]["id"] = f"{spelled[:6]} {spelled[6:14]} {spelled[14:]}"
    roster = check(write_text(tmp_path / "r.csv", plain(lay_out(made))))
    assert "R201" in {f["code"] for f in told(roster, DOUBT)}


def test_a_cell_is_mended_and_told_once(tmp_path):
    """A column may tell two things (illness and death); its blanks are one finding."""
    made = families(30)
    made[4].members[0]["health"] = "健康\u200b"
    hints = told(check(write_text(tmp_path / "r.csv", plain(lay_out(made)))), HINT)
    assert [f["code"] for f in hints if f["header"] == "健康状况"] == ["R302"]


# --- what comes of it ---------------------------------------------------------------------------
def test_members_who_are_only_counted_are_made(tmp_path):
    dressed = plain(lay_out(CLEAN, "household"))
    people = read_without_fault(write_text(tmp_path / "r.csv", dressed, "gb18030")).people
    sizes = [int(family.cells["members"]) for family in CLEAN]
    assert people.households == 60
    assert sorted(people.sizes) == sorted(sizes)
    income = sum(float(family.cells["income"]) for family in CLEAN)
    assert people["transfer_m"].sum() == pytest.approx(income)
    heads = people["relation"] == "head"
    assert heads.sum() == 60
    made = people["age"][~heads]
    assert (made >= 18).all()
    assert (made < 60).all()
    assert not people["disability_grade"][~heads].any()
    ages = sorted(int(family.members[0]["age"]) for family in CLEAN)
    assert sorted(people["age"][heads].tolist()) == ages
    assert len(people.about["filled"]) > 0
    assert people.about["source"] == "own"


@pytest.mark.parametrize("form", ["merged", "household"])
def test_the_people_can_be_simulated(tmp_path, form):
    people = read_without_fault(
        write_xlsx(tmp_path / "r.xlsx", printed(lay_out(CLEAN, form)))
    ).people
    results = jz.simulate(people, POLICY)
    benefit = results["benefit_m_hh"]
    assert len(benefit) == 60
    assert np.isfinite(benefit).all()
    # They were made below the standard, so most are found entitled.
    assert (benefit > 0).mean() > 0.8


def test_what_the_roster_lacks_is_said(tmp_path):
    roster = read_without_fault(write_text(tmp_path / "r.csv", plain(lay_out(CLEAN))))
    filled = set(roster.people.about["filled"])
    assert {"savings", "n_vehicles", "medical_expense_y"} <= filled
    assert not filled & {"age", "area", "township", "disability_grade", "current_benefit_m"}


def test_the_date_may_be_text_or_come_from_the_law(tmp_path):
    path = write_text(tmp_path / "r.csv", plain(lay_out(CLEAN)))
    assert check(path, at=AT.isoformat()).people.digest() == check(path).people.digest()
    later = check(path, at=datetime.date(2027, 6, 15))
    assert later.people["age"].sum() == check(path).people["age"].sum() + 2 * later.people.persons
    assert {f["code"] for f in told(later, STOP, DOUBT)} <= {"R206"}


def test_findings_stand_in_the_order_of_the_file(tmp_path):
    made = families(60, seed=9)
    order = random.Random(1).sample(range(60), 20)
    for number in order:
        made[number].cells["benefit"] = "不详"
    roster = check(write_text(tmp_path / "r.csv", plain(lay_out(made))))
    rows = [f["row"] for f in told(roster, STOP)]
    assert rows == sorted(rows)
    assert len(rows) == 20
