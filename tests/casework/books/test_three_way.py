"""Three-way consistency: every planted mismatch is listed, and its money adds up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jiuzhu_sim as jz
from jiuzhu_sim.casework.books.read import three_way_of_files, unused_listed
from jiuzhu_sim.casework.books.synthetic import faults, synthetic_books
from jiuzhu_sim.casework.books.three_way import BOOKS, KINDS, three_way
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.roster.identity import check_character

COLUMNS = ["month", "household", "township", "persons", "amount"]


def book(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


AGREED = (
    ("2025-01", "a", "东乡", 2, 400.0),
    ("2025-01", "b", "东乡", 1, 310.5),
    ("2025-01", "c", "西乡", 3, 900.0),
    ("2025-02", "a", "东乡", 2, 400.0),
    ("2025-02", "b", "东乡", 1, 310.5),
    ("2025-02", "c", "西乡", 3, 900.0),
)


def without(rows, month, household):
    return [row for row in rows if row[:2] != (month, household)]


def found(rows):
    return [(row.month, row.household, row.kind) for row in rows.itertuples()]


def test_what_agrees_is_consistent():
    made = three_way(book(*AGREED), book(*AGREED[::-1]), book(*AGREED))
    assert made.is_consistent
    assert made.by("township").loc["西乡", "paid"] == 1800


def test_each_planted_mismatch_is_listed():
    paid = [*AGREED, ("2025-01", "b", "东乡", 1, 310.5), ("2025-02", "d", "西乡", 1, 200.0)]
    ledger = without(AGREED, "2025-02", "c")
    system = [(m, h, t, 1 if (m, h) == ("2025-01", "a") else n, y) for m, h, t, n, y in AGREED]
    system[3] = ("2025-02", "a", "东乡", 2, 380.0)
    made = three_way(book(*paid), book(*ledger), book(*system))
    assert found(made.rows) == [
        ("2025-01", "a", "persons"),
        ("2025-01", "b", "duplicate"),
        ("2025-02", "a", "amount"),
        ("2025-02", "c", "missing"),
        ("2025-02", "d", "missing"),
    ]
    assert made.rows["missing_in"].tolist() == ["", "", "", "ledger", "ledger,system"]
    assert made.rows["paid_less_ledger"].tolist() == [0, 310.5, 0, 900, 200]
    assert made.rows["paid_less_system"].tolist() == [0, 310.5, 20, 0, 200]
    by_month = made.by("month")
    assert by_month.loc["2025-02", ["missing", "amount"]].tolist() == [2, 1]
    assert by_month.loc["合计", "paid_less_system"] == 530.5
    listed = made.listed()
    assert listed["缺少记录的一方"].tolist()[-1] == "台账、救助系统"


def test_a_missing_household_whose_other_amounts_differ_is_told_twice_its_money_once():
    paid, ledger = (
        book(("2025-01", "a", "东乡", 1, 300.0)),
        book(("2025-01", "a", "东乡", 1, 280.0)),
    )
    made = three_way(paid, ledger, book(("2025-01", "z", "东乡", 1, 1.0)))
    assert found(made.rows)[:2] == [("2025-01", "a", "missing"), ("2025-01", "a", "amount")]
    assert made.rows["paid_less_ledger"].sum() == 20
    assert made.rows["paid_less_system"].sum() == 299


def test_paid_after_a_stop():
    stopped = pd.DataFrame({"household": ["c"], "month": ["2025-02"]})
    made = three_way(*[book(*AGREED)] * 3, stopped=stopped)
    assert found(made.rows) == [("2025-02", "c", "after_stop")]
    assert not made.rows[["paid_less_ledger", "paid_less_system"]].to_numpy().any()


def test_paid_after_a_death():
    """The household of three still gets for three; that of two gets for one: nothing to tell."""
    rows = [*AGREED[:3], ("2025-02", "a", "东乡", 1, 200.0), *AGREED[4:]]
    died = pd.DataFrame({"household": ["a", "b", "c"], "month": ["2025-01"] * 3})
    made = three_way(*[book(*rows)] * 3, died=died)
    assert found(made.rows) == [("2025-02", "b", "after_death"), ("2025-02", "c", "after_death")]


def test_rows_that_cannot_be_used_are_kept_apart():
    paid = book(("2025-13", "a", "", 1, 1.0), ("2025-01", "", "", 1, 1.0), *AGREED)
    paid["amount"] = paid["amount"].astype(object)
    paid.loc[2, "amount"] = "三百"
    made = three_way(paid, book(*AGREED), book(*AGREED))
    assert made.unused[["book", "row", "reason"]].to_numpy().tolist() == [
        ["paid", 1, "month"],
        ["paid", 2, "household"],
        ["paid", 3, "amount"],
    ]
    assert found(made.rows) == [("2025-01", "a", "missing")]
    assert not made.is_consistent


def test_months_may_be_written_otherwise():
    paid = book(*AGREED).assign(month=[f"{m[:4]}年{int(m[5:])}月" for m, *_ in AGREED])
    system = book(*AGREED).assign(month=pd.to_datetime([f"{m}-15" for m, *_ in AGREED]))
    assert three_way(paid, book(*AGREED), system).is_consistent


def test_all_missing_columns_are_told():
    table = book(*AGREED)
    with pytest.raises(JZError) as caught:
        three_way(table.drop(columns="amount"), table, table.drop(columns=["month", "household"]))
    assert caught.value.codes == ("JZ-E011",) * 3
    with pytest.raises(JZError, match="JZ-E060"):
        three_way(table, table, table).by("village")


# --- files -----------------------------------------------------------------------------------
HEAD = "乡镇,户主姓名,身份证号,保障人口数,月保障金"


def file_of(folder, name, lines, encoding="utf-8"):
    path = folder / name
    path.write_text("\n".join([HEAD, *lines]), encoding=encoding)
    return path


def number(first17):
    return first17 + check_character(first17)


def test_three_files_are_compared_and_nothing_is_dropped(tmp_path):
    ids = [number(n) for n in ("11010519491231002", "11010119900307013", "11010119850520238")]
    lines = [
        f"东乡,张三,{ids[0]},1,300",
        f"东乡,李四,{ids[1]},2,500",
        f"西乡,王五,{ids[2]},1,280",
    ]
    paid = file_of(tmp_path, "paid.csv", [*lines[:2], f"西乡,王五,{ids[2]},1,320"], "gb18030")
    ledger = file_of(tmp_path, "ledger.csv", lines)
    exported = [lines[0], f"东乡,李四,{ids[1]},1,500", "西乡,王五,1,1,280"]
    system = file_of(tmp_path, "system.csv", exported)
    made = three_way_of_files(paid, ledger, system, month="2025-03", key=b"a key")
    rows = made.mismatches.rows
    assert rows["kind"].value_counts().to_dict() == {"persons": 1, "missing": 1, "amount": 1}
    assert rows.loc[rows["kind"] == "missing", "paid_less_ledger"].tolist() == [40]
    # The row with a wrong ID number is set aside, with its place, and its finding is told.
    assert made.mismatches.unused.to_numpy().tolist() == [["system", 4, "set_aside"]]
    assert made.findings["system", "2025-03"].count("stop") > 0
    assert unused_listed(made.mismatches)["数据来源"].tolist() == ["救助系统"]
    assert not any(one in made.mismatches.listed().to_csv() for one in (*ids, "张三"))


def test_a_household_that_stands_twice_in_a_file_is_a_duplicate(tmp_path):
    """The commonest fault of a list of payments: one head twice, here with another amount."""
    ids = [number(n) for n in ("11010519491231002", "11010119900307013")]
    lines = [f"东乡,张三,{ids[0]},1,300", f"东乡,李四,{ids[1]},2,500"]
    book_file = file_of(tmp_path, "book.csv", lines)
    paid = file_of(tmp_path, "paid.csv", [*lines, f"东乡,张三,{ids[0]},1,310"])
    made = three_way_of_files(paid, book_file, book_file, month="2025-03", key=b"a key")
    assert made.mismatches.rows["kind"].tolist() == ["duplicate"]
    assert made.mismatches.rows["paid_less_ledger"].tolist() == [310]


def test_a_file_without_amounts_is_named(tmp_path):
    whole = file_of(tmp_path, "book.csv", [f"东乡,张三,{number('11010519491231002')},1,300"])
    bare = tmp_path / "bare.csv"
    bare.write_text(f"户主姓名,身份证号,保障人口数\n张三,{number('11010519491231002')},1", "utf-8")
    with pytest.raises(JZError) as caught:
        three_way_of_files(bare, whole, whole, month="2025-03", key=b"a key")
    assert caught.value.codes == ("JZ-E072",)
    assert "bare.csv" in str(caught.value)


def test_files_of_several_months(tmp_path):
    line = f"东乡,张三,{number('11010519491231002')},1,300"
    file = file_of(tmp_path, "book.csv", [line])
    later = file_of(tmp_path, "later.csv", [line.replace("300", "310")])
    books = {"2025-01": file, "2025-02": file}
    made = three_way_of_files({"2025-01": file, "2025-02": later}, books, books, key=b"a key")
    assert found(made.mismatches.rows)[0][::2] == ("2025-02", "amount")
    assert len(made.mismatches.rows) == 1
    with pytest.raises(JZError, match="JZ-E092"):
        three_way_of_files(file, file, file, key=b"a key")


rows = st.lists(
    st.tuples(
        st.sampled_from(["2025-01", "2025-02"]),
        st.integers(1, 6),
        st.sampled_from(["东乡", "西乡"]),
        st.integers(1, 3),
        st.integers(0, 100_000).map(lambda fen: fen / 100),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(rows, rows, rows)
def test_money_listed_adds_up_to_the_totals(paid, ledger, system):
    """Whatever the books hold, duplicates and all: in fen, overall and in each month."""
    books = [book(*part) for part in (paid, ledger, system)]
    made = three_way(*books)
    fen = [int(np.rint(table["amount"].astype(float) * 100).sum()) for table in books]
    for other, name in ((1, "paid_less_ledger"), (2, "paid_less_system")):
        told = np.rint(made.rows[name].astype(float) * 100).sum()
        assert int(told) == fen[0] - fen[other]
    assert [round(made.totals[name].sum() * 100) for name in BOOKS] == fen
    assert set(made.rows["kind"]) <= set(KINDS)
    by = made.by("township")
    assert by["paid_less_ledger"].iloc[:-1].sum() == pytest.approx(by["paid_less_ledger"].iloc[-1])


@settings(max_examples=30, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_but_for_duplicates(paid, rng):
    once = list({row[:2]: row for row in paid}.values())
    mixed = list(once)
    rng.shuffle(mixed)
    other = book(*AGREED)
    first, second = three_way(book(*once), other, other), three_way(book(*mixed), other, other)
    assert first.rows.equals(second.rows)


# --- synthetic books -------------------------------------------------------------------------
@pytest.fixture(scope="module")
def people():
    return jz.synthesize("all-programmes", households=4000, seed=6)


def test_what_was_planted_is_found_and_nothing_else(people):
    shares = {"missing": 0.03, "amount": 0.03, "persons": 0.03, "duplicate": 0.02, "stop": 0.02}
    books = synthetic_books(people, months=4, shares=shares)
    made = three_way(books.paid, books.ledger, books.system, stopped=books.stopped)
    keys = ["month", "household", "kind"]
    told = made.rows[keys].sort_values(keys).reset_index(drop=True)
    planted = books.planted[keys].sort_values(keys).reset_index(drop=True)
    assert len(planted) > 100
    assert set(planted["kind"]) == set(KINDS) - {"after_death"}
    assert told.astype(str).equals(planted.astype(str))


def test_books_without_faults_agree(people):
    none = dict.fromkeys(faults(), 0.0)
    books = synthetic_books(people, months=2, shares=none)
    assert three_way(books.paid, books.ledger, books.system).is_consistent
    assert not len(books.planted)


def test_faults_that_are_none_are_refused(people):
    with pytest.raises(JZError) as caught:
        synthetic_books(people, months=0, shares={"mising": 0.1, "amount": 2})
    assert caught.value.codes == ("JZ-E003", "JZ-E004", "JZ-E004")
    with pytest.raises(JZError, match="JZ-E004"):
        synthetic_books(people, shares={"amount": 0.9, "missing": 0.9})
