"""The Word document: what the official style asks for, in every run; every link leads somewhere."""

import io
import zipfile

import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import speaking
from jiuzhu_sim.report.document import style_names, write_word
from jiuzhu_sim.report.document.compose import compose
from jiuzhu_sim.report.document.pdf import heading_pages
from jiuzhu_sim.report.document.style import A4, POINTS, load_style
from jiuzhu_sim.report.section import Report, Section
from tests.report.document.reports import ABOUT, W, hostile, parts, report, wide, words_of

LETTERS = ("word/document.xml", "word/styles.xml", "word/header1.xml", "word/footer1.xml")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The report in every style: name → XML parts."""
    folder, made = tmp_path_factory.mktemp("word"), report()
    return {
        name: parts(write_word(made, folder / f"{name}.docx", style=name, **ABOUT).read_bytes())
        for name in style_names()
    }


@pytest.fixture(scope="module")
def official(written):
    return written["official"]["word/document.xml"]


def number(element, path, name):
    return element.find(path).get(f"{W}{name}")


@pytest.mark.parametrize("name", style_names())
def test_every_run_names_its_fonts_and_none_comes_from_a_theme(written, name):
    for part, root in written[name].items():
        for run in root.iter(f"{W}r"):
            fonts = run.find(f"{W}rPr/{W}rFonts")
            assert fonts is not None, part
            assert all(fonts.get(f"{W}{kind}") for kind in ("eastAsia", "ascii", "hAnsi"))
        for fonts in root.iter(f"{W}rFonts"):
            assert not [key for key in fonts.attrib if "Theme" in key], part


def test_all_official_text_is_black_and_nothing_is_bold(written):
    for part in LETTERS:
        root = written["official"][part]
        assert {each.get(f"{W}val") for each in root.iter(f"{W}color")} <= {"000000"}
        assert {each.get(f"{W}val") for each in root.iter(f"{W}b")} <= {"0"}
        looks = list(root.iter(f"{W}rPr"))
        assert len(list(root.iter(f"{W}color"))) == len(list(root.iter(f"{W}b"))) == len(looks)


def test_verdict_colours_are_those_of_the_style():
    assert load_style("official").colour("colour-0") == "000000"
    assert load_style("internal").colour("colour-0") == "d55e00"


def test_the_official_page_is_that_of_the_standard(official):
    for section in official.iter(f"{W}sectPr"):
        size, edge = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
        if size.get(f"{W}orient") == "landscape":
            continue
        paper = [int(size.get(f"{W}{side}")) / 20 / POINTS for side in ("w", "h")]
        assert paper == pytest.approx(A4, abs=0.1)
        found = [int(edge.get(f"{W}{s}")) / 20 / POINTS for s in ("top", "bottom", "left", "right")]
        assert found == pytest.approx([37, 35, 28, 26], abs=0.1)


def test_body_is_sixteen_points_fangsong_with_two_characters_indent(written):
    styles = written["official"]["word/styles.xml"]
    body = styles.find(f"{W}style[@{W}styleId='BodyText']")
    assert number(body, f"{W}pPr/{W}ind", "firstLineChars") == "200"
    assert number(body, f"{W}rPr/{W}sz", "val") == "32"
    assert number(body, f"{W}rPr/{W}rFonts", "eastAsia") == "仿宋"
    assert number(body, f"{W}rPr/{W}rFonts", "ascii") == "Times New Roman"
    spacing = body.find(f"{W}pPr/{W}spacing")
    assert (spacing.get(f"{W}lineRule"), spacing.get(f"{W}line")) == ("exact", "579")
    lines, characters = 225 * POINTS / 28.95, 156 * POINTS / (16 - 0.25)
    assert (int(lines), int(characters)) == (22, 28)


def test_headings_carry_their_numbers_and_word_styles(official, written):
    found = [
        (each.find(f"{W}pPr/{W}pStyle").get(f"{W}val"), words_of(each))
        for each in official.iter(f"{W}p")
        if each.find(f"{W}pPr/{W}pStyle").get(f"{W}val").startswith("Heading")
    ]
    assert found == [
        ("Heading1", "一、结论"),
        ("Heading2", "（一）分类"),
        ("Heading1", "二、对账"),
        ("Heading1", "口径说明"),
        ("Heading1", "月表"),
    ]
    styles = written["official"]["word/styles.xml"]
    faces = [
        number(styles.find(f"{W}style[@{W}styleId='Heading{n}']"), f"{W}rPr/{W}rFonts", "eastAsia")
        for n in (1, 2, 3, 4)
    ]
    assert faces == ["黑体", "楷体", "仿宋", "仿宋"]


def test_titles_with_numbers_of_their_own_keep_them(tmp_path):
    titles = ("摘要", "一、基本情况", "（一）标准", "附件1　口径")
    sections = tuple(
        Section(f"s{n}", title, ("句。",), level=1 + (n == 2), is_annex=n == 3)
        for n, title in enumerate(titles)
    )
    path = write_word(Report("题", "b.xlsx", sections), tmp_path / "a.docx")
    words = words_of(parts(path.read_bytes())["word/document.xml"])
    assert "摘要" in words
    assert "一、摘要" not in words
    assert words.count("一、基本情况") == 2  # in the contents and above its section
    assert "附件1　口径" in words


def test_annexes_begin_a_page_and_are_announced(official):
    words = words_of(official)
    assert "附件：1. 口径说明　　　2. 月表" in words
    breaks = [p for p in official.iter(f"{W}p") if p.find(f"{W}pPr/{W}pageBreakBefore") is not None]
    assert [words_of(each) for each in breaks] == ["附件1", "附件2"]


def test_page_numbers_stand_between_dashes_right_on_odd_left_on_even_pages(written):
    found = {}
    for part, root in written["official"].items():
        if part.startswith("word/footer"):
            first = root.find(f"{W}p")
            assert [each.text for each in root.iter(f"{W}instrText")] == [" PAGE "]
            assert words_of(first) == "— 1 —"
            assert "运行编号：0123456789ab" in words_of(root)
            indent = first.find(f"{W}pPr/{W}ind")
            chars = indent.get(f"{W}rightChars") or indent.get(f"{W}leftChars")
            found[number(first, f"{W}pPr/{W}jc", "val")] = chars
            assert number(first, f"{W}r/{W}rPr/{W}rFonts", "ascii") == "宋体"
            assert number(first, f"{W}r/{W}rPr/{W}sz", "val") == "28"
    assert found == {"right": "100", "left": "100"}
    assert written["official"]["word/settings.xml"].find(f"{W}evenAndOddHeaders") is not None


def test_the_first_page_says_draft_once_and_who_and_when(official):
    words = words_of(official)
    assert words.index("测算稿，供内部研究") < words.index("示例县社会救助年度评估报告")
    assert words.count("测算稿") == 1
    assert words.count("合成数据") == 1
    assert "示例县民政局2026年3月5日" in words


def test_the_contents_are_a_filled_field_that_asks_nothing(written, official):
    instructions = [each.text.strip() for each in official.iter(f"{W}instrText")]
    assert instructions[0] == 'TOC \\o "1-2" \\h \\z \\u'
    entries = [
        words_of(each)
        for each in official.iter(f"{W}p")
        if each.find(f"{W}pPr/{W}pStyle").get(f"{W}val").startswith("TOC")
    ]
    titles = ["目　录", "一、结论", "（一）分类", "二、对账", "附件1　口径说明", "附件2　月表"]
    assert [each.rstrip("0123456789") for each in entries] == titles
    look = load_style("official")
    pages = heading_pages(compose(report(), look, **ABOUT), look)
    assert entries[1:] == [f"{a}{b}" for a, b in zip(titles[1:], pages.values(), strict=True)]
    kinds = [each.get(f"{W}fldCharType") for each in official.iter(f"{W}fldChar")]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end") == 6
    settings = written["official"]["word/settings.xml"]
    assert settings.find(f"{W}updateFields") is None
    for root in written["official"].values():
        assert not [each for each in root.iter(f"{W}fldChar") if each.get(f"{W}dirty")]


@pytest.mark.parametrize("name", style_names())
def test_bookmarks_are_unique_and_every_link_leads_to_one(written, name):
    document = written[name]["word/document.xml"]
    marks = [
        (each.get(f"{W}id"), each.get(f"{W}name")) for each in document.iter(f"{W}bookmarkStart")
    ]
    assert len({key for key, _ in marks}) == len({name for _, name in marks}) == len(marks)
    assert [int(key) for key, _ in marks] == sorted(range(len(marks)))
    ends = {each.get(f"{W}id") for each in document.iter(f"{W}bookmarkEnd")}
    assert ends == {key for key, _ in marks}
    anchors = {each.get(f"{W}anchor") for each in document.iter(f"{W}hyperlink")}
    assert anchors
    assert anchors <= {name for _, name in marks}


def bookmarked(document):
    """Words inside each bookmark of a cell."""
    found = {}
    for each in document.iter(f"{W}p"):
        name = ""
        for child in each:
            if child.tag == f"{W}bookmarkStart":
                name = child.get(f"{W}name")
            elif child.tag == f"{W}bookmarkEnd":
                name = ""
            elif name:
                found[name] = found.get(name, "") + words_of(child)
    return found


def test_a_number_in_the_text_is_the_number_in_its_cell(official):
    held, links = bookmarked(official), []
    for each in official.iter(f"{W}hyperlink"):
        if tip := each.get(f"{W}tooltip"):
            anchor = each.get(f"{W}anchor")
            assert words_of(each) == held[anchor]
            links.append((words_of(each), anchor, tip))
    assert links == [
        ("600", "jz_t1_r4_c2", "表1 第4行 人数（人）"),
        ("640.00", "jz_t1_r1_c3", "表1 第1行 人均月补助（元/人·月）"),
        ("120", "jz_t2_r1_c3", "表2 第1行 人数（人）"),
    ]


def test_heads_repeat_rows_are_whole_and_captions_stand_above(official):
    tables = [each for each in official.iter(f"{W}tbl")]
    captions = [number(each, f"{W}tblPr/{W}tblCaption", "val") for each in tables[1:]]
    assert [each.split()[0] for each in captions] == ["表1", "表2", "表3", "表4", "表5"]
    for each in tables[1:]:
        rows = each.findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [
            True,
            *[False] * (len(rows) - 1),
        ]
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        sides = [each.get(f"{W}val") for each in rows[-1].iter(f"{W}jc")]
        assert set(sides) <= {"left", "right"}


def test_hidden_cells_intervals_and_footnotes(official):
    words = words_of(official)
    assert "[576.00, 704.00]" in words  # ± 10 % of 640
    second = list(official.iter(f"{W}tbl"))[2]
    assert words_of(second.findall(f"{W}tr")[2]).endswith("**")
    assert "注：按月发放。" in words


def test_charts_carry_words_for_those_who_do_not_see_them(official):
    found = [each for each in official.iter() if each.tag.endswith("}docPr")]
    assert len(found) == 1
    assert found[0].get("descr")
    assert "图1　" in words_of(official)


def test_wide_tables_lie_sideways_in_pieces_and_nothing_is_lost(tmp_path):
    content = write_word(wide(), tmp_path / "w.docx").read_bytes()
    document = parts(content)["word/document.xml"]
    turned = [each.get(f"{W}orient") for each in document.iter(f"{W}pgSz")]
    assert "landscape" in turned
    words = words_of(document)
    assert words.count("第200乡") == len(list(document.iter(f"{W}tbl")))
    assert all(f"{1e6 * 200 + k:,.0f}" in words for k in range(15))
    assert words.count("续表1") == len(list(document.iter(f"{W}tbl"))) - 1


def test_the_same_input_gives_the_same_bytes(tmp_path):
    one = write_word(report(), tmp_path / "1.docx", **ABOUT).read_bytes()
    two = write_word(report(), tmp_path / "2.docx", **ABOUT).read_bytes()
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert not [each for each in archive.namelist() if "thumbnail" in each or "theme" in each]


@pytest.mark.parametrize(
    "words", ["</w:t><w:b/>", '"&amp;<x>', "甲\x00\x0b乙\ud800", '#read("x") $x$ *b*', "\u202e甲"]
)
def test_what_a_user_typed_stays_text(tmp_path, words):
    path = write_word(hostile(words), tmp_path / "h.docx", org=words, dated=words, run_id=words)
    shown = "".join(c for c in words if c not in "\x00\x0b\ud800\u202e")
    document = parts(path.read_bytes())["word/document.xml"]
    assert words_of(document).count(shown) >= 10


def test_a_very_long_name_is_written_whole_on_the_page(tmp_path):
    long = "示例县" * 200
    made = Report(long, "b.xlsx", (Section("a", long, ("句。",)),))
    path = write_word(made, tmp_path / "l.docx", org=long)
    assert words_of(parts(path.read_bytes())["word/document.xml"]).count(long) == 4


def test_an_unknown_style_is_told_with_the_nearest(tmp_path):
    with pytest.raises(JZError) as caught:
        write_word(report(), tmp_path / "a.docx", style="offical")
    assert caught.value.codes == ("JZ-E060",)
    assert "official" in str(caught.value)
    assert not (tmp_path / "a.docx").exists()


def test_english_headings_are_decimal(tmp_path):
    with speaking("en"):
        path = write_word(report(), tmp_path / "en.docx", dated="2026-03-05")
    words = words_of(parts(path.read_bytes())["word/document.xml"])
    assert "1 结论" in words
    assert "Table 1" in words
    assert "2026-03-05" in words


def test_what_follows_a_page_of_its_own_begins_a_new_one(tmp_path):
    sections = (
        Section("answer", "摘要", ("一句。",), ends_page=True),
        Section("first", "一、基本情况", ("二句。",)),
        Section("second", "二、其他", ("三句。",)),
    )
    path = write_word(Report("报告", "附表.xlsx", sections), tmp_path / "a.docx")
    body = parts(path.read_bytes())["word/document.xml"]
    broken = [words_of(p) for p in body.iter(f"{W}p")
              if p.find(f"{W}pPr/{W}pageBreakBefore") is not None]  # fmt: skip
    assert broken == ["一、基本情况"]
