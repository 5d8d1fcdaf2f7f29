"""Hostile content: valid files spoilt at random, and files made to do harm."""

import copy
import csv
import datetime
import io
import random
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

ROW = '<row r="{row}"><c r="{cell}" t="inlineStr"><is><t>{words}</t></is></c></row>'
SHEET = (
    '<?xml version="1.0" encoding="UTF-8"?>{doctype}'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData>{after}</worksheet>"
)
BOOK = (
    '<?xml version="1.0" encoding="UTF-8"?><workbook '
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    "<sheets>{sheets}</sheets></workbook>"
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{parts}</Relationships>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
)

FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", '=cmd|" /C calc"!A0', "＝1+1")
PLACES = (
    *("../x", "../../etc/x", "/tmp/x", "a/../../x", "..", ".", "a\x00b", "CON", "nul.txt", "~/x"),
    *("C:\\x", "a\nb", "\u202etxt", "x" * 300, "县/乡", "%2e%2e/x", "$(touch x)", "`x`", "-rf"),
)
NUMBERS = (
    *("1e400", "nan", "-inf", "9" * 400, "-0", "1_000", "٣", "１２", "0x10", "1e-400", "²", "½"),
    *("1" * 5000, "True", "None", "[1]", "1;2", "", " ", "—", "1,000", "50%", "=1", "1e308"),
)


def spoilt(content: bytes, dice: random.Random) -> bytes:
    """A file with a few bytes changed, taken out, doubled or cut off."""
    made = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 4, 16, 64))):
        at = dice.randrange(len(made) + 1)
        length = dice.choice((1, 1, 2, 8, 64))
        way = dice.randrange(6)
        if way == 0 and at < len(made):
            made[at] ^= 1 << dice.randrange(8)
        elif way == 1:
            made[at : at + length] = dice.randbytes(length)
        elif way == 2:
            del made[at : at + length]
        elif way == 3:
            made[at:at] = made[max(at - length, 0) : at]
        elif way == 4:
            made[at:at] = dice.choice((*MORSELS, *NO_TEXT))
        elif dice.random() < 0.2:
            del made[at:]
    return bytes(made)


MORSELS = tuple(
    word.encode()
    for word in (
        *("\x00", "\n", "\r", "\t", " ", ",", ";", '"', "'", ":", "- ", "[", "]", "{", "}", "*a"),
        *("&a", "!!python/object:os.system ", "!!binary ", "!!set ", "? ", "| ", "> ", "<<: ", "#"),
        *("%YAML 1.1\n---\n", "---\n", "...\n", "null", "~", "true", ".nan", ".inf", "-.inf"),
        *("0x" + "f" * 300, "9" * 4301, "1e400", "2025-13-45", "2025-01-01", "1:2:3", "\ufeff"),
        *("\u2028", "\u0085", "\U0001f600", "中", "=1+1", "../x", "-1", "1e308", "0", "NaN"),
        *("<a>", "</", "&x;", "<!DOCTYPE a [", "]]>", "\x1b[31m", "\u202e", "{0}", "{x}", "%s"),
    )
)
NO_TEXT = (b"\xff", b"\xed\xa0\x80", b"\xfe\xff", b"\xc0\x80", b"\xf4\x90\x80\x80")


def repacked(content: bytes, dice: random.Random) -> bytes:
    """A zip with one part spoilt, taken out, doubled or emptied, sound as a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    number = dice.randrange(len(parts))
    name, part = parts[number]
    way = dice.randrange(8)
    if way == 0:
        del parts[number]
    elif way == 1:
        parts[number] = name, b""
    elif way == 2:
        parts[number] = dice.choice(PLACES[:7]).replace("\x00", "0") or "x", part
    else:
        parts[number] = name, spoilt(part, dice)
    return zipped(parts)


def zipped(parts) -> bytes:
    """A zip of parts (name, bytes)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts:
            made.writestr(name, part)
    return buffer.getvalue()


