"""What came of a check: one verdict for each item and case, with its dates where it has any.

Time limits and checks of conduct hand back the same object, so that a page, a workbook and a
township's table are built in one way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jiuzhu_sim.language import pick, text, unit_label

if TYPE_CHECKING:
    from jiuzhu_sim.casework.log.log import Log

VERDICTS = ("not_applicable", "met", "broken", "running", "overdue", "unknown")
"""The codes: `overdue` is not done and the limit has passed, `running` not done but in time,
`unknown` where a record that is needed is missing or contradicts another."""

CODE = {name: np.int8(number) for number, name in enumerate(VERDICTS)}
FAULTS = ("broken", "overdue")
DATES = ("start", "due", "done")


@dataclass(frozen=True)
class Item:
    """One thing that is checked.

    `limit` is the number of the clause in `unit` (NaN where it is a date, a phase or no number);
    `status` is ``stated`` by the document, ``reading`` (one of several readings of it) or
    ``assumed``.
    """

    key: str
    clause: str
    label: Mapping[str, str]
    unit: str = ""
    limit: float = float("nan")
    status: str = "stated"

    @property
    def title(self) -> str:
        """The label in the language in use.

        >>> Item("visit", "S1.1.11", {"zh": "入户调查", "en": "Home visit"}).title
        '入户调查'
        """
        return pick(self.label)


@dataclass(frozen=True)
class Verdicts:
    """Verdicts of all items on all cases of a log.

    Arrays are (items, cases): `code` int8 in `VERDICTS`; for time limits also `start`, `due`,
    `done` (datetime64[D], NaT where there is none), `days` (float32, elapsed in the item's unit)
    and `allowed` (float32, the number allowed in this case: 30 where a limit of 20 was extended).
    `note` says in the language in use what holds for all of them (years without a calendar, steps
    the log never records); `needs` (items) what to record where an item is unknown, else "".
    """

    log: Log
    items: tuple[Item, ...]
    code: NDArray[np.int8]
    start: NDArray[np.datetime64] | None = None
    due: NDArray[np.datetime64] | None = None
    done: NDArray[np.datetime64] | None = None
    days: NDArray[np.float32] | None = None
    allowed: NDArray[np.float32] | None = None
    note: str = ""
    needs: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the items, in order."""
        return tuple(item.key for item in self.items)

    def of(self, key: str) -> NDArray[np.int8]:
        """The codes of one item, shape (cases,); raises KeyError for an unknown key."""
        if key not in self.keys:
            raise KeyError(key)
        return self.code[self.keys.index(key)]

    def of_case(self, case: int) -> pd.DataFrame:
        """Every item that concerns one case (its id), in the order of the procedure."""
        (found,) = np.nonzero(np.asarray(self.log.cases["case"]) == case)
        which, column = np.nonzero(self.code[:, found] != CODE["not_applicable"])
        return self._frame(which, found[column])

    def counts(self) -> pd.DataFrame:
        """Cases by item (rows, keys) and verdict (columns, names): a census, no interval."""
        found = np.stack([(self.code == code).sum(axis=1) for code in CODE.values()], axis=1)
        return pd.DataFrame(found, index=list(self.keys), columns=list(VERDICTS))

    def frame(self, only: Iterable[str] = FAULTS) -> pd.DataFrame:
        """The verdicts of the names in `only`, a row each, sorted by case; headed for a reader."""
        wanted = np.isin(self.code, [CODE[name] for name in only])
        column, which = np.nonzero(wanted.T)
        return self._frame(which, column)

    def any_of(self, names: Iterable[str] = FAULTS) -> NDArray[np.bool_]:
        """Cases with at least one verdict of these names, shape (cases,)."""
        return np.asarray(np.isin(self.code, [CODE[name] for name in names]).any(axis=0))

    def _frame(self, which: NDArray[np.intp], column: NDArray[np.intp]) -> pd.DataFrame:
        """Items `which` of cases `column`, headed and worded in the language in use."""
        township = np.asarray(self.log.cases["township"])[column]
        shown: dict[str, Any] = {
            "case": np.asarray(self.log.cases["case"])[column],
            "township": self.log.labels("township", township),
        }
        shown["item"] = np.array([item.title for item in self.items], dtype=object)[which]
        shown["verdict"] = np.array([title(name) for name in VERDICTS], dtype=object)[
            self.code[which, column]
        ]
        for name in DATES:
            dates = getattr(self, name)
            if dates is not None:
                shown[name] = np.datetime_as_string(dates[which, column], unit="D")
                shown[name] = np.where(shown[name] == "NaT", "", shown[name]).astype(object)
        if self.days is not None:
            shown["days"] = np.round(self.days[which, column].astype(np.float64), 2)
        if self.allowed is not None:
            shown["allowed"] = self.allowed[which, column].astype(np.float64)
            units = [unit_label(item.unit) if item.unit else "" for item in self.items]
            shown["unit"] = np.array(units, dtype=object)[which]
        shown["clause"] = np.array([item.clause for item in self.items], dtype=object)[which]
        status = [text(f"limit_status.{item.status}") for item in self.items]
        shown["status"] = np.array(status, dtype=object)[which]
        is_unknown = self.code[which, column] == CODE["unknown"]
        if self.needs and is_unknown.any():
            needs = np.array(self.needs, dtype=object)[which]
            shown["needs"] = np.where(is_unknown, needs, "")
        return pd.DataFrame(shown).rename(columns=lambda name: text(f"limit_column.{name}"))


def title(verdict: str) -> str:
    """The word for a verdict.

    >>> title("broken"), title("overdue")
    ('超期或不符', '逾期未办')
    """
    return text(f"case_verdict.{verdict}")


def joined(parts: Iterable[Verdicts]) -> Verdicts:
    """Verdicts on the same log one below the other; dates only where every part has them."""
    first, *others = parts
    for other in others:
        items = first.items + other.items
        code = np.concatenate([first.code, other.code])
        arrays: dict[str, Any] = {}
        for name in (*DATES, "days", "allowed"):
            mine, theirs = getattr(first, name), getattr(other, name)
            has_both = mine is not None and theirs is not None
            arrays[name] = np.concatenate([mine, theirs]) if has_both else None
        note = together(dict.fromkeys((first.note, other.note)))
        needs = (*_needs(first), *_needs(other))
        first = replace(first, items=items, code=code, note=note, needs=needs, **arrays)
    return first


def _needs(verdicts: Verdicts) -> tuple[str, ...]:
    return verdicts.needs or ("",) * len(verdicts.items)


def together(notes: Iterable[str]) -> str:
    """Notes one after the other, those that say something.

    >>> together(["", "甲", "乙"])
    '甲；乙'
    """
    return text("limit_note.and").join(note for note in notes if note)
