"""The PDF: the same words and pages as the Word document; nothing typed is read as markup."""

import io

import pytest

from jiuzhu_sim.report.document import style_names, write_pdf
from jiuzhu_sim.report.document.compose import compose
from jiuzhu_sim.report.document.pdf import BREAK, heading_pages
from jiuzhu_sim.report.document.style import load_style
from jiuzhu_sim.report.section import Report, Section
from tests.report.document.reports import ABOUT, hostile, report, wide

pypdf = pytest.importorskip("pypdf")
A4 = (595.3, 841.9)


def read(path):
    return pypdf.PdfReader(io.BytesIO(path.read_bytes()))


def bare(words):
    """Words without what a line break adds."""
    return "".join(words.split()).replace(BREAK, "")


def words_of(reader):
    return bare("".join(page.extract_text() for page in reader.pages))


def outline(reader, entries=None):
    """Title and page (from 1) of every bookmark, those of parts too."""
    for entry in reader.outline if entries is None else entries:
        if isinstance(entry, list):
            yield from outline(reader, entry)
        else:
            yield entry.title, reader.get_destination_page_number(entry) + 1


@pytest.mark.parametrize("style", style_names())
def test_the_document_holds_every_piece(tmp_path, style):
    reader = read(write_pdf(report(), tmp_path / "a.pdf", style=style, **ABOUT))
    words = words_of(reader)
    for piece in ("测算稿，供内部研究", "示例县民政局", "2026年3月5日", "运行编号：0123456789ab"):
        assert piece in words
    for piece in ("表1", "表5", "图1", "附件1", "【请核实】", "[576.00,704.00]", "全县人数：600"):
        assert piece in words
    assert "x" * 90 in words  # a word longer than any column, whole
    assert reader.metadata.title == report().title


def test_the_first_page_has_the_size_and_the_number_of_the_standard(tmp_path):
    reader = read(write_pdf(report(), tmp_path / "a.pdf", **ABOUT))
    assert tuple(map(float, reader.pages[0].mediabox[2:])) == pytest.approx(A4, abs=0.5)
    for number, page in enumerate(reader.pages, 1):
        assert bare(f"— {number} —") in bare(page.extract_text())


def test_the_outline_tells_the_pages_that_the_contents_tell(tmp_path):
    look = load_style("official")
    reader = read(write_pdf(report(), tmp_path / "a.pdf", **ABOUT))
    pages = heading_pages(compose(report(), look, **ABOUT), look)
    found = list(outline(reader))
    assert [page for _, page in found] == list(pages.values())
    assert [title for title, _ in found][:3] == ["一、结论", "（一）分类", "二、对账"]
    contents = bare(reader.pages[0].extract_text())
    for title, page in found[:3]:
        start = contents.index(title) + len(title)
        assert contents[start:].lstrip(".").startswith(str(page))


def test_cited_numbers_are_links(tmp_path):
    reader = read(write_pdf(report(), tmp_path / "a.pdf", **ABOUT))
    links = [
        note.get_object()
        for page in reader.pages[1:]
        for note in page.get("/Annots", ())
        if note.get_object()["/Subtype"] == "/Link"
    ]
    assert len(links) >= 3
    assert all("/URI" not in str(link) for link in links)  # nothing leads out of the document


def test_the_same_input_gives_the_same_bytes(tmp_path):
    one = write_pdf(report(), tmp_path / "1.pdf", **ABOUT).read_bytes()
    assert write_pdf(report(), tmp_path / "2.pdf", **ABOUT).read_bytes() == one


@pytest.mark.parametrize(
    "words",
    [
        '#read("/etc/passwd")',
        "$x^2$ *b* _i_ = head",
        '"); #panic("x") //',
        "@ref <label> `raw` \\",
        '#import "@preview/x:1.0.0"',
    ],
)
def test_what_a_user_typed_is_never_run(tmp_path, words):
    path = write_pdf(hostile(words), tmp_path / "h.pdf", org=words, dated=words, run_id=words)
    assert words_of(read(path)).count(bare(words)) >= 8


def test_wide_and_long_tables_repeat_their_heads(tmp_path):
    reader = read(write_pdf(wide(), tmp_path / "w.pdf"))
    texts = [bare(page.extract_text()) for page in reader.pages]
    tables = [words for words in texts[1:] if "乡" in words]
    assert len(tables) > 4
    assert all("乡镇" in words for words in tables)
    words = "".join(texts)
    assert all(f"{1e6 * 200 + k:,.0f}" in words for k in range(15))


def test_a_rare_character_is_in_the_text(tmp_path):
    made = Report("𠮷㟿县", "b.xlsx", (Section("a", "题", ("甪里镇、㵲阳镇。",)),))
    assert "甪里镇、㵲阳镇" in words_of(read(write_pdf(made, tmp_path / "r.pdf")))
