"""Every planted fault is found where it stands, nothing else is, and nothing is lost."""

import math
import random
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.roster.faults import DOUBTS, STOPS, infect, stranger
from tests.roster.hints import HINTS
from tests.roster.messy import AT, FORMS, check_digit, families, lay_out
from tests.roster.truth import (
    DOUBT,
    HINT,
    STOP,
    check,
    invented,
    missed,
    of_fault,
    place,
    stopped,
    told,
)
from tests.roster.written import plain, printed, titled, write_text, write_xlsx

HOUSEHOLDS = 260
RELATIONS = {
    **{"户主": "head", "妻子": "spouse", "丈夫": "spouse", "儿子": "child", "女儿": "child"},
    **{"父亲": "parent", "母亲": "parent", "孙子": "grandchild"},
}
GRADES = {"": 0, "一级": 1, "二级": 2, "三级": 3, "四级": 4}


def xlsx(folder, dressed, **how):
    return write_xlsx(folder / "roster.xlsx", dressed, **how)


def infected(form, seed=1, catalogue=None, each=2, households=HOUSEHOLDS):
    """A table with faults, and the faults."""
    clean = families(households, seed)
    made, faults = infect(clean, catalogue or STOPS | DOUBTS, form, each, seed)
    return lay_out(made, form), faults


def test_the_catalogue_covers_the_contract():
    codes = {code for code, _ in STOPS | DOUBTS | HINTS}
    assert len(codes) >= 25
    assert codes >= {f"R1{n:02d}" for n in range(1, 16)} - {"R108"}
    assert codes >= {f"R2{n:02d}" for n in (*range(1, 15), 16, 17)}


def test_made_up_ids_follow_the_standard():
    # The two examples printed in GB 11643-1999.
    assert [check_digit(n) for n in ("11010519491231002", "44052418800101001")] == ["X", "4"]
    for family in families(50):
        for person in family.members:
            assert person["id"][:2] == "99"
            assert check_digit(person["id"][:17]) == person["id"][17]


# --- clean rosters ------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dress", [plain, titled, printed])
def test_a_clean_roster_has_nothing_to_stop_or_doubt(tmp_path, form, dress, seed):
    clean = families(120, seed)
    roster = check(xlsx(tmp_path, dress(lay_out(clean, form))))
    assert told(roster, STOP, DOUBT) == []
    assert roster.people.households == 120
    assert len(roster.set_aside) == 0


@pytest.mark.parametrize("households", [30, 3000])
def test_size_does_not_matter(tmp_path, households):
    dressed = plain(lay_out(families(households, seed=5)))
    path = write_text(tmp_path / "roster.csv", dressed, "gb18030")
    started = time.perf_counter()
    roster = check(path)
    assert time.perf_counter() - started < 5
    assert told(roster, STOP, DOUBT) == []
    assert roster.people.households == households
    assert roster.people.persons == len(dressed.table.rows)


def test_the_people_are_those_of_the_file(tmp_path):
    clean = families(150, seed=7)
    people = check(xlsx(tmp_path, printed(lay_out(clean)))).people
    sizes = people.sizes
    starts = sizes.cumsum() - sizes
    persons = list(
        zip(
            people["relation"].tolist(),
            people["age"].tolist(),
            people["is_female"].tolist(),
            people["disability_grade"].tolist(),
            people["is_student"].tolist(),
            people["labour_capable"].tolist(),
            people["serious_illness"].tolist(),
            strict=True,
        )
    )
    income = [
        float(people["transfer_m"][start : start + size].sum())
        for start, size in zip(starts, sizes, strict=True)
    ]
    got = Counter(
        (*household, round(money, 2), tuple(sorted(persons[start : start + size])))
        for *household, money, start, size in zip(
            people["township"],
            people["village"],
            people["area"].tolist(),
            people["current_benefit_m"].tolist(),
            people["n_covered_now"].tolist(),
            people["was_dibao"].tolist(),
            income,
            starts,
            sizes,
            strict=True,
        )
    )
    assert got == Counter(as_people(family) for family in clean)


