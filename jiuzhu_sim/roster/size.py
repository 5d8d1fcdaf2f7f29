"""How much a workbook holds, before it is read: a small file may unpack to fill the memory.

A sheet is read as a full table, from its first cell to its last: one blank typed by mistake at the
far end makes billions of cells. What a file says of its own size is not believed.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.roster.content import ZIP, too_big

ROWS_MAX = 1_048_576
"""What an Excel sheet can hold."""
COLUMNS_MAX = 512
"""Rosters have dozens of columns; a sheet with more has a stray cell far to the right."""
CELLS_MAX = 12_000_000
"""Rows times columns of a sheet: 400,000 persons with 30 columns, read in about 2 GB of memory."""
UNPACKED_MAX = 2**30
"""Bytes of a workbook when unpacked: a sheet of `CELLS_MAX` takes about 0.6 GB."""
UNPACKED_FREE, RATIO_MAX = 50 * 2**20, 200
"""What unpacks to more bytes than the first may be so many times as large as it is packed. A sheet
with the same word in each cell comes to 27; only what is made to inflate goes beyond 200."""
PIECE = 2**20

_COLUMN = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,9})\d""")
_ROW = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{0,9}(\d{1,18})""")
_CELL = re.compile(rb"<(?:\w{1,20}:)?(?:c|si)[\s/>]")
"""Where a cell begins, or a word that cells share."""
_OVERLAP = 64
"""Bytes of a piece that are looked at again with the next, so that no cell falls between them."""
_LOCAL_HEADER = 30


def refuse_vast(path: Path, data: bytes) -> None:
    """Refuse a workbook (xlsx) that would not fit into memory.

    Raises JZ-E076 for too many bytes, rows, columns or cells, JZ-E075 where the file tells less
    than it holds.
    """
    if not data.startswith(ZIP):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        entries = packed.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    most = min(UNPACKED_MAX, max(UNPACKED_FREE, RATIO_MAX * len(data)))
    if unpacked > most:
        raise too_big(path, "unpacked", unpacked, most)
    for entry in entries:
        try:
            _refuse_entry(path, data, entry)
        except (zlib.error, struct.error):
            raise _damaged(path) from None


def _damaged(path: Path) -> JZError:
    return JZError.of("JZ-E075", path.name, reason=text("damage.cut"))


def _refuse_entry(path: Path, data: bytes, entry: zipfile.ZipInfo) -> None:
    held, cells, columns, rows, rest = 0, 0, set[bytes](), set[bytes](), b""
    for piece in pieces(data, entry):
        held += len(piece)
        if held > entry.file_size:
            raise _damaged(path)
        # A sheet may have any name. Where a cell says nothing of its place, it takes the next one.
        both = rest + piece
        cells += len(_CELL.findall(both))
        columns |= set(_COLUMN.findall(both))
        rows |= set(_ROW.findall(both))
        rest = both[-_OVERLAP:]
    width = max(map(column_number, columns), default=0)
    height = max(map(int, rows), default=0)
    for measure, size, limit in (
        ("columns", width, COLUMNS_MAX),
        ("rows", height, ROWS_MAX),
        ("cells", max(width * height, cells), CELLS_MAX),
    ):
        if size > limit:
            raise too_big(path, measure, size, limit)


def pieces(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """What an entry of a zip unpacks to, piece by piece; its stated size is not believed."""
    start = entry.header_offset + _LOCAL_HEADER
    name, extra = struct.unpack("<HH", data[start - 4 : start])
    start += name + extra
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    piece = unpacker.decompress(packed, PIECE)
    while piece:
        yield piece
        piece = unpacker.decompress(unpacker.unconsumed_tail, PIECE)


def column_number(letters: bytes) -> int:
    """The number of a column, counted from 1.

    >>> column_number(b"C"), column_number(b"AB")
    (3, 28)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
