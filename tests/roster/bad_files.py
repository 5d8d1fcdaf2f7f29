"""Files that are no rosters, made by hand: wrong kinds, bombs, protected workbooks."""

import re
import struct
import zipfile
import zlib

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(60)
RAR = b"Rar!\x1a\x07\x01\x00" + bytes(60)
SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(60)
HTML = "<html><body><table><tr><td>姓名</td></tr></table></body></html>".encode()
XML_2003 = (
    b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
)
MEGABYTE = 1 << 20


def word_document(path):
    """A .docx with nothing in it but its bones."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    return path


def archive_of(path, name="花名册.csv", content=b"a,b\r\n"):
    """A plain zip archive with a file in it."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, content)
    return path


def protected_workbook(path):
    """An encrypted workbook as Office writes it: a compound file with the stream
    EncryptedPackage (its content does not matter here)."""
    sector, free, end = 512, 0xFFFFFFFF, 0xFFFFFFFE
    header = struct.pack(
        "<8s16x5H6x9I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, end, 0, end, 0),
    )
    header += struct.pack("<109I", 0, *[free] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, end, *[free] * 126)
    entries = b"".join(
        [
            _entry("Root Entry", 5, child=1),
            _entry("EncryptionInfo", 2, right=2),
            _entry("EncryptedPackage", 2),
            _entry("", 0),
        ]
    )
    assert len(header) == len(fat) == len(entries) == sector
    path.write_bytes(header + fat + entries + bytes(8 * sector))
    return path


def _entry(name, kind, right=0xFFFFFFFF, child=0xFFFFFFFF):
    """A directory entry of a compound file."""
    spelled = (name + "\0").encode("utf-16-le") if name else b""
    links = struct.pack("<3I", 0xFFFFFFFF, right, child)
    tail = struct.pack("<IQ", 0xFFFFFFFE, 0)
    return struct.pack("<64sHBB", spelled, len(spelled), kind, 1) + links + bytes(36) + tail


def bomb(path, workbook, megabytes, *, is_lying=False):
    """A workbook whose sheet unpacks to `megabytes` of rows, in a file of some kilobytes each.

    The archive's list tells the true size, or (lying) a few thousand bytes.
    """
    row = '<row><c t="inlineStr"><is><t>姓名</t></is></c><c><v>1</v></c></row>'.encode()
    block = row * (MEGABYTE // len(row))
    with zipfile.ZipFile(workbook) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = next(name for name in parts if name.startswith("xl/worksheets/"))
    start = parts[sheet].split(b"<sheetData>")[0] + b"<sheetData>"
    entries = [(name, _packed(data), len(data)) for name, data in parts.items() if name != sheet]
    packed = _packed(start, last=False) + _packed(block, last=False) * megabytes
    packed += _packed(b"</sheetData></worksheet>")
    size = 4000 if is_lying else min(len(block) * megabytes, 0xFFFFFFFE)
    path.write_bytes(_zip([*entries, (sheet, packed, size)]))
    return path


def without_dimension(path, workbook):
    """The same workbook without the sizes its sheets state."""
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"<dimension [^>]*/>", b"", old.read(name)))
    return path


def _packed(data, *, last=True):
    """Deflated bytes that stand alone, so that they may be repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


def _zip(entries):
    """A zip archive of packed entries (name, bytes, size told). Checksums are left at zero."""
    body, listed = b"", b""
    for name, packed, size in entries:
        spelled = name.encode()
        common = struct.pack("<HHHHHIII", 20, 0, 8, 0, 0x21, 0, len(packed), size)
        common += struct.pack("<HH", len(spelled), 0)
        listed += b"PK\x01\x02" + struct.pack("<H", 20) + common
        listed += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + spelled
        body += b"PK\x03\x04" + common + spelled + packed
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(listed), len(body), 0)
    return body + listed + b"PK\x05\x06" + end
