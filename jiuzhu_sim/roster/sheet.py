"""A file as sheets of cells: workbooks read with calamine, texts decoded whole.

Nothing is guessed from the ending, and no cell is turned into anything: a number the workbook
holds as a number is written out with the 15 digits it has, and marked.
"""

import csv
import datetime
import io
import os
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.reading import is_file
from jiuzhu_sim.roster.broken import broken_cells
from jiuzhu_sim.roster.content import COMPOUND, FILE_MAX, WIDE_MARKS, content_of, too_big
from jiuzhu_sim.roster.size import CELLS_MAX, COLUMNS_MAX, ROWS_MAX, refuse_vast

ENCODINGS = ("auto", "utf-8", "gb18030")
DELIMITERS = (",", "\t", ";")
SNIFFED_LINES = 50
CELL_TEXT_MAX = 100_000
"""Characters of one cell: three times what Excel can hold. One of millions takes minutes."""
PANIC = "PanicException"
"""What the reader of workbooks raises where it gives up altogether; no Exception, and without a
name that could be imported."""

Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Sheet:
    """One sheet: its cells row by row, and merged ranges as (first row, first column), (last row,
    last column), all counted from 0. `table` gives the rows one length."""

    name: str
    rows: Sequence[Sequence[Any]] | NDArray[Any]
    merged: tuple[Range, ...] = ()


def table(rows: Sequence[Sequence[Any]] | NDArray[Any]) -> NDArray[Any]:
    """Rows as an array of cells, shorter ones filled up with empty cells.

    One array instead of a list for each row: a third of the memory, and nothing for Python's
    garbage collector to walk through again and again.

    >>> table([["a"], ["b", "c"]]).tolist()
    [['a', ''], ['b', 'c']]
    """
    if isinstance(rows, np.ndarray):
        return rows
    made = np.full((len(rows), max(map(len, rows), default=0)), "", object)
    for number, column in enumerate(zip_longest(*rows, fillvalue="")):
        made[:, number] = column
    return made


@dataclass(frozen=True)
class Source:
    """A file that was opened: its name, kind (``workbook`` or ``text``), encoding, sheets."""

    name: str
    kind: str
    encoding: str
    sheets: tuple[Sheet, ...]


def open_sheets(path: str | Path, sheet: str = "", encoding: str = "auto") -> Source:
    """The sheets of a workbook or text file, or the one named `sheet`; hidden ones only if named.

    Raises JZ-E020 (no such file), E021 (the system refuses), E060 (unknown `encoding`), E070 (no
    table), E073 (no such encoding), E074 (no such sheet), E075 (protected or damaged), E076 (too
    big).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.csv"
    ...     _ = path.write_bytes("姓名,年龄\\n张三,70".encode("gb18030"))
    ...     source = open_sheets(path)
    >>> source.encoding, source.sheets[0].rows[1].tolist()
    ('gb18030', ['张三', '70'])
    """
    path = Path(path)
    if encoding not in ENCODINGS:
        raise JZError.unknown(text("word.encoding"), encoding, ENCODINGS)
    if not is_file(path):
        raise JZError.of("JZ-E020", path=str(path))
    try:
        if (size := path.stat().st_size) > FILE_MAX:
            raise too_big(path, "bytes", size, FILE_MAX)
        data = path.read_bytes()
    except OSError as fault:
        raise JZError.of("JZ-E021", path.name, reason=fault.strerror or str(fault)) from fault
    if content_of(path, data) == "workbook":
        return Source(path.name, "workbook", "", _workbook(path, data, sheet))
    decoded, used = _decoded(path, data, encoding)
    cells = table(_records(path, decoded))
    _refuse_long(path, cells)
    return Source(path.name, "text", used, (Sheet("", cells),))


# --- workbooks -----------------------------------------------------------------------------
def _workbook(path: Path, data: bytes, sheet: str) -> tuple[Sheet, ...]:
    import python_calamine as calamine

    refuse_vast(path, data)
    try:
        with _without_noise(data):
            book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
            visible = [
                entry.name
                for entry in book.sheets_metadata
                if entry.typ == calamine.SheetTypeEnum.WorkSheet
                and entry.visible == calamine.SheetVisibleEnum.Visible
            ]
            if sheet and sheet not in book.sheet_names:
                known = ", ".join(book.sheet_names)
                near = nearest(sheet, book.sheet_names)
                raise JZError.of("JZ-E074", path.name, name=sheet, nearest=near, known=known)
            names = [sheet] if sheet else visible
            return tuple(_read(path, book, name, data) for name in names) or (Sheet("", ()),)
    except calamine.PasswordError:
        raise JZError.of("JZ-E075", path.name, reason=text("damage.locked")) from None
    except (calamine.CalamineError, zipfile.BadZipFile, zlib.error, OSError, ValueError):
        raise JZError.of("JZ-E075", path.name, reason=text("damage.cut")) from None
    except BaseException as fault:
        if type(fault).__name__ != PANIC:
            raise
        raise JZError.of("JZ-E075", path.name, reason=text("damage.cut")) from None


