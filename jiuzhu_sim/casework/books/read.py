"""Three files for three-way consistency, read like rosters: payments, ledger, export of the system.

Each file is checked row by row; a household with a fault that stops it is set aside, listed with
its row, and told as not used. Names and ID numbers stay behind; households are known by the same
hash in all files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.casework.books.three_way import BOOKS, Mismatches, three_way
from jiuzhu_sim.casework.matching.lists import heads_in
from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.policy import parse_date
from jiuzhu_sim.roster.check import Roster, check_roster
from jiuzhu_sim.roster.fields import fields
from jiuzhu_sim.roster.findings import Findings
from jiuzhu_sim.roster.identity import own_key
from jiuzhu_sim.roster.places import townships

Files = str | Path | Mapping[str, str | Path]
SET_ASIDE = "set_aside"


@dataclass(frozen=True)
class Compared:
    """The mismatches of three files (or three a month), and the findings of each file by book and
    month."""

    mismatches: Mismatches
    findings: Mapping[tuple[str, str], Findings]


def three_way_of_files(
    paid: Files,
    ledger: Files,
    system: Files,
    *,
    month: str = "",
    key: bytes | None = None,
    stopped: Any = None,
    died: Any = None,
) -> Compared:
    """Compare three files of a month, or for each book a mapping of months (2025-01) to files.

    `key` makes the hashes of households (None: the user's own key); two households of one head in a
    file are one household that stands there twice. Raises what `check_roster` and `three_way`
    raise; JZ-E072 where a file has no amounts, JZ-E092 where one comes without its month.

    >>> import tempfile
    >>> rows = "户主姓名,身份证号,保障人口数,月保障金\\n张三,11010519491231002X,1,300"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "book.csv"
    ...     _ = file.write_text(rows, encoding="utf-8")
    ...     made = three_way_of_files(file, file, file, month="2025-01", key=b"some key")
    >>> made.mismatches.is_consistent, float(made.mismatches.totals["paid"].sum())
    (True, 300.0)
    """
    import pandas as pd

    used = own_key() if key is None else key
    tables, unused, findings = [], [], {}
    for book, files in zip(BOOKS, (paid, ledger, system), strict=True):
        given = files if isinstance(files, Mapping) else {month: files}
        parts = []
        for at, path in given.items():
            if not at:
                raise JZError.of("JZ-E092", name="month", value="", expected="2025-01")
            roster = check_roster(path, policy=None, at=f"{at}-01", key=used)
            findings[book, at] = roster.findings
            parts.append(_table(roster, at, _same_heads(roster, path, at, used)))
            unused.append(_aside(roster, book))
        tables.append(pd.concat(parts, ignore_index=True))
    made = three_way(*tables, stopped=stopped, died=died)
    whole = pd.concat([*unused, made.unused], ignore_index=True)
    return Compared(replace(made, unused=whole), findings)


def _same_heads(roster: Roster, path: str | Path, month: str, key: bytes) -> dict[str, str]:
    """The hash of its head by the hash of each household: a roster tells two households of one head
    apart, here they are one that stands twice."""
    heads = heads_in(path, key=key, at=parse_date(f"{month}-01"))
    rows = roster.rows
    places = zip(rows["sheet"].tolist(), rows["first_row"].tolist(), strict=True)
    return {
        home: heads.get(place, home)
        for home, place in zip(rows["household"].tolist(), places, strict=True)
    }


def _table(roster: Roster, month: str, heads: Mapping[str, str]) -> Any:
    """The households kept, with persons covered and the benefit of the month."""
    import pandas as pd

    people = roster.people
    if people is None:
        return pd.DataFrame(columns=["month", "household", "township", "persons", "amount"])
    if "current_benefit_m" not in people:
        known = [head for head, name in roster.fields.items() if name]
        title = fields()["benefit"].title
        near = nearest(title, known)
        raise JZError.of("JZ-E072", roster.read.file, name=title, nearest=near)
    place = pd.Series(people.ids).map(townships(roster)).fillna("").to_numpy(object)
    return pd.DataFrame(
        {
            "month": month,
            "household": [heads[one] for one in people.ids],
            "township": place,
            "persons": people["n_covered_now"].astype(np.float64),
            "amount": people["current_benefit_m"],
        }
    )


def _aside(roster: Roster, book: str) -> Any:
    """The households set aside, each with the row where it begins."""
    import pandas as pd

    rows = roster.rows[roster.rows["is_set_aside"]]
    return pd.DataFrame(
        {"book": book, "row": rows["first_row"].tolist(), "reason": SET_ASIDE}, dtype=object
    )


def unused_listed(mismatches: Mismatches) -> Any:
    """The rows that could not be used, in words of the language in use."""
    table = mismatches.unused
    return table.assign(
        book=[text(f"three_way_book.{book}") for book in table["book"]],
        reason=[text(f"unused.{reason}") for reason in table["reason"]],
    ).rename(columns={name: text(f"unused_head.{name}") for name in table})
