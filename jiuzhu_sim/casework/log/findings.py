"""Findings in a log: what is wrong with which cell, told so that a township can mend it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.rows import Parts, Rows, log_fields
from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.language import pick, read_yaml, text
from jiuzhu_sim.roster.findings import LEVELS, Findings
from jiuzhu_sim.roster.identity import masked
from jiuzhu_sim.roster.sheet import column_letter

NAME_LENGTHS = (2, 3, 4)
"""Characters of nearly all Chinese names."""
MASKED_KINDS = {"actor": "name", "number": "", "text": ""}


@cache
def log_catalogue() -> Mapping[str, Mapping[str, Any]]:
    """Every code of `findings.yaml`: level, and what and fix in zh and en."""
    path = Path(__file__).with_name("findings.yaml")
    found: Mapping[str, Mapping[str, Any]] = read_yaml(path)
    return found


class LogFindings(Findings):
    """Findings of a log; `household` holds the number of the case, no money is at stake.

    >>> len(LogFindings.of([])), LogFindings.of([]).count("stop")
    (0, 0)
    """

    @staticmethod
    def known() -> Mapping[str, Mapping[str, Any]]:
        """Every code these findings may have."""
        return log_catalogue()

    @staticmethod
    def worded(details: Mapping[str, Any]) -> dict[str, Any]:
        """Details in the language in use: titles of fields and events, places in the file."""
        return {**details, **_titled(details)}

    def frame(self) -> Any:
        """The findings as a DataFrame: level, code, sheet, row, column, header, value, case, what,
        fix."""
        return super().frame().drop(columns="money_m").rename(columns={"household": "case"})


def _titled(details: Mapping[str, Any]) -> dict[str, Any]:
    """Details in the language in use: titles of fields, places in the file."""
    made: dict[str, Any] = {}
    if "field" in details:
        made["title"] = log_fields()[details["field"]].title
    if "place" in details:
        sheet, row = details["place"]
        key = "log.place_in_sheet" if sheet else "log.place"
        made["place"] = text(key, sheet=sheet, row=row)
    if "event" in details:
        made["event"] = pick((log_columns("event")["kind"].codes or {})[details["event"]])
    return made


def _holds(cell: str, names: Collection[str]) -> bool:
    """Whether a known personal name stands within a cell."""
    parts = (cell[k : k + n] for n in NAME_LENGTHS for k in range(len(cell) - n + 1))
    return any(part in names for part in parts)


@dataclass
class Noted:
    """A list of findings that fills up while a log is read. `number` is the case's number of each
    row, by the identity of its `Rows`."""

    parts: Parts
    number: dict[int, NDArray[Any]] = field(default_factory=dict)
    items: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, code: str, rows: Rows, name: str, where: NDArray[Any], **details: Any) -> None:
        """A finding for each row of `where` (a mask or row positions) in the column of a field;
        each detail is one for all, or an array with one for each row."""
        at = np.flatnonzero(where) if where.dtype == bool else where
        cells, numbers = rows.cells(name), self.number.get(id(rows))
        for line in at.tolist():
            spot = rows.spot(line, name)
            known = {k: v[line] if isinstance(v, np.ndarray) else v for k, v in details.items()}
            self.items.append(
                (
                    *(code, rows.sheet[line], int(rows.row[line])),
                    column_letter(spot.number) if spot else "",
                    masked(spot.written, "") if spot else "",
                    self.shown(str(cells[line]), name),
                    "" if numbers is None else numbers[line],
                    np.nan,
                    known,
                )
            )

    def tell(self, code: str, sheet: str, row: int, **details: Any) -> None:
        """A finding that belongs to no cell."""
        header, letter = details.get("header", ""), details.pop("letter", "")
        self.items.append((code, sheet, row, letter, header, "", "", np.nan, details))

    def shown(self, cell: str, name: str) -> str:
        """A cell as it may be shown: names and long numbers masked, wherever they stand."""
        kind = log_fields()[name].kind if name in log_fields() else ""
        bare = "".join(cell.split())
        is_name = kind == "number" and not any(map(str.isdigit, bare))
        if is_name or bare in self.parts.names:
            return masked(cell, "name")
        shown = masked(cell, MASKED_KINDS.get(kind, ""))
        has_number = shown != cell and kind != "number"
        if has_number or _holds(bare, self.parts.names):
            # Beside a number of a person, or within a remark, stands a name.
            return masked(bare, "name")
        return shown

    def finish(self) -> LogFindings:
        """All findings: stops first, then in the order of the file."""
        sheets = {name: place for place, name in enumerate(self.parts.headers)}
        levels = {code: LEVELS.index(entry["level"]) for code, entry in log_catalogue().items()}
        self.items.sort(
            key=lambda each: (levels[each[0]], sheets.get(each[1], 0), *each[2:4], each[0])
        )
        return LogFindings.of(self.items)
