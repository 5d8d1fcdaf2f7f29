"""Where each number of the text comes from: table, row, column, and cell of the workbook."""

from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Table
from jiuzhu_sim.report.cited import Cell, parts_of
from jiuzhu_sim.report.document.compose import Tables
from jiuzhu_sim.report.document.pieces import Trace
from jiuzhu_sim.report.document.words import clean
from jiuzhu_sim.report.live_sheet import LiveSheet, at
from jiuzhu_sim.report.section import Listing, Report
from jiuzhu_sim.report.sheets import number_columns
from jiuzhu_sim.report.workbook import sheet_names

HEADS = ("number", "section", "sentence", "table", "row", "column", "cell")


def trace(report: Report) -> tuple[Trace, ...]:
    """A row for each number cited in the text, in order.

    Table numbers are those of the document; a table that only the workbook carries is told by
    its title alone. `cell` is empty where the workbook does not hold the table.
    """
    tables, sheets = Tables(report), _sheets(report)
    found = []
    for section in report.sections:
        for sentence in section.sentences:
            for part in parts_of(sentence):
                if isinstance(part, Cell):
                    said = (clean(section.title), clean(sentence))
                    found.append(_traced(part, *said, tables, sheets))
    return tuple(found)


def traced(report: Report) -> Listing:
    """The same as a list, for the sheet 数字索引 of the workbook."""
    rows = tuple(tuple(getattr(each, name) for name in HEADS) for each in trace(report))
    heads = tuple(text(f"document.traced.{name}") for name in HEADS)
    return Listing(text("document.traced"), heads, rows)


def _traced(
    cell: Cell, section: str, sentence: str, tables: Tables, sheets: list[tuple[str, Table]]
) -> Trace:
    place = tables.place(cell)
    table = tables.table(place[0]) if place else cell.table
    number = text("document.table", n=place[0]) + " " if place else ""
    row, statistic = Cell(table, cell.statistic, cell.row).place
    return Trace(
        number=cell.shown,
        section=section,
        sentence=sentence,
        table=clean(number + table.title),
        row=clean(" · ".join(map(str, table.labels(table.rows[row])))),
        column=clean(table.headers()[len(table.dims) + statistic]),
        cell=_address(table, row, statistic, sheets),
    )


def _sheets(report: Report) -> list[tuple[str, Table]]:
    """The tables of the workbook with the names of their sheets, as `Report.write` makes them."""
    tables = report.all(Table)
    own = [sheet.name for sheet in report.all(LiveSheet)]
    return list(zip(sheet_names(tables, [], own), tables, strict=True))


def _address(table: Table, row: int, statistic: int, sheets: list[tuple[str, Table]]) -> str:
    """The cell of the workbook; columns of interval ends stand between those of values."""
    for name, held in sheets:
        if held is table:
            columns = number_columns(table)
            place = next(
                k for k, each in enumerate(columns) if each.is_value and each.number == statistic
            )
            return at(row, len(table.dims) + place, name)
    return ""
