"""A report as a document: Word and PDF in official, internal or plain style, from one model.

`write_word` and `write_pdf` write it, `trace` tells where each number of the text comes from.
"""

from pathlib import Path

from jiuzhu_sim.files import write_whole
from jiuzhu_sim.report.document.compose import compose
from jiuzhu_sim.report.document.pdf import heading_pages, pdf_bytes
from jiuzhu_sim.report.document.pieces import Trace
from jiuzhu_sim.report.document.style import load_style, style_names
from jiuzhu_sim.report.document.trace import trace, traced
from jiuzhu_sim.report.document.word import word_bytes
from jiuzhu_sim.report.section import Report

__all__ = ["Trace", "style_names", "trace", "traced", "write_pdf", "write_word"]


def write_word(
    report: Report,
    path: str | Path,
    *,
    style: str = "official",
    org: str = "",
    dated: str = "",
    run_id: str = "",
    draft: bool = True,
) -> Path:
    """Write a report as a Word document.

    `style`: ``official`` (GB/T 9704-2012), ``internal`` or ``plain``. `org`: who issues it.
    `dated`: an ISO date, or any words. `run_id` stands in the footer. `draft`: 测算稿 on the first
    page. The same input gives the same bytes. Returns the path; raises JZ-E040 when the file
    cannot be written, JZ-E046 without python-docx, JZ-E060 for an unknown style.

    >>> import tempfile
    >>> from jiuzhu_sim.report.section import Section
    >>> report = Report("年度报告", "附表.xlsx", (Section("answer", "结论", ("共三户。",)),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_word(report, Path(folder) / "a.docx", dated="2026-03-05").read_bytes()[:2]
    b'PK'
    """
    look = load_style(style)
    manuscript = compose(report, look, org, dated, run_id, draft)
    pages = heading_pages(manuscript, look) if look.contents else None
    return write_whole(path, word_bytes(manuscript, look, pages))


def write_pdf(
    report: Report,
    path: str | Path,
    *,
    style: str = "official",
    org: str = "",
    dated: str = "",
    run_id: str = "",
    draft: bool = True,
) -> Path:
    """Write a report as PDF; parameters as in `write_word`. Raises JZ-E040, JZ-E046 (typst) and
    JZ-E060.

    >>> import tempfile
    >>> from jiuzhu_sim.report.section import Section
    >>> report = Report("年度报告", "附表.xlsx", (Section("answer", "结论", ("共三户。",)),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_pdf(report, Path(folder) / "a.pdf").read_bytes()[:5]
    b'%PDF-'
    """
    look = load_style(style)
    return write_whole(path, pdf_bytes(compose(report, look, org, dated, run_id, draft), look))
