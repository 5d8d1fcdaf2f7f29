"""How each code of reading a roster comes about; part of `provoke`."""

ROSTER = "户主姓名,身份证号,家庭人口数\n张三,11010519491231002X,1"


def roster(folder, content, name="roster.csv", **options):
    """Check a roster of these bytes or this text."""
    from jiuzhu_sim.roster import check_roster

    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    check_roster(path, policy=None, at="2025-01-01", **({"key": b"k" * 32} | options))


def workbook(folder, sheets):
    """A workbook with these sheets, each a list of rows."""
    import xlsxwriter

    path = folder / "roster.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path.read_bytes()


def picture_instead_of_a_roster(folder, _):
    roster(folder, b"%PDF-1.7 ...", "roster.xlsx")


def roster_without_a_header(folder, _):
    roster(folder, "乡镇,户数\n东河镇,12")


def roster_without_id_numbers(folder, _):
    roster(folder, "序号,户主姓名,家庭人口数\n1,张三,1")


def text_in_no_encoding(folder, _):
    roster(folder, ROSTER.encode() + b"\n\xff\xff")


def unknown_sheet(folder, _):
    rows = [line.split(",") for line in ROSTER.splitlines()]
    roster(folder, workbook(folder, {"花名册": rows}), "roster.xlsx", sheet="花名")


def workbook_that_is_cut_off(folder, _):
    rows = [line.split(",") for line in ROSTER.splitlines()]
    roster(folder, workbook(folder, {"花名册": rows})[:2000], "roster.xlsx")


def roster_with_too_many_columns(folder, _):
    roster(folder, ROSTER + "," * 600)


def sheets_that_differ(folder, _):
    rows = [line.split(",") for line in ROSTER.splitlines()]
    sheets = {"城市": rows, "农村": [[*rows[0], "年龄"], [*rows[1], "75"]]}
    roster(folder, workbook(folder, sheets), "roster.xlsx")


def key_that_is_cut_off(folder, patch):
    patch.setenv("JIUZHU_HOME", str(folder))
    (folder / "roster.key").write_bytes(b"short")
    roster(folder, ROSTER, key=None)


def roster_without_rows(folder, _):
    roster(folder, ROSTER.splitlines()[0])


def posting_with_stops(*_):
    from jiuzhu_sim.roster.posting import posting
    from jiuzhu_sim.roster.sample import sample_roster

    posting(sample_roster())


ROSTERS = {
    "JZ-E070": picture_instead_of_a_roster,
    "JZ-E071": roster_without_a_header,
    "JZ-E072": roster_without_id_numbers,
    "JZ-E073": text_in_no_encoding,
    "JZ-E074": unknown_sheet,
    "JZ-E075": workbook_that_is_cut_off,
    "JZ-E076": roster_with_too_many_columns,
    "JZ-E077": sheets_that_differ,
    "JZ-E078": key_that_is_cut_off,
    "JZ-E079": roster_without_rows,
    "JZ-E080": posting_with_stops,
}
