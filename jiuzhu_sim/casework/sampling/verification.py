"""The list of a spot-check: written for those who go and look, read when it comes back.

The list holds no name and no ID number: a household is told by its id, a pseudonym from the import
step on. The columns stand in `verification.yaml`. A list that comes back is held against the sample
it was drawn from; all that is wrong with it is told at once, by row and column.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.sampling.sampling import Sample
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.files import as_csv, write_whole
from jiuzhu_sim.language import pick, read_yaml, text
from jiuzhu_sim.roster.cells import amounts, tidy, truths
from jiuzhu_sim.roster.fields import even
from jiuzhu_sim.roster.header import SEARCHED_ROWS
from jiuzhu_sim.roster.sheet import Sheet, column_letter, open_sheets, written
from jiuzhu_sim.rules.kit import HALF_FEN

Floats = NDArray[np.float64]

ID_LIKE = re.compile(r"\d{17}[\dXx]|\d{15}")
"""An ID number of a person, of 18 or 15 places."""
NEEDED = ("id", "is_eligible")
FEW = 5
"""Unknown ids told one by one; above this, and above half of a list, it is of another draw."""

GIVEN = ("township", "village", "programme", "paid_m", "reason")


@cache
def list_columns() -> Mapping[str, Mapping[str, Any]]:
    """The columns of the list by name, in their order."""
    found: Mapping[str, Mapping[str, Any]] = read_yaml(Path(__file__).with_suffix(".yaml"))
    return found


def title_of(name: str) -> str:
    """The head of a column in the language in use.

    >>> title_of("due_m")
    '核定金额（元/月）'
    """
    return pick(list_columns()[name]["label"])


# --- the list to take along ----------------------------------------------------------------
def sample_list(sample: Sample, ids: NDArray[Any], **given: NDArray[Any]) -> Any:
    """The drawn cases as a pandas table to print: what is known of them, and columns to fill in.

    `given`: any of ``township``, ``village``, ``programme``, ``paid_m`` (yuan a month), ``reason``,
    arrays (cases,) as they are to be read. Without a reason the stratum and its numbers stand
    there. Sorted by township, village and id, so that a township's cases stand together.

    Raises JZ-E010 for another column, JZ-E033 for another length, JZ-E032 where ids look like ID
    numbers of persons (they never go on a list).

    >>> from jiuzhu_sim.casework.sampling.sampling import draw
    >>> ids = np.array(["a1", "b2", "c3", "d4"])
    >>> made = sample_list(draw(ids, size=2, seed=1), ids, township=np.array(["乙乡"] * 4))
    >>> made.columns[[1, 2, 4]].tolist(), len(made)
    (['编号', '乡镇（街道）', '核查认定：是否符合条件'], 2)
    """
    import pandas as pd

    problems, ids = Problems(), np.asarray(ids)
    for name, values in given.items():
        if name not in GIVEN:
            problems.add("JZ-E010", "sample_list", name=name, nearest=nearest(name, GIVEN))
        elif len(values) != len(ids):
            problems.add("JZ-E033", "sample_list", lengths=f"ids {len(ids)}, {name} {len(values)}")
    shown = ids[sample.mask].astype(str)
    if any(ID_LIKE.fullmatch(each) for each in shown.tolist()):
        expected = text("verification.pseudonyms")
        problems.add("JZ-E032", "sample_list", name=title_of("id"), value="…", expected=expected)
    problems.raise_if_any()
    made = {"id": shown} | {name: np.asarray(given[name])[sample.mask] for name in given}
    made.setdefault("reason", _reasons(sample))
    frame = pd.DataFrame(made)
    by = [name for name in ("township", "village") if name in frame]
    frame = frame.sort_values([*by, "id"], kind="stable", ignore_index=True)
    frame["number"] = np.arange(1, len(frame) + 1)
    names = [n for n, entry in list_columns().items() if n in frame or entry["part"] == "filled"]
    return frame.reindex(columns=names, fill_value="").rename(columns=title_of)


def _reasons(sample: Sample) -> NDArray[Any]:
    """Why each drawn case is on the list: stratum, cases drawn and cases there are."""
    key = "verification.drawn" if sample.is_simple else "verification.drawn_in"
    parts = zip(sample.names, sample.n.tolist(), sample.counts.tolist(), strict=True)
    said = [text(key, name=name, n=f"{n:,}", of=f"{of:,}") for name, n, of in parts]
    return np.array(said, object)[sample.stratum[sample.mask]]


def write_list(frame: Any, path: str | Path) -> Path:
    """A list as CSV (UTF-8 with a mark, which Excel and WPS open as it is), whole or not at all.

    Raises JZ-E040. Workbooks are made by the report layer from the same table.
    """
    return write_whole(path, as_csv(frame))


# --- the list handed back ------------------------------------------------------------------
@dataclass(frozen=True)
class Verification:
    """What a returned list says, for every case there is: (cases,), NaN where nothing is known.

    `is_eligible`, `is_right`: 1 yes, 0 no; `due_m`: yuan a month found due: the amount filled in,
    0 where not entitled, what is paid where that is right. `finding`: texts. `rows`: of the file,
    0 where the case is on no list. `files`: names of the files.
    """

    is_eligible: Floats
    is_right: Floats
    due_m: Floats
    finding: NDArray[Any]
    rows: NDArray[np.int64]
    files: tuple[str, ...] = ()

    @classmethod
    def of(cls, is_eligible: NDArray[Any], due_m: NDArray[Any] | None = None) -> "Verification":
        """Findings known as arrays (cases,): from a simulation, or another system.

        >>> Verification.of(np.array([1.0, 0.0, np.nan])).is_wrong.tolist()
        [0.0, 1.0, nan]
        """
        eligible = np.asarray(is_eligible, np.float64)
        due = np.full(len(eligible), np.nan) if due_m is None else np.asarray(due_m, np.float64)
        due = np.where(np.isnan(due) & (eligible == 0), 0.0, due)
        blank = np.full(len(eligible), "", object)
        unknown = np.full(len(eligible), np.nan)
        return cls(eligible, unknown, due, blank, np.zeros(len(eligible), np.int64))

    @property
    def is_wrong(self) -> Floats:
        """Wrongly covered (错保): 1 for a case found not entitled, NaN where not verified."""
        return 1 - self.is_eligible

    @property
    def is_unpriced(self) -> NDArray[np.bool_]:
        """Entitled, but nobody said what is due."""
        return (self.is_eligible == 1) & np.isnan(self.due_m)

    def wrong_m(self, paid_m: Floats) -> Floats:
        """Yuan a month paid and not due, found by the check: (cases,), NaN where not verified.

        Where a case is entitled and nobody said what is due, nothing is found to be overpaid.
        """
        over = np.where(self.is_unpriced, 0.0, np.maximum(paid_m - self.due_m, 0.0))
        return np.where(np.isnan(self.is_eligible), np.nan, over)


def read_verification(
    paths: str | Path | Sequence[str | Path],
    sample: Sample,
    ids: NDArray[Any],
    paid_m: NDArray[Any] | None = None,
) -> Verification:
    """Read the list, or the lists of several townships, of a sample with the findings filled in.

    xlsx, xls, csv, any encoding. `ids`, `paid_m` (yuan a month): (cases,), as in `draw`. Rows
    without an answer to whether the household is entitled count as not verified.

    Raises, all problems of all files at once: JZ-E072 (a column is missing), JZ-E059 (no rows),
    JZ-E029 (an id that was not drawn), JZ-E032 (a list of another draw, an id twice, a cell that
    cannot be read, answers that contradict each other); and what opening a file raises.
    """
    ids = np.asarray(ids)
    problems, size = Problems(), len(ids)
    none = np.full((3, size), np.nan)
    texts, numbers = np.full(size, "", object), np.zeros(size, np.int64)
    made = Verification(none[0], none[1], none[2], texts, numbers, ())
    place = {str(ids[k]): k for k in np.flatnonzero(sample.mask).tolist()}
    several = [paths] if isinstance(paths, str | Path) else list(paths)
    for path in several:
        try:
            _read(Path(path), place, made, problems)
        except JZError as error:
            problems.extend(error.problems)
    problems.raise_if_any()
    paid = np.full(size, np.nan) if paid_m is None else np.asarray(paid_m, np.float64)
    due = np.where(np.isnan(made.due_m) & (made.is_right == 1), paid, made.due_m)
    due = np.where(np.isnan(due) & (made.is_eligible == 0), 0.0, due)
    names = tuple(Path(path).name for path in several)
    return Verification(made.is_eligible, made.is_right, due, made.finding, made.rows, names)


@cache
def _spellings() -> Mapping[str, str]:
    known: dict[str, str] = {}
    for name, entry in list_columns().items():
        for word in (name, *entry["label"].values(), *entry.get("aliases", ())):
            known.setdefault(even(word), name)
    return known


def _read(path: Path, place: Mapping[str, int], made: Verification, problems: Problems) -> None:
    """Enter one file."""
    source = open_sheets(path)
    sheet, top, spots = _heads(source.sheets)
    where = " · ".join(part for part in (path.name, sheet.name) if part)
    found = [written(cell).strip() for cell in sheet.rows[top]] if len(sheet.rows) else []
    before = len(problems)
    for name in NEEDED:
        if name not in spots:
            near = nearest(title_of(name), [head for head in found if head])
            problems.add("JZ-E072", where, name=title_of(name), nearest=near)
    if len(problems) > before:
        return
    rows = np.arange(top + 1, len(sheet.rows))
    cells = {name: _cells(sheet, rows, column) for name, column in spots.items()}
    is_used = tidy(cells["id"], "text").text != ""
    if not is_used.any():
        problems.add("JZ-E059", where, row=top + 1)
        return
    cells = {name: values[is_used] for name, values in cells.items()}
    _enter(cells, rows[is_used] + 1, place, made, _Place(where, spots), problems)


@dataclass(frozen=True)
class _Place:
    where: str
    spots: Mapping[str, int]

    def at(self, row: int, name: str) -> str:
        column = column_letter(self.spots[name])
        cell = text("batch.at_cell", row=row, column=column, head=title_of(name))
        return f"{self.where} · {cell}"


def _heads(sheets: Sequence[Sheet]) -> tuple[Sheet, int, dict[str, int]]:
    """The sheet and row of the heads, where the most are known, and the column of each."""
    first = sheets[0] if sheets else Sheet("", ())
    best: tuple[Sheet, int, dict[str, int]] = (first, 0, {})
    for sheet in sheets:
        for number, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
            known: dict[str, int] = {}
            for column, cell in enumerate(row):
                name = _spellings().get(even(written(cell)))
                if name:
                    known.setdefault(name, column)
            if len(known) > len(best[2]):
                best = (sheet, number, known)
    return best


def _cells(sheet: Sheet, rows: NDArray[np.int64], column: int) -> NDArray[Any]:
    made = np.empty(len(rows), object)
    made[:] = [written(sheet.rows[row][column]) for row in rows.tolist()]
    return made


def _enter(
    cells: Mapping[str, NDArray[Any]],
    rows: NDArray[np.int64],
    place: Mapping[str, int],
    made: Verification,
    at: _Place,
    problems: Problems,
) -> None:
    """Values into the arrays, faults into `problems`."""
    ids = tidy(cells["id"], "text").text.tolist()
    unknown = [each for each in ids if each not in place]
    if len(unknown) > max(FEW, len(ids) // 2):
        said = text("verification.other_draw", unknown=len(unknown), n=len(ids))
        row = int(rows[ids.index(unknown[0])])
        _tell(problems, at.at(row, "id"), "id", unknown[0], said)
        return
    values = {name: _values(name, cells[name], rows, at, problems) for name in cells}
    blank = np.full(len(rows), np.nan)
    for k, each in enumerate(ids):
        row = int(rows[k])
        case = place.get(each)
        if case is None:
            near = nearest(each, place)
            problems.add("JZ-E029", at.at(row, "id"), id=each, nearest=near, households=len(place))
            continue
        if made.rows[case]:
            said = text("verification.once", row=int(made.rows[case]))
            _tell(problems, at.at(row, "id"), "id", each, said)
            continue
        made.rows[case] = row
        answer = [values.get(name, blank)[k] for name in ("is_eligible", "is_right", "due_m")]
        fault = _contradiction(*answer)
        if fault:
            name, said = fault
            spot = name if name in at.spots else "is_eligible"
            _tell(problems, at.at(row, spot), spot, cells[spot][k], text(said))
        made.is_eligible[case], made.is_right[case], made.due_m[case] = answer
        made.finding[case] = str(cells["finding"][k]).strip() if "finding" in cells else ""


def _values(
    name: str, cells: NDArray[Any], rows: NDArray[np.int64], at: _Place, problems: Problems
) -> NDArray[Any]:
    """A column as numbers, NaN where blank; faults are told."""
    kind = list_columns()[name].get("kind", "none")
    if kind not in ("truth", "money"):
        return cells
    words = tidy(cells, "bool" if kind == "truth" else "money").text
    if kind == "truth":
        is_yes, is_bad = truths(words, name)
        found = np.where(words == "", np.nan, is_yes.astype(np.float64))
    else:
        read = amounts(words)
        found, is_bad = read.value, read.is_bad | (read.value < 0) | (read.period == "年")
    expected = text(f"verification.{kind}")
    for k in np.flatnonzero(is_bad).tolist():
        _tell(problems, at.at(int(rows[k]), name), name, cells[k], expected)
    return np.where(is_bad, np.nan, found)


def _contradiction(is_eligible: float, is_right: float, due: float) -> tuple[str, str] | None:
    """The column and the sentence of what does not go together; None where all does."""
    if np.isnan(is_eligible) and not (np.isnan(is_right) and np.isnan(due)):
        return "is_eligible", "verification.unanswered"
    if is_eligible == 0 and due > HALF_FEN:
        return "due_m", "verification.due_though_out"
    if is_eligible == 0 and is_right == 1:
        return "is_right", "verification.right_though_out"
    if is_eligible == 1 and is_right == 0 and np.isnan(due):
        return "due_m", "verification.amount_needed"
    return None


def _tell(problems: Problems, where: str, name: str, value: Any, expected: str) -> None:
    problems.add("JZ-E032", where, name=title_of(name), value=str(value), expected=expected)
