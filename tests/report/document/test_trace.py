"""The index of numbers: each leads to the cell of the workbook that holds it."""

from dataclasses import replace

from python_calamine import CalamineWorkbook

from jiuzhu_sim.report.cited import cited, said
from jiuzhu_sim.report.document import trace, traced
from jiuzhu_sim.report.section import Report, Section
from tests.report.document.reports import report
from tests.report.small_tables import COST, PERSONS, table, townships


def test_every_cited_number_is_told_with_its_place():
    rows = trace(report())
    assert [(each.number, each.row, each.column) for each in rows] == [
        ("600", "合计", "人数（人）"),
        ("640.00", "东河乡", "人均月补助（元/人·月）"),
        ("120", "城市 · A类", "人数（人）"),
    ]
    assert [each.table.split()[0] for each in rows] == ["表1", "表1", "表2"]
    assert rows[0].sentence == "全县人数：600"


def test_the_cell_of_the_workbook_holds_the_number(tmp_path):
    made = report()
    made.write(tmp_path)
    book = CalamineWorkbook.from_path(tmp_path / made.book)
    for each in trace(made):
        sheet, _, place = each.cell.rpartition("!")
        rows = book.get_sheet_by_name(sheet.strip("'")).to_python(skip_empty_area=False)
        value = rows[int(place[1:]) - 1][ord(place[0]) - ord("A")]
        assert f"{value:,.2f}".removesuffix(".00") == each.number.removesuffix(".00")


def test_a_table_of_the_workbook_alone_is_traced_without_a_number():
    held = townships()
    sentence = said("format.said", name="全县", what=cited(held, "persons", "total"))
    (row,) = trace(Report("题", "b.xlsx", (Section("a", "一", (sentence,), annex=(held,)),)))
    assert row.table == held.title
    assert row.cell.endswith("!B8")


def test_of_tables_named_alike_the_cited_one_is_found():
    one = table(
        "caseload", ("area",), [("urban",)], [PERSONS], [[7]], None, fields={"policy": "甲"}
    )
    two = replace(one, dims=("township",), rows=(("urban",),))
    three = replace(one, statistics=(COST,))
    sentence = said("format.said", name="全县", what=cited(two, "persons", "urban"))
    made = Report("题", "b.xlsx", (Section("a", "一", (sentence,), (three, one, two)),))
    assert trace(made)[0].table.startswith("表3 ")


def test_the_list_has_a_column_for_each_answer():
    listing = traced(report())
    assert listing.title == "数字索引"
    assert {len(row) for row in listing.rows} == {len(listing.headers)} == {7}
