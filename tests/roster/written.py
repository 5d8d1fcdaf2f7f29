"""Writes a table as the files counties send: Excel in several dresses, CSV in several encodings."""

import datetime
import re
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import xlsxwriter

from tests.roster.messy import FORMS, HOUSEHOLD_KEYS

NUMBER_KEYS = {"no", "age", "members", "covered", "income", "income_y", "benefit"}
DATE_KEYS = {"approved", "reviewed"}
PERSON_KEYS = ("name", "id", "relation", "sex", "age", "grade", "kind", "health", "student", "able")
GROUPS = {
    "家庭成员情况": {*PERSON_KEYS, "dead"},
    "待遇情况": {"income", "income_y", "in_dibao", "benefit"},
}
SHEETS = ("花名册", "续表", "Sheet3")
PAGE, SUBTOTAL = 40, 25


@dataclass(frozen=True)
class Dressed:
    """Lines as they stand in the file, `place[n]` the 0-based line of data row n, and merged
    blocks (first line, first column, last line, last column)."""

    table: object
    lines: list
    place: tuple
    blocks: tuple = ()

    def row(self, family, member=0):
        """The row of a member as Excel shows it."""
        return self.place[self.table.row(family, member)] + 1

    def where(self, fault):
        """The row and the letters of the columns at which a fault may be told."""
        columns = {self.table.letter(key) for key in fault.keys} - {None}
        return self.row(fault.family, fault.member), columns

    def rows(self, family):
        """All rows of a household."""
        owners = self.table.owners
        return {self.place[n] + 1 for n, (number, _) in enumerate(owners) if number == family}


def plain(table):
    """A header and the rows, nothing else."""
    lines = [list(table.header), *map(list, table.rows)]
    return Dressed(table, lines, tuple(range(1, len(lines))), tuple(_merged(table, 1)))


def titled(table, titles=("示例县2025年6月城乡低保对象花名册", "填报单位：示例县民政局")):
    """The same below some title lines, each over the whole width."""
    dressed, n = plain(table), len(titles)
    width = len(table.header)
    blocks = [(k, 0, k, width - 1) for k in range(n)]
    blocks += [(a + n, b, c + n, d) for a, b, c, d in dressed.blocks]
    return replace(
        dressed,
        lines=[[title] + [""] * (width - 1) for title in titles] + dressed.lines,
        place=tuple(line + n for line in dressed.place),
        blocks=tuple(blocks),
    )


def printed(table):
    """As it is printed: two title lines, a header of two lines with groups, the header again on
    each page, blank lines, subtotals, a total, and signatures."""
    keys, width = list(FORMS[table.form].values()), len(table.header)
    blank = [""] * width
    spans = [(over, [n for n, _ in span]) for over, span in groupby(enumerate(keys), _group)]
    upper, lower = list(blank), list(blank)
    for over, columns in spans:
        for n in columns:
            (lower if over else upper)[n] = table.header[n]
        if over:
            upper[columns[0]] = over
    lines = [["附件2", *blank[1:]], ["示例县城乡最低生活保障对象花名册", *blank[1:]]]
    place, heads, seen = [], [len(lines)], 0
    lines += [upper, lower]
    for number, row in enumerate(table.rows):
        is_head = table.owners[number][1] == 0
        if is_head and seen and seen % SUBTOTAL == 0:
            lines.append(_sum_line(keys, "小计"))
        if is_head and seen and seen % PAGE == 0:
            heads.append(len(lines) + 1)
            lines += [blank, upper, lower]
        seen += is_head
        place.append(len(lines))
        lines.append(list(row))
    lines += [_sum_line(keys, "合计"), blank]
    lines.append(["填表人：王五", "", "审核人：", "", "填表日期：2025年6月15日", *blank[5:]])
    blocks = [(n, 0, n, width - 1) for n in range(heads[0])]
    for head in heads:
        for over, columns in spans:
            if over:
                blocks.append((head, columns[0], head, columns[-1]))
            else:
                blocks += [(head, n, head + 1, n) for n in columns]
    return Dressed(table, lines, tuple(place), tuple(blocks))


def _group(numbered):
    """The word that stands over a column in a header of two lines."""
    return next((over for over, keys in GROUPS.items() if numbered[1] in keys), "")


def _sum_line(keys, word):
    sums = {"no": word, "members": "61", "covered": "58", "benefit": "24318"}
    return [sums.get(key, "") for key in keys]


def _merged(table, offset):
    """The household cells of families of several members in the merged form."""
    if table.form != "merged":
        return
    columns = [n for n, key in enumerate(FORMS[table.form].values()) if key in HOUSEHOLD_KEYS]
    heads = [n for n, (_, member) in enumerate(table.owners) if member == 0]
    for start, stop in pairwise([*heads, len(table.rows)]):
        if stop - start > 1:
            yield from ((start + offset, n, stop - 1 + offset, n) for n in columns)


def write_xlsx(path, *dressed, typed=False, merge=True, names=SHEETS):
    """An Excel file, one sheet for each table; `typed` stores numbers and dates as such."""
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for each, name in zip(dressed, names, strict=False):
        sheet, data = book.add_worksheet(name), set(each.place)
        keys = list(FORMS[each.table.form].values())
        for block in each.blocks if merge else ():
            if block[:2] != block[2:]:
                sheet.merge_range(*block, "")
        for row, line in enumerate(each.lines):
            for column, cell in enumerate(line):
                key = keys[column] if typed and row in data else ""
                if isinstance(cell, float):
                    sheet.write_number(row, column, cell)
                elif key in NUMBER_KEYS and re.fullmatch(r"-?\d+(\.\d+)?", cell):
                    sheet.write_number(row, column, float(cell))
                elif key in DATE_KEYS and _day(cell):
                    sheet.write_datetime(row, column, _day(cell), day)
                elif cell != "":
                    sheet.write_string(row, column, cell)
    book.close()
    return path


def _day(text):
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


def write_text(path, dressed, encoding="utf-8", delimiter=","):
    """A CSV or TSV file as Excel saves it: quoted where it must be, CRLF, numbers as shown."""
    lines = []
    for line in dressed.lines:
        shown = [f"{cell:.5E}" if isinstance(cell, float) else cell for cell in line]
        lines.append(delimiter.join(_quoted(cell, delimiter) for cell in shown))
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def _quoted(cell, delimiter):
    if any(mark in cell for mark in (delimiter, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell
