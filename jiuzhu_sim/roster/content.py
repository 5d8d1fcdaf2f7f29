"""What a file is, by its first bytes: its ending may say anything."""

import io
import zipfile
from pathlib import Path

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text

FILE_MAX = 200 * 2**20
"""Bytes. A roster of a million persons in a workbook takes about a quarter of this."""
PARTS_MAX = 10_000
"""Files inside a workbook: some for each sheet, one for each picture."""
BEGINNINGS = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"RIFF", "image"),
    (b"BM", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"PAR1", "parquet"),
    (b"SQLite format 3", "database"),
    (b"{\\rtf", "word"),
)
PART_MARK = b"PK\x01\x02"
"""Before each entry in the list at the end of a zip."""
ZIP, COMPOUND = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
ENDINGS = {
    "pdf": (".pdf",),
    "image": (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"),
    "archive": (".zip", ".rar", ".7z", ".gz"),
    "word": (".doc", ".docx", ".wps", ".rtf"),
    "slides": (".ppt", ".pptx", ".dps"),
    "page": (".html", ".htm", ".mht"),
    "parquet": (".parquet",),
    "database": (".db", ".sqlite"),
}
ZIP_PARTS = (
    ("xl/workbook.bin", "binary_workbook"),
    ("content.xml", "open_document"),
    ("xl/", "workbook"),
    ("word/", "word"),
    ("ppt/", "slides"),
)
COMPOUND_PARTS = (
    ("EncryptedPackage", "locked"),
    ("WordDocument", "word"),
    ("PowerPoint Document", "slides"),
    ("Workbook", "workbook"),
    ("Book", "workbook"),
)


def content_of(path: Path, data: bytes) -> str:
    """What the bytes of a file are: ``workbook`` or ``text``.

    Raises JZ-E070 for anything else, naming it; JZ-E075 for a workbook that is protected or cut
    off; JZ-E076 for one that is too big.

    >>> content_of(Path("a.csv"), "姓名,身份证号".encode())
    'text'
    """
    if len(data) > FILE_MAX:
        raise too_big(path, "bytes", len(data), FILE_MAX)
    kind = _kind(path, data)
    if kind == "locked":
        raise JZError.of("JZ-E075", path.name, reason=text("damage.locked"))
    if kind not in ("workbook", "text"):
        shown = text(f"content.{kind}")
        # The ending is named only where it promised something else.
        is_disguised = bool(path.suffix) and path.suffix.lower() not in ENDINGS.get(kind, ())
        if kind in ENDINGS and is_disguised:
            shown = text("content.disguised", kind=shown)
        raise JZError.of("JZ-E070", path.name, kind=shown)
    return kind


def too_big(path: Path, measure: str, size: int, limit: int) -> JZError:
    """JZ-E076: `measure` is one of those in the texts ``measure.…``."""
    return JZError.of(
        "JZ-E076", path.name, measure=text(f"measure.{measure}"), size=size, limit=limit
    )


def _kind(path: Path, data: bytes) -> str:
    if not data.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        return "empty"
    if data.startswith(COMPOUND):
        parts = COMPOUND_PARTS
        return next((k for name, k in parts if name.encode("utf-16-le") in data), "binary")
    if data.startswith(ZIP):
        return _packed(path, data)
    found = next((kind for mark, kind in BEGINNINGS if data.startswith(mark)), "")
    # A text may begin with the letters BM or RIFF.
    if found and (found != "image" or b"\x00" in data[:4096]):
        return found
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta")):
        return "page"
    if not data.startswith(WIDE_MARKS) and b"\x00" in data[:65_536]:
        return "binary"
    return "text"


def _packed(path: Path, data: bytes) -> str:
    """What a zip holds. Its parts are counted first: to list two million takes a minute."""
    if (parts := data.count(PART_MARK)) > PARTS_MAX:
        raise too_big(path, "parts", parts, PARTS_MAX)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise JZError.of("JZ-E075", path.name, reason=text("damage.cut")) from None
    return next((k for part, k in ZIP_PARTS if any(n.startswith(part) for n in names)), "archive")