def workbook(
    rows="", *, after="", doctype="", name="花名册", target="worksheets/sheet1.xml", more=()
):
    """A workbook of one sheet whose rows are given as XML; `more` parts."""
    sheets = f'<sheet name="{escape(name)}" sheetId="1" r:id="rId1"/>'
    parts = f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="{target}"/>'
    if any("sharedStrings" in each for each, _ in more):
        parts += (
            f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        )
    office = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    return zipped(
        [
            ("[Content_Types].xml", TYPES.encode()),
            ("_rels/.rels", RELATIONS.format(parts=office).encode()),
            ("xl/workbook.xml", BOOK.format(sheets=sheets).encode()),
            ("xl/_rels/workbook.xml.rels", RELATIONS.format(parts=parts).encode()),
            (f"xl/{target}", SHEET.format(rows=rows, after=after, doctype=doctype).encode()),
            *more,
        ]
    )


def deep(levels: int, how: str) -> str:
    """YAML that nests: in brackets, braces, dashes, or by indentation."""
    if how == "lines":
        levels = min(levels, 3000)  # blanks grow with the square
        return "\n".join(" " * n + "a:" for n in range(levels))
    mark = {"brackets": "[", "braces": "{a: ", "dashes": "- ", "question": "? "}[how]
    return mark * levels


