"""Small rosters typed by hand: lines of cells between bars, written as CSV and checked."""

from jiuzhu_sim import load_policy
from jiuzhu_sim.roster import check_roster
from jiuzhu_sim.roster.header import find_header
from jiuzhu_sim.roster.lines import lines_of
from jiuzhu_sim.roster.sheet import Sheet

POLICY = load_policy("example-county")
KEY = b"k" * 32

# Numbers of nobody: no region code begins with 99. Head, wife, son, daughter, mother; two others.
HEAD, WIFE = "990101197003150016", "990101197208210027"
SON, DAUGHTER = "990101200105120015", "990101200809070028"
MOTHER, MAN, WOMAN = "990101194502110023", "990101195511300018", "990101196006180021"
OLD_MAN = "990101551130001"  # MAN as his first card had it


def rows_of(block):
    """The rows of a block: one line a row, cells between bars."""
    return [[cell.strip() for cell in line.split("|")] for line in block.strip().splitlines()]


def sheet_of(block, merged=()):
    return Sheet("", rows_of(block), merged)


def lines(block, merged=()):
    """The lines of a typed sheet."""
    sheet = sheet_of(block, merged)
    return lines_of([(sheet, find_header(sheet))])


def check(folder, block, name="roster.csv", **how):
    """A typed roster as `check_roster` sees it, by the law of the example county."""
    path = folder / name
    path.write_text("\n".join(",".join(row) for row in rows_of(block)), encoding="utf-8")
    return check_roster(path, **{"policy": POLICY, "key": KEY, **how})


def told(roster, *levels):
    """Code, row and column of the findings of some levels."""
    frame = roster.findings.frame()
    frame = frame[frame["level"].isin(levels or ("stop", "doubt"))]
    return list(zip(frame["code"], frame["row"].tolist(), frame["column"], strict=True))
