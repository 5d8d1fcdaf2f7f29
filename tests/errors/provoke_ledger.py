"""How each code of reading a ledger comes about; part of `provoke`."""

import xlsxwriter

from jiuzhu_sim.assessment.ledger import read_ledger


def ledger(folder, *lines, name="ledger.csv"):
    """A ledger of these lines, read."""
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_ledger(path)


def ledger_without_heads(folder, _):
    ledger(folder, "某县,2025年", "甲,乙")


def ledger_on_two_sheets(folder, _):
    with xlsxwriter.Workbook(folder / "ledger.xlsx") as book:
        for name in ("一月", "二月"):
            book.add_worksheet(name).write_row(0, 0, ["乡镇", "户数"])
    read_ledger(folder / "ledger.xlsx")


def ledger_without_a_period(folder, _):
    ledger(folder, "乡镇,支出（万元）", "东河乡,3")


def ledger_with_words_for_a_number(folder, _):
    ledger(folder, "乡镇,户数", "东河乡,约三百")


def ledger_with_an_unknown_area(folder, _):
    ledger(folder, "城乡,户数", "城阵,3")


def ledger_with_a_row_twice(folder, _):
    ledger(folder, "乡镇,户数", "东河乡,3", "东河乡,4")


def ledger_without_figures(folder, _):
    ledger(folder, "乡镇,户数", "东河乡,")


LEDGERS = {
    "JZ-E053": ledger_without_heads,
    "JZ-E054": ledger_on_two_sheets,
    "JZ-E055": ledger_without_a_period,
    "JZ-E056": ledger_with_words_for_a_number,
    "JZ-E057": ledger_with_an_unknown_area,
    "JZ-E058": ledger_with_a_row_twice,
    "JZ-E059": ledger_without_figures,
}
