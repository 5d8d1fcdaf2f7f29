"""A user's own lists, linked or looked through for duplicates at the step where they are read: only
row numbers and hashes come out."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.matching.linkage import Links, link
from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.roster.cells import amounts
from jiuzhu_sim.roster.families import Families, families
from jiuzhu_sim.roster.fields import MONTHS_OF_PERIOD, fields
from jiuzhu_sim.roster.findings import NOBODY
from jiuzhu_sim.roster.header import find_header, rosters_in
from jiuzhu_sim.roster.identity import Identities, hashed, identities, own_key
from jiuzhu_sim.roster.lines import Lines, by_content, lines_of
from jiuzhu_sim.roster.sheet import open_sheets

FROM = {
    "name": ("name", "head_name"),
    "id": ("id", "head_id"),
    "birth": ("birth",),
    "sex": ("sex",),
    "village": ("village",),
}
"""What is compared, and the fields of a list it is taken from: a person's own before the head's."""

PAID = ("benefit", "benefit_total")
"""Fields of a roster that hold what is paid."""


def link_files(
    left: str | Path,
    right: str | Path,
    *,
    sheet: str = "",
    encoding: str = "auto",
    seed: int = 1,
    at: datetime.date | None = None,
) -> Links:
    """The pairs of two lists in files (workbooks or texts, with a header as rosters have them).

    A record is its row as Excel counts it, with the sheet before it where there are several: the
    office finds it again, and nobody else can. Raises what `open_sheets` and `link` raise, JZ-E071
    where no header is found and JZ-E072 where there is no name.

    >>> import tempfile
    >>> rows = "姓名,身份证号,出生日期,村\\n张伟,,1990-03-07,一村\\n李娜,,1985-01-02,二村"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "list.csv"
    ...     _ = file.write_text(rows, encoding="utf-8")
    ...     found = link_files(file, file).accepted(0.5)
    >>> found[["left", "right"]].to_numpy().tolist()
    [['2', '2'], ['3', '3']]
    """
    tables = [persons_in(path, sheet=sheet, encoding=encoding) for path in (left, right)]
    return link(*tables, seed=seed, at=at)


def persons_in(path: str | Path, *, sheet: str = "", encoding: str = "auto") -> Any:
    """The rows of a list as a DataFrame for `link`; cells as written, `record` the row."""
    import pandas as pd

    source = open_sheets(path, sheet, encoding)
    found = [(page, header) for page in source.sheets if (header := find_header(page))]
    if not found:
        raise JZError.of("JZ-E071", source.name, found="—", nearest="—")
    lists = [pair for pair in found if set(pair[1].of) & set(FROM["name"])]
    if not lists:
        known = [spot.written for spot in found[0][1].spots]
        title = fields()["name"].title
        near = nearest(title, known)
        raise JZError.of("JZ-E072", source.name, name=title, nearest=near)
    parts = []
    for pair in lists:
        lines = lines_of([pair])
        cells = {name: _first(lines, names) for name, names in FROM.items()}
        part = pd.DataFrame({name: column for name, column in cells.items() if column is not None})
        place = f"{pair[0].name}!" if len(lists) > 1 else ""
        part.insert(0, "record", [f"{place}{row}" for row in lines.row.tolist()])
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _first(lines: Any, names: tuple[str, ...]) -> Any:
    """The first of these fields that a list has, None where it has none."""
    return next((lines.text(name) for name in names if name in lines), None)


def paid_lists(
    files: Mapping[str, str | Path],
    *,
    key: bytes | None = None,
    at: datetime.date | None = None,
) -> tuple[Any, Any]:
    """The persons on rosters of several programmes, for `duplicates`; and the rows left out.

    `files`: programme → file. Persons and households are hashes of ID numbers (the household's of
    its head's) under `key` (None: the user's own). `amount_m` is what stands in the person's row,
    yuan a month, 0 where nothing does. Rows without a usable ID number come back as `programme` and
    `row`; link those lists by name. Raises what `open_sheets` and `rosters_in` raise.

    >>> import tempfile
    >>> rows = "户主姓名,身份证号,保障人口数,月保障金\\n"
    >>> rows += "张三,11010519491231002X,1,300\\n李四,123,1,200"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "a.csv"
    ...     _ = file.write_text(rows, encoding="utf-8")
    ...     lists, left = paid_lists({"dibao": file, "tekun": file}, key=b"some key")
    >>> lists[["programme", "amount_m"]].to_numpy().tolist(), left["row"].tolist()
    ([['dibao', 300.0], ['tekun', 300.0]], [3, 3])
    """
    import pandas as pd

    used, day = own_key() if key is None else key, at or datetime.date.today()
    parts, left = [], []
    for programme, path in files.items():
        lines = lines_of(rosters_in(open_sheets(path)))
        homes = families(lines)
        ids = _identities(lines, homes.id, day)
        known = (ids.fault == "") & (homes.owner >= 0)
        of_home = ids.number[_heads(homes)[np.maximum(homes.owner, 0)]]
        made = {
            "person": hashed(ids.number, used),
            # Without the head's number a household is known by its place in its own file.
            "household": hashed(
                np.where(of_home == "", f"{programme}#" + homes.owner.astype(str), of_home), used
            ),
            "programme": programme,
            "amount_m": _paid(lines),
        }
        parts.append(pd.DataFrame(made)[known])
        left.append(pd.DataFrame({"programme": programme, "row": lines.row[~known]}))
    return pd.concat(parts, ignore_index=True), pd.concat(left, ignore_index=True)


def heads_in(path: str | Path, *, key: bytes, at: datetime.date) -> dict[tuple[str, int], str]:
    """The hash of the head's ID number of each household of a roster, by its sheet and first row:
    the same in every file, however often a file has it. Without a usable number a household is left
    out. Raises what `open_sheets` and `rosters_in` raise.
    """
    lines = by_content(lines_of(rosters_in(open_sheets(path))))
    homes = families(lines)
    number = _identities(lines, homes.id, at).number[_heads(homes)]
    if homes.head_id:
        beside = _identities(lines, homes.head_id, at).number[homes.first]
        is_beside = (homes.first_where(homes.is_head) == NOBODY) & (beside != "")
        number = np.where(is_beside, beside, number)
    sheets, rows = lines.sheet[homes.first].tolist(), lines.row[homes.first].tolist()
    made = zip(sheets, rows, number.tolist(), hashed(number, key).tolist(), strict=True)
    return {(lines.sheets[sheet], row): name for sheet, row, head, name in made if head}


def _identities(lines: Lines, name: str, day: datetime.date) -> Identities:
    none = np.zeros(len(lines), bool)
    return identities(lines.text(name), lines.is_number.get(name, none), day)


def _heads(homes: Families) -> NDArray[np.int64]:
    """The line of each household's head, its first line where none is told."""
    head = homes.first_where(homes.is_head)
    return np.where(head == NOBODY, homes.first, head)


def _paid(lines: Lines) -> NDArray[np.float64]:
    """What stands in each row, yuan a month; 0 where there is no amount."""
    name = next((name for name in PAID if name in lines), "")
    if not name:
        return np.zeros(len(lines))
    value = amounts(lines.tidied(name).text).value
    of_sheet = [
        (spot.meaning.yuan or header.yuan) / MONTHS_OF_PERIOD.get(spot.meaning.period, 1)
        for spot, header in zip(lines.spots[name], lines.headers, strict=True)
    ]
    return np.nan_to_num(value * np.array(of_sheet)[lines.sheet])
