"""Findings: what is wrong with which cell, told so that a township can mend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.language import language, read_yaml, text
from jiuzhu_sim.roster.cells import each
from jiuzhu_sim.roster.fields import fields
from jiuzhu_sim.roster.identity import masked
from jiuzhu_sim.roster.lines import Lines
from jiuzhu_sim.roster.sheet import column_letter

LEVELS = ("stop", "doubt", "hint")
NOBODY = -1
"""The household of a line that belongs to none."""


@cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """Every code of `findings.yaml`: level, and what and fix in zh and en."""
    found: Mapping[str, Mapping[str, Any]] = read_yaml(Path(__file__).with_name("findings.yaml"))
    return found


@dataclass(frozen=True)
class Findings:
    """Findings as columns of one length, stops first, then in the order of the file.

    `row` counts from 1 as Excel and WPS show it, `column` is its letter; `value` is the cell as
    read, with ID numbers and names masked; `household` a hash, "" where there is none; `money_m`
    the yuan a month at stake, NaN where there are none; `details` fill the sentences.

    >>> len(Findings.of([])), Findings.of([]).count("stop")
    (0, 0)
    """

    code: NDArray[Any]
    sheet: NDArray[Any]
    row: NDArray[np.int64]
    column: NDArray[Any]
    header: NDArray[Any]
    value: NDArray[Any]
    household: NDArray[Any]
    money_m: NDArray[np.float64]
    details: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, items: list[tuple[Any, ...]]) -> Self:
        """Findings of items: code, sheet, row, column, header, value, household, money, details."""
        parts = list(zip(*items, strict=True)) or [()] * 9

        def texts(values: tuple[Any, ...]) -> NDArray[Any]:
            made = np.empty(len(values), object)
            made[:] = values
            return made

        code, sheet, row, column, header, value, household, money, details = parts
        return cls(
            *(texts(code), texts(sheet), np.array(row, np.int64), texts(column), texts(header)),
            *(texts(value), texts(household), np.array(money, np.float64), tuple(details)),
        )

    def __len__(self) -> int:
        return len(self.code)

    @staticmethod
    def known() -> Mapping[str, Mapping[str, Any]]:
        """Every code these findings may have: level, and what and fix in zh and en."""
        return catalogue()

    @staticmethod
    def worded(details: Mapping[str, Any]) -> dict[str, Any]:
        """Details as the sentences show them, in the language in use."""
        return _worded(details)

    @property
    def level(self) -> NDArray[Any]:
        """The level of each: ``stop``, ``doubt`` or ``hint``."""
        return each(self.code, lambda code: self.known()[code]["level"])

    def count(self, level: str) -> int:
        """How many findings of a level there are."""
        return int((self.level == level).sum())

    def money(self, level: str) -> float:
        """Yuan a month at stake in a level.

        The money of a household is at stake once: of several findings the largest counts.
        """
        import pandas as pd

        chosen = (self.level == level) & ~np.isnan(self.money_m)
        if not chosen.any():
            return 0.0
        held = pd.DataFrame({"household": self.household[chosen], "money": self.money_m[chosen]})
        has_house = held["household"] != ""
        largest = held[has_house].groupby("household")["money"].max().sum()
        return float(largest + held.loc[~has_house, "money"].sum())

    def _sentences(self, part: str) -> list[str]:
        made = []
        for code, value, header, row, details in zip(
            self.code, self.value, self.header, self.row, self.details, strict=True
        ):
            known = {"value": value, "header": header, "row": row} | self.worded(details)
            made.append(self.known()[code][language()][part].format(**known))
        return made

    @property
    def what(self) -> list[str]:
        """What is wrong, a sentence each, in the language in use."""
        return self._sentences("what")

    @property
    def fix(self) -> list[str]:
        """What to do, a sentence each, in the language in use."""
        return self._sentences("fix")

    def frame(self) -> Any:
        """The findings as a pandas DataFrame: level, code, sheet, row, column, header, value,
        household, money_m, what, fix."""
        import pandas as pd

        names = ("level", "code", "sheet", "row", "column", "header", "value", "household")
        content = {name: getattr(self, name) for name in (*names, "money_m", "what", "fix")}
        return pd.DataFrame(content, columns=list(content))


def _worded(details: Mapping[str, Any]) -> dict[str, Any]:
    """Details in the language in use: places, and titles of fields."""
    worded = dict(details)
    if "place" in worded:
        sheet, row = worded["place"]
        key = "roster.place_in_sheet" if sheet else "roster.place"
        worded["place"] = text(key, sheet=sheet, row=row)
    if "field" in worded:
        worded["title"] = fields()[worded["field"]].title
    return worded


@dataclass
class Found:
    """A list of findings that fills up while the lines of a roster are checked.

    Money and households are known only later: `finish` takes them by line. `tidied` are the
    fields of which it has been told what was mended.
    """

    lines: Lines
    names: frozenset[str] = frozenset()
    items: list[tuple[str, str, int, str, float, Mapping[str, Any]]] = field(default_factory=list)
    stopped: list[NDArray[np.int64]] = field(default_factory=list)
    tidied: set[str] = field(default_factory=set)

    def add(
        self,
        code: str,
        name: str,
        where: NDArray[Any],
        money: NDArray[np.float64] | None = None,
        **details: Any,
    ) -> None:
        """A finding for each line of `where` (a mask or line numbers) in the column of a field.

        `money` and each detail are one for all, or arrays with one for each line of the roster.
        """
        at = np.flatnonzero(where) if where.dtype == bool else where
        cells = self.lines.text(name)
        for line in at.tolist():
            known = {k: v[line] if isinstance(v, np.ndarray) else v for k, v in details.items()}
            stake = float(money[line]) if money is not None else np.nan
            self.items.append((code, name, line, str(cells[line]), stake, known))
        if catalogue()[code]["level"] == "stop":
            self.stopped.append(at)

    def add_once(self, code: str, name: str, where: NDArray[np.bool_], **details: Any) -> None:
        """One finding for all lines of a mask, at the first of them."""
        if where.any():
            self.add(code, name, np.flatnonzero(where)[:1], count=int(where.sum()), **details)

    @property
    def is_stopped(self) -> NDArray[np.bool_]:
        """The lines with a stop."""
        mask = np.zeros(len(self.lines), bool)
        for at in self.stopped:
            mask[at] = True
        return mask

    def place(self, line: int) -> tuple[str, int]:
        """Where a line stands, for a sentence: sheet ("" if the only one) and row."""
        sheets = self.lines.sheets
        return (
            sheets[self.lines.sheet[line]] if len(sheets) > 1 else "",
            int(self.lines.row[line]),
        )

    def finish(self, household: NDArray[Any], others: list[tuple[Any, ...]]) -> Findings:
        """All findings in order; `household` is the hash of each line, `others` items that
        belong to no line."""
        lines, made = self.lines, list(others)
        for code, name, line, value, stake, details in self.items:
            spot = lines.spots[name][lines.sheet[line]] if name in lines.spots else None
            made.append(
                (
                    code,
                    lines.sheets[lines.sheet[line]],
                    int(lines.row[line]),
                    column_letter(spot.number) if spot else "",
                    spot.written if spot else "",
                    self.shown(value, name),
                    household[line],
                    stake,
                    details,
                )
            )
        order = {name: number for number, name in enumerate(lines.sheets)}
        made.sort(
            key=lambda item: (
                LEVELS.index(catalogue()[item[0]]["level"]),
                *(order.get(item[1], 0), item[2], len(item[3]), item[3], item[0]),
            )
        )
        return Findings.of(made)

    def shown(self, value: str, name: str) -> str:
        """A cell as it may be shown: masked by its field, and where a name stands in a wrong
        column."""
        kind = fields()[name].kind if name in fields() else ""
        kind = "id" if kind in ("id_like", "number") and len(value) > 10 else kind
        return masked(value, "name" if value.strip() in self.names else kind)