def as_people(family):
    """A family as its columns should be."""
    cells = family.cells
    members = sorted(
        (
            RELATIONS[p["relation"]],
            int(p["age"]),
            p["sex"] == "女",
            GRADES[p["grade"]],
            p["student"] == "是",
            p["able"] == "有劳动能力",
            p["health"] == "重病",
        )
        for p in family.members
    )
    return (
        cells["township"],
        cells["village"],
        {"城市": "urban", "农村": "rural"}[cells["area"]],
        float(cells["benefit"]),
        int(cells["covered"]),
        cells["in_dibao"] == "是",
        round(float(cells["income"]), 2),
        tuple(members),
    )


def test_months_since_recognition_and_review_are_counted(tmp_path):
    clean = families(60, seed=8)
    people = check(xlsx(tmp_path, plain(lay_out(clean)))).people
    for key, name in (("approved", "months_since_recognised"), ("reviewed", "months_since_review")):
        dates = [[int(part) for part in family.cells[key].split("-")] for family in clean]
        whole = sorted((AT.year - y) * 12 + AT.month - m - (d > AT.day) for y, m, d in dates)
        by_month = sorted((AT.year - y) * 12 + AT.month - m for y, m, d in dates)
        assert sorted(people[name].tolist()) in (whole, by_month), name


# --- faults -------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dress", [plain, printed])
def test_every_fault_is_found_and_nothing_else(tmp_path, form, dress, seed):
    table, faults = infected(form, seed)
    dressed = dress(table)
    roster = check(xlsx(tmp_path, dressed))
    assert missed(roster, dressed, faults) == []
    assert invented(roster, dressed, faults) == []


def test_no_other_cell_of_one_fault_is_told_twice(tmp_path):
    table, _ = infected("merged", seed=3)
    roster = check(xlsx(tmp_path, plain(table)))
    cells = Counter(place(finding) for finding in told(roster, STOP, DOUBT))
    assert [cell for cell, times in cells.items() if times > 1] == []


@settings(max_examples=6)
@given(
    seed=st.integers(0, 10**6),
    households=st.integers(60, 220),
    form=st.sampled_from(list(FORMS)),
    dress=st.sampled_from([plain, titled, printed]),
    is_excel=st.booleans(),
)
def test_any_roster(tmp_path_factory, seed, households, form, dress, is_excel):
    table, faults = infected(form, seed, each=1, households=households)
    dressed, folder = dress(table), tmp_path_factory.mktemp("any")
    path = xlsx(folder, dressed) if is_excel else write_text(folder / "r.csv", dressed, "gb18030")
    roster = check(path)
    assert missed(roster, dressed, faults) == []
    assert invented(roster, dressed, faults) == []


@pytest.mark.parametrize("form", ["merged", "repeated"])
def test_a_row_of_no_household_is_stopped(tmp_path, form):
    clean = families(40)
    table = lay_out(clean, form)
    lost = stranger(clean, random.Random(1))
    dressed = plain(table)
    dressed.lines.insert(1, [lost.get(key, "") for key in FORMS[form].values()])
    roster = check(xlsx(tmp_path, dressed, merge=False))
    stops = told(roster, STOP)
    assert [place(finding)[:2] for finding in stops] == [("R108", 2)]
    assert told(roster, DOUBT) == []
    assert roster.people.households == 40
    assert 2 in rows_aside(roster)


@pytest.mark.parametrize("written", ["柳林镇", "柳林阵", "柳淋乡"])
def test_a_township_misspelled_often_is_still_misspelled(tmp_path, written):
    made = families(200)
    wrong = [n for n, family in enumerate(made) if family.cells["township"] == "柳林乡"][:4]
    for number in wrong:
        made[number].cells["township"] = written
    dressed = plain(lay_out(made))
    doubts = told(check(xlsx(tmp_path, dressed)), DOUBT)
    rows = [dressed.row(number) for number in wrong]
    assert [place(f) for f in doubts] == [("R203", row, "B") for row in rows]
    assert all("柳林乡" in finding["what"] for finding in doubts)


