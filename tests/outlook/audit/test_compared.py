"""Other data beside the roll: sources where people have them, three books, or what is lacking."""

import pytest

from jiuzhu_sim.casework.books.three_way import three_way
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.outlook.audit.compared import books_of, matching_tables, mismatch_table
from tests.outlook.audit.rolls import made, recipients


def test_sources_and_lag_of_people_with_registers():
    tables = matching_tables(made())
    assert {"matching", "audit_lag"} <= set(tables)
    assert tables["matching"].get("match_households", "total") > 0


def test_people_without_registers_have_no_such_table():
    assert matching_tables(recipients()) == {}


def test_other_faults_are_not_swallowed():
    with pytest.raises(JZError) as refused:
        matching_tables(made(), hit=0)
    assert refused.value.codes == ("JZ-E092",)


def test_the_example_finds_what_was_planted_and_only_synthetic_people_have_one():
    books = books_of(made())
    assert books.is_example
    assert len(books.mismatches.rows) == books.planted > 0
    assert books_of(recipients()).mismatches is None


def test_three_files_together_or_none(tmp_path):
    rows = "户主姓名,身份证号,保障人口数,月保障金\n张三,11010519491231002X,1,{}"
    paths = []
    for name, amount in (("发放", 300), ("台账", 300), ("系统", 280)):
        paths.append(str(tmp_path / f"{name}.csv"))
        (tmp_path / f"{name}.csv").write_text(rows.format(amount), encoding="utf-8")
    found = books_of(made(), *paths, month="2025-03")
    assert not found.is_example
    table = mismatch_table(found.mismatches)
    assert table.get("audit_mismatches", "amount") == 1
    assert table.get("audit_less_system", "total") == 20
    with pytest.raises(JZError, match="system_path") as refused:
        books_of(made(), *paths[:2])
    assert refused.value.codes == ("JZ-E032",)


def test_mismatches_add_up_by_kind():
    found = books_of(made()).mismatches
    table = mismatch_table(found)
    kinds = [row for row in table.rows if row != ("total",)]
    for statistic in ("audit_mismatches", "audit_less_ledger", "audit_less_system"):
        parts = sum(table.get(statistic, *row) for row in kinds)
        assert parts == pytest.approx(table.get(statistic, "total"))
    totals = found.totals[["paid", "ledger"]].sum()
    assert table.get("audit_less_ledger", "total") == pytest.approx(
        totals["paid"] - totals["ledger"], abs=0.005
    )


def test_books_that_agree_have_no_mismatch():
    import pandas as pd

    one = pd.DataFrame({"month": ["2025-01"], "household": ["a"], "amount": [300.0]})
    table = mismatch_table(three_way(one, one, one))
    assert table.rows == (("total",),)
    assert table.get("audit_mismatches", "total") == 0
