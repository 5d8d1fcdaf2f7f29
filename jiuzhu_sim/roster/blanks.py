"""How many cells of each column of a roster are blank."""

from jiuzhu_sim.roster.families import Families
from jiuzhu_sim.roster.fields import fields
from jiuzhu_sim.roster.findings import NOBODY
from jiuzhu_sim.roster.lines import Lines


def blanks(lines: Lines, homes: Families) -> dict[str, list[int]]:
    """Cells and blank ones of each column understood, by its header; no values.

    What belongs to the household stands in one of its rows: it has one cell a household there.

    >>> from jiuzhu_sim.roster.families import families
    >>> from jiuzhu_sim.roster.header import find_header
    >>> from jiuzhu_sim.roster.lines import lines_of
    >>> from jiuzhu_sim.roster.sheet import Sheet
    >>> rows = [["户主姓名", "身份证号", "家庭人口数"], ["张三", "1", "2"], ["李四", "", "1"]]
    >>> lines = lines_of([(sheet := Sheet("", rows), find_header(sheet))])
    >>> blanks(lines, families(lines))
    {'户主姓名': [2, 0], '身份证号': [2, 1], '家庭人口数': [2, 0]}
    """
    import pandas as pd

    found: dict[str, list[int]] = {}
    for name, spots in lines.spots.items():
        column = pd.Series(lines.text(name), dtype=object)
        is_filled = ~(column.eq("") | column.str.isspace()).to_numpy(bool)
        if homes.are_rows_persons and fields()[name].level != "person":
            cells, blank = len(homes), int((homes.first_where(is_filled) == NOBODY).sum())
        else:
            cells, blank = len(lines), int((~is_filled).sum())
        found.setdefault(spots[0].written, [cells, blank])
    return found