# --- money --------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", FORMS)
def test_money_at_stake_is_told(tmp_path, form):
    table, faults = infected(form, seed=4)
    dressed = plain(table)
    roster = check(xlsx(tmp_path, dressed))
    found = told(roster, STOP, DOUBT)
    for fault in faults:
        for finding in of_fault(found, dressed, fault):
            stake = finding["money_m"]
            # What is paid twice is at stake once.
            if fault.money is None or (fault.is_optional and math.isnan(stake)):
                assert math.isnan(stake), place(finding)
            else:
                assert stake == pytest.approx(fault.money, rel=1e-3), place(finding)
    largest = {}  # the money of a household is at stake once
    for finding in told(roster, DOUBT):
        if not math.isnan(finding["money_m"]):
            before = largest.get(finding["household"], 0)
            largest[finding["household"]] = max(before, finding["money_m"])
    assert roster.findings.money(DOUBT) == pytest.approx(sum(largest.values()))
    for level in (STOP, DOUBT):
        assert roster.findings.count(level) == len([f for f in found if f["level"] == level])
    assert len(roster.findings) == len(roster.findings.frame())


# --- hints: mended ------------------------------------------------------------------------------
@pytest.mark.parametrize("form", FORMS)
def test_what_is_mended_is_hinted_and_changes_nothing(tmp_path, form):
    clean = families(HOUSEHOLDS)
    odd, hints = infect(clean, HINTS, form, each=3)
    assert {hint.code for hint in hints} == {"R301", "R302", "R303", "R304", "R305"}
    dressed = plain(lay_out(odd, form))
    roster = check(xlsx(tmp_path, dressed))
    assert told(roster, STOP, DOUBT) == []
    found = told(roster, HINT)
    for code, keys in {(hint.code, hint.keys) for hint in hints}:
        rows = [dressed.where(h)[0] for h in hints if (h.code, h.keys) == (code, keys)]
        column = dressed.table.letter(keys[0])
        here = [f for f in found if f["code"] == code and f["column"] == column]
        assert here, (code, column)
        assert min(f["row"] for f in here) == min(rows), (code, column)
        if len(here) == 1:
            assert str(len(rows)) in here[0]["what"], here[0]["what"]
        else:
            assert sorted(f["row"] for f in here) == sorted(rows)
    same = check(xlsx(tmp_path, plain(lay_out(clean, form))))
    assert roster.people.digest() == same.people.digest()


def test_rows_that_are_no_data_and_columns_not_used_are_hinted(tmp_path):
    dressed = printed(lay_out(families(120)))
    for line in dressed.lines:
        line[:] = ["网格长星级" if cell == "备注" else cell for cell in line]
    hints = told(check(xlsx(tmp_path, dressed)), HINT)
    codes = Counter(finding["code"] for finding in hints)
    assert codes["R307"] >= 1
    unused = [f for f in hints if f["code"] == "R306"]
    assert {f["header"] for f in unused} >= {"网格长星级"}
    assert "姓名" not in {f["header"] for f in unused}


