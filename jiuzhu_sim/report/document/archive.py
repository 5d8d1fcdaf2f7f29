"""An Office file whose bytes depend on its content alone."""

import io
import zipfile

MADE = (2000, 1, 1, 0, 0, 0)
"""The date of every part; that of a workbook too (see workbook.py)."""


def settled(content: bytes) -> bytes:
    """The same archive with fixed dates, its parts in the order in which they stand.

    >>> buffer = io.BytesIO()
    >>> with zipfile.ZipFile(buffer, "w") as archive:
    ...     archive.writestr("a.txt", "1")
    >>> zipfile.ZipFile(io.BytesIO(settled(buffer.getvalue()))).infolist()[0].date_time
    (2000, 1, 1, 0, 0, 0)
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for entry in old.infolist():
            part = zipfile.ZipInfo(entry.filename, MADE)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(entry.filename))
    return made.getvalue()
