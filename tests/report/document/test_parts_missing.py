"""A machine without a library: what is missing is said, and nothing is half-written or wrong."""

import sys

import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.report.document import write_pdf, write_word
from tests.report.document.reports import W, parts, report, words_of


@pytest.mark.parametrize(("package", "write"), [("docx", write_word), ("typst", write_pdf)])
def test_a_missing_library_is_named(monkeypatch, tmp_path, package, write):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(JZError) as caught:
        write(report(), tmp_path / "a.out")
    assert caught.value.codes == ("JZ-E046",)
    assert list(tmp_path.iterdir()) == []


def test_without_a_layout_the_contents_tell_no_page_rather_than_a_wrong_one(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "typst", None)
    path = write_word(report(), tmp_path / "a.docx")
    document = parts(path.read_bytes())["word/document.xml"]
    instructions = [each.text.split()[0] for each in document.iter(f"{W}instrText")]
    assert instructions == ["TOC"]
    assert "未排页码" in words_of(document)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "taken").write_text("x")
    for write in (write_word, write_pdf):
        with pytest.raises(JZError) as caught:
            write(report(), tmp_path / "taken" / "a.docx")
        assert caught.value.codes == ("JZ-E040",)