def aliases(levels: int = 30) -> str:
    """Ten to the power of `levels` values in a few lines."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


TAGS = (
    "!!python/object/apply:os.system ['touch {mark}']",
    "!!python/object/new:subprocess.Popen [['touch', '{mark}']]",
    "!!python/name:os.system",
    "!!python/module:os",
    "!!python/tuple [1, 2]",
    "!<tag:yaml.org,2002:python/object/apply:os.system> ['touch {mark}']",
    "!!binary aGVsbG8=",
    "!!set {{a, b}}",
    "!!omap [a: 1]",
    "!!timestamp 2025-13-45",
    "!!int abc",
    "!!float x",
    "!!bool maybe",
    "!!unknown x",
    "!include /etc/passwd",
)

ODD = (
    *(None, True, False, 0, -1, 1, 10**30, -(10**400), 1e308, float("nan"), float("inf"), 0.5),
    *("", " ", "x", "\x00", "中" * 3000, "../x", "=1+1", "nan", "2025-01-01", "2025-13-45", "1:2"),
    *([], {}, [[]], {"a": 1}, [1, "x"], {1: 2}, {None: None}, [None], {"zh": 1}, {"zh": "x"}),
    *(datetime.date(1, 1, 1), datetime.date(9999, 12, 31), datetime.datetime(2025, 1, 1, 1)),
    *(b"bytes", "{x}", "{0}", "%s", "\ud800", "\u202e", "1e400", "total", "zh", "a.b.c"),
)
"""Values where another is expected."""


def odd_tree(content: bytes, dice: random.Random, load, dump) -> bytes:
    """A file of YAML or JSON that is well formed, with odd values in one to three places."""
    tree = load(content)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        places = list(_places(tree))
        if not places:
            break
        holder, key = dice.choice(places)
        way = dice.randrange(5)
        if way == 0:
            del holder[key]
        elif way == 1 and isinstance(holder, dict):
            holder[dice.choice(("x", 1, None, "zh", 2.5, True))] = holder.pop(key)
        elif way == 2:
            other, at = dice.choice(places)
            holder[key] = copy.deepcopy(other[at])
        else:
            holder[key] = copy.deepcopy(dice.choice(ODD))
    return dump(tree)


def _places(tree):
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in pairs:
        yield tree, key
        if isinstance(value, dict | list):
            yield from _places(value)


def odd_cells(content: bytes, dice: random.Random) -> bytes:
    """A text of cells with odd words in some, or rows and columns moved."""
    encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        words = content.decode(encoding)
    except UnicodeDecodeError:
        words, encoding = content.decode("gb18030"), "gb18030"
    rows = list(csv.reader(io.StringIO(words)))
    for _ in range(dice.choice((1, 1, 2, 3))):
        row = dice.choice(rows)
        way = dice.randrange(8)
        if way == 0:
            rows.append(list(row))
        elif way == 1:
            row += ["x"] * dice.choice((1, 3, 600))
        elif way == 2 and row:
            del row[dice.randrange(len(row))]
        elif way == 3:
            dice.shuffle(row)
        elif row:
            row[dice.randrange(len(row))] = dice.choice((*NUMBERS, *PLACES, *FORMULAS))
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode(encoding, "replace")


def harmful(folder: Path, mark: Path) -> Iterator[tuple[str, str, bytes]]:
    """Files made to do harm: what it is, how its name ends, its content. `mark` is what a file
    would touch if anything in it were carried out."""
    for how in ("brackets", "braces", "dashes", "question", "lines"):
        yield f"deep {how}", ".yaml", deep(100_000, how).encode()
    yield "aliases", ".yaml", aliases().encode()
    yield "alias of itself", ".yaml", b"a: &a [*a]"
    yield "merge of itself", ".yaml", b"a: &a {<<: *a}"
    yield "merges", ".yaml", aliases(9).replace("[", "{<<: [").replace("]", "]}").encode()
    for tag in TAGS:
        yield f"tag {tag[:20]}", ".yaml", f"a: {tag.format(mark=mark)}".encode()
    yield "long line", ".yaml", b"a: " + b"x" * 5_000_000
    yield "many keys", ".yaml", b"".join(b"a%d: 1\n" % n for n in range(100_000))
    yield "no text", ".yaml", bytes(range(256)) * 10
    yield "wide text", ".yaml", "a: 1".encode("utf-16")
    yield "nested json", ".geojson", b'{"a":' * 100_000
    yield "large numbers", ".geojson", b'{"type": ' + b"9" * 100_000 + b"}"
    yield "commas", ".csv", b"," * 25_000_000
    yield "lines", ".csv", b"\n" * 3_000_000
    yield "one long line", ".csv", ("姓名,身份证号,人口\n" + "x" * 3_000_000).encode()
    wide = "姓名,身份证号,人口" + ",x" * 500 + "\n"
    yield "wide and long", ".csv", (wide + "a,b\n" * 100_000).encode()
    yield "quotes", ".csv", ('姓名,身份证号,人口\n"' + '""' * 5_000_000).encode()
    yield "lines in quotes", ".csv", ("姓名,身份证号\n" + '"\n",' * 400_000).encode()
    yield "marks only", ".csv", b"\xff\xfe" * 1000
    yield "half wide", ".csv", "姓名,身份证号,人口\n".encode("utf-16")[:-1]
    yield "wide the other way", ".csv", b"\xfe\xff" + ROWS_WIDE.encode("utf-16-be")
    yield "other encoding", ".csv", ROWS_WIDE.encode("big5", "replace")
    yield "zeros", ".csv", ROWS_WIDE.replace("张", "\0").encode()
    yield "numbers", ".csv", "\n".join(f"{n},{n},{n}" for n in NUMBERS).encode()
    yield from _workbooks()


ROWS_WIDE = "姓名,身份证号,人口,月保障金\n张三,11010519491231002X,1,300\n"


def _sheet_of(filling: bytes, megabytes: int, *, head=b"", tail=b"", part="") -> bytes:
    """A workbook whose sheet (or another part) holds one thing over and over, in few bytes."""
    sheet = SHEET.format(doctype="", rows="|", after="").encode().split(b"|")
    head, tail = head or sheet[0], tail or sheet[1]
    name = part or "xl/worksheets/sheet1.xml"
    whole = workbook(more=((part, b""),) if part else ())
    block = filling * (2**20 // len(filling))
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed, crc = [packer.compress(head)], zlib.crc32(head)
    for _ in range(megabytes):
        packed.append(packer.compress(block))
        crc = zlib.crc32(block, crc)
    packed += [packer.compress(tail), packer.flush()]
    size = len(head) + len(block) * megabytes + len(tail)
    return replaced(whole, name, b"".join(packed), zlib.crc32(tail, crc), size)


def replaced(whole: bytes, name: str, packed: bytes, crc: int, size: int) -> bytes:
    """A zip with a part whose deflated stream is given as it is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(buffer, "w") as made:
        for each in old.namelist():
            if each != name:
                made.writestr(each, old.read(each), zipfile.ZIP_DEFLATED)
        entry = zipfile.ZipInfo(name)
        entry.compress_type, entry.CRC = zipfile.ZIP_DEFLATED, crc
        entry.compress_size, entry.file_size = len(packed), size
        entry.header_offset = made.fp.tell()
        made.fp.write(entry.FileHeader(zip64=False) + packed)
        made.filelist.append(entry)
        made.NameToInfo[name] = entry
        made.start_dir = made.fp.tell()
        made._didModify = True
    return buffer.getvalue()


def _workbooks():
    cell = '<row r="1"><c r="A1"><v>1</v></c></row>'
    yield "no parts", ".xlsx", zipped([("x", b"")])
    yield "far cell", ".xlsx", workbook(cell + '<row r="1048576"><c r="XFD1048576"/></row>')
    for what, far in (
        ("far blank sign", '<c r = "XFD1048576"><v>1</v></c>'),
        ("far namespace", '<x:c r="XFD1048576"><x:v>1</x:v></x:c>'),
    ):
        yield what, ".xlsx", workbook(f'{cell}<row r="9">{far}</row>')
    yield "far row only", ".xlsx", workbook(cell + '<row r="200000"><c><v>1</v></c></row>')
    yield "row zero", ".xlsx", workbook('<row r="0"><c r="A0"><v>1</v></c></row>')
    beyond = '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'
    yield "row beyond", ".xlsx", workbook(beyond)
    yield "column beyond", ".xlsx", workbook('<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>')
    yield (
        "other ending",
        ".xlsx",
        workbook(
            cell + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            target="worksheets/a.dat",
        ),
    )
    yield (
        "merged far",
        ".xlsx",
        workbook(cell, after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    )
    yield (
        "merged beyond",
        ".xlsx",
        workbook(
            cell, after='<mergeCells><mergeCell ref="C9:D20"/><mergeCell ref="Z"/></mergeCells>'
        ),
    )
    yield (
        "merged often",
        ".xlsx",
        workbook(
            cell, after="<mergeCells>" + '<mergeCell ref="A1:B1048576"/>' * 20_000 + "</mergeCells>"
        ),
    )
    entity = (
        "<!DOCTYPE x [<!ENTITY a0 'ha'>"
        + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
        + "]>"
    )
    words = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a11;</t></is></c></row>'
    yield "entities", ".xlsx", workbook(words, doctype=entity)
    outside = '<!DOCTYPE x [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>'
    yield "outside entity", ".xlsx", workbook(words, doctype=outside)
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    yield "many shared words", ".xlsx", _sheet_of(
        b"<si/>", 100, part="xl/sharedStrings.xml", head=f'<sst xmlns="{name}">'.encode(),
        tail=b"</sst>",
    )  # fmt: skip
    yield "inflating blanks", ".xlsx", _sheet_of(b" ", 300)
    start = (
        SHEET.format(doctype="", rows='<row r="1">', after="").encode().split(b"</sheetData>")[0]
    )
    yield "many cells", ".xlsx", _sheet_of(b"<c/>", 20, head=start)
    prefixed = f'<x:worksheet xmlns:x="{name}"><x:sheetData><x:row r="1">'.encode()
    yield (
        "many prefixed cells",
        ".xlsx",
        _sheet_of(
            b"<x:c><x:v>1</x:v></x:c>",
            45,
            head=prefixed,
            tail=b"</x:row></x:sheetData></x:worksheet>",
        ),
    )
    yield "many rows", ".xlsx", _sheet_of(b"<row><c><v>1</v></c></row>", 32)
    yield "blank rows", ".xlsx", _sheet_of(b"<row><c/></row>", 8)
    yield "many parts", ".xlsx", many_parts(12_000)
    yield (
        "names outside",
        ".xlsx",
        zipped([("../../x.xml", b"x"), ("/etc/x", b"x"), *_parts(workbook(cell))]),
    )
    yield "in itself", ".xlsx", zipped([("xl/a.xlsx", workbook(cell)), *_parts(workbook(cell))])


def _parts(whole):
    with zipfile.ZipFile(io.BytesIO(whole)) as old:
        return [(name, old.read(name)) for name in old.namelist()]


def many_parts(count):
    """A zip of many empty parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for number in range(count):
            made.writestr(zipfile.ZipInfo(f"xl/{number}"), b"")
    return buffer.getvalue()