@contextmanager
def _without_noise(data: bytes) -> Iterator[None]:
    """Where the reader gives up on a workbook of the old kind, it writes pages of its own insides
    to the screen before it raises; the user is told in a sentence."""
    if not data.startswith(COMPOUND):
        yield
        return
    sys.stderr.flush()
    screen, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(screen, 2)
        os.close(screen)
        os.close(nowhere)


def _read(path: Path, book: Any, name: str, data: bytes) -> Sheet:
    read = book.get_sheet_by_name(name)
    if read.start is None:
        return Sheet(name, ())
    if read.end[0] >= ROWS_MAX:
        raise too_big(path, "rows", read.end[0] + 1, ROWS_MAX)
    if read.end[1] >= COLUMNS_MAX:
        raise too_big(path, "columns", read.end[1] + 1, COLUMNS_MAX)
    merged = _merged(path, read)
    cells = table(read.to_python(skip_empty_area=False))
    _refuse_long(path, cells)
    for (row, column), error in broken_cells(data, name).items():
        if row < cells.shape[0] and column < cells.shape[1]:
            cells[row, column] = error
    return Sheet(name, cells, merged)


def _merged(path: Path, read: Any) -> tuple[Range, ...]:
    """The merged ranges that begin within the sheet. They cannot overlap; where they cover more
    cells than a sheet can hold, they do."""
    found, area = [], 0
    (rows, columns) = read.end
    for start, end in read.merged_cell_ranges or ():
        if start[0] <= rows and start[1] <= columns:
            found.append((start, end))
            height, width = min(end[0], rows) - start[0] + 1, min(end[1], columns) - start[1] + 1
            area += height * width
    if area > CELLS_MAX:
        raise too_big(path, "cells", area, CELLS_MAX)
    return tuple(found)


def _refuse_long(path: Path, cells: NDArray[Any]) -> None:
    """A text of so many characters is no entry of a list."""
    for row in cells.tolist():
        longest = max((len(cell) for cell in row if isinstance(cell, str)), default=0)
        if longest > CELL_TEXT_MAX:
            raise too_big(path, "text", longest, CELL_TEXT_MAX)


def column_letter(number: int) -> str:
    """The letter Excel and WPS show over a column, counted from 0.

    >>> column_letter(2), column_letter(27)
    ('C', 'AB')
    """
    letters = ""
    number += 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def written(cell: Any) -> str:
    """A cell as text: whole numbers without a point, dates as year-month-day.

    >>> written(300.0), written(0.5), written(datetime.date(2020, 3, 5)), written(None)
    ('300', '0.5', '2020-03-05', '')
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    if isinstance(cell, datetime.datetime):
        is_day = cell.time() == datetime.time()
        return cell.date().isoformat() if is_day else cell.isoformat(" ")
    return str(cell)


# --- texts ---------------------------------------------------------------------------------
def _decoded(path: Path, data: bytes, encoding: str) -> tuple[str, str]:
    """The whole file as text, and the encoding that fitted.

    UTF-8 first: text in GB18030 is next to never valid UTF-8, while nearly every file is valid
    in some eight-bit encoding. "Unicode text" of Excel is UTF-16 with a mark.
    """
    if encoding == "auto" and data.startswith(WIDE_MARKS):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError as fault:
            raise _undecodable(path, data, fault.start) from None
    wanted = ("utf-8", "gb18030") if encoding == "auto" else (encoding,)
    stopped = 0
    for name in wanted:
        try:
            return data.decode("utf-8-sig" if name == "utf-8" else name), name
        except UnicodeDecodeError as fault:
            stopped = max(stopped, fault.start)
    raise _undecodable(path, data, stopped) from None


def _undecodable(path: Path, data: bytes, start: int) -> JZError:
    line = data.count(b"\n", 0, start) + 1
    return JZError.of("JZ-E073", path.name, line=line, byte=f"0x{data[start]:02X}")


def _records(path: Path, decoded: str) -> list[list[str]]:
    delimiter = _delimiter(decoded)
    # In quotes they cut nothing; twice as many as there may be cells are no names and texts.
    most = decoded.count(delimiter) + decoded.count("\n")
    if most > 2 * CELLS_MAX:
        raise too_big(path, "cells", most, CELLS_MAX)
    # The limit of the csv module is one for all of Python: it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), len(decoded) + 1))
    rows = list(csv.reader(io.StringIO(decoded, newline=None), delimiter=delimiter))
    if decoded.count('"') % 2 and any("\n" in cell for cell in rows[-1]):
        # A quotation mark that is never closed swallows the rest of the file.
        raise JZError.of("JZ-E021", path.name, reason=text("damage.quotes"))
    if len(rows) > ROWS_MAX:
        raise too_big(path, "rows", len(rows), ROWS_MAX)
    width = max(map(len, rows), default=0)
    if width > COLUMNS_MAX:
        raise too_big(path, "columns", width, COLUMNS_MAX)
    if len(rows) * width > CELLS_MAX:
        raise too_big(path, "cells", len(rows) * width, CELLS_MAX)
    return rows


def _delimiter(decoded: str) -> str:
    """The delimiter that cuts the first lines into the most columns most often."""
    lines = [line for line in decoded[:65_536].splitlines()[:SNIFFED_LINES] if line.strip()]
    return max(DELIMITERS, key=lambda mark: sum(line.count(mark) for line in lines))