# --- the same data in other clothes -------------------------------------------------------------
def findings_by_place(roster, dressed, *levels):
    """What was told, by data row in place of the file's row."""
    at = {line + 1: number for number, line in enumerate(dressed.place)}
    return sorted(
        (f["code"], at[int(f["row"])], f["column"], f["household"], f"{f['money_m']:.4f}")
        for f in told(roster, *levels)
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_gbk_csv_and_an_excel_file_with_titles_are_the_same(tmp_path, form):
    table, _ = infected(form, seed=6)
    bare, dressed = plain(table), titled(table)
    one = check(write_text(tmp_path / "roster.csv", bare, "gbk"))
    two = check(xlsx(tmp_path, dressed))
    assert one.people.digest() == two.people.digest()
    levels = (STOP, DOUBT)
    assert findings_by_place(one, bare, *levels) == findings_by_place(two, dressed, *levels)


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("gb18030", ","),
        ("utf-8", ","),
        ("utf-8-sig", ","),
        ("utf-8-sig", "\t"),
        ("gb18030", ";"),
        ("gb18030", "\t"),
    ],
)
def test_encodings_and_delimiters_do_not_matter(tmp_path, encoding, delimiter):
    clean = families(60)
    clean[10].members[0]["name"] = "䶮䶮"  # not in GBK, four bytes in GB18030
    clean[11].cells["remark"] = '说"是", 又说"否"'
    table = lay_out(clean)
    dressed = titled(table)
    path = write_text(tmp_path / "roster.csv", dressed, encoding, delimiter)
    roster = check(path)
    assert told(roster, STOP, DOUBT) == []
    same = check(xlsx(tmp_path, dressed))
    assert roster.people.digest() == same.people.digest()


def test_numbers_as_numbers_or_as_text_do_not_matter(tmp_path):
    table, faults = infected("merged", seed=9)
    dressed = plain(table)
    texts = check(xlsx(tmp_path, dressed))
    numbers = check(xlsx(tmp_path, dressed, typed=True))
    assert texts.people.digest() == numbers.people.digest()
    assert missed(numbers, dressed, faults) == []
    assert invented(numbers, dressed, faults) == []


@pytest.mark.parametrize("form", FORMS)
def test_the_order_of_households_does_not_matter(tmp_path, form):
    made, _ = infect(families(150, seed=2), STOPS | DOUBTS, form, each=1)
    one = check(xlsx(tmp_path, plain(lay_out(made, form))))
    random.Random(3).shuffle(made)
    two = check(xlsx(tmp_path, plain(lay_out(made, form))))
    assert one.people.digest() == two.people.digest()
    codes = [Counter(f["code"] for f in told(r, STOP, DOUBT)) for r in (one, two)]
    assert codes[0] == codes[1]


def test_merged_and_repeated_household_cells_are_the_same(tmp_path):
    clean = families(100, seed=4)
    one = check(xlsx(tmp_path, plain(lay_out(clean, "merged"))))
    two = check(xlsx(tmp_path, plain(lay_out(clean, "repeated"))))
    assert one.people.digest() == two.people.digest()


# --- nothing is lost ----------------------------------------------------------------------------
def rows_aside(roster):
    return set(roster.set_aside["row"].astype(int))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dress", [plain, printed])
def test_households_are_kept_or_set_aside(tmp_path, form, dress):
    table, faults = infected(form, seed=5)
    dressed = dress(table)
    roster = check(xlsx(tmp_path, dressed))
    aside = stopped(faults)
    expected = set().union(*(dressed.rows(family) for family in aside))
    assert rows_aside(roster) == expected
    assert roster.people.households == HOUSEHOLDS - len(aside)
    assert len(roster.rows) == HOUSEHOLDS
    assert int(roster.rows["is_set_aside"].sum()) == len(aside)
    assert roster.rows["household"].is_unique
    kept = roster.rows.loc[~roster.rows["is_set_aside"], "household"]
    assert set(roster.people.ids) == set(kept)
    assert roster.people.about["set_aside"] == len(aside)


def test_doubted_households_are_kept(tmp_path):
    table, faults = infected("merged", catalogue=DOUBTS)
    roster = check(xlsx(tmp_path, plain(table)))
    assert roster.people.households == HOUSEHOLDS
    assert {f["code"] for f in told(roster, DOUBT)} >= {fault.code for fault in faults}


def test_a_roster_of_stops_only_leaves_no_people(tmp_path):
    clean = families(12)
    for family in clean:
        family.cells["benefit"] = "不详"
    roster = check(xlsx(tmp_path, plain(lay_out(clean))))
    assert roster.people is None
    assert roster.findings.count(STOP) == 12
    assert len(roster.rows) == 12
